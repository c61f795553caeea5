/* SPDX-License-Identifier: MIT */
/*
 * model_story: what belongs to one story and what only looks so; how a story ended; that a hostile
 * pool costs no more than others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/strbuf.h"
#include "model/story_trace.h"
#include "support_sessions.h"

/* --- which sessions belong together --------------------------------------------------------- */

#define A " from=ann@isp.example to=bob@cs.example "

struct group_case {
	const char *what;
	const char *rows;
	const char *stories; /* a letter per session */
};

static const struct group_case attempts[] = {
	{ "greylisted from three addresses, then accepted",
	  "t=0 ip=192.0.2.1 v=deferred" A "\nt=16 ip=192.0.2.2 v=deferred" A
	  "\nt=40 ip=192.0.2.3 own=1xUnaf-0003jr-0G mid=m1" A,
	  "AAA" },
	{ "retries with growing pauses, to the end of the schedule",
	  "t=0 v=deferred" A "\nt=600 v=deferred" A "\nt=1900 v=deferred" A "\nt=3300 v=rejected" A,
	  "AAAA" },
	{ "a pause longer than any retry schedule", "t=0 v=deferred" A "\nt=1500 v=accepted" A,
	  "AB" },
	{ "retries that outlive every queue",
	  "t=0 v=deferred" A "\nt=1300 v=deferred" A "\nt=2600 v=deferred" A "\nt=3900 v=deferred" A
	  "\nt=5200 v=deferred" A "\nt=6500 v=deferred" A "\nt=7800 v=deferred" A
	  "\nt=9100 v=deferred" A,
	  "AAAAAAAB" },
	{ "what was accepted is not sent again", "t=0 own=X1" A "\nt=5 own=X2" A, "AB" },
	{ "another mail after the first came in is greylisted anew",
	  "t=0 v=deferred" A "\nt=10 own=X1" A "\nt=20 v=deferred" A "\nt=30 own=X2" A, "AABB" },
	{ "two mails put off at the end of data, told apart by Message-ID",
	  "t=0 v=deferred mid=m1" A "\nt=1 v=deferred mid=m2" A "\nt=10 v=deferred mid=m1" A
	  "\nt=11 v=accepted mid=m2" A,
	  "ABAB" },
	{ "told apart by subject", "t=0 v=deferred subject=one" A "\nt=10 v=accepted subject=two" A,
	  "AB" },
	{ "told apart by size", "t=0 v=deferred size=2000" A "\nt=10 v=accepted size=90000" A,
	  "AB" },
	{ "a few more header lines do not tell apart",
	  "t=0 v=deferred size=2000" A "\nt=10 v=accepted size=2400" A, "AA" },
	{ "another recipient, another sender",
	  "t=0 v=deferred" A "\nt=10 v=deferred from=ann@isp.example to=eve@cs.example"
	  "\nt=11 v=deferred from=joe@isp.example to=bob@cs.example",
	  "ABC" },
	{ "case does not tell addresses apart",
	  "t=0 v=deferred" A "\nt=10 from=Ann@ISP.example to=Bob@cs.example", "AA" },
	{ "a refused mail is tried at the next address at once, but not an hour later",
	  "t=0 v=rejected" A "\nt=1 v=rejected" A "\nt=90 v=rejected" A, "AAB" },
	{ "what is accepted after a refusal is another mail",
	  "t=0 v=rejected" A "\nt=5 v=accepted" A, "AB" },
	{ "one of two recipients put off, and tried again alone",
	  "t=0 own=X1 mid=m1 from=ann@isp.example to=bob@cs.example/deferred to=eve@cs.example/sent"
	  "\nt=20 own=X2 mid=m1" A,
	  "AA" },
	{ "one of two recipients refused: the mail was taken, and the next one is another",
	  "t=0 own=X1 from=ann@isp.example to=bob@cs.example/rejected to=eve@cs.example/sent"
	  "\nt=20 v=rejected" A,
	  "AB" },
	{ "the sender is the same in every wrapping",
	  "t=0 v=deferred from=SRS0=h1=AA=isp.example=ann@fwd.example to=bob@cs.example"
	  "\nt=20 v=accepted from=SRS0=h2=AB=isp.example=ann@fwd.example to=bob@cs.example"
	  "\nt=21 v=deferred from=prvs=1=ann@isp.example to=bob@cs.example",
	  "AAB" },
	{ "nobody's mails are told apart by who sends them",
	  "t=0 v=deferred ip=192.0.2.1 from=<> to=bob@cs.example"
	  "\nt=3 v=deferred ip=192.0.2.9 from=<> to=bob@cs.example"
	  "\nt=9 v=accepted ip=192.0.2.1 from=<> to=bob@cs.example",
	  "ABA" },
	{ "without a time nothing follows", "t=none v=deferred" A "\nt=none v=accepted" A, "AB" },
};

