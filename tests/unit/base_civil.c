/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/civil.h"

static struct arena scratch;

static struct civil
at(int year, int month, int day, int hour, int minute)
{
	return (struct civil){ year, month, day, hour, minute, 0, 0 };
}

/* The UTC text of a local time. */
static const char *
utc_text(const char *zone, struct civil local)
{
	const struct zone *z = zone_find(str_from(zone), NULL);
	assert_non_null(z);
	return time_rfc3339(zone_to_utc(z, &local), &scratch).p;
}

static void
days_agree_with_counting(void **state)
{
	(void)state;
	static const int length[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int64_t day = civil_days(1600, 1, 1);
	assert_true(day == -135140);
	for (int year = 1600; year <= 2410; year++) {
		bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
		for (int month = 1; month <= 12; month++) {
			int days = length[month - 1] + (leap && month == 2);
			for (int d = 1; d <= days; d++, day++) {
				assert_true(civil_days(year, month, d) == day);
				struct civil c;
				civil_from_us(day * 86400 * US_PER_SECOND - 1, &c);
				assert_int_equal(c.hour * 10000 + c.minute * 100 + c.second,
						 235959);
				assert_int_equal(c.microsecond, 999999);
				civil_from_us(day * 86400 * US_PER_SECOND, &c);
				assert_int_equal(c.year * 10000 + c.month * 100 + c.day,
						 year * 10000 + month * 100 + d);
			}
		}
	}
}

static void
any_moment_comes_back(void **state)
{
	(void)state;
	static const int64_t edges[] = { INT64_MIN + 1,
					 -1,
					 0,
					 1,
					 INT64_MAX,
					 -62135596800 * US_PER_SECOND,
					 253402300799 * US_PER_SECOND };
	for (size_t i = 0; i < sizeof(edges) / sizeof(edges[0]); i++) {
		struct civil c;
		civil_from_us(edges[i], &c);
		if (edges[i] > INT64_MIN / 2) /* the whole second before it is no int64_t */
			assert_true(civil_to_us(&c) == edges[i]);
		assert_in_range(c.month, 1, 12);
		assert_in_range(c.day, 1, 31);
	}
}

static void
rfc3339_has_fractions_only_when_needed(void **state)
{
	(void)state;
	assert_string_equal(time_rfc3339(0, &scratch).p, "1970-01-01T00:00:00Z");
	assert_string_equal(time_rfc3339(1500000, &scratch).p, "1970-01-01T00:00:01.500Z");
	assert_string_equal(time_rfc3339(-1, &scratch).p, "1969-12-31T23:59:59.999999Z");
	assert_int_equal(time_rfc3339(TIME_NONE, &scratch).n, 0);
}

static void
athens_moves_its_clock_both_ways(void **state)
{
	(void)state;
	const char *z = "Europe/Athens"; /* 2024: 31 March 03:00, 27 October 04:00 */
	assert_string_equal(utc_text(z, at(2024, 1, 15, 12, 0)), "2024-01-15T10:00:00Z");
	assert_string_equal(utc_text(z, at(2024, 7, 15, 12, 0)), "2024-07-15T09:00:00Z");
	assert_string_equal(utc_text(z, at(2024, 3, 31, 2, 59)), "2024-03-31T00:59:00Z");
	assert_string_equal(utc_text(z, at(2024, 3, 31, 3, 30)), "2024-03-31T01:30:00Z");
	assert_string_equal(utc_text(z, at(2024, 3, 31, 4, 0)), "2024-03-31T01:00:00Z");
	assert_string_equal(utc_text(z, at(2024, 10, 27, 2, 59)), "2024-10-26T23:59:00Z");
	assert_string_equal(utc_text(z, at(2024, 10, 27, 3, 30)), "2024-10-27T00:30:00Z");
	assert_string_equal(utc_text(z, at(2024, 10, 27, 4, 0)), "2024-10-27T02:00:00Z");
}

static void
new_york_moves_its_clock_both_ways(void **state)
{
	(void)state;
	const char *z = "America/New_York"; /* 2023: 12 March 02:00, 5 November 02:00 */
	assert_string_equal(utc_text(z, at(2023, 3, 12, 1, 59)), "2023-03-12T06:59:00Z");
	assert_string_equal(utc_text(z, at(2023, 3, 12, 2, 30)), "2023-03-12T07:30:00Z");
	assert_string_equal(utc_text(z, at(2023, 3, 12, 3, 0)), "2023-03-12T07:00:00Z");
	assert_string_equal(utc_text(z, at(2023, 11, 5, 1, 30)), "2023-11-05T05:30:00Z");
	assert_string_equal(utc_text(z, at(2023, 11, 5, 2, 0)), "2023-11-05T07:00:00Z");
}

static void
rule_holds_far_in_the_future(void **state)
{
	(void)state;
	assert_string_equal(utc_text("Europe/Athens", at(2150, 7, 1, 12, 0)),
			    "2150-07-01T09:00:00Z");
	assert_string_equal(utc_text("Europe/Athens", at(2150, 1, 1, 12, 0)),
			    "2150-01-01T10:00:00Z");
	assert_string_equal(utc_text("America/New_York", at(2400, 7, 1, 12, 0)),
			    "2400-07-01T16:00:00Z");
	assert_string_equal(utc_text("Australia/Sydney", at(2300, 1, 1, 12, 0)),
			    "2300-01-01T01:00:00Z"); /* summer over new year */
	assert_string_equal(utc_text("Australia/Sydney", at(2300, 7, 1, 12, 0)),
			    "2300-07-01T02:00:00Z");
	assert_string_equal(utc_text("Asia/Kolkata", at(2300, 7, 1, 12, 0)),
			    "2300-07-01T06:30:00Z");
}

static void
local_times_outside_gaps_come_back(void **state)
{
	(void)state;
	static const char *const names[] = {
		"Europe/Athens",  "America/New_York",  "Australia/Lord_Howe",
		"Asia/Kathmandu", "Africa/Casablanca", "America/Nuuk",
		"Pacific/Apia",   "Europe/Dublin",     "-0330"
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct zone *z = zone_find(str_from(names[i]), NULL);
		assert_non_null(z);
		for (int64_t t = 0; t < INT64_C(80) * 365 * 24; t += 7) {
			int64_t time_us = t * 3600 * US_PER_SECOND + 1;
			struct civil local;
			civil_from_us(time_us + zone_offset_s(z, time_us) * US_PER_SECOND, &local);
			int64_t back = zone_to_utc(z, &local);
			struct civil again;
			civil_from_us(back + zone_offset_s(z, back) * US_PER_SECOND, &again);
			/* The same, or the earlier of two that read the same. */
			assert_true(back <= time_us);
			assert_memory_equal(&local, &again, sizeof(local));
		}
	}
}

static void
fixed_offsets_have_one_reading(void **state)
{
	(void)state;
	assert_int_equal(zone_offset_s(zone_find(STR("+0200"), NULL), 0), 7200);
	assert_int_equal(zone_offset_s(zone_find(STR("-03:30"), NULL), 0), -12600);
	assert_int_equal(zone_offset_s(zone_find(STR("+05"), NULL), 0), 18000);
	assert_string_equal(zone_label(zone_find(STR("-03:30"), NULL), 0, &scratch).p, "-0330");
	assert_ptr_equal(zone_find(STR("utc"), NULL), zone_utc());
	assert_ptr_equal(zone_find(STR("Z"), NULL), zone_utc());
	assert_string_equal(zone_name(zone_utc()), "UTC");
}

static void
labels_follow_the_season(void **state)
{
	(void)state;
	const struct zone *z = zone_find(STR("Europe/Athens"), NULL);
	struct civil winter = at(2024, 1, 1, 0, 0);
	struct civil summer = at(2124, 7, 1, 0, 0);
	assert_string_equal(zone_label(z, civil_to_us(&winter), &scratch).p, "EET");
	assert_string_equal(zone_label(z, civil_to_us(&summer), &scratch).p, "EEST");
	assert_string_equal(zone_name(z), "Europe/Athens");
	assert_ptr_equal(z, zone_find(STR("Europe/Athens"), NULL));
}

static void
bad_names_are_usage_errors(void **state)
{
	(void)state;
	static const char *const bad[] = { "",
					   "Nowhere/Town",
					   "../../etc/passwd",
					   "/etc/passwd",
					   "Europe/../UTC",
					   "Europe",
					   "+2",
					   "+2:00",
					   "+24:00",
					   "+02:60",
					   "+020",
					   "+02000",
					   "tzdata.zi",
					   "\x1b[31m",
					   "zone.tab" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = { .code = ERR_NONE };
		if (zone_find(str_from(bad[i]), &e))
			fail_msg("\"%s\" was taken for a zone", bad[i]);
		assert_int_equal(e.code, ERR_USAGE);
	}
	char much[500];
	memset(much, 'A', sizeof(much));
	assert_null(zone_find((struct str){ much, sizeof(much) }, NULL));
}

static void
local_is_the_environments_zone(void **state)
{
	(void)state;
	struct civil summer = at(2024, 7, 1, 0, 0);
	setenv("TZ", "America/New_York", 1);
	assert_string_equal(zone_name(zone_find(STR("local"), NULL)), "America/New_York");
	setenv("TZ", ":Europe/Athens", 1);
	assert_string_equal(zone_name(zone_find(STR("local"), NULL)), "Europe/Athens");
	setenv("TZ", "", 1);
	assert_ptr_equal(zone_find(STR("local"), NULL), zone_utc());
	setenv("TZ", "XST-2XDT,M3.5.0/3,M10.5.0/4", 1);
	const struct zone *z = zone_find(STR("local"), NULL);
	assert_non_null(z);
	assert_int_equal(zone_offset_s(z, civil_to_us(&summer)), 10800);
	setenv("TZ", "../secret", 1);
	assert_null(zone_find(STR("local"), NULL));
	unsetenv("TZ");
	assert_non_null(zone_find(STR("local"), NULL));
}

static void
posix_rules_agree_with_zone_files(void **state)
{
	(void)state;
	static const char *const pairs[][2] = {
		{ "EET-2EEST,M3.5.0/3,M10.5.0/4", "Europe/Athens" },
		{ "EST5EDT", "America/New_York" },
		{ "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "Australia/Lord_Howe" },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", "Europe/Dublin" },
	};
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		const struct zone *rule = zone_find(str_from(pairs[i][0]), NULL);
		const struct zone *file = zone_find(str_from(pairs[i][1]), NULL);
		assert_non_null(rule);
		assert_non_null(file);
		for (int64_t day = 14000; day < 30000; day++) {
			int64_t t = day * 86400 * US_PER_SECOND;
			if (zone_offset_s(rule, t) != zone_offset_s(file, t))
				fail_msg("%s, day %d", pairs[i][0], (int)day);
		}
	}
}

