/* SPDX-License-Identifier: MIT */
/*
 * text_cursor: a place in a short text that is read from left to right: what the readers of times
 * and of time zones share. Borrows the text, allocates nothing; the end reads as '\0'.
 */
#ifndef BASE_TEXT_CURSOR_H
#define BASE_TEXT_CURSOR_H

#include "base/str.h"

struct text_cursor {
	struct str s;
	size_t at;
};

static inline char
text_peek(const struct text_cursor *c)
{
	return c->at < c->s.n ? c->s.p[c->at] : '\0';
}

/* Steps over `wanted` when it is next; says whether it was. */
static inline bool
text_take(struct text_cursor *c, char wanted)
{
	if (c->at >= c->s.n || c->s.p[c->at] != wanted)
		return false;
	c->at++;
	return true;
}

#endif
