/* SPDX-License-Identifier: MIT */
/*
 * writer_session: sessions into groups and tokens, and back when a late line asks for them.
 *
 * Two groups grow at a time: the ordinary one, and one for stragglers, which begin long before the
 * newest session of their gateway. So the time range of a group stays narrow, and a page of
 * sessions has to open few groups.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "db/writer.h"

#define STRAGGLER_US (10 * MINUTE_US)
#define STEP_BACK_US HOUR_US

enum {
	TOKENS_PER_RUN = 1 << 20,
	NARROW_ENOUGH = 64,     /* sessions that make a group worth closing early */
	GROUP_KEEP_OPEN = 4096, /* groups begun since, after which a partly filled one is left */
};

/* --- groups --------------------------------------------------------------------------------- */

static int
group_close(struct writer *w, struct group_builder *b, struct err *e)
{
	int rc = writer_store_group(w, b, false, e);

	b->id = 0;
	return rc;
}

int
writer_groups_store(struct writer *w, struct err *e)
{
	for (size_t i = 0; i < N_BUILDERS; i++) {
		struct group_builder *b = &w->builder[i];
		if (b->id == 0)
			continue;
		/* Tokens count sessions from the oldest open group, in 32 bits. */
		int rc = w->next_group - b->id > GROUP_KEEP_OPEN
				 ? group_close(w, b, e)
				 : writer_store_group(w, b, true, e);
		if (rc < 0)
			return -1;
	}
	return 0;
}

static int64_t *
newest_start(struct writer *w, uint32_t gateway)
{
	size_t old = w->newest_cap;

	w->newest_us =
		mem_grow(w->newest_us, &w->newest_cap, (size_t)gateway + 1, sizeof(*w->newest_us));
	for (size_t i = old; i < w->newest_cap; i++)
		w->newest_us[i] = TIME_NONE;
	return &w->newest_us[gateway];
}

static struct group_builder *
builder_for(struct writer *w, const struct session *s)
{
	int64_t *newest_us = newest_start(w, s->gateway);
	bool straggles = s->start_us == TIME_NONE ||
			 (*newest_us != TIME_NONE && s->start_us < *newest_us - STRAGGLER_US);

	if (!straggles && s->start_us > *newest_us)
		*newest_us = s->start_us;
	return &w->builder[straggles ? BUILDER_STRAGGLERS : BUILDER_ORDINARY];
}

static int
place_session(struct writer *w, struct session *s, struct err *e)
{
	struct group_builder *b = builder_for(w, s);
	struct session brief;

	/* A gateway whose logs go back in time does not share its group for long. */
	bool steps_back = b->id != 0 && b->n >= NARROW_ENOUGH && b->tmin != TIME_NONE &&
			  s->start_us != TIME_NONE && s->start_us < b->tmin - STEP_BACK_US;
	if (b->id != 0 && (group_builder_is_full(b) || steps_back) && group_close(w, b, e) < 0)
		return -1;
	if (b->id == 0)
		group_builder_begin(b, w->next_group++);
	session_brief(s, &w->brief, &brief);
	s->ref.number = group_builder_add(b, &brief);
	arena_reset(&w->brief);
	return 0;
}

/* --- tokens --------------------------------------------------------------------------------- */

struct token_visit {
	struct writer *w;
	uint64_t sid;
	int64_t time_us;
};

static void
add_term(void *arg, struct term t)
{
	const struct token_visit *v = arg;

	token_list_add(&v->w->tokens, term_hash(t), v->sid);
	if (t.kind == TERM_REPLY || t.kind == TERM_REMOTE_REPLY)
		writer_note_reply(v->w, t, v->time_us);
}

static struct term
key_term(const uint64_t *key)
{
	return (struct term){ TERM_KEY, { (const char *)key, sizeof(*key) } };
}

static void
remember_key(struct writer *w, uint64_t key, uint64_t sid)
{
	w->nodes = mem_grow(w->nodes, &w->nodes_cap, w->n_nodes + 1, sizeof(*w->nodes));
	w->nodes[w->n_nodes++] = (struct key_node){ .key = key, .sid = sid };
}

