/* SPDX-License-Identifier: MIT */
/*
 * partition: see the header.
 *
 * 1. Records with an ID make the session of that ID.
 * 2. Refusals without an ID, in one connection, of one sender, are one session; if the connection
 *    goes on to a message of that sender, they belong to the next such message.
 * 3. Connection lines accompany every session of their connection.
 * 4. A process that serves one connection after another (serial_process) tells by connects and
 *    disconnects which is which; 2 and 3 hold within each. An ID that recurs names another message
 *    once its own has left the queue, or after a week.
 *    Where each line names its connection (connection_id), those of no message are facts of all
 *    its messages and refusals, or a session if there are none.
 * 5. A record that joins nothing is a session of its own. One event logged in several places counts
 *    once: the n-th copy in one role goes with the n-th in another, so the role with the most
 *    copies says how many there were (DESIGN §4). For 1 and 2 copies change nothing, since merging
 *    is idempotent; they are kept, so that a later run still knows them.
 * 6. A record that seeks a message by its Message-ID goes to the nearest (model/mention.h); without
 *    one it is a session of its own.
 */
#include "model/partition.h"

#include "base/hash.h"
#include "base/sort.h"
#include "model/mention.h"
#include "model/merge.h"
#include "model/partition_connections.h"
#include "model/partition_seekers.h"

#define SHARED_MOST  256 /* a connection of very many messages does not lend all its lines to each */
#define GROUP_SHARED (UINT32_MAX - 1) /* accompanies all */

#define RECURS_AFTER_US (7 * DAY_US)

struct group {
	struct str id; /* empty: refusals of a sender, or a single line */
	uint32_t connection;
	int64_t last_us, completed_us; /* of IDs that recur */
	bool has_sender;
	struct str sender;
	int64_t time_us; /* of its first record */
	bool is_line;
};

