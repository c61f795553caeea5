/* SPDX-License-Identifier: MIT */
/* Lines go in and come back; sessions are superseded; counters, coverage and shapes agree
 * whatever the cuts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/hash.h"
#include "db/find.h"
#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

static struct session *
find_by_id(struct store *st, const char *id, struct arena *a)
{
	struct probe p = {
		.terms = { { TERM_IDENTIFIER, str_from(id) } },
		.n_terms = 1,
		.from_us = TIME_NONE,
		.to_us = TIME_NONE,
		.most = 10,
	};
	struct probe_answer answer;
	struct err e = { 0 };

	if (store_probe(st, &p, a, &answer, &e) < 0)
		fail_msg("%s", e.text);
	assert_true(answer.n <= 1);
	assert_int_equal(answer.count, answer.n);
	return answer.n > 0 ? &answer.sessions[0] : NULL;
}

static void
assert_lines(struct store *st, const struct session *s, const char *const *texts, size_t n)
{
	struct stored_line *lines;
	struct arena a = { 0 };
	struct err e = { 0 };
	size_t n_lines;

	if (store_session_lines(st, s, &a, &lines, &n_lines, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(n_lines, n);
	for (size_t i = 0; i < n; i++) {
		assert_true(str_eq(lines[i].text, str_from(texts[i])));
		assert_ptr_equal(lines[i].format, &row_format);
		assert_true(str_eq(lines[i].source, STR("/var/log/rows")));
	}
	arena_release(&a);
}

static void
a_session_is_found_with_its_lines(void **state)
{
	static const char *const lines[] = { "100 A id1 192.0.2.1 a@x.example b@y.example",
					     "101 D id1 - - b@y.example", "102 F id1 - - -" };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct session *s;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	index_import(st, "mx1", LOG_ROLE_MAIN,
		     "99 R - 192.0.2.9 s@x.example nobody@y.example\n"
		     "100 A id1 192.0.2.1 a@x.example b@y.example\n"
		     "nonsense\n"
		     "101 D id1 - - b@y.example\n"
		     "101 I id1 - - -\n"
		     "102 F id1 - - -\n");
	index_commit(st);
	index_is_sound(st);
	store_close(st);

	st = index_open(STORE_READ);
	index_is_sound(st);
	s = find_by_id(st, "id1", &a);
	assert_non_null(s);
	assert_true(str_eq(s->gateway_name, STR("mx1")));
	assert_true(str_eq(s->sender, STR("a@x.example")));
	assert_int_equal(s->start_us, 100 * US_PER_SECOND);
	assert_lines(st, s, lines, 3);
	struct session_ref ref;
	assert_true(session_ref_parse(session_ref_text(s->ref, &a), &ref));
	assert_int_equal(store_session(st, ref, &a, &s, &e), 0);
	assert_lines(st, s, lines, 3);
	ref.number += 100000;
	assert_int_equal(store_session(st, ref, &a, &s, &e), 0);
	assert_null(s);
	assert_null(find_by_id(st, "id2", &a));
	store_close(st);
	index_remove();
	arena_release(&a);
}

static void
references_are_checked(void **state)
{
	struct arena a = { 0 };
	struct session_ref ref;

	(void)state;
	for (uint64_t n = 1; n != 0; n = n > UINT64_MAX / 3 ? 0 : n * 3 + dice(2)) {
		struct str text = session_ref_text((struct session_ref){ n }, &a);
		assert_true(session_ref_parse(text, &ref));
		assert_true(ref.number == n);
		char *typo = (char *)text.p;
		char before = typo[0];
		typo[0] = before == '7' ? '8' : '7';
		assert_true(!session_ref_parse(text, &ref) || ref.number != n);
		typo[0] = before;
	}
	assert_false(session_ref_parse(STR(""), &ref));
	assert_false(session_ref_parse(STR("0"), &ref));
	assert_false(session_ref_parse(STR("00"), &ref));
	assert_false(session_ref_parse(STR("1rKabc-000001-AB"), &ref));
	assert_false(session_ref_parse(STR("ZZZZZZZZZZZZZZZZZZZZZZZZ"), &ref));
	arena_release(&a);
}

/* --- blocks --------------------------------------------------------------------------------- */

static struct str
odd_line(size_t i, struct arena *a)
{
	size_t n = i == 50 ? 10u << 20 : i % 13 == 0 ? 0 : dice(2000);
	char *text = arena_alloc(a, n + 1);

	for (size_t k = 0; k < n; k++) {
		text[k] = (char)dice(i % 3 ? 256 : 60);
		if (text[k] == '\n')
			text[k] = '\0';
	}
	return (struct str){ text, n };
}

