/* SPDX-License-Identifier: MIT */
/*
 * strbuf: the growing byte string, varints, and the bounded reader for what varints packed.
 * The buffer owns its memory; before the first byte, and with cap == 0, p is a shared empty
 * string that is never written to.
 */
#include "base/strbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/mem.h"

static char empty[1];

enum { VARINT_MAX_BYTES = 10, FIRST_CAP = 64 };

void
strbuf_init(struct strbuf *b, size_t max_bytes)
{
	*b = (struct strbuf){ .p = empty, .max = max_bytes };
}

void
strbuf_release(struct strbuf *b)
{
	if (b->cap > 0)
		free(b->p);
	strbuf_init(b, b->max);
}

void
strbuf_clear(struct strbuf *b)
{
	b->n = 0;
	b->overflowed = false;
	if (b->cap > 0)
		b->p[0] = '\0';
}

/* cap counts the final NUL. */
static void
grow(struct strbuf *b, size_t need)
{
	if (need <= b->cap)
		return;
	size_t cap = b->cap > 0 ? b->cap : FIRST_CAP;
	while (cap < need)
		cap *= 2;
	if (cap > b->max + 1 && need <= b->max + 1)
		cap = b->max + 1;
	b->p = xrealloc(b->cap > 0 ? b->p : NULL, cap);
	b->cap = cap;
	b->p[b->n] = '\0';
}

static size_t
room(const struct strbuf *b)
{
	return b->n < b->max ? b->max - b->n : 0;
}

char *
strbuf_reserve(struct strbuf *b, size_t extra)
{
	if (extra > room(b)) {
		b->overflowed = true;
		return NULL;
	}
	grow(b, b->n + extra + 1);
	b->p[b->n + extra] = '\0';
	return b->p + b->n;
}

void
strbuf_add_slowly(struct strbuf *b, struct str s)
{
	if (s.n > room(b)) {
		s.n = room(b);
		b->overflowed = true;
	}
	if (s.n == 0)
		return;
	grow(b, b->n + s.n + 1);
	memcpy(b->p + b->n, s.p, s.n);
	b->n += s.n;
	b->p[b->n] = '\0';
}

void
strbuf_add_text(struct strbuf *b, const char *text)
{
	strbuf_add(b, str_from(text));
}

void
strbuf_printf(struct strbuf *b, const char *fmt, ...)
{
	va_list args;
	va_start(args, fmt);
	int n = vsnprintf(NULL, 0, fmt, args);
	va_end(args);
	if (n < 0)
		panic("bad format \"%s\"", fmt);

	size_t wanted = (size_t)n;
	if (wanted > room(b)) {
		wanted = room(b);
		b->overflowed = true;
	}
	grow(b, b->n + wanted + 1);
	va_start(args, fmt);
	vsnprintf(b->p + b->n, wanted + 1, fmt, args);
	va_end(args);
	b->n += wanted;
}

void
strbuf_add_long_varint(struct strbuf *b, uint64_t value)
{
	char bytes[VARINT_MAX_BYTES];
	size_t n = 0;
	while (value >= 0x80) {
		bytes[n++] = (char)(unsigned char)(0x80 | (value & 0x7f));
		value >>= 7;
	}
	bytes[n++] = (char)value;
	if (n > room(b)) { /* half a varint would be read as another number */
		b->overflowed = true;
		return;
	}
	strbuf_add(b, (struct str){ bytes, n });
}

void
strbuf_add_svarint(struct strbuf *b, int64_t value)
{
	uint64_t bits = (uint64_t)value << 1;
	strbuf_add_varint(b, value < 0 ? ~bits : bits);
}

uint64_t
unpack_varint(struct unpack *u)
{
	uint64_t value = 0;
	for (unsigned shift = 0; shift < 64 && u->p < u->end && !u->bad; shift += 7) {
		uint64_t byte = *u->p++;
		if (shift == 63 && byte > 1)
			break;
		value |= (byte & 0x7f) << shift;
		if (byte < 0x80)
			return value;
	}
	u->bad = true;
	return 0;
}

int64_t
unpack_svarint(struct unpack *u)
{
	uint64_t bits = unpack_varint(u);
	uint64_t value = bits & 1 ? ~(bits >> 1) : bits >> 1;
	int64_t out;
	memcpy(&out, &value, sizeof(out));
	return out;
}

struct str
unpack_bytes(struct unpack *u, size_t n)
{
	if (u->bad || n > (size_t)(u->end - u->p)) {
		u->bad = true;
		return (struct str){ "", 0 };
	}
	struct str s = { (const char *)u->p, n };
	u->p += n;
	return s;
}
