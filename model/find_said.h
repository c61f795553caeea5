/* SPDX-License-Identifier: MIT */
/*
 * find_said: half a sentence of a refusal names no session, but it tells whether we send such a
 * text, how often and since when: a list, like that of a lone address.
 */
#ifndef MODEL_FIND_SAID_H
#define MODEL_FIND_SAID_H

#include "model/clue.h"

/* What to look for among our refusals; empty when the paste names who refused, or says too much. */
struct str find_said_text(const struct clue_set *c);
/* Fills r from the answer to that question. */
void find_said(const struct clue_set *c, const struct find_context *x,
	       const struct probe_answer *said, struct arena *a, struct find_result *r);

#endif
