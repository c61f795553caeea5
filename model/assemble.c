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

#include "model/assemble_local.h"

#define LINGER_CLUSTERS 4096
#define OPEN_MAX_BYTES  ((size_t)32 << 20)

/* Questions to the store wait for each other, so that its blocks are unpacked once for many. */
#define ASKS_MOST 512

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
	if (time_us == TIME_NONE)
		return;
	known_keys_horizon(&a->known, gateway, time_us);
	known_keys_horizon(&a->seekers, gateway, time_us);
	known_keys_horizon(&a->carriers, gateway, time_us);
}

void
assembler_free(struct assembler *a)
{
	if (!a)
		return;
	for (size_t i = 0; i < a->n_merged; i++)
		cluster_give_back(&a->open, a->merged[i]);
	cluster_set_release(&a->open);
	known_keys_release(&a->known);
	known_keys_release(&a->seekers);
	known_keys_release(&a->carriers);
	arena_release(&a->scratch);
	free(a->fresh);
	free(a->asks);
	free(a->merged);
	free(a->to_close);
	free(a);
}

/* --- closing --- */

static int answer_asks(struct assembler *a, struct err *e);

/*
 * Until when something is stored under a key. Connections that began and ended are over: one that
 * begins in the same second is another.
 */
static int64_t
known_until(const struct cluster *c, const struct join_key *k)
{
	if (!join_is_connection(k->kind) || c->last_us == TIME_NONE)
		return c->latest_us;
	return c->connects > 0 && c->connects == c->disconnects ? c->last_us - 1 : c->last_us;
}

static int
hand_on(struct assembler *a, struct cluster *c, struct err *e)
{
	/* Without a session nothing is stored, but that is only known when it was emitted. */
	bool maybe_stored = c->dirty || c->lent > 0 || c->stored->n > 0;

	for (size_t i = 0; i < c->n_keys && maybe_stored; i++)
		known_keys_add(&a->known, c->gateway, c->keys[i].hash, known_until(c, &c->keys[i]));
	if (maybe_stored)
		assembler_know_mentions(a, c);
	cluster_detach(&a->open, c);
	return a->ops->ready(a->arg, c, e);
}

/* Its questions are answered first, by which it may become part of another. */
static int
cluster_close(struct assembler *a, struct cluster *c, struct err *e)
{
	if (!a->answering && c->asks == 0)
		return hand_on(a, c, e);
	if (!c->closing) {
		c->closing = true;
		a->to_close = mem_grow(a->to_close, &a->to_close_cap, a->n_to_close + 1,
				       sizeof(struct cluster *));
		a->to_close[a->n_to_close++] = c;
	}
	return a->answering ? 0 : answer_asks(a, e);
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
	if (answer_asks(a, e) < 0 || flush_list(a, &a->open.complete, e) < 0)
		return -1;
	return flush_list(a, &a->open.active, e);
}

void
assembler_give_back(struct assembler *a, struct cluster *c)
{
	cluster_give_back(&a->open, c);
}

/* --- growing --- */

/* What they are stored as must be known to be put together. */
int
assembler_unite(struct assembler *a, struct cluster *into, struct cluster *from, struct err *e)
{
	if ((into->lent > 0 || from->lent > 0) && a->ops->settle(a->arg, e) < 0)
		return -1;
	cluster_unite(&a->open, into, from);
	if (from->asks == 0 && !a->answering) {
		cluster_give_back(&a->open, from);
		return 0;
	}
	into->asks += from->asks;
	from->merged_into = into;
	a->merged = mem_grow(a->merged, &a->merged_cap, a->n_merged + 1, sizeof(struct cluster *));
	a->merged[a->n_merged++] = from;
	return 0;
}

/* The open cluster for which this pid or port stood, if that was another connection. */
static struct cluster *
other_connection(const struct assembler *a, const struct join_key *k, int64_t time_us,
		 const struct cluster *but)
{
	struct cluster *other =
		join_is_connection(k->kind) ? cluster_of_key(&a->open, k->hash) : NULL;

	return other && other != but && !cluster_fits(other, k, time_us) ? other : NULL;
}

