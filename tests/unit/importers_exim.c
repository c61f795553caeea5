/* SPDX-License-Identifier: MIT */
/* The parts of the Exim format: prefixes, hosts, syslog, and records made of physical lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "base/strbuf.h"
#include "importers/exim.h"
#include "importers/exim_line.h"
#include "importers/exim_reader.h"
#include "importers/rfc2047.h"
#include "importers/syslog.h"

#define T       "2026-03-04 05:06:07 "
#define NEAR_US (INT64_C(1772600767) * US_PER_SECOND) /* that moment, UTC */

static void
assert_str(struct str got, const char *wanted)
{
	if (!str_eq(got, str_from(wanted)))
		fail_msg("'%.*s', not '%s'", (int)got.n, got.p, wanted);
}

/* --- prefix and host -------------------------------------------------------------------------- */

static void
stamps(void **state)
{
	static const char *const good[] = {
		"2026-03-04 05:06:07",
		"2026-03-04 05:06:07 x",
		"2026-03-04 05:06:07.123 x",
	};
	static const char *const bad[] = {
		"2026-03-04T05:06:07 x",
		"2026-03-04 05:06:0",
		"2026-03-04 05:06:07x",
		"2o26-03-04 05:06:07",
		"2026-0a-04 05:06:07",
		"2026-03-0: 05:06:07",
		"2026-03-04 05.06:07",
		"2026/03-04 05:06:07",
		"2026-03-04 0\xff:06:07",
		("\xfa"
		 "026-03-04 05:06:07"),
		"",
		" 2026-03-04 05:06:07",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(exim_has_stamp(str_from(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (exim_has_stamp(str_from(bad[i])))
			fail_msg("%s", bad[i]);
	}
	/* Every byte counts: any other value in the place of a digit or separator. */
	for (size_t at = 0; at < 19; at++) {
		for (int c = 0; c < 256; c++) {
			char line[] = "2026-03-04 05:06:07";
			bool digit = char_is_digit(line[at]), same = line[at] == (char)c;

			line[at] = (char)c;
			assert_int_equal(exim_has_stamp(str_from(c ? line : "")),
					 c && (digit ? char_is_digit((char)c) : same));
		}
	}
}

static void
prefixes(void **state)
{
	struct exim_prefix p;

	(void)state;
	exim_prefix(STR("2026-13-04 05:06:07 x"), NULL, &p);
	assert_true(p.time_us == TIME_NONE);
	exim_prefix(STR("[123] text"), NULL, &p);
	assert_true(p.time_us == TIME_NONE);
	assert_int_equal(p.pid, 123);
	assert_str(p.text, "text");
	exim_prefix(STR(T "[127.0.0.1] text"), NULL, &p);
	assert_int_equal(p.pid, 0);
	assert_str(p.text, "[127.0.0.1] text");
	exim_prefix(STR(T "1vxeQx-000ABC-1a"), NULL, &p);
	assert_str(p.id, "1vxeQx-000ABC-1a");
	assert_str(p.text, "");
	exim_prefix(STR(T "1vxeQx-000ABC-1a: x"), NULL, &p);
	assert_str(p.id, "");
}

static void
hosts(void **state)
{
	static const struct {
		const char *text, *name, *helo, *ip;
		uint16_t port;
		const char *rest;
	} cases[] = {
		{ "[192.0.2.1]", "", "", "192.0.2.1", 0, "" },
		{ "[192.0.2.1]:25 x", "", "", "192.0.2.1", 25, " x" },
		{ "n [192.0.2.1]:99999 x", "n", "", "192.0.2.1", 0, " x" },
		{ "n (h) [::1]:7: x", "n", "h", "::1", 7, ": x" },
		{ "(a (b) c) [192.0.2.1] x", "", "a (b) c", "192.0.2.1", 0, " x" },
		{ "([10.0.0.1]) [192.0.2.1] x", "", "[10.0.0.1]", "192.0.2.1", 0, " x" },
		{ "(a) [1.2.3] b) [192.0.2.1]", "", "a) [1.2.3] b", "192.0.2.1", 0, "" },
		{ "n DS [192.0.2.1]*", "n", "", "192.0.2.1", 0, "*" },
	};
	static const char *const none[] = {
		"",     "name",        "name ",       "(helo)",         "(helo) [no]", "[1.2.3]",
		"[::1", "[1.2.3.4.5]", "[abc.d.e.f]", "n [192.0.2.1]x", "[:1]",        "[]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct str s = str_from(cases[i].text);
		struct exim_host h;

		assert_true(exim_host(&s, NULL, &h));
		assert_str(h.name, cases[i].name);
		assert_str(h.helo, cases[i].helo);
		assert_str(h.ip, cases[i].ip);
		assert_int_equal(h.port, cases[i].port);
		assert_str(s, cases[i].rest);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		struct str s = str_from(none[i]);
		struct exim_host h;

		if (exim_host(&s, NULL, &h))
			fail_msg("%s", none[i]);
		assert_str(s, none[i]);
	}
}

static void
encoded_words(void **state)
{
	static const struct {
		const char *text, *decoded;
	} cases[] = {
		{ "plain =? text", "plain =? text" },
		{ "=?UTF-8?Q?a_b=3D?= c", "a b= c" },
		{ "=?utf-8?b?zpE=?= =?utf-8?B?zpI=?= x", "\xce\x91\xce\x92 x" },
		{ "=?us-ascii?q?a?=  b  =?us-ascii?q?c?=", "a  b  c" },
		{ "=?iso-8859-1?Q?=E9t=E9?=", "\xc3\xa9t\xc3\xa9" },
		{ "=?koi8-r?Q?=E9?=", "=?koi8-r?Q?=E9?=" },
		{ "=?utf-8?X?a?=", "=?utf-8?X?a?=" },
		{ "=?utf-8?Q?a", "=?utf-8?Q?a" },
		{ "=?utf-8?Q?=4?=", "=4" },
		{ "=?utf-8?Q?=?=", "=" },
		{ "=?", "=?" },
		{ "", "" },
	};
	struct arena a = { .head = NULL };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_str(rfc2047_decode(str_from(cases[i].text), &a), cases[i].decoded);
	arena_release(&a);
}

/* --- syslog ----------------------------------------------------------------------------------- */

static void
syslog_prefixes(void **state)
{
	static const struct {
		const char *line, *host, *tag;
		uint32_t pid;
		const char *text;
	} cases[] = {
		{ "Mar  4 05:06:07 gw exim[12]: a b", "gw", "exim", 12, "a b" },
		{ "<22>Mar 14 05:06:07 gw exim: a", "gw", "exim", 0, "a" },
		{ "<22>Mar 14 05:06:07 exim[12]: a", "", "exim", 12, "a" },
		{ "2026-03-04T05:06:07.25+00:00 gw.x postfix/smtpd[9]: "
		  "a",
		  "gw.x", "postfix/smtpd", 9, "a" },
		{ "2026-03-04T05:06:07Z gw exim[12]: a", "gw", "exim", 12, "a" },
		{ "2026-03-04T05:06:07+0000 gw exim[12]:", "gw", "exim", 12, "" },
		{ "<22>1 2026-03-04T05:06:07Z gw exim 12 - - a", "gw", "exim", 12, "a" },
		{ "<22>1 2026-03-04T05:06:07Z - exim - ID - a", "", "exim", 0, "a" },
		{ "<22>1 2026-03-04T05:06:07Z gw exim 12 - [x@1 a=\"b\\]c\"][y] "
		  "\xef\xbb\xbf"
		  "a",
		  "gw", "exim", 12, "a" },
		{ "2013 Jun 12 06:35:24.123 gw exim[12]: a", "gw", "exim", 12, "a" },
		{ "Mar  4 05:06:07 gw exim[12]: [ID 197553 mail.info] a", "gw", "exim", 12, "a" },
		{ "Mar  4 05:06:07 <mail.info> gw exim[12]: a", "gw", "exim", 12, "a" },
		{ "Mar  4 05:06:07 gw <mail.info> exim[12]: a", "gw", "exim", 12, "a" },
		{ "Mar  4 05:06:07 gw last message repeated 2 times", "gw", "", 0,
		  "last message repeated 2 times" },
	};
	static const char *const none[] = {
		"",
		"Mar  4 05:06:07",
		"Mxr  4 05:06:07 gw exim[12]: a",
		"Mar 44 05:06:07 gw x: a",
		"2026-03-04 05:06:07 gw exim[12]: a",
		"2026-13-04T05:06:07Z gw exim[12]: a",
		"<x>Mar  4 05:06:07 gw exim[12]: a",
		"P Received: from x by y with z",
		"<22>1 - gw exim 12 - - a",
		"Mar  4 25:06:07 gw exim[12]: a",
	};
	struct syslog_line s;
	struct str host;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (!syslog_parse(str_from(cases[i].line), &s))
			fail_msg("%s", cases[i].line);
		assert_str(s.host, cases[i].host);
		assert_str(s.tag, cases[i].tag);
		assert_int_equal(s.pid, cases[i].pid);
		assert_str(s.text, cases[i].text);
		assert_int_equal(syslog_host(str_from(cases[i].line), &host),
				 cases[i].host[0] != '\0');
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		if (syslog_parse(str_from(none[i]), &s))
			fail_msg("%s", none[i]);
	}
}

static int
keep_record(void *arg, const struct record *r, struct err *e)
{
	struct record *kept = arg;

	(void)e;
	*kept = *r;
	return 0;
}

static void
a_scanner_in_the_same_syslog_counts(void **state)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR_US };
	struct record_reader *reader = exim_reader_new(&c);
	struct str line = STR("Mar  4 05:06:07 gw spamd[9]: spamd: result: Y  7 - A,B scantime=0.1,"
			      "required_score=5.0,raddr=::1,mid=<m@a.example>,autolearn=no");
	struct record r = { .n_lines = 0 };

	(void)state;
	assert_int_equal(exim_reader_feed(reader, line, 1, keep_record, &r, NULL), 0);
	assert_int_equal(r.class, LINE_UNDERSTOOD);
	assert_int_equal(r.fragment.kind, FRAGMENT_SCORE);
	assert_true(r.fragment.time_us == NEAR_US);
	assert_str(r.fragment.identifiers[0].text, "m@a.example");
	/* Of the record's text alone, too. */
	struct fragment again;
	struct arena scratch = { 0 };
	assert_int_equal(exim_format.parse(r.text, &c, &again, &scratch), LINE_UNDERSTOOD);
	assert_int_equal(again.kind, FRAGMENT_SCORE);
	assert_true(again.time_us == NEAR_US);
	arena_release(&scratch);
	line = STR("Mar  4 05:06:07 gw cron[9]: job");
	assert_int_equal(exim_reader_feed(reader, line, 2, keep_record, &r, NULL), 0);
	assert_int_equal(r.class, LINE_IGNORED);
	exim_reader_free(reader);
}

