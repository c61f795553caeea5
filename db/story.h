/* SPDX-License-Identifier: MIT */
/*
 * story: the loop between the tracer, which asks, and the store, which answers. A run either comes
 * to its end or changes nothing: the result is that of the last run that ended well.
 */
#ifndef DB_STORY_H
#define DB_STORY_H

#include "db/find.h"
#include "model/story_trace.h"

struct trace;

/* Everything is borrowed; store NULL: nothing is ever seen. */
struct trace *trace_start(struct store *st, const struct ours *ours, const struct zone *zone,
			  int64_t now_us);
void trace_free(struct trace *t);
/* Copies the texts of ask. ERR_CANCEL when cancel (may be NULL) says so. */
int trace_run(struct trace *t, const struct trace_ask *ask, search_cancel *cancel, void *cancel_arg,
	      struct err *e);
/* The story that s, a whole session, belongs to; s must live as long as the result. */
int trace_run_session(struct trace *t, const struct session *s, search_cancel *cancel,
		      void *cancel_arg, struct err *e);
/* NULL before a run has ended well. Valid until the next one that does. */
const struct trace_result *trace_result(const struct trace *t);
/* Stretches of all gateways, as the tracer saw them. */
const struct coverage *trace_coverage(const struct trace *t, size_t *n);

#endif
