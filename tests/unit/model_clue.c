/* SPDX-License-Identifier: MIT */
/* model_clue: what is recognised in a text, of which kind, and where it stood in the original. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "model/clue.h"

/* 2026-11-22 10:00:00 UTC */
#define NOW_US (INT64_C(1795341600) * US_PER_SECOND)

struct clue_case {
	const char *in;
	enum clue_kind kind;
	const char *text;     /* NULL: no clue of that kind */
	const char *verbatim; /* the range in the original; NULL: as text */
};

static const struct clue_case cases[] = {
	{ "(milter id 1xUnaf-0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G", NULL },
	{ "(milter id 1xUnaf-0003jr-0G)", CLUE_ID_TIME, "2026-11-21T16:05:25Z",
	  "1xUnaf-0003jr-0G" },
	{ "id=1vMABC-00000005vHq-0G4x&to=r", CLUE_IDENTIFIER, "1vMABC-00000005vHq-0G4x", NULL },
	{ "id 1xUna\nf-0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G", "1xUna\nf-0003jr-0G" },
	{ "id 1xUnaf-\n    0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G",
	  "1xUnaf-\n    0003jr-0G" },
	{ "550-5.7.1 (milter id 1xUnaf-\n550 5.7.1 0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G",
	  "1xUnaf-\n550 5.7.1 0003jr-0G" },
	{ "<<< 550-x (milter id 1xUn\n<<< 550 af-0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G",
	  "1xUn\n<<< 550 af-0003jr-0G" },
	{ "id 1xUn-\naf-0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G", "1xUn-\naf-0003jr-0G" },
	{ "id 1xUnaf\n0003jr-0G)", CLUE_IDENTIFIER, "1xUnaf-0003jr-0G", "1xUnaf\n0003jr-0G" },
	{ "550 no (milter id 1xUnaf-0003", CLUE_IDENTIFIER, "1xUnaf-0003", NULL },
	{ "...naf-0003jr-0G) is the ID", CLUE_IDENTIFIER, "naf-0003jr-0G", NULL },
	{ "blocked, ref\n554 1795277125.14610", CLUE_IDENTIFIER, "1795277125.14610", NULL },
	{ "queued as 9484353C9A6 by us", CLUE_IDENTIFIER, "9484353C9A6", NULL },
	{ "just a long sentence without any of them", CLUE_IDENTIFIER, NULL, NULL },
	{ "on 2026-11-21 we saw version 4.98.2", CLUE_IDENTIFIER, NULL, NULL },
	{ "Client host [127.0.20.4] blocked", CLUE_IP, "127.0.20.4", NULL },
	{ "from [IPv6:2001:db8::25]:4711 refused", CLUE_IP, "2001:db8::25", NULL },
	{ "from ::ffff:192.0.2.1 (x)", CLUE_IP, "192.0.2.1", "::ffff:192.0.2.1" },
	{ "host 2001:0DB8:0000:0000:0000:0000:0000:0025 is listed", CLUE_IP, "2001:db8::25",
	  "2001:0DB8:0000:0000:0000:0000:0000:0025" },
	{ "554 host 2001:0db8:0:0:0:0:0:25 is listed", CLUE_REPLY, "host 2001:db8::25 is listed",
	  "554 host 2001:0db8:0:0:0:0:0:25 is listed" },
	{ "at 10:20:30 and 1.2.3.4.5", CLUE_IP, NULL, NULL },
	{ "Final-Recipient: rfc822; bob@example.org", CLUE_RECIPIENT, "bob@example.org", NULL },
	{ ">>> RCPT To:<bob@example.org>", CLUE_RECIPIENT, "bob@example.org", NULL },
	{ "<bob@example.org>: host mx1.example.net[192.0.2.9] said: 550 no", CLUE_RECIPIENT,
	  "bob@example.org", NULL },
	{ "Return-Path: <SRS0=Xy1z=AB=isp.example=ann@fwd.example>", CLUE_SENDER, "ann@isp.example",
	  "SRS0=Xy1z=AB=isp.example=ann@fwd.example" },
	{ "refused: {'bob@example.org': (550, b'5.7.1 no')}", CLUE_ADDRESS, "bob@example.org",
	  NULL },
	{ "550 5.7.1 <ann@isp.example>: Sender address rejected: Blocked", CLUE_SENDER,
	  "ann@isp.example", NULL },
	{ "550 5.1.1 <bob@example.org>: Recipient address rejected: no", CLUE_RECIPIENT,
	  "bob@example.org", NULL },
	{ "please write to postmaster@gw.example", CLUE_ADDRESS, "postmaster@gw.example", NULL },
	{ "Reporting-MTA: dns; out7.isp.example", CLUE_HOST, "out7.isp.example", NULL },
	{ "Message-ID: <20261121.1234@isp.example>", CLUE_MESSAGE_ID, "20261121.1234@isp.example",
	  NULL },
	{ "Arrival-Date: Sat, 21 Nov 2026 16:05:30 +0000 (UTC)", CLUE_TIME,
	  "Sat, 21 Nov 2026 16:05:30 +0000 (UTC)", NULL },
	{ "said: 550 5.7.1 No thanks (in reply to end of DATA command)", CLUE_STAGE, "data",
	  "in reply to end of DATA" },
	{ "said: 550 5.7.1 No thanks (in\n    reply to RCPT TO command)", CLUE_STAGE, "rcpt",
	  "in\n    reply to RCPT TO" },
	{ "said: 550 5.7.1 No thanks (in reply to end of DATA command)", CLUE_CODE, "550 5.7.1",
	  "550 5.7.1 " },
	{ "<<< 550-5.7.1 Not\n<<< 550 5.7.1 today", CLUE_REPLY, "Not today",
	  "550-5.7.1 Not\n<<< 550 5.7.1 today" },
	{ "(550, b'5.7.1 Not\\n5.7.1 today')", CLUE_REPLY, "Not today", "5.7.1 Not\\n5.7.1 today" },
	{ "Subject: Lunch on Friday\nMessage-ID: <x123456@y.example>", CLUE_SUBJECT,
	  "Lunch on Friday", NULL },
	{ "Subject: Lunch\n on Friday\nTo: <x@y.example>", CLUE_SUBJECT, "Lunch\n on Friday",
	  NULL },
	{ "  Subject: Lunch on Friday\n  To: <x@y.example>\n", CLUE_SUBJECT, "Lunch on Friday",
	  NULL },
	{ "it came yesterday around 16:05, I think", CLUE_TIME, "yesterday around 16:05", NULL },
	{ "refused 2026-11-21 16:05:30", CLUE_TIME, "2026-11-21 16:05:30", NULL },
	{ "2026-11-21T16:05:30.5Z", CLUE_TIME, "2026-11-21T16:05:30.5Z", NULL },
	{ "Nov 21 16:05:30 mx1 exim", CLUE_TIME, "Nov 21 16:05:30", NULL },
	{ "on Sat, 21 Nov 2026 16:05:30 +0000", CLUE_TIME, "Sat, 21 Nov 2026 16:05:30 +0000",
	  NULL },
	{ "On Sat, Nov 21, 2026 at 4:05 PM Ann wrote", CLUE_TIME, "Sat, Nov 21, 2026 at 4:05 PM",
	  NULL },
	{ "at 16:05?", CLUE_TIME, "16:05", NULL },
	{ "ann@isp.example 21 Nov", CLUE_TIME, "21 Nov", NULL },
	{ "ann@isp.example at 4pm", CLUE_TIME, "4pm", NULL },
	{ "16:05 on 21.11.2026", CLUE_TIME, "16:05 on 21.11.2026", NULL },
	{ "from ::1:2 port 25:30x, 2001:db8:10:20::1, version 1.2.3", CLUE_TIME, NULL, NULL },
	{ "you may 5 times, or 2026-13-41", CLUE_TIME, NULL, NULL },
	{ "550 spam score=15.2 is too high", CLUE_SCORE, "15.2", NULL },
};

