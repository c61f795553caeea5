/* SPDX-License-Identifier: MIT */
/*
 * ingest_lines: the loop itself: line -> sink and reader, record -> sink and counts, marks.
 *
 * Each line is counted once, with the class of the record it came out in. Lines of an earlier run
 * that the reader gets again (their record may grow) are told by their reference and not counted.
 */
#include <stdlib.h>

#include "importers/ingest_local.h"

/* Lines of other hosts than the source's gateway are remembered until their record is out. */
static void
note_host(struct intake *in, struct str line, line_ref ref)
{
	struct str host = line_host(line);
	size_t i = 0;
	if (host.n == 0 || str_eq(host, in->info.gateway))
		return;
	while (i < in->n_hosts && !str_eq(host, in->hosts[i]))
		i++;
	if (i == in->n_hosts) {
		in->hosts = mem_grow(in->hosts, &in->cap_hosts, i + 1, sizeof(*in->hosts));
		in->hosts[in->n_hosts++] = arena_str(&in->arena, host);
	}
	u64_table_put(&in->host_of, ref, i);
}

static struct str
take_host(struct intake *in, const struct record *r)
{
	struct str host = STR("");
	for (size_t i = 0; i < r->n_lines && in->host_of.n > 0; i++) {
		const uint64_t *number = u64_table_get(&in->host_of, r->lines[i]);
		if (!number)
			continue;
		host = in->hosts[*number];
		u64_table_del(&in->host_of, r->lines[i]);
	}
	return host;
}

static bool
was_counted(const struct intake *in, line_ref ref)
{
	for (size_t i = 0; i < in->n_refed; i++)
		if (in->refed[i] == ref)
			return true;
	return false;
}

static uint64_t
uncounted_lines(const struct intake *in, const struct record *r)
{
	uint64_t n = r->n_lines;
	if (in->n_refed == 0 || r->n_lines == 0 || r->lines[0] > in->refed[in->n_refed - 1])
		return n;
	for (size_t i = 0; i < r->n_lines; i++)
		if (was_counted(in, r->lines[i]))
			n--;
	return n;
}

static int
take_record(void *arg, const struct record *r, struct err *e)
{
	struct intake *in = arg;
	struct sink *sink = in->run->sink;
	uint64_t n = uncounted_lines(in, r);
	if (r->class == LINE_UNDERSTOOD)
		in->report.understood += n;
	else if (r->class == LINE_IGNORED)
		in->report.ignored += n;
	else
		in->report.unknown += n;
	if (in->host_of.n == 0)
		return sink->ops->record(sink, r, e);
	struct record named = *r;
	named.gateway = take_host(in, r);
	return sink->ops->record(sink, &named, e);
}

static int
feed(struct intake *in, struct str raw, line_ref ref, struct err *e)
{
	struct str line = reader_line(raw);
	if (in->names_hosts)
		note_host(in, line, ref);
	return in->info.format->reader_feed(in->reader, line, ref, take_record, in, e);
}

static int
take_line(struct intake *in, struct str raw, struct err *e)
{
	struct sink *sink = in->run->sink;
	line_ref ref = 0;
	if (sink->ops->line(sink, raw, LINE_UNKNOWN, &ref, e) < 0)
		return -1;
	in->report.lines++;
	in->line_count++;
	return feed(in, raw, ref, e);
}

/* The year of the first line to be read, from the year of the source's first line. */
static int
set_resumed_year(struct intake *in, struct err *e)
{
	int64_t begin_us = in->info.context.near_us;
	struct str next;
	struct civil c;
	in->context = in->info.context;
	if (begin_us == TIME_NONE || in->lines.offset == 0)
		return 0;
	if (lines_peek(&in->lines, HEAD_PEEK_BYTES, &next, e) < 0)
		return -1;
	if (yearless_time(next, &c))
		in->context.near_us = year_moment_after(&c, begin_us, in->run->zone);
	return 0;
}

/* A reader holds a line's record back until the next line: the time is that of what comes next. */
static void
note_time(struct intake *in, struct str raw)
{
	int64_t time_us = in->info.format->line_time(reader_line(raw), &in->context);
	if (time_us != TIME_NONE)
		in->time_us = in->context.near_us = time_us;
}

