/* SPDX-License-Identifier: MIT */
/*
 * support_tui_finder: a finder that asks for every session there is: a clue is any ID or address of
 * one that occurs in the paste. Definitions, not declarations: a test that includes this gets this
 * finder, so that its screens do not change when ranking does; all others get the real one.
 */
#ifndef TESTS_SUPPORT_TUI_FINDER_H
#define TESTS_SUPPORT_TUI_FINDER_H

#include <math.h>
#include <stdlib.h>

#include "base/civil.h"
#include "model/find.h"

enum { FAKE_MOST = 64, FAKE_SESSIONS_MOST = 5000, FAKE_PAGE = 200 };

struct finder {
	struct str paste;
	struct arena arena;
	struct clue clues[FAKE_MOST];
	bool dropped[FAKE_MOST]; /* also of clues that are yet to be found */
	struct candidate candidates[FAKE_MOST];
	const char *repairs[4];
	const struct session *sessions[FAKE_SESSIONS_MOST]; /* oldest first */
	size_t n_sessions;
	bool answered;
	struct find_result result;
};

static void fake_conclude(struct finder *f);

struct finder *
finder_new(struct str paste, const struct find_context *c)
{
	struct finder *f = xcalloc(1, sizeof(*f));
	(void)c;
	arena_init(&f->arena);
	f->paste = paste;
	f->result.message = STR("Nothing in this text names a session.");
	return f;
}

void
finder_free(struct finder *f)
{
	if (!f)
		return;
	arena_release(&f->arena);
	free(f);
}

/* Page by page; the last is the one that is not full. */
bool
finder_next(struct finder *f, struct probe *p)
{
	*p = (struct probe){ .from_us = TIME_NONE, .to_us = TIME_NONE, .most = FAKE_PAGE };
	if (f->n_sessions > 0)
		p->from_us = f->sessions[f->n_sessions - 1]->end_us + 1;
	return !f->answered;
}

void
finder_answer(struct finder *f, const struct probe_answer *a)
{
	for (size_t i = 0; i < a->n && f->n_sessions < FAKE_SESSIONS_MOST; i++)
		f->sessions[f->n_sessions++] = &a->sessions[i];
	f->answered = a->n < FAKE_PAGE;
	if (f->answered)
		fake_conclude(f);
}

const struct find_result *
finder_result(const struct finder *f)
{
	return &f->result;
}

/* The result is gone until all was asked again. */
void
finder_drop_clue(struct finder *f, size_t i, bool dropped)
{
	f->dropped[i] = dropped;
	f->n_sessions = 0;
	f->answered = false;
	f->result = (struct find_result){ .message = f->result.message };
}

/* Finds `token` in the paste, over line breaks and quote marks; *end behind it, *joined if so. */
static size_t
find_loose(struct str paste, struct str token, size_t *end, bool *joined)
{
	for (size_t start = 0; token.n > 0 && start < paste.n; start++) {
		size_t at = start, i = 0;
		*joined = false;
		while (i < token.n && at < paste.n) {
			if (paste.p[at] == token.p[i]) {
				i++;
				at++;
			} else if (i > 0 && (paste.p[at] == '\n' || paste.p[at] == '>' ||
					     paste.p[at] == ' ')) {
				*joined = *joined || paste.p[at] == '\n';
				at++;
			} else {
				break;
			}
		}
		*end = at;
		if (i == token.n)
			return start;
	}
	return STR_NPOS;
}

