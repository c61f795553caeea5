/* SPDX-License-Identifier: MIT */
/*
 * view_help: every key that works, made from the tables of actions and bindings: first those of
 * the place one came from, then those of all others; what works everywhere is said once.
 */
#include "base/utf8.h"
#include "tui/list.h"
#include "tui/view.h"

enum { ROWS_MOST = 400, KEYS_CELLS = 26, COLUMN_CELLS = 66 };

struct help_row {
	struct str keys, text; /* keys empty: a title */
};

struct help_state {
	struct help_param param;
	struct help_row rows[ROWS_MOST];
	int n;
	struct scroll scroll;
};

static void
add(struct help_state *s, struct str keys, struct str text)
{
	if (s->n < ROWS_MOST)
		s->rows[s->n++] = (struct help_row){ keys, text };
}

/* With the same keys in every place where nothing is typed. */
static bool
is_common(enum action action, struct arena *a)
{
	struct str keys = STR("");
	for (int p = 0; p < PLACE_COUNT; p++) {
		if (place_is_input((enum place)p) || p == PLACE_HELP)
			continue;
		struct str here = keymap_keys((enum place)p, action, a);
		if (here.n == 0 || (keys.n > 0 && !str_eq(keys, here)))
			return false;
		keys = here;
	}
	return true;
}

static void
add_place(struct help_state *s, enum place p, bool common, struct str title, struct arena *a)
{
	bool titled = false;
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++) {
		enum action action = (enum action)i;
		struct str keys = keymap_keys(p, action, a);
		if (keys.n == 0 || is_common(action, a) != common)
			continue;
		if (!titled && s->n > 0)
			add(s, STR(""), STR(""));
		if (!titled)
			add(s, STR(""), title);
		titled = true;
		add(s, keys, str_from(action_help(action)));
	}
}

static void
add_commands(struct help_state *s, struct arena *a)
{
	add(s, STR(""), STR(""));
	add(s, STR(""), STR("By name, after :"));
	struct str line = STR("");
	for (int i = ACTION_NONE + 1; i < ACTION_EDIT_LEFT; i++) {
		struct str name = str_from(action_name((enum action)i));
		if (line.n + name.n + 1 > COLUMN_CELLS - 6) {
			add(s, STR(" "), line);
			line = STR("");
		}
		line = arena_printf(a, "%.*s%s%.*s", STR_ARG(line), line.n ? " " : "",
				    STR_ARG(name));
	}
	add(s, STR(" "), line);
}

static void
help_open(struct view *v, const void *param)
{
	((struct help_state *)v->state)->param = *(const struct help_param *)param;
}

static int
help_load(struct view *v, struct err *e)
{
	struct help_state *s = v->state;
	struct arena *a = &v->arena;
	(void)e;
	arena_reset(a);
	s->n = 0;
	enum place from = s->param.place;
	add_place(s, from, false, str_from(place_title(from)), a);
	enum place any = place_is_input(from) || from == PLACE_HELP ? PLACE_SESSIONS : from;
	add_place(s, any, true, STR("Everywhere but in a field"), a);
	for (int p = 0; p < PLACE_COUNT; p++)
		if (p != (int)from)
			add_place(s, (enum place)p, false, str_from(place_title((enum place)p)), a);
	add_commands(s, a);
	return 0;
}

static int
columns_of(struct rect r)
{
	int n = r.cols / COLUMN_CELLS;
	return n > 1 ? n : 1;
}

static void
help_layout(struct view *v, struct rect r)
{
	struct help_state *s = v->state;
	int columns = columns_of(r);
	scroll_layout(&s->scroll, r.rows - 2, (s->n + columns - 1) / columns);
}

static void
draw_row(const struct help_row *row, struct draw_list *d, struct rect r, int at)
{
	if (row->keys.n == 0) {
		draw_text(d, r, at, 1, -1, ROLE_TITLE, row->text);
		return;
	}
	if (row->keys.p[0] == ' ') {
		draw_text(d, r, at, 3, -1, ROLE_MUTED, row->text);
		return;
	}
	int used = draw_text(d, r, at, 3, -1, ROLE_KEY, row->keys) + 3;
	int col = used + 2 > KEYS_CELLS ? used + 2 : KEYS_CELLS;
	draw_cut(d, r, at, col, r.cols - col - 1, ROLE_TEXT, row->text);
}

static void
help_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct help_state *s = v->state;
	int columns = columns_of(r);
	draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Help"));
	draw_right(d, r, 0, 8, r.cols - 9, ROLE_MUTED, scroll_note(&s->scroll, &d->arena));
	for (int c = 0; c < columns; c++) {
		struct rect part = { r.row + 2, r.col + c * (r.cols / columns), r.rows - 2,
				     r.cols / columns };
		for (int i = 0; i < part.rows; i++) {
			int at = c * s->scroll.total + s->scroll.top + i;
			if (s->scroll.top + i < s->scroll.total && at < s->n)
				draw_row(&s->rows[at], d, part, i);
		}
	}
}

static enum place
help_place(const struct view *v)
{
	(void)v;
	return PLACE_HELP;
}

static bool
help_act(struct view *v, enum action a)
{
	if (a == ACTION_HELP) /* it is here already */
		return true;
	return scroll_act(&((struct help_state *)v->state)->scroll, a);
}

const struct view_ops view_help = {
	.state_size = sizeof(struct help_state),
	.open = help_open,
	.load = help_load,
	.layout = help_layout,
	.draw = help_draw,
	.place = help_place,
	.act = help_act,
};
