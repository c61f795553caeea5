/* SPDX-License-Identifier: MIT */
/* support_fakestore: a linear scan per probe; slow, plain, and therefore a fair judge. */
#include "support_fakestore.h"

#include "model/said.h"

#include <stdlib.h>

#include "base/civil.h"

void
fakestore_init(struct fakestore *s)
{
	*s = (struct fakestore){ 0 };
	arena_init(&s->arena);
}

void
fakestore_release(struct fakestore *s)
{
	free(s->sessions);
	arena_release(&s->arena);
}

static struct str
next_column(struct str *rest, char separator)
{
	size_t end = str_find_char(*rest, separator, 0);
	struct str column = str_slice(*rest, 0, end == STR_NPOS ? rest->n : end);

	*rest = str_skip(*rest, end == STR_NPOS ? rest->n : end + 1);
	return column;
}

static void
add_identifier(struct session *s, enum id_role role, struct str text)
{
	if (text.n > 0)
		s->identifiers[s->n_identifiers++] = (struct identifier){ role, text };
}

static void
add_recipients(struct fakestore *store, struct session *s, struct str list)
{
	s->recipients = arena_zalloc(&store->arena, 16 * sizeof(*s->recipients));
	while (list.n > 0 && s->n_recipients < 16) {
		struct recipient *r = &s->recipients[s->n_recipients++];

		r->address = next_column(&list, ',');
		r->time_us = s->start_us;
		r->verdict = s->verdict;
		r->stage = s->stage;
		r->reply = s->reply;
	}
}

void
fakestore_add_row(struct fakestore *store, struct str row)
{
	struct str rest = arena_str(&store->arena, row);

	if (str_trim(rest).n == 0 || rest.p[0] == '#')
		return;
	store->sessions =
		mem_grow(store->sessions, &store->cap, store->n + 1, sizeof(*store->sessions));
	struct session *s = &store->sessions[store->n++];
	*s = (struct session){ .ref = { store->n } };
	struct str epoch = next_column(&rest, '\t');
	s->start_us = (int64_t)(strtod(epoch.p, NULL) * 1e6);
	s->end_us = s->start_us;
	s->gateway_name = next_column(&rest, '\t');
	s->identifiers = arena_zalloc(&store->arena, 8 * sizeof(*s->identifiers));
	add_identifier(s, ID_ROLE_OWN, next_column(&rest, '\t'));
	struct str references = next_column(&rest, '\t');
	while (references.n > 0 && s->n_identifiers < 8)
		add_identifier(s, ID_ROLE_REFERENCE, next_column(&references, ','));
	s->peer_ip = next_column(&rest, '\t');
	s->peer_host = next_column(&rest, '\t');
	s->helo = next_column(&rest, '\t');
	s->sender = next_column(&rest, '\t');
	s->has_sender = s->sender.n > 0;
	struct str recipients = next_column(&rest, '\t');
	s->stage = stage_from_text(next_column(&rest, '\t'));
	s->about = s->stage;
	s->verdict = verdict_from_text(next_column(&rest, '\t'));
	uint64_t code = 0;
	str_to_u64(next_column(&rest, '\t'), &code);
	s->reply.code = (uint16_t)code;
	s->reply.text = next_column(&rest, '\t');
	s->direction = DIRECTION_IN;
	add_recipients(store, s, recipients);
}

void
fakestore_add_table(struct fakestore *s, struct str table)
{
	while (table.n > 0)
		fakestore_add_row(s, next_column(&table, '\n'));
}

static unsigned
edits(struct str a, struct str b)
{
	unsigned row[128];

	if (a.n > 120 || b.n > 120)
		return 999;
	for (unsigned k = 0; k <= b.n; k++)
		row[k] = k;
	for (size_t i = 0; i < a.n; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)i + 1;
		for (size_t k = 0; k < b.n; k++) {
			unsigned cost = diagonal + (a.p[i] != b.p[k]);
			diagonal = row[k + 1];
			cost = row[k + 1] + 1 < cost ? row[k + 1] + 1 : cost;
			cost = row[k] + 1 < cost ? row[k] + 1 : cost;
			row[k + 1] = cost;
		}
	}
	return row[b.n];
}

static bool
is_like(const struct session *s, const struct probe *p)
{
	if (p->id_like.n == 0)
		return true;
	for (size_t i = 0; i < s->n_identifiers; i++) {
		struct str id = s->identifiers[i].text;
		if (str_starts(id, p->id_like) || str_ends(id, p->id_like) ||
		    edits(id, p->id_like) <= p->distance)
			return true;
	}
	return false;
}

static bool
matches(const struct session *s, const struct probe *p)
{
	if ((p->from_us != TIME_NONE && s->end_us < p->from_us) ||
	    (p->to_us != TIME_NONE && s->start_us > p->to_us))
		return false;
	for (size_t i = 0; i < p->n_terms; i++) {
		if (!session_has_term(s, p->terms[i]))
			return false;
	}
	return is_like(s, p);
}

/* The shape of ours that says the most of p->said. */
static void
find_shape(const struct fakestore *s, const struct probe *p, struct arena *a,
	   struct probe_answer *out)
{
	struct said said, of;
	size_t best = 0;

	said_init(&said, p->said);
	for (size_t i = 0; i < s->n; i++) {
		struct str shape = reply_shape(s->sessions[i].reply.text, a);
		said_init(&of, shape);
		size_t matched = s->sessions[i].reply.code >= 400 ? said_match(&said, &of) : 0;
		if (matched > best) {
			best = matched;
			out->shape = shape;
			out->shape_from_us = out->shape_to_us = s->sessions[i].start_us;
		}
	}
}

void
fakestore_answer(struct fakestore *s, const struct probe *asked, struct arena *a,
		 struct probe_answer *out)
{
	struct probe by_shape = *asked;
	const struct probe *p = &by_shape;

	*out = (struct probe_answer){ 0 };
	if (asked->said.n > 0) {
		find_shape(s, asked, a, out);
		by_shape.terms[0] = (struct term){ TERM_REPLY, out->shape };
		by_shape.n_terms = 1;
		if (out->shape.n == 0)
			return;
	}
	out->sessions = arena_alloc(a, (p->most + 1) * sizeof(*out->sessions));
	s->probes++;
	for (size_t i = s->n; i-- > 0;) {
		if (!matches(&s->sessions[i], p))
			continue;
		out->count++;
		if (out->n < p->most)
			out->sessions[out->n++] = s->sessions[i];
	}
}

const struct find_result *
fakestore_run(struct fakestore *s, struct finder *f, struct arena *a)
{
	struct probe p;

	while (finder_next(f, &p)) {
		struct probe_answer answer;

		fakestore_answer(s, &p, a, &answer);
		finder_answer(f, &answer);
	}
	return finder_result(f);
}

struct find_context
fakestore_context(struct fakestore *s)
{
	struct coverage *c = arena_zalloc(&s->arena, sizeof(*c));

	c->gateway = s->n > 0 ? s->sessions[0].gateway_name : STR("mx1");
	c->from_us = INT64_MAX;
	c->to_us = INT64_MIN + 1;
	for (size_t i = 0; i < s->n; i++) {
		if (s->sessions[i].start_us < c->from_us)
			c->from_us = s->sessions[i].start_us;
		if (s->sessions[i].end_us > c->to_us)
			c->to_us = s->sessions[i].end_us;
	}
	c->sessions = s->n;
	return (struct find_context){
		.coverage = c,
		.n_coverage = s->n > 0,
		.total_sessions = s->n,
		.zone = zone_utc(),
		.now_us = TIME_NONE,
	};
}
