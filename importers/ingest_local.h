/* SPDX-License-Identifier: MIT */
/*
 * ingest_local: what the files of the ingest loop share; nobody else includes it.
 *
 * Every log of a call is an input. All are looked at first (ingest_plan); those with something new
 * are then read in the order of their times, a few side by side (ingest_merge), each by an intake.
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
#define HEAD_PEEK_BYTES    ((size_t)64 << 10)
/* How much for a host name; a reject log names its host in the first refused message. */
#define GATEWAY_PEEK_BYTES ((size_t)128 << 10)
#define HEAD_LINES         100

/* Logs that are read side by side: the store keeps so many blocks at hand. */
enum { OPEN_INTAKES = 8 };

enum intake_result { INTAKE_ENDED = -1, INTAKE_OK, INTAKE_FAILED };

struct run_directory {
	struct str path;
	struct str gateway;
};

/* One log of the call: a file, or a file in an archive; from the first look to its report. */
struct input {
	const struct walk_entry *entry;
	unsigned nth;           /* of the logs in that file, from 1 */
	size_t place;           /* among the inputs */
	struct source *archive; /* that came through a pipe: the copy to read it from; borrowed */
	struct intake *intake;  /* being read, or a pipe that waits: it cannot be opened twice */
	bool waits;             /* to be read; it has been looked at */
	bool waits_for_other;   /* until source `other`, the same log, has been read */
	uint32_t other;
	struct str gateway;
	bool is_scanners;
	bool seeks_gateway;    /* … that names none: ingest_scanner looks for it */
	struct str group_name; /* logs of one gateway are read side by side */
	size_t group;
	int64_t first_us;        /* of the first line to be read; TIME_NONE: unknown */
	struct source_mark mark; /* of a new log: by what it will be known */
	enum log_role role;
	uint64_t stored_from, stored_bytes; /* to be read, for progress */
	bool was_read;
	uint32_t number;          /* of its source, when it was read … */
	uint64_t sessions_before; /* … and how many sessions began there before */
	bool is_settled;          /* the report says all */
	struct ingest_report report;
};

struct run {
	struct sink *sink;
	struct source_book *book;
	const struct ingest_options *options;
	const struct ingest_hooks *hooks; /* may be NULL */
	const struct zone *zone;
	const struct zone *implied_zone; /* by the IDs in logs of implied_directory; NULL: none */
	struct str implied_directory;
	struct walk walk;
	struct run_directory *directories; /* whose gateway is settled */
	size_t n_directories, cap_directories;
	struct arena arena;    /* program: names */
	struct input **inputs; /* in the order of the paths */
	size_t n_inputs, cap_inputs, n_reported;
	struct source **archives; /* that came through pipes */
	size_t n_archives, cap_archives;
	struct intake *open[OPEN_INTAKES];
	size_t n_open;
	uint64_t turns;
	uint64_t read_bytes;   /* as stored, of the inputs that were read … */
	uint64_t stored_bytes; /* … and of all that are to be read */
	bool size_is_unknown;  /* a pipe is among them */
	uint64_t unticked_bytes, uncommitted_bytes; /* of text since the last tick and commit */
	size_t failed;
};

/* One log on its way in. */
struct intake {
	struct run *run;
	struct input *input;
	struct source *source;
	struct lines lines;
	struct str name; /* of the log: its path, or that in an archive */
	struct str head; /* copied to arena */
	struct ingest_report report;

	bool is_new;     /* not known to the book yet */
	uint32_t number; /* of the source in the sink */
	struct source_info info;
	struct record_reader *reader;
	struct parse_context context; /* of the present line */
	int64_t time_us;              /* of the record that comes next; TIME_NONE: unknown */
	uint64_t turn;                /* its last one */
	uint64_t begin;               /* offset of the first line to be read */
	uint64_t line_count;          /* before the present line */
	const line_ref *refed; /* lines given to the reader again, counted by an earlier run … */
	size_t n_refed;        /* … ascending */

	bool names_hosts;  /* lines begin with a host, and --gateway was not given */
	struct str *hosts; /* other hosts than info.gateway, numbered */
	size_t n_hosts, cap_hosts;
	struct u64_table host_of; /* lines of these hosts, until their record is out */

	struct arena arena; /* this log's strings */
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
/* The new log that waits in this run and begins as head does, but not for `in` (may be NULL). */
const struct input *mark_find_waiting(const struct run *r, struct str head,
				      const struct intake *in);

/* ingest_gateway.c */
/* Sets in->info.gateway of a new source. */
enum intake_result gateway_settle(struct intake *in, struct err *e);
/* The host that a line names at its head (syslog, journal), or empty. */
struct str line_host(struct str line);
/* That of the first line that names one. */
struct str first_host(const struct str *lines, size_t n);

/* ingest_file.c */
struct intake *intake_new(struct run *r, struct input *input, struct source *s);
void intake_free(struct intake *in);
/*
 * What the log is, by the book and its first lines. *wanted: something in it is to be read, and
 * in->lines stands there; else its report says all. May be done again as long as it was not begun.
 */
enum intake_result intake_examine(struct intake *in, bool *wanted, struct err *e);
/* The book knows it from here on; all is ready for its first line. */
enum intake_result intake_begin(struct intake *in, struct err *e);

/* ingest_lines.c */
/* When the first line to be read was written; TIME_NONE if that cannot be told. */
int64_t lines_first_time(struct intake *in);
/* Makes the reader and gives it the pending lines of a known source again. */
enum intake_result lines_begin(struct intake *in, struct err *e);
/*
 * Takes lines until the next record is younger than limit_us, or `most` bytes were read. Returns 1,
 * or 0 at the end of the log (also where it cannot be read further), -1 if the sink failed.
 */
int lines_take(struct intake *in, int64_t limit_us, uint64_t most, struct err *e);
/* Behind the last line: what the reader holds back, the mark, the counts. */
enum intake_result lines_end(struct intake *in, struct err *e);
/* Where reading would go on; to be committed. */
int lines_mark(struct intake *in, struct err *e);

/* ingest_scanner.c */
/* The scanners' logs that name no gateway get those of the MTAs, all of which are known by now. */
int scanners_settle(struct run *r, struct err *e);

/* ingest_plan.c */
/* Lines of one group are read in the order of time. */
void set_group(struct run *r, struct input *input, struct str name);
/* Looks at every log of the paths; what has nothing new is settled. */
int plan_inputs(struct run *r, struct err *e);

/* ingest_merge.c */
void input_settle(struct run *r, struct input *input, const struct ingest_report *report);
/* Ends its reading, if it is being read. */
void input_close(struct input *input);
/* True while that source is being read. */
bool run_reads(const struct run *r, uint32_t number);
/* Reads what waits. */
int merge_inputs(struct run *r, struct err *e);
/* What was taken in so far holds, also if the process dies: when it returns (`wait`), or soon. */
int merge_checkpoint(struct run *r, bool wait, struct err *e);

bool run_is_cancelled(const struct run *r);

/* ingest_zone.c: of times that carry none. */
const struct zone *zone_of_log(struct intake *in, const struct str *lines, size_t n);

#endif
