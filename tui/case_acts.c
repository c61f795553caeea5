/* SPDX-License-Identifier: MIT */
/* case_acts: what is written to the desk from the console. A first change opens the case. */
#include "tui/case_known.h"

/* The session as a whole, its name, and its case if there is one; false (and said) if not. */
struct at_hand {
	struct arena arena;
	struct session *session;
	struct desk_key key;
	struct desk_case *own;
};

static bool
is_writable(struct view *v)
{
	struct desk *d = app_services(v->app)->desk;
	if (d && !desk_is_read_only(d))
		return true;
	app_say(v->app, ROLE_TEXT, "Cases cannot be written: started with --read-only");
	return false;
}

static bool
take(struct view *v, struct session_ref ref, struct at_hand *h)
{
	struct store *st = app_store(v->app);
	struct desk *d = app_services(v->app)->desk;
	struct err e = { .code = ERR_NONE };
	*h = (struct at_hand){ 0 };
	arena_init(&h->arena);
	if (!is_writable(v))
		return false;
	if (store_session(st, ref, &h->arena, &h->session, &e) == 0 && h->session &&
	    store_desk_key(st, h->session, &h->arena, &h->key, &e) == 0 &&
	    desk_case_of(d, &h->key, &h->arena, &h->own, &e) == 0)
		return true;
	if (e.code == ERR_NONE)
		app_say(v->app, ROLE_TEXT, "This session is not in the index now");
	else
		app_error(v->app, &e);
	return false;
}

static void
write_edit(struct view *v, const struct at_hand *h, const struct case_edit *edit, const char *done)
{
	struct err e = { .code = ERR_NONE };
	uint64_t number;
	if (desk_edit(app_services(v->app)->desk, &h->key, h->session, edit,
		      app_clock(v->app).now_us, &number, &e) < 0) {
		app_error(v->app, &e);
		return;
	}
	app_desk_changed(v->app);
	app_say(v->app, ROLE_GOOD, "Case c%llu%s: %s", (unsigned long long)number,
		h->own ? "" : " opened", done);
}

static void
next_status(struct view *v, struct session_ref ref)
{
	struct case_edit edit = CASE_EDIT_NONE;
	struct at_hand h;
	if (take(v, ref, &h)) {
		edit.status = !h.own ? CASE_OPEN
				     : (enum case_status)((h.own->status + 1) % CASE_STATUS_COUNT);
		write_edit(v, &h, &edit, case_status_text(edit.status));
	}
	arena_release(&h.arena);
}

static void
ask(struct view *v, struct session_ref ref, enum action a)
{
	struct str now = STR("");
	struct at_hand h;
	if (take(v, ref, &h)) {
		if (h.own && a == ACTION_ASKED_BY)
			now = h.own->asked_by;
		if (h.own && a == ACTION_CAUSE)
			now = h.own->cause;
		app_ask(v->app, a, now);
	}
	arena_release(&h.arena);
}

bool
case_act(struct view *v, const struct session *s, enum action a)
{
	switch (a) {
	case ACTION_STATUS:
		next_status(v, s->ref);
		return true;
	case ACTION_NOTE:
	case ACTION_ASKED_BY:
	case ACTION_CAUSE:
		ask(v, s->ref, a);
		return true;
	default:
		return false;
	}
}

/* What an answer changes; false if nothing was asked for, or nothing was written after all. */
static bool
read_answer(enum action asked, struct str text, struct case_edit *edit)
{
	*edit = CASE_EDIT_NONE;
	text = str_trim(text);
	switch (asked) {
	case ACTION_NOTE:
		edit->note = text;
		return text.n > 0;
	case ACTION_ASKED_BY:
		edit->asked_by = text;
		return true;
	case ACTION_CAUSE:
		edit->cause = text;
		return true;
	default:
		return false;
	}
}

void
case_accept(struct view *v, struct session_ref ref, enum action asked, struct str text)
{
	struct case_edit edit;
	struct at_hand h;
	if (ref.number == 0 || !read_answer(asked, text, &edit))
		return;
	if (take(v, ref, &h))
		write_edit(v, &h, &edit, asked == ACTION_NOTE ? "noted" : "changed");
	arena_release(&h.arena);
}

/* --- a case whose session may not be there --------------------------------------------------- */

static void
edit_known(struct view *v, const struct desk_case *c, const struct case_edit *edit,
	   const char *done)
{
	struct err e = { .code = ERR_NONE };
	unsigned long long number = c->number; /* what was read goes when it is read again */
	if (desk_edit_case(app_services(v->app)->desk, c->number, edit, app_clock(v->app).now_us,
			   &e) < 0) {
		app_error(v->app, &e);
		return;
	}
	app_desk_changed(v->app);
	app_say(v->app, ROLE_GOOD, "Case c%llu: %s", number, done);
}

bool
case_known_act(struct view *v, const struct desk_case *c, enum action a)
{
	struct case_edit edit = CASE_EDIT_NONE;
	if (a != ACTION_STATUS && a != ACTION_NOTE && a != ACTION_ASKED_BY && a != ACTION_CAUSE)
		return false;
	if (!is_writable(v))
		return true;
	if (a == ACTION_STATUS) {
		edit.status = (enum case_status)((c->status + 1) % CASE_STATUS_COUNT);
		edit_known(v, c, &edit, case_status_text(edit.status));
	} else {
		app_ask(v->app, a,
			a == ACTION_ASKED_BY ? c->asked_by
			: a == ACTION_CAUSE  ? c->cause
					     : STR(""));
	}
	return true;
}

void
case_known_accept(struct view *v, const struct desk_case *c, enum action asked, struct str text)
{
	struct case_edit edit;
	if (c && read_answer(asked, text, &edit))
		edit_known(v, c, &edit, asked == ACTION_NOTE ? "noted" : "changed");
}
