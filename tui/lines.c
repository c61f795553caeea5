/* SPDX-License-Identifier: MIT */
/* lines: rows are counted once per width, so that a session of ten thousand lines scrolls. */
#include "tui/lines.h"

enum { NUMBER_CELLS = 10, NARROW_COLS = 70 };

/* Folded headers begin with a tab, which would be drawn as \t. */
static struct str
without_tabs(struct str s, struct arena *a)
{
	if (str_find_char(s, '\t', 0) == STR_NPOS)
		return s;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (size_t i = 0; i < s.n; i++)
		strbuf_add(&b, s.p[i] == '\t' ? STR("    ") : str_slice(s, i, i + 1));
	struct str out = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return out;
}

int
lines_load(struct store *st, const struct session *s, struct arena *a, struct lines *out,
	   struct err *e)
{
	*out = (struct lines){ 0 };
	if (store_session_lines(st, s, a, &out->stored, &out->n, e) != 0) {
		out->n = 0;
		return -1;
	}
	out->shown = arena_alloc(a, (out->n + 1) * sizeof(*out->shown));
	out->rows = arena_zalloc(a, (out->n + 1) * sizeof(*out->rows));
	for (size_t i = 0; i < out->n; i++)
		out->shown[i] = without_tabs(out->stored[i].text, a);
	return 0;
}

static bool
begins_source(const struct lines *l, size_t i)
{
	return i == 0 || !str_eq(l->stored[i].source, l->stored[i - 1].source);
}

/* Rows above a line: a blank one and the rule of its source. */
static int
rows_above(const struct lines *l, size_t i)
{
	return begins_source(l, i) ? 1 + (i > 0) : 0;
}

static int
text_col(int cols)
{
	return cols >= NARROW_COLS ? NUMBER_CELLS + 3 : 1;
}

int
lines_layout(struct lines *l, int cols)
{
	if (l->cols == cols)
		return l->total;
	l->cols = cols;
	l->total = 0;
	for (size_t i = 0; i < l->n; i++) {
		int used = draw_wrapped_rows(l->shown[i], cols - text_col(cols) - 1);
		l->rows[i] = rows_above(l, i) + (used > 0 ? used : 1);
		l->total += l->rows[i];
	}
	return l->total;
}

static void
draw_one(const struct lines *l, size_t i, struct draw_list *d, struct rect r, int row)
{
	const struct stored_line *line = &l->stored[i];
	int above = rows_above(l, i);
	if (above > 0)
		draw_rule(d, r, row + above - 1, line->source,
			  str_from(line->format ? line->format->title : ""));
	row += above;
	int col = text_col(r.cols);
	if (line->line_number > 0 && col > 1)
		draw_right(d, r, row, 1, NUMBER_CELLS, ROLE_MUTED,
			   text_number(line->line_number, &d->arena));
	draw_wrapped(d, r, row, col, r.cols - col - 1, l->rows[i], ROLE_TEXT, l->shown[i]);
}

void
lines_draw(const struct lines *l, struct draw_list *d, struct rect r, int top)
{
	int row = -top;
	for (size_t i = 0; i < l->n && row < r.rows; i++) {
		if (row + l->rows[i] > 0)
			draw_one(l, i, d, r, row);
		row += l->rows[i];
	}
}
