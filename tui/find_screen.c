/* SPDX-License-Identifier: MIT */
/*
 * find_screen: where things are on Find. Before a search: the paste, fields for when nothing came
 * back, what the index holds, past finds. After it: what it means, candidates, one session.
 */
#include "tui/find_private.h"

#include "tui/find_draw.h"

enum { PANEL_ROWS_MIN = 5 };

struct regions {
	struct rect box, message, list_rule, list, panel_rule, panel;
};

/* From top to bottom: the field, what it means, candidates, the session of the selected one. */
static struct regions
regions(const struct find_state *s, struct rect r)
{
	struct regions at = { 0 };
	const struct find_result *f = find_found(s);
	int most = f ? r.rows / 6 + 1 : r.rows / 3;
	int least = f ? 1 : 3;
	int text = input_rows(&s->input, r.cols - 6, most);
	text = text < least ? least : text > most ? most : text;
	at.box = (struct rect){ r.row, r.col + 1, text + 2, r.cols - 2 };
	int row = text + 2;
	if (!f)
		return at;
	/* Nothing found: what is missing, and where it may be, is all there is to say. */
	int sentences = f->n_candidates == 0 ? 6 : r.rows >= 30 ? 4 : 3;
	int message = find_message_rows(f, r.cols, sentences);
	at.message = (struct rect){ r.row + row, r.col, message, r.cols };
	row += message;
	int left = r.rows - row;
	if (f->n_candidates == 0 || left < 3)
		return at;
	bool beside = r.cols >= BESIDE_COLS;
	int cols = beside ? r.cols / 2 : r.cols;
	int list = find_list_rows(f);
	int room = left - 1;
	if (!beside && list > room - PANEL_ROWS_MIN - 1)
		list = room - PANEL_ROWS_MIN - 1 > 2 ? (room - PANEL_ROWS_MIN - 1) & ~1 : 2;
	if (list > room)
		list = room;
	at.list_rule = (struct rect){ r.row + row, r.col, 1, cols };
	at.list = (struct rect){ r.row + row + 1, r.col, beside ? room : list, cols };
	int top = beside ? row : row + 1 + list;
	int first = beside ? cols : 0;
	at.panel_rule = (struct rect){ r.row + top, r.col + first, 1, r.cols - first };
	at.panel = at.panel_rule;
	at.panel.row++;
	at.panel.rows = r.rows - top - 1;
	return at;
}

/* Rows of the hint and the fields, above what the index holds. */
static int
hint_rows(const struct view *v)
{
	const struct find_state *s = v->state;
	return 2 + (find_shows_fields(v) ? find_fields_rows(&s->fields) + 1 : 0);
}

/* Below what draw_before says. */
static struct rect
recent_rect(const struct view *v, struct rect r)
{
	const struct find_state *s = v->state;
	int used = hint_rows(v) + draw_wrapped_rows(s->holds, r.cols - 6) + 2;
	return (struct rect){ r.row + used, r.col, r.rows - used, r.cols };
}

void
find_screen_layout(struct view *v, struct rect r)
{
	struct find_state *s = v->state;
	struct regions at = regions(s, r);
	struct rect below = { 0, 0, r.rows - at.box.rows, r.cols };
	list_layout(&s->desk.list, recent_rect(v, below).rows - 1);
	input_layout(&s->input, at.box.rows - 2, at.box.cols - 4, find_in_paste(s));
	find_fields_layout(&s->fields, r.cols - 6, s->in_fields);
	list_layout(&s->list, at.list.rows / 2);
}

static void
draw_before(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct find_state *s = v->state;
	struct rect text = { r.row + 1, r.col + 3, r.rows - 1, r.cols - 6 };
	if (view_draw_missing(v, d, text))
		return;
	if (s->input.text.n > 0)
		draw_text(d, text, 0, 0, -1, ROLE_ACCENT, STR("Press Enter to search"));
	else
		draw_text(d, text, 0, 0, -1, ROLE_TEXT,
			  STR("An ID, an address, an IP, a time, half a sentence: everything "
			      "helps."));
	int row = hint_rows(v);
	if (find_shows_fields(v)) {
		struct rect fields = { text.row + 2, text.col, text.rows - 2, text.cols };
		find_fields_draw(&s->fields, d, fields, s->in_fields);
	}
	draw_wrapped(d, text, row, 0, text.cols, text.rows - row, ROLE_MUTED, s->holds);
	find_desk_draw(&s->desk, app_clock(v->app), d, recent_rect(v, r));
}

void
find_screen_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct find_state *s = v->state;
	const struct find_result *f = find_found(s);
	struct regions at = regions(s, r);
	struct str note = f ? find_note(f, &d->arena) : STR("");
	struct str title = STR("Paste a bounce, a rejection, or anything you were told");
	bool in_paste = find_in_paste(s);
	if (f)
		title = find_title(f, &d->arena);
	draw_box(d, at.box, in_paste ? ROLE_ACCENT : ROLE_MUTED, title, note);
	struct rect field = { at.box.row + 1, at.box.col + 2, at.box.rows - 2, at.box.cols - 4 };
	input_draw(&s->input, d, field, s->marks, s->n_marks, in_paste);
	int below = at.box.rows;
	if (!f) {
		draw_before(v, d, (struct rect){ r.row + below, r.col, r.rows - below, r.cols });
		return;
	}
	find_draw_message(f, d, at.message);
	if (f->n_candidates == 0)
		find_draw_recognised(f, d, r, at.message.row - r.row + at.message.rows);
	if (at.list.rows == 0)
		return;
	struct str more = STR("");
	if (s->list.visible < s->list.n)
		more = arena_printf(&d->arena, "%zu of %zu", s->list.selected + 1, s->list.n);
	draw_rule(d, at.list_rule, 0, STR("Sessions"), more);
	find_draw_list(f, s->desk.remarks, &s->list, app_clock(v->app), d, at.list, s->in_results);
	draw_rule(d, at.panel_rule, 0, STR("Session"), case_title(&s->panel.known, &d->arena));
	panel_draw_short(&s->panel, app_clock(v->app), d, at.panel);
}
