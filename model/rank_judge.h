/* SPDX-License-Identifier: MIT */
/* rank_judge: what the files of rank share while one session is judged. */
#ifndef MODEL_RANK_JUDGE_H
#define MODEL_RANK_JUDGE_H

#include "model/rank.h"

struct judge {
	const struct clue_set *set;
	const struct session *s;
	struct judged *out;
	double sessions;
	double against; /* sum of contradictions */
};

/* Keeps the weightiest reasons. */
void rank_reason(struct judge *j, double weight, struct str text);

void judge_identifiers(struct judge *j, enum clue_kind kind);
void judge_time(struct judge *j);
void judge_outcome(struct judge *j);
void judge_subject(struct judge *j);
void judge_own_error(struct judge *j, const struct find_context *x);
void judge_refusal(struct judge *j);
/* The clue stands inside a refusal. */
bool rank_in_refusal(const struct clue_set *set, const struct clue *c);
/* given: what the score holds for addresses already. */
void judge_pair(struct judge *j, double given);
void judge_foreign_id(struct judge *j);
void judge_stranger(struct judge *j);
void judge_gateway(struct judge *j, const struct find_context *context);

#endif
