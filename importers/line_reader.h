/* SPDX-License-Identifier: MIT */
/*
 * line_reader: the reader of formats in which each line is a record. It calls the parser of the
 * format in its context, which therefore must be set, and holds nothing back.
 */
#ifndef IMPORTERS_LINE_READER_H
#define IMPORTERS_LINE_READER_H

#include "model/record.h"

struct record_reader *line_reader_new(const struct parse_context *c);
int line_reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit,
		     void *arg, struct err *e);
int line_reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e);
size_t line_reader_pending(const struct record_reader *r, const line_ref **lines);
void line_reader_free(struct record_reader *r);

/* The members of struct log_format that read lines. */
#define LINE_READER                                                                 \
	.reader_new = line_reader_new, .reader_feed = line_reader_feed,             \
	.reader_finish = line_reader_finish, .reader_pending = line_reader_pending, \
	.reader_free = line_reader_free

#endif
