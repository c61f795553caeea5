/* SPDX-License-Identifier: MIT */
/* sort: for arrays that are nearly always short and in order already, and by keys. Stable. */
#ifndef BASE_SORT_H
#define BASE_SORT_H

#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

/* Elements of at most 512 bytes. */
void sort_few(void *array, size_t n, size_t size, int (*cmp)(const void *a, const void *b));

/* Most of what tells two items apart, as numbers; where both are equal the items are compared. */
struct sort_key {
	uint64_t major, minor;
	const void *item;
};
/* `spare` has room for n keys. */
void sort_by_key(struct sort_key *keys, size_t n, struct sort_key *spare,
		 int (*cmp)(const void *a, const void *b));

/* The first eight bytes, in the order of str_cmp. */
uint64_t sort_prefix(struct str s);
/* A signed number, in its order. */
static inline uint64_t
sort_number(int64_t n)
{
	return (uint64_t)n ^ UINT64_C(1) << 63;
}

#endif
