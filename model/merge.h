/* SPDX-License-Identifier: MIT */
/* merge: the fragments of one session, in any order and with repetitions, to the session. */
#ifndef MODEL_MERGE_H
#define MODEL_MERGE_H

#include "model/record.h"

/*
 * Commutative, associative (over sets of fragments), idempotent. Returns false when no fragment
 * makes a session (only connection lines, say). ref, gateway, lines and keys are the caller's.
 */
bool merge_fragments(const struct fragment *const *fragments, size_t n, struct arena *a,
		     struct session *out);

/* False for connection lines and notes without an ID: they only accompany sessions. */
bool fragment_makes_session(const struct fragment *f);

#endif
