/* SPDX-License-Identifier: MIT */
/* sort: for arrays that are nearly always short and in order already. Stable. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>

/* Elements of at most 512 bytes. */
void sort_few(void *array, size_t n, size_t size, int (*cmp)(const void *a, const void *b));

#endif
