/* SPDX-License-Identifier: MIT */
/*
 * app: the console without a terminal. Two drivers exist: term.c (ncurses) and script.c (key
 * scripts: golden screens, screenshots). Owns the view stack; borrows everything in app_services.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "base/strbuf.h"
#include "db/find.h"
#include "db/store.h"
#include "tui/draw.h"

/* What the composition root lends to the console. */
struct app_services {
	struct store *store;          /* NULL: no index yet */
	struct ours *ours;
	const struct zone *zone;      /* the operator's */
	int64_t (*now_us)(void *arg);
	/* Starts an import of the usual logs in another process; NULL if not possible. Text of the
	 * remedy or of what was started goes to message. */
	int (*start_import)(void *arg, struct strbuf *message, struct err *e);
	/* Re-opens the index if it appeared or changed underneath. */
	struct store *(*reopen_store)(void *arg);
	/* Puts text where the user can get at it when OSC 52 is not available; path to message. */
	int (*copy_fallback)(void *arg, struct str text, struct strbuf *message, struct err *e);
	void *arg;
	struct str first_start_text;  /* found logs and remedies, for the empty Find screen */
};

struct app;
struct app *app_new(const struct app_services *s);
void app_free(struct app *a);

/* Keys: Unicode code points, or these. Alt is a flag. */
enum app_key {
	KEY_NONE = 0,
	KEY_ENTER = '\n',
	KEY_TAB = '\t',
	KEY_ESC = 27,
	KEY_BACKSPACE = 127,
	KEY_SPECIAL = 0x110000,
	KEY_UP, KEY_DOWN, KEY_LEFT, KEY_RIGHT,
	KEY_PAGE_UP, KEY_PAGE_DOWN, KEY_HOME, KEY_END, KEY_DELETE,
	KEY_BACKTAB, KEY_F1, KEY_F2,
	KEY_ALT = 0x1000000
};

/* False: the user quit. */
bool app_key(struct app *a, uint32_t key);
/* A bracketed paste, whole. */
void app_paste(struct app *a, struct str text);
void app_resize(struct app *a, int rows, int cols);
/* Work that may go on in the background, at most ~20 ms; true if the screen changed. */
bool app_tick(struct app *a);
/* True while app_tick has something to do at once (a scan, a running find). */
bool app_busy(const struct app *a);
void app_draw(struct app *a, struct draw_list *d);
/* Text the app wants copied to the terminal's clipboard since the last call; empty if none. */
struct str app_take_copy(struct app *a);

#endif
