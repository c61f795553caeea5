/* SPDX-License-Identifier: MIT */
/*
 * journal: physical lines to records. A record's text is the line that syslog would have written,
 * or Exim's own form of it: either is read again alone, without the journal around it.
 *
 * In an export a value that is no plain text stands behind its key and a length, and may hold line
 * ends: lines are then bytes, and what looks like a field in them is none. A CR at the end of such
 * a line is lost before it comes here (READER_LINE_BYTES); the entry's end may then be missed, and
 * what follows up to the next blank line is of an unknown entry.
 */
#include "importers/journal.h"

#include <stdlib.h>

#include "importers/exim.h"
#include "importers/exim_line.h"
#include "importers/journal_entry.h"
#include "importers/maillog.h"
#include "importers/syslog.h"
#include "importers/take.h"

#define ENTRY_LINES_MAX (1u << 16)
#define VALUE_BYTES_MAX (UINT64_C(64) << 20)
#define LENGTH_BYTES    8

/* Lines of an entry of several that Exim's reader holds back, known there by the first. */
struct held_entry {
	line_ref *lines;
	size_t n;
};

struct record_reader {
	struct parse_context context;
	struct arena scratch;
	struct journal_entry entry;
	struct strbuf text;
	struct record_reader *exim; /* made when it is needed */

	/* The entry of an export that is being gathered. */
	line_ref *lines;
	size_t n_lines, cap_lines;
	bool is_open, visited, is_spoiled;
	bool in_value;
	size_t length_bytes;   /* of the length, that were read */
	uint64_t left;         /* of the value; counts the length itself until it is read */
	struct strbuf *wanted; /* where the value goes; NULL: nowhere */

	struct held_entry *held;
	size_t n_held, cap_held;
	line_ref *expanded; /* lines of a record of Exim's reader; pending ones */
	size_t cap_expanded;
	bool finishing;
};

/* Where records go. */
struct target {
	struct record_reader *r;
	record_visit *visit;
	void *arg;
};

/* --- texts ------------------------------------------------------------------------------------ */

static bool
is_exim(struct str tag)
{
	struct syslog_line s = { .tag = tag };

	return syslog_tag_is_exim(&s);
}

/* A physical line, as the zone of a log is looked for. */
static enum line_class
parse_json(struct str text, const struct parse_context *c, struct fragment *out,
	   struct arena *scratch)
{
	struct journal_entry e;
	struct str inside;
	enum line_class class = LINE_UNKNOWN;

	*out = (struct fragment){ .time_us = TIME_NONE };
	journal_entry_init(&e);
	if (journal_json(text, &e) && is_exim(journal_entry_tag(&e))) {
		inside = arena_str(scratch, strbuf_str(&e.fields[JOURNAL_MESSAGE]));
		class = exim_format.parse(inside, c, out, scratch);
	}
	journal_entry_release(&e);
	return class;
}

static enum line_class
journal_parse(struct str text, const struct parse_context *c, struct fragment *out,
	      struct arena *scratch)
{
	if (text.n > 0 && text.p[0] == '{')
		return parse_json(text, c, out, scratch);
	if (exim_has_stamp(text))
		return exim_format.parse(text, c, out, scratch);
	return maillog_parse(text, c, out, scratch);
}

/* --- Exim ------------------------------------------------------------------------------------- */

static const struct held_entry *
held_of(const struct record_reader *r, line_ref first)
{
	for (size_t i = 0; i < r->n_held; i++)
		if (r->held[i].lines[0] == first)
			return &r->held[i];
	return NULL;
}

static void
add_expanded(struct record_reader *r, size_t *n, const line_ref *lines, size_t n_lines)
{
	r->expanded = mem_grow(r->expanded, &r->cap_expanded, *n + n_lines, sizeof(*r->expanded));
	memcpy(r->expanded + *n, lines, n_lines * sizeof(*lines));
	*n += n_lines;
}

/* The lines that stand behind those that Exim's reader knows, in r->expanded. */
static size_t
expand(struct record_reader *r, const line_ref *lines, size_t n_lines)
{
	size_t n = 0;

	for (size_t i = 0; i < n_lines; i++) {
		const struct held_entry *held = held_of(r, lines[i]);

		if (held)
			add_expanded(r, &n, held->lines, held->n);
		else
			add_expanded(r, &n, &lines[i], 1);
	}
	return n;
}

static void
forget_held(struct record_reader *r, const line_ref *lines, size_t n_lines)
{
	for (size_t i = 0; i < n_lines; i++)
		for (size_t k = 0; k < r->n_held; k++)
			if (r->held[k].lines[0] == lines[i]) {
				free(r->held[k].lines);
				r->held[k--] = r->held[--r->n_held];
			}
}

static int
visit_exim(void *arg, const struct record *record, struct err *e)
{
	struct target *t = arg;
	struct record whole = *record;

	if (t->r->n_held == 0)
		return t->visit(t->arg, record, e);
	whole.n_lines = expand(t->r, record->lines, record->n_lines);
	whole.lines = t->r->expanded;
	/* What is visited at the end may still grow. */
	if (!t->r->finishing)
		forget_held(t->r, record->lines, record->n_lines);
	return t->visit(t->arg, &whole, e);
}

