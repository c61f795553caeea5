/* SPDX-License-Identifier: MIT */
/* tui_app: the console as a person uses it, without a terminal and over a store in memory. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <time.h>

#include "support_tui_console.h"
#include "support_tui_finder.h"

static char copied[4096];
static bool stop;

static int
keep_copy(void *arg, struct str s, struct strbuf *message, struct err *e)
{
	(void)arg;
	(void)e;
	snprintf(copied, sizeof(copied), "%.*s", STR_ARG(s));
	strbuf_add(message, STR("also in /tmp/copy"));
	return 0;
}

static int
setup(void **state)
{
	(void)state;
	struct fake_store *f = fake_store_new(2000);
	struct app_services services = fake_services(f);
	services.copy_fallback = keep_copy;
	console_open(f, &services);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	console_close();
	return 0;
}

/* The text of the row under the accent bar. */
static const char *
selected_row(void)
{
	static char row[400];
	const char *bar = strstr(screen(), "▌");
	assert_non_null(bar);
	snprintf(row, sizeof(row), "%.*s", (int)strcspn(bar, "\n"), bar);
	return row;
}

static void
quitting(void **state)
{
	(void)state;
	assert_true(press("q")); /* typed into the field */
	assert_shown("│ q ");
	assert_false(press("<Ctrl-Q>"));
}

static void
quitting_from_a_list(void **state)
{
	(void)state;
	assert_true(press("<Alt-2>"));
	assert_false(press("q"));
}

static void
views_are_a_stack(void **state)
{
	(void)state;
	press("<Alt-2> j <Enter>");
	assert_shown("What happened");
	press("l");
	assert_shown("Log lines");
	press("<Esc>");
	assert_shown("What happened");
	press("<Backspace>");
	assert_shown("sessions");
	press("<Esc> <Esc> <Esc>"); /* the bottom of the stack stays */
	assert_shown("when");
	press("<Enter> <Alt-6> <Alt-2>"); /* a tab keeps its stack … */
	assert_shown("What happened");
	press("<Alt-2>"); /* … and its number again goes to the bottom */
	assert_shown("when");
}

static void
a_paste_anywhere_is_looked_for(void **state)
{
	(void)state;
	press("<Alt-6> u ?");
	app_paste(app, STR("rejected (milter id 1xUnZw-\n> 00032s-19)\n"));
	while (app_busy(app))
		app_tick(app);
	assert_shown("100 %");
	assert_shown("joined over a line break");
	press("l"); /* the results have the focus: letters are commands */
	assert_shown("Log lines");
}

static void
a_paste_into_text_is_inserted(void **state)
{
	(void)state;
	type("id ");
	app_paste(app, STR("1xUnZw-00032s-19"));
	assert_shown("id 1xUnZw-00032s-19");
	assert_hidden("100 %");
	press("<Enter>");
	assert_shown("100 %");
	app_paste(app, STR("nothing known")); /* from the results: a new search */
	assert_hidden("1xUnZw");
}

static void
a_paste_into_a_filter_is_one_line(void **state)
{
	(void)state;
	press("<Alt-2> /");
	app_paste(app, STR("partner\nsecond line"));
	press("<Enter>");
	assert_shown("maria@");
	assert_shown("1 of 1   2 009 in all");
}

static void
a_new_filter_replaces_the_old_one(void **state)
{
	(void)state;
	press("<Alt-2> /");
	type("first");
	press("<Enter> /");
	assert_shown("/first");
	type("other");
	assert_shown("/other");
	press("<Enter> / <End>");
	type(" more");
	assert_shown("/other more");
}

static void
an_import_names_its_files_and_asks(void **state)
{
	(void)state;
	press("<Alt-6> i");
	assert_shown("Enter reads these logs, Esc none: /var/log/exim4/mainlog");
	press("<Esc>");
	assert_hidden("Reading");
	press("i <Ctrl-U> <Enter>");
	assert_hidden("Reading");
	press("i <Backspace> <Enter>");
	assert_shown("Reading /var/log/exim4/mainlo");
}

static void
filters_scan_and_can_be_left(void **state)
{
	(void)state;
	press("<Alt-2> /");
	type("user1999@");
	press("<Enter>");
	assert_shown("1 of 1   2 009 in all");
	assert_shown("user1999");
	press("<Esc>");
	assert_shown("2 009 sessions");
	press("/");
	type("site3.example ada");
	press("<Enter>");
	assert_shown("ada@cs");
	assert_hidden("cks@cs.example.edu");
}

static void
the_last_row_is_the_oldest_session(void **state)
{
	(void)state;
	press("<Alt-2> G");
	for (int i = 0; i < 100 && app_busy(app); i++)
		app_tick(app);
	press("<F12>");
	assert_shown("2 009 of 2 009 sessions");
	press("<Home>");
	assert_shown("1 of 2 009 sessions");
}

