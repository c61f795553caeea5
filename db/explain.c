/* SPDX-License-Identifier: MIT */
/* explain: see the header. The story belongs to the tracer, so its sessions are read again. */
#include "db/explain.h"

static int
take(struct store *st, struct explain_query *q, const struct session *s,
     enum story_relation relation, struct session *later, struct arena *a, struct err *e)
{
	bool is_later = s->start_us != TIME_NONE && q->session->start_us != TIME_NONE &&
			s->start_us >= q->session->start_us;
	struct session *whole;

	if (!is_later ||
	    (relation != STORY_RELATION_ATTEMPT && relation != STORY_RELATION_PASSED_ON &&
	     relation != STORY_RELATION_BOUNCE))
		return 0;
	if (store_session(st, s->ref, a, &whole, e) < 0)
		return -1;
	if (!whole)
		return 0;
	if (relation == STORY_RELATION_BOUNCE && !q->bounce)
		q->bounce = whole;
	else if (relation == STORY_RELATION_PASSED_ON && !q->onward)
		q->onward = whole;
	else if (relation == STORY_RELATION_ATTEMPT && q->n_later < EXPLAIN_MOST_LATER)
		later[q->n_later++] = *whole;
	return 0;
}

int
explain_look(struct store *st, struct explain_query *q, int64_t now_us, struct arena *a,
	     struct err *e)
{
	struct trace *t = trace_start(st, q->ours, q->zone, now_us);
	struct session *later = arena_alloc(a, EXPLAIN_MOST_LATER * sizeof(*later));
	int rc = trace_run_session(t, q->session, NULL, NULL, e);
	const struct trace_result *result = rc == 0 ? trace_result(t) : NULL;
	const struct story *story = result && result->n_stories > 0 ? &result->stories[0] : NULL;

	q->later = later;
	q->looked = rc == 0;
	for (size_t i = 0; rc == 0 && story && story->relations && i < story->n; i++)
		rc = take(st, q, story->sessions[i], story->relations[i], later, a, e);
	trace_free(t);
	return rc;
}
