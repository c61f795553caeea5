/* SPDX-License-Identifier: MIT */
/* tui_keymap: one table makes dispatch, footer and help; these tests keep it consistent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/dump.h"
#include "tui/keymap.h"

static void
no_key_means_two_things_in_one_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < bindings_count; i++)
		for (size_t j = i + 1; j < bindings_count; j++)
			if (bindings[i].key == bindings[j].key)
				assert_int_equal(bindings[i].places & bindings[j].places, 0);
}

static void
every_action_has_a_key_somewhere(void **state)
{
	(void)state;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		bool bound = false;
		for (size_t i = 0; i < bindings_count; i++)
			bound = bound || bindings[i].action == (enum action)a;
		if (!bound)
			fail_msg("no key for %s", action_name((enum action)a));
	}
}

static void
names_are_unique_and_helped(void **state)
{
	(void)state;
	for (int a = ACTION_NONE + 1; a < ACTION_COUNT; a++) {
		assert_int_equal(action_by_name(str_from(action_name((enum action)a))), a);
		assert_true(action_help((enum action)a)[0] != '\0');
	}
	assert_int_equal(action_by_name(STR("")), ACTION_NONE);
	assert_int_equal(action_by_name(STR("nosuch")), ACTION_NONE);
}

static void
one_can_always_leave_get_help_and_change_views(void **state)
{
	(void)state;
	for (int p = 0; p < PLACE_COUNT; p++) {
		enum place place = (enum place)p;
		assert_int_equal(keymap_action(place, KEY_WITH_ALT('1')), ACTION_FIND);
		assert_int_equal(keymap_action(place, KEY_WITH_ALT('2')), ACTION_SESSIONS);
		assert_int_equal(keymap_action(place, KEY_WITH_ALT('6')), ACTION_SOURCES);
		assert_int_equal(keymap_action(place, KEY_CTRL('Q')), ACTION_QUIT);
		assert_int_not_equal(keymap_action(place, APP_KEY_ESC), ACTION_NONE);
		if (place == PLACE_PROMPT)
			continue;
		assert_int_equal(keymap_action(place, APP_KEY_F1), ACTION_HELP);
		if (place_is_input(place))
			continue;
		assert_int_equal(keymap_action(place, 'q'),
				 place == PLACE_HELP ? ACTION_BACK : ACTION_QUIT);
		assert_int_equal(keymap_action(place, APP_KEY_BACKSPACE), ACTION_BACK);
	}
}

static void
letters_are_free_where_one_types(void **state)
{
	(void)state;
	for (uint32_t key = ' '; key < 0x500; key++)
		if (key_is_text(key)) {
			assert_int_equal(keymap_action(PLACE_PASTE, key), ACTION_NONE);
			assert_int_equal(keymap_action(PLACE_EXPLAIN_FIELD, key), ACTION_NONE);
			assert_int_equal(keymap_action(PLACE_PROMPT, key), ACTION_NONE);
		}
}

/* Footers end before the edge and hold whole items: "key label". */
static void
footer_fits_from_40_to_200_columns(void **state)
{
	(void)state;
	struct draw_list d;
	draw_init(&d);
	for (int p = 0; p < PLACE_COUNT; p++) {
		size_t before = 0;
		for (int cols = 40; cols <= 200; cols++) {
			draw_clear(&d, 1, cols);
			keymap_footer(&d, (struct rect){ 0, 0, 1, cols }, (enum place)p, ~0u);
			assert_true(d.n >= 2 && d.n % 2 == 0);
			assert_true(d.n >= before);
			before = d.n;
			const struct draw_run *last = &d.runs[d.n - 1];
			assert_true(last->col + last->cells < cols);
			for (size_t i = 0; i + 1 < d.n; i += 2)
				assert_int_equal(d.runs[i].col + d.runs[i].cells + 1,
						 d.runs[i + 1].col);
		}
	}
	draw_release(&d);
}

static void
footer_shows_only_what_can_be_done(void **state)
{
	(void)state;
	struct draw_list d;
	struct strbuf text;
	draw_init(&d);
	strbuf_init(&text, 10000);
	draw_clear(&d, 1, 200);
	keymap_footer(&d, (struct rect){ 0, 0, 1, 200 }, PLACE_SESSIONS, 0);
	dump_text(&d, &text);
	assert_int_equal(str_find(strbuf_str(&text), STR("filter"), 0), STR_NPOS);
	assert_int_equal(str_find(strbuf_str(&text), STR("log lines"), 0), STR_NPOS);
	assert_int_not_equal(str_find(strbuf_str(&text), STR("help"), 0), STR_NPOS);
	strbuf_release(&text);
	draw_release(&d);
}

static void
refusals_are_in_words(void **state)
{
	(void)state;
	for (int a = 0; a < ACTION_COUNT; a++) {
		assert_null(action_refusal((enum action)a, ~0u));
		if (action_needs((enum action)a) != 0)
			assert_non_null(action_refusal((enum action)a, 0));
	}
}

static void
keys_are_read_as_they_are_named(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		uint32_t key;
	} cases[] = {
		{ "<Enter>", APP_KEY_ENTER },
		{ "<Esc>", APP_KEY_ESC },
		{ "q", 'q' },
		{ "<Alt-1>", KEY_WITH_ALT('1') },
		{ "<Ctrl-O>", 15 },
		{ "<F1>", APP_KEY_F1 },
		{ "<F12>", APP_KEY_F12 },
		{ "<Less>", '<' },
		{ "\xc3\xa4", 0xe4 },
		{ "<Alt-Enter>", KEY_WITH_ALT(APP_KEY_ENTER) },
		{ "<", '<' },
	};
	uint32_t key;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(key_parse(str_from(cases[i].text), &key));
		assert_int_equal(key, cases[i].key);
	}
	assert_false(key_parse(STR("<Nosuch>"), &key));
	assert_false(key_parse(STR("<F13>"), &key));
	assert_false(key_parse(STR(""), &key));
	assert_false(key_parse(STR("ab"), &key));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_key_means_two_things_in_one_place),
		cmocka_unit_test(every_action_has_a_key_somewhere),
		cmocka_unit_test(names_are_unique_and_helped),
		cmocka_unit_test(one_can_always_leave_get_help_and_change_views),
		cmocka_unit_test(letters_are_free_where_one_types),
		cmocka_unit_test(footer_fits_from_40_to_200_columns),
		cmocka_unit_test(footer_shows_only_what_can_be_done),
		cmocka_unit_test(refusals_are_in_words),
		cmocka_unit_test(keys_are_read_as_they_are_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
