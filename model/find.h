/* SPDX-License-Identifier: MIT */
/*
 * find: from a paste to ranked sessions. Pure: it says which probes it wants, is given answers, and
 * asks on or ranks. The loop that carries probes to a store is db/find.c.
 */
#ifndef MODEL_FIND_H
#define MODEL_FIND_H

#include "model/foreign.h"
#include "model/ours.h"
#include "model/story.h"
#include "model/term.h"

#define PASTE_MAX_BYTES (8u << 20) /* what exceeds it is dropped and said */

#define CLUE_KIND_LIST(X)                                                \
	X(CLUE_IDENTIFIER, "identifier")                                 \
	X(CLUE_MESSAGE_ID, "message-id")                                 \
	X(CLUE_IP, "ip")                                                 \
	X(CLUE_HOST, "host")                                             \
	X(CLUE_ADDRESS, "address")                                       \
	X(CLUE_SENDER, "sender")                                         \
	X(CLUE_RECIPIENT, "recipient")                                   \
	X(CLUE_TIME, "time")                                             \
	X(CLUE_ID_TIME, "id-time") /* the moment inside an identifier */ \
	X(CLUE_CODE, "code")                                             \
	X(CLUE_STAGE, "stage")                                           \
	X(CLUE_SCORE, "score")                                           \
	X(CLUE_SUBJECT, "subject")                                       \
	X(CLUE_REPLY, "reply") /* the refusal text itself */

#define CLUE_ENUM_MEMBER(id, text) id,
enum clue_kind { CLUE_KIND_LIST(CLUE_ENUM_MEMBER) CLUE_KIND_COUNT };
const char *clue_kind_text(enum clue_kind k);

struct clue {
	enum clue_kind kind;
	struct str text;    /* repaired */
	size_t start, end;  /* byte range in the original paste */
	int64_t time_us;    /* TIME, ID_TIME */
	int64_t slack_us;   /* how far off it may be */
	double doubt;       /* 0 sure … 1 worthless: misread, joined, cut */
	const char *repair; /* "joined over a line break", "cut"; NULL: as pasted */
	uint64_t matches;   /* sessions in the index that share it, after probing */
	bool dropped;       /* the operator set it aside */
};

/* us, our-backend, remote, third-party, sender-side, unknown (DESIGN §5.3). */
#define REFUSER_LIST(X)                       \
	X(REFUSER_UNKNOWN, "unknown")         \
	X(REFUSER_US, "us")                   \
	X(REFUSER_OUR_BACKEND, "our-backend") \
	X(REFUSER_REMOTE, "remote")           \
	X(REFUSER_THIRD_PARTY, "third-party") \
	X(REFUSER_SENDER_SIDE, "sender-side")
#define BOUNCE_KIND_LIST(X)                  \
	X(BOUNCE_FAILURE, "failure")         \
	X(BOUNCE_DELAY, "delay")             \
	X(BOUNCE_CALLOUT, "callout")         \
	X(BOUNCE_BACKSCATTER, "backscatter") \
	X(BOUNCE_LATE, "late-bounce")
enum refuser { REFUSER_LIST(CLUE_ENUM_MEMBER) REFUSER_COUNT };
enum bounce_kind { BOUNCE_KIND_LIST(CLUE_ENUM_MEMBER) BOUNCE_KIND_COUNT };
const char *refuser_text(enum refuser r);
const char *bounce_kind_text(enum bounce_kind k);

#define CANDIDATE_MAX_REASONS 8
/* A story: the session in it that the paste is about, and what else was tried for the same mail. */
struct candidate {
	const struct session *session;
	double probability; /* 0 … 1; all candidates, more_ and none_probability sum to 1 */
	struct str reasons[CANDIDATE_MAX_REASONS]; /* in words */
	size_t n_reasons;
	const struct session **attempts; /* the others of the story, as far as seen; by time */
	size_t n_attempts;
	enum story_outcome outcome;
};

/* One of several bounces in a paste: its place, and in a few words whom it is about. */
struct paste_part {
	size_t start, end;
	struct str title;
};

struct find_result {
	enum refuser refused_by;
	struct str reported_by; /* host that wrote the bounce; empty if unknown */
	enum bounce_kind kind;
	struct foreign foreign; /* what the words of the refusal tell */
	struct clue *clues;
	size_t n_clues;
	const char **repairs; /* names of the repairs that changed anything */
	size_t n_repairs;
	struct candidate *candidates; /* best first */
	size_t n_candidates;
	size_t n_more; /* stories that fit hardly less, and are not among the candidates */
	double more_probability;
	double none_probability;
	bool is_list;                   /* one clue alone was asked for: a list, not guesses; its
	                            probabilities say nothing and need not be shown */
	uint64_t n_listed;              /* sessions that the list could hold */
	struct str message;             /* one or two sentences for people */
	struct str text;                /* what was read of the paste, after repair, for display */
	const struct paste_part *parts; /* of a paste that holds several bounces; else none */
	size_t n_parts;
	size_t part; /* 1 …: which was read; 0: all of the paste */
};

/* What the index holds, so that "not seen" can be told from "before our logs begin". */
struct coverage {
	struct str gateway;
	int64_t from_us, to_us;
	uint64_t sessions;
	struct str formats; /* of its logs, parted by blanks; empty: not known */
};

struct find_context {
	const struct ours *ours;
	const struct coverage *coverage;
	size_t n_coverage;
	uint64_t total_sessions;
	const struct zone *zone;     /* the operator's */
	int64_t now_us;              /* TIME_NONE: unknown */
	size_t part;                 /* 1 …: read only that one of several bounces; 0: all */
	const struct session *named; /* the paste is its reference in the index; NULL: it is none */
	/* As an earlier finder found them in the same paste, borrowed; NULL: not known yet. */
	const struct paste_part *parts;
	size_t n_parts;
	/* Asked while a long paste is read, true: stop; may be NULL. */
	bool (*cancel)(void *arg);
	void *cancel_arg;
};

struct finder;
/*
 * The paste is borrowed and must outlive the finder; everything else is in the finder's arena.
 * NULL: context->cancel said so.
 */
struct finder *finder_new(struct str paste, const struct find_context *c);
void finder_free(struct finder *f);
/* True: *p is the next question. False: the result is ready. */
bool finder_next(struct finder *f, struct probe *p);
/* Answers the last question; sessions are copied by reference and must live as long as f. */
void finder_answer(struct finder *f, const struct probe_answer *a);
/* Sets clue i aside (or takes it back) and starts over. */
void finder_drop_clue(struct finder *f, size_t i, bool dropped);
const struct find_result *finder_result(const struct finder *f);

#endif
