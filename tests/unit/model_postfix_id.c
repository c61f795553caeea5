/* SPDX-License-Identifier: MIT */
/* Times in Postfix's long queue IDs, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "model/postfix_id.h"

static void
a_long_id_holds_its_moment(void **state)
{
	int64_t us;

	(void)state;
	assert_true(postfix_id_time(STR("48rT2v1hQrz1J0N"), &us)); /* FORMATS §2.2 */
	assert_int_equal(us, INT64_C(1585563559239140));
}

static void
short_ids_and_words_hold_none(void **state)
{
	static const char *const none[] = { "",
					    "4CE7C566208",
					    "z",
					    "zzzzzzzzzz",
					    "warningzz",
					    "48rT2v1hQrz",
					    "0000000000z1",
					    "48rT2v1hQrz1J0N48rT2v1hQrz1J0N" };
	int64_t us;

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_false(postfix_id_time(str_from(none[i]), &us));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_long_id_holds_its_moment),
		cmocka_unit_test(short_ids_and_words_hold_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
