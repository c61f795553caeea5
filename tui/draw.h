/* SPDX-License-Identifier: MIT */
/*
 * draw: the draw list that views write and terminals read. Runs of text with a role, clipped and
 * measured once, here. Everything drawn is neutralised, so no stranger's byte reaches a terminal;
 * with `ascii` set nothing but ASCII is drawn.
 */
#ifndef TUI_DRAW_H
#define TUI_DRAW_H

#include "base/mem.h"
#include "base/str.h"

#define ROLE_LIST(X)                                           \
	X(ROLE_TEXT, "text")                                   \
	X(ROLE_MUTED, "muted")                                 \
	X(ROLE_ACCENT, "accent")                               \
	X(ROLE_TITLE, "title") /* region titles in a rule */   \
	X(ROLE_GOOD, "good")                                   \
	X(ROLE_CAUTION, "caution")                             \
	X(ROLE_DANGER, "danger")                               \
	X(ROLE_CLUE, "clue")     /* recognised in a paste */   \
	X(ROLE_BAR, "bar")       /* score and share bars */    \
	X(ROLE_KEY, "key")       /* a key in the footer */     \
	X(ROLE_HEADER, "header") /* header and footer lines */ \
	X(ROLE_TAB, "tab")       /* the tab that is open */

#define ROLE_ENUM_MEMBER(id, text) id,
enum role { ROLE_LIST(ROLE_ENUM_MEMBER) ROLE_COUNT };
const char *role_text(enum role r);

struct draw_run {
	int row, col, cells;
	enum role role;
	bool selected;   /* on the selected row: full-width bar */
	struct str text; /* clean UTF-8, exactly `cells` wide */
};

/* A rectangle of the screen; drawing outside it is clipped. */
struct rect {
	int row, col, rows, cols;
};

struct draw_list {
	int rows, cols;
	int cursor_row, cursor_col; /* -1: hidden */
	bool ascii;                 /* the terminal's locale is not UTF-8; survives draw_clear */
	struct draw_run *runs;
	size_t n, cap;
	struct rect selected; /* rows under the selection bar; rows == 0: none */
	struct arena arena;
};

void draw_init(struct draw_list *d);
void draw_release(struct draw_list *d);
void draw_clear(struct draw_list *d, int rows, int cols);
/* Draws s at (row, col) relative to r, at most `cells` wide (<0: to the edge of r). Returns the
 * cells used. */
int draw_text(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	      struct str s);
/* As draw_text, right-aligned in `cells`. */
void draw_right(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
		struct str s);
/* As draw_text, but shortened in the middle with "…" when longer than `cells`. */
int draw_middle(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
		struct str s);
/* As draw_text, but ending in "…" when longer than `cells`. */
int draw_cut(struct draw_list *d, struct rect r, int row, int col, int cells, enum role role,
	     struct str s);
/*
 * Draws s wrapped between words in `cells`, on at most `most` rows from `row` (the last one cut
 * with "…"). Returns the rows used.
 */
int draw_wrapped(struct draw_list *d, struct rect r, int row, int col, int cells, int most,
		 enum role role, struct str s);
/* The rows that draw_wrapped would need without a limit. */
int draw_wrapped_rows(struct str s, int cells);
/* A thin rule across r with a title and an optional note at its right end. */
void draw_rule(struct draw_list *d, struct rect r, int row, struct str title, struct str note);
/* A thin vertical rule over all rows of r in its column `col`. */
void draw_vertical(struct draw_list *d, struct rect r, int col);
/* A frame just inside r, with a title and an optional note in its upper edge. */
void draw_box(struct draw_list *d, struct rect r, enum role role, struct str title,
	      struct str note);
/* A bar of `fraction` of `cells`; what lies beyond `mark` (a fraction; <0: none) in caution. */
void draw_bar(struct draw_list *d, struct rect r, int row, int col, int cells, double fraction,
	      double mark);
/* Marks `rows` whole rows of r as selected: an accent bar at their left, a full-width bar. Call
 * before drawing on them. */
void draw_select_rows(struct draw_list *d, struct rect r, int row, int rows);

/* Cells that s takes when drawn, counting no further than a screen could show. */
int draw_width(struct draw_list *d, struct str s);

#endif
