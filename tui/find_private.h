/* SPDX-License-Identifier: MIT */
/* find_private: the state of Find, shared by view_find.c (searching, acting) and find_screen.c
 * (layout, drawing). Nobody else includes this. */
#ifndef TUI_FIND_PRIVATE_H
#define TUI_FIND_PRIVATE_H

#include "tui/find_desk.h"
#include "tui/find_fields.h"
#include "tui/input.h"
#include "tui/panel.h"

enum { MARKS_MOST = 256 };

struct find_state {
	struct input input;
	struct find_fields fields;
	bool in_results;       /* where the focus is … */
	bool in_fields;        /* … if in neither: in the paste */
	bool edited;           /* by hand, since something was looked for or pasted */
	struct search *search; /* NULL: nothing was looked for */
	struct input_mark marks[MARKS_MOST];
	size_t n_marks;
	struct list list; /* of candidates, two rows each */
	struct arena panel_arena;
	struct panel panel;
	size_t panel_of;  /* candidate in the panel; STR_NPOS: none */
	struct str holds; /* what the index holds, in words (view arena) */
	struct find_desk desk;
};

static inline const struct find_result *
find_found(const struct find_state *s)
{
	return s->search ? search_result(s->search) : NULL;
}

/* Below the empty paste, for when nothing came back. */
static inline bool
find_shows_fields(const struct view *v)
{
	const struct find_state *s = v->state;
	return app_store(v->app) && !s->search && s->input.text.n == 0;
}

/* Past finds are shown while nothing is looked for. */
static inline bool
find_has_recent(const struct find_state *s)
{
	return !s->search && s->desk.list.n > 0;
}

static inline bool
find_in_paste(const struct find_state *s)
{
	return !s->in_results && !s->in_fields && !s->desk.focused;
}

void find_screen_layout(struct view *v, struct rect r);
void find_screen_draw(const struct view *v, struct draw_list *d, struct rect r);

#endif
