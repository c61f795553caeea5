/* SPDX-License-Identifier: MIT */
/* view_lines: the raw log lines of one session, as the logs had them, with where they stood. */
#include "tui/lines.h"
#include "tui/list.h"

struct lines_state {
	struct session_ref ref;
	struct session *session;
	struct lines lines;
	struct scroll scroll;
};

static void
lines_view_open(struct view *v, const void *param)
{
	struct lines_state *s = v->state;
	s->ref = ((const struct session_param *)param)->ref;
}

static int
lines_view_load(struct view *v, struct err *e)
{
	struct lines_state *s = v->state;
	struct store *st = app_store(v->app);
	arena_reset(&v->arena);
	s->session = NULL;
	s->lines = (struct lines){ 0 };
	if (!st || store_session(st, s->ref, &v->arena, &s->session, e) != 0)
		return st ? -1 : 0;
	return s->session ? lines_load(st, s->session, &v->arena, &s->lines, e) : 0;
}

static struct rect
document(struct rect r)
{
	return (struct rect){ r.row + 1, r.col, r.rows > 1 ? r.rows - 1 : 0, r.cols };
}

static void
lines_view_layout(struct view *v, struct rect r)
{
	struct lines_state *s = v->state;
	struct rect at = document(r);
	scroll_layout(&s->scroll, at.rows, lines_layout(&s->lines, at.cols));
}

static void
lines_view_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct lines_state *s = v->state;
	struct arena *a = &d->arena;
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Log lines")) + 3;
	if (!s->session) {
		draw_text(d, r, 2, 3, -1, ROLE_MUTED, STR("This session is not in the index now."));
		return;
	}
	struct str id = session_own_id(s->session);
	if (id.n > 0)
		col += draw_text(d, r, 0, col, -1, ROLE_ACCENT, id) + 3;
	col += draw_text(d, r, 0, col, -1, ROLE_MUTED, s->session->gateway_name) + 3;
	draw_right(d, r, 0, col, r.cols - 1 - col, ROLE_MUTED,
		   text_count(s->lines.n, "line", "lines", a));
	lines_draw(&s->lines, d, document(r), s->scroll.top);
}

static void
copy(struct view *v)
{
	struct lines_state *s = v->state;
	struct strbuf text;
	strbuf_init(&text, 4u << 20);
	for (size_t i = 0; i < s->lines.n; i++) {
		strbuf_add(&text, s->lines.stored[i].text);
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
	.open = lines_view_open,
	.load = lines_view_load,
	.layout = lines_view_layout,
	.draw = lines_view_draw,
	.place = lines_place,
	.has = lines_has,
	.act = lines_act,
};
