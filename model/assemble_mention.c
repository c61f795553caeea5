/* SPDX-License-Identifier: MIT */
/*
 * assemble_mention: brings a seeker to the nearest carrier of its Message-ID (model/mention.h), in
 * whatever order they turn up. Each comparison is made when the later of the two comes: with what is
 * open, and with what is stored, for which a question is asked. A seeker without a carrier is a
 * cluster of its own until one comes.
 *
 * As long as nobody seeks, nothing is noted and records are not read for it.
 */
#include <stdlib.h>

#include "model/assemble_local.h"

static bool
is_lone(const struct cluster *c)
{
	return c->n_keys == 0 && c->n_records == 1;
}

/* --- noting ----------------------------------------------------------------------------------- */

/* The record's keys were read, now all of it. */
static size_t
read_mentions(struct assembler *a, uint32_t gateway, const struct log_format *format,
	      const struct parse_context *context, struct str text, line_ref line, int64_t time_us,
	      struct mention out[FRAGMENT_MAX_IDENTIFIERS])
{
	struct parse_context all = *context;
	struct fragment f;

	all.keys_only = false;
	all.near_us = time_us;
	arena_reset(&a->scratch);
	if (format->parse(text, &all, &f, &a->scratch) != LINE_UNDERSTOOD)
		return 0;
	return mentions_of(gateway, &f, line, out);
}

static void
note_open(struct assembler *a, struct cluster *c)
{
	for (const struct kept_record *r = NULL; (r = cluster_next_record(c, r));) {
		struct mention m[FRAGMENT_MAX_IDENTIFIERS];
		size_t n = read_mentions(a, c->gateway, r->format, &r->context, kept_text(r),
					 r->lines[0], r->context.near_us, m);

		for (size_t i = 0; i < n; i++)
			cluster_add_mention(&a->open, c, &m[i]);
	}
}

static void
raise_horizon(struct assembler *a, const struct known_generation *g)
{
	for (size_t i = 0; i < g->n_gateways; i++)
		if (g->latest_us[i] != TIME_NONE)
			known_keys_horizon(&a->carriers, (uint32_t)i, g->latest_us[i]);
}

/* The first seeker: from here on carriers are noted, of what was before the time must do. */
static void
keep_mentions(struct assembler *a)
{
	a->open.keeps_mentions = true;
	for (struct cluster *c = a->open.active.head; c; c = c->next)
		note_open(a, c);
	for (struct cluster *c = a->open.complete.head; c; c = c->next)
		note_open(a, c);
	for (size_t i = 0; i < a->known.n_gateways; i++)
		if (a->known.horizon_us[i] != TIME_NONE)
			known_keys_horizon(&a->carriers, (uint32_t)i, a->known.horizon_us[i]);
	raise_horizon(a, &a->known.young);
	raise_horizon(a, &a->known.old);
}

void
assembler_know_mentions(struct assembler *a, const struct cluster *c)
{
	for (size_t i = 0; i < c->n_mentions; i++)
		known_keys_add_latest(c->mentions[i].seeks ? &a->seekers : &a->carriers, c->gateway,
				      c->mentions[i].hash, c->mentions[i].time_us);
}

static void
ask(struct assembler *a, struct cluster *c, const struct mention *m)
{
	struct recall r = { .key = m->hash,
			    .term = m->term,
			    .from_us = m->time_us - MENTION_WINDOW_US,
			    .to_us = m->time_us + MENTION_WINDOW_US,
			    .cluster = c,
			    .kind = m->seeks ? JOIN_CARRIERS : JOIN_SEEKERS,
			    .time_us = m->time_us,
			    .who = m->who };

	if (mention_is_common(&a->open, m->hash))
		return;
	if (known_keys_maybe(m->seeks ? &a->carriers : &a->seekers, c->gateway, m->hash, r.from_us))
		assembler_ask(a, &r);
}