static void
extreme_moments_are_answered(void **state)
{
	(void)state;
	const struct zone *z = zone_find(STR("Europe/Athens"), NULL);
	assert_in_range(zone_offset_s(z, INT64_MAX), 7200, 10800);
	assert_true(zone_offset_s(z, TIME_NONE) > 0);
	assert_non_null(zone_label(z, TIME_NONE, &scratch).p);
}

static void
reads_as(const char *text, const char *wanted)
{
	int64_t t = 0;
	if (!time_parse(str_from(text), zone_find(STR("Europe/Athens"), NULL), &t))
		fail_msg("\"%s\" was not read", text);
	assert_string_equal(time_rfc3339(t, &scratch).p, wanted);
}

static void
iso_forms_are_read(void **state)
{
	(void)state;
	reads_as("2024-02-29T10:11:12Z", "2024-02-29T10:11:12Z");
	reads_as("2024-02-29t10:11:12.5+02:00", "2024-02-29T08:11:12.500Z");
	reads_as("2024-02-29T10:11:12.123456789-0330", "2024-02-29T13:41:12.123456Z");
	reads_as("2024-01-15", "2024-01-14T22:00:00Z");
	reads_as("2024-01-15 UTC", "2024-01-15T00:00:00Z");
	reads_as("2024-01-15 12:00", "2024-01-15T10:00:00Z");
	reads_as(" 2024-01-15 12:00:01.5 \n", "2024-01-15T10:00:01.500Z");
	reads_as("2024-01-15 12:00:01,5", "2024-01-15T10:00:01.500Z");
	reads_as("2024-01-15 12:00:01 +0300", "2024-01-15T09:00:01Z");
	reads_as("2024-07-15 12:00:01 America/New_York", "2024-07-15T16:00:01Z");
	reads_as("2024-06-30T23:59:60Z", "2024-07-01T00:00:00Z");
	reads_as("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z");
}

