/* SPDX-License-Identifier: MIT */
/* The desk in the console: cases are written and shown, finds are remembered when they should be. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/desk_local.h"
#include "support_files.h"
#include "support_tui_console.h"
#include "support_tui_desk.h"
#include "support_tui_finder.h"
#include "tui/view.h"

#define ID "1xUnZw-00032s-19"

static struct desk *desk;
static struct arena arena;

static void
open_with(struct desk *take_desk, struct fake_store *f, bool no_history)
{
	struct app_services services = fake_services(f);

	desk = take_desk;
	services.desk = desk;
	services.no_history = no_history;
	console_open(f, &services);
	arena_init(&arena);
}

static int
open_empty(void **state)
{
	(void)state;
	open_with(fake_desk_empty(), fake_store_new(0), false);
	return 0;
}

static int
open_used(void **state)
{
	struct fake_store *f = fake_store_new(0);

	(void)state;
	open_with(fake_desk_new(f), f, false);
	return 0;
}

static int
open_without_history(void **state)
{
	(void)state;
	open_with(fake_desk_empty(), fake_store_new(0), true);
	return 0;
}

static int
open_read_only(void **state)
{
	struct fake_store *f = fake_store_new(0);

	(void)state;
	desk_free(fake_desk_new(f));
	open_with(desk_new(files_path("desk.db"), STR("cks"), true), f, false);
	return 0;
}

static int
open_broken(void **state)
{
	const char *path = files_write("desk.db", STR("This is a text, and no database at all."));

	(void)state;
	open_with(desk_new(path, STR("cks"), false), fake_store_new(0), false);
	return 0;
}

static int
close_all(void **state)
{
	(void)state;
	console_close();
	desk_free(desk);
	arena_release(&arena);
	files_remove_all();
	return 0;
}

static struct desk_find *
finds(size_t *n)
{
	struct desk_find *list;

	assert_int_equal(desk_finds(desk, 99, &arena, &list, n, NULL), 0);
	return list;
}

static size_t
finds_kept(void)
{
	size_t n;

	finds(&n);
	return n;
}

static struct desk_case *
only_case(void)
{
	struct case_query all = { .status = CASE_STATUS_COUNT, .most = 9 };
	struct desk_case *list;
	size_t n;

	assert_int_equal(desk_cases(desk, &all, &arena, &list, &n, NULL), 0);
	assert_int_equal(n, 1);
	return list;
}

/* --- cases ---------------------------------------------------------------------------------- */

static void
a_note_opens_a_case(void **state)
{
	(void)state;
	type(ID);
	press("<Enter> n");
	assert_shown("note:");
	type("user says wanted");
	press("<Enter>");
	assert_shown("Case c1 opened: noted");
	assert_shown("case c1 open: user says wanted");
	struct desk_case *c = only_case();
	assert_true(str_eq(c->last_note, STR("user says wanted")));
	assert_true(str_eq(c->author, STR("cks")));
	assert_true(str_eq(c->key.id, STR(ID)));
	assert_int_equal(c->session.n_recipients, 2);
	/* The session tells of it, also in the list of all. */
	press("<Enter>");
	assert_shown("case c1 open");
	assert_shown("user says wanted");
}

static void
nothing_noted_is_no_note(void **state)
{
	struct case_query all = { .status = CASE_STATUS_COUNT, .most = 9 };
	struct desk_case *list;
	size_t n;

	(void)state;
	type(ID);
	press("<Enter> n <Enter>");
	press("n");
	type("   ");
	press("<Enter> n");
	type("no");
	press("<Esc>");
	assert_int_equal(desk_cases(desk, &all, &arena, &list, &n, NULL), 0);
	assert_int_equal(n, 0);
}

static void
fields_are_asked_for_with_what_they_are(void **state)
{
	(void)state;
	type(ID);
	press("<Enter> <Enter> w");
	assert_shown("who asked: jdoe");
	press("<Ctrl-U>");
	type("boss");
	press("<Enter> W");
	type("PMX too strict");
	press("<Enter>");
	assert_shown("c1 waiting, asked by boss");
	assert_shown("PMX too strict");
	press("N");
	assert_shown("case c1 closed");
	press("N");
	assert_shown("case c1 open");
	assert_true(str_eq(only_case()->cause, STR("PMX too strict")));
}

