/* SPDX-License-Identifier: MIT */
/*
 * view_find: paste what came back; who refused it, which session it was, and why we think so.
 * Owns the search; what is shown of it changes in show_result only. Layout: find_screen.c.
 */
#include "tui/find_private.h"

#include "tui/find_draw.h"
#include "tui/find_file.h"
#include "tui/find_marks.h"

static void
find_open(struct view *v, const void *param)
{
	struct find_state *s = v->state;
	(void)param;
	input_init(&s->input, PASTE_MAX_BYTES, true);
	find_fields_init(&s->fields);
	arena_init(&s->panel_arena);
	find_desk_init(&s->desk);
	s->panel_of = STR_NPOS;
	/* without an index the first thing to do is to import, not to type */
	s->in_results = app_store(v->app) == NULL;
}

static int
find_load(struct view *v, struct err *e)
{
	struct find_state *s = v->state;
	arena_reset(&v->arena);
	s->holds = STR("");
	s->panel_of = STR_NPOS;
	if (!app_store(v->app))
		return 0;
	find_desk_load(&s->desk, v->app);
	find_desk_remark(&s->desk, v->app, find_found(s));
	return find_holdings(app_store(v->app), app_clock(v->app), &v->arena, &s->holds, e);
}

/* --- searching ------------------------------------------------------------------------------ */

/* The one place where list, marks and panel learn what was found, or that nothing is known now. */
static void
show_result(struct view *v)
{
	struct find_state *s = v->state;
	const struct find_result *f = find_found(s);
	s->desk.kept = false;
	find_desk_remark(&s->desk, v->app, f);
	s->list.selected = s->list.top = 0;
	list_set_count(&s->list, f ? find_shown(f) : 0);
	s->panel_of = STR_NPOS;
	s->panel = (struct panel){ 0 };
	s->n_marks = f ? find_marks(f, search_paste(s->search), s->marks, MARKS_MOST) : 0;
}

/* What was looked for so far is remembered, and gone. */
static void
leave_result(struct view *v)
{
	struct find_state *s = v->state;
	if (s->search)
		find_desk_keep(&s->desk, v->app, search_paste(s->search), find_found(s), NULL);
	search_free(s->search);
	s->search = NULL;
}

static void
find_close(struct view *v)
{
	struct find_state *s = v->state;
	leave_result(v);
	input_release(&s->input);
	find_fields_release(&s->fields);
	arena_release(&s->panel_arena);
	find_desk_release(&s->desk);
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
	leave_result(v);
	s->search =
		search_start(app_store(v->app), app_services(v->app)->ours, c.zone, c.now_us, text);
	bool ended = search_run(s->search, app_cancelled, v->app, &e) == 0;
	if (!ended) {
		search_free(s->search);
		s->search = NULL;
		app_error(v->app, &e);
	}
	show_result(v);
	s->desk.typed = s->edited;
	s->edited = s->desk.focused = false;
	s->in_results = ended; /* from the field Enter tries again */
	if (ended)
		input_reveal(&s->input, find_telling_clue(find_found(s)));
}

/* An answer may not stand below a text that it does not belong to. */
static void
edited(struct view *v)
{
	struct find_state *s = v->state;
	s->edited = true;
	if (!s->search)
		return;
	leave_result(v);
	show_result(v);
}

static const struct find_result *
drop(void *arg, size_t clue, bool dropped)
{
	struct view *v = arg;
	struct find_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	if (search_drop_clue(s->search, clue, dropped, app_cancelled, v->app, &e) != 0)
		app_error(v->app, &e);
	show_result(v);
	return find_found(s);
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
	struct session_ref ref = find_found(s)->candidates[s->list.selected].session->ref;
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
	edited(v);
}

