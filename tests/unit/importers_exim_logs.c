/* SPDX-License-Identifier: MIT */
/*
 * Real logs under tests/samples/exim: every physical line is accounted for once, in the order in
 * which it came; hardly any is unknown; refusals in a main log and its reject log say the same; and
 * a log read in two halves with the pending lines fed again is read as at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include "base/hash.h"
#include "importers/exim.h"
#include "support_files.h"

#define ROOT "tests/samples/exim/"

static const char *const logs[] = {
	ROOT "list-exim/mainlog",
	ROOT "v1-default/mainlog",
	ROOT "v1-default/paniclog",
	ROOT "v1-default/rejectlog",
	ROOT "v2-all/mainlog",
	ROOT "v3-millis-pid-tz/mainlog",
	ROOT "v6-production/mainlog",
	ROOT "v6-production/rejectlog",
	ROOT "v7-syslog/mail.iso8601.log",
	ROOT "v7-syslog/mail.rfc3164.log",
	ROOT "v9-exim498-default/mainlog",
	ROOT "v9-exim498-default/rejectlog",
};

struct reading {
	size_t by_class[LINE_CLASS_COUNT];
	size_t by_kind[FRAGMENT_KIND_COUNT];
	size_t records;
	unsigned char *times; /* how often each line was in a record */
	size_t n_lines;
	struct multiset_digest digest; /* of class, lines and text */
};

/* "class|first line|count|text" of one record. */
static void
digest_record(struct multiset_digest *d, const struct record *r)
{
	struct strbuf b;

	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_printf(&b, "%d|%d|", (int)r->class, (int)r->fragment.kind);
	for (size_t i = 0; i < r->n_lines; i++)
		strbuf_printf(&b, "%llu,", (unsigned long long)r->lines[i]);
	strbuf_add(&b, r->text);
	multiset_digest_add(d, strbuf_str(&b));
	strbuf_release(&b);
}

static int
count(void *arg, const struct record *r, struct err *e)
{
	struct reading *c = arg;

	(void)e;
	c->records++;
	c->by_class[r->class] += r->n_lines;
	if (r->class == LINE_UNDERSTOOD)
		c->by_kind[r->fragment.kind]++;
	for (size_t i = 0; i < r->n_lines; i++) {
		assert_true(r->lines[i] < c->n_lines);
		c->times[r->lines[i]]++;
	}
	digest_record(&c->digest, r);
	return 0;
}

struct text_lines {
	struct str *lines;
	size_t n;
};

static struct text_lines
split(struct str text, struct arena *a)
{
	struct text_lines out = { arena_alloc(a, (text.n + 1) * sizeof(struct str)), 0 };

	while (text.n > 0) {
		size_t end = str_find_char(text, '\n', 0);

		end = end == STR_NPOS ? text.n : end;
		out.lines[out.n++] = str_slice(text, 0, end);
		text = str_skip(text, end + 1);
	}
	return out;
}

static const struct parse_context context = {
	.near_us = INT64_C(1795277920) * US_PER_SECOND,
	.role = LOG_ROLE_MAIN,
};

static void
begin(struct reading *c, size_t n_lines)
{
	*c = (struct reading){ .n_lines = n_lines };
	c->times = xcalloc(n_lines + 1, 1);
}

static void
read_all(const struct text_lines *t, struct reading *c)
{
	struct record_reader *r = exim_format.reader_new(&context);

	begin(c, t->n);
	for (size_t i = 0; i < t->n; i++)
		assert_int_equal(exim_format.reader_feed(r, t->lines[i], i, count, c, NULL), 0);
	assert_int_equal(exim_format.reader_finish(r, count, c, NULL), 0);
	/* Once is enough. */
	assert_int_equal(exim_format.reader_finish(r, count, c, NULL), 0);
	exim_format.reader_free(r);
}

static void
every_line_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct arena a = { .head = NULL };
		struct text_lines t = split(files_read(logs[i], &a), &a);
		struct reading c;

		assert_true(t.n > 0);
		read_all(&t, &c);
		for (size_t k = 0; k < t.n; k++)
			assert_int_equal(c.times[k], 1);
		assert_int_equal(c.by_class[LINE_UNDERSTOOD] + c.by_class[LINE_IGNORED] +
					 c.by_class[LINE_UNKNOWN],
				 t.n);
		if (c.by_class[LINE_UNKNOWN] * 200 > t.n)
			fail_msg("%s: %zu of %zu lines unknown", logs[i], c.by_class[LINE_UNKNOWN],
				 t.n);
		free(c.times);
		arena_release(&a);
	}
}

