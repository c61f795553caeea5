/* SPDX-License-Identifier: MIT */
/* app_private: the console's state, shared by app.c (views, keys), app_watch.c (the index) and
 * app_screen.c (what is shown and said). Nobody else includes this. */
#ifndef TUI_APP_PRIVATE_H
#define TUI_APP_PRIVATE_H

#include "tui/prompt.h"
#include "tui/view.h"

enum { APP_TABS = 3, APP_STACK_MAX = 16 };

struct tab {
	struct view *stack[APP_STACK_MAX];
	int n;
};

struct app {
	struct app_services services;
	struct store *store;
	struct tab tabs[APP_TABS];
	int tab;
	int rows, cols;
	bool ascii, quit, started;
	struct prompt prompt;
	struct strbuf message; /* in the place of the footer until the next key */
	enum role message_role;
	struct strbuf copy; /* waits for the driver */
	bool has_copy;
	enum app_request request;
	struct strbuf edit; /* waits for the user's editor */
	int64_t fixed_now_us;
	uint64_t version; /* of the store, when last looked */
	int64_t watched_ms, changed_ms;
	int64_t minute;        /* of the clock when last looked: ages change with it */
	bool importing;        /* a child of ours reads logs */
	uint64_t lines_before; /* in the index when it began */
	struct arena arena;    /* of gateways */
	struct str gateways;   /* their names, for the header */
	size_t n_gateways;
	bool (*cancelled)(void *arg);
	void *cancelled_arg;
};

extern const struct view_ops *const app_tab_ops[APP_TABS];

struct view *app_top_view(const struct app *a);
enum place app_place(const struct app *a);
unsigned app_has(const struct app *a);
struct rect app_body(const struct app *a);
void app_layout_top(struct app *a);
void app_load_if_stale(struct app *a);

/* First look at the index, and the look once a second: true if the screen may differ now. */
void app_watch_start(struct app *a);
bool app_watch(struct app *a);
/* An import was started from here: its end will be said. */
void app_watch_import(struct app *a);
bool app_is_live(const struct app *a);

#endif
