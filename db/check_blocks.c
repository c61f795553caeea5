/* SPDX-License-Identifier: MIT */
/* check_blocks: every block unpacks, and the blocks of a source are its lines without a gap. */
#include "db/check.h"

static void
note_block(struct check *c, const struct source_row *row, const struct block *b, uint64_t lines,
	   uint64_t bytes)
{
	u64_table_put(&c->blocks, b->id, (uint64_t)row->number << 32 | b->n_lines);
	if (b->line0 != lines || b->pos != bytes)
		check_say(c, "block %llu of %.*s: should follow %llu lines, follows %llu",
			  (unsigned long long)b->id, STR_ARG(row->path),
			  (unsigned long long)b->line0, (unsigned long long)lines);
}

static int
check_blocks(struct check *c, const struct source_row *row, struct block *b, struct err *e)
{
	uint64_t lines = 0, bytes = 0;
	int64_t id = 0;

	for (;;) {
		struct err damage = { 0 };
		if (sql_number(&c->st->q, STMT_BLOCK_NEXT_OF, 0, &id, e, "ui",
			       (uint64_t)row->number, id) < 0)
			return -1;
		if (id == 0)
			break;
		if (block_load(c->st, (uint64_t)id, b, &damage) < 0) {
			check_say(c, "%s", damage.text);
			continue;
		}
		note_block(c, row, b, lines, bytes);
		lines += b->n_lines;
		bytes += b->raw.n;
	}
	if (lines != row->taken || bytes != row->raw_bytes)
		check_say(c, "%.*s: %llu lines stored, %llu counted", STR_ARG(row->path),
			  (unsigned long long)lines, (unsigned long long)row->taken);
	c->counter[COUNTER_LINES] += lines;
	c->counter[COUNTER_RAW_BYTES] += bytes;
	return 0;
}

/* Lines without a class are those that wait for their record. */
static void
check_classes(struct check *c, const struct source_row *row)
{
	uint64_t classified = 0, waiting = 0;

	for (int i = 0; i < LINE_CLASS_COUNT; i++) {
		classified += row->count[i];
		c->counter[COUNTER_UNDERSTOOD + i] += row->count[i];
	}
	for (size_t i = 0; i < row->n_pending; i++)
		waiting += !row->pending[i].counted;
	if (classified + waiting != row->taken)
		check_say(c, "%.*s: %llu lines, but %llu in classes and %llu waiting",
			  STR_ARG(row->path), (unsigned long long)row->taken,
			  (unsigned long long)classified, (unsigned long long)waiting);
}

int
check_sources(struct check *c, struct err *e)
{
	struct block b = { 0 };
	struct source_row *row;
	int64_t last, blocks;
	int rc = sql_number(&c->st->q, STMT_SOURCE_LAST, 0, &last, e, "");

	for (uint32_t number = 1; rc == 0 && number <= (uint32_t)last; number++) {
		bool there;
		rc = source_exists(c->st, number, &there, e);
		if (rc < 0 || !there)
			continue;
		rc = source_get(c->st, number, &row, e);
		if (rc == 0)
			rc = check_blocks(c, row, &b, e);
		if (rc == 0)
			check_classes(c, row);
	}
	block_release(&b);
	if (rc < 0 || sql_number(&c->st->q, STMT_BLOCK_COUNT, 0, &blocks, e, "") < 0)
		return -1;
	if ((uint64_t)blocks > c->blocks.n && c->findings == 0)
		check_say(c, "%llu blocks belong to no source",
			  (unsigned long long)((uint64_t)blocks - c->blocks.n));
	return 0;
}
