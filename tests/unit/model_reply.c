/* SPDX-License-Identifier: MIT */
/* Replies: codes off each line, shapes of texts, reference tokens; and the vocabulary. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/strbuf.h"
#include "model/fragment.h"
#include "model/reply.h"
#include "model/words.h"

static struct arena arena;

static int
release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static void
assert_text(struct str got, const char *wanted)
{
	if (!str_eq(got, str_from(wanted)))
		fail_msg("'%.*s', not '%s'", (int)got.n, got.p, wanted);
}

static void
parsing(void **state)
{
	static const struct {
		const char *reply;
		uint16_t code;
		const char *enhanced;
		const char *text;
	} cases[] = {
		{ "550 5.7.1 no", 550, "5.7.1", "no" },
		{ "550-5.7.1 one\n550-5.7.1 two\n550 5.7.1 "
		  "three",
		  550, "5.7.1", "one\ntwo\nthree" },
		{ "550-one\\n550 two", 550, "", "one\ntwo" },
		{ "550-5.7.1 one\r\n550 5.7.1 two\r\n", 550, "5.7.1", "one\ntwo" },
		{ "a literal \\n and \\path", 0, "", "a literal \\n and \\path" },
		{ "452 4.2.2 full", 452, "4.2.2", "full" },
		{ "552 4.2.2 full", 552, "4.2.2", "full" },
		{ "5.7.1 only enhanced", 0, "5.7.1", "only enhanced" },
		{ "550 full 5.2.2 inside", 550, "", "full 5.2.2 inside" },
		{ "550", 550, "", "" },
		{ "550 ", 550, "", "" },
		{ "250-2.0.0 ok", 250, "2.0.0", "ok" },
		{ "5501 no code", 0, "", "5501 no code" },
		{ "650 no code", 0, "", "650 no code" },
		{ "550 3.7.1 x", 550, "", "3.7.1 x" },
		{ "550 5.7.1.2 x", 550, "", "5.7.1.2 x" },
		{ "550 5.7.1: x", 550, "5.7.1", ": x" },
		{ "550 5.7.606 x", 550, "5.7.606", "x" },
		{ "unknown user", 0, "", "unknown user" },
		{ "  \n", 0, "", "" },
		{ "", 0, "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r = reply_parse(str_from(cases[i].reply), &arena);

		assert_int_equal(r.code, cases[i].code);
		assert_int_equal(r.code_logged, cases[i].code != 0);
		assert_text(enhanced_text(r.enhanced, &arena), cases[i].enhanced);
		assert_text(r.text, cases[i].text);
	}
}

static void
enhanced(void **state)
{
	struct enhanced e = { 0 };

	(void)state;
	assert_int_equal(enhanced_parse(STR("5.7.606 x"), &e), 7);
	assert_int_equal(e.detail, 606);
	assert_int_equal(enhanced_parse(STR("4.0.0"), &e), 5);
	assert_int_equal(enhanced_parse(STR("5.7.1."), &e), 5);
	assert_int_equal(enhanced_parse(STR("5.7"), &e), 0);
	assert_int_equal(enhanced_parse(STR("5.7."), &e), 0);
	assert_int_equal(enhanced_parse(STR("5.7.1234"), &e), 0);
	assert_int_equal(enhanced_parse(STR("5.7.1x"), &e), 0);
	assert_int_equal(enhanced_parse(STR("1.7.1"), &e), 0);
}

static void
shapes(void **state)
{
	static const struct {
		const char *text, *shape;
	} cases[] = {
		{ "unknown user", "unknown user" },
		{ "<a@b.example>: User unknown in table", "<*>: User unknown in table" },
		{ "Rejected: spam (milter id 1xUnZw-00032s-19)", "Rejected: spam (milter id *)" },
		{ "your host [127.0.0.1] is not allowed, ref 1795278143.24431",
		  "your host [*] is not allowed, ref *" },
		{ "host [2001:db8::1] no", "host [*] no" },
		{ "see https://dnsbl.example/q?ip=192.0.2.1&x=y",
		  "see "
		  "https://dnsbl.example/q?ip=*&x=y" },
		{ "user 'bob' and \"alice b\" and don't, can't",
		  "user '*' and \"*\" and don't, can't" },
		{ "one\ntwo   three 4 5", "one two three * *" },
		{ "size=9 max=5", "size=* max=*" },
		{ "at 12:30:00, 5 points", "at *, * points" },
		{ "\xce\x9c\xce\xae\xce\xbd\xcf\x85\xce\xbc\xce\xb1 "
		  "7",
		  "\xce\x9c\xce\xae\xce\xbd\xcf\x85\xce\xbc\xce\xb1 *" },
		{ "score +++++ (XXXXII) of 5", "score * (*) of *" },
		{ "tests=[RDNS_NONE,SPF_FAIL,HTML_70_90] and, so on", "tests=[*] and, so on" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_text(reply_shape(str_from(cases[i].text), &arena), cases[i].shape);
}

/* Texts made by one rule have one shape; texts of different rules do not. */
static void
shapes_compare(void **state)
{
	struct str a = reply_shape(STR("550 host [192.0.2.1] said <a@b>: id "
				       "1xUnZw-00032s-19"),
				   &arena);
	struct str b = reply_shape(STR("550 host [192.0.2.77] said <cd@e.f>: id "
				       "1xUnZx-00033D-0i"),
				   &arena);
	struct str c = reply_shape(STR("550 host [192.0.2.77] wrote <cd@e.f>: id x"), &arena);

	(void)state;
	assert_true(str_eq(a, b));
	assert_false(str_eq(a, c));
}