static const struct group_case chains[] = {
	{ "the next hop is another gateway of ours",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G next=1xUnag-0003js-1A" A
	  "\nt=0.1 gw=2 own=1xUnag-0003js-1A" A,
	  "AA" },
	{ "the next hop's short ID came back a month later",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G next=4F2ABA0001" A "\nt=43200 gw=2 own=4F2ABA0001" A,
	  "AB" },
	{ "the next hop's short ID is also another's, elsewhere, at the same time",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G next=4F2ABA0001" A
	  "\nt=1 gw=2 own=4F2ABA0001 from=x@y.example to=z@w.example",
	  "AB" },
	{ "a content filter gives it back, with a new ID",
	  "t=0 own=AAAA01 mid=m1 ip=192.0.2.1" A "\nt=0.1 own=AAAA02 mid=m1 ip=127.0.0.1" A, "AA" },
	{ "a filter gives a bounce back, too",
	  "t=0 own=AAAA01 mid=m1 ip=192.0.2.1 from=<> to=bob@cs.example"
	  "\nt=0.1 own=AAAA02 mid=m1 ip=127.0.0.1 from=<> to=bob@cs.example",
	  "AA" },
	{ "an alias leads outside, through the other gateway",
	  "t=0 gw=1 own=AAAA01 mid=m1 from=ann@isp.example to=bob@gmail.example<bob@cs.example/sent"
	  "\nt=0.1 gw=2 own=AAAA02 mid=m1 from=SRS0=h=t=isp.example=ann@cs.example "
	  "to=bob@gmail.example/failed",
	  "AA" },
	{ "a forward by a user's own program",
	  "t=0 own=AAAA01 mid=m1 ip=192.0.2.1" A
	  "\nt=0.1 own=AAAA02 mid=m1 from=bob@cs.example to=bob@gmail.example",
	  "AA" },
	{ "a post and what the list made of it",
	  "t=0 own=AAAA01 mid=m1 from=ann@isp.example to=seminar@cs.example/sent"
	  "\nt=0.1 own=AAAA02 mid=m1 from=seminar-bounces+eve=x.example@cs.example "
	  "to=eve@x.example",
	  "AA" },
	{ "one Message-ID, sent to each reader by himself",
	  "t=0 own=AAAA01 mid=m1 ip=192.0.2.1 from=news@isp.example to=bob@cs.example"
	  "\nt=0 own=AAAA02 mid=m1 ip=192.0.2.1 from=news@isp.example to=eve@cs.example",
	  "AB" },
	{ "one Message-ID, of spam from many senders",
	  "t=0 v=rejected mid=m1 ip=192.0.2.1 from=x1@a.example to=bob@cs.example"
	  "\nt=1 v=rejected mid=m1 ip=192.0.2.2 from=x2@b.example to=bob@cs.example"
	  "\nt=90 v=accepted mid=m1 ip=192.0.2.3 from=x3@c.example to=bob@cs.example",
	  "ABC" },
	{ "a Message-ID used again after months", "t=0 mid=m1" A "\nt=90000 mid=m1" A, "AB" },
	{ "a bounce says which message caused it",
	  "t=0 own=1xUnaf-0003jr-0G from=ann@isp.example to=bob@x.example/failed"
	  "\nt=1 own=1xUnag-0003js-1A parent=1xUnaf-0003jr-0G from=<> to=ann@isp.example",
	  "AA" },
	{ "the same ID on another gateway is another message",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G from=ann@isp.example to=bob@x.example/failed"
	  "\nt=1 gw=2 own=1xUnag-0003js-1A parent=1xUnaf-0003jr-0G from=<> to=joe@isp.example",
	  "AB" },
	{ "Postfix names the notification",
	  "t=0 end=5 own=AAAA01 note=AAAA02 from=ann@isp.example to=bob@x.example/failed"
	  "\nt=5 own=AAAA02 from=<> to=ann@isp.example",
	  "AA" },
	{ "a bounce comes back to the wrapped sender of what was forwarded",
	  "t=0 own=AAAA01 from=SRS0=h=t=isp.example=ann@cs.example to=bob@gmail.example/sent"
	  "\nt=30 ip=203.0.113.9 own=AAAA02 from=<> "
	  "to=ann@isp.example<SRS0=h=t=isp.example=ann@cs.example",
	  "AA" },
	{ "a bounce from the host that took the mail",
	  "t=0 own=AAAA01 from=joe@cs.example to=eve@x.example/sent@203.0.113.9"
	  "\nt=2 ip=203.0.113.9 own=AAAA02 from=<> to=joe@cs.example",
	  "AA" },
	{ "a bounce from somewhere else, or much later",
	  "t=0 own=AAAA01 from=joe@cs.example to=eve@x.example/sent@203.0.113.9"
	  "\nt=2 ip=198.51.100.1 own=AAAA02 from=<> to=joe@cs.example"
	  "\nt=900 ip=203.0.113.9 own=AAAA03 from=<> to=joe@cs.example",
	  "ABC" },
	{ "everything at once",
	  "t=0 gw=1 v=deferred" A
	  "\nt=15 gw=1 own=1xUnaf-0003jr-0G mid=m1 next=1xUnag-0003js-1A from=ann@isp.example "
	  "to=bob@x.example<bob@cs.example/sent"
	  "\nt=15.1 gw=2 own=1xUnag-0003js-1A mid=m1 from=SRS0=h=t=isp.example=ann@cs.example "
	  "to=bob@x.example/failed"
	  "\nt=15.2 gw=2 own=1xUnah-0003jt-2B parent=1xUnag-0003js-1A from=<> "
	  "to=SRS0=h=t=isp.example=ann@cs.example"
	  "\nt=15 gw=1 own=1xUnax-0003jx-0X from=joe@isp.example to=bob@cs.example",
	  "AAAAB" },
};

