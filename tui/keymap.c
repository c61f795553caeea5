/* SPDX-License-Identifier: MIT */
/* keymap: the bindings table and its readers. */
#include "tui/keymap.h"

#define AT(place)   (1u << (place))
#define IN_EVERY    (AT(PLACE_COUNT) - 1)
#define IN_FIND     (AT(PLACE_PASTE) | AT(PLACE_FIELDS))
#define IN_INPUT    (IN_FIND | AT(PLACE_EXPLAIN_FIELD) | AT(PLACE_PROMPT))
#define IN_TEXTS    (AT(PLACE_PASTE) | AT(PLACE_EXPLAIN_FIELD)) /* of many lines */
#define IN_BROWSE   (IN_EVERY & ~IN_INPUT)
#define IN_VIEWS    (IN_EVERY & ~AT(PLACE_PROMPT))
#define IN_SESSIONS (AT(PLACE_RESULTS) | AT(PLACE_SESSIONS) | AT(PLACE_SESSION))
#define IN_DEEP                                                                      \
	(AT(PLACE_RECENT) | AT(PLACE_CLUES) | AT(PLACE_TRACE) | AT(PLACE_SESSION) |  \
	 AT(PLACE_STORY) | AT(PLACE_LINES) | AT(PLACE_EXPLAIN) | AT(PLACE_UNKNOWN) | \
	 AT(PLACE_CASES) | AT(PLACE_CASE) | AT(PLACE_HELP))
#define IN_CASES (AT(PLACE_CASES) | AT(PLACE_CASE))

