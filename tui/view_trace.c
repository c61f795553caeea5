/* SPDX-License-Identifier: MIT */
/*
 * view_trace: what became of a mail of which nothing came back: its stories, each with its
 * outcome; or that it was not seen, what the logs cover, and what comes near.
 */
#include "tui/list.h"
#include "tui/story_rows.h"
#include "tui/view.h"

enum { MESSAGE_ROWS_MOST = 4, SESSIONS_ROWS_MIN = 3 };

/* Who is asked for a day is not shown its noon. */
#define WHOLE_DAY_SLACK_US (INT64_C(43200) * US_PER_SECOND)

struct trace_state {
	struct trace_ask ask; /* texts in `texts` */
	struct arena texts;
	struct trace *trace;
	struct list list; /* of stories, or of hints where there is none */
};

static const struct trace_result *
result(const struct trace_state *s)
{
	return s->trace ? trace_result(s->trace) : NULL;
}

static void
trace_open(struct view *v, const void *param)
{
	struct trace_state *s = v->state;
	arena_init(&s->texts);
	s->ask = *(const struct trace_ask *)param;
	s->ask.from = arena_str(&s->texts, s->ask.from);
	s->ask.to = arena_str(&s->texts, s->ask.to);
}

static void
trace_close(struct view *v)
{
	struct trace_state *s = v->state;
	trace_free(s->trace);
	arena_release(&s->texts);
}

static int
trace_load(struct view *v, struct err *e)
{
	struct trace_state *s = v->state;
	struct clock c = app_clock(v->app);
	if (!app_store(v->app))
		return 0;
	if (!s->trace)
		s->trace = trace_start(app_store(v->app), app_services(v->app)->ours, c.zone,
				       c.now_us);
	if (trace_run(s->trace, &s->ask, app_cancelled, v->app, e) != 0)
		return -1;
	const struct trace_result *r = result(s);
	list_set_count(&s->list, r->n_stories > 0 ? r->n_stories : r->n_hints);
	return 0;
}

/* --- what is asked -------------------------------------------------------------------------- */

static struct str
party(struct str address)
{
	return address.n > 0 ? address : STR("anybody");
}

static void
draw_title(const struct trace_state *s, struct clock c, struct draw_list *d, struct rect r)
{
	struct arena *a = &d->arena;
	const struct trace_result *t = result(s);
	struct str count = STR("");
	if (t && t->n_stories > 0)
		count = arena_printf(a, "%.*s%s",
				     STR_ARG(text_count(t->n_stories, "story", "stories", a)),
				     t->more ? " or more" : "");
	int room = r.cols - 2 - draw_width(d, count) - 2;
	struct str around = STR("");
	bool is_day = s->ask.slack_us >= WHOLE_DAY_SLACK_US;
	if (s->ask.time_us != TIME_NONE)
		around = arena_printf(a, "   around %.*s",
				      STR_ARG(is_day ? text_day(c, s->ask.time_us, a)
						     : text_when(c, s->ask.time_us, a)));
	struct str what = arena_printf(a, "Trace   %.*s → %.*s%.*s", STR_ARG(party(s->ask.from)),
				       STR_ARG(party(s->ask.to)), STR_ARG(around));
	draw_cut(d, r, 0, 1, room, ROLE_TITLE, what);
	draw_right(d, r, 0, room + 2, r.cols - room - 3, ROLE_MUTED, count);
}

/* --- stories -------------------------------------------------------------------------------- */

enum column { COL_WHEN, COL_OUTCOME, COL_FROM, COL_TO, COL_SESSIONS, COLS };
static const struct list_column columns[COLS] = {
	[COL_WHEN] = { "when", 15, 15, 0, LIST_LEFT },
	[COL_OUTCOME] = { "outcome", 11, 11, 0, LIST_LEFT },
	[COL_FROM] = { "from", 18, 34, 2, LIST_ADDRESS },
	[COL_TO] = { "to", 18, 34, 1, LIST_ADDRESS },
	[COL_SESSIONS] = { "sessions", 8, 8, 3, LIST_RIGHT },
};

static enum role
outcome_role(enum story_outcome o)
{
	switch (o) {
	case STORY_DELIVERED:
		return ROLE_GOOD;
	case STORY_BOUNCED:
	case STORY_REFUSED:
	case STORY_DISCARDED:
	case STORY_QUARANTINED:
		return ROLE_CAUTION;
	default:
		return ROLE_TEXT;
	}
}

/* The session that stands for the story in a list. */
static const struct session *
face(const struct story *s)
{
	return s->decided_by ? s->decided_by : s->sessions[s->n - 1];
}

