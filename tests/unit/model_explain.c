/* SPDX-License-Identifier: MIT */
/*
 * The two texts about a session. Each case is a session of one kind; its texts stand whole in
 * tests/samples/explain/NAME.txt (UPDATE=1 rewrites them: read them then). What must hold of all
 * texts is checked on each: no other recipient's name, no control character, no word of the trade
 * in the user's text outside of quotations, short enough for a phone.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "model/explain_local.h"
#include "tests/unit/support_explain.h"
#include "tests/unit/support_files.h"

enum { USER_TEXT_MOST = 1300 };

static struct arena arena;

static const struct kind {
	const char *name;
	const struct session *session;
	const char *asked;
	const struct ladder *ladder;
	size_t n_attempts;
	int now_minutes, logs_minutes; /* after noon */
	bool looked;
	const struct session *onward, *bounce;
	const struct session *attempts; /* NULL: those that end well */
	const struct ours *ours;        /* NULL: the usual ones */
} kinds[] = {
	{ .name = "refused-as-spam", .session = &spam, .looked = true },
	{ .name = "greylisted-a-moment-ago",
	  .session = &greylisted,
	  .now_minutes = 15,
	  .logs_minutes = 10,
	  .looked = true },
	{ .name = "greylisted-and-not-tried-again",
	  .session = &greylisted,
	  .attempts = hasty,
	  .n_attempts = 4,
	  .now_minutes = 560,
	  .logs_minutes = 550,
	  .looked = true },
	{ .name = "greylisted-where-the-logs-end",
	  .session = &greylisted,
	  .now_minutes = 3 * 1440,
	  .logs_minutes = 20,
	  .looked = true },
	{ .name = "greylisted-then-delivered",
	  .session = &greylisted,
	  .asked = "cks@cs.example.edu",
	  .n_attempts = 2,
	  .looked = true },
	{ .name = "delivered-of-several", .session = &several, .asked = "cks@cs.example.edu" },
	{ .name = "refused-of-several", .session = &several, .asked = "bob@cs.example.edu" },
	{ .name = "unknown-of-several", .session = &several, .asked = "secret@cs.example.edu" },
	{ .name = "refused-at-connect", .session = &at_connect },
	{ .name = "dnsbl-asked-recipient-not-logged",
	  .session = &dnsbl,
	  .asked = "cks@cs.example.edu" },
	{ .name = "refused-by-remote", .session = &outbound },
	{ .name = "gave-up", .session = &gave_up },
	{ .name = "discarded-by-a-filter", .session = &discarded_by_filter },
	{ .name = "waiting-for-our-back-end", .session = &waiting_behind },
	{ .name = "waiting", .session = &waiting },
	{ .name = "waiting-where-the-logs-end",
	  .session = &waiting,
	  .now_minutes = 9 * 1440,
	  .logs_minutes = 20,
	  .looked = true },
	{ .name = "waiting-and-not-tried-again",
	  .session = &waiting,
	  .now_minutes = 3 * 1440,
	  .logs_minutes = 2 * 1440,
	  .looked = true },
	{ .name = "unknown-here-by-exim", .session = &unknown_here },
	{ .name = "between-strangers", .session = &between_strangers, .ours = &only_labels },
	{ .name = "put-off-until-given-up", .session = &worn_out },
	{ .name = "own-bounce-refused", .session = &own_bounce },
	{ .name = "back-end-refused", .session = &refused_behind },
	{ .name = "forwarded-and-refused", .session = &forwarded, .asked = "cks@cs.example.edu" },
	{ .name = "quarantined", .session = &quarantined },
	{ .name = "bounce-refused", .session = &bounce },
	{ .name = "broken-off", .session = &no_verdict, .ladder = &broken_ladder },
	{ .name = "outcome-not-logged", .session = &no_verdict },
	{ .name = "frozen", .session = &accepted, .ladder = &frozen_ladder },
	{ .name = "accepted-and-no-more", .session = &accepted },
	{ .name = "discarded", .session = &discarded },
	{ .name = "kept-though-refused", .session = &held_but_refused },
	{ .name = "dropped", .session = &dropped },
	{ .name = "callout", .session = &callout },
	{ .name = "delivered-then-bounced",
	  .session = &several,
	  .asked = "cks@cs.example.edu",
	  .looked = true,
	  .bounce = &late_bounce },
	{ .name = "handed-to-a-filter",
	  .session = &to_filter,
	  .looked = true,
	  .onward = &quarantined },
};

