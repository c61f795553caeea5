/* SPDX-License-Identifier: MIT */
/*
 * model_find_damages: the bounces of a dozen mail programs, each damaged in all the ways in which
 * people and programs damage a text, lead to their sessions. (tests/corpus/damage_truth.py does the
 * same on real ones, with more damages.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "support_finder.h"

#define ID "1xUnaf-0003jr-0G"
static const char sessions[] =
	"1795277125.5\tmx1.gw.example\t" ID "\t\t192.0.2.7\tout.isp.example\t\tann@isp.example\t"
	"bob@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
	"1795277125.9\tmx1.gw.example\t1xUnaf-0003js-1A\t\t192.0.2.8\tmail.other.example\t\t"
	"joe@other.example\teve@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
	"1795277135.5\tmx1.gw.example\t1xUnap-0003ka-1H\t\t192.0.2.7\tout.isp.example\t\t"
	"ann@isp.example\tbob@cs.example\tdata\trejected\t550\tRejected: spam score too high\n";

/* One refusal as twelve programs tell it. */
static const struct producer {
	const char *name, *text;
	enum stage stage; /* said by the text; NONE: not */
	const char *reporter;
} producers[] = {
	{ "Exim",
	  "This message was created automatically by mail delivery software.\n\n"
	  "A message that you sent could not be delivered to one or more of its\nrecipients.\n\n"
	  "  bob@cs.example\n    host mx1.gw.example [192.0.2.1]\n"
	  "    SMTP error from remote mail server after end of data:\n"
	  "    550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_DATA, NULL },
	{ "Postfix",
	  "This is the mail system at host out.isp.example.\n\n"
	  "<bob@cs.example>: host mx1.gw.example[192.0.2.1] said: 550 Rejected: spam score\n"
	  "    too high (milter id " ID ") (in reply to end of DATA command)\n",
	  STAGE_DATA, "out.isp.example" },
	{ "sendmail",
	  "   ----- Transcript of session follows -----\n... while talking to mx1.gw.example.:\n"
	  ">>> DATA\n<<< 550 Rejected: spam score too high (milter id " ID ")\n"
	  "554 5.0.0 Service unavailable\n",
	  STAGE_NONE, NULL },
	{ "qmail",
	  "Hi. This is the qmail-send program at out.isp.example.\n"
	  "I'm afraid I wasn't able to deliver your message to the following addresses.\n\n"
	  "<bob@cs.example>:\n192.0.2.1 failed after I sent the message.\n"
	  "Remote host said: 550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, "out.isp.example" },
	{ "Gmail",
	  "** Message blocked **\n\nYour message to bob@cs.example has been blocked.\n\n"
	  "The response from the remote server was:\n"
	  "550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, NULL },
	{ "Exchange",
	  "Delivery has failed to these recipients or groups:\n\nbob@cs.example\n\n"
	  "Diagnostic information for administrators:\n\nGenerating server: ex1.isp.example\n\n"
	  "bob@cs.example\nmx1.gw.example #<mx1.gw.example #5.7.1 smtp;550 Rejected: spam score "
	  "too "
	  "high (milter id " ID ")> #SMTP#\n",
	  STAGE_NONE, "ex1.isp.example" },
	{ "Microsoft 365, in German",
	  "Ihre Nachricht an bob@cs.example konnte nicht zugestellt werden.\n\n"
	  "mx1.gw.example gave this error:\nRejected: spam score too high (milter id " ID ")\n\n"
	  "Remote Server returned '550 Rejected: spam score too high (milter id " ID ")'\n",
	  STAGE_NONE, NULL },
	{ "Courier",
	  "UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
	  "<bob@cs.example>:\n    mx1.gw.example [192.0.2.1]:\n>>> DATA\n"
	  "<<< 550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, NULL },
	{ "Oracle",
	  "Your message cannot be delivered to the following recipients:\n\n"
	  "  Recipient address: bob@cs.example\n"
	  "  Diagnostic code: smtp;550 Rejected: spam score too high (milter id " ID ")\n"
	  "  Remote system: dns;mx1.gw.example (TCP|192.0.2.7|1|192.0.2.1|25)\n",
	  STAGE_NONE, NULL },
	{ "OpenSMTPD",
	  "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this email.\n\n"
	  "    bob@cs.example: 550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, NULL },
	{ "PowerMTA",
	  "Hello, this is the mail server on out.isp.example.\n\n"
	  "<bob@cs.example>: 550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, "out.isp.example" },
	{ "a report alone",
	  "Reporting-MTA: dns; out.isp.example\n\nFinal-Recipient: rfc822;bob@cs.example\n"
	  "Action: failed\nStatus: 5.0.0\nRemote-MTA: dns; mx1.gw.example\n"
	  "Diagnostic-Code: smtp; 550 Rejected: spam score too high (milter id " ID ")\n",
	  STAGE_NONE, "out.isp.example" },
};

/* --- damages --- */

typedef void damage(struct strbuf *b, struct str s);

/* Before each line `mark`, behind it `end`. */
static void
lines(struct strbuf *b, struct str s, const char *mark, const char *end)
{
	while (s.n > 0) {
		size_t at = str_find_char(s, '\n', 0);
		size_t n = at == STR_NPOS ? s.n : at;

		strbuf_printf(b, "%s%.*s%s", mark, (int)n, s.p, end);
		s = str_skip(s, n + 1);
	}
}

static void
each_char(struct strbuf *b, struct str s, char what, const char *with)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == what)
			strbuf_add_text(b, with);
		else
			strbuf_add_char(b, s.p[i]);
	}
}

static void
with_id(struct strbuf *b, struct str s, const char *id)
{
	for (size_t at; (at = str_find(s, STR(ID), 0)) != STR_NPOS;) {
		strbuf_add(b, str_slice(s, 0, at));
		strbuf_add_text(b, id);
		s = str_skip(s, at + strlen(ID));
	}
	strbuf_add(b, s);
}

static void
broken(struct strbuf *b, struct str s, size_t width)
{
	size_t column = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (column == width && s.p[i] != '\n') {
			strbuf_add_char(b, '\n');
			column = 0;
		}
		strbuf_add_char(b, s.p[i]);
		column = s.p[i] == '\n' ? 0 : column + 1;
	}
}

static void
base64(struct strbuf *b, struct str s)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < s.n; i += 3) {
		unsigned v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 | (i + k < s.n ? (unsigned char)s.p[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			strbuf_add_char(b, i + k > s.n ? '=' : digits[v >> (18 - 6 * k) & 63]);
		if (i % 57 == 54)
			strbuf_add_char(b, '\n');
	}
}

static void
quoted_printable(struct strbuf *b, struct str s)
{
	size_t column = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (column >= 60 && s.p[i] != '\n') {
			strbuf_add_text(b, "=\n");
			column = 0;
		}
		if (s.p[i] == '=' || s.p[i] == '-')
			strbuf_printf(b, "=%02X", (unsigned)s.p[i]);
		else
			strbuf_add_char(b, s.p[i]);
		column = s.p[i] == '\n' ? 0 : column + 1;
	}
}

static void
in_case(struct strbuf *b, struct str s, bool upper)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = char_lower(s.p[i]);
		strbuf_add_char(b, upper && c >= 'a' && c <= 'z' ? (char)(c - 32) : c);
	}
}

