/* SPDX-License-Identifier: MIT */
/*
 * find_damaged: identifiers that the index does not know as they stand: cut, in lost case, misread
 * or mistyped. An Exim ID holds the second of its issue, so its neighbours are asked for by time
 * and compared here.
 */
#include "model/exim_id.h"
#include "model/find_plan.h"

#define WANT_SECOND 200      /* IDs issued within one second */
#define SCAN_S 180           /* from the issue of an ID to the first line about it */
#define WANT_COUNT 10
#define DAMAGED_MAX 4        /* identifiers that are tried in other readings */
#define READINGS_MAX 32
#define HEAD 6
#define WALK_MAX 20000.0     /* sessions looked at for one mistyped identifier */
#define WHOLE_INDEX_MAX 200000
#define HOUR_US (INT64_C(3600) * US_PER_SECOND)
#define DAY_US (24 * HOUR_US)

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
           const struct find_context *x)
{
	int64_t t = head_time(head);

	if (t == TIME_NONE || !is_covered(x, t))
		return;
	struct question *q = plan_ask(p, clue);
	if (!q)
		return;
	q->probe.id_like = arena_str(c->arena, (struct str){ head, HEAD });
	q->probe.from_us = t - 2 * US_PER_SECOND;
	q->probe.to_us = t + SCAN_S * US_PER_SECOND;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* What a character may have been before it was folded or misread. */
static size_t
readings(char c, bool case_only, char out[6])
{
	static const char *const looks[] = { "0Oo", "1lI", "5S", "8B", "2Zz", "uv", "gq9", "6b",
					     "cC",  "sS",  "wW", "xX", "vV",  "pP", "kK" };
	size_t n = 0;

	out[n++] = c;
	if (case_only) {
		if (char_is_alpha(c))
			out[n++] = (char)(c ^ 0x20);
		return n;
	}
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (!strchr(looks[i], c))
			continue;
		for (const char *o = looks[i]; *o && n < 6; o++) {
			if (*o != c && !memchr(out, *o, n))
				out[n++] = *o;
		}
	}
	return n;
}

/* All mixtures of upper and lower case. */
static void
ask_all_cases(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x)
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
		ask_second(p, c, clue, head, x);
	}
}

/* One character of the time misread; further ones may be in the rest, within the edit distance. */
static void
ask_misreadings(struct plan *p, const struct clue_set *c, size_t clue,
                const struct find_context *x)
{
	struct str id = c->v[clue].text;
	char head[HEAD];

	memcpy(head, id.p, HEAD);
	if (head[0] == 'l' || head[0] == 'I')
		head[0] = '1';
	ask_second(p, c, clue, head, x);
	for (size_t i = 0; i < HEAD; i++) {
		char as[6];
		char was = head[i];
		size_t n = readings(was, false, as);

		for (size_t k = 1; k < n; k++) {
			head[i] = as[k];
			ask_second(p, c, clue, head, x);
		}
		head[i] = was;
	}
}

/* The last or the last but one digit of the time mistyped: a minute or an hour around. */
static void
ask_around(struct plan *p, const struct clue_set *c, size_t clue, const struct find_context *x)
{
	static const int64_t digit_s[] = { 62, 62 * 62 };
	struct str id = c->v[clue].text;
	int64_t t = head_time(id.p);
	uint64_t covered_s = 1;

	if (t == TIME_NONE)
		return;
	for (size_t i = 0; i < x->n_coverage; i++) {
		const struct coverage *v = &x->coverage[i];
		if (v->from_us != TIME_NONE && v->to_us > v->from_us)
			covered_s += (uint64_t)((v->to_us - v->from_us) / US_PER_SECOND);
	}
	for (size_t i = 0; i < sizeof(digit_s) / sizeof(digit_s[0]); i++) {
		/* A long walk over a busy hour is not worth the little chance. */
		double load =
			(double)x->total_sessions * (double)(2 * digit_s[i]) / (double)covered_s;
		struct question *q = load < WALK_MAX ? plan_ask(p, clue) : NULL;

		if (!q)
			return;
		q->probe.id_like = id;
		q->probe.distance = 1;
		q->probe.from_us = t - digit_s[i] * US_PER_SECOND;
		q->probe.to_us = t + (digit_s[i] + SCAN_S) * US_PER_SECOND;
		q->probe.most = WANT_COUNT;
		q->verify = true;
		q->only_if_unknown = true;
	}
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

void
plan_damaged(struct plan *p, const struct clue_set *c, const struct find_context *x)
{
	size_t tried = 0;

	for (size_t i = 0; i < c->n && tried < DAMAGED_MAX; i++) {
		const struct clue *id = &c->v[i];

		if (id->kind != CLUE_IDENTIFIER || id->dropped || id->matches > 0 ||
		    c->more[i].shape < ID_SHAPE_EXIM_TAIL || c->more[i].role != CLUE_ROLE_NONE)
			continue; /* what programs wrote of themselves is not damaged */
		tried++;
		if (c->more[i].shape == ID_SHAPE_EXIM_TAIL) {
			ask_tail(p, c, i, x);
			continue;
		}
		size_t before = p->n;
		plan_ask_term(p, i, TERM_IDENTIFIER_HEAD, str_slice(id->text, 0, HEAD),
			      WANT_SECOND);
		if (p->n > before)
			p->questions[before].verify = p->questions[before].only_if_unknown = true;
		if (c->paste->case_lost)
			ask_all_cases(p, c, i, x);
		else
			ask_misreadings(p, c, i, x);
		if (c->more[i].shape == ID_SHAPE_EXIM && !c->paste->case_lost)
			ask_around(p, c, i, x);
		if (!c->paste->case_lost && tried == 1)
			ask_all_cases(p, c, i, x);
	}
}
