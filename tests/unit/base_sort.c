/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/sort.h"

struct pair {
	int key;
	int order;
};

static int
by_key(const void *a, const void *b)
{
	return ((const struct pair *)a)->key - ((const struct pair *)b)->key;
}

static void
short_arrays_are_sorted_and_stable(void **state)
{
	unsigned seed = 1;

	(void)state;
	for (int round = 0; round < 2000; round++) {
		struct pair p[24];
		size_t n = (size_t)rand_r(&seed) % 25;

		for (size_t i = 0; i < n; i++)
			p[i] = (struct pair){ rand_r(&seed) % 6, (int)i };
		sort_few(p, n, sizeof(*p), by_key);
		for (size_t i = 1; i < n; i++)
			assert_true(p[i - 1].key < p[i].key ||
				    (p[i - 1].key == p[i].key && p[i - 1].order < p[i].order));
	}
}

static void
long_arrays_are_sorted(void **state)
{
	struct pair p[1000];
	unsigned seed = 2;

	(void)state;
	for (int i = 0; i < 1000; i++)
		p[i] = (struct pair){ rand_r(&seed), i };
	sort_few(p, 1000, sizeof(*p), by_key);
	for (int i = 1; i < 1000; i++)
		assert_true(p[i - 1].key <= p[i].key);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_arrays_are_sorted_and_stable),
		cmocka_unit_test(long_arrays_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