/* The clue of this token, made when it is new and in the paste; NULL if it does not count. */
static struct clue *
clue_of(struct finder *f, enum clue_kind kind, struct str token)
{
	size_t end;
	bool joined;
	for (size_t i = 0; i < f->result.n_clues; i++)
		if (str_eq(f->clues[i].text, token))
			return f->clues[i].dropped ? NULL : &f->clues[i];
	size_t start = find_loose(f->paste, token, &end, &joined);
	if (start == STR_NPOS || f->result.n_clues == FAKE_MOST)
		return NULL;
	bool dropped = f->dropped[f->result.n_clues];
	struct clue *c = &f->clues[f->result.n_clues++];
	*c = (struct clue){ .kind = kind,
			    .text = token,
			    .start = start,
			    .end = end,
			    .dropped = dropped,
			    .repair = joined ? "joined over a line break" : NULL };
	if (joined && f->result.n_repairs == 0)
		f->repairs[f->result.n_repairs++] = "joined";
	return dropped ? NULL : c;
}

static double
weigh(struct finder *f, struct candidate *c, enum clue_kind kind, struct str token, double bits,
      const char *reason)
{
	struct clue *clue = clue_of(f, kind, token);
	if (!clue)
		return 0;
	clue->matches++;
	if (c->n_reasons < CANDIDATE_MAX_REASONS)
		c->reasons[c->n_reasons++] =
			arena_printf(&f->arena, "%s%s%s", reason, clue->repair ? " " : "",
				     clue->repair ? clue->repair : "");
	return bits;
}

static double
weigh_session(struct finder *f, struct candidate *c)
{
	const struct session *s = c->session;
	struct str id = session_own_id(s);
	const char *named = arena_printf(&f->arena, "ID %.*s", STR_ARG(id)).p;
	double bits = weigh(f, c, CLUE_IDENTIFIER, id, 20, named);
	for (size_t i = 0; i < s->n_recipients; i++)
		bits += weigh(f, c, CLUE_RECIPIENT, s->recipients[i].address, 2, "recipient");
	bits += weigh(f, c, CLUE_SENDER, s->sender, 3, "sender");
	bits += weigh(f, c, CLUE_IP, s->peer_ip, 3, "peer's IP");
	bits += weigh(f, c, CLUE_HOST, s->peer_host, 2, "peer's name");
	return bits;
}

static int
by_share(const void *a, const void *b)
{
	double x = ((const struct candidate *)a)->probability;
	double y = ((const struct candidate *)b)->probability;
	return x > y ? -1 : x < y;
}

static void
word(struct finder *f)
{
	struct find_result *r = &f->result;
	bool sure = r->n_candidates > 0 && r->candidates[0].probability >= 0.95;
	r->refused_by = r->n_candidates > 0 ? REFUSER_US : REFUSER_UNKNOWN;
	if (sure)
		r->message = STR("Refused by us, mx1, at DATA. Reported by out7.isp.example.");
	else if (r->n_candidates > 0)
		r->message = STR("Refused by us. More than one session fits.");
	else if (r->n_clues > 0)
		r->message = STR("No session found. Recognised an Exim ID issued 2017-04-04 "
				 "14:03:48 UTC. Logs of mx1 begin 2026-11-01: import older logs, "
				 "or ask mx2.");
}

static void
fake_conclude(struct finder *f)
{
	double sum = 1;
	clue_of(f, CLUE_IDENTIFIER, STR("1cprW8-0003yO-H3")); /* of nobody: an old one */
	for (size_t i = f->n_sessions; i-- > 0;) {            /* newest first */
		struct candidate c = { .session = f->sessions[i] };
		double bits = weigh_session(f, &c);
		if (bits < 4 || f->result.n_candidates == FAKE_MOST)
			continue;
		c.probability = exp2(bits - 4);
		sum += c.probability;
		f->candidates[f->result.n_candidates++] = c;
	}
	for (size_t i = 0; i < f->result.n_candidates; i++)
		f->candidates[i].probability /= sum;
	qsort(f->candidates, f->result.n_candidates, sizeof(f->candidates[0]), by_share);
	if (f->result.n_candidates > 5)
		f->result.n_candidates = 5;
	f->result.none_probability = 1 / sum;
	f->result.clues = f->clues;
	f->result.candidates = f->candidates;
	f->result.repairs = f->repairs;
	word(f);
}

#endif
