/* SPDX-License-Identifier: MIT */
/*
 * rank: how well a session fits a paste. Scores are natural logarithms of odds against "none of
 * these"; each clue adds log(N / matches), bounded by what its kind can prove and discounted for
 * doubt; contradictions subtract. Pure arithmetic over a clue set whose matches were counted.
 */
#ifndef MODEL_RANK_H
#define MODEL_RANK_H

#include "model/clue.h"

/* "None of these" weighs what a lone address or IP cannot outweigh, but any two of them can. */
#define RANK_NONE 8.0

/* The reason of a session that was told what the paste says. */
#define RANK_TOLD "text of the refusal"

struct judged {
	const struct session *session;
	double score;
	bool evidence;   /* something that tells sessions apart agrees */
	bool identified; /* by an identifier of its own or one that its reply named */
	bool in_refusal; /* … which stands in the refusal itself, not only somewhere on the way */
	struct str reasons[CANDIDATE_MAX_REASONS];
	double weights[CANDIDATE_MAX_REASONS];
	size_t n_reasons;
	uint32_t story;                     /* number of its story, set by rank_stories */
	bool has_pair;                      /* a sender and a recipient of the paste agree */
	size_t pair_sender, pair_recipient; /* which clues */
	double pair_doubt;
	double pair_given; /* what the score holds for its addresses already */
};

/* How an identifier in a paste is found again in a session. */
enum id_fit { ID_FIT_NONE, ID_FIT_EXACT, ID_FIT_CUT, ID_FIT_CASE, ID_FIT_MISREAD };
/* The best fitting identifier of s; its role in *role. */
enum id_fit rank_id_fit(const struct clue *c, const struct clue_more *m, const struct session *s,
			enum id_role *role);
/* Fills j->score and reasons for j->session. */
void rank_judge(const struct clue_set *clues, const struct find_context *context, struct judged *j);
/* Finds out which of them are attempts of one mail: a story is one hypothesis, not many. */
void rank_stories(struct judged *v, size_t n, struct arena *a, struct story_groups *out);
/* Adds what a sender and a recipient together prove; all candidates must have been judged. */
void rank_pairs(struct judged *v, size_t n);
/*
 * Sorts v and turns the best score of each story into a probability. Of a mail that was put off
 * again and again the last attempt is shown to whoever has a bounce of it, for the reports are late
 * and name the first; else the attempt that fits best.
 */
void rank_candidates(struct judged *v, size_t n, const struct story_groups *groups,
		     const struct clue_facts *facts, struct arena *a, struct find_result *out);

#endif
