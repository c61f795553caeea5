/* SPDX-License-Identifier: MIT */
/* cluster: see the header. */
#include "model/cluster.h"

#include <stdlib.h>

static void
list_remove(struct cluster *c)
{
	struct cluster_list *l = c->list;

	if (!l)
		return;
	*(c->prev ? &c->prev->next : &l->head) = c->next;
	*(c->next ? &c->next->prev : &l->tail) = c->prev;
	c->prev = c->next = NULL;
	c->list = NULL;
	l->n--;
}

void
cluster_touch(struct cluster_set *set, struct cluster *c)
{
	struct cluster_list *l = c->open_messages > 0 ? &set->active : &set->complete;

	list_remove(c);
	c->prev = l->tail;
	*(l->tail ? &l->tail->next : &l->head) = c;
	l->tail = c;
	c->list = l;
	l->n++;
}

struct cluster *
cluster_new(struct cluster_set *set, uint32_t gateway)
{
	struct cluster *c = xcalloc(1, sizeof(*c));

	c->gateway = gateway;
	c->first_us = c->last_us = c->latest_us = TIME_NONE;
	c->bytes = sizeof(*c);
	set->bytes += c->bytes;
	return c;
}

void
cluster_free(struct cluster_set *set, struct cluster *c)
{
	for (struct kept_record *r = c->records, *next; r; r = next) {
		next = r->next;
		free(r);
	}
	list_remove(c);
	set->bytes -= c->bytes;
	free(c->keys);
	free(c->stored);
	free(c);
}

void
cluster_set_release(struct cluster_set *set)
{
	while (set->active.head)
		cluster_free(set, set->active.head);
	while (set->complete.head)
		cluster_free(set, set->complete.head);
	u64_table_release(&set->by_key);
}

struct cluster *
cluster_of_key(const struct cluster_set *set, uint64_t key)
{
	const uint64_t *at = u64_table_get(&set->by_key, key);

	return at ? (struct cluster *)(uintptr_t)*at : NULL;
}

bool
cluster_has_key(const struct cluster *c, uint64_t key)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].hash == key)
			return true;
	return false;
}

void
cluster_add_key(struct cluster_set *set, struct cluster *c, const struct join_key *k)
{
	u64_table_put(&set->by_key, k->hash, (uint64_t)(uintptr_t)c);
	c->keys = mem_grow(c->keys, &c->cap_keys, c->n_keys + 1, sizeof(*c->keys));
	c->keys[c->n_keys++] = *k;
}

static void
widen_times(struct cluster *c, int64_t time_us, bool connection)
{
	if (time_us == TIME_NONE)
		return;
	if (c->latest_us == TIME_NONE || time_us > c->latest_us)
		c->latest_us = time_us;
	if (!connection)
		return;
	if (c->first_us == TIME_NONE || time_us < c->first_us)
		c->first_us = time_us;
	if (c->last_us == TIME_NONE || time_us > c->last_us)
		c->last_us = time_us;
}

bool
cluster_fits(const struct cluster *c, const struct join_key *k, int64_t time_us)
{
	int64_t window = join_window_us(k->kind);

	if (window == INT64_MAX || time_us == TIME_NONE || c->first_us == TIME_NONE)
		return true;
	return time_us >= c->first_us - window && time_us <= c->last_us + window;
}

static void
resize(struct cluster_set *set, struct cluster *c, size_t add, size_t take)
{
	c->bytes += add - take;
	set->bytes += add - take;
}

static size_t
kept_bytes(const struct kept_record *r)
{
	return sizeof(*r) + r->n_lines * sizeof(line_ref) + r->text.n;
}

/*
 * A record emitted before it was complete comes again with more lines: the longer one stands.
 * False if the one that is there is at least as long.
 */
static bool
make_way(struct cluster_set *set, struct cluster *c, const struct record *r)
{
	if (r->lines[0] > c->latest_line)
		return true;
	for (struct kept_record **at = &c->records; *at; at = &(*at)->next) {
		struct kept_record *have = *at;

		if (have->lines[0] != r->lines[0])
			continue;
		if (have->n_lines >= r->n_lines)
			return false;
		resize(set, c, 0, kept_bytes(have));
		*at = have->next;
		c->n_records--;
		free(have);
		return true;
	}
	return true;
}

static void
count_openness(struct cluster *c, const struct fragment *f)
{
	if (f->kind == FRAGMENT_ARRIVED)
		c->open_messages++;
	else if (f->kind == FRAGMENT_COMPLETED || f->kind == FRAGMENT_RESCINDED)
		c->open_messages--;
}

bool
cluster_keep(struct cluster_set *set, struct cluster *c, const struct log_format *format,
             const struct parse_context *context, const struct record *r, bool connection,
             bool is_line)
{
	size_t lines_bytes = r->n_lines * sizeof(line_ref);
	struct kept_record *kept;
	char *text;

	if (!make_way(set, c, r))
		return false;
	kept = xmalloc(sizeof(*kept) + lines_bytes + r->text.n);
	text = (char *)(kept->lines + r->n_lines);
	memcpy(kept->lines, r->lines, lines_bytes);
	memcpy(text, r->text.p, r->text.n);
	kept->format = format;
	kept->context = *context;
	if (r->fragment.time_us != TIME_NONE)
		kept->context.near_us = r->fragment.time_us;
	kept->text = (struct str){ text, r->text.n };
	kept->n_lines = r->n_lines;
	kept->is_line = is_line;
	kept->next = c->records;
	c->records = kept;
	c->n_records++;
	if (r->lines[0] > c->latest_line)
		c->latest_line = r->lines[0];
	resize(set, c, kept_bytes(kept), 0);
	widen_times(c, r->fragment.time_us, connection);
	count_openness(c, &r->fragment);
	return true;
}

void
cluster_add_stored(struct cluster *c, const struct stored_session *s)
{
	c->stored = mem_grow(c->stored, &c->cap_stored, c->n_stored + 1, sizeof(*c->stored));
	c->stored[c->n_stored++] = *s;
}

void
cluster_unite(struct cluster_set *set, struct cluster *into, struct cluster *from)
{
	struct kept_record **tail = &into->records;

	while (*tail)
		tail = &(*tail)->next;
	*tail = from->records;
	from->records = NULL;
	into->n_records += from->n_records;
	into->bytes += from->bytes - sizeof(*from);
	from->bytes = sizeof(*from);
	if (from->latest_line > into->latest_line)
		into->latest_line = from->latest_line;
	for (size_t i = 0; i < from->n_keys; i++)
		cluster_add_key(set, into, &from->keys[i]);
	for (size_t i = 0; i < from->n_stored; i++)
		cluster_add_stored(into, &from->stored[i]);
	widen_times(into, from->first_us, true);
	widen_times(into, from->last_us, true);
	widen_times(into, from->latest_us, false);
	into->open_messages += from->open_messages;
	into->dirty |= from->dirty;
	cluster_free(set, from);
}
