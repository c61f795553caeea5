/* SPDX-License-Identifier: MIT */
/* Token runs against a plain sorted list: written, merged, looked up, walked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "db/run.h"
#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

struct model {
	struct pair {
		uint32_t hash;
		uint64_t sid;
	} * pair;
	size_t n, cap;
};

static void
put(struct model *m, struct token_list *t, uint32_t hash, uint64_t sid)
{
	m->pair = mem_grow(m->pair, &m->cap, m->n + 1, sizeof(*m->pair));
	m->pair[m->n++] = (struct pair){ hash, sid };
	token_list_add(t, hash, sid);
}

static int
by_pair(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->sid < y->sid ? -1 : x->sid > y->sid;
}

static void
settle(struct model *m)
{
	size_t n = 0;

	qsort(m->pair, m->n, sizeof(*m->pair), by_pair);
	for (size_t i = 0; i < m->n; i++)
		if (n == 0 || by_pair(&m->pair[i], &m->pair[n - 1]) != 0)
			m->pair[n++] = m->pair[i];
	m->n = n;
}

static void
lookup_equals(struct store *st, const struct model *m, uint32_t hash)
{
	struct sid_list found = { 0 };
	struct err e = { 0 };
	size_t i = 0, n = 0;

	assert_int_equal(runs_lookup(st, hash, &found, &e), 0);
	while (i < m->n && m->pair[i].hash < hash)
		i++;
	for (; i < m->n && m->pair[i].hash == hash; i++, n++) {
		assert_true(n < found.n);
		assert_true(found.sid[n] == m->pair[i].sid);
	}
	assert_int_equal(n, found.n);
	sid_list_release(&found);
}

/* All tokens of all runs, sorted and without repetitions, are the model. */
static void
runs_equal(struct store *st, const struct model *m)
{
	struct model all = { 0 };
	struct token_list ignored = { 0 };

	for (size_t i = 0; i < st->n_runs; i++) {
		struct run_cursor c;
		uint64_t n = 0;
		run_cursor_init(&c, &st->runs[i]);
		while (run_cursor_next(st, &c, NULL) == 0 && !c.at_end) {
			put(&all, &ignored, c.chunk.hash, c.chunk.sid);
			n++;
		}
		assert_true(c.at_end);
		assert_true(n == st->runs[i].n);
		run_cursor_release(&c);
	}
	settle(&all);
	assert_int_equal(all.n, m->n);
	for (size_t i = 0; i < m->n; i++)
		assert_int_equal(by_pair(&all.pair[i], &m->pair[i]), 0);
	free(all.pair);
	token_list_release(&ignored);
}

static uint32_t
random_hash(void)
{
	switch (dice(4)) {
	case 0:
		return (uint32_t)dice(20) * 7;
	case 1:
		return UINT32_MAX - (uint32_t)dice(3);
	default:
		return (uint32_t)dice(UINT32_MAX);
	}
}

static void
runs_are_a_sorted_list(void **state)
{
	struct store *st = index_open(STORE_WRITE);
	struct token_list t = { 0 };
	struct model m = { 0 };
	struct err e = { 0 };

	(void)state;
	dice_seed(1);
	assert_int_equal(writer_begin(st->writer, &e), 0);
	for (size_t run = 0; run < 70; run++) {
		size_t n = 1 + dice(run % 10 == 0 ? 20000 : 3000);
		t.sid0 = run % 3 == 0 ? 0 : run * 1000;
		for (size_t i = 0; i < n; i++)
			put(&m, &t, random_hash(), t.sid0 + dice(5000));
		assert_int_equal(run_write(st, &t, &e), 0);
		assert_int_equal(t.n, 0);
		if (run % 5 == 0)
			assert_int_equal(runs_merge(st, &e), 0);
	}
	assert_int_equal(runs_merge(st, &e), 0);
	assert_true(st->n_runs < 24);
	settle(&m);
	runs_equal(st, &m);
	for (uint32_t h = 0; h < 150; h++)
		lookup_equals(st, &m, h);
	for (uint32_t h = 0; h < 5; h++)
		lookup_equals(st, &m, UINT32_MAX - h);
	for (size_t i = 0; i < m.n; i += 1 + dice(2000))
		lookup_equals(st, &m, m.pair[i].hash);
	free(m.pair);
	token_list_release(&t);
	store_close(st);
	index_remove();
}

/* A verdict is shared by nearly all sessions: its list fills many chunks, over many runs. */
static void
one_token_of_many_sessions(void **state)
{
	struct store *st = index_open(STORE_WRITE);
	struct token_list t = { 0 };
	struct model m = { 0 };
	struct err e = { 0 };

	(void)state;
	assert_int_equal(writer_begin(st->writer, &e), 0);
	for (uint64_t run = 0; run < 10; run++) { /* eight of them make one */
		t.sid0 = run * 40000;
		put(&m, &t, 41, t.sid0);
		put(&m, &t, 43, t.sid0 + 1);
		for (uint64_t i = 0; i < 40000; i++)
			put(&m, &t, 42, t.sid0 + i - i % 2);
		assert_int_equal(run_write(st, &t, &e), 0);
	}
	settle(&m);
	lookup_equals(st, &m, 42);
	assert_int_equal(runs_merge(st, &e), 0);
	assert_int_equal(st->n_runs, 3);
	runs_equal(st, &m);
	for (uint32_t h = 40; h < 45; h++)
		lookup_equals(st, &m, h);
	free(m.pair);
	token_list_release(&t);
	store_close(st);
	index_remove();
}

static void
sorting(void **state)
{
	struct token_list t = { 0 };
	struct sid_list l = { 0 };

	(void)state;
	for (size_t n = 0; n < 5000; n = n * 3 + 1) {
		for (size_t i = 0; i < n; i++) {
			token_list_add(&t, (uint32_t)dice(UINT32_MAX), dice(9));
			token_list_add(&t, (uint32_t)(t.token[t.n - 1] >> 32),
				       t.token[t.n - 1] & UINT32_MAX);
			sid_list_add(&l, dice(1) ? dice(100) : dice(UINT64_MAX));
		}
		token_list_sort(&t);
		sid_list_sort(&l);
		assert_true(t.n <= n);
		for (size_t i = 1; i < t.n; i++)
			assert_true(t.token[i - 1] < t.token[i]);
		for (size_t i = 1; i < l.n; i++)
			assert_true(l.sid[i - 1] < l.sid[i]);
		t.n = l.n = 0;
	}
	token_list_release(&t);
	sid_list_release(&l);
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
		cmocka_unit_test(sorting),
		cmocka_unit_test(runs_are_a_sorted_list),
		cmocka_unit_test(one_token_of_many_sessions),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
