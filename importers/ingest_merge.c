/* SPDX-License-Identifier: MIT */
/*
 * ingest_merge: the logs that wait, read as one stream in the order of time, so that what belongs
 * together arrives together: the main and the reject log of a gateway, the end of one rotated log
 * and the begin of the next.
 *
 * Gateway by gateway: a log is opened when the others have come to its first line, and of those
 * that are open the one whose next record is oldest is read, until it is SLACK_US ahead of the
 * others. Logs whose times are not known are read first, by themselves. Order is a matter of speed
 * only: what arrives late finds its place all the same.
 */
#include <stdlib.h>

#include "importers/ingest_local.h"

#define SLACK_US     US_PER_SECOND
#define TURN_BYTES   (UINT64_C(64) << 10) /* when many lines have the same time */
#define TICK_BYTES   (UINT64_C(1) << 20)  /* of text between two looks at the hooks */
#define COMMIT_BYTES (UINT64_C(64) << 20)

/* The inputs of one gateway. */
struct merge {
	struct run *run;
	struct input **waiting; /* by time; from the first that waits */
	size_t n;
};

static uint64_t
commit_bytes(const struct run *r)
{
	return r->options->commit_bytes ? r->options->commit_bytes : COMMIT_BYTES;
}

static uint64_t
at_most(uint64_t n, uint64_t most)
{
	return n < most ? n : most;
}

bool
run_reads(const struct run *r, uint32_t number)
{
	for (size_t i = 0; i < r->n_open; i++)
		if (r->open[i]->number == number)
			return true;
	return false;
}

/* --- hooks and commits ------------------------------------------------------------------------ */

static void
report_progress(const struct run *r, struct str path)
{
	uint64_t done = r->read_bytes;
	if (!r->hooks || !r->hooks->progress)
		return;
	for (size_t i = 0; i < r->n_open; i++) {
		const struct input *input = r->open[i]->input;
		uint64_t at = source_done_bytes(r->open[i]->source);
		if (at > input->stored_from)
			done += at_most(at - input->stored_from, input->stored_bytes);
	}
	r->hooks->progress(r->hooks->arg, path, done, r->size_is_unknown ? 0 : r->stored_bytes);
}

int
merge_checkpoint(struct run *r, bool wait, struct err *e)
{
	struct sink *sink = r->sink;
	for (size_t i = 0; i < r->n_open; i++)
		if (sink->ops->source(sink, r->open[i]->number, e) < 0 ||
		    lines_mark(r->open[i], e) < 0)
			return -1;
	r->uncommitted_bytes = 0;
	return sink->ops->commit(sink, wait, e);
}

/* Rests between turns: hooks, commits, the wish to stop. */
static int
tick(struct run *r, struct str path, uint64_t bytes, struct err *e)
{
	r->unticked_bytes += bytes;
	r->uncommitted_bytes += bytes;
	if (r->unticked_bytes < at_most(commit_bytes(r), TICK_BYTES))
		return 0;
	r->unticked_bytes = 0;
	report_progress(r, path);
	if (run_is_cancelled(r))
		return merge_checkpoint(r, true, e) < 0 ? -1 : err_set(e, ERR_CANCEL, "stopped");
	return r->uncommitted_bytes >= commit_bytes(r) ? merge_checkpoint(r, false, e) : 0;
}

/* --- opening and closing ---------------------------------------------------------------------- */

static struct source *
open_again(const struct input *input, struct err *e)
{
	struct source *s = NULL;
	int rc = input->archive ? source_again(input->archive, &s, e)
				: source_open(input->entry->path, &s, e);
	for (unsigned i = 0; i < input->nth && rc >= 0; i++) {
		rc = source_next(s, e);
		if (rc == 0)
			rc = err_set(e, ERR_IO, "changed while it was read");
	}
	if (rc >= 0)
		return s;
	err_prefix(e, "%.*s", STR_ARG(input->report.path));
	source_close(s);
	return NULL;
}

void
input_settle(struct run *r, struct input *input, const struct ingest_report *report)
{
	struct str path = input->report.path;
	input->report = *report;
	input->report.path = path;
	input->report.gateway = arena_str(&r->arena, report->gateway);
	input->report.format = arena_str(&r->arena, report->format);
	input->is_settled = true;
	input->waits = false;
	r->read_bytes += input->stored_bytes;
}

void
input_close(struct input *input)
{
	struct source *s = input->intake ? input->intake->source : NULL;
	if (!input->intake)
		return;
	intake_free(input->intake);
	source_close(s);
	input->intake = NULL;
}

/* The same log under two names: the second will be compared when the first has been read. */
static void
put_back(struct input *input)
{
	input->waits_for_other = true;
	input->other = input->intake->number;
	if (!source_is_pipe(input->intake->source) || input->archive)
		input_close(input);
}

