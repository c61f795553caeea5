/* SPDX-License-Identifier: MIT */
/*
 * view_sessions: everything, newest first, or what shares a term with another session. Reads on as
 * one goes down; a filter is a scan in slices. When somebody imports, the list is read anew behind
 * the one on screen and takes its place when complete, the selection staying on its session.
 */
#include <stdlib.h>

#include "tui/list.h"
#include "tui/panel.h"
#include "tui/session_rows.h"

enum {
	SLICE_MS = 15,
	REFRESH_MOST = 500,
	PANEL_COLS_MOST = 72,
	REACH_ROWS = 200000,
	PAGE_ROWS = 100
};

struct sessions_state {
	struct arena param_arena;
	struct term term;
	struct str title; /* "same sender"; empty in the tab */
	char *words;      /* the filter; never NULL */
	struct session_rows rows;
	struct session_rows fresh; /* filled while refreshing */
	bool refreshing, newer, loaded;
	struct list list;
	uint64_t total;
	size_t reach; /* rows to be read on the way to the last one; 0: not asked */
	bool beside;  /* there is room for the panel */
	struct arena panel_arena;
	struct panel panel;
	struct session_ref panel_ref; /* of what the panel shows */
	struct session_ref asked_ref; /* of what a prompt is about: the list may change below it */
};

static void
sessions_open(struct view *v, const void *param)
{
	struct sessions_state *s = v->state;
	const struct sessions_param *p = param;
	arena_init(&s->param_arena);
	arena_init(&s->panel_arena);
	session_rows_init(&s->rows);
	session_rows_init(&s->fresh);
	s->words = xstrdup("");
	s->term.kind = TERM_KIND_COUNT;
	if (p) {
		s->term = (struct term){ p->term.kind, arena_str(&s->param_arena, p->term.text) };
		s->title = arena_str(&s->param_arena, p->title);
	}
}

static void
sessions_close(struct view *v)
{
	struct sessions_state *s = v->state;
	arena_release(&s->param_arena);
	arena_release(&s->panel_arena);
	session_rows_release(&s->rows);
	session_rows_release(&s->fresh);
	free(s->words);
}

static const struct session *
selected(const struct sessions_state *s)
{
	return s->list.selected < s->rows.n ? &s->rows.rows[s->list.selected] : NULL;
}

/* --- reading -------------------------------------------------------------------------------- */

/* Rows to have read: what is visible and as much again, and more on the way to the last one. */
static size_t
wanted(const struct sessions_state *s)
{
	size_t near = s->list.top + 2 * (s->list.visible > 10 ? s->list.visible : 10);
	return near > s->reach ? near : s->reach;
}

/* What was read is in the list; on the way to the last row, the last one read is selected. */
static void
show_rows(struct sessions_state *s)
{
	list_set_count(&s->list, s->rows.n);
	s->list.whole = s->words[0] || s->term.kind != TERM_KIND_COUNT ? 0 : s->total;
	if (s->reach == 0)
		return;
	list_act(&s->list, ACTION_LAST);
	if (!s->rows.more || s->rows.n >= s->reach)
		s->reach = 0;
}

static int
sessions_load(struct view *v, struct err *e)
{
	struct sessions_state *s = v->state;
	struct store *st = app_store(v->app);
	struct store_totals totals = { 0 };
	if (!st)
		return 0;
	if (store_totals(st, &totals, e) != 0)
		return -1;
	s->total = totals.sessions;
	s->panel_ref.number = 0;
	if (s->loaded && s->rows.n > 0) {
		s->newer = s->list.selected >= REFRESH_MOST;
		s->refreshing = !s->newer;
		session_rows_restart(&s->fresh, s->term, str_from(s->words),
				     app_services(v->app)->zone);
		return 0;
	}
	s->loaded = true;
	session_rows_restart(&s->rows, s->term, str_from(s->words), app_services(v->app)->zone);
	int rc = session_rows_read(&s->rows, st, 100, app_monotonic_ms() + SLICE_MS, e);
	show_rows(s);
	return rc;
}

static void
start_over(struct view *v)
{
	struct sessions_state *s = v->state;
	s->loaded = s->refreshing = s->newer = false;
	s->list.selected = s->list.top = s->reach = 0;
	app_reload(v->app, v);
}

