/* SPDX-License-Identifier: MIT */
/*
 * view_clues: what was recognised in the paste, how many sessions share it, and what had to be
 * mended to read it. A clue that misleads can be set aside; the ranking starts over without it.
 */
#include "tui/list.h"
#include "tui/view.h"

struct clues_state {
	struct clues_param param;
	struct list list;
};

static void
clues_open(struct view *v, const void *param)
{
	struct clues_state *s = v->state;
	s->param = *(const struct clues_param *)param;
	list_set_count(&s->list, s->param.result->n_clues);
}

enum column { COL_KIND, COL_TEXT, COL_MATCHES, COL_REMARK, COLS };
static const struct list_column columns[COLS] = {
	[COL_KIND] = { "kind", 10, 12, 0, LIST_LEFT },
	[COL_TEXT] = { "clue", 20, 50, 0, LIST_MIDDLE },
	[COL_MATCHES] = { "sessions", 9, 11, 0, LIST_RIGHT },
	[COL_REMARK] = { "remark", 18, 30, 1, LIST_LEFT },
};

static struct list_cell
cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct clue *c = &((const struct clues_state *)arg)->param.result->clues[row];
	enum role role = c->dropped ? ROLE_MUTED : ROLE_TEXT;
	switch ((enum column)column) {
	case COL_KIND:
		return (struct list_cell){ str_from(clue_kind_text(c->kind)), ROLE_MUTED };
	case COL_TEXT:
		return (struct list_cell){ c->text, role };
	case COL_MATCHES:
		return (struct list_cell){ c->matches > 0 ? text_number(c->matches, a) : STR("–"),
			                   role };
	case COL_REMARK:
		if (c->dropped)
			return (struct list_cell){ STR("set aside"), ROLE_ACCENT };
		return (struct list_cell){ str_from(c->repair), ROLE_MUTED };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

static void
clues_layout(struct view *v, struct rect r)
{
	struct clues_state *s = v->state;
	list_layout(&s->list, r.rows - 2);
}

static void
clues_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct clues_state *s = v->state;
	draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Clues"));
	draw_right(d, r, 0, 8, r.cols - 9, ROLE_MUTED,
	           text_count(s->param.result->n_clues, "clue", "clues", &d->arena));
	if (s->list.n == 0) {
		draw_text(d, r, 2, 3, -1, ROLE_TEXT, STR("Nothing was recognised in the paste."));
		return;
	}
	struct rect list = { r.row + 1, r.col, r.rows - 1, r.cols };
	list_draw(&s->list, d, list, columns, COLS, cell, s);
}

static enum place
clues_place(const struct view *v)
{
	(void)v;
	return PLACE_CLUES;
}

static unsigned
clues_has(const struct view *v)
{
	return ((const struct clues_state *)v->state)->list.n > 0 ? NEEDS_ROW : 0;
}

static bool
clues_act(struct view *v, enum action a)
{
	struct clues_state *s = v->state;
	if (a == ACTION_DROP) {
		size_t at = s->list.selected;
		bool dropped = s->param.result->clues[at].dropped;
		s->param.result = s->param.drop(s->param.arg, at, !dropped);
		list_set_count(&s->list, s->param.result->n_clues);
		return true;
	}
	return list_act(&s->list, a);
}

const struct view_ops view_clues = {
	.state_size = sizeof(struct clues_state),
	.open = clues_open,
	.layout = clues_layout,
	.draw = clues_draw,
	.place = clues_place,
	.has = clues_has,
	.act = clues_act,
};
