/* SPDX-License-Identifier: MIT */
/*
 * assemble: records → sessions, whatever their order.
 *
 * A session is a pure function of the multiset of its records. The assembler only decides which
 * records belong together (join keys within time windows), keeps them while more may come, and
 * hands complete sets to merge (model/merge.h). When a record turns up whose companions were
 * already handed on, it asks the owner to recall them, adds them to the set and emits the session
 * anew, naming what it supersedes. So file order, cuts and restarts cannot matter.
 */
#ifndef MODEL_ASSEMBLE_H
#define MODEL_ASSEMBLE_H

#include "model/record.h"

struct assembler;

struct assembler_ops {
	/*
	 * Sessions stored under `key` whose time is within [from_us, to_us] or unknown: calls
	 * assembler_recalled for each. Must also see sessions emitted since the last commit.
	 */
	int (*recall)(void *arg, struct assembler *a, uint64_t key, int64_t from_us, int64_t to_us,
	              struct err *e);
	/* A session; it replaces the `n_old` stored ones in `old`. Sets s->ref. */
	int (*emit)(void *arg, struct session *s, const struct session_ref *old, size_t n_old,
	            struct err *e);
	/* A stored session that became part of others without being replaced one to one. */
	int (*supersede)(void *arg, struct session_ref old, struct session_ref now, struct err *e);
};

struct assembler *assembler_new(const struct assembler_ops *ops, void *arg);
void assembler_free(struct assembler *a);

/* `r` is an understood record of `gateway`; its text and lines are copied. */
int assembler_put(struct assembler *a, uint32_t gateway, const struct log_format *format,
                  const struct parse_context *context, const struct record *r, struct err *e);
/* Called by recall: one stored session and its lines read again from the store. */
int assembler_recalled(struct assembler *a, uint32_t gateway, struct session_ref ref,
                       const struct stored_line *lines, size_t n_lines, struct err *e);
/* Emits every set that has changed, keeping those that may still grow in memory (a commit). */
int assembler_flush(struct assembler *a, struct err *e);
/*
 * Nothing stored has an event after this moment (TIME_NONE: nothing is stored): lets the assembler
 * skip recalls that cannot succeed. Set once at start per gateway.
 */
void assembler_stored_until(struct assembler *a, uint32_t gateway, int64_t time_us);

#endif
