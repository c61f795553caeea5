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
void who_is_it(const struct clue_set *c, const struct find_context *x, struct find_result *r);
/* Fills message. */
void who_say(const struct clue_set *c, const struct find_context *x, struct arena *a,
	     struct find_result *r);
/* The host or IP that the paste says refused; empty if it does not say. */
struct str who_refuser(const struct clue_set *c);
/* The address of ours that the refusal names as its client ("Client host [192.0.2.7] blocked"). */
struct str who_refused_client(const struct clue_set *c, const struct find_context *x);
/* What speaks against it that we refused: a host of others is named, or their words stand there. */
double who_stranger(const struct clue_set *c, const struct find_context *x);
/* False: the text speaks of no refusal, failure or delay at all. */
bool who_is_bounce(const struct clue_set *c);
/* A report that a mail arrived, asked for by its sender. */
bool who_is_success(const struct clue_set *c);
/* The host that the other side's callout asked is ours. */
bool who_is_callout_to_us(const struct clue_set *c, const struct find_context *x);
/* A stranger's system failed to get a mail to us by itself: no session of ours is that mail. */
bool who_never_reached_us(const struct clue_set *c, const struct find_context *x);
/* The recipient of s that went wrong, if any: one that the paste names before others. */
const struct recipient *who_failed(const struct clue_set *c, const struct session *s);
/* The other side spoke: what failed is no error of our own in reaching it. */
bool who_spoke(const struct recipient *r);
/* We accepted the mail; what went wrong did so later. */
bool who_accepted(const struct session *s);
/* We took it, and our filter or a rule kept it. */
bool who_kept(const struct candidate *k);
/* The likely answer, or NULL. */
const struct session *who_likely(const struct find_result *r);

#endif
