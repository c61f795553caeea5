/* SPDX-License-Identifier: MIT */
/* script: the second driver of the console; see the header for its language. */
#include "tui/script.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/utf8.h"
#include "tui/dump.h"

enum { PASTE_MOST = 16 << 20, TICKS_MOST = 100000 };

struct player {
	struct app *app;
	struct script_out *out;
	struct draw_list screen;
	bool quit;
};

/* Work that never ends is a bug in a view: it must not hang a test run. */
static void
settle(struct player *p)
{
	for (int i = 0; i < TICKS_MOST && app_busy(p->app); i++)
		app_tick(p->app);
}

static struct str
next_word(struct str *rest)
{
	*rest = str_trim(*rest);
	struct str word = str_slice(*rest, 0, str_find_char(*rest, ' ', 0));
	*rest = str_skip(*rest, word.n);
	return word;
}

static int
play_size(struct player *p, struct str arg, struct err *e)
{
	size_t x = str_find_char(arg, 'x', 0);
	uint64_t rows, cols;
	if (x == STR_NPOS || !str_to_u64(str_slice(arg, 0, x), &rows) ||
	    !str_to_u64(str_skip(arg, x + 1), &cols) || rows > 1000 || cols > 1000)
		return err_set(e, ERR_USAGE, "size wants ROWSxCOLUMNS, not \"%.*s\"", STR_ARG(arg));
	if (!p->out->fixed_size)
		app_resize(p->app, (int)rows, (int)cols);
	return 0;
}

static int
play_clock(struct player *p, struct str arg, struct err *e)
{
	int64_t time_us;
	if (!time_parse(arg, zone_utc(), &time_us))
		return err_set(e, ERR_USAGE, "\"%.*s\" is no time", STR_ARG(arg));
	app_set_clock(p->app, time_us);
	return 0;
}

static int
play_keys(struct player *p, struct str arg, struct err *e)
{
	for (struct str word = next_word(&arg); word.n > 0 && !p->quit; word = next_word(&arg)) {
		uint32_t key;
		if (!key_parse(word, &key))
			return err_set(e, ERR_USAGE, "there is no key \"%.*s\"", STR_ARG(word));
		p->quit = !app_key(p->app, key);
		settle(p);
	}
	return 0;
}

static int
play_text(struct player *p, struct str arg, struct err *e)
{
	(void)e;
	for (size_t at = 0; at < arg.n && !p->quit;) {
		uint32_t cp;
		at += utf8_decode(arg, at, &cp);
		p->quit = !app_key(p->app, cp);
	}
	return 0;
}

static int
play_paste(struct player *p, struct str arg, struct err *e)
{
	char path[4096];
	struct strbuf text;
	if (p->out->paste_dir && !str_starts(arg, STR("/")))
		snprintf(path, sizeof(path), "%s/%.*s", p->out->paste_dir, STR_ARG(arg));
	else
		snprintf(path, sizeof(path), "%.*s", STR_ARG(arg));
	strbuf_init(&text, PASTE_MOST);
	int rc = file_read(path, &text, e);
	if (rc == 0)
		app_paste(p->app, strbuf_str(&text));
	strbuf_release(&text);
	return rc;
}

static int
play_shot(struct player *p, struct str arg, struct err *e)
{
	settle(p);
	app_draw(p->app, &p->screen);
	return p->out->shot(p->out->arg, arg, &p->screen, e);
}

static const struct {
	const char *name;
	int (*play)(struct player *p, struct str arg, struct err *e);
} commands[] = {
	{ "size", play_size }, { "clock", play_clock }, { "key", play_keys },
	{ "text", play_text }, { "paste", play_paste }, { "shot", play_shot },
};

static int
play_line(struct player *p, struct str line, struct err *e)
{
	struct str rest = str_trim(line);
	if (rest.n == 0 || rest.p[0] == '#')
		return 0;
	struct str name = next_word(&rest);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!str_eq(name, str_from(commands[i].name)))
			continue;
		int rc = commands[i].play(p, str_trim(rest), e);
		settle(p);
		return rc;
	}
	return err_set(e, ERR_USAGE, "there is no command \"%.*s\"", STR_ARG(name));
}

int
script_run(struct app *app, struct str script, struct script_out *out, struct err *e)
{
	struct player p = { .app = app, .out = out };
	int rc = 0;
	int number = 0;
	draw_init(&p.screen);
	app_resize(app, out->rows > 0 ? out->rows : 24, out->cols > 0 ? out->cols : 80);
	while (script.n > 0 && rc == 0 && !p.quit) {
		size_t end = str_find_char(script, '\n', 0);
		number++;
		if (play_line(&p, str_slice(script, 0, end), e) != 0)
			rc = err_prefix(e, "line %d", number);
		script = end == STR_NPOS ? STR("") : str_skip(script, end + 1);
	}
	draw_release(&p.screen);
	return rc;
}

static int
write_file(const char *dir, struct str name, const char *suffix, struct str text, struct err *e)
{
	char path[4096];
	snprintf(path, sizeof(path), "%s/%.*s%s", dir, STR_ARG(name), suffix);
	FILE *f = fopen(path, "wb");
	if (!f)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	size_t written = fwrite(text.p, 1, text.n, f);
	if (fclose(f) != 0 || written != text.n)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	return 0;
}

int
script_shot_files(void *arg, struct str name, const struct draw_list *d, struct err *e)
{
	const char *dir = arg;
	struct strbuf out;
	strbuf_init(&out, STRBUF_NO_MAX);
	dump_svg(d, (struct theme){ .depth = THEME_256 }, &out);
	int rc = write_file(dir, name, ".svg", strbuf_str(&out), e);
	strbuf_clear(&out);
	dump_text(d, &out);
	if (rc == 0)
		rc = write_file(dir, name, ".txt", strbuf_str(&out), e);
	strbuf_release(&out);
	return rc;
}
