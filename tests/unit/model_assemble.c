/* SPDX-License-Identifier: MIT */
/*
 * The assembler against a store in memory and a toy format: whatever the order of the lines, the
 * cuts between runs and the commits, the live sessions are the same.
 *
 * A toy line: "SECOND KIND ID SENDER RCPT PORT PID MESSAGE-ID" with - for nothing; KIND is
 * C(onnected), R(efused), A(rrived), D(elivered), F(inished), N(ote), S(core). Message-IDs may be
 * left out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "model/assemble.h"
#include "model/emitter.h"
#include "model/mention.h"
#include "model/term.h"

/* --- the toy format --- */

static struct str
word(struct str *rest)
{
	size_t end = str_find_char(*rest, ' ', 0);
	struct str w = str_slice(*rest, 0, end);

	*rest = end == STR_NPOS ? (struct str){ "", 0 } : str_skip(*rest, end + 1);
	return str_eq(w, STR("-")) ? (struct str){ "", 0 } : w;
}

static enum line_class
toy_parse(struct str text, const struct parse_context *c, struct fragment *f, struct arena *a)
{
	static const char kinds[] = "CRADFNS";
	static const enum fragment_kind kind_of[] = { FRAGMENT_CONNECTED, FRAGMENT_REFUSED,
						      FRAGMENT_ARRIVED,   FRAGMENT_DELIVERED,
						      FRAGMENT_COMPLETED, FRAGMENT_NOTE,
						      FRAGMENT_SCORE };
	struct recipient *r = arena_zalloc(a, sizeof(*r));
	uint64_t number = 0;

	memset(f, 0, sizeof(*f));
	str_to_u64(word(&text), &number);
	f->time_us = (int64_t)number * US_PER_SECOND;
	f->kind = kind_of[strchr(kinds, word(&text).p[0]) - kinds];
	f->id = word(&text);
	struct str sender = word(&text);
	f->has_sender = sender.n > 0;
	f->sender = sender;
	r->address = word(&text);
	if (r->address.n > 0) {
		f->recipients = r;
		f->n_recipients = 1;
	}
	number = 0;
	str_to_u64(word(&text), &number);
	f->peer_port = (uint16_t)number;
	number = 0;
	str_to_u64(word(&text), &number);
	f->pid = (uint32_t)number;
	f->id_pid = f->id.n > 0 ? f->pid : 0;
	struct str message_id = word(&text);
	/* How lines are routed may do without it, but for what seeks. */
	if (message_id.n > 0 && (!c->keys_only || f->kind == FRAGMENT_SCORE))
		f->identifiers[f->n_identifiers++] =
			(struct identifier){ ID_ROLE_MESSAGE_ID, message_id };
	if (f->kind == FRAGMENT_SCORE) {
		f->score = (struct score){ .engine = ENGINE_RSPAMD, .has_value = true };
		f->score.value = (double)(f->time_us / US_PER_SECOND);
		f->text = f->score.symbols = arena_printf(a, "at %g", f->score.value);
	} else if (f->kind != FRAGMENT_DELIVERED && f->kind != FRAGMENT_COMPLETED)
		f->peer_ip = STR("192.0.2.1");
	if (f->kind == FRAGMENT_REFUSED || f->kind == FRAGMENT_ARRIVED) {
		f->verdict = f->kind == FRAGMENT_ARRIVED ? VERDICT_ACCEPTED : VERDICT_REJECTED;
		f->stage = f->id.n > 0 ? STAGE_DATA : STAGE_RCPT;
		r->verdict = f->verdict;
		r->stage = f->stage;
	} else if (f->kind == FRAGMENT_DELIVERED) {
		r->verdict = VERDICT_ACCEPTED;
		r->by_remote = true;
	}
	return LINE_UNDERSTOOD;
}

struct record_reader {
	struct parse_context context;
	struct arena arena;
};

static struct record_reader *
toy_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	return r;
}

static int
toy_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit, void *arg,
	 struct err *e)
{
	struct record record = { .text = line, .lines = &ref, .n_lines = 1 };

	arena_reset(&r->arena);
	record.class = toy_parse(line, &r->context, &record.fragment, &r->arena);
	return visit(arg, &record, e);
}

static int
toy_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	(void)r, (void)visit, (void)arg, (void)e;
	return 0;
}

static void
toy_free(struct record_reader *r)
{
	arena_release(&r->arena);
	free(r);
}

static const struct log_format toy = { .name = "toy",
				       .parse = toy_parse,
				       .reader_new = toy_new,
				       .reader_feed = toy_feed,
				       .reader_finish = toy_finish,
				       .reader_free = toy_free };