static int
end_other_connections(struct assembler *a, const struct join_key *keys, size_t n, int64_t time_us,
		      const struct cluster *but, struct err *e)
{
	for (size_t i = 0; i < n; i++) {
		struct cluster *other = other_connection(a, &keys[i], time_us, but);

		if (!other)
			continue;
		if (cluster_close(a, other, e) < 0)
			return -1;
		/* While questions are answered it stays open for a while. */
		if (other_connection(a, &keys[i], time_us, but))
			cluster_forget_key(&a->open, keys[i].hash);
	}
	return 0;
}

/* The cluster for these keys: found, united from several, or new (*c may be given). */
static int
find_cluster(struct assembler *a, uint32_t gateway, const struct join_key *keys, size_t n,
	     int64_t time_us, struct cluster **c, struct err *e)
{
	if (end_other_connections(a, keys, n, time_us, *c, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct cluster *other = cluster_of_key(&a->open, keys[i].hash);

		if (!other || other == *c)
			continue;
		if (!*c)
			*c = other;
		else if (assembler_unite(a, *c, other, e) < 0)
			return -1;
	}
	if (!*c)
		*c = cluster_new(&a->open, gateway);
	return 0;
}

void
assembler_ask(struct assembler *a, const struct recall *r)
{
	a->asks = mem_grow(a->asks, &a->asks_cap, a->n_asks + 1, sizeof(*a->asks));
	a->asks[a->n_asks++] = *r;
	r->cluster->asks++;
}

/* Asks for what is stored under a key that the cluster did not have, if anything may be. */
static void
ask(struct assembler *a, struct cluster *c, const struct join_key *k, const struct fragment *f)
{
	struct recall r = { .key = k->hash,
			    .from_us = TIME_NONE,
			    .to_us = TIME_NONE,
			    .cluster = c,
			    .kind = k->kind,
			    .time_us = f->time_us };

	if (!known_keys_maybe(&a->known, c->gateway, k->hash, join_earliest_us(k->kind, f)))
		return;
	if (join_is_connection(k->kind) && f->time_us != TIME_NONE) {
		r.from_us = f->time_us - join_window_us(k->kind);
		r.to_us = f->time_us + join_window_us(k->kind);
	}
	assembler_ask(a, &r);
}

int
assembler_put_into(struct assembler *a, uint32_t gateway, struct cluster **c,
		   const struct log_format *format, const struct parse_context *context,
		   const struct record *r, bool recalled, struct err *e)
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
		ask(a, *c, &keys[i], &r->fragment);
	}
	if (!cluster_keep(&a->open, *c, format, context, r, connection,
			  n > 0 && keys[0].kind == JOIN_LINE))
		return 0;
	(*c)->dirty |= !recalled;
	return assembler_mention(a, c, format, context, r, recalled, e);
}

/* Those that wait for answers may wait a little longer, for questions to gather. */
static int
close_oldest(struct assembler *a, struct cluster *c, struct err *e)
{
	if (c->asks == 0)
		return cluster_close(a, c, e);
	if (a->n_asks > ASKS_MOST || a->open.bytes > OPEN_MAX_BYTES)
		return answer_asks(a, e);
	cluster_touch(&a->open, c);
	return 0;
}

static int
close_what_is_old(struct assembler *a, struct err *e)
{
	while (a->open.complete.n > LINGER_CLUSTERS)
		if (close_oldest(a, a->open.complete.head, e) < 0)
			return -1;
	while (a->open.bytes > OPEN_MAX_BYTES && a->open.active.head)
		if (close_oldest(a, a->open.active.head, e) < 0)
			return -1;
	return 0;
}

int
assembler_put(struct assembler *a, uint32_t gateway, const struct log_format *format,
	      const struct parse_context *context, const struct record *r, struct err *e)
{
	struct cluster *c = NULL;

	if (assembler_put_into(a, gateway, &c, format, context, r, false, e) < 0)
		return -1;
	cluster_touch(&a->open, c);
	return close_what_is_old(a, e);
}

/* --- recalling --- */

struct recall_visit {
	struct assembler *a;
	const struct recall *ask;
	uint32_t gateway;
	const struct stored_line *lines;
	size_t n_lines;
	bool check_only, fits;
};

/* Ports and pids come back: the record itself, not only its session, must be near in time. */
static bool
is_near(const struct recall *ask, int64_t time_us)
{
	int64_t window = join_window_us(ask->kind);

	if (window == INT64_MAX || time_us == TIME_NONE || ask->time_us == TIME_NONE)
		return true;
	return time_us - ask->time_us <= window && ask->time_us - time_us <= window;
}