struct cell_context {
	const struct trace_result *result;
	struct clock clock;
};

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct cell_context *x = arg;
	const struct story *story = &x->result->stories[row];
	switch ((enum column)column) {
	case COL_WHEN:
		return (struct list_cell){ text_when(x->clock, face(story)->start_us, a),
					   ROLE_TEXT };
	case COL_OUTCOME:
		return (struct list_cell){ str_from(story_outcome_text(story->outcome)),
					   outcome_role(story->outcome) };
	case COL_FROM:
		return (struct list_cell){ text_sender(story->sessions[0]), ROLE_TEXT };
	case COL_TO:
		return (struct list_cell){ story->recipient ? story->recipient->address
							    : text_recipients(face(story), a),
					   ROLE_TEXT };
	case COL_SESSIONS:
		return (struct list_cell){ text_number(story->n, a), ROLE_MUTED };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

/* The list takes what the selected story below does not need. */
static int
list_rows(const struct trace_state *s, struct rect r)
{
	int most = r.rows - 1 - 1 - (1 + MESSAGE_ROWS_MOST + 1 + SESSIONS_ROWS_MIN);
	int n = (int)s->list.n;
	return n < most ? n : most > 1 ? most : 1;
}

static void
draw_stories(const struct trace_state *s, struct clock c, struct draw_list *d, struct rect r)
{
	struct cell_context context = { result(s), c };
	const struct story *story = &result(s)->stories[s->list.selected];
	int rows = list_rows(s, r);
	list_draw(&s->list, d, (struct rect){ r.row + 1, r.col, rows + 1, r.cols }, columns, COLS,
		  cell, &context);
	int top = 1 + rows + 1;
	struct rect below = { r.row + top, r.col, r.rows - top, r.cols };
	draw_rule(d, below, 0, STR("Story"), STR(""));
	int said = draw_wrapped(d, below, 1, 3, r.cols - 5, MESSAGE_ROWS_MOST, ROLE_TEXT,
				story_say(story, c.zone, &d->arena));
	below.row += said + 2;
	below.rows -= said + 2;
	struct list all = { .n = story->n };
	list_layout(&all, below.rows);
	if (below.rows > 0)
		story_rows_draw(story, &all, (struct session_ref){ 0 }, false, c, d, below);
}

/* --- not seen ------------------------------------------------------------------------------- */

/* The rows above the hints: title, message, coverage, rule. */
static int
draw_not_seen_head(const struct trace_state *s, struct draw_list *d, struct rect r)
{
	const struct trace_result *t = result(s);
	int row = 2;
	row += draw_wrapped(d, r, row, 3, r.cols - 5, 5, ROLE_TEXT, t->message) + 1;
	row += draw_wrapped(d, r, row, 3, r.cols - 5, 8, ROLE_MUTED, t->coverage) + 1;
	return row;
}

static void
draw_not_seen(const struct trace_state *s, struct draw_list *d, struct rect r)
{
	const struct trace_result *t = result(s);
	int row = draw_not_seen_head(s, d, r);
	if (t->n_hints == 0)
		return;
	draw_rule(d, r, row++, STR("What comes near"), STR(""));
	for (size_t i = 0; i < t->n_hints && row < r.rows; i++) {
		int rows = draw_wrapped_rows(t->hints[i].text, r.cols - 5);
		rows = rows < 3 ? rows : 3;
		if (i == s->list.selected)
			draw_select_rows(d, r, row, rows);
		row += draw_wrapped(d, r, row, 3, r.cols - 5, rows, ROLE_TEXT, t->hints[i].text);
	}
}

/* --- the view ------------------------------------------------------------------------------- */

static void
trace_layout(struct view *v, struct rect r)
{
	struct trace_state *s = v->state;
	const struct trace_result *t = result(s);
	list_layout(&s->list, t && t->n_stories > 0 ? list_rows(s, r) : TRACE_MAX_HINTS);
}

static void
trace_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct trace_state *s = v->state;
	struct clock c = app_clock(v->app);
	draw_title(s, c, d, r);
	if (!result(s))
		view_draw_missing(v, d,
				  (struct rect){ r.row + 2, r.col + 3, r.rows - 2, r.cols - 6 });
	else if (result(s)->n_stories > 0)
		draw_stories(s, c, d, r);
	else
		draw_not_seen(s, d, r);
}

/* What Enter opens; NULL: nothing. */
static const struct session *
selected(const struct trace_state *s)
{
	const struct trace_result *t = result(s);
	if (!t || s->list.n == 0)
		return NULL;
	return t->n_stories > 0 ? face(&t->stories[s->list.selected])
				: t->hints[s->list.selected].session;
}

/* Another question that the selected row suggests; NULL: none. */
static const struct trace_ask *
suggested(const struct trace_state *s)
{
	const struct trace_result *t = result(s);
	bool any = t && t->n_stories == 0 && s->list.n > 0;
	return any ? t->hints[s->list.selected].instead : NULL;
}

/* Whose outcome the texts are to tell: of the story, else the one that was asked for. */
static struct str
explain_for(const struct trace_state *s)
{
	const struct trace_result *t = result(s);
	const struct story *story = t->n_stories > 0 ? &t->stories[s->list.selected] : NULL;
	const struct session *session = selected(s);

	if (story && story->recipient)
		return story->recipient->original.n > 0 ? story->recipient->original
							: story->recipient->address;
	for (size_t i = 0; i < session->n_recipients; i++)
		if (str_eq_nocase(session->recipients[i].address, s->ask.to))
			return s->ask.to;
	return STR("");
}

static bool
trace_act(struct view *v, enum action a)
{
	struct trace_state *s = v->state;
	const struct session *session = selected(s);
	if (a == ACTION_EXPLAIN && session) {
		app_push(v->app, &view_explain,
			 &(struct explain_param){ .ref = session->ref, .asked = explain_for(s) });
		return true;
	}
	if (a != ACTION_OPEN)
		return list_act(&s->list, a);
	if (suggested(s)) {
		app_push(v->app, &view_trace, suggested(s));
	} else if (session) {
		struct session_param param = { .ref = session->ref };
		app_push(v->app, &view_session, &param);
	}
	return true;
}

static enum place
trace_place(const struct view *v)
{
	(void)v;
	return PLACE_TRACE;
}

static unsigned
trace_has(const struct view *v)
{
	return (selected(v->state) ? NEEDS_SESSION | NEEDS_ROW : 0) |
	       (suggested(v->state) ? NEEDS_ROW : 0);
}

const struct view_ops view_trace = {
	.state_size = sizeof(struct trace_state),
	.open = trace_open,
	.load = trace_load,
	.layout = trace_layout,
	.draw = trace_draw,
	.place = trace_place,
	.has = trace_has,
	.act = trace_act,
	.close = trace_close,
};
