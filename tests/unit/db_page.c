/* SPDX-License-Identifier: MIT */
/* Pages and probes against a plain array of the same sessions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

struct model {
	struct arena arena;
	struct session *s; /* live ones, with their references */
	size_t n, cap;
};

static const char *const senders[] = { "a@one.example", "b@one.example", "c@two.example",
				       "rare@three.example" };

/* Two gateways whose times overlap, in stretches, with stragglers and a few without a time. */
static void
make_session(struct model *m, struct session *s, size_t i)
{
	static const char alphabet[] = "0123456789abcdefgh";
	char id[17] = "1";

	*s = (struct session){ .gateway = 1 + (i / 700) % 2,
			       .verdict = VERDICT_REJECTED,
			       .stage = i % 3 ? STAGE_RCPT : STAGE_DATA,
			       .has_sender = true };
	s->start_us = (int64_t)(i % 1400 + (i / 2800) * 1400) * US_PER_SECOND;
	if (dice(30) == 0)
		s->start_us -= (int64_t)dice(4000) * US_PER_SECOND;
	if (dice(200) == 0)
		s->start_us = TIME_NONE;
	s->end_us = s->start_us == TIME_NONE ? TIME_NONE
					     : s->start_us + (int64_t)dice(90) * US_PER_SECOND;
	s->sender = str_from(senders[dice(1000) ? dice(3) : 3]);
	for (size_t k = 1; k < sizeof(id) - 1; k++)
		id[k] = alphabet[dice(sizeof(alphabet) - 1)];
	s->identifiers = arena_alloc(&m->arena, sizeof(*s->identifiers));
	s->identifiers[0] = (struct identifier){ ID_ROLE_OWN, arena_str(&m->arena, str_from(id)) };
	s->n_identifiers = 1;
}

static struct store *
filled_store(struct model *m, size_t n)
{
	struct store *st = index_open(STORE_WRITE);

	index_import(st, "mx1", LOG_ROLE_MAIN, "1 I - - - -\n");
	index_import(st, "mx2", LOG_ROLE_MAIN, "");
	for (size_t i = 0; i < n; i++) {
		struct session s;
		make_session(m, &s, i);
		/* Some replace an older one. */
		size_t old = m->n > 0 && dice(8) == 0 ? dice(m->n) : SIZE_MAX;
		index_emit(st, &s, old == SIZE_MAX ? NULL : &m->s[old]);
		if (old != SIZE_MAX)
			m->s[old] = s;
		else {
			m->s = mem_grow(m->s, &m->cap, m->n + 1, sizeof(*m->s));
			m->s[m->n++] = s;
		}
		if (dice(400) == 0)
			index_commit(st);
	}
	index_commit(st);
	return st;
}

static void
model_release(struct model *m)
{
	free(m->s);
	arena_release(&m->arena);
}

static int
newest_first(const void *a, const void *b)
{
	const struct session *x = a, *y = b;

	if (x->start_us != y->start_us)
		return x->start_us > y->start_us ? -1 : 1;
	return x->ref.number > y->ref.number ? -1 : x->ref.number < y->ref.number;
}

static bool
model_matches(const struct probe *p, const struct session *s)
{
	for (size_t i = 0; i < p->n_terms; i++)
		if (!session_has_term(s, p->terms[i]))
			return false;
	if (p->to_us != TIME_NONE && (s->start_us > p->to_us || s->start_us == TIME_NONE))
		return false;
	return p->from_us == TIME_NONE || s->end_us >= p->from_us;
}

static void
pages_equal(struct store *st, const struct model *m, const struct page_query *query)
{
	struct page_query q = *query;
	struct session_page page;
	struct arena a = { 0 };
	struct err e = { 0 };
	size_t at = 0;

	do {
		if (store_page(st, &q, &a, &page, &e) < 0)
			fail_msg("%s", e.text);
		assert_true(page.n <= q.most);
		for (size_t i = 0; i < page.n; i++, at++) {
			while (at < m->n && q.probe && !model_matches(q.probe, &m->s[at]))
				at++;
			while (at < m->n && q.keep && !q.keep(q.keep_arg, &m->s[at]))
				at++;
			assert_true(at < m->n);
			assert_true(page.sessions[i].ref.number == m->s[at].ref.number);
			assert_same_session(&page.sessions[i], &m->s[at]);
		}
		assert_true(page.more || page.n <= q.most);
		q.after = page.next;
		arena_reset(&a);
	} while (page.more);
	while (at < m->n && ((q.probe && !model_matches(q.probe, &m->s[at])) ||
			     (q.keep && !q.keep(q.keep_arg, &m->s[at]))))
		at++;
	assert_int_equal(at, m->n);
	arena_release(&a);
}

