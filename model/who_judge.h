/* SPDX-License-Identifier: MIT */
/* who_judge: what the judges share: who.c hears the text, who_session.c the sessions. */
#ifndef MODEL_WHO_JUDGE_H
#define MODEL_WHO_JUDGE_H

#include "model/who.h"

#define LIKELY 0.5
#define SURE   0.8
#define NEVER  2

bool who_address_is_ours(const struct find_context *x, struct str address);
/* Everybody got it, as far as our log goes. */
bool who_delivered(const struct candidate *k);
/* Who refused, by what s tells of the recipient that went wrong; explain decides alike. */
enum refuser who_of_session(const struct clue_set *c, const struct find_context *x,
			    const struct session *s);
/* Candidates that tie are mostly attempts of one story: what they agree on counts. */
enum refuser who_by_candidates(const struct clue_set *c, const struct find_context *x,
			       const struct find_result *r);
/* Whoever took the mail from us, or somebody behind him, thought better of it. */
enum refuser who_of_delivered(const struct find_context *x, const struct session *s);

#endif
