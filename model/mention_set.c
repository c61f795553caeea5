/* SPDX-License-Identifier: MIT */
/* mention_set: the mentions in open clusters, by Message-ID (model/cluster.h). */
#include <string.h>

#include "model/cluster.h"

static bool
same_mention(const struct mention *a, const struct mention *b)
{
	return a->hash == b->hash && a->seeks == b->seeks && a->who == b->who &&
	       a->time_us == b->time_us;
}

static uint32_t
new_node(struct cluster_set *set)
{
	uint32_t at = set->free_node;

	if (at > 0) {
		set->free_node = set->nodes[at - 1].next;
		return at;
	}
	set->nodes = mem_grow(set->nodes, &set->nodes_cap, set->n_nodes + 1, sizeof(*set->nodes));
	return (uint32_t)++set->n_nodes;
}

static void
add_node(struct cluster_set *set, struct cluster *c, const struct mention *m)
{
	const uint64_t *first = u64_table_get(&set->by_mention, m->hash);
	uint32_t next = first ? (uint32_t)*first : 0, at = new_node(set);

	set->nodes[at - 1] = (struct mention_node){ c, *m, next };
	u64_table_put(&set->by_mention, m->hash, at);
}

static void
drop_node(struct cluster_set *set, const struct cluster *c, const struct mention *m)
{
	const uint64_t *first = u64_table_get(&set->by_mention, m->hash);
	uint32_t at = first ? (uint32_t)*first : 0, before = 0;

	while (at > 0 &&
	       (set->nodes[at - 1].cluster != c || !same_mention(&set->nodes[at - 1].mention, m))) {
		before = at;
		at = set->nodes[at - 1].next;
	}
	if (at == 0)
		return;
	uint32_t next = set->nodes[at - 1].next;
	if (before > 0)
		set->nodes[before - 1].next = next;
	else if (next > 0)
		u64_table_put(&set->by_mention, m->hash, next);
	else
		u64_table_del(&set->by_mention, m->hash);
	set->nodes[at - 1] = (struct mention_node){ .next = set->free_node };
	set->free_node = at;
}

bool
cluster_add_mention(struct cluster_set *set, struct cluster *c, const struct mention *m)
{
	if (!mention_is_common(set, m->hash))
		for (const struct mention_node *n = NULL; (n = mention_next(set, m->hash, n));)
			if (n->cluster == c && same_mention(&n->mention, m))
				return false;
	c->mentions =
		mem_grow(c->mentions, &c->cap_mentions, c->n_mentions + 1, sizeof(*c->mentions));
	c->mentions[c->n_mentions++] = *m;
	add_node(set, c, m);
	return true;
}

void
cluster_drop_mentions(struct cluster_set *set, struct cluster *c)
{
	for (size_t i = 0; i < c->n_mentions; i++)
		drop_node(set, c, &c->mentions[i]);
	c->n_mentions = 0;
}

const struct mention_node *
mention_next(const struct cluster_set *set, uint64_t hash, const struct mention_node *previous)
{
	uint32_t at;

	if (previous) {
		at = previous->next;
	} else {
		const uint64_t *first = u64_table_get(&set->by_mention, hash);

		at = first ? (uint32_t)*first : 0;
	}
	return at > 0 ? &set->nodes[at - 1] : NULL;
}

bool
mention_is_common(const struct cluster_set *set, uint64_t hash)
{
	size_t n = 0;

	for (const struct mention_node *node = NULL; (node = mention_next(set, hash, node));)
		if (++n > MENTIONS_MOST)
			return true;
	return false;
}

struct cluster *
mention_holder(const struct cluster_set *set, const struct mention *seeker)
{
	for (const struct mention_node *n = NULL; (n = mention_next(set, seeker->hash, n));)
		if (same_mention(&n->mention, seeker))
			return n->cluster;
	return NULL;
}

const struct mention *
mention_best(const struct cluster_set *set, const struct cluster *c, const struct mention *seeker)
{
	const struct mention *best = NULL;

	for (const struct mention_node *n = NULL; (n = mention_next(set, seeker->hash, n));)
		if ((!c || n->cluster == c) && mention_fits(seeker, &n->mention) &&
		    mention_nearer(seeker, &n->mention, best))
			best = &n->mention;
	return best;
}

/* All mentions of one record go together: a line may name several Message-IDs. */
static void
move_mentions(struct cluster_set *set, uint64_t who, struct cluster *from, struct cluster *into)
{
	size_t kept = 0;

	for (size_t i = 0; i < from->n_mentions; i++) {
		struct mention m = from->mentions[i];

		if (m.seeks && m.who == who) {
			drop_node(set, from, &m);
			cluster_add_mention(set, into, &m);
		} else {
			from->mentions[kept++] = m;
		}
	}
	from->n_mentions = kept;
}

void
mention_move(struct cluster_set *set, const struct mention *seeker, struct cluster *from,
	     struct cluster *into)
{
	for (size_t at = 0; at < from->data_n;) {
		struct kept_record *r = (void *)(from->data + at);

		at += r->size;
		if (r->dead || r->lines[0] != seeker->who)
			continue;
		cluster_take_record(set, into, r, seeker->time_us);
		r->dead = true;
		from->n_records--;
	}
	move_mentions(set, seeker->who, from, into);
	from->dirty = into->dirty = true;
}