static int
feed_exim(struct record_reader *r, const line_ref *lines, size_t n, struct target *t, struct err *e)
{
	if (!r->exim)
		r->exim = exim_format.reader_new(&r->context);
	if (n > 1) {
		struct held_entry held = { xcalloc(n, sizeof(*lines)), n };

		memcpy(held.lines, lines, n * sizeof(*lines));
		r->held = mem_grow(r->held, &r->cap_held, r->n_held + 1, sizeof(*r->held));
		r->held[r->n_held++] = held;
	}
	return exim_format.reader_feed(r->exim, strbuf_str(&r->text), lines[0], visit_exim, t, e);
}

/* --- entries ---------------------------------------------------------------------------------- */

static int
visit_class(struct str text, const line_ref *lines, size_t n, enum line_class class,
	    struct target *t, struct err *e)
{
	struct record record = { .text = text, .lines = lines, .n_lines = n, .class = class };

	record.fragment.time_us = TIME_NONE;
	return t->visit(t->arg, &record, e);
}

static int
visit_entry(struct record_reader *r, const line_ref *lines, size_t n, struct target *t,
	    struct err *e)
{
	struct str tag = journal_entry_tag(&r->entry);
	struct record record = { .lines = lines, .n_lines = n };
	bool exim = is_exim(tag);

	if (!exim && !maillog_knows(tag))
		return visit_class(strbuf_str(&r->entry.fields[JOURNAL_MESSAGE]), lines, n,
				   LINE_IGNORED, t, e);
	if (!journal_entry_line(&r->entry, &r->text))
		return visit_class(strbuf_str(&r->entry.fields[JOURNAL_MESSAGE]), lines, n,
				   LINE_UNKNOWN, t, e);
	if (exim)
		return feed_exim(r, lines, n, t, e);
	record.text = strbuf_str(&r->text);
	arena_reset(&r->scratch);
	record.class = maillog_parse(record.text, &r->context, &record.fragment, &r->scratch);
	return t->visit(t->arg, &record, e);
}

/* --- export ----------------------------------------------------------------------------------- */

bool
journal_begins_export(struct str line)
{
	return str_starts(line, STR("__CURSOR=")) || str_starts(line, STR("__REALTIME_TIMESTAMP="));
}

static void
open_entry(struct record_reader *r)
{
	journal_entry_clear(&r->entry);
	r->n_lines = 0;
	r->is_open = true;
	r->visited = r->is_spoiled = r->in_value = false;
}

static int
visit_open(struct record_reader *r, struct target *t, struct err *e)
{
	if (!r->is_open || r->visited)
		return 0;
	r->visited = true;
	if (r->is_spoiled || r->in_value)
		return visit_class(strbuf_str(&r->entry.fields[JOURNAL_MESSAGE]), r->lines,
				   r->n_lines, LINE_UNKNOWN, t, e);
	return visit_entry(r, r->lines, r->n_lines, t, e);
}

static int
close_entry(struct record_reader *r, struct target *t, struct err *e)
{
	int result = visit_open(r, t, e);

	r->is_open = false;
	return result;
}

static bool
is_key(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '_' && !char_is_digit(s.p[i]) && !(s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return s.n > 0 && s.n <= 64;
}

/* Eight bytes, the least first. */
static void
take_length(struct record_reader *r, unsigned char byte)
{
	r->left |= (uint64_t)byte << (8 * r->length_bytes);
	if (++r->length_bytes == LENGTH_BYTES && r->left > VALUE_BYTES_MAX) {
		r->is_spoiled = true;
		r->in_value = false;
	}
}

/* A piece of a value: the line's bytes and the line end behind them. */
static void
feed_value(struct record_reader *r, struct str line)
{
	while (line.n > 0 && r->in_value && r->length_bytes < LENGTH_BYTES) {
		take_length(r, (unsigned char)line.p[0]);
		line = str_skip(line, 1);
	}
	if (!r->in_value)
		return;
	if (r->length_bytes < LENGTH_BYTES) {
		take_length(r, '\n'); /* of 10 bytes, or thereabouts */
		return;
	}
	if (line.n > r->left) {
		r->is_spoiled = true; /* its end was missed */
		r->in_value = false;
		return;
	}
	r->left -= line.n;
	if (r->wanted)
		strbuf_add(r->wanted, line);
	if (r->left == 0) {
		r->in_value = false; /* the line end behind it is no part of it */
		return;
	}
	r->left--;
	if (r->wanted)
		strbuf_add_char(r->wanted, '\n');
}

static void
feed_field(struct record_reader *r, struct str line)
{
	struct str value = line, key = take_until(&value, '=');
	struct strbuf *wanted;

	if (!is_key(key)) {
		r->is_spoiled = true;
		return;
	}
	wanted = journal_entry_take(&r->entry, journal_field_of(key));
	if (take_char(&value, '=')) {
		if (wanted)
			strbuf_add(wanted, value);
		return;
	}
	r->in_value = true;
	r->length_bytes = 0;
	r->left = 0;
	r->wanted = wanted;
}

static int
feed_export(struct record_reader *r, struct str line, line_ref ref, struct target *t, struct err *e)
{
	bool ends = !r->in_value && line.n == 0;

	if (r->is_open && !r->in_value && str_starts(line, STR("__CURSOR=")) &&
	    close_entry(r, t, e) != 0)
		return -1;
	if (!r->is_open)
		open_entry(r);
	r->visited = false;
	r->lines = mem_grow(r->lines, &r->cap_lines, r->n_lines + 1, sizeof(*r->lines));
	r->lines[r->n_lines++] = ref;
	if (r->in_value)
		feed_value(r, line);
	else if (line.n > 0)
		feed_field(r, line);
	if (r->n_lines == ENTRY_LINES_MAX)
		r->is_spoiled = ends = true;
	return ends ? close_entry(r, t, e) : 0;
}

/* --- interface -------------------------------------------------------------------------------- */

static struct record_reader *
reader_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	arena_init(&r->scratch);
	journal_entry_init(&r->entry);
	strbuf_init(&r->text, JOURNAL_MESSAGE_MAX + 4 * JOURNAL_FIELD_MAX);
	return r;
}

