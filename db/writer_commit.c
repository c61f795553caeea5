/* SPDX-License-Identifier: MIT */
/*
 * writer_commit: the end of a batch, while the caller reads on. It hands on copies of what may still
 * grow and notes the rows of sources and counters as they are now; the emit stage adds its open
 * groups, tokens and counts of sessions; the store stage makes it all one transaction.
 */
#include <stdlib.h>
#include <time.h>

#include "base/civil.h"
#include "db/writer.h"

static int64_t
now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static void
note_rows(struct writer *w, struct sql_list *rows)
{
	struct store *st = w->st;

	writer_counts_note(w, rows);
	for (size_t i = 0; i < st->sources_cap; i++) {
		struct source_row *row = st->sources[i];
		if (!row || !row->dirty)
			continue;
		row->imported_us = now_us();
		source_note(row, rows);
	}
	for (int i = 0; i < COUNTER_COUNT; i++)
		if (i != COUNTER_SESSIONS && i != COUNTER_PACKED_BYTES)
			counter_note(st, (enum counter_id)i, rows);
}

struct commit_job {
	struct sql_list rows;         /* from the caller */
	struct session_counts counts; /* from the emit stage */
};

static int
by_block_and_gateway(const void *a, const void *b)
{
	const struct session_count *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	return x->gateway < y->gateway ? -1 : x->gateway > y->gateway;
}

/* A session belongs to the source of its first line. */
static int
count_sessions(struct writer *w, struct session_counts *l, struct err *e)
{
	if (l->n > 1)
		qsort(l->list, l->n, sizeof(*l->list), by_block_and_gateway);
	for (size_t i = 0, end; i < l->n; i = end) {
		struct session_count c = l->list[i];
		for (end = i + 1; end < l->n && by_block_and_gateway(&c, &l->list[end]) == 0;
		     end++) {
			c.by += l->list[end].by;
			if (l->list[end].until_us > c.until_us)
				c.until_us = l->list[end].until_us;
		}
		uint64_t gateway = c.gateway;
		int rc = c.until_us == TIME_NONE
				 ? sql_run(&w->st->q, STMT_GATEWAY_COUNT, e, "uin", gateway, c.by)
				 : sql_run(&w->st->q, STMT_GATEWAY_COUNT, e, "uii", gateway, c.by,
					   c.until_us);
		if (rc < 0 || sql_run(&w->st->q, STMT_SOURCE_COUNT, e, "ui", c.block, c.by) < 0)
			return -1;
		w->st->counter[COUNTER_SESSIONS] += (uint64_t)c.by;
	}
	return 0;
}

/* In the store stage. */
static int
finish(struct writer *w, struct commit_job *job, struct err *e)
{
	struct sql *q = &w->st->q;

	if (!store_file_is_there(w->st))
		return err_set(e, ERR_DB,
			       "%s: was removed or replaced while it was written; run it again",
			       w->st->path);
	counter_note(w->st, COUNTER_PACKED_BYTES, &job->rows);
	if (runs_merge(w->st, e) < 0 || sql_run_noted(q, &job->rows, e) < 0 ||
	    count_sessions(w, &job->counts, e) < 0 || counter_save(w->st, COUNTER_SESSIONS, e) < 0)
		return -1;
	return sql_run(q, STMT_COMMIT, e, "");
}

static int
run_finish(void *owner, void *arg, bool skip, struct err *e)
{
	struct commit_job *job = arg;
	int rc = skip ? 0 : finish(owner, job, e);

	sql_list_release(&job->rows);
	free(job->counts.list);
	free(job);
	return rc;
}

/* In the emit stage. */
static int
run_emit_end(void *owner, void *arg, bool skip, struct err *e)
{
	struct writer *w = owner;
	struct commit_job *job = arg;

	if (!skip && (writer_groups_store(w, e) < 0 || writer_tokens_store(w, e) < 0 ||
		      writer_emit_rows_store(w, e) < 0))
		return run_finish(w, job, true, NULL), -1;
	job->counts = w->counts;
	w->counts = (struct session_counts){ 0 };
	return skip ? run_finish(w, job, true, NULL)
		    : writer_hand_on(w, PIPE_STORE, run_finish, job, e);
}

static int
hand_on_commit(struct writer *w, struct err *e)
{
	struct commit_job *job;

	if (assembler_flush(w->assembler, e) < 0 || writer_clusters_hand_on(w, e) < 0 ||
	    writer_blocks_store(w, e) < 0)
		return -1;
	job = xcalloc(1, sizeof(*job));
	note_rows(w, &job->rows);
	return writer_hand_on(w, PIPE_EMIT, run_emit_end, job, e);
}

int
writer_commit(struct writer *w, struct err *e)
{
	if (!w->in_transaction && !w->failed)
		return 0;
	if (writer_begin(w, e) < 0)
		return -1;
	if (hand_on_commit(w, e) < 0)
		return writer_fail(w, e);
	w->in_transaction = false;
	w->counted = true;
	w->st->own_commits++;
	return 0;
}

int
store_commit(struct store *st, struct err *e)
{
	struct err local = { 0 };

	if (!e)
		e = &local;
	if (!st->writer)
		return err_set(e, ERR_USAGE, "%s: opened for reading", st->path);
	return writer_commit(st->writer, e) < 0 ? -1 : writer_settle(st->writer, e);
}
