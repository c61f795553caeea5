/* SPDX-License-Identifier: MIT */
/*
 * find: the state machine. It plans a round of questions, takes the answers into a pool of
 * candidates, stops as soon as an identifier decides, and judges the pool. Sessions are borrowed;
 * the rest lives in two arenas: one for the clues, one that is reset when the operator drops one.
 */
#include <stdlib.h>

#include "model/find_list.h"
#include "model/find_plan.h"
#include "model/find_said.h"
#include "model/paste_split.h"
#include "model/who.h"

#define POOL_MAX 512

struct finder {
	struct find_context context;
	struct paste paste;
	struct clue_set clues;
	const struct paste_part *parts;
	size_t n_parts;
	size_t part;          /* the one that is read; 0: all */
	struct arena facts;   /* clues: as long as the finder */
	struct arena scratch; /* answers and result: until the next start */
	enum find_round round;
	struct plan plan;
	bool asked; /* a question is out */
	const struct session **pool;
	size_t n_pool;
	bool identified;          /* a session of the pool carries an identifier of the paste */
	bool at_least;            /* a window was not counted to its end */
	struct probe_answer said; /* to the question which of our refusals says so */
	struct find_result result;
};

static void begin_round(struct finder *f, enum find_round r);

static void
start(struct finder *f)
{
	arena_reset(&f->scratch);
	f->pool = arena_alloc(&f->scratch, POOL_MAX * sizeof(*f->pool));
	f->n_pool = 0;
	f->identified = f->asked = f->at_least = false;
	f->result = (struct find_result){ 0 };
	f->said = (struct probe_answer){ 0 };
	f->clues.facts.said = STR("");
	for (size_t i = 0; i < f->clues.n; i++)
		f->clues.v[i].matches = 0;
	f->clues.facts.stranger = who_stranger(&f->clues, &f->context);
	begin_round(f, ROUND_EXACT);
}

static bool
is_cancelled(const struct finder *f)
{
	return f->context.cancel && f->context.cancel(f->context.cancel_arg);
}

/* False: cancelled. */
static bool
read_text(struct finder *f, struct str text)
{
	const struct find_context *c = &f->context;

	clue_set_release(&f->clues);
	paste_release(&f->paste);
	if (is_cancelled(f))
		return false;
	paste_init(&f->paste, text);
	clue_set_init(&f->clues, &f->paste, c->zone ? c->zone : zone_utc(), &f->facts);
	f->clues.now_us = c->now_us;
	if (is_cancelled(f))
		return false;
	clue_find_all(&f->clues);
	return !is_cancelled(f);
}

/* All of the paste, or of several bounces only the one that was asked for. */
static bool
read_paste(struct finder *f, struct str paste)
{
	f->parts = f->context.parts;
	f->n_parts = f->context.n_parts;
	if (!f->parts) {
		if (!read_text(f, paste))
			return false;
		f->n_parts = paste_split(&f->clues, &f->facts, &f->parts);
		if (f->context.part == 0 || f->context.part > f->n_parts)
			return true; /* that was all of it */
	}
	f->part = f->context.part <= f->n_parts ? f->context.part : 0;
	if (f->part == 0)
		return read_text(f, paste);
	return read_text(f,
			 str_slice(paste, f->parts[f->part - 1].start, f->parts[f->part - 1].end));
}

struct finder *
finder_new(struct str paste, const struct find_context *c)
{
	struct finder *f = xcalloc(1, sizeof(*f));

	f->context = *c;
	arena_init(&f->facts);
	arena_init(&f->scratch);
	if (!read_paste(f, paste)) {
		finder_free(f);
		return NULL;
	}
	start(f);
	return f;
}

void
finder_free(struct finder *f)
{
	if (!f)
		return;
	clue_set_release(&f->clues);
	paste_release(&f->paste);
	arena_release(&f->facts);
	arena_release(&f->scratch);
	free(f);
}

/* --- rounds --- */