static void
mail_dates_are_read(void **state)
{
	(void)state;
	reads_as("Mon, 15 Jan 2024 12:00:00 +0000", "2024-01-15T12:00:00Z");
	reads_as("15 Jan 2024 12:00 GMT", "2024-01-15T12:00:00Z");
	reads_as("Mon,  5 feb 24 12:00:00 -0800 (PST)", "2024-02-05T20:00:00Z");
	reads_as("5 Feb 1998 12:00:00 EST", "1998-02-05T17:00:00Z");
	reads_as("5 Feb 98 12:00:00 -0000", "1998-02-05T12:00:00Z");
	reads_as("15 Jan 2024 12:00:00", "2024-01-15T10:00:00Z");
}

static void
epoch_seconds_are_read(void **state)
{
	(void)state;
	reads_as("1700000000", "2023-11-14T22:13:20Z");
	reads_as("1700000000.25", "2023-11-14T22:13:20.250Z");
	reads_as("999999999", "2001-09-09T01:46:39Z");
}

static void
what_is_no_time_is_refused(void **state)
{
	(void)state;
	static const char *const bad[] = {
		"",
		"2024",
		"20240115",
		"2024-13-01",
		"2024-02-30",
		"2023-02-29",
		"2024-00-10",
		"2024-1-1",
		"2024-01-15T",
		"2024-01-15 24:00",
		"2024-01-15 12:60",
		"2024-01-15 12:00:61",
		"2024-01-15 12:00:00.",
		"2024-01-15x",
		"2024-01-15 Nowhere",
		"1700000000.",
		"1700000000x",
		"170000000000000",
		"Monday, 15 Jan 2024 12:00:00 +0000",
		"15 Jam 2024 12:00:00",
		"15 January 2024 12:00",
		"32 Jan 2024 12:00",
		"15 Jan 202 12:00",
		"-1700000000",
		"2024-01-15 12:00:00 ../x",
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int64_t t = 42;
		if (time_parse(str_from(bad[i]), zone_utc(), &t))
			fail_msg("\"%s\" was taken for a time", bad[i]);
		assert_true(t == 42);
	}
	assert_false(time_parse((struct str){ NULL, 0 }, zone_utc(), &(int64_t){ 0 }));
}

