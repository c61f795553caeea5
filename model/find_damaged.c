/* SPDX-License-Identifier: MIT */
/*
 * find_damaged: identifiers that the index does not know as they stand: cut, in lost case, misread
 * or mistyped. An Exim ID holds the second of its issue, so its neighbours are asked for by time
 * and compared here.
 */
#include "model/exim_id.h"
#include "model/find_plan.h"

#define WANT_SECOND     200 /* IDs issued within one second */
#define SCAN_S          10  /* from the issue of an ID to the first line about it, mostly */
#define SCAN_WIDE_S     180 /* … and when the mail is large or the scanner slow */
#define DAMAGED_MAX     3   /* identifiers that are tried in other readings */
#define READINGS_MAX    32
#define HEAD            6
#define NEAR_EDITS      3
#define DIGIT_S         62 /* what the last digit of the time spans */
#define WHOLE_INDEX_MAX 200000
#define HOUR_US         (INT64_C(3600) * US_PER_SECOND)
#define DAY_US          (24 * HOUR_US)

/* Where our logs are, with room for clocks; TIME_NONE: unknown. */
static bool
is_covered(const struct find_context *x, int64_t t)
{
	if (x->n_coverage == 0)
		return x->now_us == TIME_NONE || t <= x->now_us + DAY_US;
	for (size_t i = 0; i < x->n_coverage; i++) {
		const struct coverage *v = &x->coverage[i];

		if (v->from_us == TIME_NONE || v->to_us == TIME_NONE)
			continue;
		if (t + HOUR_US >= v->from_us && t - HOUR_US <= v->to_us)
			return true;
	}
	return false;
}

/* The second in the first six characters of an Exim ID; TIME_NONE if they say none. */
static int64_t
head_time(const char head[HEAD])
{
	char full[EXIM_ID_OLD];
	struct exim_id id;

	memcpy(full, head, HEAD);
	memcpy(full + HEAD, "-000000-00", sizeof(full) - HEAD);
	return exim_id_decode((struct str){ full, sizeof(full) }, &id) ? id.time_us : TIME_NONE;
}

/* Sessions with an identifier that begins with this second's head, to be compared by us. */
static void
ask_second(struct plan *p, const struct clue_set *c, size_t clue, const char head[HEAD],
	   const struct find_context *x, bool wide)
{
	int64_t t = head_time(head);

	if (t == TIME_NONE || !is_covered(x, t))
		return;
	struct question *q = plan_ask(p, clue);
	if (!q)
		return;
	q->probe.id_like = arena_str(c->arena, (struct str){ head, HEAD });
	q->probe.from_us = t + (wide ? SCAN_S : -1) * US_PER_SECOND;
	q->probe.to_us = t + (wide ? SCAN_WIDE_S : SCAN_S) * US_PER_SECOND;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* What a digit or letter is commonly misread for. */
static const char *
look_alikes(char c)
{
	static const char *const looks[] = { "0O", "1lI", "5S", "8B", "2Z" };

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (strchr(looks[i], c))
			return looks[i];
	}
	return "";
}

/* All mixtures of upper and lower case. */
static void
ask_all_cases(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x,
	      bool wide)
{
	struct str id = c->v[clue].text;
	size_t letters[HEAD], n = 0;
	size_t before = p->n;

	for (size_t i = 0; i < HEAD; i++) {
		if (char_is_alpha(id.p[i]))
			letters[n++] = i;
	}
	for (unsigned mix = 0; mix < 1u << n && p->n - before < READINGS_MAX; mix++) {
		char head[HEAD];

		memcpy(head, id.p, HEAD);
		for (size_t i = 0; i < n; i++) {
			if (mix & 1u << i)
				head[letters[i]] = (char)(head[letters[i]] ^ 0x20);
		}
		ask_second(p, c, clue, head, x, wide);
	}
}

/*
 * As it stands, give or take a minute (the last digit of the time mistyped) and a few characters,
 * which are compared here. One walk, since a walk costs more than what it looks at.
 */