/* Footer labels say what happens; ranks are per place, so equal ranks never meet in one. */
const struct binding bindings[] = {
	/* Find */
	{ APP_KEY_ENTER, AT(PLACE_PASTE), ACTION_RUN, "find", 10 },
	{ APP_KEY_ENTER, AT(PLACE_FIELDS), ACTION_RUN, "trace", 10 },
	{ KEY_CTRL('R'), AT(PLACE_PASTE) | AT(PLACE_FIELDS), ACTION_RECENT, "recent", 22 },
	{ APP_KEY_ENTER, AT(PLACE_RECENT), ACTION_OPEN, "find again", 10 },
	{ APP_KEY_TAB, AT(PLACE_RECENT), ACTION_PREVIOUS, NULL, 0 },
	{ APP_KEY_ENTER, AT(PLACE_RESULTS), ACTION_OPEN, "open", 10 },
	{ 'c', AT(PLACE_RESULTS), ACTION_CLUES, "clues", 16 },
	{ 'x', AT(PLACE_RESULTS), ACTION_CLUES, NULL, 0 }, /* where x sets one aside */
	{ ']', AT(PLACE_RESULTS), ACTION_PART_NEXT, "next bounce", 15 },
	{ '[', AT(PLACE_RESULTS), ACTION_PART_PREVIOUS, NULL, 0 },
	{ KEY_CTRL('O'), AT(PLACE_PASTE) | AT(PLACE_RESULTS), ACTION_OPEN_FILE, "open file", 60 },
	/* what is said to people */
	{ 'e', IN_SESSIONS | AT(PLACE_STORY) | AT(PLACE_TRACE), ACTION_EXPLAIN, "explain", 18 },
	{ APP_KEY_ENTER, AT(PLACE_EXPLAIN), ACTION_EDIT, "edit", 10 },
	{ APP_KEY_TAB, AT(PLACE_EXPLAIN) | AT(PLACE_EXPLAIN_FIELD), ACTION_OTHER_TEXT, "other text",
	  14 },
	{ APP_KEY_BACKTAB, AT(PLACE_EXPLAIN) | AT(PLACE_EXPLAIN_FIELD), ACTION_OTHER_TEXT, NULL,
	  0 },
	{ KEY_CTRL('S'), AT(PLACE_EXPLAIN) | AT(PLACE_EXPLAIN_FIELD), ACTION_KEEP, "keep", 16 },
	{ 'v', AT(PLACE_EXPLAIN), ACTION_EDITOR, "editor", 32 },
	{ 'w', AT(PLACE_EXPLAIN), ACTION_WRITE_FILE, "file", 36 },
	{ 'o', AT(PLACE_EXPLAIN), ACTION_GENERATED, "Postern's words", 50 },
	{ 'r', AT(PLACE_EXPLAIN), ACTION_RECIPIENT, "next recipient", 52 },
	{ APP_KEY_ESC, AT(PLACE_EXPLAIN_FIELD), ACTION_BACK, "done", 10 },
	/* lists and what is in them */
	{ APP_KEY_ENTER, AT(PLACE_SESSIONS) | AT(PLACE_STORY) | AT(PLACE_TRACE), ACTION_OPEN,
	  "open", 10 },
	{ APP_KEY_TAB, AT(PLACE_SESSION), ACTION_STORY, "story", 14 },
	{ APP_KEY_TAB, AT(PLACE_STORY), ACTION_PREVIOUS, "session", 14 },
	{ APP_KEY_BACKTAB, AT(PLACE_STORY), ACTION_PREVIOUS, NULL, 0 },
	{ 'x', AT(PLACE_CLUES), ACTION_DROP, "set aside", 10 },
	{ APP_KEY_ENTER, AT(PLACE_CLUES), ACTION_DROP, NULL, 0 },
	{ 'l', IN_SESSIONS, ACTION_LINES, "log lines", 22 },
	{ 'y', IN_SESSIONS | AT(PLACE_LINES) | AT(PLACE_EXPLAIN), ACTION_COPY, "copy", 30 },
	{ APP_KEY_ENTER, AT(PLACE_CASES), ACTION_OPEN, "open", 10 },
	{ 'C', AT(PLACE_RECENT) | AT(PLACE_SESSION) | AT(PLACE_STORY), ACTION_CASES, "cases", 36 },
	{ 'C', AT(PLACE_RESULTS) | AT(PLACE_SESSIONS) | AT(PLACE_SOURCES), ACTION_CASES, "cases",
	  58 },
	{ KEY_WITH_ALT('c'), IN_FIND, ACTION_CASES, "cases", 39 },
	{ KEY_WITH_ALT('c'), IN_VIEWS & ~IN_FIND, ACTION_CASES, NULL, 0 },
	{ 'n', IN_CASES, ACTION_NOTE, "note", 16 },
	{ 'N', IN_CASES, ACTION_STATUS, "status", 18 },
	{ 'w', IN_CASES, ACTION_ASKED_BY, "who asked", 22 },
	{ 'W', IN_CASES, ACTION_CAUSE, "cause", 26 },
	{ '/', AT(PLACE_CASES), ACTION_FILTER, "filter", 14 },
	{ 'n', IN_SESSIONS, ACTION_NOTE, "note", 35 },
	{ 'N', IN_SESSIONS, ACTION_STATUS, "case status", 64 },
	{ 'w', IN_SESSIONS, ACTION_ASKED_BY, "who asked", 65 },
	{ 'W', IN_SESSIONS, ACTION_CAUSE, "cause", 66 },
	{ '/', AT(PLACE_SESSIONS), ACTION_FILTER, "filter", 15 },
	{ 's', AT(PLACE_SESSIONS) | AT(PLACE_SESSION), ACTION_SAME_SENDER, "same sender", 50 },
	{ 'p', AT(PLACE_SESSIONS) | AT(PLACE_SESSION), ACTION_SAME_PEER, "same peer", 52 },
	{ 'c', AT(PLACE_SESSIONS) | AT(PLACE_SESSION), ACTION_SAME_CONNECTION, "same connection",
	  54 },
	{ 'u', AT(PLACE_SOURCES), ACTION_UNKNOWN, "unknown lines", 20 },
	{ 'i', AT(PLACE_SOURCES) | AT(PLACE_RESULTS), ACTION_IMPORT, "import", 62 },
	/* out */
	{ APP_KEY_ESC, IN_DEEP, ACTION_BACK, "back", 12 },
	{ APP_KEY_ESC, AT(PLACE_FIELDS), ACTION_BACK, "back", 40 },
	{ APP_KEY_ESC, AT(PLACE_PASTE) | AT(PLACE_RESULTS) | AT(PLACE_SESSIONS) | AT(PLACE_SOURCES),
	  ACTION_BACK, NULL, 0 },
	{ APP_KEY_BACKSPACE, IN_BROWSE, ACTION_BACK, NULL, 0 },
	{ APP_KEY_LEFT, IN_BROWSE, ACTION_BACK, NULL, 0 },
	{ APP_KEY_RIGHT,
	  AT(PLACE_RESULTS) | AT(PLACE_SESSIONS) | AT(PLACE_STORY) | AT(PLACE_TRACE) |
		  AT(PLACE_CASES),
	  ACTION_OPEN, NULL, 0 },
	/* regions */
	{ APP_KEY_TAB, IN_FIND, ACTION_NEXT, "next", 20 },
	{ APP_KEY_BACKTAB, IN_FIND, ACTION_PREVIOUS, NULL, 0 },
	{ APP_KEY_DOWN, AT(PLACE_FIELDS), ACTION_NEXT, NULL, 0 },
	{ APP_KEY_UP, AT(PLACE_FIELDS), ACTION_PREVIOUS, NULL, 0 },
	{ APP_KEY_TAB, AT(PLACE_RESULTS), ACTION_PREVIOUS, "edit", 20 },
	{ APP_KEY_BACKTAB, AT(PLACE_RESULTS), ACTION_PREVIOUS, NULL, 0 },
	/* moving */
	{ APP_KEY_UP, IN_BROWSE, ACTION_UP, NULL, 0 },
	{ 'k', IN_BROWSE, ACTION_UP, NULL, 0 },
	{ APP_KEY_DOWN, IN_BROWSE, ACTION_DOWN, NULL, 0 },
	{ 'j', IN_BROWSE, ACTION_DOWN, NULL, 0 },
	{ APP_KEY_PAGE_UP, IN_BROWSE, ACTION_PAGE_UP, NULL, 0 },
	{ KEY_CTRL('B'), IN_BROWSE, ACTION_PAGE_UP, NULL, 0 },
	{ APP_KEY_PAGE_DOWN, IN_BROWSE, ACTION_PAGE_DOWN, NULL, 0 },
	{ KEY_CTRL('F'), IN_BROWSE, ACTION_PAGE_DOWN, NULL, 0 },
	{ ' ', IN_BROWSE, ACTION_PAGE_DOWN, NULL, 0 },
	{ APP_KEY_HOME, IN_BROWSE, ACTION_FIRST, NULL, 0 },
	{ 'g', IN_BROWSE, ACTION_FIRST, NULL, 0 },
	{ APP_KEY_END, IN_BROWSE, ACTION_LAST, NULL, 0 },
	{ 'G', IN_BROWSE, ACTION_LAST, NULL, 0 },
	/* views, from anywhere */
	{ KEY_WITH_ALT('1'), IN_EVERY, ACTION_FIND, NULL, 0 },
	{ KEY_WITH_ALT('2'), IN_FIND, ACTION_SESSIONS, "sessions", 36 },
	{ KEY_WITH_ALT('6'), IN_FIND, ACTION_SOURCES, "sources", 38 },
	{ KEY_WITH_ALT('2'), IN_EVERY & ~IN_FIND, ACTION_SESSIONS, NULL, 0 },
	{ KEY_WITH_ALT('6'), IN_EVERY & ~IN_FIND, ACTION_SOURCES, NULL, 0 },
	{ '1', IN_BROWSE, ACTION_FIND, NULL, 0 },
	{ '2', IN_BROWSE, ACTION_SESSIONS, NULL, 0 },
	{ '6', IN_BROWSE, ACTION_SOURCES, NULL, 0 },
	/* everywhere */
	{ ':', IN_BROWSE, ACTION_COMMAND, NULL, 0 },
	{ '?', IN_BROWSE & ~AT(PLACE_HELP), ACTION_HELP, "help", 34 },
	{ APP_KEY_F1, IN_FIND, ACTION_HELP, "help", 34 },
	{ APP_KEY_F1, IN_BROWSE | AT(PLACE_EXPLAIN_FIELD), ACTION_HELP, NULL, 0 },
	{ 'q', AT(PLACE_HELP), ACTION_BACK, NULL, 0 }, /* as in every pager */
	{ 'q', IN_BROWSE & ~AT(PLACE_HELP), ACTION_QUIT, "quit", 90 },
	{ KEY_CTRL('Q'), IN_FIND, ACTION_QUIT, "quit", 90 },
	{ KEY_CTRL('Q'), IN_EVERY & ~IN_FIND, ACTION_QUIT, NULL, 0 },
	{ KEY_CTRL('C'), IN_VIEWS, ACTION_CANCEL, NULL, 0 },
	{ KEY_CTRL('L'), IN_EVERY, ACTION_REDRAW, NULL, 0 },
	{ KEY_CTRL('Z'), IN_EVERY, ACTION_SUSPEND, NULL, 0 },
	/* typing */
	{ APP_KEY_LEFT, IN_INPUT, ACTION_EDIT_LEFT, NULL, 0 },
	{ KEY_CTRL('B'), IN_INPUT, ACTION_EDIT_LEFT, NULL, 0 },
	{ APP_KEY_RIGHT, IN_INPUT, ACTION_EDIT_RIGHT, NULL, 0 },
	{ KEY_CTRL('F'), IN_INPUT, ACTION_EDIT_RIGHT, NULL, 0 },
	{ APP_KEY_UP, IN_TEXTS, ACTION_EDIT_UP, NULL, 0 },
	{ APP_KEY_DOWN, IN_TEXTS, ACTION_EDIT_DOWN, NULL, 0 },
	{ APP_KEY_HOME, IN_INPUT, ACTION_EDIT_HOME, NULL, 0 },
	{ KEY_CTRL('A'), IN_INPUT, ACTION_EDIT_HOME, NULL, 0 },
	{ APP_KEY_END, IN_INPUT, ACTION_EDIT_END, NULL, 0 },
	{ KEY_CTRL('E'), IN_INPUT, ACTION_EDIT_END, NULL, 0 },
	{ APP_KEY_BACKSPACE, IN_INPUT, ACTION_EDIT_ERASE, NULL, 0 },
	{ KEY_CTRL('H'), IN_INPUT, ACTION_EDIT_ERASE, NULL, 0 },
	{ APP_KEY_DELETE, IN_INPUT, ACTION_EDIT_DELETE, NULL, 0 },
	{ KEY_CTRL('D'), IN_INPUT, ACTION_EDIT_DELETE, NULL, 0 },
	{ KEY_CTRL('W'), IN_INPUT, ACTION_EDIT_WORD, NULL, 0 },
	{ KEY_CTRL('U'), IN_FIND, ACTION_EDIT_CLEAR, "empty", 30 },
	{ KEY_CTRL('U'), AT(PLACE_PROMPT), ACTION_EDIT_CLEAR, NULL, 0 },
	{ APP_KEY_ENTER, AT(PLACE_EXPLAIN_FIELD), ACTION_EDIT_NEWLINE, NULL, 0 },
	{ KEY_WITH_ALT(APP_KEY_ENTER), AT(PLACE_PASTE), ACTION_EDIT_NEWLINE, NULL, 0 },
	{ KEY_CTRL('J'), IN_TEXTS, ACTION_EDIT_NEWLINE, NULL, 0 },
	{ APP_KEY_ENTER, AT(PLACE_PROMPT), ACTION_ACCEPT, "accept", 10 },
	{ APP_KEY_TAB, AT(PLACE_PROMPT), ACTION_COMPLETE, "complete", 30 },
	{ APP_KEY_ESC, AT(PLACE_PROMPT), ACTION_DISCARD, "leave", 20 },
	{ KEY_CTRL('C'), AT(PLACE_PROMPT), ACTION_DISCARD, NULL, 0 },
};
const size_t bindings_count = sizeof(bindings) / sizeof(bindings[0]);

