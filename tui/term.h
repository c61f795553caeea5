/* SPDX-License-Identifier: MIT */
/* term: the console in a terminal. Everything that knows ncurses is in term.c. */
#ifndef TUI_TERM_H
#define TUI_TERM_H

#include "tui/app.h"

/*
 * Runs until the user quits (0) or the terminal is gone or unfit (-1, ERR_IO). The terminal is
 * given back as it was, also on SIGTERM, SIGHUP, SIGINT (the signal is then raised again) and by
 * fatal() and panic().
 */
int term_run(struct app *app, struct err *e);

#endif
