/* SPDX-License-Identifier: MIT */
/* lines: cutting, peeking, skipping, going back, over buffers and huge lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importers/lines.h"
#include "support_files.h"

static int
remove_files(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

struct opened {
	struct source *source;
	struct lines lines;
};

static struct opened
open_lines(const char *path)
{
	struct opened o = { 0 };
	struct err e = { 0 };
	assert_int_equal(source_open(path, &o.source, &e), 0);
	assert_int_equal(source_next(o.source, &e), 1);
	lines_init(&o.lines, o.source);
	return o;
}

static void
close_lines(struct opened *o)
{
	lines_release(&o->lines);
	source_close(o->source);
}

/* Reads all lines and compares them with the text, and the offsets and what lies before them. */
static void
expect_lines(const char *path, struct str text)
{
	struct opened o = open_lines(path);
	struct str line, before;
	size_t at = 0;
	struct err e = { 0 };
	enum lines_result rc;
	while ((rc = lines_next(&o.lines, &line, &e)) == LINES_LINE) {
		assert_true(str_eq(line, str_slice(text, at, at + line.n)));
		assert_int_equal(text.p[at + line.n], '\n');
		at += line.n + 1;
		assert_int_equal(o.lines.offset, at);
		before = lines_before(&o.lines);
		assert_int_equal(before.n, at < MARK_BYTES ? at : MARK_BYTES);
		assert_true(str_eq(before, str_slice(text, at - before.n, at)));
	}
	if (at < text.n) {
		assert_int_equal(rc, LINES_HALF);
		assert_true(str_eq(line, str_skip(text, at)));
		assert_int_equal(lines_half_bytes(&o.lines), text.n - at);
		before = lines_before(&o.lines);
		assert_true(str_eq(before, str_slice(text, at - before.n, at)));
		assert_int_equal(lines_next(&o.lines, &line, &e), LINES_HALF);
		lines_accept_half(&o.lines);
		assert_int_equal(o.lines.offset, text.n);
		before = lines_before(&o.lines);
		assert_true(str_eq(before, str_slice(text, text.n - before.n, text.n)));
		rc = lines_next(&o.lines, &line, &e);
	}
	assert_int_equal(rc, LINES_END);
	close_lines(&o);
}

/* Lines of many lengths, a few of them longer than the buffer. */
static struct str
sample_text(struct strbuf *b)
{
	uint32_t seed = 7;
	for (int i = 0; i < 9000; i++) {
		seed = seed * 1664525 + 1013904223;
		size_t n = i == 100 || i == 101 ? 700000 : i == 5000 ? 262144 + 4096 : seed >> 24;
		for (size_t k = 0; k < n; k++)
			strbuf_add_char(b, (char)('a' + (seed + k) % 26));
		strbuf_add_char(b, '\n');
	}
	return strbuf_str(b);
}

static void
lines_are_those_of_the_text(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	struct str text = sample_text(&b);
	expect_lines(files_write("whole", text), text);
	for (size_t cut = 1; cut < 2000000; cut = cut * 3 + 1) {
		struct str part = str_slice(text, 0, cut);
		expect_lines(files_write("part", part), part);
	}
	strbuf_release(&b);
}

static void
odd_texts_are_cut(void **state)
{
	(void)state;
	static const struct str texts[] = { { "", 0 },     { "\n", 1 },     { "a", 1 },
					    { "\n\n", 2 }, { "\0\n\0", 3 }, { "a\r\nb\r", 5 } };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		expect_lines(files_write("odd", texts[i]), texts[i]);
}

static void
skipping_lands_where_told(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	struct str text = sample_text(&b);
	const char *paths[2] = { files_write("skip", text), NULL };
	if (files_run("gzip -k -f skip"))
		paths[1] = files_path("skip.gz");
	for (size_t i = 0; i < 2 && paths[i]; i++)
		for (size_t to = 0; to <= text.n; to = to < 10 ? to + 1 : to * 2 + 5) {
			struct err e = { 0 };
			struct str head;
			struct opened o = open_lines(paths[i]);
			assert_int_equal(lines_peek(&o.lines, 65536, &head, &e), 0);
			assert_int_equal(lines_skip(&o.lines, to, &e), 1);
			struct str before = lines_before(&o.lines);
			assert_int_equal(before.n, to < MARK_BYTES ? to : MARK_BYTES);
			assert_true(str_eq(before, str_slice(text, to - before.n, to)));
			assert_int_equal(lines_peek(&o.lines, 100, &head, &e), 0);
			assert_true(str_starts(str_skip(text, to), str_slice(head, 0, 100)));
			lines_back(&o.lines, before.n / 2);
			assert_int_equal(o.lines.offset, to - before.n / 2);
			assert_int_equal(lines_skip(&o.lines, text.n + 1, &e), 0);
			assert_int_equal(lines_rewind(&o.lines, &e), 0);
			assert_int_equal(lines_skip(&o.lines, text.n, &e), 1);
			assert_int_equal(lines_peek(&o.lines, 1, &head, &e), 0);
			assert_int_equal(head.n, 0);
			close_lines(&o);
		}
	strbuf_release(&b);
}

static void
enormous_line_loses_its_end(void **state)
{
	(void)state;
	struct strbuf b;
	struct str line;
	struct err e = { 0 };
	strbuf_init(&b, STRBUF_NO_MAX);
	memset(strbuf_reserve(&b, LINE_MAX_BYTES + 12345), 'x', LINE_MAX_BYTES + 12345);
	b.n = LINE_MAX_BYTES + 12345;
	strbuf_add_text(&b, "\nnext\n");
	struct opened o = open_lines(files_write("huge", strbuf_str(&b)));
	assert_int_equal(lines_next(&o.lines, &line, &e), LINES_LINE);
	assert_int_equal(line.n, LINE_MAX_BYTES);
	assert_int_equal(o.lines.dropped_bytes, 12345);
	assert_int_equal(o.lines.offset, LINE_MAX_BYTES + 12346);
	assert_int_equal(lines_next(&o.lines, &line, &e), LINES_LINE);
	assert_true(str_eq(line, STR("next")));
	assert_int_equal(lines_next(&o.lines, &line, &e), LINES_END);
	close_lines(&o);
	strbuf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(lines_are_those_of_the_text, remove_files),
		cmocka_unit_test_teardown(odd_texts_are_cut, remove_files),
		cmocka_unit_test_teardown(skipping_lands_where_told, remove_files),
		cmocka_unit_test_teardown(enormous_line_loses_its_end, remove_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