/* The newest node of a key; 0: none. A log in order asks hardly ever, and pays nothing. */
static uint64_t
newest_node(struct writer *w, uint64_t key)
{
	for (; w->n_indexed < w->n_nodes; w->n_indexed++) {
		struct key_node *node = &w->nodes[w->n_indexed];
		const uint64_t *before = u64_table_get(&w->keys, node->key);

		node->next = before ? (uint32_t)*before : 0;
		u64_table_put(&w->keys, node->key, w->n_indexed + 1);
	}
	const uint64_t *newest = u64_table_get(&w->keys, key);
	return newest ? *newest : 0;
}

static int
add_tokens(struct writer *w, const struct session *s, struct err *e)
{
	struct token_visit v = { w, s->ref.number, s->start_us };

	if (w->tokens.n == 0) {
		/* The lowest number that can come: groups that are open may still be filled. */
		uint64_t oldest = w->next_group;
		for (size_t i = 0; i < N_BUILDERS; i++)
			if (w->builder[i].id != 0 && w->builder[i].id < oldest)
				oldest = w->builder[i].id;
		w->tokens.sid0 = oldest << GROUP_BITS;
	}
	session_terms(s, add_term, &v);
	for (size_t i = 0; i < s->n_keys; i++) {
		add_term(&v, key_term(&s->keys[i]));
		remember_key(w, s->keys[i], s->ref.number);
	}
	return w->tokens.n >= TOKENS_PER_RUN ? writer_tokens_store(w, e) : 0;
}

/* --- the assembler's wishes ----------------------------------------------------------------- */

int
writer_emit(struct writer *w, struct session *s, struct err *e)
{
	if (place_session(w, s, e) < 0 || add_tokens(w, s, e) < 0)
		return -1;
	writer_note_session(w, s->gateway, s->n_lines > 0 ? s->lines[0] : 0, s->end_us, 1);
	return 0;
}

/* Without unpacking it: false when nothing in the group of sid can lie within the window. */
static int
group_may_touch(struct writer *w, uint64_t sid, int64_t from_us, int64_t to_us, bool *may,
		struct err *e)
{
	uint64_t id = group_of(sid);
	sqlite3_stmt *row;
	int rc;

	*may = true;
	for (size_t i = 0; i < N_BUILDERS; i++)
		if (w->builder[i].id == id)
			return 0;
	row = sql_query(&w->st->q, STMT_GROUP_TIMES, e, "u", id);
	if (!row || (rc = sql_step(&w->st->q, row, e)) < 0)
		return -1;
	if (rc == 0)
		return *may = false, 0;
	int64_t tmin = sql_int(row, 1), tend = sql_int(row, 3);
	sql_done(row);
	*may = tmin == TIME_NONE ||
	       ((from_us == TIME_NONE || tend >= from_us) && (to_us == TIME_NONE || tmin <= to_us));
	return 0;
}

static bool
session_touches(const struct session *s, const struct recall *ask)
{
	int64_t late_us = ask->begins_within ? s->start_us : s->end_us;

	if (s->start_us == TIME_NONE || s->end_us == TIME_NONE)
		return true;
	return (ask->from_us == TIME_NONE || late_us >= ask->from_us) &&
	       (ask->to_us == TIME_NONE || s->start_us <= ask->to_us);
}

/* What cannot be read again in full stays as it is stored. */
static bool
formats_are_known(const struct stored_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!lines[i].format)
			return false;
	return true;
}

static int
recall_one(struct writer *w, struct assembler *a, const struct recall *ask, uint64_t sid,
	   struct err *e)
{
	struct arena arena = { 0 };
	struct stored_line *lines;
	struct session s;
	bool flag;

