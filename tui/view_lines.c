/* SPDX-License-Identifier: MIT */
/* view_lines: the raw log lines of one session, as the logs had them, with where they stood. */
#include "tui/list.h"
#include "tui/view.h"

struct lines_state {
	struct session_ref ref;
	struct session *session;
	struct stored_line *lines;
	struct str *shown;   /* the same with tabs as blanks */
	size_t n;
	struct scroll scroll;
};

static void
lines_open(struct view *v, const void *param)
{
	struct lines_state *s = v->state;
	s->ref = ((const struct session_param *)param)->ref;
}

/* Folded headers begin with a tab, which would be drawn as \t. */
static struct str
without_tabs(struct str s, struct arena *a)
{
	if (str_find_char(s, '\t', 0) == STR_NPOS)
		return s;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < s.n; i++)
		strbuf_add(&b, s.p[i] == '\t' ? STR("    ") : str_slice(s, i, i + 1));
	struct str out = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

static int
lines_load(struct view *v, struct err *e)
{
	struct lines_state *s = v->state;
	struct store *st = app_store(v->app);
	arena_reset(&v->arena);
	s->session = NULL;
	s->n = 0;
	if (!st || store_session(st, s->ref, &v->arena, &s->session, e) != 0)
		return st ? -1 : 0;
	if (!s->session)
		return 0;
	if (store_session_lines(st, s->session, &v->arena, &s->lines, &s->n, e) != 0)
		return -1;
	s->shown = arena_alloc(&v->arena, (s->n + 1) * sizeof(*s->shown));
	for (size_t i = 0; i < s->n; i++)
		s->shown[i] = without_tabs(s->lines[i].text, &v->arena);
	return 0;
}

/* Rows that the whole takes; drawn from row -top of r on. */
static int
flow(const struct lines_state *s, struct draw_list *d, struct rect r, int top)
{
	int row = -top;
	const int text_col = r.cols >= 70 ? 13 : 1;
	for (size_t i = 0; i < s->n; i++) {
		const struct stored_line *l = &s->lines[i];
		if (i == 0 || !str_eq(l->source, s->lines[i - 1].source)) {
			row += i > 0;
			draw_rule(d, r, row, l->source,
			          str_from(l->format ? l->format->title : ""));
			row++;
		}
		if (l->line_number > 0 && text_col > 1)
			draw_right(d, r, row, 1, text_col - 3, ROLE_MUTED,
			           text_number(l->line_number, &d->arena));
		int used = draw_wrapped(d, r, row, text_col, r.cols - text_col - 1, 1 << 20, ROLE_TEXT,
		                        s->shown[i]);
		row += used > 0 ? used : 1;
	}
	return row + top;
}

static struct rect
document(struct rect r)
{
	return (struct rect){ r.row + 1, r.col, r.rows > 1 ? r.rows - 1 : 0, r.cols };
}

static void
lines_layout(struct view *v, struct rect r)
{
	struct lines_state *s = v->state;
	struct draw_list nowhere;
	draw_init(&nowhere);
	int total = flow(s, &nowhere, document(r), 0);
	draw_release(&nowhere);
	scroll_layout(&s->scroll, document(r).rows, total);
}

static void
lines_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct lines_state *s = v->state;
	struct arena *a = &d->arena;
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Log lines")) + 3;
	if (!s->session) {
		draw_text(d, r, 2, 3, -1, ROLE_MUTED, STR("This session is not in the index any more."));
		return;
	}
	struct str id = session_own_id(s->session);
	if (id.n > 0)
		col += draw_text(d, r, 0, col, -1, ROLE_ACCENT, id) + 3;
	col += draw_text(d, r, 0, col, -1, ROLE_MUTED, s->session->gateway_name) + 3;
	draw_right(d, r, 0, col, r.cols - 1 - col, ROLE_MUTED,
	           text_count(s->n, "line", "lines", a));
	flow(s, d, document(r), s->scroll.top);
}

static void
copy(struct view *v)
{
	struct lines_state *s = v->state;
	struct strbuf text;
	strbuf_init(&text, 4u << 20);
	for (size_t i = 0; i < s->n; i++) {
		strbuf_add(&text, s->lines[i].text);
		strbuf_add_char(&text, '\n');
	}
	app_copy(v->app, strbuf_str(&text), "the log lines");
	strbuf_release(&text);
}

static bool
lines_act(struct view *v, enum action a)
{
	struct lines_state *s = v->state;
	if (a == ACTION_COPY) {
		copy(v);
		return true;
	}
	return scroll_act(&s->scroll, a);
}

static enum place
lines_place(const struct view *v)
{
	(void)v;
	return PLACE_LINES;
}

static unsigned
lines_has(const struct view *v)
{
	const struct lines_state *s = v->state;
	return s->session ? NEEDS_SESSION : 0;
}

const struct view_ops view_lines = {
	.state_size = sizeof(struct lines_state),
	.open = lines_open,
	.load = lines_load,
	.layout = lines_layout,
	.draw = lines_draw,
	.place = lines_place,
	.has = lines_has,
	.act = lines_act,
};
