/* SPDX-License-Identifier: MIT */
/*
 * view_explain: the two texts about a session, to be read, changed, copied, written to a file, or
 * kept with its case. Side by side where there is room, else one at a time. A text that was kept is
 * shown again; the one in Postern's words is a key away.
 */
#include <stdlib.h>

#include "tui/explain_texts.h"
#include "tui/find_file.h"

struct explain_state {
	struct session_ref ref;
	char *asked; /* NULL: whoever fared worst */
	struct explain_texts texts;
	enum case_text shown; /* has the focus */
	bool editing;
	enum action warned; /* of: by this what was changed would be lost; NONE: of nothing */
};

static const char *const titles[CASE_TEXT_COUNT] = {
	[CASE_TEXT_USER] = "To the local user",
	[CASE_TEXT_POSTMASTER] = "To the postmaster",
};

static struct explain_text *
shown(struct explain_state *s)
{
	return &s->texts.text[s->shown];
}

static void
explain_open(struct view *v, const void *param)
{
	struct explain_state *s = v->state;
	const struct explain_param *p = param;
	s->ref = p->ref;
	s->asked = p->asked.n > 0 ? xstrndup(p->asked) : NULL;
	explain_texts_init(&s->texts);
}

static void
explain_close(struct view *v)
{
	struct explain_state *s = v->state;
	free(s->asked);
	explain_texts_release(&s->texts);
}

static int
explain_load(struct view *v, struct err *e)
{
	struct explain_state *s = v->state;
	arena_reset(&v->arena);
	int rc = explain_texts_load(&s->texts, v->app, s->ref, str_from(s->asked), &v->arena, e);
	if (rc != 0)
		s->texts.trouble = arena_str(&v->arena, str_from(e->text));
	else if (s->texts.trouble.n > 0)
		app_say(v->app, ROLE_CAUTION, "%.*s", STR_ARG(s->texts.trouble));
	return rc;
}

/* --- layout and drawing --------------------------------------------------------------------- */

/* The box of a text; no rows: it is not shown. */
static struct rect
box_of(const struct explain_state *s, struct rect r, enum case_text kind)
{
	struct rect box = { r.row + 1, r.col + 1, r.rows - 1, r.cols - 2 };
	if (r.cols < BESIDE_COLS) {
		box.rows = kind == s->shown ? box.rows : 0;
		return box;
	}
	int left = box.cols * 2 / 5; /* prose wraps anywhere, tables do not */
	box.col += kind == CASE_TEXT_USER ? 0 : left + 1;
	box.cols = kind == CASE_TEXT_USER ? left : box.cols - left - 1;
	return box;
}

static struct rect
inside(struct rect box)
{
	return (struct rect){ box.row + 1, box.col + 2, box.rows - 2, box.cols - 4 };
}

static void
explain_layout(struct view *v, struct rect r)
{
	struct explain_state *s = v->state;
	for (int i = 0; i < CASE_TEXT_COUNT; i++) {
		struct rect field = inside(box_of(s, r, (enum case_text)i));
		if (field.rows > 0)
			input_layout(&s->texts.text[i].field, field.rows, field.cols,
				     s->editing && i == (int)s->shown);
	}
}

static void
draw_title(const struct explain_state *s, struct draw_list *d, struct rect r)
{
	const struct session *session = s->texts.session;
	struct str id = session_own_id(session);
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("Explain")) + 3;
	if (id.n > 0)
		col += draw_text(d, r, 0, col, -1, ROLE_ACCENT, id) + 3;
	struct str to = s->texts.recipient;
	if (to.n == 0)
		to = STR("the recipient is not logged");
	else if (session->n_recipients > 1)
		to = arena_printf(&d->arena, "for %.*s, one of %zu", STR_ARG(to),
				  session->n_recipients);
	else
		to = arena_printf(&d->arena, "for %.*s", STR_ARG(to));
	draw_cut(d, r, 0, col, r.cols - col - 1, ROLE_TEXT, to);
}

static void
explain_draw(const struct view *v, struct draw_list *d, struct rect r)
{
	const struct explain_state *s = v->state;
	if (!s->texts.session) {
		draw_text(d, r, 1, 3, -1, ROLE_MUTED,
			  s->texts.trouble.n > 0 ? s->texts.trouble
						 : STR("This session is not in the index now."));
		return;
	}
	draw_title(s, d, r);
	for (int i = 0; i < CASE_TEXT_COUNT; i++) {
		struct rect box = box_of(s, r, (enum case_text)i);
		const struct explain_text *t = &s->texts.text[i];
		bool focus = i == (int)s->shown;
		if (box.rows < 3)
			continue;
		draw_box(d, box, focus ? ROLE_ACCENT : ROLE_MUTED, str_from(titles[i]),
			 explain_text_state(t, app_clock(v->app), &d->arena));
		input_draw(&t->field, d, inside(box), NULL, 0, focus && s->editing);
	}
}

/* --- acting --------------------------------------------------------------------------------- */

static void
edited(struct explain_state *s)
{
	shown(s)->changed = true;
	s->warned = ACTION_NONE;
}

static void
keep(struct view *v)
{
	struct explain_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	if (explain_texts_keep(&s->texts, v->app, s->shown, &v->arena, &e) != 0)
		app_error(v->app, &e);
	else
		app_say(v->app, ROLE_GOOD, "Kept with case c%llu",
			(unsigned long long)s->texts.case_number);
}

static void
toggle_generated(struct view *v)
{
	struct explain_state *s = v->state;
	struct explain_text *t = shown(s);
	if (t->changed) {
		app_say(v->app, ROLE_TEXT, "This text was changed: keep it first, or leave");
	} else if (t->kept.text.n == 0) {
		app_say(v->app, ROLE_TEXT, "No text was kept: this one is in Postern's words");
	} else {
		t->shows_generated = !t->shows_generated;
		explain_text_show(t);
	}
}

