/* SPDX-License-Identifier: MIT */
/*
 * text_filter: plain words that must all occur in a session. A word that lists show as a fact of
 * its own (a stage, a verdict, a reply code) must be that fact; one that looks like a time or a date
 * must stand in the session's begin or end as lists show them, or at the head of a line; any other
 * may stand anywhere in facts or lines.
 */
#ifndef MODEL_TEXT_FILTER_H
#define MODEL_TEXT_FILTER_H

#include "base/civil.h"
#include "model/session.h"

#define TEXT_FILTER_MAX_WORDS 16

struct text_filter {
	struct str words[TEXT_FILTER_MAX_WORDS];
	unsigned facts; /* bit n: word n is a stage, verdict, direction or code */
	unsigned times; /* bit n: word n looks like a time or date */
	size_t n_words;
	const struct zone *zone; /* of times as lists show them; NULL: UTC */
};

/* Adds the blank-separated words of text, copied; words beyond the maximum are ignored. */
void text_filter_add(struct text_filter *f, struct str text, struct arena *a);
/*
 * Which words (bit n: word n) occur in no fact of s, and which of `missing` do not occur in a raw
 * line either: a brief session leaves facts out that its lines hold. Case-insensitive.
 */
unsigned text_filter_missing(const struct text_filter *f, const struct session *s);
unsigned text_filter_missing_in_line(const struct text_filter *f, unsigned missing,
				     struct str line);

#endif
