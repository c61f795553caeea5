/* SPDX-License-Identifier: MIT */
/*
 * hash: two lanes of xor-multiply-shift over 64-bit little-endian words. The values are stored in
 * indexes: changing anything here is a schema change. Not a defence against someone who computes
 * collisions on purpose; callers compare the text where that matters.
 */
#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static const uint64_t PRIME_A = UINT64_C(0x9e3779b97f4a7c15);
static const uint64_t PRIME_B = UINT64_C(0xd1342543de82ef95);
static const uint64_t PRIME_C = UINT64_C(0xbf58476d1ce4e5b9);

static inline uint64_t
load_word(const char *p)
{
	uint64_t w;
	memcpy(&w, p, sizeof(w));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	w = __builtin_bswap64(w);
#endif
	return w;
}

static inline uint64_t
load_tail(const char *p, size_t n)
{
	char padded[8] = { 0 };
	memcpy(padded, p, n);
	return load_word(padded);
}

/* ASCII capitals of all eight bytes at once. */
static inline uint64_t
lower_word(uint64_t w)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t low = w & (ones * 0x7f);
	uint64_t from_a = low + ones * (0x80 - 'A');
	uint64_t past_z = low + ones * (0x7f - 'Z');
	uint64_t capital = (from_a ^ past_z) & ~w & (ones * 0x80);
	return w | capital >> 2;
}

static inline uint64_t
finish(uint64_t h)
{
	h ^= h >> 32;
	h *= PRIME_A;
	h ^= h >> 29;
	h *= PRIME_C;
	return h ^ h >> 32;
}

static inline uint64_t
stir(uint64_t lane, uint64_t word, uint64_t prime)
{
	lane = (lane ^ word) * prime;
	return lane ^ lane >> 32;
}

static inline uint64_t
hash_words(struct str s, uint64_t seed, bool fold)
{
	uint64_t a = seed ^ PRIME_C;
	uint64_t b = (seed + s.n) * PRIME_B ^ PRIME_A;
	const char *p = s.p;
	size_t n = s.n;
	for (; n >= 16; p += 16, n -= 16) {
		uint64_t v = load_word(p);
		uint64_t w = load_word(p + 8);
		a = stir(a, fold ? lower_word(v) : v, PRIME_A);
		b = stir(b, fold ? lower_word(w) : w, PRIME_B);
	}
	if (n >= 8) {
		uint64_t v = load_word(p);
		a = stir(a, fold ? lower_word(v) : v, PRIME_A);
		p += 8;
		n -= 8;
	}
	if (n > 0) {
		uint64_t w = load_tail(p, n);
		b = stir(b, fold ? lower_word(w) : w, PRIME_B);
	}
	return finish(a ^ (b << 23 | b >> 41));
}

uint64_t
hash_bytes(struct str s, uint64_t seed)
{
	return hash_words(s, seed, false);
}

uint64_t
hash_nocase(struct str s, uint64_t seed)
{
	return hash_words(s, seed, true);
}

uint64_t
hash_mix(uint64_t a, uint64_t b)
{
	return finish(stir(a ^ PRIME_C, b, PRIME_B) + a);
}

void
multiset_digest_add(struct multiset_digest *d, struct str element)
{
	uint64_t v = hash_bytes(element, UINT64_C(0x6d756c7469736574));
	uint64_t w = hash_bytes(element, UINT64_C(0x706f737465726e21));
	d->lane[0] += v;
	d->lane[1] += w;
	d->lane[2] += hash_mix(v, w);
	d->lane[3] += hash_mix(w, ~v);
}

void
multiset_digest_hex(const struct multiset_digest *d, char out[65])
{
	for (int i = 0; i < 4; i++)
		snprintf(out + i * 16, 17, "%016llx", (unsigned long long)d->lane[i]);
}

/*
 * The table. A slot is free or deleted by its key; the two real keys that look like that live in
 * two extra slots behind the table, whose own key is 1 when present.
 */
