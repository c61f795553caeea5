/* SPDX-License-Identifier: MIT */
/*
 * model_story_trace: from sender, recipient and time to stories; what is said when nothing is
 * seen; what is asked, and how little.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "model/story_trace.h"
#include "support_sessions.h"

struct fixture {
	struct arena arena;
	const struct session **sessions;
	size_t n;
	size_t probes;
	struct tracer *tracer;
	struct coverage coverage[4];
	struct find_context context;
};

static int
set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	arena_init(&f->arena);
	f->coverage[0] = (struct coverage){ .gateway = STR("mx1"),
					    .from_us = SUPPORT_SESSIONS_BEGIN,
					    .to_us = SUPPORT_SESSIONS_BEGIN + 9000 * MINUTE_US };
	f->context = (struct find_context){
		.coverage = f->coverage, .n_coverage = 1, .zone = zone_utc(), .now_us = TIME_NONE
	};
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	tracer_free(f->tracer);
	arena_release(&f->arena);
	free(f);
	return 0;
}

static bool
fits(const struct fixture *f, const struct probe *p, const struct session *s)
{
	if ((p->from_us != TIME_NONE && s->end_us < p->from_us) ||
	    (p->to_us != TIME_NONE && s->start_us > p->to_us))
		return false;
	for (size_t i = 0; i < p->n_terms; i++)
		if (!session_has_term(s, p->terms[i]))
			return false;
	return p->n_terms > 0 || tracer_keeps(f->tracer, s);
}

/* Newest first, as the index answers: the rows stand in the order of time. */
static void
answer(struct fixture *f, const struct probe *p, struct probe_answer *out)
{
	*out = (struct probe_answer){ 0 };
	out->sessions = arena_alloc(&f->arena, (f->n + 1) * sizeof(*out->sessions));
	f->probes++;
	for (size_t i = f->n; i-- > 0;) {
		if (!fits(f, p, f->sessions[i]))
			continue;
		out->count++;
		if (out->n < p->most)
			out->sessions[out->n++] = *f->sessions[i];
	}
}

static const struct trace_result *
run(struct fixture *f)
{
	struct probe p;

	f->probes = 0;
	while (tracer_next(f->tracer, &p)) {
		struct probe_answer a;

		answer(f, &p, &a);
		tracer_answer(f->tracer, &a);
	}
	return tracer_result(f->tracer);
}

/* minute < 0: without a time */
static const struct trace_result *
trace(struct fixture *f, const char *from, const char *to, int minute)
{
	struct trace_ask ask = { .from = str_from(from),
				 .to = str_from(to),
				 .time_us = minute < 0
						    ? TIME_NONE
						    : SUPPORT_SESSIONS_BEGIN + minute * MINUTE_US,
				 .slack_us = 15 * MINUTE_US };

	tracer_free(f->tracer);
	f->tracer = tracer_new(&ask, &f->context);
	return run(f);
}

static void
load(struct fixture *f, const char *rows)
{
	f->sessions = support_sessions(rows, &f->arena, &f->n);
}

static void
check_has(struct str text, const char *part)
{
	if (str_find(text, str_from(part), 0) == STR_NPOS)
		fail_msg("no \"%s\" in: %.*s", part, STR_ARG(text));
}

static bool
has_hint(const struct trace_result *r, const char *part)
{
	for (size_t i = 0; i < r->n_hints; i++)
		if (str_find(r->hints[i].text, str_from(part), 0) != STR_NPOS)
			return true;
	return false;
}

#define A " from=ann@isp.example to=bob@cs.example"

static const char way[] =
	"t=100 v=deferred reply=greylisted" A "\n"
	"t=110 own=1xUnaf-0003jr-0G mid=m1 next=1xUnag-0003js-1A from=ann@isp.example "
	"to=bob@x.example<bob@cs.example/sent\n"
	"t=110.1 gw=2 own=1xUnag-0003js-1A mid=m1 from=SRS0=h=t=isp.example=ann@cs.example "
	"to=bob@x.example/failed\n"
	"t=110.2 gw=2 own=1xUnah-0003jt-2B parent=1xUnag-0003js-1A from=<> "
	"to=SRS0=h=t=isp.example=ann@cs.example/sent\n"
	"t=3000 own=1xUpaa-0003jr-0G mid=m2 from=ann@isp.example to=bob@cs.example/sent\n"
	"t=3010 own=1xUpab-0003jr-0G mid=m3 from=ann@isp.example to=eve@cs.example/sent\n"
	"t=3020 own=1xUpac-0003jr-0G mid=m4 from=bounces+77@mail.isp.example "
	"to=bob@cs.example/sent header=Ann_<joe@isp.example>\n";