/* Any bytes but the newline, empty lines, one of 10 MB; commits and new processes in between. */
static void
lines_come_back_byte_for_byte(void **state)
{
	enum { LINES = 900 };
	struct str text[LINES];
	line_ref ref[LINES];
	struct arena a = { 0 };
	struct err e = { 0 };

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	uint32_t other = index_import(st, "mx1", LOG_ROLE_REJECT, "");
	for (size_t i = 0; i < LINES; i++) {
		struct sink *sink = store_sink(st);
		struct str got;
		text[i] = odd_line(i, &a);
		assert_int_equal(sink->ops->source(sink, i % 7 == 0 ? other : source, &e), 0);
		assert_int_equal(sink->ops->line(sink, text[i], LINE_UNKNOWN, &ref[i], &e), 0);
		struct record r = { text[i], &ref[i], 1, LINE_IGNORED, { 0 }, { "", 0 } };
		assert_int_equal(sink->ops->record(sink, &r, &e), 0);
		size_t k = dice(i + 1); /* also before it is stored */
		struct source_book *book = store_book(st);
		assert_int_equal(book->ops->stored_line(book, ref[k], &a, &got, &e), 0);
		assert_true(str_eq(got, text[k]));
		if (i % 100 == 99)
			index_commit(st);
		if (i % 300 == 299) {
			store_close(st);
			st = index_open(STORE_WRITE);
		}
	}
	index_commit(st);
	index_is_sound(st);
	for (size_t i = 0; i < LINES; i++) {
		struct source_book *book = store_book(st);
		struct str got;
		assert_int_equal(book->ops->stored_line(book, ref[i], &a, &got, &e), 0);
		assert_true(str_eq(got, text[i]));
	}
	store_close(st);
	index_remove();
	arena_release(&a);
}

static void
small_commits_share_a_block(void **state)
{
	struct store_totals t;
	struct err e = { 0 };
	int64_t blocks, groups;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	for (int i = 0; i < 200; i++) {
		char line[80];
		snprintf(line, sizeof(line), "%d R - 192.0.2.1 a@b.example c@d.example\n", i);
		index_continue(st, source, line);
		index_commit(st);
		if (i % 50 == 49) {
			store_close(st);
			st = index_open(STORE_WRITE);
		}
	}
	index_is_sound(st);
	assert_int_equal(sql_number(&st->q, STMT_BLOCK_COUNT, 0, &blocks, &e, ""), 0);
	assert_int_equal(blocks, 1);
	assert_int_equal(sql_number(&st->q, STMT_GROUP_LAST, 0, &groups, &e, ""), 0);
	assert_true(groups <= 5);
	assert_int_equal(store_totals(st, &t, &e), 0);
	assert_int_equal(t.lines, 200);
	assert_int_equal(t.sessions, 200);
	store_close(st);
	index_remove();
}

/* --- superseding ---------------------------------------------------------------------------- */

static void
a_late_line_replaces_the_session(void **state)
{
	static const char *const lines[] = { "100 A id1 192.0.2.1 a@x.example b@y.example",
					     "99999 D id1 - - b@y.example" };
	struct arena a = { 0 };
	struct err e = { 0 };
	struct store_totals t;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN,
				       "100 A id1 192.0.2.1 a@x.example b@y.example\n"
				       "103 R - 192.0.2.2 a@x.example b@y.example\n");
	index_commit(st);
	struct session_ref old = find_by_id(st, "id1", &a)->ref;
	store_close(st);

	st = index_open(STORE_WRITE);
	index_continue(st, source, "99999 D id1 - - b@y.example\n");
	index_commit(st);
	index_is_sound(st);
	store_close(st);

	st = index_open(STORE_READ);
	struct session *s = find_by_id(st, "id1", &a);
	assert_non_null(s);
	assert_true(s->ref.number != old.number);
	assert_lines(st, s, lines, 2);
	struct session_ref now = s->ref;
	assert_int_equal(store_session(st, old, &a, &s, &e), 0);
	assert_true(s->ref.number == now.number);
	assert_int_equal(store_totals(st, &t, &e), 0);
	assert_int_equal(t.sessions, 2);
	store_close(st);
	index_remove();
	arena_release(&a);
}

static void
long_ways_of_replacement_are_followed(void **state)
{
	struct arena a = { 0 };
	struct err e = { 0 };
	struct session made = { .gateway = 1, .start_us = 5, .end_us = 6 }, *s;
	struct session_page page;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	index_import(st, "mx1", LOG_ROLE_MAIN, "1 I - - - -\n");
	uint64_t first = index_emit(st, &made, NULL), last = first;
	for (int i = 0; i < 3000; i++) {
		struct session old = made;
		last = index_emit(st, &made, &old);
	}
	index_commit(st);
	assert_int_equal(store_session(st, (struct session_ref){ first }, &a, &s, &e), 0);
	assert_true(s->ref.number == last);
	struct page_query q = { .most = 10 };
	assert_int_equal(store_page(st, &q, &a, &page, &e), 0);
	assert_int_equal(page.n, 1);
	assert_false(page.more);
	index_is_sound(st);
	store_close(st);
	index_remove();
	arena_release(&a);
}

/* --- counters ------------------------------------------------------------------------------- */