static const struct clue *
find_clue(const struct clue_set *s, enum clue_kind kind, struct str text)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].kind == kind && (text.n == 0 || str_eq(s->v[i].text, text)))
			return &s->v[i];
	}
	return NULL;
}

static void
check_case(size_t number, const struct clue_case *c)
{
	struct paste p;
	struct clue_set s;
	struct arena a;

	arena_init(&a);
	paste_init(&p, str_from(c->in));
	clue_set_init(&s, &p, zone_utc(), &a);
	s.now_us = NOW_US;
	clue_find_all(&s);
	const struct clue *clue = find_clue(&s, c->kind, str_from(c->text));
	if (!clue != !c->text)
		fail_msg("case %zu: %s %s in \"%s\"", number, clue_kind_text(c->kind),
			 clue ? "found" : "not found", c->in);
	if (clue) {
		struct str verbatim = str_slice(p.original, clue->start, clue->end);

		if (!str_eq(verbatim, str_from(c->verbatim ? c->verbatim : c->text)))
			fail_msg("case %zu: stands at \"%.*s\"", number, STR_ARG(verbatim));
	}
	clue_set_release(&s);
	paste_release(&p);
	arena_release(&a);
}

static void
recognises(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		check_case(i, &cases[i]);
}

/* Seconds from 2026-11-21 16:05:00 UTC, and how far off they may be. */
static void
reads_moments(void **state)
{
	static const struct {
		const char *in;
		int64_t off_s, slack_s;
	} moments[] = {
		{ "yesterday around 16:05", 0, 900 },
		{ "today 09:05", 61200, 900 },
		{ "2026-11-21 16:05:30", 30, 120 },
		{ "2026-11-21 18:05:30 +0200", 30, 120 },
		{ "Nov 21 16:05:30", 30, 120 },
		{ "Nov 23 16:05:30", 30 - 363 * 86400, 120 },
		{ "Sat Nov 21 16:05:30 2026", 30, 120 },
		{ "16:05", 0, 900 },
		{ "09:05", 61200, 900 },
		{ "4:05 pm yesterday", 0, 900 },
		{ "2026-11-21", -14700, 43200 },
		{ "yesterday", -14700, 43200 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
		struct paste p;
		struct clue_set s;
		struct arena a;

		arena_init(&a);
		paste_init(&p, str_from(moments[i].in));
		clue_set_init(&s, &p, zone_utc(), &a);
		s.now_us = NOW_US;
		clue_find_all(&s);
		const struct clue *c = find_clue(&s, CLUE_TIME, STR(""));
		if (!c)
			fail_msg("no time in \"%s\"", moments[i].in);
		int64_t off = c->time_us / US_PER_SECOND - INT64_C(1795277100);
		if (off != moments[i].off_s || c->slack_us != moments[i].slack_s * US_PER_SECOND)
			fail_msg("\"%s\" is %lld s off", moments[i].in, (long long)off);
		clue_set_release(&s);
		paste_release(&p);
		arena_release(&a);
	}
}

static void
caps_hold(void **state)
{
	struct strbuf text;
	struct paste p;
	struct clue_set s;
	struct arena a;
	size_t identifiers = 0;

	(void)state;
	arena_init(&a);
	strbuf_init(&text, STRBUF_NO_MAX);
	for (int i = 0; i < 5000; i++)
		strbuf_printf(&text, "token%07dx u%d@h%d.example 10.1.%d.%d\n", i, i, i, i / 256,
			      i % 256);
	strbuf_add_text(&text, "milter id 1xUnaf-0003jr-0G\n");
	paste_init(&p, strbuf_str(&text));
	clue_set_init(&s, &p, zone_utc(), &a);
	clue_find_all(&s);
	assert_true(s.n <= CLUE_MAX);
	for (size_t i = 0; i < s.n; i++)
		identifiers += s.v[i].kind == CLUE_IDENTIFIER;
	assert_true(identifiers <= CLUE_MAX_IDENTIFIERS);
	/* The promising one at the end has displaced a mere token. */
	assert_non_null(find_clue(&s, CLUE_IDENTIFIER, STR("1xUnaf-0003jr-0G")));
	clue_set_release(&s);
	paste_release(&p);
	strbuf_release(&text);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(recognises),
		cmocka_unit_test(reads_moments),
		cmocka_unit_test(caps_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
