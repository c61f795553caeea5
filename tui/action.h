/* SPDX-License-Identifier: MIT */
/*
 * action: everything a person can ask for, each once: its name for the command line of the
 * console, one line of help, and what must be there for it to make sense. Keys are in keymap.c.
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

/* What an action may need; a view says what it has. */
enum action_need {
	NEEDS_ROW = 1 << 0,     /* something is selected */
	NEEDS_SESSION = 1 << 1, /* a session is at hand */
	NEEDS_STORE = 1 << 2,   /* an index is open */
	NEEDS_IMPORT = 1 << 3,  /* an import can be started from here */
	NEEDS_RESULT = 1 << 4,  /* something was looked for */
	NEEDS_CLUES = 1 << 6,   /* something was recognised in it */
	NEEDS_TEXT = 1 << 5,    /* something stands in the field */
	NEEDS_STORY = 1 << 7,   /* other sessions belong to this one */
	NEEDS_RECENT = 1 << 8,  /* past finds are shown */
	NEEDS_PARTS = 1 << 9,   /* the paste holds several bounces */
};

/* id, name, help, needs */
#define ACTION_LIST(X)                                                                             \
	X(ACTION_NONE, "", "", 0)                                                                  \
	/* moving */                                                                               \
	X(ACTION_UP, "up", "one row up", 0)                                                        \
	X(ACTION_DOWN, "down", "one row down", 0)                                                  \
	X(ACTION_PAGE_UP, "page-up", "one page up", 0)                                             \
	X(ACTION_PAGE_DOWN, "page-down", "one page down", 0)                                       \
	X(ACTION_FIRST, "first", "to the first row", 0)                                            \
	X(ACTION_LAST, "last", "to the last row", 0)                                               \
	X(ACTION_OPEN, "open", "open the selected row", NEEDS_ROW)                                 \
	X(ACTION_BACK, "back", "back to where you came from", 0)                                   \
	X(ACTION_NEXT, "next", "to the next field, or to what was found", NEEDS_RESULT)            \
	X(ACTION_PREVIOUS, "previous", "to the field before", 0)                                   \
	/* views */                                                                                \
	X(ACTION_FIND, "find", "Find: paste a bounce, see who refused it and why", 0)              \
	X(ACTION_SESSIONS, "sessions", "Sessions: everything, newest first", 0)                    \
	X(ACTION_CASES, "cases", "the cases on your desk; from a session: those of its sender", 0) \
	X(ACTION_SOURCES, "sources", "Sources: what was read, and what was not understood", 0)     \
	X(ACTION_HELP, "help", "every key that works", 0)                                          \
	/* doing */                                                                                \
	X(ACTION_RUN, "run", "find what stands in the fields", NEEDS_TEXT)                         \
	X(ACTION_RECENT, "recent", "what was looked for lately", NEEDS_RECENT)                     \
	X(ACTION_FILTER, "filter", "show only what contains a text", NEEDS_STORE)                  \
	X(ACTION_LINES, "lines", "the log lines of this session", NEEDS_SESSION)                   \
	X(ACTION_COPY, "copy", "copy it as text", NEEDS_SESSION)                                   \
	X(ACTION_NOTE, "note", "add a note to the case of this session", NEEDS_SESSION)            \
	X(ACTION_STATUS, "status", "open the case, put it to waiting, close it", NEEDS_SESSION)    \
	X(ACTION_ASKED_BY, "asked-by", "who asked about this session", NEEDS_SESSION)              \
	X(ACTION_CAUSE, "cause", "what the cause turned out to be", NEEDS_SESSION)                 \
	X(ACTION_CLUES, "clues", "what was recognised in the paste, and what it is worth",         \
	  NEEDS_CLUES)                                                                             \
	X(ACTION_EXPLAIN, "explain", "say it to the user and to a postmaster", NEEDS_SESSION)      \
	X(ACTION_PART_NEXT, "part-next", "the next bounce of a paste that holds several",          \
	  NEEDS_PARTS)                                                                             \
	X(ACTION_PART_PREVIOUS, "part-previous", "the bounce before it", NEEDS_PARTS)              \
	X(ACTION_DROP, "drop", "set this clue aside, or take it back", NEEDS_ROW)                  \
	X(ACTION_SAME_SENDER, "same-sender", "sessions with the same sender", NEEDS_SESSION)       \
	X(ACTION_SAME_PEER, "same-peer", "sessions with the same peer", NEEDS_SESSION)             \
	X(ACTION_SAME_CONNECTION, "same-connection", "sessions of the same connection",            \
	  NEEDS_SESSION)                                                                           \
	X(ACTION_STORY, "story", "to the other sessions of this mail", NEEDS_STORY)                \
	X(ACTION_EDIT, "edit", "change this text", NEEDS_TEXT)                                     \
	X(ACTION_OTHER_TEXT, "other-text", "the text to the other reader", NEEDS_TEXT)             \
	X(ACTION_EDITOR, "editor", "change it in your own editor, $EDITOR", NEEDS_TEXT)            \
	X(ACTION_KEEP, "keep", "keep it with the case of this session", NEEDS_TEXT)                \
	X(ACTION_WRITE_FILE, "write", "write it to a new file", NEEDS_TEXT)                        \
	X(ACTION_GENERATED, "generated", "as it was kept, or in Postern's words", NEEDS_TEXT)      \
	X(ACTION_RECIPIENT, "recipient", "the same for the next recipient", NEEDS_SESSION)         \
	X(ACTION_UNKNOWN, "unknown", "lines that no format understood, by shape", NEEDS_STORE)     \
	X(ACTION_IMPORT, "import", "read logs; asks which, and names the usual ones",              \
	  NEEDS_IMPORT)                                                                            \
	X(ACTION_OPEN_FILE, "file", "read a file into the field and find it", 0)                   \
	X(ACTION_COMMAND, "command", "run a command by its name", 0)                               \
	X(ACTION_CANCEL, "cancel", "stop what is running", 0)                                      \
	X(ACTION_REDRAW, "redraw", "read and draw the screen anew", 0)                             \
	X(ACTION_SUSPEND, "suspend", "back to the shell for a while", 0)                           \
	X(ACTION_QUIT, "quit", "leave Postern", 0)                                                 \
	/* typing */                                                                               \
	X(ACTION_EDIT_LEFT, "edit-left", "one character left", 0)                                  \
	X(ACTION_EDIT_RIGHT, "edit-right", "one character right", 0)                               \
	X(ACTION_EDIT_UP, "edit-up", "one line up", 0)                                             \
	X(ACTION_EDIT_DOWN, "edit-down", "one line down", 0)                                       \
	X(ACTION_EDIT_HOME, "edit-home", "to the start of the line", 0)                            \
	X(ACTION_EDIT_END, "edit-end", "to the end of the line", 0)                                \
	X(ACTION_EDIT_ERASE, "edit-erase", "erase the character before", 0)                        \
	X(ACTION_EDIT_DELETE, "edit-delete", "erase the character here", 0)                        \
	X(ACTION_EDIT_WORD, "edit-word", "erase the word before", 0)                               \
	X(ACTION_EDIT_CLEAR, "edit-clear", "empty the field", NEEDS_TEXT)                          \
	X(ACTION_EDIT_NEWLINE, "edit-newline", "begin a new line", 0)                              \
	X(ACTION_ACCEPT, "accept", "take what was typed", 0)                                       \
	X(ACTION_COMPLETE, "complete", "complete the name", 0)                                     \
	X(ACTION_DISCARD, "discard", "leave what was typed", 0)

#define ACTION_ENUM_MEMBER(id, name, help, needs) id,
enum action { ACTION_LIST(ACTION_ENUM_MEMBER) ACTION_COUNT };

const char *action_name(enum action a);
const char *action_help(enum action a);
unsigned action_needs(enum action a);
/* Why it cannot be done with what there is; NULL when it can. */
const char *action_refusal(enum action a, unsigned has);

#endif
