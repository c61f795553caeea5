/* SPDX-License-Identifier: MIT */
/*
 * view: a screen is a table of functions. `load` reads the store; what the user does (`act`,
 * `paste`, `accept`) and what goes on behind (`tick`) may ask it too. Nobody else does: `layout`
 * fits state into a rectangle, `type` edits it, and `busy`, `place`, `has` and `draw` take a const
 * view; `draw` writes to the draw list, nothing else. A view file ends with its filled table.
 */
#ifndef TUI_VIEW_H
#define TUI_VIEW_H

#include "tui/app.h"
#include "tui/keymap.h"
#include "tui/text.h"

/* From this width on a view puts side by side what otherwise stands below each other. */
enum { BESIDE_COLS = 160 };

struct view {
	const struct view_ops *ops;
	struct app *app;
	struct arena arena; /* what load read; reset before each load */
	void *state;        /* ops->state_size bytes, zeroed at open */
	bool stale;         /* the index has changed since load */
	struct err trouble; /* of the last load; code ERR_NONE: fine */
};

/* Designated initialisers only; what a view has no use for stays NULL. */
struct view_ops {
	const char *title; /* in the header, for tabs */
	int tab;           /* number in the header; 0: opened from another view */
	size_t state_size;
	void (*open)(struct view *v, const void *param);
	int (*load)(struct view *v, struct err *e);
	/* Goes on with long work for at most ~20 ms; true if the screen changed. */
	bool (*tick)(struct view *v);
	bool (*busy)(const struct view *v);
	void (*layout)(struct view *v, struct rect r);
	void (*draw)(const struct view *v, struct draw_list *d, struct rect r);
	enum place (*place)(const struct view *v);
	unsigned (*has)(const struct view *v); /* bits of enum action_need, besides the app's */
	bool (*act)(struct view *v, enum action a); /* false: not mine */
	void (*type)(struct view *v, uint32_t character);
	void (*paste)(struct view *v, struct str text); /* NULL: pastes go to Find */
	bool (*takes_paste)(const struct view *v);      /* NULL: always, where there is paste */
	/* What the user's editor left of the text that app_edit gave it. */
	void (*edited)(struct view *v, struct str text);
	/* The prompt that the view asked for (ACTION_FILTER, ACTION_OPEN_FILE) was accepted. */
	void (*accept)(struct view *v, enum action asked, struct str text);
	void (*close)(struct view *v);
};

extern const struct view_ops view_find, view_sessions, view_sources; /* tabs */
extern const struct view_ops view_trace;                             /* param: struct trace_ask */
extern const struct view_ops view_session, view_lines, view_explain, view_clues, view_unknown,
	view_cases, view_case, view_help;

/* --- what a view may ask of the app --- */
const struct app_services *app_services(const struct app *a);
struct store *app_store(const struct app *a);
struct clock app_clock(const struct app *a);
/* A sentence in the place of the footer, until the next key. */
void app_say(struct app *a, enum role role, const char *fmt, ...) PRINTF_LIKE(3, 4);
void app_error(struct app *a, const struct err *e);
/* Opens a view above this one; param is read by ops->open before this returns. */
void app_push(struct app *a, const struct view_ops *ops, const void *param);
/* Asks for a line of text; the answer goes to ops->accept of the view on top. */
void app_ask(struct app *a, enum action for_what, struct str initial);
void app_copy(struct app *a, struct str text, const char *what);
/* Opens the text in the user's editor once the driver gives the terminal away. */
void app_edit(struct app *a, struct str text, size_t most_bytes);
bool app_cancelled(void *app);
/* Something was written to the desk: what views show of it is read again. */
void app_desk_changed(struct app *a);
/* Reads the index anew for this view, keeping its selection. */
void app_reload(struct app *a, struct view *v);

/*
 * What an empty view says when there is no index, or when it could not be read; false (and nothing
 * drawn) when neither is the case.
 */
bool view_draw_missing(const struct view *v, struct draw_list *d, struct rect r);

/* --- parameters of views --- */
struct sessions_param { /* view_sessions opened from another view */
	struct term term;
	struct str title;
};
struct session_param { /* view_session, view_lines */
	struct session_ref ref;
};
struct cases_param {      /* view_cases; NULL: all of them */
	struct str words; /* copied */
};
struct case_param { /* view_case */
	uint64_t number;
};
struct explain_param { /* view_explain */
	struct session_ref ref;
	struct str asked; /* recipient; copied; empty: whoever fared worst */
};
struct help_param {
	enum place place;
	unsigned has;
};
struct clues_param { /* view_clues: drops are done through the view that owns the search */
	const struct find_result *result;
	const struct find_result *(*drop)(void *arg, size_t clue, bool dropped);
	void *arg;
};

#endif
