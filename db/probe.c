/* SPDX-License-Identifier: MIT */
/* probe: the finder's questions: posting lists intersected, then verified on the sessions. */
#include <stdlib.h>

#include "base/civil.h"
#include "db/walk.h"
#include "model/said.h"

enum {
	VERIFY_ALL = 64, /* so many candidates are all verified; of more their number is a bound */
	LIKE_MIN_CHARS = 6, /* of an identifier's begin or end */
	LIKE_MAX_CHARS = 64,
};

/* --- candidates ----------------------------------------------------------------------------- */

static void
intersect(struct sid_list *a, const struct sid_list *b)
{
	size_t n = 0;

	for (size_t i = 0, k = 0; i < a->n && k < b->n;) {
		if (a->sid[i] < b->sid[k]) {
			i++;
		} else if (a->sid[i] > b->sid[k]) {
			k++;
		} else {
			a->sid[n++] = a->sid[i++];
			k++;
		}
	}
	a->n = n;
}

int
probe_candidates(struct store *st, const struct probe *p, struct sid_list *out, struct err *e)
{
	out->n = 0;
	for (size_t i = 0; i < p->n_terms; i++) {
		struct sid_list list = { 0 };
		if (runs_lookup(st, term_hash(p->terms[i]), i == 0 ? out : &list, e) < 0) {
			sid_list_release(&list);
			return -1;
		}
		if (i > 0)
			intersect(out, &list);
		sid_list_release(&list);
		if (out->n == 0)
			break;
	}
	return 0;
}

static int
drop_superseded(struct store *st, struct sid_list *l, struct err *e)
{
	if (l->n == 0)
		return 0;
	sqlite3_stmt *row =
		sql_query(&st->q, STMT_LATER_RANGE, e, "uu", l->sid[0], l->sid[l->n - 1]);
	size_t from = 0, n = 0;
	int rc = row ? 0 : -1;

	while (row && (rc = sql_step(&st->q, row, e)) > 0) {
		uint64_t gone = sql_uint(row, 0);
		while (from < l->n && l->sid[from] < gone)
			l->sid[n++] = l->sid[from++];
		if (from < l->n && l->sid[from] == gone)
			from++;
	}
	while (from < l->n)
		l->sid[n++] = l->sid[from++];
	l->n = n;
	return rc;
}

/* --- verification --------------------------------------------------------------------------- */

/* True if at most `most` insertions, deletions and replacements turn a into b. */
static bool
within_edits(struct str a, struct str b, unsigned most)
{
	unsigned row[LIKE_MAX_CHARS + 1];

	if (a.n > LIKE_MAX_CHARS || b.n > LIKE_MAX_CHARS ||
	    (a.n > b.n ? a.n - b.n : b.n - a.n) > most)
		return false;
	for (size_t k = 0; k <= b.n; k++)
		row[k] = (unsigned)k;
	for (size_t i = 1; i <= a.n; i++) {
		unsigned diagonal = row[0], least = row[0] = (unsigned)i;
		for (size_t k = 1; k <= b.n; k++) {
			unsigned replaced = diagonal + (a.p[i - 1] != b.p[k - 1]);
			unsigned other = 1 + (row[k] < row[k - 1] ? row[k] : row[k - 1]);
			diagonal = row[k];
			row[k] = replaced < other ? replaced : other;
			least = row[k] < least ? row[k] : least;
		}
		if (least > most)
			return false;
	}
	return row[b.n] <= most;
}

static bool
is_like(struct str identifier, struct str like, unsigned distance)
{
	if (like.n >= LIKE_MIN_CHARS &&
	    (str_starts(identifier, like) || str_ends(identifier, like)))
		return true;
	return within_edits(identifier, like, distance);
}

static bool
has_like(const struct session *s, struct str like, unsigned distance)
{
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role != ID_ROLE_CONNECTION &&
		    is_like(s->identifiers[i].text, like, distance))
			return true;
	return false;
}

bool
probe_matches(const struct probe *p, const struct session *s)
{
	/* Join keys are not kept with the session: for them the hash must do. */
	for (size_t i = 0; i < p->n_terms; i++)
		if (p->terms[i].kind != TERM_KEY && !session_has_term(s, p->terms[i]))
			return false;
	return p->id_like.n == 0 || has_like(s, p->id_like, p->distance);
}

/* --- the answer ----------------------------------------------------------------------------- */

struct harvest {
	struct probe_answer *out;
	size_t cap;
	struct arena scratch;
	uint64_t seen; /* candidates looked at */
	uint64_t matched;
	bool complete; /* all candidates were looked at */
};

