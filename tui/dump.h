/* SPDX-License-Identifier: MIT */
/* dump: a draw list as text, as runs of roles, and as a picture. What tests and the README show. */
#ifndef TUI_DUMP_H
#define TUI_DUMP_H

#include "base/strbuf.h"
#include "tui/draw.h"
#include "tui/theme.h"

/* The screen as lines of text, without blanks at their ends. */
void dump_text(const struct draw_list *d, struct strbuf *out);
/* "row: role from+cells …" for each row with other roles than plain text; '*': selected. */
void dump_roles(const struct draw_list *d, struct strbuf *out);
/* A self-contained SVG in a monospace font. */
void dump_svg(const struct draw_list *d, struct theme t, struct strbuf *out);

#endif
