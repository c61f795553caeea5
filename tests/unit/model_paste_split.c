/* SPDX-License-Identifier: MIT */
/*
 * model_paste_split: what holds several bounces is told from one bounce of several recipients, and
 * each part leads to its own session.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "support_finder.h"

#define ROW(at, id, sender, recipient)                                                        \
	at "\tmx1.gw.example\t" id "\t\t192.0.2.7\tout.isp.example\t\t" sender "\t" recipient \
	   "\tdata\trejected\t550\tRejected: spam score too high\n"
static const char sessions[] = ROW("1795277125.5", "1xUnaf-0003jr-0G", "ann@isp.example",
				   "bob@cs.example")
	ROW("1795277135.5", "1xUnap-0003ka-1H", "ann@isp.example", "eve@cs.example")
		ROW("1795277145.5", "1xUnaz-0003kb-2J", "joe@far.example", "cat@cs.example");

#define POSTFIX(recipient, id)                                                             \
	"This is the mail system at host out.isp.example.\n\n"                             \
	"I'm sorry to have to inform you that your message could not be delivered.\n\n"    \
	"<" recipient ">: host mx1.gw.example[192.0.2.1] said: 550 Rejected: spam score\n" \
	"    too high (milter id " id ") (in reply to end of DATA command)\n\n"
#define STATUS(recipient, id)                                                             \
	"Reporting-MTA: dns; out.isp.example\n\nFinal-Recipient: rfc822; " recipient "\n" \
	"Action: failed\nDiagnostic-Code: smtp; 550 Rejected: spam score too high\n"      \
	"    (milter id " id ")\n\n"
#define HEAD(subject)                                                  \
	"From: Mail Delivery System <MAILER-DAEMON@out.isp.example>\n" \
	"To: ann@isp.example\nSubject: " subject "\nMessage-ID: <1.2.3@out.isp.example>\n"
#define RETURNED "From: ann@isp.example\nTo: bob@cs.example\nSubject: hello\n\nhi\n"

struct split_case {
	const char *paste;
	size_t n; /* parts; 0: it is one */
	const char *titles[4];
	const char *holds[4]; /* what each part holds and no other one does */
};

