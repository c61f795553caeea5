/* SPDX-License-Identifier: MIT */
/*
 * writer_jobs: what an import hands from thread to thread (db/pipeline.h).
 *
 * The caller's thread owns sources, gateways, counters, open blocks and the assembler. The emit
 * stage owns group builders, tokens, keys and the emitter. The store stage owns the connection, the
 * packer and the caches. writer_settle makes all of it the caller's. The caller hands on to the emit
 * stage only, so that the store stage gets everything in order. A small import never starts the
 * threads: its jobs run where they are handed on.
 */
#include "db/writer.h"

#include <stdlib.h>

enum { THREADS_FROM_BATCHES = 2 };

int
writer_hand_on(struct writer *w, enum pipeline_stage stage, pipeline_job *run, void *arg,
	       struct err *e)
{
	if (!w->pipeline)
		return run(w, arg, false, e);
	return pipeline_push(w->pipeline, stage, run, arg, e);
}

struct forward_job {
	pipeline_job *run;
	void *arg;
};

static int
run_forward(void *owner, void *arg, bool skip, struct err *e)
{
	struct forward_job job = *(struct forward_job *)arg;

	free(arg);
	return skip ? job.run(owner, job.arg, true, e)
		    : writer_hand_on(owner, PIPE_STORE, job.run, job.arg, e);
}

int
writer_forward(struct writer *w, pipeline_job *run, void *arg, struct err *e)
{
	struct forward_job *job = xmalloc(sizeof(*job));

	*job = (struct forward_job){ run, arg };
	return writer_hand_on(w, PIPE_EMIT, run_forward, job, e);
}

/* --- clusters: caller → emit stage ---------------------------------------------------------- */

static int
run_batch(void *owner, void *arg, bool skip, struct err *e)
{
	struct writer *w = owner;
	struct emit_batch *batch = arg;
	int rc = 0;

	for (size_t i = 0; i < batch->n && rc == 0 && !skip; i++)
		if (batch->clusters[i]->dirty)
			rc = emitter_run(&w->emitter, batch->clusters[i], e);
	batch->next = atomic_load(&w->returned);
	while (!atomic_compare_exchange_weak(&w->returned, &batch->next, batch))
		;
	return rc;
}

/* Gives the clusters of batches that are done back to the assembler, oldest first; keeps a batch for reuse. */
static void
take_returned(struct writer *w)
{
	struct emit_batch *newest = atomic_exchange(&w->returned, NULL), *batch = NULL;

	for (struct emit_batch *next; newest; newest = next) {
		next = newest->next;
		newest->next = batch;
		batch = newest;
	}
	for (struct emit_batch *next; batch; batch = next) {
		next = batch->next;
		for (size_t i = 0; i < batch->n; i++)
			assembler_give_back(w->assembler, batch->clusters[i]);
		batch->n = 0;
		if (w->batch)
			free(batch);
		else
			w->batch = batch;
	}
}

int
writer_clusters_hand_on(struct writer *w, struct err *e)
{
	struct emit_batch *batch = w->batch;

	if (!batch || batch->n == 0)
		return 0;
	w->batch = NULL;
	if (!w->pipeline && ++w->batches >= THREADS_FROM_BATCHES)
		w->pipeline = pipeline_start(w);
	if (writer_hand_on(w, PIPE_EMIT, run_batch, batch, e) < 0)
		return -1; /* what came back is released when the threads are gone */
	take_returned(w);
	return 0;
}

int
writer_take_cluster(struct writer *w, struct cluster *c, struct err *e)
{
	if (!w->batch)
		w->batch = xcalloc(1, sizeof(*w->batch));
	w->batch->clusters[w->batch->n++] = c;
	return w->batch->n == EMIT_BATCH ? writer_clusters_hand_on(w, e) : 0;
}

/* --- packed things: → store stage ----------------------------------------------------------- */