/* --- the store in memory --- */

#define MOST_LINES    64
#define MOST_SESSIONS 4096

struct memory_session {
	line_ref lines[MOST_LINES];
	size_t n_lines;
	uint64_t keys[MOST_LINES];
	size_t n_keys;
	uint32_t terms[MOST_LINES];
	size_t n_terms;
	struct str canonical;
	bool live;
};

struct memory_store {
	struct str texts[MOST_LINES + 1]; /* by line_ref */
	enum log_role roles[MOST_LINES + 1];
	struct memory_session sessions[MOST_SESSIONS];
	size_t n;
	struct arena arena;
	unsigned recalls;
	struct assembler *assembler;
	struct cluster *ready[MOST_SESSIONS];
	size_t n_ready, patience; /* how many wait at most */
};

static struct stored_line
line_at(const struct memory_store *m, line_ref ref)
{
	return (struct stored_line){ .text = m->texts[ref],
				     .ref = ref,
				     .format = &toy,
				     .context = { .near_us = TIME_NONE, .role = m->roles[ref] },
				     .source = m->roles[ref] ? STR("reject") : STR("main") };
}

static bool
session_has(const struct memory_session *s, const struct recall *ask)
{
	uint64_t key = ask->key;

	if (join_is_mention(ask->kind)) {
		for (size_t i = 0; i < s->n_terms; i++)
			if (s->terms[i] == ask->term)
				return true;
		return false;
	}
	for (size_t i = 0; i < s->n_keys; i++)
		if (s->keys[i] == key)
			return true;
	return false;
}

static int memory_settle(void *arg, struct err *e);

static int
recall_for(struct memory_store *m, struct assembler *a, const struct recall *ask, struct err *e)
{
	for (size_t i = 0; i < m->n; i++) {
		struct memory_session *s = &m->sessions[i];
		struct stored_line lines[MOST_LINES];

		if (!s->live || !session_has(s, ask) ||
		    assembler_has(ask, (struct session_ref){ i + 1 }))
			continue;
		for (size_t k = 0; k < s->n_lines; k++)
			lines[k] = line_at(m, s->lines[k]);
		if (assembler_recalled(a, ask, 1, (struct session_ref){ i + 1 }, lines, s->n_lines,
				       e) < 0)
			return -1;
	}
	return 0;
}