static int
reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit, void *arg,
	    struct err *e)
{
	struct target t = { r, visit, arg };

	if (r->is_open || journal_begins_export(line))
		return feed_export(r, line, ref, &t, e);
	if (line.n == 0)
		return visit_class(line, &ref, 1, LINE_IGNORED, &t, e);
	journal_entry_clear(&r->entry);
	if (!journal_json(line, &r->entry))
		return visit_class(line, &ref, 1, LINE_UNKNOWN, &t, e);
	return visit_entry(r, &ref, 1, &t, e);
}

static int
reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	struct target t = { r, visit, arg };
	int result;

	r->finishing = true;
	result = visit_open(r, &t, e);
	if (result == 0 && r->exim)
		result = exim_format.reader_finish(r->exim, visit_exim, &t, e);
	r->finishing = false;
	return result;
}

static int
compare_refs(const void *a, const void *b)
{
	line_ref x = *(const line_ref *)a, y = *(const line_ref *)b;

	return (x > y) - (x < y);
}

static size_t
reader_pending(const struct record_reader *reader, const line_ref **lines)
{
	struct record_reader *r = (struct record_reader *)(uintptr_t)reader; /* its list only */
	const line_ref *held = NULL;
	size_t n_held = r->exim ? exim_format.reader_pending(r->exim, &held) : 0, n;

	n = expand(r, held, n_held);
	if (r->is_open)
		add_expanded(r, &n, r->lines, r->n_lines);
	if (n > 1)
		qsort(r->expanded, n, sizeof(*r->expanded), compare_refs);
	*lines = r->expanded;
	return n;
}

static void
reader_free(struct record_reader *r)
{
	if (!r)
		return;
	exim_format.reader_free(r->exim);
	for (size_t i = 0; i < r->n_held; i++)
		free(r->held[i].lines);
	free(r->held);
	free(r->lines);
	free(r->expanded);
	strbuf_release(&r->text);
	journal_entry_release(&r->entry);
	arena_release(&r->scratch);
	free(r);
}

bool
journal_host(struct str line, struct str *host)
{
	if (line.n > 0 && line.p[0] == '{') {
		if (!journal_json_find(line, STR("\"_HOSTNAME\""), host))
			return false;
	} else if (take(&line, STR("_HOSTNAME="))) {
		*host = line;
	} else {
		return false;
	}
	return journal_is_host(*host);
}

static int64_t
journal_line_time(struct str line, const struct parse_context *c)
{
	uint64_t us;

	(void)c;
	if (line.n > 0 && line.p[0] == '{') {
		if (!journal_json_find(line, STR("\"__REALTIME_TIMESTAMP\""), &line))
			return TIME_NONE;
	} else if (!take(&line, STR("__REALTIME_TIMESTAMP="))) {
		return TIME_NONE;
	}
	return str_to_u64(line, &us) && us < INT64_MAX ? (int64_t)us : TIME_NONE;
}

static int
journal_detect(struct str line)
{
	if (journal_line_time(line, NULL) != TIME_NONE)
		return 97;
	return str_starts(line, STR("__CURSOR=s=")) ? 97 : 0;
}

static const struct log_format journal_format = {
	.name = "journal",
	.title = "systemd journal",
	.parse = journal_parse,
	.line_time = journal_line_time,
	.reader_new = reader_new,
	.reader_feed = reader_feed,
	.reader_finish = reader_finish,
	.reader_pending = reader_pending,
	.reader_free = reader_free,
};

const struct importer journal_importer = {
	.format = &journal_format,
	.detect = journal_detect,
	.samples = journal_samples,
};
