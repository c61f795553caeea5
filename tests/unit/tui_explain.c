/* SPDX-License-Identifier: MIT */
/*
 * tui_explain: the two texts of a session in the console: who they speak of, changing, keeping them
 * on a real desk and finding them again, and what is said before something is lost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support_tui_console.h"
#include "tests/unit/support_files.h"
#include "tui/explain_texts.h"

static struct desk *desk;

static void
open_console(bool with_desk)
{
	struct fake_store *f = fake_store_new(20);
	struct app_services services = fake_services(f);
	services.desk = with_desk ? desk : NULL;
	console_open(f, &services);
	app_resize(app, 40, 200);
}

static int
setup(void **state)
{
	(void)state;
	unlink(files_path("desk.db"));
	desk = desk_new(files_path("desk.db"), STR("cks"), false);
	open_console(true);
	press("<Alt-2> <Enter> e");
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	console_close();
	desk_free(desk);
	return 0;
}

static void
both_texts_stand_side_by_side_where_there_is_room(void **state)
{
	(void)state;
	assert_shown("To the local user");
	assert_shown("To the postmaster");
	app_resize(app, 24, 80);
	assert_hidden("To the postmaster");
	press("<Tab>");
	assert_shown("To the postmaster");
	assert_hidden("To the local user");
}

static void
a_kept_text_is_shown_again_with_its_author(void **state)
{
	(void)state;
	press("<Enter>");
	type("Dear user! ");
	assert_shown("changed, not kept yet");
	press("<Esc> <Ctrl-S>");
	assert_shown("Kept with case c1");
	assert_shown("by cks");
	press("<Esc>");
	assert_hidden("To the local user");
	press("e");
	assert_shown("Dear user!");
	press("o");
	assert_hidden("Dear user!");
	assert_shown("in Postern's words");
	press("o");
	assert_shown("Dear user!");
	console_close();
	open_console(true);
	press("<Alt-2> <Enter> e");
	assert_shown("Dear user!");
}

static void
what_was_changed_is_not_lost_without_a_word(void **state)
{
	(void)state;
	press("<Enter>");
	type("x");
	press("<Esc> <Esc>");
	assert_shown("is not kept");
	assert_shown("To the local user");
	assert_true(press("q"));
	assert_shown("is not kept");
	press("<Esc> <Esc>");
	assert_hidden("To the local user");
	press("e");
	assert_hidden("changed, not kept yet");
}

static void
an_import_behind_it_changes_nothing_that_was_written(void **state)
{
	(void)state;
	press("<Enter>");
	type("Mine. ");
	fake_store_arrive(store);
	press("<Esc> <Ctrl-L>");
	assert_shown("Mine. ");
	assert_shown("changed, not kept yet");
}

static void
an_index_that_cannot_be_read_is_not_an_index_without_the_session(void **state)
{
	(void)state;
	store->failing = true;
	press("<Ctrl-L>");
	assert_hidden("not in the index now");
	assert_shown("disk I/O error");
	store->failing = false;
	press("<Ctrl-L>");
	assert_shown("To the local user");
	assert_shown("in Postern's words");
}

static void
behind_one_who_is_not_of_the_list_comes_the_first(void **state)
{
	struct recipient two[] = { { .address = STR("a@x.example") },
				   { .address = STR("b@x.example") } };
	const struct session session = { .recipients = two, .n_recipients = 2 };
	struct explain_texts t = { .session = &session, .recipient = STR("c@x.example") };

	(void)state;
	assert_true(str_eq(explain_texts_next(&t), two[0].address));
	t.recipient = two[0].address;
	assert_true(str_eq(explain_texts_next(&t), two[1].address));
	t.recipient = two[1].address;
	assert_true(str_eq(explain_texts_next(&t), two[0].address));
}

static void
a_paste_goes_where_one_writes(void **state)
{
	(void)state;
	press("<Enter>");
	app_paste(app, STR("pasted here "));
	assert_shown("pasted here");
	assert_shown("To the local user");
}

static void
the_next_recipient_gets_no_text_that_was_kept_for_another(void **state)
{
	(void)state;
	assert_shown("for cks@cs.example.edu, one of 2");
	press("<Enter>");
	type("For cks only. ");
	press("<Esc> <Ctrl-S> r");
	assert_hidden("for cks@cs.example.edu");
	assert_hidden("For cks only.");
	press("r");
	assert_shown("for cks@cs.example.edu, one of 2");
	assert_shown("For cks only.");
	/* A text for the other one is not the first that is shown. */
	press("r <Enter>");
	type("For the other only. ");
	press("<Esc> <Ctrl-S> <Esc> e");
	assert_shown("for cks@cs.example.edu, one of 2");
	assert_shown("For cks only.");
	assert_hidden("For the other only.");
}

