/* SPDX-License-Identifier: MIT */
/* desk_case: cases, their notes and texts; which of them are about a session or its sender. */
#include <stdlib.h>

#include "db/desk_local.h"

static const char *const text_kinds[CASE_TEXT_COUNT] = {
	[CASE_TEXT_USER] = "user",
	[CASE_TEXT_POSTMASTER] = "postmaster",
};

/* --- reading -------------------------------------------------------------------------------- */

enum { CASE_COLUMNS = 10 /* before the session's */ };

struct case_rows {
	struct desk_case *list;
	uint64_t *session; /* of each, in the desk */
	size_t n, cap, session_cap;
};

static void
read_case(sqlite3_stmt *row, struct arena *a, struct case_rows *rows)
{
	rows->list = mem_grow(rows->list, &rows->cap, rows->n + 1, sizeof(*rows->list));
	rows->session =
		mem_grow(rows->session, &rows->session_cap, rows->n + 1, sizeof(*rows->session));
	struct desk_case *c = &rows->list[rows->n];
	*c = (struct desk_case){
		.number = sql_uint(row, 0),
		.status = case_status_from_text(sql_bytes(row, 1)),
		.asked_by = arena_str(a, sql_bytes(row, 2)),
		.cause = arena_str(a, sql_bytes(row, 3)),
		.created_us = sql_int(row, 4),
		.author = arena_str(a, sql_bytes(row, 5)),
		.changed_us = sql_int(row, 6),
		.changed_by = arena_str(a, sql_bytes(row, 7)),
		.n_notes = sql_uint(row, 8),
		.last_note = arena_str(a, sql_bytes(row, 9)),
	};
	if (c->status == CASE_STATUS_COUNT) /* not ours, and not to be overlooked */
		c->status = CASE_OPEN;
	rows->session[rows->n++] = desk_session_read(row, CASE_COLUMNS, a, &c->key, &c->session);
}

/* At most `most` rows of a query, as an array in a; with words only those whose last column has them. */
static int
read_cases(struct desk *d, sqlite3_stmt *row, struct str words, size_t most, struct arena *a,
	   struct desk_case **out, size_t *n, struct err *e)
{
	struct case_rows rows = { 0 };
	int rc = row ? 0 : -1;

	while (row && rows.n < most && (rc = sql_step(&d->q, row, e)) > 0)
		if (words.n == 0 ||
		    case_has_words(sql_bytes(row, sqlite3_column_count(row) - 1), words))
			read_case(row, a, &rows);
	if (rc > 0) {
		sql_done(row);
		rc = 0;
	}
	for (size_t i = 0; rc == 0 && i < rows.n; i++)
		rc = desk_session_read_recipients(d, rows.session[i], a, &rows.list[i].session, e);
	*n = rc == 0 ? rows.n : 0;
	*out = arena_alloc(a, (*n + 1) * sizeof(**out));
	if (*n > 0)
		memcpy(*out, rows.list, *n * sizeof(**out));
	free(rows.list);
	free(rows.session);
	return rc;
}

static int
case_of(struct desk *d, uint64_t number, struct arena *a, struct desk_case **out, struct err *e)
{
	size_t n;

	if (read_cases(d, sql_query(&d->q, DESK_CASE_GET, e, "u", number), STR(""), 1, a, out, &n,
		       e) < 0)
		return -1;
	if (n == 0)
		*out = NULL;
	return 0;
}

int
desk_case(struct desk *d, uint64_t number, struct arena *a, struct desk_case **out, struct err *e)
{
	bool there;

	*out = NULL;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	return there ? desk_end(d, case_of(d, number, a, out, e), e) : 0;
}

/* *number 0: there is none. */
static int
number_of(struct desk *d, uint64_t session, uint64_t *number, struct err *e)
{
	int64_t n = 0;

	if (session > 0 && sql_number(&d->q, DESK_CASE_OF_SESSION, 0, &n, e, "u", session) < 0)
		return -1;
	*number = (uint64_t)n;
	return 0;
}

static int
case_of_key(struct desk *d, const struct desk_key *key, struct arena *a, struct desk_case **out,
	    struct err *e)
{
	uint64_t session, number;

	if (desk_session_find(d, key, &session, e) < 0 || number_of(d, session, &number, e) < 0)
		return -1;
	return number > 0 ? case_of(d, number, a, out, e) : 0;
}

int
desk_case_of(struct desk *d, const struct desk_key *key, struct arena *a, struct desk_case **out,
	     struct err *e)
{
	bool there;

	*out = NULL;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	return there ? desk_end(d, case_of_key(d, key, a, out, e), e) : 0;
}

