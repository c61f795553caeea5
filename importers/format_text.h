/* SPDX-License-Identifier: MIT */
/*
 * format_text: a format file (formats.d/NAME.conf) as sections of "key = value" lines, and what is
 * wrong with one, said with file, line, column and a caret under the place. Pure.
 *
 *   # a comment; so is nothing behind a value
 *   [pattern refused]
 *   match = ^refused (?<rcpt>\S+)
 *      : (?<reply>.*)$                indented: goes on, joined without the blanks between
 */
#ifndef IMPORTERS_FORMAT_TEXT_H
#define IMPORTERS_FORMAT_TEXT_H

#include "base/mem.h"
#include "base/strbuf.h"

struct format_place {
	size_t line;     /* from 1 */
	size_t column;   /* bytes before it */
	struct str text; /* the physical line */
};

/* Where a piece of a value stands: from the offset `at` of the value on. */
struct format_piece {
	size_t at;
	struct format_place place;
};

struct format_entry {
	struct str key;
	struct str value;
	struct format_place place; /* of the key */
	struct format_piece *pieces;
	size_t n_pieces;
};

struct format_section {
	struct str kind; /* "pattern" */
	struct str name; /* "refused"; may be empty */
	struct format_place place;
	struct format_entry *entries;
	size_t n_entries;
};

struct format_text {
	struct str path; /* for complaints */
	struct format_section *sections;
	size_t n_sections;
};

/* What was found wrong, ready to be printed (neutralise it: it quotes the file). */
struct format_complaints {
	struct strbuf text;
	size_t n;
};

void format_complaints_init(struct format_complaints *c);
void format_complaints_release(struct format_complaints *c);
/* "PATH:LINE:COLUMN: message", the line, and a caret. Stops listing after twenty. */
void format_complain(struct format_complaints *c, struct str path, const struct format_place *where,
		     const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 4, 5)))
#endif
	;

/* Where that byte of an entry's value stands. */
struct format_place format_value_place(const struct format_entry *e, size_t offset);

/* Everything in arena; path and text are copied. What is no section or entry is complained of. */
void format_text_parse(struct str path, struct str text, struct arena *a, struct format_text *out,
		       struct format_complaints *c);

#endif