static void
the_format_is_detected(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct arena a = { .head = NULL };
		struct text_lines t = split(files_read(logs[i], &a), &a);
		int best = 0;

		for (size_t k = 0; k < t.n && k < 20; k++) {
			int sure = exim_importer.detect(t.lines[k]);

			best = sure > best ? sure : best;
		}
		assert_true(best >= 70);
		arena_release(&a);
	}
}

static int
ignore(void *arg, const struct record *r, struct err *e)
{
	(void)arg;
	(void)r;
	(void)e;
	return 0;
}

/*
 * What a restart does: everything up to `cut` is read, the pending lines are remembered, and a new
 * reader gets them before the rest. Records that are complete before the cut come from the first
 * reader, all others from the second.
 */
struct before {
	struct reading *c;
	const line_ref *pending;
	size_t n_pending;
};

static int
count_complete(void *arg, const struct record *r, struct err *e)
{
	struct before *b = arg;

	for (size_t i = 0; i < b->n_pending; i++) {
		if (b->pending[i] == r->lines[0])
			return 0;
	}
	return count(b->c, r, e);
}

static void
read_cut(const struct text_lines *t, size_t cut, struct reading *c)
{
	struct record_reader *first = exim_format.reader_new(&context), *again, *rest;
	struct before b = { .c = c };

	begin(c, t->n);
	for (size_t i = 0; i < cut; i++)
		exim_format.reader_feed(first, t->lines[i], i, ignore, NULL, NULL);
	exim_format.reader_finish(first, ignore, NULL, NULL);
	b.n_pending = exim_format.reader_pending(first, &b.pending);
	again = exim_format.reader_new(&context);
	for (size_t i = 0; i < cut; i++)
		exim_format.reader_feed(again, t->lines[i], i, count_complete, &b, NULL);
	rest = exim_format.reader_new(&context);
	for (size_t i = 0; i < b.n_pending; i++) {
		assert_true(i == 0 || b.pending[i] > b.pending[i - 1]);
		exim_format.reader_feed(rest, t->lines[b.pending[i]], b.pending[i], count, c, NULL);
	}
	for (size_t i = cut; i < t->n; i++)
		exim_format.reader_feed(rest, t->lines[i], i, count, c, NULL);
	exim_format.reader_finish(rest, count, c, NULL);
	exim_format.reader_free(first);
	exim_format.reader_free(again);
	exim_format.reader_free(rest);
}

static void
cut_anywhere(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
		struct arena a = { .head = NULL };
		struct text_lines t = split(files_read(logs[i], &a), &a);
		struct reading whole;
		char wanted[65], got[65];

		read_all(&t, &whole);
		multiset_digest_hex(&whole.digest, wanted);
		for (size_t cut = 1; cut < t.n; cut += 1 + t.n / 61) {
			struct reading c;

			read_cut(&t, cut, &c);
			multiset_digest_hex(&c.digest, got);
			if (strcmp(wanted, got) != 0)
				fail_msg("%s cut at line %zu reads otherwise", logs[i], cut);
			free(c.times);
		}
		free(whole.times);
		arena_release(&a);
	}
}

/* The first line of each reject log entry stands in the main log, byte for byte. */
static void
reject_log_repeats_main_log(void **state)
{
	struct arena a = { .head = NULL };
	struct text_lines reject = split(files_read(ROOT "v6-production/rejectlog", &a), &a);
	struct str mainlog = files_read(ROOT "v6-production/mainlog", &a);
	size_t entries = 0;

	(void)state;
	for (size_t i = 0; i < reject.n; i++) {
		if (exim_importer.detect(reject.lines[i]) < 70)
			continue;
		entries++;
		assert_true(str_find(mainlog, reject.lines[i], 0) != STR_NPOS);
	}
	assert_true(entries > 20);
	arena_release(&a);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_counts),
		cmocka_unit_test(the_format_is_detected),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(reject_log_repeats_main_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
