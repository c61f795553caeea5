/* SPDX-License-Identifier: MIT */
/*
 * strbuf: a growing byte string. `p` is never NULL and always NUL-terminated (the NUL is not in n).
 * A maximum is given at init; what would exceed it is dropped and `overflowed` is set, so a caller
 * that feeds strangers' text can never be made to eat all memory.
 */
#ifndef BASE_STRBUF_H
#define BASE_STRBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/str.h"

struct strbuf {
	char *p;
	size_t n;
	size_t cap;
	size_t max;
	bool overflowed;
};

#define STRBUF_NO_MAX ((size_t)1 << 40)

void strbuf_init(struct strbuf *b, size_t max_bytes);
void strbuf_release(struct strbuf *b);
void strbuf_clear(struct strbuf *b); /* empties, keeps the memory */
/*
 * Makes room for `extra` more bytes, with a NUL behind them, and returns where they go; the caller
 * writes all of them and adds extra to n. NULL (and overflowed) where the maximum forbids it.
 */
char *strbuf_reserve(struct strbuf *b, size_t extra);
void strbuf_add_slowly(struct strbuf *b, struct str s);
static inline void
strbuf_add(struct strbuf *b, struct str s)
{
	/* cap counts the final NUL and is never beyond max + 1. */
	if (s.n >= b->cap - b->n || b->cap == 0) {
		strbuf_add_slowly(b, s);
		return;
	}
	if (s.n > 0)
		memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}
static inline void
strbuf_add_char(struct strbuf *b, char c)
{
	strbuf_add(b, (struct str){ &c, 1 });
}
void strbuf_add_text(struct strbuf *b, const char *text);
void strbuf_printf(struct strbuf *b, const char *fmt, ...)
#if defined(__GNUC__)
	__attribute__((format(printf, 2, 3)))
#endif
	;
static inline struct str
strbuf_str(const struct strbuf *b)
{
	return (struct str){ b->p, b->n };
}

/* A varint that does not fit is dropped whole. LEB128 unsigned and zigzag signed varints, for packed blobs. */
void strbuf_add_long_varint(struct strbuf *b, uint64_t value);
static inline void
strbuf_add_varint(struct strbuf *b, uint64_t value)
{
	if (value < 0x80)
		strbuf_add_char(b, (char)value);
	else
		strbuf_add_long_varint(b, value);
}
void strbuf_add_svarint(struct strbuf *b, int64_t value);

/* A bounded reader over a packed blob; on any overrun `bad` is set and zeroes are returned. */
struct unpack {
	const unsigned char *p;
	const unsigned char *end;
	bool bad;
};
uint64_t unpack_varint(struct unpack *u);
int64_t unpack_svarint(struct unpack *u);
struct str unpack_bytes(struct unpack *u, size_t n);

#endif
