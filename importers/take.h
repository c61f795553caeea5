/* SPDX-License-Identifier: MIT */
/* take: reading a line from left to right by removing what was understood from its head. */
#ifndef IMPORTERS_TAKE_H
#define IMPORTERS_TAKE_H

#include <string.h>

#include "base/str.h"

/* Removes `lead` from the head of *s if it stands there. */
static inline bool
take(struct str *s, struct str lead)
{
	if (!str_starts(*s, lead))
		return false;
	s->p += lead.n;
	s->n -= lead.n;
	return true;
}

static inline bool
take_char(struct str *s, char c)
{
	if (s->n == 0 || s->p[0] != c)
		return false;
	s->p++;
	s->n--;
	return true;
}

/* Removes what stands before `c` (all of it when there is none); c itself stays. */
static inline struct str
take_until(struct str *s, char c)
{
	const char *hit = s->n > 0 ? memchr(s->p, c, s->n) : NULL;
	struct str out = { s->p, hit ? (size_t)(hit - s->p) : s->n };

	s->p += out.n;
	s->n -= out.n;
	return out;
}

/* Offset of the first ": ", or STR_NPOS: what a message's text stands behind. */
static inline size_t
find_text(struct str s)
{
	const char *end = s.p + s.n, *hit = s.p;

	while (hit < end && (hit = memchr(hit, ':', (size_t)(end - hit)))) {
		if (hit + 1 < end && hit[1] == ' ')
			return (size_t)(hit - s.p);
		hit++;
	}
	return STR_NPOS;
}

#endif
