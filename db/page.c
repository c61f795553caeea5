/* SPDX-License-Identifier: MIT */
/* page: sessions newest first, from a cursor, filtered, within a budget. */
#include <stdlib.h>

#include "base/civil.h"
#include "db/walk.h"

/* Words that no fact holds may stand in a line: what is brief leaves facts out. */
static int
has_words(struct store *st, const struct text_filter *words, const struct session *s, bool *has,
	  struct err *e)
{
	unsigned missing = text_filter_missing(words, s);

	for (size_t i = 0; i < s->n_lines && missing != 0; i++) {
		struct block *b;
		size_t place = (size_t)(s->lines[i] & (((line_ref)1 << BLOCK_LINE_BITS) - 1));

		if (block_get(st, s->lines[i] >> BLOCK_LINE_BITS, &b, e) < 0)
			return -1;
		if (place < b->n_lines)
			missing = text_filter_missing_in_line(words, missing, block_line(b, place));
	}
	*has = missing == 0;
	return 0;
}

static int
is_wanted(struct store *st, const struct page_query *q, const struct session *s,
	  struct arena *scratch, bool *wanted, struct err *e)
{
	*wanted = !q->keep || q->keep(q->keep_arg, s);
	if (*wanted && q->probe && probe_matches_stored(st, q->probe, s, scratch, wanted, e) < 0)
		return -1;
	if (*wanted && q->words && has_words(st, q->words, s, wanted, e) < 0)
		return -1;
	arena_reset(scratch);
	return 0;
}

static int
take(struct store *st, const struct page_query *q, const struct session *s, struct arena *a,
     struct session *out, struct err *e)
{
	if (q->whole)
		return session_whole(st, s, a, out, e);
	session_copy(s, a, out);
	return 0;
}

static int
fill(struct walk *w, const struct page_query *q, struct arena *a, struct session_page *out,
     struct err *e)
{
	const struct session *s;
	struct arena scratch = { 0 };
	size_t cap = 0;
	bool wanted;
	int rc;

	while ((rc = walk_next(w, &s, e)) > 0) {
		if (out->n >= q->most ||
		    (q->budget_sessions > 0 && out->looked >= q->budget_sessions)) {
			out->more = true;
			rc = 0;
			break;
		}
		out->looked++;
		out->next = (struct session_cursor){ s->start_us, s->ref };
		if ((rc = is_wanted(w->st, q, s, &scratch, &wanted, e)) < 0)
			break;
		if (!wanted)
			continue;
		out->sessions = mem_grow(out->sessions, &cap, out->n + 1, sizeof(*out->sessions));
		if ((rc = take(w->st, q, s, a, &out->sessions[out->n], e)) < 0)
			break;
		out->n++;
	}
	arena_release(&scratch);
	return rc;
}

static int
page(struct store *st, const struct page_query *q, struct sid_list *found, struct arena *a,
     struct session_page *out, struct err *e)
{
	struct walk_query wq = { .after = q->after, .from_us = TIME_NONE, .to_us = TIME_NONE };
	struct walk w;

	if (q->probe) {
		wq.from_us = q->probe->from_us;
		wq.to_us = q->probe->to_us;
		if (q->probe->n_terms > 0) {
			if (probe_candidates(st, q->probe, found, e) < 0)
				return -1;
			wq.only = found;
		}
	}
	int rc = walk_begin(&w, st, &wq, e);
	if (rc == 0)
		rc = fill(&w, q, a, out, e);
	walk_end(&w);
	return rc;
}

int
store_page(struct store *st, const struct page_query *q, struct arena *a, struct session_page *out,
	   struct err *e)
{
	struct sid_list found = { 0 };

	*out = (struct session_page){ .next = q->after };
	if (index_begin(st, e) < 0)
		return -1;
	int rc = index_end(st, page(st, q, &found, a, out, e));
	sid_list_release(&found);
	struct session *sessions = arena_alloc(a, out->n * sizeof(*sessions));
	if (out->n > 0)
		memcpy(sessions, out->sessions, out->n * sizeof(*sessions));
	free(out->sessions);
	out->sessions = sessions;
	return rc;
}
