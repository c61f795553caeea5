/* SPDX-License-Identifier: MIT */
/* support_sessions: sessions written down in one line each, for tests of what looks at many. */
#ifndef TESTS_SUPPORT_SESSIONS_H
#define TESTS_SUPPORT_SESSIONS_H

#include "model/session.h"

#define SUPPORT_SESSIONS_BEGIN (INT64_C(1795219200) * INT64_C(1000000)) /* 2026-11-21 00:00 UTC */

/*
 * Words parted by blanks: t=MINUTES (or t=none) end=MINUTES gw=N ip= host= conn= from=ADDRESS (<>:
 * null) to=ADDRESS[<ORIGINAL][/sent|failed|waits|discarded|VERDICT[@IP]] v=VERDICT st=STAGE
 * code= reply=WORD_WORD own= mid= next= parent= note= ref= subject= size= header=. `to` and
 * identifiers may stand several times.
 */
void support_session(const char *row, uint64_t number, struct arena *a, struct session *out);
/* One per line; the number of a session is that of its line, from 1. */
const struct session **support_sessions(const char *rows, struct arena *a, size_t *n);

#define SUPPORT_STORIES_MAX 64
/* A letter for the story of each session: "AAB". Fails if the order of the pool matters. */
void support_stories(const char *rows, char out[SUPPORT_STORIES_MAX]);

#endif
