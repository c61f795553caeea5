/* SPDX-License-Identifier: MIT */
#include "support_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

static struct arena made; /* sessions, until desk_file_remove */

const char *
desk_file(void)
{
	return files_path("desk/desk.db");
}

void
desk_file_remove(void)
{
	unlink(desk_file());
	unlink(files_path("desk/desk.db-journal"));
	rmdir(files_path("desk"));
	arena_release(&made);
}

struct desk *
desk_at(const char *author)
{
	return desk_new(desk_file(), str_from(author), false);
}

void
desk_sql(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(desk_file(), &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

int64_t
desk_rows(const char *table)
{
	char *sql = sqlite3_mprintf("SELECT count(*) FROM %s", table);
	sqlite3_stmt *q;
	sqlite3 *db;

	assert_int_equal(sqlite3_open(desk_file(), &db), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(q), SQLITE_ROW);
	int64_t n = sqlite3_column_int64(q, 0);
	sqlite3_finalize(q);
	sqlite3_close(db);
	sqlite3_free(sql);
	return n;
}

void
fine(int rc, const struct err *e)
{
	if (rc < 0)
		fail_msg("%s", e->text);
}

void
refused(int rc, const struct err *e, enum err_code code, const char *words)
{
	assert_int_equal(rc, -1);
	if (e->code != code || !strstr(e->text, words))
		fail_msg("code %d, \"%s\"; wanted %d, \"%s\"", e->code, e->text, code, words);
}

void
assert_text(struct str is, const char *wanted)
{
	if (!str_eq(is, str_from(wanted)))
		fail_msg("\"%.*s\", wanted \"%s\"", STR_ARG(is), wanted);
}

struct session
desk_session(const char *id, const char *sender, const char *recipient)
{
	struct session s = { .gateway_name = STR("mx1"),
			     .start_us = DESK_NOW_US,
			     .end_us = DESK_NOW_US,
			     .direction = DIRECTION_IN,
			     .peer_ip = STR("192.0.2.9"),
			     .has_sender = true,
			     .sender = str_from(sender),
			     .stage = STAGE_DATA,
			     .verdict = VERDICT_REJECTED,
			     .reply = { .code = 550, .enhanced = { 5, 7, 1 }, .text = STR("no") } };

	s.identifiers = arena_zalloc(&made, sizeof(*s.identifiers));
	s.identifiers[0] = (struct identifier){ ID_ROLE_OWN, str_from(id) };
	s.n_identifiers = 1;
	s.recipients = arena_zalloc(&made, sizeof(*s.recipients));
	s.recipients[0].address = str_from(recipient);
	s.n_recipients = s.recipients_total = 1;
	return s;
}

struct desk_key
desk_key_of(const struct session *s)
{
	struct desk_key key;

	desk_key_make(s, NULL, 0, &key);
	return key;
}

struct case_edit
desk_noting(const char *text)
{
	struct case_edit change = CASE_EDIT_NONE;

	change.note = str_from(text);
	return change;
}

uint64_t
desk_change(struct desk *d, const struct session *s, struct case_edit change)
{
	struct desk_key key = desk_key_of(s);
	struct err e = { 0 };
	uint64_t number;

	fine(desk_edit(d, &key, s, &change, DESK_NOW_US, &number, &e), &e);
	return number;
}

struct desk_case *
desk_case_now(struct desk *d, const struct desk_key *key, struct arena *a)
{
	struct desk_case *c;
	struct err e = { 0 };

	fine(desk_case_of(d, key, a, &c, &e), &e);
	return c;
}
