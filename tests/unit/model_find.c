/* SPDX-License-Identifier: MIT */
/*
 * model_find: how sure the finder is, and why: exact and damaged identifiers, clues without one,
 * contradictions, clues set aside, and who refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "support_finder.h"

/* 1xUnaf is 2026-11-21 16:05:25 UTC, 1795277125. */
static const char sessions[] =
	"1795277125.5\tmx1.gw.example\t1xUnaf-0003jr-0G\t\t192.0.2.7\tout.isp.example\tout.isp."
	"example\t"
	"ann@isp.example\tbob@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
	"1795277125.9\tmx1.gw.example\t1xUnaf-0003js-1A\t\t192.0.2.8\tmail.other.example\t\t"
	"joe@other.example\teve@cs.example\tdata\taccepted\t250\tOK\n"
	"1795280000.0\tmx1.gw.example\t\t1795280000.4711\t192.0.2.7\tout.isp.example\t\t"
	"ann@isp.example\tnobody@cs.example\trcpt\trejected\t550\tUser unknown\n"
	"1795290000.0\tmx1.gw.example\t\t\t192.0.2.7\tout.isp.example\t\t"
	"ann@isp.example\tnobody@cs.example\trcpt\trejected\t550\tUser unknown\n"
	"1795300000.0\tmx1.gw.example\t1xUtY4-0004ab-07\t\t192.0.2.9\tx.example\t\t"
	"cat@x.example\tdog@cs.example\tmail\tdeferred\t451\tGreylisted\n";

static int
set_up(void **state)
{
	static struct str hosts[] = { { "mx1.gw.example", 14 } };
	static struct str domains[] = { { "cs.example", 10 } };

	if (fixture_set_up(state, sessions) < 0)
		return -1;
	struct fixture *f = *state;
	f->ours = (struct ours){ .hosts = hosts, .n_hosts = 1, .domains = domains, .n_domains = 1 };
	f->context.ours = &f->ours;
	return 0;
}

static const struct find_result *
find(struct fixture *f, const char *paste)
{
	finder_free(f->finder);
	f->finder = finder_new(str_from(paste), &f->context);
	f->store.probes = 0;
	return fakestore_run(&f->store, f->finder, &f->arena);
}

/* Probabilities are sorted, and together with "none" they are one. */
static void
check_sums(const struct find_result *r)
{
	double sum = r->none_probability + r->more_probability;

	for (size_t i = 0; i < r->n_candidates; i++) {
		sum += r->candidates[i].probability;
		assert_true(r->candidates[i].n_reasons > 0);
		if (i > 0)
			assert_true(r->candidates[i].probability <=
				    r->candidates[i - 1].probability);
	}
	assert_true(sum > 0.999999 && sum < 1.000001);
}

struct find_case {
	const char *paste;
	uint64_t session; /* 1 …; 0: none */
	double least, most;
	const char *reason; /* of the best candidate; NULL: any */
	enum refuser refuser;
};

