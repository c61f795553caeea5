/* SPDX-License-Identifier: MIT */
/*
 * view_sources: what was read. A row per file; below it (beside it when there is room) the file's
 * numbers and the stretches for which its gateway has no line.
 */
#include "model/advice.h"
#include "tui/list.h"
#include "tui/view.h"

enum { DETAIL_ROWS = 9, DETAIL_COLS = 76 };

struct sources_state {
	struct list list;
	struct store_source *sources;
	size_t n;
	struct store_stretch *stretches;
	size_t n_stretches;
	struct store_totals totals;
	struct str *names; /* of the files, with a directory where two are called the same */
};

/* The last `parts` parts of a path. */
static struct str
path_end(struct str path, int parts)
{
	size_t at = path.n;
	while (at > 0 && (path.p[at - 1] != '/' || --parts > 0))
		at--;
	return str_skip(path, at);
}

/* Other files of the gateway may have the same name in other directories. */
static struct str
telling_name(const struct sources_state *s, size_t i)
{
	struct str name = path_end(s->sources[i].path, 1);
	for (size_t j = 0; j < s->n; j++)
		if (j != i && str_eq(s->sources[j].gateway, s->sources[i].gateway) &&
		    str_eq(path_end(s->sources[j].path, 1), name))
			return path_end(s->sources[i].path, 2);
	return name;
}

static int
sources_load(struct view *v, struct err *e)
{
	struct sources_state *s = v->state;
	struct store *st = app_store(v->app);
	arena_reset(&v->arena);
	s->n = s->n_stretches = 0;
	if (!st)
		return 0;
	if (store_sources(st, &v->arena, &s->sources, &s->n, e) != 0 ||
	    store_coverage(st, STORE_GAP_US, &v->arena, &s->stretches, &s->n_stretches, e) != 0 ||
	    store_totals(st, &s->totals, e) != 0)
		return -1;
	s->names = arena_alloc(&v->arena, (s->n + 1) * sizeof(*s->names));
	for (size_t i = 0; i < s->n; i++)
		s->names[i] = telling_name(s, i);
	list_set_count(&s->list, s->n);
	return 0;
}

static const struct store_source *
selected(const struct sources_state *s)
{
	return s->list.selected < s->n ? &s->sources[s->list.selected] : NULL;
}

/* --- rows ----------------------------------------------------------------------------------- */

enum column {
	COL_GATEWAY,
	COL_FILE,
	COL_FORMAT,
	COL_LINES,
	COL_UNKNOWN,
	COL_COVERS,
	COL_READ,
	COLS
};
static const struct list_column columns[COLS] = {
	[COL_GATEWAY] = { "gateway", 12, 14, 0, LIST_LEFT },
	[COL_FILE] = { "file", 14, 26, 0, LIST_MIDDLE },
	[COL_FORMAT] = { "format", 7, 10, 4, LIST_LEFT },
	[COL_LINES] = { "lines", 10, 12, 2, LIST_RIGHT },
	[COL_UNKNOWN] = { "unknown", 7, 9, 0, LIST_RIGHT },
	[COL_COVERS] = { "covers", 20, 24, 1, LIST_LEFT },
	[COL_READ] = { "read", 12, 12, 5, LIST_LEFT },
};

static struct str
covers(struct clock c, const struct store_source *s, struct arena *a)
{
	if (s->from_us == TIME_NONE)
		return STR("nothing with a time");
	return text_span(c, s->from_us, s->to_us, "–", a);
}

static struct str
read_when(struct clock c, int64_t time_us, struct arena *a)
{
	struct str age = text_age(c, time_us, a);
	if (age.n > 0)
		return arena_printf(a, "%.*s ago", STR_ARG(age));
	return text_day(c, time_us, a);
}

