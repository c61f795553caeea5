/* SPDX-License-Identifier: MIT */
/* tui_dump: pictures are well-formed, colours follow the terminal; texts of numbers and times. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "tui/dump.h"
#include "tui/text.h"

/* Tags nest, attributes are quoted, nothing but the five entities: enough to be XML. */
static void
assert_well_formed(struct str s)
{
	char open[32][16];
	int depth = 0;
	size_t at = 0;
	while (at < s.n) {
		if (s.p[at] == '&') {
			struct str rest = str_skip(s, at);
			assert_true(str_starts(rest, STR("&amp;")) ||
				    str_starts(rest, STR("&lt;")) || str_starts(rest, STR("&gt;")));
		}
		assert_true((unsigned char)s.p[at] >= ' ' || s.p[at] == '\n');
		if (s.p[at++] != '<')
			continue;
		size_t end = str_find_char(s, '>', at);
		assert_int_not_equal(end, STR_NPOS);
		struct str tag = str_slice(s, at, end);
		int quotes = 0;
		for (size_t i = 0; i < tag.n; i++)
			quotes += tag.p[i] == '"';
		assert_int_equal(quotes % 2, 0);
		struct str name = str_slice(tag, tag.p[0] == '/', str_find_char(tag, ' ', 0));
		if (tag.p[0] == '/') {
			assert_true(depth > 0);
			assert_true(str_eq(name, str_from(open[--depth])));
		} else if (tag.p[tag.n - 1] != '/') {
			assert_true(depth < 32 && name.n < 16);
			memcpy(open[depth], name.p, name.n);
			open[depth++][name.n] = '\0';
		}
		at = end + 1;
	}
	assert_int_equal(depth, 0);
}

static void
pictures_are_well_formed(void **state)
{
	(void)state;
	static const struct theme themes[] = {
		{ THEME_MONO, false }, { THEME_8, true }, { THEME_256, false }, { THEME_256, true }
	};
	struct draw_list d;
	struct strbuf svg;
	draw_init(&d);
	strbuf_init(&svg, 1 << 20);
	for (size_t i = 0; i < sizeof(themes) / sizeof(themes[0]); i++) {
		struct rect r = { 0, 0, 5, 40 };
		draw_clear(&d, 5, 40);
		draw_box(&d, r, ROLE_MUTED, STR("a < b & \"c\""), STR(""));
		draw_select_rows(&d, r, 2, 1);
		draw_text(&d, r, 2, 2, -1, ROLE_DANGER, STR("</text><script>&amp;\033\x01 山"));
		d.cursor_row = d.cursor_col = 1;
		strbuf_clear(&svg);
		dump_svg(&d, themes[i], &svg);
		assert_well_formed(strbuf_str(&svg));
		assert_null(strstr(svg.p, "<script>"));
	}
	strbuf_release(&svg);
	draw_release(&d);
}

static void
painting_over_half_a_wide_character_leaves_a_blank(void **state)
{
	(void)state;
	struct draw_list d;
	struct strbuf out;
	struct rect r = { 0, 0, 1, 10 };
	draw_init(&d);
	strbuf_init(&out, 1000);
	draw_clear(&d, 1, 10);
	draw_text(&d, r, 0, 0, -1, ROLE_TEXT, STR("山田太"));
	draw_text(&d, r, 0, 1, 1, ROLE_TEXT, STR("x"));
	draw_text(&d, r, 0, 4, 1, ROLE_TEXT, STR("y"));
	dump_text(&d, &out);
	assert_string_equal(out.p, " x田y\n");
	strbuf_release(&out);
	draw_release(&d);
}

static void
themes_follow_the_terminal(void **state)
{
	(void)state;
	assert_int_equal(theme_detect("1", NULL, NULL, 256).depth, THEME_MONO);
	assert_int_equal(theme_detect("", NULL, NULL, 256).depth, THEME_256);
	assert_int_equal(theme_detect(NULL, NULL, NULL, 8).depth, THEME_8);
	assert_int_equal(theme_detect(NULL, NULL, NULL, 0).depth, THEME_MONO);
	assert_false(theme_detect(NULL, "15;0", NULL, 8).light);
	assert_true(theme_detect(NULL, "0;15", NULL, 8).light);
	assert_true(theme_detect(NULL, "0;default;7", NULL, 8).light);
	assert_false(theme_detect(NULL, "0;15", "dark", 8).light);
	assert_true(theme_detect(NULL, "nonsense", "light", 8).light);
}