static void
the_selection_survives_news(void **state)
{
	char before[400];
	(void)state;
	press("<Alt-2> j j");
	snprintf(before, sizeof(before), "%s", selected_row());
	fake_store_arrive(store);
	struct timespec t = { 1, 100000000 };
	nanosleep(&t, NULL); /* the index is looked at once a second */
	while (app_tick(app) || app_busy(app))
		;
	assert_string_equal(selected_row(), before);
	assert_shown("2 010 sessions");
	assert_shown("live");
	assert_shown("user901");
}

static void
only_what_makes_sense_can_be_done(void **state)
{
	(void)state;
	press("<Esc> y");
	assert_shown("No session is selected");
	press("c");
	assert_shown("Nothing was recognised");
	press("<Ctrl-C>");
	assert_shown("Nothing is running");
	press(":");
	type("nonsense");
	press("<Enter>");
	assert_shown("There is no command \"nonsense\"");
	press(":");
	type("drop");
	press("<Enter>");
	assert_shown("Nothing is selected");
	press(":");
	type("sou");
	press("<Tab> <Enter>");
	assert_shown("covers");
	press(":");
	type("run");
	press("<Alt-2>"); /* a view takes the place of the command line */
	assert_shown("sessions");
	assert_hidden(":run");
	press(":");
	type("complete");
	press("<Enter>");
	assert_shown("There is nothing here to complete");
}

static void
copies_are_plain_text_with_dates(void **state)
{
	(void)state;
	press("<Alt-2> <Enter> y");
	assert_shown("Copied the session; also in /tmp/copy");
	assert_non_null(strstr(copied, "Rejected at DATA, mx1, 2026-11-21T10:02:17-05:00\n"));
	assert_non_null(strstr(copied, "HELO"));
	assert_non_null(strstr(copied, "(time not logged)"));
	struct str taken = app_take_copy(app);
	assert_int_equal(taken.n, strlen(copied));
	assert_int_equal(app_take_copy(app).n, 0);
	press("<Esc> j j j j j j j <Enter> y"); /* hostile texts */
	assert_null(strchr(copied, '\033'));
}

static bool
asked(void *arg)
{
	(void)arg;
	return stop;
}

static void
a_search_can_be_stopped(void **state)
{
	(void)state;
	app_set_cancel(app, asked, NULL);
	stop = true;
	app_paste(app, STR("1xUnZw-00032s-19"));
	assert_shown("Stopped");
	stop = false;
	press("<Enter>");
	assert_shown("100 %");
}

static void
errors_are_said_and_survived(void **state)
{
	(void)state;
	store->failing = true;
	press("<Alt-2>");
	assert_shown("disk I/O error");
	press("j");
	assert_shown("^L tries again");
	store->failing = false;
	press("<Ctrl-L>");
	assert_shown("2 009 sessions");
	assert_int_equal(app_take_request(app), APP_REQUEST_REDRAW);
	store->failing = true;
	press("<Enter>");
	assert_shown("disk I/O error");
}

static void
every_size_can_be_drawn(void **state)
{
	(void)state;
	static const char *const walks[] = { "<Alt-1>", "<Alt-1> <Enter>", "l",       "<Esc> c",
					     "?",       "<Alt-2>",         "<Enter>", "<PageDown>",
					     "s",       "<Alt-6>",         "u",       ":" };
	app_paste(app, STR("news@example.com cks@cs.example.edu\n\033[31m 山田 \xff"));
	for (size_t w = 0; w < sizeof(walks) / sizeof(walks[0]); w++) {
		press(walks[w]);
		for (int rows = 1; rows < 40; rows += 1 + rows / 9) {
			for (int cols = 1; cols < 240; cols += 1 + cols / 9) {
				app_resize(app, rows, cols);
				screen();
				press("<Down> <End> <Home>");
			}
		}
		app_resize(app, 24, 80);
	}
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(quitting),
		TEST(quitting_from_a_list),
		TEST(views_are_a_stack),
		TEST(a_paste_anywhere_is_looked_for),
		TEST(a_paste_into_text_is_inserted),
		TEST(a_paste_into_a_filter_is_one_line),
		TEST(filters_scan_and_can_be_left),
		TEST(a_new_filter_replaces_the_old_one),
		TEST(an_import_names_its_files_and_asks),
		TEST(the_last_row_is_the_oldest_session),
		TEST(the_selection_survives_news),
		TEST(only_what_makes_sense_can_be_done),
		TEST(copies_are_plain_text_with_dates),
		TEST(a_search_can_be_stopped),
		TEST(errors_are_said_and_survived),
		TEST(every_size_can_be_drawn),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
