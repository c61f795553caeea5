/* SPDX-License-Identifier: MIT */
/* find_plan: the rounds. Every list is bounded: a hostile paste cannot buy more. */
#include "model/find_plan.h"

#include "model/exim_id.h"

#define WANT_EXACT 20
#define WANT_SECOND 200      /* IDs issued within one second */
#define SCAN_S 180           /* from the issue of an ID to the first line about it */
#define WANT_COUNT 10
#define WANT_TOGETHER 40
#define DAMAGED_MAX 4        /* identifiers that are tried in other readings */
#define READINGS_MAX 32
#define HEAD 6
#define WALK_MAX 20000.0     /* sessions looked at for one mistyped identifier */
#define WHOLE_INDEX_MAX 200000
#define HOUR_US (INT64_C(3600) * US_PER_SECOND)
#define DAY_US (24 * HOUR_US)

static struct question *
ask(struct plan *p, size_t clue)
{
	if (p->n == PLAN_MAX)
		return NULL;
	struct question *q = &p->questions[p->n++];
	*q = (struct question){
		.probe = { .from_us = TIME_NONE, .to_us = TIME_NONE },
		.clue = clue,
	};
	return q;
}

static void
ask_term(struct plan *p, size_t clue, enum term_kind kind, struct str text, size_t most)
{
	struct question *q = ask(p, clue);

	if (!q)
		return;
	q->probe.terms[0] = (struct term){ kind, text };
	q->probe.n_terms = 1;
	q->probe.most = most;
}

/* --- round 1: identifiers as they stand --- */

static void
plan_exact(struct plan *p, const struct clue_set *c)
{
	size_t order[CLUE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if ((c->v[i].kind != CLUE_IDENTIFIER && c->v[i].kind != CLUE_MESSAGE_ID) ||
		    c->v[i].dropped)
			continue;
		double promise = c->v[i].kind == CLUE_MESSAGE_ID ? 5.5 + c->more[i].promise
		                                                 : c->more[i].promise;
		size_t at = n++;
		while (at > 0) {
			const struct clue_more *m = &c->more[order[at - 1]];
			double other = c->v[order[at - 1]].kind == CLUE_MESSAGE_ID
			                       ? 5.5 + m->promise
			                       : m->promise;
			if (other >= promise)
				break;
			order[at] = order[at - 1];
			at--;
		}
		order[at] = i;
	}
	for (size_t k = 0; k < n && k < CLUE_MAX_IDENTIFIERS; k++) {
		size_t i = order[k];
		size_t before = p->n;

		ask_term(p, i, TERM_IDENTIFIER, c->v[i].text, WANT_EXACT);
		/* Anything shaped like an ID is asked for; mere tokens only until one is found. */
		if (p->n > before)
			p->questions[before].only_if_unknown =
				c->v[i].kind == CLUE_IDENTIFIER &&
				c->more[i].shape < ID_SHAPE_NAMED;
	}
}

/* --- round 2: damaged identifiers --- */

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
	struct question *q = ask(p, clue);
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
		double load = (double)x->total_sessions * (double)(2 * digit_s[i]) / (double)covered_s;
		struct question *q = load < WALK_MAX ? ask(p, clue) : NULL;

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

	ask_term(p, clue, TERM_IDENTIFIER_TAIL, str_skip(id, id.n - HEAD), WANT_SECOND);
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
	struct question *q = ask(p, clue);
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
		ask_term(p, i, TERM_IDENTIFIER_HEAD, str_slice(id->text, 0, HEAD), WANT_SECOND);
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

/* --- rounds 3 and 4 --- */

bool
plan_window(const struct clue_set *c, int64_t *from_us, int64_t *to_us)
{
	double surest = 1;
	bool any = false;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_TIME && !c->v[i].dropped && c->v[i].doubt < surest)
			surest = c->v[i].doubt;
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct clue *t = &c->v[i];

		if (t->kind != CLUE_TIME || t->dropped || t->doubt > surest + 0.2)
			continue;
		int64_t slack = t->slack_us > HOUR_US ? t->slack_us : HOUR_US;
		if (!any || t->time_us - slack < *from_us)
			*from_us = t->time_us - slack;
		if (!any || t->time_us + slack > *to_us)
			*to_us = t->time_us + slack;
		any = true;
	}
	if (any && *to_us - *from_us > 20 * DAY_US)
		return false;
	return any;
}

/* The terms under which a clue can be looked up; their number. */
static size_t
clue_terms(const struct clue *c, const struct clue_more *m, enum term_kind kinds[2])
{
	switch (c->kind) {
	case CLUE_SENDER:
		kinds[0] = TERM_SENDER;
		return 1;
	case CLUE_RECIPIENT:
		kinds[0] = TERM_RECIPIENT;
		return 1;
	case CLUE_ADDRESS:
		kinds[0] = TERM_RECIPIENT;
		kinds[1] = TERM_SENDER;
		return c->doubt > 0.8 ? 0 : 2;
	case CLUE_IP:
		kinds[0] = TERM_PEER_IP;
		return m->role == CLUE_ROLE_REFUSER ? 0 : 1;
	case CLUE_HOST:
		kinds[0] = TERM_HOST;
		return m->role == CLUE_ROLE_REFUSER ? 0 : 1;
	default:
		return 0;
	}
}

