/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void
zero_sizes_give_real_pointers(void **state)
{
	(void)state;
	void *a = xmalloc(0);
	void *b = xcalloc(0, 8);
	assert_non_null(a);
	assert_non_null(b);
	a = xrealloc(a, 0);
	assert_non_null(a);
	free(a);
	free(b);
}

static void
copies_are_terminated(void **state)
{
	(void)state;
	char *a = xstrndup((struct str){ "abcdef", 3 });
	char *b = xstrdup("xyz");
	char *c = xstrndup((struct str){ NULL, 0 });
	assert_string_equal(a, "abc");
	assert_string_equal(b, "xyz");
	assert_string_equal(c, "");
	free(a);
	free(b);
	free(c);
}

static void
grow_doubles_and_keeps_content(void **state)
{
	(void)state;
	int *v = NULL;
	size_t cap = 0;
	size_t moves = 0;
	for (size_t i = 0; i < 10000; i++) {
		size_t before = cap;
		v = mem_grow(v, &cap, i + 1, sizeof(*v));
		moves += cap != before;
		v[i] = (int)i;
	}
	assert_true(cap >= 10000 && cap < 40000);
	assert_true(moves < 20);
	for (size_t i = 0; i < 10000; i++)
		assert_int_equal(v[i], i);
	free(v);
}

static void
arena_objects_are_aligned_and_apart(void **state)
{
	(void)state;
	struct arena a = { 0 };
	unsigned char *parts[500];
	for (size_t i = 0; i < 500; i++) {
		size_t size = i * 37 % 301;
		parts[i] = arena_alloc(&a, size);
		assert_int_equal((uintptr_t)parts[i] % _Alignof(max_align_t), 0);
		memset(parts[i], (int)(i & 0xff), size);
	}
	for (size_t i = 0; i < 500; i++) {
		for (size_t j = 0; j < i * 37 % 301; j++)
			assert_int_equal(parts[i][j], i & 0xff);
	}
	arena_release(&a);
	assert_null(a.head);
	arena_release(&a);
}

static void
arena_reset_reuses_its_memory(void **state)
{
	(void)state;
	struct arena a;
	arena_init(&a);
	for (int i = 0; i < 100; i++)
		arena_alloc(&a, 1000);
	assert_true(a.total >= 100000);
	arena_reset(&a);
	assert_int_equal(a.total, 0);
	struct arena_block *head = a.head;
	assert_non_null(head);
	for (int round = 0; round < 50; round++) {
		for (int i = 0; i < 30; i++)
			arena_alloc(&a, 1000);
		assert_ptr_equal(a.head, head);
		arena_reset(&a);
	}
	arena_release(&a);
}

static void
arena_takes_objects_larger_than_a_block(void **state)
{
	(void)state;
	struct arena a = { 0 };
	arena_alloc(&a, 10);
	unsigned char *big = arena_zalloc(&a, (size_t)5 << 20);
	assert_int_equal(big[0] | big[((size_t)5 << 20) - 1], 0);
	arena_reset(&a);
	assert_null(a.head); /* a single large record does not pin its memory */
	assert_non_null(arena_alloc(&a, 10));
	arena_release(&a);
}

static void
arena_text_is_terminated(void **state)
{
	(void)state;
	struct arena a = { 0 };
	struct str s = arena_str(&a, (struct str){ "abcdef", 4 });
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "abcd");
	struct str f = arena_printf(&a, "%s-%d", "x", 42);
	assert_true(str_eq(f, STR("x-42")));
	assert_int_equal(f.p[f.n], 0);
	assert_int_equal(arena_str(&a, (struct str){ NULL, 0 }).n, 0);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(zero_sizes_give_real_pointers),
		cmocka_unit_test(copies_are_terminated),
		cmocka_unit_test(grow_doubles_and_keeps_content),
		cmocka_unit_test(arena_objects_are_aligned_and_apart),
		cmocka_unit_test(arena_reset_reuses_its_memory),
		cmocka_unit_test(arena_takes_objects_larger_than_a_block),
		cmocka_unit_test(arena_text_is_terminated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
