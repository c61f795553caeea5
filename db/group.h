/* SPDX-License-Identifier: MIT */
/*
 * group: up to GROUP_SESSIONS sessions as columns, the unit in which sessions are packed. Which
 * columns there are says one table (group_fields.c). A session's place in its group is part of its
 * number: number = group << GROUP_BITS | place.
 *
 * A builder owns its columns. A view borrows them (from a builder or from unpacked bytes), and
 * sessions decoded from a view borrow their texts from it; arrays come from the caller's arena.
 * Join keys and line texts are not kept in groups.
 */
#ifndef DB_GROUP_H
#define DB_GROUP_H

#include "base/err.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "db/group_fields.h"
#include "model/session.h"

enum {
	GROUP_BITS = 9,
	GROUP_SESSIONS = 1 << GROUP_BITS,
	GROUP_MAX_COLUMNS = 64,
	GROUP_FULL_BYTES = 4 << 20, /* closed early when sessions are huge */
};
#define GROUP_MAX_BYTES ((size_t)1 << 30)

static inline uint64_t
group_of(uint64_t sid)
{
	return sid >> GROUP_BITS;
}

static inline size_t
place_of(uint64_t sid)
{
	return (size_t)(sid & (GROUP_SESSIONS - 1));
}

struct group_view {
	size_t n;
	size_t n_columns; /* fewer in groups written before a field was added: it reads as zero */
	struct str column[GROUP_MAX_COLUMNS];
};

struct column_state {
	int64_t previous;       /* value; of lines: of the same session */
	int64_t first;          /* of lines: the first one of the previous session */
	struct str text;        /* reader: previous text */
	size_t text_at, text_n; /* builder: where it lies in the column */
};

struct group_builder {
	uint64_t id; /* 0: no group begun */
	size_t n;
	size_t bytes;
	int64_t tmin, tmax; /* of starts; TIME_NONE counts as the oldest time */
	int64_t tend;       /* newest end */
	bool dirty;         /* has sessions that its row has not */
	struct strbuf column[GROUP_MAX_COLUMNS];
	struct column_state state[GROUP_MAX_COLUMNS];
};

void group_builder_init(struct group_builder *b);
void group_builder_release(struct group_builder *b);
void group_builder_begin(struct group_builder *b, uint64_t id);
static inline bool
group_builder_is_full(const struct group_builder *b)
{
	return b->n == GROUP_SESSIONS || b->bytes >= GROUP_FULL_BYTES;
}
/* Returns the session's number. */
uint64_t group_builder_add(struct group_builder *b, const struct session *s);
void group_builder_view(const struct group_builder *b, struct group_view *out);
/* The columns as one string, and back. ERR_DB when damaged. */
void group_join(const struct group_builder *b, struct strbuf *out);
int group_split(struct str raw, struct group_view *out, struct err *e);

struct group_reader {
	const struct group_view *view;
	size_t next;      /* place of the session that comes next */
	uint64_t columns; /* which are read, a bit for each; the others' members stay zero */
	bool bad;
	struct unpack at[GROUP_MAX_COLUMNS];
	struct column_state state[GROUP_MAX_COLUMNS];
};
#define GROUP_ALL_COLUMNS UINT64_MAX
/* Start, end, gateway and lines: a tenth of the work. */
#define GROUP_OUTLINE \
	(1ull << COLUMN_START | 1ull << COLUMN_END | 1ull << COLUMN_GATEWAY | 1ull << COLUMN_LINE)
void group_reader_init(struct group_reader *r, const struct group_view *v, uint64_t columns);
/* False when there is none left or the group is damaged (bad). ref and names are the caller's. */
bool group_read(struct group_reader *r, struct arena *a, struct session *out);
bool group_skip(struct group_reader *r);
/* All n of the view at once; false when damaged. */
bool group_read_all(const struct group_view *v, struct arena *a, struct session *out);
/* Just the start times of all sessions. */
bool group_starts(const struct group_view *v, int64_t out[GROUP_SESSIONS]);

/* Copies all that a decoded session borrows. */
void session_copy(const struct session *s, struct arena *a, struct session *out);

#endif
