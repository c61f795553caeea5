/* SPDX-License-Identifier: MIT */
/*
 * rank_id: how an identifier of a paste is found again in a session: exactly, cut, in another case,
 * or misread; and what that proves.
 */
#include "model/exim_id.h"
#include "model/rank_judge.h"

#include <math.h>

#define EDIT_COST     3 /* a look-alike costs 1 */
#define ID_TEXT_MAX   40
#define MISREAD_LEAST 8  /* characters; shorter IDs are all near each other */
#define MISREAD_SURE  14 /* … that a misread ID must have to decide by itself */

/* What people and scanners take for each other costs little, other changes a whole edit. */
static unsigned
change_cost(char a, char b)
{
	/* Bits of the groups that a character looks like one of. */
	static const uint8_t looks[128] = {
		['0'] = 1,   ['O'] = 1,   ['o'] = 1,   ['D'] = 1,  ['Q'] = 1,  ['1'] = 2,
		['l'] = 2,   ['I'] = 2,   ['i'] = 2,   ['5'] = 4,  ['S'] = 4,  ['s'] = 4,
		['8'] = 8,   ['B'] = 8,   ['2'] = 16,  ['Z'] = 16, ['z'] = 16, ['u'] = 32,
		['v'] = 32,  ['U'] = 32,  ['V'] = 32,  ['g'] = 64, ['9'] = 64, ['q'] = 64,
		['6'] = 128, ['b'] = 128, ['G'] = 128,
	};

	if (a == b)
		return 0;
	if (((a | b) & 128) == 0 && (looks[a & 127] & looks[b & 127]) != 0)
		return 1;
	return char_lower(a) == char_lower(b) ? 1 : EDIT_COST;
}

/* The least cost of turning a's first i and b's first k characters into each other, row by row. */
static unsigned
edit_cost(struct str a, struct str b)
{
	unsigned rows[3][ID_TEXT_MAX + 1];

	for (unsigned k = 0; k <= b.n; k++)
		rows[0][k] = k * EDIT_COST;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned *row = rows[i % 3], *above = rows[(i + 2) % 3];
		const unsigned *two = rows[(i + 1) % 3];

		row[0] = (unsigned)i * EDIT_COST;
		for (size_t k = 1; k <= b.n; k++) {
			unsigned cost = above[k - 1] + change_cost(a.p[i - 1], b.p[k - 1]);
			unsigned gap = (above[k] < row[k - 1] ? above[k] : row[k - 1]) + EDIT_COST;
			bool swap = i > 1 && k > 1 && a.p[i - 1] == b.p[k - 2] &&
				    a.p[i - 2] == b.p[k - 1];

			cost = gap < cost ? gap : cost;
			if (swap && two[k - 2] + EDIT_COST < cost)
				cost = two[k - 2] + EDIT_COST;
			row[k] = cost;
		}
	}
	return rows[a.n % 3][b.n];
}

/* Who types O for one zero, or l for one 1, does so for all of them. */
static bool
eq_folded(struct str a, struct str b)
{
	static const char from[] = "OolI", to[] = "0011";

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		const char *x = strchr(from, a.p[i]), *y = strchr(from, b.p[i]);
		if ((x ? to[x - from] : a.p[i]) != (y ? to[y - from] : b.p[i]))
			return false;
	}
	return true;
}

/* Up to three look-alikes, or one edit of any kind: also two neighbours in each other's place. */
static bool
eq_misread(struct str a, struct str b)
{
	return eq_folded(a, b) || (a.n <= ID_TEXT_MAX && b.n <= ID_TEXT_MAX && a.n <= b.n + 1 &&
				   b.n <= a.n + 1 && edit_cost(a, b) <= EDIT_COST);
}

/* Numbers count up: the neighbour of one is another's, not a misreading. */
static bool
may_be_misread(const struct clue *c, const struct clue_more *m, struct str id)
{
	if (m->role != CLUE_ROLE_NONE || c->text.n < MISREAD_LEAST)
		return false;
	if (m->shape == ID_SHAPE_EXIM)
		return true;
	/* Cut by one character, or that one is missing elsewhere. */
	if (m->shape == ID_SHAPE_EXIM_CUT)
		return c->text.n + 1 == EXIM_ID_OLD || c->text.n + 1 == EXIM_ID_NEW;
	for (size_t i = 0; i < id.n; i++) {
		if (char_is_alpha(id.p[i]))
			return m->shape >= ID_SHAPE_HEX && m->shape <= ID_SHAPE_NAMED;
	}
	return false;
}

static enum id_fit
fit(const struct clue *c, const struct clue_more *m, struct str id)
{
	if (str_eq(c->text, id))
		return ID_FIT_EXACT;
	if (c->kind == CLUE_MESSAGE_ID)
		return str_eq_nocase(c->text, id) ? ID_FIT_CASE : ID_FIT_NONE;
	if (m->shape == ID_SHAPE_EXIM_CUT && str_starts(id, c->text))
		return ID_FIT_CUT;
	if (m->shape == ID_SHAPE_EXIM_TAIL && str_ends(id, c->text))
		return ID_FIT_CUT;
	if (str_eq_nocase(c->text, id))
		return ID_FIT_CASE;
	if (m->shape == ID_SHAPE_EXIM_CUT && str_starts_nocase(id, c->text))
		return ID_FIT_CASE;
	if (may_be_misread(c, m, id) && eq_misread(c->text, id))
		return ID_FIT_MISREAD;
	return ID_FIT_NONE;
}

enum id_fit
rank_id_fit(const struct clue *c, const struct clue_more *m, const struct session *s,
	    enum id_role *role)
{
	enum id_fit best = ID_FIT_NONE;