static void
syslog_years(void **state)
{
	static const struct {
		const char *line;
		const char *near, *wanted;
	} cases[] = {
		{ "Mar  4 05:06:07 gw x: a", "2026-03-05 00:00:00", "2026-03-04 05:06:07" },
		{ "Dec 31 23:59:59 gw x: a", "2026-01-01 00:00:01", "2025-12-31 23:59:59" },
		{ "Jan  1 00:00:00 gw x: a", "2025-12-31 23:59:59", "2026-01-01 00:00:00" },
		{ "Feb 29 12:00:00 gw x: a", "2026-03-01 00:00:00", "2024-02-29 12:00:00" },
		{ "2013 Jun 12 06:35:24 gw x: a", "2026-03-01 00:00:00", "2013-06-12 06:35:24" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t near, wanted;
		struct syslog_line s;

		assert_true(time_parse(str_from(cases[i].near), zone_utc(), &near));
		assert_true(time_parse(str_from(cases[i].wanted), zone_utc(), &wanted));
		assert_true(syslog_parse(str_from(cases[i].line), &s));
		assert_true(syslog_time(&s, zone_utc(), near) == wanted);
		if (!s.has_year)
			assert_true(syslog_time(&s, zone_utc(), TIME_NONE) == TIME_NONE);
	}
}

/* --- reader ----------------------------------------------------------------------------------- */

struct out {
	struct strbuf text; /* "class:lines:text" of each record, one a line */
	int64_t last_us;
	uint32_t last_pid;
};

static int
write_down(void *arg, const struct record *r, struct err *e)
{
	struct out *o = arg;

	(void)e;
	strbuf_printf(&o->text, "%c:",
		      line_class_text(r->class)[0] == 'i' ? 'i'
		      : r->class == LINE_UNKNOWN          ? '?'
							  : 'u');
	for (size_t i = 0; i < r->n_lines; i++)
		strbuf_printf(&o->text, "%s%llu", i ? "," : "", (unsigned long long)r->lines[i]);
	strbuf_add_char(&o->text, ':');
	strbuf_add(&o->text, r->text);
	strbuf_add_char(&o->text, ';');
	o->last_us = r->fragment.time_us;
	o->last_pid = r->fragment.pid;
	return 0;
}

/* Reads the lines and compares what came out; `pending` is the list at the end. */
static void
check_reader(const char *const *lines, const char *wanted, const char *wanted_pending)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR_US };
	struct record_reader *r = exim_reader_new(&c);
	struct out o = { .last_us = 0 };
	struct strbuf pending;
	const line_ref *refs;
	size_t n;

	strbuf_init(&o.text, STRBUF_NO_MAX);
	strbuf_init(&pending, STRBUF_NO_MAX);
	for (size_t i = 0; lines[i]; i++)
		exim_reader_feed(r, str_from(lines[i]), i + 1, write_down, &o, NULL);
	exim_reader_finish(r, write_down, &o, NULL);
	n = exim_reader_pending(r, &refs);
	for (size_t i = 0; i < n; i++)
		strbuf_printf(&pending, "%s%llu", i ? "," : "", (unsigned long long)refs[i]);
	assert_str(strbuf_str(&o.text), wanted);
	assert_str(strbuf_str(&pending), wanted_pending);
	exim_reader_free(r);
	strbuf_release(&o.text);
	strbuf_release(&pending);
}

