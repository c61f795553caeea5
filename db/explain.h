/* SPDX-License-Identifier: MIT */
/* explain: what the index knows beside a session that is to be explained. */
#ifndef DB_EXPLAIN_H
#define DB_EXPLAIN_H

#include "db/store.h"
#include "model/explain.h"

/*
 * Fills q->later with sessions of the same sender to the same recipient after q->session, within
 * the time for which mail is tried again; q->looked tells that this could be asked. q->session,
 * q->asked must be set.
 */
int explain_look_later(struct store *st, struct explain_query *q, struct arena *a, struct err *e);

#endif
