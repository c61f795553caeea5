/* SPDX-License-Identifier: MIT */
/* format_text: see the header. */
#include "importers/format_text.h"

#include <stdarg.h>
#include <stdio.h>

enum {
	COMPLAINTS_MOST = 20,
	SHOWN_BEFORE = 60, /* bytes of a line before the caret */
	SHOWN_BEHIND = 40,
};

/* --- complaints ------------------------------------------------------------------------------- */

void
format_complaints_init(struct format_complaints *c)
{
	strbuf_init(&c->text, STRBUF_NO_MAX);
	c->n = 0;
}

void
format_complaints_release(struct format_complaints *c)
{
	strbuf_release(&c->text);
}

static bool
is_continuation_byte(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The line around the place, and the caret: tabs stay tabs, so that both look the same. */
static void
show_place(struct strbuf *out, const struct format_place *where)
{
	size_t from = where->column > SHOWN_BEFORE ? where->column - SHOWN_BEFORE : 0;
	size_t to = where->column + SHOWN_BEHIND;

	while (from < where->text.n && is_continuation_byte(where->text.p[from]))
		from++;
	while (to < where->text.n && is_continuation_byte(where->text.p[to]))
		to++;
	strbuf_add_text(out, from > 0 ? "  …" : "  ");
	for (size_t i = from; i < to && i < where->text.n; i++)
		strbuf_add_char(out, where->text.p[i] == '\t' ? ' ' : where->text.p[i]);
	strbuf_add_text(out, to < where->text.n ? "…\n  " : "\n  ");
	if (from > 0)
		strbuf_add_char(out, ' ');
	for (size_t i = from; i < where->column; i++)
		if (i >= where->text.n || !is_continuation_byte(where->text.p[i]))
			strbuf_add_char(out, ' ');
	strbuf_add_text(out, "^\n");
}

void
format_complain(struct format_complaints *c, struct str path, const struct format_place *where,
		const char *fmt, ...)
{
	char message[400];
	va_list args;

	if (++c->n > COMPLAINTS_MOST)
		return;
	va_start(args, fmt);
	vsnprintf(message, sizeof(message), fmt, args);
	va_end(args);
	strbuf_printf(&c->text, "%.*s:", STR_ARG(path));
	if (where)
		strbuf_printf(&c->text, "%zu:%zu:", where->line, where->column + 1);
	strbuf_printf(&c->text, " %s\n", message);
	if (where)
		show_place(&c->text, where);
	if (c->n == COMPLAINTS_MOST)
		strbuf_add_text(&c->text, "… and perhaps more\n");
}

struct format_place
format_value_place(const struct format_entry *e, size_t offset)
{
	size_t i = e->n_pieces;

	if (i == 0)
		return e->place;
	while (i > 1 && e->pieces[i - 1].at > offset)
		i--;
	struct format_place place = e->pieces[i - 1].place;
	place.column += offset - e->pieces[i - 1].at;
	return place;
}

/* --- reading ---------------------------------------------------------------------------------- */

struct reading {
	struct format_text *out;
	struct format_complaints *complaints;
	struct arena *arena;
	struct format_entry *open; /* that an indented line goes on with */
	size_t cap_sections, cap_entries, cap_pieces;
	char *joined; /* the text of its pieces */
	size_t cap_joined;
};

/* Room for one more in an array of the arena. */
static void *
grown(struct arena *a, void *array, size_t n, size_t *cap, size_t size)
{
	void *more;

	if (n < *cap)
		return array;
	*cap = n < 8 ? 8 : 2 * n;
	more = arena_zalloc(a, *cap * size);
	if (n > 0)
		memcpy(more, array, n * size);
	return more;
}

/* The value goes on; doubling room keeps thousands of pieces cheap. */
static struct str
join(struct reading *r, struct str before, struct str more)
{
	size_t n = before.n + more.n;

	if (before.n == 0)
		return more;
	if (n > r->cap_joined || before.p != r->joined) {
		r->cap_joined = 2 * n;
		r->joined = arena_alloc(r->arena, r->cap_joined);
		memcpy(r->joined, before.p, before.n);
	}
	if (more.n > 0)
		memcpy(r->joined + before.n, more.p, more.n);
	return (struct str){ r->joined, n };
}

static void
add_piece(struct reading *r, struct str value, struct format_place place)
{
	struct format_entry *e = r->open;

	e->pieces = grown(r->arena, e->pieces, e->n_pieces, &r->cap_pieces, sizeof(*e->pieces));
	e->pieces[e->n_pieces++] = (struct format_piece){ e->value.n, place };
	e->value = join(r, e->value, value);
}

static void
take_section(struct reading *r, struct str s, struct format_place place)
{
	struct format_text *o = r->out;
	size_t blank;

	r->open = NULL;
	if (s.p[s.n - 1] != ']') {
		place.column += s.n;
		format_complain(r->complaints, o->path, &place, "a section ends with ]");
		return;
	}
	s = str_trim(str_slice(s, 1, s.n - 1));
	blank = str_find_char(s, ' ', 0);
	o->sections =
		grown(r->arena, o->sections, o->n_sections, &r->cap_sections, sizeof(*o->sections));
	r->cap_entries = 0;
	o->sections[o->n_sections++] = (struct format_section){
		.kind = str_slice(s, 0, blank == STR_NPOS ? s.n : blank),
		.name = blank == STR_NPOS ? STR("") : str_trim(str_skip(s, blank)),
		.place = place,
	};
}

static void
take_entry(struct reading *r, struct str s, struct format_place place)
{
	struct format_text *o = r->out;
	size_t equals = str_find_char(s, '=', 0);
	struct format_section *section;
	struct str value;

	r->open = NULL;
	if (equals == STR_NPOS || equals == 0) {
		format_complain(r->complaints, o->path, &place,
				"neither a [section] nor \"key = value\"");
		return;
	}
	if (o->n_sections == 0) {
		format_complain(r->complaints, o->path, &place,
				"stands before the first [section]");
		return;
	}
	section = &o->sections[o->n_sections - 1];
	section->entries = grown(r->arena, section->entries, section->n_entries, &r->cap_entries,
				 sizeof(*section->entries));
	r->open = &section->entries[section->n_entries++];
	*r->open =
		(struct format_entry){ .key = str_trim(str_slice(s, 0, equals)), .place = place };
	r->cap_pieces = 0;
	value = str_trim(str_skip(s, equals + 1));
	place.column += value.n > 0 ? (size_t)(value.p - s.p) : s.n;
	add_piece(r, value, place);
}

static void
take_line(struct reading *r, struct str line, size_t number)
{
	struct str s = str_trim(line);
	struct format_place place = { number, (size_t)(s.p - line.p), line };
	bool indented = s.n > 0 && s.p > line.p;

	if (s.n == 0)
		r->open = NULL;
	else if (s.p[0] == '#')
		return;
	else if (indented && r->open)
		add_piece(r, s, place);
	else if (s.p[0] == '[')
		take_section(r, s, place);
	else
		take_entry(r, s, place);
}

void
format_text_parse(struct str path, struct str text, struct arena *a, struct format_text *out,
		  struct format_complaints *c)
{
	struct reading r = { .out = out, .complaints = c, .arena = a };
	size_t number = 0;

	*out = (struct format_text){ .path = arena_str(a, path) };
	text = arena_str(a, text);
	while (text.n > 0) {
		size_t end = str_find_char(text, '\n', 0);
		struct str line = str_slice(text, 0, end == STR_NPOS ? text.n : end);

		text = str_skip(text, end == STR_NPOS ? text.n : end + 1);
		if (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		take_line(&r, line, ++number);
	}
}
