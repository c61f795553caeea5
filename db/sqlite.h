/* SPDX-License-Identifier: MIT */
/*
 * sqlite: one connection, its statements and its errors in words. Statements are prepared when
 * first needed and finalised at close. Texts and blobs given to a statement are borrowed until the
 * statement is done; columns are borrowed until the next step.
 */
#ifndef DB_SQLITE_H
#define DB_SQLITE_H

#include <sqlite3.h>
#include <stdarg.h>

#include "base/err.h"
#include "base/str.h"
#include "db/statements.h"

struct schema;

struct sql {
	sqlite3 *db;
	const struct schema *schema; /* of this file, also for the words of messages */
	sqlite3_stmt *stmt[STMT_COUNT];
	const char *path; /* borrowed, for messages */
	int step_errno;   /* of the last step that failed: SQLite does not always keep it */
};

int sql_open(struct sql *q, const struct schema *schema, const char *path, int flags,
	     struct err *e);
void sql_close(struct sql *q);
const char *sql_text(enum stmt_id id);
bool sql_must_use_key(enum stmt_id id);

/* Fills e from the connection's last error; returns -1. */
int sql_fail(struct sql *q, const char *doing, struct err *e);
/* The same for a result code without a connection. */
int sql_fail_code(const struct sql *q, int code, int system_errno, const char *doing,
		  struct err *e);

/* One-off statements without results (schema, pragmas). */
int sql_exec(struct sql *q, const char *text, struct err *e);

enum { SQL_MAX_VALUES = 32 };

struct sql_value {
	int64_t number;
	struct str bytes;
};
/* The next of the values that a letter stands for. */
struct sql_value sql_value_from(char letter, va_list *values);

/*
 * Binds by letters: i int64_t, u uint64_t, t struct str as text, b struct str as blob, n NULL.
 * sql_run also runs it to the end. sql_query is followed by sql_step until that returns 0, or by
 * sql_done to leave early.
 */
int sql_run(struct sql *q, enum stmt_id id, struct err *e, const char *letters, ...);
int sql_run_values(struct sql *q, enum stmt_id id, const char *letters,
		   const struct sql_value *values, struct err *e);
sqlite3_stmt *sql_query(struct sql *q, enum stmt_id id, struct err *e, const char *letters, ...);
/* 1: a row; 0: none left, the statement is reset; -1. */
int sql_step(struct sql *q, sqlite3_stmt *st, struct err *e);
void sql_done(sqlite3_stmt *st);

int64_t sql_int(sqlite3_stmt *st, int column);
uint64_t sql_uint(sqlite3_stmt *st, int column);
struct str sql_bytes(sqlite3_stmt *st, int column);
bool sql_is_null(sqlite3_stmt *st, int column);
/* First column of the only row; fallback when there is no row or it is NULL. */
int sql_number(struct sql *q, enum stmt_id id, int64_t fallback, int64_t *out, struct err *e,
	       const char *letters, ...);

#endif
