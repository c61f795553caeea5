/* SPDX-License-Identifier: MIT */
/*
 * desk_find: past finds. What was pasted is other people's mail: it is cut, and only the newest
 * finds of each operator are kept.
 */
#include <stdlib.h>

#include "base/hash.h"
#include "db/desk_local.h"

enum { FIND_COLUMNS = 12 /* before the session's */ };

/* The find that a query names, and so on while it names one. */
static int
drop_finds(struct desk *d, enum stmt_id id, uint64_t value, struct err *e)
{
	for (;;) {
		sqlite3_stmt *row = sql_query(&d->q, id, e, "tu", str_from(d->author), value);
		int rc = row ? sql_step(&d->q, row, e) : -1;
		if (rc <= 0)
			return rc;
		uint64_t find = sql_uint(row, 0), session = sql_uint(row, 1);
		sql_done(row);
		if (sql_run(&d->q, DESK_FIND_DROP, e, "u", find) < 0 ||
		    desk_session_drop_unused(d, session, e) < 0)
			return -1;
	}
}

static int
write_find(struct desk *d, const struct desk_find *f, int64_t now_us, struct err *e)
{
	struct str paste = desk_bounded(f->paste, FIND_PASTE_MAX_BYTES);
	uint64_t hash = hash_bytes(paste, 0), session = 0;
	int64_t chosen = 0;

	/* A choice is not taken back by only looking once more. */
	if (!f->opened &&
	    sql_number(&d->q, DESK_FIND_CHOSEN, 0, &chosen, e, "tu", str_from(d->author), hash) < 0)
		return -1;
	if (chosen > 0)
		session = (uint64_t)chosen;
	else if (f->has_session && desk_session_remember(d, &f->key, &f->session, &session, e) < 0)
		return -1;
	if (sql_run(&d->q, DESK_FIND_ADD, e, session > 0 ? "itututuutu" : "itututuutn", now_us,
		    str_from(d->author), hash, paste,
		    (uint64_t)(f->paste_cut || paste.n < f->paste.n),
		    desk_bounded(f->message, FIND_MESSAGE_MAX_BYTES), f->candidates,
		    (uint64_t)(f->opened || chosen > 0),
		    desk_bounded(f->aside, FIND_ASIDE_MAX_BYTES), session) < 0)
		return -1;
	if (drop_finds(d, DESK_FIND_OF_PASTE, hash, e) < 0)
		return -1;
	return drop_finds(d, DESK_FIND_BEYOND, FINDS_KEPT, e);
}

int
desk_add_find(struct desk *d, const struct desk_find *f, int64_t now_us, struct err *e)
{
	if (desk_begin_write(d, e) < 0)
		return -1;
	return desk_end(d, write_find(d, f, now_us, e), e);
}

static uint64_t
read_find(sqlite3_stmt *row, struct arena *a, struct desk_find *f)
{
	*f = (struct desk_find){
		.number = sql_uint(row, 0),
		.time_us = sql_int(row, 1),
		.author = arena_str(a, sql_bytes(row, 2)),
		.paste = arena_str(a, sql_bytes(row, 3)),
		.paste_cut = sql_uint(row, 4) != 0,
		.message = arena_str(a, sql_bytes(row, 5)),
		.candidates = sql_uint(row, 6),
		.opened = sql_uint(row, 7) != 0,
		.has_session = !sql_is_null(row, 8),
		.aside = arena_str(a, sql_bytes(row, 9)),
		.case_status = case_status_from_text(sql_bytes(row, 10)),
		.case_number = sql_uint(row, 11),
	};
	return f->has_session ? desk_session_read(row, FIND_COLUMNS, a, &f->key, &f->session) : 0;
}

static int
read_finds(struct desk *d, size_t most, struct arena *a, struct desk_find *list, size_t *n,
	   struct err *e)
{
	sqlite3_stmt *row = sql_query(&d->q, DESK_FINDS, e, "u", (uint64_t)most);
	uint64_t *sessions = xcalloc(most + 1, sizeof(*sessions));
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		sessions[*n] = read_find(row, a, &list[*n]);
		(*n)++;
	}
	for (size_t i = 0; rc == 0 && i < *n; i++)
		if (sessions[i] > 0)
			rc = desk_session_read_recipients(d, sessions[i], a, &list[i].session, e);
	free(sessions);
	return rc;
}

int
desk_finds(struct desk *d, size_t most, struct arena *a, struct desk_find **out, size_t *n,
	   struct err *e)
{
	bool there;

	*out = NULL;
	*n = 0;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	*out = arena_alloc(a, (most + 1) * sizeof(**out));
	return desk_end(d, read_finds(d, most, a, *out, n, e), e);
}
