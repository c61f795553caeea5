/* SPDX-License-Identifier: MIT */
/*
 * find_plan: which questions to ask the index, in rounds: identifiers as they stand;
 * identifiers damaged; how many sessions share each other clue; the most telling of those together;
 * which of our refusals says so, when nothing else tells; what else was tried for a mail that was
 * put off. A round is planned from the answers to the one
 * before.
 */
#ifndef MODEL_FIND_PLAN_H
#define MODEL_FIND_PLAN_H

#include "model/rank.h"

#define PLAN_MAX 640

enum find_round {
	ROUND_EXACT,
	ROUND_DAMAGED,
	ROUND_DAMAGED_WIDE,
	ROUND_COUNTS,
	ROUND_TOGETHER,
	ROUND_SAID,
	ROUND_SAID_WITH,
	ROUND_STORY,
	ROUND_DONE,
};

struct question {
	struct probe probe;
	size_t clue;          /* whose matches the answer counts; STR_NPOS: of none */
	bool only_if_unknown; /* skip it when an identifier has been found meanwhile */
	bool verify;          /* keep only sessions that fit the clue */
};

struct plan {
	struct question questions[PLAN_MAX];
	size_t n;
	size_t next;
};

/* Fills p with the questions of round r. */
void plan_round(struct plan *p, enum find_round r, const struct clue_set *clues,
		const struct find_context *context);
/* Who got this text from us. */
void plan_said(struct plan *p, struct str text);
/* Which of them share another clue of the paste. */
void plan_said_with(struct plan *p, const struct clue_set *c, struct str shape);
/* The last round: the other attempts of the mail that s put off. */
void plan_story(struct plan *p, const struct session *s);
/* One more question; NULL when the plan is full. */
struct question *plan_ask(struct plan *p, size_t clue);
void plan_ask_term(struct plan *p, size_t clue, enum term_kind kind, struct str text, size_t most);
/* The second round, and the third, which looks further from an ID's second (find_damaged.c). */
void plan_damaged(struct plan *p, const struct clue_set *clues, const struct find_context *context,
		  bool wide);
/* The window that the times in the paste allow; false if they tell nothing. */
bool plan_window(const struct clue_set *clues, int64_t *from_us, int64_t *to_us);

#endif
