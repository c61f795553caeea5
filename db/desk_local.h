/* SPDX-License-Identifier: MIT */
/* desk_local: what the files of the desk share. Nobody else includes this, but tests. */
#ifndef DB_DESK_LOCAL_H
#define DB_DESK_LOCAL_H

#include "db/desk.h"
#include "db/schema.h"

struct desk {
	char *path;
	char *author;
	bool read_only;
	bool is_open, writable; /* the connection below */
	uint64_t file[2];       /* device and inode: it may be replaced by a backup */
	struct sql q;
};

/*
 * A call that reads is between these. *there false: the desk is not there or empty; there is
 * nothing to end then.
 */
int desk_begin_read(struct desk *d, bool *there, struct err *e);
/* Makes the file when it is missing. */
int desk_begin_write(struct desk *d, struct err *e);
/* Keeps what was written when rc is 0, else undoes it; returns rc, or -1 when it cannot be kept. */
int desk_end(struct desk *d, int rc, struct err *e);

/* At most max bytes of s, whole characters. */
struct str desk_bounded(struct str s, size_t max);

/* Each of the words (parted by blanks) occurs in what was said. */
bool case_has_words(struct str said, struct str words);

/* --- desk_session.c: sessions that the desk remembers --- */

/* *id 0: it does not know that session. */
int desk_session_find(struct desk *d, const struct desk_key *key, uint64_t *id, struct err *e);
/* Writes it down as it is now, over what was known unless that may be more (s is brief). */
int desk_session_remember(struct desk *d, const struct desk_key *key, const struct session *s,
			  uint64_t *id, struct err *e);
/* Forgets it when nothing is about it any more; 0 is none. */
int desk_session_drop_unused(struct desk *d, uint64_t id, struct err *e);
/* DESK_SESSION_COLUMNS of a row from `column` on, without recipients; returns its id. */
uint64_t desk_session_read(sqlite3_stmt *row, int column, struct arena *a, struct desk_key *key,
			   struct session *s);
/* The recipients, when the row is done with. */
int desk_session_read_recipients(struct desk *d, uint64_t id, struct arena *a, struct session *s,
				 struct err *e);

#endif