	for (size_t i = 0; i < s->n_identifiers; i++) {
		if (s->identifiers[i].role == ID_ROLE_CONNECTION)
			continue;
		enum id_fit f = fit(c, m, s->identifiers[i].text);
		if (f != ID_FIT_NONE && (best == ID_FIT_NONE || f < best)) {
			best = f;
			*role = s->identifiers[i].role;
		}
	}
	return best;
}

static double
shape_worth(const struct clue *c, const struct clue_more *m, enum id_fit f)
{
	double n = (double)c->text.n;

	if (f == ID_FIT_MISREAD && m->shape != ID_SHAPE_EXIM)
		return (n >= MISREAD_SURE ? 12.5
			: n >= 10         ? 11
					  : 9) -
		       (m->shape == ID_SHAPE_NAMED ? 0 : 1.5);
	switch (m->shape) {
	case ID_SHAPE_EXIM:
		return f == ID_FIT_MISREAD ? 12.5 : f == ID_FIT_CASE ? 15 : 16;
	case ID_SHAPE_EXIM_CUT:
		return n >= 12 ? 14 : 12;
	case ID_SHAPE_EXIM_TAIL:
		return n >= 12 ? 14 : 12.5;
	case ID_SHAPE_NAMED:
		return n >= 10 ? 15 : n >= 8 ? 13 : 9.5;
	case ID_SHAPE_LONG:
		return n >= 14 ? 15 : 13;
	case ID_SHAPE_HEX:
		return n >= 14 ? 14 : 10.5;
	default:
		return n >= 14 ? 14 : 10.5;
	}
}

/* What the identifier is to the session: its own proves most, a neighbour's least. */
static double
role_worth(enum id_role role)
{
	switch (role) {
	case ID_ROLE_OWN:
	case ID_ROLE_REFERENCE:
	case ID_ROLE_MESSAGE_ID:
		return 1;
	case ID_ROLE_SCANNER:
		return 0.85;
	case ID_ROLE_NEXT_HOP:
		return 0.65;
	default:
		return 0.5;
	}
}

static struct str
id_reason(const struct judge *j, const struct clue *c, enum id_fit f, enum id_role role)
{
	static const char *const fits[] = { "", "", " (cut)", " (letter case differs)",
					    " (misread)" };
	const char *how = c->repair && f == ID_FIT_EXACT ? c->repair : "";

	if (c->kind == CLUE_MESSAGE_ID)
		return arena_printf(j->set->arena, "Message-ID %.*s", STR_ARG(c->text));
	const char *what = role == ID_ROLE_NEXT_HOP    ? "next hop's ID"
			   : role == ID_ROLE_PARENT    ? "ID of its parent"
			   : role == ID_ROLE_REFERENCE ? "reference"
						       : "ID";
	return arena_printf(j->set->arena, "%s %.*s%s%s%s", what, STR_ARG(c->text), *how ? " " : "",
			    how, fits[f]);
}

/* The mail that came back has a Message-ID, the session's mail another one. */
static bool
is_another_message(const struct judge *j)
{
	bool named = false, has = false;

	for (size_t i = 0; i < j->set->n; i++)
		named |= j->set->v[i].kind == CLUE_MESSAGE_ID && !j->set->v[i].dropped &&
			 j->set->more[i].role == CLUE_ROLE_RETURNED;
	for (size_t i = 0; i < j->s->n_identifiers; i++)
		has |= j->s->identifiers[i].role == ID_ROLE_MESSAGE_ID;
	return named && has;
}

bool
rank_in_refusal(const struct clue_set *set, const struct clue *c)
{
	for (size_t i = 0; i < set->n; i++) {
		const struct clue *reply = &set->v[i];

		if (reply->kind == CLUE_REPLY && c->start >= reply->start && c->end <= reply->end)
			return true;
	}
	return false;
}

void
judge_identifiers(struct judge *j, enum clue_kind kind)
{
	double best = 0, sum = 0;
	const struct clue *which = NULL;
	enum id_fit best_fit = ID_FIT_NONE;
	enum id_role best_role = ID_ROLE_OWN;

	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];
		enum id_role role = ID_ROLE_OWN;

		if (c->kind != kind || c->dropped)
			continue;
		enum id_fit f = rank_id_fit(c, &j->set->more[i], j->s, &role);
		if (f == ID_FIT_NONE)
			continue;
		double w = kind == CLUE_MESSAGE_ID ? 14 : shape_worth(c, &j->set->more[i], f);
		if (c->matches > 1)
			w -= log((double)c->matches);
		w *= role_worth(role) * (1 - c->doubt);
		if (j->set->more[i].role == CLUE_ROLE_BOUNCE && kind == CLUE_IDENTIFIER)
			w *= 0.6; /* the ID of the bounce, not of what bounced */
		j->out->in_refusal |= kind == CLUE_IDENTIFIER && rank_in_refusal(j->set, c);
		sum += w;
		if (w > best) {
			best = w;
			which = c;
			best_fit = f;
			best_role = role;
		}
	}
	if (!which) {
		j->against += kind == CLUE_MESSAGE_ID && is_another_message(j) ? 4 : 0;
		return;
	}
	/* A second identifier that agrees adds little: it seldom is independent. */
	j->out->score += best + 0.1 * (sum - best > best ? best : sum - best);
	j->out->evidence = true;
	if (kind == CLUE_IDENTIFIER && (best_role == ID_ROLE_OWN || best_role == ID_ROLE_REFERENCE))
		j->out->identified = true;
	rank_reason(j, best + 1, id_reason(j, which, best_fit, best_role));
}
