/* SPDX-License-Identifier: MIT */
/*
 * assemble: records → sessions, whatever their order.
 *
 * A session is a pure function of the multiset of its records. The assembler only decides which
 * records belong together (join keys within time windows), keeps them while more may come, and
 * hands complete sets to its owner, who runs them through an emitter (model/emitter.h). When a
 * record turns up whose companions were already handed on, it asks the owner to recall them before
 * the set is handed on in its turn, adds them to the set and emits the session anew, naming what it
 * supersedes. So file order, cuts and restarts cannot matter.
 */
#ifndef MODEL_ASSEMBLE_H
#define MODEL_ASSEMBLE_H

#include "model/assemble_keys.h"
#include "model/record.h"

struct assembler;

struct cluster;

/* What is asked of the store: sessions under a key, within a time or of unknown time. */
struct recall {
	uint64_t key;
	uint32_t term; /* JOIN_SEEKERS, JOIN_CARRIERS: term_hash of what is asked for instead */
	int64_t from_us, to_us; /* TIME_NONE: open */
	bool begins_within;     /* only sessions that begin in that time */
	/* The assembler's own. */
	struct cluster *cluster; /* that has the key */
	enum join_kind kind;
	int64_t time_us;
	uint64_t who; /* struct mention */
};

struct assembler_ops {
	/*
	 * Calls assembler_recalled for each session that one of these asks for; it may come for
	 * several. Must also see sessions emitted since the last commit.
	 */
	int (*recall)(void *arg, struct assembler *a, const struct recall *asks, size_t n,
		      struct err *e);
	/*
	 * A set that is complete as far as one can tell, or a copy of one that may still grow: to
	 * be run through an emitter if it is dirty, in any thread but in this order, and given back
	 * in this order with assembler_give_back.
	 */
	int (*ready)(void *arg, struct cluster *c, struct err *e);
	/* Gives back all that was ready. Recall does so too, before it answers; nothing is ready
	 * while it does. */
	int (*settle)(void *arg, struct err *e);
};

struct assembler *assembler_new(const struct assembler_ops *ops, void *arg);
void assembler_free(struct assembler *a);

/* `r` is an understood record of `gateway`; its text and lines are copied. */
int assembler_put(struct assembler *a, uint32_t gateway, const struct log_format *format,
		  const struct parse_context *context, const struct record *r, struct err *e);
/* Called by recall: one stored session and its lines read again from the store. */
/* Whether it came already, so that its lines need not be read. */
bool assembler_has(const struct recall *ask, struct session_ref ref);
int assembler_recalled(struct assembler *a, const struct recall *ask, uint32_t gateway,
		       struct session_ref ref, const struct stored_line *lines, size_t n_lines,
		       struct err *e);
/* Hands on a copy of every set that has changed, and keeps the sets (a commit). */
int assembler_flush(struct assembler *a, struct err *e);
void assembler_give_back(struct assembler *a, struct cluster *c);
/*
 * Nothing stored has an event after this moment (TIME_NONE: nothing is stored): lets the assembler
 * skip recalls that cannot succeed. Set once at start per gateway.
 */
void assembler_stored_until(struct assembler *a, uint32_t gateway, int64_t time_us);

#endif
