/* SPDX-License-Identifier: MIT */
/*
 * input: a text field of one or many lines. Holds any bytes (a paste is kept as it came); draws
 * tabs as blanks and everything else through the draw list's cleaning. Owns its text.
 */
#ifndef TUI_INPUT_H
#define TUI_INPUT_H

#include "base/strbuf.h"
#include "tui/action.h"
#include "tui/draw.h"

struct input {
	struct strbuf text;
	size_t cursor;   /* byte offset, at the start of a character */
	size_t top;      /* offset of the first visible row's text */
	size_t reveal;   /* offset to be made visible by the next layout; STR_NPOS: none */
	int cells, rows; /* of its room; set by input_layout */
	bool many_lines;
};

/* A marked byte range of the text. */
struct input_mark {
	size_t start, end;
};

void input_init(struct input *in, size_t max_bytes, bool many_lines);
void input_release(struct input *in);
void input_set(struct input *in, struct str text); /* cursor at the end */
void input_insert(struct input *in, struct str text);
void input_type(struct input *in, uint32_t character);
/* The EDIT_ actions; false for all others. *changed tells whether the text is another now. */
bool input_act(struct input *in, enum action a, bool *changed);
/* Scrolls by the moving actions (ACTION_UP … ACTION_LAST), without the cursor; false for others. */
bool input_scroll(struct input *in, enum action a);
/* Fits the field into its room; a focused one keeps its cursor visible. */
void input_layout(struct input *in, int rows, int cells, bool focused);
/* The next layout scrolls so that the row that holds `offset` is visible. */
void input_reveal(struct input *in, size_t offset);
/* Rows that the whole text takes at this width, counting no further than `most`. */
int input_rows(const struct input *in, int cells, int most);
/* Marks are in order of start and do not overlap. Shows the cursor if `focused`. */
void input_draw(const struct input *in, struct draw_list *d, struct rect r,
		const struct input_mark *marks, size_t n_marks, bool focused);

#endif
