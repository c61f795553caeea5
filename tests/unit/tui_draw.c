/* SPDX-License-Identifier: MIT */
/* tui_draw: nothing leaves its rectangle, nothing hostile gets through, columns stay columns. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/utf8.h"
#include "tui/dump.h"

static struct draw_list d;

static int
setup(void **state)
{
	(void)state;
	draw_init(&d);
	draw_clear(&d, 6, 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	draw_release(&d);
	return 0;
}

static void
assert_screen(const char *want)
{
	struct strbuf text;
	strbuf_init(&text, 100000);
	dump_text(&d, &text);
	assert_string_equal(text.p, want);
	strbuf_release(&text);
}

/* What holds for every run, whatever was drawn. */
static void
assert_sane(struct rect r)
{
	for (size_t i = 0; i < d.n; i++) {
		const struct draw_run *run = &d.runs[i];
		assert_true(run->row >= 0 && run->row < d.rows && run->col >= 0);
		assert_true(run->row >= r.row && run->row < r.row + r.rows);
		assert_true(run->col >= r.col && run->col + run->cells <= r.col + r.cols);
		assert_true(run->col + run->cells <= d.cols);
		assert_true(utf8_is_clean(run->text));
		assert_int_equal(utf8_width(run->text), run->cells);
	}
}

static void
text_is_clipped_by_its_rectangle_and_the_screen(void **state)
{
	(void)state;
	struct rect r = { 1, 2, 2, 5 };
	assert_int_equal(draw_text(&d, r, 0, 0, -1, ROLE_TEXT, STR("abcdefgh")), 5);
	assert_int_equal(draw_text(&d, r, 1, 3, 10, ROLE_TEXT, STR("xyz")), 2);
	assert_int_equal(draw_text(&d, r, 2, 0, -1, ROLE_TEXT, STR("below")), 0);
	assert_int_equal(draw_text(&d, r, -1, 0, -1, ROLE_TEXT, STR("above")), 0);
	assert_int_equal(draw_text(&d, r, 0, -1, -1, ROLE_TEXT, STR("left")), 0);
	assert_int_equal(draw_text(&d, r, 0, 5, -1, ROLE_TEXT, STR("right")), 0);
	assert_sane(r);
	assert_screen("\n  abcde\n     xy\n\n\n\n");
	struct rect beyond = { 4, 15, 10, 100 };
	assert_int_equal(draw_text(&d, beyond, 0, 0, -1, ROLE_TEXT, STR("abcdefgh")), 5);
	assert_int_equal(draw_text(&d, beyond, 5, 0, -1, ROLE_TEXT, STR("x")), 0);
}

static void
wide_characters_are_never_halved(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 5 };
	assert_int_equal(draw_text(&d, r, 0, 0, -1, ROLE_TEXT, STR("山田太郎")), 4);
	assert_int_equal(draw_text(&d, r, 1, 0, 3, ROLE_TEXT, STR("a山田")), 3);
	assert_int_equal(draw_text(&d, r, 2, 0, 2, ROLE_TEXT, STR("a山田")), 1);
	draw_right(&d, r, 3, 0, 5, ROLE_TEXT, STR("山a"));
	assert_int_equal(draw_cut(&d, r, 4, 0, 5, ROLE_TEXT, STR("山田太")), 5);
	assert_sane(r);
	assert_screen("山田\na山\na\n  山a\n山田…\n\n");
}

static void
strangers_bytes_become_visible(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 20 };
	draw_text(&d, r, 0, 0, -1, ROLE_TEXT, STR("\033[31mred\033[0m"));
	draw_text(&d, r, 1, 0, -1, ROLE_TEXT,
		  STR("bad\xff\xfe"
		      "utf"));
	draw_text(&d, r, 2, 0, -1, ROLE_TEXT,
		  STR("bidi\xe2\x80\xae"
		      "evil"));
	draw_text(&d, r, 3, 0, -1, ROLE_TEXT, STR("z\xe2\x80\x8bw\xe2\x80\x8dj\xef\xb8\x8f"));
	draw_text(&d, r, 4, 0, -1, ROLE_TEXT,
		  STR("a\r\nb\tc\x9b"
		      "d"));
	assert_sane(r);
	assert_screen("\\e[31mred\\e[0m\nbad\xef\xbf\xbd\xef\xbf\xbdutf\nbidi\\u202eevil\n"
		      "zwj\na\\r\\nb\\tc\xef\xbf\xbd"
		      "d\n\n");
}

static void
marks_are_few_and_have_something_to_stand_on(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 20 };
	draw_text(&d, r, 0, 0, -1, ROLE_TEXT,
		  STR("\xcc\x81"
		      "a"));
	draw_text(&d, r, 1, 0, -1, ROLE_TEXT, STR("e\xcc\x81\xcc\x82\xcc\x83\xcc\x84x"));
	assert_sane(r);
	assert_screen("a\ne\xcc\x81\xcc\x82x\n\n\n\n\n");
}

