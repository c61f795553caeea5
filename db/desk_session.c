/* SPDX-License-Identifier: MIT */
/*
 * desk_session: what the desk itself knows of a session: enough to show it as a list does, and to
 * know it again, when the logs are gone. Strangers' texts are cut to stated lengths.
 */
#include "db/desk_local.h"

enum {
	RECIPIENTS_KEPT = 16,
	NAME_MAX_BYTES = 512,   /* an address, a host */
	REPLY_MAX_BYTES = 2000, /* RFC 5321 allows 512 a line */
};

struct str
desk_bounded(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max > 0 && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_slice(s, 0, max);
}

/* --- finding -------------------------------------------------------------------------------- */

static uint64_t
distance(int64_t a, int64_t b)
{
	if (a == TIME_NONE || b == TIME_NONE)
		return UINT64_MAX;
	return a < b ? (uint64_t)b - (uint64_t)a : (uint64_t)a - (uint64_t)b;
}

static int64_t
read_time(sqlite3_stmt *row, int column)
{
	return sql_is_null(row, column) ? TIME_NONE : sql_int(row, column);
}

/* The nearest in time of those that the row's key says are the same. */
static int
find_among(struct desk *d, sqlite3_stmt *row, const struct desk_key *key, uint64_t *id,
	   struct err *e)
{
	uint64_t best = 0;
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		struct desk_key known = { .gateway = sql_bytes(row, 1),
					  .id = sql_bytes(row, 2),
					  .line = sql_uint(row, 3),
					  .start_us = read_time(row, 4) };
		uint64_t far = distance(known.start_us, key->start_us);
		if (desk_key_same(&known, key) && (*id == 0 || far < best)) {
			*id = sql_uint(row, 0);
			best = far;
		}
	}
	return rc;
}

int
desk_session_find(struct desk *d, const struct desk_key *key, uint64_t *id, struct err *e)
{
	sqlite3_stmt *row;

	*id = 0;
	if (key->id.n > 0) {
		row = sql_query(&d->q, DESK_SESSIONS_OF_ID, e, "t", key->id);
		if (find_among(d, row, key, id, e) < 0)
			return -1;
	}
	if (*id > 0 || key->line == 0)
		return 0;
	row = sql_query(&d->q, DESK_SESSIONS_OF_LINE, e, "u", key->line);
	return find_among(d, row, key, id, e);
}

/* --- writing -------------------------------------------------------------------------------- */

static struct str
name(struct str s)
{
	return desk_bounded(s, NAME_MAX_BYTES);
}

static int
write_recipients(struct desk *d, uint64_t id, const struct session *s, struct err *e)
{
	if (sql_run(&d->q, DESK_RECIPIENTS_DROP, e, "u", id) < 0)
		return -1;
	for (size_t i = 0; i < s->n_recipients && i < RECIPIENTS_KEPT; i++) {
		const struct recipient *r = &s->recipients[i];
		if (sql_run(&d->q, DESK_RECIPIENT_ADD, e, "uuttuut", id, (uint64_t)i,
			    name(r->address), str_from(verdict_text(r->verdict)),
			    (uint64_t)r->by_remote, (uint64_t)r->reply.code,
			    desk_bounded(r->reply.text, REPLY_MAX_BYTES)) < 0)
			return -1;
	}
	return 0;
}

static int
write_session(struct desk *d, uint64_t id, const struct desk_key *key, const struct session *s,
	      struct err *e)
{
	char letters[] = "uttuiittutttutttuuttu";
	struct arena a = { 0 };
	size_t recipients =
		s->recipients_total > s->n_recipients ? s->recipients_total : s->n_recipients;
	struct sql_value values[] = {
		{ .number = (int64_t)id },
		{ .bytes = name(key->gateway) },
		{ .bytes = name(key->id) },
		{ .number = (int64_t)key->line },
		{ .number = key->start_us },
		{ .number = s->end_us },
		{ .bytes = str_from(direction_text(s->direction)) },
		{ .bytes = name(s->peer_ip) },
		{ .number = s->peer_port },
		{ .bytes = name(s->peer_host) },
		{ .bytes = name(s->helo) },
		{ .bytes = name(s->sender) },
		{ .number = (int64_t)recipients },
		{ .bytes = str_from(stage_text(s->stage)) },
		{ .bytes = str_from(stage_text(s->about)) },
		{ .bytes = str_from(verdict_text(s->verdict)) },
		{ .number = s->reply.code },
		{ .number = s->reply.code_logged },
		{ .bytes = enhanced_text(s->reply.enhanced, &a) },
		{ .bytes = desk_bounded(s->reply.text, REPLY_MAX_BYTES) },
		{ .number = s->reply.text_logged },
	};