_Static_assert(PLACE_COUNT < 32, "places are bits of an unsigned");

static const struct {
	const char *name, *help;
	unsigned needs;
} actions[] = {
#define ACTION_ROW(id, name, help, needs) { name, help, needs },
	ACTION_LIST(ACTION_ROW)
};

static const struct {
	const char *title;
	bool input;
} places[] = {
#define PLACE_ROW(id, title, input) { title, input },
	PLACE_LIST(PLACE_ROW)
};

const char *
place_title(enum place p)
{
	return places[p].title;
}

bool
place_is_input(enum place p)
{
	return places[p].input;
}

const char *
action_name(enum action a)
{
	return actions[a].name;
}

const char *
action_help(enum action a)
{
	return actions[a].help;
}

unsigned
action_needs(enum action a)
{
	return actions[a].needs;
}

const char *
action_refusal(enum action a, unsigned has)
{
	unsigned missing = actions[a].needs & ~has;
	if (missing & NEEDS_STORE)
		return "There is no index yet: import logs first";
	if (missing & NEEDS_IMPORT)
		return "Logs cannot be imported from here: run postern import PATH";
	if (missing & NEEDS_TEXT)
		return "The field is empty: paste or type something first";
	if (missing & NEEDS_RECENT)
		return "Nothing was looked for lately";
	if (missing & NEEDS_RESULT)
		return "Nothing was looked for yet: paste something first";
	if (missing & NEEDS_STORY)
		return "No other session belongs to this one";
	if (missing & NEEDS_PARTS)
		return "This paste holds one bounce";
	if (missing & NEEDS_CLUES)
		return "Nothing was recognised";
	if (missing & NEEDS_SESSION)
		return "No session is selected";
	if (missing & NEEDS_ROW)
		return "Nothing is selected";
	return NULL;
}

