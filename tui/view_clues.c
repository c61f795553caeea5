/* SPDX-License-Identifier: MIT */
/*
 * view_clues: what was recognised in the paste, how many sessions share it, and what had to be
 * mended to read it. A clue that misleads can be set aside; the ranking starts over without it.
 */
#include "tui/find_draw.h"

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
	find_draw_clues(s->param.result, &s->list, d, list);
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