struct partition {
	struct u64_table by_id, by_sender; /* hash → group */
	struct partition_item **slots;     /* items by group, the shared ones last */
	size_t *starts;                    /* of each group in slots; one more ends the last */
	size_t n_shared;
	bool is_ordered; /* connections are numbered */
	struct partition_item *items;
	size_t n;
	struct group *groups;
	size_t n_groups, n_messages; /* those of messages come first */
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

/* Says nothing of a message, but of a connection that has a name. */
static bool
is_of_connection(const struct fragment *f)
{
	return f->connection_id.n > 0 && f->id.n == 0 && f->kind != FRAGMENT_REFUSED;
}

/* --- groups --------------------------------------------------------------------------------- */

/* Most clusters are one message: its groups are looked through, many are found by a table. */
enum { FEW_GROUPS = 4 };

static uint32_t
group_of_id(const struct partition *p, struct str id)
{
	const uint64_t *at;

	if (p->n_groups <= FEW_GROUPS) {
		/* The latest, of an ID that recurs. */
		for (size_t i = p->n_groups; i > 0; i--)
			if (str_eq(p->groups[i - 1].id, id))
				return (uint32_t)(i - 1);
		return GROUP_NONE;
	}
	at = u64_table_get(&p->by_id, hash_bytes(id, 0));
	return at && str_eq(p->groups[*at].id, id) ? (uint32_t)*at : GROUP_NONE;
}

static uint32_t
add_message(struct partition *p, const struct fragment *f)
{
	uint32_t group = add_group(p, (struct group){ .id = f->id,
						      .time_us = f->time_us,
						      .last_us = f->time_us,
						      .completed_us = TIME_NONE });

	if (p->n_groups > FEW_GROUPS)
		for (uint32_t i = p->n_groups == FEW_GROUPS + 1 ? 0 : group; i <= group; i++)
			u64_table_put(&p->by_id, hash_bytes(p->groups[i].id, 0), i);
	return group;
}

/* Lines of one second come in any order. */
static bool
is_another(const struct group *g, const struct fragment *f)
{
	if (!f->id_recurs || f->time_us == TIME_NONE || g->last_us == TIME_NONE)
		return false;
	return f->time_us - g->last_us > RECURS_AFTER_US ||
	       (g->completed_us != TIME_NONE && f->time_us - g->completed_us > US_PER_SECOND);
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
		if (item->group == GROUP_NONE || is_another(&p->groups[item->group], f))
			item->group = add_message(p, f);
		struct group *g = &p->groups[item->group];
		if (f->time_us < g->time_us)
			g->time_us = f->time_us;
		g->last_us = f->time_us;
		if (f->kind == FRAGMENT_COMPLETED)
			g->completed_us = f->time_us;
		if (item->connection != CONNECTION_NONE)
			g->connection = item->connection;
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
	if (time_us == TIME_NONE)
		return TIME_NONE;
	return time_us - ((time_us % US_PER_SECOND) + US_PER_SECOND) % US_PER_SECOND;
}

/* The next message of this sender in the connection: the earliest that begins not before. */
static uint32_t
next_message(const struct partition *p, const struct partition_item *item)
{
	const struct fragment *f = item->fragment;
	uint32_t best = GROUP_NONE;

	for (uint32_t i = 0; i < p->n_groups; i++) {
		const struct group *g = &p->groups[i];

		if (g->id.n == 0 || g->connection != item->connection || !g->has_sender ||
		    !str_eq(g->sender, f->sender) || g->time_us < whole_second(f->time_us))
			continue;
		if (best == GROUP_NONE || g->time_us < p->groups[best].time_us ||
		    (g->time_us == p->groups[best].time_us &&
		     str_cmp(g->id, p->groups[best].id) < 0))
			best = i;
	}
	return best;
}

static bool
is_of_sender(const struct group *g, const struct partition_item *item)
{
	return g->connection == item->connection && g->has_sender == item->fragment->has_sender &&
	       str_eq(g->sender, item->fragment->sender);
}

static uint64_t
sender_hash(uint32_t connection, bool has_sender, struct str sender)
{
	return hash_bytes(sender, (uint64_t)connection << 1 | has_sender);
}

static uint32_t
add_sender(struct partition *p, const struct partition_item *item)
{
	size_t few = p->n_messages + FEW_GROUPS;
	const struct fragment *f = item->fragment;
	uint32_t group = add_group(p, (struct group){ .connection = item->connection,
						      .has_sender = f->has_sender,
						      .sender = f->sender,
						      .time_us = f->time_us });

	if (p->n_groups > few)
		for (size_t i = p->n_groups == few + 1 ? p->n_messages : group; i <= group; i++)
			u64_table_put(&p->by_sender,
				      sender_hash(p->groups[i].connection, p->groups[i].has_sender,
						  p->groups[i].sender),
				      i);
	return group;
}

static uint32_t
group_of_sender(struct partition *p, const struct partition_item *item)
{
	const struct fragment *f = item->fragment;
	const uint64_t *at;

	if (p->n_groups <= p->n_messages + FEW_GROUPS) {
		for (size_t i = p->n_messages; i < p->n_groups; i++)
			if (is_of_sender(&p->groups[i], item))
				return (uint32_t)i;
	} else {
		at = u64_table_get(&p->by_sender,
				   sender_hash(item->connection, f->has_sender, f->sender));
		if (at && is_of_sender(&p->groups[*at], item))
			return (uint32_t)*at;
	}
	return add_sender(p, item);
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
	size_t copies[LOG_ROLE_COUNT] = { 0 };

	p->n_messages = p->n_groups;

	for (size_t i = 0; i < p->n; i++) {
		struct partition_item *item = &p->items[i];
		const struct fragment *f = item->fragment;

		if (f->id.n > 0)
			continue;
		if (fragment_seeks(f)) {
			if (item->group == GROUP_NONE)
				item->group = add_group(p, (struct group){ .is_line = true });
			continue;
		}
		if (!fragment_makes_session(f) || is_of_connection(f)) {
			item->group = GROUP_SHARED;
			continue;
		}
		if (item->is_line) {
			item->group = group_of_copy(p, p->n_messages, copies[item->role]++);
			continue;
		}
		item->group = f->has_sender ? next_message(p, item) : GROUP_NONE;
		if (item->group == GROUP_NONE)
			item->group = group_of_sender(p, item);
	}
}

/* Lines of a connection go with what else it has; without any, they are a session. */
static void
group_bare_connections(struct partition *p)
{
	size_t others = p->n_groups;

	for (size_t i = 0; i < p->n; i++) {
		struct partition_item *item = &p->items[i];
		size_t g = 0;

		if (item->fragment->id.n > 0 || !is_of_connection(item->fragment))
			continue;
		while (g < p->n_groups && p->groups[g].connection != item->connection)
			g++;
		if (g == p->n_groups)
			add_group(p, (struct group){ .connection = item->connection });
		item->group = g < others ? GROUP_SHARED : (uint32_t)g;
	}
}

static int
by_ref(const void *a, const void *b)
{
	return cmp_ref(*(const line_ref *)a, *(const line_ref *)b);
}

static int
by_connection(const void *pa, const void *pb)
{
	const struct partition_item *a = *(struct partition_item *const *)pa;
	const struct partition_item *b = *(struct partition_item *const *)pb;

	if (a->connection != b->connection)
		return a->connection < b->connection ? -1 : 1;
	return cmp_ref(a->lines[0], b->lines[0]);
}

/* Items side by side by group, so that a cluster of many sessions costs no more than its items. */
static void
gather_groups(struct partition *p)
{
	size_t *next;

	p->starts = arena_zalloc(p->arena, (p->n_groups + 2) * sizeof(*p->starts));
	p->slots = arena_alloc(p->arena, (p->n + 1) * sizeof(*p->slots));
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].group == GROUP_SHARED)
			p->n_shared++;
		else
			p->starts[p->items[i].group + 1]++;
	for (size_t g = 0; g < p->n_groups; g++)
		p->starts[g + 1] += p->starts[g];
	next = arena_alloc(p->arena, (p->n_groups + 1) * sizeof(*next));
	memcpy(next, p->starts, (p->n_groups + 1) * sizeof(*next));
	for (size_t i = 0; i < p->n; i++) {
		uint32_t g = p->items[i].group == GROUP_SHARED ? (uint32_t)p->n_groups
							       : p->items[i].group;

		p->slots[next[g]++] = &p->items[i];
	}
	if (p->n_shared > 1 && p->is_ordered)
		sort_few(p->slots + p->starts[p->n_groups], p->n_shared, sizeof(*p->slots),
			 by_connection);
}

