/* SPDX-License-Identifier: MIT */
/*
 * story_trace: "it never arrived": from a sender, a recipient and a rough time to the stories they
 * tell, or to what is missing. Pure: it says which probes it wants, is given answers, and asks on
 * or concludes. The loop that carries probes to a store is db/story.c.
 */
#ifndef MODEL_STORY_TRACE_H
#define MODEL_STORY_TRACE_H

#include "model/find.h"
#include "model/story.h"

struct trace_ask {
	struct str from, to;       /* an address, "@domain", from also "<>"; empty: anybody */
	int64_t time_us, slack_us; /* TIME_NONE: the newest */
};

/* What matches in part, in words. */
struct trace_hint {
	struct str text;
	const struct session *session;   /* an example; NULL: none */
	const struct trace_ask *instead; /* what to ask for; NULL: nothing */
};

#define TRACE_MAX_HINTS 8
struct trace_result {
	enum story_outcome outcome; /* of the first story; STORY_NOT_SEEN without one */
	struct story *stories;      /* nearest to the time first, else newest first */
	size_t n_stories;
	bool more;           /* there are more sessions than were looked at */
	struct str message;  /* one or two sentences for people */
	struct str coverage; /* what the logs cover of that time, in words */
	struct trace_hint hints[TRACE_MAX_HINTS];
	size_t n_hints;
	int64_t from_us, to_us; /* what was looked through; TIME_NONE: everything */
};

struct tracer;
/* A text for trace_ask.from or .to without <>; false if it cannot be looked for. */
bool trace_address(struct str text, bool sender, struct str *out);
/*
 * What c holds and the texts of `ask` are borrowed. Of the context, coverage is a list of
 * *stretches*: what lies between two of one gateway is a gap.
 */
struct tracer *tracer_new(const struct trace_ask *ask, const struct find_context *c);
/* The story of one session, whole. */
struct tracer *tracer_new_of(const struct session *s, const struct find_context *c);
void tracer_free(struct tracer *t);
/*
 * True: *p is the next question. One without a term asks for the sessions of a time that
 * tracer_keeps. False: the result is ready.
 */
bool tracer_next(struct tracer *t, struct probe *p);
bool tracer_keeps(const struct tracer *t, const struct session *s);
/* Answers the last question; whole sessions that live as long as t. */
void tracer_answer(struct tracer *t, const struct probe_answer *a);
const struct trace_result *tracer_result(const struct tracer *t);

/* How a gateway's logs stand to the time that was asked for. */
enum trace_cover {
	TRACE_COVERS,
	TRACE_PARTLY, /* something of the window, but not the moment or not the whole day */
	TRACE_GAP,
	TRACE_BEGINS_LATER,
	TRACE_ENDS_BEFORE,
};
/*
 * Of gateway: its n stretches, in the order of time. The gap that holds time ± slack lies behind
 * stretch *gap. A window in days is covered when all of it up to now_us is, a rough moment when the
 * moment itself is.
 */
enum trace_cover trace_cover(const struct coverage *stretches, size_t n,
			     const struct trace_ask *ask, int64_t now_us, size_t *gap);

/* "Greylisted 3 times, the last time 2026-11-21 10:02:17 EST by mx1, and not tried again." */
struct str story_say(const struct story *s, const struct zone *zone, struct arena *a);

#endif
