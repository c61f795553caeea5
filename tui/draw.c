/* SPDX-License-Identifier: MIT */
/*
 * draw: the one place where text is cleaned, measured and clipped. A run never leaves its
 * rectangle nor the screen, and holds whole characters only. Owns the text of its runs (arena).
 *
 * Beyond utf8_neutralise, zero-width characters that act on their neighbours (joiners, direction
 * marks, variation selectors) are left out and no more than MARKS_MAX combining marks follow one
 * character: terminals disagree about all of them, and columns must not.
 */
#include "tui/draw.h"

#include <stdlib.h>

#include "base/strbuf.h"
#include "base/utf8.h"

enum { MARKS_MAX = 2, CELLS_MAX = 4096 };

const char *
role_text(enum role r)
{
#define ROLE_TEXT_CASE(id, text) \
	case id:                 \
		return text;
	switch (r) {
		ROLE_LIST(ROLE_TEXT_CASE)
	case ROLE_COUNT:
		break;
	}
	return "";
}

void
draw_init(struct draw_list *d)
{
	*d = (struct draw_list){ .cursor_row = -1, .cursor_col = -1 };
	arena_init(&d->arena);
}

void
draw_release(struct draw_list *d)
{
	arena_release(&d->arena);
	free(d->runs);
	*d = (struct draw_list){ 0 };
}

void
draw_clear(struct draw_list *d, int rows, int cols)
{
	arena_reset(&d->arena);
	d->n = 0;
	d->rows = rows;
	d->cols = cols;
	d->cursor_row = d->cursor_col = -1;
	d->selected = (struct rect){ 0 };
}

/* --- cleaning ------------------------------------------------------------------------------- */

static const struct {
	uint32_t from;
	char to;
} ascii_forms[] = {
	{ 0x2500, '-' }, { 0x2502, '|' }, { 0x250c, '+' }, { 0x2510, '+' },  { 0x2514, '+' },
	{ 0x2518, '+' }, { 0x252c, '+' }, { 0x2534, '+' }, { 0x258c, '>' },  { 0x2588, '#' },
	{ 0x2026, '~' }, { 0x2013, '-' }, { 0x2014, '-' }, { 0x2192, '>' },  { 0x2190, '<' },
	{ 0x2191, '^' }, { 0x2193, 'v' }, { 0x00b7, '.' }, { 0x2018, '\'' }, { 0x2019, '\'' },
	{ 0x201c, '"' }, { 0x201d, '"' }, { 0x00a0, ' ' }, { 0x202f, ' ' },  { 0x00d7, 'x' },
	{ 0x2265, '>' }, { 0x25cf, '*' }, { 0x25b2, '^' },
};

static char
ascii_form(uint32_t cp)
{
	for (size_t i = 0; i < sizeof(ascii_forms) / sizeof(ascii_forms[0]); i++)
		if (ascii_forms[i].from == cp)
			return ascii_forms[i].to;
	return '?';
}

