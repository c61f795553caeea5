/* SPDX-License-Identifier: MIT */
/*
 * model_find_damaged: IDs that a person misread, mistyped or read aloud still lead to their session,
 * whoever issued them; those of strangers lead nowhere.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "support_finder.h"

/* The IDs of 2026-11-21 16:05:25 UTC; rows as fakestore_add_row reads them. */
#define ROW(at, id, reference, sender)                                                      \
	at "\tmx1.gw.example\t" id "\t" reference "\t192.0.2.7\tout.isp.example\t\t" sender \
	   "\tbob@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
static const char sessions[] = ROW("1795277125.5", "1xUnaf-0003jr-0G", "", "exim@isp.example") ROW(
	"1795277125.6", "1xUnaf-00000003jrx-0Gab", "",
	"new@isp.example") ROW("1795277200.3", "4jWxsX2Rqfz3Bq", "", "long@isp.example")
	ROW("1795277200.4", "4jWxsX2Rzzz3Bq", "",
	    "long2@isp.example") ROW("1795277136.0", "6ALG5U3r016067", "", "sendmail@isp.example")
		ROW("1795277300.0", "7D9FD566221", "", "short@isp.example")
			ROW("1795277301.0", "16D15566962", "", "short2@isp.example")
				ROW("1795277302.0", "f3a9c27be1d04c58", "", "smtpd@isp.example")
					ROW("1795277303.0", "", "GW-77acx-Kuq2",
					    "reference@isp.example")
						ROW("1795277304.0", "", "1795280000.4711",
						    "number@isp.example");

static int
set_up(void **state)
{
	return fixture_set_up(state, sessions);
}

static const struct find_result *
find(struct fixture *f, const char *paste)
{
	finder_free(f->finder);
	f->finder = finder_new(str_from(paste), &f->context);
	f->store.probes = 0;
	return fakestore_run(&f->store, f->finder, &f->arena);
}

struct damaged_case {
	const char *id;     /* as pasted, behind "milter id " */
	const char *sender; /* of the session that it names; NULL: none */
};

static const struct damaged_case cases[] = {
	/* Exim: the second, the pid, the fraction. */
	{ "1xUmaf-0003jr-0G", "exim" }, /* wrong, an hour off */
	{ "7xUnaf-0003jr-0G", "exim" }, /* wrong, two hundred years off */
	{ "1xUna-0003jr-0G", "exim" },  /* the last of the second missing */
	{ "1Unaf-0003jr-0G", "exim" },  /* an earlier one missing */
	{ "1xUUnaf-0003jr-0G", "exim" },
	{ "1xUanf-0003jr-0G", "exim" },
	{ "Unaf-0003jr-0G", "exim" }, /* two lost at the beginning */
	{ "1xUnaf-0003rj-0G", "exim" },
	{ "1xUnaf-0003jr-G", "exim" },
	{ "1xUnaf-0003jr-O6", "exim" },
	{ "lxUnaf-O0O3jr-0G", "exim" },
	{ "1xUnaf0003jr0G", "exim" },
	{ "1xU naf - 000 3jr - 0G", "exim" },
	{ "1xUnaf-\n-0003jr-0G", "exim" },
	{ "1xUnbf-00000003jrx-0Gab", "new" },
	{ "1xU naf - 000 000 03j rx - 0Ga b", "new" },
	{ "1xUnaf00000003jrx0Gab", "new" },
	/* Postfix's long IDs: the second, then what follows. */
	{ "4jWxsY2Rqfz3Bq", "long" },
	{ "4jWxXs2Rqfz3Bq", "long" },
	{ "4jWxs2Rqfz3Bq", "long" },
	{ "4jWxsX2Rqfz3B", "long" },
	{ "4jWxsX2Rpfz3Bq", "long" },
	{ "4jwxsx2rqfz3bq", "long" },
	/* sendmail */
	{ "6ALG5V3r016067", "sendmail" },
	{ "6ALG5U3r016076", "sendmail" },
	{ "6ALG5U3r16067", "sendmail" },
	/* Postfix's short IDs: no time inside, every reading is looked up. */
	{ "7D9FD566Z21", "short" },
	{ "7O9FD566221", "short" },
	{ "7d9fd566221", "short" },
	{ "7D9FD56621", "short" },
	{ "7D9FD5662211", "short" },
	{ "79DFD566221", "short" },
	{ "7D9FD466221", "short" },
	{ "7D9 FD5 662 21", "short" },
	{ "7D9FD-\n566221", "short" },
	{ "16O1556696Z", "short2" },
	/* OpenSMTPD and the like */
	{ "f3a9c27be1d04c5B", "smtpd" },
	{ "f3a9c27be1do4c58", "smtpd" },
	{ "F3A9C27BE1D04C58", "smtpd" },
	{ "f3a9c27e1d04c58", "smtpd" },
	/* an operator's own */
	{ "GW-77acx-Kup2", "reference" },
	{ "GW-77cax-Kuq2", "reference" },
	{ "GW-77acx-\nKuq2", "reference" },
	/* Numbers count up: what is near is another's. */
	{ "1795280000.4712", NULL },
	/* Two letters wrong, or somebody else's. */
	{ "1xUnaf-0003kq-0G", NULL },
	{ "1xUnaf-0007zz-2x", NULL },
	{ "7D9AA566221", NULL },
	{ "4jWxsX2Rqfz3Xy", NULL },
	{ "f3a9c27be1d04d59", NULL },
};

