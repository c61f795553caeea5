/* SPDX-License-Identifier: MIT */
/* tui_input: the text field: editing, rows, marks by byte range. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/dump.h"
#include "tui/input.h"

static struct input in;

static int
setup(void **state)
{
	(void)state;
	input_init(&in, 1 << 20, true);
	input_layout(&in, 3, 10, true);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	input_release(&in);
	return 0;
}

static void
act(enum action a)
{
	bool changed;
	assert_true(input_act(&in, a, &changed));
	assert_true(in.cursor <= in.text.n);
	assert_int_equal(in.text.p[in.text.n], '\0');
}

static void
assert_shows(const char *want, int cursor_row, int cursor_col)
{
	struct draw_list d;
	struct strbuf text;
	draw_init(&d);
	strbuf_init(&text, 10000);
	draw_clear(&d, 3, 10);
	input_layout(&in, 3, 10, true);
	input_draw(&in, &d, (struct rect){ 0, 0, 3, 10 }, NULL, 0, true);
	dump_text(&d, &text);
	assert_string_equal(text.p, want);
	assert_int_equal(d.cursor_row, cursor_row);
	assert_int_equal(d.cursor_col, cursor_col);
	strbuf_release(&text);
	draw_release(&d);
}

static void
typing_and_erasing(void **state)
{
	(void)state;
	input_insert(&in, STR("aé山"));
	act(ACTION_EDIT_LEFT);
	input_type(&in, 'x');
	assert_string_equal(in.text.p, "aéx山");
	act(ACTION_EDIT_ERASE);
	act(ACTION_EDIT_ERASE);
	assert_string_equal(in.text.p, "a山");
	act(ACTION_EDIT_DELETE);
	act(ACTION_EDIT_DELETE);
	assert_string_equal(in.text.p, "a");
	act(ACTION_EDIT_ERASE);
	act(ACTION_EDIT_ERASE);
	assert_string_equal(in.text.p, "");
	input_set(&in, STR("one two  "));
	act(ACTION_EDIT_WORD);
	assert_string_equal(in.text.p, "one ");
	act(ACTION_EDIT_CLEAR);
	assert_string_equal(in.text.p, "");
}

static void
rows_break_behind_blanks(void **state)
{
	(void)state;
	assert_shows("\n\n\n", 0, 0);
	input_set(&in, STR("hello brave world"));
	assert_shows("hello\nbrave\nworld\n", 2, 5);
	input_set(&in, STR("abcdefghijklm"));
	assert_shows("abcdefghij\nklm\n\n", 1, 3);
	input_set(&in, STR("a\nb\n"));
	assert_shows("a\nb\n\n", 2, 0);
	input_set(&in, STR("x\ty\r\n\033[31m"));
	assert_shows("x y\n\xef\xbf\xbd[31m\n\n", 1, 5);
}

static void
the_cursor_stays_in_sight(void **state)
{
	(void)state;
	input_set(&in, STR("1\n2\n3\n4\n5"));
	assert_shows("3\n4\n5\n", 2, 1);
	act(ACTION_EDIT_UP);
	act(ACTION_EDIT_UP);
	act(ACTION_EDIT_UP);
	assert_shows("2\n3\n4\n", 0, 1);
	act(ACTION_EDIT_UP);
	act(ACTION_EDIT_UP);
	assert_shows("1\n2\n3\n", 0, 1);
	act(ACTION_EDIT_HOME);
	assert_int_equal(in.cursor, 0);
	for (int i = 0; i < 9; i++)
		act(ACTION_EDIT_DOWN);
	act(ACTION_EDIT_END);
	assert_int_equal(in.cursor, in.text.n);
}

static void
marks_are_byte_ranges_of_the_text(void **state)
{
	(void)state;
	static const struct input_mark marks[] = { { 0, 2 /* in é */ }, { 6, 12 } };
	struct draw_list d;
	struct strbuf roles;
	draw_init(&d);
	strbuf_init(&roles, 10000);
	draw_clear(&d, 3, 10);
	input_set(&in, STR("héllo brave world"));
	input_layout(&in, 3, 10, false);
	input_draw(&in, &d, (struct rect){ 0, 0, 3, 10 }, marks, 2, false);
	dump_text(&d, &roles);
	dump_roles(&d, &roles);
	assert_string_equal(roles.p, "héllo\nbrave\nworld\n0: clue 0+2\n1: clue 0+5\n");
	strbuf_release(&roles);
	draw_release(&d);
}

static void
megabytes_are_cheap_and_the_maximum_holds(void **state)
{
	(void)state;
	struct strbuf big;
	strbuf_init(&big, 4 << 20);
	for (int i = 0; i < 100000; i++)
		strbuf_add(&big, STR("0123456789"));
	input_set(&in, strbuf_str(&big));
	assert_int_equal(in.text.n, 1000000);
	for (int i = 0; i < 20; i++)
		act(ACTION_EDIT_UP);
	input_layout(&in, 3, 10, true);
	input_insert(&in, strbuf_str(&big)); /* does not fit: nothing is taken */
	assert_int_equal(in.text.n, 1000000);
	strbuf_release(&big);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(typing_and_erasing),
		TEST(rows_break_behind_blanks),
		TEST(the_cursor_stays_in_sight),
		TEST(marks_are_byte_ranges_of_the_text),
		TEST(megabytes_are_cheap_and_the_maximum_holds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
