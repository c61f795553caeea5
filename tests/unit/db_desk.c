/* SPDX-License-Identifier: MIT */
/* The desk: what is kept, by whom, under which name of a session. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "support_desk.h"

static struct arena arena;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	return 0;
}

static int
clean_up(void **state)
{
	(void)state;
	desk_file_remove();
	index_remove();
	arena_release(&arena);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

/* --- cases ---------------------------------------------------------------------------------- */

static void
a_case_keeps_what_was_known_of_its_session(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "News@example.com", "b@example.edu");
	struct desk_key key = desk_key_of(&s);
	struct case_edit change = desk_noting("user says wanted");

	(void)state;
	change.asked_by = STR("jdoe");
	uint64_t number = desk_change(d, &s, change);
	desk_free(d);
	d = desk_at("other");
	struct desk_case *c = desk_case_now(d, &key, &arena);
	assert_non_null(c);
	assert_int_equal(c->number, number);
	assert_int_equal(c->status, CASE_OPEN);
	assert_text(c->asked_by, "jdoe");
	assert_text(c->cause, "");
	assert_text(c->author, "cks");
	assert_text(c->last_note, "user says wanted");
	assert_text(c->session.gateway_name, "mx1");
	assert_text(session_own_id(&c->session), "1xUnZw-00032s-19");
	assert_text(c->session.sender, "News@example.com");
	assert_int_equal(c->session.n_recipients, 1);
	assert_text(c->session.recipients[0].address, "b@example.edu");
	assert_text(c->session.peer_ip, "192.0.2.9");
	assert_int_equal(c->session.verdict, VERDICT_REJECTED);
	assert_int_equal(c->session.stage, STAGE_DATA);
	assert_int_equal(c->session.reply.code, 550);
	assert_int_equal(c->session.reply.enhanced.detail, 1);
	assert_text(c->session.reply.text, "no");
	assert_int_equal(c->session.direction, DIRECTION_IN);
	assert_int_equal(c->session.start_us, DESK_NOW_US);
	desk_free(d);
}

static void
edits_change_only_what_they_name(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct desk_key key = desk_key_of(&s);
	struct case_edit change = desk_noting("one");
	struct case_note *notes;
	struct err e = { 0 };
	size_t n;

	(void)state;
	change.cause = STR("PMX too strict");
	uint64_t number = desk_change(d, &s, change);
	desk_free(d);
	d = desk_at("mary");
	change = desk_noting("two\nlines");
	change.status = CASE_CLOSED;
	change.asked_by = STR("boss");
	fine(desk_edit_case(d, number, &change, DESK_NOW_US + 5, &e), &e);
	struct desk_case *c = desk_case_now(d, &key, &arena);
	assert_int_equal(c->status, CASE_CLOSED);
	assert_text(c->cause, "PMX too strict");
	assert_text(c->asked_by, "boss");
	assert_text(c->author, "cks");
	assert_text(c->changed_by, "mary");
	assert_int_equal(c->created_us, DESK_NOW_US);
	assert_int_equal(c->changed_us, DESK_NOW_US + 5);
	fine(desk_notes(d, number, &arena, &notes, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_text(notes[0].text, "one");
	assert_text(notes[0].author, "cks");
	assert_text(notes[1].text, "two\nlines");
	assert_text(notes[1].author, "mary");
	assert_int_equal(notes[1].time_us, DESK_NOW_US + 5);
	refused(desk_edit_case(d, number + 1, &change, DESK_NOW_US, &e), &e, ERR_DB,
		"there is no case");
	desk_free(d);
}

/* The text for this recipient; an empty one: none. */
static struct case_note
text_for(struct desk *d, uint64_t number, enum case_text kind, const char *recipient)
{
	struct err e = { 0 };
	struct case_note *list;
	size_t n;

	fine(desk_texts(d, number, kind, &arena, &list, &n, &e), &e);
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].recipient, str_from(recipient)))
			return list[i];
	return (struct case_note){ 0 };
}

