/* SPDX-License-Identifier: MIT */
/* writer: the sink that an import fills, and its transaction. */
#include "db/writer.h"

#include <stdlib.h>

#include "base/civil.h"

static struct writer *
writer_of(struct sink *s)
{
	return (struct writer *)s; /* sink is its first member */
}

/* --- the transaction ------------------------------------------------------------------------ */

static int
run_begin(void *owner, void *arg, bool skip, struct err *e)
{
	struct writer *w = owner;

	(void)arg;
	return skip ? 0 : sql_run(&w->st->q, STMT_BEGIN_WRITE, e, "");
}

int
writer_begin(struct writer *w, struct err *e)
{
	if (w->failed)
		return err_set(e, w->failure.code, "%s", w->failure.text);
	if (w->in_transaction)
		return 0;
	if (writer_forward(w, run_begin, NULL, e) < 0)
		return writer_fail(w, e);
	w->in_transaction = true;
	return 0;
}

int
writer_fail(struct writer *w, const struct err *e)
{
	if (w->failed)
		return -1;
	writer_jobs_stop(w);
	w->failed = true;
	if (e)
		w->failure = *e;
	else
		err_set(&w->failure, ERR_DB, "%s: an earlier write failed", w->st->path);
	/* SQLite may have rolled back by itself. */
	sqlite3_exec(w->st->q.db, "ROLLBACK", NULL, NULL, NULL);
	w->in_transaction = false;
	for (size_t i = 0; i < OPEN_BLOCKS; i++)
		w->st->open_blocks[i].id = 0;
	w->st->n_builders = 0;
	index_drop_caches(w->st);
	w->source = NULL;
	w->block = NULL;
	return -1;
}

/* --- the sink ------------------------------------------------------------------------------- */

static int
sink_source(struct sink *s, uint32_t number, struct err *e)
{
	struct writer *w = writer_of(s);
	struct source_row *row;

	if (writer_begin(w, e) < 0)
		return -1;
	if (w->source && w->source->number == number)
		return 0;
	bool loaded = number < w->st->sources_cap && w->st->sources[number];
	if (!loaded && writer_own(w, e) < 0)
		return writer_fail(w, e);
	if (source_get(w->st, number, &row, e) < 0)
		return -1;
	if (!row->format)
		return err_set(e, ERR_DB, "%.*s: this program does not know its format, %.*s",
			       STR_ARG(row->path), STR_ARG(row->format_name));
	w->source = row;
	w->n_fresh = 0;
	writer_block_select(w);
	return 0;
}

static int
sink_line(struct sink *s, struct str text, enum line_class hint, line_ref *ref, struct err *e)
{
	struct writer *w = writer_of(s);
	struct source_row *source = w->source;

	(void)hint; /* the class is known when the line's record is */
	if (writer_begin(w, e) < 0)
		return -1;
	if (!source)
		return err_set(e, ERR_USAGE, "a line without a source");
	if (text.n >= BLOCK_MAX_BYTES)
		return err_set(e, ERR_LIMIT, "a line of %zu bytes", text.n);
	if (writer_block_for(w, text.n, e) < 0)
		return writer_fail(w, e);
	*ref = block_add(w->block, text);
	source->taken++;
	source->raw_bytes += text.n + 1;
	source->dirty = true;
	w->st->counter[COUNTER_LINES]++;
	w->st->counter[COUNTER_RAW_BYTES] += text.n + 1;
	w->n_fresh = 0;
	return 0;
}

static uint32_t
gateway_of_record(struct writer *w, const struct record *r, struct err *e)
{
	struct gateway_row *g;

	if (r->gateway.n == 0)
		return w->source->gateway;
	for (size_t i = 0; i < w->st->n_gateways; i++)
		if (str_eq(w->st->gateways[i].name, r->gateway))
			return w->st->gateways[i].number;
	if (writer_own(w, e) < 0)
		return 0;
	g = gateway_add(w->st, r->gateway, e);
	return g ? g->number : 0;
}

static int
sink_record(struct sink *s, const struct record *r, struct err *e)
{
	struct writer *w = writer_of(s);

	if (writer_begin(w, e) < 0)
		return -1;
	if (!w->source)
		return err_set(e, ERR_USAGE, "a record without a source");
	uint32_t gateway = gateway_of_record(w, r, e);
	if (gateway == 0)
		return writer_fail(w, e);
	writer_count(w, r, gateway);
	if (r->class != LINE_UNDERSTOOD)
		return 0;
	if (assembler_put(w->assembler, gateway, w->source->format, &w->source->context, r, e) < 0)
		return writer_fail(w, e);
	return 0;
}

static const struct pending_line *
counted_line(const struct pending_line *lines, size_t n, line_ref ref)
{
	for (size_t i = 0; i < n; i++)
		if (lines[i].ref == ref && lines[i].counted)
			return &lines[i];
	return NULL;
}

static int
sink_mark(struct sink *s, const struct source_mark *m, const line_ref *pending, size_t n,
	  struct err *e)
{
	struct writer *w = writer_of(s);
	struct source_row *source = w->source;

