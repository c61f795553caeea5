/* SPDX-License-Identifier: MIT */
/*
 * writer_block: the blocks being filled, one per source and at most OPEN_BLOCKS, so that sources
 * can take turns. A source that is taken up again later goes on in its last block while that is far
 * from full, so that a log which grows by a few lines at a time does not become thousands of tiny
 * blocks.
 */
#include "db/writer.h"

enum { REOPEN_BELOW_BYTES = BLOCK_FULL_BYTES - BLOCK_FULL_BYTES / 8 };

int
writer_blocks_store(struct writer *w, struct err *e)
{
	for (size_t i = 0; i < OPEN_BLOCKS; i++)
		if (w->st->open_blocks[i].id != 0 &&
		    writer_block_store(w, &w->st->open_blocks[i], e) < 0)
			return -1;
	return 0;
}

void
writer_block_select(struct writer *w)
{
	w->block = NULL;
	for (size_t i = 0; i < OPEN_BLOCKS; i++) {
		struct block *b = &w->st->open_blocks[i];
		if (b->id == 0 || b->source != w->source->number)
			continue;
		w->block = b;
		b->used = ++w->block_uses;
	}
}

/* A slot for the current source: a free one, or that of the source idle for longest. */
static int
take_slot(struct writer *w, struct block **out, struct err *e)
{
	struct block *slot = &w->st->open_blocks[0];

	for (size_t i = 1; i < OPEN_BLOCKS && slot->id != 0; i++) {
		struct block *b = &w->st->open_blocks[i];
		if (b->id == 0 || b->used < slot->used)
			slot = b;
	}
	if (slot->id != 0 && writer_block_hand_on(w, slot, e) < 0)
		return -1;
	*out = slot;
	return 0;
}

/* A cached copy of the block would miss the lines that come. */
static void
take_up(struct writer *w, const struct block *slot)
{
	struct store *st = w->st;

	for (size_t i = 0; i < BLOCK_CACHE; i++)
		if (st->blocks[i].id == slot->id)
			st->blocks[i].id = 0;
	writer_note_packed(w, PACKED_BLOCK, slot->id, slot->packed_bytes, true);
}

static int
reopen_last(struct writer *w, struct block *slot, struct err *e)
{
	int64_t last;

	if (sql_number(&w->st->q, STMT_BLOCK_LAST_OF, 0, &last, e, "u",
		       (uint64_t)w->source->number) < 0)
		return -1;
	if (last == 0)
		return 0;
	if (block_load(w->st, (uint64_t)last, slot, e) < 0)
		return -1;
	if (slot->raw.n >= REOPEN_BELOW_BYTES)
		slot->id = 0;
	else
		take_up(w, slot);
	return 0;
}

/* The current source has no open block: a slot for it, with its last block if that has room. */
static int
open_block(struct writer *w, struct err *e)
{
	struct block *slot;

	if (take_slot(w, &slot, e) < 0)
		return -1;
	if (w->source->taken > 0 && (writer_own(w, e) < 0 || reopen_last(w, slot, e) < 0))
		return -1;
	slot->used = ++w->block_uses;
	w->block = slot;
	return 0;
}

int
writer_block_for(struct writer *w, size_t n, struct err *e)
{
	if (!w->block && open_block(w, e) < 0)
		return -1;
	if (w->block->id != 0 && w->block->raw.n > 0 &&
	    w->block->raw.n + n + 1 > BLOCK_FULL_BYTES) {
		if (writer_block_hand_on(w, w->block, e) < 0)
			return -1;
	}
	if (w->block->id == 0)
		block_begin(w->block, w->next_block++, w->source);
	return 0;
}