static void
ask_near(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x)
{
	struct str id = c->v[clue].text;
	char head[HEAD];

	memcpy(head, id.p, HEAD);
	if (head[0] == 'l' || head[0] == 'I')
		head[0] = '1';
	int64_t t = head_time(head);
	if (t == TIME_NONE || !is_covered(x, t))
		return;
	struct question *q = plan_ask(p, clue);
	if (!q)
		return;
	q->probe.id_like = id;
	q->probe.distance = NEAR_EDITS;
	q->probe.from_us = t - DIGIT_S * US_PER_SECOND;
	q->probe.to_us = t + SCAN_WIDE_S * US_PER_SECOND;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* One character of the time misread; further ones may be in the rest. */
static void
ask_misreadings(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x)
{
	char head[HEAD];

	memcpy(head, c->v[clue].text.p, HEAD);
	if (head[0] == 'l' || head[0] == 'I')
		head[0] = '1';
	for (size_t i = 1; i < HEAD; i++) {
		char was = head[i];

		for (const char *as = look_alikes(was); *as; as++) {
			head[i] = *as;
			if (*as != was)
				ask_second(p, c, clue, head, x, false);
		}
		head[i] = was;
	}
}

/* All of its letters are of one case, as in a text that lost it. */
static bool
lost_case(const struct clue_set *c, size_t clue)
{
	struct str id = c->v[clue].text;
	size_t upper = 0, lower = 0;

	for (size_t i = 0; i < id.n; i++) {
		upper += id.p[i] >= 'A' && id.p[i] <= 'Z';
		lower += id.p[i] >= 'a' && id.p[i] <= 'z';
	}
	return c->paste->case_lost || (upper == 0 && lower >= 3) || (lower == 0 && upper >= 3);
}

static void
ask_tail(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x)
{
	struct str id = c->v[clue].text;

	plan_ask_term(p, clue, TERM_IDENTIFIER_TAIL, str_skip(id, id.n - HEAD), WANT_SECOND);
	int64_t from = TIME_NONE, to = TIME_NONE;
	if (!plan_window(c, &from, &to)) {
		if (x->total_sessions > WHOLE_INDEX_MAX || x->n_coverage == 0)
			return;
		for (size_t i = 0; i < x->n_coverage; i++) {
			const struct coverage *v = &x->coverage[i];

			if (v->from_us == TIME_NONE || v->to_us == TIME_NONE)
				continue;
			from = from == TIME_NONE || v->from_us < from ? v->from_us : from;
			to = to == TIME_NONE || v->to_us > to ? v->to_us : to;
		}
		if (from == TIME_NONE)
			return;
	}
	struct question *q = plan_ask(p, clue);
	if (!q)
		return;
	q->probe.id_like = id;
	q->probe.from_us = from;
	q->probe.to_us = to;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

static void
plan_one(struct plan *p, const struct clue_set *c, size_t i, const struct find_context *x,
	 bool wide)
{
	struct str id = c->v[i].text;
	enum id_shape shape = c->more[i].shape;
	size_t before = p->n;

	if (!wide && shape != ID_SHAPE_EXIM_TAIL) {
		plan_ask_term(p, i, TERM_IDENTIFIER_HEAD, str_slice(id, 0, HEAD), WANT_SECOND);
		if (p->n > before)
			p->questions[before].verify = p->questions[before].only_if_unknown = true;
	}
	if (lost_case(c, i)) {
		ask_all_cases(p, c, i, x, wide);
	} else if (shape == ID_SHAPE_EXIM_CUT) {
		ask_second(p, c, i, id.p, x, wide);
	} else if (!wide) {
		ask_near(p, c, i, x);
		ask_misreadings(p, c, i, x);
	}
}

/* "837bd56614d" was 837BD56614D: Postfix's short IDs are hex capitals. */
static bool
is_lower_hex(struct str id)
{
	bool letter = false;

	for (size_t i = 0; i < id.n; i++) {
		bool hex = id.p[i] >= 'a' && id.p[i] <= 'f';

		if (!hex && !char_is_digit(id.p[i]))
			return false;
		letter |= hex;
	}
	return letter && id.n >= HEAD && id.n <= 16;
}

static void
ask_capitals(struct plan *p, const struct clue_set *c, size_t clue)
{
	struct str upper = arena_str(c->arena, c->v[clue].text);
	char *to = (char *)(uintptr_t)upper.p;

	for (size_t i = 0; i < upper.n; i++)
		if (to[i] >= 'a' && to[i] <= 'f')
			to[i] = (char)(to[i] - 32);
	plan_ask_term(p, clue, TERM_IDENTIFIER, upper, WANT_SECOND);
}

void
plan_damaged(struct plan *p, const struct clue_set *c, const struct find_context *x, bool wide)
{
	size_t tried = 0;

	for (size_t i = 0; i < c->n && tried < DAMAGED_MAX; i++) {
		const struct clue *id = &c->v[i];

		if (id->kind != CLUE_IDENTIFIER || id->dropped || id->matches > 0)
			continue;
		if (!wide && is_lower_hex(id->text))
			ask_capitals(p, c, i);
		if (c->more[i].shape < ID_SHAPE_EXIM_TAIL || c->more[i].role != CLUE_ROLE_NONE)
			continue; /* what programs wrote of themselves is not damaged */
		tried++;
		if (c->more[i].shape != ID_SHAPE_EXIM_TAIL)
			plan_one(p, c, i, x, wide);
		else if (!wide)
			ask_tail(p, c, i, x);
	}
}
