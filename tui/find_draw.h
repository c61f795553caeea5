/* SPDX-License-Identifier: MIT */
/* find_draw: how a finder's result is shown: who refused, the candidates, what was left open. */
#ifndef TUI_FIND_DRAW_H
#define TUI_FIND_DRAW_H

#include "tui/list.h"
#include "tui/view.h"

/* Certain enough to be shown as the answer (DESIGN §5.4). */
#define FIND_CERTAIN 0.95

/* Rows of the message at this width, no more than `most`, and the drawing of them. */
int find_message_rows(const struct find_result *f, int cols, int most);
void find_draw_message(const struct find_result *f, struct draw_list *d, struct rect r);

/* How many candidates are worth showing: beside a certain one, no others under half a percent. */
size_t find_shown(const struct find_result *f);
/* A candidate takes two rows; "none of these" one more, unless the answer is certain. */
int find_list_rows(const struct find_result *f);
/* remarks: of each candidate, from the desk; NULL: none. */
void find_draw_list(const struct find_result *f, const struct str *remarks, const struct list *l,
		    struct clock c, struct draw_list *d, struct rect r, bool focused);
/* Kind, text, sessions that share it, what had to be mended. */
void find_draw_clues(const struct find_result *f, const struct list *l, struct draw_list *d,
		     struct rect r);
/* Where nothing was found: what there was to go by, under a rule on that row. */
void find_draw_recognised(const struct find_result *f, struct draw_list *d, struct rect r, int row);
/* The bounce of a paste before or behind the one that is shown, round and round. */
size_t find_part_beside(const struct find_result *f, bool back);
/* "Paste", or "Paste: bounce 2 of 3" */
struct str find_title(const struct find_result *f, struct arena *a);
/* "3 repairs, 7 clues" */
struct str find_note(const struct find_result *f, struct arena *a);

#endif
