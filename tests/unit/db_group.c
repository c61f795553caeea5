/* SPDX-License-Identifier: MIT */
/* The column codec: what goes in comes out, also partly, also from damaged or older groups. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "db/group.h"
#include "db/group_fields.h"
#include "support_index.h"

static void
random_lines(struct arena *a, struct session *s)
{
	line_ref at = (dice(100000) << 20) | dice(3000);

	s->n_lines = dice(6);
	s->lines = arena_alloc(a, s->n_lines * sizeof(*s->lines));
	for (size_t i = 0; i < s->n_lines; i++)
		s->lines[i] = at += dice(2) ? 1 + dice(5) : dice(1 << 22);
}

static void
build(struct group_builder *b, struct session *s, size_t n, struct arena *a)
{
	group_builder_begin(b, 77);
	for (size_t i = 0; i < n; i++) {
		session_random(a, &s[i]);
		random_lines(a, &s[i]);
		assert_int_equal(group_builder_add(b, &s[i]), 77u << GROUP_BITS | i);
	}
}

static void
sessions_come_back(void **state)
{
	struct session s[GROUP_SESSIONS];
	struct group_builder b;
	struct group_reader r;
	struct group_view v;
	struct arena a = { 0 };
	struct strbuf joined;
	struct session out, copy;

	(void)state;
	group_builder_init(&b);
	strbuf_init(&joined, STRBUF_NO_MAX);
	for (size_t n = 0; n <= GROUP_SESSIONS; n = n * 2 + 1) {
		build(&b, s, n, &a);
		group_join(&b, &joined);
		assert_int_equal(group_split(strbuf_str(&joined), &v, NULL), 0);
		assert_int_equal(v.n, n);
		group_reader_init(&r, &v, GROUP_ALL_COLUMNS);
		for (size_t i = 0; i < n; i++) {
			assert_true(group_read(&r, &a, &out));
			assert_same_session(&out, &s[i]);
			session_copy(&out, &a, &copy);
			assert_same_session(&copy, &s[i]);
		}
		assert_false(group_read(&r, &a, &out));
		assert_false(r.bad);
	}
	strbuf_release(&joined);
	group_builder_release(&b);
	arena_release(&a);
}

static void
one_session_is_read_by_passing_over_others(void **state)
{
	struct session s[GROUP_SESSIONS], out;
	struct group_builder b;
	struct group_reader r;
	struct group_view v;
	struct arena a = { 0 };
	int64_t starts[GROUP_SESSIONS];

	(void)state;
	group_builder_init(&b);
	build(&b, s, 300, &a);
	group_builder_view(&b, &v);
	for (size_t wanted = 0; wanted < 300; wanted += 1 + dice(20)) {
		group_reader_init(&r, &v, GROUP_ALL_COLUMNS);
		for (size_t i = 0; i < wanted; i++)
			assert_true(group_skip(&r));
		assert_true(group_read(&r, &a, &out));
		assert_same_session(&out, &s[wanted]);
	}
	assert_true(group_starts(&v, starts));
	for (size_t i = 0; i < 300; i++)
		assert_int_equal(starts[i], s[i].start_us);
	group_builder_release(&b);
	arena_release(&a);
}

static void
extreme_values_come_back(void **state)
{
	static const int64_t times[] = { TIME_NONE, INT64_MAX, -1, 0, 1, -US_PER_SECOND };
	static const double reals[] = { 0.0, -0.0, 1e300, -1e-300, 0.1, 97.123, 1.0 / 3, 5e12 };
	struct group_builder b;
	struct group_reader r;
	struct group_view v;
	struct arena a = { 0 };

	/* Of all differences between two times some need 65 bits. */
	(void)state;
	group_builder_init(&b);
	group_builder_begin(&b, 1);
	for (size_t i = 0; i < 8; i++) {
		struct score score = { .engine = ENGINE_PMX, .value = reals[i] };
		struct session s = { .start_us = times[i % 6],
				     .end_us = times[(i + 1) % 6],
				     .size_bytes = UINT64_MAX,
				     .peer_port = UINT16_MAX,
				     .scores = &score,
				     .n_scores = 1 };
		group_builder_add(&b, &s);
	}
	group_builder_view(&b, &v);
	group_reader_init(&r, &v, GROUP_ALL_COLUMNS);
	for (size_t i = 0; i < 8; i++) {
		struct session s;
		assert_true(group_read(&r, &a, &s));
		assert_int_equal(s.start_us, times[i % 6]);
		assert_int_equal(s.end_us, times[(i + 1) % 6]);
		assert_true(s.size_bytes == UINT64_MAX);
		assert_int_equal(s.peer_port, UINT16_MAX);
		assert_memory_equal(&s.scores[0].value, &reals[i], sizeof(double));
	}
	group_builder_release(&b);
	arena_release(&a);
}