#define PIECE(pid, text) "Mar  4 05:06:07 gw exim[" pid "]: " text
#define Z                "2026-03-04 05:06:07.000000 +0000 "

static void
continuations(void **state)
{
	(void)state;
	check_reader((const char *const[]){ T "Start queue run: pid=1",
					    T "1vxeQx-000ABC-1a "
					      "x",
					    "\ty", "", T "End queue run: pid=1\r", NULL },
		     "i:1:" T "Start queue run: pid=1;u:2,3,4:" T "1vxeQx-000ABC-1a x\n\ty\n;"
		     "i:5:" T "End queue run: pid=1;",
		     "5");
	/* Lines whose record began in another file. */
	check_reader((const char *const[]){ "\tfor b@gw.example;", "F From: x", "Envelope-to: <b>",
					    "rubbish", NULL },
		     "i:1:\tfor b@gw.example;;i:2:F From: x;i:3:Envelope-to: <b>;?:4:rubbish;", "");
}

static void
interleaved_pieces(void **state)
{
	(void)state;
	check_reader((const char *const[]){ PIECE("1", "[1\\3] 1vxeQx-000ABC-1a a"),
					    PIECE("2", "[1/2] 1vxeQx-000ABC-1b b"),
					    PIECE("1", "[2\\3] #011c"),
					    PIECE("3", "Start queue run: pid=3"),
					    PIECE("2", "[2/2] d#"),
					    PIECE("1", "[3/3] e#012#999#007"), NULL },
		     "i:4:" Z "[3] Start queue run: pid=3;u:2,5:" Z "[2] 1vxeQx-000ABC-1b bd#;"
		     "u:1,3,6:" Z "[1] 1vxeQx-000ABC-1a a\n\tc\ne\n#999\x07;",
		     "");
}

