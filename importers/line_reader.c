/* SPDX-License-Identifier: MIT */
/* line_reader: see the header. */
#include "importers/line_reader.h"

#include <stdlib.h>

struct record_reader {
	struct parse_context context;
	struct arena scratch;
};

struct record_reader *
line_reader_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	return r;
}

int
line_reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit,
		 void *arg, struct err *e)
{
	struct record record = { .lines = &ref, .n_lines = 1, .text = line };

	arena_reset(&r->scratch);
	record.class =
		r->context.format->parse(record.text, &r->context, &record.fragment, &r->scratch);
	/* The next line's year is that of this one, or the year after. */
	if (record.fragment.time_us != TIME_NONE)
		r->context.near_us = record.fragment.time_us;
	return visit(arg, &record, e);
}

int
line_reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	(void)r, (void)visit, (void)arg, (void)e;
	return 0;
}

size_t
line_reader_pending(const struct record_reader *r, const line_ref **lines)
{
	(void)r;
	*lines = NULL;
	return 0;
}

void
line_reader_free(struct record_reader *r)
{
	if (!r)
		return;
	arena_release(&r->scratch);
	free(r);
}
