/* SPDX-License-Identifier: MIT */
/*
 * record: one log entry, which may span several physical lines, and how a format turns lines into
 * records and records into fragments. The importers implement struct log_format; db/ and the
 * assembler only call it, also to read stored lines again.
 */
#ifndef MODEL_RECORD_H
#define MODEL_RECORD_H

#include "base/civil.h"
#include "base/err.h"
#include "base/mem.h"
#include "model/fragment.h"
#include "model/session.h"

struct log_format;

/* What the lines of one source need besides themselves. */
struct parse_context {
	const struct zone *zone; /* of times that carry none */
	int64_t near_us;         /* a moment close to the record's, for times without a year;
	                            TIME_NONE: none known */
	enum log_role role;
	uint32_t source; /* of the store: lines of one log have one order; 0: none */
	/* The one that is called; formats made at run time find themselves by it. */
	const struct log_format *format;
	bool keys_only; /* class, kind, time and join keys suffice: how a record is routed */
};

struct record {
	struct str text; /* transport prefix and piece marks removed, lines joined by '\n' */
	const line_ref *lines;
	size_t n_lines;
	enum line_class class;    /* of all its lines */
	struct fragment fragment; /* valid when understood */
	struct str gateway; /* set by the ingest loop: the host that the line names, when it is
	                            not the source's gateway; else empty */
};

/* What a reader sees of a physical line: no CR at its end, and of a huge one only the begin. */
#define READER_LINE_BYTES ((size_t)64 << 10)
static inline struct str
reader_line(struct str raw)
{
	if (raw.n > 0 && raw.p[raw.n - 1] == '\r')
		raw.n--;
	return str_slice(raw, 0, READER_LINE_BYTES);
}

typedef int record_visit(void *arg, const struct record *r, struct err *e);

struct log_format {
	const char *name;  /* "exim": stored with the source, --format */
	const char *title; /* "Exim" */
	/* Its lines judge messages that an MTA's log tells of: the gateway is that MTA's. */
	bool is_scanner;
	/*
	 * One record's text (as in struct record) to its facts. Pure; may allocate in scratch.
	 * The role may be refined (a rejectlog is told from a mainlog by its name or content).
	 */
	enum line_class (*parse)(struct str text, const struct parse_context *c,
				 struct fragment *out, struct arena *scratch);
	/*
	 * When a physical line was written, TIME_NONE if it does not say: continuations do not.
	 * Cheap, for putting the lines of several logs in order.
	 */
	int64_t (*line_time)(struct str line, const struct parse_context *c);
	/*
	 * Physical lines to records. A reader holds back a record until it is complete; finish
	 * visits what is held back (end of source). pending lists the lines of records that a
	 * following line could still extend, also after finish.
	 */
	struct record_reader *(*reader_new)(const struct parse_context *c);
	int (*reader_feed)(struct record_reader *r, struct str line, line_ref ref,
			   record_visit *visit, void *arg, struct err *e);
	int (*reader_finish)(struct record_reader *r, record_visit *visit, void *arg,
			     struct err *e);
	size_t (*reader_pending)(const struct record_reader *r, const line_ref **lines);
	void (*reader_free)(struct record_reader *r);
};

/* A physical line as the store gives it back. */
struct stored_line {
	struct str text;
	line_ref ref;
	const struct log_format *format; /* NULL: not known to this program … */
	struct str format_name;          /* … which may say so by this name; else empty */
	struct parse_context context;
	struct str source;    /* path at import, a hint for people */
	uint64_t line_number; /* in that source, from 1; 0 unknown */
};

/*
 * Reads stored lines (ascending by ref; sources may be mixed) again into records. Lines of formats
 * that are not known make none.
 * Lines of one source go through one reader.
 */
int stored_lines_read(const struct stored_line *lines, size_t n, record_visit *visit, void *arg,
		      struct err *e);

/* The line with that reference (lines ascend), or the first when there is none. */
const struct stored_line *stored_line_of(const struct stored_line *lines, size_t n, line_ref ref);
/* The understood ones of these records' fragments, which borrow from a. */
int stored_lines_fragments(const struct stored_line *lines, size_t n, struct arena *a,
			   const struct fragment ***fragments, size_t *n_fragments, struct err *e);

#endif
