/* SPDX-License-Identifier: MIT */
/*
 * walk: live sessions newest first (by start, then number), over groups whose times overlap: a
 * group is opened when its newest session could be the next one. Works inside one snapshot; only
 * one walk at a time. Sessions are borrowed until the next walk_next.
 */
#ifndef DB_WALK_H
#define DB_WALK_H

#include "db/index.h"
#include "db/run.h"

struct walk_query {
	struct session_cursor after; /* zeroed: from the newest */
	int64_t from_us, to_us; /* sessions touching this; TIME_NONE: open. With a bound, sessions
	                                  without a time are left out */
	const struct sid_list *only; /* NULL: all */
};

struct walk {
	struct store *st;
	struct walk_query query;
	sqlite3_stmt *rows;    /* groups to come … */
	struct walk_row *list; /* … or these, when `only` names few */
	size_t n_list, at_list;
	struct walk_row {
		uint64_t id;
		int64_t tmax;
	} next;
	bool has_next;
	struct walk_group **heap; /* open groups, the one with the newest session first */
	size_t n_heap, heap_cap;
	struct walk_group *exhausted; /* its last session is still borrowed */
};

int walk_begin(struct walk *w, struct store *st, const struct walk_query *q, struct err *e);
/* 1: *out; 0: no more; -1. */
int walk_next(struct walk *w, const struct session **out, struct err *e);
void walk_end(struct walk *w);

/* Forgets unpacked groups. */
void walk_cache_drop(struct store *st);

/* Sessions that may match the terms of p, ascending, superseded ones included. */
int probe_candidates(struct store *st, const struct probe *p, struct sid_list *out, struct err *e);
/* True if the session really has all that p asks for, times apart. */
/* Also when s is brief and the term among what it leaves out; scratch is the caller's to reset. */
int probe_matches_stored(struct store *st, const struct probe *p, const struct session *s,
			 struct arena *scratch, bool *yes, struct err *e);
bool probe_matches(const struct probe *p, const struct session *s);

#endif