static const struct group_case nameless[] = {
	{ "refusals of one connection that name no mail",
	  "t=0 ip=192.0.2.1 conn=c1 v=rejected st=helo\nt=0 ip=192.0.2.1 conn=c1 v=rejected "
	  "st=connect"
	  "\nt=0 ip=192.0.2.1 conn=c2 v=rejected st=helo",
	  "AAB" },
	{ "the same refusal of one peer in the same moment, where no connection is logged",
	  "t=0 ip=192.0.2.1 v=rejected st=connect code=554\n"
	  "t=0.02 ip=192.0.2.1 v=rejected st=connect code=554\n"
	  "t=0.02 ip=192.0.2.1 v=rejected st=connect code=550\n"
	  "t=5 ip=192.0.2.1 v=rejected st=connect code=554",
	  "AABC" },
	{ "refused at MAIL, put off and tried again by the same peer",
	  "t=0 ip=192.0.2.1 v=deferred st=mail from=ann@isp.example"
	  "\nt=15 ip=192.0.2.1 v=deferred st=mail from=ann@isp.example"
	  "\nt=16 ip=192.0.2.2 v=deferred st=mail from=ann@isp.example",
	  "AAB" },
	{ "sessions that say nothing at all", "t=0\nt=0\nt=0", "ABC" },
};

static void
check_groups(const struct group_case *cases, size_t n_cases)
{
	for (size_t i = 0; i < n_cases; i++) {
		char got[SUPPORT_STORIES_MAX];

		support_stories(cases[i].rows, got);
		if (strcmp(got, cases[i].stories) != 0)
			fail_msg("%s: %s, wanted %s", cases[i].what, got, cases[i].stories);
	}
}

static void
attempts_of_one_mail_are_one_story(void **state)
{
	(void)state;
	check_groups(attempts, sizeof(attempts) / sizeof(attempts[0]));
}

static void
what_a_mail_becomes_is_its_story(void **state)
{
	(void)state;
	check_groups(chains, sizeof(chains) / sizeof(chains[0]));
}

static void
refusals_without_a_mail_go_by_connection_or_moment(void **state)
{
	(void)state;
	check_groups(nameless, sizeof(nameless) / sizeof(nameless[0]));
}