static bool
lends(const struct group *g, const struct partition_item *shared)
{
	return g->connection == CONNECTION_NONE || shared->connection == CONNECTION_NONE ||
	       g->connection == shared->connection;
}

/* Shared items are in the order of their connections: the first that a group may have. */
static size_t
first_shared(const struct partition *p, const struct group *g)
{
	struct partition_item **shared = p->slots + p->starts[p->n_groups];
	size_t low = 0, high = p->n_shared;

	if (g->connection == CONNECTION_NONE)
		return 0;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (shared[middle]->connection < g->connection)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The items of a group, those that accompany it behind its own. */
static size_t
gather_members(const struct partition *p, uint32_t group, const struct partition_item ***out)
{
	size_t own = p->starts[group + 1] - p->starts[group], n = own;
	const struct partition_item **members =
		arena_alloc(p->arena, (own + SHARED_MOST + 1) * sizeof(*members));

	for (size_t i = 0; i < own; i++)
		members[i] = p->slots[p->starts[group] + i];
	for (size_t i = first_shared(p, &p->groups[group]);
	     i < p->n_shared && n - own < SHARED_MOST; i++) {
		const struct partition_item *item = p->slots[p->starts[p->n_groups] + i];

		if (lends(&p->groups[group], item))
			members[n++] = item;
		else if (item->connection > p->groups[group].connection)
			break; /* they are in the order of their connections */
	}
	*out = members;
	return n;
}

static void
collect_lines(const struct partition *p, const struct partition_item *const *members, size_t n,
	      struct session *s)
{
	size_t total = 0, kept = 0;

	for (size_t i = 0; i < n; i++)
		total += members[i]->n_lines;
	s->lines = arena_alloc(p->arena, (total + 1) * sizeof(*s->lines));
	for (size_t i = 0; i < n; i++) {
		memcpy(s->lines + s->n_lines, members[i]->lines,
		       members[i]->n_lines * sizeof(*s->lines));
		s->n_lines += members[i]->n_lines;
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
	const struct partition_item **members;
	size_t n = gather_members(p, group, &members);
	const struct fragment **fragments = arena_alloc(p->arena, (n + 1) * sizeof(*fragments));

	for (size_t i = 0; i < n; i++)
		fragments[i] = members[i]->fragment;
	if (!merge_fragments(fragments, n, p->arena, s))
		return false;
	collect_lines(p, members, n, s);
	return true;
}

static bool
needs_order(const struct partition *p)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->items[i].fragment->serial_process || p->items[i].fragment->id_recurs ||
		    p->items[i].fragment->connection_id.n > 0)
			return true;
	return false;
}

size_t
partition_sessions(struct partition_item *items, size_t n, struct arena *a,
		   struct session **sessions)
{
	struct partition p = { .items = items, .n = n, .arena = a };
	size_t made = 0;

	for (size_t i = 0; i < n; i++) {
		items[i].group = 0;
		items[i].connection = CONNECTION_NONE;
	}
	/* Otherwise only the pairing of copies looks at an order. */
	if (n > 0 && needs_order(&p)) {
		partition_connections(items, n, a);
		p.is_ordered = true;
	} else if (n > 1 && items[0].is_line) {
		sort_few(items, n, sizeof(*items), by_first_line);
	}
	p.groups = arena_alloc(a, (p.n + 1) * sizeof(*p.groups));
	group_messages(&p);
	partition_seekers(items, n);
	group_the_rest(&p);
	group_bare_connections(&p);
	u64_table_release(&p.by_id);
	u64_table_release(&p.by_sender);
	gather_groups(&p);
	*sessions = arena_alloc(a, (p.n_groups + 1) * sizeof(**sessions));
	for (uint32_t g = 0; g < p.n_groups; g++)
		made += make_session(&p, g, &(*sessions)[made]);
	return made;
}