static void
what_was_typed_for_a_busy_desk_is_no_command(void **state)
{
	sqlite3 *other;

	(void)state;
	type(ID);
	press("<Enter> n");
	type("first");
	press("<Enter> n");
	type("second");
	sqlite3_busy_timeout(desk->q.db, 0);
	assert_int_equal(sqlite3_open(desk_path(desk), &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(app_take_request(app), APP_REQUEST_NONE);
	press("<Enter>");
	app_resize(app, 24, 300); /* where the name of the file is long, too */
	assert_shown("another program is using the desk");
	assert_int_equal(app_take_request(app), APP_REQUEST_DROP_TYPED);
	sqlite3_close(other);
	assert_true(str_eq(only_case()->last_note, STR("first")));
}

static void
the_list_of_sessions_can_note_too(void **state)
{
	(void)state;
	press("<Alt-2> n");
	type("seen in the list");
	press("<Enter>");
	assert_shown("Case c1 opened: noted");
	press("<Enter>");
	assert_shown("seen in the list");
}

/* While one writes, logs go on: the session is merged, and a newer one comes to stand above it. */
static void
a_note_stays_with_its_session_while_the_list_changes(void **state)
{
	(void)state;
	press("<Alt-2> j n");
	type("about ");
	fake_store_merge(store, 1);
	fake_store_arrive(store);
	app_desk_changed(app);
	while (app_tick(app) || app_busy(app))
		;
	type("this one");
	press("<Enter>");
	assert_shown("Case c1 opened: noted");
	press("<Enter>");
	assert_shown("about this one");
	struct desk_key key;
	struct desk_case *c;
	assert_int_equal(
		store_desk_key((struct store *)store, &store->sessions[2], &arena, &key, NULL), 0);
	assert_int_equal(desk_case_of(desk, &key, &arena, &c, NULL), 0);
	assert_non_null(c);
}

static void
cases_of_the_sender_come_up_again(void **state)
{
	struct session other = *fake_session(store, ID);
	struct case_edit edit = { .status = CASE_CLOSED, .cause = STR("newsletter, let be") };
	struct desk_key key = { .gateway = STR("mx1"), .id = STR("1xUnZw-00032s-99") };
	uint64_t number;

	(void)state;
	assert_int_equal(desk_edit(desk, &key, &other, &edit, FAKE_NOW_US, &number, NULL), 0);
	type(ID);
	press("<Enter>");
	assert_shown("sender's case c1 closed: newsletter, let be");
	press("<Enter>");
	assert_shown("1 case of this sender");
	press("<End>");
	assert_shown("same sender and recipient");
}

static void
a_read_only_desk_is_shown_and_not_written(void **state)
{
	(void)state;
	assert_shown("Lately");
	type(ID);
	press("<Enter>");
	assert_shown("case c1 waiting: user says wanted");
	press("n");
	assert_shown("Cases cannot be written: started with --read-only");
	press("<Enter> <Esc> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 2);
}

static void
a_broken_desk_hides_nothing(void **state)
{
	(void)state;
	press("<Alt-1>");
	type(ID);
	press("<Enter>");
	assert_shown("DATA 550");
	press("<Enter>");
	press("<PageDown>");
	assert_shown("not a Postern desk");
	press("n");
	assert_shown("not a Postern desk");
}

static void
hostile_notes_cannot_drive_the_terminal(void **state)
{
	const struct session *s = fake_session(store, ID);
	struct case_edit edit = CASE_EDIT_NONE;
	struct desk_key key;
	uint64_t number;

	(void)state;
	desk_key_make(s, NULL, 0, &key);
	edit.note = edit.cause = edit.asked_by = STR("\x1b]0;owned\x07 \xff\xc2\x9b 2J\r\n\tend");
	assert_int_equal(desk_edit(desk, &key, s, &edit, FAKE_NOW_US, &number, NULL), 0);
	type(ID);
	press("<Enter>");
	assert_shown("case c1 open: ");
	for (const char *p = screen(); *p; p++)
		assert_true((unsigned char)*p >= ' ' || *p == '\n');
	press("<Enter> <End>");
	assert_shown("end");
	for (const char *p = screen(); *p; p++)
		assert_true((unsigned char)*p >= ' ' || *p == '\n');
	assert_hidden("\xc2\x9b");
}

/* A case of a session that no log here speaks of. */
static void
add_strange_case(void)
{
	struct session s = *fake_session(store, ID);
	struct case_edit edit = { .status = CASE_CLOSED,
				  .asked_by = STR("mary"),
				  .note = STR("mary phoned about the conference") };
	struct desk_key key = { .gateway = STR("mx9"), .id = STR("1xUnZw-00032s-99") };
	uint64_t number;

	s.gateway_name = STR("mx9");
	assert_int_equal(desk_edit(desk, &key, &s, &edit, FAKE_NOW_US, &number, NULL), 0);
}

static void
cases_are_found_again_by_status_and_words(void **state)
{
	(void)state;
	add_strange_case();
	press("<Ctrl-R> :");
	type("cases");
	press("<Enter>");
	assert_shown("2 cases");
	assert_shown("user says");
	press("/");
	type("CONFERENCE mary");
	press("<Enter>");
	assert_shown("1 case");
	assert_hidden("user says");
	press("/");
	type("waiting");
	press("<Enter>");
	assert_shown("user says");
	assert_hidden("mary phoned");
	press("/");
	type("waiting conference");
	press("<Enter>");
	assert_shown("No case is like that");
	press("<Esc>");
	assert_shown("2 cases");
	press("<Esc>");
	assert_shown("Lately");
}

static void
a_case_opens_its_session_or_what_the_desk_knows(void **state)
{
	(void)state;
	add_strange_case();
	press("<Alt-c>");
	press("<Enter>"); /* the newest: of the session that is not there */
	assert_shown("this is what the desk knows");
	assert_shown("Case c2");
	assert_shown("news@example.com");
	assert_shown("mary phoned about the conference");
	press("N n");
	type("all is well");
	press("<Enter>");
	assert_shown("Case c2: noted");
	assert_shown("c2 open, asked by mary");
	assert_shown("all is well");
	press("<Esc> j <Enter>");
	assert_shown("What happened");
	assert_shown("user says wanted");
	press("C"); /* the sender's, both */
	assert_shown("2 cases");
	press("/ <Ctrl-U>");
	type("nobody@");
	press("<Enter> <Esc> <Esc>");
	assert_shown("What happened");
}

/* --- finds ---------------------------------------------------------------------------------- */

static void
opening_a_session_remembers_the_find(void **state)
{
	size_t n;

	(void)state;
	type(ID);
	press("<Enter>");
	assert_int_equal(finds_kept(), 0);
	press("<Enter>");
	struct desk_find *f = finds(&n);
	assert_int_equal(n, 1);
	assert_true(f->opened && f->has_session);
	assert_true(str_eq(f->paste, STR(ID)));
	assert_true(str_eq(f->key.id, STR(ID)));
	assert_int_equal(f->time_us, FAKE_NOW_US);
	press("<Esc> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 1);
	assert_true(finds(&n)->opened);
	assert_shown("Lately");
}

static void
leaving_a_result_remembers_it_once(void **state)
{
	size_t n;

	(void)state;
	type(ID);
	press("<Enter> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 1);
	assert_false(finds(&n)->opened);
	type(ID);
	press("<Enter> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 1);
	/* Typing is no search, and what says nothing is not worth remembering. */
	type("hello there");
	assert_int_equal(finds_kept(), 1);
	press("<Enter> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 1);
}

static void
a_past_find_is_run_again(void **state)
{
	(void)state;
	assert_shown("85.68.8.22");
	press("<Up>");
	assert_shown("find again");
	press("j k <Enter>");
	assert_shown("milter id " ID);
	assert_shown("DATA 550");
	press("<Tab> <Ctrl-U> <Ctrl-R> <Esc>");
	type("x");
	assert_shown("Press Enter to search");
}

/* Several sessions fit, and the ID leads astray. */
static void
a_past_find_knows_what_was_set_aside_and_chosen(void **state)
{
	size_t n;

	(void)state;
	type("1cprW8-0003yO-H3 from news@example.com to cks@cs.example.edu");
	press("<Enter> c x <Esc>");
	assert_shown("1 set aside");
	press("j <Enter>");
	struct desk_find *f = finds(&n);
	assert_int_equal(n, 1);
	assert_true(f->opened && f->aside.n > 0);
	struct desk_key chosen = f->key;
	press("<Esc> <Tab> <Ctrl-U> <Ctrl-R> <Enter>");
	assert_shown("1 set aside");
	/* Looked at once more and left: the choice stays. */
	press("<Tab> <Ctrl-U>");
	f = finds(&n);
	assert_int_equal(n, 1);
	assert_true(f->opened && desk_key_same(&f->key, &chosen));
	press("<Ctrl-R> <Enter> k <Enter>");
	assert_false(desk_key_same(&finds(&n)->key, &chosen));
}

static void
a_slip_of_the_keys_is_no_find(void **state)
{
	(void)state;
	type("1cprW8-0003yO-H3");
	press("<Enter>");
	assert_shown("1 clue");
	press("<Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 0);
	app_paste(app, STR("1cprW8-0003yO-H3"));
	press("<Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 1);
}

/* Esc leaves a session, then it has nowhere to go: a letter after it is a command still. */
static void
esc_does_not_lead_into_the_field(void **state)
{
	(void)state;
	type(ID);
	press("<Enter> <Enter> <Esc> <Esc>");
	assert_shown("Tab edits the paste");
	press("<Left> <Backspace> ?");
	assert_shown("Help");
	assert_true(press("q"));
	assert_shown("DATA 550");
	assert_false(press("<Esc> q"));
	assert_int_equal(finds_kept(), 1);
}

static void
history_can_be_switched_off(void **state)
{
	(void)state;
	type(ID);
	press("<Enter> <Enter> <Esc> <Tab> <Ctrl-U>");
	assert_int_equal(finds_kept(), 0);
	assert_hidden("Lately");
	press("<Ctrl-R>");
	assert_shown("Nothing was looked for lately");
}

#define CONSOLE_TEST(name, open) cmocka_unit_test_setup_teardown(name, open, close_all)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		CONSOLE_TEST(a_note_opens_a_case, open_empty),
		CONSOLE_TEST(nothing_noted_is_no_note, open_empty),
		CONSOLE_TEST(fields_are_asked_for_with_what_they_are, open_used),
		CONSOLE_TEST(what_was_typed_for_a_busy_desk_is_no_command, open_empty),
		CONSOLE_TEST(the_list_of_sessions_can_note_too, open_empty),
		CONSOLE_TEST(a_note_stays_with_its_session_while_the_list_changes, open_empty),
		CONSOLE_TEST(cases_of_the_sender_come_up_again, open_empty),
		CONSOLE_TEST(cases_are_found_again_by_status_and_words, open_used),
		CONSOLE_TEST(a_case_opens_its_session_or_what_the_desk_knows, open_used),
		CONSOLE_TEST(a_read_only_desk_is_shown_and_not_written, open_read_only),
		CONSOLE_TEST(a_broken_desk_hides_nothing, open_broken),
		CONSOLE_TEST(hostile_notes_cannot_drive_the_terminal, open_empty),
		CONSOLE_TEST(opening_a_session_remembers_the_find, open_empty),
		CONSOLE_TEST(leaving_a_result_remembers_it_once, open_empty),
		CONSOLE_TEST(a_past_find_is_run_again, open_used),
		CONSOLE_TEST(a_past_find_knows_what_was_set_aside_and_chosen, open_empty),
		CONSOLE_TEST(a_slip_of_the_keys_is_no_find, open_empty),
		CONSOLE_TEST(esc_does_not_lead_into_the_field, open_empty),
		CONSOLE_TEST(history_can_be_switched_off, open_without_history),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
