/* SPDX-License-Identifier: MIT */
/*
 * text: a line under construction. Bounded by construction: every part is shorter than its own
 * stated maximum, and text_check() ends the program if a line came near the end all the same.
 */
#ifndef BENCH_TEXT_H
#define BENCH_TEXT_H

#include <stddef.h>
#include <stdint.h>

enum { TEXT_BYTES = 32768 };

struct text {
	char *at; /* where the next byte goes */
	char bytes[TEXT_BYTES];
};

static inline void
text_clear(struct text *t)
{
	t->at = t->bytes;
}

static inline size_t
text_length(const struct text *t)
{
	return (size_t)(t->at - t->bytes);
}

/*
 * Appends. %s string, %u uint32_t, %l uint64_t, %c int; one digit gives the width of %z (decimal
 * with zeros), %x and %X (hexadecimal): "%z2" "%X8"; all three take uint64_t.
 */
void text_put(struct text *t, const char *format, ...);
/* The same into an array that is large enough; ends it with a NUL. Returns its end. */
char *text_into(char *to, const char *format, ...);
void text_check(const struct text *t);

#endif
