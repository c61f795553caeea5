/* SPDX-License-Identifier: MIT */
/* exim_reader: physical lines to records; see struct log_format in model/record.h. */
#ifndef IMPORTERS_EXIM_READER_H
#define IMPORTERS_EXIM_READER_H

#include "model/record.h"

/* Text kept of one record; further lines belong to it but are not in its text. */
#define EXIM_RECORD_MAX (64u << 10)

struct record_reader *exim_reader_new(const struct parse_context *c);
int exim_reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit,
		     void *arg, struct err *e);
int exim_reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e);
size_t exim_reader_pending(const struct record_reader *r, const line_ref **lines);
void exim_reader_free(struct record_reader *r);
int64_t exim_line_time(struct str line, const struct parse_context *c);

#endif