static const struct find_case cases[] = {
	{ "550 Rejected (milter id 1xUnaf-0003jr-0G)", 1, 0.99, 1, "ID 1xUnaf-0003jr-0G",
	  REFUSER_US },
	{ "550 Rejected (milter id 1xUnaf-\n  0003jr-0G)", 1, 0.99, 1,
	  "ID 1xUnaf-0003jr-0G joined over a line break", REFUSER_US },
	{ "550 Rejected (milter id 1xUnaf-0003jr", 1, 0.95, 1, "ID 1xUnaf-0003jr (cut)",
	  REFUSER_US },
	/* Two sessions begin so; the other one was accepted. */
	{ "550 Rejected (milter id 1xUnaf-0003", 1, 0.8, 0.99, NULL, REFUSER_US },
	{ "550 rejected: too much spam (milter id 1xunaf-0003jr-0g)", 1, 0.99, 1,
	  "ID 1xunaf-0003jr-0g (letter case differs)", REFUSER_US },
	{ "550 Rejected (milter id lxUnaf-0OO3jr-0G)", 1, 0.95, 1, "ID lxUnaf-0OO3jr-0G (misread)",
	  REFUSER_US },
	{ "550 Rejected (milter id 1xUnaf-0003jr-0H)", 1, 0.95, 1, NULL, REFUSER_US },
	{ "550 Rejected (milter id 1xUnaf-003jr-0G)", 1, 0.95, 1, NULL, REFUSER_US },
	{ "550 Rejected (milter id 1xUnaf\n0003jr-0G)", 1, 0.99, 1, NULL, REFUSER_US },
	{ "550 Rejected (milter id 1xUnag-0003jr-0G)", 1, 0.95, 1, NULL, REFUSER_US },
	{ "...naf-0003jr-0G) said the fax", 1, 0.95, 1, NULL, REFUSER_US },
	{ "refused, ref\n554 1795280000.4711", 3, 0.99, 1, "reference 1795280000.4711",
	  REFUSER_US },
	/* An identifier of somebody else's. */
	{ "550 Rejected (milter id 1xUnaf-0009zz-2x)", 0, 0, 0, NULL, REFUSER_UNKNOWN },
	/* The address contradicts: a little less sure. */
	{ "Final-Recipient: rfc822; zoe@cs.example\n550 no (milter id 1xUnaf-0003jr-0G)", 1, 0.95,
	  0.9999, NULL, REFUSER_US },
	/* Little by itself, enough together. */
	{ "your host [192.0.2.8] is not welcome", 2, 0.001, 0.3, "client IP 192.0.2.8",
	  REFUSER_UNKNOWN },
	{ "Return-Path: <cat@x.example>\nFinal-Recipient: rfc822; dog@cs.example", 5, 0.9, 1, NULL,
	  REFUSER_US },
	{ "Return-Path: <ann@isp.example>\nFinal-Recipient: rfc822; nobody@cs.example\n"
	  "Last-Attempt-Date: Sat, 21 Nov 2026 19:40:02 +0000",
	  4, 0.95, 1, NULL, REFUSER_US },
	/* A time in running text ranks what an address alone cannot tell apart. */
	{ "192.0.2.7 refused me on 2026-11-21 at 16:53", 3, 0.5, 0.9, NULL, REFUSER_US },
	/* A sender and a recipient together, said or not said which is which. */
	{ "joe@other.example eve@cs.example", 2, 0.95, 1, NULL, REFUSER_UNKNOWN },
	{ "eve@cs.example got nothing from joe@other.example", 2, 0.95, 1, NULL, REFUSER_UNKNOWN },
	{ "From: Cat <cat@x.example>\nTo: dog@cs.example\nSubject: none of yours", 5, 0.95, 1, NULL,
	  REFUSER_US },
	/* Two attempts tie. */
	{ "Return-Path: <ann@isp.example>\nFinal-Recipient: rfc822; nobody@cs.example", 4, 0.4, 0.5,
	  NULL, REFUSER_US },
	/* No evidence, no candidate. */
	{ "550 5.1.1 User unknown in virtual mailbox table", 0, 0, 0, NULL, REFUSER_UNKNOWN },
	{ "hello", 0, 0, 0, NULL, REFUSER_UNKNOWN },
	{ "", 0, 0, 0, NULL, REFUSER_UNKNOWN },
	/* Our name in the text is enough for "us", without a session. */
	{ "<x@cs.example>: host mx1.gw.example[198.51.100.1] said: 550 no", 0, 0, 0, NULL,
	  REFUSER_US },
	/* Where a text was cut, the beginning of our name is our name. */
	{ "Remote-MTA: dns; mx1.gw.exa", 0, 0, 0, NULL, REFUSER_US },
	{ "<x@cs.example>: host mx1.gw.exa[198.51.100.1] said: 550 no", 0, 0, 0, NULL,
	  REFUSER_UNKNOWN },
	{ "<x@far.example>: host mx.far.example[198.51.100.9] said: 550 no", 0, 0, 0, NULL,
	  REFUSER_THIRD_PARTY },
};

static void
is_as_sure_as_it_may_be(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct find_case *c = &cases[i];
		const struct find_result *r = find(f, c->paste);
		const struct candidate *best = r->n_candidates > 0 ? &r->candidates[0] : NULL;

		check_sums(r);
		if ((best ? best->session->ref.number : 0) != c->session)
			fail_msg("case %zu: session %d, not %d", i,
				 best ? (int)best->session->ref.number : 0, (int)c->session);
		if (best && (best->probability < c->least || best->probability > c->most))
			fail_msg("case %zu: probability %.5f", i, best->probability);
		if (c->reason && !str_eq(best->reasons[0], str_from(c->reason)))
			fail_msg("case %zu: reason \"%.*s\"", i, STR_ARG(best->reasons[0]));
		if (r->refused_by != c->refuser)
			fail_msg("case %zu: refused by %s", i, refuser_text(r->refused_by));
		assert_true(r->message.n > 0);
	}
}