static void
percent(struct strbuf *b, struct str s)
{
	strbuf_add_text(b, "https://webmail.example/print?body=");
	for (size_t i = 0; i < s.n; i++) {
		if (char_is_alnum(s.p[i]))
			strbuf_add_char(b, s.p[i]);
		else
			strbuf_printf(b, "%%%02X", (unsigned char)s.p[i]);
	}
}

#define DAMAGE(name, how)                                \
	static void name(struct strbuf *b, struct str s) \
	{                                                \
		how;                                     \
	}
DAMAGE(none, strbuf_add(b, s))
DAMAGE(quoted_twice, lines(b, s, "> > ", "\n"))
DAMAGE(ticket_bars, lines(b, s, "| ", "\n"))
DAMAGE(indented, lines(b, s, "        ", "\n"))
DAMAGE(crlf, lines(b, s, "", "\r\n"))
DAMAGE(cr, lines(b, s, "", "\r"))
DAMAGE(html, lines(b, s, "<p class=\"x\">", "<br></p>\n"))
DAMAGE(one_line, each_char(b, s, '\n', " "))
DAMAGE(no_break, each_char(b, s, ' ', "\xc2\xa0"))
DAMAGE(tabs, each_char(b, s, ' ', "\t"))
DAMAGE(dashes, each_char(b, s, '-', "\xe2\x80\x93"))
DAMAGE(mojibake, each_char(b, s, '-', "\xc3\xa2\xe2\x82\xac\xe2\x80\x9c"))
DAMAGE(escaped, each_char(b, s, '>', "&gt;"))
DAMAGE(markdown, each_char(b, s, '-', "\\-"))
DAMAGE(zero_width, each_char(b, s, 'a', "a\xe2\x80\x8b"))
DAMAGE(split, with_id(b, s, "1xUna\nf-0003jr-0G"))
DAMAGE(split_hyphen, with_id(b, s, "1xUnaf-\n0003-\njr-0G"))
DAMAGE(misread, with_id(b, s, "lxUnaf-O0O3jr-0G"))
DAMAGE(wrong, with_id(b, s, "1xUbaf-0003jr-0G"))
DAMAGE(missing, with_id(b, s, "1xUaf-0003jr-0G"))
DAMAGE(doubled, with_id(b, s, "1xUnaf-00003jr-0G"))
DAMAGE(transposed, with_id(b, s, "1xUnfa-0003jr-0G"))
DAMAGE(spelt, with_id(b, s, "1xU naf - 000 3jr - 0G"))
DAMAGE(no_hyphens, with_id(b, s, "1xUnaf0003jr0G"))
DAMAGE(broken_60, broken(b, s, 60))
DAMAGE(broken_40, broken(b, s, 40))
DAMAGE(upper, in_case(b, s, true))
DAMAGE(lower, in_case(b, s, false))

