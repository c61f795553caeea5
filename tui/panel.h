/* SPDX-License-Identifier: MIT */
/*
 * panel: one session as a column of text: what happened, its scores, what else is known. Shown
 * below Find's results, beside the list of Sessions, and alone in the Session view.
 */
#ifndef TUI_PANEL_H
#define TUI_PANEL_H

#include "tui/case_known.h"

struct panel {
	const struct session *session; /* NULL: nothing to show */
	struct ladder ladder;          /* empty when it cannot be had */
	struct str trouble;            /* why not */
	struct case_known known;       /* at the desk */
};

/* Reads the whole session (NULL in *out if it is gone; lists hold brief ones) and its ladder. */
int panel_load(struct app *app, struct session_ref ref, struct arena *a, struct panel *out,
	       struct err *e);
enum panel_part {
	PANEL_TITLE = 1 << 0,
	PANEL_LADDER = 1 << 1,
	PANEL_SCORES = 1 << 2,
	PANEL_FACTS = 1 << 3,
	PANEL_ALL = PANEL_TITLE | PANEL_LADDER | PANEL_SCORES | PANEL_FACTS,
};
/* Draws these parts on r from their row `top` on; returns the rows that they take. */
int panel_draw(const struct panel *p, struct clock c, struct draw_list *d, struct rect r, int top,
	       unsigned parts);
/*
 * In little room: the outcome, which stands in the title, and its reply, at the ladder's end, are
 * both visible.
 */
void panel_draw_short(const struct panel *p, struct clock c, struct draw_list *d, struct rect r);
/* "Rejected at DATA   today 10:02:17   37 min ago   mx1   incoming", as much as fits. */
void panel_title(const struct session *s, struct clock c, struct draw_list *d, struct rect r,
		 int row, int col);
/* The session as plain text with ISO dates, for copies. */
void panel_text(const struct panel *p, struct clock c, struct arena *a, struct strbuf *out);

/* True for the actions that session_common_act knows. */
bool session_is_act(enum action a);
/* Open, log lines, copy, same sender/peer/connection, the case; false for all others (session_acts.c). */
bool session_common_act(struct view *v, const struct panel *p, enum action a);

#endif