static int
recalled_record(void *arg, const struct record *r, struct err *e)
{
	struct recall_visit *v = arg;
	const struct stored_line *line = stored_line_of(v->lines, v->n_lines, r->lines[0]);
	struct cluster *c = what_became_of(v->ask->cluster);
	struct join_key keys[JOIN_MAX_KEYS];

	if (r->class != LINE_UNDERSTOOD)
		return 0;
	if (v->check_only) {
		size_t n = join_keys(v->gateway, r, keys);

		for (size_t i = 0; i < n; i++)
			v->fits |=
				keys[i].hash == v->ask->key && is_near(v->ask, r->fragment.time_us);
		return 0;
	}
	return assembler_put_into(v->a, v->gateway, &c, line->format, &line->context, r, true, e);
}

void
assembler_add_stored(struct cluster *c, struct session_ref ref, const struct stored_line *lines,
		     size_t n)
{
	line_ref *refs = xmalloc(n * sizeof(*refs));

	for (size_t i = 0; i < n; i++)
		refs[i] = lines[i].ref;
	cluster_add_stored(c, &(struct stored_session){ .ref = ref,
							.lines_hash = cluster_lines_hash(refs, n),
							.first_line = refs[0] });
	free(refs);
}

bool
assembler_has(const struct recall *ask, struct session_ref ref)
{
	return cluster_is_stored_as(what_became_of(ask->cluster), ref);
}

int
assembler_recalled(struct assembler *a, const struct recall *asked, uint32_t gateway,
		   struct session_ref ref, const struct stored_line *lines, size_t n_lines,
		   struct err *e)
{
	struct recall_visit v = { a, asked, gateway, lines, n_lines, true, false };
	struct cluster *c = what_became_of(asked->cluster);

	if (join_is_mention(asked->kind))
		return assembler_mention_recalled(a, asked, gateway, ref, lines, n_lines, e);
	/* The store finds keys by a short hash: strangers may be among its answers. */
	if (stored_lines_read(lines, n_lines, recalled_record, &v, e) < 0)
		return -1;
	if (!v.fits || n_lines == 0)
		return 0;
	assembler_add_stored(c, ref, lines, n_lines);
	v.check_only = false;
	if (stored_lines_read(lines, n_lines, recalled_record, &v, e) < 0)
		return -1;
	c = what_became_of(asked->cluster);
	return assembler_link_fresh(a, &c, e);
}

/*
 * The companions of connections that are known from connect to disconnect began in that time: a
 * process that serves many, and a client that comes often, would else bring hundreds.
 */
static void
narrow(struct recall *ask)
{
	const struct cluster *c = what_became_of(ask->cluster);

	if (!join_is_connection(ask->kind) || c->connects == 0 || c->connects != c->disconnects ||
	    c->first_us == TIME_NONE)
		return;
	ask->from_us = c->first_us;
	ask->to_us = c->last_us;
	ask->begins_within = true;
}

/* A recalled record may bring a key that brings further sessions. */
static int
answer_all(struct assembler *a, struct err *e)
{
	int rc = 0;

	while (a->n_asks > 0 && rc == 0) {
		struct recall *asks = a->asks;
		size_t n = a->n_asks;

		a->asks = NULL;
		a->n_asks = a->asks_cap = 0;
		for (size_t i = 0; i < n; i++)
			narrow(&asks[i]);
		rc = a->ops->recall(a->arg, a, asks, n, e);
		for (size_t i = 0; i < n; i++)
			what_became_of(asks[i].cluster)->asks--;
		free(asks);
	}
	return rc;
}

static int
answer_asks(struct assembler *a, struct err *e)
{
	a->answering = true;
	int rc = answer_all(a, e);
	a->answering = false;
	for (size_t i = 0; i < a->n_to_close && rc == 0; i++) {
		struct cluster *c = a->to_close[i];

		c->closing = false;
		if (!c->merged_into)
			rc = hand_on(a, c, e);
	}
	a->n_to_close = 0;
	for (size_t i = 0; i < a->n_merged; i++)
		cluster_give_back(&a->open, a->merged[i]);
	a->n_merged = 0;
	return rc;
}
