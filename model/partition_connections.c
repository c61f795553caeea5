/* SPDX-License-Identifier: MIT */
/* partition_connections: see the header. */
#include "model/partition_connections.h"

#include "base/sort.h"

/* By time; lines of one log and one second are in the order in which they were written. */
static int
by_time(const void *pa, const void *pb)
{
	const struct partition_item *a = pa, *b = pb;

	if (a->fragment->time_us != b->fragment->time_us)
		return a->fragment->time_us < b->fragment->time_us ? -1 : 1;
	return (a->lines[0] > b->lines[0]) - (a->lines[0] < b->lines[0]);
}

/*
 * A connection is named by its process, client and the n-th connect of a moment, so that a copy of
 * the log (syslog beside mail.log) names the same ones. A log that begins amid a connection goes on
 * in what the one before left open.
 */
struct connection {
	uint32_t pid, number;
	struct str peer_ip;
	struct str id;      /* where its lines name it: nothing else counts */
	int64_t connect_us; /* TIME_NONE: before the log began */
	unsigned nth;
	bool open;
};

/* Where one log is with one process and client. */
struct serving {
	uint32_t pid, source;
	struct str peer_ip;
	int64_t connect_us;     /* of the last connect … */
	unsigned nth;           /* … which was the n-th of its moment */
	struct connection *now; /* NULL: none */
};

struct connections {
	struct connection *list;
	size_t n;
	struct serving *servings;
	size_t n_servings;
};

static struct serving *
serving_of(struct connections *x, const struct partition_item *item)
{
	const struct fragment *f = item->fragment;

	for (size_t i = x->n_servings; i > 0; i--) {
		struct serving *s = &x->servings[i - 1];

		if (s->pid == f->pid && s->source == item->source && str_eq(s->peer_ip, f->peer_ip))
			return s;
	}
	x->servings[x->n_servings] = (struct serving){ .pid = f->pid,
						       .source = item->source,
						       .peer_ip = f->peer_ip,
						       .connect_us = TIME_NONE };
	return &x->servings[x->n_servings++];
}

static struct connection *
add_connection(struct connections *x, const struct serving *s, int64_t connect_us)
{
	x->list[x->n] = (struct connection){ .pid = s->pid,
					     .number = (uint32_t)x->n + 1,
					     .peer_ip = s->peer_ip,
					     .connect_us = connect_us,
					     .id = { "", 0 },
					     .nth = s->nth,
					     .open = true };
	return &x->list[x->n++];
}

/* Connections of one moment stand together, near the end. */
static struct connection *
connect(struct connections *x, struct serving *s, int64_t time_us)
{
	s->nth = s->connect_us == time_us ? s->nth + 1 : 0;
	s->connect_us = time_us;
	for (size_t i = x->n; i > 0; i--) {
		struct connection *c = &x->list[i - 1];

		if (c->connect_us != TIME_NONE && c->connect_us < time_us)
			break;
		if (c->connect_us == time_us && c->nth == s->nth && c->pid == s->pid &&
		    str_eq(c->peer_ip, s->peer_ip))
			return c;
	}
	return add_connection(x, s, time_us);
}

/*
 * Where a log begins amid a connection: what another log left open before, else one whose connect
 * no log has.
 */
static struct connection *
left_open(struct connections *x, const struct partition_item *item)
{
	const struct fragment *f = item->fragment;

	for (size_t i = x->n; i > 0; i--) {
		struct connection *c = &x->list[i - 1];

		/* One without a connect may be the same in a copy of the log, and ended there. */
		if ((c->open || c->connect_us == TIME_NONE) && c->pid == f->pid &&
		    c->connect_us <= f->time_us && str_eq(c->peer_ip, f->peer_ip))
			return c;
	}
	return add_connection(x, &(struct serving){ .pid = f->pid, .peer_ip = f->peer_ip },
			      TIME_NONE);
}

static struct connection *
named(struct connections *x, struct str id)
{
	for (size_t i = x->n; i > 0; i--)
		if (str_eq(x->list[i - 1].id, id))
			return &x->list[i - 1];
	struct connection *c = add_connection(x, &(struct serving){ .pid = 0 }, TIME_NONE);

	c->id = id;
	return c;
}

static bool
is_served(const struct partition_item *item)
{
	const struct fragment *f = item->fragment;

	return f->serial_process && f->pid != 0 && f->peer_ip.n > 0;
}

static void
take_up(struct partition_item *item, struct connection *c)
{
	item->connection = c->number;
	if (item->fragment->kind == FRAGMENT_DISCONNECTED)
		c->open = false;
}

void
partition_connections(struct partition_item *items, size_t n, struct arena *a)
{
	struct connections x = { .list = arena_alloc(a, (n + 1) * sizeof(*x.list)),
				 .servings = arena_alloc(a, (n + 1) * sizeof(*x.servings)) };

	sort_few(items, n, sizeof(*items), by_time);
	for (size_t i = 0; i < n; i++) {
		struct partition_item *item = &items[i];
		struct serving *s;

		if (item->fragment->connection_id.n > 0)
			take_up(item, named(&x, item->fragment->connection_id));
		if (!is_served(item) || item->connection != CONNECTION_NONE)
			continue;
		s = serving_of(&x, item);
		if (item->fragment->kind == FRAGMENT_CONNECTED)
			s->now = connect(&x, s, item->fragment->time_us);
		if (s->now)
			take_up(item, s->now);
		if (item->fragment->kind == FRAGMENT_DISCONNECTED)
			s->now = NULL;
	}
	for (size_t i = 0; i < n; i++) {
		struct partition_item *item = &items[i];

		if (is_served(item) && item->connection == CONNECTION_NONE)
			take_up(item, left_open(&x, item));
	}
}