void
writer_note_packed(struct writer *w, enum packed_kind kind, uint64_t id, uint64_t bytes,
		   bool may_grow)
{
	uint64_t key = id << 1 | (uint64_t)kind;
	const uint64_t *before = u64_table_get(&w->packed_bytes, key);

	w->st->counter[COUNTER_PACKED_BYTES] += bytes - (before ? *before : 0);
	if (may_grow)
		u64_table_put(&w->packed_bytes, key, bytes);
	else if (before)
		u64_table_del(&w->packed_bytes, key);
}

struct group_job {
	uint64_t id, n;
	int64_t tmin, tmax, tend;
	bool may_grow;
	struct strbuf raw;
};

static int
store_group(struct writer *w, const struct group_job *g, struct err *e)
{
	zblock_pack(w->group_packer, strbuf_str(&g->raw), &w->packed);
	if (sql_run(&w->st->q, STMT_GROUP_SET, e, "uuiiib", g->id, g->n, g->tmin, g->tmax, g->tend,
		    strbuf_str(&w->packed)) < 0)
		return -1;
	writer_note_packed(w, PACKED_GROUP, g->id, w->packed.n, g->may_grow);
	return 0;
}

static int
run_group(void *owner, void *arg, bool skip, struct err *e)
{
	struct group_job *g = arg;
	int rc = skip ? 0 : store_group(owner, g, e);

	strbuf_release(&g->raw);
	free(g);
	return rc;
}

int
writer_store_group(struct writer *w, struct group_builder *b, bool may_grow, struct err *e)
{
	struct group_job *g;

	if (!b->dirty)
		return 0;
	g = xcalloc(1, sizeof(*g));
	*g = (struct group_job){ b->id, b->n, b->tmin, b->tmax, b->tend, may_grow, { 0 } };
	strbuf_init(&g->raw, STRBUF_NO_MAX);
	group_join(b, &g->raw);
	b->dirty = false;
	return writer_hand_on(w, PIPE_STORE, run_group, g, e);
}

static int
run_tokens(void *owner, void *arg, bool skip, struct err *e)
{
	struct writer *w = owner;
	struct token_list *t = arg;
	int rc = skip ? 0 : run_write(w->st, t, e);

	token_list_release(t);
	free(t);
	return rc;
}

int
writer_tokens_store(struct writer *w, struct err *e)
{
	struct token_list *t;

	if (w->tokens.n == 0)
		return 0;
	t = xmalloc(sizeof(*t));
	*t = w->tokens;
	w->tokens = (struct token_list){ 0 };
	u64_table_clear(&w->keys);
	w->n_nodes = w->n_indexed = 0;
	return writer_hand_on(w, PIPE_STORE, run_tokens, t, e);
}

struct block_job {
	struct block block; /* without its text */
	uint64_t raw_bytes;
	struct strbuf packed;
	bool may_grow;
};

static int
store_block(struct writer *w, const struct block_job *job, struct err *e)
{
	const struct block *b = &job->block;

	writer_note_packed(w, PACKED_BLOCK, b->id, job->packed.n, job->may_grow);
	return sql_run(&w->st->q, STMT_BLOCK_SET, e, "uuuuiiuub", b->id, (uint64_t)b->source,
		       b->pos, b->line0, b->t0, b->t1, (uint64_t)b->n_lines, job->raw_bytes,
		       strbuf_str(&job->packed));
}

static int
run_block(void *owner, void *arg, bool skip, struct err *e)
{
	struct block_job *job = arg;
	int rc = skip ? 0 : store_block(owner, job, e);

	strbuf_release(&job->packed);
	free(job);
	return rc;
}

/* The caller has time to pack its text: the emit stage takes longer. */
static int
hand_on_packed(struct writer *w, struct block *b, bool may_grow, struct err *e)
{
	struct block_job *job = xmalloc(sizeof(*job));

	*job = (struct block_job){ .block = *b, .raw_bytes = b->raw.n, .may_grow = may_grow };
	job->block.raw = (struct strbuf){ 0 };
	job->block.starts = NULL;
	strbuf_init(&job->packed, STRBUF_NO_MAX);
	zblock_pack(w->packer, strbuf_str(&b->raw), &w->raw);
	strbuf_add(&job->packed, strbuf_str(&w->raw));
	b->dirty = false;
	return writer_forward(w, run_block, job, e);
}