struct u64_slot {
	uint64_t key;
	uint64_t value;
};

static const uint64_t KEY_FREE = 0;
static const uint64_t KEY_DELETED = UINT64_MAX;

enum { TABLE_MIN_CAP = 16, EXTRA_SLOTS = 2 };

static struct u64_slot *
extra_slot(const struct u64_table *t, uint64_t key)
{
	return key == KEY_FREE ? t->slots + t->cap : t->slots + t->cap + 1;
}

static bool
is_extra(uint64_t key)
{
	return key == KEY_FREE || key == KEY_DELETED;
}

static size_t
first_slot(const struct u64_table *t, uint64_t key)
{
	uint64_t h = key * PRIME_A;
	h ^= h >> 32;
	return (size_t)(h * PRIME_C >> 20) & (t->cap - 1);
}

static void
resize(struct u64_table *t, size_t cap)
{
	struct u64_table old = *t;
	t->slots = xcalloc(cap + EXTRA_SLOTS, sizeof(*t->slots));
	t->cap = cap;
	t->used = old.n;
	if (!old.slots)
		return;
	for (size_t i = 0; i < old.cap; i++) {
		if (is_extra(old.slots[i].key))
			continue;
		size_t at = first_slot(t, old.slots[i].key);
		while (t->slots[at].key != KEY_FREE)
			at = (at + 1) & (cap - 1);
		t->slots[at] = old.slots[i];
	}
	memcpy(t->slots + cap, old.slots + old.cap, EXTRA_SLOTS * sizeof(*t->slots));
	free(old.slots);
}

void
u64_table_release(struct u64_table *t)
{
	free(t->slots);
	*t = (struct u64_table){ 0 };
}

void
u64_table_clear(struct u64_table *t)
{
	if (t->slots)
		memset(t->slots, 0, (t->cap + EXTRA_SLOTS) * sizeof(*t->slots));
	t->n = 0;
	t->used = 0;
}

uint64_t *
u64_table_get(const struct u64_table *t, uint64_t key)
{
	if (t->n == 0)
		return NULL;
	if (is_extra(key)) {
		struct u64_slot *extra = extra_slot(t, key);
		return extra->key ? &extra->value : NULL;
	}
	for (size_t at = first_slot(t, key);; at = (at + 1) & (t->cap - 1)) {
		if (t->slots[at].key == key)
			return &t->slots[at].value;
		if (t->slots[at].key == KEY_FREE)
			return NULL;
	}
}

static void
put_extra(struct u64_table *t, uint64_t key, uint64_t value)
{
	struct u64_slot *extra = extra_slot(t, key);
	if (!extra->key) {
		t->n++;
		t->used++;
	}
	*extra = (struct u64_slot){ 1, value };
}

void
u64_table_put(struct u64_table *t, uint64_t key, uint64_t value)
{
	uint64_t *known = u64_table_get(t, key);
	if (known) {
		*known = value;
		return;
	}
	if (t->used + 1 > t->cap - t->cap / 3)
		resize(t, t->n + 1 > t->cap / 3 ? (t->cap ? t->cap * 2 : TABLE_MIN_CAP) : t->cap);
	if (is_extra(key)) {
		put_extra(t, key, value);
		return;
	}
	size_t at = first_slot(t, key);
	while (!is_extra(t->slots[at].key))
		at = (at + 1) & (t->cap - 1);
	if (t->slots[at].key == KEY_FREE)
		t->used++;
	t->slots[at] = (struct u64_slot){ key, value };
	t->n++;
}

void
u64_table_del(struct u64_table *t, uint64_t key)
{
	uint64_t *value = u64_table_get(t, key);
	if (!value)
		return;
	t->n--;
	if (is_extra(key)) {
		extra_slot(t, key)->key = 0;
		t->used--;
		return;
	}
	for (size_t at = first_slot(t, key);; at = (at + 1) & (t->cap - 1)) {
		if (t->slots[at].key == key) {
			t->slots[at].key = KEY_DELETED;
			return;
		}
	}
}