/* --- outcomes ------------------------------------------------------------------------------- */

struct outcome_case {
	const char *what;
	const char *rows;
	const char *to;
	const char *outcome;
	size_t decided_by; /* line, from 1 */
};

static const struct outcome_case outcomes[] = {
	{ "delivered", "t=0 own=X1 from=a@x.example to=b@y.example/sent", "", "delivered", 1 },
	{ "in the queue", "t=0 own=X1 from=a@x.example to=b@y.example/waits", "", "queued", 1 },
	{ "accepted, nothing more is logged", "t=0 own=X1 from=a@x.example to=b@y.example", "",
	  "queued", 1 },
	{ "greylisted and not tried again",
	  "t=0 v=deferred reply=Greylisted,_come_back from=a@x.example to=b@y.example"
	  "\nt=9 v=deferred reply=Greylisted,_come_back from=a@x.example to=b@y.example",
	  "", "greylisted", 2 },
	{ "put off for another reason",
	  "t=0 v=deferred reply=421_too_many from=a@x.example to=b@y.example", "", "deferred", 1 },
	{ "greylisted, then delivered",
	  "t=0 v=deferred reply=greylisted from=a@x.example to=b@y.example"
	  "\nt=9 own=X1 from=a@x.example to=b@y.example/sent",
	  "", "delivered", 2 },
	{ "refused", "t=0 v=rejected from=a@x.example to=b@y.example/rejected", "", "refused", 1 },
	{ "held", "t=0 v=held own=X1 from=a@x.example to=b@y.example", "", "held", 1 },
	{ "held, then released and delivered",
	  "t=0 v=held own=X1 from=a@x.example to=b@y.example/sent", "", "delivered", 1 },
	{ "discarded", "t=0 own=X1 from=a@x.example to=b@y.example/discarded", "", "discarded", 1 },
	{ "quarantined", "t=0 v=quarantined own=X1 from=a@x.example to=b@y.example", "",
	  "quarantined", 1 },
	{ "accepted, and bounced later",
	  "t=0 own=1xUnaf-0003jr-0G from=a@x.example to=b@y.example/failed"
	  "\nt=1 own=1xUnag-0003js-1A parent=1xUnaf-0003jr-0G from=<> to=a@x.example/sent",
	  "", "bounced", 1 },
	{ "… of which the sender may ask",
	  "t=0 own=1xUnaf-0003jr-0G from=a@x.example to=b@y.example/failed"
	  "\nt=1 own=1xUnag-0003js-1A parent=1xUnaf-0003jr-0G from=<> to=a@x.example/sent",
	  "a@x.example", "delivered", 2 },
	{ "handed on to the next gateway, which quarantined it",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G next=1xUnag-0003js-1A from=a@x.example to=b@y.example/sent"
	  "\nt=0.1 gw=2 v=quarantined own=1xUnag-0003js-1A from=a@x.example to=b@y.example",
	  "b@y.example", "quarantined", 2 },
	{ "forwarded, and refused there",
	  "t=0 gw=1 own=1xUnaf-0003jr-0G next=1xUnag-0003js-1A from=a@x.example "
	  "to=b@g.example<b@y.example/sent"
	  "\nt=0.1 gw=2 own=1xUnag-0003js-1A from=SRS0=h=t=x.example=a@y.example "
	  "to=b@g.example/failed",
	  "b@y.example", "bounced", 2 },
	{ "forwarded under another name by the user's program, and refused there",
	  "t=0 own=X1 mid=m1 ip=192.0.2.1 from=a@x.example to=b@y.example/sent"
	  "\nt=0.1 own=X2 mid=m1 from=b@y.example to=b@g.example/failed",
	  "b@y.example", "bounced", 2 },
	{ "… and delivered there, which the first log cannot tell",
	  "t=0 own=X1 mid=m1 ip=192.0.2.1 from=a@x.example to=b@y.example"
	  "\nt=0.1 own=X2 mid=m1 from=b@y.example to=b@g.example/sent",
	  "b@y.example", "delivered", 2 },
	{ "to one delivered, to the other not: the worst counts",
	  "t=0 own=X1 from=a@x.example to=b@y.example/sent to=c@y.example/failed", "", "bounced",
	  1 },
	{ "… but only of him who is asked for",
	  "t=0 own=X1 from=a@x.example to=b@y.example/sent to=c@y.example/failed", "B@y.example",
	  "delivered", 1 },
	{ "… or of his domain",
	  "t=0 own=X1 from=a@x.example to=b@z.example/failed to=c@y.example/sent", "@y.example",
	  "delivered", 1 },
	{ "one recipient refused, the other taken",
	  "t=0 own=X1 from=a@x.example to=b@y.example/rejected to=c@y.example/sent", "b@y.example",
	  "refused", 1 },
	{ "a second copy that is refused undoes nothing",
	  "t=0 own=X1 mid=m1 from=a@x.example to=b@y.example/sent"
	  "\nt=20 v=rejected mid=m1 from=a@x.example to=b@y.example/rejected",
	  "", "delivered", 1 },
};