static void
a_text_is_written_to_a_new_private_file_only(void **state)
{
	struct arena a = { 0 };
	struct stat st;
	const char *path = files_path("letter.txt");

	(void)state;
	press("<Tab> w");
	type(path);
	press("<Enter>");
	assert_shown("Written to");
	assert_true(str_starts(files_read(path, &a), STR("Hello,")));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	press("w");
	type(path);
	press("<Enter>");
	assert_shown("File exists");
	arena_release(&a);
}

static void
without_a_desk_the_texts_are_there_all_the_same(void **state)
{
	(void)state;
	console_close();
	open_console(false);
	press("<Alt-2> <Enter> e <Ctrl-S>");
	assert_shown("To the local user");
	assert_shown("there is no desk");
}

static void
find_asks_for_the_recipient_of_the_paste(void **state)
{
	(void)state;
	app_paste(app, STR("news@example.com to jdoe@cs.example.edu 85.68.8.22 1xUnZw-00032s-19"));
	press("<F12> e");
	assert_shown("for jdoe@cs.example.edu");
}

static void
a_story_found_by_its_addresses_is_explained_for_its_recipient(void **state)
{
	(void)state;
	press("<Esc> <Esc> <Alt-1> <Tab>");
	type("news@example.com");
	press("<Tab>");
	type("jdoe@cs.example.edu");
	press("<Enter>");
	assert_shown("Trace");
	press("e");
	assert_shown("To the local user");
	assert_shown("for jdoe@cs.example.edu");
	press("<Esc>");
	assert_shown("Trace");
}

static void
another_attempt_of_the_story_is_explained_from_its_row(void **state)
{
	(void)state;
	press("<Esc> <Tab> k e");
	assert_shown("To the local user");
	assert_hidden("1xUnZw-00032s-19"); /* that is the session the row was reached from */
	press("<Esc> <BackTab> e");
	assert_shown("1xUnZw-00032s-19");
}

int
main(void)
{
#define IN_CONSOLE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
	const struct CMUnitTest tests[] = {
		IN_CONSOLE(both_texts_stand_side_by_side_where_there_is_room),
		IN_CONSOLE(a_kept_text_is_shown_again_with_its_author),
		IN_CONSOLE(what_was_changed_is_not_lost_without_a_word),
		IN_CONSOLE(an_import_behind_it_changes_nothing_that_was_written),
		IN_CONSOLE(an_index_that_cannot_be_read_is_not_an_index_without_the_session),
		cmocka_unit_test(behind_one_who_is_not_of_the_list_comes_the_first),
		IN_CONSOLE(a_paste_goes_where_one_writes),
		IN_CONSOLE(the_next_recipient_gets_no_text_that_was_kept_for_another),
		IN_CONSOLE(a_text_is_written_to_a_new_private_file_only),
		IN_CONSOLE(without_a_desk_the_texts_are_there_all_the_same),
		IN_CONSOLE(find_asks_for_the_recipient_of_the_paste),
		IN_CONSOLE(a_story_found_by_its_addresses_is_explained_for_its_recipient),
		IN_CONSOLE(another_attempt_of_the_story_is_explained_from_its_row),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	files_remove_all();
	return failed;
}
