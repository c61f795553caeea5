/* SPDX-License-Identifier: MIT */
/* find_said: see the header. A stock text of mail programs never proves that it was us. */
#include "model/find_said.h"

#include "model/find_list.h"
#include "model/foreign.h"
#include "model/rank.h"
#include "model/say_time.h"
#include "model/who_judge.h"

#define TEXT_MAX 600 /* bytes: longer texts are no half sentence */
#define SAY_MAX  1200

struct str
find_said_text(const struct clue_set *c)
{
	struct str all = str_trim(paste_str(c->paste));

	for (size_t i = 0; i < c->n; i++)
		if (c->more[i].role == CLUE_ROLE_REFUSER && !c->v[i].dropped)
			return STR("");
	for (size_t i = 0; i < c->n; i++)
		if (c->v[i].kind == CLUE_REPLY)
			return c->v[i].dropped ? STR("") : c->v[i].text;
	return all.n <= TEXT_MAX ? all : STR("");
}

/* Whose words they are besides ours; NULL: nobody's that is known. */
static const char *
others(const struct clue_set *c, struct str shape)
{
	struct foreign by_shape = foreign_reply(shape, c->facts.enhanced, STR(""));
	struct foreign by_text = foreign_reply(find_said_text(c), c->facts.enhanced, STR(""));

	return by_text.program    ? by_text.program
	       : by_shape.program ? by_shape.program
	       : by_text.speaker  ? by_text.speaker
				  : by_shape.speaker;
}

static void
say_said(const struct probe_answer *said, const struct find_context *x, const char *whose,
	 struct find_result *r, struct arena *a)
{
	struct strbuf b;

	strbuf_init(&b, SAY_MAX);
	if (whose)
		strbuf_printf(&b, "A text of %s, which we send as well", whose);
	else
		strbuf_add_text(&b, "This is a text of ours");
	strbuf_printf(&b, ": \"%.*s\". %llu session%s got it, from ", STR_ARG(said->shape),
		      (unsigned long long)said->count, said->count == 1 ? "" : "s");
	say_day(&b, x->zone, said->shape_from_us);
	strbuf_add_text(&b, " to ");
	say_day(&b, x->zone, said->shape_to_us);
	strbuf_add_text(&b, said->count > r->n_candidates
				    ? "; the newest are shown. Add an address, an IP or a time."
				    : ".");
	r->message = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
}

void
find_said(const struct clue_set *c, const struct find_context *x, const struct probe_answer *said,
	  struct arena *a, struct find_result *r)
{
	const char *whose = others(c, said->shape);

	find_list_begin(r, said->count, said->n, a);
	for (size_t i = 0; i < r->n_candidates; i++) {
		r->candidates[i].session = &said->sessions[i];
		r->candidates[i].reasons[r->candidates[i].n_reasons++] = STR(RANK_TOLD);
	}
	r->refused_by = whose || r->n_candidates == 0
				? REFUSER_UNKNOWN
				: who_of_session(c, x, r->candidates[0].session);
	say_said(said, x, whose, r, a);
}
