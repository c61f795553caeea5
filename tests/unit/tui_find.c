/* SPDX-License-Identifier: MIT */
/*
 * tui_find: the Find screen with the real search and the real finder, over a store that fails and
 * searches that are stopped, at each of their questions.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "support_tui_console.h"

#define PASTE       "the mail from news@example.com to cks@cs.example.edu was rejected, peer 85.68.8.22"
#define MAIL_SYSTEM "This is the mail system at host mail.example.com.\n\n"
#define SET_ASIDE   "set aside\n" /* the remark, not the footer's */

static size_t asked, stop_at; /* the search is stopped when it asks for this time; 0: never */

static bool
stopped(void *arg)
{
	(void)arg;
	return ++asked == stop_at;
}

static void
open_console(bool with_store)
{
	struct fake_store *f = fake_store_new(20);
	struct app_services services = fake_services(with_store ? f : NULL);
	services.first_start_text = STR("");
	console_open(f, &services);
	app_set_cancel(app, stopped, NULL);
	app_resize(app, 40, 120);
	asked = stop_at = 0;
}

static int
setup(void **state)
{
	(void)state;
	open_console(true);
	return 0;
}

static int
setup_without_store(void **state)
{
	(void)state;
	open_console(false);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	console_close();
	return 0;
}

static void
paste(const char *s)
{
	app_paste(app, str_from(s));
	press("<F12>"); /* bound to nothing: lets the panel be read */
}

/* A copy, the caller's to free. */
static char *
screen_copy(void)
{
	return xstrdup(screen());
}

static void
assert_screen(const char *want)
{
	if (strcmp(screen(), want) != 0)
		fail_msg("the screen is\n%s\nand should be\n%s", screen(), want);
}

/* Down, up and open: everything that goes by the list's rows. */
static void
walk(void)
{
	press("j j <End> <Home> <Enter>");
	assert_shown("What happened");
	press("<Esc>");
}

static void
a_clue_is_set_aside_and_taken_back(void **state)
{
	(void)state;
	paste(PASTE);
	char *before = screen_copy();
	press("c x");
	assert_shown(SET_ASIDE);
	press("<Esc>");
	assert_true(strcmp(screen(), before) != 0);
	press("c x");
	assert_hidden(SET_ASIDE);
	press("<Esc>");
	assert_screen(before);
	walk();
	free(before);
}

static void
brackets_step_through_the_bounces_of_a_paste(void **state)
{
	(void)state;
	paste(MAIL_SYSTEM PASTE "\n\n" MAIL_SYSTEM PASTE);
	assert_shown("Paste: bounce 1 of 2");
	press("]");
	assert_shown("Paste: bounce 2 of 2");
	press("]");
	assert_shown("Paste: bounce 1 of 2");
	press("[");
	assert_shown("Paste: bounce 2 of 2");
	/* A clue that is set aside is one of this bounce. */
	press("c x <Esc>");
	assert_shown("Paste: bounce 2 of 2");
	paste(PASTE);
	assert_hidden("bounce 1 of");
	press("]");
	assert_shown("This paste holds one bounce");
}

static void
a_stopped_search_changes_nothing(void **state)
{
	(void)state;
	size_t questions = 1;
	paste(PASTE);
	char *before = screen_copy();
	for (;; questions++) {
		press("c");
		asked = 0;
		stop_at = questions;
		press("x");
		if (asked < stop_at)
			break;
		assert_shown("Stopped");
		assert_hidden(SET_ASIDE);
		press("<Esc>");
		assert_screen(before);
		walk();
	}
	assert_true(questions > 2);
	assert_shown(SET_ASIDE);
	free(before);
}

static void
a_failed_search_changes_nothing(void **state)
{
	(void)state;
	size_t questions = 1;
	paste(PASTE);
	char *before = screen_copy();
	store->failing = true; /* even what comes before the first question */
	press("c x");
	store->failing = false;
	assert_shown("disk I/O error");
	press("<Esc>");
	assert_screen(before);
	for (;; questions++) {
		store->probes = 0;
		store->fail_at = questions;
		press("c x");
		if (store->probes < questions)
			break;
		assert_shown("disk I/O error");
		assert_hidden(SET_ASIDE);
		press("<Esc>");
		assert_screen(before);
		walk();
	}
	assert_true(questions > 2);
	free(before);
}

static void
clues_set_aside_stay_so_when_a_search_is_stopped(void **state)
{
	(void)state;
	paste(PASTE);
	press("c x");
	stop_at = asked + 1;
	press("j x");
	assert_shown("Stopped");
	assert_shown(SET_ASIDE);
	press("k x");
	assert_hidden(SET_ASIDE);
}

static void
what_could_not_be_looked_for_shows_nothing_of_the_last(void **state)
{
	(void)state;
	paste(PASTE);
	assert_shown("97 %");
	store->fail_at = store->probes + 1;
	paste("1xUnYa-0002zz-0Q maria@partner.example");
	assert_hidden("97 %");
	press("<Down> <Esc> j j c x y");
	assert_hidden("97 %");
	press("<Tab> <Enter>"); /* in the field: tries again */
	assert_shown("100 %");
	walk();
}

static void
a_paste_into_the_field_of_a_result_is_a_new_search(void **state)
{
	(void)state;
	paste(PASTE);
	press("<Tab>");
	paste("1xUnYa-0002zz-0Q maria@partner.example");
	assert_hidden("news@example.com to");
	assert_shown("100 %");
}

static void
an_edited_text_has_no_answer_until_it_is_looked_for(void **state)
{
	(void)state;
	paste(PASTE);
	press("<Tab> x");
	assert_hidden("97 %");
	assert_shown("Press Enter to search");
	paste(" and more"); /* a part of what is being written */
	assert_hidden("97 %");
	press("<Enter>");
	assert_shown("97 %");
}

static void
without_an_index_there_are_clues_only(void **state)
{
	(void)state;
	paste(PASTE);
	assert_shown("Recognised");
	press("j k <Enter> c x");
	assert_shown(SET_ASIDE);
	press("<Esc> j");
	assert_shown("Recognised");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_clue_is_set_aside_and_taken_back),
		TEST(brackets_step_through_the_bounces_of_a_paste),
		TEST(a_stopped_search_changes_nothing),
		TEST(a_failed_search_changes_nothing),
		TEST(clues_set_aside_stay_so_when_a_search_is_stopped),
		TEST(what_could_not_be_looked_for_shows_nothing_of_the_last),
		TEST(a_paste_into_the_field_of_a_result_is_a_new_search),
		TEST(an_edited_text_has_no_answer_until_it_is_looked_for),
		cmocka_unit_test_setup_teardown(without_an_index_there_are_clues_only,
						setup_without_store, teardown),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