static bool
from_two(void *arg, const struct session *s)
{
	(void)arg;
	return str_eq(s->sender, STR("c@two.example"));
}

static void
pages_are_the_sorted_list(void **state)
{
	struct model m = { 0 };
	struct probe p = { .from_us = TIME_NONE, .to_us = TIME_NONE };

	(void)state;
	dice_seed(3);
	struct store *st = filled_store(&m, 12000);
	qsort(m.s, m.n, sizeof(*m.s), newest_first);
	index_is_sound(st);
	store_close(st);
	st = index_open(STORE_READ);
	pages_equal(st, &m, &(struct page_query){ .most = 97 });
	pages_equal(st, &m, &(struct page_query){ .most = 100000 });
	pages_equal(st, &m, &(struct page_query){ .most = 1000, .keep = from_two });
	pages_equal(st, &m,
		    &(struct page_query){ .most = 1000, .keep = from_two, .budget_sessions = 77 });
	p.terms[0] = (struct term){ TERM_SENDER, STR("Rare@three.example") };
	p.n_terms = 1;
	pages_equal(st, &m, &(struct page_query){ .most = 3, .probe = &p });
	p.terms[0] = (struct term){ TERM_VERDICT, STR("rcpt rejected") };
	p.terms[1] = (struct term){ TERM_VERDICT, STR("data rejected") };
	p.n_terms = 2;
	pages_equal(st, &m, &(struct page_query){ .most = 500, .probe = &p });
	p.from_us = 1000 * US_PER_SECOND;
	p.to_us = 2000 * US_PER_SECOND;
	pages_equal(st, &m, &(struct page_query){ .most = 500, .probe = &p });
	p.n_terms = 0;
	pages_equal(st, &m, &(struct page_query){ .most = 500, .probe = &p });
	store_close(st);
	index_remove();
	model_release(&m);
}

static void
probe_equals(struct store *st, const struct model *m, const struct probe *p)
{
	struct probe_answer answer;
	struct arena a = { 0 };
	struct err e = { 0 };
	uint64_t count = 0;

	if (store_probe(st, p, &a, &answer, &e) < 0)
		fail_msg("%s", e.text);
	for (size_t i = 0; i < m->n; i++) {
		if (!model_matches(p, &m->s[i]))
			continue;
		if (count < p->most)
			assert_true(count < answer.n &&
				    answer.sessions[count].ref.number == m->s[i].ref.number);
		count++;
	}
	assert_int_equal(answer.n, count < p->most ? count : p->most);
	if (answer.count_is_bound)
		assert_true(answer.count >= count);
	else
		assert_int_equal(answer.count, count);
	arena_release(&a);
}

static void
probes_equal_a_plain_search(void **state)
{
	struct model m = { 0 };

	(void)state;
	dice_seed(4);
	struct store *st = filled_store(&m, 9000);
	qsort(m.s, m.n, sizeof(*m.s), newest_first);
	for (int round = 0; round < 300; round++) {
		const struct session *s = &m.s[dice(m.n)];
		struct probe p = { .from_us = TIME_NONE, .to_us = TIME_NONE, .most = dice(60) };
		if (dice(2))
			p.terms[p.n_terms++] = (struct term){ TERM_SENDER, s->sender };
		if (dice(3) == 0)
			p.terms[p.n_terms++] = (struct term){ TERM_IDENTIFIER, session_own_id(s) };
		if (dice(2))
			p.terms[p.n_terms++] = (struct term){ TERM_VERDICT, STR("rcpt rejected") };
		if (dice(3) == 0)
			p.terms[p.n_terms++] = (struct term){ TERM_HOST, STR("not there") };
		if (dice(2))
			p.from_us = (int64_t)dice(7000) * US_PER_SECOND;
		if (dice(2))
			p.to_us = (int64_t)dice(7000) * US_PER_SECOND;
		probe_equals(st, &m, &p);
	}
	store_close(st);
	index_remove();
	model_release(&m);
}

