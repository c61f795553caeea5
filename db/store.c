/* SPDX-License-Identifier: MIT */
/*
 * store: opening, closing and snapshots.
 *
 * A writer takes the lock, makes the file and brings it up to date. A reader needs no write
 * permission: SQLite wants to share memory beside a WAL file ("-shm"), and where the directory
 * forbids that and nobody is writing (no "-wal"), the file is opened as immutable. Should a writer
 * turn up later, the file's own times tell, and it is opened again (index_begin).
 */
#include "db/store.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/mem.h"
#include "db/index.h"
#include "db/lock.h"
#include "db/schema.h"
#include "db/walk.h"
#include "db/writer.h"

static struct store *
store_new(const char *path, enum store_mode mode, log_format_by_name *formats)
{
	struct store *st = xcalloc(1, sizeof(*st));

	st->path = xstrdup(path);
	st->mode = mode;
	st->formats = formats;
	st->lock = -1;
	st->q.path = st->path;
	arena_init(&st->names);
	return st;
}

static int
open_for_writing(struct store *st, struct err *e)
{
	if (place_check(st->path, "index", e) < 0 || place_prepare(st->path, e) < 0)
		return -1;
	st->lock = lock_take(st->path, e);
	if (st->lock < 0)
		return -1;
	if (sql_open(&st->q, &index_schema, st->path, SQLITE_OPEN_READWRITE, e) < 0)
		return -1;
	/* The version is looked at before anything is written: the file may be a stranger's. */
	if (schema_refuse(&st->q, e) < 0)
		return -1;
	if (sql_exec(&st->q,
		     "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"
		     "PRAGMA cache_size=-16384; PRAGMA temp_store=MEMORY",
		     e) < 0)
		return -1;
	if (schema_migrate(&st->q, e) < 0)
		return -1;
	return writer_open(st, e);
}

static bool
has_wal(const char *path)
{
	char *wal = xmalloc(strlen(path) + sizeof("-wal"));
	struct stat sb;

	sprintf(wal, "%s-wal", path);
	bool there = stat(wal, &sb) == 0 && sb.st_size > 0;
	free(wal);
	return there;
}

/* "file:" URI with what could be taken for its syntax escaped. */
static char *
immutable_uri(const char *path)
{
	struct strbuf uri;

	strbuf_init(&uri, STRBUF_NO_MAX);
	strbuf_add_text(&uri, "file:");
	for (const char *p = path; *p; p++) {
		if (*p == '?' || *p == '#' || *p == '%')
			strbuf_printf(&uri, "%%%02x", (unsigned)(unsigned char)*p);
		else
			strbuf_add_char(&uri, *p);
	}
	strbuf_add_text(&uri, "?immutable=1");
	char *text = xstrndup(strbuf_str(&uri));
	strbuf_release(&uri);
	return text;
}

static int
open_immutable(struct store *st, struct err *e)
{
	char *uri = immutable_uri(st->path);
	int rc = sql_open(&st->q, &index_schema, uri, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, e);

	free(uri);
	st->q.path = st->path;
	st->immutable = rc == 0;
	return rc;
}

static int
open_for_reading(struct store *st, struct err *e)
{
	struct err first = { 0 };
	struct stat sb;

	if (stat(st->path, &sb) != 0)
		return err_set(e, ERR_IO,
			       errno == ENOENT ? "%s: no index yet (%s); import a log first"
					       : "%s: %s",
			       st->path, strerror(errno));
	if (access(st->path, R_OK) != 0)
		return err_set(e, ERR_IO, "%s: %s", st->path, strerror(errno));
	if (place_check(st->path, "index", e) < 0 ||
	    sql_open(&st->q, &index_schema, st->path, SQLITE_OPEN_READONLY, e) < 0)
		return -1;
	if (schema_check(&st->q, &first) < 0) {
		int code = sqlite3_errcode(st->q.db) & 0xff;
		if ((code != SQLITE_CANTOPEN && code != SQLITE_READONLY) || has_wal(st->path)) {
			if (e)
				*e = first;
			return -1;
		}
		sql_close(&st->q);
		if (open_immutable(st, e) < 0 || schema_check(&st->q, e) < 0)
			return -1;
	}
	return sql_exec(&st->q, "PRAGMA query_only=1; PRAGMA cache_size=-8192", e);
}

