/* SPDX-License-Identifier: MIT */
/* find_fields: beside each other where there is room, else below each other. */
#include "tui/find_fields.h"

#include "model/story_time.h"
#include "model/story_trace.h"

enum { FIELD_BYTES = 400, FIELD_CELLS_MIN = 16, FIELD_CELLS_MOST = 44, LABEL_GAP = 2, GAP = 3 };

#define QUESTION "Nothing came back at all?"

static const char *const labels[FIND_FIELDS] = { "from", "to", "around" };

void
find_fields_init(struct find_fields *f)
{
	*f = (struct find_fields){ .focus = FIELD_FROM };
	for (int i = 0; i < FIND_FIELDS; i++)
		input_init(&f->in[i], FIELD_BYTES, false);
}

void
find_fields_release(struct find_fields *f)
{
	for (int i = 0; i < FIND_FIELDS; i++)
		input_release(&f->in[i]);
}

bool
find_fields_are_empty(const struct find_fields *f)
{
	size_t n = 0;

	for (int i = 0; i < FIND_FIELDS; i++)
		n += f->in[i].text.n;
	return n == 0;
}

/* --- layout --------------------------------------------------------------------------------- */

/* Where the labels begin when they stand in one row behind the question. */
static int
first_col(void)
{
	return (int)sizeof(QUESTION) - 1 + GAP;
}

static int
label_cells(int i)
{
	return (int)str_from(labels[i]).n + LABEL_GAP;
}

static int
cells_each(int cols, bool stacked)
{
	int room = cols - first_col();

	if (stacked) {
		room -= label_cells(FIELD_AROUND);
	} else {
		for (int i = 0; i < FIND_FIELDS; i++)
			room -= label_cells(i) + (i > 0 ? GAP : 0);
		room /= FIND_FIELDS;
	}
	return room < FIELD_CELLS_MOST ? room : FIELD_CELLS_MOST;
}

void
find_fields_layout(struct find_fields *f, int cols, bool focused)
{
	f->stacked = cells_each(cols, false) < FIELD_CELLS_MIN;
	int cells = cells_each(cols, f->stacked);
	for (int i = 0; i < FIND_FIELDS; i++)
		input_layout(&f->in[i], 1, cells > 1 ? cells : 1, focused && i == f->focus);
}

int
find_fields_rows(const struct find_fields *f)
{
	return f->stacked ? FIND_FIELDS : 1;
}

/* An underline shows where one can type. */
static void
draw_field(const struct find_fields *f, struct draw_list *d, struct rect r, int i, bool focused)
{
	struct str line = STR("____________________________________________");
	const struct input *in = &f->in[i];
	int used = draw_width(d, strbuf_str(&in->text));

	input_draw(in, d, r, NULL, 0, focused);
	if (used < r.cols)
		draw_text(d, r, 0, used, r.cols - used, focused ? ROLE_ACCENT : ROLE_MUTED, line);
}

void
find_fields_draw(const struct find_fields *f, struct draw_list *d, struct rect r, bool focused)
{
	int cells = cells_each(r.cols, f->stacked), col = first_col();

	draw_text(d, r, 0, 0, -1, ROLE_TEXT, STR(QUESTION));
	for (int i = 0; i < FIND_FIELDS; i++) {
		bool here = focused && i == f->focus;
		int row = f->stacked ? i : 0;
		int label = f->stacked ? label_cells(FIELD_AROUND) : label_cells(i);
		struct rect field = { r.row + row, r.col + col + label, 1, cells };

		draw_text(d, r, row, col, -1, here ? ROLE_ACCENT : ROLE_MUTED, str_from(labels[i]));
		if (field.cols > 0 && row < r.rows)
			draw_field(f, d, field, i, here);
		if (!f->stacked)
			col += label + cells + GAP;
	}
}

/* --- what was asked ------------------------------------------------------------------------- */

/* On failure the focus is on the field that is wrong. */
static int
read_ask(struct find_fields *f, struct clock c, struct trace_ask *out, struct err *e)
{
	struct str text[FIND_FIELDS];

	*out = (struct trace_ask){ .time_us = TIME_NONE };
	for (int i = 0; i < FIND_FIELDS; i++)
		text[i] = str_trim(strbuf_str(&f->in[i].text));
	struct str *into[2] = { &out->from, &out->to };
	for (int i = 0; i < 2; i++) {
		if (text[i].n == 0 || trace_address(text[i], i == FIELD_FROM, into[i]))
			continue;
		f->focus = i;
		return err_set(e, ERR_USAGE,
			       "%s: %.*s is no address; a whole domain is written @example.org",
			       labels[i], STR_ARG(str_slice(text[i], 0, 60)));
	}
	if (out->from.n == 0 && out->to.n == 0) {
		f->focus = f->focus == FIELD_AROUND ? FIELD_FROM : f->focus;
		return err_set(e, ERR_USAGE, "Type the sender, the recipient, or both");
	}
	if (text[FIELD_AROUND].n > 0 &&
	    !story_time_read(text[FIELD_AROUND], c.zone, c.now_us, &out->time_us, &out->slack_us)) {
		f->focus = FIELD_AROUND;
		return err_set(e, ERR_USAGE,
			       "%.*s is no time; say today 10:00, yesterday, monday, 2026-11-21",
			       STR_ARG(str_slice(text[FIELD_AROUND], 0, 30)));
	}
	return 0;
}

/* --- acting --------------------------------------------------------------------------------- */

static void
trace(struct find_fields *f, struct view *v)
{
	struct err e = { .code = ERR_NONE };
	struct trace_ask ask;
	if (read_ask(f, app_clock(v->app), &ask, &e) != 0)
		app_error(v->app, &e);
	else
		app_push(v->app, &view_trace, &ask);
}

bool
find_fields_paste(struct find_fields *f, struct str text)
{
	struct str line = str_trim(text);
	if (str_find_char(line, '\n', 0) != STR_NPOS || line.n > FIELD_BYTES)
		return false;
	input_insert(&f->in[f->focus], line);
	return true;
}

bool
find_fields_act(struct find_fields *f, struct view *v, enum action a, bool *inside)
{
	bool changed;
	int to = a == ACTION_NEXT ? f->focus + 1 : f->focus - 1;
	if (input_act(&f->in[f->focus], a, &changed))
		return true;
	switch (a) {
	case ACTION_RUN:
		trace(f, v);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		*inside = to >= 0 && to < FIND_FIELDS;
		f->focus = *inside ? to : f->focus;
		return true;
	case ACTION_BACK:
		*inside = false;
		return true;
	default:
		return false;
	}
}