enum action
action_by_name(struct str name)
{
	for (int i = ACTION_NONE + 1; i < ACTION_COUNT; i++)
		if (str_eq(name, str_from(actions[i].name)))
			return (enum action)i;
	return ACTION_NONE;
}

enum action
keymap_action(enum place p, uint32_t key)
{
	for (size_t i = 0; i < bindings_count; i++)
		if (bindings[i].key == key && (bindings[i].places & AT(p)))
			return bindings[i].action;
	return ACTION_NONE;
}

struct str
keymap_keys(enum place p, enum action action, struct arena *a)
{
	struct str keys = STR("");
	for (size_t i = 0; i < bindings_count; i++) {
		if (bindings[i].action != action || !(bindings[i].places & AT(p)))
			continue;
		struct str one = key_label(bindings[i].key, a);
		keys = keys.n == 0 ? one
				   : arena_printf(a, "%.*s, %.*s", STR_ARG(keys), STR_ARG(one));
	}
	return keys;
}

/* --- footer --------------------------------------------------------------------------------- */

enum { FOOTER_MOST = 16, FOOTER_GAP = 3 };

struct footer_item {
	const struct binding *binding;
	struct str key;
	int width;
};

static bool
in_footer(const struct binding *b, enum place p, unsigned has)
{
	return b->label && (b->places & AT(p)) && action_refusal(b->action, has) == NULL;
}