/* A session to which lines were added may have become one with another since. */
static size_t
place_in_fresh(const struct sessions_state *s, struct store *st, struct session_ref ref)
{
	size_t at = session_rows_find(&s->fresh, ref);
	struct session *now = NULL;
	struct arena a;
	arena_init(&a);
	if (at == STR_NPOS && store_session(st, ref, &a, &now, NULL) == 0 && now)
		at = session_rows_find(&s->fresh, now->ref);
	arena_release(&a);
	return at;
}

/* The fresh rows take the place of the old ones; the same session stays selected. */
static void
take_fresh(struct sessions_state *s, struct store *st)
{
	const struct session *was = selected(s);
	size_t at = was ? place_in_fresh(s, st, was->ref) : STR_NPOS;
	struct session_rows old = s->rows;
	s->rows = s->fresh;
	s->fresh = old;
	s->refreshing = false;
	if (at != STR_NPOS && s->list.top > 0)
		s->list.top += at - s->list.selected;
	if (at != STR_NPOS)
		s->list.selected = at;
	show_rows(s);
	s->panel_ref.number = 0;
}

static bool
panel_is_stale(const struct sessions_state *s)
{
	const struct session *now = selected(s);
	return s->beside && now && now->ref.number != s->panel_ref.number;
}

static void
load_panel(struct view *v)
{
	struct sessions_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	arena_reset(&s->panel_arena);
	if (panel_load(v->app, selected(s)->ref, &s->panel_arena, &s->panel, &e) != 0)
		app_error(v->app, &e);
	s->panel_ref = selected(s)->ref;
}

static bool
wants_rows(const struct sessions_state *s)
{
	return s->rows.more && s->rows.n < wanted(s);
}

static bool
sessions_busy(const struct view *v)
{
	const struct sessions_state *s = v->state;
	return app_store(v->app) && (s->refreshing || wants_rows(s) || panel_is_stale(s));
}

static bool
sessions_tick(struct view *v)
{
	struct sessions_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	int64_t until = app_monotonic_ms() + SLICE_MS;
	if (!sessions_busy(v))
		return false;
	int rc = 0;
	if (s->refreshing) {
		size_t want = s->rows.n < REFRESH_MOST ? s->rows.n : REFRESH_MOST;
		want += PAGE_ROWS; /* newer ones move the selected one down */
		rc = session_rows_read(&s->fresh, app_store(v->app), want, until, &e);
		if (rc != 0)
			s->refreshing = false;
		else if (s->fresh.n >= want || !s->fresh.more)
			take_fresh(s, app_store(v->app));
	} else if (wants_rows(s)) {
		rc = session_rows_read(&s->rows, app_store(v->app), wanted(s), until, &e);
		show_rows(s);
	}
	if (rc != 0)
		app_error(v->app, &e);
	if (s->reach == 0 && panel_is_stale(s))
		load_panel(v);
	return true;
}

/* --- acting --------------------------------------------------------------------------------- */

static void
sessions_accept(struct view *v, enum action asked, struct str text)
{
	struct sessions_state *s = v->state;
	if (asked != ACTION_FILTER) {
		case_accept(v, s->asked_ref, asked, text);
		return;
	}
	free(s->words);
	s->words = xstrndup(str_trim(text));
	start_over(v);
}

static bool
leave(struct view *v)
{
	struct sessions_state *s = v->state;
	if (s->words[0] == '\0')
		return false;
	sessions_accept(v, ACTION_FILTER, STR("")); /* out of the filter first */
	return true;
}

static bool
sessions_act(struct view *v, enum action a)
{
	struct sessions_state *s = v->state;
	if (a == ACTION_CANCEL && s->reach > 0) {
		s->reach = 0;
		app_say(v->app, ROLE_TEXT, "Stopped on the way to the last row");
		return true;
	}
	s->reach = a == ACTION_LAST && s->rows.more ? s->rows.n + REACH_ROWS : 0;
	if (a == ACTION_FIRST && s->newer)
		start_over(v);
	if (list_act(&s->list, a))
		return true;
	if (a == ACTION_BACK)
		return leave(v);
	if (a == ACTION_CANCEL && sessions_busy(v)) {
		s->rows.more = s->refreshing = false;
		app_say(v->app, ROLE_TEXT, "Stopped: older sessions were not looked at");
		return true;
	}
	if (a == ACTION_FILTER) {
		app_ask(v->app, ACTION_FILTER, str_from(s->words));
		return true;
	}
	struct panel at_hand = { .session = selected(s) };
	s->asked_ref = case_ref(at_hand.session);
	if (at_hand.session && a != ACTION_OPEN && a != ACTION_LINES && session_is_act(a)) {
		load_panel(v); /* the list's sessions are brief */
		at_hand = s->panel;
	}
	return session_common_act(v, &at_hand, a);
}

