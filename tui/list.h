/* SPDX-License-Identifier: MIT */
/*
 * list: the widget of every list view: which row is selected, which are visible, and how columns
 * share the width. It knows no rows; the view draws their cells through a callback.
 */
#ifndef TUI_LIST_H
#define TUI_LIST_H

#include "tui/action.h"
#include "tui/draw.h"

struct list {
	size_t n; /* rows there are */
	size_t selected;
	size_t top;     /* first visible row */
	size_t visible; /* rows that fit; set by list_layout */
	size_t whole;   /* rows that there will be when all are read; 0: n */
};

/* After n or the room changed: keeps the selection visible and moves as little as possible. */
void list_layout(struct list *l, int visible_rows);
void list_set_count(struct list *l, size_t n);
/* UP, DOWN, PAGE_UP, PAGE_DOWN, FIRST, LAST; false for all others. */
bool list_act(struct list *l, enum action a);

/* A text longer than its room: which of its rows is on top. */
struct scroll {
	int top, rows, total;
};
void scroll_layout(struct scroll *s, int rows, int total);
bool scroll_act(struct scroll *s, enum action a);
/* "12 – 40 of 200 rows", when not all are visible. */
struct str scroll_note(const struct scroll *s, struct arena *a);

/* The last three are flexible: they take what room is left over. */
enum list_align {
	LIST_LEFT,
	LIST_RIGHT,
	LIST_MIDDLE,  /* left, shortened in the middle */
	LIST_ADDRESS, /* left, shortened at its end: the local part tells */
	LIST_HOST,    /* left; shortened at its end, or in the middle when others begin the same */
};

struct list_column {
	const char *title;
	int min;      /* cells; the column is dropped rather than made narrower */
	int ideal;    /* cells it would like; 0: as min */
	int priority; /* 0 is never dropped; the highest goes first; from LIST_LUXURY on a
	                    column is shown only where all others have their ideal width */
	enum list_align align;
};

enum { LIST_MAX_COLUMNS = 12, LIST_GAP = 2, LIST_LUXURY = 5 };

struct list_layout {
	int width[LIST_MAX_COLUMNS]; /* 0: dropped */
	int col[LIST_MAX_COLUMNS];
	int n;
};

/*
 * Shares `cells` among columns: drops luxuries until the ideals fit, others by priority until the
 * minima fit, then grows them towards their ideals in equal parts; what is left over goes to
 * flexible columns.
 */
void list_columns(const struct list_column *columns, int n, int first_col, int cells,
		  struct list_layout *out);

struct list_cell {
	struct str text;
	enum role role;
};
/* One cell; texts made for it live in `a`. */
typedef struct list_cell list_cell_fn(const void *arg, size_t row, int column, struct arena *a);

/* One cell on its own: of hosts nothing else is known. */
void list_draw_cell(struct draw_list *d, struct rect r, int row, int col, int width,
		    enum list_align align, struct list_cell c);
/* Column titles on row 0 of r, list rows below; a scroll mark at the right if not all fit. */
void list_draw(const struct list *l, struct draw_list *d, struct rect r,
	       const struct list_column *columns, int n, list_cell_fn *cell, const void *arg);

#endif