static bool
same_style(struct style a, struct style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.bold == b.bold && a.dim == b.dim &&
	       a.underline == b.underline && a.reverse == b.reverse;
}

/* What must be told apart can be, on every kind of terminal. */
static void
no_colour_uses_no_colour_and_loses_nothing(void **state)
{
	(void)state;
	for (int depth = THEME_MONO; depth <= THEME_256; depth++) {
		for (int light = 0; light < 2; light++) {
			struct theme t = { (enum theme_depth)depth, light };
			struct style text = theme_style(t, ROLE_TEXT, false);
			assert_false(same_style(text, theme_style(t, ROLE_MUTED, false)));
			assert_false(same_style(text, theme_style(t, ROLE_CLUE, false)));
			assert_false(same_style(text, theme_style(t, ROLE_DANGER, false)));
			assert_false(same_style(text, theme_style(t, ROLE_CAUTION, false)));
			assert_false(same_style(theme_style(t, ROLE_TAB, false),
						theme_style(t, ROLE_HEADER, false)));
			assert_false(same_style(text, theme_style(t, ROLE_TEXT, true)));
			for (int r = 0; depth == THEME_MONO && r < ROLE_COUNT; r++) {
				struct style s = theme_style(t, (enum role)r, false);
				assert_true(s.fg == -1 && s.bg == -1);
			}
		}
	}
}

static void
numbers_and_times_read_well(void **state)
{
	(void)state;
	struct arena a;
	struct err e;
	const struct zone *zone = zone_find(STR("+0200"), &e);
	struct clock c = { zone, INT64_C(1795275557) * US_PER_SECOND };
	int64_t now = c.now_us;
	arena_init(&a);
	assert_string_equal(text_number(0, &a).p, "0");
	assert_string_equal(text_number(999, &a).p, "999");
	assert_string_equal(text_number(1204331, &a).p, "1 204 331");
	assert_string_equal(text_bytes(999, &a).p, "999 B");
	assert_string_equal(text_bytes(1234567, &a).p, "1.2 MB");
	assert_string_equal(text_bytes(999999999999, &a).p, "1.0 TB");
	assert_string_equal(text_when(c, now - 60 * US_PER_SECOND, &a).p, "today 17:38:17");
	assert_string_equal(text_when(c, now - 86400 * US_PER_SECOND, &a).p, "20 Nov 17:39:17");
	assert_string_equal(text_when(c, now - 86400 * 400 * US_PER_SECOND, &a).p, "17 Oct 2025");
	assert_int_equal(text_when(c, TIME_NONE, &a).n, 0);
	assert_string_equal(text_age(c, now - 59 * US_PER_SECOND, &a).p, "59 s");
	assert_string_equal(text_age(c, now - 3000 * US_PER_SECOND, &a).p, "50 min");
	assert_string_equal(text_age(c, now - 80000 * US_PER_SECOND, &a).p, "22 h");
	assert_int_equal(text_age(c, now - 90000 * US_PER_SECOND, &a).n, 0);
	assert_int_equal(text_age(c, now + 1, &a).n, 0);
	assert_string_equal(text_iso(c, now, &a).p, "2026-11-21T17:39:17+02:00");
	assert_string_equal(
		text_span(c, now - 9000 * US_PER_SECOND, now - 900 * US_PER_SECOND, "–", &a).p,
		"today 15:09 – 17:24");
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pictures_are_well_formed),
		cmocka_unit_test(painting_over_half_a_wide_character_leaves_a_blank),
		cmocka_unit_test(themes_follow_the_terminal),
		cmocka_unit_test(no_colour_uses_no_colour_and_loses_nothing),
		cmocka_unit_test(numbers_and_times_read_well),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
