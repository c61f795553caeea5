/* SPDX-License-Identifier: MIT */
/* emitter: see the header. */
#include "model/emitter.h"

#include "model/partition.h"

void
emitter_init(struct emitter *m, const struct emitter_ops *ops, void *arg)
{
	m->ops = ops;
	m->arg = arg;
	arena_init(&m->scratch);
}

void
emitter_release(struct emitter *m)
{
	arena_release(&m->scratch);
}

static struct partition_item *
read_again(struct emitter *m, const struct cluster *c)
{
	struct partition_item *items = arena_alloc(&m->scratch, c->n_records * sizeof(*items));
	size_t n = 0;

	for (const struct kept_record *r = NULL; (r = cluster_next_record(c, r));) {
		struct fragment *f = arena_alloc(&m->scratch, sizeof(*f));

		r->format->parse(kept_text(r), &r->context, f, &m->scratch);
		items[n++] = (struct partition_item){ .text = kept_text(r),
						      .lines = r->lines,
						      .n_lines = r->n_lines,
						      .role = r->context.role,
						      .source = r->context.source,
						      .is_line = r->is_line,
						      .fragment = f };
	}
	return items;
}

/* What every session of the cluster has besides its own ID's key. */
static size_t
common_keys(struct emitter *m, const struct cluster *c, uint64_t **keys)
{
	size_t n = 0;

	*keys = arena_alloc(&m->scratch, (c->n_keys + 1) * sizeof(**keys));
	for (size_t i = 0; i < c->n_keys; i++)
		if (c->keys[i].kind != JOIN_ID)
			(*keys)[n++] = c->keys[i].hash;
	return n;
}

static void
give_keys(struct emitter *m, const struct cluster *c, const uint64_t *common, size_t n,
	  struct session *s)
{
	struct str id = session_own_id(s);

	s->keys = arena_alloc(&m->scratch, (n + 1) * sizeof(*s->keys));
	if (n > 0)
		memcpy(s->keys, common, n * sizeof(*common));
	s->n_keys = n;
	if (id.n > 0)
		s->keys[s->n_keys++] = join_id_hash(c->gateway, id);
}

static struct stored_session *
stored_as(struct cluster *c, uint64_t hash)
{
	for (size_t i = 0; i < c->stored->n; i++)
		if (!c->stored->list[i].matched && c->stored->list[i].lines_hash == hash)
			return &c->stored->list[i];
	return NULL;
}

static bool
has_line(const struct session *s, line_ref line)
{
	for (size_t i = 0; i < s->n_lines; i++)
		if (s->lines[i] == line)
			return true;
	return false;
}

/* Supersedes the stored sessions whose first line is in s and that are not stored as they should be. */
static int
supersede_replaced(struct emitter *m, struct cluster *c, const struct session *s, struct err *e)
{
	for (size_t i = 0; i < c->stored->n; i++) {
		struct stored_session *stored = &c->stored->list[i];

		if (stored->matched || !has_line(s, stored->first_line))
			continue;
		stored->matched = true;
		if (m->ops->supersede(m->arg, c->gateway, stored, s->ref, e) < 0)
			return -1;
	}
	return 0;
}

/* Those whose first line went elsewhere lead to the first session of the cluster. */
static int
supersede_the_rest(struct emitter *m, struct cluster *c, struct session_ref now, struct err *e)
{
	for (size_t i = 0; i < c->stored->n; i++)
		if (!c->stored->list[i].matched &&
		    m->ops->supersede(m->arg, c->gateway, &c->stored->list[i], now, e) < 0)
			return -1;
	return 0;
}

static int
emit_sessions(struct emitter *m, struct cluster *c, struct session *sessions, size_t n,
	      struct err *e)
{
	struct stored_session *now = arena_zalloc(&m->scratch, (n + 1) * sizeof(*now));
	uint64_t *common;
	size_t n_common = common_keys(m, c, &common);

	for (size_t i = 0; i < n; i++) {
		now[i].lines_hash = cluster_lines_hash(sessions[i].lines, sessions[i].n_lines);
		now[i].first_line = sessions[i].lines[0];
		struct stored_session *same = stored_as(c, now[i].lines_hash);
		if (same) {
			same->matched = true;
			now[i].ref = same->ref;
		}
	}
	for (size_t i = 0; i < n; i++) {
		if (now[i].ref.number != 0)
			continue;
		sessions[i].gateway = c->gateway;
		give_keys(m, c, common, n_common, &sessions[i]);
		if (m->ops->emit(m->arg, &sessions[i], e) < 0 ||
		    supersede_replaced(m, c, &sessions[i], e) < 0)
			return -1;
		now[i].ref = sessions[i].ref;
	}
	if (n > 0 && supersede_the_rest(m, c, now[0].ref, e) < 0)
		return -1;
	c->stored->n = 0;
	for (size_t i = 0; i < n; i++)
		cluster_add_stored(c, &now[i]);
	return 0;
}

int
emitter_run(struct emitter *m, struct cluster *c, struct err *e)
{
	struct session *sessions;
	size_t n;
	int rc;

	n = partition_sessions(read_again(m, c), c->n_records, &m->scratch, &sessions);
	rc = emit_sessions(m, c, sessions, n, e);
	arena_reset(&m->scratch);
	c->dirty = false;
	return rc;
}
