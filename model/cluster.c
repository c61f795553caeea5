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

/* From here on a record is found by a table. */
#define MANY_RECORDS 64

/* Buffers beyond this are not kept for the next cluster. */
#define SPARE_MAX_BYTES ((size_t)16 << 10)

static struct cluster *
empty_cluster(struct cluster_set *set, uint32_t gateway)
{
	struct cluster *c = set->spare;

	if (c)
		set->spare = c->next;
	else
		c = xcalloc(1, sizeof(*c));
	if (c->by_line.n > 0)
		u64_table_clear(&c->by_line);
	*c = (struct cluster){ .gateway = gateway,
			       .data = c->data,
			       .data_cap = c->data_cap,
			       .keys = c->keys,
			       .cap_keys = c->cap_keys,
			       .mentions = c->mentions,
			       .cap_mentions = c->cap_mentions,
			       .stored = &c->own_stored,
			       .own_stored = { c->own_stored.list, 0, c->own_stored.cap },
			       .by_line = c->by_line,
			       .first_us = TIME_NONE,
			       .last_us = TIME_NONE,
			       .latest_us = TIME_NONE,
			       .bytes = sizeof(*c) };
	return c;
}

struct cluster *
cluster_new(struct cluster_set *set, uint32_t gateway)
{
	struct cluster *c = empty_cluster(set, gateway);

	set->bytes += c->bytes;
	return c;
}

struct cluster *
cluster_copy(struct cluster_set *set, struct cluster *c)
{
	struct cluster *copy = empty_cluster(set, c->gateway);

	copy->data = mem_grow(copy->data, &copy->data_cap, c->data_n, 1);
	memcpy(copy->data, c->data, c->data_n);
	copy->data_n = c->data_n;
	copy->n_records = c->n_records;
	/* A seeker's has none. */
	if (c->n_keys > 0) {
		copy->keys = mem_grow(copy->keys, &copy->cap_keys, c->n_keys, sizeof(*copy->keys));
		memcpy(copy->keys, c->keys, c->n_keys * sizeof(*copy->keys));
	}
	copy->n_keys = c->n_keys;
	copy->dirty = c->dirty;
	copy->stored = c->stored;
	copy->copy_of = c;
	c->lent++;
	return copy;
}

static void
destroy(struct cluster *c)
{
	free(c->data);
	free(c->keys);
	free(c->mentions);
	free(c->own_stored.list);
	u64_table_release(&c->by_line);
	free(c);
}

void
cluster_detach(struct cluster_set *set, struct cluster *c)
{
	for (size_t i = 0; i < c->n_keys; i++)
		if (cluster_of_key(set, c->keys[i].hash) == c)
			u64_table_del(&set->by_key, c->keys[i].hash);
	cluster_drop_mentions(set, c);
	list_remove(c);
	set->bytes -= c->bytes;
}

void
cluster_give_back(struct cluster_set *set, struct cluster *c)
{
	if (c->copy_of)
		c->copy_of->lent--;
	if (c->data_cap > SPARE_MAX_BYTES) {
		destroy(c);
		return;
	}
	c->next = set->spare;
	set->spare = c;
}

static void
destroy_list(struct cluster *c)
{
	for (struct cluster *next; c; c = next) {
		next = c->next;
		destroy(c);
	}
}

void
cluster_set_release(struct cluster_set *set)
{
	destroy_list(set->active.head);
	destroy_list(set->complete.head);
	destroy_list(set->spare);
	u64_table_release(&set->by_key);
	u64_table_release(&set->by_mention);
	free(set->nodes);
	memset(set, 0, sizeof(*set));
}