static int
open_input(struct run *r, struct input *input, struct err *e)
{
	struct ingest_report *report = &input->report;
	bool wanted = false;
	if (!input->intake) {
		struct source *s = open_again(input, &report->error);
		if (!s) {
			input_settle(r, input, report);
			return 0;
		}
		input->intake = intake_new(r, input, s);
	}
	enum intake_result rc = intake_examine(input->intake, &wanted, e);
	if (wanted && !input->intake->is_new && run_reads(r, input->intake->number)) {
		put_back(input);
		return 0;
	}
	if (wanted && rc == INTAKE_OK)
		rc = intake_begin(input->intake, e);
	if (rc == INTAKE_ENDED)
		return -1;
	input->waits = false;
	if (wanted && rc == INTAKE_OK) {
		r->open[r->n_open++] = input->intake;
		return 0;
	}
	input_settle(r, input, &input->intake->report);
	input_close(input);
	return 0;
}

static int
close_intake(struct run *r, struct intake *in, struct err *e)
{
	struct input *input = in->input;
	size_t i = 0;
	if (lines_end(in, e) == INTAKE_ENDED)
		return -1;
	while (r->open[i] != in)
		i++;
	r->open[i] = r->open[--r->n_open];
	input_settle(r, input, &in->report);
	input_close(input);
	report_progress(r, input->report.path);
	return 0;
}

/* --- whose turn it is ------------------------------------------------------------------------- */

static struct intake *
oldest_open(const struct run *r)
{
	struct intake *oldest = NULL;
	for (size_t i = 0; i < r->n_open; i++) {
		struct intake *in = r->open[i];
		if (!oldest || in->time_us < oldest->time_us ||
		    (in->time_us == oldest->time_us && in->turn < oldest->turn))
			oldest = in;
	}
	return oldest;
}

static struct input *
next_waiting(struct merge *m)
{
	for (; m->n > 0 && !m->waiting[0]->waits; m->n--)
		m->waiting++;
	for (size_t i = 0; i < m->n; i++) {
		struct input *input = m->waiting[i];
		if (input->waits && !(input->waits_for_other && run_reads(m->run, input->other)))
			return input;
	}
	return NULL;
}

static bool
is_due(const struct run *r, const struct input *input)
{
	if (r->n_open == 0)
		return true;
	int64_t now_us = oldest_open(r)->time_us;
	return r->n_open < OPEN_INTAKES && now_us != TIME_NONE && input->first_us != TIME_NONE &&
	       input->first_us <= now_us;
}

/* How far `in` may go before it is another's turn. */
static int64_t
limit_of(const struct run *r, const struct intake *in, const struct input *next)
{
	int64_t limit_us = INT64_MAX;
	if (next && next->first_us != TIME_NONE && r->n_open < OPEN_INTAKES)
		limit_us = next->first_us;
	for (size_t i = 0; i < r->n_open; i++)
		if (r->open[i] != in && r->open[i]->time_us < limit_us)
			limit_us = r->open[i]->time_us;
	if (limit_us == INT64_MAX || limit_us == TIME_NONE)
		return limit_us;
	return limit_us + SLACK_US;
}

static int
take_turn(struct run *r, struct intake *in, int64_t limit_us, struct err *e)
{
	uint64_t from = in->lines.offset;
	struct str path = in->input->report.path;
	if (r->sink->ops->source(r->sink, in->number, e) < 0)
		return -1;
	in->turn = ++r->turns;
	int more = lines_take(in, limit_us, at_most(commit_bytes(r), TURN_BYTES), e);
	uint64_t bytes = in->lines.offset - from;
	if (more < 0 || (more == 0 && close_intake(r, in, e) < 0))
		return -1;
	return tick(r, path, bytes, e);
}

static int
merge_group(struct merge *m, struct err *e)
{
	struct run *r = m->run;
	for (;;) {
		struct input *next = next_waiting(m);
		if (next && is_due(r, next)) {
			if (open_input(r, next, e) < 0)
				return -1;
			continue;
		}
		struct intake *in = oldest_open(r);
		if (!in)
			return 0;
		if (take_turn(r, in, limit_of(r, in, next), e) < 0)
			return -1;
	}
}

/* --- all -------------------------------------------------------------------------------------- */

static int
by_group_and_time(const void *a, const void *b)
{
	const struct input *x = *(const struct input *const *)a;
	const struct input *y = *(const struct input *const *)b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	if (x->first_us != y->first_us)
		return x->first_us < y->first_us ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

int
merge_inputs(struct run *r, struct err *e)
{
	struct input **waiting = xcalloc(r->n_inputs + 1, sizeof(struct input *));
	size_t n = 0;
	int rc = 0;
	for (size_t i = 0; i < r->n_inputs; i++)
		if (r->inputs[i]->waits)
			waiting[n++] = r->inputs[i];
	if (n > 1)
		qsort(waiting, n, sizeof(struct input *), by_group_and_time);
	for (size_t end, at = 0; at < n && rc == 0; at = end) {
		for (end = at; end < n && waiting[end]->group == waiting[at]->group;)
			end++;
		rc = merge_group(&(struct merge){ r, waiting + at, end - at }, e);
	}
	free(waiting);
	return rc;
}
