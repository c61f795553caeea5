/* SPDX-License-Identifier: MIT */
/*
 * hash: a fast 64-bit hash (stable across machines: it is stored in the index), a 256-bit
 * order-free digest over a multiset, and a u64 -> u64 table.
 */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/str.h"

uint64_t hash_bytes(struct str s, uint64_t seed);
/* As hash_bytes of the ASCII-lowered text (addresses, host names). */
uint64_t hash_nocase(struct str s, uint64_t seed);
uint64_t hash_mix(uint64_t a, uint64_t b);

/* Adding elements in any order gives the same sum; adding one twice differs from once. */
struct multiset_digest {
	uint64_t lane[4];
};
void multiset_digest_add(struct multiset_digest *d, struct str element);
void multiset_digest_hex(const struct multiset_digest *d, char out[65]);

/* Open addressing; key 0 is allowed. Zero-initialise; release frees. */
struct u64_table {
	struct u64_slot *slots;
	size_t cap;
	size_t n;    /* live entries */
	size_t used; /* live + deleted */
};
void u64_table_release(struct u64_table *t);
void u64_table_clear(struct u64_table *t);
/* NULL when absent. The pointer is valid until the next put. */
uint64_t *u64_table_get(const struct u64_table *t, uint64_t key);
void u64_table_put(struct u64_table *t, uint64_t key, uint64_t value);
void u64_table_del(struct u64_table *t, uint64_t key);

#endif
