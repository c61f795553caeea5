/* SPDX-License-Identifier: MIT */
/* find: carries the finder's probes to the store until it has ranked (DESIGN §3, a paste's way). */
#ifndef DB_FIND_H
#define DB_FIND_H

#include "db/store.h"

/*
 * Runs f to its result; sessions live in `a`. cancel (may be NULL) is asked between probes.
 * ERR_CANCEL when it says so.
 */
int find_run(struct store *st, struct finder *f, struct arena *a, bool (*cancel)(void *arg),
             void *cancel_arg, struct err *e);
/* Coverage and totals for find_context, from the store. */
int find_coverage(struct store *st, struct arena *a, struct find_context *c, struct err *e);

#endif
