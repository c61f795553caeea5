/* SPDX-License-Identifier: MIT */
/*
 * find: a search is a paste and what the index says to it. It carries the finder's questions to
 * the store until the finder has ranked (ARCHITECTURE.md, "A paste's way"). A look either comes to
 * its end or changes nothing: search_result is always whole, also when a look failed or was
 * stopped, and without a store.
 */
#ifndef DB_FIND_H
#define DB_FIND_H

#include "db/store.h"

struct search;

/*
 * Copies the paste; store (NULL: no index, so nothing will be found), ours and zone are borrowed.
 * Asks nothing yet: until the first look is done the result has no clues and no candidates.
 */
struct search *search_start(struct store *st, const struct ours *ours, const struct zone *zone,
			    int64_t now_us, struct str paste);
void search_free(struct search *s);

/* Asked between questions, true: stop. */
typedef bool search_cancel(void *arg);

/* ERR_CANCEL when cancel (may be NULL) says so. */
int search_run(struct search *s, search_cancel *cancel, void *cancel_arg, struct err *e);
/*
 * Of a paste that holds several bounces search_run answers the first that it is sure of, else the
 * best; this answers number `part` (1 …), or all of them together (0).
 */
int search_choose_part(struct search *s, size_t part, search_cancel *cancel, void *cancel_arg,
		       struct err *e);
/* Looks again with clue i set aside, or taken back; on failure the clue stays as it was. */
int search_drop_clue(struct search *s, size_t i, bool dropped, search_cancel *cancel,
		     void *cancel_arg, struct err *e);
/* Never NULL; it and its sessions are valid until the next look that ends well. */
const struct find_result *search_result(const struct search *s);
/* What the clues' ranges are counted in. */
struct str search_paste(const struct search *s);

/* Coverage and totals for find_context, from the store. */
int find_coverage(struct store *st, struct arena *a, struct find_context *c, struct err *e);

#endif