static void
incomplete_pieces(void **state)
{
	(void)state;
	/* The end never comes; it is shown as it is, and may still grow. */
	check_reader((const char *const[]){ PIECE("1", "[1/3] 1vxeQx-000ABC-1a a"),
					    PIECE("1", "[2/3] b"), NULL },
		     "u:1,2:" Z "[1] 1vxeQx-000ABC-1a ab;", "1,2");
	/* A new record of the process ends the old one; a piece out of turn belongs to nothing. */
	check_reader((const char *const[]){ PIECE("1", "[1/3] 1vxeQx-000ABC-1a a"),
					    PIECE("1", "[1/2] 1vxeQx-000ABC-1b b"),
					    PIECE("1", "[3/3] c"), PIECE("1", "[2/2] d"), NULL },
		     "u:1:" Z "[1] 1vxeQx-000ABC-1a a;u:2:" Z "[1] 1vxeQx-000ABC-1b "
		     "b;i:3:c;i:4:d;",
		     "");
	/* What only looks like a mark. */
	check_reader((const char *const[]){ PIECE("1", "[0/3] x"), PIECE("1", "[4/3] x"),
					    PIECE("1", "[1/] x"), PIECE("1", "[1/2 x"), NULL },
		     "?:1:" Z "[1] [0/3] x;?:2:" Z "[1] [4/3] x;?:3:" Z "[1] [1/] x;?:4:" Z
		     "[1] [1/2 x;",
		     "");
}

/* More processes in the middle of a record than are kept: the oldest are shown as they are. */
static void
too_many_open_sets(void **state)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR_US };
	struct record_reader *r = exim_reader_new(&c);
	struct out o = { .last_us = 0 };
	const line_ref *refs;
	char line[100];

	(void)state;
	strbuf_init(&o.text, STRBUF_NO_MAX);
	for (unsigned i = 0; i < 200; i++) {
		snprintf(line, sizeof(line), PIECE("%u", "[1/2] 1vxeQx-000ABC-1a a"), i + 1);
		exim_reader_feed(r, str_from(line), i, write_down, &o, NULL);
	}
	assert_true(exim_reader_pending(r, &refs) <= 64);
	assert_true(str_starts(strbuf_str(&o.text), STR("u:0:" Z "[1] 1vxeQx-000ABC-1a a;u:1:")));
	/* Age as well: lines of others pass, then a new record sweeps. */
	for (unsigned i = 0; i < 6000; i++)
		exim_reader_feed(r, STR(T "Start queue run: pid=1"), 200 + i, write_down, &o, NULL);
	exim_reader_feed(r,
			 STR(PIECE("9999", "[1/2] 1vxeQx-000ABC-1a "
					   "a")),
			 9000, write_down, &o, NULL);
	assert_int_equal(exim_reader_pending(r, &refs), 1);
	exim_reader_free(r);
	strbuf_release(&o.text);
}

