/* SPDX-License-Identifier: MIT */
/* merge_recipients: the recipients of a session and the final outcome of each. */
#ifndef MODEL_MERGE_RECIPIENTS_H
#define MODEL_MERGE_RECIPIENTS_H

#include "model/record.h"

/*
 * Fills out->recipients from fragments in canonical order. A delivery's outcome outranks our own
 * reply, a final outcome outranks a postponement, the latest of equals stands. Call after verdict,
 * stage and reply of the session are known: recipients without an outcome of their own share it.
 */
void merge_recipients(const struct fragment *const *sorted, size_t n, struct arena *a,
		      struct session *out);

#endif
