/* SPDX-License-Identifier: MIT */
/* find_marks: see the header. */
#include "tui/find_marks.h"

#include <stdlib.h>

static int
by_start(const void *a, const void *b)
{
	const struct input_mark *x = a, *y = b;
	return x->start < y->start ? -1 : x->start > y->start;
}

static bool
is_margin(char c)
{
	return c == '>' || c == ' ' || c == '\t' || c == '|' || c == '\r';
}

/* A clue's range without the quote marks and blanks at the starts of its lines. */
static size_t
add_lines(const struct clue *c, struct str paste, struct input_mark *out, size_t n, size_t most)
{
	struct str text = str_slice(paste, 0, c->end);
	for (size_t at = c->start, end; at < text.n && n < most; at = end + 1) {
		end = str_find_char(text, '\n', at);
		end = end == STR_NPOS ? text.n : end;
		while (at < end && at > c->start && is_margin(text.p[at]))
			at++;
		if (end > at)
			out[n++] = (struct input_mark){ at, end };
	}
	return n;
}

/* Of overlapping ranges the one that starts first keeps what they share. */
static size_t
part(struct input_mark *marks, size_t n)
{
	size_t kept = 0;
	for (size_t i = 0; i < n; i++) {
		size_t before = kept > 0 ? marks[kept - 1].end : 0;
		if (marks[i].end <= before)
			continue;
		if (marks[i].start < before)
			marks[i].start = before;
		marks[kept++] = marks[i];
	}
	return kept;
}

size_t
find_marks(const struct find_result *f, struct str paste, struct input_mark *out, size_t most)
{
	size_t n = 0;
	for (size_t i = 0; i < f->n_clues; i++)
		if (!f->clues[i].dropped && f->clues[i].kind != CLUE_REPLY)
			n = add_lines(&f->clues[i], paste, out, n, most);
	qsort(out, n, sizeof(*out), by_start);
	return part(out, n);
}

size_t
find_telling_clue(const struct find_result *f)
{
	size_t first = STR_NPOS;
	for (size_t i = 0; i < f->n_clues; i++) {
		if (f->clues[i].kind == CLUE_IDENTIFIER && f->clues[i].matches > 0)
			return f->clues[i].start;
		if (f->clues[i].start < first)
			first = f->clues[i].start;
	}
	return first != STR_NPOS ? first : 0;
}

struct str
find_asked(const struct find_result *f, const struct session *s)
{
	for (size_t i = 0; i < f->n_clues; i++) {
		const struct clue *c = &f->clues[i];
		if (c->dropped || (c->kind != CLUE_RECIPIENT && c->kind != CLUE_ADDRESS))
			continue;
		for (size_t k = 0; k < s->n_recipients; k++) {
			const struct recipient *r = &s->recipients[k];
			if (str_eq_nocase(c->text, r->original))
				return r->original;
			if (str_eq_nocase(c->text, r->address))
				return r->address;
		}
	}
	return STR("");
}
