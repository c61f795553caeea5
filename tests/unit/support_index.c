/* SPDX-License-Identifier: MIT */
#include "support_index.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/hash.h"
#include "db/writer.h"
#include "support_files.h"

/* --- the format ----------------------------------------------------------------------------- */

static struct str
word(struct str *rest)
{
	size_t end = str_find_char(*rest, ' ', 0);
	struct str w = str_slice(*rest, 0, end);

	*rest = end == STR_NPOS ? (struct str){ "", 0 } : str_skip(*rest, end + 1);
	return str_eq(w, STR("-")) ? (struct str){ "", 0 } : w;
}

static void
set_outcome(struct fragment *f, struct recipient *r, char kind)
{
	static const char kinds[] = "RADF";
	static const enum fragment_kind kind_of[] = { FRAGMENT_REFUSED, FRAGMENT_ARRIVED,
						      FRAGMENT_DELIVERED, FRAGMENT_COMPLETED };

	f->kind = kind_of[strchr(kinds, kind) - kinds];
	if (kind == 'R') {
		f->verdict = r->verdict = VERDICT_REJECTED;
		f->stage = f->about = r->stage = STAGE_RCPT;
		f->reply = (struct reply){ .code = 550, .text = STR("no such user") };
	}
	if (kind == 'D') {
		r->verdict = VERDICT_ACCEPTED;
		r->stage = STAGE_DELIVERY;
		r->by_remote = true;
	}
	r->time_us = f->time_us;
}

static enum line_class
row_parse(struct str text, const struct parse_context *c, struct fragment *f, struct arena *a)
{
	struct recipient *r = arena_zalloc(a, sizeof(*r));
	uint64_t second;

	(void)c;
	memset(f, 0, sizeof(*f));
	f->time_us = TIME_NONE;
	if (!str_to_u64(word(&text), &second))
		return LINE_UNKNOWN;
	struct str kind = word(&text);
	if (kind.n != 1 || !strchr("RADFI", kind.p[0]))
		return LINE_UNKNOWN;
	f->time_us = (int64_t)second * US_PER_SECOND;
	if (kind.p[0] == 'I')
		return LINE_IGNORED;
	f->id = word(&text);
	f->peer_ip = word(&text);
	f->sender = word(&text);
	f->has_sender = f->sender.n > 0;
	r->address = word(&text);
	set_outcome(f, r, kind.p[0]);
	if (r->address.n > 0) {
		f->recipients = r;
		f->n_recipients = 1;
	}
	return LINE_UNDERSTOOD;
}

struct record_reader {
	struct parse_context context;
	struct arena arena;
	struct strbuf text;
	line_ref refs[8];
	size_t n_refs;
};

static struct record_reader *
row_reader_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	strbuf_init(&r->text, STRBUF_NO_MAX);
	return r;
}

static int
row_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	struct record record = { .text = strbuf_str(&r->text),
				 .lines = r->refs,
				 .n_lines = r->n_refs };

	if (r->n_refs == 0)
		return 0;
	arena_reset(&r->arena);
	record.class = row_parse(record.text, &r->context, &record.fragment, &r->arena);
	return visit(arg, &record, e);
}

static int
row_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit, void *arg,
	 struct err *e)
{
	bool goes_on = line.n > 0 && line.p[line.n - 1] == '+' && r->n_refs < 7;

	if (r->n_refs > 0)
		strbuf_add_char(&r->text, ' ');
	strbuf_add(&r->text, str_slice(line, 0, line.n - goes_on));
	r->refs[r->n_refs++] = ref;
	if (goes_on)
		return 0;
	int rc = row_finish(r, visit, arg, e);
	strbuf_clear(&r->text);
	r->n_refs = 0;
	return rc;
}

static size_t
row_pending(const struct record_reader *r, const line_ref **lines)
{
	*lines = r->refs;
	return r->n_refs;
}

static void
row_reader_free(struct record_reader *r)
{
	strbuf_release(&r->text);
	arena_release(&r->arena);
	free(r);
}

const struct log_format row_format = {
	.name = "row",
	.title = "Rows",
	.parse = row_parse,
	.reader_new = row_reader_new,
	.reader_feed = row_feed,
	.reader_finish = row_finish,
	.reader_pending = row_pending,
	.reader_free = row_reader_free,
};

const struct log_format *
row_format_by_name(struct str name)
{
	return str_eq(name, STR("row")) ? &row_format : NULL;
}

/* --- the store ------------------------------------------------------------------------------ */

const char *
index_path(void)
{
	return files_path("index.db");
}

