/* SPDX-License-Identifier: MIT */
/*
 * who: who refused, who reports, what kind of bounce it is, and one or two sentences that say so.
 * Stock texts of mail programs never prove that it was us: our name or address in the text does,
 * or a session of ours that matches.
 */
#ifndef MODEL_WHO_H
#define MODEL_WHO_H

#include "model/clue.h"

/* Fills refused_by, reported_by and kind; r->candidates must be ranked. */
void who_is_it(const struct clue_set *c, const struct find_context *x, struct arena *a,
	       struct find_result *r);
/* Fills message. */
void who_say(const struct clue_set *c, const struct find_context *x, struct arena *a,
	     struct find_result *r);
/* The host or IP that the paste says refused; empty if it does not say. */
struct str who_refuser(const struct clue_set *c);

#endif
