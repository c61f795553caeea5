/* SPDX-License-Identifier: MIT */
/*
 * find: the loop between the finder, which asks, and the store, which answers. Every look has a
 * finder and an arena of its own; they take the place of the last look's when the finder has
 * ranked, so nobody ever sees a finder that has not.
 */
#include "db/find.h"

#include <stdlib.h>

enum {
	MOST_SESSIONS = 200, /* of one answer, whatever the finder asks for */
	MOST_PARTS = 8       /* bounces of one paste that are tried unasked */
};

#define SURE 0.95

struct look {
	struct finder *finder;
	struct arena arena; /* coverage and sessions: the finder borrows them */
};

struct search {
	struct store *store;
	struct find_context context; /* without coverage, which each look reads */
	char *paste;
	size_t paste_n;
	struct look last;        /* the last that ended well; finder NULL: none */
	struct arena part_arena; /* context.parts, once they are known */
};

static const char stopped[] = "the search was stopped";
static const struct find_result nothing_yet = { .none_probability = 1 };

/* --- one look ------------------------------------------------------------------------------- */

static void
look_release(struct look *l)
{
	finder_free(l->finder);
	arena_release(&l->arena);
}

/* The session whose reference is all that the paste holds. */
static int
read_named(struct look *l, const struct search *s, struct find_context *context, struct err *e)
{
	struct session_ref ref;
	struct session *named = NULL;

	if (!session_ref_parse(str_trim(search_paste(s)), &ref))
		return 0;
	if (store_session(s->store, ref, &l->arena, &named, e) < 0)
		return -1;
	context->named = named;
	return 0;
}

/* A finder for the paste, with the clues set aside that were: the same paste has the same clues. */
static int
look_begin(struct look *l, const struct search *s, size_t part, search_cancel *cancel,
	   void *cancel_arg, struct err *e)
{
	struct find_context context = s->context;

	context.part = part;
	context.cancel = cancel;
	context.cancel_arg = cancel_arg;
	arena_init(&l->arena);
	l->finder = NULL;
	if (s->store && (find_coverage(s->store, &l->arena, &context, e) < 0 ||
			 read_named(l, s, &context, e) < 0))
		return -1;
	l->finder = finder_new(search_paste(s), &context);
	if (!l->finder)
		return err_set(e, ERR_CANCEL, stopped);
	const struct find_result *before = search_result(s);
	if (before->part != part)
		return 0;
	for (size_t i = 0; i < before->n_clues; i++) {
		if (before->clues[i].dropped)
			finder_drop_clue(l->finder, i, true);
	}
	return 0;
}

/* Carries the questions until the finder has ranked. */
static int
look_ask(struct look *l, struct store *st, search_cancel *cancel, void *cancel_arg, struct err *e)
{
	struct probe p;

	while (finder_next(l->finder, &p)) {
		struct probe_answer answer = { 0 };

		if (cancel && cancel(cancel_arg))
			return err_set(e, ERR_CANCEL, stopped);
		if (p.most > MOST_SESSIONS)
			p.most = MOST_SESSIONS;
		if (st && store_probe(st, &p, &l->arena, &answer, e) < 0)
			return -1;
		finder_answer(l->finder, &answer);
	}
	return 0;
}

/* A paste that holds several bounces is read whole and parted once. */
static void
keep_parts(struct search *s)
{
	const struct find_result *r = search_result(s);

	if (s->context.parts || r->n_parts == 0)
		return;
	struct paste_part *v = arena_alloc(&s->part_arena, r->n_parts * sizeof(*v));
	for (size_t i = 0; i < r->n_parts; i++) {
		v[i] = r->parts[i];
		v[i].title = arena_str(&s->part_arena, v[i].title);
	}
	s->context.parts = v;
	s->context.n_parts = r->n_parts;
}

/* clue: set aside or taken back first; STR_NPOS: none. */
static int
look(struct search *s, size_t part, size_t clue, bool dropped, search_cancel *cancel,
     void *cancel_arg, struct err *e)
{
	struct look l;
	int rc = look_begin(&l, s, part, cancel, cancel_arg, e);

	if (rc == 0 && clue != STR_NPOS)
		finder_drop_clue(l.finder, clue, dropped);
	if (rc == 0)
		rc = look_ask(&l, s->store, cancel, cancel_arg, e);
	if (rc < 0) {
		look_release(&l);
		return -1;
	}
	look_release(&s->last);
	s->last = l;
	keep_parts(s);
	return 0;
}

/* --- searches ------------------------------------------------------------------------------- */

struct search *
search_start(struct store *st, const struct ours *ours, const struct zone *zone, int64_t now_us,
	     struct str paste)
{
	struct search *s = xcalloc(1, sizeof(*s));

	s->store = st;
	s->context = (struct find_context){ .ours = ours, .zone = zone, .now_us = now_us };
	s->paste = xstrndup(paste);
	s->paste_n = paste.n;
	arena_init(&s->last.arena);
	arena_init(&s->part_arena);
	return s;
}

void
search_free(struct search *s)
{
	if (!s)
		return;
	look_release(&s->last);
	arena_release(&s->part_arena);
	free(s->paste);
	free(s);
}

static double
first_probability(const struct search *s)
{
	const struct find_result *r = search_result(s);

	return r->n_candidates > 0 && !r->is_list ? r->candidates[0].probability : 0;
}

int
search_run(struct search *s, search_cancel *cancel, void *cancel_arg, struct err *e)
{
	if (look(s, 0, STR_NPOS, false, cancel, cancel_arg, e) < 0)
		return -1;
	size_t n = search_result(s)->n_parts, best = 0;
	double most = first_probability(s);

	for (size_t part = 1; part <= n && part <= MOST_PARTS; part++) {
		if (look(s, part, STR_NPOS, false, cancel, cancel_arg, e) < 0)
			return -1;
		if (first_probability(s) >= SURE)
			return 0;
		if (first_probability(s) > most || (best == 0 && first_probability(s) >= most)) {
			most = first_probability(s);
			best = part;
		}
	}
	if (search_result(s)->part == best)
		return 0;
	return look(s, best, STR_NPOS, false, cancel, cancel_arg, e);
}

int
search_choose_part(struct search *s, size_t part, search_cancel *cancel, void *cancel_arg,
		   struct err *e)
{
	return look(s, part, STR_NPOS, false, cancel, cancel_arg, e);
}

int
search_drop_clue(struct search *s, size_t i, bool dropped, search_cancel *cancel, void *cancel_arg,
		 struct err *e)
{
	return look(s, search_result(s)->part, i, dropped, cancel, cancel_arg, e);
}

const struct find_result *
search_result(const struct search *s)
{
	return s->last.finder ? finder_result(s->last.finder) : &nothing_yet;
}

struct str
search_paste(const struct search *s)
{
	return (struct str){ s->paste, s->paste_n };
}

int
find_coverage(struct store *st, struct arena *a, struct find_context *c, struct err *e)
{
	struct store_totals totals;
	struct coverage *list;
	size_t n;

	if (store_gateways(st, a, &list, &n, e) < 0 || store_totals(st, &totals, e) < 0)
		return -1;
	c->coverage = list;
	c->n_coverage = n;
	c->total_sessions = totals.sessions;
	return 0;
}
