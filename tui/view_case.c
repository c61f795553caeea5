/* SPDX-License-Identifier: MIT */
/* view_case: a case whose session the index does not hold: what the desk itself knows of it. */
#include "tui/case_known.h"
#include "tui/list.h"

enum { NAME_CELLS = 13, RECIPIENTS_SHOWN = 16, FACTS_MOST = 64 };

struct case_state {
	uint64_t number;
	struct desk_case *c; /* NULL: there is none */
	struct case_fact facts[FACTS_MOST];
	size_t n;
	struct scroll scroll;
};

static void
case_open(struct view *v, const void *param)
{
	((struct case_state *)v->state)->number = ((const struct case_param *)param)->number;
}

static void
add(struct case_state *s, const char *name, struct str text)
{
	if (text.n > 0 && s->n < FACTS_MOST)
		s->facts[s->n++] = (struct case_fact){ name, text };
}

static void
add_session(struct case_state *s, const struct session *about, struct arena *a)
{
	add(s, "gateway", about->gateway_name);
	add(s, "ID", session_own_id(about));
	add(s, "peer", about->peer_ip);
	add(s, "", about->peer_host);
	add(s, "HELO", about->helo);
	add(s, "from", text_sender(about));
	for (size_t i = 0; i < about->n_recipients && i < RECIPIENTS_SHOWN; i++) {
		const struct recipient *r = &about->recipients[i];
		bool own = r->reply.text.n > 0 && !str_eq(r->reply.text, about->reply.text);
		add(s, i == 0 ? "to" : "",
		    own ? arena_printf(a, "%.*s: %.*s", STR_ARG(r->address), STR_ARG(r->reply.text))
			: r->address);
	}
	add(s, "reply", about->reply.text);
}

static int
add_texts(struct case_state *s, struct desk *d, struct arena *a, struct err *e)
{
	static const char *const titles[CASE_TEXT_COUNT] = {
		[CASE_TEXT_USER] = "to the user",
		[CASE_TEXT_POSTMASTER] = "postmaster",
	};
	struct case_note *texts;
	size_t n;
	for (int kind = 0; kind < CASE_TEXT_COUNT; kind++) {
		if (desk_texts(d, s->number, (enum case_text)kind, a, &texts, &n, e) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			add(s, titles[kind], texts[i].text);
	}
	return 0;
}

static int
case_load(struct view *v, struct err *e)
{
	struct case_state *s = v->state;
	struct arena *a = &v->arena;
	struct desk *d = app_services(v->app)->desk;
	struct case_known known = { 0 };
	struct case_fact own[CASE_FACTS_MOST];
	arena_reset(a);
	s->n = 0;
	s->c = NULL;
	if (!d || desk_case(d, s->number, a, &s->c, e) < 0 || !s->c)
		return e->code == ERR_NONE ? 0 : -1;
	known.own = s->c;
	if (desk_notes(d, s->number, a, &known.notes, &known.n_notes, e) < 0)
		return -1;
	size_t n = case_facts(&known, app_clock(v->app), a, own);
	for (size_t i = 0; i < n; i++)
		add(s, own[i].name, own[i].text);
	add_session(s, &s->c->session, a);
	return add_texts(s, d, a, e);
}

/* Draws from row `top` on; returns the rows of the whole. */
static int
draw_facts(const struct case_state *s, struct draw_list *d, struct rect r, int top)
{
	int row = 0, col = 1 + NAME_CELLS, cells = r.cols - col - 1;
	for (size_t i = 0; i < s->n; i++) {
		int rows = draw_wrapped_rows(s->facts[i].text, cells);
		draw_text(d, r, row - top, 1, NAME_CELLS - 1, ROLE_MUTED,
			  str_from(s->facts[i].name));
		draw_wrapped(d, r, row - top, col, cells, rows, ROLE_TEXT, s->facts[i].text);
		row += rows > 0 ? rows : 1;
	}
	return row;
}

static struct rect
facts_rect(struct rect r)
{
	return (struct rect){ r.row + 4, r.col, r.rows > 4 ? r.rows - 4 : 0, r.cols };
}

static void
case_layout(struct view *v, struct rect r)
{
	struct case_state *s = v->state;
	struct draw_list nowhere;
	draw_init(&nowhere);
	scroll_layout(&s->scroll, facts_rect(r).rows, draw_facts(s, &nowhere, facts_rect(r), 0));
	draw_release(&nowhere);
}

static void
case_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct case_state *s = v->state;
	struct arena *a = &d->arena;
	if (!s->c) {
		draw_text(d, r, 1, 3, -1, ROLE_MUTED, STR("There is no such case."));
		return;
	}
	const struct session *about = &s->c->session;
	struct str what = arena_printf(a, "%.*s   %.*s", STR_ARG(text_verdict(about, a)),
				       STR_ARG(text_when(app_clock(v->app), about->start_us, a)));
	int col = 1 +
		  draw_text(d, r, 0, 1, -1, ROLE_TITLE,
			    arena_printf(a, "Case %.*s", STR_ARG(case_name(s->c, a)))) +
		  3;
	draw_cut(d, r, 0, col, r.cols - col - 1, ROLE_TEXT, what);
	draw_cut(d, r, 1, 1, r.cols - 2, ROLE_MUTED,
		 STR("Its session is not in the index: this is what the desk knows of it."));
	draw_rule(d, r, 3, STR("Known"), scroll_note(&s->scroll, a));
	draw_facts(s, d, facts_rect(r), s->scroll.top);
}

static void
case_answer(struct view *v, enum action asked, struct str text)
{
	case_known_accept(v, ((struct case_state *)v->state)->c, asked, text);
}

static bool
case_view_act(struct view *v, enum action a)
{
	struct case_state *s = v->state;
	return scroll_act(&s->scroll, a) || (s->c && case_known_act(v, s->c, a));
}

static enum place
case_place(const struct view *v)
{
	(void)v;
	return PLACE_CASE;
}

static unsigned
case_has(const struct view *v)
{
	return ((const struct case_state *)v->state)->c ? NEEDS_ROW | NEEDS_SESSION : 0;
}

const struct view_ops view_case = {
	.state_size = sizeof(struct case_state),
	.open = case_open,
	.load = case_load,
	.layout = case_layout,
	.draw = case_draw,
	.place = case_place,
	.has = case_has,
	.act = case_view_act,
	.accept = case_answer,
};