/* --- linking ---------------------------------------------------------------------------------- */

static int
link_seeker(struct assembler *a, struct cluster **c, const struct mention *m, struct err *e)
{
	const struct mention *best = mention_best(&a->open, NULL, m);
	struct cluster *to = best ? mention_cluster(best) : *c;

	if (to == *c)
		return 0;
	if (!is_lone(*c)) {
		mention_move(&a->open, m, *c, to);
		return 0;
	}
	if (assembler_unite(a, to, *c, e) < 0)
		return -1;
	*c = to;
	return 0;
}

static int
draw_seeker(struct assembler *a, struct cluster *c, const struct mention *carrier,
	    const struct mention *seeker, struct err *e)
{
	struct cluster *holder = mention_holder(&a->open, seeker);
	const struct mention *best;

	if (!holder || holder == c)
		return 0;
	best = mention_best(&a->open, holder, seeker);
	if (best && !mention_nearer(seeker, carrier, best))
		return 0;
	if (is_lone(holder))
		return assembler_unite(a, c, holder, e);
	mention_move(&a->open, seeker, holder, c);
	return 0;
}

static int
link_carrier(struct assembler *a, struct cluster *c, const struct mention *m, struct err *e)
{
	struct mention *seekers = NULL;
	size_t n = 0, cap = 0;
	int rc = 0;

	for (const struct mention_node *node = NULL;
	     (node = mention_next(&a->open, m->hash, node));)
		if (node->cluster != c && mention_fits(&node->mention, m)) {
			seekers = mem_grow(seekers, &cap, n + 1, sizeof(*seekers));
			seekers[n++] = node->mention;
		}
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = draw_seeker(a, c, m, &seekers[i], e);
	free(seekers);
	return rc;
}

static int
link_mention(struct assembler *a, struct cluster **c, const struct mention *m, struct err *e)
{
	if (mention_is_common(&a->open, m->hash))
		return 0;
	return m->seeks ? link_seeker(a, c, m, e) : link_carrier(a, *c, m, e);
}

int
assembler_link_fresh(struct assembler *a, struct cluster **c, struct err *e)
{
	int rc = 0;

	for (size_t i = 0; i < a->n_fresh && rc == 0; i++)
		rc = link_mention(a, c, &a->fresh[i], e);
	a->n_fresh = 0;
	return rc;
}

int
assembler_mention(struct assembler *a, struct cluster **c, const struct log_format *format,
		  const struct parse_context *context, const struct record *r, bool recalled,
		  struct err *e)
{
	const struct fragment *f = &r->fragment;
	struct mention m[FRAGMENT_MAX_IDENTIFIERS];
	uint32_t gateway = (*c)->gateway;
	size_t n;

	if (fragment_seeks(f)) {
		if (!a->open.keeps_mentions)
			keep_mentions(a);
		n = mentions_of(gateway, f, r->lines[0], m);
	} else if (fragment_may_carry(f) &&
		   (a->open.keeps_mentions ||
		    known_keys_reach(&a->seekers, gateway, f->time_us - MENTION_WINDOW_US))) {
		n = read_mentions(a, gateway, format, context, r->text, r->lines[0], f->time_us, m);
	} else {
		return 0;
	}
	for (size_t i = 0; i < n; i++) {
		if (a->open.keeps_mentions)
			cluster_add_mention(&a->open, *c, &m[i]);
		if (recalled) {
			a->fresh = mem_grow(a->fresh, &a->fresh_cap, a->n_fresh + 1,
					    sizeof(*a->fresh));
			a->fresh[a->n_fresh++] = m[i];
			continue;
		}
		if (a->open.keeps_mentions && link_mention(a, c, &m[i], e) < 0)
			return -1;
		ask(a, *c, &m[i]);
	}
	return 0;
}

/* --- recalling -------------------------------------------------------------------------------- */

