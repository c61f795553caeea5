/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static void
values_never_change(void **state)
{
	(void)state; /* they are stored in indexes */
	assert_true(hash_bytes(STR(""), 0) == UINT64_C(0xd9698d15d0606a50));
	assert_true(hash_bytes(STR("postern"), 1) == UINT64_C(0xff1b8020818d591e));
	assert_true(hash_bytes(STR("the quick brown fox jumps over"), 2) ==
		    UINT64_C(0xa412328c0ba5f879));
	assert_true(hash_mix(1, 2) == UINT64_C(0x79be30710e5d55df));
}

static void
alignment_does_not_matter(void **state)
{
	(void)state;
	const char text[] = "0123456789abcdefghijklmnopqrstuvwxyz";
	char room[80];
	for (size_t n = 0; n < sizeof(text); n++) {
		uint64_t wanted = hash_bytes((struct str){ text, n }, 5);
		for (size_t shift = 0; shift < 9; shift++) {
			memset(room, '#', sizeof(room));
			memcpy(room + shift, text, n);
			assert_true(hash_bytes((struct str){ room + shift, n }, 5) == wanted);
		}
	}
}

static void
length_and_seed_and_zero_bytes_count(void **state)
{
	(void)state;
	static const char zeroes[64] = { 0 };
	uint64_t seen[65 * 2];
	size_t n_seen = 0;
	for (size_t n = 0; n <= 64; n++) {
		seen[n_seen++] = hash_bytes((struct str){ zeroes, n }, 0);
		seen[n_seen++] = hash_bytes((struct str){ zeroes, n }, 1);
	}
	for (size_t i = 0; i < n_seen; i++) {
		for (size_t j = 0; j < i; j++)
			assert_true(seen[i] != seen[j]);
	}
}

static void
every_input_bit_moves_about_half_the_output(void **state)
{
	(void)state;
	char text[41];
	memset(text, 'm', sizeof(text));
	struct str s = { text, sizeof(text) };
	uint64_t before = hash_bytes(s, 0);
	for (size_t bit = 0; bit < sizeof(text) * 8; bit++) {
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		int moved = __builtin_popcountll(before ^ hash_bytes(s, 0));
		text[bit / 8] = (char)(text[bit / 8] ^ (1 << bit % 8));
		assert_in_range(moved, 12, 52);
	}
}

static void
similar_texts_spread_over_buckets(void **state)
{
	(void)state;
	static unsigned low[4096];
	static unsigned high[4096];
	for (int i = 0; i < 40960; i++) {
		char text[40];
		int n = snprintf(text, sizeof(text), "user%d@example.org", i);
		uint64_t h = hash_bytes((struct str){ text, (size_t)n }, 0);
		low[h & 4095]++;
		high[h >> 52]++;
	}
	for (int i = 0; i < 4096; i++) {
		assert_true(low[i] < 40);
		assert_true(high[i] < 40);
	}
}

static void
nocase_is_hash_of_lowered_text(void **state)
{
	(void)state;
	srand(2);
	for (int round = 0; round < 5000; round++) {
		char text[60];
		char lowered[60];
		size_t n = (size_t)rand() % sizeof(text);
		for (size_t i = 0; i < n; i++) {
			text[i] = (char)(rand() % 256);
			lowered[i] = char_lower(text[i]);
		}
		assert_true(hash_nocase((struct str){ text, n }, 3) ==
			    hash_bytes((struct str){ lowered, n }, 3));
	}
}

static void
mix_depends_on_order(void **state)
{
	(void)state;
	assert_true(hash_mix(1, 2) != hash_mix(2, 1));
	assert_true(hash_mix(0, 0) != 0);
	assert_true(hash_mix(0, 1) != hash_mix(1, 0));
}

