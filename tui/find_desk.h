/* SPDX-License-Identifier: MIT */
/*
 * find_desk: what the desk adds to Find: remarks on candidates, and past finds, shown as "Lately"
 * while nothing is looked for. A find is remembered when a session was opened from it, or when it
 * is left with a result.
 */
#ifndef TUI_FIND_DESK_H
#define TUI_FIND_DESK_H

#include "tui/list.h"
#include "tui/view.h"

struct find_desk {
	struct arena remark_arena, find_arena;
	struct str *remarks; /* of the candidates shown; NULL: none */
	struct desk_find *finds;
	struct list list; /* of the finds */
	bool focused;     /* the focus is on a past find */
	bool typed;       /* what was looked for was written by hand */
	bool kept;        /* what was looked for is remembered … */
	uint64_t opened;  /* … with this session; 0: with none */
	bool failed;      /* it could not be, and that was said */
};

void find_desk_init(struct find_desk *k);
void find_desk_release(struct find_desk *k);
/* Reads the past finds. */
void find_desk_load(struct find_desk *k, struct app *app);
/* Reads the remarks on a new result; f NULL: there is none. */
void find_desk_remark(struct find_desk *k, struct app *app, const struct find_result *f);
/* Remembers a result; opened NULL: it is left without a look at a session. */
void find_desk_keep(struct find_desk *k, struct app *app, struct str paste,
		    const struct find_result *f, const struct session *opened);
/* The next clue of f from `from` on that was set aside in that past find; n_clues: none. */
size_t find_desk_aside(const struct desk_find *past, const struct find_result *f, size_t from);
/* The candidate that was looked at then; 0, the first, when it is not among them. */
size_t find_desk_chosen(const struct desk_find *past, struct app *app, const struct find_result *f);
/* "Lately" and the finds below it; nothing where there are none. */
void find_desk_draw(const struct find_desk *k, struct clock c, struct draw_list *d, struct rect r);

#endif
