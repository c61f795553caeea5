/* SPDX-License-Identifier: MIT */
/*
 * keymap: which key means which action where. One table; dispatch, the footer and the help page
 * are read from it. A place is where the keyboard's focus can be.
 */
#ifndef TUI_KEYMAP_H
#define TUI_KEYMAP_H

#include "tui/action.h"
#include "tui/draw.h"
#include "tui/key.h"

/* id, title in the help, true if characters are typed there */
#define PLACE_LIST(X)                                          \
	X(PLACE_PASTE, "Find: the field", true)                \
	X(PLACE_FIELDS, "Find: sender, recipient, time", true) \
	X(PLACE_RECENT, "Find: lately", false)                 \
	X(PLACE_RESULTS, "Find: what was found", false)        \
	X(PLACE_TRACE, "Trace", false)                         \
	X(PLACE_CLUES, "Clues", false)                         \
	X(PLACE_SESSIONS, "Sessions", false)                   \
	X(PLACE_SESSION, "Session", false)                     \
	X(PLACE_STORY, "Session: its story", false)            \
	X(PLACE_LINES, "Log lines", false)                     \
	X(PLACE_EXPLAIN, "Explain", false)                     \
	X(PLACE_EXPLAIN_FIELD, "Explain: a text", true)        \
	X(PLACE_CASES, "Cases", false)                         \
	X(PLACE_CASE, "Case", false)                           \
	X(PLACE_SOURCES, "Sources", false)                     \
	X(PLACE_UNKNOWN, "Unknown lines", false)               \
	X(PLACE_HELP, "Help", false)                           \
	X(PLACE_PROMPT, "Filter, file and command line", true)

#define PLACE_ENUM_MEMBER(id, title, input) id,
enum place { PLACE_LIST(PLACE_ENUM_MEMBER) PLACE_COUNT };
const char *place_title(enum place p);
bool place_is_input(enum place p);

struct binding {
	uint32_t key;
	unsigned places; /* bits 1 << place */
	enum action action;
	const char *label; /* in the footer; NULL: help only */
	int rank;          /* the footer drops the highest ranks first */
};
extern const struct binding bindings[];
extern const size_t bindings_count;

enum action keymap_action(enum place p, uint32_t key);
enum action action_by_name(struct str name);
/* The keys of an action at a place, "enter, l"; empty when it has none. */
struct str keymap_keys(enum place p, enum action action, struct arena *a);
/* What can be done here with what there is, most important first, as much as fits. */
void keymap_footer(struct draw_list *d, struct rect r, enum place p, unsigned has);

#endif
