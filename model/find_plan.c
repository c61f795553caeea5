/* SPDX-License-Identifier: MIT */
/* find_plan: the rounds. Every list is bounded: a hostile paste cannot buy more. */
#include "model/find_plan.h"

#include "model/find_list.h"

#define WANT_EXACT    20
#define WANT_COUNT    10
#define WANT_TOGETHER 40
#define WANT_MOMENT   200
#define RETRY_DAYS    6  /* nobody tries for longer */
#define NEAR_PART     12 /* of a time's slack: where the nearest sessions are looked for */

struct question *
plan_ask(struct plan *p, size_t clue)
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

void
plan_ask_term(struct plan *p, size_t clue, enum term_kind kind, struct str text, size_t most)
{
	struct question *q = plan_ask(p, clue);

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

		plan_ask_term(p, i, TERM_IDENTIFIER, c->v[i].text, WANT_EXACT);
		/* Anything shaped like an ID is asked for; mere tokens only until one is found. */
		if (p->n > before)
			p->questions[before].only_if_unknown = c->v[i].kind == CLUE_IDENTIFIER &&
							       c->more[i].shape < ID_SHAPE_NAMED;
	}
}

/* --- rounds 3 and 4 --- */

/* The window of the surest times, at least `least_us` to either side. */
static bool
window(const struct clue_set *c, int64_t least_us, int64_t *from_us, int64_t *to_us)
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
		int64_t slack = t->slack_us > least_us ? t->slack_us : least_us;
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

bool
plan_window(const struct clue_set *c, int64_t *from_us, int64_t *to_us)
{
	return window(c, HOUR_US, from_us, to_us);
}

/* The same without the hour that is otherwise left for wrong clocks. */
static bool
plan_window_as_told(const struct clue_set *c, int64_t *from_us, int64_t *to_us)
{
	return window(c, 0, from_us, to_us);
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

/* A time alone: how many sessions, and the nearest of them. */
static void
ask_moment(struct plan *p, const struct clue_set *c, size_t lone)
{
	struct question *q = plan_ask(p, lone);

	if (!q || !plan_window_as_told(c, &q->probe.from_us, &q->probe.to_us)) {
		p->n = 0;
		return;
	}
	q->probe.most = WANT_MOMENT;
	/* An answer holds the newest of its window: the nearest need one of their own. */
	struct question *near = plan_ask(p, STR_NPOS);
	const struct clue *t = &c->v[lone];
	if (!near)
		return;
	near->probe.from_us = t->time_us - t->slack_us / NEAR_PART;
	near->probe.to_us = t->time_us + t->slack_us / NEAR_PART;
	near->probe.most = WANT_MOMENT;
}

/* A subject is no term: the sessions around the surest time are read for it. */
static void
ask_for_subject(struct plan *p, const struct clue_set *c)
{
	size_t when = STR_NPOS;
	bool subject = false;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].dropped)
			continue;
		subject |= c->v[i].kind == CLUE_SUBJECT;
		if (c->v[i].kind == CLUE_TIME &&
		    (when == STR_NPOS || c->v[i].doubt < c->v[when].doubt))
			when = i;
	}
	if (subject && when != STR_NPOS)
		ask_moment(p, c, when);
}

static void
plan_counts(struct plan *p, const struct clue_set *c)
{
	size_t lone = find_lone_clue(c);

	if (lone != STR_NPOS && c->v[lone].kind == CLUE_TIME) {
		ask_moment(p, c, lone);
		return;
	}
	for (size_t i = 0; i < c->n; i++) {
		enum term_kind kinds[2];
		size_t n = c->v[i].dropped ? 0 : clue_terms(&c->v[i], &c->more[i], kinds);

		for (size_t k = 0; k < n && p->n < PLAN_MAX / 2; k++)
			plan_ask_term(p, i, kinds[k], c->v[i].text, WANT_COUNT);
	}
	if (p->n == 0)
		ask_for_subject(p, c);
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
	struct question *q = plan_ask(p, STR_NPOS);

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
		struct question *q = plan_ask(p, STR_NPOS);

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
	int64_t from = TIME_NONE, to = TIME_NONE, near_from = TIME_NONE, near_to = TIME_NONE;
	bool timed = plan_window(c, &from, &to) && plan_window_as_told(c, &near_from, &near_to);

	for (size_t i = 0; i < n; i++) {
		/* The newest of a wide window may all be newer than the right one. */
		if (timed && top[i].matches > WANT_COUNT)
			ask_pair(p, c, &top[i], NULL, near_from, near_to);
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
	case ROUND_DAMAGED_WIDE:
		plan_damaged(p, clues, context, r == ROUND_DAMAGED_WIDE);
		break;
	case ROUND_COUNTS:
		plan_counts(p, clues);
		break;
	case ROUND_TOGETHER:
		plan_together(p, clues);
		break;
	case ROUND_SAID:      /* plan_said */
	case ROUND_SAID_WITH: /* plan_said_with */
	case ROUND_STORY:     /* plan_story */
	case ROUND_DONE:
		break;
	}
}

void
plan_said(struct plan *p, struct str text)
{
	struct question *q;

	p->n = p->next = 0;
	if (text.n == 0 || !(q = plan_ask(p, STR_NPOS)))
		return;
	q->probe.said = text;
	q->probe.most = WANT_COUNT;
}

void
plan_said_with(struct plan *p, const struct clue_set *c, struct str shape)
{
	struct selective top[SELECTIVE_MAX];
	size_t n = most_selective(c, top);

	p->n = p->next = 0;
	for (size_t i = 0; i < n; i++) {
		struct question *q = plan_ask(p, STR_NPOS);

		if (!q)
			return;
		q->probe.terms[0] = (struct term){ top[i].kind, c->v[top[i].clue].text };
		q->probe.terms[1] = (struct term){ TERM_REPLY, shape };
		q->probe.n_terms = 2;
		q->probe.most = WANT_TOGETHER;
	}
}

void
plan_story(struct plan *p, const struct session *s)
{
	struct question *q;

	p->n = p->next = 0;
	if (s->sender.n == 0 || s->n_recipients == 0 || s->start_us == TIME_NONE ||
	    !(q = plan_ask(p, STR_NPOS)))
		return;
	q->probe.terms[0] = (struct term){ TERM_SENDER, s->sender };
	q->probe.terms[1] = (struct term){ TERM_RECIPIENT, s->recipients[0].address };
	q->probe.n_terms = 2;
	q->probe.from_us = s->start_us - RETRY_DAYS * DAY_US;
	q->probe.to_us = s->start_us + RETRY_DAYS * DAY_US;
	q->probe.most = WANT_TOGETHER;
}