int
store_open(const char *path, enum store_mode mode, log_format_by_name *formats, struct store **out,
	   struct err *e)
{
	struct store *st = store_new(path, mode, formats);
	int rc = mode == STORE_WRITE ? open_for_writing(st, e) : open_for_reading(st, e);

	if (rc < 0) {
		store_close(st);
		st = NULL;
	}
	*out = st;
	return rc;
}

void
store_close(struct store *st)
{
	if (!st)
		return;
	writer_close(st);
	index_drop_caches(st);
	for (size_t i = 0; i < BLOCK_CACHE; i++)
		block_release(&st->blocks[i]);
	for (size_t i = 0; i < GROUP_CACHE; i++)
		group_release(&st->groups[i]);
	sql_close(&st->q);
	lock_release(st->lock);
	free(st->sources);
	free(st->gateways);
	free(st->runs);
	arena_release(&st->names);
	free(st->path);
	free(st);
}

void
index_drop_caches(struct store *st)
{
	for (size_t i = 0; i < BLOCK_CACHE; i++)
		st->blocks[i].id = 0;
	for (size_t i = 0; i < GROUP_CACHE; i++)
		st->groups[i].id = 0;
	walk_cache_drop(st);
	st->runs_loaded = false;
	sources_release(st);
}

/* What is committed to a file that has no name any more is lost. */
bool
store_file_is_there(const struct store *st)
{
	struct stat sb;

	return stat(st->path, &sb) == 0 && (uint64_t)sb.st_dev == st->file[0] &&
	       (uint64_t)sb.st_ino == st->file[1];
}

void
store_note_file(struct store *st)
{
	struct stat sb;

	if (stat(st->path, &sb) == 0) {
		st->file[0] = (uint64_t)sb.st_dev;
		st->file[1] = (uint64_t)sb.st_ino;
	}
}

/* An immutable file that changed after all: somebody writes, so it is opened like any other. */
static int
reopen_if_changed(struct store *st, struct err *e)
{
	struct stat sb;

	if (!st->immutable || stat(st->path, &sb) != 0)
		return 0;
	int64_t stamp = (int64_t)sb.st_mtim.tv_sec * 1000000000 + sb.st_mtim.tv_nsec;
	if (st->seen_stamp == 0)
		st->seen_stamp = stamp;
	if (st->seen_stamp == stamp && !has_wal(st->path))
		return 0;
	st->seen_stamp = 0;
	st->immutable = false;
	st->own_commits++;
	sql_close(&st->q);
	index_drop_caches(st);
	return open_for_reading(st, e);
}

int
index_begin(struct store *st, struct err *e)
{
	int64_t version = 0;

	if (st->in_read || st->mode == STORE_WRITE)
		return 0;
	if (reopen_if_changed(st, e) < 0 || sql_run(&st->q, STMT_BEGIN, e, "") < 0)
		return -1;
	if (sql_number(&st->q, STMT_DATA_VERSION, 0, &version, e, "") < 0) {
		sql_run(&st->q, STMT_COMMIT, NULL, "");
		return -1;
	}
	if (version != st->seen_version)
		index_drop_caches(st);
	st->seen_version = version;
	st->in_read = true;
	return 0;
}

int
index_end(struct store *st, int rc)
{
	if (st->in_read)
		sql_run(&st->q, STMT_COMMIT, NULL, "");
	st->in_read = false;
	return rc;
}

uint64_t
store_version(struct store *st)
{
	int64_t version = 0;

	if (reopen_if_changed(st, NULL) < 0 ||
	    sql_number(&st->q, STMT_DATA_VERSION, 0, &version, NULL, "") < 0)
		return st->own_commits;
	return ((uint64_t)version << 32) + st->own_commits;
}