void
index_remove(void)
{
	static const char *const names[] = { "index.db", "index.db-wal", "index.db-shm",
					     "index.db.lock" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(files_path(names[i]));
}

struct store *
index_open(enum store_mode mode)
{
	struct err e = { 0 };
	struct store *st;

	if (store_open(index_path(), mode, row_format_by_name, &st, &e) < 0)
		fail_msg("%s", e.text);
	return st;
}

void
index_refuses(enum store_mode mode, enum err_code code, const char *words)
{
	struct err e = { 0 };
	struct store *st;

	assert_int_equal(store_open(index_path(), mode, row_format_by_name, &st, &e), -1);
	assert_null(st);
	if (e.code != code || !strstr(e.text, words))
		fail_msg("code %d, \"%s\"; wanted %d, \"%s\"", e.code, e.text, code, words);
}

static int
on_record(void *arg, const struct record *r, struct err *e)
{
	struct sink *sink = arg;

	return sink->ops->record(sink, r, e);
}

static void
feed(struct sink *sink, struct record_reader *reader, struct str line)
{
	struct err e = { 0 };
	line_ref ref;

	if (sink->ops->line(sink, line, LINE_UNKNOWN, &ref, &e) < 0 ||
	    row_feed(reader, line, ref, on_record, sink, &e) < 0)
		fail_msg("%s", e.text);
}

void
index_feed(struct store *st, const char *text)
{
	struct sink *sink = store_sink(st);
	struct parse_context context = {
		.zone = zone_utc(),
		.near_us = TIME_NONE,
		.role = LOG_ROLE_MAIN,
	};
	struct record_reader *reader = row_reader_new(&context);
	struct str rest = str_from(text);

	while (rest.n > 0) {
		size_t end = str_find_char(rest, '\n', 0);
		feed(sink, reader, str_slice(rest, 0, end));
		rest = str_skip(rest, end == STR_NPOS ? rest.n : end + 1);
	}
	row_reader_free(reader);
}

/* Refills the reader with what waits, reads on, and marks the place. */
void
index_continue(struct store *st, uint32_t source, const char *text)
{
	struct sink *sink = store_sink(st);
	struct source_book *book = store_book(st);
	struct record_reader *reader;
	struct source_row *row = NULL;
	struct arena a = { 0 };
	struct err e = { 0 };
	struct str rest = str_from(text), line;
	const line_ref *pending;

	if (sink->ops->source(sink, source, &e) < 0 || source_get(st, source, &row, &e) < 0)
		fail_msg("%s", e.text);
	reader = row_reader_new(&row->context);
	struct source_mark mark = row->mark;
	for (size_t i = 0; i < row->n_pending; i++) {
		line_ref ref = row->pending[i].ref;
		assert_int_equal(book->ops->stored_line(book, ref, &a, &line, &e), 0);
		assert_int_equal(row_feed(reader, line, ref, on_record, sink, &e), 0);
	}
	mark.offset += rest.n;
	while (rest.n > 0) {
		size_t end = str_find_char(rest, '\n', 0);
		feed(sink, reader, str_slice(rest, 0, end));
		mark.lines++;
		rest = str_skip(rest, end == STR_NPOS ? rest.n : end + 1);
	}
	assert_int_equal(row_finish(reader, on_record, sink, &e), 0);
	size_t n = row_pending(reader, &pending);
	assert_int_equal(sink->ops->mark(sink, &mark, pending, n, &e), 0);
	row_reader_free(reader);
	arena_release(&a);
}

uint32_t
index_import(struct store *st, const char *gateway, enum log_role role, const char *text)
{
	struct source_book *book = store_book(st);
	struct str head = str_slice(str_from(text), 0, 4096);
	struct source_info info = {
		.path = STR("/var/log/rows"),
		.gateway = str_from(gateway),
		.format = &row_format,
		.context = { .zone = zone_utc(), .near_us = TIME_NONE, .role = role },
		.inode = 7,
		.mark = { .head_hash = hash_bytes(head, 0), .head_bytes = (uint32_t)head.n },
	};
	struct err e = { 0 };
	uint32_t source;

	if (book->ops->add(book, &info, &source, &e) < 0)
		fail_msg("%s", e.text);
	index_continue(st, source, text);
	return source;
}

void
index_commit(struct store *st)
{
	struct err e = { 0 };

	if (store_commit(st, &e) < 0)
		fail_msg("%s", e.text);
}

static void
fail_on_finding(void *arg, const char *text)
{
	(void)arg;
	fail_msg("finding: %s", text);
}

void
index_is_sound(struct store *st)
{
	struct err e = { 0 };

	if (store_check(st, fail_on_finding, NULL, &e) != 0)
		fail_msg("%s", e.text);
}

struct str
index_digest(struct store *st, struct arena *a)
{
	struct err e = { 0 };
	char hex[65];

	if (store_digest(st, hex, &e) < 0)
		fail_msg("%s", e.text);
	return arena_str(a, (struct str){ hex, 64 });
}

/* --- sessions ------------------------------------------------------------------------------- */

static uint64_t dice_state = 88172645463325252u;

void
dice_seed(uint64_t seed)
{
	dice_state = seed * 2 + 1;
}

uint64_t
dice(uint64_t sides)
{
	dice_state ^= dice_state << 13;
	dice_state ^= dice_state >> 7;
	dice_state ^= dice_state << 17;
	return dice_state % sides;
}

static struct str
random_text(struct arena *a)
{
	char text[40];
	size_t n = dice(4) == 0 ? 0 : dice(sizeof(text));

	for (size_t i = 0; i < n; i++)
		text[i] = (char)dice(256);
	if (dice(5) == 0)
		return STR("the same as often");
	return arena_str(a, (struct str){ text, n });
}

static struct reply
random_reply(struct arena *a)
{
	return (struct reply){
		.code = (uint16_t)dice(600),
		.code_logged = dice(2),
		.text_logged = dice(2),
		.enhanced = { (uint8_t)dice(6), (uint16_t)dice(20), (uint16_t)dice(999) },
		.text = random_text(a),
	};
}

static int64_t
random_time(void)
{
	return dice(10) == 0 ? TIME_NONE : (int64_t)(1500000000000000 + dice(400000000000));
}

static void
random_arrays(struct arena *a, struct session *s)
{
	s->n_identifiers = dice(4);
	s->identifiers = arena_zalloc(a, s->n_identifiers * sizeof(*s->identifiers));
	for (size_t i = 0; i < s->n_identifiers; i++)
		s->identifiers[i] =
			(struct identifier){ (enum id_role)dice(ID_ROLE_COUNT), random_text(a) };
	s->n_recipients = dice(4);
	s->recipients = arena_zalloc(a, s->n_recipients * sizeof(*s->recipients));
	for (size_t i = 0; i < s->n_recipients; i++)
		s->recipients[i] = (struct recipient){
			.address = random_text(a),
			.original = random_text(a),
			.verdict = (enum verdict)dice(VERDICT_COUNT),
			.stage = (enum stage)dice(STAGE_COUNT),
			.reply = random_reply(a),
			.remote_host = random_text(a),
			.remote_ip = random_text(a),
			.transport = random_text(a),
			.time_us = random_time(),
			.by_remote = dice(2),
		};
	s->n_scores = dice(3);
	s->scores = arena_zalloc(a, s->n_scores * sizeof(*s->scores));
	for (size_t i = 0; i < s->n_scores; i++)
		s->scores[i] = (struct score){
			.engine = (enum engine)dice(ENGINE_COUNT),
			.value =
				dice(2) ? (double)dice(100000) / 1000 : 1.0 / (double)(1 + dice(9)),
			.threshold = -(double)dice(1000) / 100,
			.has_value = dice(2),
			.has_threshold = dice(2),
			.action = random_text(a),
			.symbols = random_text(a),
		};
}

void
session_random(struct arena *a, struct session *out)
{
	*out = (struct session){
		.gateway = 1,
		.start_us = random_time(),
		.end_us = random_time(),
		.direction = (enum direction)dice(DIRECTION_COUNT),
		.stage = (enum stage)dice(STAGE_COUNT),
		.about = (enum stage)dice(STAGE_COUNT),
		.verdict = (enum verdict)dice(VERDICT_COUNT),
		.reply = random_reply(a),
		.connection = random_text(a),
		.peer_ip = random_text(a),
		.peer_port = (uint16_t)dice(65536),
		.peer_host = random_text(a),
		.helo = random_text(a),
		.has_sender = dice(2),
		.sender = random_text(a),
		.user = random_text(a),
		.auth = random_text(a),
		.protocol = random_text(a),
		.tls = random_text(a),
		.subject = random_text(a),
		.header_from = random_text(a),
		.size_bytes = dice(UINT64_MAX),
		.recipients_incomplete = dice(2),
	};
	random_arrays(a, out);
}

void
assert_same_session(const struct session *a, const struct session *b)
{
	struct strbuf x, y;
	struct session nameless_a = *a, nameless_b = *b;

	nameless_a.gateway_name = nameless_b.gateway_name = (struct str){ "", 0 };
	strbuf_init(&x, STRBUF_NO_MAX);
	strbuf_init(&y, STRBUF_NO_MAX);
	session_canonical(&nameless_a, &x);
	session_canonical(&nameless_b, &y);
	assert_true(str_eq(strbuf_str(&x), strbuf_str(&y)));
	assert_int_equal(a->gateway, b->gateway);
	assert_int_equal(a->n_lines, b->n_lines);
	if (a->n_lines > 0)
		assert_memory_equal(a->lines, b->lines, a->n_lines * sizeof(*a->lines));
	strbuf_release(&x);
	strbuf_release(&y);
}

uint64_t
index_emit(struct store *st, struct session *s, const struct session *old)
{
	static line_ref first_line = (line_ref)1 << BLOCK_LINE_BITS;
	struct writer *w = st->writer;
	struct err e = { 0 };

	if (s->n_lines == 0) {
		s->lines = &first_line;
		s->n_lines = 1;
	}
	int rc = writer_own(w, &e);
	if (rc == 0)
		rc = writer_emit(w, s, &e);
	if (rc == 0 && old)
		rc = writer_supersede(w, old->gateway,
				      &(struct stored_session){ .ref = old->ref,
								.first_line = old->lines[0] },
				      s->ref, &e);
	if (rc < 0)
		fail_msg("%s", e.text);
	return s->ref.number;
}
