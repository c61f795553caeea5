/* SPDX-License-Identifier: MIT */
/* text_filter: plain words that must all occur in a session, whatever the field. */
#ifndef MODEL_TEXT_FILTER_H
#define MODEL_TEXT_FILTER_H

#include "model/session.h"

#define TEXT_FILTER_MAX_WORDS 16

struct text_filter {
	struct str words[TEXT_FILTER_MAX_WORDS];
	size_t n_words;
};

/* Adds the blank-separated words of text, copied; words beyond the maximum are ignored. */
void text_filter_add(struct text_filter *f, struct str text, struct arena *a);
/* Case-insensitive; also true without words. */
bool text_filter_matches(const struct text_filter *f, const struct session *s);

#endif
