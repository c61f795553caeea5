/* SPDX-License-Identifier: MIT */
/* explain: see the header. */
#include "db/explain.h"

/* RFC 5321 §4.5.4.1: give-up time of four to five days; some allow a week. */
#define RETRIED_FOR_US (7 * 86400 * US_PER_SECOND)

int
explain_look_later(struct store *st, struct explain_query *q, struct arena *a, struct err *e)
{
	const struct session *s = q->session;
	struct probe p = { .n_terms = 2, .most = EXPLAIN_MOST_LATER };
	struct probe_answer answer;
	struct session *whole, *list;
	struct str to = q->asked.n > 0 ? q->asked : explain_default_recipient(s);

	if (s->sender.n == 0 || to.n == 0 || s->end_us == TIME_NONE)
		return 0;
	p.terms[0] = (struct term){ TERM_SENDER, s->sender };
	p.terms[1] = (struct term){ TERM_RECIPIENT, to };
	p.from_us = s->end_us + 1;
	p.to_us = s->end_us + RETRIED_FOR_US;
	if (store_probe(st, &p, a, &answer, e) < 0)
		return -1;
	list = arena_alloc(a, (answer.n + 1) * sizeof(*list));
	for (size_t i = 0; i < answer.n; i++) {
		if (answer.sessions[i].ref.number == s->ref.number)
			continue;
		if (store_session(st, answer.sessions[i].ref, a, &whole, e) < 0)
			return -1;
		if (whole)
			list[q->n_later++] = *whole;
	}
	q->later = list;
	q->looked = true;
	return 0;
}
