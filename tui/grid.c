/* SPDX-License-Identifier: MIT */
/*
 * grid: runs are painted into cells in their order, as a terminal would. A wide character fills
 * its second cell with an empty text; what paints over one half of it blanks the other.
 */
#include "tui/grid.h"

#include <stdlib.h>

#include "base/utf8.h"

struct cell *
grid_at(const struct grid *g, int row, int col)
{
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Half of a wide character that is painted over becomes a blank. */
static void
clear_halves(struct grid *g, int row, int col)
{
	if (grid_at(g, row, col)->text.n == 0 && col > 0)
		grid_at(g, row, col - 1)->text = STR(" ");
	if (col + 1 < g->cols && grid_at(g, row, col + 1)->text.n == 0)
		grid_at(g, row, col + 1)->text = STR(" ");
}

static void
paint(struct grid *g, const struct draw_run *r)
{
	int col = r->col;
	for (size_t i = 0; i < r->text.n && col < g->cols;) {
		uint32_t cp;
		size_t n = utf8_decode(r->text, i, &cp);
		int width = utf8_cells(cp);
		if (width == 0) { /* a mark joins the cell before it */
			struct cell *base = grid_at(g, r->row, col > r->col ? col - 1 : col);
			if (col - 1 > r->col && base->text.n == 0)
				base--;
			base->text.n += col > r->col ? n : 0;
			i += n;
			continue;
		}
		clear_halves(g, r->row, col);
		*grid_at(g, r->row, col) =
			(struct cell){ str_slice(r->text, i, i + n), r->role, r->selected };
		if (width == 2 && col + 1 < g->cols) {
			clear_halves(g, r->row, col + 1);
			*grid_at(g, r->row, col + 1) =
				(struct cell){ STR(""), r->role, r->selected };
			grid_at(g, r->row, col)->text = str_slice(r->text, i, i + n);
		}
		col += width;
		i += n;
	}
}

struct grid
grid_paint(const struct draw_list *d)
{
	struct grid g = { .rows = d->rows, .cols = d->cols };
	size_t n = (size_t)g.rows * (size_t)g.cols;
	g.cells = xcalloc(n > 0 ? n : 1, sizeof(*g.cells));
	for (size_t i = 0; i < n; i++)
		g.cells[i].text = STR(" ");
	for (size_t i = 0; i < d->n; i++)
		paint(&g, &d->runs[i]);
	return g;
}

void
grid_release(struct grid *g)
{
	free(g->cells);
}

static bool
same_look(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && a->selected == b->selected;
}

int
grid_stretch(const struct grid *g, int row, int col)
{
	int end = col + 1;
	while (end < g->cols && same_look(grid_at(g, row, end), grid_at(g, row, col)))
		end++;
	return end;
}

bool
grid_is_blank(const struct grid *g, int row, int from, int to)
{
	for (; from < to; from++)
		if (!str_eq(grid_at(g, row, from)->text, STR(" ")))
			return false;
	return true;
}
