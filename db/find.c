/* SPDX-License-Identifier: MIT */
/* find: the loop between the finder, which asks, and the store, which answers. */
#include "db/find.h"

#include "base/civil.h"
#include "db/index.h"

enum { MOST_SESSIONS = 200 }; /* of one answer, whatever the finder asks for */

int
find_run(struct store *st, struct finder *f, struct arena *a, bool (*cancel)(void *arg),
         void *cancel_arg, struct err *e)
{
	struct probe p;
	struct probe_answer answer;

	while (finder_next(f, &p)) {
		if (cancel && cancel(cancel_arg))
			return err_set(e, ERR_CANCEL, "the search was stopped");
		if (p.most > MOST_SESSIONS)
			p.most = MOST_SESSIONS;
		if (store_probe(st, &p, a, &answer, e) < 0)
			return -1;
		finder_answer(f, &answer);
	}
	return 0;
}

/* From the first to the last hour with lines, per gateway: gaps are told by store_coverage. */
static int
coverage(struct store *st, struct arena *a, struct find_context *c, struct err *e)
{
	if (gateways_load(st, e) < 0 || counters_load(st, e) < 0)
		return -1;
	struct coverage *list = arena_zalloc(a, st->n_gateways * sizeof(*list));
	for (size_t i = 0; i < st->n_gateways; i++) {
		const struct gateway_row *g = &st->gateways[i];
		sqlite3_stmt *row = sql_query(&st->q, STMT_COVERAGE_SPAN, e, "u",
		                              (uint64_t)g->number);
		int rc = row ? sql_step(&st->q, row, e) : -1;
		if (rc < 0)
			return -1;
		list[i] = (struct coverage){
			.gateway = arena_str(a, g->name),
			.from_us = TIME_NONE,
			.to_us = TIME_NONE,
			.sessions = g->sessions,
		};
		if (rc > 0 && !sql_is_null(row, 0)) {
			list[i].from_us = sql_int(row, 0);
			list[i].to_us = sql_int(row, 1);
		}
		if (rc > 0)
			sql_done(row);
	}
	c->coverage = list;
	c->n_coverage = st->n_gateways;
	c->total_sessions = st->counter[COUNTER_SESSIONS];
	return 0;
}

int
find_coverage(struct store *st, struct arena *a, struct find_context *c, struct err *e)
{
	if (index_begin(st, e) < 0)
		return -1;
	return index_end(st, coverage(st, a, c, e));
}
