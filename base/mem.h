/* SPDX-License-Identifier: MIT */
/*
 * mem: allocation that succeeds or ends the process, and arenas.
 * Three lifetimes exist in Postern: program, view load (one arena per view), record (scratch arena
 * reset per record). There are no reference counts.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

#include "base/str.h"

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
void *xrealloc_array(void *old, size_t count, size_t size);
char *xstrdup(const char *text);
char *xstrndup(struct str text);

/* Grows *array (element size `size`) so that `need` elements fit; doubles; updates *cap. */
void *mem_grow(void *array, size_t *cap, size_t need, size_t size);

struct arena_block;
/* Zero-initialise or arena_init; release frees all, reset keeps the first block for reuse. */
struct arena {
	struct arena_block *head;
	size_t used;  /* bytes used of head */
	size_t total; /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);
void arena_release(struct arena *a);
void arena_reset(struct arena *a);
/* Aligned for any type, uninitialised / zeroed. */
void *arena_alloc(struct arena *a, size_t size);
void *arena_zalloc(struct arena *a, size_t size);
/* Copies; the result is also NUL-terminated (the NUL is not counted in n). */
struct str arena_str(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;

#endif
