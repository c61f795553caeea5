/* SPDX-License-Identifier: MIT */
/* dump: the grid of a draw list, written out as text and as runs of roles. */
#include "tui/dump.h"

#include "tui/grid.h"

void
dump_text(const struct draw_list *d, struct strbuf *out)
{
	struct grid g = grid_paint(d);
	for (int row = 0; row < g.rows; row++) {
		size_t end = out->n;
		for (int col = 0; col < g.cols; col++) {
			strbuf_add(out, grid_at(&g, row, col)->text);
			if (!str_eq(grid_at(&g, row, col)->text, STR(" ")))
				end = out->n;
		}
		out->n = end;
		strbuf_add_char(out, '\n');
	}
	grid_release(&g);
}

void
dump_roles(const struct draw_list *d, struct strbuf *out)
{
	struct grid g = grid_paint(d);
	for (int row = 0; row < g.rows; row++) {
		bool begun = false;
		for (int col = 0, end; col < g.cols; col = end) {
			const struct cell *c = grid_at(&g, row, col);
			end = grid_stretch(&g, row, col);
			bool plain = c->role == ROLE_TEXT || grid_is_blank(&g, row, col, end);
			if (plain && !c->selected)
				continue;
			if (!begun)
				strbuf_printf(out, "%d:", row);
			strbuf_printf(out, " %s%s %d+%d", role_text(c->role),
				      c->selected ? "*" : "", col, end - col);
			begun = true;
		}
		if (begun)
			strbuf_add_char(out, '\n');
	}
	if (d->cursor_row >= 0)
		strbuf_printf(out, "cursor %d,%d\n", d->cursor_row, d->cursor_col);
	grid_release(&g);
}
