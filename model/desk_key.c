/* SPDX-License-Identifier: MIT */
/* desk_key: see the header. */
#include "model/desk_key.h"

#include "base/civil.h"
#include "base/hash.h"
#include "model/exim_id.h"
#include "model/postfix_id.h"

/* A queue ID that is used again is not used again within the life of a message (five days). */
#define ID_LIFE_US (5 * DAY_US)

static int64_t
line_time(const struct stored_line *l)
{
	return l->format && l->format->line_time ? l->format->line_time(l->text, &l->context)
						 : TIME_NONE;
}

/* Lines without a time come last: they are continuations. */
static bool
comes_before(const struct stored_line *a, const struct stored_line *b)
{
	int64_t time_a = line_time(a), time_b = line_time(b);

	if (time_a != time_b)
		return time_b == TIME_NONE || (time_a != TIME_NONE && time_a < time_b);
	return str_cmp(a->text, b->text) < 0;
}

void
desk_key_make(const struct session *s, const struct stored_line *lines, size_t n,
	      struct desk_key *out)
{
	const struct stored_line *first = n > 0 ? &lines[0] : NULL;

	*out = (struct desk_key){ .gateway = s->gateway_name,
				  .id = session_own_id(s),
				  .start_us = s->start_us };
	for (size_t i = 1; i < n; i++)
		if (comes_before(&lines[i], first))
			first = &lines[i];
	if (first)
		out->line = hash_bytes(str_trim(first->text), 0);
}

static bool
is_unique(struct str id)
{
	int64_t unused;

	return exim_id_is(id) || postfix_id_time(id, &unused);
}

static bool
is_near(int64_t a, int64_t b)
{
	return a == TIME_NONE || b == TIME_NONE || distance_us(a, b) <= ID_LIFE_US;
}

bool
desk_key_same(const struct desk_key *a, const struct desk_key *b)
{
	if (!str_eq_nocase(a->gateway, b->gateway))
		return false;
	if (a->id.n > 0 && b->id.n > 0)
		return str_eq(a->id, b->id) &&
		       (is_unique(a->id) || is_near(a->start_us, b->start_us));
	return a->line != 0 && a->line == b->line;
}
