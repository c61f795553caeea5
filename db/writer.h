/* SPDX-License-Identifier: MIT */
/*
 * writer: the store's side of an import. One transaction lasts from the first thing taken in to
 * the commit; blocks, groups and tokens that are not full at a commit are stored as they are and
 * stored again, longer, by the next one. After a failure nothing more is taken: the file is as the
 * last commit left it, and the next store_open goes on from there.
 */
#ifndef DB_WRITER_H
#define DB_WRITER_H

#include <stdatomic.h>

#include "base/hash.h"
#include "db/index.h"
#include "db/pipeline.h"
#include "db/run.h"
#include "model/assemble.h"
#include "model/emitter.h"

enum { BUILDER_ORDINARY, BUILDER_STRAGGLERS, N_BUILDERS };

struct key_node { /* sessions under one join key since the last run was written */
	uint64_t key, sid;
	uint32_t next; /* index + 1; 0 ends; known when it is indexed */
};

struct unknown_shape {
	uint64_t hash;
	char *shape, *sample; /* owned; NULL when stored before */
	size_t shape_n, sample_n;
	uint32_t source;
	uint64_t n; /* since the last commit */
};

struct hour_count {
	uint32_t gateway;
	int64_t hour;
	uint64_t lines;
	int64_t t0, t1;
};

enum { EMIT_BATCH = 256 };

struct emit_batch {
	struct emit_batch *next;
	struct cluster *clusters[EMIT_BATCH];
	size_t n;
};

/* Sessions that came or went, to be counted for the source of that block and the gateway. */
struct session_count {
	uint64_t block; /* 0: without lines */
	uint32_t gateway;
	int64_t by;
	int64_t until_us;
};
struct session_counts {
	struct session_count *list;
	size_t n, cap;
};

struct reply_seen; /* writer_reply.c */
struct reply_shapes {
	struct reply_seen *list;
	size_t n, cap, most;
	struct u64_table index; /* hash -> index + 1 */
	uint64_t *gone;         /* dropped, and maybe still stored */
	size_t n_gone, gone_cap;
};

enum packed_kind { PACKED_BLOCK, PACKED_GROUP };

struct writer {
	struct sink sink; /* first: the views of the store that the ingest loop has */
	struct source_book book;
	struct store *st;
	struct assembler *assembler;
	struct emitter emitter;
	struct pipeline *pipeline; /* NULL: too little so far to be worth threads */
	struct emit_batch *batch;  /* being filled */
	size_t batches;
	struct emit_batch *_Atomic returned; /* done with, from the emit stage */
	struct session_counts counts;        /* of the emit stage */
	struct sql_list emit_rows;           /* likewise: not handed on yet */
	struct reply_shapes replies[2];      /* of ours; of remote sites */
	bool in_transaction;
	bool counted; /* sessions, by a commit: the cached rows do not know */
	bool failed;
	struct err failure;

	struct source_row *source; /* current */
	struct block *block;       /* open block of the current source, NULL: none yet */
	uint64_t next_block, block_uses;
	struct pending_line *fresh; /* records' lines since the last line: what a finish visited */
	size_t n_fresh, fresh_cap;

	struct group_builder builder[N_BUILDERS];
	uint64_t next_group;
	int64_t *newest_us; /* by gateway: begin of its newest session */
	size_t newest_cap;
	uint64_t recalls;   /* what the assembler asked for; in time order hardly anything */
	struct arena brief; /* of the session being added */
	struct token_list tokens;
	struct u64_table keys; /* join key -> index + 1 of its newest key_node, of those indexed */
	struct key_node *nodes;
	size_t n_nodes, n_indexed, nodes_cap;

	struct unknown_shape *shapes;
	size_t n_shapes, shapes_cap;
	struct u64_table shape_index; /* hash -> index + 1 */
	struct hour_count *hours;
	size_t n_hours, hours_cap;
	struct u64_table hour_index; /* gateway and hour -> index + 1 */
	size_t last_hour;            /* index of the one used last */

