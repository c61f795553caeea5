/* SPDX-License-Identifier: MIT */
/*
 * input: rows are computed, never stored: a row starts at the top offset or where the one before
 * it ended, so a paste of megabytes costs only what is visible.
 */
#include "tui/input.h"

#include "base/utf8.h"
#include "tui/key.h"

void
input_init(struct input *in, size_t max_bytes, bool many_lines)
{
	*in = (struct input){ .many_lines = many_lines, .cells = 1, .rows = 1, .reveal = STR_NPOS };
	strbuf_init(&in->text, max_bytes);
}

void
input_release(struct input *in)
{
	strbuf_release(&in->text);
}

void
input_set(struct input *in, struct str text)
{
	strbuf_clear(&in->text);
	strbuf_add(&in->text, text);
	in->cursor = in->text.n;
	in->top = 0;
}

void
input_insert(struct input *in, struct str text)
{
	size_t tail = in->text.n - in->cursor;
	if (!strbuf_reserve(&in->text, text.n))
		return;
	memmove(in->text.p + in->cursor + text.n, in->text.p + in->cursor, tail);
	memcpy(in->text.p + in->cursor, text.p, text.n);
	in->text.n += text.n;
	in->text.p[in->text.n] = '\0';
	in->cursor += text.n;
}

void
input_type(struct input *in, uint32_t character)
{
	char bytes[4];
	size_t n = utf8_encode(character, bytes);
	input_insert(in, (struct str){ bytes, n });
}

static void
erase(struct input *in, size_t from, size_t to)
{
	memmove(in->text.p + from, in->text.p + to, in->text.n - to);
	in->text.n -= to - from;
	in->text.p[in->text.n] = '\0';
	in->cursor = from;
	if (in->top > in->text.n)
		in->top = 0;
}

/* --- rows ----------------------------------------------------------------------------------- */

/* The character at `at`: its bytes, and the cells it takes in the field. */
static size_t
character_at(struct str s, size_t at, int *cells)
{
	uint32_t cp;
	size_t n = utf8_decode(s, at, &cp);
	if (cp == '\t')
		*cells = 1;
	else if (cp == '\n' || cp == '\r')
		*cells = 0;
	else if (cp < ' ' || !utf8_is_clean(str_slice(s, at, at + n)))
		*cells = 1;
	else
		*cells = utf8_cells(cp);
	return n;
}

/* A line without end is cut every so many bytes, so that no row is far from a known start. */
enum { STRETCH_BYTES = 1 << 14 };

static bool
same_stretch(size_t a, size_t b)
{
	return a / STRETCH_BYTES == b / STRETCH_BYTES;
}

/*
 * End of the row that starts at `from`; *next is where the following row starts. Rows end behind
 * the last blank that fits, if it is not too near their start.
 */
static size_t
row_end(struct str s, size_t from, int cells, size_t *next)
{
	int used = 0, used_at_word = 0;
	size_t at = from, word = from;
	while (at < s.n && s.p[at] != '\n' && same_stretch(at, from)) {
		int width;
		size_t n = character_at(s, at, &width);
		if (used + width > cells && at > from) {
			at = used_at_word > cells / 2 ? word : at;
			break;
		}
		used += width;
		at += n;
		if (s.p[at - 1] == ' ') {
			word = at;
			used_at_word = used;
		}
	}
	*next = at < s.n && s.p[at] == '\n' ? at + 1 : at;
	return at;
}

/* Start of the row that holds `offset`. */
static size_t
row_start(struct str s, size_t offset, int cells)
{
	size_t start = offset;
	while (start > 0 && s.p[start - 1] != '\n' && same_stretch(start - 1, offset))
		start--;
	while (start < offset && ((unsigned char)s.p[start] & 0xc0) == 0x80)
		start++; /* a character over the cut belongs to the stretch before */
	for (;;) {
		size_t next;
		size_t end = row_end(s, start, cells, &next);
		if (offset < end || end == s.n || (s.p[end] == '\n' && offset == end))
			return start;
		start = next;
	}
}

static size_t
row_before(struct str s, size_t start, int cells)
{
	return start == 0 ? 0 : row_start(s, start - 1, cells);
}

int
input_rows(const struct input *in, int cells, int most)
{
	struct str s = strbuf_str(&in->text);
	int rows = 0;
	size_t at = 0;
	do {
		row_end(s, at, cells, &at);
		rows++;
	} while (at < s.n && rows < most);
	if (s.n > 0 && s.p[s.n - 1] == '\n' && rows < most)
		rows++; /* where one would type on */
	return rows;
}