static const struct split_case cases[] = {
	{ "", 0, { 0 }, { 0 } },
	{ "550 Rejected (milter id 1xUnaf-0003jr-0G)", 0, { 0 }, { 0 } },
	{ POSTFIX("bob@cs.example", "1xUnaf-0003jr-0G") STATUS("bob@cs.example", "1xUnaf-0003jr-0G")
		  RETURNED,
	  0,
	  { 0 },
	  { 0 } },
	/* One mail for two, refused at once. */
	{ "<bob@cs.example>: host mx1.gw.example[192.0.2.1] said: 550 no (id 1xUnaf-0003jr-0G)\n\n"
	  "<eve@cs.example>: host mx1.gw.example[192.0.2.1] said: 550 no (id 1xUnaf-0003jr-0G)\n",
	  0,
	  { 0 },
	  { 0 } },
	{ "<bob@cs.example>: host mx1.gw.example[192.0.2.1] said: 550 no such user\n\n"
	  "<eve@cs.example>: host mx1.gw.example[192.0.2.1] said: 550 no such user\n",
	  0,
	  { 0 },
	  { 0 } },
	/* The sender's own ID beside ours. */
	{ "Message 1xUnaa-0001aa-0A has not been delivered:\n  host mx1.gw.example said:\n"
	  "    451 later (milter id 1xUnaf-0003jr-0G)\n",
	  0,
	  { 0 },
	  { 0 } },
	/* Human texts one behind the other. */
	{ "look at these:\n\n" POSTFIX("bob@cs.example", "1xUnaf-0003jr-0G")
		  POSTFIX("eve@cs.example", "1xUnap-0003ka-1H"),
	  2,
	  { "bob@cs.example", "eve@cs.example" },
	  { "1xUnaf", "1xUnap" } },
	{ "> This is the mail system at host a.example.\n> 550 no id 1xUnaf-0003jr-0G\n> \n"
	  "> This is the mail system at host a.example.\n> 550 no id 1xUnap-0003ka-1H\n",
	  2,
	  { "1xUnaf-0003jr-0G", "1xUnap-0003ka-1H" },
	  { "1xUnaf", "1xUnap" } },
	/* Statuses alone. */
	{ STATUS("bob@cs.example", "1xUnaf-0003jr-0G") STATUS("eve@cs.example", "1xUnap-0003ka-1H")
		  STATUS("cat@cs.example", "1xUnaz-0003kb-2J"),
	  3,
	  { "bob@cs.example", "eve@cs.example", "cat@cs.example" },
	  { "1xUnaf", "1xUnap", "1xUnaz" } },
	/* Several sessions of one bounce: their IDs differ. */
	{ "<bob@cs.example>: host mx1.gw.example[192.0.2.1] said:\n"
	  "    550 no (milter id 1xUnaf-0003jr-0G)\n\n"
	  "<eve@cs.example>: host mx1.gw.example[192.0.2.1] said:\n"
	  "    550 no (milter id 1xUnap-0003ka-1H)\n",
	  2,
	  { "bob@cs.example", "eve@cs.example" },
	  { "<bob@", "<eve@" } },
	/* Lines that somebody collected. */
	{ "550 Rejected: too much spam (milter id 1xUnaf-0003jr-0G)\n"
	  "550 Rejected: too much spam (milter id 1xUnap-0003ka-1H)\n"
	  "550-Rejected: too much\n550 spam (milter id 1xUnaz-0003kb-2J)\n",
	  3,
	  { "1xUnaf-0003jr-0G", "1xUnap-0003ka-1H", "1xUnaz-0003kb-2J" },
	  { "1xUnaf", "1xUnap", "550-Rejected" } },
	/* A piece of a log. */
	{ "2026-11-21 16:05:25 1xUnaf-0003jr-0G H=out.isp.example [192.0.2.7] F=<ann@isp.example> "
	  "rejected after DATA: spam\n"
	  "2026-11-21 16:05:35 1xUnap-0003ka-1H H=out.isp.example [192.0.2.7] F=<ann@isp.example> "
	  "rejected after DATA: spam\n",
	  2,
	  { "1xUnaf-0003jr-0G", "1xUnap-0003ka-1H" },
	  { "16:05:25", "16:05:35" } },
	/* A mailbox. */
	{ "From MAILER-DAEMON Sat Nov 21 16:05:25 2026\n" HEAD("Undelivered Mail") "\n" POSTFIX(
		  "bob@cs.example",
		  "1xUnaf-0003jr-0G") "\nFrom MAILER-DAEMON Sat Nov 21 16:05:35 "
				      "2026\n" HEAD("Undelivered Mail") "\n" POSTFIX(
					      "eve@cs.example", "1xUnap-0003ka-"
								"1H"),
	  2,
	  { "bob@cs.example", "eve@cs.example" },
	  { "1xUnaf", "1xUnap" } },
	/* A digest: what a person attached. */
	{
		"From: Ann <ann@isp.example>\nTo: help@cs.example\nSubject: all these\n"
		"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x1\n\n"
		"--x1\n\nplease help\n--x1\nContent-Type: message/rfc822\n\n" HEAD(
			"Undelivered "
			"Mail") "\n" POSTFIX("bob@cs.example",
					     "1xUnaf-0003jr-0G") "--x1\nContent-Type: "
								 "message/rfc822\n\n" HEAD(
									 "Undelivered "
									 "Mail") "\n" POSTFIX("eve@"
											      "cs."
											      "exam"
											      "ple",
											      "1xUn"
											      "ap-"
											      "0003"
											      "ka-"
											      "1H") "--x1-"
												    "-"
												    "\n",
		2,
		{ "bob@cs.example", "eve@cs.example" },
		{ "1xUnaf", "1xUnap" } },
	/* A bounce that came back: what it has attached is itself a bounce. */
	{ HEAD("Undelivered Mail") "MIME-Version: 1.0\nContent-Type: multipart/report; "
				   "boundary=b1\n\n"
				   "--b1\n\n" POSTFIX(
					   "bob@cs.example",
					   "1xUnaf-0003jr-0G") "--b1\nContent-"
							       "Type: "
							       "message/"
							       "rfc822\n"
							       "\n" HEAD(
								       "Unde"
								       "live"
								       "red "
								       "Mai"
								       "l") "\n"
									    "no ID in it\n--b1--\n",
	  0,
	  { 0 },
	  { 0 } },
};

