/* SPDX-License-Identifier: MIT */
/*
 * support_tui_desk: a real desk in the scratch directory, in the hands of "cks": a case of session
 * 1xUnZw-00032s-19 of the fake store, and two past finds. Remove it with files_remove_all.
 */
#ifndef TESTS_SUPPORT_TUI_DESK_H
#define TESTS_SUPPORT_TUI_DESK_H

#include "support_tui_store.h"

/* Made anew. */
struct desk *fake_desk_new(struct fake_store *f);
/* One with nothing on it. */
struct desk *fake_desk_empty(void);
/* The session of the fake store with that ID of its own. */
const struct session *fake_session(const struct fake_store *f, const char *id);

#endif
