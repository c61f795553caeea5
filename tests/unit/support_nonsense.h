/* SPDX-License-Identifier: MIT */
/*
 * support_nonsense: texts that people paste by mistake, made up and the same in every run: words,
 * code, tables, logs of other programs, letters, numbers, encoded bytes, identifiers of nobody.
 */
#ifndef TESTS_UNIT_SUPPORT_NONSENSE_H
#define TESTS_UNIT_SUPPORT_NONSENSE_H

#include "base/strbuf.h"

struct nonsense {
	uint64_t seed; /* not 0 */
};

/* 0 … sides - 1 */
unsigned nonsense_dice(struct nonsense *n, unsigned sides);
void nonsense_hex(struct nonsense *n, struct strbuf *out, size_t digits);
void nonsense_base62(struct nonsense *n, struct strbuf *out, size_t digits);
/* Appends the i-th text; returns the name of its kind. */
const char *nonsense_text(struct nonsense *n, unsigned i, struct strbuf *out);

#endif
