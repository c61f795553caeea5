/* SPDX-License-Identifier: MIT */
/* The desk as a file: what makes it, what is refused, several operators, and bad days. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "support_desk.h"

static struct arena arena;
static struct session s; /* the one that all tests write about */
static struct desk_key key;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	s = desk_session("1xUnZw-00032s-19", "a@example.com", "b@example.edu");
	key = desk_key_of(&s);
	return 0;
}

static int
clean_up(void **state)
{
	(void)state;
	desk_file_remove();
	index_remove();
	arena_release(&arena);
	return 0;
}

static int
leave(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

/* Tries to add a note. */
static int
try(struct desk *d, const char *note, struct err *e)
{
	struct case_edit change = desk_noting(note);
	uint64_t number;

	return desk_edit(d, &key, &s, &change, DESK_NOW_US, &number, e);
}

static void
reading_makes_nothing(void **state)
{
	struct desk *d = desk_at("cks");
	struct case_query all = { .status = CASE_STATUS_COUNT, .most = 10 };
	struct related_case *related;
	struct desk_case *list;
	struct desk_find *finds;
	struct desk_totals totals;
	struct case_note *notes;
	struct err e = { 0 };
	size_t n;

	(void)state;
	assert_null(desk_case_now(d, &key, &arena));
	fine(desk_related(d, &key, &s, 5, &arena, &related, &n, &e), &e);
	assert_int_equal(n, 0);
	fine(desk_cases(d, &all, &arena, &list, &n, &e), &e);
	assert_int_equal(n, 0);
	fine(desk_finds(d, 10, &arena, &finds, &n, &e), &e);
	assert_int_equal(n, 0);
	fine(desk_notes(d, 1, &arena, &notes, &n, &e), &e);
	assert_int_equal(n, 0);
	fine(desk_texts(d, 1, CASE_TEXT_USER, &arena, &notes, &n, &e), &e);
	assert_int_equal(n, 0);
	fine(desk_totals(d, &totals, &e), &e);
	assert_false(totals.exists);
	assert_int_not_equal(access(files_path("desk"), F_OK), 0);
	desk_free(d);
}

static void
an_empty_file_is_an_empty_desk(void **state)
{
	struct desk *d = desk_at("cks");

	(void)state;
	files_write("desk/desk.db", STR(""));
	assert_null(desk_case_now(d, &key, &arena));
	desk_change(d, &s, desk_noting("x"));
	assert_text(desk_case_now(d, &key, &arena)->last_note, "x");
	desk_free(d);
}

static void
the_first_note_makes_a_private_file(void **state)
{
	struct desk *d = desk_at("cks");
	struct stat sb;

	(void)state;
	umask(0);
	desk_change(d, &s, desk_noting("user says wanted"));
	assert_int_equal(stat(desk_file(), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0600);
	assert_int_equal(stat(files_path("desk"), &sb), 0);
	assert_int_equal(sb.st_mode & 0777, 0700);
	/* It is one file: nothing lies beside it. */
	assert_int_equal(access(files_path("desk/desk.db-wal"), F_OK), -1);
	assert_int_equal(access(files_path("desk/desk.db-journal"), F_OK), -1);
	desk_free(d);
}

static void
a_newer_desk_is_refused(void **state)
{
	struct desk *d = desk_at("cks");
	struct desk_case *c;
	struct err e = { 0 };

	(void)state;
	desk_change(d, &s, CASE_EDIT_NONE);
	desk_sql("PRAGMA user_version = 99");
	refused(desk_case_of(d, &key, &arena, &c, &e), &e, ERR_DB,
		"made by a newer Postern (desk version 99");
	desk_free(d);
	d = desk_at("cks");
	refused(desk_case_of(d, &key, &arena, &c, &e), &e, ERR_DB, "made by a newer Postern");
	refused(try(d, "x", &e), &e, ERR_DB, "made by a newer Postern");
	desk_free(d);
}

static void
an_index_is_not_taken_for_a_desk(void **state)
{
	struct err e = { 0 };

	(void)state;
	store_close(index_open(STORE_WRITE));
	struct desk *d = desk_new(index_path(), STR("cks"), false);
	refused(try(d, "x", &e), &e, ERR_DB, "not a Postern desk, but another program's");
	desk_free(d);
	struct store *st = index_open(STORE_READ);
	index_is_sound(st);
	store_close(st);
}

static void
what_is_no_file_is_named_and_not_waited_for(void **state)
{
	struct desk *d = desk_at("cks");
	struct desk_case *c;
	struct err e = { 0 };

	(void)state;
	files_write("desk/desk.db", STR("")); /* with its directory */
	unlink(desk_file());
	assert_int_equal(mkfifo(desk_file(), 0600), 0);
	refused(try(d, "x", &e), &e, ERR_IO, "is not a file; choose another with --desk FILE");
	refused(desk_case_of(d, &key, &arena, &c, &e), &e, ERR_IO, "is not a file");
	unlink(desk_file());
	assert_int_equal(mkdir(desk_file(), 0700), 0);
	refused(try(d, "x", &e), &e, ERR_IO, "is not a file");
	rmdir(desk_file());
	rmdir(files_path("desk"));
	desk_free(d);
}

static void
migrations_run_once_and_in_order(void **state)
{
	static const struct migration two[] = {
		{ 1, "CREATE TABLE a(x); INSERT INTO a VALUES(1)" },
		{ 2, "ALTER TABLE a ADD COLUMN y DEFAULT 7" },
	};
	struct schema schema = desk_schema;
	struct err e = { 0 };
	struct sql q;
	int64_t version;

	(void)state;
	files_write("desk/desk.db", STR(""));
	schema.migrations = two;
	for (size_t n = 1; n <= 2; n++) {
		schema.n_migrations = n;
		fine(sql_open(&q, &schema, desk_file(), SQLITE_OPEN_READWRITE, &e), &e);
		fine(schema_migrate(&q, &e), &e);
		fine(schema_migrate(&q, &e), &e);
		fine(schema_read_version(&q, &version, &e), &e);
		assert_int_equal(version, n);
		sql_close(&q);
	}
	assert_int_equal(desk_rows("a WHERE x = 1 AND y = 7"), 1);
}

static void
a_restored_backup_is_what_is_read_next(void **state)
{
	struct desk *d = desk_at("cks");

	(void)state;
	desk_change(d, &s, desk_noting("one"));
	struct str backup = files_read(desk_file(), &arena);
	desk_change(d, &s, desk_noting("two"));
	files_write("desk/backup", backup);
	assert_int_equal(rename(files_path("desk/backup"), desk_file()), 0);
	assert_text(desk_case_now(d, &key, &arena)->last_note, "one");
	desk_change(d, &s, desk_noting("three"));
	assert_int_equal(desk_case_now(d, &key, &arena)->n_notes, 2);
	/* Taken away, it is empty; and made again when there is something to keep. */
	unlink(desk_file());
	assert_null(desk_case_now(d, &key, &arena));
	desk_change(d, &s, desk_noting("four"));
	assert_int_equal(desk_case_now(d, &key, &arena)->n_notes, 1);
	desk_free(d);
}

/* --- bad days ------------------------------------------------------------------------------- */

static void
read_only_never_writes(void **state)
{
	struct desk *d = desk_new(desk_file(), STR("cks"), true);
	struct err e = { 0 };

	(void)state;
	refused(try(d, "x", &e), &e, ERR_USAGE, "--read-only");
	assert_int_not_equal(access(files_path("desk"), F_OK), 0);
	struct desk *writer = desk_at("cks");
	desk_change(writer, &s, desk_noting("x"));
	assert_text(desk_case_now(d, &key, &arena)->last_note, "x");
	desk_free(writer);
	desk_free(d);
}

/* In a child that is nobody, when this is root; 0: all was as it should be. */
static int
be_refused(void)
{
	struct desk *d = desk_at("cks");
	struct err e = { 0 };
	struct desk_case *c;

	if (geteuid() == 0 && setuid(65534) != 0)
		return 1;
	if (access(desk_file(), F_OK) != 0)
		return 0; /* the way there is closed to others: nothing to test */
	if (try(d, "x", &e) == 0 || e.code != ERR_IO ||
	    !strstr(e.text, "Permission denied; choose another with --desk FILE"))
		return 2;
	if (desk_case_of(d, &key, &arena, &c, &e) < 0 || !c || c->n_notes != 1)
		return 3;
	desk_free(d);
	return 0;
}

static void
in_a_child(int (*run)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0)
		_exit(run());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void
what_cannot_be_written_says_what_to_do(void **state)
{
	struct desk *d = desk_at("cks");

	(void)state;
	desk_change(d, &s, desk_noting("x"));
	desk_free(d);
	/* The file may be written, but nothing beside it; then the other way round. */
	if (getenv("TEST_TMP")) /* made for this test alone, and closed */
		chmod(getenv("TEST_TMP"), 0711);
	chmod(files_directory(), 0755);
	chmod(desk_file(), geteuid() == 0 ? 0666 : 0600);
	chmod(files_path("desk"), 0555);
	in_a_child(be_refused);
	chmod(desk_file(), 0444);
	chmod(files_path("desk"), geteuid() == 0 ? 0777 : 0700);
	in_a_child(be_refused);
}

/* In a child: the limit cannot be raised again. */
static int
write_without_room(void)
{
	const struct rlimit limit = { 4096, 4096 };
	struct desk *d = desk_at("cks");
	struct err e = { 0 };

	char *text = xcalloc(1, CASE_NOTE_MAX_BYTES + 1);
	memset(text, 'x', CASE_NOTE_MAX_BYTES);
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &limit);
	if (try(d, text, &e) == 0)
		return 1;
	return e.code == ERR_DB && strstr(e.text, "no space left") ? 0 : 2;
}

static void
a_full_disk_leaves_what_was_there(void **state)
{
	struct desk *d = desk_at("cks");
	struct err e = { 0 };

	(void)state;
	desk_change(d, &s, desk_noting("x"));
	in_a_child(write_without_room);
	assert_int_equal(desk_case_now(d, &key, &arena)->n_notes, 1);
	assert_int_equal(desk_check(d, NULL, NULL, &e), 0);
	desk_free(d);
}

static int
write_twenty(void)
{
	struct desk *d = desk_at("child");
	int failed = 0;

	for (int i = 0; i < 20; i++)
		failed |= try(d, "from the child", NULL);
	desk_free(d);
	return failed ? 1 : 0;
}

static void
two_operators_write_to_one_file(void **state)
{
	struct desk *d = desk_at("parent");
	int status;

	(void)state;
	/* Both begin with no file at all. */
	pid_t pid = fork();
	if (pid == 0)
		_exit(write_twenty());
	for (int i = 0; i < 20; i++)
		desk_change(d, &s, desk_noting("from the parent"));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(desk_case_now(d, &key, &arena)->n_notes, 40);
	assert_int_equal(desk_rows("cases"), 1);
	desk_free(d);
}

static void
a_desk_in_use_says_so(void **state)
{
	struct desk *d = desk_at("cks");
	struct err e = { 0 };
	sqlite3 *db;

	(void)state;
	desk_change(d, &s, desk_noting("x"));
	sqlite3_busy_timeout(d->q.db, 0);
	assert_int_equal(sqlite3_open(desk_file(), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	refused(try(d, "y", &e), &e, ERR_BUSY, "another program is using the desk");
	assert_text(desk_case_now(d, &key, &arena)->last_note, "x");
	sqlite3_close(db);
	desk_free(d);
}

static void
report(void *arg, const char *text)
{
	snprintf(arg, 400, "%s", text);
}

static void
the_check_finds_what_is_missing(void **state)
{
	struct desk *d = desk_at("cks");
	struct desk_totals totals;
	struct err e = { 0 };
	char said[400] = "";

	(void)state;
	desk_change(d, &s, desk_noting("x"));
	fine(desk_totals(d, &totals, &e), &e);
	assert_true(totals.exists);
	assert_int_equal(totals.cases[CASE_OPEN], 1);
	assert_int_equal(totals.notes, 1);
	assert_true(totals.file_bytes > 0);
	assert_int_equal(desk_check(d, report, said, &e), 0);
	desk_sql("DELETE FROM session");
	assert_int_equal(desk_check(d, report, said, &e), 2);
	assert_non_null(strstr(said, "is about a session that is missing"));
	desk_free(d);
}

static void
values_that_no_postern_wrote_are_bounded_and_reported(void **state)
{
	struct desk *d = desk_at("cks");
	struct err e = { 0 };
	char said[400] = "";

	(void)state;
	desk_change(d, &s, desk_noting("x"));
	desk_sql("UPDATE cases SET status = 'on fire'; UPDATE session SET recipients = -5");
	struct desk_case *c = desk_case_now(d, &key, &arena);
	assert_int_equal(c->status, CASE_OPEN);
	assert_int_equal(c->session.recipients_total, c->session.n_recipients);
	assert_int_equal(desk_check(d, report, said, &e), 2);
	assert_string_equal(said, "desk: session 1 has an impossible number of recipients");
	desk_sql("UPDATE session SET recipients = 1");
	assert_int_equal(desk_check(d, report, said, &e), 1);
	assert_string_equal(said, "desk: case c1 has an unknown status");
	desk_free(d);
}

/* --- statements ----------------------------------------------------------------------------- */

static bool
plan_scans(struct desk *d, enum stmt_id id)
{
	char *text = sqlite3_mprintf("EXPLAIN QUERY PLAN %s", sql_text(id));
	sqlite3_stmt *q;
	bool scans = false;

	if (sqlite3_prepare_v2(d->q.db, text, -1, &q, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql_text(id), sqlite3_errmsg(d->q.db));
	while (sqlite3_step(q) == SQLITE_ROW) {
		const char *detail = (const char *)sqlite3_column_text(q, 3);
		scans |= strstr(detail, "SCAN") && !strstr(detail, "CONSTANT ROW");
	}
	sqlite3_finalize(q);
	sqlite3_free(text);
	return scans;
}

static void
statements_prepare_and_use_keys(void **state)
{
	struct desk *d = desk_at("cks");

	(void)state;
	desk_change(d, &s, CASE_EDIT_NONE);
	for (int i = STMT_INDEX_COUNT; i < STMT_COUNT; i++)
		if (plan_scans(d, (enum stmt_id)i) && sql_must_use_key((enum stmt_id)i))
			fail_msg("scans: %s", sql_text((enum stmt_id)i));
	desk_free(d);
}

#define DESK_TEST(name) cmocka_unit_test_setup_teardown(name, start, clean_up)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		DESK_TEST(reading_makes_nothing),
		DESK_TEST(an_empty_file_is_an_empty_desk),
		DESK_TEST(the_first_note_makes_a_private_file),
		DESK_TEST(a_newer_desk_is_refused),
		DESK_TEST(an_index_is_not_taken_for_a_desk),
		DESK_TEST(what_is_no_file_is_named_and_not_waited_for),
		DESK_TEST(migrations_run_once_and_in_order),
		DESK_TEST(a_restored_backup_is_what_is_read_next),
		DESK_TEST(read_only_never_writes),
		DESK_TEST(what_cannot_be_written_says_what_to_do),
		DESK_TEST(a_full_disk_leaves_what_was_there),
		DESK_TEST(two_operators_write_to_one_file),
		DESK_TEST(a_desk_in_use_says_so),
		DESK_TEST(the_check_finds_what_is_missing),
		DESK_TEST(values_that_no_postern_wrote_are_bounded_and_reported),
		DESK_TEST(statements_prepare_and_use_keys),
	};

	return cmocka_run_group_tests(tests, NULL, leave);
}
