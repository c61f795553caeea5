/* SPDX-License-Identifier: MIT */
/* story_rows: the sessions of a story, one a row: when, what became of it, what it has to do with it. */
#ifndef TUI_STORY_ROWS_H
#define TUI_STORY_ROWS_H

#include "db/story.h"
#include "tui/list.h"
#include "tui/view.h"

/*
 * `self` (number 0: none) is the session on screen: it is marked, and with focused set the selected
 * row of l gets the bar. Rows are 0 … l->visible of r.
 */
void story_rows_draw(const struct story *story, const struct list *l, struct session_ref self,
		     bool focused, struct clock c, struct draw_list *d, struct rect r);

#endif
