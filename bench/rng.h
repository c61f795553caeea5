/* SPDX-License-Identifier: MIT */
/* rng: a small seeded generator (splitmix64); the same seed gives the same log on every machine. */
#ifndef BENCH_RNG_H
#define BENCH_RNG_H

#include <stdbool.h>
#include <stdint.h>

struct rng {
	uint64_t state;
};

/* Also a hash: equal input, equal output. */
static inline uint64_t
mix64(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline uint64_t
rng_next(struct rng *r)
{
	return mix64(r->state += 0x9e3779b97f4a7c15u);
}

/* 0 … n-1; n > 0. */
static inline uint32_t
rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)(((rng_next(r) >> 32) * n) >> 32);
}

static inline uint32_t
rng_between(struct rng *r, uint32_t low, uint32_t high)
{
	return low + rng_below(r, high - low + 1);
}

static inline bool
rng_percent(struct rng *r, uint32_t percent)
{
	return rng_below(r, 100) < percent;
}

/* 0 … n-1, small numbers much more often: few senders send most of the mail. */
static inline uint32_t
rng_skewed(struct rng *r, uint32_t n)
{
	double u = (double)(rng_next(r) >> 11) / 9007199254740992.0;

	return (uint32_t)(u * u * u * n);
}

#endif
