/* SPDX-License-Identifier: MIT */
/* check: what the parts of the integrity check share. A finding is reported, not an error. */
#ifndef DB_CHECK_H
#define DB_CHECK_H

#include "base/hash.h"
#include "db/run.h"
#include "db/walk.h"

struct check {
	struct store *st;
	void (*report)(void *arg, const char *text);
	void *arg;
	int findings;
	struct u64_table blocks;     /* id -> source << 32 | lines */
	struct u64_table groups;     /* id -> number of sessions */
	struct u64_table of_source;  /* live sessions by source … */
	struct u64_table of_gateway; /* … and by gateway */
	uint64_t sessions;           /* live */
	uint64_t counter[COUNTER_COUNT];
	struct token_list identifiers; /* of live sessions, to be found in the runs */
	unsigned char *found;          /* one bit for each of these */
};

void check_say(struct check *c, const char *fmt, ...) PRINTF_LIKE(2, 3);
/* check_blocks.c */
int check_sources(struct check *c, struct err *e);
/* check_sessions.c */
int check_groups(struct check *c, struct err *e);
int check_later(struct check *c, struct err *e);
void check_runs(struct check *c);

static inline void
check_count(struct u64_table *t, uint64_t key)
{
	uint64_t *n = u64_table_get(t, key);

	u64_table_put(t, key, n ? *n + 1 : 1);
}

static inline uint64_t
check_number(const struct u64_table *t, uint64_t key)
{
	uint64_t *n = u64_table_get(t, key);

	return n ? *n : 0;
}

#endif