static void
texts_are_replaced_and_an_empty_one_is_none(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct case_edit change = CASE_EDIT_NONE;

	(void)state;
	change.text[CASE_TEXT_USER] = STR("Dear user");
	change.recipient = STR("b@example.edu");
	uint64_t number = desk_change(d, &s, change);
	struct case_note text = text_for(d, number, CASE_TEXT_USER, "b@example.edu");
	assert_text(text.text, "Dear user");
	assert_text(text.author, "cks");
	assert_int_equal(text.time_us, DESK_NOW_US);
	assert_int_equal(text_for(d, number, CASE_TEXT_POSTMASTER, "b@example.edu").text.n, 0);
	change.text[CASE_TEXT_USER] = STR("Dear Jane");
	desk_change(d, &s, change);
	assert_text(text_for(d, number, CASE_TEXT_USER, "b@example.edu").text, "Dear Jane");
	change.text[CASE_TEXT_USER] = STR("");
	desk_change(d, &s, change);
	assert_int_equal(text_for(d, number, CASE_TEXT_USER, "b@example.edu").text.n, 0);
	desk_free(d);
}

static void
each_recipient_has_texts_of_his_own(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct case_edit change = CASE_EDIT_NONE;

	(void)state;
	change.text[CASE_TEXT_USER] = STR("Dear Bob");
	change.recipient = STR("b@example.edu");
	uint64_t number = desk_change(d, &s, change);
	change.text[CASE_TEXT_USER] = STR("Dear Carl");
	change.recipient = STR("c@example.edu");
	desk_change(d, &s, change);
	assert_text(text_for(d, number, CASE_TEXT_USER, "b@example.edu").text, "Dear Bob");
	assert_text(text_for(d, number, CASE_TEXT_USER, "c@example.edu").text, "Dear Carl");
	assert_int_equal(text_for(d, number, CASE_TEXT_USER, "").text.n, 0);
	change.text[CASE_TEXT_USER] = STR("");
	desk_change(d, &s, change);
	assert_text(text_for(d, number, CASE_TEXT_USER, "b@example.edu").text, "Dear Bob");
	desk_free(d);
}