static int
memory_recall(void *arg, struct assembler *a, const struct recall *asks, size_t n, struct err *e)
{
	struct memory_store *m = arg;

	m->recalls++;
	if (memory_settle(m, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (recall_for(m, a, &asks[i], e) < 0)
			return -1;
	return 0;
}

static int
memory_supersede(void *arg, uint32_t gateway, const struct stored_session *old,
		 struct session_ref now, struct err *e)
{
	struct memory_store *m = arg;

	(void)gateway, (void)now, (void)e;
	assert_true(m->sessions[old->ref.number - 1].live);
	m->sessions[old->ref.number - 1].live = false;
	return 0;
}

static int
memory_emit(void *arg, struct session *s, struct err *e)
{
	struct memory_store *m = arg;
	struct memory_session *kept = &m->sessions[m->n++];
	struct strbuf b;

	(void)e;
	assert_true(m->n < MOST_SESSIONS);
	assert_true(s->n_lines <= MOST_LINES && s->n_keys <= MOST_LINES);
	memcpy(kept->lines, s->lines, s->n_lines * sizeof(*s->lines));
	kept->n_lines = s->n_lines;
	memcpy(kept->keys, s->keys, s->n_keys * sizeof(*s->keys));
	kept->n_keys = s->n_keys;
	for (size_t i = 0; i < s->n_identifiers; i++)
		kept->terms[kept->n_terms++] =
			term_hash((struct term){ TERM_IDENTIFIER, s->identifiers[i].text });
	kept->live = true;
	strbuf_init(&b, STRBUF_NO_MAX);
	session_canonical(s, &b);
	kept->canonical = arena_str(&m->arena, strbuf_str(&b));
	strbuf_release(&b);
	s->ref.number = m->n;
	return 0;
}

static const struct emitter_ops emitter_ops = { memory_emit, memory_supersede };

/* What is ready waits, as it would for another thread, and is then done in order. */
static int
memory_settle(void *arg, struct err *e)
{
	struct memory_store *m = arg;
	struct emitter emitter;
	int rc = 0;

	emitter_init(&emitter, &emitter_ops, m);
	for (size_t i = 0; i < m->n_ready && rc == 0; i++)
		if (m->ready[i]->dirty)
			rc = emitter_run(&emitter, m->ready[i], e);
	emitter_release(&emitter);
	for (size_t i = 0; i < m->n_ready; i++)
		assembler_give_back(m->assembler, m->ready[i]);
	m->n_ready = 0;
	return rc;
}

static int
memory_ready(void *arg, struct cluster *c, struct err *e)
{
	struct memory_store *m = arg;

	m->ready[m->n_ready++] = c;
	return m->n_ready > m->patience ? memory_settle(m, e) : 0;
}

static const struct assembler_ops memory_ops = { memory_recall, memory_ready, memory_settle };

/* --- cases --- */

static void
put(struct assembler *a, struct memory_store *m, line_ref ref)
{
	struct stored_line line = line_at(m, ref);
	struct arena scratch = { 0 };
	struct record r = { .text = line.text, .lines = &ref, .n_lines = 1 };
	struct err e = { 0 };

	line.context.keys_only = true;
	r.class = toy_parse(line.text, &line.context, &r.fragment, &scratch);
	assert_int_equal(assembler_put(a, 1, &toy, &line.context, &r, &e), 0);
	arena_release(&scratch);
}

static struct assembler *
start(struct memory_store *m)
{
	struct assembler *a = m->assembler = assembler_new(&memory_ops, m);

	/* A restarted importer only knows until when the store has events. */
	assembler_stored_until(a, 1, m->n ? INT64_C(4000000000) * US_PER_SECOND : TIME_NONE);
	return a;
}

static int
str_cmp_qsort(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str
live_sessions(const struct memory_store *m, struct arena *out)
{
	struct str *texts = xcalloc(m->n + 1, sizeof(*texts));
	struct strbuf b;
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		if (m->sessions[i].live)
			texts[n++] = m->sessions[i].canonical;
	qsort(texts, n, sizeof(*texts), str_cmp_qsort);
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < n; i++) {
		strbuf_add_varint(&b, texts[i].n);
		strbuf_add(&b, texts[i]);
	}
	free(texts);
	struct str all = arena_str(out, strbuf_str(&b));
	strbuf_release(&b);
	return all;
}

/* Puts the lines in that order; after each, by chance, commits or starts a new run. */
static struct str
play(const struct str *texts, const enum log_role *roles, const line_ref *order, size_t n,
     unsigned *seed, int chance_of_commit, int chance_of_restart, struct arena *out)
{
	struct memory_store *m = xcalloc(1, sizeof(*m));
	struct assembler *a = start(m);
	struct err e = { 0 };
	struct str result;

	m->patience = (size_t)rand_r(seed) % 8;
	memcpy(m->texts, texts, (n + 1) * sizeof(*texts));
	memcpy(m->roles, roles, (n + 1) * sizeof(*roles));
	for (size_t i = 0; i < n; i++) {
		put(a, m, order[i]);
		bool restart = chance_of_restart && rand_r(seed) % chance_of_restart == 0;
		if (restart || (chance_of_commit && rand_r(seed) % chance_of_commit == 0))
			assert_int_equal(assembler_flush(a, &e), 0);
		if (restart) {
			assert_int_equal(memory_settle(m, &e), 0);
			assembler_free(a);
			a = start(m);
		}
	}
	assert_int_equal(assembler_flush(a, &e), 0);
	assert_int_equal(memory_settle(m, &e), 0);
	assembler_free(a);
	result = live_sessions(m, out);
	arena_release(&m->arena);
	free(m);
	return result;
}

static struct str
random_line(unsigned *seed, bool with_scanner, struct arena *a)
{
	static const char *const ids[] = { "1aaaaa-000001-00", "1aaaab-000001-00",
					   "1aaaac-000002-00" };
	static const char *const senders[] = { "a@b", "c@d" };
	static const char *const rcpts[] = { "x@o", "y@o", "z@o" };
	static const char kinds[] = "CRRRAADFN";
	static const char *const message_ids[] = { "-", "-", "m@1", "m@2" };
	static const int seek_at[] = { -501, -500, 98,  99,  100, 101, 102,
				       103,  104,  700, 702, 703, 704 };
	char kind = kinds[(size_t)rand_r(seed) % (sizeof(kinds) - 1)];
	bool has_id = kind == 'A' || kind == 'D' || kind == 'F' || rand_r(seed) % 4 == 0;
	bool has_rcpt = kind == 'R' || kind == 'D';
	int connection = rand_r(seed) % 3;
	char port[8] = "-", pid[8] = "-";

	if (with_scanner && rand_r(seed) % 4 == 0)
		return arena_printf(a, "%d S - - - - - m@%d",
				    600 + seek_at[(size_t)rand_r(seed) %
						  (sizeof(seek_at) / sizeof(seek_at[0]))],
				    1 + rand_r(seed) % 2);
	if (connection != 1)
		snprintf(port, sizeof(port), "%d", 40000 + rand_r(seed) % 2);
	if (connection >= 1)
		snprintf(pid, sizeof(pid), "%d", 70 + rand_r(seed) % 2);
	if (rand_r(seed) % 5 == 0)
		port[0] = pid[0] = '-', port[1] = pid[1] = '\0';
	return arena_printf(a, "%d %c %s %s %s %s %s %s", 700 + rand_r(seed) % 4, kind,
			    has_id ? ids[rand_r(seed) % 3] : "-",
			    kind == 'R' || kind == 'A' ? senders[rand_r(seed) % 2] : "-",
			    has_rcpt ? rcpts[rand_r(seed) % 3] : "-", port, pid,
			    with_scanner ? message_ids[rand_r(seed) % 4] : "-");
}

static void
shuffle(line_ref *order, size_t n, unsigned *seed)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t k = (size_t)rand_r(seed) % (i + 1);
		line_ref swap = order[i];

		order[i] = order[k];
		order[k] = swap;
	}
}

