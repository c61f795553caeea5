/* SPDX-License-Identifier: MIT */
/* explain: what the index knows beside a session that is to be explained. */
#ifndef DB_EXPLAIN_H
#define DB_EXPLAIN_H

#include "db/story.h"
#include "model/explain.h"

/*
 * Fills in what the session's story holds (other attempts, the session that carried the mail on,
 * the notice of failure about it), the time, and how far the logs of its gateway reach. All else in
 * q must be set. Sessions live in `a`.
 */
int explain_look(struct store *st, struct explain_query *q, int64_t now_us, struct arena *a,
		 struct err *e);

#endif
