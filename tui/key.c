/* SPDX-License-Identifier: MIT */
/* key: one table of names serves scripts, the footer and the help. */
#include "tui/key.h"

#include "base/utf8.h"

static const struct {
	uint32_t key;
	const char *script; /* between < and > */
	const char *label;
} names[] = {
	{ APP_KEY_ENTER, "Enter", "enter" },
	{ APP_KEY_TAB, "Tab", "tab" },
	{ APP_KEY_BACKTAB, "BackTab", "shift-tab" },
	{ APP_KEY_ESC, "Esc", "esc" },
	{ APP_KEY_BACKSPACE, "Backspace", "backspace" },
	{ APP_KEY_UP, "Up", "up" },
	{ APP_KEY_DOWN, "Down", "down" },
	{ APP_KEY_LEFT, "Left", "left" },
	{ APP_KEY_RIGHT, "Right", "right" },
	{ APP_KEY_PAGE_UP, "PageUp", "PgUp" },
	{ APP_KEY_PAGE_DOWN, "PageDown", "PgDn" },
	{ APP_KEY_HOME, "Home", "home" },
	{ APP_KEY_END, "End", "end" },
	{ APP_KEY_INSERT, "Insert", "insert" },
	{ APP_KEY_DELETE, "Delete", "delete" },
	{ ' ', "Space", "space" },
	{ '<', "Less", "<" },
};

#define NAMES (sizeof(names) / sizeof(names[0]))

struct str
key_label(uint32_t key, struct arena *a)
{
	if (key & APP_KEY_ALT) {
		struct str base = key_label(key & ~(uint32_t)APP_KEY_ALT, a);
		return arena_printf(a, "Alt-%.*s", STR_ARG(base));
	}
	for (size_t i = 0; i < NAMES; i++)
		if (names[i].key == key)
			return str_from(names[i].label);
	if (key >= APP_KEY_F1 && key <= APP_KEY_F12)
		return arena_printf(a, "F%d", (int)(key - APP_KEY_F1) + 1);
	if (key < 32)
		return arena_printf(a, "^%c", (int)key + '@');
	char bytes[4];
	size_t n = utf8_encode(key, bytes);
	return arena_str(a, (struct str){ bytes, n });
}

static bool
parse_named(struct str s, uint32_t *key)
{
	for (size_t i = 0; i < NAMES; i++) {
		if (str_eq_nocase(s, str_from(names[i].script))) {
			*key = names[i].key;
			return true;
		}
	}
	if (s.n >= 2 && s.p[0] == 'F') {
		uint64_t number;
		if (!str_to_u64(str_skip(s, 1), &number) || number < 1 || number > 12)
			return false;
		*key = APP_KEY_F1 + (uint32_t)number - 1;
		return true;
	}
	if (str_starts_nocase(s, STR("Ctrl-")) && s.n == 6) {
		*key = KEY_CTRL(s.p[5]);
		return true;
	}
	return false;
}

bool
key_parse(struct str s, uint32_t *key)
{
	if (s.n >= 3 && s.p[0] == '<' && s.p[s.n - 1] == '>') {
		s = str_slice(s, 1, s.n - 1);
		uint32_t alt = 0;
		if (str_starts_nocase(s, STR("Alt-"))) {
			alt = APP_KEY_ALT;
			s = str_skip(s, 4);
		}
		uint32_t base;
		if (!parse_named(s, &base)) {
			if (s.n == 0 || utf8_decode(s, 0, &base) != s.n)
				return false;
		}
		*key = base | alt;
		return true;
	}
	return s.n > 0 && utf8_decode(s, 0, key) == s.n;
}

bool
key_is_text(uint32_t key)
{
	return key >= ' ' && key != APP_KEY_BACKSPACE && key < APP_KEY_SPECIAL;
}