int
desk_cases(struct desk *d, const struct case_query *q, struct arena *a, struct desk_case **out,
	   size_t *n, struct err *e)
{
	bool there;

	*out = NULL;
	*n = 0;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	sqlite3_stmt *row =
		sql_query(&d->q, DESK_CASES, e, "ttu", str_from(case_status_text(q->status)), q->id,
			  (uint64_t)(q->words.n > 0));
	return desk_end(d, read_cases(d, row, q->words, q->most, a, out, n, e), e);
}

static struct case_note
read_note(sqlite3_stmt *row, bool of_recipient, struct arena *a)
{
	return (struct case_note){
		.time_us = sql_int(row, 0),
		.author = arena_str(a, sql_bytes(row, 1)),
		.text = arena_str(a, sql_bytes(row, 2)),
		.recipient = of_recipient ? arena_str(a, sql_bytes(row, 3)) : STR(""),
	};
}

/* Notes; of one kind: texts. */
static int
read_notes(struct desk *d, uint64_t number, const char *kind, struct arena *a,
	   struct case_note **out, size_t *n, struct err *e)
{
	struct case_note *list = NULL;
	size_t cap = 0;
	bool there;

	*out = NULL;
	*n = 0;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	sqlite3_stmt *row = kind ? sql_query(&d->q, DESK_TEXTS, e, "ut", number, str_from(kind))
				 : sql_query(&d->q, DESK_NOTES, e, "u", number);
	int rc = row ? 0 : -1;
	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		list = mem_grow(list, &cap, *n + 1, sizeof(*list));
		list[(*n)++] = read_note(row, kind, a);
	}
	*out = arena_alloc(a, (*n + 1) * sizeof(**out));
	if (*n > 0)
		memcpy(*out, list, *n * sizeof(**out));
	free(list);
	return desk_end(d, rc, e);
}

int
desk_notes(struct desk *d, uint64_t number, struct arena *a, struct case_note **out, size_t *n,
	   struct err *e)
{
	return read_notes(d, number, NULL, a, out, n, e);
}

int
desk_texts(struct desk *d, uint64_t number, enum case_text kind, struct arena *a,
	   struct case_note **out, size_t *n, struct err *e)
{
	return read_notes(d, number, text_kinds[kind], a, out, n, e);
}

/* --- what is related ------------------------------------------------------------------------ */

static bool
share_recipient(const struct session *a, const struct session *b)
{
	for (size_t i = 0; i < a->n_recipients; i++)
		for (size_t j = 0; j < b->n_recipients; j++)
			if (str_eq_nocase(a->recipients[i].address, b->recipients[j].address))
				return true;
	return false;
}

struct related_rows {
	struct related_case *list;
	size_t n, most;
};

static void
add_related(struct related_rows *r, enum case_relation relation, struct desk_case *c)
{
	if (r->n < r->most)
		r->list[r->n++] = (struct related_case){ relation, c };
}

/* Of one sender there may be many: the newest are looked at. */
static int
related_by_sender(struct desk *d, const struct session *s, uint64_t but, struct arena *a,
		  struct related_rows *r, struct err *e)
{
	const uint64_t looked_at = 200;
	struct desk_case *list;
	size_t n;

	if (!s->has_sender && s->sender.n == 0)
		return 0;
	if (read_cases(d, sql_query(&d->q, DESK_CASES_OF_SENDER, e, "tu", s->sender, looked_at),
		       STR(""), looked_at, a, &list, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].number != but && share_recipient(s, &list[i].session))
			add_related(r, RELATED_PAIR, &list[i]);
	for (size_t i = 0; i < n && s->sender.n > 0; i++)
		if (list[i].number != but && !share_recipient(s, &list[i].session))
			add_related(r, RELATED_SENDER, &list[i]);
	return 0;
}

int
desk_related(struct desk *d, const struct desk_key *key, const struct session *s, size_t most,
	     struct arena *a, struct related_case **out, size_t *n, struct err *e)
{
	struct related_rows r = { .most = most };
	struct desk_case *own = NULL;
	bool there;

	*out = NULL;
	*n = 0;
	if (desk_begin_read(d, &there, e) < 0)
		return -1;
	if (!there)
		return 0;
	r.list = arena_alloc(a, (most + 1) * sizeof(*r.list));
	int rc = case_of_key(d, key, a, &own, e);
	if (own)
		add_related(&r, RELATED_SESSION, own);
	if (rc == 0)
		rc = related_by_sender(d, s, own ? own->number : 0, a, &r, e);
	*out = r.list;
	*n = r.n;
	return desk_end(d, rc, e);
}

