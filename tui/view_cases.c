/* SPDX-License-Identifier: MIT */
/*
 * view_cases: the cases on the desk, newest change first, as far as a status and words want them.
 * One that is opened shows its session, or what the desk knows when the index has it no more.
 */
#include <stdlib.h>

#include "tui/case_known.h"
#include "tui/list.h"

enum { CASES_MOST = 2000, FILTER_CELLS = 40 };

struct cases_state {
	char *words; /* the filter; never NULL */
	bool typed;  /* it was asked for here: Esc leaves it first */
	struct desk_case *cases;
	struct list list;
};

static void
cases_open(struct view *v, const void *param)
{
	struct cases_state *s = v->state;
	const struct cases_param *p = param;
	s->words = p ? xstrndup(p->words) : xstrdup("");
}

static void
cases_close(struct view *v)
{
	free(((struct cases_state *)v->state)->words);
}

static const struct desk_case *
selected(const struct cases_state *s)
{
	return s->list.selected < s->list.n ? &s->cases[s->list.selected] : NULL;
}

/* The selection stays on its case, which a change moves to the top. */
static int
cases_load(struct view *v, struct err *e)
{
	struct cases_state *s = v->state;
	struct desk *d = app_services(v->app)->desk;
	struct case_query q = { .status = CASE_STATUS_COUNT, .most = CASES_MOST };
	uint64_t was = selected(s) ? selected(s)->number : 0;
	size_t n = 0;
	list_set_count(&s->list, 0);
	arena_reset(&v->arena);
	case_query_read(&q, str_from(s->words));
	if (d && desk_cases(d, &q, &v->arena, &s->cases, &n, e) != 0)
		return -1;
	list_set_count(&s->list, n);
	for (size_t i = 0; i < n; i++)
		if (s->cases[i].number == was)
			s->list.selected = i;
	return 0;
}

/* --- drawing -------------------------------------------------------------------------------- */

enum column {
	COL_CASE,
	COL_STATUS,
	COL_AGE,
	COL_ASKED_BY,
	COL_FROM,
	COL_TO,
	COL_AT,
	COL_NOTE,
	COLS
};
static const struct list_column columns[COLS] = {
	[COL_CASE] = { "case", 5, 5, 0, LIST_LEFT },
	[COL_STATUS] = { "status", 7, 7, 0, LIST_LEFT },
	[COL_AGE] = { "changed", 11, 11, 3, LIST_LEFT },
	[COL_ASKED_BY] = { "asked by", 9, 16, 4, LIST_LEFT },
	[COL_FROM] = { "from", 14, 28, 0, LIST_ADDRESS },
	[COL_TO] = { "to", 14, 28, 2, LIST_ADDRESS },
	[COL_AT] = { "at", 8, 12, 5, LIST_LEFT },
	[COL_NOTE] = { "note", 14, 60, 1, LIST_LEFT },
};

