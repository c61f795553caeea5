/* SPDX-License-Identifier: MIT */
/*
 * rank_pair: a sender and a recipient together. Each alone may be common; what counts is how many
 * sessions have both.
 */
#include "model/rank_judge.h"

#include <math.h>

#define PAIR_WORTH     11.8 /* of a pair that one session alone has */
#define PAIR_DOUBT_MAX 0.8
#define PAIRS_FREE     12.0 /* addresses of no known role make that many pairs in any bounce */

static bool
is_side(const struct clue *c, enum clue_kind kind)
{
	return (c->kind == kind || c->kind == CLUE_ADDRESS) && !c->dropped &&
	       c->doubt <= PAIR_DOUBT_MAX;
}

static void
add_reason_once(struct judge *j, double weight, const char *what, const struct clue *c)
{
	struct str text = arena_printf(j->set->arena, "%s %.*s", what, STR_ARG(c->text));

	for (size_t i = 0; i < j->out->n_reasons; i++) {
		if (str_eq(j->out->reasons[i], text))
			return;
	}
	rank_reason(j, weight, text);
}

/*
 * In a table of addresses some sender and some recipient meet by chance: the more pairs there are,
 * the less one proves.
 */
static double
chance_doubt(const struct clue_set *set)
{
	size_t senders = 0, recipients = 0;

	for (size_t i = 0; i < set->n; i++) {
		senders += is_side(&set->v[i], CLUE_SENDER);
		recipients += is_side(&set->v[i], CLUE_RECIPIENT);
	}
	double pairs = (double)senders * (double)recipients;
	return pairs > PAIRS_FREE ? log(pairs / PAIRS_FREE) : 0;
}

void
judge_pair(struct judge *j, double given)
{
	const struct clue_set *set = j->set;
	struct judged *out = j->out;

	out->has_pair = false;
	out->pair_given = given;
	for (size_t i = 0; i < set->n; i++) {
		if (!is_side(&set->v[i], CLUE_SENDER) ||
		    !session_has_term(j->s, (struct term){ TERM_SENDER, set->v[i].text }))
			continue;
		for (size_t k = 0; k < set->n; k++) {
			const struct clue *to = &set->v[k];
			double doubt = set->v[i].doubt > to->doubt ? set->v[i].doubt : to->doubt;

			if (str_eq_nocase(to->text, set->v[i].text) ||
			    !is_side(to, CLUE_RECIPIENT) ||
			    (out->has_pair && doubt >= out->pair_doubt) ||
			    !session_has_term(j->s, (struct term){ TERM_RECIPIENT, to->text }))
				continue;
			out->has_pair = true;
			out->pair_doubt = doubt;
			out->pair_sender = i;
			out->pair_recipient = k;
		}
	}
	if (!out->has_pair)
		return;
	/* Addresses with a label were not picked from a crowd. */
	if (set->v[out->pair_sender].kind == CLUE_ADDRESS ||
	    set->v[out->pair_recipient].kind == CLUE_ADDRESS)
		out->pair_doubt += chance_doubt(set);
	add_reason_once(j, given, "sender", &set->v[out->pair_sender]);
	add_reason_once(j, given, "recipient", &set->v[out->pair_recipient]);
}

/* Attempts of one mail are one mail that has the pair. */
static bool
is_first_of_pair(const struct judged *v, size_t at)
{
	if (!v[at].has_pair)
		return false;
	for (size_t i = 0; i < at; i++)
		if (v[i].has_pair && v[i].story == v[at].story &&
		    v[i].pair_sender == v[at].pair_sender &&
		    v[i].pair_recipient == v[at].pair_recipient)
			return false;
	return true;
}

void
rank_pairs(struct judged *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t same = 0;

		if (!v[i].has_pair)
			continue;
		for (size_t k = 0; k < n; k++)
			same += is_first_of_pair(v, k) && v[k].pair_sender == v[i].pair_sender &&
				v[k].pair_recipient == v[i].pair_recipient;
		double worth = PAIR_WORTH - v[i].pair_doubt - log((double)same);
		if (worth > v[i].pair_given)
			v[i].score += worth - v[i].pair_given;
	}
}