static void
shapes_are_bounded(void **state)
{
	struct strbuf b;
	struct str s;

	(void)state;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < 400; i++)
		strbuf_add_text(&b, i % 7 ? "\xce\x95" : "x\xce\x95 ");
	s = reply_shape(strbuf_str(&b), &arena);
	assert_true(s.n > 290 && s.n <= 300);
	/* No half character at the end. */
	assert_true((unsigned char)s.p[s.n - 1] < 0xc0);
	strbuf_release(&b);
}

static void
add_token(void *arg, struct str token)
{
	struct strbuf *b = arg;

	strbuf_add_char(b, '|');
	strbuf_add(b, token);
}

static void
references(void **state)
{
	static const struct {
		const char *text, *tokens;
	} cases[] = {
		{ "Rejected: spam score too high (milter id "
		  "1xUnZw-00032s-19)",
		  "|1xUnZw-00032s-19" },
		{ "not allowed to connect, ref 1795278143.24431", "|1795278143.24431" },
		{ "not allowed to connect, ref\n1795278143.24431.", "|1795278143.24431" },
		{ "scored 7 points. Ref: 1xUnZw-00032s-19", "|1xUnZw-00032s-19" },
		{ "as spam, reference 1xUnZw-00032z-24", "|1xUnZw-00032z-24" },
		{ "session conn-77a1 refused", "|conn-77a1" },
		{ "virus. Message ID 4F2A1B7C", "|4F2A1B7C" },
		{ "see "
		  "https://gw.example/reject?id=1xUnZw-000336-2z&to=rcpt",
		  "|1xUnZw-000336-2z" },
		{ "message 1xUnZw-000336-2z was refused", "|1xUnZw-000336-2z" },
		{ "1xUnzZ-000000004eM-0CpH anywhere", "|1xUnzZ-000000004eM-0CpH" },
		{ "two: id AAAA1 and ref=\"BBBB2\"", "|AAAA1|BBBB2" },
		{ "Message ID <20261121.1@x.example> seen", "" },
		{ "session timed out", "" },
		{ "id 12", "" },
		{ "user unknown", "" },
		{ "identity 123456", "" },
		{ "idle 123456", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct strbuf b;

		strbuf_init(&b, STRBUF_NO_MAX);
		reply_references(str_from(cases[i].text), add_token, &b);
		if (!str_eq(strbuf_str(&b), str_from(cases[i].tokens)))
			fail_msg("%s: %s", cases[i].text, b.p);
		strbuf_release(&b);
	}
}

static void
words(void **state)
{
	(void)state;
	for (int i = 0; i < STAGE_COUNT; i++)
		assert_int_equal(stage_from_text(str_from(stage_text((enum stage)i))), i);
	for (int i = 0; i < VERDICT_COUNT; i++)
		assert_int_equal(verdict_from_text(str_from(verdict_text((enum verdict)i))), i);
	assert_int_equal(stage_from_text(STR("RCPT")), STAGE_RCPT);
	assert_int_equal(stage_from_text(STR("nowhere")), STAGE_NONE);
	assert_int_equal(verdict_from_text(STR("nothing")), VERDICT_NONE);
	assert_string_equal(stage_text((enum stage)99), "");
	assert_string_equal(direction_text(DIRECTION_CALLOUT), "callout");
	assert_string_equal(engine_text(ENGINE_SPAMASSASSIN), "SpamAssassin");
	assert_string_equal(id_role_text(ID_ROLE_NEXT_HOP), "next-hop");
	assert_string_equal(log_role_text(LOG_ROLE_SYSLOG), "syslog");
	assert_string_equal(line_class_text(LINE_UNKNOWN), "unknown");
	assert_string_equal(fragment_kind_text(FRAGMENT_SCORE), "score");
	assert_string_equal(fragment_kind_text(FRAGMENT_KIND_COUNT), "");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parsing),
		cmocka_unit_test(enhanced),
		cmocka_unit_test(shapes),
		cmocka_unit_test(shapes_compare),
		cmocka_unit_test(shapes_are_bounded),
		cmocka_unit_test(references),
		cmocka_unit_test(words),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
