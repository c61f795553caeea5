/* SPDX-License-Identifier: MIT */
/* view_session: one session, whole: its story, what happened, its scores, what else is known. */
#include "tui/lines.h"
#include "tui/list.h"
#include "tui/panel.h"
#include "tui/story_rows.h"

enum { LINES_ROWS_MIN = 5, STORY_ROWS_MIN = 3 };

struct session_state {
	struct session_ref ref;
	struct panel panel;
	struct lines lines; /* shown below where there is room */
	struct scroll scroll;
	struct trace *trace;       /* owns the story */
	const struct story *story; /* NULL: the session stands alone */
	struct list others;        /* the sessions of the story */
	bool in_story;             /* where the focus is */
};

static void
session_open(struct view *v, const void *param)
{
	struct session_state *s = v->state;
	s->ref = ((const struct session_param *)param)->ref;
}

static void
session_close(struct view *v)
{
	trace_free(((struct session_state *)v->state)->trace);
}

/* The story borrows the session, which the view's arena holds. */
static int
load_story(struct view *v, struct err *e)
{
	struct session_state *s = v->state;
	struct clock c = app_clock(v->app);

	s->trace = trace_start(app_store(v->app), app_services(v->app)->ours, c.zone, c.now_us);
	if (trace_run_session(s->trace, s->panel.session, app_cancelled, v->app, e) != 0)
		return -1;
	const struct story *story = &trace_result(s->trace)->stories[0];
	s->story = story->n > 1 ? story : NULL;
	list_set_count(&s->others, s->story ? story->n : 0);
	for (size_t i = 0; s->story && !s->in_story && i < story->n; i++)
		if (story->sessions[i] == s->panel.session)
			s->others.selected = i;
	return 0;
}

static int
session_load(struct view *v, struct err *e)
{
	struct session_state *s = v->state;
	trace_free(s->trace);
	s->trace = NULL;
	s->story = NULL;
	arena_reset(&v->arena);
	s->lines = (struct lines){ 0 };
	if (panel_load(v->app, s->ref, &v->arena, &s->panel, e) != 0)
		return -1;
	if (!s->panel.session)
		return 0;
	if (load_story(v, e) != 0)
		return -1;
	s->in_story = s->in_story && s->story;
	return lines_load(app_store(v->app), s->panel.session, &v->arena, &s->lines, e);
}

/* The story stands between the title and the rest; its rows with the rule above them. */
static int
story_rows(const struct session_state *s, struct rect r)
{
	int most = r.rows / 4 > STORY_ROWS_MIN ? r.rows / 4 : STORY_ROWS_MIN;
	int n = s->story ? (int)s->story->n : 0;

	return n == 0 ? 0 : 1 + (n < most ? n : most);
}

static struct rect
below_story(const struct session_state *s, struct rect r)
{
	int used = story_rows(s, r);

	return (struct rect){ r.row + used, r.col, r.rows > used ? r.rows - used : 0, r.cols };
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
	struct regions at = regions(below_story(s, r));
	struct clock c = app_clock(v->app);
	struct draw_list nowhere;
	list_layout(&s->others, story_rows(s, r) - 1);
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

/* What is known at the desk stands at the right; the rest makes room for it. */
static void
draw_title(const struct panel *p, struct clock c, struct draw_list *d, struct rect r)
{
	struct str known = case_title(&p->known, &d->arena);
	int cells = draw_width(d, known);
	draw_right(d, r, 0, r.cols - 1 - cells, cells, ROLE_ACCENT, known);
	r.cols -= cells > 0 ? cells + 3 : 0;
	panel_title(p->session, c, d, r, 0, 1);
}

static void
draw_story(const struct session_state *s, struct clock c, struct draw_list *d, struct rect r)
{
	struct rect rows = { r.row + 2, r.col, (int)s->others.visible, r.cols };
	struct str note = STR("");

	if (s->others.visible < s->others.n)
		note = arena_printf(&d->arena, "%zu of %zu", s->others.selected + 1, s->others.n);
	draw_rule(d, (struct rect){ r.row + 1, r.col, 1, r.cols }, 0, STR("Story"), note);
	story_rows_draw(s->story, &s->others, s->panel.session->ref, s->in_story, c, d, rows);
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
	struct rect below = below_story(s, r);
	struct regions at = regions(below);
	struct rect rule = { below.row + 1, r.col, 1, at.ladder.cols };
	draw_title(&s->panel, c, d, r);
	if (s->story)
		draw_story(s, c, d, r);
	draw_rule(d, rule, 0, STR("What happened"), scroll_note(&s->scroll, &d->arena));
	panel_draw(&s->panel, c, d, at.ladder, s->scroll.top, at.ladder_parts);
	panel_draw(&s->panel, c, d, at.facts, s->scroll.top, at.facts_parts);
	draw_lines(s, d, below);
}

static bool
act_in_story(struct view *v, enum action a)
{
	struct session_state *s = v->state;
	const struct session *other = s->story->sessions[s->others.selected];
	struct session_param param = { .ref = other->ref };

	switch (a) {
	case ACTION_OPEN:
		if (other == s->panel.session)
			s->in_story = false; /* it is open */
		else
			app_push(v->app, &view_session, &param);
		return true;
	case ACTION_EXPLAIN:
		app_push(v->app, &view_explain, &(struct explain_param){ .ref = other->ref });
		return true;
	case ACTION_PREVIOUS:
	case ACTION_BACK:
		s->in_story = false;
		return true;
	default:
		return list_act(&s->others, a);
	}
}

static bool
session_act(struct view *v, enum action a)
{
	struct session_state *s = v->state;
	if (s->in_story && act_in_story(v, a))
		return true;
	if (a == ACTION_STORY) {
		s->in_story = true;
		return true;
	}
	return scroll_act(&s->scroll, a) || session_common_act(v, &s->panel, a);
}

static void
session_accept(struct view *v, enum action asked, struct str text)
{
	const struct session_state *s = v->state;
	case_accept(v, case_ref(s->panel.session), asked, text);
}

static enum place
session_place(const struct view *v)
{
	return ((const struct session_state *)v->state)->in_story ? PLACE_STORY : PLACE_SESSION;
}

static unsigned
session_has(const struct view *v)
{
	const struct session_state *s = v->state;
	unsigned has = s->story ? NEEDS_STORY : 0;
	return s->panel.session ? has | NEEDS_SESSION | NEEDS_ROW : has;
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
	.close = session_close,
	.accept = session_accept,
};
