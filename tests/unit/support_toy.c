/* SPDX-License-Identifier: MIT */
#include "support_toy.h"

#include <stdlib.h>

#include "base/strbuf.h"

static int64_t last_near_us = TIME_NONE;

struct record_reader {
	line_ref *lines;
	size_t n, cap;
	struct strbuf text;
};

int64_t
toy_last_near_us(void)
{
	return last_near_us;
}

static bool
begins_record(struct str line)
{
	static const char *const shapes[] = { "dddd-dd-dd dd:dd:dd ", "Aaa ?d dd:dd:dd " };
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(shapes[i]);
		bool fits = line.n >= n;
		for (size_t k = 0; fits && k < n; k++) {
			char s = shapes[i][k];
			char c = line.p[k];
			fits = s == 'd'               ? char_is_digit(c)
			       : s == 'A' || s == 'a' ? char_is_alpha(c)
			       : s == '?'             ? c == ' ' || char_is_digit(c)
						      : s == c;
		}
		if (fits)
			return true;
	}
	return false;
}

/* Of "2026-…"; other lines have none. */
static int64_t
toy_time(struct str line, const struct parse_context *c)
{
	struct civil t = { 0 };
	int *const fields[] = { &t.year, &t.month, &t.day, &t.hour, &t.minute, &t.second };
	size_t at = 0;
	(void)c;
	if (!begins_record(line) || !char_is_digit(line.p[0]))
		return TIME_NONE;
	for (size_t i = 0; i < 6; i++, at++)
		for (; char_is_digit(line.p[at]); at++)
			*fields[i] = *fields[i] * 10 + (line.p[at] - '0');
	return civil_to_us(&t);
}

static enum line_class
toy_parse(struct str text, const struct parse_context *c, struct fragment *out,
	  struct arena *scratch)
{
	(void)c;
	(void)scratch;
	*out = (struct fragment){ .kind = FRAGMENT_NOTE, .time_us = toy_time(text, NULL) };
	struct str first = str_slice(text, 0, str_find_char(text, '\n', 0));
	if (!begins_record(first) || str_find(first, STR("odd"), 0) != STR_NPOS)
		return LINE_UNKNOWN;
	return str_find(first, STR("idle"), 0) != STR_NPOS ? LINE_IGNORED : LINE_UNDERSTOOD;
}

static struct record_reader *
toy_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));
	strbuf_init(&r->text, STRBUF_NO_MAX);
	last_near_us = c->near_us;
	return r;
}

static int
toy_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	if (r->n == 0)
		return 0;
	struct record record = { .text = strbuf_str(&r->text), .lines = r->lines, .n_lines = r->n };
	record.class = toy_parse(record.text, NULL, &record.fragment, NULL);
	return visit(arg, &record, e);
}

static int
toy_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit, void *arg,
	 struct err *e)
{
	if (begins_record(line)) {
		if (toy_finish(r, visit, arg, e) < 0)
			return -1;
		r->n = 0;
		strbuf_clear(&r->text);
	}
	r->lines = mem_grow(r->lines, &r->cap, r->n + 1, sizeof(*r->lines));
	r->lines[r->n++] = ref;
	if (r->n > 1)
		strbuf_add_char(&r->text, '\n');
	strbuf_add(&r->text, line);
	return 0;
}

static size_t
toy_pending(const struct record_reader *r, const line_ref **lines)
{
	*lines = r->lines;
	return r->n;
}

static void
toy_free(struct record_reader *r)
{
	free(r->lines);
	strbuf_release(&r->text);
	free(r);
}

#define TOY_READER                                                                                 \
	.parse = toy_parse, .line_time = toy_time, .reader_new = toy_new, .reader_feed = toy_feed, \
	.reader_finish = toy_finish, .reader_pending = toy_pending, .reader_free = toy_free

const struct log_format toy_format = { .name = "toy", .title = "Toy", TOY_READER };
static const struct log_format scanner_format = {
	.name = "toy scanner", .title = "Toy scanner", .is_scanner = true, TOY_READER
};

static int
toy_detect(struct str line)
{
	return begins_record(line) ? 100 : 0;
}

static const struct importer_sample samples[] = { { .line = NULL } };
static const struct importer toy_importer = { &toy_format, toy_detect, samples };
static const struct importer scanner_importer = { &scanner_format, toy_detect, samples };
const struct importer *const importers[] = { &toy_importer, &scanner_importer, NULL };

const struct log_format *
importer_format(struct str name)
{
	for (const struct importer *const *i = importers; *i; i++)
		if (str_eq(name, str_from((*i)->format->name)))
			return (*i)->format;
	return NULL;
}

const struct importer *
importer_detect(const struct str *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (toy_detect(lines[i]) > 0)
			return str_find(lines[i], STR("scanned"), 0) == STR_NPOS
				       ? &toy_importer
				       : &scanner_importer;
	return NULL;
}