static void
ascii_terminals_get_ascii(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 20 };
	d.ascii = true;
	draw_box(&d, r, ROLE_TEXT, STR("Täst"), STR("…"));
	draw_text(&d, r, 1, 1, -1, ROLE_TEXT, STR("山田 é → \xff"));
	draw_bar(&d, r, 2, 1, 10, 0.57, -1);
	d.ascii = false;
	for (size_t i = 0; i < d.n; i++)
		for (size_t j = 0; j < d.runs[i].text.n; j++)
			assert_in_range((unsigned char)d.runs[i].text.p[j], 0x20, 0x7e);
	assert_screen("+ T?st -------- ~ -+\n|???? ? > ?        |\n|#####=            |\n"
		      "|                  |\n|                  |\n+------------------+\n");
}

static void
long_texts_are_shortened_in_the_middle(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 20 };
	assert_int_equal(draw_middle(&d, r, 0, 0, 11, ROLE_TEXT, STR("mail18.isp.example")), 11);
	assert_int_equal(draw_middle(&d, r, 1, 0, 18, ROLE_TEXT, STR("mail18.isp.example")), 18);
	assert_int_equal(draw_middle(&d, r, 2, 0, 1, ROLE_TEXT, STR("mail18")), 1);
	assert_int_equal(draw_middle(&d, r, 3, 0, 6, ROLE_TEXT, STR("山田太郎山田")), 5);
	assert_sane(r);
	assert_screen("mail18…mple\nmail18.isp.example\n…\n山…田\n\n\n");
}

static void
words_are_wrapped(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 10 };
	assert_int_equal(draw_wrapped_rows(STR("one two three fourfivesix"), 8), 4);
	assert_int_equal(
		draw_wrapped(&d, r, 0, 0, 8, 3, ROLE_TEXT, STR("one two three fourfivesix")), 3);
	assert_int_equal(draw_wrapped(&d, r, 3, 0, 10, 9, ROLE_TEXT, STR("a\n\nb")), 3);
	assert_screen("one two\nthree\nfourfiv…\na\n\nb\n");
	assert_int_equal(draw_wrapped_rows(STR("山山山"), 1), 9);
}

static void
selection_covers_whole_rows_under_what_is_drawn(void **state)
{
	(void)state;
	struct rect r = { 1, 0, 3, 12 };
	draw_select_rows(&d, r, 1, 1);
	draw_text(&d, r, 1, 2, -1, ROLE_TEXT, STR("chosen"));
	draw_text(&d, r, 2, 2, -1, ROLE_TEXT, STR("not"));
	struct strbuf roles;
	strbuf_init(&roles, 1000);
	dump_roles(&d, &roles);
	assert_string_equal(roles.p, "2: accent* 0+1 text* 1+11\n");
	strbuf_release(&roles);
	assert_screen("\n\n▌ chosen\n  not\n\n\n");
}

static void
bars_are_exact_to_an_eighth(void **state)
{
	(void)state;
	struct rect r = { 0, 0, 6, 20 };
	draw_bar(&d, r, 0, 0, 8, 0.5, -1);
	draw_bar(&d, r, 1, 0, 8, 0.51, -1);
	draw_bar(&d, r, 2, 0, 8, 0.0001, -1);
	draw_bar(&d, r, 3, 0, 8, 7, -1);
	draw_bar(&d, r, 4, 0, 8, 0, -1);
	draw_bar(&d, r, 5, 0, 8, 1, 0.75);
	assert_screen("████\n████▏\n▏\n████████\n\n████████\n");
	struct strbuf roles;
	strbuf_init(&roles, 1000);
	dump_roles(&d, &roles);
	assert_non_null(strstr(roles.p, "5: bar 0+6 caution 6+2\n"));
	strbuf_release(&roles);
}

static void
any_bytes_on_any_screen_keep_the_rules(void **state)
{
	(void)state;
	unsigned seed = 1;
	for (int round = 0; round < 3000; round++) {
		char bytes[64];
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (char)(seed >> 16);
		}
		struct str s = { bytes, (seed >> 8) % sizeof(bytes) };
		struct rect r = { (int)(seed % 5), (int)(seed % 17), (int)(seed % 4),
				  (int)(seed >> 9) % 23 };
		draw_clear(&d, (int)(seed >> 4) % 7, (int)(seed >> 5) % 31);
		d.ascii = seed & 1;
		draw_select_rows(&d, r, 1, 1);
		draw_text(&d, r, 0, (int)(seed >> 7) % 9, -1, ROLE_TEXT, s);
		draw_middle(&d, r, 1, 1, (int)(seed >> 6) % 19, ROLE_TEXT, s);
		draw_wrapped(&d, r, 0, 0, (int)(seed >> 3) % 19, 5, ROLE_TEXT, s);
		draw_right(&d, r, 2, 0, (int)(seed >> 2) % 19, ROLE_TEXT, s);
		assert_sane(r);
		struct strbuf svg;
		strbuf_init(&svg, STRBUF_NO_MAX);
		dump_svg(&d, (struct theme){ .depth = THEME_8 }, &svg);
		strbuf_release(&svg);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(text_is_clipped_by_its_rectangle_and_the_screen),
		TEST(wide_characters_are_never_halved),
		TEST(strangers_bytes_become_visible),
		TEST(marks_are_few_and_have_something_to_stand_on),
		TEST(ascii_terminals_get_ascii),
		TEST(long_texts_are_shortened_in_the_middle),
		TEST(words_are_wrapped),
		TEST(selection_covers_whole_rows_under_what_is_drawn),
		TEST(bars_are_exact_to_an_eighth),
		TEST(any_bytes_on_any_screen_keep_the_rules),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
