/* SPDX-License-Identifier: MIT */
/*
 * digest: what an index holds as one number, whatever the way it came there. Sessions count by
 * their facts, raw lines by gateway and text. A line that stands in logs of several roles counts as
 * often as in the role that has it most often.
 *
 * So the largest role of a gateway is simply added, while the lines of the other roles are first
 * counted by hash: what the largest role does not cover is added behind. That table is bounded by
 * working through the hashes in several passes.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "base/hash.h"
#include "db/walk.h"

#define LINES_PER_PASS UINT64_C(4000000) /* of the smaller roles: about 128 MB */

enum part { PART_MAIN, PART_REJECT, PART_SYSLOG, PART_COUNT };

struct digest {
	struct store *st;
	struct multiset_digest sum;
	struct strbuf element;
	struct block block;
	uint32_t gateway;
	struct str gateway_name;
	struct u64_table count;      /* hash -> most often in a role but the largest … */
	struct u64_table role_count; /* … and in the role being counted */
	uint64_t pass, passes;
};

static enum part
part_of(enum log_role role)
{
	switch (role) {
	case LOG_ROLE_REJECT:
		return PART_REJECT;
	case LOG_ROLE_SYSLOG:
		return PART_SYSLOG;
	default:
		return PART_MAIN;
	}
}

/* --- sessions ------------------------------------------------------------------------------- */

static int
add_sessions(struct digest *d, struct err *e)
{
	struct walk_query q = { .from_us = TIME_NONE, .to_us = TIME_NONE };
	const struct session *s;
	struct session whole;
	struct arena a = { 0 };
	struct walk w;
	int rc = walk_begin(&w, d->st, &q, e);

	while (rc >= 0 && (rc = walk_next(&w, &s, e)) > 0) {
		if ((rc = session_whole(d->st, s, &a, &whole, e)) < 0)
			break;
		strbuf_clear(&d->element);
		strbuf_add_char(&d->element, 'S');
		session_canonical(&whole, &d->element);
		multiset_digest_add(&d->sum, strbuf_str(&d->element));
		arena_reset(&a);
	}
	arena_release(&a);
	walk_end(&w);
	return rc;
}

/* --- lines ---------------------------------------------------------------------------------- */

static void
add_line(struct digest *d, struct str line)
{
	strbuf_clear(&d->element);
	strbuf_add_char(&d->element, 'L');
	strbuf_add_varint(&d->element, d->gateway_name.n);
	strbuf_add(&d->element, d->gateway_name);
	strbuf_add(&d->element, line);
	multiset_digest_add(&d->sum, strbuf_str(&d->element));
}

typedef void line_visit(struct digest *d, struct str line, uint64_t hash);

static int
visit_source(struct digest *d, uint32_t source, line_visit *visit, struct err *e)
{
	int64_t id = 0;

	for (;;) {
		if (sql_number(&d->st->q, STMT_BLOCK_NEXT_OF, 0, &id, e, "ui", (uint64_t)source,
			       id) < 0)
			return -1;
		if (id == 0)
			return 0;
		if (block_load(d->st, (uint64_t)id, &d->block, e) < 0)
			return -1;
		for (size_t i = 0; i < d->block.n_lines; i++) {
			struct str line = block_line(&d->block, i);
			uint64_t hash = d->passes > 0 ? hash_bytes(line, 0) : 0;
			if (d->passes == 0 || hash % d->passes == d->pass)
				visit(d, line, hash);
		}
	}
}

/*
 * Steps *number to the next source of the current gateway: 1 and its row, 0 behind the last, -1 on
 * an error.
 */
static int
next_source(struct digest *d, uint32_t *number, struct source_row **row, struct err *e)
{
	int64_t last;

	if (sql_number(&d->st->q, STMT_SOURCE_LAST, 0, &last, e, "") < 0)
		return -1;
	while (++*number <= (uint32_t)last) {
		bool there;
		if (source_exists(d->st, *number, &there, e) < 0)
			return -1;
		if (!there)
			continue;
		if (source_get(d->st, *number, row, e) < 0)
			return -1;
		if ((*row)->gateway == d->gateway)
			return 1;
	}
	return 0;
}