struct cluster *
cluster_of_key(const struct cluster_set *set, uint64_t key)
{
	const uint64_t *at = u64_table_get(&set->by_key, key);

	return at ? (struct cluster *)(uintptr_t)*at : NULL;
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

const struct kept_record *
cluster_next_record(const struct cluster *c, const struct kept_record *previous)
{
	size_t at = previous ? (size_t)((const char *)previous - c->data) + previous->size : 0;

	for (; at < c->data_n;) {
		const struct kept_record *r = (const void *)(c->data + at);

		if (!r->dead)
			return r;
		at += r->size;
	}
	return NULL;
}

/* The live record that begins with that line. */
static struct kept_record *
look_through(const struct cluster *c, line_ref line)
{
	for (size_t at = 0; at < c->data_n;) {
		struct kept_record *have = (void *)(c->data + at);

		if (!have->dead && have->lines[0] == line)
			return have;
		at += have->size;
	}
	return NULL;
}

static struct kept_record *
look_up(struct cluster *c, line_ref line)
{
	const uint64_t *at;

	while (c->indexed_n < c->data_n) {
		const struct kept_record *have = (const void *)(c->data + c->indexed_n);

		if (!have->dead)
			u64_table_put(&c->by_line, have->lines[0], c->indexed_n + 1);
		c->indexed_n += have->size;
	}
	at = u64_table_get(&c->by_line, line);
	struct kept_record *found = at ? (void *)(c->data + *at - 1) : NULL;
	return found && !found->dead ? found : NULL; /* it may have died since it was indexed */
}

/*
 * A record emitted before it was complete comes again with more lines: the longer one stands.
 * False if the one that is there is at least as long.
 */
static bool
make_way(struct cluster *c, const struct record *r)
{
	struct kept_record *have;

	if (r->lines[0] > c->latest_line)
		return true;
	have = c->n_records < MANY_RECORDS ? look_through(c, r->lines[0]) : look_up(c, r->lines[0]);
	if (!have)
		return true;
	if (have->n_lines >= r->n_lines)
		return false;
	have->dead = true;
	c->n_records--;
	return true;
}

static void
count_openness(struct cluster *c, const struct fragment *f)
{
	/* Postfix's queue says with each attempt that it has a message, once that it has not. */
	if (f->id_recurs ? f->begins_message : f->kind == FRAGMENT_ARRIVED)
		c->open_messages++;
	else if (f->kind == FRAGMENT_COMPLETED || f->kind == FRAGMENT_RESCINDED ||
		 (f->id_recurs && f->kind == FRAGMENT_REFUSED && f->stage == STAGE_DATA))
		c->open_messages--;
	c->connects += f->serial_process && f->kind == FRAGMENT_CONNECTED;
	c->disconnects += f->serial_process && f->kind == FRAGMENT_DISCONNECTED;
}

/* Room for `size` more bytes of records. */
static void *
extend(struct cluster_set *set, struct cluster *c, size_t size)
{
	void *at;

	c->data = mem_grow(c->data, &c->data_cap, c->data_n + size, 1);
	at = c->data + c->data_n;
	c->data_n += size;
	c->bytes += size;
	set->bytes += size;
	return at;
}

bool
cluster_keep(struct cluster_set *set, struct cluster *c, const struct log_format *format,
	     const struct parse_context *context, const struct record *r, bool connection,
	     bool is_line)
{
	size_t lines_bytes = r->n_lines * sizeof(line_ref);
	size_t size = (sizeof(struct kept_record) + lines_bytes + r->text.n + 7) & ~(size_t)7;
	struct kept_record *kept;

	if (!make_way(c, r))
		return false;
	kept = extend(set, c, size);
	*kept = (struct kept_record){ .size = (uint32_t)size,
				      .n_lines = (uint32_t)r->n_lines,
				      .text_n = (uint32_t)r->text.n,
				      .is_line = is_line,
				      .format = format,
				      .context = *context };
	kept->context.keys_only = false;
	if (r->fragment.time_us != TIME_NONE)
		kept->context.near_us = r->fragment.time_us;
	memcpy(kept->lines, r->lines, lines_bytes);
	memcpy(kept->lines + r->n_lines, r->text.p, r->text.n);
	c->n_records++;
	if (r->lines[0] > c->latest_line)
		c->latest_line = r->lines[0];
	widen_times(c, r->fragment.time_us, connection);
	count_openness(c, &r->fragment);
	return true;
}

void
cluster_take_record(struct cluster_set *set, struct cluster *c, const struct kept_record *r,
		    int64_t time_us)
{
	memcpy(extend(set, c, r->size), r, r->size);
	c->n_records++;
	if (r->lines[0] > c->latest_line)
		c->latest_line = r->lines[0];
	widen_times(c, time_us, false);
}

uint64_t
cluster_lines_hash(const line_ref *lines, size_t n)
{
	return hash_bytes((struct str){ (const char *)lines, n * sizeof(*lines) }, 0);
}

void
cluster_add_stored(struct cluster *c, const struct stored_session *s)
{
	struct stored_list *l = c->stored;

	l->list = mem_grow(l->list, &l->cap, l->n + 1, sizeof(*l->list));
	l->list[l->n++] = *s;
}

bool
cluster_is_stored_as(const struct cluster *c, struct session_ref ref)
{
	for (size_t i = 0; i < c->stored->n; i++)
		if (c->stored->list[i].ref.number == ref.number)
			return true;
	return false;
}

void
cluster_unite(struct cluster_set *set, struct cluster *into, struct cluster *from)
{
	size_t size = from->data_n;

	memcpy(extend(set, into, size), from->data, size);
	into->n_records += from->n_records;
	if (from->latest_line > into->latest_line)
		into->latest_line = from->latest_line;
	for (size_t i = 0; i < from->n_keys; i++)
		cluster_add_key(set, into, &from->keys[i]);
	for (size_t i = 0; i < from->stored->n; i++)
		if (!cluster_is_stored_as(into, from->stored->list[i].ref))
			cluster_add_stored(into, &from->stored->list[i]);
	for (size_t i = 0; i < from->n_mentions; i++)
		cluster_add_mention(set, into, &from->mentions[i]);
	widen_times(into, from->first_us, true);
	widen_times(into, from->last_us, true);
	widen_times(into, from->latest_us, false);
	into->open_messages += from->open_messages;
	into->connects += from->connects;
	into->disconnects += from->disconnects;
	into->dirty |= from->dirty;
	cluster_detach(set, from);
}

void
cluster_forget_key(struct cluster_set *set, uint64_t key)
{
	u64_table_del(&set->by_key, key);
}
