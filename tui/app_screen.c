/* SPDX-License-Identifier: MIT */
/* app_screen: the frame around a view (header, footer, messages), and what the driver is told. */
#include "tui/app_private.h"
#include "tui/editor.h"

#include <stdarg.h>
#include <stdio.h>

/* --- drawing --------------------------------------------------------------------------------- */

/* Gateways by name where there is room, else their number; what the index does; the zone. */
static struct str
header_state(const struct app *a, struct draw_list *d, int room)
{
	struct clock c = app_clock(a);
	struct arena *m = &d->arena;
	struct str zone = zone_label(c.zone, c.now_us == TIME_NONE ? 0 : c.now_us, m);
	const char *state = !a->store ? "no index   " : app_is_live(a) ? "live   " : "";
	struct str end = arena_printf(m, "%s%.*s", state, STR_ARG(zone));
	if (a->n_gateways == 0)
		return end;
	struct str all = arena_printf(m, "%.*s   %.*s", STR_ARG(a->gateways), STR_ARG(end));
	if (draw_width(d, all) <= room)
		return all;
	struct str number = text_count(a->n_gateways, "gateway", "gateways", m);
	return arena_printf(m, "%.*s   %.*s", STR_ARG(number), STR_ARG(end));
}

static void
draw_header(const struct app *a, struct draw_list *d)
{
	struct rect r = { 0, 0, 1, a->cols };
	int col = 1 + draw_text(d, r, 0, 1, -1, ROLE_TITLE, STR("postern")) + 3;
	for (int i = 0; i < APP_TABS; i++) {
		struct str title = arena_printf(&d->arena, "%d %s", app_tab_ops[i]->tab,
						app_tab_ops[i]->title);
		enum role role = i == a->tab ? ROLE_TAB : ROLE_HEADER;
		col += draw_text(d, r, 0, col, -1, role, title) + 2;
	}
	int left = a->cols - 1 - col;
	struct str state = header_state(a, d, left);
	if (draw_width(d, state) <= left)
		draw_right(d, r, 0, col, left, ROLE_HEADER, state);
}

static void
draw_footer(const struct app *a, struct draw_list *d)
{
	struct rect r = { a->rows - 1, 0, 1, a->cols };
	if (a->message.n > 0)
		draw_cut(d, r, 0, 1, a->cols - 2, a->message_role, strbuf_str(&a->message));
	else if (a->prompt.asked != ACTION_NONE)
		prompt_draw(&a->prompt, d, r);
	else
		keymap_footer(d, r, app_place(a), app_has(a));
}

void
app_draw(struct app *a, struct draw_list *d)
{
	d->ascii = a->ascii;
	draw_clear(d, a->rows, a->cols);
	if (a->rows < 3 || a->cols < 10)
		return;
	app_layout_top(a);
	const struct view *v = app_top_view(a);
	draw_header(a, d);
	v->ops->draw(v, d, app_body(a));
	if (a->prompt.asked != ACTION_NONE || a->message.n > 0)
		d->cursor_row = d->cursor_col = -1;
	draw_footer(a, d);
}

bool
view_draw_missing(const struct view *v, struct draw_list *d, struct rect r)
{
	struct str teach = app_services(v->app)->first_start_text;
	if (!app_store(v->app)) {
		if (teach.n == 0)
			teach = STR("There is no index yet. Read logs with: postern import PATH");
		draw_wrapped(d, r, 0, 0, r.cols, r.rows, ROLE_TEXT, teach);
		return true;
	}
	if (v->trouble.code == ERR_NONE)
		return false;
	int used = draw_wrapped(d, r, 0, 0, r.cols, 4, ROLE_DANGER, str_from(v->trouble.text));
	draw_text(d, r, used + 1, 0, -1, ROLE_MUTED, STR("^L tries again"));
	return true;
}

/* --- saying ---------------------------------------------------------------------------------- */

void
app_say(struct app *a, enum role role, const char *fmt, ...)
{
	char text[2000];
	va_list args;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	strbuf_clear(&a->message);
	strbuf_add_text(&a->message, text);
	a->message_role = role;
}

void
app_error(struct app *a, const struct err *e)
{
	if (e->code == ERR_CANCEL)
		app_say(a, ROLE_TEXT, "Stopped.");
	else
		app_say(a, ROLE_DANGER, "%s", e->text);
	if (e->code == ERR_BUSY)
		a->request = APP_REQUEST_DROP_TYPED;
}

void
app_ask(struct app *a, enum action for_what, struct str initial)
{
	prompt_open(&a->prompt, for_what, initial);
}

void
app_copy(struct app *a, struct str text, const char *what)
{
	struct strbuf where;
	struct err e = { .code = ERR_NONE };
	strbuf_clear(&a->copy);
	strbuf_add(&a->copy, text);
	a->has_copy = true;
	strbuf_init(&where, 1000);
	if (!a->services.copy_fallback)
		app_say(a, ROLE_GOOD, "Copied %s.", what);
	else if (a->services.copy_fallback(a->services.arg, text, &where, &e) != 0)
		app_error(a, &e);
	else
		app_say(a, ROLE_GOOD, "Copied %s; %.*s", what, STR_ARG(strbuf_str(&where)));
	strbuf_release(&where);
}

void
app_edit(struct app *a, struct str text, size_t most_bytes)
{
	strbuf_release(&a->edit);
	strbuf_init(&a->edit, most_bytes);
	strbuf_add(&a->edit, text);
	a->request = APP_REQUEST_EDIT;
}

void
app_run_editor(struct app *a)
{
	struct view *v = app_top_view(a);
	struct err e = { .code = ERR_NONE };
	if (editor_run(&a->edit, &e) != 0)
		app_error(a, &e);
	else if (v->ops->edited)
		v->ops->edited(v, strbuf_str(&a->edit));
	app_layout_top(a);
}

/* --- for views and drivers -------------------------------------------------------------------- */

const struct app_services *
app_services(const struct app *a)
{
	return &a->services;
}

struct store *
app_store(const struct app *a)
{
	return a->store;
}

struct clock
app_clock(const struct app *a)
{
	struct clock c = { .zone = a->services.zone, .now_us = a->fixed_now_us };
	if (!c.zone)
		c.zone = zone_utc();
	if (c.now_us == TIME_NONE && a->services.now_us)
		c.now_us = a->services.now_us(a->services.arg);
	return c;
}

bool
app_cancelled(void *app)
{
	const struct app *a = app;
	return a->cancelled && a->cancelled(a->cancelled_arg);
}

struct str
app_take_copy(struct app *a)
{
	if (!a->has_copy)
		return STR("");
	a->has_copy = false;
	return strbuf_str(&a->copy);
}

enum app_request
app_take_request(struct app *a)
{
	enum app_request r = a->request;
	a->request = APP_REQUEST_NONE;
	return r;
}

void
app_set_ascii(struct app *a, bool ascii)
{
	a->ascii = ascii;
}

void
app_set_clock(struct app *a, int64_t now_us)
{
	a->fixed_now_us = now_us;
}

void
app_set_cancel(struct app *a, bool (*cancelled)(void *arg), void *arg)
{
	a->cancelled = cancelled;
	a->cancelled_arg = arg;
}