int64_t
lines_first_time(struct intake *in)
{
	struct str text;
	in->time_us = TIME_NONE;
	if (set_resumed_year(in, NULL) < 0 ||
	    lines_peek(&in->lines, HEAD_PEEK_BYTES, &text, NULL) < 0)
		return TIME_NONE; /* its reading will tell why */
	while (text.n > 0 && in->time_us == TIME_NONE) {
		size_t stop = str_find_char(text, '\n', 0);
		if (stop == STR_NPOS)
			break;
		note_time(in, str_slice(text, 0, stop));
		text = str_skip(text, stop + 1);
	}
	return in->time_us;
}

enum intake_result
lines_begin(struct intake *in, struct err *e)
{
	struct source_book *book = in->run->book;
	struct arena scratch = { 0 };
	int rc = 0;
	if (set_resumed_year(in, &in->report.error) < 0)
		return INTAKE_FAILED;
	in->context.keys_only = true; /* sessions are made of the records read again */
	in->begin = in->lines.offset;
	in->reader = in->info.format->reader_new(&in->context);
	in->refed = in->info.pending; /* ascending, as the reader gave them */
	in->n_refed = in->info.n_pending;
	for (size_t i = 0; i < in->n_refed && rc == 0; i++) {
		struct str text = STR("");
		rc = book->ops->stored_line(book, in->refed[i], &scratch, &text, e);
		if (rc == 0)
			rc = feed(in, text, in->refed[i], e);
		arena_reset(&scratch);
	}
	arena_release(&scratch);
	if (rc == 0)
		lines_first_time(in);
	return rc < 0 ? INTAKE_ENDED : INTAKE_OK;
}

int
lines_take(struct intake *in, int64_t limit_us, uint64_t most, struct err *e)
{
	uint64_t from = in->lines.offset;
	struct str raw;
	do {
		enum lines_result got = lines_next(&in->lines, &raw, &in->report.error);
		if (got == LINES_HALF && !source_is_plain(in->source)) {
			lines_accept_half(&in->lines);
			return take_line(in, raw, e);
		}
		if (got == LINES_HALF)
			in->report.pending_bytes = lines_half_bytes(&in->lines);
		if (got != LINES_LINE)
			return 0;
		if (take_line(in, raw, e) < 0)
			return -1;
		if (limit_us != INT64_MAX)
			note_time(in, raw);
	} while (in->time_us <= limit_us && in->lines.offset - from < most);
	return 1;
}

/* Before its first line a log is known by what the book has. */
static void
move_mark(struct intake *in)
{
	if (in->lines.offset != in->begin)
		in->info.mark = mark_of(&in->lines, in->head, in->line_count);
}

int
lines_mark(struct intake *in, struct err *e)
{
	struct sink *sink = in->run->sink;
	const line_ref *pending = NULL;
	size_t n = in->info.format->reader_pending(in->reader, &pending);
	move_mark(in);
	return sink->ops->mark(sink, &in->info.mark, pending, n, e);
}

/* A packed file that was read to its end need not be unpacked again. */
static int
note_identity(struct intake *in, struct err *e)
{
	struct source_book *book = in->run->book;
	if (source_is_plain(in->source) || in->report.error.code != ERR_NONE ||
	    !str_eq(in->info.path, in->report.path))
		return 0;
	in->info.inode = source_identity(in->source);
	move_mark(in);
	return book->ops->update(book, in->number, &in->info, e);
}

enum intake_result
lines_end(struct intake *in, struct err *e)
{
	if (in->info.format->reader_finish(in->reader, take_record, in, e) < 0 ||
	    note_identity(in, e) < 0 || lines_mark(in, e) < 0)
		return INTAKE_ENDED;
	in->report.bytes = in->lines.offset - in->begin;
	in->report.dropped_bytes = in->lines.dropped_bytes;
	in->report.already_known = in->report.lines == 0 && in->info.mark.offset > 0;
	return in->report.error.code == ERR_NONE ? INTAKE_OK : INTAKE_FAILED;
}
