/* SPDX-License-Identifier: MIT */
/*
 * session_rows: sessions read page by page from the store as a list needs them, newest first,
 * filtered by a text. Owns what it read.
 */
#ifndef TUI_SESSION_ROWS_H
#define TUI_SESSION_ROWS_H

#include "db/store.h"
#include "model/text_filter.h"

struct session_rows {
	struct arena arena;
	struct session *rows;
	size_t n, cap;
	struct session_cursor next;
	bool more;        /* older ones were not looked at yet */
	struct term term; /* kind TERM_KIND_COUNT: all */
	struct text_filter filter;
	uint64_t looks;     /* sessions that the next page may look at */
	uint64_t looked_at; /* sessions the filter was asked about */
};

void session_rows_init(struct session_rows *r);
void session_rows_release(struct session_rows *r);
/* Forgets what was read and starts at the newest; term is kept by reference. */
void session_rows_restart(struct session_rows *r, struct term term, struct str words,
			  const struct zone *zone);
/* Reads on until there are `want` rows, nothing is left, or until_ms (monotonic) has come. */
int session_rows_read(struct session_rows *r, struct store *st, size_t want, int64_t until_ms,
		      struct err *e);
/* Its place, or STR_NPOS. */
size_t session_rows_find(const struct session_rows *r, struct session_ref ref);

#endif