/* Lines' ends behind the last one would only be empty rows. */
static struct str
trimmed_end(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* What nobody typed. */
static void
look_for(struct view *v, struct str text)
{
	struct find_state *s = v->state;
	input_set(&s->input, trimmed_end(text));
	s->edited = false;
	run(v);
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
		look_for(v, str_slice(text, 0, PASTE_MAX_BYTES));
	} else {
		input_insert(&s->input, text);
		s->desk.focused = false;
		edited(v);
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
	if (asked != ACTION_OPEN_FILE)
		case_accept(v, case_ref(s->panel.session), asked, text);
	if (asked != ACTION_OPEN_FILE || text.n == 0)
		return;
	struct strbuf file;
	strbuf_init(&file, PASTE_MAX_BYTES);
	if (find_read_file(text, &file, &e) != 0) {
		app_error(v->app, &e);
	} else {
		look_for(v, strbuf_str(&file));
	}
	strbuf_release(&file);
}

/* Looks again, with the same clues set aside, and selects what was chosen then. */
static void
find_again(struct view *v, const struct desk_find *past)
{
	struct find_state *s = v->state;
	look_for(v, past->paste);
	if (!s->search)
		return;
	struct err e = { .code = ERR_NONE };
	bool changed = false;
	for (size_t i = 0; (i = find_desk_aside(past, find_found(s), i)) < find_found(s)->n_clues;
	     i++, changed = true)
		if (search_drop_clue(s->search, i, true, app_cancelled, v->app, &e) != 0) {
			app_error(v->app, &e);
			break;
		}
	if (changed)
		show_result(v);
	s->list.selected = find_desk_chosen(past, v->app, find_found(s));
}

static bool
act_in_recent(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	switch (a) {
	case ACTION_OPEN:
		find_again(v, &s->desk.finds[s->desk.list.selected]);
		return true;
	case ACTION_BACK:
	case ACTION_PREVIOUS:
		s->desk.focused = false;
		return true;
	default:
		return list_act(&s->desk.list, a);
	}
}

static bool
act_in_field(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	bool changed;
	size_t cursor = s->input.cursor;
	if (input_act(&s->input, a, &changed)) {
		if (changed)
			edited(v);
		if (a == ACTION_EDIT_UP && s->input.text.n == 0)
			s->desk.focused = find_has_recent(s);
		if (a != ACTION_EDIT_DOWN || s->input.cursor != cursor)
			return true;
		s->in_results = s->search != NULL; /* down and out of the last line */
		s->in_fields = find_shows_fields(v);
		return true;
	}
	switch (a) {
	case ACTION_RUN:
		run(v);
		return true;
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		s->in_fields = find_shows_fields(v);
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
	struct clues_param param = { .result = find_found(s), .drop = drop, .arg = v };
	app_push(v->app, &view_clues, &param);
}

static void
step_part(struct view *v, bool back)
{
	struct find_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	size_t part = find_part_beside(find_found(s), back);
	if (search_choose_part(s->search, part, app_cancelled, v->app, &e) != 0)
		app_error(v->app, &e);
	show_result(v);
	input_reveal(&s->input, find_telling_clue(find_found(s)));
}

static bool
act_in_results(struct view *v, enum action a)
{
	struct find_state *s = v->state;
	switch (a) {
	case ACTION_NEXT:
	case ACTION_PREVIOUS:
		s->in_results = false;
		return true;
	case ACTION_BACK: /* not into the field, where the next letter would be typed */
		app_say(v->app, ROLE_TEXT, "%s",
			s->search ? "Tab edits the paste; the next paste is a new find; q quits"
				  : "Tab goes to the field; q quits");
		return true;
	case ACTION_CLUES:
		open_clues(v);
		return true;
	case ACTION_PART_NEXT:
	case ACTION_PART_PREVIOUS:
		step_part(v, a == ACTION_PART_PREVIOUS);
		return true;
	default:
		break;
	}
	if (list_act(&s->list, a))
		return true;
	find_tick(v); /* the panel must be that of the selected candidate */
	if (s->search && s->panel.session && session_is_act(a))
		find_desk_keep(&s->desk, v->app, search_paste(s->search), find_found(s),
			       s->panel.session);
	if (a == ACTION_EXPLAIN && s->panel.session) {
		struct explain_param param = { .ref = s->panel.session->ref,
					       .asked = find_asked(find_found(s),
								   s->panel.session) };
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
	if (a == ACTION_RECENT) {
		s->in_fields = false;
		s->desk.focused = true;
		return true;
	}
	if (s->desk.focused)
		return act_in_recent(v, a);
	if (s->in_fields)
		return find_fields_act(&s->fields, v, a, &s->in_fields);
	return s->in_results ? act_in_results(v, a) : act_in_field(v, a);
}

static enum place
find_place(const struct view *v)
{
	const struct find_state *s = v->state;
	if (s->desk.focused)
		return PLACE_RECENT;
	return s->in_fields ? PLACE_FIELDS : s->in_results ? PLACE_RESULTS : PLACE_PASTE;
}

static unsigned
find_has(const struct view *v)
{
	const struct find_state *s = v->state;
	unsigned has = s->search || find_shows_fields(v) ? NEEDS_RESULT : 0;
	has |= s->search && find_found(s)->n_clues > 0 ? NEEDS_CLUES : 0;
	bool has_text = s->in_fields ? !find_fields_are_empty(&s->fields) : s->input.text.n > 0;
	has |= has_text ? NEEDS_TEXT : 0;
	has |= s->search && find_found(s)->n_parts > 0 ? NEEDS_PARTS : 0;
	has |= find_has_recent(s) ? NEEDS_RECENT : 0;
	has |= s->desk.focused ? NEEDS_ROW : 0;
	return s->list.n > 0 ? has | NEEDS_ROW | NEEDS_SESSION : has;
}

const struct view_ops view_find = {
	.title = "Find",
	.tab = 1,
	.state_size = sizeof(struct find_state),
	.open = find_open,
	.load = find_load,
	.tick = find_tick,
	.busy = find_busy,
	.layout = find_screen_layout,
	.draw = find_screen_draw,
	.place = find_place,
	.has = find_has,
	.act = find_act,
	.type = find_type,
	.paste = find_paste,
	.accept = find_accept,
	.close = find_close,
};
