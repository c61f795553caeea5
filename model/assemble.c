/* SPDX-License-Identifier: MIT */
/*
 * assemble: clusters of records that share join keys, kept while they may grow.
 *
 * A cluster remembers the stored sessions it was recalled from or emitted as, by a hash over their
 * lines: sessions whose lines did not change are not written again. A commit emits copies of the
 * clusters that go on growing, so that nobody waits for it. Clusters that look complete
 * linger for a while and are then closed; the others are closed, oldest activity first, when memory
 * runs out. Closing early is never wrong, since a late record recalls what was stored: it only
 * costs time.
 */
#include "model/assemble.h"

#include <stdlib.h>

#include "model/cluster.h"

#define LINGER_CLUSTERS 4096
#define OPEN_MAX_BYTES  ((size_t)32 << 20)

struct assembler {
	const struct assembler_ops *ops;
	void *arg;
	struct cluster_set open;
	struct known_keys known;
	/* While a recall runs: the cluster it fills, and the key asked for. */
	struct cluster *recalling;
	struct join_key recall_key;
	int64_t recall_time_us;
	bool recall_fits;
};

struct assembler *
assembler_new(const struct assembler_ops *ops, void *arg)
{
	struct assembler *a = xcalloc(1, sizeof(*a));

	a->ops = ops;
	a->arg = arg;
	return a;
}

void
assembler_stored_until(struct assembler *a, uint32_t gateway, int64_t time_us)
{
	if (time_us != TIME_NONE)
		known_keys_horizon(&a->known, gateway, time_us);
}

void
assembler_free(struct assembler *a)
{
	if (!a)
		return;
	cluster_set_release(&a->open);
	known_keys_release(&a->known);
	free(a);
}

/* --- closing --- */

static int
cluster_close(struct assembler *a, struct cluster *c, struct err *e)
{
	/* Without a session nothing is stored, but that is only known when it was emitted. */
	bool maybe_stored = c->dirty || c->lent > 0 || c->stored->n > 0;

	for (size_t i = 0; i < c->n_keys && maybe_stored; i++) {
		const struct join_key *k = &c->keys[i];
		bool connection = join_is_connection(k->kind) && c->last_us != TIME_NONE;

		known_keys_add(&a->known, c->gateway, k->hash,
			       connection ? c->last_us : c->latest_us);
	}
	cluster_detach(&a->open, c);
	return a->ops->ready(a->arg, c, e);
}

static int
flush_list(struct assembler *a, const struct cluster_list *l, struct err *e)
{
	for (struct cluster *c = l->head; c; c = c->next) {
		if (!c->dirty)
			continue;
		struct cluster *copy = cluster_copy(&a->open, c);
		c->dirty = false;
		if (a->ops->ready(a->arg, copy, e) < 0)
			return -1;
	}
	return 0;
}

int
assembler_flush(struct assembler *a, struct err *e)
{
	if (flush_list(a, &a->open.complete, e) < 0)
		return -1;
	return flush_list(a, &a->open.active, e);
}

void
assembler_give_back(struct assembler *a, struct cluster *c)
{
	cluster_give_back(&a->open, c);
}

/* --- growing --- */

static int recall_key(struct assembler *a, struct cluster **c, const struct join_key *k,
		      const struct fragment *f, struct err *e);

/* What they are stored as must be known to be put together. */
static int
unite(struct assembler *a, struct cluster *into, struct cluster *from, struct err *e)
{
	if ((into->lent > 0 || from->lent > 0) && a->ops->settle(a->arg, e) < 0)
		return -1;
	cluster_unite(&a->open, into, from);
	return 0;
}

/* The cluster for these keys: found, united from several, or new (*c may be given). */
static int
find_cluster(struct assembler *a, uint32_t gateway, const struct join_key *keys, size_t n,
	     int64_t time_us, struct cluster **c, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct cluster *other = cluster_of_key(&a->open, keys[i].hash);

		if (!other || other == *c)
			continue;
		if (join_is_connection(keys[i].kind) && !cluster_fits(other, &keys[i], time_us)) {
			/* The same pid or port, but another connection. */
			if (cluster_close(a, other, e) < 0)
				return -1;
			continue;
		}
		if (!*c)
			*c = other;
		else if (unite(a, *c, other, e) < 0)
			return -1;
	}
	if (!*c)
		*c = cluster_new(&a->open, gateway);
	return 0;
}

