/* SPDX-License-Identifier: MIT */
/*
 * find_fields: "nothing came back at all?": sender, recipient and rough time, below the empty
 * paste. Owns its texts; which of the three has the focus is its affair, whether any has is Find's.
 */
#ifndef TUI_FIND_FIELDS_H
#define TUI_FIND_FIELDS_H

#include "tui/input.h"
#include "tui/view.h"

enum find_field { FIELD_FROM, FIELD_TO, FIELD_AROUND, FIND_FIELDS };

struct find_fields {
	struct input in[FIND_FIELDS];
	int focus;
	bool stacked; /* one below the other, as the width wants; set by find_fields_layout */
};

void find_fields_init(struct find_fields *f);
void find_fields_release(struct find_fields *f);
bool find_fields_are_empty(const struct find_fields *f);
/* One line is an address or a time; false for more: it is a bounce after all. */
bool find_fields_paste(struct find_fields *f, struct str text);
/* Typing, going on, tracing; *inside turns false when the focus leaves. False: not mine. */
bool find_fields_act(struct find_fields *f, struct view *v, enum action a, bool *inside);
/* Fits them into a room of `cols`. */
void find_fields_layout(struct find_fields *f, int cols, bool focused);
int find_fields_rows(const struct find_fields *f);
void find_fields_draw(const struct find_fields *f, struct draw_list *d, struct rect r,
		      bool focused);
#endif
