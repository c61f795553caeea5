/* SPDX-License-Identifier: MIT */
/* The source book knows a file by its head, and a directory by the gateway it had. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

struct visits {
	unsigned n;
	uint32_t source;
	struct source_mark mark;
};

static int
on_source(void *arg, uint32_t source, const struct source_info *known, struct err *e)
{
	struct visits *v = arg;

	(void)e;
	v->n++;
	v->source = source;
	v->mark = known->mark;
	assert_true(str_eq(known->gateway, STR("mx1")));
	assert_ptr_equal(known->format, &row_format);
	return 0;
}

static unsigned
matches(struct store *st, const char *head, struct visits *v)
{
	struct source_book *book = store_book(st);
	struct err e = { 0 };

	*v = (struct visits){ 0 };
	int n = book->ops->match(book, str_from(head), on_source, v, &e);
	assert_int_equal(n, v->n);
	return v->n;
}

static void
sources_are_known_by_their_head(void **state)
{
	struct visits v;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "1 I - - - -\n2 I - - - -\n");
	for (int again = 0; again < 2; again++) {
		assert_int_equal(matches(st, "1 I - - - -\n2 I - - - -\n", &v), 1);
		assert_int_equal(v.source, source);
		assert_int_equal(v.mark.lines, 2);
		assert_int_equal(matches(st, "1 I - - - -\n2 I - - - -\n3 I - - - -\n", &v), 1);
		/* Shorter than what is known of it: the stored text decides. */
		assert_int_equal(matches(st, "1 I - - - -\n", &v), 1);
		assert_int_equal(matches(st, "1 I - - - +\n", &v), 0);
		assert_int_equal(matches(st, "9 I - - - -\n2 I - - - -\n", &v), 0);
		assert_int_equal(matches(st, "", &v), 0);
		index_commit(st);
		store_close(st);
		st = index_open(STORE_WRITE);
	}
	store_close(st);
	index_remove();
}

static void
directories_keep_their_gateway(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct str name;

	(void)state;
	for (int again = 0; again < 2; again++) {
		struct store *st = index_open(STORE_WRITE);
		struct source_book *book = store_book(st);
		struct str dir = STR("/var/log/exim4");
		assert_int_equal(book->ops->gateway_of(book, dir, &a, &name, &e), 0);
		assert_true(str_eq(name, again ? STR("mx9") : STR("")));
		assert_int_equal(book->ops->remember_gateway(book, dir, STR("mx9"), &e), 0);
		index_commit(st);
		store_close(st);
	}
	index_remove();
	arena_release(&a);
}

static int
clean_up(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sources_are_known_by_their_head),
		cmocka_unit_test(directories_keep_their_gateway),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
