/* SPDX-License-Identifier: MIT */
/* view_session: one session, whole: what happened, its scores, what else is known. */
#include "tui/lines.h"
#include "tui/list.h"
#include "tui/panel.h"

enum { LINES_ROWS_MIN = 5 };

struct session_state {
	struct session_ref ref;
	struct panel panel;
	struct lines lines; /* shown below where there is room */
	struct scroll scroll;
};

static void
session_open(struct view *v, const void *param)
{
	struct session_state *s = v->state;
	s->ref = ((const struct session_param *)param)->ref;
}

static int
session_load(struct view *v, struct err *e)
{
	struct session_state *s = v->state;
	arena_reset(&v->arena);
	s->lines = (struct lines){ 0 };
	if (panel_load(v->app, s->ref, &v->arena, &s->panel, e) != 0)
		return -1;
	if (!s->panel.session)
		return 0;
	return lines_load(app_store(v->app), s->panel.session, &v->arena, &s->lines, e);
}

/* With room beside the ladder, scores and facts stand there; else below it. */
struct regions {
	struct rect ladder, facts;
	unsigned ladder_parts, facts_parts;
};

static struct regions
regions(struct rect r)
{
	int rows = r.rows > 2 ? r.rows - 2 : 0;
	struct regions at = { .ladder = { r.row + 2, r.col, rows, r.cols },
			      .ladder_parts = PANEL_ALL & ~PANEL_TITLE };
	if (r.cols < BESIDE_COLS)
		return at;
	int left = r.cols * 3 / 5;
	at.ladder.cols = left;
	at.ladder_parts = PANEL_LADDER;
	at.facts = (struct rect){ r.row + 1, r.col + left, rows + 1, r.cols - left };
	at.facts_parts = PANEL_SCORES | PANEL_FACTS;
	return at;
}

static void
session_layout(struct view *v, struct rect r)
{
	struct session_state *s = v->state;
	struct regions at = regions(r);
	struct clock c = app_clock(v->app);
	struct draw_list nowhere;
	draw_init(&nowhere);
	int total = panel_draw(&s->panel, c, &nowhere, at.ladder, 0, at.ladder_parts);
	int beside = panel_draw(&s->panel, c, &nowhere, at.facts, 0, at.facts_parts) - 1;
	draw_release(&nowhere);
	scroll_layout(&s->scroll, at.ladder.rows, total > beside ? total : beside);
	lines_layout(&s->lines, r.cols);
}

/* What is left below on a wide screen holds the log lines. */
static void
draw_lines(const struct session_state *s, struct draw_list *d, struct rect r)
{
	int used = 2 + s->scroll.total + 1;
	struct rect rest = { r.row + used, r.col, r.rows - used, r.cols };
	if (r.cols >= BESIDE_COLS && rest.rows >= LINES_ROWS_MIN)
		lines_draw(&s->lines, d, rest, 0);
}

static void
session_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct session_state *s = v->state;
	if (!s->panel.session) {
		draw_text(d, r, 1, 3, -1, ROLE_MUTED, STR("This session is not in the index now."));
		return;
	}
	struct clock c = app_clock(v->app);
	struct regions at = regions(r);
	struct rect rule = { r.row + 1, r.col, 1, at.ladder.cols };
	panel_title(s->panel.session, c, d, r, 0, 1);
	draw_rule(d, rule, 0, STR("What happened"), scroll_note(&s->scroll, &d->arena));
	panel_draw(&s->panel, c, d, at.ladder, s->scroll.top, at.ladder_parts);
	panel_draw(&s->panel, c, d, at.facts, s->scroll.top, at.facts_parts);
	draw_lines(s, d, r);
}

static bool
session_act(struct view *v, enum action a)
{
	struct session_state *s = v->state;
	return scroll_act(&s->scroll, a) || session_common_act(v, &s->panel, a);
}

static enum place
session_place(const struct view *v)
{
	(void)v;
	return PLACE_SESSION;
}

static unsigned
session_has(const struct view *v)
{
	const struct session_state *s = v->state;
	return s->panel.session ? NEEDS_SESSION | NEEDS_ROW : 0;
}

const struct view_ops view_session = {
	.state_size = sizeof(struct session_state),
	.open = session_open,
	.load = session_load,
	.layout = session_layout,
	.draw = session_draw,
	.place = session_place,
	.has = session_has,
	.act = session_act,
};
