/* SPDX-License-Identifier: MIT */
/*
 * mem: allocation that never returns NULL, and arenas of bump blocks.
 * An arena owns a chain of blocks, newest (and largest) first; reset keeps that one, so a scratch
 * arena stops allocating after a few records. Running out of memory is fatal, an overflowing size
 * is a panic.
 */
#include "base/mem.h"

#include <stdarg.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

enum {
	BLOCK_MIN_BYTES = 8 << 10,
	BLOCK_MAX_BYTES = 1 << 20, /* larger only for a single larger object */
};

struct arena_block {
	struct arena_block *older;
	size_t cap;
	alignas(max_align_t) char bytes[];
};

static size_t
product(size_t count, size_t size)
{
	if (size != 0 && count > SIZE_MAX / size)
		panic("allocation of %zu x %zu bytes", count, size);
	return count * size;
}

void *
xmalloc(size_t size)
{
	void *p = malloc(size > 0 ? size : 1);
	if (!p)
		fatal("out of memory (%zu bytes)", size);
	return p;
}

void *
xcalloc(size_t count, size_t size)
{
	size_t bytes = product(count, size);
	void *p = calloc(bytes > 0 ? bytes : 1, 1);
	if (!p)
		fatal("out of memory (%zu bytes)", bytes);
	return p;
}

void *
xrealloc(void *old, size_t size)
{
	void *p = realloc(old, size > 0 ? size : 1);
	if (!p)
		fatal("out of memory (%zu bytes)", size);
	return p;
}

void *
xrealloc_array(void *old, size_t count, size_t size)
{
	return xrealloc(old, product(count, size));
}

char *
xstrdup(const char *text)
{
	return xstrndup(str_from(text));
}

char *
xstrndup(struct str text)
{
	char *p = xmalloc(text.n + 1);
	if (text.n > 0)
		memcpy(p, text.p, text.n);
	p[text.n] = '\0';
	return p;
}

void *
mem_grow(void *array, size_t *cap, size_t need, size_t size)
{
	if (need <= *cap)
		return array;
	size_t wanted = *cap < 8 ? 8 : *cap;
	while (wanted < need)
		wanted = wanted > SIZE_MAX / 2 ? need : wanted * 2;
	array = xrealloc_array(array, wanted, size);
	*cap = wanted;
	return array;
}

void
arena_init(struct arena *a)
{
	*a = (struct arena){ 0 };
}

static void
free_chain(struct arena_block *b)
{
	while (b) {
		struct arena_block *older = b->older;
		free(b);
		b = older;
	}
}

void
arena_release(struct arena *a)
{
	free_chain(a->head);
	arena_init(a);
}

void
arena_reset(struct arena *a)
{
	struct arena_block *keep = a->head;
	if (keep && keep->cap > BLOCK_MAX_BYTES) {
		free_chain(keep);
		keep = NULL;
	} else if (keep) {
		free_chain(keep->older);
		keep->older = NULL;
	}
	*a = (struct arena){ .head = keep };
}

static void
add_block(struct arena *a, size_t size)
{
	size_t cap = a->head ? a->head->cap : BLOCK_MIN_BYTES / 2;
	cap = cap > BLOCK_MAX_BYTES / 2 ? BLOCK_MAX_BYTES : cap * 2;
	if (cap < size)
		cap = size;
	if (cap > SIZE_MAX - sizeof(struct arena_block))
		panic("arena allocation of %zu bytes", size);
	struct arena_block *b = xmalloc(sizeof(*b) + cap);
	b->older = a->head;
	b->cap = cap;
	a->head = b;
	a->used = 0;
}

void *
arena_alloc(struct arena *a, size_t size)
{
	const size_t mask = alignof(max_align_t) - 1;
	if (size > SIZE_MAX - mask)
		panic("arena allocation of %zu bytes", size);
	size_t padded = (size + mask) & ~mask;
	if (!a->head || padded > a->head->cap - a->used)
		add_block(a, padded);
	void *p = a->head->bytes + a->used;
	a->used += padded;
	a->total += padded;
	return p;
}

void *
arena_zalloc(struct arena *a, size_t size)
{
	return memset(arena_alloc(a, size), 0, size);
}

struct str
arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return (struct str){ p, s.n };
}

struct str
arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		panic("bad format \"%s\"", fmt);
	char *p = arena_alloc(a, (size_t)n + 1);
	va_start(args, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, args);
	va_end(args);
	return (struct str){ p, (size_t)n };
}