static void
a_trace_follows_the_mail_to_its_end(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	const struct trace_result *r = trace(f, "ann@isp.example", "bob@cs.example", 120);
	assert_int_equal(r->n_stories, 1);
	assert_int_equal(r->outcome, STORY_BOUNCED);
	assert_int_equal(r->stories[0].n, 4);
	check_has(r->message, "Accepted by mx2");
	check_has(r->message, "delivery failed");
	assert_true(f->probes < 60);
}

static void
without_a_time_the_newest_comes_first(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	const struct trace_result *r = trace(f, "ann@isp.example", "bob@cs.example", -1);
	assert_int_equal(r->n_stories, 2);
	assert_int_equal(r->outcome, STORY_DELIVERED);
	assert_int_equal(r->stories[1].outcome, STORY_BOUNCED);
	check_has(r->message, "1 more story");
}

static void
one_address_and_domains_do(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	assert_int_equal(trace(f, "ann@isp.example", "", 3000)->n_stories, 2);
	assert_int_equal(trace(f, "", "eve@cs.example", 3000)->n_stories, 1);
	assert_int_equal(trace(f, "@isp.example", "bob@cs.example", 3000)->n_stories, 2);
	assert_int_equal(trace(f, "@isp.example", "@cs.example", 3000)->n_stories, 3);
	assert_int_equal(trace(f, "@other.example", "@cs.example", 3000)->n_stories, 0);
	assert_int_equal(trace(f, "<>", "@cs.example", 120)->n_stories, 1);
}

static void
the_sender_that_a_reader_sees_is_found(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	const struct trace_result *r = trace(f, "joe@isp.example", "bob@cs.example", 3000);
	assert_int_equal(r->n_stories, 1);
	check_has(r->message, "envelope sender is bounces+77@mail.isp.example");
	/* "joe@" ends "Ann_<joe@isp.example>", but oe@ does not. */
	assert_int_equal(trace(f, "oe@isp.example", "bob@cs.example", 3000)->n_stories, 0);
}

static void
what_is_not_seen_is_taught(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	const struct trace_result *r = trace(f, "ann@isp.example", "bob@cs.example", 8000);
	assert_int_equal(r->outcome, STORY_NOT_SEEN);
	check_has(r->message, "Not seen: no session from ann@isp.example to bob@cs.example");
	check_has(r->coverage, "The logs of mx1 cover that time.");
	assert_true(has_hint(r, "At other times: "));

	r = trace(f, "eva@isp.example", "bob@cs.example", 3000);
	assert_int_equal(r->n_stories, 0);
	assert_true(has_hint(r, "from the same house then: bounces+77@mail.isp.example, ann@"));
	assert_true(has_hint(r, "No session at all has the envelope sender eva@isp.example"));
	r = trace(f, "ann@isp.example", "zoe@cs.example", 3000);
	assert_true(has_hint(r, "2 sessions of that sender to others then: eve@cs.example, bob@"));
	assert_true(has_hint(r, "No session at all is to zoe@cs.example"));
}

static void
a_misspelt_address_is_offered(void **state)
{
	static const char *const cases[][3] = {
		{ "ann@isp.example", "bbo@cs.example", "Did you mean bob@cs.example?" },
		{ "ann@isp.example", "bobb@cs.example", "Did you mean bob@cs.example?" },
		{ "anm@isp.example", "bob@cs.example", "Did you mean ann@isp.example?" },
		{ "", "ev@cs.example", "Did you mean eve@cs.example?" },
		{ "amn@isp.example", "bov@cs.example", "Did you mean ann@isp.example?" },
		{ "amn@isp.example", "bov@cs.example", "Did you mean bob@cs.example?" },
	};
	struct fixture *f = *state;

	load(f, way);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct trace_result *r = trace(f, cases[i][0], cases[i][1], -1);

		assert_int_equal(r->n_stories, 0);
		if (!has_hint(r, cases[i][2]))
			fail_msg("%s to %s: %.*s", cases[i][0], cases[i][1],
				 STR_ARG(r->hints[0].text));
	}
	const struct trace_result *r = trace(f, "", "ev@cs.example", -1);
	assert_true(str_eq(r->hints[0].instead->to, STR("eve@cs.example")));
	assert_int_equal(r->hints[0].instead->from.n, 0);
	assert_false(has_hint(trace(f, "", "bobby@cs.example", -1), "Did you mean"));
	assert_false(has_hint(trace(f, "", "b@cs.example", -1), "Did you mean"));
	/* An address that exists is not doubted. */
	assert_false(has_hint(trace(f, "no@where.example", "eve@cs.example", -1), "Did you mean"));
	assert_false(has_hint(trace(f, "ann@isp.example", "ebob@c.example", -1), "Did you mean"));
}

