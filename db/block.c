/* SPDX-License-Identifier: MIT */
/*
 * block: raw text of one source, whole lines each ended by '\n', in pieces of BLOCK_FULL_BYTES
 * (one longer line is a block of its own). Line numbers within a block never change, so a block
 * may be stored again with more lines behind.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "db/index.h"

void
block_release(struct block *b)
{
	if (b->raw.cap > 0)
		strbuf_release(&b->raw);
	free(b->starts);
	*b = (struct block){ 0 };
}

static void
block_clear(struct block *b)
{
	if (b->raw.max == 0)
		strbuf_init(&b->raw, BLOCK_MAX_BYTES);
	strbuf_clear(&b->raw);
	b->id = 0;
	b->n_lines = 0;
	b->dirty = false;
	b->packed_bytes = 0;
}

void
block_begin(struct block *b, uint64_t id, const struct source_row *source)
{
	block_clear(b);
	b->id = id;
	b->source = source->number;
	b->pos = source->raw_bytes;
	b->line0 = source->taken;
	b->t0 = b->t1 = TIME_NONE;
}

line_ref
block_add(struct block *b, struct str line)
{
	line_ref ref = b->id << BLOCK_LINE_BITS | b->n_lines;

	b->starts = mem_grow(b->starts, &b->starts_cap, b->n_lines + 1, sizeof(*b->starts));
	b->starts[b->n_lines++] = (uint32_t)b->raw.n;
	strbuf_add(&b->raw, line);
	strbuf_add_char(&b->raw, '\n');
	b->dirty = true;
	return ref;
}

static int
find_lines(struct store *st, struct block *b, size_t n_lines, struct err *e)
{
	const char *p = b->raw.p, *end = b->raw.p + b->raw.n;

	b->starts = mem_grow(b->starts, &b->starts_cap, n_lines + 1, sizeof(*b->starts));
	b->n_lines = 0;
	while (p < end && b->n_lines < n_lines) {
		const char *newline = memchr(p, '\n', (size_t)(end - p));
		if (!newline)
			break;
		b->starts[b->n_lines++] = (uint32_t)(p - b->raw.p);
		p = newline + 1;
	}
	if (p != end || b->n_lines != n_lines)
		return index_damaged(st, "block", b->id, e);
	return 0;
}

int
index_damaged(struct store *st, const char *what, uint64_t number, struct err *e)
{
	return err_set(e, ERR_DB,
		       "%s: %s %llu is damaged; move the index away and import the logs again",
		       st->path, what, (unsigned long long)number);
}

int
block_load(struct store *st, uint64_t id, struct block *b, struct err *e)
{
	struct err inner = { 0 };

	block_clear(b);
	sqlite3_stmt *row = sql_query(&st->q, STMT_BLOCK_GET, e, "u", id);
	if (!row)
		return -1;
	int rc = sql_step(&st->q, row, e);
	if (rc <= 0)
		return rc < 0 ? -1 : index_damaged(st, "block", id, e);
	b->source = (uint32_t)sql_uint(row, 0);
	b->pos = sql_uint(row, 1);
	b->line0 = sql_uint(row, 2);
	b->t0 = sql_int(row, 3);
	b->t1 = sql_int(row, 4);
	size_t n_lines = (size_t)sql_uint(row, 5);
	size_t raw = (size_t)sql_uint(row, 6);
	struct str z = sql_bytes(row, 7);
	b->packed_bytes = z.n;
	rc = zblock_unpack(z, BLOCK_MAX_BYTES, &b->raw, &inner);
	sql_done(row);
	if (rc < 0 || b->raw.n != raw)
		return index_damaged(st, "block", id, e);
	b->id = id;
	rc = find_lines(st, b, n_lines, e);
	if (rc < 0)
		b->id = 0;
	return rc;
}

int
block_get(struct store *st, uint64_t id, struct block **out, struct err *e)
{
	struct block *oldest = &st->blocks[0];

	for (size_t i = 0; i < OPEN_BLOCKS; i++)
		if (st->open_blocks[i].id == id)
			return *out = &st->open_blocks[i], 0;
	for (size_t i = 0; i < BLOCK_CACHE; i++) {
		struct block *b = &st->blocks[i];
		if (b->id == id) {
			b->used = ++st->clock;
			return *out = b, 0;
		}
		if (b->used < oldest->used)
			oldest = b;
	}
	oldest->used = ++st->clock;
	*out = oldest;
	return block_load(st, id, oldest, e);
}

int
stored_lines_get(struct store *st, const line_ref *refs, size_t n, struct arena *a,
		 struct stored_line **out, struct err *e)
{
	struct stored_line *lines = arena_zalloc(a, n * sizeof(*lines));
	const struct source_row *before = NULL;

	for (size_t i = 0; i < n; i++) {
		struct block *b;
		struct source_row *source;
		size_t place = (size_t)(refs[i] & (((line_ref)1 << BLOCK_LINE_BITS) - 1));

		if (block_get(st, refs[i] >> BLOCK_LINE_BITS, &b, e) < 0)
			return -1;
		if (place >= b->n_lines)
			return index_damaged(st, "block", b->id, e);
		if (source_get(st, b->source, &source, e) < 0)
			return -1;
		lines[i] = (struct stored_line){
			.text = arena_str(a, block_line(b, place)),
			.ref = refs[i],
			.format = source->format,
			.format_name = source->format ? STR("") : arena_str(a, source->format_name),
			.context = source->context,
			.source = i > 0 && source == before ? lines[i - 1].source
							    : arena_str(a, source->path),
			.line_number = b->line0 + place + 1,
		};
		/* The year of a time without one is that of its neighbours. */
		if (b->t0 != TIME_NONE)
			lines[i].context.near_us = b->t0;
		before = source;
	}
	*out = lines;
	return 0;
}
