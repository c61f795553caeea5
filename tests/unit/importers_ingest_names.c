/* SPDX-License-Identifier: MIT */
/* What the ingest loop calls a log: its role, its gateway, its year, its path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <utime.h>

#include "importers/ingest_local.h"
#include "support_ingest.h"

static void
roles_come_from_content_and_name(void **state)
{
	(void)state;
	struct str syslog = STR("Jan  1 00:00:00 mx1 exim[1]: x\n");
	struct str block = STR(ONE "Envelope-from: <a@b>\nEnvelope-to: <c@d>\n");
	assert_int_equal(detect_role(STR("/var/log/exim_rejectlog"), STR(ONE)), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("exim4/rejectlog.2.gz"), STR(ONE)), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("exim4/paniclog"), STR(ONE)), LOG_ROLE_PANIC);
	assert_int_equal(detect_role(STR("exim4/mainlog.1"), block), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("rejectlog/x"), STR(ONE)), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("exim/reject.log"), STR(ONE)), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("exim/domain.log"), block), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("x"), block), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("x"), syslog), LOG_ROLE_SYSLOG);
	assert_int_equal(detect_role(STR("mainlog"), syslog), LOG_ROLE_SYSLOG);
	assert_int_equal(detect_role(STR("mainlog"), STR("")), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("x"), STR("Jan  1 00:00:00 mx1 exim[1]: x\nJan")),
			 LOG_ROLE_SYSLOG);
}

static void
young_main_and_reject_logs_are_two(void **state)
{
	(void)state;
	const char *paths[] = { files_write("mainlog", STR(ONE)),
				files_write("rejectlog", STR(ONE)) };
	import_paths(paths, 2);
	assert_int_equal(out.m.size.n_sources, 2);
	files_append("rejectlog", STR("Envelope-from: <a@b.example>\n"));
	files_append("mainlog", STR(TWO));
	import_paths(paths, 2);
	assert_int_equal(out.m.size.n_sources, 2);
	assert_int_equal(out.reports[0].lines, 1);
	assert_int_equal(out.reports[1].lines, 1);
	/* a name that tells nothing is either of them */
	files_run("cp rejectlog copy");
	assert_true(import(files_path("copy"))->already_known);
}

static void
given_gateway_comes_first(void **state)
{
	(void)state;
	out.o.gateway = STR("mx9");
	const char *path = files_write("log", STR("Jan  1 00:00:00 mx1 exim[1]: x\n"));
	assert_true(str_eq(import(path)->gateway, STR("mx9")));
	out.o.gateway = STR("");
	files_append("log", STR("Jan  1 00:00:01 mx1 exim[1]: y\n"));
	const struct ingest_report *r = import(path);
	assert_int_equal(r->lines, 1);
	assert_true(str_eq(r->gateway, STR("mx9")));
	for (size_t i = 0; i < out.m.size.n_records; i++)
		assert_true(str_eq(out.m.records[i].gateway, STR("mx9")));
	/* remembered for the directory */
	assert_true(str_eq(import(files_write("new", STR(TWO)))->gateway, STR("mx9")));
}

