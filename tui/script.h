/* SPDX-License-Identifier: MIT */
/*
 * script: plays keys to the console without a terminal. One command per line:
 *
 *   size 24x80            rows x columns
 *   clock 2026-11-21T15:39:17Z
 *   key <Enter> j <Alt-2> one or more keys
 *   text some words       typed as they stand
 *   paste FILE            a bracketed paste of a file's content
 *   shot NAME             the screen as it is, when nothing is running any more
 *   # a comment
 *
 * Between commands all background work is finished, so a script needs no waiting.
 */
#ifndef TUI_SCRIPT_H
#define TUI_SCRIPT_H

#include "tui/app.h"

struct script_out {
	/* Called for each shot; `d` is the script's. */
	int (*shot)(void *arg, struct str name, const struct draw_list *d, struct err *e);
	void *arg;
	const char *paste_dir; /* what FILE of `paste` is relative to; NULL: the current one */
	int rows, cols;        /* size at the start; 0: 24x80 */
	bool fixed_size;       /* `size` in the script is passed over */
};

/* ERR_USAGE with the line number for what cannot be read; ERR_IO for files; shot's own errors. */
int script_run(struct app *app, struct str script, struct script_out *out, struct err *e);

/* A ready-made shot: writes DIR/NAME.svg and DIR/NAME.txt; arg is the directory (const char *). */
int script_shot_files(void *arg, struct str name, const struct draw_list *d, struct err *e);

#endif
