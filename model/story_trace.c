/* SPDX-License-Identifier: MIT */
/*
 * story_trace: the state machine. First the sessions asked for; then, in rounds, what belongs to
 * their stories; where there are none, what comes near. Everything is bounded: the pool, the
 * questions, the rounds.
 */
#include "model/story_trace.h"

#include <stdlib.h>

#include "base/civil.h"
#include "model/address.h"
#include "model/story_plan.h"

#define WINDOW_US   DAY_US /* around the time asked for, beyond its slack */
#define ROUNDS_MAX  6
#define WANT_SEEDS  24 /* whole sessions are read: those of a mailing are dear */
#define WANT_NEAR   24
#define WANT_SIFT   60 /* sessions of one address that are sifted for a domain */
#define WANT_TO     40
#define WANT_MISS   16
#define WANT_NEARLY 3
#define FOLLOW_MAX  16 /* sessions that are followed in one round */

enum trace_phase {
	PHASE_SEEDS,
	PHASE_NEAR,
	PHASE_TO,
	PHASE_FOLLOW,
	PHASE_MISS,
	PHASE_NEARLY,
	PHASE_DONE,
};

struct tracer {
	struct trace_ask ask;
	struct find_context context;
	struct arena arena;
	enum trace_phase phase;
	unsigned round;
	size_t near_step;
	bool crowded; /* the last answer left sessions out that were asked for */
	struct trace_plan plan;
	bool asked;
	const struct session *pool[TRACE_POOL_MAX];
	bool is_seed[TRACE_POOL_MAX];
	bool is_followed[TRACE_POOL_MAX];
	size_t n_pool, n_seeds;
	bool only_story; /* asked for by a session, not by addresses */
	struct trace_miss miss;
	struct trace_result result;
};

struct tracer *
tracer_new(const struct trace_ask *ask, const struct find_context *c)
{
	struct tracer *t = xcalloc(1, sizeof(*t));

	t->ask = *ask;
	t->context = *c;
	arena_init(&t->arena);
	t->result.from_us = t->result.to_us = TIME_NONE;
	if (ask->time_us != TIME_NONE) {
		t->result.from_us = ask->time_us - ask->slack_us - WINDOW_US;
		t->result.to_us = ask->time_us + ask->slack_us + WINDOW_US;
	}
	return t;
}

static void
pool_add(struct tracer *t, const struct session *s, bool seed)
{
	size_t i = 0;

	while (i < t->n_pool && t->pool[i] != s &&
	       (s->ref.number == 0 || t->pool[i]->ref.number != s->ref.number))
		i++;
	if (i == TRACE_POOL_MAX) {
		t->result.more = true;
		return;
	}
	if (i == t->n_pool) {
		t->pool[t->n_pool++] = s;
		t->is_seed[i] = t->is_followed[i] = false;
	}
	t->n_seeds += seed && !t->is_seed[i];
	t->is_seed[i] |= seed;
}

struct tracer *
tracer_new_of(const struct session *s, const struct find_context *c)
{
	struct trace_ask ask = { .time_us = TIME_NONE };
	struct tracer *t = tracer_new(&ask, c);

	t->only_story = true;
	pool_add(t, s, true);
	return t;
}

void
tracer_free(struct tracer *t)
{
	if (!t)
		return;
	arena_release(&t->arena);
	free(t);
}

/* --- questions ------------------------------------------------------------------------------ */

/* By the addresses that can be looked up; the others are sifted from the answer. */
static struct trace_question *
ask_for(struct tracer *t, enum trace_purpose purpose, bool from, bool to, int64_t from_us,
	int64_t to_us, size_t most)
{
	struct term terms[2];
	size_t n = 0;

	if (from && trace_is_whole(t->ask.from))
		terms[n++] = (struct term){ TERM_SENDER, t->ask.from };
	if (to && trace_is_whole(t->ask.to))
		terms[n++] = (struct term){ TERM_RECIPIENT, t->ask.to };
	return trace_plan_ask(&t->plan, purpose, terms, n, from_us, to_us, most);
}

