/* SPDX-License-Identifier: MIT */
/*
 * One decision whose a refusal was: what the finder says refused and what explain tells must agree
 * for every session of the real logs, whatever the operator has told us of the hosts in it. And one
 * what greylisting is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/explain_local.h"
#include "model/who_judge.h"
#include "support_cli_samples.h"
#include "support_files.h"

static struct store *store;
static struct arena arena;

static int
make_index(void **state)
{
	(void)state;
	store = samples_open();
	samples_import(store, "gw", "tests/samples/exim/v1-default");
	samples_import(store, "lists", "tests/samples/exim/list-exim/mainlog");
	samples_import(store, "gw6", "tests/samples/exim/v6-production");
	samples_import(store, "mx1", "tests/samples/postfix/mail.log");
	samples_import(store, "out", "tests/samples/postfix/lists.log");
	return 0;
}

static int
release_index(void **state)
{
	(void)state;
	store_close(store);
	arena_release(&arena);
	files_remove_all();
	return 0;
}

/* Does it agree with the fate that explain tells? Where that leaves it open, everything does. */
static bool
agrees(const struct explain_facts *f, enum refuser said)
{
	bool ours = said == REFUSER_US || said == REFUSER_OUR_BACKEND;

	switch (f->what) {
	case FATE_REFUSED:
	case FATE_DEFERRED:
	case FATE_DROPPED:
		return said == REFUSER_US;
	case FATE_REFUSED_BEHIND:
		return ours;
	case FATE_REFUSED_THERE:
		return said == REFUSER_REMOTE;
	case FATE_WORN_OUT:
		return f->is_behind ? ours : said == REFUSER_REMOTE;
	default:
		return true;
	}
}

struct seen {
	size_t by_us, behind, there;
};

static void
count(const struct explain_facts *f, struct seen *n)
{
	n->by_us += f->what == FATE_REFUSED;
	n->behind += f->what == FATE_REFUSED_BEHIND;
	n->there += f->what == FATE_REFUSED_THERE;
}

static void
agree(const struct session *s, const struct ours *ours, struct seen *n)
{
	struct clue_set clues = { 0 };
	struct find_context x = { .ours = ours };
	const struct recipient *failed = who_failed(&clues, s);
	struct explain_query q = { .session = s,
				   .ours = ours,
				   .asked = failed ? failed->address : STR("") };
	struct explain_facts f;

	if (!explain_facts(&q, &arena, &f))
		return;
	enum refuser said = who_of_session(&clues, &x, s);
	if (!agrees(&f, said))
		fail_msg("%.*s: find says %s, explain has fate %d (behind: %d) of %.*s",
			 STR_ARG(session_own_id(s)), refuser_text(said), (int)f.what,
			 (int)f.is_behind, STR_ARG(q.asked));
	count(&f, n);
}

static void
agree_whatever_is_ours(struct session *s, struct seen *n)
{
	struct clue_set clues = { 0 };
	const struct recipient *failed = who_failed(&clues, s);
	struct str host = failed ? failed->remote_host : STR("");
	struct str ip = failed ? failed->remote_ip : STR("");
	size_t dot = str_find_char(host, '.', 0);
	struct str domain = dot == STR_NPOS ? host : str_skip(host, dot + 1);
	const struct ours told[] = {
		{ 0 },
		{ .backends = &host, .n_backends = host.n > 0 },
		{ .backends = &ip, .n_backends = ip.n > 0 },
		{ .hosts = &host, .n_hosts = host.n > 0 },
		{ .addresses = &ip, .n_addresses = ip.n > 0 },
		{ .domains = &domain, .n_domains = domain.n > 0 },
	};

	agree(s, NULL, n);
	for (size_t i = 0; i < sizeof(told) / sizeof(told[0]); i++)
		agree(s, &told[i], n);
	/* An address that nobody outside has, though nothing was told of it. */
	for (size_t i = 0; i < s->n_recipients; i++)
		if (s->recipients[i].by_remote)
			s->recipients[i].remote_ip = STR("10.0.0.9");
	agree(s, NULL, n);
}

static void
find_and_explain_agree_who_refused(void **state)
{
	struct page_query q = { .most = 200, .whole = true };
	struct session_page page = { .more = true };
	struct seen n = { 0 };
	struct err e = { 0 };

	(void)state;
	while (page.more) {
		arena_reset(&arena);
		if (store_page(store, &q, &arena, &page, &e) < 0)
			fail_msg("%s", e.text);
		for (size_t i = 0; i < page.n; i++)
			agree_whatever_is_ours(&page.sessions[i], &n);
		q.after = page.next;
	}
	assert_true(n.by_us > 500);
	assert_true(n.behind > 5);
	assert_true(n.there > 0);
}

/* Trace and explain call the same deferral greylisting. */
static void
trace_and_explain_agree_what_greylisting_is(void **state)
{
	static const char *const words[] = { "greylisted, see http://x", "deferred by postgrey",
					     "first seen: try again",    "gray-list in action",
					     "try again later",          "4.3.2 system busy" };
	size_t greylisted = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct recipient to = { .address = STR("c@d.example"),
					.verdict = VERDICT_DEFERRED,
					.stage = STAGE_RCPT,
					.reply = { .code = 450, .text = str_from(words[i]) } };
		struct session s = { .verdict = VERDICT_DEFERRED,
				     .stage = STAGE_RCPT,
				     .about = STAGE_RCPT,
				     .reply = to.reply,
				     .recipients = &to,
				     .n_recipients = 1 };
		struct explain_query q = { .session = &s };
		struct explain_facts f;

		assert_true(explain_facts(&q, &arena, &f));
		assert_int_equal(story_outcome_of(&s, &to) == STORY_GREYLISTED,
				 f.class == CLASS_GREYLIST);
		assert_int_equal(story_is_greylisting(&s), f.class == CLASS_GREYLIST);
		greylisted += f.class == CLASS_GREYLIST;
	}
	assert_int_equal(greylisted, 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(find_and_explain_agree_who_refused),
		cmocka_unit_test(trace_and_explain_agree_what_greylisting_is),
	};

	return cmocka_run_group_tests(tests, make_index, release_index);
}