	_Static_assert(sizeof(values) / sizeof(values[0]) == sizeof(letters) - 1,
		       "one letter for each value");
	letters[4] = key->start_us != TIME_NONE ? 'i' : 'n';
	letters[5] = s->end_us != TIME_NONE ? 'i' : 'n';
	letters[11] = s->has_sender || s->sender.n > 0 ? 't' : 'n';
	int rc = sql_run_values(&d->q, DESK_SESSION_SET, letters, values, e);
	arena_release(&a);
	return rc;
}

int
desk_session_remember(struct desk *d, const struct desk_key *key, const struct session *s,
		      uint64_t *id, struct err *e)
{
	int64_t last = 0;

	if (desk_session_find(d, key, id, e) < 0)
		return -1;
	if (*id > 0 && s->brief)
		return 0;
	if (*id == 0) {
		if (sql_number(&d->q, DESK_SESSION_LAST, 0, &last, e, "") < 0)
			return -1;
		*id = (uint64_t)last + 1;
	}
	if (write_session(d, *id, key, s, e) < 0)
		return -1;
	return write_recipients(d, *id, s, e);
}

int
desk_session_drop_unused(struct desk *d, uint64_t id, struct err *e)
{
	if (id == 0)
		return 0;
	if (sql_run(&d->q, DESK_SESSION_DROP_UNUSED, e, "u", id) < 0)
		return -1;
	return sqlite3_changes(d->q.db) == 0 ? 0 : sql_run(&d->q, DESK_RECIPIENTS_DROP, e, "u", id);
}

/* --- reading -------------------------------------------------------------------------------- */

static struct str
read_text(sqlite3_stmt *row, int column, struct arena *a)
{
	return arena_str(a, sql_bytes(row, column));
}

static enum direction
direction_from_text(struct str s)
{
	int i = DIRECTION_COUNT;

	while (--i > 0 && !str_eq(s, str_from(direction_text((enum direction)i))))
		continue;
	return (enum direction)i;
}

/* Another program may have written anything. */
static size_t
read_count(sqlite3_stmt *row, int column)
{
	int64_t n = sql_int(row, column);

	return n < 0 || n > UINT32_MAX ? 0 : (size_t)n;
}

uint64_t
desk_session_read(sqlite3_stmt *row, int column, struct arena *a, struct desk_key *key,
		  struct session *s)
{
	int c = column + 1;

	*s = (struct session){ .brief = true };
	s->gateway_name = read_text(row, c++, a);
	*key = (struct desk_key){ .gateway = s->gateway_name, .id = read_text(row, c++, a) };
	key->line = sql_uint(row, c++);
	key->start_us = s->start_us = read_time(row, c++);
	s->end_us = read_time(row, c++);
	s->direction = direction_from_text(sql_bytes(row, c++));
	s->peer_ip = read_text(row, c++, a);
	s->peer_port = (uint16_t)sql_uint(row, c++);
	s->peer_host = read_text(row, c++, a);
	s->helo = read_text(row, c++, a);
	s->has_sender = !sql_is_null(row, c);
	s->sender = read_text(row, c++, a);
	s->recipients_total = read_count(row, c++);
	s->stage = stage_from_text(sql_bytes(row, c++));
	s->about = stage_from_text(sql_bytes(row, c++));
	s->verdict = verdict_from_text(sql_bytes(row, c++));
	s->reply.code = (uint16_t)sql_uint(row, c++);
	s->reply.code_logged = sql_uint(row, c++) != 0;
	enhanced_parse(sql_bytes(row, c++), &s->reply.enhanced);
	s->reply.text = read_text(row, c++, a);
	s->reply.text_logged = sql_uint(row, c++) != 0;
	if (key->id.n > 0) {
		s->identifiers = arena_zalloc(a, sizeof(*s->identifiers));
		s->identifiers[0] = (struct identifier){ ID_ROLE_OWN, key->id };
		s->n_identifiers = 1;
	}
	return sql_uint(row, column);
}

int
desk_session_read_recipients(struct desk *d, uint64_t id, struct arena *a, struct session *s,
			     struct err *e)
{
	sqlite3_stmt *row = sql_query(&d->q, DESK_RECIPIENTS, e, "u", id);
	int rc = row ? 0 : -1;

	s->recipients = arena_zalloc(a, RECIPIENTS_KEPT * sizeof(*s->recipients));
	while (row && (rc = sql_step(&d->q, row, e)) > 0) {
		if (s->n_recipients == RECIPIENTS_KEPT) {
			sql_done(row);
			rc = 0;
			break;
		}
		struct recipient *r = &s->recipients[s->n_recipients++];
		r->address = read_text(row, 0, a);
		r->verdict = verdict_from_text(sql_bytes(row, 1));
		r->by_remote = sql_uint(row, 2) != 0;
		r->reply.code = (uint16_t)sql_uint(row, 3);
		r->reply.text = read_text(row, 4, a);
		r->time_us = TIME_NONE;
	}
	if (s->recipients_total < s->n_recipients)
		s->recipients_total = s->n_recipients;
	return rc;
}