/* Stretches 0–1000 and 2000–3000 minutes after midnight of the 21st. */
static void
load_stretches(struct fixture *f)
{
	int64_t begin = SUPPORT_SESSIONS_BEGIN;

	load(f, "");
	f->coverage[0].to_us = begin + 1000 * MINUTE_US;
	f->coverage[1] = (struct coverage){ .gateway = STR("mx1"),
					    .from_us = begin + 2000 * MINUTE_US,
					    .to_us = begin + 3000 * MINUTE_US };
	f->context.n_coverage = 2;
}

static void
gaps_and_ends_of_the_logs_are_said(void **state)
{
	static const struct {
		int minute, slack;
		const char *says;
		enum trace_cover cover;
	} cases[] = {
		{ 100, 15, "cover that time", TRACE_COVERS },
		{ 1500, 15, "that time lies in the gap", TRACE_GAP },
		{ 2010, 15, "cover that time", TRACE_COVERS },
		{ 5000, 15, "end before", TRACE_ENDS_BEFORE },
		{ -100, 15, "begin later", TRACE_BEGINS_LATER },
		/* The moment itself counts, not what lies beside it. */
		{ 3005, 15,
		  "hold only 2026-11-23 01:50:00 to 02:00:00 UTC of that time, nothing after.",
		  TRACE_PARTLY },
		{ 3000, 15, "cover that time", TRACE_COVERS },
		{ 1995, 15,
		  "hold only 2026-11-22 09:20:00 to 09:30:00 UTC of that time, nothing before.",
		  TRACE_PARTLY },
		/* Of days the whole. */
		{ 720, 720,
		  "hold only 2026-11-21 00:00:00 to 16:40:00 UTC of that time, nothing after.",
		  TRACE_PARTLY },
		{ 500, 495, "cover that time", TRACE_COVERS },
		{ 1500, 720,
		  "hold only 2026-11-21 13:00:00 to 16:40:00 UTC, 2026-11-22 09:20:00 to "
		  "13:00:00 UTC of that time.",
		  TRACE_PARTLY },
		{ 2500, 720,
		  "hold only 2026-11-22 09:20:00 UTC to 2026-11-23 02:00:00 UTC of that time, "
		  "nothing before or after.",
		  TRACE_PARTLY },
	};
	struct fixture *f = *state;
	size_t gap;

	load_stretches(f);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct trace_ask ask = { .from = STR("a@b.example"),
					 .time_us = SUPPORT_SESSIONS_BEGIN +
						    cases[i].minute * MINUTE_US,
					 .slack_us = cases[i].slack * MINUTE_US };

		tracer_free(f->tracer);
		f->tracer = tracer_new(&ask, &f->context);
		check_has(run(f)->coverage, cases[i].says);
		if (trace_cover(f->coverage, 2, &ask, TIME_NONE, &gap) != cases[i].cover)
			fail_msg("minute %d", cases[i].minute);
	}
	check_has(trace(f, "a@b.example", "c@d.example", -1)->coverage, "with 1 gap");
	f->context.n_coverage = 0;
	check_has(trace(f, "a@b.example", "c@d.example", 5)->coverage, "No logs have been");
}

static void
today_is_covered_up_to_now(void **state)
{
	struct fixture *f = *state;
	struct trace_ask ask = { .time_us = SUPPORT_SESSIONS_BEGIN + 720 * MINUTE_US,
				 .slack_us = 720 * MINUTE_US };
	size_t gap;

	load_stretches(f);
	assert_int_equal(trace_cover(f->coverage, 1, &ask,
				     SUPPORT_SESSIONS_BEGIN + 1005 * MINUTE_US, &gap),
			 TRACE_COVERS);
	assert_int_equal(trace_cover(f->coverage, 1, &ask,
				     SUPPORT_SESSIONS_BEGIN + 1100 * MINUTE_US, &gap),
			 TRACE_PARTLY);
	/* What is asked of the future, or of just now, is in no log yet. */
	ask.slack_us = 15 * MINUTE_US;
	ask.time_us = SUPPORT_SESSIONS_BEGIN + 1005 * MINUTE_US;
	assert_int_equal(trace_cover(f->coverage, 1, &ask, ask.time_us, &gap), TRACE_PARTLY);
}

static void
what_was_looked_through_is_what_the_logs_hold(void **state)
{
	struct fixture *f = *state;
	const struct trace_result *r;

	load_stretches(f);
	f->context.n_coverage = 1;
	r = trace(f, "a@b.example", "c@d.example", 1009);
	check_has(r->message, "c@d.example in our logs of 2026-11-21 00:00:00 to 16:40:00 UTC, all "
			      "that they hold of the days around.");
	r = trace(f, "a@b.example", "c@d.example", 9000);
	check_has(r->message, "our logs hold nothing of the days around 2026-11-27 06:00:00 UTC.");
	f->coverage[0].from_us -= 9000 * MINUTE_US;
	f->coverage[0].to_us += 9000 * MINUTE_US;
	r = trace(f, "a@b.example", "c@d.example", 0);
	check_has(r->message, "logs of 2026-11-19 23:45:00 UTC to 2026-11-22 00:15:00 UTC.");
}

