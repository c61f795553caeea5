/* SPDX-License-Identifier: MIT */
/* lines: the raw log lines of a session as a text to scroll through, parted by source. */
#ifndef TUI_LINES_H
#define TUI_LINES_H

#include "tui/view.h"

struct lines {
	struct stored_line *stored;
	struct str *shown; /* their texts with tabs as blanks */
	int *rows;         /* that each takes, with the rule above it, at `cols` */
	size_t n;
	int cols, total; /* total rows */
};

/* Reads them into `a`. */
int lines_load(struct store *st, const struct session *s, struct arena *a, struct lines *out,
	       struct err *e);
/* Measures them for a width; cheap when it is still the same. Returns the rows of the whole. */
int lines_layout(struct lines *l, int cols);
/* Draws on r from row `top` on; only what is visible costs. */
void lines_draw(const struct lines *l, struct draw_list *d, struct rect r, int top);

#endif
