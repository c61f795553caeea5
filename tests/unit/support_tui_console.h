/* SPDX-License-Identifier: MIT */
/* support_tui_console: a console over a fake store, as a person uses it: pressing keys, looking. */
#ifndef TESTS_SUPPORT_TUI_CONSOLE_H
#define TESTS_SUPPORT_TUI_CONSOLE_H

#include "support_tui_store.h"

extern struct fake_store *store; /* of the console that is open */
extern struct app *app;

/* 24 rows of 80 columns. The services may be without the store, which is freed by the close. */
void console_open(struct fake_store *take_store, const struct app_services *services);
void console_close(void);

/* Names of keys, by blanks; after each, all that goes on in the background comes to its end. */
bool press(const char *keys);
void type(const char *s);
/* The screen as text, until the next call. */
const char *screen(void);
void assert_shown(const char *what);
void assert_hidden(const char *what);

#endif
