/* SPDX-License-Identifier: MIT */
/*
 * explain: two texts about one session: for the local user in plain words, and for the postmaster
 * of the other side with every fact that he needs. Both name one recipient and never another; what
 * is inferred says so, and what no log tells is not said. Strangers' text in them is neutralised
 * and bounded.
 */
#ifndef MODEL_EXPLAIN_H
#define MODEL_EXPLAIN_H

#include "base/civil.h"
#include "model/ladder.h"
#include "model/ours.h"

#define EXPLAIN_MOST_ATTEMPTS 60 /* of one mail that are looked at */

struct explain_query {
	const struct session *session; /* whole */
	const struct ladder *ladder;   /* NULL: not at hand */
	struct str asked;              /* the asker's recipient; empty: explain_default_recipient */
	const struct zone *zone;       /* the user's; NULL: UTC */
	const struct ours *ours;       /* may be NULL */
	/* Its story (model/story.h), all whole; looked: that was asked for. */
	const struct session *attempts; /* others of the same mail, earlier and later, any order */
	size_t n_attempts;
	const struct session *onward; /* carried the mail on; NULL: none */
	const struct session *bounce; /* a notice of failure about it; NULL: none */
	bool looked;
	/* How far silence means anything; TIME_NONE or 0: not known. */
	int64_t now_us;
	int64_t logs_end_us; /* of this gateway */
	bool logs_gap;       /* hours of it are missing between the session and the end */
};

struct explained {
	struct str user, postmaster; /* paragraphs are single lines in the user's, wrapped at 72 in
	                                the other */
	struct str recipient;        /* whom both speak of; empty: nobody */
};

/* False: the session's recipients are all known and the asked one is none of them. */
bool explain(const struct explain_query *q, struct arena *a, struct explained *out);
/* The one who most likely asks: the first with the worst outcome; empty when none is logged. */
struct str explain_default_recipient(const struct session *s);

#endif
