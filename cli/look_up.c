/* SPDX-License-Identifier: MIT */
/* look_up: see the header. */
#include "cli/look_up.h"

#define MOST_OF_ONE_ID 20

/*
 * Its own ID comes before those that only name it, like the bounce of a message; and what an MTA
 * decided before a scanner's word on it, of which no MTA's log is known.
 */
static int
rank_of(const struct session *s, struct str wanted)
{
	return 2 * str_eq(session_own_id(s), wanted) + (s->verdict != VERDICT_NONE);
}

int
look_up_quietly(struct cli *c, struct str wanted, struct session **list, size_t *n, struct err *e)
{
	struct probe p = { .from_us = TIME_NONE, .to_us = TIME_NONE, .most = MOST_OF_ONE_ID };
	struct probe_answer answer;
	struct session_ref ref;

	*n = 0;
	if (session_ref_parse(wanted, &ref)) {
		if (store_session(c->store, ref, &c->arena, list, e) < 0)
			return -1;
		if (*list) {
			*n = 1;
			return 0;
		}
	}
	p.terms[0] = (struct term){ TERM_IDENTIFIER, wanted };
	p.n_terms = 1;
	if (store_probe(c->store, &p, &c->arena, &answer, e) < 0)
		return -1;
	*list = answer.sessions;
	*n = answer.n;
	for (size_t i = 1; i < *n; i++) {
		struct session first = (*list)[0];

		if (rank_of(&(*list)[i], wanted) <= rank_of(&first, wanted))
			continue;
		(*list)[0] = (*list)[i];
		(*list)[i] = first;
	}
	return 0;
}

int
look_up(struct cli *c, struct str wanted, struct session **list, size_t *n, struct err *e)
{
	if (look_up_quietly(c, wanted, list, n, e) < 0)
		return -1;
	if (*n > 0)
		return 0;
	if (c->json)
		puts("null");
	fputs("postern: no session is known as ", stderr);
	print_clean(stderr, wanted);
	fputs("; try postern find, which also takes parts\n", stderr);
	return 0;
}

void
look_up_more(size_t n)
{
	if (n > 1)
		fprintf(stderr,
			"postern: %zu more sessions carry that identifier; see "
			"postern find\n",
			n - 1);
}
