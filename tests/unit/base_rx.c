/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "base/rx.h"

static struct rx *
compiled(const char *pattern)
{
	struct err e = { .code = ERR_NONE };
	struct rx *r = rx_compile(str_from(pattern), false, &e);
	if (!r)
		fail_msg("%s", e.text);
	return r;
}

static void
groups_are_slices_of_the_subject(void **state)
{
	(void)state;
	struct rx *r = compiled("(?<user>[a-z]+)@(\\w+)(\\.org)?(x)?");
	struct str s = STR("to bob@example now");
	assert_int_equal(rx_match(r, s, 0), RX_MATCH);
	assert_true(str_eq(rx_group(r, 0), STR("bob@example")));
	assert_true(str_eq(rx_group(r, 1), STR("bob")));
	assert_ptr_equal(rx_group(r, 1).p, s.p + 3);
	assert_null(rx_group(r, 3).p);
	assert_null(rx_group(r, 4).p);
	assert_null(rx_group(r, 99).p);
	assert_int_equal(rx_group_number(r, "user"), 1);
	assert_int_equal(rx_group_number(r, "nobody"), -1);
	rx_free(r);
}

static void
failed_match_leaves_no_groups(void **state)
{
	(void)state;
	struct rx *r = compiled("b+");
	assert_null(rx_group(r, 0).p);
	assert_int_equal(rx_match(r, STR("abb"), 0), RX_MATCH);
	assert_int_equal(rx_match(r, STR("acc"), 0), RX_NO_MATCH);
	assert_null(rx_group(r, 0).p);
	rx_free(r);
}

static void
matching_starts_where_told(void **state)
{
	(void)state;
	struct rx *r = compiled("a");
	assert_int_equal(rx_match(r, STR("axa"), 1), RX_MATCH);
	assert_int_equal(rx_match(r, STR("axa"), 3), RX_NO_MATCH);
	assert_int_equal(rx_match(r, STR("axa"), 4), RX_NO_MATCH);
	rx_free(r);
}

static void
empty_subject_may_be_null(void **state)
{
	(void)state;
	struct rx *r = compiled("^$");
	assert_int_equal(rx_match(r, (struct str){ NULL, 0 }, 0), RX_MATCH);
	assert_int_equal(rx_group(r, 0).n, 0);
	rx_free(r);
}

static void
nocase_is_per_pattern(void **state)
{
	(void)state;
	struct rx *r = rx_compile(STR("reject"), true, NULL);
	assert_int_equal(rx_match(r, STR("NOQUEUE: REJECT:"), 0), RX_MATCH);
	rx_free(r);
	r = compiled("reject");
	assert_int_equal(rx_match(r, STR("REJECT"), 0), RX_NO_MATCH);
	rx_free(r);
	rx_free(NULL);
}

static void
bad_pattern_names_the_offset(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	assert_null(rx_compile(STR("ab(c"), false, &e));
	assert_int_equal(e.code, ERR_FORMAT);
	assert_non_null(strstr(e.text, "offset 4"));
	assert_null(rx_compile(STR("["), false, NULL));
}

static void
utf_mode_cannot_be_forced(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	assert_null(rx_compile(STR("(*UTF)a"), false, &e));
	assert_int_equal(e.code, ERR_FORMAT);
}

static void
hostile_bytes_are_matched_as_bytes(void **state)
{
	(void)state;
	struct rx *r = compiled("^\\S+ .$");
	assert_int_equal(rx_match(r, STR("\xff\xfe\xc3 \x80"), 0), RX_MATCH);
	assert_int_equal(rx_match(r, STR("a\0b \xff"), 0), RX_MATCH);
	rx_free(r);
}

static void
overlong_pattern_is_refused(void **state)
{
	(void)state;
	size_t n = 100000;
	char *pattern = xmalloc(n);
	memset(pattern, 'a', n);
	struct err e = { .code = ERR_NONE };
	assert_null(rx_compile((struct str){ pattern, n }, false, &e));
	assert_int_equal(e.code, ERR_FORMAT);
	free(pattern);
}

static void
catastrophic_pattern_ends_with_limit(void **state)
{
	(void)state;
	struct rx *r = compiled("(a+)+$");
	char text[64];
	memset(text, 'a', sizeof(text));
	text[63] = '!';
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_int_equal(rx_match(r, (struct str){ text, sizeof(text) }, 0), RX_LIMIT);
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_true(after.tv_sec - before.tv_sec < 5);
	assert_null(rx_group(r, 0).p);
	assert_int_equal(rx_match(r, STR("aaa"), 0), RX_MATCH); /* still of use */
	rx_free(r);
}

static void
deep_recursion_ends_with_limit_or_answer(void **state)
{
	(void)state;
	struct rx *r = compiled("^(?:(a)|b|(?1))*c?$");
	size_t n = (size_t)1 << 20;
	char *text = xmalloc(n);
	memset(text, 'a', n);
	enum rx_result result = rx_match(r, (struct str){ text, n }, 0);
	assert_true(result == RX_MATCH || result == RX_LIMIT);
	assert_int_equal(rx_match(r, STR("aabc"), 0), RX_MATCH);
	free(text);
	rx_free(r);
}

static void
copies_match_side_by_side(void **state)
{
	(void)state;
	struct rx *r = compiled("(?<word>[a-z]+)");
	struct rx *copy = rx_copy(r);
	assert_int_equal(rx_match(r, STR("one"), 0), RX_MATCH);
	assert_int_equal(rx_match(copy, STR("two"), 0), RX_MATCH);
	assert_true(str_eq(rx_group(r, 1), STR("one")));
	assert_true(str_eq(rx_group(copy, 1), STR("two")));
	rx_free(copy);
	assert_int_equal(rx_match(r, STR("again"), 0), RX_MATCH);
	rx_free(r);
}

static void
named_groups_are_listed(void **state)
{
	(void)state;
	struct rx *r = compiled("(x)(?<b>y)(?P<a>z)(?'c'w)");
	struct str name;
	unsigned number, seen = 0;
	for (unsigned i = 0; rx_named_group(r, i, &name, &number); i++) {
		assert_int_equal(number, name.p[0] == 'b' ? 2 : name.p[0] == 'a' ? 3 : 4);
		seen++;
	}
	assert_int_equal(seen, 3);
	rx_free(r);
}

static void
place_of_an_error_is_a_number_too(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	size_t at = 99;
	assert_null(rx_compile_at(STR("ab(cd"), false, &at, &e));
	assert_int_equal(at, 5);
	assert_null(strstr(e.text, "offset"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(groups_are_slices_of_the_subject),
		cmocka_unit_test(failed_match_leaves_no_groups),
		cmocka_unit_test(matching_starts_where_told),
		cmocka_unit_test(empty_subject_may_be_null),
		cmocka_unit_test(nocase_is_per_pattern),
		cmocka_unit_test(bad_pattern_names_the_offset),
		cmocka_unit_test(utf_mode_cannot_be_forced),
		cmocka_unit_test(hostile_bytes_are_matched_as_bytes),
		cmocka_unit_test(overlong_pattern_is_refused),
		cmocka_unit_test(catastrophic_pattern_ends_with_limit),
		cmocka_unit_test(deep_recursion_ends_with_limit_or_answer),
		cmocka_unit_test(copies_match_side_by_side),
		cmocka_unit_test(named_groups_are_listed),
		cmocka_unit_test(place_of_an_error_is_a_number_too),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
