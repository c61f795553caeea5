/* SPDX-License-Identifier: MIT */
/*
 * run: search tokens as sorted runs. A run is an ordered list of (hash of a term, session number)
 * without repetitions, cut into chunks of at most RUN_CHUNK_BYTES, each one row whose key is
 * run << 52 | first hash << 20 | sequence among chunks that begin with the same hash.
 *
 * A chunk is a list of entries: hash difference to the entry before (first: to the key), then
 * session numbers as (difference << 1 | another follows); the first one counts from the run's sid0.
 */
#ifndef DB_RUN_H
#define DB_RUN_H

#include "db/index.h"

enum {
	RUN_CHUNK_BYTES = 4000, /* fits one 4096 byte leaf page */
	RUN_MAX_ID = 2047,
	RUN_FAN = 8,            /* as many of one level are merged into one of the next */
};

/* Session numbers, ascending. */
struct sid_list {
	uint64_t *sid;
	size_t n, cap;
};
void sid_list_add(struct sid_list *l, uint64_t sid);
void sid_list_release(struct sid_list *l);
/* Ascending and without repetitions. */
void sid_list_sort(struct sid_list *l);

/* Tokens being collected: hash << 32 | (sid - sid0). */
struct token_list {
	uint64_t sid0;
	uint64_t *token;
	size_t n, cap;
	uint64_t *scratch;
	size_t scratch_cap;
};
void token_list_release(struct token_list *t);
static inline void
token_list_add(struct token_list *t, uint32_t hash, uint64_t sid)
{
	if (t->n == t->cap)
		t->token = mem_grow(t->token, &t->cap, t->n + 1, sizeof(*t->token));
	t->token[t->n++] = (uint64_t)hash << 32 | (sid - t->sid0);
}
void token_list_sort(struct token_list *t);

/* Needs the runs loaded. Sorts the tokens, writes them as one run and empties the list. */
int run_write(struct store *st, struct token_list *t, struct err *e);
/* Merges while any level has RUN_FAN runs. */
int runs_merge(struct store *st, struct err *e);
int runs_load(struct store *st, struct err *e);
/* Appends the sessions under hash in that run. */
int run_lookup(struct store *st, const struct run_row *run, uint32_t hash, struct sid_list *out,
               struct err *e);
/* The same in all runs, sorted. */
int runs_lookup(struct store *st, uint32_t hash, struct sid_list *out, struct err *e);

/* Walks a run in order. */
struct run_cursor {
	const struct run_row *run;
	int64_t key;             /* of the current chunk */
	struct strbuf chunk;
	struct unpack at;
	uint32_t hash;
	uint64_t sid;
	bool more;               /* another session follows in this entry */
	bool at_end;
};
void run_cursor_init(struct run_cursor *c, const struct run_row *run);
void run_cursor_release(struct run_cursor *c);
/* Moves to the next token, or at_end. */
int run_cursor_next(struct store *st, struct run_cursor *c, struct err *e);

#endif