/* What follows round r: a found identifier makes most questions needless. */
static enum find_round
round_after(const struct finder *f)
{
	switch (f->round) {
	case ROUND_EXACT:
		return f->identified ? ROUND_STORY : ROUND_DAMAGED;
	case ROUND_DAMAGED:
		return f->identified ? ROUND_STORY : ROUND_DAMAGED_WIDE;
	case ROUND_DAMAGED_WIDE:
		return f->identified ? ROUND_STORY : ROUND_COUNTS;
	case ROUND_COUNTS:
		return ROUND_TOGETHER;
	case ROUND_TOGETHER:
		return ROUND_SAID;
	case ROUND_SAID:
		return ROUND_SAID_WITH;
	case ROUND_SAID_WITH:
		return ROUND_STORY;
	default:
		return ROUND_DONE;
	}
}

static struct judged *
judge_pool(const struct finder *f, struct arena *a)
{
	struct judged *v = arena_zalloc(a, (f->n_pool + 1) * sizeof(*v));

	for (size_t i = 0; i < f->n_pool; i++) {
		v[i].session = f->pool[i];
		rank_judge(&f->clues, &f->context, &v[i]);
	}
	return v;
}

static bool
has_evidence(const struct finder *f)
{
	for (size_t i = 0; i < f->n_pool; i++) {
		struct judged v = { .session = f->pool[i] };

		rank_judge(&f->clues, &f->context, &v);
		if (v.evidence)
			return true;
	}
	return false;
}

/* The session that fits best, when its mail was put off: what came of it is asked for. */
static const struct session *
put_off(struct finder *f)
{
	struct judged *v = judge_pool(f, &f->scratch);
	const struct judged *best = NULL;

	for (size_t i = 0; i < f->n_pool; i++)
		if (v[i].evidence && (!best || v[i].score > best->score))
			best = &v[i];
	if (!best || (best->session->verdict != VERDICT_DEFERRED && !f->clues.facts.delay &&
		      f->clues.facts.code / 100 != 4))
		return NULL;
	return best->session;
}

static void
begin_round(struct finder *f, enum find_round r)
{
	const struct session *s;

	f->round = r;
	plan_round(&f->plan, r, &f->clues, &f->context);
	if (r == ROUND_SAID && (f->clues.facts.is_question || !has_evidence(f)))
		plan_said(&f->plan, find_said_text(&f->clues));
	if (r == ROUND_SAID_WITH && f->said.n > 0 && has_evidence(f))
		plan_said_with(&f->plan, &f->clues, f->said.shape);
	if (r == ROUND_STORY && (s = put_off(f)))
		plan_story(&f->plan, s);
}

/* The clues with their places in the whole paste. */
static struct clue *
result_clues(struct finder *f)
{
	struct clue *v = arena_alloc(&f->scratch, (f->clues.n + 1) * sizeof(*v));
	size_t offset = f->part > 0 ? f->parts[f->part - 1].start : 0;

	for (size_t i = 0; i < f->clues.n; i++) {
		v[i] = f->clues.v[i];
		v[i].start += offset;
		v[i].end += offset;
	}
	return v;
}

/* What the paste quotes counts when one of the sessions was told so. */
static void
note_said(struct finder *f)
{
	const struct term t = { TERM_REPLY, f->said.shape };

	for (size_t i = 0; i < f->n_pool && f->said.n > 0; i++)
		if (session_has_term(f->pool[i], t))
			f->clues.facts.said = f->said.shape;
}

static void
conclude(struct finder *f)
{
	note_said(f);
	struct judged *judged = judge_pool(f, &f->scratch);
	struct find_result *r = &f->result;
	struct story_groups groups;

	rank_stories(judged, f->n_pool, &f->scratch, &groups);
	rank_pairs(judged, f->n_pool);
	find_raise_only_one(&f->clues, judged, f->n_pool);
	bool listed =
		find_list(&f->clues, &f->context, judged, f->n_pool, f->at_least, &f->scratch, r);
	if (!listed)
		rank_candidates(judged, f->n_pool, &groups, &f->clues.facts, &f->scratch, r);
	if (!listed && r->n_candidates == 0 && f->said.n > 0) {
		find_said(&f->clues, &f->context, &f->said, &f->scratch, r);
		listed = true;
	}
	if (!listed && r->n_candidates == 0 && f->context.named) {
		find_named(&f->context, &f->scratch, r);
		listed = true;
	}
	r->clues = result_clues(f);
	r->n_clues = f->clues.n;
	r->parts = f->parts;
	r->n_parts = f->n_parts;
	r->part = f->part;
	r->repairs = f->paste.repairs;
	r->n_repairs = f->paste.n_repairs;
	r->text = paste_str(&f->paste);
	if (!listed) {
		who_is_it(&f->clues, &f->context, r);
		who_say(&f->clues, &f->context, &f->scratch, r);
	}
	if (r->n_parts > 0)
		r->message = paste_parts_say(r, &f->scratch);
}