/* Scrolls so that the row that holds `offset` is visible, with a row before it. */
static void
reveal(struct input *in, struct str s, size_t offset)
{
	size_t row = row_start(s, offset < s.n ? offset : s.n, in->cells);
	size_t at = 0;
	in->top = 0;
	for (int i = 0; i < in->rows && at < s.n; i++) {
		if (at == row)
			return;
		row_end(s, at, in->cells, &at);
	}
	in->top = row_before(s, row, in->cells);
}

/* No empty rows below while there is text above. */
static void
fill_up(struct input *in, struct str s)
{
	int rows = 0;
	for (size_t at = in->top; rows < in->rows && (at < s.n || rows == 0); rows++)
		row_end(s, at, in->cells, &at);
	for (; rows < in->rows && in->top > 0; rows++)
		in->top = row_before(s, in->top, in->cells);
}

static void
follow_cursor(struct input *in, struct str s)
{
	size_t row = row_start(s, in->cursor, in->cells);
	if (row < in->top) {
		in->top = row;
		return;
	}
	size_t first = row; /* the highest row that may be on top with the cursor visible */
	for (int i = 1; i < in->rows && first > in->top; i++)
		first = row_before(s, first, in->cells);
	if (in->top < first)
		in->top = first;
}

void
input_layout(struct input *in, int rows, int cells, bool focused)
{
	struct str s = strbuf_str(&in->text);
	in->rows = rows > 0 ? rows : 1;
	in->cells = cells > 0 ? cells : 1;
	if (in->top > 0)
		in->top = row_start(s, in->top, in->cells);
	if (in->reveal != STR_NPOS)
		reveal(in, s, in->reveal);
	in->reveal = STR_NPOS;
	if (focused)
		follow_cursor(in, s);
	fill_up(in, s);
}

void
input_reveal(struct input *in, size_t offset)
{
	in->reveal = offset;
}

static void
scroll_rows(struct input *in, struct str s, int rows)
{
	size_t end = in->top;
	for (int i = 0; i < in->rows && end < s.n; i++)
		row_end(s, end, in->cells, &end);
	for (; rows > 0 && end < s.n; rows--) {
		row_end(s, in->top, in->cells, &in->top);
		row_end(s, end, in->cells, &end);
	}
	for (; rows < 0 && in->top > 0; rows++)
		in->top = row_before(s, in->top, in->cells);
}

bool
input_scroll(struct input *in, enum action a)
{
	struct str s = strbuf_str(&in->text);
	switch (a) {
	case ACTION_UP:
		scroll_rows(in, s, -1);
		return true;
	case ACTION_DOWN:
		scroll_rows(in, s, 1);
		return true;
	case ACTION_PAGE_UP:
		scroll_rows(in, s, 1 - in->rows);
		return true;
	case ACTION_PAGE_DOWN:
		scroll_rows(in, s, in->rows - 1);
		return true;
	case ACTION_FIRST:
		in->top = 0;
		return true;
	case ACTION_LAST:
		in->top = s.n; /* layout fills up from the end */
		return true;
	default:
		return false;
	}
}

/* --- editing -------------------------------------------------------------------------------- */

static size_t
before(struct str s, size_t at)
{
	if (at > 0)
		at--;
	while (at > 0 && ((unsigned char)s.p[at] & 0xc0) == 0x80)
		at--;
	return at;
}

static size_t
after(struct str s, size_t at)
{
	uint32_t cp;
	return at < s.n ? at + utf8_decode(s, at, &cp) : at;
}

static size_t
word_before(struct str s, size_t at)
{
	while (at > 0 && (s.p[at - 1] == ' ' || s.p[at - 1] == '\n'))
		at--;
	while (at > 0 && s.p[at - 1] != ' ' && s.p[at - 1] != '\n')
		at--;
	return at;
}

/* The offset `column` bytes into a row, at a character and not beyond the row. */
static size_t
at_column(struct str s, size_t start, size_t column, int cells)
{
	size_t next;
	size_t end = row_end(s, start, cells, &next);
	size_t at = start;
	while (at < end && at - start < column)
		at = after(s, at);
	return at > end ? end : at;
}

static void
move_rows(struct input *in, bool down)
{
	struct str s = strbuf_str(&in->text);
	size_t start = row_start(s, in->cursor, in->cells);
	size_t column = in->cursor - start;
	size_t next;
	row_end(s, start, in->cells, &next);
	if (down && next == s.n && (s.n == 0 || s.p[s.n - 1] != '\n'))
		return;
	if (!down && start == 0)
		return;
	size_t target = down ? next : row_before(s, start, in->cells);
	in->cursor = at_column(s, target, column, in->cells);
}