static bool
is_changed(const struct explain_state *s)
{
	return s->texts.text[CASE_TEXT_USER].changed || s->texts.text[CASE_TEXT_POSTMASTER].changed;
}

static void
next_recipient(struct view *v)
{
	struct explain_state *s = v->state;
	if (s->texts.session->n_recipients < 2) {
		app_say(v->app, ROLE_TEXT, "This session has no other recipient");
	} else if (is_changed(s)) {
		app_say(v->app, ROLE_TEXT, "A text was changed: keep it first, or leave");
	} else {
		char *next = xstrndup(explain_texts_next(&s->texts)); /* it may be `asked` */
		free(s->asked);
		s->asked = next;
		for (int i = 0; i < CASE_TEXT_COUNT; i++)
			s->texts.text[i].shows_generated = false;
		app_reload(v->app, v);
	}
}

static void
other_text(struct explain_state *s)
{
	s->shown = s->shown == CASE_TEXT_USER ? CASE_TEXT_POSTMASTER : CASE_TEXT_USER;
}

/* What was changed is not lost without a word: true when that was said instead of leaving. */
static bool
stays(struct view *v, enum action by)
{
	struct explain_state *s = v->state;
	if (!is_changed(s) || s->warned == by)
		return false;
	s->warned = by;
	app_say(v->app, ROLE_CAUTION,
		"What you changed is not kept: ^S keeps it, the same key again leaves it");
	return true;
}

static bool
act_common(struct view *v, enum action a)
{
	struct explain_state *s = v->state;
	switch (a) {
	case ACTION_OTHER_TEXT:
		other_text(s);
		return true;
	case ACTION_KEEP:
		keep(v);
		return true;
	case ACTION_BACK:
		if (!s->editing)
			return stays(v, a);
		s->editing = false;
		return true;
	case ACTION_QUIT:
	case ACTION_FIND: /* their own tab's number closes what was opened in it */
	case ACTION_SESSIONS:
		return stays(v, a);
	case ACTION_EDITOR:
		app_edit(v->app, strbuf_str(&shown(s)->field.text), CASE_TEXT_MAX_BYTES);
		return true;
	default:
		return false;
	}
}

static bool
act_reading(struct view *v, enum action a)
{
	struct explain_state *s = v->state;
	switch (a) {
	case ACTION_EDIT:
		shown(s)->field.cursor = shown(s)->field.top;
		s->editing = true;
		return true;
	case ACTION_COPY:
		app_copy(v->app, strbuf_str(&shown(s)->field.text),
			 s->shown == CASE_TEXT_USER ? "the text to the user"
						    : "the text to the postmaster");
		return true;
	case ACTION_WRITE_FILE:
		app_ask(v->app, a, STR(""));
		return true;
	case ACTION_GENERATED:
		toggle_generated(v);
		return true;
	case ACTION_RECIPIENT:
		next_recipient(v);
		return true;
	default:
		return input_scroll(&shown(s)->field, a);
	}
}

static bool
explain_act(struct view *v, enum action a)
{
	struct explain_state *s = v->state;
	bool changed = false;
	if (!s->texts.session)
		return false;
	if (act_common(v, a))
		return true;
	if (!s->editing)
		return act_reading(v, a);
	bool mine = input_act(&shown(s)->field, a, &changed);
	if (changed)
		edited(s);
	return mine;
}

static void
explain_type(struct view *v, uint32_t character)
{
	struct explain_state *s = v->state;
	input_type(&shown(s)->field, character);
	edited(s);
}

/* Where something was written a paste is a part of that; else it is a new search, as everywhere. */
static bool
explain_takes_paste(const struct view *v)
{
	const struct explain_state *s = v->state;
	return s->editing || is_changed(s);
}

static void
explain_paste(struct view *v, struct str text)
{
	struct explain_state *s = v->state;
	input_insert(&shown(s)->field, text);
	edited(s);
}

static void
explain_edited(struct view *v, struct str text)
{
	struct explain_state *s = v->state;
	struct input *field = &shown(s)->field;
	if (str_eq(text, strbuf_str(&field->text)))
		return;
	input_set(field, text);
	field->cursor = 0;
	edited(s);
}

static void
explain_accept(struct view *v, enum action asked, struct str path)
{
	struct explain_state *s = v->state;
	struct err e = { .code = ERR_NONE };
	if (asked != ACTION_WRITE_FILE || path.n == 0)
		return;
	if (find_write_file(path, strbuf_str(&shown(s)->field.text), &e) != 0)
		app_error(v->app, &e);
	else
		app_say(v->app, ROLE_GOOD, "Written to %.*s", STR_ARG(path));
}

static enum place
explain_place(const struct view *v)
{
	return ((const struct explain_state *)v->state)->editing ? PLACE_EXPLAIN_FIELD
								 : PLACE_EXPLAIN;
}

static unsigned
explain_has(const struct view *v)
{
	const struct explain_state *s = v->state;
	return s->texts.session ? NEEDS_SESSION | NEEDS_ROW | NEEDS_TEXT : 0;
}

const struct view_ops view_explain = {
	.state_size = sizeof(struct explain_state),
	.open = explain_open,
	.load = explain_load,
	.layout = explain_layout,
	.draw = explain_draw,
	.place = explain_place,
	.has = explain_has,
	.act = explain_act,
	.type = explain_type,
	.takes_paste = explain_takes_paste,
	.paste = explain_paste,
	.edited = explain_edited,
	.accept = explain_accept,
	.close = explain_close,
};
