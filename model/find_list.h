/* SPDX-License-Identifier: MIT */
/*
 * find_list: a question that holds but one address, host, IP or time asks for sessions, not for a
 * session: it is answered with a count and a list.
 */
#ifndef MODEL_FIND_LIST_H
#define MODEL_FIND_LIST_H

#include "model/rank.h"

/* The clue that the question is about; STR_NPOS: it is no such question. */
size_t find_lone_clue(const struct clue_set *c);
/* The only session with its address: as sure as that makes it. */
void find_raise_only_one(const struct clue_set *c, struct judged *v, size_t n);
/* Makes r a list of `listed` sessions, equally likely; `seen` of them are at hand, to be filled in. */
void find_list_begin(struct find_result *r, uint64_t listed, size_t seen, struct arena *a);
/*
 * Fills r with a list and what it is a list of; false if the candidates are to be ranked. at_least:
 * the sessions of the time window were not counted to the end.
 */
bool find_list(const struct clue_set *c, const struct find_context *x, struct judged *v, size_t n,
	       bool at_least, struct arena *a, struct find_result *r);
/* The session whose reference was asked for, which Postern itself has printed: there is no doubt. */
void find_named(const struct find_context *x, struct arena *a, struct find_result *r);

#endif
