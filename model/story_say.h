/* SPDX-License-Identifier: MIT */
/* story_say: what the sentences about stories and traces share. */
#ifndef MODEL_STORY_SAY_H
#define MODEL_STORY_SAY_H

#include "base/civil.h"
#include "model/story_trace.h"

/* "2026-11-21 10:02:17 EST"; zone NULL: UTC */
void story_say_time(struct strbuf *b, int64_t time_us, const struct zone *z, struct arena *a);

#endif