/* A brief session may lack the very term: only when its hash led here are its lines read again. */
int
probe_matches_stored(struct store *st, const struct probe *p, const struct session *s,
		     struct arena *scratch, bool *yes, struct err *e)
{
	struct session whole;

	*yes = probe_matches(p, s);
	if (*yes || !s->brief || p->n_terms == 0)
		return 0;
	if (session_whole(st, s, scratch, &whole, e) < 0)
		return -1;
	*yes = probe_matches(p, &whole);
	return 0;
}

static int
harvest(struct walk *w, const struct probe *p, bool to_the_end, struct arena *a, struct harvest *h,
	struct err *e)
{
	const struct session *s;
	bool yes;
	int rc;

	while ((rc = walk_next(w, &s, e)) > 0) {
		h->seen++;
		rc = probe_matches_stored(w->st, p, s, &h->scratch, &yes, e);
		arena_reset(&h->scratch);
		if (rc < 0)
			return -1;
		if (!yes)
			continue;
		h->matched++;
		if (h->out->n < p->most) {
			h->out->sessions = mem_grow(h->out->sessions, &h->cap, h->out->n + 1,
						    sizeof(*h->out->sessions));
			if (session_whole(w->st, s, a, &h->out->sessions[h->out->n], e) < 0)
				return -1;
			h->out->n++;
		}
		if (h->out->n >= p->most && !to_the_end)
			return 0;
	}
	h->complete = rc == 0;
	return rc;
}

static int
count_window(struct store *st, const struct probe *p, uint64_t *count, struct err *e)
{
	int64_t n;

	if (sql_number(&st->q, STMT_GROUPS_SUM, 0, &n, e, "ii",
		       p->to_us == TIME_NONE ? INT64_MAX : p->to_us, p->from_us) < 0)
		return -1;
	*count = (uint64_t)n;
	return 0;
}

static int
answer(struct store *st, const struct probe *p, struct sid_list *found, struct arena *a,
       struct harvest *h, struct err *e)
{
	struct walk_query q = { .from_us = p->from_us, .to_us = p->to_us };
	bool few = p->id_like.n > 0;
	struct walk w;

	if (p->n_terms > 0) {
		if (probe_candidates(st, p, found, e) < 0 || drop_superseded(st, found, e) < 0)
			return -1;
		q.only = found;
		few = few || found->n <= VERIFY_ALL;
	}
	int rc = walk_begin(&w, st, &q, e);
	if (rc == 0)
		rc = harvest(&w, p, few, a, h, e);
	walk_end(&w);
	if (rc < 0)
		return -1;
	h->out->count = h->matched;
	h->out->count_is_bound = !h->complete;
	if (h->complete)
		return 0;
	if (p->n_terms == 0)
		return count_window(st, p, &h->out->count, e);
	/* What was seen and did not match is known not to count. */
	h->out->count = found->n - (h->seen - h->matched);
	return 0;
}

/* --- what we said --------------------------------------------------------------------------- */

/* The shape of ours that says the most of p->said; out->shape is empty when none does. */
static int
find_shape(struct store *st, const struct probe *p, struct arena *a, struct probe_answer *out,
	   struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_SHAPES, e, "u", UINT64_C(0));
	struct said said, of;
	size_t best = 0;
	int rc = -1;

	said_init(&said, p->said);
	while (row && (rc = sql_step(&st->q, row, e)) > 0) {
		struct str shape = sql_bytes(row, 0);
		said_init(&of, shape);
		size_t matched = said_match(&said, &of);
		if (matched <= best)
			continue;
		best = matched;
		out->shape = arena_str(a, shape);
		out->shape_from_us = sql_int(row, 1);
		out->shape_to_us = sql_int(row, 2);
	}
	return rc;
}

int
store_probe(struct store *st, const struct probe *p, struct arena *a, struct probe_answer *out,
	    struct err *e)
{
	struct harvest h = { .out = out };
	struct sid_list found = { 0 };

	*out = (struct probe_answer){ 0 };
	if (index_begin(st, e) < 0)
		return -1;
	struct probe by_shape = *p;
	int rc = 0;
	if (p->said.n > 0) {
		rc = find_shape(st, p, a, out, e);
		by_shape.terms[0] = (struct term){ TERM_REPLY, out->shape };
		by_shape.n_terms = 1;
	}
	if (rc == 0 && (p->said.n == 0 || out->shape.n > 0))
		rc = answer(st, &by_shape, &found, a, &h, e);
	rc = index_end(st, rc);
	sid_list_release(&found);
	arena_release(&h.scratch);
	struct session *sessions = arena_alloc(a, out->n * sizeof(*sessions));
	if (out->n > 0)
		memcpy(sessions, out->sessions, out->n * sizeof(*sessions));
	free(out->sessions);
	out->sessions = sessions;
	return rc;
}