static void
stops_at_a_unique_identifier(void **state)
{
	struct fixture *f = *state;

	find(f, "550 Rejected (milter id 1xUnaf-0003jr-0G) from a@b.example c@d.example 192.0.2.1 "
		"with token12345 token23456 token34567");
	assert_true(f->store.probes <= 2);
}

static void
sets_clues_aside(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r =
		find(f, "Return-Path: <ann@isp.example>\nfor nobody@cs.example\n550 no "
			"(milter id 1xUnaf-0003jr-0G)");

	assert_int_equal(r->candidates[0].session->ref.number, 1);
	for (size_t i = 0; i < r->n_clues; i++) {
		if (r->clues[i].kind != CLUE_IDENTIFIER)
			continue;
		finder_drop_clue(f->finder, i, true);
		r = fakestore_run(&f->store, f->finder, &f->arena);
		assert_int_not_equal(r->candidates[0].session->ref.number, 1);
		assert_true(r->clues[i].dropped);
		finder_drop_clue(f->finder, i, false);
		r = fakestore_run(&f->store, f->finder, &f->arena);
		assert_int_equal(r->candidates[0].session->ref.number, 1);
		return;
	}
	fail_msg("no identifier");
}

static void
speaks(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r = find(f, "550 Rejected (milter id 1vUnaf-0007kk-1G)");

	assert_int_not_equal(str_find(r->message, STR("issued 2025-"), 0), STR_NPOS);
	assert_int_not_equal(str_find(r->message, STR("mx1.gw.example begin 2026-11-21"), 0),
			     STR_NPOS);
	r = find(f, "1xUnaf-0009zz-2x");
	assert_true(str_starts(r->message, STR("1xUnaf-0009zz-2x is not in the logs.")));
	assert_int_not_equal(str_find(r->message,
				      STR("Its moment, 2026-11-21 16:05:25 UTC, is covered"), 0),
			     STR_NPOS);
	r = find(f, "1xUnaf-0003jx-0G");
	assert_int_not_equal(str_find(r->message, STR("The nearest is 1xUnaf-0003jr-0G."), 0),
			     STR_NPOS);
	/* Another reading of a broken ID is no look-alike where the right one is known. */
	r = find(f, "550 Rejected (milter id 1xUnaf-\n>     0003jr-0G)");
	assert_int_equal(str_find(r->message, STR("The nearest is"), 0), STR_NPOS);
	r = find(f, "550 Rejected: envelope colour too bright");
	assert_true(str_eq(r->message,
			   STR("No term of this text can be looked up; try: postern sessions "
			       "envelope colour, or / in Sessions.")));
	r = find(f, "Reporting-MTA: dns; out7.isp.example\nAction: delayed\n"
		    "Diagnostic-Code: smtp; 451 Greylisted (1xUtY4-0004ab-07)");
	assert_int_equal(r->kind, BOUNCE_DELAY);
	assert_true(str_eq(r->reported_by, STR("out7.isp.example")));
	assert_true(str_starts(r->message, STR("Not failed yet.")));
	r = find(f, "Reporting-MTA: dns; mx.far.example\nReturn-Path: <eve@cs.example>\n"
		    "Final-Recipient: rfc822; victim@far.example\nAction: failed\n"
		    "Arrival-Date: Sat, 21 Nov 2026 18:00:00 +0000\n550 no such user");
	assert_int_equal(r->kind, BOUNCE_BACKSCATTER);
}

static void
lists_what_one_clue_alone_names(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r = find(f, "192.0.2.7");

	check_sums(r);
	assert_true(r->is_list);
	assert_int_equal(r->n_listed, 3);
	assert_int_equal(r->candidates[0].session->ref.number, 4);
	assert_int_equal(r->refused_by, REFUSER_UNKNOWN);
	assert_true(str_eq(r->message, STR("3 sessions with this IP address.")));
	r = find(f, "ann@isp.example");
	assert_true(str_eq(r->message, STR("3 sessions with this address.")));
	/* The only session of its sender is nearly sure. */
	r = find(f, "joe@other.example");
	check_sums(r);
	assert_false(r->is_list);
	assert_int_equal(r->candidates[0].session->ref.number, 2);
	assert_true(r->candidates[0].probability > 0.85 && r->candidates[0].probability < 0.95);
	r = find(f, "2026-11-21 16:05");
	check_sums(r);
	assert_true(r->is_list);
	assert_true(str_eq(r->message, STR("2 sessions around 2026-11-21 16:05 UTC.")));
	r = find(f, "2026-11-20 16:05");
	assert_int_equal(r->n_candidates, 0);
}

