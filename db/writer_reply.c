/* SPDX-License-Identifier: MIT */
/*
 * writer_reply: the shapes of all refusals, ours and those of remote sites, each once with its first
 * and last time: what texts do we send, and since when. Belongs to the emit stage. Strangers have a
 * say in the texts: ours and theirs have room of their own, and who was not seen for longest makes
 * way. How many sessions have a shape is what its search token counts.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "db/writer.h"

enum { SHAPES_MAX = 10000, SHAPES_DROPPED = 4 /* a fourth at a time */ };

struct reply_seen {
	uint64_t hash;
	char *text; /* owned; NULL: stored before, and not seen since */
	size_t text_n;
	int64_t from_us, to_us;
	bool fresh; /* since it was last handed on */
};

static struct reply_seen *
seen_put(struct reply_shapes *r, struct reply_seen s)
{
	r->list = mem_grow(r->list, &r->cap, r->n + 1, sizeof(*r->list));
	r->list[r->n] = s;
	u64_table_put(&r->index, s.hash, ++r->n);
	return &r->list[r->n - 1];
}

static int
newest_first(const void *pa, const void *pb)
{
	const struct reply_seen *a = pa, *b = pb;

	if (a->to_us != b->to_us)
		return a->to_us > b->to_us ? -1 : 1;
	return a->hash < b->hash ? -1 : a->hash > b->hash;
}

static void
make_room(struct reply_shapes *r)
{
	size_t keep = r->most - r->most / SHAPES_DROPPED;

	qsort(r->list, r->n, sizeof(*r->list), newest_first);
	for (size_t i = keep; i < r->n; i++) {
		r->gone = mem_grow(r->gone, &r->gone_cap, r->n_gone + 1, sizeof(*r->gone));
		r->gone[r->n_gone++] = r->list[i].hash;
		free(r->list[i].text);
	}
	r->n = keep;
	u64_table_clear(&r->index);
	for (size_t i = 0; i < r->n; i++)
		u64_table_put(&r->index, r->list[i].hash, i + 1);
}

void
writer_note_reply(struct writer *w, struct term t, int64_t time_us)
{
	bool remote = t.kind == TERM_REMOTE_REPLY;
	struct reply_shapes *r = &w->replies[remote];
	uint64_t hash = hash_bytes(t.text, remote);
	const uint64_t *known = u64_table_get(&r->index, hash);

	if (time_us == TIME_NONE)
		return;
	if (!known && r->n >= r->most)
		make_room(r);
	struct reply_seen *s =
		known ? &r->list[*known - 1]
		      : seen_put(r, (struct reply_seen){
					    .hash = hash, .from_us = time_us, .to_us = time_us });
	if (!s->text) {
		s->text = xstrndup(t.text);
		s->text_n = t.text.n;
		s->fresh = true;
	}
	s->fresh |= time_us < s->from_us || time_us > s->to_us;
	s->from_us = time_us < s->from_us ? time_us : s->from_us;
	s->to_us = time_us > s->to_us ? time_us : s->to_us;
}

static void
note_side(struct reply_shapes *r, bool remote, struct sql_list *out)
{
	/* First: what was dropped may have come again. */
	for (size_t i = 0; i < r->n_gone; i++)
		sql_note(out, STMT_SHAPE_DEL, "u", r->gone[i]);
	r->n_gone = 0;
	for (size_t i = 0; i < r->n; i++) {
		struct reply_seen *s = &r->list[i];

		if (!s->fresh)
			continue;
		sql_note(out, STMT_SHAPE_ADD, "uubii", s->hash, (uint64_t)remote,
			 (struct str){ s->text, s->text_n }, s->from_us, s->to_us);
		s->fresh = false;
	}
}

void
writer_replies_note(struct writer *w, struct sql_list *out)
{
	note_side(&w->replies[0], false, out);
	note_side(&w->replies[1], true, out);
}

int
writer_replies_load(struct writer *w, struct err *e)
{
	sqlite3_stmt *row = sql_query(&w->st->q, STMT_SHAPE_KEYS, e, "");
	int rc = -1;

	w->replies[0].most = w->replies[1].most = SHAPES_MAX;
	while (row && (rc = sql_step(&w->st->q, row, e)) > 0)
		seen_put(&w->replies[sql_uint(row, 1) != 0],
			 (struct reply_seen){ .hash = sql_uint(row, 0),
					      .from_us = sql_int(row, 2),
					      .to_us = sql_int(row, 3) });
	return rc;
}

void
writer_replies_release(struct writer *w)
{
	for (size_t side = 0; side < 2; side++) {
		struct reply_shapes *r = &w->replies[side];

		for (size_t i = 0; i < r->n; i++)
			free(r->list[i].text);
		free(r->list);
		free(r->gone);
		u64_table_release(&r->index);
	}
}
