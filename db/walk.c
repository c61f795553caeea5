/* SPDX-License-Identifier: MIT */
/* walk: a merge over groups in the order of time. */
#include "db/walk.h"

#include <stdlib.h>

#include "base/civil.h"

enum { FEW_GROUPS = 64 };

struct entry {
	int64_t start_us;
	uint64_t sid;
};

struct walk_group {
	struct group group;
	struct entry entry[GROUP_SESSIONS]; /* newest first */
	size_t n, at;
	struct arena arena;       /* of the decoded sessions */
	struct session *sessions; /* by place; NULL until one is wanted */
};

/* --- which group comes next ----------------------------------------------------------------- */

static int
by_tmax_descending(const void *a, const void *b)
{
	const struct walk_row *x = a, *y = b;

	if (x->tmax != y->tmax)
		return x->tmax > y->tmax ? -1 : 1;
	return x->id > y->id ? -1 : x->id < y->id;
}

static size_t
first_at_least(const struct sid_list *l, uint64_t sid)
{
	size_t low = 0, high = l->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (l->sid[middle] < sid)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_wanted(const struct walk *w, uint64_t group)
{
	const struct sid_list *only = w->query.only;

	if (!only)
		return true;
	size_t i = first_at_least(only, group << GROUP_BITS);
	return i < only->n && group_of(only->sid[i]) == group;
}

static size_t
count_groups(const struct sid_list *l, size_t most)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n && n <= most; n++)
		i = first_at_least(l, (group_of(l->sid[i]) + 1) << GROUP_BITS);
	return n;
}

static int64_t
not_after(const struct walk_query *q)
{
	int64_t limit = q->to_us == TIME_NONE ? INT64_MAX : q->to_us;

	if (q->after.ref.number != 0 && q->after.start_us < limit)
		limit = q->after.start_us;
	return limit;
}

/* A few groups are looked up one by one, which is cheaper than passing over all. */
static int
list_groups(struct walk *w, struct err *e)
{
	const struct sid_list *only = w->query.only;

	w->list = xcalloc(FEW_GROUPS, sizeof(*w->list));
	for (size_t i = 0; i < only->n;) {
		uint64_t id = group_of(only->sid[i]);
		sqlite3_stmt *row = sql_query(&w->st->q, STMT_GROUP_TIMES, e, "u", id);
		int rc = row ? sql_step(&w->st->q, row, e) : -1;
		if (rc < 0)
			return -1;
		if (rc > 0) {
			if (sql_int(row, 1) <= not_after(&w->query) &&
			    sql_int(row, 3) >= w->query.from_us)
				w->list[w->n_list++] = (struct walk_row){ id, sql_int(row, 2) };
			sql_done(row);
		}
		i = first_at_least(only, (id + 1) << GROUP_BITS);
	}
	qsort(w->list, w->n_list, sizeof(*w->list), by_tmax_descending);
	return 0;
}

static int
fetch_next(struct walk *w, struct err *e)
{
	int rc = 0;

	w->has_next = false;
	if (w->list) {
		w->has_next = w->at_list < w->n_list;
		if (w->has_next)
			w->next = w->list[w->at_list++];
		return 0;
	}
	while (w->rows && (rc = sql_step(&w->st->q, w->rows, e)) > 0) {
		w->next = (struct walk_row){ sql_uint(w->rows, 0), sql_int(w->rows, 3) };
		if (is_wanted(w, w->next.id)) {
			w->has_next = true;
			return 0;
		}
	}
	w->rows = NULL;
	return rc;
}

/* --- open groups ---------------------------------------------------------------------------- */

static void
walk_group_free(struct walk_group *g)
{
	if (!g)
		return;
	group_release(&g->group);
	arena_release(&g->arena);
	free(g);
}

void
walk_cache_drop(struct store *st)
{
	for (size_t i = 0; i < WALK_CACHE; i++) {
		walk_group_free(st->walk_cache[i]);
		st->walk_cache[i] = NULL;
	}
}

/* Groups stay unpacked for the next page, in the order of use, the last one first. */
static void
walk_group_put_back(struct walk *w, struct walk_group *g)
{
	struct walk_group **cache = w->st->walk_cache;

	/* The writer's groups may still grow. */
	if (!g || w->st->mode == STORE_WRITE) {
		walk_group_free(g);
		return;
	}
	walk_group_free(cache[WALK_CACHE - 1]);
	memmove(&cache[1], &cache[0], (WALK_CACHE - 1) * sizeof(*cache));
	cache[0] = g;
}

static int
walk_group_take(struct walk *w, uint64_t id, struct walk_group **out, struct err *e)
{
	struct walk_group **cache = w->st->walk_cache;
	bool found;

	for (size_t i = 0; i < WALK_CACHE; i++) {
		if (!cache[i] || cache[i]->group.id != id)
			continue;
		*out = cache[i];
		memmove(&cache[i], &cache[i + 1], (WALK_CACHE - 1 - i) * sizeof(*cache));
		cache[WALK_CACHE - 1] = NULL;
		(*out)->n = (*out)->at = 0;
		return 0;
	}
	*out = xcalloc(1, sizeof(**out));
	if (group_load(w->st, id, &(*out)->group, &found, e) < 0)
		return -1;
	return found ? 0 : index_damaged(w->st, "group", id, e);
}

static bool
is_newer(const struct entry *a, const struct entry *b)
{
	return a->start_us != b->start_us ? a->start_us > b->start_us : a->sid > b->sid;
}

static int
newest_first(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return is_newer(x, y) ? -1 : is_newer(y, x);
}

