/* SPDX-License-Identifier: MIT */
/* The digest is the same whatever the order, the cuts and the threads; roles count a line once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

struct part {
	const char *gateway;
	enum log_role role;
	const char *text;
};

static struct str
digest_of(const struct part *parts, const size_t *order, size_t n, bool commits, struct arena *a)
{
	struct store *st = index_open(STORE_WRITE);

	for (size_t i = 0; i < n; i++) {
		const struct part *p = &parts[order[i]];
		index_import(st, p->gateway, p->role, p->text);
		if (commits) {
			index_commit(st);
			store_close(st);
			st = index_open(STORE_WRITE);
		}
	}
	index_commit(st);
	index_is_sound(st);
	struct str digest = index_digest(st, a);
	store_close(st);
	index_remove();
	return digest;
}

static void
the_digest_knows_no_order(void **state)
{
	static const struct part parts[] = {
		{ "mx1", LOG_ROLE_MAIN, "100 A id1 192.0.2.1 a@x b@y\n102 F id1 - - -\njunk\n" },
		{ "mx1", LOG_ROLE_MAIN, "101 D id1 - - b@y\n7 R - 192.0.2.7 q@x z@y\njunk\n" },
		{ "mx2", LOG_ROLE_MAIN, "100 A id1 192.0.2.1 a@x b@y\n" },
		{ "mx1", LOG_ROLE_REJECT, "7 R - 192.0.2.7 q@x z@y\nonly here\n" },
	};
	static const size_t orders[][4] = {
		{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 1, 3, 0, 2 }, { 2, 0, 3, 1 }
	};
	struct arena a = { 0 };

	(void)state;
	struct str first = digest_of(parts, orders[0], 4, false, &a);
	for (size_t i = 0; i < 4; i++)
		for (int commits = 0; commits < 2; commits++)
			assert_true(str_eq(first, digest_of(parts, orders[i], 4, commits, &a)));
	assert_false(str_eq(first, digest_of(parts, orders[0], 3, false, &a)));
	arena_release(&a);
}

/* A large import works in three threads, small ones in none. */
static void
threads_change_nothing(void **state)
{
	enum { LINES = 40000 };
	struct arena a = { 0 };
	struct str digest[2];

	(void)state;
	for (int cut = 0; cut < 2; cut++) {
		struct store *st = index_open(STORE_WRITE);
		uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
		for (unsigned i = 0; i < LINES; i++) {
			char line[160];
			unsigned id = i % 5 == 4 ? i - 2000 - i % 7 * 5 : i;
			snprintf(line, sizeof(line),
				 "%u %c id%u 192.0.2.%u s%u@x.example "
				 "r%u@y.example\n",
				 i, i % 5 == 4 ? 'D' : 'A', id, i % 200, i % 900, i % 40);
			index_continue(st, source, line);
			if (cut && i % 700 == 0)
				index_commit(st);
		}
		index_commit(st);
		index_is_sound(st);
		digest[cut] = index_digest(st, &a);
		store_close(st);
		index_remove();
	}
	assert_true(str_eq(digest[0], digest[1]));
	arena_release(&a);
}

static void
lines_in_several_roles_count_once(void **state)
{
	static const struct part thrice = { "mx1", LOG_ROLE_MAIN, "x\nx\ny\nx\n" };
	static const struct part twice = { "mx1", LOG_ROLE_REJECT, "x\ny\nx\n" };
	static const struct part more = { "mx1", LOG_ROLE_REJECT, "y\ny\nx\n" };
	static const struct part alone[] = { { "mx1", LOG_ROLE_MAIN, "x\nx\nx\ny\ny\n" } };
	struct part parts[2] = { thrice, twice };
	const size_t order[] = { 0, 1 };
	struct arena a = { 0 };

	(void)state;
	assert_true(str_eq(digest_of(parts, order, 1, false, &a),
			   digest_of(parts, order, 2, false, &a)));
	/* The rejectlog has one y more than the mainlog. */
	parts[1] = more;
	assert_true(str_eq(digest_of(alone, order, 1, false, &a),
			   digest_of(parts, order, 2, false, &a)));
	/* Within one role all count. */
	parts[1].role = LOG_ROLE_PANIC;
	assert_false(str_eq(digest_of(alone, order, 1, false, &a),
			    digest_of(parts, order, 2, false, &a)));
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
		cmocka_unit_test(the_digest_knows_no_order),
		cmocka_unit_test(threads_change_nothing),
		cmocka_unit_test(lines_in_several_roles_count_once),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