static void
a_frequent_pair_is_found_at_its_time_and_bounded(void **state)
{
	struct fixture *f = *state;
	struct strbuf rows;

	strbuf_init(&rows, STRBUF_NO_MAX);
	for (int i = 0; i < 900; i++)
		strbuf_printf(&rows,
			      "t=%d.5 own=1xU%03d-0003jr-0G mid=n%d next=Q%d note=R%d"
			      " from=ann@isp.example to=bob@cs.example/sent\n",
			      i, i, i, i, i);
	load(f, rows.p);
	const struct trace_result *r = trace(f, "ann@isp.example", "bob@cs.example", 200);
	assert_true(r->more);
	assert_true(r->n_stories <= 20);
	assert_true(f->probes <= 100);
	assert_true(r->stories[0].sessions[0]->start_us / MINUTE_US -
			    SUPPORT_SESSIONS_BEGIN / MINUTE_US ==
		    200);
	strbuf_release(&rows);
}

static void
the_story_of_a_session_is_found_from_any_of_its_sessions(void **state)
{
	struct fixture *f = *state;

	load(f, way);
	for (size_t i = 0; i < 4; i++) {
		tracer_free(f->tracer);
		f->tracer = tracer_new_of(f->sessions[i], &f->context);
		const struct trace_result *r = run(f);
		assert_int_equal(r->n_stories, 1);
		assert_int_equal(r->stories[0].n, 4);
	}
	tracer_free(f->tracer);
	f->tracer = tracer_new_of(f->sessions[5], &f->context);
	assert_int_equal(run(f)->stories[0].n, 1);
}

static void
addresses_are_read_and_refused(void **state)
{
	struct str out;

	(void)state;
	assert_true(trace_address(STR(" <ann@isp.example> "), true, &out));
	assert_true(str_eq(out, STR("ann@isp.example")));
	assert_true(trace_address(STR("@isp.example"), false, &out));
	/* As mail programs copy them. */
	static const char *const copied[] = {
		"Ann <ann@isp.example>",
		"\"Ann, of ISP\" <ann@isp.example>",
		"Ann @ ISP <ann@isp.example>,",
		"mailto:ann@isp.example",
		"<mailto:ann@isp.example>",
		"MAILTO:ann@isp.example?subject=Re:%20x@y.example",
		"Ann [mailto:ann@isp.example]",
		"'ann@isp.example'",
		"ann@isp.example;",
		"ann@isp.example (Ann)",
	};
	for (size_t i = 0; i < sizeof(copied) / sizeof(copied[0]); i++)
		if (!trace_address(str_from(copied[i]), false, &out) ||
		    !str_eq(out, STR("ann@isp.example")))
			fail_msg("%s: %.*s", copied[i], STR_ARG(out));
	assert_true(trace_address(STR("o'neil@isp.example"), true, &out));
	assert_true(str_eq(out, STR("o'neil@isp.example")));
	/* Two are not one. */
	assert_false(trace_address(STR("Ann <ann@isp.example>, Bob <bob@cs.example>"), true, &out));
	assert_false(trace_address(STR("ann@isp.example, bob@cs.example"), true, &out));
	assert_false(trace_address(STR("Ann <ann@isp.example"), true, &out));
	assert_true(trace_address(STR("<>"), true, &out));
	assert_false(trace_address(STR("<>"), false, &out));
	assert_false(trace_address(STR("ann"), true, &out));
	assert_false(trace_address(STR("ann@"), true, &out));
	assert_false(trace_address(STR("ann at@isp.example"), true, &out));
	assert_false(trace_address(STR(""), true, &out));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_trace_follows_the_mail_to_its_end),
		TEST(without_a_time_the_newest_comes_first),
		TEST(one_address_and_domains_do),
		TEST(the_sender_that_a_reader_sees_is_found),
		TEST(what_is_not_seen_is_taught),
		TEST(a_misspelt_address_is_offered),
		TEST(gaps_and_ends_of_the_logs_are_said),
		TEST(today_is_covered_up_to_now),
		TEST(what_was_looked_through_is_what_the_logs_hold),
		TEST(a_frequent_pair_is_found_at_its_time_and_bounded),
		TEST(the_story_of_a_session_is_found_from_any_of_its_sessions),
		TEST(addresses_are_read_and_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
