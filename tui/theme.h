/* SPDX-License-Identifier: MIT */
/*
 * theme: the only place that knows colours. A role becomes attributes for what the terminal can
 * show: none, 8 or 256 colours, on a dark or a light background. Calm: one accent, danger rare.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include <stdbool.h>

#include "tui/draw.h"

enum theme_depth { THEME_MONO, THEME_8, THEME_256 };

struct theme {
	enum theme_depth depth;
	bool light;
};

struct style {
	int fg, bg; /* palette number; -1: the terminal's own */
	bool bold, dim, underline, reverse;
};

struct style theme_style(struct theme t, enum role role, bool selected);
/*
 * From the environment's texts (each may be NULL): NO_COLOR, COLORFGBG ("15;0": light text on
 * black), POSTERN_BACKGROUND ("light" or "dark"), and the number of colours the terminal has.
 */
struct theme theme_detect(const char *no_color, const char *colorfgbg, const char *background,
			  int colours);
/* 0xrrggbb of a palette number of 256; of the terminal's own (-1): text or background. */
unsigned theme_rgb(struct theme t, int colour, bool background);

#endif