	if (writer_begin(w, e) < 0)
		return -1;
	if (!source)
		return err_set(e, ERR_USAGE, "a mark without a source");
	struct pending_line *now = xcalloc(n, sizeof(*now));
	for (size_t i = 0; i < n; i++) {
		const struct pending_line *c = counted_line(w->fresh, w->n_fresh, pending[i]);
		if (!c)
			c = counted_line(source->pending, source->n_pending, pending[i]);
		now[i] = (struct pending_line){ pending[i], c ? c->counted : 0 };
	}
	free(source->pending);
	source->pending = now;
	source->n_pending = n;
	source->mark = *m;
	source->dirty = true;
	return 0;
}

static int
sink_commit(struct sink *s, bool wait, struct err *e)
{
	struct writer *w = writer_of(s);

	return wait ? store_commit(w->st, e) : writer_commit(w, e);
}

static const struct sink_ops sink_ops = {
	.source = sink_source,
	.line = sink_line,
	.record = sink_record,
	.mark = sink_mark,
	.commit = sink_commit,
};

struct sink *
store_sink(struct store *st)
{
	return st->writer ? &st->writer->sink : NULL;
}

struct source_book *
store_book(struct store *st)
{
	return st->writer ? &st->writer->book : NULL;
}

/* --- the assembler's side ------------------------------------------------------------------- */

static int
on_recall(void *arg, struct assembler *a, const struct recall *asks, size_t n, struct err *e)
{
	return writer_recall(arg, a, asks, n, e);
}

static int
on_ready(void *arg, struct cluster *c, struct err *e)
{
	return writer_take_cluster(arg, c, e);
}

static int
on_settle(void *arg, struct err *e)
{
	return writer_settle(arg, e);
}

static const struct assembler_ops assembler_ops = {
	.recall = on_recall,
	.ready = on_ready,
	.settle = on_settle,
};

static int
on_emit(void *arg, struct session *s, struct err *e)
{
	return writer_emit(arg, s, e);
}

static int
on_supersede(void *arg, uint32_t gateway, const struct stored_session *old, struct session_ref now,
	     struct err *e)
{
	return writer_supersede(arg, gateway, old, now, e);
}

static const struct emitter_ops emitter_ops = {
	.emit = on_emit,
	.supersede = on_supersede,
};

/* --- life ----------------------------------------------------------------------------------- */

static int
load_state(struct writer *w, struct err *e)
{
	struct store *st = w->st;
	int64_t block, group;

	if (counters_load(st, e) < 0 || gateways_load(st, e) < 0 || runs_load(st, e) < 0 ||
	    writer_shapes_load(w, e) < 0 || writer_replies_load(w, e) < 0 ||
	    sql_number(&st->q, STMT_BLOCK_LAST, 0, &block, e, "") < 0 ||
	    sql_number(&st->q, STMT_GROUP_LAST, 0, &group, e, "") < 0)
		return -1;
	w->next_block = (uint64_t)block + 1;
	w->next_group = (uint64_t)group + 1;
	for (size_t i = 0; i < st->n_gateways; i++)
		/* Sessions of logs without times may be those of any line. */
		assembler_stored_until(w->assembler, st->gateways[i].number,
				       st->gateways[i].until_us == TIME_NONE &&
						       st->gateways[i].sessions > 0
					       ? INT64_MAX
					       : st->gateways[i].until_us);
	return 0;
}

int
writer_open(struct store *st, struct err *e)
{
	struct writer *w = xcalloc(1, sizeof(*w));

	st->writer = w;
	store_note_file(st);
	w->sink.ops = &sink_ops;
	w->book.ops = &writer_book_ops;
	w->st = st;
	w->assembler = assembler_new(&assembler_ops, w);
	emitter_init(&w->emitter, &emitter_ops, w);
	for (size_t i = 0; i < N_BUILDERS; i++)
		group_builder_init(&w->builder[i]);
	st->builders = w->builder;
	st->n_builders = N_BUILDERS;
	w->packer = zblock_packer_new(2);
	w->group_packer = zblock_packer_new(3);
	strbuf_init(&w->raw, STRBUF_NO_MAX);
	strbuf_init(&w->packed, STRBUF_NO_MAX);
	return load_state(w, e);
}

void
writer_close(struct store *st)
{
	struct writer *w = st->writer;

	if (!w)
		return;
	/* A commit may be on its way. */
	if (!w->failed)
		writer_settle(w, NULL);
	writer_jobs_stop(w);
	/* What was not committed is not wanted: its source has no mark for it. */
	if (w->in_transaction)
		sqlite3_exec(st->q.db, "ROLLBACK", NULL, NULL, NULL);
	writer_jobs_release(w);
	assembler_free(w->assembler);
	emitter_release(&w->emitter);
	for (size_t i = 0; i < OPEN_BLOCKS; i++)
		block_release(&st->open_blocks[i]);
	for (size_t i = 0; i < N_BUILDERS; i++)
		group_builder_release(&w->builder[i]);
	st->n_builders = 0;
	arena_release(&w->brief);
	token_list_release(&w->tokens);
	u64_table_release(&w->keys);
	u64_table_release(&w->packed_bytes);
	sql_list_release(&w->emit_rows);
	free(w->nodes);
	free(w->fresh);
	free(w->newest_us);
	writer_counts_release(w);
	writer_replies_release(w);
	zblock_packer_free(w->packer);
	zblock_packer_free(w->group_packer);
	strbuf_release(&w->raw);
	strbuf_release(&w->packed);
	free(w);
	st->writer = NULL;
}
