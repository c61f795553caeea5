/* SPDX-License-Identifier: MIT */
/* tui_list: columns give way by priority, the selection stays in sight. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/list.h"

static const struct list_column columns[] = {
	{ "when", 15, 15, 0, LIST_RIGHT },  { "age", 6, 6, 6, LIST_RIGHT },
	{ "peer", 14, 22, 2, LIST_MIDDLE }, { "from", 15, 26, 0, LIST_MIDDLE },
	{ "at", 9, 12, 1, LIST_LEFT },
};
enum { COLUMNS = 5 };

static int
right_edge(const struct list_layout *l)
{
	int edge = 0;
	for (int i = 0; i < l->n; i++)
		if (l->width[i] > 0)
			edge = l->col[i] + l->width[i];
	return edge;
}

static void
columns_fit_and_do_not_overlap(void **state)
{
	(void)state;
	for (int cells = 32; cells < 300; cells++) {
		struct list_layout l;
		list_columns(columns, COLUMNS, 3, cells, &l);
		int next = 3;
		for (int i = 0; i < COLUMNS; i++) {
			if (l.width[i] == 0)
				continue;
			assert_true(l.width[i] >= columns[i].min);
			assert_int_equal(l.col[i], next);
			next = l.col[i] + l.width[i] + LIST_GAP;
		}
		assert_true(right_edge(&l) <= 3 + cells);
	}
}

static void
columns_go_by_priority(void **state)
{
	(void)state;
	struct list_layout l;
	list_columns(columns, COLUMNS, 0, 200, &l);
	assert_true(l.width[0] && l.width[1] && l.width[2] && l.width[3] && l.width[4]);
	list_columns(columns, COLUMNS, 0, 80, &l); /* a luxury goes before others are squeezed */
	assert_true(l.width[0] && !l.width[1] && l.width[2] && l.width[3] && l.width[4]);
	list_columns(columns, COLUMNS, 0, 50, &l);
	assert_true(l.width[0] && !l.width[2] && l.width[3] && l.width[4]);
	list_columns(columns, COLUMNS, 0, 35, &l);
	assert_true(l.width[0] && l.width[3] && !l.width[4]);
	list_columns(columns, COLUMNS, 0, 5, &l); /* those of priority 0 stay, and are clipped */
	assert_true(l.width[0] && l.width[3]);
}

static void
a_wider_screen_never_shows_less(void **state)
{
	(void)state;
	int before = 0;
	for (int cells = 32; cells < 300; cells++) {
		struct list_layout l;
		int shown = 0;
		list_columns(columns, COLUMNS, 0, cells, &l);
		for (int i = 0; i < COLUMNS; i++)
			shown += l.width[i] > 0;
		assert_true(shown >= before);
		before = shown;
	}
}

static void
selection_stays_in_sight(void **state)
{
	(void)state;
	struct list l = { 0 };
	list_layout(&l, 10);
	list_set_count(&l, 100);
	static const enum action walk[] = {
		ACTION_DOWN,  ACTION_PAGE_DOWN, ACTION_PAGE_DOWN, ACTION_UP,
		ACTION_LAST,  ACTION_DOWN,      ACTION_PAGE_DOWN, ACTION_PAGE_UP,
		ACTION_FIRST, ACTION_UP,        ACTION_PAGE_UP,   ACTION_LAST,
	};
	for (size_t i = 0; i < sizeof(walk) / sizeof(walk[0]); i++) {
		assert_true(list_act(&l, walk[i]));
		assert_true(l.selected < l.n);
		assert_true(l.selected >= l.top && l.selected < l.top + l.visible);
		assert_true(l.top + l.visible <= l.n);
	}
	assert_int_equal(l.selected, 99);
	list_set_count(&l, 4);
	assert_int_equal(l.selected, 3);
	assert_int_equal(l.top, 0);
	list_set_count(&l, 0);
	assert_int_equal(l.selected, 0);
	assert_true(list_act(&l, ACTION_DOWN));
	assert_int_equal(l.selected, 0);
	assert_false(list_act(&l, ACTION_OPEN));
}

static void
a_small_move_scrolls_by_one(void **state)
{
	(void)state;
	struct list l = { 0 };
	list_layout(&l, 5);
	list_set_count(&l, 50);
	for (int i = 0; i < 5; i++)
		list_act(&l, ACTION_DOWN);
	assert_int_equal(l.top, 1);
	list_act(&l, ACTION_UP);
	assert_int_equal(l.top, 1);
	list_layout(&l, 3); /* a smaller window keeps the selected row */
	assert_true(l.selected >= l.top && l.selected < l.top + 3);
}

static void
scrolling_stops_at_both_ends(void **state)
{
	(void)state;
	struct scroll s = { 0 };
	scroll_layout(&s, 10, 25);
	scroll_act(&s, ACTION_UP);
	assert_int_equal(s.top, 0);
	scroll_act(&s, ACTION_LAST);
	assert_int_equal(s.top, 15);
	scroll_act(&s, ACTION_PAGE_UP);
	assert_int_equal(s.top, 6);
	scroll_layout(&s, 10, 4);
	assert_int_equal(s.top, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(columns_fit_and_do_not_overlap),
		cmocka_unit_test(columns_go_by_priority),
		cmocka_unit_test(a_wider_screen_never_shows_less),
		cmocka_unit_test(selection_stays_in_sight),
		cmocka_unit_test(a_small_move_scrolls_by_one),
		cmocka_unit_test(scrolling_stops_at_both_ends),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
