/* SPDX-License-Identifier: MIT */
/* model_said: half a sentence is known for what it says, and not by words that anybody uses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "model/said.h"

static size_t
match(const char *text, const char *shape)
{
	struct said t, s;

	said_init(&t, str_from(text));
	said_init(&s, str_from(shape));
	return said_match(&t, &s);
}

static void
knows_a_part_however_it_is_wrapped(void **state)
{
	const char *shape = "Rejected: this message looks too much like spam (milter id *)";

	(void)state;
	assert_true(match("message looks too much like spam", shape) > 0);
	assert_true(match("message LOOKS\n   too much\tlike \"spam\"!", shape) > 0);
	assert_true(match("they said Rejected: this message looks too much like spam, why", shape) >
		    0);
}

static void
does_not_take_a_few_words_for_a_text(void **state)
{
	(void)state;
	assert_int_equal(match("this message", "Rejected: this message looks like spam"), 0);
	assert_int_equal(match("I did not get this message looks like I never will get it at all",
			       "Rejected: this message looks like spam to the filter of ours"),
			 0);
	assert_int_equal(match("spam like message", "message like spam"), 0);
	assert_int_equal(match("", "message like spam"), 0);
	assert_int_equal(match("a * b", "* *"), 0);
}

static void
does_not_reach_over_what_changes(void **state)
{
	(void)state;
	assert_int_equal(match("mail from you was refused", "mail from * was refused"), 0);
	assert_true(match("host was refused by policy here", "mail from * was refused by policy") >
		    0);
}

static void
prefers_the_text_that_says_no_more(void **state)
{
	(void)state;
	assert_true(match("spam score too high", "spam score too high") >
		    match("spam score too high", "spam score too high for a list"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_part_however_it_is_wrapped),
		cmocka_unit_test(does_not_take_a_few_words_for_a_text),
		cmocka_unit_test(does_not_reach_over_what_changes),
		cmocka_unit_test(prefers_the_text_that_says_no_more),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
