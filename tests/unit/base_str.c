/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/str.h"

static void
find_returns_first_offset_from_start(void **state)
{
	(void)state;
	struct str s = STR("abcabc");
	assert_int_equal(str_find(s, STR("bc"), 0), 1);
	assert_int_equal(str_find(s, STR("bc"), 2), 4);
	assert_int_equal(str_find(s, STR("bc"), 5), STR_NPOS);
	assert_int_equal(str_find(s, STR(""), 6), 6);
	assert_int_equal(str_find(s, STR(""), 7), STR_NPOS);
	assert_int_equal(str_find(s, STR("abcabcd"), 0), STR_NPOS);
}

static void
null_slice_behaves_as_empty(void **state)
{
	(void)state;
	struct str none = { NULL, 0 };
	assert_true(str_eq(none, STR("")));
	assert_int_equal(str_cmp(none, STR("")), 0);
	assert_int_equal(str_find(none, none, 0), 0);
	assert_int_equal(str_find(none, STR("a"), 0), STR_NPOS);
	assert_int_equal(str_find_nocase(none, none, 0), 0);
	assert_int_equal(str_find_char(none, 'a', 0), STR_NPOS);
	assert_int_equal(str_rfind_char(none, 'a'), STR_NPOS);
	assert_true(str_eq_nocase(none, none));
	assert_int_equal(str_trim(none).n, 0);
	assert_true(str_starts(none, none));
	assert_true(str_ends(none, none));
}

static void
nul_bytes_are_ordinary(void **state)
{
	(void)state;
	struct str s = STR("a\0b\0c");
	assert_int_equal(s.n, 5);
	assert_int_equal(str_find(s, STR("\0c"), 0), 3);
	assert_int_equal(str_rfind_char(s, '\0'), 3);
	assert_int_equal(str_rfind(STR("a, b, c"), STR(", ")), 4);
	assert_int_equal(str_rfind(s, STR("d")), STR_NPOS);
	assert_false(str_eq(s, STR("a")));
}

static void
case_is_folded_for_ascii_only(void **state)
{
	(void)state;
	assert_true(str_eq_nocase(STR("MaIl@EX"), STR("mAiL@ex")));
	assert_false(str_eq_nocase(STR("\xc3\x84"), STR("\xc3\xa4")));
	assert_false(str_eq_nocase(STR("@"), STR("`")));
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_true(str_starts_nocase(STR("Subject: x"), STR("SUBJECT:")));
	assert_int_equal(str_find_nocase(STR("xxDONExx"), STR("done"), 0), 2);
	assert_int_equal(str_find_nocase(STR("ddone"), STR("DONE"), 0), 1);
	assert_int_equal(str_find_nocase(STR("don"), STR("done"), 0), STR_NPOS);
	assert_true(str_starts_word(STR("Subject: x"), "SUBJECT:"));
	assert_false(str_starts_word(STR("Sub"), "subject"));
	assert_true(str_is_word(STR("DonE"), "dONe"));
	assert_false(str_is_word(STR("don"), "done"));
	assert_false(str_is_word(STR("done!"), "done"));
	assert_true(str_is_word((struct str){ NULL, 0 }, ""));
}

static void
order_is_by_bytes_then_length(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("a"), STR("ab")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_true(str_cmp(STR("\x7f"), STR("\x80")) < 0);
	assert_int_equal(str_cmp(STR("same"), STR("same")), 0);
}

static void
slice_clamps_to_the_string(void **state)
{
	(void)state;
	assert_true(str_eq(str_slice(STR("hello"), 1, 3), STR("el")));
	assert_int_equal(str_slice(STR("hello"), 4, 99).n, 1);
	assert_int_equal(str_slice(STR("hello"), 9, 99).n, 0);
	assert_int_equal(str_slice(STR("hello"), 3, 1).n, 0);
	assert_int_equal(str_skip(STR("hello"), 7).n, 0);
}

static void
trim_takes_blanks_from_both_ends(void **state)
{
	(void)state;
	assert_true(str_eq(str_trim(STR(" \t a b\r\n")), STR("a b")));
	assert_int_equal(str_trim(STR(" \r\n\t")).n, 0);
}

static void
numbers_reject_overflow_and_other_bytes(void **state)
{
	(void)state;
	uint64_t v = 7;
	assert_true(str_to_u64(STR("18446744073709551615"), &v));
	assert_true(v == UINT64_MAX);
	assert_false(str_to_u64(STR("18446744073709551616"), &v));
	assert_false(str_to_u64(STR("99999999999999999999999"), &v));
	assert_false(str_to_u64(STR(""), &v));
	assert_false(str_to_u64(STR("-1"), &v));
	assert_false(str_to_u64(STR(" 1"), &v));
	assert_false(str_to_u64(STR("1x"), &v));
	assert_true(v == UINT64_MAX);
	assert_true(str_to_u64(STR("0000"), &v));
	assert_true(v == 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_returns_first_offset_from_start),
		cmocka_unit_test(null_slice_behaves_as_empty),
		cmocka_unit_test(nul_bytes_are_ordinary),
		cmocka_unit_test(case_is_folded_for_ascii_only),
		cmocka_unit_test(order_is_by_bytes_then_length),
		cmocka_unit_test(slice_clamps_to_the_string),
		cmocka_unit_test(trim_takes_blanks_from_both_ends),
		cmocka_unit_test(numbers_reject_overflow_and_other_bytes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