static void
damage_is_noticed(void **state)
{
	struct session s[64], out;
	struct group_builder b;
	struct arena a = { 0 };
	struct strbuf joined;

	(void)state;
	group_builder_init(&b);
	strbuf_init(&joined, STRBUF_NO_MAX);
	build(&b, s, 64, &a);
	group_join(&b, &joined);
	/* Whatever the byte: an error, other sessions, but never a crash (run with sanitizers). */
	for (int round = 0; round < 2000; round++) {
		struct group_reader r;
		struct group_view v;
		size_t at = dice(joined.n);
		char before = joined.p[at];
		joined.p[at] = (char)dice(256);
		struct str cut = { joined.p, dice(4) ? joined.n : dice(joined.n) };
		if (group_split(cut, &v, NULL) == 0) {
			struct arena scratch = { 0 };
			group_reader_init(&r, &v, GROUP_ALL_COLUMNS);
			while (group_read(&r, &scratch, &out))
				;
			arena_release(&scratch);
		}
		joined.p[at] = before;
	}
	strbuf_release(&joined);
	group_builder_release(&b);
	arena_release(&a);
}

/* A group from before a column was added has fewer of them. */
static void
missing_columns_read_as_zero(void **state)
{
	struct session s[8], out;
	struct group_builder b;
	struct group_reader r;
	struct group_view v;
	struct arena a = { 0 };

	(void)state;
	group_builder_init(&b);
	build(&b, s, 8, &a);
	group_builder_view(&b, &v);
	v.n_columns = 51; /* no scores, no lines */
	group_reader_init(&r, &v, GROUP_ALL_COLUMNS);
	for (size_t i = 0; i < 8; i++) {
		assert_true(group_read(&r, &a, &out));
		assert_int_equal(out.n_recipients, s[i].n_recipients);
		assert_true(str_eq(out.sender, s[i].sender));
		assert_int_equal(out.n_scores, 0);
		assert_int_equal(out.n_lines, 0);
	}
	group_builder_release(&b);
	arena_release(&a);
}

static void
each_column_has_one_owner(void **state)
{
	bool used[GROUP_MAX_COLUMNS] = { false };

	(void)state;
	for (size_t k = 0; k < N_FIELD_LISTS; k++) {
		const struct field_list *list = &field_lists[k];
		for (size_t i = 0; i < list->n + (k > 0); i++) {
			size_t c = i < list->n ? list->fields[i].column : list->count_column;
			assert_true(c < N_COLUMNS);
			assert_false(used[c]);
			used[c] = true;
		}
	}
	for (size_t c = 0; c < N_COLUMNS; c++)
		assert_true(used[c]);
	assert_int_equal(field_lists[0].fields[0].kind, FIELD_START);
}

/* These numbers stand in indexes: new members may only be added at the end of their lists. */
static void
stored_enumerators_are_pinned(void **state)
{
	(void)state;
	assert_int_equal(STAGE_CONNECT, 1);
	assert_int_equal(STAGE_DELIVERY, 6);
	assert_int_equal(VERDICT_ACCEPTED, 1);
	assert_int_equal(VERDICT_HELD, 7);
	assert_int_equal(DIRECTION_IN, 1);
	assert_int_equal(DIRECTION_PROBE, 7);
	assert_int_equal(ENGINE_PMX, 1);
	assert_int_equal(ENGINE_AMAVIS, 4);
	assert_int_equal(ID_ROLE_OWN, 0);
	assert_int_equal(ID_ROLE_PARENT, 6);
	assert_int_equal(LINE_UNDERSTOOD, 0);
	assert_int_equal(LINE_UNKNOWN, 2);
	assert_int_equal(TERM_IDENTIFIER, 0);
	assert_int_equal(TERM_KEY, 9);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sessions_come_back),
		cmocka_unit_test(one_session_is_read_by_passing_over_others),
		cmocka_unit_test(extreme_values_come_back),
		cmocka_unit_test(damage_is_noticed),
		cmocka_unit_test(missing_columns_read_as_zero),
		cmocka_unit_test(each_column_has_one_owner),
		cmocka_unit_test(stored_enumerators_are_pinned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
