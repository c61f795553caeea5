/* SPDX-License-Identifier: MIT */
/* sources: the small tables (gateways, sources, counters) as cached rows, and back. */
#include <stdlib.h>

#include "base/civil.h"
#include "db/index.h"

int
gateways_load(struct store *st, struct err *e)
{
	if (st->gateways_loaded)
		return 0;
	sqlite3_stmt *row = sql_query(&st->q, STMT_GATEWAYS, e, "");
	if (!row)
		return -1;
	st->n_gateways = 0;
	int rc;
	while ((rc = sql_step(&st->q, row, e)) > 0) {
		st->gateways = mem_grow(st->gateways, &st->gateways_cap, st->n_gateways + 1,
					sizeof(*st->gateways));
		st->gateways[st->n_gateways++] = (struct gateway_row){
			.number = (uint32_t)sql_uint(row, 0),
			.name = arena_str(&st->names, sql_bytes(row, 1)),
			.sessions = sql_uint(row, 2),
			.until_us = sql_is_null(row, 3) ? TIME_NONE : sql_int(row, 3),
		};
	}
	st->gateways_loaded = rc == 0;
	return rc;
}

struct gateway_row *
gateway_get(struct store *st, uint32_t number, struct err *e)
{
	if (gateways_load(st, e) < 0)
		return NULL;
	for (size_t i = 0; i < st->n_gateways; i++)
		if (st->gateways[i].number == number)
			return &st->gateways[i];
	index_damaged(st, "gateway", number, e);
	return NULL;
}

struct gateway_row *
gateway_add(struct store *st, struct str name, struct err *e)
{
	if (gateways_load(st, e) < 0)
		return NULL;
	for (size_t i = 0; i < st->n_gateways; i++)
		if (str_eq(st->gateways[i].name, name))
			return &st->gateways[i];
	uint32_t number = 1;
	if (st->n_gateways > 0)
		number = st->gateways[st->n_gateways - 1].number + 1;
	if (sql_run(&st->q, STMT_GATEWAY_ADD, e, "ut", (uint64_t)number, name) < 0)
		return NULL;
	st->gateways = mem_grow(st->gateways, &st->gateways_cap, st->n_gateways + 1,
				sizeof(*st->gateways));
	struct gateway_row *g = &st->gateways[st->n_gateways++];
	*g = (struct gateway_row){
		.number = number,
		.name = arena_str(&st->names, name),
		.until_us = TIME_NONE,
	};
	return g;
}

static enum log_role
role_from_text(struct str s)
{
	for (int r = 0; r < LOG_ROLE_COUNT; r++)
		if (str_eq(s, str_from(log_role_text((enum log_role)r))))
			return (enum log_role)r;
	return LOG_ROLE_MAIN;
}

static void
pending_unpack(struct source_row *row, struct str packed)
{
	struct unpack u = { (const unsigned char *)packed.p,
			    (const unsigned char *)packed.p + packed.n, false };
	line_ref ref = 0;

	size_t n = (size_t)unpack_varint(&u);
	if (u.bad || n > packed.n)
		return;
	row->pending = xcalloc(n, sizeof(*row->pending));
	for (size_t i = 0; i < n; i++) {
		ref += unpack_varint(&u);
		row->pending[i] = (struct pending_line){ ref, (uint8_t)unpack_varint(&u) };
	}
	row->n_pending = u.bad ? 0 : n;
}

static void
pending_pack(const struct source_row *row, struct strbuf *out)
{
	line_ref before = 0;

	strbuf_add_varint(out, row->n_pending);
	for (size_t i = 0; i < row->n_pending; i++) {
		strbuf_add_varint(out, row->pending[i].ref - before);
		strbuf_add_varint(out, row->pending[i].counted);
		before = row->pending[i].ref;
	}
}

static void
read_row(struct store *st, sqlite3_stmt *q, struct source_row *row)
{
	row->path = arena_str(&st->names, sql_bytes(q, 0));
	row->gateway = (uint32_t)sql_uint(q, 1);
	row->format_name = arena_str(&st->names, sql_bytes(q, 2));
	row->format = st->formats ? st->formats(row->format_name) : NULL;
	row->context.source = row->number;
	row->context.format = row->format;
	row->context.role = role_from_text(sql_bytes(q, 3));
	row->zone_name = arena_str(&st->names, sql_bytes(q, 4));
	row->context.zone = row->zone_name.n > 0 ? zone_find(row->zone_name, NULL) : NULL;
	row->context.near_us = sql_int(q, 5);
	row->inode = sql_uint(q, 6);
	row->mark = (struct source_mark){
		.head_hash = sql_uint(q, 7),
		.head_bytes = (uint32_t)sql_uint(q, 8),
		.tail_hash = sql_uint(q, 9),
		.offset = sql_uint(q, 10),
		.lines = sql_uint(q, 11),
	};
	row->taken = sql_uint(q, 12);
	for (int c = 0; c < LINE_CLASS_COUNT; c++)
		row->count[c] = sql_uint(q, 13 + c);
	row->raw_bytes = sql_uint(q, 16);
	row->sessions = sql_uint(q, 17);
	row->from_us = sql_int(q, 18);
	row->to_us = sql_int(q, 19);
	row->imported_us = sql_int(q, 20);
	pending_unpack(row, sql_bytes(q, 21));
	row->features = (unsigned)sql_uint(q, 22);
}

