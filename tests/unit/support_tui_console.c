/* SPDX-License-Identifier: MIT */
#include "support_tui_console.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tui/dump.h"

struct fake_store *store;
struct app *app;
static struct strbuf text;

void
console_open(struct fake_store *take_store, const struct app_services *services)
{
	store = take_store;
	app = app_new(services);
	app_resize(app, 24, 80);
	strbuf_init(&text, 1 << 20);
}

void
console_close(void)
{
	app_free(app);
	fake_store_free(store);
	strbuf_release(&text);
}

bool
press(const char *keys)
{
	bool alive = true;
	for (struct str rest = str_from(keys); rest.n > 0;) {
		size_t blank = str_find_char(rest, ' ', 0);
		uint32_t key;
		assert_true(key_parse(str_slice(rest, 0, blank), &key));
		alive = app_key(app, key);
		while (alive && app_busy(app))
			app_tick(app);
		rest = blank == STR_NPOS ? STR("") : str_skip(rest, blank + 1);
	}
	return alive;
}

void
type(const char *s)
{
	for (; *s; s++)
		app_key(app, (uint32_t)*s);
}

const char *
screen(void)
{
	struct draw_list d;
	draw_init(&d);
	app_draw(app, &d);
	strbuf_clear(&text);
	dump_text(&d, &text);
	draw_release(&d);
	return text.p;
}

void
assert_shown(const char *what)
{
	if (!strstr(screen(), what))
		fail_msg("\"%s\" is not on the screen:\n%s", what, text.p);
}

void
assert_hidden(const char *what)
{
	if (strstr(screen(), what))
		fail_msg("\"%s\" is on the screen:\n%s", what, text.p);
}