struct mention_visit {
	struct assembler *a;
	uint32_t gateway;
	uint64_t hash;
	const struct stored_line *lines;
	size_t n_lines;
	struct mention *list; /* of that hash */
	size_t n, cap;
	struct cluster *c; /* NULL: only look */
};

static int
visit_record(void *arg, const struct record *r, struct err *e)
{
	struct mention_visit *v = arg;
	struct mention m[FRAGMENT_MAX_IDENTIFIERS];
	size_t n;

	if (r->class != LINE_UNDERSTOOD)
		return 0;
	if (v->c) {
		const struct stored_line *line = stored_line_of(v->lines, v->n_lines, r->lines[0]);

		return assembler_put_into(v->a, v->gateway, &v->c, line->format, &line->context, r,
					  true, e);
	}
	n = mentions_of(v->gateway, &r->fragment, r->lines[0], m);
	for (size_t i = 0; i < n; i++) {
		if (m[i].hash != v->hash)
			continue;
		v->list = mem_grow(v->list, &v->cap, v->n + 1, sizeof(*v->list));
		v->list[v->n++] = m[i];
	}
	return 0;
}

static const struct mention *
best_in_list(const struct mention_visit *v, const struct mention *seeker)
{
	const struct mention *best = NULL;

	for (size_t i = 0; i < v->n; i++)
		if (mention_fits(seeker, &v->list[i]) && mention_nearer(seeker, &v->list[i], best))
			best = &v->list[i];
	return best;
}

/* True if a seeker would change its place for what was asked, or for what is in the session. */
static bool
changes_anything(const struct assembler *a, const struct mention_visit *v,
		 const struct mention *asker)
{
	if (asker->seeks) {
		const struct mention *theirs = best_in_list(v, asker);
		const struct mention *ours = mention_best(&a->open, NULL, asker);

		return theirs && mention_nearer(asker, theirs, ours);
	}
	for (size_t i = 0; i < v->n; i++) {
		const struct mention *theirs;

		if (!mention_fits(&v->list[i], asker))
			continue;
		theirs = best_in_list(v, &v->list[i]);
		if (!theirs || mention_nearer(&v->list[i], asker, theirs))
			return true;
	}
	return false;
}

static bool
is_open(const struct assembler *a, uint64_t hash, struct session_ref ref)
{
	for (const struct mention_node *n = NULL; (n = mention_next(&a->open, hash, n));)
		if (cluster_is_stored_as(n->cluster, ref))
			return true;
	return false;
}

int
assembler_mention_recalled(struct assembler *a, const struct recall *asked, uint32_t gateway,
			   struct session_ref ref, const struct stored_line *lines, size_t n_lines,
			   struct err *e)
{
	struct mention_visit v = {
		.a = a, .gateway = gateway, .hash = asked->key, .lines = lines, .n_lines = n_lines
	};
	struct mention asker = { .hash = asked->key,
				 .seeks = asked->kind == JOIN_CARRIERS,
				 .time_us = asked->time_us,
				 .who = asked->who };
	struct cluster *c = what_became_of(asked->cluster);
	bool wanted;
	int rc;

	if (c->gateway != gateway || n_lines == 0 || cluster_is_stored_as(c, ref))
		return 0;
	rc = stored_lines_read(lines, n_lines, visit_record, &v, e);
	wanted = rc == 0 && changes_anything(a, &v, &asker);
	free(v.list);
	if (!wanted)
		return rc;
	if (!a->open.keeps_mentions)
		keep_mentions(a);
	/* What is open was compared when the later of the two came. */
	if (is_open(a, asked->key, ref))
		return 0;
	v.c = cluster_new(&a->open, gateway);
	assembler_add_stored(v.c, ref, lines, n_lines);
	if (stored_lines_read(lines, n_lines, visit_record, &v, e) < 0 ||
	    assembler_link_fresh(a, &v.c, e) < 0)
		return -1;
	cluster_touch(&a->open, v.c);
	return 0;
}