	if (assembler_has(ask, (struct session_ref){ sid }))
		return 0;
	if (later_is(w->st, sid, &flag, e) < 0)
		return -1;
	if (flag)
		return 0;
	if (group_may_touch(w, sid, ask->from_us, ask->to_us, &flag, e) < 0)
		return -1;
	if (!flag)
		return 0;
	int rc = session_get_outline(w->st, sid, &arena, &s, &flag, e);
	if (rc == 0 && flag && session_touches(&s, ask)) {
		rc = stored_lines_get(w->st, s.lines, s.n_lines, &arena, &lines, e);
		if (rc == 0 && formats_are_known(lines, s.n_lines))
			rc = assembler_recalled(a, ask, s.gateway, s.ref, lines, s.n_lines, e);
	}
	arena_release(&arena);
	return rc;
}

struct wanted {
	uint64_t sid;
	const struct recall *ask;
};

struct wanted_list {
	struct wanted *list;
	size_t n, cap;
};

/* Tokens not yet in a run, of the terms that are asked for by themselves: one pass for all. */
struct token_search {
	struct u64_table terms;
	uint64_t *found; /* as in struct token_list */
	size_t n, cap;
};

static void
search_tokens(const struct writer *w, const struct recall *asks, size_t n, struct token_search *s)
{
	for (size_t i = 0; i < n; i++)
		if (join_is_mention(asks[i].kind))
			u64_table_put(&s->terms, asks[i].term, 1);
	for (size_t i = 0; s->terms.n > 0 && i < w->tokens.n; i++) {
		uint64_t token = w->tokens.token[i];

		if (!u64_table_get(&s->terms, token >> 32))
			continue;
		s->found = mem_grow(s->found, &s->cap, s->n + 1, sizeof(*s->found));
		s->found[s->n++] = token;
	}
}

static int
look_up(struct writer *w, const struct recall *ask, const struct token_search *tokens,
	struct wanted_list *out, struct err *e)
{
	struct sid_list found = { 0 };
	uint32_t hash = term_hash(key_term(&ask->key));

	if (join_is_mention(ask->kind)) {
		hash = ask->term;
		for (size_t i = 0; i < tokens->n; i++)
			if (tokens->found[i] >> 32 == hash)
				sid_list_add(&found,
					     w->tokens.sid0 + (tokens->found[i] & UINT32_MAX));
	} else {
		for (uint64_t i = newest_node(w, ask->key); i > 0; i = w->nodes[i - 1].next)
			sid_list_add(&found, w->nodes[i - 1].sid);
	}
	int rc = runs_lookup(w->st, hash, &found, e);
	/* Found by a hash of 32 bits, of all times: a few more than will be brought together. */
	if (join_is_mention(ask->kind) && found.n > 4 * MENTIONS_MOST)
		found.n = 0;
	for (size_t i = 0; i < found.n && rc == 0; i++) {
		out->list = mem_grow(out->list, &out->cap, out->n + 1, sizeof(*out->list));
		out->list[out->n++] = (struct wanted){ found.sid[i], ask };
	}
	sid_list_release(&found);
	return rc;
}

static int
by_sid(const void *a, const void *b)
{
	const struct wanted *x = a, *y = b;

	return x->sid < y->sid ? -1 : x->sid > y->sid;
}

/* In the order of their numbers, neighbours share groups and blocks. */
int
writer_recall(struct writer *w, struct assembler *a, const struct recall *asks, size_t n,
	      struct err *e)
{
	struct wanted_list wanted = { 0 };
	struct token_search tokens = { 0 };
	int rc = writer_own(w, e);

	w->recalls += n;
	if (rc == 0)
		search_tokens(w, asks, n, &tokens);
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = look_up(w, &asks[i], &tokens, &wanted, e);
	u64_table_release(&tokens.terms);
	free(tokens.found);
	if (wanted.n > 1)
		qsort(wanted.list, wanted.n, sizeof(*wanted.list), by_sid);
	for (size_t i = 0; i < wanted.n && rc == 0; i++)
		rc = recall_one(w, a, wanted.list[i].ask, wanted.list[i].sid, e);
	free(wanted.list);
	return rc;
}