/* All lines of one part of the current gateway. */
static int
visit_part(struct digest *d, enum part part, line_visit *visit, struct err *e)
{
	struct source_row *row;
	uint32_t number = 0;
	int rc;

	while ((rc = next_source(d, &number, &row, e)) > 0)
		if (part_of(row->context.role) == part && visit_source(d, number, visit, e) < 0)
			return -1;
	return rc;
}

static void
visit_plain(struct digest *d, struct str line, uint64_t hash)
{
	(void)hash;
	add_line(d, line);
}

static void
visit_counting(struct digest *d, struct str line, uint64_t hash)
{
	uint64_t *n = u64_table_get(&d->role_count, hash);
	uint64_t now = n ? *n + 1 : 1;
	uint64_t *most = u64_table_get(&d->count, hash);

	(void)line;
	u64_table_put(&d->role_count, hash, now);
	if (!most || *most < now)
		u64_table_put(&d->count, hash, now);
}

static bool
take_counted(struct digest *d, uint64_t hash)
{
	uint64_t *left = u64_table_get(&d->count, hash);

	if (!left || *left == 0)
		return false;
	(*left)--;
	return true;
}

static void
visit_largest(struct digest *d, struct str line, uint64_t hash)
{
	take_counted(d, hash);
	add_line(d, line);
}

static void
visit_rest(struct digest *d, struct str line, uint64_t hash)
{
	if (take_counted(d, hash))
		add_line(d, line);
}

static int
one_pass(struct digest *d, const uint64_t lines[PART_COUNT], enum part largest, struct err *e)
{
	int rc = 0;

	u64_table_clear(&d->count);
	for (int p = 0; p < PART_COUNT && rc == 0; p++) {
		if (p == (int)largest || lines[p] == 0)
			continue;
		u64_table_clear(&d->role_count);
		rc = visit_part(d, (enum part)p, visit_counting, e);
	}
	if (rc == 0)
		rc = visit_part(d, largest, visit_largest, e);
	for (int p = 0; p < PART_COUNT && rc == 0; p++)
		if (p != (int)largest && lines[p] > 0)
			rc = visit_part(d, (enum part)p, visit_rest, e);
	return rc;
}

static int
count_parts(struct digest *d, uint64_t lines[PART_COUNT], struct err *e)
{
	struct source_row *row;
	uint32_t number = 0;
	int rc;

	while ((rc = next_source(d, &number, &row, e)) > 0)
		lines[part_of(row->context.role)] += row->taken;
	return rc;
}

static int
add_gateway(struct digest *d, const struct gateway_row *g, struct err *e)
{
	uint64_t lines[PART_COUNT] = { 0 }, all = 0;
	enum part largest = PART_MAIN;

	d->gateway = g->number;
	d->gateway_name = g->name;
	if (count_parts(d, lines, e) < 0)
		return -1;
	for (int p = 0; p < PART_COUNT; p++) {
		all += lines[p];
		if (lines[p] > lines[largest])
			largest = (enum part)p;
	}
	uint64_t others = all - lines[largest];
	d->passes = 0;
	if (others == 0)
		return visit_part(d, largest, visit_plain, e);
	d->passes = 1 + others / LINES_PER_PASS;
	int rc = 0;
	for (d->pass = 0; d->pass < d->passes && rc == 0; d->pass++)
		rc = one_pass(d, lines, largest, e);
	return rc;
}

static int
add_lines(struct digest *d, struct err *e)
{
	if (gateways_load(d->st, e) < 0)
		return -1;
	for (size_t i = 0; i < d->st->n_gateways; i++)
		if (add_gateway(d, &d->st->gateways[i], e) < 0)
			return -1;
	return 0;
}

int
store_digest(struct store *st, char hex[65], struct err *e)
{
	struct digest d = { .st = st };

	strbuf_init(&d.element, STRBUF_NO_MAX);
	if (index_begin(st, e) < 0)
		return -1;
	int rc = add_sessions(&d, e);
	if (rc == 0)
		rc = add_lines(&d, e);
	rc = index_end(st, rc);
	multiset_digest_hex(&d.sum, hex);
	strbuf_release(&d.element);
	block_release(&d.block);
	u64_table_release(&d.count);
	u64_table_release(&d.role_count);
	return rc;
}
