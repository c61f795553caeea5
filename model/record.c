/* SPDX-License-Identifier: MIT */
/*
 * record: reading stored lines again. Lines of one source go through one reader of its format, in
 * order, so that records of several lines come out as they did at import.
 */
#include "model/record.h"

static bool
same_source(const struct stored_line *a, const struct stored_line *b)
{
	return a->format == b->format && a->context.role == b->context.role &&
	       a->context.zone == b->context.zone && str_eq(a->source, b->source);
}

/* True if an earlier line had the same source, so that its reader has seen this one. */
static bool
source_was_read(const struct stored_line *lines, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_source(&lines[k], &lines[i]))
			return true;
	return false;
}

static int
read_source(const struct stored_line *lines, size_t n, size_t first, record_visit *visit,
            void *arg, struct err *e)
{
	const struct log_format *format = lines[first].format;
	struct record_reader *reader = format->reader_new(&lines[first].context);
	int rc = 0;

	for (size_t i = first; i < n && rc == 0; i++)
		if (same_source(&lines[first], &lines[i]))
			rc = format->reader_feed(reader, reader_line(lines[i].text), lines[i].ref,
			                         visit, arg, e);
	if (rc == 0)
		rc = format->reader_finish(reader, visit, arg, e);
	format->reader_free(reader);
	return rc;
}

int
stored_lines_read(const struct stored_line *lines, size_t n, record_visit *visit, void *arg,
                  struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		if ((i > 0 && same_source(&lines[i - 1], &lines[i])) || source_was_read(lines, i))
			continue;
		if (read_source(lines, n, i, visit, arg, e) < 0)
			return -1;
	}
	return 0;
}