struct cell_context {
	const struct sources_state *state;
	struct clock clock;
};

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct cell_context *x = arg;
	const struct store_source *s = &x->state->sources[row];
	switch ((enum column)column) {
	case COL_GATEWAY:
		return (struct list_cell){ s->gateway, ROLE_TEXT };
	case COL_FILE:
		return (struct list_cell){ x->state->names[row], ROLE_TEXT };
	case COL_FORMAT:
		return (struct list_cell){ s->format, ROLE_MUTED };
	case COL_LINES:
		return (struct list_cell){ text_number(s->lines, a), ROLE_TEXT };
	case COL_UNKNOWN:
		return (struct list_cell){ text_number(s->unknown, a),
					   s->unknown > 0 ? ROLE_CAUTION : ROLE_MUTED };
	case COL_COVERS:
		if (s->from_us == TIME_NONE)
			return (struct list_cell){ STR("nothing with a time"), ROLE_MUTED };
		return (struct list_cell){ text_span_short(x->clock, s->from_us, s->to_us, a),
					   ROLE_TEXT };
	case COL_READ:
		return (struct list_cell){ read_when(x->clock, s->imported_us, a), ROLE_MUTED };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

/* --- the detail ----------------------------------------------------------------------------- */

static int
draw_fact(struct draw_list *d, struct rect r, int row, const char *name, struct str value)
{
	draw_text(d, r, row, 3, 12, ROLE_MUTED, str_from(name));
	draw_middle(d, r, row, 16, r.cols - 17, ROLE_TEXT, value);
	return row + 1;
}

static struct str
duration(int64_t us, struct arena *a)
{
	int64_t minutes = us / (60 * US_PER_SECOND);
	if (minutes < 120)
		return arena_printf(a, "%d min", (int)minutes);
	if (minutes < 48 * 60)
		return arena_printf(a, "%d h %02d min", (int)(minutes / 60), (int)(minutes % 60));
	return arena_printf(a, "%d days", (int)(minutes / 1440));
}

/* Stretches of one gateway follow each other in time; what lies between them is a gap. */
static int
draw_gaps(const struct sources_state *s, struct str gateway, struct clock c, struct draw_list *d,
	  struct rect r, int row)
{
	const struct store_stretch *before = NULL;
	const char *name = "no line";
	for (size_t i = 0; i < s->n_stretches; i++) {
		const struct store_stretch *now = &s->stretches[i];
		if (!str_eq(now->gateway, gateway))
			continue;
		if (before) {
			struct arena *a = &d->arena;
			struct str span = text_span(c, before->to_us, now->from_us, "–", a);
			struct str length = duration(now->from_us - before->to_us, a);
			row = draw_fact(d, r, row, name,
					arena_printf(a, "%.*s   (%.*s)", STR_ARG(span),
						     STR_ARG(length)));
			name = "";
		}
		before = now;
	}
	if (before && name[0])
		row = draw_fact(d, r, row, "gaps", STR("none longer than an hour"));
	return row;
}

static void
draw_advice(const struct store_source *x, struct draw_list *d, struct rect r, int row)
{
	const char *name = "cannot";

	for (const struct advice *a = NULL;
	     row < r.rows && (a = advice_next(a, x->format, x->features));) {
		row = draw_fact(d, r, row, name, a->cannot);
		if (row < r.rows)
			row = draw_fact(d, r, row, "  mend", a->mend);
		name = "";
	}
}

static void
draw_detail(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct sources_state *s = v->state;
	const struct store_source *x = selected(s);
	struct clock c = app_clock(v->app);
	struct arena *a = &d->arena;
	if (!x)
		return;
	struct str title = arena_printf(a, "%.*s %.*s", STR_ARG(x->gateway),
					STR_ARG(s->names[s->list.selected]));
	draw_rule(d, r, 0, title, STR(""));
	int row = draw_fact(d, r, 1, "path", x->path);
	row = draw_fact(d, r, row, "read",
			arena_printf(a, "%.*s, %.*s", STR_ARG(text_when(c, x->imported_us, a)),
				     STR_ARG(text_bytes(x->bytes, a))));
	row = draw_fact(d, r, row, "lines",
			arena_printf(a, "%.*s understood, %.*s ignored, %.*s unknown",
				     STR_ARG(text_number(x->understood, a)),
				     STR_ARG(text_number(x->ignored, a)),
				     STR_ARG(text_number(x->unknown, a))));
	row = draw_fact(d, r, row, "sessions", text_number(x->sessions, a));
	row = draw_fact(d, r, row, "covers", covers(c, x, a));
	row = draw_gaps(s, x->gateway, c, d, r, row);
	draw_advice(x, d, r, row);
}

/* --- the view ------------------------------------------------------------------------------- */

struct regions {
	struct rect list, detail;
};

static struct regions
regions(struct rect r)
{
	if (r.cols >= BESIDE_COLS) {
		int detail = r.cols * 2 / 5 < DETAIL_COLS ? r.cols * 2 / 5 : DETAIL_COLS;
		int left = r.cols - detail;
		return (struct regions){
			.list = { r.row + 1, r.col, r.rows - 1, left },
			.detail = { r.row + 1, r.col + left, r.rows - 1, r.cols - left },
		};
	}
	int below = r.rows - 1 > DETAIL_ROWS + 4 ? DETAIL_ROWS : 0;
	return (struct regions){
		.list = { r.row + 1, r.col, r.rows - 1 - below, r.cols },
		.detail = { r.row + r.rows - below, r.col, below, r.cols },
	};
}

static void
sources_layout(struct view *v, struct rect r)
{
	struct sources_state *s = v->state;
	list_layout(&s->list, regions(r).list.rows - 1);
}

static void
draw_empty(const struct view *v, struct draw_list *d, struct rect r)
{
	struct rect text = { r.row + 2, r.col + 3, r.rows - 2, r.cols - 6 };
	if (view_draw_missing(v, d, text))
		return;
	draw_wrapped(d, text, 0, 0, text.cols, text.rows, ROLE_TEXT,
		     STR("Nothing was read yet. Read logs with:\n"
			 "    postern import PATH\n"
			 "or from another host:\n"
			 "    ssh mx1 sudo cat /var/log/exim4/mainlog | "
			 "postern import --gateway mx1 -"));
}

static void
sources_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct sources_state *s = v->state;
	struct arena *a = &d->arena;
	draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Sources"));
	if (s->n == 0) {
		draw_empty(v, d, r);
		return;
	}
	struct str files = text_count(s->n, "file", "files", a);
	struct str lines = text_count(s->totals.lines, "line", "lines", a);
	struct str note = arena_printf(a, "%.*s   %.*s   %.*s unknown", STR_ARG(files),
				       STR_ARG(lines), STR_ARG(text_number(s->totals.unknown, a)));
	draw_right(d, r, 0, 12, r.cols - 13, ROLE_MUTED, note);
	struct regions at = regions(r);
	struct cell_context x = { .state = s, .clock = app_clock(v->app) };
	list_draw(&s->list, d, at.list, columns, COLS, cell, &x);
	draw_detail(v, d, at.detail);
}

static bool
sources_act(struct view *v, enum action a)
{
	struct sources_state *s = v->state;
	if (a == ACTION_UNKNOWN) {
		app_push(v->app, &view_unknown, NULL);
		return true;
	}
	return list_act(&s->list, a);
}

static enum place
sources_place(const struct view *v)
{
	(void)v;
	return PLACE_SOURCES;
}

static unsigned
sources_has(const struct view *v)
{
	const struct sources_state *s = v->state;
	return selected(s) ? NEEDS_ROW : 0;
}

const struct view_ops view_sources = {
	.title = "Sources",
	.tab = 6,
	.state_size = sizeof(struct sources_state),
	.load = sources_load,
	.layout = sources_layout,
	.draw = sources_draw,
	.place = sources_place,
	.has = sources_has,
	.act = sources_act,
};
