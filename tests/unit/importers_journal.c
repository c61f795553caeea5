/* SPDX-License-Identifier: MIT */
/* The journal: values with a length, entries cut anywhere, garbage; hosts and times of lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#include "importers/importer.h"
#include "importers/journal.h"
#include "support_facts.h"

struct seen {
	size_t records, lines, understood, unknown;
	char facts[256];
	bool hold;
};

static int
visit(void *arg, const struct record *r, struct err *e)
{
	struct seen *seen = arg;
	struct strbuf why;

	(void)e;
	seen->records++;
	seen->lines += r->n_lines;
	seen->unknown += r->class == LINE_UNKNOWN;
	if (r->class != LINE_UNDERSTOOD)
		return 0;
	seen->understood++;
	strbuf_init(&why, STRBUF_NO_MAX);
	if (seen->facts[0])
		seen->hold = facts_hold(&r->fragment, seen->facts, &why);
	if (why.n > 0)
		print_error("%s", why.p);
	strbuf_release(&why);
	return 0;
}

static const struct log_format *
format(void)
{
	return journal_importer.format;
}

/* Feeds text by lines; returns how many there were. */
static size_t
feed(struct record_reader *r, struct str text, struct seen *seen, line_ref first)
{
	size_t n = 0;

	while (text.n > 0) {
		size_t end = str_find_char(text, '\n', 0);

		end = end == STR_NPOS ? text.n : end;
		format()->reader_feed(r, reader_line(str_slice(text, 0, end)), first + n++, visit,
				      seen, NULL);
		text = str_skip(text, end + 1);
	}
	return n;
}

static size_t
read_all(struct str text, struct seen *seen)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = TIME_NONE };
	struct record_reader *r = format()->reader_new(&c);
	size_t n = feed(r, text, seen, 1);

	assert_int_equal(format()->reader_finish(r, visit, seen, NULL), 0);
	format()->reader_free(r);
	return n;
}

#define HEAD                                                                                    \
	"__CURSOR=s=a\n__REALTIME_TIMESTAMP=1772600767000000\n_HOSTNAME=mx1\nSYSLOG_IDENTIFIER" \
	"=postfix/smtpd\n_PID=7\n"

static void
values_with_a_length(void **state)
{
	/* Ten bytes, which is a line end in the length; a value that looks like an entry. */
	struct str text = STR(HEAD "NAME\n\x0a\0\0\0\0\0\0\0a\n\nb\nMESSA\n"
				   "OTHER\n\x1b\0\0\0\0\0\0\0\n\n__CURSOR=s=x\nMESSAGE=evil\n"
				   "MESSAGE\n\x1a\0\0\0\0\0\0\0connect from h[192.0.2.7]\xff\n\n");
	struct seen seen = { .facts = "peer=192.0.2.7 host=h pid=7 time=2026-03-04T05:06:07Z" };
	size_t n = read_all(text, &seen);

	(void)state;
	assert_true(seen.hold);
	assert_int_equal(seen.records, 1);
	assert_int_equal(seen.lines, n);
}

static void
a_length_that_lies(void **state)
{
	struct str text = STR(HEAD "MESSAGE\n\xff\xff\xff\xff\xff\xff\xff\xff"
				   "x\n\n" HEAD "MESSAGE=connect from h[192.0.2.7]\n\n" HEAD
				   "NAME\n\x05\0\0\0\0\0\0\0too long\n\n" HEAD
				   "MESSAGE=connect from h[192.0.2.7]\n\n");
	struct seen seen = { .facts = "" };
	size_t n = read_all(text, &seen);

	(void)state;
	assert_int_equal(seen.understood, 2);
	assert_int_equal(seen.unknown, 2);
	assert_int_equal(seen.lines, n);
}