/* Sorted by rank. */
static int
footer_items(struct arena *a, enum place p, unsigned has, struct footer_item items[FOOTER_MOST])
{
	int n = 0;
	for (size_t i = 0; i < bindings_count && n < FOOTER_MOST; i++) {
		if (!in_footer(&bindings[i], p, has))
			continue;
		int at = n++;
		for (; at > 0 && items[at - 1].binding->rank > bindings[i].rank; at--)
			items[at] = items[at - 1];
		struct str key = key_label(bindings[i].key, a);
		items[at] = (struct footer_item){
			.binding = &bindings[i],
			.key = key,
			.width = (int)key.n + 1 + (int)str_from(bindings[i].label).n,
		};
	}
	return n;
}

void
keymap_footer(struct draw_list *d, struct rect r, enum place p, unsigned has)
{
	struct footer_item items[FOOTER_MOST];
	int n = footer_items(&d->arena, p, has, items);
	int col = 1;
	for (int i = 0; i < n && col + items[i].width + 1 <= r.cols; i++) {
		int used = draw_text(d, r, 0, col, -1, ROLE_KEY, items[i].key);
		draw_text(d, r, 0, col + used + 1, -1, ROLE_HEADER,
			  str_from(items[i].binding->label));
		col += items[i].width + FOOTER_GAP;
	}
}
