/* SPDX-License-Identifier: MIT */
/*
 * emitter: clusters to sessions. Reads a cluster's records again, parts them into sessions and
 * emits those that are not stored as they should be. Knows no assembler, so that it may run in
 * another thread than the one that fills clusters; one emitter per thread.
 */
#ifndef MODEL_EMITTER_H
#define MODEL_EMITTER_H

#include "model/cluster.h"

struct emitter_ops {
	/* A session; sets s->ref. */
	int (*emit)(void *arg, struct session *s, struct err *e);
	/* A stored session of `gateway` that is replaced by, or became part of, `now`. */
	int (*supersede)(void *arg, uint32_t gateway, const struct stored_session *old,
			 struct session_ref now, struct err *e);
};

struct emitter {
	const struct emitter_ops *ops;
	void *arg;
	struct arena scratch;
};

void emitter_init(struct emitter *m, const struct emitter_ops *ops, void *arg);
void emitter_release(struct emitter *m);
/* The cluster then knows what it is stored as, and is no longer dirty. */
int emitter_run(struct emitter *m, struct cluster *c, struct err *e);

#endif