static void
counts_one_story_once(void **state)
{
	struct fixture *f = *state;

	fakestore_add_table(
		&f->store,
		STR("1795310000.0\tmx1.gw.example\t\t\t192.0.2.50\tq.example\tq.example\t\t\t"
		    "helo\trejected\t550\tBad HELO\n"
		    "1795310001.0\tmx1.gw.example\t\t\t192.0.2.50\tq.example\tq.example\t\t\t"
		    "helo\trejected\t550\tBad HELO\n"));
	const struct find_result *r = find(f, "550 Bad HELO [192.0.2.50] 2026-11-22 01:13:21 UTC");
	check_sums(r);
	assert_int_equal(r->n_candidates, 1);
	assert_int_equal(r->candidates[0].session->ref.number, 7);
}

/* Three attempts over two clients, and then it was taken. */
static const char greylisted[] =
	"1795300000.0\tmx1.gw.example\t\t\t192.0.2.61\ta.q.example\t\t"
	"kim@q.example\tlee@cs.example\trcpt\tdeferred\t451\tGreylisted, try later\n"
	"1795300600.0\tmx1.gw.example\t\t\t192.0.2.62\tb.q.example\t\t"
	"kim@q.example\tlee@cs.example\trcpt\tdeferred\t451\tGreylisted, try later\n"
	"1795302600.0\tmx1.gw.example\t\t\t192.0.2.61\ta.q.example\t\t"
	"kim@q.example\tlee@cs.example\trcpt\tdeferred\t451\tGreylisted, try later\n"
	"1795306200.0\tmx1.gw.example\t1xUutq-0004ab-07\t\t192.0.2.61\ta.q.example\t\t"
	"kim@q.example\tlee@cs.example\tdata\taccepted\t250\tOK\n";

static void
ranks_a_mail_once_however_often_it_was_tried(void **state)
{
	struct fixture *f = *state;

	fakestore_add_table(&f->store, str_from(greylisted));
	const struct find_result *r = find(f, "Action: delayed\nReturn-Path: <kim@q.example>\n"
					      "Final-Recipient: rfc822; lee@cs.example\n"
					      "Diagnostic-Code: smtp; 451 Greylisted, try later\n"
					      "Last-Attempt-Date: Sat, 21 Nov 2026 22:36:40 +0000");
	check_sums(r);
	assert_int_equal(r->n_candidates, 1);
	const struct candidate *c = &r->candidates[0];
	assert_true(c->probability > 0.95);
	/* The last time that it was put off, with all that happened around it. */
	assert_int_equal(c->session->ref.number, 8);
	assert_int_equal(c->n_attempts, 3);
	assert_int_equal(c->attempts[2]->ref.number, 9);
	assert_int_equal(c->outcome, STORY_QUEUED); /* no delivery is logged */
}

/* Who pasted a line of a log means that attempt. */
static void
shows_the_attempt_that_was_asked_for(void **state)
{
	struct fixture *f = *state;

	fakestore_add_table(&f->store, str_from(greylisted));
	const struct find_result *r =
		find(f, "kim@q.example to lee@cs.example 2026-11-21 22:36:40 UTC");
	assert_int_equal(r->candidates[0].session->ref.number, 7);
	assert_int_equal(r->candidates[0].n_attempts, 3);
}

static void
counts_what_fits_as_well_apart_from_none(void **state)
{
	struct fixture *f = *state;
	char row[300];

	for (int i = 0; i < 14; i++) {
		snprintf(row, sizeof(row),
			 "17953%02d000.0\tmx1.gw.example\t\t\t192.0.2.1%02d\th%d.q.example\t\t"
			 "n%d@q.example\tlee@cs.example\trcpt\trejected\t550\t"
			 "<lee@cs.example>: Lee has left, write to the dean",
			 i, i, i, i);
		fakestore_add_row(&f->store, str_from(row));
	}
	const struct find_result *r =
		find(f, "550 <lee@cs.example>: Lee has left, write to the dean");
	check_sums(r);
	assert_int_equal(r->n_candidates, 10);
	assert_int_equal(r->n_more, 4);
	assert_true(r->none_probability < 0.2);
	assert_true(r->candidates[0].probability < 0.2);
	assert_int_equal(r->refused_by, REFUSER_US);
}