struct cell_context {
	const struct cases_state *state;
	struct clock clock;
};

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct cell_context *x = arg;
	const struct desk_case *c = &x->state->cases[row];
	enum role role = c->status == CASE_CLOSED ? ROLE_MUTED : ROLE_TEXT;
	struct str age;
	switch ((enum column)column) {
	case COL_CASE:
		return (struct list_cell){ case_name(c, a), ROLE_ACCENT };
	case COL_STATUS:
		return (struct list_cell){ str_from(case_status_text(c->status)), role };
	case COL_AGE:
		age = text_age(x->clock, c->changed_us, a);
		return (struct list_cell){ age.n > 0 ? age : text_day(x->clock, c->changed_us, a),
					   ROLE_MUTED };
	case COL_ASKED_BY:
		return (struct list_cell){ c->asked_by, role };
	case COL_FROM:
		return (struct list_cell){ text_sender(&c->session), role };
	case COL_TO:
		return (struct list_cell){ text_recipients(&c->session, a), role };
	case COL_AT:
		return (struct list_cell){ text_outcome(&c->session, a),
					   text_outcome_role(&c->session) };
	case COL_NOTE:
		return (struct list_cell){ case_gist(c), role };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

static void
draw_title(const struct cases_state *s, struct draw_list *d, struct rect r)
{
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Cases")) + 3;
	if (s->words[0]) {
		col += draw_text(d, r, 0, col, -1, ROLE_MUTED, STR("filter")) + 2;
		col += draw_middle(d, r, 0, col, FILTER_CELLS, ROLE_ACCENT, str_from(s->words)) + 3;
	}
	draw_right(d, r, 0, col, r.cols - 1 - col, ROLE_MUTED,
		   text_count(s->list.n, "case", "cases", &d->arena));
}

static void
draw_empty(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct cases_state *s = v->state;
	bool bad = v->trouble.code != ERR_NONE;
	struct str text = bad ? str_from(v->trouble.text)
			  : s->words[0]
				  ? STR("No case is like that. The first word may be a status: "
					"open, waiting, closed; of all others each must occur in "
					"the case, its notes or its session. / changes the filter.")
				  : STR("There is no case yet. On a session n writes a note and N "
					"sets a status: either opens a case, which outlives the "
					"logs.");
	draw_wrapped(d, r, 2, 3, r.cols - 6, 5, bad ? ROLE_DANGER : ROLE_TEXT, text);
}

static void
cases_layout(struct view *v, struct rect r)
{
	struct cases_state *s = v->state;
	list_layout(&s->list, r.rows - 2);
}

static void
cases_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct cases_state *s = v->state;
	struct cell_context x = { s, app_clock(v->app) };
	draw_title(s, d, r);
	if (s->list.n == 0)
		draw_empty(v, d, r);
	else
		list_draw(&s->list, d, (struct rect){ r.row + 1, r.col, r.rows - 1, r.cols },
			  columns, COLS, cell, &x);
}

/* --- acting --------------------------------------------------------------------------------- */

static void
open_case(struct view *v, const struct desk_case *c)
{
	struct arena scratch = { 0 };
	struct session *session = NULL;
	struct err e = { .code = ERR_NONE };
	struct case_param known = { .number = c->number };
	if (app_store(v->app) &&
	    store_desk_session(app_store(v->app), c, &scratch, &session, &e) != 0) {
		app_error(v->app, &e);
	} else if (session) {
		struct session_param param = { .ref = session->ref };
		app_push(v->app, &view_session, &param);
	} else {
		app_push(v->app, &view_case, &known);
	}
	arena_release(&scratch);
}

static void
set_filter(struct view *v, struct str text)
{
	struct cases_state *s = v->state;
	free(s->words);
	s->words = xstrndup(str_trim(text));
	s->typed = s->words[0] != '\0';
	s->list.selected = s->list.top = 0;
	app_reload(v->app, v);
}

static void
cases_accept(struct view *v, enum action asked, struct str text)
{
	if (asked == ACTION_FILTER)
		set_filter(v, text);
	else
		case_known_accept(v, selected(v->state), asked, text);
}

static bool
cases_act(struct view *v, enum action a)
{
	struct cases_state *s = v->state;
	const struct desk_case *c = selected(s);
	switch (a) {
	case ACTION_OPEN:
		open_case(v, c);
		return true;
	case ACTION_FILTER:
		app_ask(v->app, ACTION_FILTER, str_from(s->words));
		return true;
	case ACTION_CASES: /* all of them, then */
		set_filter(v, STR(""));
		return true;
	case ACTION_BACK:
		if (s->typed)
			set_filter(v, STR(""));
		else
			return false;
		return true;
	default:
		return list_act(&s->list, a) || (c && case_known_act(v, c, a));
	}
}

static enum place
cases_place(const struct view *v)
{
	(void)v;
	return PLACE_CASES;
}

/* The desk can be filtered without an index. */
static unsigned
cases_has(const struct view *v)
{
	return selected(v->state) ? NEEDS_ROW | NEEDS_SESSION | NEEDS_STORE : NEEDS_STORE;
}

const struct view_ops view_cases = {
	.state_size = sizeof(struct cases_state),
	.open = cases_open,
	.load = cases_load,
	.layout = cases_layout,
	.draw = cases_draw,
	.place = cases_place,
	.has = cases_has,
	.act = cases_act,
	.accept = cases_accept,
	.close = cases_close,
};
