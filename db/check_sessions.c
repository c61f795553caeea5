/* SPDX-License-Identifier: MIT */
/* check_sessions: groups decode, their references lead somewhere, and tokens lead back. */
#include <stdlib.h>

#include "base/civil.h"
#include "db/check.h"

typedef unsigned long long ull; /* for printf */

/* --- groups --------------------------------------------------------------------------------- */

static void
check_lines(struct check *c, uint64_t sid, const struct session *s)
{
	for (size_t i = 0; i < s->n_lines; i++) {
		uint64_t *b = u64_table_get(&c->blocks, s->lines[i] >> BLOCK_LINE_BITS);
		uint64_t place = s->lines[i] & ((UINT64_C(1) << BLOCK_LINE_BITS) - 1);
		if (!b || place >= (*b & UINT32_MAX)) {
			check_say(c, "session %llu: its line %llu is not stored", (ull)sid,
				  (ull)s->lines[i]);
			return;
		}
	}
	if (s->n_lines > 0)
		check_count(&c->of_source,
			    check_number(&c->blocks, s->lines[0] >> BLOCK_LINE_BITS) >> 32);
}

static void
check_session(struct check *c, uint64_t sid, const struct session *s)
{
	struct str own = session_own_id(s);

	c->sessions++;
	check_count(&c->of_gateway, s->gateway);
	check_lines(c, sid, s);
	/* Numbers from 0 fit 32 bits up to eight million groups. */
	if (own.n > 0 && sid <= UINT32_MAX)
		token_list_add(&c->identifiers, term_hash((struct term){ TERM_IDENTIFIER, own }),
			       sid);
}

static int
check_group(struct check *c, const struct group *g, struct arena *a, struct err *e)
{
	int64_t tmin = INT64_MAX, tmax = INT64_MIN, tend = INT64_MIN;
	struct group_reader r;
	struct session s;

	group_reader_init(&r, &g->view, GROUP_ALL_COLUMNS);
	for (size_t i = 0; i < g->view.n; i++) {
		uint64_t sid = g->id << GROUP_BITS | i;
		bool gone;
		if (!group_read(&r, a, &s)) {
			check_say(c, "group %llu cannot be read", (ull)g->id);
			return 0;
		}
		tmin = s.start_us < tmin ? s.start_us : tmin;
		tmax = s.start_us > tmax ? s.start_us : tmax;
		tend = s.end_us > tend ? s.end_us : tend;
		if (later_is(c->st, sid, &gone, e) < 0)
			return -1;
		if (!gone)
			check_session(c, sid, &s);
	}
	if (tmin != g->tmin || tmax != g->tmax || tend != g->tend)
		check_say(c, "group %llu: its times are not those of its sessions", (ull)g->id);
	return 0;
}

static int
check_source_counts(struct check *c, struct err *e)
{
	struct source_row *row;
	int64_t last;

	if (sql_number(&c->st->q, STMT_SOURCE_LAST, 0, &last, e, "") < 0)
		return -1;
	for (uint32_t number = 1; number <= (uint32_t)last; number++) {
		bool there;
		if (source_exists(c->st, number, &there, e) < 0)
			return -1;
		if (!there)
			continue;
		if (source_get(c->st, number, &row, e) < 0)
			return -1;
		uint64_t is = check_number(&c->of_source, number);
		if (row->sessions != is)
			check_say(c, "%.*s: %llu sessions counted, there are %llu",
				  STR_ARG(row->path), (ull)row->sessions, (ull)is);
	}
	return 0;
}

int
check_groups(struct check *c, struct err *e)
{
	struct group g = { 0 };
	struct arena a = { 0 };
	int64_t id = 0;
	int rc = 0;

	while (rc == 0) {
		struct err damage = { 0 };
		bool found;
		rc = sql_number(&c->st->q, STMT_GROUP_NEXT, 0, &id, e, "i", id);
		if (rc < 0 || id == 0)
			break;
		if (group_load(c->st, (uint64_t)id, &g, &found, &damage) < 0) {
			check_say(c, "%s", damage.text);
			continue;
		}
		u64_table_put(&c->groups, g.id, g.view.n);
		rc = check_group(c, &g, &a, e);
		arena_reset(&a);
	}
	group_release(&g);
	arena_release(&a);
	return rc < 0 ? -1 : check_source_counts(c, e);
}

static bool
session_exists(const struct check *c, uint64_t sid)
{
	return place_of(sid) < check_number(&c->groups, group_of(sid));
}

int
check_later(struct check *c, struct err *e)
{
	sqlite3_stmt *row = sql_query(&c->st->q, STMT_LATER_ALL, e, "");
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&c->st->q, row, e)) > 0) {
		uint64_t sid = sql_uint(row, 0), now = sql_uint(row, 1);
		if (!session_exists(c, sid) || (now != 0 && !session_exists(c, now)))
			check_say(c, "session %llu was replaced by %llu, which is not stored",
				  (ull)sid, (ull)now);
	}
	return rc;
}

/* --- tokens --------------------------------------------------------------------------------- */

/* Both lists are sorted: identifiers that the run has are ticked off. */
static void
check_run(struct check *c, const struct run_row *run)
{
	struct token_list *ids = &c->identifiers;
	struct run_cursor cursor;
	struct err damage = { 0 };
	uint64_t n = 0, last_sid = 0, strangers = 0;
	uint32_t last_hash = 0;
	size_t i = 0;
	int rc;

	run_cursor_init(&cursor, run);
	while ((rc = run_cursor_next(c->st, &cursor, &damage)) == 0 && !cursor.at_end) {
		uint32_t hash = cursor.chunk.hash;
		uint64_t sid = cursor.chunk.sid;
		if (n++ > 0 && (hash < last_hash || (hash == last_hash && sid <= last_sid)))
			check_say(c, "run %u is not in order at token %llu", run->id, (ull)n);
		last_hash = hash;
		last_sid = sid;
		strangers += !session_exists(c, sid);
		uint64_t token = (uint64_t)hash << 32 | sid;
		while (i < ids->n && ids->token[i] < token)
			i++;
		if (i < ids->n && ids->token[i] == token)
			c->found[i / 8] |= (unsigned char)(1 << i % 8);
	}
	run_cursor_release(&cursor);
	if (rc < 0)
		check_say(c, "%s", damage.text);
	else if (n != run->n)
		check_say(c, "run %u has %llu tokens, %llu are counted", run->id, (ull)n,
			  (ull)run->n);
	if (strangers > 0)
		check_say(c, "run %u has %llu tokens of sessions that are not stored", run->id,
			  (ull)strangers);
}

void
check_runs(struct check *c)
{
	uint64_t missing = 0;

	token_list_sort(&c->identifiers);
	c->found = xcalloc(c->identifiers.n / 8 + 1, 1);
	for (size_t i = 0; i < c->st->n_runs; i++)
		check_run(c, &c->st->runs[i]);
	for (size_t i = 0; i < c->identifiers.n; i++)
		missing += !(c->found[i / 8] & 1 << i % 8);
	if (missing > 0)
		check_say(c, "%llu sessions cannot be found by their own identifier", (ull)missing);
}