static void
host_in_the_line_names_the_gateway(void **state)
{
	(void)state;
	struct str text = STR("Jan  1 00:00:00 mx1 exim[1]: a\nJan  1 00:00:01 mx2 exim[1]: b\n"
			      "Jan  1 00:00:02 mx1 exim[1]: c\nJan  1 00:00:03 mx3 exim[1]: d\n"
			      "Jan  1 00:00:03 mx2 exim[1]: e\n");
	static const char *const wanted[] = { "mx1", "mx2", "mx1", "mx3", "mx2" };
	assert_true(str_eq(import(files_write("mail.log", text))->gateway, STR("mx1")));
	assert_int_equal(out.m.size.n_records, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(str_eq(out.m.records[i].gateway, str_from(wanted[i])));
	/* The last record may grow: it is read again, still mx2's. */
	files_append("mail.log", STR("Jan  1 00:00:04 mx4 exim[1]: f\n"));
	import(files_path("mail.log"));
	assert_int_equal(out.m.size.n_records, 7);
	assert_true(str_eq(out.m.records[5].gateway, STR("mx2")));
	assert_true(str_eq(out.m.records[6].gateway, STR("mx4")));
}

#define BLOCK                                                                                     \
	"2026-01-01 00:00:00 refused\nEnvelope-from: <a@b.example>\nEnvelope-to: <c@d.example>\n" \
	"P Received: from [192.0.2.1] (port=1 helo=x)\n\tby mx6.gw.example with esmtp (Exim "     \
	"4.96)\n"                                                                                 \
	"\tid 1\nP Received: from y\n\tby evil.example with smtp\n"

static void
logs_of_a_directory_share_the_derived_gateway(void **state)
{
	(void)state;
	files_write("d/mainlog", STR(ONE));
	files_write("d/rejectlog", STR(BLOCK));
	files_write("e/log", STR(TWO "2026-01-01 00:00:09 1xUnli-0001zL-2x <= <> P=local "
				     "id=E1xUnli-0001zL-2x@mx7.gw.example\n"));
	files_write("f/log", STR("2026-01-01 00:00:09 1xUnli-0001zL-2x <= a@b "
				 "id=E1xUnli-0001zM-2x@stranger.example\n"));
	const char *paths[] = { files_path("d"), files_path("e"), files_path("f") };
	out.o.default_gateway = STR("fallback");
	import_paths(paths, 3);
	assert_int_equal(out.n, 4);
	assert_true(str_eq(out.reports[0].gateway, STR("mx6.gw.example")));
	assert_true(str_eq(out.reports[1].gateway, STR("mx6.gw.example")));
	assert_true(str_eq(out.reports[2].gateway, STR("mx7.gw.example")));
	assert_true(str_eq(out.reports[3].gateway, STR("fallback")));
	/* later logs there need not say it again */
	files_write("d/mainlog.new", STR("2026-01-03 00:00:00 three\n"));
	import(files_path("d/mainlog.new"));
	assert_true(str_eq(out.reports[0].gateway, STR("mx6.gw.example")));
}

#define JUDGED "2026-01-01 00:00:00 scanned\n"

static void
scanner_without_host_joins_the_gateway_of_the_mta(void **state)
{
	(void)state;
	/* read first, it names nobody … */
	files_write("d/a.log", STR(JUDGED));
	files_write("d/mainlog", STR(ONE));
	files_write("d/rejectlog", STR(BLOCK));
	import(files_path("d"));
	assert_int_equal(out.n, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(str_eq(out.reports[i].gateway, STR("mx6.gw.example")));
	/* … nor elsewhere, or later */
	files_write("e/rspamd/rspamd.log", STR(JUDGED TWO));
	import(files_path("e"));
	assert_true(str_eq(out.reports[0].gateway, STR("mx6.gw.example")));
}

static void
scanner_of_one_call_joins_its_mta(void **state)
{
	(void)state;
	out.o.gateway = STR("mx1");
	import(files_write("x/log", STR(ONE)));
	out.o.gateway = STR("mx2");
	import(files_write("y/log", STR(TWO)));
	out.o.gateway = STR("");
	/* two gateways are known: it may be either's, so that it is not read yet */
	const struct ingest_report *r = import(files_write("z/rspamd.log", STR(JUDGED)));
	assert_int_equal(r->error.code, ERR_FORMAT);
	assert_int_equal(out.m.size.n_sources, 2);
	files_write("w/a/rspamd.log", STR("2026-01-02 00:00:00 scanned\n"));
	files_write("w/exim/mail.log", STR("Jan  1 00:00:00 mx3 exim[1]: x\n"));
	import(files_path("w"));
	assert_int_equal(out.n, 2);
	assert_true(str_eq(out.reports[0].gateway, STR("mx3")));
	files_write("x/rspamd.log", STR("2026-01-03 00:00:00 scanned\n"));
	assert_true(str_eq(import(files_path("x/rspamd.log"))->gateway, STR("mx1")));
}

static void
known_log_teaches_a_new_directory(void **state)
{
	(void)state;
	out.o.gateway = STR("mx1");
	import(files_write("d/mainlog", STR(ONE)));
	out.o.gateway = STR("");
	files_write("copy/a", STR(TWO));
	files_write("copy/b", STR(ONE));
	import(files_path("copy"));
	assert_true(str_eq(out.reports[0].gateway, STR("mx1")));
	assert_true(out.reports[1].already_known);
	assert_true(str_eq(out.reports[1].gateway, STR("mx1")));
}

static void
unnamed_gateways_differ(void **state)
{
	(void)state;
	struct str first = import(files_write("a/log", STR(ONE)))->gateway;
	struct str second = import(files_write("b/log", STR(TWO)))->gateway;
	assert_true(first.n > 0);
	assert_false(str_eq(first, second));
	assert_true(str_eq(import(files_write("a/new", STR(ONE TWO ONE TWO)))->gateway, first));
}

static void
large_content_is_one_source_whatever_the_gateway(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	while (b.n < 5000)
		strbuf_add_text(&b, ONE);
	import(files_write("a", strbuf_str(&b)));
	out.o.gateway = STR("mx2");
	assert_true(import(files_write("b", strbuf_str(&b)))->already_known);
	strbuf_release(&b);
}

static void
equal_content_of_two_gateways_is_two_sources(void **state)
{
	(void)state;
	out.o.gateway = STR("mx1");
	import(files_write("a", STR(ONE)));
	out.o.gateway = STR("mx2");
	assert_int_equal(import(files_write("b", STR(ONE)))->lines, 1);
	assert_int_equal(out.m.size.n_sources, 2);
}

static int64_t
at(int year, int month, int day)
{
	return civil_to_us(&(struct civil){ .year = year, .month = month, .day = day });
}

static void
set_mtime(const char *path, int64_t time_us)
{
	struct utimbuf t = { time_us / US_PER_SECOND, time_us / US_PER_SECOND };
	assert_int_equal(utime(path, &t), 0);
}

static void
year_comes_from_the_files_time(void **state)
{
	(void)state;
	const char *path = files_write("mail.log", STR("Dec 30 00:00:00 mx1 exim[1]: a\n"
						       "Jan  2 00:00:00 mx1 exim[1]: b\n"));
	set_mtime(path, at(2024, 1, 2));
	import(path);
	assert_int_equal(toy_last_near_us(), at(2023, 12, 30));
	/* what is added later is near the first line's year, whatever the file's time says */
	files_append("mail.log", STR("Jan  3 00:00:00 mx1 exim[1]: c\n"));
	import(path);
	assert_int_equal(toy_last_near_us(), at(2024, 1, 3));
	files_run("gzip mail.log");
	out.o.year = 2019;
	import(files_write("other.log", STR("Mar  3 00:00:00 mx1 exim[1]: c\n")));
	assert_int_equal(toy_last_near_us(), at(2019, 3, 3));
}

static void
year_has_the_leap_day(void **state)
{
	(void)state;
	struct str leap = STR("Feb 29 00:00:00 mx1 x");
	struct str before = STR("Feb 20 00:00:00 mx1 x");
	struct str autumn = STR("Oct  1 00:00:00 mx1 x");
	struct str lines[] = { before, leap };
	const struct zone *z = zone_utc();
	assert_int_equal(year_moment(&leap, 1, 0, at(2027, 5, 1), z), at(2024, 2, 29));
	assert_int_equal(year_moment(lines, 2, 0, at(2027, 5, 1), z), at(2024, 2, 20));
	lines[0] = autumn;
	assert_int_equal(year_moment(lines, 2, 0, at(2026, 5, 1), z), at(2023, 10, 1));
	assert_int_equal(year_moment(&autumn, 1, 0, at(2026, 9, 30), z), at(2026, 10, 1));
	assert_int_equal(year_moment(&autumn, 1, 0, at(2026, 9, 29), z), at(2025, 10, 1));
	struct str none = STR("2026-01-01 00:00:00 x");
	assert_int_equal(year_moment(&none, 1, 0, 42, z), 42);
	struct civil c = { .month = 1, .day = 1 };
	assert_int_equal(year_moment_after(&c, at(2026, 12, 30), z), at(2027, 1, 1));
	assert_int_equal(year_moment_after(&c, at(2027, 1, 1), z), at(2027, 1, 1));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(roles_come_from_content_and_name),
		TEST(young_main_and_reject_logs_are_two),
		TEST(given_gateway_comes_first),
		TEST(host_in_the_line_names_the_gateway),
		TEST(logs_of_a_directory_share_the_derived_gateway),
		TEST(scanner_without_host_joins_the_gateway_of_the_mta),
		TEST(scanner_of_one_call_joins_its_mta),
		TEST(known_log_teaches_a_new_directory),
		TEST(unnamed_gateways_differ),
		TEST(large_content_is_one_source_whatever_the_gateway),
		TEST(equal_content_of_two_gateways_is_two_sources),
		TEST(year_comes_from_the_files_time),
		TEST(year_has_the_leap_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
