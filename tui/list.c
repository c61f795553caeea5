/* SPDX-License-Identifier: MIT */
/* list: selection, paging and columns; pure apart from the draw list. */
#include "tui/list.h"

void
list_layout(struct list *l, int visible_rows)
{
	l->visible = visible_rows > 0 ? (size_t)visible_rows : 1;
	if (l->selected >= l->n)
		l->selected = l->n > 0 ? l->n - 1 : 0;
	if (l->top > l->selected)
		l->top = l->selected;
	if (l->selected >= l->top + l->visible)
		l->top = l->selected - l->visible + 1;
	if (l->top + l->visible > l->n)
		l->top = l->n > l->visible ? l->n - l->visible : 0;
}

void
list_set_count(struct list *l, size_t n)
{
	l->n = n;
	list_layout(l, (int)l->visible);
}

static size_t
page(const struct list *l)
{
	return l->visible > 1 ? l->visible - 1 : 1;
}

bool
list_act(struct list *l, enum action a)
{
	size_t last = l->n > 0 ? l->n - 1 : 0;
	switch (a) {
	case ACTION_UP:
		l->selected -= l->selected > 0;
		break;
	case ACTION_DOWN:
		l->selected += l->selected < last;
		break;
	case ACTION_PAGE_UP:
		l->selected -= l->selected < page(l) ? l->selected : page(l);
		l->top -= l->top < page(l) ? l->top : page(l);
		break;
	case ACTION_PAGE_DOWN:
		l->selected = l->selected + page(l) < last ? l->selected + page(l) : last;
		l->top += page(l);
		break;
	case ACTION_FIRST:
		l->selected = 0;
		break;
	case ACTION_LAST:
		l->selected = last;
		break;
	default:
		return false;
	}
	list_layout(l, (int)l->visible);
	return true;
}

void
scroll_layout(struct scroll *s, int rows, int total)
{
	s->rows = rows > 0 ? rows : 1;
	s->total = total;
	int most = total > s->rows ? total - s->rows : 0;
	s->top = s->top < 0 ? 0 : s->top > most ? most : s->top;
}

bool
scroll_act(struct scroll *s, enum action a)
{
	switch (a) {
	case ACTION_UP:
		s->top--;
		break;
	case ACTION_DOWN:
		s->top++;
		break;
	case ACTION_PAGE_UP:
		s->top -= s->rows > 1 ? s->rows - 1 : 1;
		break;
	case ACTION_PAGE_DOWN:
		s->top += s->rows > 1 ? s->rows - 1 : 1;
		break;
	case ACTION_FIRST:
		s->top = 0;
		break;
	case ACTION_LAST:
		s->top = s->total;
		break;
	default:
		return false;
	}
	scroll_layout(s, s->rows, s->total);
	return true;
}

struct str
scroll_note(const struct scroll *s, struct arena *a)
{
	if (s->total <= s->rows)
		return STR("");
	int last = s->top + s->rows < s->total ? s->top + s->rows : s->total;
	return arena_printf(a, "%d – %d of %d rows", s->top + 1, last, s->total);
}

/* --- columns -------------------------------------------------------------------------------- */

static int
ideal_of(const struct list_column *c)
{
	return c->ideal > c->min ? c->ideal : c->min;
}

static int
minima(const struct list_column *columns, int n, const struct list_layout *l)
{
	int sum = 0;
	for (int i = 0; i < n; i++)
		if (l->width[i] > 0)
			sum += columns[i].min + (sum > 0 ? LIST_GAP : 0);
	return sum;
}

static int
ideals(const struct list_column *columns, int n, const struct list_layout *l)
{
	int sum = 0;
	for (int i = 0; i < n; i++)
		if (l->width[i] > 0)
			sum += ideal_of(&columns[i]) + (sum > 0 ? LIST_GAP : 0);
	return sum;
}

/* The shown column of the highest priority, the last of equals; -1 if none has at least `from`. */
static int
first_to_go(const struct list_column *columns, int n, const struct list_layout *l, int from)
{
	int victim = -1;
	for (int i = 0; i < n; i++)
		if (l->width[i] > 0 && columns[i].priority >= from &&
		    (victim < 0 || columns[i].priority >= columns[victim].priority))
			victim = i;
	return victim;
}

static void
drop_columns(const struct list_column *columns, int n, int cells, struct list_layout *l)
{
	int victim;
	while (ideals(columns, n, l) > cells &&
	       (victim = first_to_go(columns, n, l, LIST_LUXURY)) >= 0)
		l->width[victim] = 0;
	while (minima(columns, n, l) > cells && (victim = first_to_go(columns, n, l, 1)) >= 0)
		l->width[victim] = 0;
}