static void
long_records(void **state)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR_US };
	struct record_reader *r = exim_reader_new(&c);
	struct out o = { .last_us = 0 };
	const line_ref *refs;
	char *line = xmalloc(20000);

	(void)state;
	strbuf_init(&o.text, STRBUF_NO_MAX);
	memset(line, 'x', 20000);
	line[0] = '\t';
	exim_reader_feed(r, STR(T "1vxeQx-000ABC-1a x"), 0, write_down, &o, NULL);
	for (unsigned i = 1; i < 10; i++)
		exim_reader_feed(r, (struct str){ line, 20000 }, i, write_down, &o, NULL);
	assert_int_equal(exim_reader_pending(r, &refs), 10);
	exim_reader_finish(r, write_down, &o, NULL);
	assert_true(str_starts(strbuf_str(&o.text), STR("u:0,1,2,3,4,5,6,7,8,9:")));
	assert_true(o.text.n <= EXIM_RECORD_MAX + 30);
	exim_reader_free(r);
	strbuf_release(&o.text);
	free(line);
}

/* After finish a line may still come: the record is shown again, whole; a new one alone. */
static void
growth_after_finish(void **state)
{
	struct parse_context c = { .zone = zone_utc(), .near_us = NEAR_US };
	struct record_reader *r = exim_reader_new(&c);
	struct out o = { .last_us = 0 };

	(void)state;
	strbuf_init(&o.text, STRBUF_NO_MAX);
	exim_reader_feed(r, STR(T "1vxeQx-000ABC-1a x"), 1, write_down, &o, NULL);
	exim_reader_finish(r, write_down, &o, NULL);
	exim_reader_feed(r, STR("  y"), 2, write_down, &o, NULL);
	exim_reader_finish(r, write_down, &o, NULL);
	exim_reader_feed(r, STR(T "1vxeQx-000ABC-1b z"), 3, write_down, &o, NULL);
	exim_reader_finish(r, write_down, &o, NULL);
	assert_str(strbuf_str(&o.text), "u:1:" T "1vxeQx-000ABC-1a x;u:1,2:" T
					"1vxeQx-000ABC-1a x\n  y;u:3:" T "1vxeQx-000ABC-1b z;");
	exim_reader_free(r);
	strbuf_release(&o.text);
}

static void
detection(void **state)
{
	static const struct {
		const char *line;
		bool ours;
	} cases[] = {
		{ T "1vxeQx-000ABC-1a <= a@x U=x P=local S=1", true },
		{ T "cwd=/ 3 args: exim -q", true },
		{ T "exim 4.98 daemon started: pid=1", true },
		{ "Mar  4 05:06:07 gw exim4[12]: anything", true },
		{ T "#4493(rspamd_proxy) <94f35d>; proxy; rspamd_task_write_log: id: <x>", false },
		{ T "anything else", false },
		{ "Mar  4 05:06:07 gw postfix/smtpd[12]: connect from x[192.0.2.1]", false },
		{ "{\"time\": 1}", false },
		{ "\tfolded", false },
		{ "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if ((exim_importer.detect(str_from(cases[i].line)) >= 50) != cases[i].ours)
			fail_msg("%s: "
				 "%d",
				 cases[i].line, exim_importer.detect(str_from(cases[i].line)));
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps),
		cmocka_unit_test(prefixes),
		cmocka_unit_test(hosts),
		cmocka_unit_test(encoded_words),
		cmocka_unit_test(syslog_prefixes),
		cmocka_unit_test(syslog_years),
		cmocka_unit_test(a_scanner_in_the_same_syslog_counts),
		cmocka_unit_test(continuations),
		cmocka_unit_test(interleaved_pieces),
		cmocka_unit_test(incomplete_pieces),
		cmocka_unit_test(too_many_open_sets),
		cmocka_unit_test(long_records),
		cmocka_unit_test(growth_after_finish),
		cmocka_unit_test(detection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
