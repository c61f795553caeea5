/* SPDX-License-Identifier: MIT */
/* sqlite: the thin layer between our code and SQLite's. */
#include "db/sqlite.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "db/schema.h"

enum { BUSY_TIMEOUT_MS = 2000 };

#define STMT_TEXT(id, keyed, text)  text,
#define STMT_KEYED(id, keyed, text) keyed,
static const char *const texts[] = { STMT_LIST(STMT_TEXT) DESK_STMT_LIST(STMT_TEXT) };
static const bool keyed[] = { STMT_LIST(STMT_KEYED) DESK_STMT_LIST(STMT_KEYED) };
_Static_assert(sizeof(texts) / sizeof(texts[0]) == STMT_COUNT, "one text per statement");

const char *
sql_text(enum stmt_id id)
{
	return texts[id];
}

bool
sql_must_use_key(enum stmt_id id)
{
	return keyed[id];
}

int
sql_fail_code(const struct sql *q, int code, int system_errno, const char *doing, struct err *e)
{
	const char *path = q->path, *noun = q->schema->noun;
	const char *why = system_errno ? strerror(system_errno) : sqlite3_errstr(code);

	switch (code & 0xff) {
	case SQLITE_FULL:
		return err_set(e, ERR_DB,
			       "%s: %s: no space left%s%s%s; what was committed before is intact: "
			       "free some space and run it again",
			       path, doing, system_errno ? " (" : "", system_errno ? why : "",
			       system_errno ? ")" : "");
	case SQLITE_IOERR:
		return err_set(
			e, ERR_DB,
			"%s: %s: input/output error: %s; what was committed before is intact", path,
			doing, why);
	case SQLITE_READONLY:
	case SQLITE_PERM:
		return err_set(e, ERR_DB, "%s: %s: the %s cannot be written (%s)", path, doing,
			       noun, why);
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return err_set(e, ERR_BUSY, "%s: %s: another program is using the %s; try again",
			       path, doing, noun);
	case SQLITE_CANTOPEN:
		return err_set(e, ERR_IO, "%s: %s: cannot open: %s", path, doing, why);
	case SQLITE_NOTADB:
		return err_set(e, ERR_DB, "%s: not a Postern %s (not an SQLite file)", path, noun);
	case SQLITE_CORRUPT:
		return err_set(e, ERR_DB, "%s: %s: the %s is damaged; %s", path, doing, noun,
			       q->schema->when_damaged);
	default:
		return err_set(e, ERR_DB, "%s: %s: %s", path, doing, why);
	}
}

int
sql_fail(struct sql *q, const char *doing, struct err *e)
{
	int code = sqlite3_extended_errcode(q->db);
	int kind = code & 0xff;
	int system_errno = 0;

	if (kind == SQLITE_IOERR || kind == SQLITE_FULL || kind == SQLITE_CANTOPEN)
		system_errno = q->step_errno ? q->step_errno : sqlite3_system_errno(q->db);
	/* A limit on file size or a quota shows as a failed write, but it is a full disk to people. */
	if (kind == SQLITE_IOERR &&
	    (system_errno == EFBIG || system_errno == ENOSPC || system_errno == EDQUOT))
		code = SQLITE_FULL;
	if (kind == SQLITE_ERROR || kind == SQLITE_MISUSE || kind == SQLITE_CONSTRAINT)
		return err_set(e, ERR_DB, "%s: %s: %s", q->path, doing, sqlite3_errmsg(q->db));
	return sql_fail_code(q, code, system_errno, doing, e);
}

