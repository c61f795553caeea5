/* SPDX-License-Identifier: MIT */
/*
 * sort: insertion for the short, qsort for the rest. glibc's qsort allocates and copies even when
 * there is nothing to do, which shows when it is called for every session. Keys are merged bottom
 * up from inserted stretches.
 */
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { FEW = 24, ELEMENT_MAX_BYTES = 512, STRETCH = 8 };

static void
insert(char *array, size_t at, size_t size, int (*cmp)(const void *a, const void *b))
{
	char element[ELEMENT_MAX_BYTES];
	size_t to = at;

	while (to > 0 && cmp(array + (to - 1) * size, array + at * size) > 0)
		to--;
	if (to == at)
		return;
	memcpy(element, array + at * size, size);
	memmove(array + (to + 1) * size, array + to * size, (at - to) * size);
	memcpy(array + to * size, element, size);
}

static int
is_sorted(const char *array, size_t n, size_t size, int (*cmp)(const void *a, const void *b))
{
	for (size_t i = 1; i < n; i++)
		if (cmp(array + (i - 1) * size, array + i * size) > 0)
			return 0;
	return 1;
}

void
sort_few(void *array, size_t n, size_t size, int (*cmp)(const void *a, const void *b))
{
	if (n < 2)
		return;
	if (size > ELEMENT_MAX_BYTES)
		panic("sort_few: elements of %zu bytes", size);
	if (n > FEW) {
		if (!is_sorted(array, n, size, cmp))
			qsort(array, n, size, cmp);
		return;
	}
	for (size_t i = 1; i < n; i++)
		insert(array, i, size, cmp);
}

/* --- by keys -------------------------------------------------------------------------------- */

uint64_t
sort_prefix(struct str s)
{
	unsigned char bytes[8] = { 0 };
	uint64_t prefix = 0;

	if (s.n > 0)
		memcpy(bytes, s.p, s.n < sizeof(bytes) ? s.n : sizeof(bytes));
	for (size_t i = 0; i < sizeof(bytes); i++)
		prefix = prefix << 8 | bytes[i];
	return prefix;
}

static inline int
key_is_greater(const struct sort_key *a, const struct sort_key *b,
	       int (*cmp)(const void *a, const void *b))
{
	if (a->major != b->major)
		return a->major > b->major;
	if (a->minor != b->minor)
		return a->minor > b->minor;
	return cmp(a->item, b->item) > 0;
}

static void
insert_keys(struct sort_key *keys, size_t n, int (*cmp)(const void *a, const void *b))
{
	for (size_t i = 1; i < n; i++) {
		struct sort_key key = keys[i];
		size_t to = i;

		for (; to > 0 && key_is_greater(&keys[to - 1], &key, cmp); to--)
			keys[to] = keys[to - 1];
		keys[to] = key;
	}
}

static void
merge_keys(const struct sort_key *a, size_t n_a, const struct sort_key *b, size_t n_b,
	   struct sort_key *out, int (*cmp)(const void *a, const void *b))
{
	while (n_a > 0 && n_b > 0) {
		if (key_is_greater(a, b, cmp)) {
			*out++ = *b++;
			n_b--;
		} else {
			*out++ = *a++;
			n_a--;
		}
	}
	memcpy(out, n_a > 0 ? a : b, (n_a + n_b) * sizeof(*out));
}

void
sort_by_key(struct sort_key *keys, size_t n, struct sort_key *spare,
	    int (*cmp)(const void *a, const void *b))
{
	struct sort_key *from = keys, *to = spare;

	for (size_t at = 0; at < n; at += STRETCH)
		insert_keys(keys + at, n - at < STRETCH ? n - at : STRETCH, cmp);
	for (size_t run = STRETCH; run < n; run *= 2) {
		for (size_t at = 0; at < n; at += 2 * run) {
			size_t n_a = n - at < run ? n - at : run;
			size_t n_b = n - at - n_a < run ? n - at - n_a : run;

			merge_keys(from + at, n_a, from + at + n_a, n_b, to + at, cmp);
		}
		struct sort_key *swap = from;
		from = to;
		to = swap;
	}
	if (from != keys)
		memcpy(keys, from, n * sizeof(*keys));
}
