/* SPDX-License-Identifier: MIT */
/* say_time: times as the finder's sentences write them, in the operator's zone; NULL: UTC. */
#ifndef MODEL_SAY_TIME_H
#define MODEL_SAY_TIME_H

#include "base/civil.h"
#include "base/strbuf.h"

/* "2026-11-21 18:05:24 EET"; "at an unknown time" for TIME_NONE. */
void say_moment(struct strbuf *b, const struct zone *z, int64_t time_us);
/* "2026-11-21 18:05 EET" */
void say_minute(struct strbuf *b, const struct zone *z, int64_t time_us);
/* "2026-11-21" */
void say_day(struct strbuf *b, const struct zone *z, int64_t time_us);
/* "2026-11-21 16:05:00 to 16:22:35 UTC"; over midnight both days are said. */
void say_span(struct strbuf *b, const struct zone *z, int64_t from_us, int64_t to_us);

#endif