static void
cases_of_one_sender_come_up_again(void **state)
{
	struct desk *d = desk_at("cks");
	struct session first =
		desk_session("1xUnZw-00032s-19", "news@example.com", "b@example.edu");
	struct session other =
		desk_session("1xUnZx-00032s-20", "News@Example.com", "C@example.edu");
	struct session stranger =
		desk_session("1xUnZy-00032s-21", "x@example.com", "b@example.edu");
	struct session now = desk_session("1xUnZz-00032s-23", "NEWS@example.com", "c@example.edu");
	struct desk_key key = desk_key_of(&now);
	struct related_case *r;
	struct err e = { 0 };
	size_t n;

	(void)state;
	desk_change(d, &first, CASE_EDIT_NONE);
	desk_change(d, &other, CASE_EDIT_NONE);
	desk_change(d, &stranger, CASE_EDIT_NONE);
	fine(desk_related(d, &key, &now, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].relation, RELATED_PAIR);
	assert_text(r[0].c->session.sender, "News@Example.com");
	assert_int_equal(r[1].relation, RELATED_SENDER);
	assert_text(session_own_id(&r[1].c->session), "1xUnZw-00032s-19");

	/* Of the same kind those that somebody still works on come first. */
	struct case_edit close = CASE_EDIT_NONE;
	close.status = CASE_CLOSED;
	other = desk_session("1xUnZx-00032s-22", "news@example.com", "d@example.edu");
	desk_change(d, &other, close);
	fine(desk_related(d, &key, &now, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 3);
	assert_text(session_own_id(&r[1].c->session), "1xUnZw-00032s-19");
	assert_int_equal(r[2].c->status, CASE_CLOSED);

	desk_change(d, &now, CASE_EDIT_NONE);
	fine(desk_related(d, &key, &now, 2, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(r[0].relation, RELATED_SESSION);
	assert_int_equal(r[1].relation, RELATED_PAIR);
	desk_free(d);
}

static void
the_null_sender_says_nothing_without_the_recipient(void **state)
{
	struct desk *d = desk_at("cks");
	struct session bounce = desk_session("1xUnZz-00032s-22", "", "b@example.edu");
	struct session now = desk_session("1xUnZz-00032s-24", "", "nobody@example.edu");
	struct desk_key key = desk_key_of(&now);
	struct related_case *r;
	struct err e = { 0 };
	size_t n;

	(void)state;
	desk_change(d, &bounce, CASE_EDIT_NONE);
	fine(desk_related(d, &key, &now, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 0);
	now = desk_session("1xUnZz-00032s-24", "", "b@example.edu");
	fine(desk_related(d, &key, &now, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 1);
	/* A sender that was not logged is nobody's. */
	now.has_sender = false;
	fine(desk_related(d, &key, &now, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 0);
	desk_free(d);
}

static void
lists_are_by_status_newest_first(void **state)
{
	struct desk *d = desk_at("cks");
	struct session a = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct session b = desk_session("1xUnZx-00032s-20", "b@example.com", "b@example.edu");
	struct case_edit waits = CASE_EDIT_NONE;
	struct case_query q = { .status = CASE_STATUS_COUNT, .most = 9 };
	struct desk_case *list;
	struct err e = { 0 };
	size_t n;

	(void)state;
	uint64_t first = desk_change(d, &a, CASE_EDIT_NONE);
	uint64_t second = desk_change(d, &b, CASE_EDIT_NONE);
	assert_int_not_equal(first, second);
	waits.status = CASE_WAITING;
	fine(desk_edit_case(d, first, &waits, DESK_NOW_US + 1, &e), &e);
	fine(desk_cases(d, &q, &arena, &list, &n, &e), &e);
	assert_int_equal(n, 2);
	assert_int_equal(list[0].number, first);
	q.status = CASE_OPEN;
	fine(desk_cases(d, &q, &arena, &list, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(list[0].number, second);
	q = (struct case_query){ CASE_STATUS_COUNT, .id = STR("1xUnZw-00032s-19"), .most = 9 };
	fine(desk_cases(d, &q, &arena, &list, &n, &e), &e);
	assert_int_equal(n, 1);
	assert_int_equal(list[0].number, first);
	assert_text(list[0].session.recipients[0].address, "b@example.edu");
	desk_free(d);
}

static void
hostile_texts_are_kept_as_they_are(void **state)
{
	static const char evil[] = "'); DROP TABLE cases; --\x1b[2J\xff\xc3\0end";
	struct str text = { evil, sizeof(evil) - 1 };
	struct desk *d = desk_at("o'brien\n");
	struct session s = desk_session("x' OR '1'='1", "a@example.com", "b@example.edu");
	struct desk_key key = desk_key_of(&s);
	struct case_edit change = CASE_EDIT_NONE;
	struct related_case *r;
	struct err e = { 0 };
	size_t n;

	(void)state;
	s.sender = s.reply.text = s.peer_host = s.recipients[0].address = text;
	change.note = change.cause = text;
	desk_change(d, &s, change);
	struct desk_case *c = desk_case_now(d, &key, &arena);
	assert_true(str_eq(c->last_note, text));
	assert_true(str_eq(c->cause, text));
	assert_true(str_eq(c->session.sender, text));
	assert_true(str_eq(c->session.reply.text, text));
	assert_true(str_eq(c->session.recipients[0].address, text));
	assert_text(c->author, "o'brien\n");
	key.id = STR("another");
	fine(desk_related(d, &key, &s, 9, &arena, &r, &n, &e), &e);
	assert_int_equal(n, 1);
	desk_free(d);
}

static void
too_long_texts_are_refused_and_summaries_cut(void **state)
{
	struct desk *d = desk_at("cks");
	struct session s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	struct desk_key key = desk_key_of(&s);
	char *long_text = xmalloc(100000);
	struct case_edit change = CASE_EDIT_NONE;
	struct err e = { 0 };
	uint64_t number;

	(void)state;
	memset(long_text, 'x', 100000);
	long_text[1999] = '\xc3'; /* a character across the limit of a reply */
	long_text[2000] = '\xa4';
	change.note = (struct str){ long_text, CASE_NOTE_MAX_BYTES + 1 };
	refused(desk_edit(d, &key, &s, &change, DESK_NOW_US, &number, &e), &e, ERR_LIMIT,
		"the note is too long: 16385 bytes, at most 16384");
	assert_null(desk_case_now(d, &key, &arena));
	change.note.n--;
	s.reply.text = s.sender = (struct str){ long_text, 100000 };
	desk_change(d, &s, change);
	struct desk_case *c = desk_case_now(d, &key, &arena);
	assert_int_equal(c->last_note.n, CASE_NOTE_MAX_BYTES);
	assert_int_equal(c->session.reply.text.n, 1999);
	assert_int_equal(c->session.sender.n, 512);
	free(long_text);
	desk_free(d);
}

/* --- the name of a session ------------------------------------------------------------------ */

static struct session *
stored(struct store *st, enum term_kind kind, const char *text, struct desk_key *key)
{
	struct probe p = { .terms = { { kind, str_from(text) } },
			   .n_terms = 1,
			   .from_us = TIME_NONE,
			   .to_us = TIME_NONE,
			   .most = 5 };
	struct probe_answer answer;
	struct session *s;
	struct err e = { 0 };

	fine(store_probe(st, &p, &arena, &answer, &e), &e);
	assert_int_equal(answer.n, 1);
	fine(store_session(st, answer.sessions[0].ref, &arena, &s, &e), &e);
	fine(store_desk_key(st, s, &arena, key, &e), &e);
	return s;
}

static const char old_logs[] = "90 A 1xUnZv-00032s-18 192.0.2.1 p@example.com q@example.edu\n"
			       "91 F 1xUnZv-00032s-18 - - -\n";
static const char logs[] = "100 A 1xUnZw-00032s-19 192.0.2.9 a@example.com b@example.edu\n"
			   "101 D 1xUnZw-00032s-19 - - b@example.edu\n"
			   "200 R - 192.0.2.9 spam@example.com b@example.edu\n"
			   "300 R - 192.0.2.9 else@example.com b@example.edu\n";

static void
notes_are_there_when_the_index_was_made_anew(void **state)
{
	const char *id = "1xUnZw-00032s-19", *spam = "spam@example.com";
	struct store *st = index_open(STORE_WRITE);
	struct desk *d = desk_at("cks");
	struct case_edit with_id = desk_noting("with an ID"), without = desk_noting("without one");
	struct desk_key key;
	struct session *s;
	struct err e = { 0 };
	uint64_t number;

	(void)state;
	index_import(st, "mx1", LOG_ROLE_MAIN, logs);
	index_commit(st);
	s = stored(st, TERM_IDENTIFIER, id, &key);
	fine(desk_edit(d, &key, s, &with_id, DESK_NOW_US, &number, &e), &e);
	s = stored(st, TERM_SENDER, spam, &key);
	assert_int_equal(key.id.n, 0);
	fine(desk_edit(d, &key, s, &without, DESK_NOW_US, &number, &e), &e);
	store_close(st);
	index_remove();

	st = index_open(STORE_WRITE);
	index_import(st, "mx1", LOG_ROLE_MAIN, old_logs);
	index_import(st, "mx1", LOG_ROLE_MAIN, logs);
	index_commit(st);
	stored(st, TERM_IDENTIFIER, id, &key);
	assert_text(desk_case_now(d, &key, &arena)->last_note, "with an ID");
	fine(store_desk_session(st, desk_case_now(d, &key, &arena), &arena, &s, &e), &e);
	assert_text(session_own_id(s), id);
	stored(st, TERM_SENDER, spam, &key);
	assert_text(desk_case_now(d, &key, &arena)->last_note, "without one");
	fine(store_desk_session(st, desk_case_now(d, &key, &arena), &arena, &s, &e), &e);
	assert_text(s->sender, spam);
	struct desk_case elsewhere = *desk_case_now(d, &key, &arena);
	elsewhere.key.gateway = STR("mx2");
	fine(store_desk_session(st, &elsewhere, &arena, &s, &e), &e);
	assert_null(s);
	stored(st, TERM_SENDER, "else@example.com", &key);
	assert_null(desk_case_now(d, &key, &arena));
	store_close(st);
	desk_free(d);
}

static void
a_late_id_does_not_lose_the_case(void **state)
{
	struct desk_key early = { .gateway = STR("mx1"), .line = 77, .start_us = DESK_NOW_US };
	struct desk_key late = early;
	struct session s = desk_session("", "a@example.com", "b@example.edu");
	struct desk *d = desk_at("cks");
	struct case_edit none = CASE_EDIT_NONE;
	struct err e = { 0 };
	uint64_t number, again;

	(void)state;
	s.n_identifiers = 0;
	late.id = STR("1xUnZw-00032s-19");
	fine(desk_edit(d, &early, &s, &none, DESK_NOW_US, &number, &e), &e);
	assert_int_equal(desk_case_now(d, &late, &arena)->number, number);
	/* Written to, it is known by the ID, also when the line is gone. */
	fine(desk_edit(d, &late, &s, &none, DESK_NOW_US, &again, &e), &e);
	assert_int_equal(again, number);
	late.line = 0;
	assert_int_equal(desk_case_now(d, &late, &arena)->number, number);
	late.gateway = STR("mx2");
	assert_null(desk_case_now(d, &late, &arena));
	desk_free(d);
}

static void
a_late_id_of_a_long_session_does_not_lose_the_case(void **state)
{
	const char *id = "1xUnZw-00032s-19";
	struct store *st = index_open(STORE_WRITE);
	struct desk *d = desk_at("cks");
	struct case_edit none = CASE_EDIT_NONE;
	struct desk_key key;
	struct strbuf log;
	struct err e = { 0 };
	uint64_t number;

	(void)state;
	strbuf_init(&log, STRBUF_NO_MAX);
	strbuf_printf(&log, "100 A %s 192.0.2.9 a@example.com b@example.edu\n", id);
	for (int i = 0; i < 100; i++)
		strbuf_printf(&log, "101 D %s - - b%d@example.edu\n", id, i);
	index_import(st, "mx1", LOG_ROLE_MAIN, arena_str(&arena, strbuf_str(&log)).p);
	index_commit(st);
	struct session *s = stored(st, TERM_SENDER, "a@example.com", &key);
	assert_true(s->n_lines > 100);
	/* The case was opened when the log had not told the ID yet. */
	struct desk_key early = { .gateway = key.gateway,
				  .line = key.line,
				  .start_us = key.start_us };
	assert_int_not_equal(early.line, 0);
	fine(desk_edit(d, &early, s, &none, DESK_NOW_US, &number, &e), &e);
	assert_int_equal(desk_case_now(d, &key, &arena)->number, number);
	desk_free(d);
	store_close(st);
	strbuf_release(&log);
}

static void
an_id_that_is_used_again_is_told_by_its_time(void **state)
{
	struct desk_key key = { .gateway = STR("mx1"),
				.id = STR("3F4A21C0B2"),
				.start_us = DESK_NOW_US };
	struct session s = desk_session("3F4A21C0B2", "a@example.com", "b@example.edu");
	struct desk *d = desk_at("cks");

	(void)state;
	desk_change(d, &s, CASE_EDIT_NONE);
	key.start_us += 4 * INT64_C(86400) * US_PER_SECOND;
	assert_non_null(desk_case_now(d, &key, &arena));
	key.start_us += 2 * INT64_C(86400) * US_PER_SECOND;
	assert_null(desk_case_now(d, &key, &arena));
	desk_free(d);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, start, clean_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(a_case_keeps_what_was_known_of_its_session),
		DESK_TEST(edits_change_only_what_they_name),
		DESK_TEST(texts_are_replaced_and_an_empty_one_is_none),
		DESK_TEST(each_recipient_has_texts_of_his_own),
		DESK_TEST(cases_of_one_sender_come_up_again),
		DESK_TEST(the_null_sender_says_nothing_without_the_recipient),
		DESK_TEST(lists_are_by_status_newest_first),
		DESK_TEST(hostile_texts_are_kept_as_they_are),
		DESK_TEST(too_long_texts_are_refused_and_summaries_cut),
		DESK_TEST(notes_are_there_when_the_index_was_made_anew),
		DESK_TEST(a_late_id_does_not_lose_the_case),
		DESK_TEST(a_late_id_of_a_long_session_does_not_lose_the_case),
		DESK_TEST(an_id_that_is_used_again_is_told_by_its_time),
	};

	return cmocka_run_group_tests(tests, NULL, leave);
}
