/* SPDX-License-Identifier: MIT */
/*
 * record: reading stored lines again. Lines of one source go through one reader of its format, in
 * order, so that records of several lines come out as they did at import.
 */
#include "model/record.h"

#include <stdlib.h>

static bool
same_source(const struct stored_line *a, const struct stored_line *b)
{
	return a->format == b->format && a->context.role == b->context.role &&
	       a->context.zone == b->context.zone && str_eq(a->source, b->source);
}

static int
read_source(const struct stored_line *lines, size_t n, size_t first, record_visit *visit, void *arg,
	    struct err *e)
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

enum { SOURCES_MOST = 64 }; /* of one session's lines: a few logs of one gateway */

int
stored_lines_read(const struct stored_line *lines, size_t n, record_visit *visit, void *arg,
		  struct err *e)
{
	size_t first[SOURCES_MOST], sources = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		if (!lines[i].format || (i > 0 && same_source(&lines[i - 1], &lines[i])))
			continue;
		while (k < sources && !same_source(&lines[first[k]], &lines[i]))
			k++;
		if (k < sources)
			continue;
		if (sources == SOURCES_MOST)
			return err_set(e, ERR_LIMIT, "a session of more than %d logs",
				       SOURCES_MOST);
		first[sources++] = i;
		if (read_source(lines, n, i, visit, arg, e) < 0)
			return -1;
	}
	return 0;
}

const struct stored_line *
stored_line_of(const struct stored_line *lines, size_t n, line_ref ref)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (lines[middle].ref < ref)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && lines[low].ref == ref ? &lines[low] : &lines[0];
}

struct fragment_list {
	const struct fragment **items;
	size_t n, cap;
	struct arena *arena;
	const struct stored_line *lines;
	size_t n_lines;
};

/* The reader's fragment dies with the visit, so the record is read again from a copy. */
static int
keep_fragment(void *arg, const struct record *r, struct err *e)
{
	struct fragment_list *l = arg;
	const struct stored_line *line = stored_line_of(l->lines, l->n_lines, r->lines[0]);
	struct fragment *f = arena_alloc(l->arena, sizeof(*f));

	(void)e;
	if (r->class != LINE_UNDERSTOOD)
		return 0;
	if (line->format->parse(arena_str(l->arena, r->text), &line->context, f, l->arena) !=
	    LINE_UNDERSTOOD)
		return 0;
	l->items = mem_grow(l->items, &l->cap, l->n + 1, sizeof(*l->items));
	l->items[l->n++] = f;
	return 0;
}

int
stored_lines_fragments(const struct stored_line *lines, size_t n, struct arena *a,
		       const struct fragment ***fragments, size_t *n_fragments, struct err *e)
{
	struct fragment_list list = { .arena = a, .lines = lines, .n_lines = n };
	int rc = stored_lines_read(lines, n, keep_fragment, &list, e);

	*n_fragments = list.n;
	*fragments = arena_alloc(a, (list.n + 1) * sizeof(**fragments));
	if (list.n > 0)
		memcpy(*fragments, list.items, list.n * sizeof(*list.items));
	free(list.items);
	return rc;
}
