/* SPDX-License-Identifier: MIT */
/* draw_shapes: rules, frames, bars and wrapped text, all made of draw_text. */
#include "base/utf8.h"
#include "tui/draw.h"

static struct str
repeated(struct arena *a, struct str unit, int count)
{
	if (count <= 0)
		return STR("");
	char *p = arena_alloc(a, unit.n * (size_t)count);
	for (int i = 0; i < count; i++)
		memcpy(p + unit.n * (size_t)i, unit.p, unit.n);
	return (struct str){ p, unit.n * (size_t)count };
}

static void
draw_line(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role)
{
	draw_text(d, r, row, col, cells, role, repeated(&d->arena, STR("─"), cells));
}

/* " title " at col, " note " so that it ends at `end`; what does not fit is left out. */
static void
draw_captions(struct draw_list *d, struct rect r, int col, int end, struct str title,
	      struct str note)
{
	int used = 0;
	if (title.n > 0 && end - col > 4) {
		draw_text(d, r, 0, col, 1, ROLE_TITLE, STR(" "));
		used = draw_cut(d, r, 0, col + 1, end - col - 2, ROLE_TITLE, title) + 2;
		draw_text(d, r, 0, col + used - 1, 1, ROLE_TITLE, STR(" "));
	}
	int width = draw_width(d, note);
	if (note.n == 0 || width + 2 > end - col - used - 2)
		return;
	struct str padded = arena_printf(&d->arena, " %.*s ", STR_ARG(note));
	draw_text(d, r, 0, end - width - 2, width + 2, ROLE_MUTED, padded);
}

void
draw_rule(struct draw_list *d, struct rect r, int row, struct str title, struct str note)
{
	struct rect line = { r.row + row, r.col, row >= 0 && row < r.rows ? 1 : 0, r.cols };
	draw_line(d, line, 0, 1, r.cols - 2, ROLE_MUTED);
	draw_captions(d, line, 2, r.cols - 2, title, note);
}

void
draw_vertical(struct draw_list *d, struct rect r, int col)
{
	for (int i = 0; i < r.rows; i++)
		draw_text(d, r, i, col, 1, ROLE_MUTED, STR("│"));
}

void
draw_box(struct draw_list *d, struct rect r, enum role role, struct str title, struct str note)
{
	if (r.rows < 2 || r.cols < 4)
		return;
	int last = r.rows - 1, right = r.cols - 1;
	draw_line(d, r, 0, 1, r.cols - 2, role);
	draw_line(d, r, last, 1, r.cols - 2, role);
	draw_text(d, r, 0, 0, 1, role, STR("┌"));
	draw_text(d, r, 0, right, 1, role, STR("┐"));
	draw_text(d, r, last, 0, 1, role, STR("└"));
	draw_text(d, r, last, right, 1, role, STR("┘"));
	for (int i = 1; i < last; i++) {
		draw_text(d, r, i, 0, 1, role, STR("│"));
		draw_text(d, r, i, right, 1, role, STR("│"));
	}
	draw_captions(d, (struct rect){ r.row, r.col, 1, r.cols }, 1, r.cols - 2, title, note);
}

/* --- bars ----------------------------------------------------------------------------------- */

static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };

/* From eighth `from` to eighth `to`; a part of a cell can only be shown from the left. */
static void
draw_eighths(struct draw_list *d, struct rect r, int row, int col, int from, int to, enum role role)
{
	int whole = to / 8 - from / 8;
	if (whole > 0) {
		struct str full = d->ascii ? STR("#") : STR("█");
		draw_text(d, r, row, col + from / 8, whole, role, repeated(&d->arena, full, whole));
	}
	if (to % 8 == 0 || to <= from)
		return;
	struct str part = str_from(eighths[to % 8]);
	if (d->ascii)
		part = to % 8 >= 4 ? STR("=") : STR("-");
	draw_text(d, r, row, col + to / 8, 1, role, part);
}

void
draw_bar(struct draw_list *d, struct rect r, int row, int col, int cells, double fraction,
	 double mark)
{
	if (!(fraction > 0) || cells <= 0)
		return;
	int eighth = (int)((fraction < 1 ? fraction : 1) * cells * 8 + 0.5);
	if (eighth == 0)
		eighth = 1; /* something is not nothing */
	int cell = mark >= 0 && mark < 1 ? (int)(mark * cells + 0.5) : cells;
	int split = cell * 8 < eighth ? cell * 8 : eighth;
	draw_eighths(d, r, row, col, 0, split, ROLE_BAR);
	draw_eighths(d, r, row, col, split, eighth, ROLE_CAUTION);
}

/* --- wrapping ------------------------------------------------------------------------------- */

/* As draw_clean would have it. */
static int
cells_of(struct str character, uint32_t cp)
{
	if (utf8_is_clean(character))
		return utf8_cells(cp);
	struct strbuf shown;
	strbuf_init(&shown, 16);
	utf8_neutralise(&shown, character);
	int cells = (int)utf8_width(strbuf_str(&shown));
	strbuf_release(&shown);
	return cells;
}

/* Takes one row's worth off *rest. Breaks at the last blank that fits, else where it must. */
static struct str
wrap_row(struct str *rest, int cells)
{
	int used = 0;
	size_t at = 0, blank = 0;
	while (at < rest->n) {
		uint32_t cp;
		size_t n = utf8_decode(*rest, at, &cp);
		if (cp == '\n')
			break;
		int width = cells_of(str_slice(*rest, at, at + n), cp);
		if (used + width > cells)
			break;
		if (cp == ' ')
			blank = at;
		used += width;
		at += n;
	}
	bool at_break = at == rest->n || rest->p[at] == '\n' || rest->p[at] == ' ';
	size_t end = at_break || blank == 0 ? at : blank;
	if (end == 0 && !at_break)
		end = 1; /* a wide character in one cell: go on all the same */
	struct str row = str_slice(*rest, 0, end);
	*rest = str_skip(*rest, end);
	if (rest->n > 0 && (rest->p[0] == ' ' || rest->p[0] == '\n'))
		*rest = str_skip(*rest, 1);
	return row;
}

int
draw_wrapped(struct draw_list *d, struct rect r, int row, int col, int cells, int most,
	     enum role role, struct str s)
{
	if (cells < 1)
		return 0;
	int used = 0;
	while (s.n > 0 && used < most) {
		struct str rest = s;
		struct str line = wrap_row(&rest, cells);
		if (used + 1 == most && rest.n > 0)
			line = s;
		draw_cut(d, r, row + used, col, cells, role, line);
		used++;
		s = rest;
	}
	return used;
}

int
draw_wrapped_rows(struct str s, int cells)
{
	int rows = 0;
	while (s.n > 0 && cells > 0) {
		wrap_row(&s, cells);
		rows++;
	}
	return rows;
}