static void
plan_counts(struct plan *p, const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		enum term_kind kinds[2];
		size_t n = c->v[i].dropped ? 0 : clue_terms(&c->v[i], &c->more[i], kinds);

		for (size_t k = 0; k < n && p->n < PLAN_MAX / 2; k++)
			ask_term(p, i, kinds[k], c->v[i].text, WANT_COUNT);
	}
}

#define SELECTIVE_MAX 6

struct selective {
	size_t clue;
	enum term_kind kind;
	uint64_t matches;
};

/* The rarest clues that the index knows at all, rarest first. */
static size_t
most_selective(const struct clue_set *c, struct selective out[SELECTIVE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		enum term_kind kinds[2];
		size_t terms = c->v[i].dropped ? 0 : clue_terms(&c->v[i], &c->more[i], kinds);

		for (size_t k = 0; k < terms; k++) {
			struct selective s = { i, kinds[k], c->v[i].matches };
			size_t at = n < SELECTIVE_MAX ? n : SELECTIVE_MAX - 1;

			if (s.matches == 0 ||
			    (n == SELECTIVE_MAX && out[SELECTIVE_MAX - 1].matches <= s.matches))
				continue;
			n += n < SELECTIVE_MAX;
			while (at > 0 && out[at - 1].matches > s.matches) {
				out[at] = out[at - 1];
				at--;
			}
			out[at] = s;
		}
	}
	return n;
}

static void
ask_pair(struct plan *p, const struct clue_set *c, const struct selective *a,
         const struct selective *b, int64_t from_us, int64_t to_us)
{
	struct question *q = ask(p, STR_NPOS);

	if (!q)
		return;
	q->probe.terms[q->probe.n_terms++] = (struct term){ a->kind, c->v[a->clue].text };
	if (b)
		q->probe.terms[q->probe.n_terms++] = (struct term){ b->kind, c->v[b->clue].text };
	q->probe.from_us = from_us;
	q->probe.to_us = to_us;
	q->probe.most = WANT_TOGETHER;
}

/* What the refusal of the paste would be in the index: "rcpt rejected". */
static size_t
verdict_terms(const struct clue_set *c, const char *texts[5])
{
	static const char *const rejected[] = { "connect rejected", "helo rejected",
						"mail rejected", "rcpt rejected", "data rejected" };
	static const char *const deferred[] = { "connect deferred", "helo deferred",
						"mail deferred", "rcpt deferred", "data deferred" };
	unsigned class = c->facts.code / 100;
	size_t n = 0;

	if (class != 4 && class != 5)
		return 0;
	for (size_t i = 0; i < 5; i++) {
		if (c->facts.stage == STAGE_NONE || (size_t)c->facts.stage == STAGE_CONNECT + i)
			texts[n++] = class == 4 ? deferred[i] : rejected[i];
	}
	return n;
}

/* The rarest clue among the sessions that were refused so. */
static void
ask_with_verdict(struct plan *p, const struct clue_set *c, const struct selective *a,
                 int64_t from_us, int64_t to_us)
{
	const char *texts[5];
	size_t n = verdict_terms(c, texts);

	for (size_t i = 0; i < n; i++) {
		struct question *q = ask(p, STR_NPOS);

		if (!q)
			return;
		q->probe.terms[0] = (struct term){ a->kind, c->v[a->clue].text };
		q->probe.terms[1] = (struct term){ TERM_VERDICT, str_from(texts[i]) };
		q->probe.n_terms = 2;
		q->probe.from_us = from_us;
		q->probe.to_us = to_us;
		q->probe.most = WANT_TOGETHER;
	}
}

static void
plan_together(struct plan *p, const struct clue_set *c)
{
	struct selective top[SELECTIVE_MAX];
	size_t n = most_selective(c, top);
	int64_t from = TIME_NONE, to = TIME_NONE;
	bool timed = plan_window(c, &from, &to);

	for (size_t i = 0; i < n; i++) {
		if (timed && top[i].matches > WANT_COUNT)
			ask_pair(p, c, &top[i], NULL, from, to);
		if (i < 2 && top[i].matches > WANT_COUNT)
			ask_with_verdict(p, c, &top[i], from, to);
		for (size_t k = i + 1; k < n; k++) {
			/* Few enough to have been seen alone. */
			if (top[i].matches <= WANT_COUNT || top[i].clue == top[k].clue)
				continue;
			if (timed)
				ask_pair(p, c, &top[i], &top[k], from, to);
			ask_pair(p, c, &top[i], &top[k], TIME_NONE, TIME_NONE);
		}
	}
}

void
plan_round(struct plan *p, enum find_round r, const struct clue_set *clues,
           const struct find_context *context)
{
	p->n = p->next = 0;
	switch (r) {
	case ROUND_EXACT:
		plan_exact(p, clues);
		break;
	case ROUND_DAMAGED:
		plan_damaged(p, clues, context);
		break;
	case ROUND_COUNTS:
		plan_counts(p, clues);
		break;
	case ROUND_TOGETHER:
		plan_together(p, clues);
		break;
	case ROUND_DONE:
		break;
	}
}
