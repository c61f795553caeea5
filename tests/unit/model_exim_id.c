/* SPDX-License-Identifier: MIT */
/* Exim message IDs: shape, bounds, and what they hold (FORMATS §1.2). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/civil.h"
#include "model/exim_id.h"

static void
lengths(void **state)
{
	static const struct {
		const char *text;
		size_t length;
	} cases[] = {
		{ "1ahr79-0006jK-G9", 16 },
		{ "1ahr79-0006jK-G9 <= a@b", 16 },
		{ "1ahr79-0006jK-G9:", 16 },
		{ "1xUnzZ-000000004eM-0CpH", 23 },
		{ "1xUnzZ-000000004eM-0CpH)", 23 },
		{ "1ahr79-0006jK-G", 0 },
		{ "1ahr79-0006jK-G99", 0 },
		{ "1ahr79-0006jK-G9-x", 0 },
		{ "1ahr79-0006jK_G9", 0 },
		{ "1ahr7 -0006jK-G9", 0 },
		{ "1ahr790006jK-G9--", 0 },
		{ "1xUnzZ-000000004eM-0Cp", 0 },
		{ "1xUnzZ-000000004eM-0CpHx", 0 },
		{ "1xUnzZ-0000000-4eM-0CpH", 0 },
		{ "1xUnzZ-00000000 eM-0CpH", 0 },
		{ "\xce\x95nzZZ-000000-00", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = str_from(cases[i].text);

		if (exim_id_at(s) != cases[i].length)
			fail_msg("%s: %zu", cases[i].text, exim_id_at(s));
		assert_int_equal(exim_id_is(s), s.n > 0 && s.n == cases[i].length);
		/* Never a byte further than the slice. */
		for (size_t n = 0; n < s.n; n++)
			assert_true(exim_id_at(str_slice(s, 0, n)) <= n);
	}
}

static void
content(void **state)
{
	struct exim_id id;

	(void)state;
	/* FORMATS: written at 2016-03-21T04:06:47Z by pid 25874. */
	assert_true(exim_id_decode(STR("1ahr79-0006jK-G9"), &id));
	assert_int_equal(id.length, EXIM_ID_OLD);
	assert_int_equal(id.time_us, INT64_C(1458533207) * US_PER_SECOND);
	assert_int_equal(id.pid, 25874);
	assert_int_equal(exim_id_pid(STR("1ahr79-0006jK-G9")), 25874);
	/* The corpus: 2026-11-21 16:31:05 or so. */
	assert_true(exim_id_decode(STR("1xUnzZ-000000004eM-0CpH"), &id));
	assert_int_equal(id.length, EXIM_ID_NEW);
	assert_int_equal(id.pid, 4 * 62 * 62 + 40 * 62 + 22);
}

static void
bounds(void **state)
{
	struct exim_id id;

	(void)state;
	assert_false(exim_id_decode(STR("000000-000001-00"), &id)); /* 1970 */
	assert_false(exim_id_decode(STR("zzzzzz-000001-00"), &id)); /* far off */
	assert_false(exim_id_decode(STR("reject-by-filter"), &id)); /* a word */
	assert_false(exim_id_decode(STR("1ahr79-0006jK-G"), &id));
	/* A pid larger than any: base 36 systems, or no pid at all. */
	assert_true(exim_id_decode(STR("1ahr79-zzzzzz-G9"), &id));
	assert_int_equal(id.pid, 0);
	assert_true(exim_id_decode(STR("1ahr79-zzzzzzzzzzz-0000"), &id));
	assert_int_equal(id.pid, 0);
	assert_true(exim_id_decode(STR("1ahr79-00000000001-0000"), &id));
	assert_int_equal(id.pid, 1);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths),
		cmocka_unit_test(content),
		cmocka_unit_test(bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
