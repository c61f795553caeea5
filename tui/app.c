/* SPDX-License-Identifier: MIT */
/*
 * app: three tabs, each a stack of views; one of them is on screen. Keys become actions through
 * the keymap, preconditions are checked here once, then the view on top is asked, then the app.
 * Owns its views and their arenas. Errors become sentences in the footer's place, never exits.
 */
#include "tui/app_private.h"

#include <stdlib.h>

#include "tui/find_file.h"

const struct view_ops *const app_tab_ops[APP_TABS] = {
	&view_find,
	&view_sessions,
	&view_sources,
};
static const enum action tab_actions[APP_TABS] = {
	ACTION_FIND,
	ACTION_SESSIONS,
	ACTION_SOURCES,
};

/* --- views ---------------------------------------------------------------------------------- */

static struct view *
view_new(struct app *a, const struct view_ops *ops, const void *param)
{
	struct view *v = xcalloc(1, sizeof(*v));
	v->ops = ops;
	v->app = a;
	v->stale = true;
	arena_init(&v->arena);
	v->state = xcalloc(1, ops->state_size);
	if (ops->open)
		ops->open(v, param);
	return v;
}

static void
view_free(struct view *v)
{
	if (v->ops->close)
		v->ops->close(v);
	arena_release(&v->arena);
	free(v->state);
	free(v);
}

struct view *
app_top_view(const struct app *a)
{
	const struct tab *t = &a->tabs[a->tab];
	return t->stack[t->n - 1];
}

void
app_reload(struct app *a, struct view *v)
{
	v->stale = false;
	err_clear(&v->trouble);
	if (v->ops->load && v->ops->load(v, &v->trouble) != 0)
		app_error(a, &v->trouble);
}

void
app_load_if_stale(struct app *a)
{
	if (app_top_view(a)->stale)
		app_reload(a, app_top_view(a));
}

struct rect
app_body(const struct app *a)
{
	return (struct rect){ 1, 0, a->rows > 2 ? a->rows - 2 : 0, a->cols };
}

void
app_layout_top(struct app *a)
{
	struct view *v = app_top_view(a);
	if (v->ops->layout)
		v->ops->layout(v, app_body(a));
}

void
app_push(struct app *a, const struct view_ops *ops, const void *param)
{
	struct tab *t = &a->tabs[a->tab];
	if (t->n == APP_STACK_MAX) {
		app_say(a, ROLE_TEXT, "Too many views are open here: go back with Esc");
		return;
	}
	t->stack[t->n] = view_new(a, ops, param);
	t->n++;
	app_load_if_stale(a);
	app_layout_top(a);
}

static void
app_pop(struct app *a)
{
	struct tab *t = &a->tabs[a->tab];
	if (t->n < 2)
		return;
	view_free(t->stack[--t->n]);
	app_load_if_stale(a);
	app_layout_top(a);
}

static void
switch_tab(struct app *a, int tab)
{
	if (a->tab == tab) /* its number again: back to the bottom of its stack */
		while (a->tabs[tab].n > 1)
			app_pop(a);
	a->tab = tab;
	app_load_if_stale(a);
	app_layout_top(a);
}

/* --- keys ------------------------------------------------------------------------------------ */

enum place
app_place(const struct app *a)
{
	const struct view *v = app_top_view(a);
	return a->prompt.asked != ACTION_NONE ? PLACE_PROMPT : v->ops->place(v);
}

unsigned
app_has(const struct app *a)
{
	const struct view *v = app_top_view(a);
	unsigned has = v->ops->has ? v->ops->has(v) : 0;
	if (a->store)
		has |= NEEDS_STORE;
	if (a->services.start_import)
		has |= NEEDS_IMPORT;
	return has;
}

/* Nothing is read before the operator has seen which files these are. */
static void
ask_import(struct app *a)
{
	struct strbuf path;
	struct err e = { .code = ERR_NONE };
	strbuf_init(&path, 4096);
	if (a->services.usual_logs && a->services.usual_logs(a->services.arg, &path, &e) != 0)
		app_error(a, &e);
	else
		app_ask(a, ACTION_IMPORT, strbuf_str(&path));
	strbuf_release(&path);
}

static void
import(struct app *a, struct str path)
{
	struct strbuf text;
	struct err e = { .code = ERR_NONE };
	if (path.n == 0)
		return;
	strbuf_init(&text, 2000);
	if (a->services.start_import(a->services.arg, path, &text, &e) != 0) {
		app_error(a, &e);
	} else {
		app_say(a, ROLE_TEXT, "%.*s", STR_ARG(strbuf_str(&text)));
		app_watch_import(a);
	}
	strbuf_release(&text);
}

static void
help(struct app *a)
{
	struct help_param param = { .place = app_place(a), .has = app_has(a) };
	app_push(a, &view_help, &param);
}

/* What the view on top did not want. */
static void
act_app(struct app *a, enum action action)
{
	for (int i = 0; i < APP_TABS; i++) {
		if (action == tab_actions[i]) {
			switch_tab(a, i);
			return;
		}
	}
	switch (action) {
	case ACTION_QUIT:
		a->quit = true;
		break;
	case ACTION_BACK:
		app_pop(a);
		break;
	case ACTION_HELP:
		help(a);
		break;
	case ACTION_COMMAND:
		app_ask(a, ACTION_COMMAND, STR(""));
		break;
	case ACTION_CASES:
		app_push(a, &view_cases, NULL);
		break;
	case ACTION_IMPORT:
		ask_import(a);
		break;
	case ACTION_REDRAW:
		app_reload(a, app_top_view(a));
		a->request = APP_REQUEST_REDRAW;
		break;
	case ACTION_SUSPEND:
		a->request = APP_REQUEST_SUSPEND;
		break;
	case ACTION_CANCEL:
		app_say(a, ROLE_TEXT, "Nothing is running. Leave with q or ^Q");
		break;
	default: /* only by name: no key is bound where it means nothing */
		app_say(a, ROLE_TEXT, "There is nothing here to %s", action_name(action));
		break;
	}
}

