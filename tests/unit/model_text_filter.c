/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/text_filter.h"

static struct recipient to = { .address = { "user@ours.example", 17 } };
static struct session refused = { .verdict = VERDICT_REJECTED,
				  .stage = STAGE_RCPT,
				  .direction = DIRECTION_IN,
				  .reply = { .code = 550 },
				  .sender = { "bob@DATA.example", 16 },
				  .recipients = &to,
				  .n_recipients = 1 };

static unsigned
missing(const char *words, const char *line)
{
	struct text_filter f = { 0 };
	struct arena a = { 0 };
	unsigned m;

	text_filter_add(&f, str_from(words), &a);
	m = text_filter_missing(&f, &refused);
	if (line)
		m = text_filter_missing_in_line(&f, m, str_from(line));
	arena_release(&a);
	return m;
}

static void
words_may_stand_anywhere(void **state)
{
	(void)state;
	assert_int_equal(missing("BOB ours.example", NULL), 0);
	assert_int_equal(missing("bob nobody", NULL), 2);
	assert_int_equal(missing("bob nobody", "… nobody …"), 0);
}

static void
facts_must_be_facts(void **state)
{
	(void)state;
	assert_int_equal(missing("rejected RCPT 550 in", NULL), 0);
	/* The sender's domain and the line hold the word, but the stage is another. */
	assert_int_equal(missing("data", "rejected after DATA"), 1);
	assert_int_equal(missing("451", "451 try later"), 1);
	assert_int_equal(missing("delivered", "delivered"), 1);
}

static void
times_stand_at_the_head_of_a_line(void **state)
{
	(void)state;
	assert_int_equal(missing("16:05", "2026-11-21 16:05:27 rejected"), 0);
	assert_int_equal(missing("2026-11-21", "2026-11-21 16:05:27 rejected"), 0);
	assert_int_equal(missing("16:05", "2026-11-21 16:20:34 1xUnar-00033a-2Q <= a@b.example "
					  "T=\"at 16:05:27\""),
			 1);
}

static void
words_beyond_the_maximum_are_ignored(void **state)
{
	struct text_filter f = { 0 };
	struct arena a = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		text_filter_add(&f, STR("x y"), &a);
	assert_int_equal(f.n_words, TEXT_FILTER_MAX_WORDS);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_may_stand_anywhere),
		cmocka_unit_test(facts_must_be_facts),
		cmocka_unit_test(times_stand_at_the_head_of_a_line),
		cmocka_unit_test(words_beyond_the_maximum_are_ignored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