/* What is pending after any line is what a new reader needs to go on. */
static void
cut_anywhere(void **state)
{
	static const char text[] = HEAD
		"MESSAGE\n\x19\0\0\0\0\0\0\0connect from h[192.0.2.7]\n\n"
		"__CURSOR=s=b\n__REALTIME_TIMESTAMP=1772600767000000\n_HOSTNAME=mx1\n"
		"SYSLOG_IDENTIFIER=exim\n_PID=9\nMESSAGE=[1\\2] 1vxeQx-000ABC-1a H=(x) [192.0.2.7] "
		"rejected after DATA: no\n\n" HEAD "MESSAGE=disconnect from h[192.0.2.7]\n\n"
		"__CURSOR=s=b\n__REALTIME_TIMESTAMP=1772600767000000\n_HOSTNAME=mx1\n"
		"SYSLOG_IDENTIFIER=exim\n_PID=9\nMESSAGE=[2/2] Envelope-from: <a@b>\n\n";
	struct parse_context c = { .zone = zone_utc(), .near_us = TIME_NONE };
	struct str lines[64], rest = { text, sizeof(text) - 1 };
	size_t n = 0;

	(void)state;
	for (; rest.n > 0; n++) {
		size_t end = str_find_char(rest, '\n', 0);

		lines[n] = str_slice(rest, 0, end);
		rest = str_skip(rest, end + 1);
	}
	for (size_t cut = 0; cut <= n; cut++) {
		struct seen before = { .facts = "" }, after = { .facts = "" };
		struct record_reader *r = format()->reader_new(&c),
				     *next = format()->reader_new(&c);
		const line_ref *pending;
		size_t n_pending;

		for (size_t i = 0; i < cut; i++)
			format()->reader_feed(r, lines[i], i, visit, &before, NULL);
		n_pending = format()->reader_pending(r, &pending);
		assert_int_equal(before.lines + n_pending, cut);
		for (size_t i = 0; i < n_pending; i++)
			format()->reader_feed(next, lines[pending[i]], pending[i], visit, &after,
					      NULL);
		for (size_t i = cut; i < n; i++)
			format()->reader_feed(next, lines[i], i, visit, &after, NULL);
		format()->reader_finish(next, visit, &after, NULL);
		assert_int_equal(before.understood + after.understood, 3);
		assert_int_equal(before.lines + after.lines, n);
		format()->reader_finish(r, visit, &before, NULL);
		format()->reader_free(r);
		format()->reader_free(next);
	}
}

/* Samples with bytes changed, taken out and doubled: nothing but classes may come of it. */
static void
garbage(void **state)
{
	char text[4096];

	(void)state;
	srand(1);
	for (const struct importer_sample *s = journal_samples; s->line; s++)
		for (int i = 0; i < 400; i++) {
			struct seen seen = { .facts = "" };
			size_t n = strlen(s->line);

			memcpy(text, s->line, n);
			for (int k = rand() % 6; k >= 0; k--) {
				size_t at = (size_t)rand() % n;

				if (rand() % 3 == 0)
					n = at > 0 ? at : 1;
				else
					text[at] =
						(char)(rand() % 4 ? "\n\"[]{},:\\=u\0"[rand() % 12]
								  : rand());
			}
			n = read_all((struct str){ text, n }, &seen);
			assert_int_equal(seen.lines, n);
		}
}

static void
hosts_and_times_of_lines(void **state)
{
	struct str
		json = STR(
			"{\"MESSAGE\":\"\\\"_HOSTNAME\\\":\\\"evil\\\"\",\"A\":\"\\\"_HOSTNAME\","
			"\"_HOSTNAME\" : \"mx1\",\"__REALTIME_TIMESTAMP\":\"1000\"}"),
		host;

	(void)state;
	/* Values that hold the key, or end like it, are not it. */
	assert_true(journal_host(json, &host));
	assert_true(str_eq(host, STR("mx1")));
	assert_true(journal_host(STR("{\"_HOSTNAME\":\"mx1\"}"), &host));
	assert_true(str_eq(host, STR("mx1")));
	assert_true(journal_host(STR("_HOSTNAME=mx2"), &host));
	assert_false(journal_host(STR("_HOSTNAME=mx 2"), &host));
	assert_false(journal_host(STR("{\"_HOSTNAME\":\"mx"), &host));
	assert_int_equal(format()->line_time(json, NULL), 1000);
	assert_int_equal(format()->line_time(STR("__REALTIME_TIMESTAMP=x"), NULL), TIME_NONE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_with_a_length),
		cmocka_unit_test(a_length_that_lies),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(garbage),
		cmocka_unit_test(hosts_and_times_of_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
