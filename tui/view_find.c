/* SPDX-License-Identifier: MIT */
/*
 * view_find: paste what came back; who refused it, which session it was, and why we think so.
 * Owns the search; what is shown of it changes in show_result only.
 */
#include "tui/find_draw.h"
#include "tui/find_fields.h"
#include "tui/find_file.h"
#include "tui/find_marks.h"
#include "tui/input.h"
#include "tui/panel.h"

enum { MARKS_MOST = 256, PANEL_ROWS_MIN = 5 };

struct find_state {
	struct input input;
	struct find_fields fields;
	bool in_results;       /* where the focus is … */
	bool in_fields;        /* … if in neither: in the paste */
	bool edited;           /* by hand, since something was looked for or pasted */
	struct search *search; /* NULL: nothing was looked for */
	struct input_mark marks[MARKS_MOST];
	size_t n_marks;
	struct list list; /* of candidates, two rows each */
	struct arena panel_arena;
	struct panel panel;
	size_t panel_of;  /* candidate in the panel; STR_NPOS: none */
	struct str holds; /* what the index holds, in words (view arena) */
};

static void
find_open(struct view *v, const void *param)
{
	struct find_state *s = v->state;
	(void)param;
	input_init(&s->input, PASTE_MAX_BYTES, true);
	find_fields_init(&s->fields);
	arena_init(&s->panel_arena);
	s->panel_of = STR_NPOS;
	/* without an index the first thing to do is to import, not to type */
	s->in_results = app_store(v->app) == NULL;
}

static void
find_close(struct view *v)
{
	struct find_state *s = v->state;
	search_free(s->search);
	input_release(&s->input);
	find_fields_release(&s->fields);
	arena_release(&s->panel_arena);
}

static int
find_load(struct view *v, struct err *e)
{
	struct find_state *s = v->state;
	arena_reset(&v->arena);
	s->holds = STR("");
	if (!app_store(v->app))
		return 0;
	return find_holdings(app_store(v->app), app_clock(v->app), &v->arena, &s->holds, e);
}

/* --- searching ------------------------------------------------------------------------------ */

static const struct find_result *
found(const struct find_state *s)
{
	return s->search ? search_result(s->search) : NULL;
}

/* Below the empty paste, for when nothing came back. */
static bool
shows_fields(const struct view *v)
{
	const struct find_state *s = v->state;
	return app_store(v->app) && !s->search && s->input.text.n == 0;
}

/* The one place where list, marks and panel learn what was found, or that nothing is known now. */
static void
show_result(struct find_state *s)
{
	const struct find_result *f = found(s);
	s->list.selected = s->list.top = 0;
	list_set_count(&s->list, f ? find_shown(f) : 0);
	s->panel_of = STR_NPOS;
	s->panel = (struct panel){ 0 };
	s->n_marks = f ? find_marks(f, search_paste(s->search), s->marks, MARKS_MOST) : 0;
}

static void
run(struct view *v)
{
	struct find_state *s = v->state;
	struct clock c = app_clock(v->app);
	struct err e = { .code = ERR_NONE };
	struct str text = strbuf_str(&s->input.text);
	if (str_trim(text).n == 0) {
		app_say(v->app, ROLE_TEXT, "%s", action_refusal(ACTION_RUN, 0));
		return;
	}
	search_free(s->search);
	s->search =
		search_start(app_store(v->app), app_services(v->app)->ours, c.zone, c.now_us, text);
	bool ended = search_run(s->search, app_cancelled, v->app, &e) == 0;
	if (!ended) {
		search_free(s->search);
		s->search = NULL;
		app_error(v->app, &e);
	}
	show_result(s);
	s->edited = false;
	s->in_results = ended; /* from the field Enter tries again */
	if (ended)
		input_reveal(&s->input, find_telling_clue(found(s)));
}

/* An answer may not stand below a text that it does not belong to. */
static void
edited(struct find_state *s)
{
	s->edited = true;
	if (!s->search)
		return;
	search_free(s->search);
	s->search = NULL;
	show_result(s);
}

static const struct find_result *
drop(void *arg, size_t clue, bool dropped)
{
	struct view *v = arg;
	struct find_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	if (search_drop_clue(s->search, clue, dropped, app_cancelled, v->app, &e) != 0)
		app_error(v->app, &e);
	show_result(s);
	return found(s);
}

static bool
panel_is_stale(const struct find_state *s)
{
	return s->list.n > 0 && s->panel_of != s->list.selected;
}

static bool
find_busy(const struct view *v)
{
	return panel_is_stale(v->state);
}