static void
order_cuts_and_commits_change_nothing(void **state)
{
	struct arena a = { 0 };
	unsigned seed = 42;

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct str texts[MOST_LINES + 1];
		enum log_role roles[MOST_LINES + 1];
		line_ref order[MOST_LINES];
		size_t n = 4 + (size_t)rand_r(&seed) % 20;

		for (size_t i = 1; i <= n; i++) {
			roles[i] = (enum log_role)(rand_r(&seed) % 2);
			/* The rejectlog repeats lines of the mainlog. */
			texts[i] = i > 1 && rand_r(&seed) % 4 == 0
					   ? texts[1 + (size_t)rand_r(&seed) % (i - 1)]
					   : random_line(&seed, round % 4 != 0, &a);
			order[i - 1] = i;
		}
		struct str clean = play(texts, roles, order, n, &seed, 0, 0, &a);
		struct str committed = play(texts, roles, order, n, &seed, 3, 0, &a);
		struct str restarted = play(texts, roles, order, n, &seed, 5, 4, &a);
		shuffle(order, n, &seed);
		struct str shuffled = play(texts, roles, order, n, &seed, 4, 4, &a);
		assert_true(str_eq(clean, committed));
		assert_true(str_eq(clean, restarted));
		assert_true(str_eq(clean, shuffled));
		arena_reset(&a);
	}
	arena_release(&a);
}

static void
a_late_delivery_joins_its_message(void **state)
{
	struct str texts[] = { { 0 },
			       STR("100 A 1aaaaa-000001-00 a@b - - -"),
			       STR("900 D 1aaaaa-000001-00 - x@o - -") };
	enum log_role roles[] = { 0, 0, 0 };
	line_ref order[] = { 1, 2 };
	struct memory_store *m = xcalloc(1, sizeof(*m));
	struct assembler *a = start(m);
	struct err e = { 0 };

	(void)state;
	memcpy(m->texts, texts, sizeof(texts));
	memcpy(m->roles, roles, sizeof(roles));
	put(a, m, order[0]);
	assembler_flush(a, &e);
	assembler_free(a);
	a = start(m);
	put(a, m, order[1]);
	assembler_flush(a, &e);
	assembler_free(a);
	assert_int_equal(m->n, 2);
	assert_false(m->sessions[0].live);
	assert_int_equal(m->sessions[1].n_lines, 2);
	arena_release(&m->arena);
	free(m);
}

static void
new_keys_in_a_growing_log_need_no_look_up(void **state)
{
	struct memory_store *m = xcalloc(1, sizeof(*m));
	struct assembler *a = start(m);
	struct err e = { 0 };

	(void)state;
	m->texts[1] = STR("100 A 1aaaaa-000001-00 a@b - - -");
	m->texts[2] = STR("200 R - a@b x@o - -");
	m->texts[3] = STR("300 A 1aaaab-000001-00 a@b - 40000 7");
	for (line_ref i = 1; i <= 3; i++) {
		put(a, m, i);
		assembler_flush(a, &e);
	}
	assert_int_equal(m->recalls, 0);
	assembler_free(a);
	arena_release(&m->arena);
	free(m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(order_cuts_and_commits_change_nothing),
		cmocka_unit_test(a_late_delivery_joins_its_message),
		cmocka_unit_test(new_keys_in_a_growing_log_need_no_look_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
