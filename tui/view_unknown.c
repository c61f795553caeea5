/* SPDX-License-Identifier: MIT */
/* view_unknown: lines that no format understood, by shape, most frequent first, with a sample. */
#include "tui/list.h"
#include "tui/view.h"

enum { MOST = 1000, SAMPLE_ROWS = 8 };

struct unknown_state {
	struct list list;
	struct store_unknown *rows;
	size_t n;
};

static int
unknown_load(struct view *v, struct err *e)
{
	struct unknown_state *s = v->state;
	arena_reset(&v->arena);
	s->n = 0;
	if (!app_store(v->app))
		return 0;
	if (store_unknowns(app_store(v->app), &v->arena, MOST, &s->rows, &s->n, e) != 0)
		return -1;
	list_set_count(&s->list, s->n);
	return 0;
}

enum column { COL_COUNT, COL_SHAPE, COL_SOURCE, COLS };
static const struct list_column columns[COLS] = {
	[COL_COUNT] = { "lines", 9, 11, 0, LIST_RIGHT },
	[COL_SHAPE] = { "shape", 30, 90, 0, LIST_LEFT },
	[COL_SOURCE] = { "seen in", 14, 30, 1, LIST_MIDDLE },
};

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct store_unknown *u = &((const struct unknown_state *)arg)->rows[row];
	switch ((enum column)column) {
	case COL_COUNT:
		return (struct list_cell){ text_number(u->count, a), ROLE_TEXT };
	case COL_SHAPE:
		return (struct list_cell){ u->shape, ROLE_TEXT };
	case COL_SOURCE:
		return (struct list_cell){ u->source, ROLE_MUTED };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

static int
sample_rows(struct rect r)
{
	return r.rows - 1 > SAMPLE_ROWS + 4 ? SAMPLE_ROWS : 0;
}

static void
unknown_layout(struct view *v, struct rect r)
{
	struct unknown_state *s = v->state;
	list_layout(&s->list, r.rows - 2 - sample_rows(r));
}

static void
unknown_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct unknown_state *s = v->state;
	draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Unknown lines"));
	if (s->n == 0) {
		draw_text(d, r, 2, 3, -1, ROLE_TEXT, STR("Every line was understood or is known."));
		return;
	}
	draw_right(d, r, 0, 16, r.cols - 17, ROLE_MUTED,
		   text_count(s->n, "shape", "shapes", &d->arena));
	int below = sample_rows(r);
	struct rect list = { r.row + 1, r.col, r.rows - 1 - below, r.cols };
	list_draw(&s->list, d, list, columns, COLS, cell, s);
	if (below == 0)
		return;
	const struct store_unknown *u = &s->rows[s->list.selected];
	struct rect sample = { r.row + r.rows - below, r.col, below, r.cols };
	draw_rule(d, sample, 0, STR("One of them"), u->source);
	draw_wrapped(d, sample, 1, 3, r.cols - 4, below - 1, ROLE_TEXT, u->sample);
}

static enum place
unknown_place(const struct view *v)
{
	(void)v;
	return PLACE_UNKNOWN;
}

static unsigned
unknown_has(const struct view *v)
{
	return ((const struct unknown_state *)v->state)->n > 0 ? NEEDS_ROW : 0;
}

static bool
unknown_act(struct view *v, enum action a)
{
	return list_act(&((struct unknown_state *)v->state)->list, a);
}

const struct view_ops view_unknown = {
	.state_size = sizeof(struct unknown_state),
	.load = unknown_load,
	.layout = unknown_layout,
	.draw = unknown_draw,
	.place = unknown_place,
	.has = unknown_has,
	.act = unknown_act,
};
