/* SPDX-License-Identifier: MIT */
/* who_session: who refused, by what our own sessions tell. */
#include "model/rank.h"
#include "model/who_judge.h"

static bool
went_wrong(const struct recipient *r)
{
	return r->verdict == VERDICT_REJECTED || r->verdict == VERDICT_DEFERRED;
}

const struct recipient *
who_failed(const struct clue_set *c, const struct session *s)
{
	const struct recipient *any = NULL;

	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		if (!went_wrong(r))
			continue;
		for (size_t k = 0; k < c->n; k++) {
			if ((c->v[k].kind == CLUE_RECIPIENT || c->v[k].kind == CLUE_ADDRESS) &&
			    (str_eq_nocase(c->v[k].text, r->address) ||
			     str_eq_nocase(c->v[k].text, r->original)))
				return r;
		}
		any = any ? any : r;
	}
	return any;
}

bool
who_spoke(const struct recipient *r)
{
	return r->reply.code != 0 || r->stage != STAGE_DELIVERY;
}

bool
who_accepted(const struct session *s)
{
	return s->verdict != VERDICT_REJECTED && s->verdict != VERDICT_DEFERRED &&
	       s->verdict != VERDICT_DROPPED;
}

const struct session *
who_likely(const struct find_result *r)
{
	return r->n_candidates > 0 && r->none_probability < LIKELY ? r->candidates[0].session
								   : NULL;
}

/* A mail of our own people, or a bounce or notice that we wrote ourselves. */
static bool
is_sent_by_us(const struct find_context *x, const struct session *s)
{
	if (s->direction == DIRECTION_OUT || s->user.n > 0 || s->auth.n > 0 || s->peer_ip.n == 0)
		return true;
	return s->has_sender && who_address_is_ours(x, s->sender);
}

static enum ours_side
side_of(const struct find_context *x, const struct recipient *r)
{
	return ours_side_of(x->ours, r->remote_host, r->remote_ip);
}

enum refuser
who_of_session(const struct clue_set *c, const struct find_context *x, const struct session *s)
{
	const struct recipient *r = who_failed(c, s);

	if (!who_accepted(s))
		return REFUSER_US;
	if (!r)
		return REFUSER_UNKNOWN;
	if (!r->by_remote && r->stage != STAGE_DELIVERY)
		return REFUSER_US;
	enum ours_side side = side_of(x, r);
	if (side == SIDE_BEHIND)
		return REFUSER_OUR_BACKEND;
	/* Nobody else spoke: we could not deliver. */
	if (!who_spoke(r))
		return is_sent_by_us(x, s) ? REFUSER_SENDER_SIDE : REFUSER_US;
	return side == SIDE_GATEWAY ? REFUSER_US : REFUSER_REMOTE;
}

bool
who_kept(const struct candidate *k)
{
	return k->outcome == STORY_QUARANTINED || k->outcome == STORY_DISCARDED ||
	       k->outcome == STORY_HELD;
}

bool
who_delivered(const struct candidate *k)
{
	const struct session *s = k->session;
	bool delivered = s->verdict == VERDICT_ACCEPTED && s->n_recipients > 0 && !who_kept(k);

	for (size_t i = 0; i < s->n_recipients; i++)
		delivered &= s->recipients[i].verdict == VERDICT_ACCEPTED;
	return delivered;
}

static bool
names_session(const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct clue *v = &c->v[i];

		if ((v->kind == CLUE_IDENTIFIER || v->kind == CLUE_MESSAGE_ID) && !v->dropped &&
		    v->matches > 0)
			return true;
	}
	return false;
}

static bool
was_told_so(const struct candidate *k)
{
	for (size_t i = 0; i < k->n_reasons; i++) {
		if (str_eq(k->reasons[i], STR(RANK_TOLD)))
			return true;
	}
	return false;
}

/*
 * How likely sessions in which we refused must be for "us". Of many that fit a little none is
 * meant, unless they were told the same; a stranger's name speaks against it, and against his words only an identifier counts.
 */
static double
likely_us(const struct clue_set *c, const struct find_result *r)
{
	bool few = r->n_candidates > 0 && r->candidates[0].probability >= LIKELY / 3;

	if ((r->foreign.proves && !names_session(c)) ||
	    (!few && r->n_candidates > 0 && !was_told_so(&r->candidates[0])))
		return NEVER;
	return few && c->facts.stranger <= 0 ? LIKELY : SURE;
}

enum refuser
who_by_candidates(const struct clue_set *c, const struct find_context *x,
		  const struct find_result *r)
{
	double by[REFUSER_COUNT] = { 0 };
	double us = likely_us(c, r);
	double shown = 1 - r->none_probability - r->more_probability;

	for (size_t i = 0; i < r->n_candidates; i++) {
		const struct candidate *k = &r->candidates[i];
		enum refuser who = who_kept(k) ? REFUSER_US : who_of_session(c, x, k->session);
		by[who] += k->probability * (1 + r->more_probability / shown);
	}
	for (int k = REFUSER_UNKNOWN + 1; k < REFUSER_COUNT; k++) {
		if (by[k] >= (k == REFUSER_US ? us : LIKELY))
			return (enum refuser)k;
	}
	return REFUSER_UNKNOWN;
}

enum refuser
who_of_delivered(const struct find_context *x, const struct session *s)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (side_of(x, &s->recipients[i]) == SIDE_BEHIND)
			return REFUSER_OUR_BACKEND;
	}
	return REFUSER_REMOTE;
}