static bool
move(struct input *in, enum action a)
{
	struct str s = strbuf_str(&in->text);
	size_t next;
	switch (a) {
	case ACTION_EDIT_LEFT:
		in->cursor = before(s, in->cursor);
		return true;
	case ACTION_EDIT_RIGHT:
		in->cursor = after(s, in->cursor);
		return true;
	case ACTION_EDIT_UP:
	case ACTION_EDIT_DOWN:
		move_rows(in, a == ACTION_EDIT_DOWN);
		return true;
	case ACTION_EDIT_HOME:
		in->cursor = row_start(s, in->cursor, in->cells);
		return true;
	case ACTION_EDIT_END:
		in->cursor = row_end(s, row_start(s, in->cursor, in->cells), in->cells, &next);
		return true;
	default:
		return false;
	}
}

bool
input_act(struct input *in, enum action a, bool *changed)
{
	struct str s = strbuf_str(&in->text);
	size_t n = s.n;
	*changed = false;
	if (move(in, a))
		return true;
	switch (a) {
	case ACTION_EDIT_ERASE:
		erase(in, before(s, in->cursor), in->cursor);
		break;
	case ACTION_EDIT_DELETE:
		erase(in, in->cursor, after(s, in->cursor));
		break;
	case ACTION_EDIT_WORD:
		erase(in, word_before(s, in->cursor), in->cursor);
		break;
	case ACTION_EDIT_CLEAR:
		erase(in, 0, s.n);
		break;
	case ACTION_EDIT_NEWLINE:
		if (in->many_lines)
			input_insert(in, STR("\n"));
		break;
	default:
		return false;
	}
	*changed = in->text.n != n;
	return true;
}

/* --- drawing -------------------------------------------------------------------------------- */

static bool
is_marked(const struct input_mark *marks, size_t n, size_t at, size_t *until)
{
	for (size_t i = 0; i < n; i++) {
		if (at < marks[i].start) {
			*until = marks[i].start;
			return false;
		}
		if (at < marks[i].end) {
			*until = marks[i].end;
			return true;
		}
	}
	*until = STR_NPOS;
	return false;
}

/* A stretch of one role: blanks for tabs, nothing for CR, U+FFFD for what cannot be shown. */
static int
draw_stretch(struct draw_list *d, struct rect r, int row, int col, enum role role, struct str s)
{
	struct strbuf shown;
	strbuf_init(&shown, STRBUF_NO_MAX);
	int used = 0;
	for (size_t at = 0; at < s.n;) {
		int cells;
		size_t n = character_at(s, at, &cells);
		struct str one = str_slice(s, at, at + n);
		if (one.p[0] == '\t')
			strbuf_add_char(&shown, ' ');
		else if (one.p[0] == '\r')
			;
		else if (!utf8_is_clean(one))
			strbuf_add(&shown, STR("\xef\xbf\xbd"));
		else
			strbuf_add(&shown, one);
		used += cells;
		at += n;
	}
	draw_text(d, r, row, col, used, role, strbuf_str(&shown));
	strbuf_release(&shown);
	return used;
}

static int
cells_between(struct str s, size_t from, size_t to)
{
	int used = 0;
	while (from < to) {
		int cells;
		from += character_at(s, from, &cells);
		used += cells;
	}
	return used;
}

void
input_draw(const struct input *in, struct draw_list *d, struct rect r,
	   const struct input_mark *marks, size_t n_marks, bool focused)
{
	struct str s = strbuf_str(&in->text);
	size_t at = in->top;
	for (int row = 0; row < r.rows; row++) {
		size_t next;
		size_t end = row_end(s, at, r.cols, &next);
		int col = 0;
		bool last = next == s.n && (end == s.n || row + 1 == r.rows);
		size_t cursor = in->cursor;
		if (focused && cursor >= at && (cursor < next || last || cursor == end)) {
			int cells = cells_between(s, at, cursor < end ? cursor : end);
			d->cursor_row = r.row + row;
			d->cursor_col = r.col + (cells < r.cols ? cells : r.cols - 1);
		}
		while (at < end) {
			size_t until;
			bool marked = is_marked(marks, n_marks, at, &until);
			size_t stop = until < end ? until : end;
			while (stop < end && ((unsigned char)s.p[stop] & 0xc0) == 0x80)
				stop++; /* a range may not halve a character */
			col += draw_stretch(d, r, row, col, marked ? ROLE_CLUE : ROLE_TEXT,
					    str_slice(s, at, stop));
			at = stop;
		}
		if (next >= s.n && end == s.n)
			return;
		at = next;
	}
}
