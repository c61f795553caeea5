/* SPDX-License-Identifier: MIT */
/*
 * app: the console without a terminal. Two drivers exist: term.c (ncurses) and script.c (key
 * scripts: golden screens, screenshots). Owns the views; borrows everything in app_services.
 */
#ifndef TUI_APP_H
#define TUI_APP_H

#include "base/strbuf.h"
#include "db/desk.h"
#include "db/find.h"
#include "db/store.h"
#include "model/ladder.h"
#include "tui/draw.h"
#include "tui/key.h"

/* What the composition root lends to the console. Functions may be NULL where not possible. */
struct app_services {
	struct store *store; /* NULL: no index yet */
	bool no_history;     /* what was looked for is not remembered */
	struct ours *ours;
	struct desk *desk;       /* NULL: nothing is known, nothing can be kept */
	const struct zone *zone; /* the operator's */
	int64_t (*now_us)(void *arg);
	/* The stages of a session, from its stored lines read again. */
	int (*ladder)(void *arg, struct store *st, const struct session *s, struct arena *a,
		      struct ladder *out, struct err *e);
	/* The usual logs of this host that may be read, to be asked about; empty if there are none.
	 * ERR_IO with the remedy if there are and they may not be read. */
	int (*usual_logs)(void *arg, struct strbuf *path, struct err *e);
	/* Starts an import of that path in another process; what was started goes to message. */
	int (*start_import)(void *arg, struct str path, struct strbuf *message, struct err *e);
	/* Re-opens the index if it appeared or changed underneath. Asked once a second while there
	 * is none. */
	struct store *(*reopen_store)(void *arg);
	/* Puts text where the user can get at it when OSC 52 is not available; path to message. */
	int (*copy_fallback)(void *arg, struct str text, struct strbuf *message, struct err *e);
	void *arg;
	struct str first_start_text; /* found logs and remedies, for the empty Find screen */
};

struct app;
struct app *app_new(const struct app_services *s);
void app_free(struct app *a);

/* False: the user quit. */
bool app_key(struct app *a, uint32_t key);
/* A bracketed paste, whole. */
void app_paste(struct app *a, struct str text);
void app_resize(struct app *a, int rows, int cols);
/* Work that may go on in the background, at most ~20 ms; true if the screen changed. */
bool app_tick(struct app *a);
/* True while app_tick has something to do at once (a scan). */
bool app_busy(const struct app *a);
/* Milliseconds after which app_tick wants to be called though nothing happens; -1: never. */
int app_wait_ms(const struct app *a);
void app_draw(struct app *a, struct draw_list *d);

/* Text the app wants copied to the terminal's clipboard since the last call; empty if none. */
struct str app_take_copy(struct app *a);
/* What only the driver can do: asked for since the last call. */
enum app_request {
	APP_REQUEST_NONE,
	APP_REQUEST_REDRAW,
	APP_REQUEST_SUSPEND,
	APP_REQUEST_EDIT, /* app_run_editor, with the terminal given back */
	/* Something could not be done, after a wait: what was typed meanwhile was meant for it. */
	APP_REQUEST_DROP_TYPED,
};
enum app_request app_take_request(struct app *a);
/* Runs the user's editor, waits for its end, and gives the view what it left. */
void app_run_editor(struct app *a);

/* Monotonic milliseconds. */
int64_t app_monotonic_ms(void);

/* The driver's say. ascii: draw nothing but ASCII. A fixed clock (TIME_NONE: the services'). */
void app_set_ascii(struct app *a, bool ascii);
void app_set_clock(struct app *a, int64_t now_us);
/* Asked during long work: true if the user pressed a key that means stop. */
void app_set_cancel(struct app *a, bool (*cancelled)(void *arg), void *arg);

#endif
