/* SPDX-License-Identifier: MIT */
/*
 * editor: the user's own editor on a text. The terminal must be his meanwhile (the driver's part).
 * The text lies in a file of mode 0600 in a directory of mode 0700 of its own, and both are removed
 * afterwards with whatever the editor left there.
 */
#ifndef TUI_EDITOR_H
#define TUI_EDITOR_H

#include "base/err.h"
#include "base/strbuf.h"

/*
 * Runs $VISUAL, $EDITOR or vi and waits for its end; the text is then as it was left. On failure,
 * also when the editor says that it failed, or leaves no file, no text or no UTF-8, the text is
 * unchanged: ERR_IO. What exceeds the text's maximum is ERR_LIMIT.
 */
int editor_run(struct strbuf *text, struct err *e);

#endif