int
sql_open(struct sql *q, const struct schema *schema, const char *path, int flags, struct err *e)
{
	struct stat sb;

	*q = (struct sql){ .path = path, .schema = schema };
	/* SQLite would wait for a pipe, and call a directory an input/output error. */
	if (stat(path, &sb) == 0 && !S_ISREG(sb.st_mode))
		return err_set(e, ERR_IO, "the %s %s is not a file; choose another with --%s FILE",
			       schema->noun, path, schema->noun);
	int rc = sqlite3_open_v2(path, &q->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
	if (rc != SQLITE_OK) {
		int system_errno = q->db ? sqlite3_system_errno(q->db) : 0;
		sql_close(q);
		return sql_fail_code(q, rc, system_errno, "opening", e);
	}
	sqlite3_extended_result_codes(q->db, 1);
	sqlite3_busy_timeout(q->db, BUSY_TIMEOUT_MS);
	return 0;
}

void
sql_close(struct sql *q)
{
	for (size_t i = 0; i < STMT_COUNT; i++)
		sqlite3_finalize(q->stmt[i]);
	sqlite3_close(q->db);
	*q = (struct sql){ .path = q->path, .schema = q->schema };
}

int
sql_exec(struct sql *q, const char *text, struct err *e)
{
	if (sqlite3_exec(q->db, text, NULL, NULL, NULL) != SQLITE_OK)
		return sql_fail(q, "preparing", e);
	return 0;
}

static sqlite3_stmt *
prepared(struct sql *q, enum stmt_id id, struct err *e)
{
	if (!q->stmt[id] && sqlite3_prepare_v3(q->db, texts[id], -1, SQLITE_PREPARE_PERSISTENT,
					       &q->stmt[id], NULL) != SQLITE_OK)
		sql_fail(q, "reading", e);
	return q->stmt[id];
}

struct sql_value
sql_value_from(char letter, va_list *values)
{
	switch (letter) {
	case 'i':
		return (struct sql_value){ .number = va_arg(*values, int64_t) };
	case 'u':
		return (struct sql_value){ .number = (int64_t)va_arg(*values, uint64_t) };
	case 't':
	case 'b':
		return (struct sql_value){ .bytes = va_arg(*values, struct str) };
	case 'n':
		return (struct sql_value){ 0 };
	default:
		panic("cannot bind '%c'", letter);
	}
}

static int
bind_value(sqlite3_stmt *st, int place, char letter, const struct sql_value *v)
{
	const char *p = v->bytes.p ? v->bytes.p : "";

	switch (letter) {
	case 't':
		return sqlite3_bind_text64(st, place, p, v->bytes.n, SQLITE_STATIC, SQLITE_UTF8);
	case 'b':
		return sqlite3_bind_blob64(st, place, p, v->bytes.n, SQLITE_STATIC);
	case 'n':
		return sqlite3_bind_null(st, place);
	default:
		return sqlite3_bind_int64(st, place, v->number);
	}
}

int
sql_step(struct sql *q, sqlite3_stmt *st, struct err *e)
{
	errno = 0;
	int rc = sqlite3_step(st);

	if (rc == SQLITE_ROW)
		return 1;
	if (rc != SQLITE_DONE) {
		/* COMMIT counts as read-only there, but only the writer's can fail. */
		bool reads = sqlite3_stmt_readonly(st) && st != q->stmt[STMT_COMMIT];
		q->step_errno = errno;
		sql_fail(q, reads ? "reading" : "writing", e);
		q->step_errno = 0;
	}
	sqlite3_reset(st);
	return rc == SQLITE_DONE ? 0 : -1;
}

void
sql_done(sqlite3_stmt *st)
{
	sqlite3_reset(st);
}

static sqlite3_stmt *
bound_values(struct sql *q, enum stmt_id id, const char *letters, const struct sql_value *values,
	     struct err *e)
{
	sqlite3_stmt *st = prepared(q, id, e);

	for (int i = 0; st && letters[i]; i++)
		if (bind_value(st, i + 1, letters[i], &values[i]) != SQLITE_OK) {
			sql_fail(q, "binding a value", e);
			return NULL;
		}
	return st;
}

static sqlite3_stmt *
bound(struct sql *q, enum stmt_id id, struct err *e, const char *letters, va_list *values)
{
	struct sql_value value[SQL_MAX_VALUES];

	for (size_t i = 0; letters[i]; i++)
		value[i] = sql_value_from(letters[i], values);
	return bound_values(q, id, letters, value, e);
}

static int
run_to_end(struct sql *q, sqlite3_stmt *st, struct err *e)
{
	int rc;

	if (!st)
		return -1;
	do
		rc = sql_step(q, st, e);
	while (rc > 0);
	return rc;
}

sqlite3_stmt *
sql_query(struct sql *q, enum stmt_id id, struct err *e, const char *letters, ...)
{
	va_list values;
	va_start(values, letters);
	sqlite3_stmt *st = bound(q, id, e, letters, &values);
	va_end(values);
	return st;
}

int
sql_run(struct sql *q, enum stmt_id id, struct err *e, const char *letters, ...)
{
	va_list values;
	va_start(values, letters);
	sqlite3_stmt *st = bound(q, id, e, letters, &values);
	va_end(values);
	return run_to_end(q, st, e);
}

int
sql_run_values(struct sql *q, enum stmt_id id, const char *letters, const struct sql_value *values,
	       struct err *e)
{
	return run_to_end(q, bound_values(q, id, letters, values, e), e);
}

int
sql_number(struct sql *q, enum stmt_id id, int64_t fallback, int64_t *out, struct err *e,
	   const char *letters, ...)
{
	va_list values;
	va_start(values, letters);
	sqlite3_stmt *st = bound(q, id, e, letters, &values);
	va_end(values);
	if (!st)
		return -1;
	int rc = sql_step(q, st, e);
	if (rc < 0)
		return -1;
	*out = rc > 0 && !sql_is_null(st, 0) ? sql_int(st, 0) : fallback;
	sql_done(st);
	return 0;
}

int64_t
sql_int(sqlite3_stmt *st, int column)
{
	return sqlite3_column_int64(st, column);
}

uint64_t
sql_uint(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}

struct str
sql_bytes(sqlite3_stmt *st, int column)
{
	const char *p = sqlite3_column_blob(st, column);
	return (struct str){ p ? p : "", (size_t)sqlite3_column_bytes(st, column) };
}

bool
sql_is_null(sqlite3_stmt *st, int column)
{
	return sqlite3_column_type(st, column) == SQLITE_NULL;
}
