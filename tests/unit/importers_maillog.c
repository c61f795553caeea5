/* SPDX-License-Identifier: MIT */
/* Mail programs through syslog: the same facts in each of its forms; years and hours that lines
 * leave out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include "importers/postfix.h"
#include "importers/syslog.h"
#include "support_facts.h"

#define US(seconds) (INT64_C(seconds) * US_PER_SECOND)
#define TEXT        "connect from h.example[192.0.2.7]"
#define NEAR        US(1772600767) /* 2026-03-04 05:06:07 */

static void
every_form_of_syslog(void **state)
{
	static const char *const lines[] = {
		"Mar  4 05:06:07 mx1 postfix/smtpd[4711]: " TEXT,
		"<22>Mar  4 05:06:07 mx1 postfix/smtpd[4711]: " TEXT,
		"<22>Mar  4 05:06:07 postfix/smtpd[4711]: " TEXT,
		"2026 Mar  4 05:06:07 mx1 postfix/smtpd[4711]: " TEXT,
		"Mar  4 05:06:07 <mail.info> mx1 postfix/smtpd[4711]: " TEXT,
		"Mar  4 05:06:07 mx1 postfix/smtpd[4711]: [ID 197553 mail.info] " TEXT,
		"2026-03-04T05:06:07.000000+00:00 mx1 postfix/smtpd[4711]: " TEXT,
		"2026-03-04T07:06:07,000+0200 mx1 postfix/smtpd[4711]: " TEXT,
		"<22>2026-03-04T05:06:07Z mx1 postfix/smtpd[4711]: " TEXT,
		"<22>1 2026-03-04T05:06:07Z mx1 postfix/smtpd 4711 - - " TEXT,
		"<22>1 2026-03-04T05:06:07Z - postfix/smtpd 4711 - - \xef\xbb\xbf" TEXT,
		"<22>1 2026-03-04T05:06:07Z mx1 postfix/smtpd 4711 id [a b=\"\\]\"][c] " TEXT,
		"<22>1 2026-03-04T05:06:07Z mx1 postfix/smtpd 4711 id [a b=\"] \\\" ]\"] " TEXT,
		"Mar  4 05:06:07 mx1 postfix/smtpd[4711]: message repeated 3 times: [ " TEXT "]",
	};
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR };
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct strbuf why;
		struct fragment f;

		strbuf_init(&why, STRBUF_NO_MAX);
		assert_int_equal(maillog_parse(str_from(lines[i]), &c, &f, &a), LINE_UNDERSTOOD);
		if (!facts_hold(&f,
				"kind=connected time=2026-03-04T05:06:07Z pid=4711 "
				"peer=192.0.2.7 host=h.example",
				&why))
			fail_msg("%s\n%s", lines[i], why.p);
		strbuf_release(&why);
	}
	arena_release(&a);
}

struct times {
	const int64_t *wanted;
	size_t n;
};

static int
take_time(void *arg, const struct record *r, struct err *e)
{
	struct times *t = arg;
	struct fragment f;
	struct arena a;
	struct parse_context c = { .zone = zone_find(STR("Europe/Berlin"), NULL),
				   .near_us = r->fragment.time_us };

	(void)e;
	assert_int_equal(r->fragment.time_us, t->wanted[t->n]);
	t->n++;
	/* Alone, near itself, it says the same. */
	arena_init(&a);
	maillog_parse(r->text, &c, &f, &a);
	assert_int_equal(f.time_us, r->fragment.time_us);
	arena_release(&a);
	return 0;
}

static void
check_times(const char *const *stamps, const int64_t *wanted, size_t n, int64_t near_us)
{
	struct parse_context c = { .zone = zone_find(STR("Europe/Berlin"), NULL),
				   .near_us = near_us,
				   .format = postfix_importer.format };
	struct record_reader *r = postfix_importer.format->reader_new(&c);
	struct times t = { wanted, 0 };

	for (size_t i = 0; i < n; i++) {
		char line[128];

		snprintf(line, sizeof(line), "%s mx1 postfix/smtpd[4711]: " TEXT, stamps[i]);
		postfix_importer.format->reader_feed(r, str_from(line), i, take_time, &t, NULL);
	}
	postfix_importer.format->reader_free(r);
	assert_int_equal(t.n, n);
}

static void
across_new_year(void **state)
{
	static const char *const stamps[] = { "Dec 31 23:59:59", "Jan  1 00:00:01",
					      "Dec 31 23:59:59", "Mar 31 12:00:00",
					      "Aug 30 12:00:00", "Jan  1 00:00:01" };
	static const int64_t wanted[] = { US(1767221999), US(1767222001), US(1767221999),
					  US(1774951200), US(1788084000), US(1798758001) };

	(void)state;
	check_times(stamps, wanted, 6, US(1767221999));
}

/* Lines in the hour that comes twice get its first reading; those behind it are right again. */
static void
hour_that_comes_twice(void **state)
{
	static const char *const stamps[] = { "Oct 25 01:59:59", "Oct 25 02:30:00",
					      "Oct 25 02:30:00", "Oct 25 03:00:00" };
	static const int64_t wanted[] = { US(1792886399), US(1792888200), US(1792888200),
					  US(1792893600) };

	(void)state;
	check_times(stamps, wanted, 4, US(1792886399));
}

static void
leap_day(void **state)
{
	static const char *const stamps[] = { "Feb 28 12:00:00", "Feb 29 12:00:00",
					      "Mar  1 12:00:00" };
	static const int64_t wanted[] = { US(1709118000), US(1709204400), US(1709290800) };

	(void)state;
	check_times(stamps, wanted, 3, US(1709118000));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_form_of_syslog),
		cmocka_unit_test(across_new_year),
		cmocka_unit_test(hour_that_comes_twice),
		cmocka_unit_test(leap_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
