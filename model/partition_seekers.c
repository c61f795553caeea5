/* SPDX-License-Identifier: MIT */
/* partition_seekers: see the header. */
#include "model/partition_seekers.h"

#include <stdlib.h>

#include "base/hash.h"
#include "model/mention.h"

struct carrier {
	struct mention mention;
	uint32_t group;
	uint32_t next; /* of the same Message-ID; index + 1 */
};

struct carriers {
	struct carrier *list;
	size_t n, cap;
	struct u64_table by_hash; /* index + 1 */
};

static void
add_carriers(struct carriers *all, const struct partition_item *item)
{
	struct mention m[FRAGMENT_MAX_IDENTIFIERS];
	size_t n = mentions_of(0, item->fragment, item->lines[0], m);

	for (size_t i = 0; i < n; i++) {
		const uint64_t *first = u64_table_get(&all->by_hash, m[i].hash);

		all->list = mem_grow(all->list, &all->cap, all->n + 1, sizeof(*all->list));
		all->list[all->n++] =
			(struct carrier){ m[i], item->group, first ? (uint32_t)*first : 0 };
		u64_table_put(&all->by_hash, m[i].hash, all->n);
	}
}

static uint32_t
group_of_carrier(const struct carriers *all, const struct partition_item *seeker)
{
	struct mention m[FRAGMENT_MAX_IDENTIFIERS];
	size_t n = mentions_of(0, seeker->fragment, seeker->lines[0], m);
	const struct carrier *best = NULL;
	const struct mention *nearest = NULL;

	for (size_t i = 0; i < n; i++) {
		const uint64_t *first = u64_table_get(&all->by_hash, m[i].hash);

		for (uint32_t at = first ? (uint32_t)*first : 0; at > 0;
		     at = all->list[at - 1].next) {
			const struct carrier *c = &all->list[at - 1];

			if (!mention_fits(&m[i], &c->mention) ||
			    !mention_nearer(&m[i], &c->mention, nearest))
				continue;
			best = c;
			nearest = &c->mention;
		}
	}
	return best ? best->group : GROUP_NONE;
}

/* Behind the messages: their groups must be known. */
void
partition_seekers(struct partition_item *items, size_t n)
{
	struct carriers all = { 0 };
	size_t seekers = 0;

	for (size_t i = 0; i < n; i++)
		seekers += fragment_seeks(items[i].fragment);
	if (seekers == 0)
		return;
	for (size_t i = 0; i < n; i++)
		if (items[i].fragment->id.n > 0)
			add_carriers(&all, &items[i]);
	for (size_t i = 0; i < n; i++)
		if (fragment_seeks(items[i].fragment))
			items[i].group = group_of_carrier(&all, &items[i]);
	u64_table_release(&all.by_hash);
	free(all.list);
}
