/* SPDX-License-Identifier: MIT */
/*
 * writer_reply: the shapes of all refusals, ours and those of remote sites, each once with its first
 * and last time: what texts do we send, and since when. Belongs to the emit stage. The number is
 * bounded, since strangers have a say in the texts; how many sessions have a shape is what its
 * search token counts.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "db/writer.h"

enum { SHAPES_MAX = 20000 };

struct reply_seen {
	uint64_t hash;
	char *text; /* owned; NULL: stored before, and not seen since */
	size_t text_n;
	bool remote;
	int64_t from_us, to_us;
	bool fresh; /* since it was last handed on */
};

static struct reply_seen *
seen_add(struct reply_shapes *r, uint64_t hash)
{
	r->list = mem_grow(r->list, &r->cap, r->n + 1, sizeof(*r->list));
	r->list[r->n] = (struct reply_seen){ .hash = hash };
	u64_table_put(&r->index, hash, ++r->n);
	return &r->list[r->n - 1];
}

void
writer_note_reply(struct writer *w, struct term t, int64_t time_us)
{
	struct reply_shapes *r = &w->replies;
	bool remote = t.kind == TERM_REMOTE_REPLY;
	uint64_t hash = hash_bytes(t.text, remote);
	const uint64_t *known = u64_table_get(&r->index, hash);

	if (time_us == TIME_NONE || (!known && r->n >= SHAPES_MAX))
		return;
	struct reply_seen *s = known ? &r->list[*known - 1] : seen_add(r, hash);
	if (!s->text) {
		s->text = xstrndup(t.text);
		s->text_n = t.text.n;
		s->remote = remote;
		s->from_us = s->to_us = time_us;
		s->fresh = true;
	}
	s->fresh |= time_us < s->from_us || time_us > s->to_us;
	s->from_us = time_us < s->from_us ? time_us : s->from_us;
	s->to_us = time_us > s->to_us ? time_us : s->to_us;
}

void
writer_replies_note(struct writer *w, struct sql_list *out)
{
	struct reply_shapes *r = &w->replies;

	for (size_t i = 0; i < r->n; i++) {
		struct reply_seen *s = &r->list[i];

		if (!s->fresh)
			continue;
		sql_note(out, STMT_SHAPE_ADD, "uubii", s->hash, (uint64_t)s->remote,
			 (struct str){ s->text, s->text_n }, s->from_us, s->to_us);
		s->fresh = false;
	}
}

int
writer_replies_load(struct writer *w, struct err *e)
{
	sqlite3_stmt *row = sql_query(&w->st->q, STMT_SHAPE_KEYS, e, "");
	int rc = -1;

	while (row && (rc = sql_step(&w->st->q, row, e)) > 0)
		seen_add(&w->replies, sql_uint(row, 0));
	return rc;
}

void
writer_replies_release(struct writer *w)
{
	for (size_t i = 0; i < w->replies.n; i++)
		free(w->replies.list[i].text);
	free(w->replies.list);
	u64_table_release(&w->replies.index);
}
