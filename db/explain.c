/* SPDX-License-Identifier: MIT */
/* explain: see the header. The story belongs to the tracer, so its sessions are read again. */
#include "db/explain.h"

static int
take(struct store *st, struct explain_query *q, const struct session *s,
     enum story_relation relation, struct session *attempts, struct arena *a, struct err *e)
{
	bool is_later = s->start_us != TIME_NONE && q->session->start_us != TIME_NONE &&
			s->start_us >= q->session->start_us;
	bool is_attempt = relation == STORY_RELATION_ATTEMPT;
	struct session *whole;

	if (!is_attempt && (!is_later || (relation != STORY_RELATION_PASSED_ON &&
					  relation != STORY_RELATION_BOUNCE)))
		return 0;
	if (is_attempt && q->n_attempts == EXPLAIN_MOST_ATTEMPTS)
		return 0;
	if (store_session(st, s->ref, a, &whole, e) < 0)
		return -1;
	if (!whole)
		return 0;
	if (is_attempt)
		attempts[q->n_attempts++] = *whole;
	else if (relation == STORY_RELATION_BOUNCE && !q->bounce)
		q->bounce = whole;
	else if (relation == STORY_RELATION_PASSED_ON && !q->onward)
		q->onward = whole;
	return 0;
}

/* The end of what the session's gateway has logged, and whether there are holes before it. */
static int
look_at_logs(struct store *st, struct explain_query *q, struct arena *a, struct err *e)
{
	struct store_stretch *list;
	size_t n;

	q->logs_end_us = TIME_NONE;
	q->logs_gap = false;
	if (!st)
		return 0;
	if (store_coverage(st, STORE_GAP_US, a, &list, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!str_eq(list[i].gateway, q->session->gateway_name))
			continue;
		q->logs_gap |= list[i].from_us > q->session->start_us;
		if (q->logs_end_us == TIME_NONE || list[i].to_us > q->logs_end_us)
			q->logs_end_us = list[i].to_us;
	}
	return 0;
}

int
explain_look(struct store *st, struct explain_query *q, int64_t now_us, struct arena *a,
	     struct err *e)
{
	struct trace *t = trace_start(st, q->ours, q->zone, now_us);
	struct session *attempts = arena_alloc(a, EXPLAIN_MOST_ATTEMPTS * sizeof(*attempts));
	int rc = trace_run_session(t, q->session, NULL, NULL, e);
	const struct trace_result *result = rc == 0 ? trace_result(t) : NULL;
	const struct story *story = result && result->n_stories > 0 ? &result->stories[0] : NULL;
	size_t n = story && story->relations ? story->n : 0;

	q->now_us = now_us;
	q->attempts = attempts;
	q->looked = rc == 0;
	/* Newest first: of very many the end is what counts. */
	for (size_t i = n; rc == 0 && i-- > 0;)
		rc = take(st, q, story->sessions[i], story->relations[i], attempts, a, e);
	trace_free(t);
	return rc == 0 ? look_at_logs(st, q, a, e) : rc;
}