static bool
like_finds(struct store *st, const struct session *s, struct str like, unsigned distance,
	   int64_t slack_us)
{
	struct probe p = { .from_us = s->start_us - slack_us,
			   .to_us = s->start_us + slack_us,
			   .id_like = like,
			   .distance = distance,
			   .most = 20 };
	struct probe_answer answer;
	struct arena a = { 0 };
	struct err e = { 0 };
	bool found = false;

	if (store_probe(st, &p, &a, &answer, &e) < 0)
		fail_msg("%s", e.text);
	assert_false(answer.count_is_bound);
	for (size_t i = 0; i < answer.n; i++)
		found |= answer.sessions[i].ref.number == s->ref.number;
	arena_release(&a);
	return found;
}

static void
misread_identifiers_are_found(void **state)
{
	struct model m = { 0 };
	int64_t minute = 60 * US_PER_SECOND;

	(void)state;
	dice_seed(5);
	struct store *st = filled_store(&m, 3000);
	for (int round = 0; round < 40; round++) {
		const struct session *s = &m.s[dice(m.n)];
		char id[32];
		if (s->start_us == TIME_NONE)
			continue;
		struct str own = session_own_id(s);
		memcpy(id, own.p, own.n);
		assert_true(like_finds(st, s, own, 0, minute));
		assert_true(like_finds(st, s, str_slice(own, 0, 7), 0, minute));
		assert_true(like_finds(st, s, str_skip(own, 8), 0, minute));
		assert_false(like_finds(st, s, str_slice(own, 2, 10), 0, minute));
		id[5] = 'X';
		assert_false(like_finds(st, s, (struct str){ id, own.n }, 0, minute));
		assert_true(like_finds(st, s, (struct str){ id, own.n }, 1, minute));
		id[9] = 'Y';
		assert_false(like_finds(st, s, (struct str){ id, own.n }, 1, minute));
		assert_true(like_finds(st, s, (struct str){ id, own.n }, 2, minute));
		memmove(id + 3, own.p + 4, own.n - 4); /* one lost */
		memcpy(id, own.p, 3);
		assert_true(like_finds(st, s, (struct str){ id, own.n - 1 }, 1, minute));
		assert_false(like_finds(st, s, STR("somethingelse"), 2, minute));
	}
	store_close(st);
	index_remove();
	model_release(&m);
}

/* Sessions of many commits in a reader that looks while the writer works. */
static void
readers_see_whole_commits(void **state)
{
	struct session_page page;
	struct model m = { 0 };
	struct err e = { 0 };
	size_t seen = 0;

	(void)state;
	struct store *writer = filled_store(&m, 10);
	struct store *reader = index_open(STORE_READ);
	uint64_t version = store_version(reader);
	size_t live = m.n;
	for (int round = 0; round < 200; round++) {
		struct arena a = { 0 };
		struct page_query q = { .most = 100000 };
		struct session s;
		make_session(&m, &s, (size_t)round);
		index_emit(writer, &s, NULL);
		bool commits = dice(3) == 0;
		if (commits)
			index_commit(writer);
		seen++;
		assert_int_equal(store_page(reader, &q, &a, &page, &e), 0);
		if (commits) {
			live += seen;
			seen = 0;
			assert_true(store_version(reader) != version);
			version = store_version(reader);
		}
		assert_true(store_version(reader) == version);
		assert_int_equal(page.n, live);
		arena_release(&a);
	}
	store_close(reader);
	store_close(writer);
	index_remove();
	model_release(&m);
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
		cmocka_unit_test(pages_are_the_sorted_list),
		cmocka_unit_test(probes_equal_a_plain_search),
		cmocka_unit_test(misread_identifiers_are_found),
		cmocka_unit_test(readers_see_whole_commits),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