static int
put_into(struct assembler *a, uint32_t gateway, struct cluster **c, const struct log_format *format,
	 const struct parse_context *context, const struct record *r, bool recalled, struct err *e)
{
	struct join_key keys[JOIN_MAX_KEYS];
	size_t n = join_keys(gateway, r, keys);
	bool connection = false;

	if (find_cluster(a, gateway, keys, n, r->fragment.time_us, c, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		connection |= join_is_connection(keys[i].kind);
		if (cluster_of_key(&a->open, keys[i].hash) == *c)
			continue;
		cluster_add_key(&a->open, *c, &keys[i]);
		if (recall_key(a, c, &keys[i], &r->fragment, e) < 0)
			return -1;
	}
	if (cluster_keep(&a->open, *c, format, context, r, connection, keys[0].kind == JOIN_LINE))
		(*c)->dirty |= !recalled;
	return 0;
}

static int
close_what_is_old(struct assembler *a, struct err *e)
{
	while (a->open.complete.n > LINGER_CLUSTERS)
		if (cluster_close(a, a->open.complete.head, e) < 0)
			return -1;
	while (a->open.bytes > OPEN_MAX_BYTES && a->open.active.head)
		if (cluster_close(a, a->open.active.head, e) < 0)
			return -1;
	return 0;
}

int
assembler_put(struct assembler *a, uint32_t gateway, const struct log_format *format,
	      const struct parse_context *context, const struct record *r, struct err *e)
{
	struct cluster *c = NULL;

	if (put_into(a, gateway, &c, format, context, r, false, e) < 0)
		return -1;
	cluster_touch(&a->open, c);
	return close_what_is_old(a, e);
}

/* --- recalling --- */

struct recall_visit {
	struct assembler *a;
	uint32_t gateway;
	const struct stored_line *lines;
	size_t n_lines;
	bool check_only;
};

/* Ports and pids come back: the record itself, not only its session, must be near in time. */
static bool
is_near(const struct assembler *a, int64_t time_us)
{
	int64_t window = join_window_us(a->recall_key.kind);

	if (window == INT64_MAX || time_us == TIME_NONE || a->recall_time_us == TIME_NONE)
		return true;
	return time_us - a->recall_time_us <= window && a->recall_time_us - time_us <= window;
}

static int
recalled_record(void *arg, const struct record *r, struct err *e)
{
	struct recall_visit *v = arg;
	struct assembler *a = v->a;
	const struct stored_line *line = stored_line_of(v->lines, v->n_lines, r->lines[0]);
	struct join_key keys[JOIN_MAX_KEYS];

	if (r->class != LINE_UNDERSTOOD)
		return 0;
	if (v->check_only) {
		size_t n = join_keys(v->gateway, r, keys);

		for (size_t i = 0; i < n; i++)
			a->recall_fits |= keys[i].hash == a->recall_key.hash &&
					  is_near(a, r->fragment.time_us);
		return 0;
	}
	return put_into(a, v->gateway, &a->recalling, line->format, &line->context, r, true, e);
}

int
assembler_recalled(struct assembler *a, uint32_t gateway, struct session_ref ref,
		   const struct stored_line *lines, size_t n_lines, struct err *e)
{
	struct recall_visit v = { a, gateway, lines, n_lines, true };
	struct cluster *c = a->recalling;
	line_ref *refs;

	for (size_t i = 0; i < c->stored->n; i++)
		if (c->stored->list[i].ref.number == ref.number)
			return 0;
	/* The store finds keys by a short hash: strangers may be among its answers. */
	a->recall_fits = false;
	if (stored_lines_read(lines, n_lines, recalled_record, &v, e) < 0)
		return -1;
	if (!a->recall_fits || n_lines == 0)
		return 0;
	refs = xmalloc(n_lines * sizeof(*refs));
	for (size_t i = 0; i < n_lines; i++)
		refs[i] = lines[i].ref;
	cluster_add_stored(c, &(struct stored_session){ .ref = ref,
							.lines_hash =
								cluster_lines_hash(refs, n_lines),
							.first_line = refs[0] });
	free(refs);
	v.check_only = false;
	return stored_lines_read(lines, n_lines, recalled_record, &v, e);
}

/* Recalls nest: a recalled record may bring a key that brings further sessions. */
static int
recall_key(struct assembler *a, struct cluster **c, const struct join_key *k,
	   const struct fragment *f, struct err *e)
{
	struct cluster *outer = a->recalling;
	struct join_key outer_key = a->recall_key;
	int64_t outer_time = a->recall_time_us;
	int64_t from = TIME_NONE, to = TIME_NONE, time_us = f->time_us;
	int rc;

	if (!known_keys_maybe(&a->known, (*c)->gateway, k->hash, join_earliest_us(k->kind, f)))
		return 0;
	if (join_is_connection(k->kind) && time_us != TIME_NONE) {
		from = time_us - join_window_us(k->kind);
		to = time_us + join_window_us(k->kind);
	}
	a->recalling = *c;
	a->recall_key = *k;
	a->recall_time_us = time_us;
	rc = a->ops->recall(a->arg, a, k->hash, from, to, e);
	*c = a->recalling;
	a->recalling = outer;
	a->recall_key = outer_key;
	a->recall_time_us = outer_time;
	return rc;
}