static void
plan_seeds(struct tracer *t)
{
	bool whole = (t->ask.from.n == 0 || trace_is_whole(t->ask.from)) &&
		     (t->ask.to.n == 0 || trace_is_whole(t->ask.to));

	ask_for(t, TRACE_SEED, true, true, t->result.from_us, t->result.to_us,
		whole ? WANT_SEEDS : WANT_SIFT);
}

/* Answers hold the newest of their window; those nearest to the time are wanted. */
static void
plan_near(struct tracer *t)
{
	static const int64_t widths_us[] = { HOUR_US, HOUR_US / 6, HOUR_US / 60 };

	if (t->ask.time_us == TIME_NONE || !t->crowded ||
	    t->near_step == sizeof(widths_us) / sizeof(widths_us[0]))
		return;
	int64_t width = widths_us[t->near_step++];
	ask_for(t, TRACE_SEED, true, true, t->ask.time_us - width, t->ask.time_us + width,
		WANT_NEAR);
}

static int64_t
off_us(const struct tracer *t, const struct session *s)
{
	if (s->start_us == TIME_NONE)
		return INT64_MAX;
	if (t->ask.time_us == TIME_NONE)
		return -s->start_us; /* the newest is the nearest */
	int64_t apart = s->start_us - t->ask.time_us;
	return apart < 0 ? -apart : apart;
}

struct ranked {
	int64_t distance_us;
	uint32_t at;
};

