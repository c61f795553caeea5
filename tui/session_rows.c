/* SPDX-License-Identifier: MIT */
/*
 * session_rows: pages by cursor. How many sessions a page may look at follows from how long the
 * last one took: to resume a walk has a price, so that very small pages would never get done.
 */
#include "tui/session_rows.h"

#include <stdlib.h>

#include "tui/view.h"

enum { PAGE_ROWS = 100, LOOKS_LEAST = 4000, LOOKS_MOST = 256000, PAGE_MS = 20 };

void
session_rows_init(struct session_rows *r)
{
	*r = (struct session_rows){ .term.kind = TERM_KIND_COUNT, .looks = LOOKS_LEAST };
	arena_init(&r->arena);
}

void
session_rows_release(struct session_rows *r)
{
	arena_release(&r->arena);
	free(r->rows);
}

void
session_rows_restart(struct session_rows *r, struct term term, struct str words,
		     const struct zone *zone)
{
	arena_reset(&r->arena);
	r->n = 0;
	r->next = (struct session_cursor){ 0 };
	r->more = true;
	r->term = term;
	r->looked_at = 0;
	r->filter = (struct text_filter){ .zone = zone };
	text_filter_add(&r->filter, words, &r->arena);
}

/* --- pages ---------------------------------------------------------------------------------- */

static int
read_page(struct session_rows *r, struct store *st, struct err *e)
{
	struct probe probe = { .from_us = TIME_NONE, .to_us = TIME_NONE };
	struct session_page page = { 0 };
	struct page_query q = {
		.after = r->next,
		.most = PAGE_ROWS,
		.budget_sessions = r->looks,
	};
	if (r->term.kind != TERM_KIND_COUNT) {
		probe.terms[0] = r->term;
		probe.n_terms = 1;
		probe.most = PAGE_ROWS;
		q.probe = &probe;
	}
	if (r->filter.n_words > 0)
		q.words = &r->filter;
	if (store_page(st, &q, &r->arena, &page, e) != 0)
		return -1;
	r->rows = mem_grow(r->rows, &r->cap, r->n + page.n, sizeof(*r->rows));
	if (page.n > 0)
		memcpy(r->rows + r->n, page.sessions, page.n * sizeof(*page.sessions));
	r->n += page.n;
	r->looked_at += page.looked;
	r->next = page.next;
	r->more = page.more;
	return 0;
}

static void
pace(struct session_rows *r, int64_t took_ms)
{
	if (took_ms < PAGE_MS / 2 && r->looks < LOOKS_MOST)
		r->looks *= 2;
	else if (took_ms > PAGE_MS && r->looks > LOOKS_LEAST)
		r->looks /= 2;
}

int
session_rows_read(struct session_rows *r, struct store *st, size_t want, int64_t until_ms,
		  struct err *e)
{
	while (r->more && r->n < want) {
		int64_t start = app_monotonic_ms();
		if (read_page(r, st, e) != 0) {
			r->more = false;
			return -1;
		}
		int64_t now = app_monotonic_ms();
		pace(r, now - start);
		if (now >= until_ms)
			break;
	}
	return 0;
}

size_t
session_rows_find(const struct session_rows *r, struct session_ref ref)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->rows[i].ref.number == ref.number)
			return i;
	return STR_NPOS;
}
