/* SPDX-License-Identifier: MIT */
/* key: what a person can press, as one number, and its name in scripts and on screens. */
#ifndef TUI_KEY_H
#define TUI_KEY_H

#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

/* Unicode code points, or these. Control keys are their code point (1 … 31). Alt is a flag. */
enum app_key {
	APP_KEY_NONE = 0,
	APP_KEY_TAB = '\t',
	APP_KEY_ENTER = '\r',
	APP_KEY_ESC = 27,
	APP_KEY_BACKSPACE = 127,
	APP_KEY_SPECIAL = 0x110000,
	APP_KEY_UP,
	APP_KEY_DOWN,
	APP_KEY_LEFT,
	APP_KEY_RIGHT,
	APP_KEY_PAGE_UP,
	APP_KEY_PAGE_DOWN,
	APP_KEY_HOME,
	APP_KEY_END,
	APP_KEY_INSERT,
	APP_KEY_DELETE,
	APP_KEY_BACKTAB,
	APP_KEY_F1,
	APP_KEY_F12 = APP_KEY_F1 + 11,
	APP_KEY_ALT = 0x1000000,
};

#define KEY_CTRL(letter)  ((uint32_t)(letter)&0x1f)
#define KEY_WITH_ALT(key) ((uint32_t)(key) | APP_KEY_ALT)

/* As people read it: "enter", "^O", "Alt-1", "PgDn", "q". */
struct str key_label(uint32_t key, struct arena *a);
/* Reads one key as scripts write it: "<Enter>", "<Alt-1>", "<Ctrl-O>", "q". False if unknown. */
bool key_parse(struct str s, uint32_t *key);
/* True for a character to be typed into a field. */
bool key_is_text(uint32_t key);

#endif
