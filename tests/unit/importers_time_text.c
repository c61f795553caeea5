/* SPDX-License-Identifier: MIT */
/* Times as logs write them: by their looks, and by a given format. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importers/time_text.h"

#define MOMENT_US (INT64_C(1772600767) * US_PER_SECOND) /* 2026-03-04 05:06:07 */

static void
reads(const char *format, const char *text, int64_t wanted_us)
{
	int64_t got = TIME_NONE;

	if (!time_text_read(str_from(format), str_from(text), zone_utc(), MOMENT_US, &got))
		fail_msg("\"%s\" does not fit \"%s\"", text, format);
	if (got != wanted_us)
		fail_msg("\"%s\" by \"%s\": %lld, not %lld", text, format, (long long)got,
			 (long long)wanted_us);
}

static void
refuses(const char *format, const char *text)
{
	int64_t got;

	if (time_text_read(str_from(format), str_from(text), zone_utc(), MOMENT_US, &got))
		fail_msg("\"%s\" fits \"%s\"", text, format);
}

static void
usual_times_need_no_format(void **state)
{
	(void)state;
	reads("", "2026-03-04T05:06:07Z", MOMENT_US);
	reads("auto", "2026-03-04 07:06:07.25+02:00", MOMENT_US + 250000);
	reads("auto", "1772600767", MOMENT_US);
	reads("auto", "1772600767.5", MOMENT_US + 500000);
	reads("auto", "Mar  4 05:06:07", MOMENT_US);
	reads("auto", "Mar 4 05:06:07.125", MOMENT_US + 125000);
	reads("auto", "2026 Mar 04 05:06:07", MOMENT_US);
	reads("auto", "04/Mar/2026:06:06:07 +0100", MOMENT_US);
	reads("auto", "Wed, 04 Mar 2026 05:06:07 +0000", MOMENT_US);
	refuses("auto", "yesterday");
	refuses("auto", "2026-13-04 05:06:07");
}

static void
formats_are_followed(void **state)
{
	(void)state;
	reads("%d.%m.%Y %H:%M:%S", "04.03.2026 05:06:07", MOMENT_US);
	reads("%D %T", "03/04/26 05:06:07", MOMENT_US);
	reads("%a %b %e %T %Y", "Wed Mar  4 05:06:07 2026", MOMENT_US);
	reads("%F %I:%M:%S %p", "2026-03-04 05:06:07 AM", MOMENT_US);
	reads("%F %I:%M:%S %p", "2026-03-04 05:06:07 PM", MOMENT_US + 12 * 3600 * US_PER_SECOND);
	reads("%FT%T.%f%z", "2026-03-04T00:06:07.000001-0500", MOMENT_US + 1);
	reads("%s", "1772600767.25", MOMENT_US + 250000);
	reads("%Q", "1772600767250", MOMENT_US + 250000);
	refuses("%F %T", "2026-03-04 05:06");
	refuses("%F %T", "2026-03-04 05:06:07 more");
	refuses("%F %T", "2026-03-04 25:06:07");
	refuses("%T", "05:06:07");
	refuses("%s", "");
}

static void
years_come_from_nearby(void **state)
{
	int64_t got;

	(void)state;
	assert_true(time_text_read(STR("%b %d %T"), STR("Dec 31 23:59:59"), NULL, MOMENT_US, &got));
	assert_true(got < MOMENT_US && MOMENT_US - got < INT64_C(100) * 86400 * US_PER_SECOND);
	assert_true(time_text_read(STR("%b %d %T"), STR("Dec 31 23:59:59"), NULL, TIME_NONE, &got));
	assert_int_equal(got, TIME_NONE);
}

static void
what_is_no_format_is_found(void **state)
{
	(void)state;
	assert_int_equal(time_text_check(STR("%Y-%m-%d %q")), 9);
	assert_int_equal(time_text_check(STR("%Y-%")), 3);
	assert_int_equal(time_text_check(STR("iso")), 0);
	assert_int_equal(time_text_check(STR("100%% %s")), STR_NPOS);
	assert_int_equal(time_text_check(STR("auto")), STR_NPOS);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(usual_times_need_no_format),
		cmocka_unit_test(formats_are_followed),
		cmocka_unit_test(years_come_from_nearby),
		cmocka_unit_test(what_is_no_format_is_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
