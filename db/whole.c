/* SPDX-License-Identifier: MIT */
/* whole: what a brief session leaves out, from its own lines. */
#include "db/index.h"
#include "model/merge.h"

/* A session of a format that this program does not know stays brief. */
static int
formats_known(struct store *st, const struct session *s, bool *known, struct err *e)
{
	*known = true;
	for (size_t i = 0; i < s->n_lines && *known; i++) {
		struct source_row *source;
		struct block *b;

		if (block_get(st, s->lines[i] >> BLOCK_LINE_BITS, &b, e) < 0 ||
		    source_get(st, b->source, &source, e) < 0)
			return -1;
		*known = source->format != NULL;
	}
	return 0;
}

int
session_whole(struct store *st, const struct session *s, struct arena *a, struct session *out,
	      struct err *e)
{
	const struct fragment **fragments;
	struct stored_line *lines;
	bool known;
	size_t n;

	if (!s->brief) {
		session_copy(s, a, out);
		return 0;
	}
	if (formats_known(st, s, &known, e) < 0)
		return -1;
	if (!known) {
		session_copy(s, a, out);
		return 0;
	}
	if (stored_lines_get(st, s->lines, s->n_lines, a, &lines, e) < 0 ||
	    stored_lines_fragments(lines, s->n_lines, a, &fragments, &n, e) < 0)
		return -1;
	if (!merge_fragments(fragments, n, a, out))
		return index_damaged(st, "session", s->ref.number, e);
	out->ref = s->ref;
	out->gateway = s->gateway;
	out->gateway_name = arena_str(a, s->gateway_name);
	out->n_lines = s->n_lines;
	out->lines = arena_alloc(a, (s->n_lines + 1) * sizeof(*out->lines));
	memcpy(out->lines, s->lines, s->n_lines * sizeof(*out->lines));
	return 0;
}