/* One cell to each column that wants more, over and over. */
static int
grow_to_ideal(const struct list_column *columns, int n, int spare, struct list_layout *l)
{
	for (bool grown = true; grown && spare > 0;) {
		grown = false;
		for (int i = 0; i < n && spare > 0; i++) {
			if (l->width[i] == 0 || l->width[i] >= ideal_of(&columns[i]))
				continue;
			l->width[i]++;
			spare--;
			grown = true;
		}
	}
	return spare;
}

static void
grow_flexible(const struct list_column *columns, int n, int spare, struct list_layout *l)
{
	int flexible = 0;
	for (int i = 0; i < n; i++)
		flexible += l->width[i] > 0 && columns[i].align >= LIST_MIDDLE;
	for (int i = 0; i < n && flexible > 0; i++) {
		if (l->width[i] == 0 || columns[i].align < LIST_MIDDLE)
			continue;
		int share = spare / flexible--;
		/* wider than twice its ideal a column only spreads the row apart */
		int most = ideal_of(&columns[i]);
		share = share < most ? share : most;
		l->width[i] += share;
		spare -= share;
	}
}

void
list_columns(const struct list_column *columns, int n, int first_col, int cells,
	     struct list_layout *out)
{
	*out = (struct list_layout){ .n = n };
	for (int i = 0; i < n; i++)
		out->width[i] = columns[i].min;
	drop_columns(columns, n, cells, out);
	int spare = grow_to_ideal(columns, n, cells - minima(columns, n, out), out);
	grow_flexible(columns, n, spare, out);
	int col = first_col;
	for (int i = 0; i < n; i++) {
		out->col[i] = col;
		if (out->width[i] > 0)
			col += out->width[i] + LIST_GAP;
	}
}

/* --- drawing -------------------------------------------------------------------------------- */

void
list_draw_cell(struct draw_list *d, struct rect r, int row, int col, int width,
	       enum list_align align, struct list_cell c)
{
	if (align == LIST_RIGHT)
		draw_right(d, r, row, col, width, c.role, c.text);
	else if (align == LIST_MIDDLE)
		draw_middle(d, r, row, col, width, c.role, c.text);
	else
		draw_cut(d, r, row, col, width, c.role, c.text);
}

/* True if another of the cells would look the same when cut at its end. */
static bool
shares_head(const struct list_cell *cells, size_t n, size_t i, int width)
{
	struct str s = cells[i].text;
	struct str head = str_slice(s, 0, width > 1 ? (size_t)width - 1 : 0);
	if (s.n <= (size_t)width)
		return false;
	for (size_t j = 0; j < n; j++)
		if (str_starts(cells[j].text, head) && !str_eq(cells[j].text, s))
			return true;
	return false;
}

/* The visible cells of a column, which are told apart among each other. */
static void
draw_column(struct draw_list *d, struct rect r, int col, int width, enum list_align align,
	    const struct list_cell *cells, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		enum list_align now = align;
		if (align == LIST_HOST && shares_head(cells, n, i, width))
			now = LIST_MIDDLE;
		list_draw_cell(d, r, (int)i + 1, col, width, now, cells[i]);
	}
}

/* Where in the whole these rows are, in the blank column at the right edge. */
static void
draw_scroll_mark(const struct list *l, struct draw_list *d, struct rect r)
{
	size_t rows = r.rows > 1 ? (size_t)r.rows - 1 : 0;
	size_t whole = l->whole > l->n ? l->whole : l->n;
	if (rows == 0 || whole <= rows)
		return;
	size_t length = rows * rows / whole + 1;
	size_t first = l->top * (rows - length) / (whole - rows);
	for (size_t i = first; i < first + length && i < rows; i++)
		draw_text(d, r, (int)i + 1, r.cols - 1, 1, ROLE_MUTED, STR("█"));
}

void
list_draw(const struct list *l, struct draw_list *d, struct rect r,
	  const struct list_column *columns, int n, list_cell_fn *cell, const void *arg)
{
	struct list_layout layout;
	list_columns(columns, n, 3, r.cols - 4, &layout);
	size_t rows = r.rows > 1 ? (size_t)r.rows - 1 : 0;
	if (rows > l->n - l->top)
		rows = l->n - l->top;
	struct list_cell *cells = arena_alloc(&d->arena, (rows + 1) * sizeof(*cells));
	if (l->selected >= l->top && l->selected - l->top < rows)
		draw_select_rows(d, r, (int)(l->selected - l->top) + 1, 1);
	for (int c = 0; c < n; c++) {
		struct list_cell title = { str_from(columns[c].title), ROLE_MUTED };
		if (layout.width[c] == 0)
			continue;
		list_draw_cell(d, r, 0, layout.col[c], layout.width[c], columns[c].align, title);
		for (size_t i = 0; i < rows; i++)
			cells[i] = cell(arg, l->top + i, c, &d->arena);
		draw_column(d, r, layout.col[c], layout.width[c], columns[c].align, cells, rows);
	}
	draw_scroll_mark(l, d, r);
}
