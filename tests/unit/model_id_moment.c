/* SPDX-License-Identifier: MIT */
/* The moments inside identifiers of three issuers, and what holds none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/civil.h"
#include "model/id_moment.h"

static void
each_family_is_told_with_its_second(void **state)
{
	static const struct {
		const char *id;
		enum id_family family;
		int64_t second;
	} cases[] = {
		{ "1ahr79-0006jK-G9", ID_FAMILY_EXIM, 1458533207 },
		{ "48rT2v1hQrz1J0N", ID_FAMILY_POSTFIX, 1585563559 },
		{ "6ALFxaep022451", ID_FAMILY_SENDMAIL, 1795276776 },
		{ "s1P819mk027713", ID_FAMILY_SENDMAIL, 1393315269 },
		{ "s1P819mk02771", ID_FAMILY_NONE, 0 },  /* pid cut */
		{ "s1P919mk02771x", ID_FAMILY_NONE, 0 }, /* no pid */
		{ "sCP819mk027713", ID_FAMILY_NONE, 0 }, /* thirteenth month */
		{ "s1P8z9mk027713", ID_FAMILY_NONE, 0 }, /* no digit of base 60 */
		{ "7D9FD566221", ID_FAMILY_NONE, 0 },
		{ "", ID_FAMILY_NONE, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t t = 0;

		assert_int_equal(id_moment(str_from(cases[i].id), &t), cases[i].family);
		if (cases[i].family != ID_FAMILY_NONE)
			assert_int_equal(t / US_PER_SECOND, cases[i].second);
	}
}

static void
six_characters_are_enough_for_the_second(void **state)
{
	int64_t t = 0;

	(void)state;
	assert_true(id_head_moment(ID_FAMILY_EXIM, "1ahr79", &t));
	assert_int_equal(t, INT64_C(1458533207) * US_PER_SECOND);
	assert_true(id_head_moment(ID_FAMILY_POSTFIX, "48rT2v", &t));
	assert_int_equal(t, INT64_C(1585563559) * US_PER_SECOND);
	assert_true(id_head_moment(ID_FAMILY_SENDMAIL, "6ALFxa", &t));
	assert_int_equal(t, INT64_C(1795276776) * US_PER_SECOND);
	assert_false(id_head_moment(ID_FAMILY_POSTFIX, "4ArT2v", &t)); /* a vowel */
	assert_false(id_head_moment(ID_FAMILY_NONE, "1ahr79", &t));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_family_is_told_with_its_second),
		cmocka_unit_test(six_characters_are_enough_for_the_second),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
