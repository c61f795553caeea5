/* SPDX-License-Identifier: MIT */
/*
 * theme: tables of styles. Without colours, weight and underlining carry the difference; nothing
 * is told by colour alone (words say it too), so every depth is complete.
 */
#include "tui/theme.h"

#include <stdlib.h>
#include <string.h>

enum { OWN = -1 };

struct palette {
	struct style roles[ROLE_COUNT];
	int selected_bg; /* OWN: reverse instead */
	int text_rgb, background_rgb;
};

static const struct palette mono = {
	.roles = {
		[ROLE_TEXT] = { OWN, OWN, .bold = false },
		[ROLE_MUTED] = { OWN, OWN, .dim = true },
		[ROLE_ACCENT] = { OWN, OWN, .bold = true },
		[ROLE_TITLE] = { OWN, OWN, .bold = true },
		[ROLE_GOOD] = { OWN, OWN, .bold = false },
		[ROLE_CAUTION] = { OWN, OWN, .bold = true },
		[ROLE_DANGER] = { OWN, OWN, .bold = true, .reverse = true },
		[ROLE_CLUE] = { OWN, OWN, .underline = true },
		[ROLE_BAR] = { OWN, OWN, .bold = false },
		[ROLE_KEY] = { OWN, OWN, .bold = true },
		[ROLE_HEADER] = { OWN, OWN, .dim = true },
		[ROLE_TAB] = { OWN, OWN, .bold = true, .underline = true },
	},
	.selected_bg = OWN,
	.text_rgb = 0xd0d0d0,
	.background_rgb = 0x121212,
};

static const struct palette eight_dark = {
	.roles = {
		[ROLE_TEXT] = { OWN, OWN, .bold = false },
		[ROLE_MUTED] = { OWN, OWN, .dim = true },
		[ROLE_ACCENT] = { 6, OWN, .bold = true },
		[ROLE_TITLE] = { OWN, OWN, .bold = true },
		[ROLE_GOOD] = { 2, OWN, .bold = false },
		[ROLE_CAUTION] = { 3, OWN, .bold = false },
		[ROLE_DANGER] = { 1, OWN, .bold = true },
		[ROLE_CLUE] = { 6, OWN, .underline = true },
		[ROLE_BAR] = { 6, OWN, .bold = false },
		[ROLE_KEY] = { OWN, OWN, .bold = true },
		[ROLE_HEADER] = { OWN, OWN, .dim = true },
		[ROLE_TAB] = { 6, OWN, .bold = true },
	},
	.selected_bg = OWN,
	.text_rgb = 0xd0d0d0,
	.background_rgb = 0x121212,
};

/* Yellow cannot be read on white: magenta warns there. */
static const struct palette eight_light = {
	.roles = {
		[ROLE_TEXT] = { OWN, OWN, .bold = false },
		[ROLE_MUTED] = { OWN, OWN, .dim = true },
		[ROLE_ACCENT] = { 4, OWN, .bold = true },
		[ROLE_TITLE] = { OWN, OWN, .bold = true },
		[ROLE_GOOD] = { 2, OWN, .bold = false },
		[ROLE_CAUTION] = { 5, OWN, .bold = false },
		[ROLE_DANGER] = { 1, OWN, .bold = true },
		[ROLE_CLUE] = { 4, OWN, .underline = true },
		[ROLE_BAR] = { 4, OWN, .bold = false },
		[ROLE_KEY] = { OWN, OWN, .bold = true },
		[ROLE_HEADER] = { OWN, OWN, .dim = true },
		[ROLE_TAB] = { 4, OWN, .bold = true },
	},
	.selected_bg = OWN,
	.text_rgb = 0x262626,
	.background_rgb = 0xfcfcfc,
};

static const struct palette full_dark = {
	.roles = {
		[ROLE_TEXT] = { 252, OWN, .bold = false },
		[ROLE_MUTED] = { 245, OWN, .bold = false },
		[ROLE_ACCENT] = { 110, OWN, .bold = true },
		[ROLE_TITLE] = { 250, OWN, .bold = true },
		[ROLE_GOOD] = { 108, OWN, .bold = false },
		[ROLE_CAUTION] = { 179, OWN, .bold = false },
		[ROLE_DANGER] = { 203, OWN, .bold = true },
		[ROLE_CLUE] = { 153, 24, .bold = false },
		[ROLE_BAR] = { 67, OWN, .bold = false },
		[ROLE_KEY] = { 252, OWN, .bold = true },
		[ROLE_HEADER] = { 245, OWN, .bold = false },
		[ROLE_TAB] = { 110, OWN, .bold = true },
	},
	.selected_bg = 237,
	.text_rgb = 0xd0d0d0,
	.background_rgb = 0x161616,
};

