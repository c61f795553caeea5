/* SPDX-License-Identifier: MIT */
/*
 * timeline: takes lines in any order of time and writes them in order. Time is cut into slots of
 * 1/16 s. Lines of the next minute or two lie in a ring of buffers; later ones (up to some days)
 * wait in lists, one per minute. What lies further ahead is dropped: the log ends before it.
 */
#ifndef BENCH_TIMELINE_H
#define BENCH_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SLOTS_PER_SECOND = 16 };

enum role { ROLE_MAIN, ROLE_REJECT, ROLE_SAMPLES, N_ROLES };

struct timeline;

/* fd < 0: that role is not written. count (may be NULL) sees each line of ROLE_MAIN written. */
struct timeline *timeline_new(int64_t first_slot, uint64_t max_bytes, const int fd[N_ROLES],
			      void (*count)(void *, const char *line, size_t n), void *arg);
/* Adds whole lines. Not before the present slot. */
void timeline_put(struct timeline *t, enum role role, int64_t slot, const char *text, size_t n);
/* Writes the present slot and goes on to the next. False when max_bytes are written. */
bool timeline_step(struct timeline *t);
uint64_t timeline_bytes(const struct timeline *t);
/* Writes what is buffered; what was not reached is dropped. */
void timeline_finish(struct timeline *t);

#endif
