/* SPDX-License-Identifier: MIT */
/* day_words: days as people say them, without a year or without a date. */
#ifndef MODEL_DAY_WORDS_H
#define MODEL_DAY_WORDS_H

#include "base/civil.h"

/*
 * The day that stands at `at` of t: "friday", "last mon", "Sat, 21 Nov", "21st of November", "Nov 21,
 * 2026", "20.11.", "21/11/2026" (refused where day and month could change places). What lacks a year
 * or a date is the last such day, today included. The offset behind it and the day in *out; `at`
 * itself if there is none, or now_us is TIME_NONE.
 */
size_t day_words_read(struct str t, size_t at, const struct zone *zone, int64_t now_us,
		      struct civil *out);

#endif
