/* SPDX-License-Identifier: MIT */
/*
 * sort: insertion for the short, qsort for the rest. glibc's qsort allocates and copies even when
 * there is nothing to do, which shows when it is called for every session.
 */
#include "base/sort.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum { FEW = 24, ELEMENT_MAX_BYTES = 512 };

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
