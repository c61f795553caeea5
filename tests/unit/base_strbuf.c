/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/strbuf.h"

static void
fresh_buffer_is_an_empty_string(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, 10);
	assert_string_equal(b.p, "");
	strbuf_clear(&b);
	strbuf_add(&b, (struct str){ NULL, 0 });
	assert_string_equal(b.p, "");
	strbuf_release(&b);
	strbuf_release(&b);
	assert_string_equal(b.p, "");
}

static void
always_terminated_while_growing(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (int i = 0; i < 5000; i++) {
		strbuf_add_char(&b, (char)('a' + i % 26));
		assert_int_equal(b.p[b.n], 0);
		assert_int_equal(b.n, i + 1);
	}
	assert_false(b.overflowed);
	strbuf_release(&b);
}

static void
maximum_is_kept_by_every_way_of_adding(void **state)
{
	(void)state;
	for (size_t max = 0; max < 70; max++) {
		struct strbuf b;
		strbuf_init(&b, max);
		for (int i = 0; i < 20; i++) {
			strbuf_add_text(&b, "abc");
			strbuf_printf(&b, "<%d>", i);
			strbuf_add_char(&b, '!');
			strbuf_add_varint(&b, UINT64_MAX);
			assert_true(b.n <= max);
			assert_int_equal(b.p[b.n], 0);
		}
		assert_true(b.overflowed);
		strbuf_clear(&b);
		assert_false(b.overflowed);
		strbuf_release(&b);
	}
}

static void
exactly_full_is_not_overflowed(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, 6);
	strbuf_add_text(&b, "abc");
	strbuf_printf(&b, "%d", 123);
	assert_false(b.overflowed);
	assert_string_equal(b.p, "abc123");
	strbuf_add_char(&b, 'x');
	assert_true(b.overflowed);
	assert_string_equal(b.p, "abc123");
	strbuf_release(&b);
}

static void
reserve_refuses_beyond_the_maximum(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, 100);
	strbuf_add_text(&b, "head");
	char *to = strbuf_reserve(&b, 96);
	assert_non_null(to);
	memset(to, 'x', 96);
	b.n += 96;
	assert_int_equal(b.p[100], 0);
	assert_memory_equal(b.p, "headxx", 6);
	assert_null(strbuf_reserve(&b, 1));
	assert_true(b.overflowed);
	strbuf_release(&b);
}

static const uint64_t edges[] = {
	0, 1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX - 1, UINT64_MAX, (uint64_t)1 << 63
};
#define N_EDGES (sizeof(edges) / sizeof(edges[0]))

static void
varints_come_back(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < N_EDGES; i++) {
		strbuf_add_varint(&b, edges[i]);
		strbuf_add_svarint(&b, (int64_t)edges[i]);
		strbuf_add_svarint(&b, INT64_MIN + (int64_t)i);
	}
	strbuf_add_text(&b, "tail");
	struct unpack u = { (const unsigned char *)b.p, (const unsigned char *)b.p + b.n, false };
	for (size_t i = 0; i < N_EDGES; i++) {
		assert_true(unpack_varint(&u) == edges[i]);
		assert_true(unpack_svarint(&u) == (int64_t)edges[i]);
		assert_true(unpack_svarint(&u) == INT64_MIN + (int64_t)i);
	}
	assert_true(str_eq(unpack_bytes(&u, 4), STR("tail")));
	assert_false(u.bad);
	assert_ptr_equal(u.p, u.end);
	strbuf_release(&b);
}

static void
small_numbers_are_one_byte(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_add_varint(&b, 127);
	strbuf_add_svarint(&b, -64);
	strbuf_add_svarint(&b, 63);
	assert_int_equal(b.n, 3);
	strbuf_release(&b);
}

static struct unpack
reader(const char *bytes, size_t n)
{
	const unsigned char *p = (const unsigned char *)bytes;
	return (struct unpack){ p, p + n, false };
}

static void
reading_past_the_end_turns_bad_and_stays_so(void **state)
{
	(void)state;
	struct unpack u = reader("\x80\x80", 2);
	assert_true(unpack_varint(&u) == 0);
	assert_true(u.bad);
	u = reader("\x01", 1);
	assert_int_equal(unpack_bytes(&u, 2).n, 0);
	assert_true(u.bad);
	assert_true(unpack_varint(&u) == 0);
	u = reader("\x01", 1);
	assert_int_equal(unpack_bytes(&u, SIZE_MAX).n, 0);
	assert_true(u.bad);
	u = reader("", 0);
	assert_true(unpack_svarint(&u) == 0);
	assert_true(u.bad);
}

static void
overlong_varint_is_bad(void **state)
{
	(void)state;
	struct unpack u = reader("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02", 10);
	assert_true(unpack_varint(&u) == 0);
	assert_true(u.bad);
	u = reader("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80", 11);
	assert_true(unpack_varint(&u) == 0);
	assert_true(u.bad);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fresh_buffer_is_an_empty_string),
		cmocka_unit_test(always_terminated_while_growing),
		cmocka_unit_test(maximum_is_kept_by_every_way_of_adding),
		cmocka_unit_test(exactly_full_is_not_overflowed),
		cmocka_unit_test(reserve_refuses_beyond_the_maximum),
		cmocka_unit_test(varints_come_back),
		cmocka_unit_test(small_numbers_are_one_byte),
		cmocka_unit_test(reading_past_the_end_turns_bad_and_stays_so),
		cmocka_unit_test(overlong_varint_is_bad),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
