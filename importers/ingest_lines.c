/* SPDX-License-Identifier: MIT */
/*
 * ingest_lines: the loop itself: line -> sink and reader, record -> sink and counts, checkpoints.
 *
 * Each line is counted once, with the class of the record it came out in. Lines of an earlier run
 * that the reader gets again (their record may grow) are told by their reference and not counted.
 */
#include <stdlib.h>

#include "importers/ingest_local.h"

#define COMMIT_BYTES (UINT64_C(64) << 20)
#define TICK_BYTES (UINT64_C(1) << 20) /* between two looks at the hooks */

bool
run_is_cancelled(const struct run *r)
{
	return r->hooks && r->hooks->cancelled && r->hooks->cancelled(r->hooks->arg);
}

static void
report_progress(const struct intake *in)
{
	const struct ingest_hooks *h = in->run->hooks;
	if (h && h->progress)
		h->progress(h->arg, in->report.path, source_done_bytes(in->source),
		            source_size_bytes(in->source));
}

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

/* The year of what follows, from the year of the source's first line. */
static int
set_resumed_year(struct intake *in, struct parse_context *context, struct err *e)
{
	struct str next;
	struct civil c;
	if (in->info.context.near_us == TIME_NONE || in->lines.offset == 0)
		return 0;
	if (lines_peek(&in->lines, HEAD_PEEK_BYTES, &next, e) < 0)
		return -1;
	if (yearless_time(next, &c))
		context->near_us = year_moment_after(&c, in->info.context.near_us, in->run->zone);
	return 0;
}

enum intake_result
lines_begin(struct intake *in, struct err *e)
{
	struct source_book *book = in->run->book;
	struct parse_context context = in->info.context;
	struct arena scratch = { 0 };
	int rc = 0;
	if (set_resumed_year(in, &context, &in->report.error) < 0)
		return INTAKE_FAILED;
	context.keys_only = true; /* sessions are made of the records read again */
	in->reader = in->info.format->reader_new(&context);
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
	return rc < 0 ? INTAKE_ENDED : INTAKE_OK;
}

/* What was taken in so far holds, also if the process dies. */
static int
checkpoint(struct intake *in, struct err *e)
{
	struct sink *sink = in->run->sink;
	const line_ref *pending = NULL;
	size_t n = in->info.format->reader_pending(in->reader, &pending);
	struct source_mark m = mark_of(&in->lines, in->head, in->line_count);
	in->run->uncommitted_bytes = 0;
	in->info.mark = m;
	if (sink->ops->mark(sink, &m, pending, n, e) < 0)
		return -1;
	return sink->ops->commit(sink, e);
}

/* Rests between lines: hooks, commits, the wish to stop. */
static int
tick(struct intake *in, struct err *e)
{
	struct run *r = in->run;
	uint64_t limit = r->options->commit_bytes ? r->options->commit_bytes : COMMIT_BYTES;
	report_progress(in);
	if (run_is_cancelled(r))
		return checkpoint(in, e) < 0 ? -1 : err_set(e, ERR_CANCEL, "stopped");
	return r->uncommitted_bytes >= limit ? checkpoint(in, e) : 0;
}

/* To the end of the log, or to where it cannot be read further. */
static int
take_lines(struct intake *in, struct err *e)
{
	struct run *r = in->run;
	uint64_t limit = r->options->commit_bytes ? r->options->commit_bytes : COMMIT_BYTES;
	uint64_t step = limit < TICK_BYTES ? limit : TICK_BYTES;
	uint64_t from = in->lines.offset;
	uint64_t next_tick = from + step;
	struct str raw;
	enum lines_result got;
	while ((got = lines_next(&in->lines, &raw, &in->report.error)) == LINES_LINE) {
		if (take_line(in, raw, e) < 0)
			return -1;
		if (in->lines.offset < next_tick)
			continue;
		r->uncommitted_bytes += in->lines.offset - from;
		from = in->lines.offset;
		next_tick = from + step;
		if (tick(in, e) < 0)
			return -1;
	}
	r->uncommitted_bytes += in->lines.offset - from;
	if (got != LINES_HALF)
		return 0;
	if (source_is_plain(in->source)) {
		in->report.pending_bytes = lines_half_bytes(&in->lines);
		return 0;
	}
	lines_accept_half(&in->lines);
	return take_line(in, raw, e);
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
	in->info.mark = mark_of(&in->lines, in->head, in->line_count);
	return book->ops->update(book, in->number, &in->info, e);
}

enum intake_result
lines_take_all(struct intake *in, struct err *e)
{
	uint64_t from = in->lines.offset;
	if (take_lines(in, e) < 0 ||
	    in->info.format->reader_finish(in->reader, take_record, in, e) < 0 ||
	    note_identity(in, e) < 0 || checkpoint(in, e) < 0)
		return INTAKE_ENDED;
	report_progress(in);
	in->report.bytes = in->lines.offset - from;
	in->report.dropped_bytes = in->lines.dropped_bytes;
	return in->report.error.code == ERR_NONE ? INTAKE_OK : INTAKE_FAILED;
}
