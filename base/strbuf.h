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
void strbuf_add(struct strbuf *b, struct str s);
void strbuf_add_char(struct strbuf *b, char c);
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
void strbuf_add_varint(struct strbuf *b, uint64_t value);
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