static bool
find_tick(struct view *v)
{
	struct find_state *s = v->state;
	if (!panel_is_stale(s))
		return false;
	struct err e = { .code = ERR_NONE };
	struct session_ref ref = found(s)->candidates[s->list.selected].session->ref;
	arena_reset(&s->panel_arena);
	if (panel_load(v->app, ref, &s->panel_arena, &s->panel, &e) != 0)
		app_error(v->app, &e);
	s->panel_of = s->list.selected;
	return true;
}

/* --- typing and acting ---------------------------------------------------------------------- */

static void
find_type(struct view *v, uint32_t character)
{
	struct find_state *s = v->state;
	if (s->in_fields) {
		input_type(&s->fields.in[s->fields.focus], character);
		return;
	}
	input_type(&s->input, character);
	edited(s);
}

/* Lines' ends behind the last one would only be empty rows. */
static struct str
trimmed_end(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* A paste is a new search, unless somebody is writing in the field: then it is a part of that. */
static void
find_paste(struct view *v, struct str text)
{
	struct find_state *s = v->state;
	bool too_long = text.n > PASTE_MAX_BYTES;
	if (s->in_fields && find_fields_paste(&s->fields, text))
		return;
	s->in_fields = false;
	if (s->in_results || s->input.text.n == 0 || !s->edited) {
		input_set(&s->input, trimmed_end(str_slice(text, 0, PASTE_MAX_BYTES)));
		run(v);
	} else {
		input_insert(&s->input, text);
		edited(s);
	}
	if (too_long)
		app_say(v->app, ROLE_CAUTION, "The paste was longer than %u MB: its end was cut",
			PASTE_MAX_BYTES >> 20);
}

static void
find_accept(struct view *v, enum action asked, struct str text)
{
	struct find_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	if (asked != ACTION_OPEN_FILE || text.n == 0)
		return;
	struct strbuf file;
	strbuf_init(&file, PASTE_MAX_BYTES);
	if (find_read_file(text, &file, &e) != 0) {
		app_error(v->app, &e);
	} else {
		input_set(&s->input, trimmed_end(strbuf_str(&file)));
		run(v);
	}
	strbuf_release(&file);
}

static bool
act_in_field(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	bool changed;
	size_t cursor = s->input.cursor;
	if (input_act(&s->input, a, &changed)) {
		if (changed)
			edited(s);
		if (a != ACTION_EDIT_DOWN || s->input.cursor != cursor)
			return true;
		s->in_results = s->search != NULL; /* down and out of the last line */
		s->in_fields = shows_fields(v);
		return true;
	}
	switch (a) {
	case ACTION_RUN:
		run(v);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		s->in_fields = shows_fields(v);
		s->fields.focus = a == ACTION_NEXT ? 0 : FIND_FIELDS - 1;
		s->in_results = !s->in_fields;
		return true;
	case ACTION_BACK:
		s->in_results = true;
		return true;
	default:
		return false;
	}
}

static void
open_clues(struct view *v)
{
	struct find_state *s = v->state;
	struct clues_param param = { .result = found(s), .drop = drop, .arg = v };
	app_push(v->app, &view_clues, &param);
}

static bool
act_in_results(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	switch (a) {
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
	case ACTION_BACK:
		s->in_results = false;
		return true;
	case ACTION_CLUES:
		open_clues(v);
		return true;
	default:
		break;
	}
	if (list_act(&s->list, a))
		return true;
	find_tick(v); /* the panel must be that of the selected candidate */
	if (a == ACTION_EXPLAIN && s->panel.session) {
		struct explain_param param = { .ref = s->panel.session->ref,
					       .asked = find_asked(found(s), s->panel.session) };
		app_push(v->app, &view_explain, &param);
		return true;
	}
	return session_common_act(v, &s->panel, a);
}

static bool
find_act(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	if (a == ACTION_OPEN_FILE) {
		app_ask(v->app, ACTION_OPEN_FILE, STR(""));
		return true;
	}
	if (s->in_fields)
		return find_fields_act(&s->fields, v, a, &s->in_fields);
	return s->in_results ? act_in_results(v, a) : act_in_field(v, a);
}

static enum place
find_place(const struct view *v)
{
	const struct find_state *s = v->state;
	return s->in_fields ? PLACE_FIELDS : s->in_results ? PLACE_RESULTS : PLACE_PASTE;
}

static unsigned
find_has(const struct view *v)
{
	const struct find_state *s = v->state;
	unsigned has = s->search || shows_fields(v) ? NEEDS_RESULT : 0;
	has |= s->search && found(s)->n_clues > 0 ? NEEDS_CLUES : 0;
	bool has_text = s->in_fields ? !find_fields_are_empty(&s->fields) : s->input.text.n > 0;
	has |= has_text ? NEEDS_TEXT : 0;
	return s->list.n > 0 ? has | NEEDS_ROW | NEEDS_SESSION : has;
}

/* --- layout and drawing --------------------------------------------------------------------- */

struct regions {
	struct rect box, message, list_rule, list, panel_rule, panel;
};

/* From top to bottom: the field, what it means, candidates, the session of the selected one. */
static struct regions
regions(const struct find_state *s, struct rect r)
{
	struct regions at = { 0 };
	const struct find_result *f = found(s);
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

static void
find_layout(struct view *v, struct rect r)
{
	struct find_state *s = v->state;
	struct regions at = regions(s, r);
	input_layout(&s->input, at.box.rows - 2, at.box.cols - 4, !s->in_results && !s->in_fields);
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
	int row = 2;
	if (shows_fields(v)) {
		struct rect fields = { text.row + row, text.col, text.rows - row, text.cols };
		find_fields_draw(&s->fields, d, fields, s->in_fields);
		row += find_fields_rows(&s->fields) + 1;
	}
	draw_wrapped(d, text, row, 0, text.cols, text.rows - row, ROLE_MUTED, s->holds);
}

/* Nothing was found: what there was to go by is shown instead. */
static void
draw_recognised(const struct find_result *f, struct draw_list *d, struct rect r, int row)
{
	struct list l = { .n = f->n_clues, .selected = STR_NPOS };
	if (f->n_clues == 0)
		return;
	draw_rule(d, r, row, STR("Recognised"), STR(""));
	struct rect list = { r.row + row + 1, r.col, r.rows - row - 1, r.cols };
	find_draw_clues(f, &l, d, list);
}

/* The outcome stands in the first row, its reply at the ladder's end: both must be visible. */
static void
draw_session(const struct find_state *s, struct clock c, struct draw_list *d, struct rect r)
{
	struct draw_list nowhere;
	struct rect below = { r.row + 1, r.col, r.rows - 1, r.cols };
	if (!s->panel.session || r.rows < 2)
		return;
	draw_init(&nowhere);
	int ladder = panel_draw(&s->panel, c, &nowhere, below, 0, PANEL_LADDER);
	draw_release(&nowhere);
	int top = ladder > below.rows ? ladder - below.rows : 0;
	panel_draw(&s->panel, c, d, (struct rect){ r.row, r.col, 1, r.cols }, 0, PANEL_TITLE);
	panel_draw(&s->panel, c, d, below, top, PANEL_ALL & ~PANEL_TITLE);
}

static void
find_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct find_state *s = v->state;
	const struct find_result *f = found(s);
	struct regions at = regions(s, r);
	struct str note = f ? find_note(f, &d->arena) : STR("");
	struct str title = STR("Paste a bounce, a rejection, or anything you were told");
	bool in_paste = !s->in_results && !s->in_fields;
	draw_box(d, at.box, in_paste ? ROLE_ACCENT : ROLE_MUTED, f ? STR("Paste") : title, note);
	struct rect field = { at.box.row + 1, at.box.col + 2, at.box.rows - 2, at.box.cols - 4 };
	input_draw(&s->input, d, field, s->marks, s->n_marks, in_paste);
	int below = at.box.rows;
	if (!f) {
		draw_before(v, d, (struct rect){ r.row + below, r.col, r.rows - below, r.cols });
		return;
	}
	find_draw_message(f, d, at.message);
	if (f->n_candidates == 0)
		draw_recognised(f, d, r, at.message.row - r.row + at.message.rows);
	if (at.list.rows == 0)
		return;
	struct str more = STR("");
	if (s->list.visible < s->list.n)
		more = arena_printf(&d->arena, "%zu of %zu", s->list.selected + 1, s->list.n);
	draw_rule(d, at.list_rule, 0, STR("Sessions"), more);
	find_draw_list(f, &s->list, app_clock(v->app), d, at.list, s->in_results);
	draw_rule(d, at.panel_rule, 0, STR("Session"), STR(""));
	draw_session(s, app_clock(v->app), d, at.panel);
}

const struct view_ops view_find = {
	.title = "Find",
	.tab = 1,
	.state_size = sizeof(struct find_state),
	.open = find_open,
	.load = find_load,
	.tick = find_tick,
	.busy = find_busy,
	.layout = find_layout,
	.draw = find_draw,
	.place = find_place,
	.has = find_has,
	.act = find_act,
	.type = find_type,
	.paste = find_paste,
	.accept = find_accept,
	.close = find_close,
};
