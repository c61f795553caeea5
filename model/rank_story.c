/* SPDX-License-Identifier: MIT */
/*
 * rank_story: from judged sessions to candidates. The hypotheses are stories: a bounce tells of one
 * mail, however often it was tried, so the best of its attempts speaks for all of them.
 */
#include "model/rank.h"

#include <math.h>
#include <stdlib.h>

#define CANDIDATES_MAX  10
#define PROBABILITY_MIN 0.002

void
rank_stories(struct judged *v, size_t n, struct arena *a, struct story_groups *out)
{
	const struct session **sessions = arena_alloc(a, (n + 1) * sizeof(*sessions));

	for (size_t i = 0; i < n; i++)
		sessions[i] = v[i].session;
	story_group(sessions, n, a, out);
	for (size_t i = 0; i < n; i++)
		v[i].story = out->story[i];
}

/* --- the best of each story ----------------------------------------------------------------- */

static int
by_score(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	if (x->evidence != y->evidence)
		return x->evidence ? -1 : 1;
	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->session->start_us != y->session->start_us)
		return x->session->start_us < y->session->start_us ? 1 : -1;
	return x->session->ref.number < y->session->ref.number ? -1 : 1;
}

/* Places in v of the best of each story that has evidence for it, best first; their number. */
static size_t
heads(const struct judged *v, size_t n, size_t n_stories, struct arena *a, size_t *out)
{
	bool *seen = arena_zalloc(a, (n_stories + 1) * sizeof(*seen));
	size_t kept = 0;

	for (size_t i = 0; i < n && v[i].evidence; i++) {
		if (seen[v[i].story])
			continue;
		seen[v[i].story] = true;
		out[kept++] = i;
	}
	return kept;
}

/* --- one candidate -------------------------------------------------------------------------- */

static int
by_time(const void *a, const void *b)
{
	const struct session *const *x = a, *const *y = b;

	if ((*x)->start_us != (*y)->start_us)
		return (*x)->start_us < (*y)->start_us ? -1 : 1;
	return (*x)->ref.number < (*y)->ref.number ? -1 : 1;
}

static bool
same_refusal(const struct session *a, const struct session *b)
{
	return a->verdict == b->verdict && a->stage == b->stage && a->gateway == b->gateway;
}

/* All sessions of the story of v[best], in the order of time. */
static size_t
members(const struct judged *v, size_t n, size_t best, const struct session **out)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++)
		if (v[i].story == v[best].story)
			out[k++] = v[i].session;
	qsort(out, k, sizeof(*out), by_time);
	return k;
}

/* Of the hops of one mail the one that refused: its ID stands in the refusal. */
static size_t
speaker(const struct judged *v, size_t n, size_t best)
{
	if (v[best].in_refusal)
		return best;
	for (size_t i = 0; i < n; i++)
		if (v[i].story == v[best].story && v[i].in_refusal)
			return i;
	return best;
}

static const struct session *
shown(const struct judged *best, const struct session *const *all, size_t n, bool by_report)
{
	const struct session *s = best->session;

	if (!by_report || best->identified || s->verdict != VERDICT_DEFERRED)
		return s;
	for (size_t i = 0; i < n; i++)
		if (same_refusal(all[i], best->session))
			s = all[i];
	return s;
}

static enum story_outcome
outcome(const struct session *const *all, size_t n, struct arena *a)
{
	struct story_groups g;
	struct story story;

	story_group(all, n, a, &g);
	story_tell(all, &g, n, g.story[n - 1], STR(""), a, &story);
	return story.outcome;
}

static void
fill(struct candidate *c, const struct judged *v, size_t n, size_t best, bool by_report,
     struct arena *a)
{
	const struct session **all = arena_alloc(a, n * sizeof(*all));
	size_t n_all = members(v, n, best, all);

	c->session = shown(&v[speaker(v, n, best)], all, n_all, by_report);
	memcpy(c->reasons, v[best].reasons, sizeof(c->reasons));
	c->n_reasons = v[best].n_reasons;
	c->outcome = outcome(all, n_all, a);
	c->attempts = arena_alloc(a, n_all * sizeof(*c->attempts));
	for (size_t i = 0; i < n_all; i++)
		if (all[i] != c->session)
			c->attempts[c->n_attempts++] = all[i];
	if (c->n_attempts > 0 && c->n_reasons < CANDIDATE_MAX_REASONS)
		c->reasons[c->n_reasons++] = arena_printf(a, "one of %zu attempts", n_all);
}

void
rank_candidates(struct judged *v, size_t n, const struct story_groups *groups,
		const struct clue_facts *facts, struct arena *a, struct find_result *out)
{
	bool by_report = facts->delay || facts->is_report;
	size_t *head = arena_alloc(a, (n + 1) * sizeof(*head));

	qsort(v, n, sizeof(*v), by_score);
	size_t kept = heads(v, n, groups->n, a, head);
	double top = kept > 0 && v[head[0]].score > RANK_NONE ? v[head[0]].score : RANK_NONE;
	double sum = exp(RANK_NONE - top);
	for (size_t i = 0; i < kept; i++)
		sum += exp(v[head[i]].score - top);
	out->candidates = arena_zalloc(a, CANDIDATES_MAX * sizeof(*out->candidates));
	out->n_candidates = out->n_more = 0;
	out->none_probability = exp(RANK_NONE - top) / sum;
	out->more_probability = 0;
	for (size_t i = 0; i < kept; i++) {
		double p = exp(v[head[i]].score - top) / sum;

		if (p < PROBABILITY_MIN || i >= CANDIDATES_MAX) {
			out->n_more += p >= PROBABILITY_MIN;
			out->more_probability += p;
			continue;
		}
		fill(&out->candidates[i], v, n, head[i], by_report, a);
		out->candidates[i].probability = p;
		out->n_candidates++;
	}
}
