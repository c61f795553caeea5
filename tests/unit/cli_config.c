/* SPDX-License-Identifier: MIT */
/* postern.conf: what is read of it, and that what is written reads the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cli/config.h"

static void
history_is_kept_unless_it_says_no(void **state)
{
	static const struct {
		const char *text;
		bool no_history;
	} cases[] = {
		{ "", false },
		{ "domains = { \"example.edu\" }\n", false },
		{ "history = yes\n", false },
		{ "history = no\n", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config c = { 0 };
		struct arena a = { 0 };
		struct err e = { 0 };

		assert_int_equal(config_parse(str_from(cases[i].text), &c, &a, &e), 0);
		assert_int_equal(c.no_history, cases[i].no_history);
		arena_release(&a);
	}
}

static void
what_is_written_reads_the_same(void **state)
{
	struct config c = { .no_history = true, .timezone = STR("Europe/Athens") };
	struct config again = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct strbuf text;

	(void)state;
	strbuf_init(&text, STRBUF_NO_MAX);
	config_add(&c.ours.domains, &c.ours.n_domains, STR("quote\"d.example"), &a);
	config_write(&c, &text);
	assert_int_equal(config_parse(strbuf_str(&text), &again, &a, &e), 0);
	assert_true(again.no_history);
	assert_true(str_eq(again.timezone, c.timezone));
	assert_int_equal(again.ours.n_domains, 1);
	assert_true(str_eq(again.ours.domains[0], c.ours.domains[0]));
	strbuf_release(&text);
	arena_release(&a);
}

static void
an_answer_that_is_neither_is_named(void **state)
{
	struct config c = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(config_parse(STR("history = perhaps\n"), &c, &a, &e), -1);
	assert_int_equal(e.code, ERR_FORMAT);
	assert_non_null(strstr(e.text, "line 1"));
	assert_non_null(strstr(e.text, "history"));
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(history_is_kept_unless_it_says_no),
		cmocka_unit_test(what_is_written_reads_the_same),
		cmocka_unit_test(an_answer_that_is_neither_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