int
writer_block_hand_on(struct writer *w, struct block *b, struct err *e)
{
	if (b->dirty && hand_on_packed(w, b, false, e) < 0)
		return -1;
	b->id = 0;
	return 0;
}

int
writer_block_store(struct writer *w, struct block *b, struct err *e)
{
	return b->dirty ? hand_on_packed(w, b, true, e) : 0;
}

/* --- rows of the emit stage ------------------------------------------------------------------- */

int
writer_supersede(struct writer *w, uint32_t gateway, const struct stored_session *old,
		 struct session_ref now, struct err *e)
{
	(void)e;
	writer_note_session(w, gateway, old->first_line, TIME_NONE, -1);
	sql_note(&w->emit_rows, STMT_LATER_SET, "uu", old->ref.number, now.number);
	return 0;
}

static int
run_noted(void *owner, void *arg, bool skip, struct err *e)
{
	struct writer *w = owner;
	struct sql_list *list = arg;
	int rc = skip ? 0 : sql_run_noted(&w->st->q, list, e);

	sql_list_release(list);
	free(list);
	return rc;
}

int
writer_emit_rows_store(struct writer *w, struct err *e)
{
	struct sql_list *list;

	writer_replies_note(w, &w->emit_rows);
	if (!w->emit_rows.first)
		return 0;
	list = xmalloc(sizeof(*list));
	*list = w->emit_rows;
	w->emit_rows = (struct sql_list){ 0 };
	return writer_hand_on(w, PIPE_STORE, run_noted, list, e);
}

/* In the emit stage. */
static int
run_emit_rows(void *owner, void *arg, bool skip, struct err *e)
{
	(void)arg;
	return skip ? 0 : writer_emit_rows_store(owner, e);
}

/* --- counts --------------------------------------------------------------------------------- */

void
writer_note_session(struct writer *w, uint32_t gateway, line_ref first_line, int64_t end_us,
		    int64_t by)
{
	struct session_counts *l = &w->counts;
	uint64_t block = first_line >> BLOCK_LINE_BITS;
	struct session_count *last = l->n > 0 ? &l->list[l->n - 1] : NULL;

	if (!last || last->block != block || last->gateway != gateway) {
		l->list = mem_grow(l->list, &l->cap, l->n + 1, sizeof(*l->list));
		last = &l->list[l->n++];
		*last = (struct session_count){ .block = block,
						.gateway = gateway,
						.until_us = TIME_NONE };
	}
	last->by += by;
	if (end_us > last->until_us)
		last->until_us = end_us;
}

/* --- everything to the caller --------------------------------------------------------------- */

int
writer_settle(struct writer *w, struct err *e)
{
	if (w->failed)
		return err_set(e, w->failure.code, "%s", w->failure.text);
	/* Who recalls a session must see that it was superseded. */
	if (writer_clusters_hand_on(w, e) < 0 ||
	    writer_hand_on(w, PIPE_EMIT, run_emit_rows, NULL, e) < 0 ||
	    (w->pipeline && pipeline_drain(w->pipeline, e) < 0))
		return writer_fail(w, e);
	take_returned(w);
	if (!w->counted)
		return 0;
	w->counted = false;
	return session_counts_reload(w->st, e);
}

int
writer_own(struct writer *w, struct err *e)
{
	return writer_begin(w, e) < 0 ? -1 : writer_settle(w, e);
}

void
writer_jobs_stop(struct writer *w)
{
	pipeline_stop(w->pipeline);
	w->pipeline = NULL;
}

void
writer_jobs_release(struct writer *w)
{
	writer_jobs_stop(w);
	take_returned(w);
	if (w->batch)
		for (size_t i = 0; i < w->batch->n; i++)
			assembler_give_back(w->assembler, w->batch->clusters[i]);
	free(w->batch);
	free(w->counts.list);
}