/* Zero-width characters that would change how their neighbours are drawn. */
static bool
is_meddling(uint32_t cp)
{
	return cp == 0x34f || cp == 0x61c || cp == 0x180e || (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff ||
	       (cp >= 0xfff9 && cp <= 0xfffb) || cp >= 0xe0000;
}

struct cleaner {
	struct strbuf out;
	int width, limit;
	int marks; /* combining marks since the last character that has cells */
	bool ascii;
	bool full;
};

static void
clean_visible(struct cleaner *c, struct str piece, int cells)
{
	if (c->width + cells > c->limit) {
		c->full = true;
		return;
	}
	strbuf_add(&c->out, piece);
	c->width += cells;
	c->marks = 0;
}

static void
clean_ascii(struct cleaner *c, uint32_t cp, int cells)
{
	char form[2] = { ascii_form(cp), '?' };
	clean_visible(c, (struct str){ form, (size_t)cells }, cells);
}

/* A control character, an invalid byte or one of the direction overrides. */
static void
clean_dirty(struct cleaner *c, struct str piece)
{
	char *end;
	size_t before = c->out.n;
	utf8_neutralise(&c->out, piece);
	struct str added = str_skip(strbuf_str(&c->out), before);
	int cells = (int)utf8_width(added);
	if (c->ascii && !char_is_alnum(added.p[added.n - 1])) {
		c->out.n = before;
		clean_visible(c, STR("?"), 1);
		return;
	}
	if (c->width + cells > c->limit) {
		c->full = true;
		c->out.n = before;
		end = c->out.p + before;
		*end = '\0';
		return;
	}
	c->width += cells;
	c->marks = 0;
}

static void
clean_character(struct cleaner *c, struct str piece, uint32_t cp)
{
	if (!utf8_is_clean(piece)) {
		clean_dirty(c, piece);
		return;
	}
	if (is_meddling(cp))
		return;
	int cells = cp == 0xad ? 0 : utf8_cells(cp); /* a soft hyphen shows nowhere but in some */
	if (cells == 0) {
		if (cp != 0xad && !c->ascii && c->width > 0 && c->marks < MARKS_MAX) {
			strbuf_add(&c->out, piece);
			c->marks++;
		}
		return;
	}
	if (c->ascii && cp > 0x7e)
		clean_ascii(c, cp, cells);
	else
		clean_visible(c, piece, cells);
}

/* s as it would be drawn, at most `cells` wide, and its width. Copied into `a`. */
static struct str
draw_clean(struct arena *a, struct str s, int cells, bool ascii, int *width)
{
	struct cleaner c = { .limit = cells < CELLS_MAX ? cells : CELLS_MAX, .ascii = ascii };
	strbuf_init(&c.out, STRBUF_NO_MAX);
	for (size_t at = 0; at < s.n && !c.full;) {
		uint32_t cp;
		size_t n = utf8_decode(s, at, &cp);
		clean_character(&c, str_slice(s, at, at + n), cp);
		at += n;
	}
	struct str out = arena_str(a, strbuf_str(&c.out));
	strbuf_release(&c.out);
	*width = c.width;
	return out;
}

int
draw_width(struct draw_list *d, struct str s)
{
	int width;
	draw_clean(&d->arena, s, CELLS_MAX, d->ascii, &width);
	return width;
}

/* --- runs ----------------------------------------------------------------------------------- */

static bool
rect_holds(struct rect r, int row, int col)
{
	return row >= r.row && row < r.row + r.rows && col >= r.col && col < r.col + r.cols;
}

/* Cells available at (row, col) of r, by r and by the screen. */
static int
room(const struct draw_list *d, struct rect r, int row, int col, int cells)
{
	if (row < 0 || row >= r.rows || col < 0 || col >= r.cols)
		return 0;
	if (r.row + row < 0 || r.row + row >= d->rows || r.col + col < 0)
		return 0;
	int left = r.cols - col;
	if (left > d->cols - (r.col + col))
		left = d->cols - (r.col + col);
	return cells >= 0 && cells < left ? cells : left > 0 ? left : 0;
}

/* `clean` is what draw_clean gave: owned by the arena, `cells` wide. */
static void
add_run(struct draw_list *d, int row, int col, int cells, enum role role, struct str clean)
{
	if (cells == 0)
		return;
	d->runs = mem_grow(d->runs, &d->cap, d->n + 1, sizeof(*d->runs));
	d->runs[d->n++] = (struct draw_run){
		.row = row,
		.col = col,
		.cells = cells,
		.role = role,
		.selected = rect_holds(d->selected, row, col),
		.text = clean,
	};
}

int
draw_text(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	  struct str s)
{
	int width;
	int limit = room(d, r, row, col, cells);
	if (limit == 0 || s.n == 0)
		return 0;
	struct str clean = draw_clean(&d->arena, s, limit, d->ascii, &width);
	add_run(d, r.row + row, r.col + col, width, role, clean);
	return width;
}

void
draw_right(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	   struct str s)
{
	int width;
	int limit = room(d, r, row, col, cells);
	struct str clean = draw_clean(&d->arena, s, limit, d->ascii, &width);
	/* When r itself cuts the field, what is left of it is shown from its left. */
	int indent = limit == cells ? cells - width : 0;
	add_run(d, r.row + row, r.col + col + indent, width, role, clean);
}

/* The end of a clean string, at most `cells` wide. */
static struct str
tail_cells(struct str s, int width, int cells, int *tail_width)
{
	size_t at = 0;
	while (at < s.n && width > cells) {
		uint32_t cp;
		at += utf8_decode(s, at, &cp);
		width -= utf8_cells(cp);
	}
	uint32_t cp;
	while (at < s.n) { /* marks belong to the character that was cut off */
		size_t n = utf8_decode(s, at, &cp);
		if (utf8_cells(cp) > 0)
			break;
		at += n;
	}
	*tail_width = width;
	return str_skip(s, at);
}

/* `tail` of 100: how much of the room behind the "…" goes to the end of the string. */
static int
draw_shortened(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	       struct str s, int tail_percent)
{
	int width;
	int limit = room(d, r, row, col, cells);
	if (limit == 0 || s.n == 0)
		return 0;
	struct str clean = draw_clean(&d->arena, s, CELLS_MAX, d->ascii, &width);
	if (width <= limit) {
		add_run(d, r.row + row, r.col + col, width, role, clean);
		return width;
	}
	int tail_width;
	struct str tail = tail_cells(clean, width, (limit - 1) * tail_percent / 100, &tail_width);
	struct str head = utf8_cut_cells(clean, (size_t)(limit - 1 - tail_width));
	struct str dots = d->ascii ? STR("~") : STR("…");
	struct str text = arena_printf(&d->arena, "%.*s%.*s%.*s", STR_ARG(head), STR_ARG(dots),
				       STR_ARG(tail));
	int used = (int)utf8_width(head) + 1 + tail_width;
	add_run(d, r.row + row, r.col + col, used, role, text);
	return used;
}

int
draw_middle(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	    struct str s)
{
	return draw_shortened(d, r, row, col, cells, role, s, 40);
}

int
draw_cut(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	 struct str s)
{
	return draw_shortened(d, r, row, col, cells, role, s, 0);
}

void
draw_select_rows(struct draw_list *d, struct rect r, int row, int rows)
{
	d->selected = (struct rect){ r.row + row, r.col, rows, r.cols };
	char *blank = arena_alloc(&d->arena, (size_t)(r.cols > 0 ? r.cols : 1));
	memset(blank, ' ', (size_t)(r.cols > 0 ? r.cols : 0));
	for (int i = row; i < row + rows; i++) {
		int cells = room(d, r, i, 0, -1);
		add_run(d, r.row + i, r.col, cells, ROLE_TEXT,
			(struct str){ blank, (size_t)cells });
		draw_text(d, r, i, 0, 1, ROLE_ACCENT, STR("▌"));
	}
}