/* Of a mail that names both, the one whose sender is rare, though its log names no recipient. */
static void
prefers_a_rare_sender_to_a_common_recipient(void **state)
{
	struct fixture *f = *state;
	char row[300];

	for (int i = 0; i < 30; i++) {
		snprintf(row, sizeof(row),
			 "17953%02d000.0\tmx1.gw.example\t\t\t192.0.2.1%02d\th%d.q.example\t\t"
			 "n%d@q.example\tlee@cs.example\tdata\taccepted\t250\tOK",
			 i, i, i, i);
		fakestore_add_row(&f->store, str_from(row));
	}
	fakestore_add_row(&f->store,
			  STR("1795310000.0\tmx1.gw.example\t1xUwXa-0004ab-07\t\t192.0.2.61\t\t\t"
			      "rare@z.example\t\tdata\trejected\t550\tNo"));
	const struct find_result *r =
		find(f, "Your mail from rare@z.example to <lee@cs.example> was not delivered");
	check_sums(r);
	assert_int_equal(r->candidates[0].session->ref.number, 36);
}

static void
knows_half_a_sentence_of_ours(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r = find(f, "it said something like Spam\n score too  high");

	assert_true(r->is_list);
	assert_int_equal(r->refused_by, REFUSER_US);
	assert_int_equal(r->candidates[0].session->ref.number, 1);
	assert_true(r->candidates[0].probability < 0.5);
	assert_true(str_starts(r->message, STR("This is a text of ours: \"Rejected: spam score too "
					       "high\". 1 session got it")));
	/* What others say too proves nothing. */
	fakestore_add_row(&f->store, STR("1795310000.0\tmx1.gw.example\t\t\t192.0.2.61\t\t\t"
					 "a@z.example\tb@cs.example\trcpt\trejected\t550\t"
					 "User unknown in virtual mailbox table"));
	r = find(f, "550 5.1.1 User unknown in virtual mailbox table");
	assert_int_equal(r->refused_by, REFUSER_UNKNOWN);
	assert_true(r->candidates[0].probability < 0.5);
}

static void
knows_half_a_sentence_together_with_an_address(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r;

	fakestore_add_table(
		&f->store,
		STR("1795310000.0\tmx1.gw.example\t\t\t192.0.2.61\ta.q.example\t\tkim@q.example\t"
		    "lee@cs.example\tdata\trejected\t550\tOur filter took this message for spam\n"
		    "1795320000.0\tmx1.gw.example\t\t\t192.0.2.61\ta.q.example\t\tkim@q.example\t"
		    "lee@cs.example\tdata\taccepted\t250\tOK\n"
		    "1795330000.0\tmx1.gw.example\t\t\t192.0.2.62\tb.q.example\t\tann@q.example\t"
		    "lee@cs.example\tdata\trejected\t550\tOur filter took this message for "
		    "spam\n"));
	r = find(f, "it said the filter took this message for spam, I am kim@q.example");
	check_sums(r);
	assert_false(r->is_list);
	assert_int_equal(r->candidates[0].session->ref.number, 6);
	assert_true(r->candidates[0].probability > 0.5);
	/* The address alone is a list as before. */
	r = find(f, "kim@q.example");
	assert_true(r->is_list);
}

static bool
is_third(void *arg)
{
	return ++*(int *)arg == 3;
}

static void
reading_can_be_stopped(void **state)
{
	struct fixture *f = *state;
	int asked = 0;

	f->context.cancel = is_third;
	f->context.cancel_arg = &asked;
	assert_null(finder_new(STR("550 no"), &f->context));
	assert_int_equal(asked, 3);
	assert_int_equal(find(f, "550 no")->n_parts, 0);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(is_as_sure_as_it_may_be),
		WITH(stops_at_a_unique_identifier),
		WITH(sets_clues_aside),
		WITH(lists_what_one_clue_alone_names),
		WITH(counts_one_story_once),
		WITH(speaks),
		WITH(ranks_a_mail_once_however_often_it_was_tried),
		WITH(shows_the_attempt_that_was_asked_for),
		WITH(counts_what_fits_as_well_apart_from_none),
		WITH(prefers_a_rare_sender_to_a_common_recipient),
		WITH(knows_half_a_sentence_of_ours),
		WITH(knows_half_a_sentence_together_with_an_address),
		WITH(reading_can_be_stopped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
