/* SPDX-License-Identifier: MIT */
/*
 * dump: runs are painted into a grid of cells in their order, as a terminal would, and the grid is
 * written out. A wide character fills its second cell with an empty text.
 */
#include "tui/dump.h"

#include <stdlib.h>

#include "base/utf8.h"

struct cell {
	struct str text;
	enum role role;
	bool selected;
};

struct grid {
	struct cell *cells;
	int rows, cols;
};

static struct cell *
at(const struct grid *g, int row, int col)
{
	return &g->cells[(size_t)row * (size_t)g->cols + (size_t)col];
}

/* Half of a wide character that is painted over becomes a blank. */
static void
clear_halves(struct grid *g, int row, int col)
{
	if (at(g, row, col)->text.n == 0 && col > 0)
		at(g, row, col - 1)->text = STR(" ");
	if (col + 1 < g->cols && at(g, row, col + 1)->text.n == 0)
		at(g, row, col + 1)->text = STR(" ");
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
			struct cell *base = at(g, r->row, col > r->col ? col - 1 : col);
			if (col - 1 > r->col && base->text.n == 0)
				base--;
			base->text.n += col > r->col ? n : 0;
			i += n;
			continue;
		}
		clear_halves(g, r->row, col);
		*at(g, r->row, col) = (struct cell){ str_slice(r->text, i, i + n), r->role,
			                             r->selected };
		if (width == 2 && col + 1 < g->cols) {
			clear_halves(g, r->row, col + 1);
			*at(g, r->row, col + 1) = (struct cell){ STR(""), r->role, r->selected };
			at(g, r->row, col)->text = str_slice(r->text, i, i + n);
		}
		col += width;
		i += n;
	}
}

static struct grid
grid_of(const struct draw_list *d)
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
dump_text(const struct draw_list *d, struct strbuf *out)
{
	struct grid g = grid_of(d);
	for (int row = 0; row < g.rows; row++) {
		size_t end = out->n;
		for (int col = 0; col < g.cols; col++) {
			strbuf_add(out, at(&g, row, col)->text);
			if (!str_eq(at(&g, row, col)->text, STR(" ")))
				end = out->n;
		}
		out->n = end;
		strbuf_add_char(out, '\n');
	}
	free(g.cells);
}

static bool
same_look(const struct cell *a, const struct cell *b)
{
	return a->role == b->role && a->selected == b->selected;
}

/* First column from `col` on that looks different. */
static int
stretch_end(const struct grid *g, int row, int col)
{
	int end = col + 1;
	while (end < g->cols && same_look(at(g, row, end), at(g, row, col)))
		end++;
	return end;
}

static bool
is_blank(const struct grid *g, int row, int from, int to)
{
	for (; from < to; from++)
		if (!str_eq(at(g, row, from)->text, STR(" ")))
			return false;
	return true;
}

void
dump_roles(const struct draw_list *d, struct strbuf *out)
{
	struct grid g = grid_of(d);
	for (int row = 0; row < g.rows; row++) {
		bool begun = false;
		for (int col = 0, end; col < g.cols; col = end) {
			const struct cell *c = at(&g, row, col);
			end = stretch_end(&g, row, col);
			if (!c->selected && (c->role == ROLE_TEXT || is_blank(&g, row, col, end)))
				continue;
			if (!begun)
				strbuf_printf(out, "%d:", row);
			strbuf_printf(out, " %s%s %d+%d", role_text(c->role), c->selected ? "*" : "",
			              col, end - col);
			begun = true;
		}
		if (begun)
			strbuf_add_char(out, '\n');
	}
	if (d->cursor_row >= 0)
		strbuf_printf(out, "cursor %d,%d\n", d->cursor_row, d->cursor_col);
	free(g.cells);
}

/* --- SVG ------------------------------------------------------------------------------------ */

enum { CELL_W = 9, CELL_H = 19, BASELINE = 14, FONT = 15, MARGIN = 12 };

static void
add_escaped(struct strbuf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '&':
			strbuf_add(out, STR("&amp;"));
			break;
		case '<':
			strbuf_add(out, STR("&lt;"));
			break;
		case '>':
			strbuf_add(out, STR("&gt;"));
			break;
		default:
			strbuf_add_char(out, s.p[i]);
		}
	}
}

struct look {
	unsigned fg, bg;
	bool filled;
	struct style style;
};

static struct look
look_of(struct theme t, const struct cell *c)
{
	struct style s = theme_style(t, c->role, c->selected);
	struct look l = { .style = s };
	l.fg = theme_rgb(t, s.fg, false);
	l.bg = theme_rgb(t, s.bg, true);
	l.filled = s.bg >= 0 || s.reverse;
	if (s.reverse) {
		unsigned fg = l.fg;
		l.fg = l.bg;
		l.bg = fg;
	}
	return l;
}

static void
svg_stretch(const struct grid *g, struct theme t, int row, int col, int end, struct strbuf *out)
{
	struct look l = look_of(t, at(g, row, col));
	int x = MARGIN + col * CELL_W, y = MARGIN + row * CELL_H;
	int width = (end - col) * CELL_W;
	if (l.filled)
		strbuf_printf(out,
		              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
		              x, y, width, CELL_H, l.bg);
	if (is_blank(g, row, col, end))
		return;
	strbuf_printf(out,
	              "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s%s%s>", x,
	              y + BASELINE, width, l.fg, l.style.bold ? " font-weight=\"bold\"" : "",
	              l.style.underline ? " text-decoration=\"underline\"" : "",
	              l.style.dim ? " opacity=\"0.6\"" : "");
	for (; col < end; col++)
		add_escaped(out, at(g, row, col)->text);
	strbuf_add(out, STR("</text>\n"));
}

/* Stretches are cut at runs of blanks, so that every word starts at its own column. */
static int
word_end(const struct grid *g, int row, int col, int end)
{
	for (int i = col + 1; i + 1 < end; i++)
		if (is_blank(g, row, i, i + 2) != is_blank(g, row, col, col + 1))
			return i;
	return end;
}

void
dump_svg(const struct draw_list *d, struct theme t, struct strbuf *out)
{
	struct grid g = grid_of(d);
	int width = 2 * MARGIN + g.cols * CELL_W, height = 2 * MARGIN + g.rows * CELL_H;
	strbuf_printf(out,
	              "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
	              "viewBox=\"0 0 %d %d\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, "
	              "monospace\" font-size=\"%d\" xml:space=\"preserve\">\n",
	              width, height, width, height, FONT);
	strbuf_printf(out, "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#%06x\"/>\n",
	              theme_rgb(t, -1, true));
	for (int row = 0; row < g.rows; row++) {
		for (int col = 0, end; col < g.cols; col = end) {
			end = stretch_end(&g, row, col);
			if (!look_of(t, at(&g, row, col)).filled)
				end = word_end(&g, row, col, end);
			svg_stretch(&g, t, row, col, end, out);
		}
	}
	if (d->cursor_row >= 0)
		strbuf_printf(out,
		              "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\" "
		              "opacity=\"0.6\"/>\n",
		              MARGIN + d->cursor_col * CELL_W, MARGIN + d->cursor_row * CELL_H,
		              CELL_W, CELL_H, theme_rgb(t, -1, false));
	strbuf_add(out, STR("</svg>\n"));
	free(g.cells);
}