static int
set_up(void **state)
{
	return fixture_set_up(state, sessions);
}

static const struct find_result *
find(struct fixture *f, const char *paste, size_t part)
{
	finder_free(f->finder);
	f->context.part = part;
	f->finder = finder_new(str_from(paste), &f->context);
	return fakestore_run(&f->store, f->finder, &f->arena);
}

static struct str
text_of(const struct find_result *r, const char *paste, size_t part)
{
	return str_slice(str_from(paste), r->parts[part].start, r->parts[part].end);
}

static void
parts_are_told(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct split_case *c = &cases[i];
		const struct find_result *r = find(f, c->paste, 0);

		if (r->n_parts != c->n)
			fail_msg("case %zu: %zu parts", i, r->n_parts);
		for (size_t k = 0; k < c->n; k++) {
			if (!str_eq(r->parts[k].title, str_from(c->titles[k])))
				fail_msg("case %zu: title %.*s", i, STR_ARG(r->parts[k].title));
			for (size_t other = 0; other < c->n; other++) {
				bool holds = str_find(text_of(r, c->paste, other),
						      str_from(c->holds[k]), 0) != STR_NPOS;
				if (holds != (other == k))
					fail_msg("case %zu: part %zu holds %s", i, other + 1,
						 c->holds[k]);
			}
		}
	}
}

static void
each_part_leads_to_its_own_session(void **state)
{
	struct fixture *f = *state;
	const char *paste = POSTFIX("bob@cs.example", "1xUnaf-0003jr-0G")
		POSTFIX("cat@cs.example", "1xUnaz-0003kb-2J");
	const struct find_result *r = find(f, paste, 2);

	assert_int_equal(r->part, 2);
	assert_int_equal(r->n_candidates, 1);
	assert_int_equal(r->candidates[0].session->ref.number, 3);
	assert_true(str_starts(r->message, STR("This text holds 2 bounces: 1 bob@cs.example, 2 "
					       "cat@cs.example. Number 2: ")));
	/* The clues' places are those of the whole paste. */
	for (size_t i = 0; i < r->n_clues; i++) {
		assert_in_range(r->clues[i].start, r->parts[1].start, r->parts[1].end);
		if (r->clues[i].kind == CLUE_IDENTIFIER)
			assert_true(str_eq(str_slice(str_from(paste), r->clues[i].start,
						     r->clues[i].end),
					   r->clues[i].text));
	}
	r = find(f, paste, 1);
	assert_int_equal(r->candidates[0].session->ref.number, 1);
	/* There is no third: all of it is read. */
	assert_int_equal(find(f, paste, 3)->part, 0);
}

static void
parts_that_are_known_are_not_looked_for_again(void **state)
{
	struct fixture *f = *state;
	const char *paste = "550 no <bob@cs.example>\n550 no <cat@cs.example>\n";
	struct paste_part known[] = { { 0, 24, STR("one") }, { 24, 48, STR("two") } };

	f->context.parts = known;
	f->context.n_parts = 2;
	const struct find_result *r = find(f, paste, 2);
	assert_int_equal(r->n_parts, 2);
	assert_int_equal(r->part, 2);
	assert_true(str_starts(r->text, STR("550 no <cat@")));
	assert_true(str_starts(find(f, paste, 0)->text, STR("550 no <bob@")));
}

static void
parts_are_bounded(void **state)
{
	struct fixture *f = *state;
	char *paste = malloc(100000);
	size_t n = 0;

	assert_non_null(paste);
	while (n < 90000)
		n += (size_t)snprintf(paste + n, 100000 - n,
				      "This is the mail system at host a.example.\n550 no\n\n");
	const struct find_result *r = find(f, paste, 0);
	assert_int_equal(r->n_parts, 64);
	assert_int_equal(r->parts[63].end, n);
	free(paste);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parts_are_told, set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(each_part_leads_to_its_own_session, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(parts_that_are_known_are_not_looked_for_again,
						set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(parts_are_bounded, set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