static void
a_story_ends_as_its_last_word_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(outcomes) / sizeof(outcomes[0]); i++) {
		const struct outcome_case *c = &outcomes[i];
		struct story_groups g;
		struct story story;
		struct arena a;
		size_t n;

		arena_init(&a);
		const struct session **list = support_sessions(c->rows, &a, &n);
		story_group(list, n, &a, &g);
		if (g.n != 1)
			fail_msg("%s: %zu stories", c->what, g.n);
		story_tell(list, &g, n, 0, str_from(c->to), &a, &story);
		if (strcmp(story_outcome_text(story.outcome), c->outcome) != 0)
			fail_msg("%s: %s, wanted %s", c->what, story_outcome_text(story.outcome),
				 c->outcome);
		assert_int_equal(story.n, n);
		assert_non_null(story.decided_by);
		if (story.decided_by->ref.number != c->decided_by)
			fail_msg("%s: decided by %d", c->what, (int)story.decided_by->ref.number);
		arena_release(&a);
	}
}

static void
relations_say_how_each_session_stands_to_one(void **state)
{
	struct story_groups g;
	struct arena a;
	size_t n;
	enum story_relation r[6];

	(void)state;
	arena_init(&a);
	const struct session **list = support_sessions(
		"t=0 v=deferred" A "\nt=15 gw=1 own=1xUnaf-0003jr-0G next=1xUnag-0003js-1A" A
		"\nt=15.1 gw=2 own=1xUnag-0003js-1A" A
		"\nt=15.2 gw=2 own=1xUnah-0003jt-2B parent=1xUnag-0003js-1A from=<> "
		"to=ann@isp.example"
		"\nt=15.2 own=X9 from=joe@isp.example to=eve@cs.example",
		&a, &n);
	story_group(list, n, &a, &g);
	story_relations(&g, n, 0, &a, r);
	assert_int_equal(r[0], STORY_RELATION_NONE);
	assert_int_equal(r[1], STORY_RELATION_ATTEMPT);
	assert_int_equal(r[2], STORY_RELATION_PASSED_ON);
	assert_int_equal(r[3], STORY_RELATION_BOUNCE);
	assert_int_equal(r[4], STORY_RELATION_NONE);
	story_relations(&g, n, 3, &a, r);
	assert_int_equal(r[2], STORY_RELATION_BOUNCE_OF);
	assert_int_equal(r[1], STORY_RELATION_CAME_FROM);
	assert_int_equal(r[0], STORY_RELATION_CAME_FROM);
	arena_release(&a);
}

/* --- many recipients ------------------------------------------------------------------------ */

/* " to=u0@y.example/sent to=u1@y.example/sent …", the last one otherwise. */
static void
add_recipients(struct strbuf *rows, size_t n, const char *verdict, const char *last)
{
	strbuf_add_text(rows, " from=a@x.example");
	for (size_t i = 0; i < n; i++)
		strbuf_printf(rows, " to=u%zu@y.example/%s", i, i + 1 < n ? verdict : last);
}

static enum story_outcome
outcome_of_rows(struct strbuf *rows, const char *to, size_t *n_stories)
{
	struct story_groups g;
	struct story story;
	struct arena a;
	size_t n;

	arena_init(&a);
	const struct session **list = support_sessions(rows->p, &a, &n);
	story_group(list, n, &a, &g);
	story_tell(list, &g, n, 0, str_from(to), &a, &story);
	*n_stories = g.n;
	arena_release(&a);
	strbuf_release(rows);
	return story.outcome;
}

