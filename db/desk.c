/* SPDX-License-Identifier: MIT */
/*
 * desk: opening, transactions, health. The file has a rollback journal: it is then one file, to be
 * copied and backed up as such, and a reader needs no write permission beside it.
 */
#include "db/desk_local.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "db/lock.h"

#define STATUS_TEXT(id, text) [id] = text,
static const char *const status_texts[CASE_STATUS_COUNT] = { CASE_STATUS_LIST(STATUS_TEXT) };

enum { AUTHOR_MAX_BYTES = 64 };

const char *
case_status_text(enum case_status s)
{
	return (unsigned)s < CASE_STATUS_COUNT ? status_texts[s] : "";
}

enum case_status
case_status_from_text(struct str s)
{
	int i = 0;

	while (i < CASE_STATUS_COUNT && !str_eq_nocase(s, str_from(status_texts[i])))
		i++;
	return (enum case_status)i;
}

struct desk *
desk_new(const char *path, struct str author, bool read_only)
{
	struct desk *d = xcalloc(1, sizeof(*d));

	d->path = xstrdup(path);
	d->author = xstrndup(desk_bounded(author, AUTHOR_MAX_BYTES));
	d->read_only = read_only;
	return d;
}

static void
close_file(struct desk *d)
{
	if (d->is_open)
		sql_close(&d->q);
	d->is_open = d->writable = false;
}

void
desk_free(struct desk *d)
{
	if (!d)
		return;
	close_file(d);
	free(d->author);
	free(d->path);
	free(d);
}

const char *
desk_path(const struct desk *d)
{
	return d->path;
}

bool
desk_is_read_only(const struct desk *d)
{
	return d->read_only;
}

/*
 * A session with an ID is known by it. Its first line is for the day on which it had none yet: found
 * among its first ones, not worth reading a long list of deliveries.
 */
enum { KEY_LINES_MOST = 64 };

int
store_desk_key(struct store *st, const struct session *s, struct arena *a, struct desk_key *out,
	       struct err *e)
{
	struct stored_line *lines = NULL;
	struct session head = *s;
	size_t n = 0;

	if (session_own_id(s).n > 0 && head.n_lines > KEY_LINES_MOST)
		head.n_lines = KEY_LINES_MOST;
	if (store_session_lines(st, &head, a, &lines, &n, e) < 0)
		return -1;
	desk_key_make(s, lines, n, out);
	return 0;
}

int
store_desk_session(struct store *st, const struct desk_case *c, struct arena *a,
		   struct session **out, struct err *e)
{
	struct probe p = { .from_us = TIME_NONE, .to_us = TIME_NONE, .n_terms = 1, .most = 64 };
	struct probe_answer answer;
	struct desk_key key;

	*out = NULL;
	p.terms[0] = (struct term){ TERM_IDENTIFIER, c->key.id };
	if (c->key.id.n == 0) {
		if (c->session.peer_ip.n == 0 || c->session.start_us == TIME_NONE)
			return 0;
		p.terms[0] = (struct term){ TERM_PEER_IP, c->session.peer_ip };
		p.from_us = c->session.start_us - US_PER_SECOND;
		p.to_us = c->session.start_us + US_PER_SECOND;
	}
	if (store_probe(st, &p, a, &answer, e) < 0)
		return -1;
	for (size_t i = 0; i < answer.n && !*out; i++) {
		if (store_desk_key(st, &answer.sessions[i], a, &key, e) < 0)
			return -1;
		if (desk_key_same(&key, &c->key))
			*out = &answer.sessions[i];
	}
	return 0;
}

/* --- opening -------------------------------------------------------------------------------- */

static int
cannot(const struct desk *d, const char *what, struct err *e)
{
	return err_set(e, ERR_IO, "the desk %s cannot be %s: %s; choose another with --desk FILE",
		       d->path, what, strerror(errno));
}

static int
open_file(struct desk *d, int flags, struct err *e)
{
	if (sql_open(&d->q, &desk_schema, d->path, flags, e) < 0)
		return -1;
	d->is_open = true;
	d->writable = flags == SQLITE_OPEN_READWRITE;
	/* Looked at before anything is written: the file may be a stranger's. */
	if (schema_refuse(&d->q, e) == 0)
		return 0;
	close_file(d);
	return -1;
}

/* A backup may have been put in the place of the file that is open. */
static int
look_at_file(struct desk *d, bool *there, struct err *e)
{
	struct stat sb = { 0 };

	*there = stat(d->path, &sb) == 0;
	if (!*there && errno != ENOENT)
		return cannot(d, "read", e);
	if (d->is_open && (d->file[0] != (uint64_t)sb.st_dev || d->file[1] != (uint64_t)sb.st_ino))
		close_file(d);
	d->file[0] = (uint64_t)sb.st_dev;
	d->file[1] = (uint64_t)sb.st_ino;
	return 0;
}

/*
 * Also for reading it is opened for writing where that is allowed: a journal that somebody's crash
 * left behind must be rolled back.
 */
static int
open_for_reading(struct desk *d, struct err *e)
{
	bool may_write = !d->read_only && access(d->path, W_OK) == 0;

	if (access(d->path, R_OK) != 0)
		return cannot(d, "read", e);
	return open_file(d, may_write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, e);
}

