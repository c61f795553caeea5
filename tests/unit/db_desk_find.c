/* SPDX-License-Identifier: MIT */
/* The history of finds at the desk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "support_desk.h"

static struct arena arena;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
clean_up(void **state)
{
	(void)state;
	desk_file_remove();
	arena_release(&arena);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

static void
add_find(struct desk *d, const char *paste, const struct session *s, int64_t now_us)
{
	struct desk_find f = { .paste = str_from(paste), .message = STR("Refused by us.") };
	struct err e = { 0 };

	f.has_session = s != NULL;
	if (s) {
		f.session = *s;
		f.key = desk_key_of(s);
		f.candidates = 1;
		f.opened = true;
	}
	fine(desk_add_find(d, &f, now_us, &e), &e);
}

static void
finds_are_remembered_newest_first(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct desk_find *finds;
	struct err e = { 0 };
	size_t n;

	(void)state;
	add_find(d, "550 no", &s, DESK_NOW_US);
	add_find(d, "85.68.8.22", NULL, DESK_NOW_US + 1);
	add_find(d, "550 no", &s, DESK_NOW_US + 2);
	desk_change(d, &s, desk_noting("wanted"));
	fine(desk_finds(d, 9, &arena, &finds, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_text(finds[0].paste, "550 no");
	assert_text(finds[0].message, "Refused by us.");
	assert_text(finds[0].author, "cks");
	assert_int_equal(finds[0].time_us, DESK_NOW_US + 2);
	assert_int_equal(finds[0].case_status, CASE_OPEN);
	assert_true(finds[0].opened);
	assert_text(finds[0].session.sender, "a@example.com");
	assert_text(finds[0].session.recipients[0].address, "b@example.edu");
	assert_text(finds[1].paste, "85.68.8.22");
	assert_false(finds[1].has_session);
	assert_int_equal(finds[1].case_status, CASE_STATUS_COUNT);
	fine(desk_finds(d, 1, &arena, &finds, &n, &e), &e);
	assert_int_equal(n, 1);
	desk_free(d);
}

/* Candidates are brief: what a case knows of its session may be more. */
static void
a_find_takes_nothing_from_a_case(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct desk_key key = desk_key_of(&s);

	(void)state;
	desk_change(d, &s, desk_noting("wanted"));
	s.brief = true;
	s.n_recipients = 0;
	add_find(d, "550 no", &s, DESK_NOW_US);
	assert_int_equal(desk_case_now(d, &key, &arena)->session.n_recipients, 1);
	desk_free(d);
}

static void
only_the_newest_finds_of_each_author_stay(void **state)
{
	struct desk *d = desk_at("mary");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	char paste[20], id[20];

	(void)state;
	add_find(d, "of mary", NULL, DESK_NOW_US);
	desk_free(d);
	d = desk_at("cks");
	desk_change(d, &s, desk_noting("a case holds its session"));
	add_find(d, "about the case", &s, DESK_NOW_US);
	for (int i = 0; i < FINDS_KEPT; i++) {
		snprintf(paste, sizeof(paste), "paste %d", i);
		snprintf(id, sizeof(id), "1xUnZ0-%06d-19", i);
		s = desk_session(id, "a@example.com", "b@example.edu");
		add_find(d, paste, &s, DESK_NOW_US + 1 + i);
	}
	add_find(d, "the last", NULL, DESK_NOW_US + 1000);
	assert_int_equal(desk_rows("find WHERE author = 'mary'"), 1);
	assert_int_equal(desk_rows("find WHERE author = 'cks'"), FINDS_KEPT);
	/* The session of the dropped find "paste 0" is forgotten with it, that of the case is not. */
	assert_int_equal(desk_rows("session"), FINDS_KEPT);
	assert_int_equal(desk_rows("session WHERE own_id = '1xUnZw-00032s-19'"), 1);
	assert_int_equal(desk_rows("recipient"), FINDS_KEPT);
	desk_free(d);
}

static void
a_huge_paste_is_cut_and_known_again(void **state)
{
	struct desk *d = desk_at("cks");
	char *paste = xmalloc(300000);
	struct desk_find *finds;
	struct err e = { 0 };
	size_t n;

	(void)state;
	memset(paste, 'p', 299999);
	paste[299999] = '\0';
	add_find(d, paste, NULL, DESK_NOW_US);
	paste[FIND_PASTE_MAX_BYTES] = '\0';
	add_find(d, paste, NULL, DESK_NOW_US - 1);
	add_find(d, "another", NULL, DESK_NOW_US - 2);
	fine(desk_finds(d, 9, &arena, &finds, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(finds[0].paste.n, FIND_PASTE_MAX_BYTES);
	free(paste);
	desk_free(d);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, start, clean_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(finds_are_remembered_newest_first),
		DESK_TEST(a_find_takes_nothing_from_a_case),
		DESK_TEST(only_the_newest_finds_of_each_author_stay),
		DESK_TEST(a_huge_paste_is_cut_and_known_again),
	};

	return cmocka_run_group_tests(tests, NULL, leave);
}