static void
an_attempt_is_followed_into_a_mail_to_many(void **state)
{
	struct strbuf rows;
	size_t stories;

	(void)state;
	strbuf_init(&rows, STRBUF_NO_MAX);
	strbuf_add_text(&rows, "t=0 v=deferred from=a@x.example to=u100@y.example"
			       "\nt=5 v=deferred from=a@x.example to=u100@y.example"
			       "\nt=9 own=X1");
	add_recipients(&rows, 130, "sent", "sent");
	assert_int_equal(outcome_of_rows(&rows, "u100@y.example", &stories), STORY_DELIVERED);
	assert_int_equal(stories, 1);
}

static void
of_many_recipients_the_last_one_counts_too(void **state)
{
	struct strbuf rows;
	size_t stories;

	(void)state;
	strbuf_init(&rows, STRBUF_NO_MAX);
	strbuf_add_text(&rows, "t=0 own=X1");
	add_recipients(&rows, 300, "sent", "failed");
	assert_int_equal(outcome_of_rows(&rows, "", &stories), STORY_BOUNCED);

	strbuf_init(&rows, STRBUF_NO_MAX);
	strbuf_add_text(&rows, "t=0 v=deferred");
	add_recipients(&rows, 300, "deferred", "deferred");
	strbuf_add_text(&rows, "\nt=9 own=X1");
	add_recipients(&rows, 300, "sent", "sent");
	assert_int_equal(outcome_of_rows(&rows, "", &stories), STORY_DELIVERED);
	assert_int_equal(stories, 1);

	/* More words than there is room for: the newest stay. */
	strbuf_init(&rows, STRBUF_NO_MAX);
	for (int i = 0; i < 60; i++) {
		strbuf_printf(&rows, "t=%d v=deferred", 9 * i);
		add_recipients(&rows, 300, "deferred", "deferred");
		strbuf_add_char(&rows, '\n');
	}
	strbuf_add_text(&rows, "t=600 own=X1");
	add_recipients(&rows, 300, "sent", "sent");
	assert_int_equal(outcome_of_rows(&rows, "", &stories), STORY_DELIVERED);
}

static void
attempts_are_those_at_the_recipient_who_is_asked_for(void **state)
{
	struct story_groups g;
	struct story story;
	struct arena a;
	size_t n;

	(void)state;
	arena_init(&a);
	const struct session **list = support_sessions(
		"t=0 v=deferred from=a@x.example to=b@y.example to=c@y.example"
		"\nt=5 v=deferred from=a@x.example to=c@y.example"
		"\nt=6 v=deferred from=a@x.example to=c@y.example"
		"\nt=9 own=X1 from=a@x.example to=b@y.example/sent to=c@y.example/sent",
		&a, &n);
	story_group(list, n, &a, &g);
	assert_int_equal(g.n, 1);
	story_tell(list, &g, n, 0, STR("b@y.example"), &a, &story);
	struct str said = story_say(&story, zone_utc(), &a);
	assert_true(str_find(said, STR("after 1 attempt put off"), 0) != STR_NPOS);
	story_tell(list, &g, n, 0, STR("c@y.example"), &a, &story);
	said = story_say(&story, zone_utc(), &a);
	assert_true(str_find(said, STR("after 3 attempts put off"), 0) != STR_NPOS);
	arena_release(&a);
}

/* --- bounds --------------------------------------------------------------------------------- */

static void
a_pool_of_equals_is_bounded(void **state)
{
	struct story_groups g;
	struct arena a;
	struct story story;
	const struct session *list[512];

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < 512; i++) {
		struct session *s = arena_alloc(&a, sizeof(*s));
		support_session("t=0 v=deferred conn=c1 ip=192.0.2.1 own=X1 mid=m1 next=X1 "
				"parent=X1 note=X1" A "to=bob@cs.example to=c@cs.example",
				i + 1, &a, s);
		list[i] = s;
	}
	story_group(list, 512, &a, &g);
	assert_int_equal(g.n, 1);
	assert_int_equal(g.n_edges, 511);
	story_tell(list, &g, 512, 0, STR(""), &a, &story);
	assert_int_equal(story.n, 512);
	assert_int_equal(story.outcome, STORY_DEFERRED);
	story_group(list, 0, &a, &g);
	assert_int_equal(g.n, 0);
	arena_release(&a);
}