int
desk_begin_read(struct desk *d, bool *there, struct err *e)
{
	int64_t version = 0;

	if (look_at_file(d, there, e) < 0)
		return -1;
	if (!*there)
		return 0;
	if ((!d->is_open && open_for_reading(d, e) < 0) ||
	    schema_read_version(&d->q, &version, e) < 0)
		return -1;
	*there = version > 0;
	if (version == 0)
		return 0;
	if (version < schema_version(&desk_schema) &&
	    (d->writable ? schema_migrate(&d->q, e) : schema_check(&d->q, e)) < 0)
		return -1;
	return sql_run(&d->q, STMT_BEGIN, e, "");
}

/* The journal is made beside the file: SQLite itself would only say that it cannot open it. */
static int
directory_is_writable(const struct desk *d, struct err *e)
{
	char *directory = xstrdup(d->path);
	char *slash = strrchr(directory, '/');
	int rc;

	if (slash)
		slash[slash == directory] = '\0';
	rc = access(slash ? directory : ".", W_OK);
	free(directory);
	return rc == 0 ? 0 : cannot(d, "written, nor anything beside it", e);
}

static int
open_for_writing(struct desk *d, struct err *e)
{
	close_file(d);
	if (place_check(d->path, "desk", e) < 0)
		return -1;
	if (access(d->path, W_OK) != 0)
		return cannot(d, "written", e);
	return open_file(d, SQLITE_OPEN_READWRITE, e);
}

int
desk_begin_write(struct desk *d, struct err *e)
{
	bool there;

	if (d->read_only)
		return err_set(e, ERR_USAGE, "--read-only: nothing is written to the desk");
	if (place_prepare(d->path, e) < 0)
		return err_prefix(e, "the desk cannot be made (choose another with --desk FILE)");
	if (look_at_file(d, &there, e) < 0 ||
	    ((!d->is_open || !d->writable) && open_for_writing(d, e) < 0) ||
	    directory_is_writable(d, e) < 0 || schema_migrate(&d->q, e) < 0)
		return -1;
	return sql_run(&d->q, STMT_BEGIN_WRITE, e, "");
}

int
desk_end(struct desk *d, int rc, struct err *e)
{
	if (rc == 0)
		rc = sql_run(&d->q, STMT_COMMIT, e, "");
	if (rc < 0)
		sqlite3_exec(d->q.db, "ROLLBACK", NULL, NULL, NULL);
	return rc;
}

/* --- health --------------------------------------------------------------------------------- */

static int
count_cases(struct desk *d, struct desk_totals *out, struct err *e)
{
	sqlite3_stmt *row = sql_query(&d->q, DESK_CASE_COUNTS, e, "");
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		enum case_status s = case_status_from_text(sql_bytes(row, 0));
		if (s < CASE_STATUS_COUNT)
			out->cases[s] = sql_uint(row, 1);
	}
	return rc;
}

static int
count_rows(struct desk *d, enum stmt_id id, uint64_t *out, struct err *e)
{
	int64_t n = 0;

	if (sql_number(&d->q, id, 0, &n, e, "") < 0)
		return -1;
	*out = (uint64_t)n;
	return 0;
}

int
desk_totals(struct desk *d, struct desk_totals *out, struct err *e)
{
	struct stat sb;
	bool there;

	*out = (struct desk_totals){ 0 };
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	out->exists = true;
	if (stat(d->path, &sb) == 0)
		out->file_bytes = (uint64_t)sb.st_size;
	int rc = count_cases(d, out, e);
	if (rc == 0)
		rc = count_rows(d, DESK_NOTE_COUNT, &out->notes, e);
	if (rc == 0)
		rc = count_rows(d, DESK_TEXT_COUNT, &out->texts, e);
	if (rc == 0)
		rc = count_rows(d, DESK_FIND_COUNT, &out->finds, e);
	return desk_end(d, rc, e);
}

static int
check_with(struct desk *d, enum stmt_id id, void (*report)(void *arg, const char *text), void *arg,
	   struct err *e)
{
	sqlite3_stmt *row = sql_query(&d->q, id, e, "");
	int rc = row ? 0 : -1, found = 0;
	char text[400];

	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		struct str said = sql_bytes(row, 0);
		if (str_eq(said, STR("ok")))
			continue;
		found++;
		sqlite3_snprintf(sizeof(text), text, "desk: %.*s", STR_ARG(said));
		report(arg, text);
	}
	return rc < 0 ? -1 : found;
}

int
desk_check(struct desk *d, void (*report)(void *arg, const char *text), void *arg, struct err *e)
{
	int file, links = 0, values = 0;
	bool there;

	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	file = check_with(d, STMT_QUICK_CHECK, report, arg, e);
	if (file >= 0)
		links = check_with(d, DESK_CHECK_LINKS, report, arg, e);
	if (file >= 0 && links >= 0)
		values = check_with(d, DESK_CHECK_VALUES, report, arg, e);
	bool bad = file < 0 || links < 0 || values < 0;
	return desk_end(d, bad ? -1 : 0, e) < 0 ? -1 : file + links + values;
}