static void
act(struct app *a, enum action action)
{
	struct view *v = app_top_view(a);
	const char *refusal = action_refusal(action, app_has(a));
	if (refusal)
		app_say(a, ROLE_TEXT, "%s", refusal);
	else if (!v->ops->act || !v->ops->act(v, action))
		act_app(a, action);
}

static void
run_command(struct app *a, struct str name)
{
	enum action action = action_by_name(str_trim(name));
	if (action == ACTION_NONE)
		app_say(a, ROLE_TEXT, "There is no command \"%.*s\"; Tab completes names",
			STR_ARG(name));
	else
		act(a, action);
}

static void
accept_prompt(struct app *a)
{
	struct view *v = app_top_view(a);
	enum action asked = a->prompt.asked;
	char *text = xstrndup(strbuf_str(&a->prompt.input.text));
	prompt_close(&a->prompt);
	if (asked == ACTION_COMMAND)
		run_command(a, str_from(text));
	else if (asked == ACTION_IMPORT)
		import(a, str_trim(str_from(text)));
	else if (v->ops->accept)
		v->ops->accept(v, asked, str_from(text));
	free(text);
}

static void
complete(struct app *a)
{
	struct strbuf path;
	if (a->prompt.asked == ACTION_COMMAND && !prompt_complete(&a->prompt))
		app_say(a, ROLE_TEXT, "No command begins like that");
	if (!prompt_wants_path(&a->prompt))
		return;
	strbuf_init(&path, 4096);
	if (find_complete_file(strbuf_str(&a->prompt.input.text), &path))
		input_set(&a->prompt.input, strbuf_str(&path));
	strbuf_release(&path);
}

static void
act_prompt(struct app *a, enum action action)
{
	if (prompt_act(&a->prompt, action))
		return;
	switch (action) {
	case ACTION_ACCEPT:
		accept_prompt(a);
		break;
	case ACTION_DISCARD:
		prompt_close(&a->prompt);
		break;
	case ACTION_COMPLETE:
		complete(a);
		break;
	case ACTION_NONE:
		break;
	case ACTION_REDRAW:
	case ACTION_SUSPEND:
		act_app(a, action);
		break;
	default:
		prompt_close(&a->prompt);
		act_app(a, action);
	}
}

bool
app_key(struct app *a, uint32_t key)
{
	struct view *v = app_top_view(a);
	enum place place = app_place(a);
	enum action action = keymap_action(place, key);
	strbuf_clear(&a->message);
	if (action == ACTION_NONE && place_is_input(place) && key_is_text(key)) {
		if (place == PLACE_PROMPT)
			prompt_type(&a->prompt, key);
		else if (v->ops->type)
			v->ops->type(v, key);
	} else if (place == PLACE_PROMPT) {
		act_prompt(a, action);
	} else if (action != ACTION_NONE) {
		act(a, action);
	}
	app_layout_top(a);
	return !a->quit;
}

static bool
takes_paste(const struct view *v)
{
	return v->ops->paste && (!v->ops->takes_paste || v->ops->takes_paste(v));
}

void
app_paste(struct app *a, struct str text)
{
	strbuf_clear(&a->message);
	if (!a->started)
		app_watch_start(a);
	if (a->prompt.asked != ACTION_NONE) {
		struct str line = str_trim(text);
		prompt_insert(&a->prompt, str_slice(line, 0, str_find_char(line, '\n', 0)));
		return;
	}
	if (!takes_paste(app_top_view(a)))
		switch_tab(a, 0);
	while (!takes_paste(app_top_view(a)) && a->tabs[a->tab].n > 1)
		app_pop(a);
	struct view *v = app_top_view(a);
	v->ops->paste(v, text);
	app_layout_top(a);
}

/* --- for the drivers ------------------------------------------------------------------------- */

struct app *
app_new(const struct app_services *s)
{
	struct app *a = xcalloc(1, sizeof(*a));
	a->services = *s;
	a->store = s->store;
	a->fixed_now_us = TIME_NONE;
	a->rows = 24;
	a->cols = 80;
	arena_init(&a->arena);
	strbuf_init(&a->message, 2000);
	strbuf_init(&a->copy, 4u << 20);
	strbuf_init(&a->edit, 0);
	prompt_init(&a->prompt);
	for (int i = 0; i < APP_TABS; i++) {
		a->tabs[i].stack[0] = view_new(a, app_tab_ops[i], NULL);
		a->tabs[i].n = 1;
	}
	return a;
}

void
app_free(struct app *a)
{
	if (!a)
		return;
	for (int t = 0; t < APP_TABS; t++)
		while (a->tabs[t].n > 0)
			view_free(a->tabs[t].stack[--a->tabs[t].n]);
	prompt_release(&a->prompt);
	strbuf_release(&a->message);
	strbuf_release(&a->copy);
	strbuf_release(&a->edit);
	arena_release(&a->arena);
	free(a);
}

void
app_resize(struct app *a, int rows, int cols)
{
	a->rows = rows;
	a->cols = cols;
	if (!a->started)
		app_watch_start(a);
	app_layout_top(a);
}

bool
app_tick(struct app *a)
{
	bool changed = app_watch(a);
	struct view *v = app_top_view(a);
	if (v->ops->tick && v->ops->tick(v)) {
		app_layout_top(a);
		changed = true;
	}
	return changed;
}

bool
app_busy(const struct app *a)
{
	const struct view *v = app_top_view(a);
	return v->ops->busy && v->ops->busy(v);
}
