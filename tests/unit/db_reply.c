/* SPDX-License-Identifier: MIT */
/* Which texts of refusals the index knows: strangers' texts may fill it, and never push out ours. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/civil.h"
#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

enum { ROOM = 16 };

static struct arena arena;

static struct store *
open_small(void)
{
	struct store *st = index_open(STORE_WRITE);

	index_import(st, "mx1", LOG_ROLE_MAIN, "1 R - 192.0.2.1 a@b.example c@d.example\n");
	st->writer->replies[0].most = st->writer->replies[1].most = ROOM;
	return st;
}

/* A refusal at that second; a word of its own makes a shape of its own. */
static void
refuse(struct store *st, int second, bool remote, const char *words, unsigned own)
{
	char word[5] = { (char)('a' + own % 26), (char)('a' + own / 26 % 26), 'x', 'y', '\0' };
	struct reply reply = { .code = 550,
			       .code_logged = true,
			       .text_logged = true,
			       .text = arena_printf(&arena, "%s %s", words, word) };
	struct recipient to = { .address = STR("c@d.example"),
				.verdict = VERDICT_REJECTED,
				.stage = remote ? STAGE_DELIVERY : STAGE_RCPT,
				.by_remote = remote,
				.reply = reply };
	struct session s = { .gateway = 1,
			     .start_us = second * US_PER_SECOND,
			     .end_us = second * US_PER_SECOND,
			     .peer_ip = STR("192.0.2.1"),
			     .verdict = remote ? VERDICT_ACCEPTED : VERDICT_REJECTED,
			     .stage = remote ? STAGE_DATA : STAGE_RCPT,
			     .recipients = &to,
			     .n_recipients = 1 };

	if (!remote)
		s.reply = reply;
	index_emit(st, &s, NULL);
}

static bool
is_known(struct store *st, const char *words)
{
	struct probe p = {
		.said = str_from(words), .from_us = TIME_NONE, .to_us = TIME_NONE, .most = 5
	};
	struct probe_answer answer;
	struct err e = { 0 };

	if (store_probe(st, &p, &arena, &answer, &e) < 0)
		fail_msg("%s", e.text);
	return answer.shape.n > 0;
}

static void
strangers_texts_do_not_push_out_ours(void **state)
{
	struct store *st = open_small();

	(void)state;
	for (unsigned i = 0; i < 4 * ROOM; i++)
		refuse(st, 100 + (int)i, true, "their mailbox says this", i);
	refuse(st, 900, false, "our colour filter found this envelope too bright", 0);
	index_commit(st);
	assert_true(is_known(st, "our colour filter found this envelope too bright"));
	store_close(st);
	index_remove();
}

static void
what_was_not_seen_for_longest_makes_way(void **state)
{
	struct store *st = open_small();

	(void)state;
	refuse(st, 100, false, "nobody has heard these old words since", 0);
	for (unsigned i = 0; i < 4 * ROOM; i++) {
		refuse(st, 200 + 2 * (int)i, false, "every envelope is different here", i);
		refuse(st, 201 + 2 * (int)i, false, "our colour filter found this too bright", 0);
		if (i == ROOM / 2)
			index_commit(st);
	}
	index_commit(st);
	assert_true(is_known(st, "our colour filter found this too bright"));
	assert_false(is_known(st, "nobody has heard these old words since"));
	assert_true(st->writer->replies[0].n <= ROOM);
	store_close(st);
	/* As many are loaded again. */
	st = open_small();
	assert_true(st->writer->replies[0].n <= ROOM + 1);
	assert_true(is_known(st, "our colour filter found this too bright"));
	store_close(st);
	index_remove();
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_texts_do_not_push_out_ours),
		cmocka_unit_test(what_was_not_seen_for_longest_makes_way),
	};
	int rc = cmocka_run_group_tests(tests, NULL, NULL);

	arena_release(&arena);
	files_remove_all();
	return rc;
}
