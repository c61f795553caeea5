/* SPDX-License-Identifier: MIT */
/*
 * story: which sessions belong to one message's way: attempts of one sender and recipient, the
 * message passed on to another session (alias, forward, filter, next gateway), and the bounce that
 * came of it. Certainty lies in the index; this is judgement, bounded and pure. Sessions should be
 * whole: brief ones lack Message-IDs and next hops' IDs (model/session.h).
 */
#ifndef MODEL_STORY_H
#define MODEL_STORY_H

#include "model/session.h"

/* How session `to` follows from session `from`. */
enum story_link {
	STORY_LINK_NONE,
	STORY_LINK_ATTEMPT,    /* the same mail, tried again */
	STORY_LINK_PASSED_ON,  /* the same mail, one hop or alias further */
	STORY_LINK_BOUNCE,     /* says to the sender what became of the mail */
	STORY_LINK_CONNECTION, /* refusals of one connection that name no mail */
};

/* DESIGN §1.2; the order is that of good news: of several recipients the last one here counts. */
#define STORY_OUTCOME_LIST(X)                                                                \
	X(STORY_NOT_SEEN, "not seen")                                                        \
	X(STORY_UNKNOWN, "unknown") /* seen, but no log says what became of it */            \
	X(STORY_DELIVERED, "delivered")                                                      \
	X(STORY_QUEUED, "queued")         /* accepted by us, no delivery logged yet */       \
	X(STORY_GREYLISTED, "greylisted") /* and not tried again */                          \
	X(STORY_DEFERRED, "deferred")     /* put off otherwise by us, and not tried again */ \
	X(STORY_HELD, "held")                                                                \
	X(STORY_QUARANTINED, "quarantined")                                                  \
	X(STORY_DISCARDED, "discarded")                                                      \
	X(STORY_BOUNCED, "bounced") /* accepted by us, failed later */                       \
	X(STORY_REFUSED, "refused")

#define STORY_ENUM_MEMBER(id, text) id,
enum story_outcome { STORY_OUTCOME_LIST(STORY_ENUM_MEMBER) STORY_OUTCOME_COUNT };
const char *story_outcome_text(enum story_outcome o);

struct story_edge {
	uint32_t from, to; /* places in the array of sessions */
	enum story_link kind;
};

struct story_groups {
	size_t n;        /* stories */
	uint32_t *story; /* of each session, 0 … n-1, numbered as they first appear in the array */
	struct story_edge *edges;
	size_t n_edges;
};

/* O(n log n); `a` holds the result. No session may be NULL. */
void story_group(const struct session *const *sessions, size_t n, struct arena *a,
		 struct story_groups *out);

/* How session `other` stands to session `base` of the same story. */
enum story_relation {
	STORY_RELATION_NONE, /* not the same story */
	STORY_RELATION_ATTEMPT,
	STORY_RELATION_PASSED_ON, /* other carried the mail on */
	STORY_RELATION_CAME_FROM, /* other had the mail before */
	STORY_RELATION_BOUNCE,    /* other reports on it */
	STORY_RELATION_BOUNCE_OF, /* base reports on other */
	STORY_RELATION_CONNECTION,
	STORY_RELATION_COUNT,
};

/* One story: its sessions in the order of time, and how it ended. */
struct story {
	const struct session **sessions;
	size_t n;
	enum story_outcome outcome;
	const struct session *decided_by;  /* NULL: nothing did */
	const struct recipient *recipient; /* of decided_by; NULL: the session as a whole */
	enum story_relation *relations;    /* of each to the one asked for; NULL: none was */
};

/* How it ended in this session for one of its recipients; NULL: for the mail as a whole. */
enum story_outcome story_outcome_of(const struct session *s, const struct recipient *r);
/* Put off by a greylist, as far as its words tell. */
bool story_is_greylisting(const struct session *s);

/*
 * Story number `number` of the groups. `to` (an address or "@domain", empty: anybody) is the
 * recipient whose outcome counts, and those to whom his mail was passed on.
 */
void story_tell(const struct session *const *sessions, const struct story_groups *g, size_t n,
		size_t number, struct str to, struct arena *a, struct story *out);

const char *story_relation_text(enum story_relation r);
/* Of every session to sessions[base]; n of them in out. */
void story_relations(const struct story_groups *g, size_t n, size_t base, struct arena *a,
		     enum story_relation *out);

#endif