static int
ranked_cmp(const void *pa, const void *pb)
{
	const struct ranked *a = pa, *b = pb;

	if (a->distance_us != b->distance_us)
		return a->distance_us < b->distance_us ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* The stories that hold a session asked for, nearest first. */
static size_t
rank_stories(struct tracer *t, const struct story_groups *g, struct ranked *out)
{
	for (uint32_t i = 0; i < g->n; i++)
		out[i] = (struct ranked){ INT64_MAX, i };
	bool wanted[TRACE_POOL_MAX] = { false };
	for (size_t i = 0; i < t->n_pool; i++) {
		struct ranked *r = &out[g->story[i]];
		int64_t d = off_us(t, t->pool[i]);

		if (!t->is_seed[i])
			continue;
		wanted[g->story[i]] = true;
		if (d < r->distance_us)
			r->distance_us = d;
	}
	size_t n = 0;
	for (size_t i = 0; i < g->n; i++)
		if (wanted[i])
			out[n++] = out[i];
	qsort(out, n, sizeof(*out), ranked_cmp);
	return n;
}

static void
plan_follow(struct tracer *t)
{
	struct story_groups g;
	struct ranked stories[TRACE_POOL_MAX];
	size_t followed = 0;

	if (t->round++ == ROUNDS_MAX)
		return;
	story_group(t->pool, t->n_pool, &t->arena, &g);
	size_t n = rank_stories(t, &g, stories);
	for (size_t k = 0; k < n && k < TRACE_STORIES_MAX; k++)
		for (size_t i = 0; i < t->n_pool && followed < FOLLOW_MAX; i++) {
			if (g.story[i] != stories[k].at || t->is_followed[i])
				continue;
			t->is_followed[i] = true;
			trace_plan_follow(&t->plan, t->pool[i], t->ask.to);
			followed++;
		}
}

/* Mail of the recipient whose From is the sender, though the envelope's is not. */
static void
plan_to(struct tracer *t)
{
	if (t->n_seeds > 0 || t->only_story || !trace_is_whole(t->ask.to) || t->ask.from.n == 0)
		return;
	ask_for(t, TRACE_TO, false, true, t->result.from_us, t->result.to_us, WANT_TO);
}

static void
plan_miss(struct tracer *t)
{
	bool timed = t->ask.time_us != TIME_NONE;

	if (trace_is_whole(t->ask.from))
		ask_for(t, TRACE_FROM, true, false, t->result.from_us, t->result.to_us, WANT_MISS);
	if (timed && (trace_is_whole(t->ask.from) || trace_is_whole(t->ask.to)))
		ask_for(t, TRACE_PAIR_EVER, true, true, TIME_NONE, TIME_NONE, 1);
	if (timed && trace_is_whole(t->ask.from) && trace_is_whole(t->ask.to)) {
		ask_for(t, TRACE_FROM_EVER, true, false, TIME_NONE, TIME_NONE, WANT_MISS);
		ask_for(t, TRACE_TO_EVER, false, true, TIME_NONE, TIME_NONE, WANT_MISS);
	}
}

/* Only an address that nobody knows may be meant as another one. */
static bool
has_nearly(const struct tracer *t, const struct trace_miss *m)
{
	for (size_t i = 0; i < m->n_nearly; i++)
		if (trace_is_unknown(&t->ask, &t->miss, m->nearly[i].sender))
			return true;
	return false;
}

static void
plan_nearly(struct tracer *t)
{
	if (has_nearly(t, &t->miss) || (!trace_is_unknown(&t->ask, &t->miss, true) &&
					!trace_is_unknown(&t->ask, &t->miss, false)))
		return;
	trace_plan_ask(&t->plan, TRACE_NEARLY, NULL, 0, t->result.from_us, t->result.to_us,
		       WANT_NEARLY);
}

/* --- phases --------------------------------------------------------------------------------- */

static void conclude(struct tracer *t);

/* The next phase with its questions. */
static void
advance(struct tracer *t)
{
	switch (t->phase) {
	case PHASE_SEEDS:
		t->phase = PHASE_NEAR;
		plan_near(t);
		break;
	case PHASE_NEAR:
		plan_near(t);
		if (t->plan.next < t->plan.n)
			break;
		t->phase = PHASE_TO;
		plan_to(t);
		break;
	case PHASE_TO:
	case PHASE_FOLLOW:
		t->phase = t->n_seeds > 0 ? PHASE_FOLLOW : PHASE_MISS;
		if (t->n_seeds == 0) {
			plan_miss(t);
			break;
		}
		plan_follow(t);
		if (t->plan.next == t->plan.n)
			t->phase = PHASE_DONE;
		break;
	case PHASE_MISS:
		t->phase = PHASE_NEARLY;
		plan_nearly(t);
		break;
	default:
		t->phase = PHASE_DONE;
		break;
	}
	if (t->phase == PHASE_DONE)
		conclude(t);
}

bool
tracer_next(struct tracer *t, struct probe *p)
{
	if (t->phase == PHASE_SEEDS && t->plan.n == 0) {
		if (t->only_story)
			t->phase = PHASE_TO;
		else
			plan_seeds(t);
	}
	while (t->phase != PHASE_DONE) {
		if (t->plan.next < t->plan.n) {
			*p = t->plan.v[t->plan.next].probe;
			t->asked = true;
			return true;
		}
		advance(t);
	}
	return false;
}

/* --- answers -------------------------------------------------------------------------------- */

bool
tracer_keeps(const struct tracer *t, const struct session *s)
{
	struct trace_miss m = { 0 };

	if (t->plan.next < t->plan.n && t->plan.v[t->plan.next].purpose == TRACE_NEARLY) {
		trace_note_nearly(&m, &t->ask, s);
		return has_nearly(t, &m);
	}
	/* A brief session may leave the recipient out. */
	return trace_is_sender(&t->ask, s) &&
	       (trace_is_recipient(&t->ask, s) || s->recipients_total > s->n_recipients);
}

static void
take_missed(struct tracer *t, enum trace_purpose purpose, const struct session *s)
{
	struct trace_miss *m = &t->miss;
	size_t room = sizeof(m->alike) / sizeof(m->alike[0]);

	trace_note_nearly(m, &t->ask, s);
	if (purpose == TRACE_TO && trace_is_sender(&t->ask, s))
		pool_add(t, s, true);
	else if (purpose == TRACE_TO && trace_is_house(t->ask.from, s->sender) && m->n_alike < room)
		m->alike[m->n_alike++] = s;
	else if (purpose == TRACE_FROM && m->n_to_others < room)
		m->to_others[m->n_to_others++] = s;
	else if (purpose == TRACE_PAIR_EVER && !m->pair_newest && trace_is_sender(&t->ask, s) &&
		 trace_is_recipient(&t->ask, s))
		m->pair_newest = s;
}

static void
count_missed(struct trace_miss *m, enum trace_purpose purpose, const struct probe_answer *a)
{
	switch (purpose) {
	case TRACE_TO:
		m->to_count = a->count;
		break;
	case TRACE_FROM:
		m->from_count = a->count;
		break;
	case TRACE_PAIR_EVER:
		m->pair_ever = a->count;
		break;
	case TRACE_TO_EVER:
		m->to_ever = a->count;
		m->to_asked_ever = true;
		break;
	case TRACE_FROM_EVER:
		m->from_ever = a->count;
		m->from_asked_ever = true;
		break;
	default:
		break;
	}
}

void
tracer_answer(struct tracer *t, const struct probe_answer *a)
{
	if (!t->asked)
		return;
	t->asked = false;
	enum trace_purpose purpose = t->plan.v[t->plan.next++].purpose;

	const struct probe *p = &t->plan.v[t->plan.next - 1].probe;
	if (purpose == TRACE_SEED) {
		/* Of one address alone it tells how often that one is there. */
		if (p->n_terms == 1 && p->terms[0].kind == TERM_SENDER)
			t->miss.from_count = a->count;
		else if (p->n_terms == 1)
			t->miss.to_count = a->count;
		t->crowded = a->count > a->n;
		t->result.more |= t->crowded;
	}
	count_missed(&t->miss, purpose, a);
	for (size_t i = 0; i < a->n; i++) {
		const struct session *s = &a->sessions[i];

		if (purpose == TRACE_FOLLOW)
			pool_add(t, s, false);
		else if (purpose != TRACE_SEED)
			take_missed(t, purpose, s);
		else if (trace_is_sender(&t->ask, s) && trace_is_recipient(&t->ask, s))
			pool_add(t, s, true);
	}
}

/* --- the result ----------------------------------------------------------------------------- */

/* How the sessions of the story stand to the one that was asked for, the first of the pool. */
static void
relate(struct tracer *t, const struct story_groups *g, struct story *story)
{
	enum story_relation of_pool[TRACE_POOL_MAX];

	story_relations(g, t->n_pool, 0, &t->arena, of_pool);
	story->relations = arena_zalloc(&t->arena, story->n * sizeof(*story->relations));
	for (size_t i = 0; i < story->n; i++)
		for (size_t k = 0; k < t->n_pool; k++)
			if (t->pool[k] == story->sessions[i])
				story->relations[i] = of_pool[k];
}

static void
conclude(struct tracer *t)
{
	struct trace_result *r = &t->result;
	struct story_groups g;
	struct ranked stories[TRACE_POOL_MAX];

	story_group(t->pool, t->n_pool, &t->arena, &g);
	size_t n = rank_stories(t, &g, stories);
	r->more |= n > TRACE_STORIES_MAX;
	r->n_stories = n < TRACE_STORIES_MAX ? n : TRACE_STORIES_MAX;
	r->stories = arena_zalloc(&t->arena, (r->n_stories + 1) * sizeof(*r->stories));
	for (size_t i = 0; i < r->n_stories; i++)
		story_tell(t->pool, &g, t->n_pool, stories[i].at, t->ask.to, &t->arena,
			   &r->stories[i]);
	if (t->only_story && r->n_stories > 0)
		relate(t, &g, &r->stories[0]);
	r->outcome = r->n_stories > 0 ? r->stories[0].outcome : STORY_NOT_SEEN;
	trace_say(&t->ask, &t->context, &t->miss, &t->arena, r);
}

const struct trace_result *
tracer_result(const struct tracer *t)
{
	return &t->result;
}
