/* SPDX-License-Identifier: MIT */
/* run_list: lists of session numbers and of tokens, and their sorting by radix. */
#include <stdlib.h>

#include "db/run.h"

void
sid_list_add(struct sid_list *l, uint64_t sid)
{
	l->sid = mem_grow(l->sid, &l->cap, l->n + 1, sizeof(*l->sid));
	l->sid[l->n++] = sid;
}

void
sid_list_release(struct sid_list *l)
{
	free(l->sid);
	*l = (struct sid_list){ 0 };
}

void
token_list_release(struct token_list *t)
{
	free(t->token);
	free(t->scratch);
	*t = (struct token_list){ 0 };
}

enum { DIGIT_BITS = 11, DIGITS = 1 << DIGIT_BITS, PASSES = 6 };

/* One stable pass by the digit at shift; false when all have the same digit. */
static bool
radix_pass(const uint64_t *from, uint64_t *to, size_t n, unsigned shift)
{
	size_t at[DIGITS] = { 0 };

	for (size_t i = 0; i < n; i++)
		at[from[i] >> shift & (DIGITS - 1)]++;
	if (at[from[0] >> shift & (DIGITS - 1)] == n)
		return false;
	size_t sum = 0;
	for (size_t d = 0; d < DIGITS; d++) {
		size_t count = at[d];
		at[d] = sum;
		sum += count;
	}
	for (size_t i = 0; i < n; i++)
		to[at[from[i] >> shift & (DIGITS - 1)]++] = from[i];
	return true;
}

static void
radix_sort(uint64_t **values, uint64_t **scratch, size_t n)
{
	if (n < 2)
		return;
	for (unsigned pass = 0; pass < PASSES; pass++) {
		if (!radix_pass(*values, *scratch, n, pass * DIGIT_BITS))
			continue;
		uint64_t *swap = *values;
		*values = *scratch;
		*scratch = swap;
	}
}

static size_t
drop_repetitions(uint64_t *v, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || v[i] != v[kept - 1])
			v[kept++] = v[i];
	return kept;
}

void
token_list_sort(struct token_list *t)
{
	/* Both arrays change places, so both need the same size. */
	if (t->scratch_cap < t->cap) {
		t->scratch = xrealloc_array(t->scratch, t->cap, sizeof(*t->scratch));
		t->scratch_cap = t->cap;
	}
	radix_sort(&t->token, &t->scratch, t->n);
	t->n = drop_repetitions(t->token, t->n);
}

void
sid_list_sort(struct sid_list *l)
{
	bool sorted = true;

	for (size_t i = 1; i < l->n && sorted; i++)
		sorted = l->sid[i - 1] < l->sid[i];
	if (sorted)
		return;
	uint64_t *scratch = xcalloc(l->cap, sizeof(*scratch));
	radix_sort(&l->sid, &scratch, l->n);
	free(scratch);
	l->n = drop_repetitions(l->sid, l->n);
}