/* --- drawing -------------------------------------------------------------------------------- */

enum column { COL_WHEN, COL_AGE, COL_GATEWAY, COL_PEER, COL_FROM, COL_TO, COL_AT, COL_SCORE, COLS };
static const struct list_column columns[COLS] = {
	[COL_WHEN] = { "when", 4, 4, 0, LIST_RIGHT },
	[COL_AGE] = { "age", 6, 6, 6, LIST_RIGHT },
	[COL_GATEWAY] = { "gateway", 7, 10, 5, LIST_LEFT },
	[COL_PEER] = { "peer", 13, 20, 2, LIST_HOST },
	[COL_FROM] = { "from", 14, 24, 0, LIST_ADDRESS },
	[COL_TO] = { "to", 14, 24, 1, LIST_ADDRESS },
	[COL_AT] = { "at", 9, 9, 0, LIST_LEFT },
	[COL_SCORE] = { "score", 7, 7, 4, LIST_RIGHT },
};

struct cell_context {
	const struct sessions_state *state;
	struct clock clock;
};

/* What the log does not tell is there, but dim. */
static struct list_cell
known(struct str text)
{
	return (struct list_cell){ text, str_eq(text, STR("–")) ? ROLE_MUTED : ROLE_TEXT };
}

/* Percentages and points below each other: one decimal each, the sign apart. */
static struct str
aligned(const struct score *s, struct arena *a)
{
	if (!s->has_value)
		return STR("");
	return arena_printf(a, "%.1f%s", s->value, s->engine == ENGINE_PMX ? " %" : "  ");
}

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct cell_context *x = arg;
	const struct session *s = &x->state->rows.rows[row];
	switch ((enum column)column) {
	case COL_WHEN:
		return (struct list_cell){ text_when(x->clock, s->start_us, a), ROLE_TEXT };
	case COL_AGE:
		return (struct list_cell){ text_age(x->clock, s->start_us, a), ROLE_MUTED };
	case COL_GATEWAY:
		return (struct list_cell){ s->gateway_name, ROLE_MUTED };
	case COL_PEER:
		return known(text_peer(s));
	case COL_FROM:
		return known(text_sender(s));
	case COL_TO:
		return known(text_recipients(s, a));
	case COL_AT:
		return (struct list_cell){ text_outcome(s, a), text_outcome_role(s) };
	case COL_SCORE:
		return (struct list_cell){ s->n_scores > 0 ? aligned(&s->scores[0], a) : STR(""),
					   ROLE_TEXT };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

/* The columns whose texts are short at times are as wide as what is visible needs. */
static void
fit_columns(const struct cell_context *x, size_t visible, struct draw_list *d,
	    struct list_column out[COLS])
{
	static const int fitted[] = { COL_WHEN, COL_AT };
	const struct sessions_state *s = x->state;
	memcpy(out, columns, sizeof(columns));
	for (size_t c = 0; c < sizeof(fitted) / sizeof(fitted[0]); c++) {
		struct list_column *column = &out[fitted[c]];
		for (size_t i = s->list.top; i < s->rows.n && i < s->list.top + visible; i++) {
			int cells = draw_width(d, cell(x, i, fitted[c], &d->arena).text);
			column->min = cells > column->min ? cells : column->min;
		}
	}
}

/* "12 of 1 204 331 sessions", and how far a scan or the way to the last row has come. */
static struct str
count_note(const struct sessions_state *s, struct arena *a)
{
	bool part = s->words[0] || s->term.kind != TERM_KIND_COUNT;
	struct str total = text_number(s->total, a);
	struct str shown = text_number(s->rows.n, a);
	struct str at = text_number(s->rows.n > 0 ? s->list.selected + 1 : 0, a);
	if (s->words[0] && wants_rows(s))
		return arena_printf(a, "%.*s in %.*s of %.*s…", STR_ARG(shown),
				    STR_ARG(text_number(s->rows.looked_at, a)), STR_ARG(total));
	if (s->reach > 0)
		return arena_printf(a, "reading on, ^C stops   %.*s of %.*s…", STR_ARG(shown),
				    STR_ARG(total));
	if (part)
		return arena_printf(a, "%.*s of %.*s%s   %.*s in all", STR_ARG(at), STR_ARG(shown),
				    s->rows.more ? "+" : "", STR_ARG(total));
	return arena_printf(a, "%s%.*s of %.*s", s->newer ? "newer ones: home   " : "", STR_ARG(at),
			    STR_ARG(text_count(s->total, "session", "sessions", a)));
}

static void
draw_title(const struct sessions_state *s, struct draw_list *d, struct rect r)
{
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Sessions")) + 3;
	if (s->title.n > 0) {
		col += draw_text(d, r, 0, col, -1, ROLE_MUTED, s->title) + 2;
		col += draw_middle(d, r, 0, col, r.cols / 3, ROLE_TEXT, s->term.text) + 3;
	}
	if (s->words[0]) {
		col += draw_text(d, r, 0, col, -1, ROLE_MUTED, STR("filter")) + 2;
		col += draw_middle(d, r, 0, col, r.cols / 3, ROLE_ACCENT, str_from(s->words)) + 3;
	}
	if (s->loaded)
		draw_right(d, r, 0, col, r.cols - 1 - col, ROLE_MUTED, count_note(s, &d->arena));
}

static void
draw_empty(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct sessions_state *s = v->state;
	struct rect text = { r.row + 2, r.col + 3, r.rows - 2, r.cols - 6 };
	if (view_draw_missing(v, d, text))
		return;
	if (wants_rows(s)) {
		draw_text(d, r, 2, 3, -1, ROLE_MUTED, STR("Looking…"));
	} else if (s->words[0]) {
		draw_wrapped(d, r, 2, 3, r.cols - 6, 3, ROLE_TEXT,
			     STR("No session contains this, nor do its log lines. Of several "
				 "words all must occur. Esc shows everything again."));
	} else {
		draw_wrapped(d, r, 2, 3, r.cols - 6, 3, ROLE_TEXT,
			     STR("The index holds no session yet. Sources (6) tells what was read "
				 "and which lines were not understood."));
	}
}

static struct rect
list_rect(const struct sessions_state *s, struct rect r)
{
	int panel = r.cols * 2 / 5 < PANEL_COLS_MOST ? r.cols * 2 / 5 : PANEL_COLS_MOST;
	int cols = s->beside ? r.cols - panel : r.cols;
	return (struct rect){ r.row + 1, r.col, r.rows > 1 ? r.rows - 1 : 0, cols };
}

static void
sessions_layout(struct view *v, struct rect r)
{
	struct sessions_state *s = v->state;
	s->beside = r.cols >= BESIDE_COLS;
	list_layout(&s->list, list_rect(s, r).rows - 1);
}

static void
sessions_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct sessions_state *s = v->state;
	draw_title(s, d, r);
	if (s->rows.n == 0) {
		draw_empty(v, d, r);
		return;
	}
	struct rect left = list_rect(s, r);
	struct cell_context x = { .state = s, .clock = app_clock(v->app) };
	struct list_column fitted[COLS];
	fit_columns(&x, s->list.visible, d, fitted);
	list_draw(&s->list, d, left, fitted, COLS, cell, &x);
	if (!s->beside || !s->panel.session)
		return;
	struct rect right = { left.row, left.cols, left.rows, r.cols - left.cols };
	draw_vertical(d, right, 0);
	right.col += 2;
	right.cols -= 2;
	panel_draw(&s->panel, x.clock, d, right, 0, PANEL_ALL);
}

static enum place
sessions_place(const struct view *v)
{
	(void)v;
	return PLACE_SESSIONS;
}

static unsigned
sessions_has(const struct view *v)
{
	const struct sessions_state *s = v->state;
	return selected(s) ? NEEDS_ROW | NEEDS_SESSION : 0;
}

const struct view_ops view_sessions = {
	.title = "Sessions",
	.tab = 2,
	.state_size = sizeof(struct sessions_state),
	.open = sessions_open,
	.load = sessions_load,
	.tick = sessions_tick,
	.busy = sessions_busy,
	.layout = sessions_layout,
	.draw = sessions_draw,
	.place = sessions_place,
	.has = sessions_has,
	.act = sessions_act,
	.accept = sessions_accept,
	.close = sessions_close,
};
