/* SPDX-License-Identifier: MIT */
/* assemble_keys: see the header. */
#include "model/assemble_keys.h"

#include <stdlib.h>

#include "model/exim_id.h"
#include "model/mention.h"
#include "model/merge.h"
#include "model/postfix_id.h"

#define GENERATION_KEYS ((size_t)1 << 18)
/* One cache line of 512 bits holds three bits per key: about 1 % of absent keys pass. */
#define FILTER_LINES    ((size_t)1 << 13)
#define FILTER_WORDS    (FILTER_LINES * 8)

static uint64_t
key_hash(enum join_kind kind, uint32_t gateway, struct str a, uint64_t b)
{
	return hash_mix(hash_bytes(a, ((uint64_t)gateway << 3) + (uint64_t)kind), b);
}

uint64_t
join_id_hash(uint32_t gateway, struct str id)
{
	return key_hash(JOIN_ID, gateway, id, 0);
}

int64_t
join_window_us(enum join_kind k)
{
	switch (k) {
	case JOIN_PORT:
	case JOIN_PID:
		return 10 * MINUTE_US;
	case JOIN_VERIFY:
		return 2 * US_PER_SECOND;
	case JOIN_SEEKERS:
	case JOIN_CARRIERS:
		return MENTION_WINDOW_US;
	default:
		return INT64_MAX;
	}
}

/*
 * Nothing about a message is older than the time in its ID, if the log's clock agrees with it: a
 * log read in a wrong zone may lie hours before. Then reception still begins at most an hour before
 * a line about it, which is more than any server allows, and of later lines nothing is known.
 */
static int64_t
earliest_of_id(const struct fragment *f)
{
	struct exim_id id;
	int64_t made_us;

	if (f->begins_message)
		return f->time_us;
	if (f->id_recurs)
		return postfix_id_time(f->id, &made_us) && made_us <= f->time_us ? made_us
										 : TIME_NONE;
	if (exim_id_decode(f->id, &id) && id.time_us <= f->time_us)
		return id.time_us;
	switch (f->kind) {
	case FRAGMENT_ARRIVED:
	case FRAGMENT_REFUSED:
	case FRAGMENT_SCORE:
		return f->time_us - 60 * MINUTE_US;
	default:
		return TIME_NONE;
	}
}

int64_t
join_earliest_us(enum join_kind k, const struct fragment *f)
{
	if (f->time_us == TIME_NONE)
		return TIME_NONE;
	if (k == JOIN_ID)
		return earliest_of_id(f);
	/* Nothing of a connection comes before its connect, where that is logged. */
	if (k == JOIN_LINE || (f->serial_process && f->kind == FRAGMENT_CONNECTED))
		return f->time_us;
	return f->time_us - join_window_us(k);
}

static struct join_key
connection_key(enum join_kind kind, uint32_t gateway, const struct fragment *f, uint64_t number)
{
	return (struct join_key){ key_hash(kind, gateway, f->peer_ip, number), kind };
}

size_t
join_keys(uint32_t gateway, const struct record *r, struct join_key keys[JOIN_MAX_KEYS])
{
	const struct fragment *f = &r->fragment;
	size_t n = 0;

	if (fragment_seeks(f))
		return 0;
	if (f->id.n > 0)
		keys[n++] = (struct join_key){ join_id_hash(gateway, f->id), JOIN_ID };
	if (f->connection_id.n > 0) {
		keys[n++] = (struct join_key){ key_hash(JOIN_PORT, gateway, f->connection_id, 0),
					       JOIN_PORT };
		return n;
	}
	/* Delivery lines name the remote host, not the client, and carry no peer. */
	if (f->peer_ip.n > 0 && f->peer_port != 0)
		keys[n++] = connection_key(JOIN_PORT, gateway, f, f->peer_port);
	/*
	 * A line that makes no session must not link what has only its port with what has only
	 * its pid: it is not found again when its connection has no session yet.
	 */
	if (f->peer_ip.n > 0 && f->pid != 0 && (f->id.n == 0 || f->pid == f->id_pid) &&
	    (n == 0 || fragment_makes_session(f)))
		keys[n++] = connection_key(JOIN_PID, gateway, f, f->pid);
	if (n > 0)
		return n;
	if (f->peer_ip.n > 0 && f->verify_address.n > 0) {
		keys[0] =
			connection_key(JOIN_VERIFY, gateway, f, hash_nocase(f->verify_address, 0));
		return 1;
	}
	keys[0] = (struct join_key){ key_hash(JOIN_LINE, gateway, r->text, 0), JOIN_LINE };
	return 1;
}

/* --- what may be stored --- */