bool
finder_next(struct finder *f, struct probe *p)
{
	while (f->round != ROUND_DONE) {
		while (f->plan.next < f->plan.n) {
			const struct question *q = &f->plan.questions[f->plan.next];

			if (!q->only_if_unknown || !f->identified) {
				*p = q->probe;
				f->asked = true;
				return true;
			}
			f->plan.next++;
		}
		begin_round(f, round_after(f));
		if (f->round == ROUND_DONE)
			conclude(f);
	}
	return false;
}

/* --- answers --- */

static bool
same_session(const struct session *a, const struct session *b)
{
	if (a->ref.number != 0 || b->ref.number != 0)
		return a->ref.number == b->ref.number;
	return a->gateway == b->gateway && a->start_us == b->start_us &&
	       str_eq(session_own_id(a), session_own_id(b)) && str_eq(a->sender, b->sender) &&
	       a->n_recipients == b->n_recipients && str_eq(a->peer_ip, b->peer_ip);
}

/* False if it is there already, or if the pool is full. */
static bool
pool_add(struct finder *f, const struct session *s)
{
	for (size_t i = 0; i < f->n_pool; i++) {
		if (same_session(f->pool[i], s))
			return false;
	}
	if (f->n_pool == POOL_MAX)
		return false;
	struct session *copy = arena_alloc(&f->scratch, sizeof(*copy));
	*copy = *s;
	f->pool[f->n_pool++] = copy;
	return true;
}

/* An own or named ID decides; the next hop's or a scanner's leaves room for better ones. */
static bool
decides(const struct clue *c, const struct clue_more *m, enum id_fit fit, enum id_role role)
{
	if (c->kind != CLUE_IDENTIFIER || fit == ID_FIT_NONE || m->role == CLUE_ROLE_BOUNCE)
		return false;
	if ((m->shape < ID_SHAPE_LONG || fit == ID_FIT_MISREAD) && c->text.n < 14)
		return false;
	return role == ID_ROLE_OWN || role == ID_ROLE_REFERENCE;
}

void
finder_answer(struct finder *f, const struct probe_answer *a)
{
	if (!f->asked)
		return;
	f->asked = false;
	const struct question *q = &f->plan.questions[f->plan.next++];
	if (q->probe.said.n > 0) {
		f->said = *a;
		return;
	}
	struct clue *c = q->clue != STR_NPOS ? &f->clues.v[q->clue] : NULL;
	const struct clue_more *m = c ? &f->clues.more[q->clue] : NULL;
	uint64_t fitting = 0;
	bool is_id = c && (c->kind == CLUE_IDENTIFIER || c->kind == CLUE_MESSAGE_ID);

	for (size_t i = 0; i < a->n; i++) {
		enum id_role role = ID_ROLE_OWN;
		enum id_fit fit = is_id ? rank_id_fit(c, m, &a->sessions[i], &role) : ID_FIT_NONE;

		if (is_id && fit == ID_FIT_NONE)
			continue; /* a hash collision, or a neighbour in the same second */
		if (is_id && decides(c, m, fit, role))
			f->identified = true;
		/* Readings of one identifier may lead to the same session more than once. */
		fitting += pool_add(f, &a->sessions[i]) || !q->verify;
	}
	if (!c)
		return;
	if (is_id) {
		c->matches += a->n < a->count && !q->verify ? a->count : fitting;
	} else if (c->kind == CLUE_TIME && a->n < a->count && a->count_is_bound) {
		c->matches += a->n;
		f->at_least = true;
	} else {
		c->matches += a->count;
	}
}

void
finder_drop_clue(struct finder *f, size_t i, bool dropped)
{
	if (i >= f->clues.n)
		return;
	f->clues.v[i].dropped = dropped;
	start(f);
}

const struct find_result *
finder_result(const struct finder *f)
{
	return &f->result;
}
