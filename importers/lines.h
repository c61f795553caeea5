/* SPDX-License-Identifier: MIT */
/*
 * lines: a source cut into physical lines, without allocation per line. Keeps the bytes before the
 * present line, so that a place in the text can be known by what stands before it.
 */
#ifndef IMPORTERS_LINES_H
#define IMPORTERS_LINES_H

#include "base/strbuf.h"
#include "importers/source.h"

/* Of a longer line the rest is dropped. */
#define LINE_MAX_BYTES ((size_t)16 << 20)
/* What of the content names it (DESIGN §4): so much of the head, and before a checkpoint. */
#define MARK_BYTES     ((size_t)4096)

enum lines_result {
	LINES_FAILED = -1,
	LINES_END,
	LINES_LINE,
	LINES_HALF, /* bytes without a newline end the text; they are not consumed */
};

struct lines {
	struct source *source;
	char *buffer;
	size_t at;               /* the present line, or the rest of a long one, begins here … */
	size_t end;              /* … and the bytes read end here */
	size_t scanned;          /* bytes after at that hold no newline */
	bool at_end;             /* the source gives no more */
	uint64_t offset;         /* in the text: of the present line's first byte */
	struct strbuf long_line; /* the begin of a line longer than the buffer … */
	uint64_t long_bytes;     /* … and how much of it was read */
	bool long_is_taken;      /* it was given out; the present line is the one after */
	char long_before[MARK_BYTES]; /* what stood before that line */
	uint64_t dropped_bytes;       /* of lines longer than LINE_MAX_BYTES */
};

/* Borrows the source. */
void lines_init(struct lines *l, struct source *s);
void lines_release(struct lines *l);

/* The next bytes of the text, at least `want` (at most 128 KB) unless it ends; consumes nothing. */
int lines_peek(struct lines *l, size_t want, struct str *head, struct err *e);
/* The next line without its newline; valid until the next call. */
enum lines_result lines_next(struct lines *l, struct str *text, struct err *e);
/* Consumes what LINES_HALF gave. */
void lines_accept_half(struct lines *l);
uint64_t lines_half_bytes(const struct lines *l);

/* The last min(offset, MARK_BYTES) bytes before the present line. */
struct str lines_before(const struct lines *l);
/* Forward to that offset: 1; 0 if the text ends before. */
int lines_skip(struct lines *l, uint64_t offset, struct err *e);
/* Within lines_before: at most its length. */
void lines_back(struct lines *l, size_t bytes);
/* Back to the first byte of the present log. */
int lines_rewind(struct lines *l, struct err *e);

#endif
