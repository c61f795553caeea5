/* SPDX-License-Identifier: MIT */
/* find_list: counts instead of odds. */
#include "model/find_list.h"

#include <math.h>
#include <stdlib.h>

#include "model/say_time.h"

#define SAY_MAX       300
#define LIST_MAX      10
#define LIST_NONE     3.0  /* sessions' weight of "none of these" in a list */
#define ONLY_ONE_ODDS 10.0 /* of the only session with an address */

static bool
is_address(enum clue_kind k)
{
	return k == CLUE_ADDRESS || k == CLUE_SENDER || k == CLUE_RECIPIENT;
}

size_t
find_lone_clue(const struct clue_set *c)
{
	size_t lone = STR_NPOS, times = 0;

	if (!c->facts.is_question || c->facts.said.n > 0)
		return STR_NPOS;
	for (size_t i = 0; i < c->n; i++) {
		const struct clue *v = &c->v[i];

		if (v->dropped)
			continue;
		switch (v->kind) {
		case CLUE_TIME:
			times++;
			break;
		case CLUE_IP:
		case CLUE_HOST:
		case CLUE_ADDRESS:
		case CLUE_SENDER:
		case CLUE_RECIPIENT:
			if (lone != STR_NPOS)
				return STR_NPOS;
			lone = i;
			break;
		case CLUE_IDENTIFIER:
			if (v->matches > 0 || c->more[i].shape >= ID_SHAPE_EXIM_TAIL)
				return STR_NPOS;
			break;
		case CLUE_MESSAGE_ID:
			if (v->matches > 0 || c->more[i].shape != ID_SHAPE_OTHER)
				return STR_NPOS;
			break;
		case CLUE_SUBJECT:
			return STR_NPOS;
		default:
			break;
		}
	}
	if (lone != STR_NPOS)
		return times > 0 ? STR_NPOS : lone;
	for (size_t i = 0; times == 1 && i < c->n; i++) {
		if (c->v[i].kind == CLUE_TIME && !c->v[i].dropped)
			return i;
	}
	return STR_NPOS;
}

void
find_raise_only_one(const struct clue_set *c, struct judged *v, size_t n)
{
	size_t lone = find_lone_clue(c);

	if (n != 1 || lone == STR_NPOS || !is_address(c->v[lone].kind) || c->v[lone].matches != 1)
		return;
	double least = RANK_NONE + log(ONLY_ONE_ODDS);
	if (v->score < least)
		v->score = least;
}

/* The nearest first where a time was asked for, else the newest. */
static int
by_score_or_age(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->session->start_us != y->session->start_us)
		return x->session->start_us < y->session->start_us ? 1 : -1;
	return x->session->ref.number < y->session->ref.number ? -1 : 1;
}

/* "around 2026-11-21 16:05 UTC" */
static void
say_clue_time(struct strbuf *b, const struct zone *z, const struct clue *c)
{
	if (c->slack_us >= 12 * HOUR_US) {
		strbuf_add_text(b, "on ");
		say_day(b, z, c->time_us);
	} else if (c->time_us % MINUTE_US == 0) {
		strbuf_add_text(b, "around ");
		say_minute(b, z, c->time_us);
	} else {
		strbuf_add_text(b, "around ");
		say_moment(b, z, c->time_us);
	}
}

static void
say_list(const struct find_context *x, const struct clue *c, bool at_least, struct arena *a,
	 struct find_result *r)
{
	bool is_time = c->kind == CLUE_TIME;
	struct strbuf b;

	strbuf_init(&b, SAY_MAX);
	strbuf_printf(&b, "%s%llu session%s %s", at_least ? "At least " : "",
		      (unsigned long long)r->n_listed, r->n_listed == 1 ? "" : "s",
		      is_address(c->kind)    ? "with this address"
		      : c->kind == CLUE_IP   ? "with this IP address"
		      : c->kind == CLUE_HOST ? "with this host"
					     : "");
	if (is_time)
		say_clue_time(&b, x->zone, c);
	if (r->n_listed > r->n_candidates)
		strbuf_printf(&b, "; the %s %zu are shown", is_time ? "nearest" : "newest",
			      r->n_candidates);
	strbuf_add_char(&b, '.');
	if (is_time && r->n_listed > r->n_candidates)
		strbuf_add_text(&b, " A time alone tells no session: add an address, an IP or a "
				    "host.");
	r->message = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
}

void
find_list_begin(struct find_result *r, uint64_t listed, size_t seen, struct arena *a)
{
	r->is_list = true;
	r->n_listed = listed;
	r->n_candidates = seen < LIST_MAX ? seen : LIST_MAX;
	r->n_more = 0;
	r->more_probability = 0;
	r->none_probability = 1;
	r->candidates = arena_zalloc(a, LIST_MAX * sizeof(*r->candidates));
	for (size_t i = 0; i < r->n_candidates; i++) {
		r->candidates[i].probability = 1 / ((double)listed + LIST_NONE);
		r->none_probability -= r->candidates[i].probability;
	}
}

bool
find_list(const struct clue_set *c, const struct find_context *x, struct judged *v, size_t n,
	  bool at_least, struct arena *a, struct find_result *r)
{
	size_t lone = find_lone_clue(c);

	if (lone == STR_NPOS || n == 0)
		return false;
	const struct clue *clue = &c->v[lone];
	if (clue->matches == 0 || (clue->matches == 1 && is_address(clue->kind)))
		return false;
	for (size_t i = 0; i < n && clue->kind != CLUE_TIME; i++)
		v[i].score = 0;
	qsort(v, n, sizeof(*v), by_score_or_age);
	find_list_begin(r, clue->matches > n ? clue->matches : n, n, a);
	for (size_t i = 0; i < r->n_candidates; i++) {
		struct candidate *to = &r->candidates[i];

		to->session = v[i].session;
		memcpy(to->reasons, v[i].reasons, sizeof(to->reasons));
		to->n_reasons = v[i].n_reasons;
	}
	say_list(x, clue, at_least, a, r);
	return true;
}

void
find_named(const struct find_context *x, struct arena *a, struct find_result *r)
{
	struct candidate *c = arena_zalloc(a, sizeof(*c));

	c->session = x->named;
	c->probability = 1;
	c->reasons[c->n_reasons++] = STR("its reference in Postern");
	c->outcome = story_outcome_of(x->named, NULL);
	r->candidates = c;
	r->n_candidates = 1;
	r->none_probability = 0;
	r->message = STR("The reference of a session, as Postern's own lists print it.");
}
