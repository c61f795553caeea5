/* SPDX-License-Identifier: MIT */
/* model_story_time: the times that people say, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/story_time.h"

/* Saturday, 2026-11-21 15:00 UTC */
#define NOW_US (INT64_C(1795273200) * US_PER_SECOND)

static void
rough_times_are_read(void **state)
{
	static const struct {
		const char *text, *wanted;
		int slack_minutes;
	} cases[] = {
		{ "today 10:00", "2026-11-21T10:00:00Z", 15 },
		{ "10:00", "2026-11-21T10:00:00Z", 15 },
		{ "16:30", "2026-11-20T16:30:00Z", 15 },
		{ "yesterday", "2026-11-20T12:00:00Z", 720 },
		{ "yesterday 9:05 pm", "2026-11-20T21:05:00Z", 15 },
		{ "yesterday at 9 pm", "2026-11-20T21:00:00Z", 15 },
		{ "10am", "2026-11-21T10:00:00Z", 15 },
		{ "2026-11-19", "2026-11-19T12:00:00Z", 720 },
		{ "19.11.2026 08:15", "2026-11-19T08:15:00Z", 15 },
		{ "2026-11-19T08:15:30Z", "2026-11-19T08:15:30Z", 2 },
		{ "2026-11-19 08:15:30 +0200", "2026-11-19T06:15:30Z", 2 },
		{ "Thu, 19 Nov 2026 08:15:30 -0500", "2026-11-19T13:15:30Z", 2 },
		{ "Nov 19 08:15", "2026-11-19T08:15:00Z", 15 },
		{ "2 days ago", "2026-11-19T15:00:00Z", 720 },
		{ "an hour ago", "2026-11-21T14:00:00Z", 30 },
		{ "45 minutes ago", "2026-11-21T14:15:00Z", 15 },
		{ "1 week ago", "2026-11-14T15:00:00Z", 2880 },
		{ "now", "2026-11-21T15:00:00Z", 15 },
		{ "monday", "2026-11-16T12:00:00Z", 720 },
		{ "on Monday 10:00", "2026-11-16T10:00:00Z", 15 },
		{ "last fri", "2026-11-20T12:00:00Z", 720 },
		{ "saturday 14:00", "2026-11-21T14:00:00Z", 15 },
		/* As the console and its texts write them. */
		{ "21 Nov", "2026-11-21T12:00:00Z", 720 },
		{ "21 Nov 10:05:23", "2026-11-21T10:05:23Z", 2 },
		{ "22 Nov 2025", "2025-11-22T12:00:00Z", 720 },
		{ "24 Nov", "2025-11-24T12:00:00Z", 720 },
		{ "today 10:05:23", "2026-11-21T10:05:23Z", 2 },
		{ "20 Nov 03:10", "2026-11-20T03:10:00Z", 15 },
		{ "2026-11-20  16:19:36", "2026-11-20T16:19:36Z", 2 },
		{ "2026-11-20 10:02:17 EST", "2026-11-20T15:02:17Z", 2 },
		{ "20 November 2026 at 16:05 UTC", "2026-11-20T16:05:00Z", 15 },
		{ "20 Nov 10:00 \xe2\x80\x93 12:00", "2026-11-20T11:00:00Z", 60 },
		{ "2026-11-20 10:00:00 to 12:00:00 UTC", "2026-11-20T11:00:00Z", 60 },
		{ "2026-11-20 23:00:00 \xe2\x80\x93 2026-11-21 01:00:00", "2026-11-21T00:00:00Z",
		  60 },
		{ "today 14:00 to now", "2026-11-21T14:30:00Z", 30 },
		/* As people do. */
		{ "10:00-12:00", "2026-11-21T11:00:00Z", 60 },
		{ "nov 20", "2026-11-20T12:00:00Z", 720 },
		{ "Fri, 20 Nov", "2026-11-20T12:00:00Z", 720 },
		{ "20th of November, 4pm", "2026-11-20T16:00:00Z", 15 },
		{ "20.11.", "2026-11-20T12:00:00Z", 720 },
		{ "20/11/2026 10:00", "2026-11-20T10:00:00Z", 15 },
		{ "11/20", "2026-11-20T12:00:00Z", 720 },
		{ "sat 4pm", "2026-11-21T16:00:00Z", 15 },
		{ "29 Feb", "2024-02-29T12:00:00Z", 720 },
		{ "1795273200", "2026-11-21T15:00:00Z", 2 },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t t = TIME_NONE, slack = 0;

		if (!story_time_read(str_from(cases[i].text), zone_utc(), NOW_US, &t, &slack))
			fail_msg("not read: %s", cases[i].text);
		struct str got = time_rfc3339(t, &a);
		if (!str_eq(got, str_from(cases[i].wanted)) ||
		    slack != cases[i].slack_minutes * 60 * US_PER_SECOND)
			fail_msg("%s: %.*s, slack %d s", cases[i].text, STR_ARG(got),
				 (int)(slack / US_PER_SECOND));
	}
	arena_release(&a);
}

static void
what_is_no_time_is_refused(void **state)
{
	static const char *const texts[] = { "",
					     "soon",
					     "5 parsecs ago",
					     "days ago",
					     "2026-13-40",
					     "monday the thing",
					     "ago",
					     "25:99",
					     "03/04/2026",
					     "31 Nov",
					     "20 Nov the thing",
					     "99/99",
					     "16.30",
					     "4 marches" };
	int64_t t, slack;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (story_time_read(str_from(texts[i]), zone_utc(), NOW_US, &t, &slack))
			fail_msg("read: %s", texts[i]);
}

static void
without_a_now_only_whole_times_are_read(void **state)
{
	int64_t t, slack;

	(void)state;
	assert_false(story_time_read(STR("yesterday"), zone_utc(), TIME_NONE, &t, &slack));
	assert_false(story_time_read(STR("2 days ago"), zone_utc(), TIME_NONE, &t, &slack));
	assert_true(story_time_read(STR("2026-11-19"), zone_utc(), TIME_NONE, &t, &slack));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rough_times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(without_a_now_only_whole_times_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