static const struct {
	const char *name;
	damage *how;
} damages[] = {
	{ "none", none },
	{ "quoted twice", quoted_twice },
	{ "ticket bars", ticket_bars },
	{ "indented", indented },
	{ "CRLF", crlf },
	{ "CR", cr },
	{ "HTML", html },
	{ "HTML-escaped", escaped },
	{ "on one line", one_line },
	{ "no-break spaces", no_break },
	{ "tabs", tabs },
	{ "dashes", dashes },
	{ "mojibake", mojibake },
	{ "Markdown", markdown },
	{ "zero-width spaces", zero_width },
	{ "ID split", split },
	{ "ID split with hyphens", split_hyphen },
	{ "ID misread", misread },
	{ "ID with a wrong character", wrong },
	{ "ID without a character", missing },
	{ "ID with one too many", doubled },
	{ "ID with two transposed", transposed },
	{ "ID read aloud", spelt },
	{ "ID without hyphens", no_hyphens },
	{ "broken at 60", broken_60 },
	{ "broken at 40", broken_40 },
	{ "upper case", upper },
	{ "lower case", lower },
	{ "base64", base64 },
	{ "quoted-printable", quoted_printable },
	{ "a link", percent },
};

static int
set_up(void **state)
{
	return fixture_set_up(state, sessions);
}

static const struct find_result *
find(struct fixture *f, struct str paste)
{
	finder_free(f->finder);
	f->finder = finder_new(paste, &f->context);
	return fakestore_run(&f->store, f->finder, &f->arena);
}

static void
every_damage_of_every_bounce_is_undone(void **state)
{
	struct fixture *f = *state;
	int failed = 0;

	for (size_t p = 0; p < sizeof(producers) / sizeof(producers[0]); p++) {
		for (size_t d = 0; d < sizeof(damages) / sizeof(damages[0]); d++) {
			struct strbuf b;

			strbuf_init(&b, 1u << 16);
			damages[d].how(&b, str_from(producers[p].text));
			const struct find_result *r = find(f, strbuf_str(&b));
			bool right = r->n_candidates > 0 && r->candidates[0].probability >= 0.9 &&
				     r->candidates[0].session->ref.number == 1;
			if (!right) {
				failed++;
				print_message("%s, %s\n", producers[p].name, damages[d].name);
			}
			strbuf_release(&b);
		}
	}
	assert_int_equal(failed, 0);
}

static const struct clue *
clue_of(const struct find_result *r, enum clue_kind kind)
{
	for (size_t i = 0; i < r->n_clues; i++)
		if (r->clues[i].kind == kind)
			return &r->clues[i];
	return NULL;
}

static void
every_producer_is_understood(void **state)
{
	struct fixture *f = *state;
	int failed = 0;

	for (size_t p = 0; p < sizeof(producers) / sizeof(producers[0]); p++) {
		const struct producer *c = &producers[p];
		const struct find_result *r = find(f, str_from(c->text));
		const struct clue *code = clue_of(r, CLUE_CODE), *reply = clue_of(r, CLUE_REPLY);
		const struct clue *stage = clue_of(r, CLUE_STAGE);
		struct str said = str_from(c->stage != STAGE_NONE ? stage_text(c->stage) : "");
		bool right = code && str_starts(code->text, STR("550")) && reply &&
			     str_starts(reply->text, STR("Rejected: spam score too high")) &&
			     str_find(reply->text, STR(ID), 0) != STR_NPOS &&
			     (c->stage == STAGE_NONE || (stage && str_eq(stage->text, said))) &&
			     (!c->reporter || str_eq(r->reported_by, str_from(c->reporter)));
		if (right)
			continue;
		failed++;
		print_message("%s: code %.*s, reply %.*s, stage %.*s, by %.*s\n", c->name,
			      STR_ARG(code ? code->text : STR("-")),
			      STR_ARG(reply ? reply->text : STR("-")),
			      STR_ARG(stage ? stage->text : STR("-")), STR_ARG(r->reported_by));
	}
	assert_int_equal(failed, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_damage_of_every_bounce_is_undone, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(every_producer_is_understood, set_up,
						fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
