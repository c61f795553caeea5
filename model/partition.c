/* SPDX-License-Identifier: MIT */
/*
 * partition: see the header.
 *
 * 1. Records with an ID make the session of that ID.
 * 2. Refusals without an ID, in one connection, of one sender, are one session; if the connection
 *    goes on to a message of that sender, they belong to the next such message.
 * 3. Connection lines accompany every session of their connection.
 * 4. A record that joins nothing is a session of its own. One event logged in several places counts
 *    once: the n-th copy in one role goes with the n-th in another, so the role with the most
 *    copies says how many there were (DESIGN §4). For 1 and 2 copies change nothing, since merging
 *    is idempotent; they are kept, so that a later run still knows them.
 */
#include "model/partition.h"

#include "base/sort.h"
#include "model/merge.h"

#define GROUP_NONE   UINT32_MAX
#define GROUP_SHARED (UINT32_MAX - 1) /* accompanies all */

struct group {
	struct str id; /* empty: refusals of a sender, or a single line */
	bool has_sender;
	struct str sender;
	int64_t time_us; /* of its first record */
	bool is_line;
};

struct partition {
	struct partition_item *items;
	size_t n;
	struct group *groups;
	size_t n_groups;
	struct arena *arena;
};

static int
cmp_ref(line_ref a, line_ref b)
{
	return a < b ? -1 : a > b;
}

static int
by_first_line(const void *pa, const void *pb)
{
	const struct partition_item *a = pa, *b = pb;

	return cmp_ref(a->lines[0], b->lines[0]);
}

static uint32_t
add_group(struct partition *p, struct group g)
{
	p->groups[p->n_groups] = g;
	return (uint32_t)p->n_groups++;
}

static uint32_t
group_of_id(struct partition *p, struct str id)
{
	for (uint32_t i = 0; i < p->n_groups; i++)
		if (p->groups[i].id.n > 0 && str_eq(p->groups[i].id, id))
			return i;
	return GROUP_NONE;
}

static void
group_messages(struct partition *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct partition_item *item = &p->items[i];
		const struct fragment *f = item->fragment;

		if (f->id.n == 0)
			continue;
		item->group = group_of_id(p, f->id);
		if (item->group == GROUP_NONE)
			item->group =
				add_group(p, (struct group){ .id = f->id, .time_us = f->time_us });
		struct group *g = &p->groups[item->group];
		if (f->time_us < g->time_us)
			g->time_us = f->time_us;
		if (f->has_sender && (!g->has_sender || str_cmp(f->sender, g->sender) < 0)) {
			g->has_sender = true;
			g->sender = f->sender;
		}
	}
}

/* Log times may be whole seconds: a refusal and its message within one second are in order. */
static int64_t
whole_second(int64_t time_us)
{
	return time_us - ((time_us % US_PER_SECOND) + US_PER_SECOND) % US_PER_SECOND;
}

/* The next message of this sender in the connection: the earliest that begins not before. */
static uint32_t
next_message(const struct partition *p, const struct fragment *f)
{
	uint32_t best = GROUP_NONE;

	for (uint32_t i = 0; i < p->n_groups; i++) {
		const struct group *g = &p->groups[i];

		if (g->id.n == 0 || !g->has_sender || !str_eq(g->sender, f->sender) ||
		    g->time_us < whole_second(f->time_us))
			continue;
		if (best == GROUP_NONE || g->time_us < p->groups[best].time_us ||
		    (g->time_us == p->groups[best].time_us &&
		     str_cmp(g->id, p->groups[best].id) < 0))
			best = i;
	}
	return best;
}

static uint32_t
group_of_sender(struct partition *p, const struct fragment *f, size_t first_group)
{
	for (size_t i = first_group; i < p->n_groups; i++) {
		const struct group *g = &p->groups[i];

		if (!g->is_line && g->has_sender == f->has_sender && str_eq(g->sender, f->sender))
			return (uint32_t)i;
	}
	return add_group(p, (struct group){ .has_sender = f->has_sender,
					    .sender = f->sender,
					    .time_us = f->time_us });
}

/* All lines of a cluster without other keys are copies of one text. */
static uint32_t
group_of_copy(struct partition *p, size_t first_group, size_t ordinal)
{
	if (first_group + ordinal >= p->n_groups)
		return add_group(p, (struct group){ .is_line = true });
	return (uint32_t)(first_group + ordinal);
}

static void
group_the_rest(struct partition *p)
{
	size_t first_group = p->n_groups, copies[LOG_ROLE_COUNT] = { 0 };

	for (size_t i = 0; i < p->n; i++) {
		struct partition_item *item = &p->items[i];
		const struct fragment *f = item->fragment;

		if (f->id.n > 0)
			continue;
		if (!fragment_makes_session(f)) {
			item->group = GROUP_SHARED;
			continue;
		}
		if (item->is_line) {
			item->group = group_of_copy(p, first_group, copies[item->role]++);
			continue;
		}
		item->group = f->has_sender ? next_message(p, f) : GROUP_NONE;
		if (item->group == GROUP_NONE)
			item->group = group_of_sender(p, f, first_group);
	}
}

static int
by_ref(const void *a, const void *b)
{
	return cmp_ref(*(const line_ref *)a, *(const line_ref *)b);
}

static void
collect_lines(const struct partition *p, uint32_t group, struct session *s)
{
	size_t total = 0, kept = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].group == group || p->items[i].group == GROUP_SHARED)
			total += p->items[i].n_lines;
	s->lines = arena_alloc(p->arena, (total + 1) * sizeof(*s->lines));
	for (size_t i = 0; i < p->n; i++) {
		const struct partition_item *item = &p->items[i];

		if (item->group != group && item->group != GROUP_SHARED)
			continue;
		memcpy(s->lines + s->n_lines, item->lines, item->n_lines * sizeof(*s->lines));
		s->n_lines += item->n_lines;
	}
	sort_few(s->lines, s->n_lines, sizeof(*s->lines), by_ref);
	for (size_t i = 0; i < s->n_lines; i++)
		if (kept == 0 || s->lines[kept - 1] != s->lines[i])
			s->lines[kept++] = s->lines[i];
	s->n_lines = kept;
}

static bool
make_session(const struct partition *p, uint32_t group, struct session *s)
{
	const struct fragment **members = arena_alloc(p->arena, (p->n + 1) * sizeof(*members));
	size_t n = 0;

	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].group == group || p->items[i].group == GROUP_SHARED)
			members[n++] = p->items[i].fragment;
	if (!merge_fragments(members, n, p->arena, s))
		return false;
	collect_lines(p, group, s);
	return true;
}

size_t
partition_sessions(struct partition_item *items, size_t n, struct arena *a,
		   struct session **sessions)
{
	struct partition p = { .items = items, .n = n, .arena = a };
	size_t made = 0;

	for (size_t i = 0; i < n; i++)
		items[i].group = 0;
	/* Only the pairing of copies looks at an order. */
	if (n > 1 && items[0].is_line)
		sort_few(items, n, sizeof(*items), by_first_line);
	p.groups = arena_alloc(a, (p.n + 1) * sizeof(*p.groups));
	group_messages(&p);
	group_the_rest(&p);
	*sessions = arena_alloc(a, (p.n_groups + 1) * sizeof(**sessions));
	for (uint32_t g = 0; g < p.n_groups; g++)
		made += make_session(&p, g, &(*sessions)[made]);
	return made;
}