int
source_exists(struct store *st, uint32_t number, bool *there, struct err *e)
{
	int64_t found = 0;

	if (number < st->sources_cap && st->sources[number])
		return *there = true, 0;
	int rc = sql_number(&st->q, STMT_SOURCE_EXISTS, 0, &found, e, "u", (uint64_t)number);
	*there = found != 0;
	return rc;
}

int
source_get(struct store *st, uint32_t number, struct source_row **out, struct err *e)
{
	if (number < st->sources_cap && st->sources[number])
		return *out = st->sources[number], 0;
	sqlite3_stmt *q = sql_query(&st->q, STMT_SOURCE_GET, e, "u", (uint64_t)number);
	if (!q)
		return -1;
	int rc = sql_step(&st->q, q, e);
	if (rc <= 0)
		return rc < 0 ? -1 : index_damaged(st, "source", number, e);
	struct source_row *row = source_new(st, number);
	read_row(st, q, row);
	sql_done(q);
	*out = row;
	return 0;
}

struct source_row *
source_new(struct store *st, uint32_t number)
{
	size_t old = st->sources_cap;

	st->sources =
		mem_grow(st->sources, &st->sources_cap, (size_t)number + 1, sizeof(*st->sources));
	for (size_t i = old; i < st->sources_cap; i++)
		st->sources[i] = NULL;
	struct source_row *row = xcalloc(1, sizeof(*row));
	row->number = number;
	row->from_us = row->to_us = row->last_us = TIME_NONE;
	return st->sources[number] = row;
}

void
source_note(struct source_row *row, struct sql_list *out)
{
	struct strbuf pending;

	strbuf_init(&pending, STRBUF_NO_MAX);
	pending_pack(row, &pending);
	sql_note(out, STMT_SOURCE_SET, "ututttiuuuuuuuuuuuiiibu", (uint64_t)row->number, row->path,
		 (uint64_t)row->gateway, row->format_name,
		 str_from(log_role_text(row->context.role)), row->zone_name, row->context.near_us,
		 row->inode, row->mark.head_hash, (uint64_t)row->mark.head_bytes,
		 row->mark.tail_hash, row->mark.offset, row->mark.lines, row->taken,
		 row->count[LINE_UNDERSTOOD], row->count[LINE_IGNORED], row->count[LINE_UNKNOWN],
		 row->raw_bytes, row->from_us, row->to_us, row->imported_us, strbuf_str(&pending),
		 (uint64_t)row->features);
	strbuf_release(&pending);
	row->dirty = false;
}

int
source_save(struct store *st, struct source_row *row, struct err *e)
{
	struct sql_list list = { 0 };

	source_note(row, &list);
	int rc = sql_run_noted(&st->q, &list, e);
	sql_list_release(&list);
	return rc;
}

int
session_counts_reload(struct store *st, struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_GATEWAYS, e, "");
	int rc = row ? 0 : -1;

	while (rc == 0 && (rc = sql_step(&st->q, row, e)) > 0) {
		for (size_t i = 0; i < st->n_gateways; i++)
			if (st->gateways[i].number == sql_uint(row, 0))
				st->gateways[i].sessions = sql_uint(row, 2);
		rc = 0;
	}
	if (rc < 0 || !(row = sql_query(&st->q, STMT_SOURCE_SESSIONS, e, "")))
		return -1;
	while ((rc = sql_step(&st->q, row, e)) > 0) {
		size_t number = (size_t)sql_uint(row, 0);
		if (number < st->sources_cap && st->sources[number])
			st->sources[number]->sessions = sql_uint(row, 1);
	}
	return rc;
}

static const char *const counter_names[COUNTER_COUNT] = {
	[COUNTER_SESSIONS] = "sessions",         [COUNTER_LINES] = "lines",
	[COUNTER_UNDERSTOOD] = "understood",     [COUNTER_IGNORED] = "ignored",
	[COUNTER_UNKNOWN] = "unknown",           [COUNTER_RAW_BYTES] = "raw_bytes",
	[COUNTER_PACKED_BYTES] = "packed_bytes",
};

int
counters_load(struct store *st, struct err *e)
{
	if (st->counters_loaded)
		return 0;
	sqlite3_stmt *row = sql_query(&st->q, STMT_COUNTERS, e, "");
	if (!row)
		return -1;
	memset(st->counter, 0, sizeof(st->counter));
	int rc;
	while ((rc = sql_step(&st->q, row, e)) > 0)
		for (size_t i = 0; i < COUNTER_COUNT; i++)
			if (str_eq(sql_bytes(row, 0), str_from(counter_names[i])))
				st->counter[i] = sql_uint(row, 1);
	st->counters_loaded = rc == 0;
	return rc;
}

void
counter_note(const struct store *st, enum counter_id id, struct sql_list *out)
{
	sql_note(out, STMT_COUNTER_SET, "tu", str_from(counter_names[id]), st->counter[id]);
}

int
counter_save(struct store *st, enum counter_id id, struct err *e)
{
	return sql_run(&st->q, STMT_COUNTER_SET, e, "tu", str_from(counter_names[id]),
		       st->counter[id]);
}

/* Forgets all rows; they are read again when needed. */
void
sources_release(struct store *st)
{
	for (size_t i = 0; i < st->sources_cap; i++) {
		if (st->sources[i])
			free(st->sources[i]->pending);
		free(st->sources[i]);
		st->sources[i] = NULL;
	}
	st->gateways_loaded = st->counters_loaded = false;
	st->n_gateways = 0;
	arena_reset(&st->names);
}
