/* SPDX-License-Identifier: MIT */
/* groups: stored groups through a small cache, single sessions, and what superseded what. */
#include "base/civil.h"
#include "db/index.h"

enum { LATER_MAX_STEPS = 1 << 20 }; /* the way never returns, except in a damaged index */

void
group_release(struct group *g)
{
	if (g->raw.cap > 0)
		strbuf_release(&g->raw);
	*g = (struct group){ 0 };
}

int
group_load(struct store *st, uint64_t id, struct group *g, bool *found, struct err *e)
{
	struct err inner = { 0 };

	if (g->raw.max == 0)
		strbuf_init(&g->raw, GROUP_MAX_BYTES);
	g->id = 0;
	*found = false;
	sqlite3_stmt *row = sql_query(&st->q, STMT_GROUP_GET, e, "u", id);
	if (!row)
		return -1;
	int rc = sql_step(&st->q, row, e);
	if (rc <= 0)
		return rc;
	size_t n = (size_t)sql_uint(row, 0);
	g->tmin = sql_int(row, 1);
	g->tmax = sql_int(row, 2);
	g->tend = sql_int(row, 3);
	rc = zblock_unpack(sql_bytes(row, 4), GROUP_MAX_BYTES, &g->raw, &inner);
	sql_done(row);
	if (rc < 0 || group_split(strbuf_str(&g->raw), &g->view, &inner) < 0 || g->view.n != n)
		return index_damaged(st, "group", id, e);
	g->id = id;
	*found = true;
	return 0;
}

/* The writer's unfinished groups are read where they grow. */
static struct group *
group_being_built(struct store *st, uint64_t id, struct group *slot)
{
	for (size_t i = 0; i < st->n_builders; i++) {
		struct group_builder *b = &st->builders[i];
		if (b->id != id)
			continue;
		slot->id = 0; /* not to be found again: it may grow */
		slot->tmin = b->tmin;
		slot->tmax = b->tmax;
		slot->tend = b->tend;
		group_builder_view(b, &slot->view);
		return slot;
	}
	return NULL;
}

static int
group_get(struct store *st, uint64_t id, struct group **out, struct err *e)
{
	struct group *oldest = &st->groups[0];
	bool found;

	for (size_t i = 0; i < GROUP_CACHE; i++) {
		struct group *g = &st->groups[i];
		if (g->id == id) {
			g->used = ++st->clock;
			return *out = g, 0;
		}
		if (g->used < oldest->used)
			oldest = g;
	}
	oldest->used = ++st->clock;
	*out = group_being_built(st, id, oldest);
	if (*out)
		return 0;
	if (group_load(st, id, oldest, &found, e) < 0)
		return -1;
	*out = found ? oldest : NULL;
	return 0;
}

int
session_finish(struct store *st, uint64_t sid, struct session *s, struct arena *a, struct err *e)
{
	struct gateway_row *gateway = gateway_get(st, s->gateway, e);

	if (!gateway)
		return -1;
	s->ref.number = sid;
	s->gateway_name = gateway->name;
	session_restore(s, a);
	return 0;
}

/* Borrowed from the group, but for arrays; *found false: there is no such session. */
static int
read_one(struct store *st, uint64_t sid, uint64_t columns, struct arena *a, struct session *out,
	 bool *found, struct err *e)
{
	struct group *g;
	struct group_reader r;

	*found = false;
	if (group_get(st, group_of(sid), &g, e) < 0)
		return -1;
	if (!g || place_of(sid) >= g->view.n)
		return 0;
	group_reader_init(&r, &g->view, columns);
	for (size_t i = 0; i < place_of(sid); i++)
		if (!group_skip(&r))
			break;
	if (!group_read(&r, a, out))
		return index_damaged(st, "group", group_of(sid), e);
	*found = true;
	return 0;
}

int
session_get(struct store *st, uint64_t sid, struct arena *a, struct session **out, struct err *e)
{
	struct session borrowed;
	bool found;

	*out = NULL;
	if (read_one(st, sid, GROUP_ALL_COLUMNS, a, &borrowed, &found, e) < 0)
		return -1;
	if (!found)
		return 0;
	if (session_finish(st, sid, &borrowed, a, e) < 0)
		return -1;
	*out = arena_alloc(a, sizeof(**out));
	session_copy(&borrowed, a, *out);
	return 0;
}

int
session_get_outline(struct store *st, uint64_t sid, struct arena *a, struct session *out,
		    bool *found, struct err *e)
{
	if (read_one(st, sid, GROUP_OUTLINE, a, out, found, e) < 0)
		return -1;
	out->ref.number = sid;
	return 0;
}

int
later_is(struct store *st, uint64_t sid, bool *superseded, struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_LATER_GET, e, "u", sid);

	if (!row)
		return -1;
	int rc = sql_step(&st->q, row, e);
	*superseded = rc > 0;
	if (rc > 0)
		sql_done(row);
	return rc < 0 ? -1 : 0;
}

int
later_resolve(struct store *st, uint64_t sid, uint64_t *out, struct err *e)
{
	for (int i = 0; i < LATER_MAX_STEPS; i++) {
		int64_t next;
		*out = sid;
		if (sid == 0)
			return 0;
		if (sql_number(&st->q, STMT_LATER_GET, -1, &next, e, "u", sid) < 0)
			return -1;
		if (next == -1)
			return 0;
		sid = (uint64_t)next;
	}
	return index_damaged(st, "session", sid, e);
}