static int
mark_superseded(struct store *st, uint64_t id, bool gone[GROUP_SESSIONS], struct err *e)
{
	uint64_t first = id << GROUP_BITS;
	sqlite3_stmt *row =
		sql_query(&st->q, STMT_LATER_RANGE, e, "uu", first, first + GROUP_SESSIONS - 1);
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&st->q, row, e)) > 0)
		gone[place_of(sql_uint(row, 0))] = true;
	return rc;
}

static void
keep_only(const struct sid_list *only, uint64_t id, bool gone[GROUP_SESSIONS])
{
	size_t i = first_at_least(only, id << GROUP_BITS);

	for (size_t place = 0; place < GROUP_SESSIONS; place++) {
		if (i < only->n && only->sid[i] == (id << GROUP_BITS | place))
			i++;
		else
			gone[place] = true;
	}
}

static int
collect(struct walk *w, struct walk_group *g, struct err *e)
{
	const struct session_cursor *after = &w->query.after;
	struct entry limit = { after->start_us, after->ref.number };
	bool gone[GROUP_SESSIONS] = { false };
	int64_t starts[GROUP_SESSIONS];

	if (mark_superseded(w->st, g->group.id, gone, e) < 0)
		return -1;
	if (w->query.only)
		keep_only(w->query.only, g->group.id, gone);
	if (!group_starts(&g->group.view, starts))
		return index_damaged(w->st, "group", g->group.id, e);
	for (size_t i = 0; i < g->group.view.n; i++) {
		struct entry entry = { starts[i], g->group.id << GROUP_BITS | i };
		if (gone[i] || (limit.sid != 0 && !is_newer(&limit, &entry)))
			continue;
		if (w->query.to_us != TIME_NONE &&
		    (entry.start_us > w->query.to_us || entry.start_us == TIME_NONE))
			continue;
		g->entry[g->n++] = entry;
	}
	qsort(g->entry, g->n, sizeof(g->entry[0]), newest_first);
	return 0;
}

static const struct entry *
top(const struct walk_group *g)
{
	return &g->entry[g->at];
}

/* Restores the heap below i. */
static void
sink_down(struct walk *w, size_t i)
{
	for (;;) {
		size_t newest = i;
		for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < w->n_heap; child++)
			if (is_newer(top(w->heap[child]), top(w->heap[newest])))
				newest = child;
		if (newest == i)
			return;
		struct walk_group *swap = w->heap[i];
		w->heap[i] = w->heap[newest];
		w->heap[newest] = swap;
		i = newest;
	}
}

static void
heap_add(struct walk *w, struct walk_group *g)
{
	w->heap = mem_grow(w->heap, &w->heap_cap, w->n_heap + 1, sizeof(struct walk_group *));
	size_t i = w->n_heap++;
	while (i > 0 && is_newer(top(g), top(w->heap[(i - 1) / 2]))) {
		w->heap[i] = w->heap[(i - 1) / 2];
		i = (i - 1) / 2;
	}
	w->heap[i] = g;
}

static int
open_next(struct walk *w, struct err *e)
{
	struct walk_group *g = NULL;

	if (walk_group_take(w, w->next.id, &g, e) < 0 || collect(w, g, e) < 0) {
		walk_group_free(g);
		return -1;
	}
	if (g->n > 0)
		heap_add(w, g);
	else
		walk_group_put_back(w, g);
	return fetch_next(w, e);
}

static int
decode(struct walk *w, struct walk_group *g, struct err *e)
{
	g->sessions = arena_alloc(&g->arena, g->group.view.n * sizeof(*g->sessions));
	if (!group_read_all(&g->group.view, &g->arena, g->sessions))
		return index_damaged(w->st, "group", g->group.id, e);
	return 0;
}

/* --- the walk ------------------------------------------------------------------------------- */

int
walk_begin(struct walk *w, struct store *st, const struct walk_query *q, struct err *e)
{
	*w = (struct walk){ .st = st, .query = *q };
	if (q->only && count_groups(q->only, FEW_GROUPS) <= FEW_GROUPS) {
		if (list_groups(w, e) < 0)
			return -1;
	} else {
		w->rows = sql_query(&st->q, STMT_GROUPS_NEWEST, e, "ii", not_after(q), q->from_us);
		if (!w->rows)
			return -1;
	}
	return fetch_next(w, e);
}

static int
step(struct walk *w, const struct session **out, struct err *e)
{
	while (w->has_next && (w->n_heap == 0 || w->next.tmax >= top(w->heap[0])->start_us))
		if (open_next(w, e) < 0)
			return -1;
	if (w->n_heap == 0)
		return 0;
	struct walk_group *g = w->heap[0];
	uint64_t sid = g->entry[g->at++].sid;
	if (g->at == g->n) {
		w->exhausted = g;
		w->heap[0] = w->heap[--w->n_heap];
	}
	if (w->n_heap > 0)
		sink_down(w, 0);
	if (!g->sessions && decode(w, g, e) < 0)
		return -1;
	struct session *s = &g->sessions[place_of(sid)];
	*out = s;
	return session_finish(w->st, sid, s, &g->arena, e) < 0 ? -1 : 1;
}

int
walk_next(struct walk *w, const struct session **out, struct err *e)
{
	int rc;

	do {
		walk_group_put_back(w, w->exhausted);
		w->exhausted = NULL;
		rc = step(w, out, e);
		/* TIME_NONE is before everything: what has no time touches no window. */
	} while (rc > 0 && w->query.from_us != TIME_NONE && (*out)->end_us < w->query.from_us);
	return rc;
}

void
walk_end(struct walk *w)
{
	if (w->rows)
		sql_done(w->rows);
	walk_group_put_back(w, w->exhausted);
	for (size_t i = 0; i < w->n_heap; i++)
		walk_group_put_back(w, w->heap[i]);
	free(w->heap);
	free(w->list);
	*w = (struct walk){ 0 };
}
