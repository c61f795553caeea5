/* SPDX-License-Identifier: MIT */
/*
 * find_text: a text that names nothing, only words of a refusal: were they ours? The newest
 * refusals of each stage are read and compared.
 */
#ifndef MODEL_FIND_TEXT_H
#define MODEL_FIND_TEXT_H

#include "model/find_plan.h"

/* Asks for the newest refusals, if there is nothing in the text that could be looked up. */
void plan_text(struct plan *p, const struct clue_set *c);
/* Fills r with the sessions that were told these words; false if there are none. */
bool find_text(const struct clue_set *c, struct judged *v, size_t n, struct arena *a,
	       struct find_result *r);

#endif