static void
random_bytes_never_crash_the_reader(void **state)
{
	(void)state;
	static const char alphabet[] = "0123456789-:+ TZ.,JanFeb()\xff/";
	srand(6);
	for (int round = 0; round < 100000; round++) {
		char bytes[32];
		size_t n = (size_t)rand() % sizeof(bytes);
		for (size_t i = 0; i < n; i++)
			bytes[i] = alphabet[(size_t)rand() % (sizeof(alphabet) - 1)];
		int64_t t;
		time_parse((struct str){ bytes, n }, zone_utc(), &t);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days_agree_with_counting),
		cmocka_unit_test(any_moment_comes_back),
		cmocka_unit_test(rfc3339_has_fractions_only_when_needed),
		cmocka_unit_test(athens_moves_its_clock_both_ways),
		cmocka_unit_test(new_york_moves_its_clock_both_ways),
		cmocka_unit_test(rule_holds_far_in_the_future),
		cmocka_unit_test(local_times_outside_gaps_come_back),
		cmocka_unit_test(fixed_offsets_have_one_reading),
		cmocka_unit_test(labels_follow_the_season),
		cmocka_unit_test(bad_names_are_usage_errors),
		cmocka_unit_test(local_is_the_environments_zone),
		cmocka_unit_test(posix_rules_agree_with_zone_files),
		cmocka_unit_test(extreme_moments_are_answered),
		cmocka_unit_test(iso_forms_are_read),
		cmocka_unit_test(mail_dates_are_read),
		cmocka_unit_test(epoch_seconds_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(random_bytes_never_crash_the_reader),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&scratch);
	return failed;
}
