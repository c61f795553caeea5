/* SPDX-License-Identifier: MIT */
/*
 * bits: numbers as bits, most significant first, for token runs, where a byte per token is a fifth
 * of the space. The writer fills a buffer of the caller's, which must be large enough; the reader
 * is bounded: beyond the end it gives zeroes and is `bad`.
 */
#ifndef DB_BITS_H
#define DB_BITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bit_writer {
	unsigned char *p;
	size_t n;      /* whole bytes written */
	uint64_t held; /* less than 8 bits, the lowest n_held */
	unsigned n_held;
};

struct bit_reader {
	const unsigned char *p, *end;
	uint64_t held;
	unsigned n_held;
	bool bad;
};

enum { BITS_AT_ONCE = 56 };

/* The lowest n (at most BITS_AT_ONCE) bits of value. */
static inline void
bits_put(struct bit_writer *w, uint64_t value, unsigned n)
{
	w->held = w->held << n | (value & ((UINT64_C(1) << n) - 1));
	w->n_held += n;
	while (w->n_held >= 8) {
		w->n_held -= 8;
		w->p[w->n++] = (unsigned char)(w->held >> w->n_held);
	}
}

/* The last byte is filled with zeroes. */
static inline void
bits_end(struct bit_writer *w)
{
	if (w->n_held > 0)
		bits_put(w, 0, 8 - w->n_held);
}

static inline uint64_t
bits_get(struct bit_reader *r, unsigned n)
{
	while (r->n_held < n) {
		if (r->p == r->end) {
			r->bad = true;
			return 0;
		}
		r->held = r->held << 8 | *r->p++;
		r->n_held += 8;
	}
	r->n_held -= n;
	return r->held >> r->n_held & ((UINT64_C(1) << n) - 1);
}

/* How many bits a number needs; 0 for 0. */
static inline unsigned
bits_in(uint64_t value)
{
	unsigned n = 0;

	for (; value; value >>= 1)
		n++;
	return n;
}

/*
 * Numbers around 2^k: the part above k bits as so many ones and a zero, then k bits. What would
 * need more than BITS_ONES ones is written out behind them.
 */
enum { BITS_ONES = 20, BITS_WHOLE = 40 };

static inline void
bits_put_near(struct bit_writer *w, uint64_t value, unsigned k)
{
	uint64_t ones = value >> k;

	if (ones < BITS_ONES) {
		bits_put(w, (UINT64_C(1) << (ones + 1)) - 2, (unsigned)ones + 1);
		bits_put(w, value, k);
	} else {
		bits_put(w, (UINT64_C(1) << BITS_ONES) - 1, BITS_ONES);
		bits_put(w, value, BITS_WHOLE);
	}
}

static inline uint64_t
bits_get_near(struct bit_reader *r, unsigned k)
{
	uint64_t ones = 0;

	while (ones < BITS_ONES && bits_get(r, 1))
		ones++;
	return ones == BITS_ONES ? bits_get(r, BITS_WHOLE) : ones << k | bits_get(r, k);
}

/* Numbers from 1 whose size is not known: their length in ones, then their bits but the first. */
static inline void
bits_put_any(struct bit_writer *w, uint64_t value)
{
	unsigned n = bits_in(value);

	bits_put(w, (UINT64_C(1) << n) - 2, n);
	bits_put(w, value, n - 1);
}

static inline uint64_t
bits_get_any(struct bit_reader *r)
{
	unsigned n = 1;

	while (n < BITS_WHOLE && bits_get(r, 1))
		n++;
	return UINT64_C(1) << (n - 1) | bits_get(r, n - 1);
}

#endif