/* --- writing -------------------------------------------------------------------------------- */

static int
fits(struct str s, size_t max, const char *what, struct err *e)
{
	if (s.n <= max)
		return 0;
	return err_set(e, ERR_LIMIT, "the %s is too long: %zu bytes, at most %zu are kept", what,
		       s.n, max);
}

static int
check_edit(const struct case_edit *edit, struct err *e)
{
	if (fits(edit->asked_by, CASE_WHO_MAX_BYTES, "name of who asks", e) < 0 ||
	    fits(edit->cause, CASE_CAUSE_MAX_BYTES, "cause", e) < 0 ||
	    fits(edit->note, CASE_NOTE_MAX_BYTES, "note", e) < 0)
		return -1;
	for (int k = 0; k < CASE_TEXT_COUNT; k++)
		if (fits(edit->text[k], CASE_TEXT_MAX_BYTES, "text", e) < 0)
			return -1;
	return 0;
}

static int
write_text(struct desk *d, uint64_t number, int kind, const struct case_edit *edit, int64_t now_us,
	   struct err *e)
{
	struct str name = str_from(text_kinds[kind]), text = edit->text[kind];

	if (text.n == 0)
		return sql_run(&d->q, DESK_TEXT_DROP, e, "utt", number, name, edit->recipient);
	return sql_run(&d->q, DESK_TEXT_SET, e, "uttitt", number, name, edit->recipient, now_us,
		       str_from(d->author), text);
}

static int
write_fields(struct desk *d, uint64_t number, const struct case_edit *edit, int64_t now_us,
	     struct err *e)
{
	char letters[] = "utttit";
	struct sql_value values[] = {
		{ .number = (int64_t)number },
		{ .bytes = str_from(case_status_text(edit->status)) },
		{ .bytes = edit->asked_by },
		{ .bytes = edit->cause },
		{ .number = now_us },
		{ .bytes = str_from(d->author) },
	};

	letters[1] = edit->status < CASE_STATUS_COUNT ? 't' : 'n';
	letters[2] = edit->asked_by.p ? 't' : 'n';
	letters[3] = edit->cause.p ? 't' : 'n';
	if (sql_run_values(&d->q, DESK_CASE_SET, letters, values, e) < 0)
		return -1;
	if (sqlite3_changes(d->q.db) == 0)
		return err_set(e, ERR_DB, "there is no case %llu", (unsigned long long)number);
	return 0;
}

static int
write_edit(struct desk *d, uint64_t number, const struct case_edit *edit, int64_t now_us,
	   struct err *e)
{
	if (write_fields(d, number, edit, now_us, e) < 0)
		return -1;
	if (edit->note.n > 0 && sql_run(&d->q, DESK_NOTE_ADD, e, "uitt", number, now_us,
					str_from(d->author), edit->note) < 0)
		return -1;
	for (int k = 0; k < CASE_TEXT_COUNT; k++)
		if (edit->text[k].p && write_text(d, number, k, edit, now_us, e) < 0)
			return -1;
	return 0;
}

static int
open_case(struct desk *d, const struct desk_key *key, const struct session *s, int64_t now_us,
	  uint64_t *number, struct err *e)
{
	uint64_t session;

	if (desk_session_remember(d, key, s, &session, e) < 0 ||
	    number_of(d, session, number, e) < 0)
		return -1;
	if (*number > 0)
		return 0;
	if (sql_run(&d->q, DESK_CASE_ADD, e, "utit", session, str_from(case_status_text(CASE_OPEN)),
		    now_us, str_from(d->author)) < 0)
		return -1;
	*number = (uint64_t)sqlite3_last_insert_rowid(d->q.db);
	return 0;
}

int
desk_edit(struct desk *d, const struct desk_key *key, const struct session *s,
	  const struct case_edit *edit, int64_t now_us, uint64_t *number, struct err *e)
{
	*number = 0;
	if (check_edit(edit, e) < 0 || desk_begin_write(d, e) < 0)
		return -1;
	int rc = open_case(d, key, s, now_us, number, e);
	if (rc == 0)
		rc = write_edit(d, *number, edit, now_us, e);
	return desk_end(d, rc, e);
}

int
desk_edit_case(struct desk *d, uint64_t number, const struct case_edit *edit, int64_t now_us,
	       struct err *e)
{
	if (check_edit(edit, e) < 0 || desk_begin_write(d, e) < 0)
		return -1;
	return desk_end(d, write_edit(d, number, edit, now_us, e), e);
}