/* --- what holds of every text --------------------------------------------------------------- */

static bool
has(struct str text, const char *word)
{
	return str_find(text, str_from(word), 0) != STR_NPOS;
}

static void
assert_clean(const char *name, struct str text)
{
	for (size_t i = 0; i < text.n; i++)
		if ((unsigned char)text.p[i] < ' ' && text.p[i] != '\n')
			fail_msg("%s: control character %d", name, text.p[i]);
	assert_false(has(text, "\xe2\x80\xae")); /* right-to-left override */
}

/* Quotations may hold anything; addresses are not prose. */
static void
assert_plain(const char *name, struct str text)
{
	static const char *const jargon[] = { "SMTP",      "HELO", "DATA",   "RCPT",
					      "MAIL FROM", "5.7",  "DNS",    "DKIM",
					      "MX ",       "ACL",  "milter", "queue",
					      "null",      "550",  "451",    "envelope" };
	bool quoted = false;
	struct strbuf b;

	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '"')
			quoted = !quoted;
		if (!quoted)
			strbuf_add_char(&b, text.p[i]);
	}
	for (size_t i = 0; i < sizeof(jargon) / sizeof(jargon[0]); i++)
		if (has(strbuf_str(&b), jargon[i]))
			fail_msg("%s: the user reads \"%s\"", name, jargon[i]);
	assert_false(quoted);
	strbuf_release(&b);
}

static void
assert_discreet(const struct kind *k, struct str text)
{
	const struct session *s = k->session;

	for (size_t i = 0; k->asked && i < s->n_recipients; i++) {
		struct str other = s->recipients[i].address;

		if (str_eq(s->recipients[i].original, str_from(k->asked)) ||
		    str_eq(other, str_from(k->asked)))
			continue;
		if (str_find_nocase(text, other, 0) != STR_NPOS)
			fail_msg("%s names %.*s", k->name, STR_ARG(other));
	}
	if (has(text, "/etc/"))
		fail_msg("%s shows a path of ours", k->name);
}

/* --- tests ---------------------------------------------------------------------------------- */

static struct explained
explained_of(const struct kind *k)
{
	struct err e = { 0 };
	struct explain_query q = { .session = k->session,
				   .ladder = k->ladder,
				   .asked = str_from(k->asked),
				   .zone = zone_find(STR("Europe/Athens"), &e),
				   .ours = k->ours ? k->ours : &ours,
				   .attempts = k->attempts ? k->attempts : later,
				   .n_attempts = k->n_attempts,
				   .now_us = NOON + k->now_minutes * MINUTES,
				   .logs_end_us = NOON + k->logs_minutes * MINUTES,
				   .looked = k->looked,
				   .onward = k->onward,
				   .bounce = k->bounce };
	struct explained x;

	assert_true(explain(&q, &arena, &x));
	return x;
}

static void
each_kind_is_told_as_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct explained x = explained_of(&kinds[i]);
		struct str both = arena_printf(&arena, "%.*s----\n%.*s", STR_ARG(x.user),
					       STR_ARG(x.postmaster));
		char path[200];

		snprintf(path, sizeof(path), "tests/samples/explain/%s.txt", kinds[i].name);
		if (getenv("UPDATE")) {
			FILE *f = fopen(path, "w");

			assert_non_null(f);
			fwrite(both.p, 1, both.n, f);
			fclose(f);
		}
		struct str wanted = files_read(path, &arena);
		if (!str_eq(both, wanted))
			fail_msg("%s (UPDATE=1 rewrites)\n%.*s", path, STR_ARG(both));
	}
}

static void
every_text_is_clean_plain_short_and_discreet(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		struct explained x = explained_of(&kinds[i]);

		assert_clean(kinds[i].name, x.user);
		assert_clean(kinds[i].name, x.postmaster);
		assert_plain(kinds[i].name, x.user);
		assert_discreet(&kinds[i], x.user);
		assert_discreet(&kinds[i], x.postmaster);
		if (x.user.n > USER_TEXT_MOST)
			fail_msg("%s: %zu bytes are too many for a phone", kinds[i].name, x.user.n);
	}
}