	struct u64_table packed_bytes; /* of what may be packed again, by id and kind */
	struct zblock_packer *packer;
	struct zblock_packer *group_packer; /* groups are few and gain more from effort */
	struct strbuf raw, packed;
};

int writer_open(struct store *st, struct err *e);
void writer_close(struct store *st);
/* Begins the transaction when there is none; refuses after a failure. */
int writer_begin(struct writer *w, struct err *e);
/* Ends the transaction without a trace and remembers why; returns -1. */
int writer_fail(struct writer *w, const struct err *e);

/* writer_commit.c */
/* Everything so far becomes visible soon; whether that failed is known by the next writer_settle. */
int writer_commit(struct writer *w, struct err *e);

/* writer_jobs.c */
/*
 * Makes everything the caller's: what was handed on is done. To be called before the connection,
 * caches, builders or tokens are touched from the caller's thread.
 */
int writer_settle(struct writer *w, struct err *e);
/* The same, for what belongs to the transaction. */
int writer_own(struct writer *w, struct err *e);
/* To the emit stage from the caller, to the store stage from the emit stage. */
int writer_hand_on(struct writer *w, enum pipeline_stage stage, pipeline_job *run, void *arg,
		   struct err *e);
/* To the store stage from the caller, behind what the emit stage has before it. */
int writer_forward(struct writer *w, pipeline_job *run, void *arg, struct err *e);
int writer_take_cluster(struct writer *w, struct cluster *c, struct err *e);
/* Those that were taken do not wait for more. */
int writer_clusters_hand_on(struct writer *w, struct err *e);
int writer_store_group(struct writer *w, struct group_builder *b, bool may_grow, struct err *e);
int writer_tokens_store(struct writer *w, struct err *e);
/* Empties the slot; the block is stored in time. */
int writer_block_hand_on(struct writer *w, struct block *b, struct err *e);
/* Stores a copy as it is now, keeping it open. */
int writer_block_store(struct writer *w, struct block *b, struct err *e);
int writer_emit_rows_store(struct writer *w, struct err *e);
int writer_supersede(struct writer *w, uint32_t gateway, const struct stored_session *old,
		     struct session_ref now, struct err *e);
/* What the store stage packed, or found packed: a thing that is packed again counts once. */
void writer_note_packed(struct writer *w, enum packed_kind kind, uint64_t id, uint64_t bytes,
			bool may_grow);
/* A session that came (1) or went (-1); its first line says whose it is. */
void writer_note_session(struct writer *w, uint32_t gateway, line_ref first_line, int64_t end_us,
			 int64_t by);
void writer_jobs_stop(struct writer *w);
void writer_jobs_release(struct writer *w);

/* writer_block.c */
/* Takes up the open block of the current source, if it has one. */
void writer_block_select(struct writer *w);
/* Makes the current source's block ready for a line of n bytes. */
int writer_block_for(struct writer *w, size_t n, struct err *e);
int writer_blocks_store(struct writer *w, struct err *e);

/* writer_session.c */
int writer_emit(struct writer *w, struct session *s, struct err *e);
int writer_recall(struct writer *w, struct assembler *a, const struct recall *asks, size_t n,
		  struct err *e);
int writer_groups_store(struct writer *w, struct err *e);

/* writer_count.c */
void writer_count(struct writer *w, const struct record *r, uint32_t gateway);
/* What stores them; they begin anew. */
void writer_counts_note(struct writer *w, struct sql_list *out);
int writer_shapes_load(struct writer *w, struct err *e);
void writer_counts_release(struct writer *w);

/* writer_reply.c */
/* A TERM_REPLY or TERM_REMOTE_REPLY of a session. */
void writer_note_reply(struct writer *w, struct term t, int64_t time_us);
/* What stores those seen since the last time. */
void writer_replies_note(struct writer *w, struct sql_list *out);
int writer_replies_load(struct writer *w, struct err *e);
void writer_replies_release(struct writer *w);

/* book.c */
extern const struct source_book_ops writer_book_ops;

#endif
