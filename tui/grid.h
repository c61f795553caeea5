/* SPDX-License-Identifier: MIT */
/* grid: a draw list as the cells that a terminal would show; what the dumps are made of. */
#ifndef TUI_GRID_H
#define TUI_GRID_H

#include "tui/draw.h"

struct cell {
	struct str text;
	enum role role;
	bool selected;
};

struct grid {
	struct cell *cells;
	int rows, cols;
};

struct grid grid_paint(const struct draw_list *d); /* release it; texts are the draw list's */
void grid_release(struct grid *g);
struct cell *grid_at(const struct grid *g, int row, int col);
/* First column from `col` on that has another role or selection. */
int grid_stretch(const struct grid *g, int row, int col);
bool grid_is_blank(const struct grid *g, int row, int from, int to);

#endif
