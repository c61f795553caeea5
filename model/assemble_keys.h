/* SPDX-License-Identifier: MIT */
/* assemble_keys: the join keys of a record, and what the assembler knows to be stored. */
#ifndef MODEL_ASSEMBLE_KEYS_H
#define MODEL_ASSEMBLE_KEYS_H

#include "base/hash.h"
#include "model/record.h"

/*
 * An ID names its message for ever. A connection is named by ip:port, else by pid and ip, within a
 * window of time, since both come back. A sender verification and the refusal that it explains
 * share ip and address. A record with none of these is only equal to itself: LINE, by which the
 * copies in other logs (rejectlog, syslog) find it. A scanner's line without an ID has no key: it
 * seeks a message by its Message-ID (model/mention.h).
 */
enum join_kind {
	JOIN_ID,
	JOIN_PORT,
	JOIN_PID,
	JOIN_VERIFY,
	JOIN_LINE,
	/* Questions about a Message-ID, under which nothing is united: see model/mention.h. */
	JOIN_SEEKERS,
	JOIN_CARRIERS
};

struct join_key {
	uint64_t hash;
	enum join_kind kind;
};

#define JOIN_MAX_KEYS 3

size_t join_keys(uint32_t gateway, const struct record *r, struct join_key keys[JOIN_MAX_KEYS]);
/* Nothing stored under this key of f can be older; TIME_NONE: unknown. */
int64_t join_earliest_us(enum join_kind k, const struct fragment *f);
uint64_t join_id_hash(uint32_t gateway, struct str id);
/* How far apart in time two records under one key may be; INT64_MAX: any. */
int64_t join_window_us(enum join_kind k);
static inline bool
join_is_mention(enum join_kind k)
{
	return k == JOIN_SEEKERS || k == JOIN_CARRIERS;
}
static inline bool
join_is_connection(enum join_kind k)
{
	return k == JOIN_PORT || k == JOIN_PID || k == JOIN_VERIFY;
}

/*
 * Which keys may be stored: exact for the latest ones, by time for all older ones, so that a
 * growing log needs no look-ups in the store. Memory is bounded (two generations).
 */
struct known_keys {
	struct known_generation {
		uint64_t *filter; /* says of most absent keys that they are, in one look */
		struct u64_table keys;
		int64_t *latest_us; /* by gateway */
		size_t n_gateways;
	} young, old;
	int64_t *horizon_us; /* by gateway: all keys later than this are in young or old */
	size_t n_gateways;
};
void known_keys_release(struct known_keys *k);
void known_keys_horizon(struct known_keys *k, uint32_t gateway, int64_t time_us);
void known_keys_add(struct known_keys *k, uint32_t gateway, uint64_t key, int64_t time_us);
/* The same, but an earlier time does not replace a later one. */
void known_keys_add_latest(struct known_keys *k, uint32_t gateway, uint64_t key, int64_t time_us);
/* True if something of that gateway was stored before this process began, or has been forgotten
 * since, at or after that time. */
bool known_keys_reach(const struct known_keys *k, uint32_t gateway, int64_t earliest_us);
bool known_keys_maybe(const struct known_keys *k, uint32_t gateway, uint64_t key,
		      int64_t earliest_us);

#endif