static void
digest_ignores_order_but_counts(void **state)
{
	(void)state;
	struct multiset_digest a = { { 0 } };
	struct multiset_digest b = { { 0 } };
	struct multiset_digest c = { { 0 } };
	char text[20];
	for (int i = 0; i < 1000; i++) {
		snprintf(text, sizeof(text), "line %d", i);
		multiset_digest_add(&a, str_from(text));
		snprintf(text, sizeof(text), "line %d", 999 - i);
		multiset_digest_add(&b, str_from(text));
		multiset_digest_add(&c, str_from(text));
	}
	char hex_a[65];
	char hex_b[65];
	char hex_c[65];
	multiset_digest_add(&c, STR("line 5"));
	multiset_digest_hex(&a, hex_a);
	multiset_digest_hex(&b, hex_b);
	multiset_digest_hex(&c, hex_c);
	assert_string_equal(hex_a, hex_b);
	assert_string_not_equal(hex_a, hex_c);
	assert_int_equal(strlen(hex_a), 64);
	assert_int_equal(strspn(hex_a, "0123456789abcdef"), 64);
	for (int i = 0; i < 4; i++)
		assert_true(a.lane[i] != c.lane[i]);
}

static void
digest_of_empty_element_is_not_nothing(void **state)
{
	(void)state;
	struct multiset_digest a = { { 0 } };
	multiset_digest_add(&a, STR(""));
	for (int i = 0; i < 4; i++)
		assert_true(a.lane[i] != 0);
}

/* The naive table: 300 keys, among them the ones that are special inside. */
enum { N_KEYS = 300 };

static uint64_t
key_number(int i)
{
	switch (i) {
	case 0:
		return 0;
	case 1:
		return UINT64_MAX;
	case 2:
		return 1;
	default:
		return i % 2 ? (uint64_t)i : (uint64_t)i << 40;
	}
}

static void
table_agrees_with_naive_model(void **state)
{
	(void)state;
	struct u64_table t = { 0 };
	bool present[N_KEYS] = { false };
	uint64_t values[N_KEYS] = { 0 };
	size_t n = 0;
	srand(3);
	for (int round = 0; round < 200000; round++) {
		int i = rand() % N_KEYS;
		uint64_t *found = u64_table_get(&t, key_number(i));
		assert_int_equal(found != NULL, present[i]);
		if (found)
			assert_true(*found == values[i]);
		if (rand() % 2) {
			values[i] = (uint64_t)round;
			u64_table_put(&t, key_number(i), values[i]);
			n += !present[i];
			present[i] = true;
		} else {
			u64_table_del(&t, key_number(i));
			n -= present[i];
			present[i] = false;
		}
		assert_int_equal(t.n, n);
		if (round % 50000 == 49999) {
			u64_table_clear(&t);
			memset(present, 0, sizeof(present));
			n = 0;
		}
	}
	assert_true(t.cap <= 1024);
	u64_table_release(&t);
	assert_null(u64_table_get(&t, 7));
}

static void
table_holds_many_keys(void **state)
{
	(void)state;
	struct u64_table t = { 0 };
	const uint64_t many = 200000;
	for (uint64_t i = 0; i < many; i++)
		u64_table_put(&t, i * 4096, i);
	assert_int_equal(t.n, many);
	for (uint64_t i = 0; i < many; i++) {
		uint64_t *v = u64_table_get(&t, i * 4096);
		assert_non_null(v);
		assert_true(*v == i);
	}
	assert_null(u64_table_get(&t, 1));
	u64_table_release(&t);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_never_change),
		cmocka_unit_test(alignment_does_not_matter),
		cmocka_unit_test(length_and_seed_and_zero_bytes_count),
		cmocka_unit_test(every_input_bit_moves_about_half_the_output),
		cmocka_unit_test(similar_texts_spread_over_buckets),
		cmocka_unit_test(nocase_is_hash_of_lowered_text),
		cmocka_unit_test(mix_depends_on_order),
		cmocka_unit_test(digest_ignores_order_but_counts),
		cmocka_unit_test(digest_of_empty_element_is_not_nothing),
		cmocka_unit_test(table_agrees_with_naive_model),
		cmocka_unit_test(table_holds_many_keys),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