/* By what our logs show of later hours; the texts themselves stand in the samples. */
static void
silence_counts_only_as_far_as_the_logs_reach(void **state)
{
	static const struct {
		int now_minutes, logs_minutes;
		const char *says, *says_not;
	} cases[] = {
		{ 15, 10, "may still try again", "not done so" },
		{ 560, 550, "has not tried again in the 9 hours since", "may still" },
		{ 560, 30, "may still try again", "not done so" },
		{ 3 * 1440, 30, "cannot tell whether it tried again", "may still" },
		{ 9 * 1440, 8 * 1440, "has not tried again in the 8 days since", "may still" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kind k = { .name = "silence",
				  .session = &greylisted,
				  .looked = true,
				  .now_minutes = cases[i].now_minutes,
				  .logs_minutes = cases[i].logs_minutes };
		struct explained x = explained_of(&k);

		if (!has(x.user, cases[i].says) || has(x.user, cases[i].says_not))
			fail_msg("%d, %d: %.*s", k.now_minutes, k.logs_minutes, STR_ARG(x.user));
	}
}

/* A mail system of another site cannot know "mx1"; without a name it reads whose word that is. */
static void
strangers_read_a_name_that_means_something_to_them(void **state)
{
	static struct str two[] = { S("mx1"), S("relay.cs.example.edu"), S("mx2") };
	static struct str one[] = { S("mx1"), S("relay.cs.example.edu") };
	const struct {
		struct str gateway;
		struct ours ours;
		const char *says;
	} cases[] = {
		{ STR("mx1"), ours, "gateway mx1.cs.example.edu refused" },
		{ STR("mx1"), { .hosts = two, .n_hosts = 3 }, "gateway (mx1 in our logs)" },
		{ STR("mx1"), { .hosts = one, .n_hosts = 2 }, "gateway relay.cs.example.edu" },
		{ STR("mx1.lan"), { .n_hosts = 0 }, "gateway (mx1.lan in our logs)" },
		{ STR("mx.example.org"), { .n_hosts = 0 }, "gateway mx.example.org refused" },
		{ STR(""), { .n_hosts = 0 }, "gateway refused" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session s = spam;
		struct kind k = { .name = "gateway", .session = &s, .ours = &cases[i].ours };

		s.gateway_name = cases[i].gateway;
		struct str text = explained_of(&k).postmaster;
		for (size_t at = 0; at < text.n; at++) /* it is wrapped */
			if (text.p[at] == '\n')
				((char *)text.p)[at] = ' ';
		if (!has(text, cases[i].says))
			fail_msg("%s: %.*s", cases[i].says, STR_ARG(text));
	}
}

static void
you_is_said_only_to_one_who_is_ours(void **state)
{
	struct session s = between_strangers;
	struct kind k = { .name = "you", .session = &s };
	static struct recipient ours_here[] = { { .address = S("cks@cs.example.edu") } };

	(void)state;
	assert_false(has(explained_of(&k).user, "you (") || has(explained_of(&k).user, "Your "));
	s.direction = DIRECTION_OUT;
	s.sender = STR("cks@cs.example.edu");
	assert_true(has(explained_of(&k).user, "Your message to jane@branch.example"));
	s = between_strangers;
	s.recipients = ours_here;
	assert_true(has(explained_of(&k).user, "to you (cks@cs.example.edu)"));
	k.session = &unknown_here;
	assert_true(has(explained_of(&k).user, "no such address here"));
	assert_false(has(explained_of(&k).user, "you ("));
}

/* Exim logs a reason, which usually is what was sent; its lists of arguments and paths are not. */
static void
a_logged_reason_is_what_the_sender_may_have_seen(void **state)
{
	struct kind reason = { .name = "reason", .session = &unknown_here };
	struct kind inner = { .name = "inner", .session = &greylisted };
	struct kind path = { .name = "path", .session = &at_connect };

	(void)state;
	assert_true(has(explained_of(&reason).user, "may have seen: \"Unknown user typo, sorry\""));
	assert_false(has(explained_of(&reason).user, "differed"));
	assert_true(has(explained_of(&reason).postmaster, "words sent may have differed"));
	assert_false(has(explained_of(&inner).user, "may have seen"));
	struct session scored = spam;
	struct kind figure = { .name = "figure", .session = &scored };
	scored.reply = (struct reply){ .code = 550, .text = STR("rspamd reject score=15.0") };
	assert_false(has(explained_of(&figure).user, "may have seen"));
	scored.reply.text = STR("spam score 1003.7 tests=[GTUBE]");
	assert_false(has(explained_of(&figure).user, "may have seen"));
	scored.reply.text = STR("sender blacklist (/etc/exim4/deny)");
	assert_false(has(explained_of(&figure).user, "may have seen"));
	scored.reply.text = STR("listed, see https://list.example/?ip=192.0.2.25");
	assert_true(has(explained_of(&figure).user, "may have seen"));
	assert_false(has(explained_of(&path).user, "may have seen"));
}

/* However a log or another system writes it, what stands around it is kept. */
static void
others_are_not_named_in_quoted_words(void **state)
{
	static const struct {
		const char *said, *shown;
	} replies[] = {
		{ "no rcpt=bob@cs.example.edu here", "no rcpt=[another recipient] here" },
		{ "'BOB@cs.example.edu', <secret@cs.example.edu>.",
		  "'[another recipient]', <[another recipient]>." },
		{ "list-bob=cs.example.edu@lists.example",
		  "list-[another recipient]@lists.example" },
		{ "list+bob=cs.example.edu@lists.example",
		  "list+[another recipient]@lists.example" },
		{ "to/bob@cs.example.edu+secret@cs.example.edu",
		  "to/[another recipient]+[another recipient]" },
		{ "cks@cs.example.edu, rob.bob@cs.example.edu, bob@cs.example.edu.au",
		  "cks@cs.example.edu, rob.bob@cs.example.edu, bob@cs.example.edu.au" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct explain_facts f = { .s = &several,
					   .arena = &arena,
					   .address = STR("cks@cs.example.edu") };
		struct str shown = explain_reply_text(&f, str_from(replies[i].said), 200);

		if (!str_eq(shown, str_from(replies[i].shown)))
			fail_msg("%s: %.*s", replies[i].said, STR_ARG(shown));
	}
}

static void
others_are_not_named_where_a_conversation_broke_off(void **state)
{
	struct recipient two[] = { { .address = STR("cks@cs.example.edu") },
				   { .address = STR("bob@cs.example.edu") } };
	struct session s = no_verdict;
	struct ladder_row row = broke_off[0];
	struct ladder ladder = { &row, 1 };
	struct kind k = { "broken off", .session = &s, .asked = "cks@cs.example.edu",
			  .ladder = &ladder };

	(void)state;
	s.recipients = two;
	s.n_recipients = 2;
	row.what = STR("lost connection after RCPT to=<bob@cs.example.edu>");
	struct explained x = explained_of(&k);
	assert_true(has(x.postmaster, "lost connection after RCPT to=<[another recipient]>"));
	assert_discreet(&k, x.postmaster);
}

static void
a_stranger_to_the_session_is_refused(void **state)
{
	struct explain_query q = { .session = &several, .asked = STR("mallory@cs.example.edu") };
	struct session cut = several;
	struct explained x;

	(void)state;
	assert_false(explain(&q, &arena, &x));
	cut.recipients_incomplete = true; /* the log named some only: it may be one of the others */
	q.session = &cut;
	assert_true(explain(&q, &arena, &x));
	assert_true(has(x.postmaster, "not in this log"));
}

static void
without_a_name_the_one_that_fared_worst_is_taken(void **state)
{
	(void)state;
	assert_true(str_eq(explain_default_recipient(&several), STR("bob@cs.example.edu")));
	assert_true(str_eq(explain_default_recipient(&forwarded), STR("cks@cs.example.edu")));
	assert_int_equal(explain_default_recipient(&dnsbl).n, 0);
}

/* Strangers write every one of these fields. */
static void
hostile_fields_do_no_harm(void **state)
{
	static char filler[20000];
	struct session s = spam;
	struct recipient r = three[0];
	struct identifier id[] = { { ID_ROLE_OWN, STR("1\x1b[2J\n") },
				   { ID_ROLE_MESSAGE_ID, STR("\xff\xfe<b>\r\nBcc: x@y") } };
	struct explain_query q = { .session = &s };
	struct explained x;

	(void)state;
	memset(filler, 'x', sizeof(filler));
	struct str bad = { filler, sizeof(filler) };
	memcpy(filler, "\x1b]52;c;\a\n\"\xe2\x80\xae%s%n", 17);
	struct str *const fields[] = { &s.gateway_name, &s.peer_ip,    &s.peer_host,  &s.helo,
				       &s.sender,       &s.subject,    &r.address,    &r.original,
				       &r.reply.text,   &s.reply.text, &r.remote_host };
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		*fields[i] = bad;
	s.identifiers = id;
	s.recipients = &r;
	for (int by_remote = 0; by_remote < 2; by_remote++) {
		r.by_remote = by_remote;
		assert_true(explain(&q, &arena, &x));
		assert_clean("hostile", x.user);
		assert_clean("hostile", x.postmaster);
		assert_true(x.user.n < 4000 && x.postmaster.n < 12000);
		assert_true(str_ends(x.user, STR("\n")));
		assert_false(has(x.user, "\"\x1b") || has(x.postmaster, "\nBcc:"));
	}
}

static void
a_system_without_a_name_leaves_no_hole(void **state)
{
	static const enum verdict ends[] = { VERDICT_REJECTED, VERDICT_DEFERRED, VERDICT_ACCEPTED };
	struct session s = outbound;
	struct recipient r = outbound.recipients[0];
	struct explain_query q = { .session = &s, .ours = &ours };
	struct explained x;

	(void)state;
	s.recipients = &r;
	s.n_recipients = 1;
	r.remote_host = r.remote_ip = STR("");
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		r.verdict = ends[i];
		assert_true(explain(&q, &arena, &x));
		assert_false(has(x.postmaster, "system  ") || has(x.postmaster, "system \n"));
	}
}

static void
strangers_do_not_speak_in_our_voice(void **state)
{
	struct session s = outbound;
	struct recipient r = outbound.recipients[0];
	struct explain_query q = { .session = &s, .ours = &ours };
	struct explained x;

	(void)state;
	s.recipients = &r;
	s.n_recipients = 1;
	s.sender = STR("\"Your account is locked; go to http://evil.example/ now\"@x.example");
	s.subject = STR("Invoice\" was blocked. To release it, sign in at HTTPS://evil.example/r");
	r.reply.text = STR("over quota. Sign in at https://evil.example/a.b or www.evil.example");
	assert_true(explain(&q, &arena, &x));
	assert_false(has(x.user, "evil.example") || has(x.user, "account is locked"));
	assert_false(has(x.user, "was blocked"));
	assert_true(has(x.user, "Its subject holds a link and is left out here."));
	assert_true(has(x.user, "at hxxps://evil[.]example/a.b or www[.]evil[.]example\""));
	assert_true(has(x.user, "These words are not ours: please do not follow a link in them."));
	/* The postmaster needs what was said. */
	assert_true(has(x.postmaster, "https://evil.example/a.b"));

	/* A link of our own rules is meant to be followed, unless they repeat a stranger's. */
	s = spam;
	s.reply.text = STR("Rejected: see https://mx.cs.example.edu/why");
	assert_true(explain(&q, &arena, &x));
	assert_true(has(x.user, "see https://mx.cs.example.edu/why"));
	s.sender = STR("\"go to\"@x.example");
	assert_true(explain(&q, &arena, &x));
	assert_true(has(x.user, "A message from [an unusual address, left out here] to you"));
	assert_false(has(x.user, "https://mx.cs"));
}

static void
every_class_has_its_words(void **state)
{
	(void)state;
	for (int c = 0; c < REPLY_CLASS_COUNT; c++) {
		const struct our_words *o = explain_our_words((enum reply_class)c);
		const struct their_words *t = explain_their_words((enum reply_class)c);

		assert_true(o->why && o->tell && o->cause && o->change);
		assert_true(t->why && t->then && t->cause && t->ask);
		assert_plain(reply_class_text((enum reply_class)c), str_from(o->why));
		assert_plain(reply_class_text((enum reply_class)c), str_from(o->tell));
		assert_plain(reply_class_text((enum reply_class)c), str_from(t->why));
		assert_plain(reply_class_text((enum reply_class)c), str_from(t->then));
		assert_true(*explain_doing_text(o->doing));
	}
}

static int
release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_kind_is_told_as_written),
		cmocka_unit_test(every_text_is_clean_plain_short_and_discreet),
		cmocka_unit_test(silence_counts_only_as_far_as_the_logs_reach),
		cmocka_unit_test(strangers_read_a_name_that_means_something_to_them),
		cmocka_unit_test(you_is_said_only_to_one_who_is_ours),
		cmocka_unit_test(a_logged_reason_is_what_the_sender_may_have_seen),
		cmocka_unit_test(others_are_not_named_in_quoted_words),
		cmocka_unit_test(others_are_not_named_where_a_conversation_broke_off),
		cmocka_unit_test(a_stranger_to_the_session_is_refused),
		cmocka_unit_test(without_a_name_the_one_that_fared_worst_is_taken),
		cmocka_unit_test(hostile_fields_do_no_harm),
		cmocka_unit_test(a_system_without_a_name_leaves_no_hole),
		cmocka_unit_test(strangers_do_not_speak_in_our_voice),
		cmocka_unit_test(every_class_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
