/* SPDX-License-Identifier: MIT */
/*
 * check: whether an index is what it says it is. SQLite's own check first; then texts, sessions,
 * references and tokens are read as a whole and compared with each other and with the counters.
 */
#include "db/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"

void
check_say(struct check *c, const char *fmt, ...)
{
	char text[400];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	c->findings++;
	if (c->report)
		c->report(c->arg, text);
}

static int
check_file(struct check *c, struct err *e)
{
	sqlite3_stmt *row = sql_query(&c->st->q, STMT_QUICK_CHECK, e, "");
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&c->st->q, row, e)) > 0) {
		struct str text = sql_bytes(row, 0);
		if (!str_eq(text, STR("ok")))
			check_say(c, "file: %.*s", STR_ARG(text));
	}
	return rc;
}

static void
compare(struct check *c, const char *what, uint64_t says, uint64_t is)
{
	if (says != is)
		check_say(c, "%s: counted %llu, there are %llu", what, (unsigned long long)says,
			  (unsigned long long)is);
}

static void
check_counters(struct check *c)
{
	const uint64_t *says = c->st->counter;

	compare(c, "sessions", says[COUNTER_SESSIONS], c->sessions);
	compare(c, "lines", says[COUNTER_LINES], c->counter[COUNTER_LINES]);
	compare(c, "understood lines", says[COUNTER_UNDERSTOOD], c->counter[COUNTER_UNDERSTOOD]);
	compare(c, "ignored lines", says[COUNTER_IGNORED], c->counter[COUNTER_IGNORED]);
	compare(c, "unknown lines", says[COUNTER_UNKNOWN], c->counter[COUNTER_UNKNOWN]);
	compare(c, "bytes of text", says[COUNTER_RAW_BYTES], c->counter[COUNTER_RAW_BYTES]);
	for (size_t i = 0; i < c->st->n_gateways; i++) {
		const struct gateway_row *g = &c->st->gateways[i];
		char what[300];
		snprintf(what, sizeof(what), "sessions of gateway %.*s", STR_ARG(g->name));
		compare(c, what, g->sessions, check_number(&c->of_gateway, g->number));
	}
}

static int
check_all(struct check *c, struct err *e)
{
	if (check_file(c, e) < 0 || counters_load(c->st, e) < 0 || gateways_load(c->st, e) < 0 ||
	    runs_load(c->st, e) < 0 || check_sources(c, e) < 0 || check_groups(c, e) < 0 ||
	    check_later(c, e) < 0)
		return -1;
	check_runs(c);
	check_counters(c);
	return 0;
}

int
store_check(struct store *st, void (*report)(void *arg, const char *text), void *arg, struct err *e)
{
	struct check c = { .st = st, .report = report, .arg = arg };

	if (index_begin(st, e) < 0)
		return -1;
	int rc = index_end(st, check_all(&c, e));
	u64_table_release(&c.blocks);
	u64_table_release(&c.groups);
	u64_table_release(&c.of_source);
	u64_table_release(&c.of_gateway);
	token_list_release(&c.identifiers);
	free(c.found);
	return rc < 0 ? -1 : c.findings;
}
