/* SPDX-License-Identifier: MIT */
/*
 * ingest_local: what the files of the ingest loop share; nobody else includes it.
 *
 * Two kinds of failure are kept apart: what is wrong with one log goes into its report and the
 * rest goes on (INTAKE_FAILED); what is wrong with the sink or book, or a cancel, ends everything
 * (INTAKE_ENDED, the caller's err is filled).
 */
#ifndef IMPORTERS_INGEST_LOCAL_H
#define IMPORTERS_INGEST_LOCAL_H

#include "base/hash.h"
#include "importers/importer.h"
#include "importers/ingest.h"
#include "importers/lines.h"
#include "importers/walk.h"

/* How much of a log is looked at before it is read. */
#define HEAD_PEEK_BYTES ((size_t)64 << 10)
/* How much for a host name; a reject log names its host in the first refused message. */
#define GATEWAY_PEEK_BYTES ((size_t)128 << 10)
#define HEAD_LINES 100

enum intake_result { INTAKE_ENDED = -1, INTAKE_OK, INTAKE_FAILED };

struct run_directory {
	struct str path;
	struct str gateway;
};

struct run {
	struct sink *sink;
	struct source_book *book;
	const struct ingest_options *options;
	const struct ingest_hooks *hooks; /* may be NULL */
	const struct zone *zone;
	struct walk walk;
	struct run_directory *directories; /* whose gateway is settled */
	size_t n_directories, cap_directories;
	struct arena arena;               /* program: names */
	size_t failed;
	uint64_t uncommitted_bytes;
};

/* One log on its way in. */
struct intake {
	struct run *run;
	const struct walk_entry *entry;
	struct source *source;
	struct lines lines;
	struct str name;          /* of the log: its path, or that in an archive */
	struct str head;          /* valid until the first line is read; copied to arena */
	struct ingest_report report;

	uint32_t number;          /* of the source in the sink */
	struct source_info info;
	struct record_reader *reader;
	uint64_t line_count;      /* before the present line */
	const line_ref *refed;    /* lines given to the reader again, counted by an earlier run … */
	size_t n_refed;           /* … ascending */

	bool names_hosts;         /* lines begin with a host, and --gateway was not given */
	struct str *hosts;        /* other hosts than info.gateway, numbered */
	size_t n_hosts, cap_hosts;
	struct u64_table host_of; /* lines of these hosts, until their record is out */

	struct arena arena;       /* this log's strings */
};

/* ingest_detect.c */
/* The first lines, at most HEAD_LINES, as a parser sees them; a half one only if it is alone. */
size_t head_lines(struct str head, struct str out[HEAD_LINES]);
const struct log_format *detect_format(struct str head);
/* False if the name does not tell ("exim_rejectlog.2.gz" does). */
bool role_from_name(struct str path, enum log_role *role);
enum log_role detect_role(struct str path, struct str head);
/* "… is not a log that Postern knows (starts with …)". */
void detect_refuse(struct intake *in, struct err *e);

/* ingest_year.c */
/* True if the line begins with a time without a year, "Mmm dd hh:mm:ss". */
bool yearless_time(struct str line, struct civil *out);
/*
 * A moment near the first of these lines: --year if given, else the last time that such a date
 * came round before written_us.
 */
int64_t year_moment(const struct str *lines, size_t n, int year, int64_t written_us,
                    const struct zone *z);
/* The first moment with that date and time not before after_us (less a day). */
int64_t year_moment_after(const struct civil *c, int64_t after_us, const struct zone *z);

/* ingest_mark.c */
struct source_mark mark_of(const struct lines *l, struct str head, uint64_t line_count);
enum mark_match { MARK_ENDED = INTAKE_ENDED, MARK_NEW, MARK_FAILED, MARK_KNOWN, MARK_GROWN };
/*
 * Compares with the known sources. KNOWN: nothing is in it that is not in the source; GROWN: the
 * lines stand behind what the source has. In both cases in->number and in->info are that source's.
 */
enum mark_match mark_find(struct intake *in, struct err *e);

/* ingest_gateway.c */
/* Sets in->info.gateway of a new source. */
enum intake_result gateway_settle(struct intake *in, struct err *e);
/* The host that a line names at its head (syslog), or empty. */
struct str line_host(struct str line);

/* ingest_lines.c */
/* Makes the reader and gives it the pending lines of a known source again. */
enum intake_result lines_begin(struct intake *in, struct err *e);
/* All lines from here on, with checkpoints; then what the reader holds back, the mark, a commit. */
enum intake_result lines_take_all(struct intake *in, struct err *e);

/* ingest_file.c */
/* The whole way of the source's present log, report included. */
enum intake_result intake_run(struct intake *in, struct err *e);
bool run_is_cancelled(const struct run *r);

#endif