static uint64_t
draw(uint64_t *seed, uint64_t below)
{
	*seed = *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
	return (*seed >> 33) % below;
}

/* Few values of everything, so that all meet all. */
static void
random_session(uint64_t *seed, uint64_t number, struct arena *a, struct session *out)
{
	static const char *const verdicts[] = { "accepted", "deferred", "rejected", "held" };
	static const char *const senders[] = { "<>", "a@x.example", "b@x.example",
					       "SRS0=h=t=x.example=a@y.example" };
	static const char *const fates[] = { "", "/sent", "/failed", "/waits", "/rejected" };
	struct strbuf row;

	strbuf_init(&row, 4096);
	strbuf_printf(&row, "t=%u gw=%u v=%s ip=192.0.2.%u", (unsigned)draw(seed, 3000),
		      (unsigned)draw(seed, 2), verdicts[draw(seed, 4)], (unsigned)draw(seed, 3));
	if (draw(seed, 8) > 0)
		strbuf_printf(&row, " from=%s", senders[draw(seed, 4)]);
	for (uint64_t n = draw(seed, 3); n > 0; n--)
		strbuf_printf(&row, " to=r%u@y.example%s", (unsigned)draw(seed, 4),
			      fates[draw(seed, 5)]);
	if (draw(seed, 2) > 0)
		strbuf_printf(&row, " own=X%u", (unsigned)draw(seed, 30));
	if (draw(seed, 3) > 0)
		strbuf_printf(&row, " mid=m%u", (unsigned)draw(seed, 10));
	if (draw(seed, 4) == 0)
		strbuf_printf(&row, " next=X%u parent=X%u note=X%u", (unsigned)draw(seed, 30),
			      (unsigned)draw(seed, 30), (unsigned)draw(seed, 30));
	support_session(row.p, number, a, out);
	strbuf_release(&row);
}

enum { RANDOM_POOL = 60 };

static void
the_order_of_the_pool_does_not_matter(void **state)
{
	uint64_t seed = 4711;

	(void)state;
	for (int round = 0; round < 200; round++) {
		const struct session *list[RANDOM_POOL], *other[RANDOM_POOL];
		struct story_groups g, h;
		struct story story;
		struct arena a;

		arena_init(&a);
		for (size_t i = 0; i < RANDOM_POOL; i++) {
			struct session *s = arena_alloc(&a, sizeof(*s));
			random_session(&seed, i + 1, &a, s);
			list[i] = other[i] = s;
		}
		for (size_t i = RANDOM_POOL - 1; i > 0; i--) {
			size_t k = draw(&seed, i + 1);
			const struct session *s = other[i];
			other[i] = other[k];
			other[k] = s;
		}
		story_group(list, RANDOM_POOL, &a, &g);
		story_group(other, RANDOM_POOL, &a, &h);
		assert_int_equal(g.n, h.n);
		uint32_t of[RANDOM_POOL + 1];
		for (size_t i = 0; i < RANDOM_POOL; i++)
			of[other[i]->ref.number] = h.story[i];
		for (size_t i = 0; i < RANDOM_POOL; i++)
			for (size_t k = 0; k < i; k++)
				assert_int_equal(g.story[i] == g.story[k], of[i + 1] == of[k + 1]);
		for (size_t i = 0; i < g.n; i++) {
			story_tell(list, &g, RANDOM_POOL, i, STR("r1@y.example"), &a, &story);
			assert_true(story.n > 0);
		}
		arena_release(&a);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attempts_of_one_mail_are_one_story),
		cmocka_unit_test(what_a_mail_becomes_is_its_story),
		cmocka_unit_test(refusals_without_a_mail_go_by_connection_or_moment),
		cmocka_unit_test(a_story_ends_as_its_last_word_says),
		cmocka_unit_test(relations_say_how_each_session_stands_to_one),
		cmocka_unit_test(an_attempt_is_followed_into_a_mail_to_many),
		cmocka_unit_test(of_many_recipients_the_last_one_counts_too),
		cmocka_unit_test(attempts_are_those_at_the_recipient_who_is_asked_for),
		cmocka_unit_test(a_pool_of_equals_is_bounded),
		cmocka_unit_test(the_order_of_the_pool_does_not_matter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