static void
damaged_ids_lead_to_their_sessions(void **state)
{
	struct fixture *f = *state;
	int failed = 0;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char paste[200];

		snprintf(paste, sizeof(paste), "550 Rejected: too much spam (milter id %s)",
			 cases[i].id);
		const struct find_result *r = find(f, paste);
		const char *got = "nothing";

		if (r->n_candidates > 0 && r->candidates[0].probability >= 0.8)
			got = r->candidates[0].session->sender.p;
		struct str wanted = str_from(cases[i].sender ? cases[i].sender : "nothing");
		bool right = str_starts(str_from(got), wanted) &&
			     (!cases[i].sender || got[wanted.n] == '@');
		if (right)
			continue;
		failed++;
		print_message("id %s leads to %.20s\n", cases[i].id, got);
	}
	assert_int_equal(failed, 0);
}

static void
a_sender_s_queue_id_near_one_of_ours_is_no_evidence(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r =
		find(f, "Reporting-MTA: dns; far.example\nX-Postfix-Queue-ID: 7D9FD566222\n"
			"Diagnostic-Code: smtp; 550 5.1.1 no such user");

	assert_int_equal(r->n_candidates, 0);
}

static void
the_moment_inside_an_id_says_which_log_would_hold_it(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r = find(f, "451 queued as 48rT2v1hQrz1J0N, later refused");

	assert_int_not_equal(
		str_find(r->message, STR("a Postfix ID issued 2020-03-30 10:19:19"), 0), STR_NPOS);
	r = find(f, "550 no (id s1P819mk027713)");
	assert_int_not_equal(
		str_find(r->message, STR("a sendmail ID issued 2014-02-25 08:01:09"), 0), STR_NPOS);
}

/* Whatever is pasted, the questions end. */
static void
questions_are_bounded(void **state)
{
	struct fixture *f = *state;

	find(f, "id 7D9FD566229 id 1xUnag-0003zz-2x id 4jWxsX2Rqgz3Bx id 6ALG5U3r016099 "
		"id f3a9c27be1d04c599999999999999999 id AAAAAAAAAA01 id 1xUnah-0003zz-2x "
		"id BBBBBBBBBB01 id CCCCCCCCCC01 id DDDDDDDDDD01");
	assert_in_range(f->store.probes, 1, 1300);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(damaged_ids_lead_to_their_sessions, set_up,
						fixture_tear_down),
		cmocka_unit_test_setup_teardown(a_sender_s_queue_id_near_one_of_ours_is_no_evidence,
						set_up, fixture_tear_down),
		cmocka_unit_test_setup_teardown(
			the_moment_inside_an_id_says_which_log_would_hold_it, set_up,
			fixture_tear_down),
		cmocka_unit_test_setup_teardown(questions_are_bounded, set_up, fixture_tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