static void
every_line_is_counted_once(void **state)
{
	struct store_source *sources;
	struct store_totals t;
	struct arena a = { 0 };
	struct err e = { 0 };
	size_t n;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	/* The last record waits: first counted alone, then as a part of a longer one. */
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN,
				       "100 I - - - -\njunk 1\njunk 22\n101 R id7 192.0.2.1+\n");
	index_commit(st);
	index_is_sound(st);
	assert_int_equal(store_totals(st, &t, &e), 0);
	assert_int_equal(t.understood, 1);
	store_close(st);
	st = index_open(STORE_WRITE);
	index_continue(st, source, "a@x.example b@y.example\n102 I - - - -\n");
	index_commit(st);
	index_is_sound(st);
	assert_int_equal(store_totals(st, &t, &e), 0);
	assert_int_equal(t.lines, 6);
	assert_int_equal(t.understood, 2);
	assert_int_equal(t.ignored, 2);
	assert_int_equal(t.unknown, 2);
	assert_int_equal(store_sources(st, &a, &sources, &n, &e), 0);
	assert_int_equal(n, 1);
	assert_int_equal(sources[0].lines, 6);
	assert_int_equal(sources[0].understood, 2);
	assert_int_equal(sources[0].sessions, 1);
	assert_int_equal(sources[0].from_us, 101 * US_PER_SECOND);
	assert_true(str_eq(sources[0].format, STR("row")));
	store_close(st);
	index_remove();
	arena_release(&a);
}

static void
unknown_lines_are_gathered_by_shape(void **state)
{
	struct store_unknown *list;
	struct arena a = { 0 };
	struct err e = { 0 };
	size_t n;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN,
				       "disk 17 is full\ndisk 4 is full\nqueue a1b2c3 lost\n");
	index_commit(st);
	index_continue(st, source, "disk 99 is full\n");
	for (int i = 0; i < 3000; i++) {
		char line[40] = "word";
		for (int k = 0, v = i; k < 4; k++, v /= 10)
			line[4 + k] = (char)('a' + v % 10);
		strcpy(line + 8, "\n");
		index_continue(st, source, line);
	}
	index_commit(st);
	assert_int_equal(store_unknowns(st, &a, 5000, &list, &n, &e), 0);
	assert_int_equal(n, 2001);
	assert_true(str_eq(list[0].shape, STR("(other shapes)")));
	assert_int_equal(list[0].count, 3002 - 2000);
	assert_true(str_eq(list[1].shape, STR("disk N is full")));
	assert_true(str_eq(list[1].sample, STR("disk 17 is full")));
	assert_true(str_eq(list[1].source, STR("/var/log/rows")));
	assert_int_equal(list[1].count, 3);
	assert_int_equal(store_unknowns(st, &a, 1, &list, &n, &e), 0);
	assert_int_equal(n, 1);
	index_is_sound(st);
	store_close(st);
	index_remove();
	arena_release(&a);
}

static void
gaps_are_seen(void **state)
{
	struct store_stretch *list;
	struct find_context c = { 0 };
	struct arena a = { 0 };
	struct err e = { 0 };
	size_t n;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	index_import(st, "mx1", LOG_ROLE_MAIN,
		     "10 R - 192.0.2.1 a@b c@d\n5000 R - 192.0.2.1 a@b c@d\n"
		     "5001 I - - - -\n90000 R - 192.0.2.1 a@b c@d\n");
	index_import(st, "mx2", LOG_ROLE_MAIN, "7 R - 192.0.2.1 a@b c@d\n");
	index_commit(st);
	assert_int_equal(store_coverage(st, 3600 * US_PER_SECOND, &a, &list, &n, &e), 0);
	assert_int_equal(n, 4);
	assert_int_equal(list[0].to_us, 10 * US_PER_SECOND);
	assert_int_equal(list[1].from_us, 5000 * US_PER_SECOND);
	assert_int_equal(store_coverage(st, 6000 * US_PER_SECOND, &a, &list, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_int_equal(list[0].from_us, 10 * US_PER_SECOND);
	assert_int_equal(list[0].to_us, 5000 * US_PER_SECOND);
	assert_true(str_eq(list[2].gateway, STR("mx2")));
	assert_int_equal(find_coverage(st, &a, &c, &e), 0);
	assert_int_equal(c.n_coverage, 2);
	assert_int_equal(c.coverage[0].from_us, 10 * US_PER_SECOND);
	assert_int_equal(c.coverage[0].to_us, 90000 * US_PER_SECOND);
	assert_int_equal(c.coverage[0].sessions, 3);
	assert_int_equal(c.total_sessions, 4);
	store_close(st);
	index_remove();
	arena_release(&a);
}

static int
clean_up(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_session_is_found_with_its_lines),
		cmocka_unit_test(references_are_checked),
		cmocka_unit_test(lines_come_back_byte_for_byte),
		cmocka_unit_test(small_commits_share_a_block),
		cmocka_unit_test(a_late_line_replaces_the_session),
		cmocka_unit_test(long_ways_of_replacement_are_followed),
		cmocka_unit_test(every_line_is_counted_once),
		cmocka_unit_test(unknown_lines_are_gathered_by_shape),
		cmocka_unit_test(gaps_are_seen),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