static int64_t *
time_slot(int64_t **times, size_t *n, uint32_t gateway)
{
	if (gateway >= *n) {
		size_t want = (size_t)gateway + 1;

		*times = xrealloc_array(*times, want, sizeof(**times));
		for (size_t i = *n; i < want; i++)
			(*times)[i] = TIME_NONE;
		*n = want;
	}
	return &(*times)[gateway];
}

static void
generation_release(struct known_generation *g)
{
	u64_table_release(&g->keys);
	free(g->filter);
	free(g->latest_us);
	memset(g, 0, sizeof(*g));
}

/* Three bits in one line of the filter; the line comes from other bits of the hash. */
static uint64_t *
filter_line(const struct known_generation *g, uint64_t key)
{
	return g->filter + (key >> 40) % FILTER_LINES * 8;
}

static void
filter_add(struct known_generation *g, uint64_t key)
{
	uint64_t *line;

	if (!g->filter)
		g->filter = xcalloc(FILTER_WORDS, sizeof(*g->filter));
	line = filter_line(g, key);
	for (int shift = 0; shift < 27; shift += 9)
		line[key >> (shift + 6) & 7] |= UINT64_C(1) << (key >> shift & 63);
}

/* Ports and pids come back: what ended before earliest_us was another connection. */
static bool
generation_has(const struct known_generation *g, uint64_t key, int64_t earliest_us)
{
	const uint64_t *line, *latest;

	if (!g->filter)
		return false;
	line = filter_line(g, key);
	for (int shift = 0; shift < 27; shift += 9)
		if (!(line[key >> (shift + 6) & 7] >> (key >> shift & 63) & 1))
			return false;
	latest = u64_table_get(&g->keys, key);
	return latest && (earliest_us == TIME_NONE || (int64_t)*latest == TIME_NONE ||
			  (int64_t)*latest >= earliest_us);
}

void
known_keys_release(struct known_keys *k)
{
	generation_release(&k->young);
	generation_release(&k->old);
	free(k->horizon_us);
	memset(k, 0, sizeof(*k));
}

void
known_keys_horizon(struct known_keys *k, uint32_t gateway, int64_t time_us)
{
	int64_t *slot = time_slot(&k->horizon_us, &k->n_gateways, gateway);

	if (*slot == TIME_NONE || time_us > *slot)
		*slot = time_us;
}

static void
age(struct known_keys *k)
{
	for (size_t g = 0; g < k->old.n_gateways; g++)
		if (k->old.latest_us[g] != TIME_NONE)
			known_keys_horizon(k, (uint32_t)g, k->old.latest_us[g]);
	generation_release(&k->old);
	k->old = k->young;
	memset(&k->young, 0, sizeof(k->young));
}

void
known_keys_add(struct known_keys *k, uint32_t gateway, uint64_t key, int64_t time_us)
{
	struct known_generation *g = &k->young;
	int64_t *latest = time_slot(&g->latest_us, &g->n_gateways, gateway);

	if (time_us != TIME_NONE && (*latest == TIME_NONE || time_us > *latest))
		*latest = time_us;
	filter_add(g, key);
	const uint64_t *before = u64_table_get(&g->keys, key);
	if (before &&
	    ((int64_t)*before == TIME_NONE || (time_us != TIME_NONE && time_us < (int64_t)*before)))
		time_us = (int64_t)*before;
	u64_table_put(&g->keys, key, (uint64_t)time_us);
	if (g->keys.n >= GENERATION_KEYS)
		age(k);
}

void
known_keys_add_latest(struct known_keys *k, uint32_t gateway, uint64_t key, int64_t time_us)
{
	const uint64_t *latest = u64_table_get(&k->young.keys, key);

	if (!latest)
		latest = u64_table_get(&k->old.keys, key);
	if (latest && (int64_t)*latest > time_us)
		time_us = (int64_t)*latest;
	known_keys_add(k, gateway, key, time_us);
}

bool
known_keys_reach(const struct known_keys *k, uint32_t gateway, int64_t earliest_us)
{
	int64_t horizon = gateway < k->n_gateways ? k->horizon_us[gateway] : TIME_NONE;

	return horizon != TIME_NONE && earliest_us <= horizon;
}

bool
known_keys_maybe(const struct known_keys *k, uint32_t gateway, uint64_t key, int64_t earliest_us)
{
	int64_t horizon = gateway < k->n_gateways ? k->horizon_us[gateway] : TIME_NONE;

	if (generation_has(&k->young, key, earliest_us) ||
	    generation_has(&k->old, key, earliest_us))
		return true;
	if (horizon == TIME_NONE)
		return false;
	return earliest_us == TIME_NONE || earliest_us <= horizon;
}
