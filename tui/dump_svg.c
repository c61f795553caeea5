/* SPDX-License-Identifier: MIT */
/*
 * dump_svg: a screen as a picture. Words are text in a monospace font, each at its own column, so
 * that another font's widths cannot shift a line; rules, frames and bars are drawn as shapes, so
 * that they join whatever the font.
 */
#include "base/utf8.h"
#include "tui/dump.h"
#include "tui/grid.h"

enum { CELL_W = 9, CELL_H = 19, BASELINE = 14, MARGIN = 12 };
#define FONT_SIZE "14.95" /* a cell is 0.602 of it wide in DejaVu Sans Mono */

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
add_rect(struct strbuf *out, int x, int y, int width, int height, unsigned rgb)
{
	strbuf_printf(out, "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"#%06x\"/>\n",
		      x, y, width, height, rgb);
}

/* --- shapes --------------------------------------------------------------------------------- */

enum { ARM_LEFT = 1, ARM_RIGHT = 2, ARM_UP = 4, ARM_DOWN = 8 };

static uint32_t
code_at(const struct grid *g, int row, int col)
{
	uint32_t cp;
	struct str text = grid_at(g, row, col)->text;
	utf8_decode(text, 0, &cp);
	return text.n > 0 ? cp : ' ';
}

/* The lines that meet in a cell; 0: not a line. */
static unsigned
arms(uint32_t cp)
{
	switch (cp) {
	case 0x2500:
		return ARM_LEFT | ARM_RIGHT;
	case 0x2502:
		return ARM_UP | ARM_DOWN;
	case 0x250c:
		return ARM_RIGHT | ARM_DOWN;
	case 0x2510:
		return ARM_LEFT | ARM_DOWN;
	case 0x2514:
		return ARM_RIGHT | ARM_UP;
	case 0x2518:
		return ARM_LEFT | ARM_UP;
	default:
		return 0;
	}
}

/* Eighths of a cell that a block fills from its left; 0: not a block. */
static int
eighths(uint32_t cp)
{
	return cp >= 0x2588 && cp <= 0x258f ? 8 - (int)(cp - 0x2588) : 0;
}

static bool
is_shape(uint32_t cp)
{
	return arms(cp) != 0 || eighths(cp) > 0;
}

/* The shape in a cell, and its likes to the right of it; returns the column behind them. */
static int
add_shapes(const struct grid *g, int row, int col, int end, unsigned rgb, struct strbuf *out)
{
	uint32_t cp = code_at(g, row, col);
	int x = MARGIN + col * CELL_W, y = MARGIN + row * CELL_H, n = 1;
	unsigned a = arms(cp);
	if (cp == 0x2500 || cp == 0x2588)
		while (col + n < end && code_at(g, row, col + n) == cp)
			n++;
	if (eighths(cp) > 0) {
		int width = n * CELL_W * eighths(cp) / 8;
		add_rect(out, x, y + 2, width > 0 ? width : 1, CELL_H - 4, rgb);
		return col + n;
	}
	int middle_x = x + CELL_W / 2, middle_y = y + CELL_H / 2;
	if (a & (ARM_LEFT | ARM_RIGHT)) {
		int from = a & ARM_LEFT ? x : middle_x;
		int to = a & ARM_RIGHT ? x + n * CELL_W : middle_x + 1;
		add_rect(out, from, middle_y, to - from, 1, rgb);
	}
	if (a & (ARM_UP | ARM_DOWN)) {
		int from = a & ARM_UP ? y : middle_y;
		int to = a & ARM_DOWN ? y + CELL_H : middle_y + 1;
		add_rect(out, middle_x, from, 1, to - from, rgb);
	}
	return col + n;
}

/* --- words ---------------------------------------------------------------------------------- */

/* Text up to the next shape or two blanks; returns the column behind it. */
static int
add_words(const struct grid *g, int row, int col, int end, const struct look *l, struct strbuf *out)
{
	int from = col;
	while (col < end && !is_shape(code_at(g, row, col)) &&
	       !grid_is_blank(g, row, col, col + 2 < end ? col + 2 : end))
		col++;
	strbuf_printf(out, "<text x=\"%d\" y=\"%d\" textLength=\"%d\" fill=\"#%06x\"%s%s%s>",
		      MARGIN + from * CELL_W, MARGIN + row * CELL_H + BASELINE,
		      (col - from) * CELL_W, l->fg, l->style.bold ? " font-weight=\"bold\"" : "",
		      l->style.underline ? " text-decoration=\"underline\"" : "",
		      l->style.dim ? " opacity=\"0.6\"" : "");
	for (int i = from; i < col; i++)
		add_escaped(out, grid_at(g, row, i)->text);
	strbuf_add(out, STR("</text>\n"));
	return col;
}

static void
add_stretch(const struct grid *g, struct theme t, int row, int col, int end, struct strbuf *out)
{
	struct look l = look_of(t, grid_at(g, row, col));
	if (l.filled)
		add_rect(out, MARGIN + col * CELL_W, MARGIN + row * CELL_H, (end - col) * CELL_W,
			 CELL_H, l.bg);
	while (col < end) {
		if (grid_is_blank(g, row, col, col + 1))
			col++;
		else if (is_shape(code_at(g, row, col)))
			col = add_shapes(g, row, col, end, l.fg, out);
		else
			col = add_words(g, row, col, end, &l, out);
	}
}

void
dump_svg(const struct draw_list *d, struct theme t, struct strbuf *out)
{
	struct grid g = grid_paint(d);
	int width = 2 * MARGIN + g.cols * CELL_W, height = 2 * MARGIN + g.rows * CELL_H;
	strbuf_printf(out,
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" "
		      "viewBox=\"0 0 %d %d\" font-family=\"'DejaVu Sans Mono', Menlo, Consolas, "
		      "monospace\" font-size=\"" FONT_SIZE "\" xml:space=\"preserve\">\n",
		      width, height, width, height);
	strbuf_printf(out, "<rect width=\"100%%\" height=\"100%%\" rx=\"8\" fill=\"#%06x\"/>\n",
		      theme_rgb(t, -1, true));
	for (int row = 0; row < g.rows; row++) {
		for (int col = 0, end; col < g.cols; col = end) {
			end = grid_stretch(&g, row, col);
			add_stretch(&g, t, row, col, end, out);
		}
	}
	if (d->cursor_row >= 0)
		add_rect(out, MARGIN + d->cursor_col * CELL_W, MARGIN + d->cursor_row * CELL_H, 2,
			 CELL_H, theme_rgb(t, -1, false));
	strbuf_add(out, STR("</svg>\n"));
	grid_release(&g);
}
