/* SPDX-License-Identifier: MIT */
/* Opening: what is made, what is refused and with which words, and the statements. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/schema.h"
#include "support_files.h"
#include "support_index.h"

static void
a_new_index_is_private(void **state)
{
	struct err e = { 0 };
	struct store *st;
	struct stat sb;
	const char *path = files_path("deep/er/index.db");

	(void)state;
	umask(0);
	assert_int_equal(store_open(path, STORE_WRITE, row_format_by_name, &st, &e), 0);
	store_close(st);
	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	assert_int_equal(stat(files_path("deep/er"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	assert_int_equal(stat(files_path("deep"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
}

static int
table_count(struct store *st)
{
	sqlite3_stmt *q;
	assert_int_equal(sqlite3_prepare_v2(st->q.db,
					    "SELECT count(*), (SELECT * FROM pragma_user_version), "
					    "(SELECT * FROM pragma_page_size) FROM sqlite_schema "
					    "WHERE type = 'table'",
					    -1, &q, NULL),
			 SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int n = sqlite3_column_int(q, 0);
	assert_int_equal(sqlite3_column_int(q, 1), schema_version(&index_schema));
	assert_int_equal(sqlite3_column_int(q, 2), 4096);
	sqlite3_finalize(q);
	return n;
}

static void
an_empty_file_becomes_an_index(void **state)
{
	(void)state;
	files_write("index.db", STR(""));
	struct store *st = index_open(STORE_WRITE);
	int n = table_count(st);
	assert_true(n >= 12);
	index_refuses(STORE_WRITE, ERR_BUSY, "another import (pid ");
	store_close(st);
	/* Opened again, nothing is made twice. */
	st = index_open(STORE_WRITE);
	assert_int_equal(table_count(st), n);
	store_close(st);
	index_remove();
}

static void
a_pipe_is_no_index_and_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(index_path(), 0600), 0);
	index_refuses(STORE_READ, ERR_IO, "is not a file; choose another with --index FILE");
	index_refuses(STORE_WRITE, ERR_IO, "is not a file");
	index_remove();
}

static void
what_is_not_there_is_not_made_by_readers(void **state)
{
	(void)state;
	index_refuses(STORE_READ, ERR_IO, "no index yet");
	assert_int_not_equal(access(index_path(), F_OK), 0);
	files_write("index.db", STR(""));
	index_refuses(STORE_READ, ERR_IO, "the index is empty; import a log first");
	index_remove();
}

static void
run_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(index_path(), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void
strangers_are_refused_and_left_alone(void **state)
{
	struct arena a = { 0 };
	static const enum store_mode modes[] = { STORE_READ, STORE_WRITE };

	(void)state;
	run_sql("CREATE TABLE bookmarks(url TEXT); INSERT INTO bookmarks VALUES('x')");
	struct str before = files_read(index_path(), &a);
	for (size_t i = 0; i < 2; i++)
		index_refuses(modes[i], ERR_DB, "not a Postern index, but another program's");
	assert_true(str_eq(files_read(index_path(), &a), before));
	index_remove();

	files_write("index.db",
		    STR("2024-01-02 03:04:05 1rKabc-000001-AB <= a@b.example and so on\n"
			"this is a log file and no database of any kind at all\n"));
	for (size_t i = 0; i < 2; i++)
		index_refuses(modes[i], ERR_DB, "not an SQLite file");
	index_remove();
	arena_release(&a);
}

static void
newer_and_older_versions_are_told_apart(void **state)
{
	(void)state;
	store_close(index_open(STORE_WRITE));
	run_sql("PRAGMA user_version = 99");
	index_refuses(STORE_WRITE, ERR_DB, "made by a newer Postern (index version 99");
	index_refuses(STORE_READ, ERR_DB, "made by a newer Postern");
	index_remove();
}

static void
damage_is_said(void **state)
{
	struct arena a = { 0 };
	struct store_totals totals;
	struct err e = { 0 };
	struct store *st;

	(void)state;
	store_close(index_open(STORE_WRITE));
	struct str whole = files_read(index_path(), &a);
	memset((char *)whole.p + 100, 0x5a, 1000); /* schema page behind the header */
	files_write("index.db", whole);
	if (store_open(index_path(), STORE_READ, row_format_by_name, &st, &e) == 0) {
		assert_int_equal(store_totals(st, &totals, &e), -1);
		store_close(st);
	}
	assert_int_equal(e.code, ERR_DB);
	assert_non_null(strstr(e.text, "damaged"));
	index_remove();
	arena_release(&a);
}

static bool
plan_scans(struct store *st, enum stmt_id id)
{
	char text[2048];
	sqlite3_stmt *q;
	bool scans = false;

	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql_text(id));
	assert_int_equal(sqlite3_prepare_v2(st->q.db, text, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(q, 3);
		/* SCAN CONSTANT ROW is a SELECT without a table. */
		scans |= (strstr(detail, "SCAN") && !strstr(detail, "CONSTANT ROW")) ||
			 strstr(detail, "TEMP B-TREE");
	}
	sqlite3_finalize(q);
	return scans;
}

static void
statements_prepare_and_use_keys(void **state)
{
	struct store *st = index_open(STORE_WRITE);

	(void)state;
	for (int i = 0; i < STMT_INDEX_COUNT; i++) {
		sqlite3_stmt *q;
		const char *tail;
		int rc = sqlite3_prepare_v2(st->q.db, sql_text((enum stmt_id)i), -1, &q, &tail);
		if (rc != SQLITE_OK)
			fail_msg("%s: %s", sql_text((enum stmt_id)i), sqlite3_errmsg(st->q.db));
		assert_int_equal(*tail, '\0');
		sqlite3_finalize(q);
		if (sql_must_use_key((enum stmt_id)i) && plan_scans(st, (enum stmt_id)i))
			fail_msg("scans: %s", sql_text((enum stmt_id)i));
	}
	/* The walk reads its index alone, in order. */
	assert_non_null(strstr(sql_text(STMT_GROUPS_NEWEST), "ORDER BY"));
	store_close(st);
	index_remove();
}

static void
the_newest_groups_come_from_the_index(void **state)
{
	struct store *st = index_open(STORE_WRITE);
	char text[2048];
	sqlite3_stmt *q;

	(void)state;
	snprintf(text, sizeof(text), "EXPLAIN QUERY PLAN %s", sql_text(STMT_GROUPS_NEWEST));
	assert_int_equal(sqlite3_prepare_v2(st->q.db, text, -1, &q, NULL), SQLITE_OK);
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(q, 3);
		assert_non_null(strstr(detail, "COVERING INDEX grp_time"));
	}
	sqlite3_finalize(q);
	store_close(st);
	index_remove();
}

static int
clean_up(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_index_is_private),
		cmocka_unit_test(an_empty_file_becomes_an_index),
		cmocka_unit_test(a_pipe_is_no_index_and_not_waited_for),
		cmocka_unit_test(what_is_not_there_is_not_made_by_readers),
		cmocka_unit_test(strangers_are_refused_and_left_alone),
		cmocka_unit_test(newer_and_older_versions_are_told_apart),
		cmocka_unit_test(damage_is_said),
		cmocka_unit_test(statements_prepare_and_use_keys),
		cmocka_unit_test(the_newest_groups_come_from_the_index),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
