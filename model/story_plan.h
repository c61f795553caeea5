/* SPDX-License-Identifier: MIT */
/* story_plan: what the files of the trace share: its questions, and the sessions it has seen. */
#ifndef MODEL_STORY_PLAN_H
#define MODEL_STORY_PLAN_H

#include "model/story_trace.h"

#define TRACE_POOL_MAX      256
#define TRACE_QUESTIONS_MAX 100 /* in all phases together */
#define TRACE_STORIES_MAX   20

enum trace_purpose {
	TRACE_SEED,      /* sessions that are asked for */
	TRACE_FOLLOW,    /* what belongs to their stories */
	TRACE_TO,        /* anything to the recipient, then */
	TRACE_FROM,      /* anything of the sender, then */
	TRACE_PAIR_EVER, /* the pair, at any time */
	TRACE_TO_EVER,
	TRACE_FROM_EVER,
	TRACE_NEARLY, /* addresses that are nearly those asked for */
};

struct trace_question {
	enum trace_purpose purpose;
	struct probe probe;
};

struct trace_plan {
	struct trace_question v[TRACE_QUESTIONS_MAX];
	size_t n, next;
	uint64_t asked[TRACE_QUESTIONS_MAX]; /* hashes, so that nothing is asked twice */
};

/* A question of n terms; NULL when there is no room or it was asked before. */
struct trace_question *trace_plan_ask(struct trace_plan *p, enum trace_purpose purpose,
				      const struct term *terms, size_t n, int64_t from_us,
				      int64_t to_us, size_t most);
/* Everything that may lead on from s. */
void trace_plan_follow(struct trace_plan *p, const struct session *s, struct str to);

/* What a question in vain has brought to light. */
struct trace_miss {
	const struct session *to_others[16]; /* of the sender, to somebody else */
	size_t n_to_others;
	const struct session *alike[16]; /* to the recipient, from the sender's domain */
	size_t n_alike;
	uint64_t to_count, from_count;          /* then */
	uint64_t to_ever, from_ever, pair_ever; /* at any time */
	bool to_asked_ever, from_asked_ever;
	const struct session *pair_newest;
	struct trace_nearly {
		struct str address; /* one edit away */
		bool sender;        /* from the one asked for; else from the recipient */
	} nearly[8];
	size_t n_nearly;
};

/* Is the sender, the recipient asked for in no session that could be found? */
bool trace_is_unknown(const struct trace_ask *ask, const struct trace_miss *m, bool sender);
/* Sender and recipients of s that are nearly those asked for. */
void trace_note_nearly(struct trace_miss *m, const struct trace_ask *ask, const struct session *s);

/* An address that the index can be asked for: no domain, and not the null sender. */
bool trace_is_whole(struct str address);
/* Is `address` of the domain of `asked`, or of one above or below it? */
bool trace_is_house(struct str asked, struct str address);
/* Is that the sender, by envelope, unwrapped or in the header? */
bool trace_is_sender(const struct trace_ask *ask, const struct session *s);
bool trace_is_recipient(const struct trace_ask *ask, const struct session *s);

/* Fills message, coverage and hints. */
void trace_say(const struct trace_ask *ask, const struct find_context *c,
	       const struct trace_miss *m, struct arena *a, struct trace_result *r);

#endif
