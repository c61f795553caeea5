/* SPDX-License-Identifier: MIT */
/*
 * run: search tokens as sorted runs. A run is an ordered list of (hash of a term, session number)
 * without repetitions, cut into chunks of at most RUN_CHUNK_BYTES, each one row whose key is
 * run << 52 | first hash << 20 | sequence among chunks that begin with the same hash.
 *
 * A chunk: number of tokens (2 bytes), width of a session number, size of a usual difference of
 * hashes (1 byte each), then bits. The first token is a session number, counted from the run's
 * sid0; each further one is 1 and the difference of its session number, when it has the hash of the
 * one before, or 0, the difference of hashes and a session number.
 */
#ifndef DB_RUN_H
#define DB_RUN_H

#include "db/bits.h"
#include "db/index.h"

enum {
	RUN_CHUNK_BYTES = 4000, /* fits one 4096 byte leaf page */
	RUN_MAX_ID = 2047,
	RUN_FAN = 8,        /* as many of one level are merged into one of the next … */
	RUN_FAN_LARGE = 24, /* … on levels whose merging leaves much free space behind */
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
/* The sessions under hash in all runs, sorted. */
int runs_lookup(struct store *st, uint32_t hash, struct sid_list *out, struct err *e);

/* The tokens of one chunk. */
struct chunk_reader {
	struct bit_reader bits;
	size_t left;
	unsigned sid_bits, hash_bits;
	uint64_t sid0;
	bool first;
	uint32_t hash; /* of the current token */
	uint64_t sid;
};

/* Walks a run in order. */
struct run_cursor {
	const struct run_row *run;
	int64_t key; /* of the current chunk */
	struct strbuf bytes;
	struct chunk_reader chunk;
	bool at_end;
};
void run_cursor_init(struct run_cursor *c, const struct run_row *run);
void run_cursor_release(struct run_cursor *c);
/* Moves to the next token, or at_end. */
int run_cursor_next(struct store *st, struct run_cursor *c, struct err *e);

#endif
