/* SPDX-License-Identifier: MIT */
/* mention: see the header. Pure. */
#include "model/mention.h"

#include "base/hash.h"
#include "model/term.h"

static bool
has_message_id(const struct fragment *f)
{
	for (size_t i = 0; i < f->n_identifiers; i++)
		if (f->identifiers[i].role == ID_ROLE_MESSAGE_ID)
			return true;
	return false;
}

bool
fragment_seeks(const struct fragment *f)
{
	return f->kind == FRAGMENT_SCORE && f->id.n == 0 && f->time_us != TIME_NONE &&
	       has_message_id(f);
}

bool
fragment_may_carry(const struct fragment *f)
{
	if (f->id.n == 0 || f->time_us == TIME_NONE)
		return false;
	switch (f->kind) {
	case FRAGMENT_NOTE:
	case FRAGMENT_REFUSED:
	case FRAGMENT_ARRIVED:
	case FRAGMENT_SCORE:
		return true;
	default:
		return false;
	}
}

size_t
mentions_of(uint32_t gateway, const struct fragment *f, line_ref line,
	    struct mention out[FRAGMENT_MAX_IDENTIFIERS])
{
	bool seeks = fragment_seeks(f);
	size_t n = 0;

	if (!seeks && !fragment_may_carry(f))
		return 0;
	for (size_t i = 0; i < f->n_identifiers; i++) {
		struct str text = f->identifiers[i].text;

		if (f->identifiers[i].role != ID_ROLE_MESSAGE_ID || text.n == 0)
			continue;
		out[n++] = (struct mention){
			.hash = hash_bytes(text, gateway),
			.term = term_hash((struct term){ TERM_IDENTIFIER, text }),
			.seeks = seeks,
			.time_us = f->time_us,
			.who = seeks ? line : hash_bytes(f->id, 0),
		};
	}
	return n;
}

static uint64_t
distance(const struct mention *a, const struct mention *b)
{
	return (uint64_t)(a->time_us > b->time_us ? a->time_us - b->time_us
						  : b->time_us - a->time_us);
}

bool
mention_fits(const struct mention *seeker, const struct mention *carrier)
{
	return seeker->seeks && !carrier->seeks && seeker->hash == carrier->hash &&
	       distance(seeker, carrier) <= MENTION_WINDOW_US;
}

/* Scanners speak before the MTA says that it took the message. */
bool
mention_nearer(const struct mention *seeker, const struct mention *carrier,
	       const struct mention *best)
{
	uint64_t a, b;

	if (!best)
		return true;
	a = distance(seeker, carrier);
	b = distance(seeker, best);
	if (a != b)
		return a < b;
	if (carrier->time_us != best->time_us)
		return carrier->time_us > best->time_us;
	return carrier->who < best->who;
}