static const struct palette full_light = {
	.roles = {
		[ROLE_TEXT] = { 235, OWN, .bold = false },
		[ROLE_MUTED] = { 243, OWN, .bold = false },
		[ROLE_ACCENT] = { 25, OWN, .bold = true },
		[ROLE_TITLE] = { 238, OWN, .bold = true },
		[ROLE_GOOD] = { 28, OWN, .bold = false },
		[ROLE_CAUTION] = { 130, OWN, .bold = false },
		[ROLE_DANGER] = { 160, OWN, .bold = true },
		[ROLE_CLUE] = { 25, 153, .bold = false },
		[ROLE_BAR] = { 67, OWN, .bold = false },
		[ROLE_KEY] = { 235, OWN, .bold = true },
		[ROLE_HEADER] = { 243, OWN, .bold = false },
		[ROLE_TAB] = { 25, OWN, .bold = true },
	},
	.selected_bg = 254,
	.text_rgb = 0x262626,
	.background_rgb = 0xfcfcfc,
};

static const struct palette *
palette_of(struct theme t)
{
	switch (t.depth) {
	case THEME_256:
		return t.light ? &full_light : &full_dark;
	case THEME_8:
		return t.light ? &eight_light : &eight_dark;
	case THEME_MONO:
		break;
	}
	return &mono;
}

struct style
theme_style(struct theme t, enum role role, bool selected)
{
	const struct palette *p = palette_of(t);
	struct style s = p->roles[role];
	if (!selected)
		return s;
	if (p->selected_bg == OWN) {
		s.reverse = true;
		s.dim = false; /* dim and reversed cannot be read on many terminals */
		s.fg = OWN;
	} else if (s.bg == OWN) {
		s.bg = p->selected_bg;
	}
	return s;
}

/* The last number of "fg;bg" or "fg;default;bg": 7 and 9 to 15 are light backgrounds. */
static bool
is_light_background(const char *colorfgbg)
{
	const char *last = colorfgbg ? strrchr(colorfgbg, ';') : NULL;
	if (!last || last[1] < '0' || last[1] > '9')
		return false;
	long bg = strtol(last + 1, NULL, 10);
	return bg == 7 || (bg > 8 && bg < 16);
}

struct theme
theme_detect(const char *no_color, const char *colorfgbg, const char *background, int colours)
{
	struct theme t = { .depth = THEME_MONO };
	if (background && (!strcmp(background, "light") || !strcmp(background, "dark")))
		t.light = background[0] == 'l';
	else
		t.light = is_light_background(colorfgbg);
	if (no_color && no_color[0])
		return t;
	if (colours >= 256)
		t.depth = THEME_256;
	else if (colours >= 8)
		t.depth = THEME_8;
	return t;
}

unsigned
theme_rgb(struct theme t, int colour, bool background)
{
	static const unsigned base[16] = {
		0x000000, 0xcd3131, 0x0dbc79, 0xb58900, 0x2472c8, 0xbc3fbc, 0x11a8cd, 0xe5e5e5,
		0x666666, 0xf14c4c, 0x23d18b, 0xf5f543, 0x3b8eea, 0xd670d6, 0x29b8db, 0xffffff,
	};
	const struct palette *p = palette_of(t);
	if (colour < 0)
		return (unsigned)(background ? p->background_rgb : p->text_rgb);
	if (colour < 16)
		return base[colour];
	if (colour >= 232) {
		unsigned grey = 8 + 10 * (unsigned)(colour - 232);
		return grey << 16 | grey << 8 | grey;
	}
	static const unsigned steps[6] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };
	unsigned cube = (unsigned)colour - 16;
	return steps[cube / 36 % 6] << 16 | steps[cube / 6 % 6] << 8 | steps[cube % 6];
}
