/* SPDX-License-Identifier: MIT */
/* find_marks: which bytes of a paste are shown as clues. */
#ifndef TUI_FIND_MARKS_H
#define TUI_FIND_MARKS_H

#include "model/find.h"
#include "tui/input.h"

/*
 * The clues' ranges in the order of the text, not overlapping; at most `most`. The refusal's text
 * as a whole is no mark: everything would be one.
 */
size_t find_marks(const struct find_result *f, struct str paste, struct input_mark *out,
		  size_t most);
/* Where to look in a long paste: at the identifier, else at the first thing recognised. */
size_t find_telling_clue(const struct find_result *f);
/* The recipient of this session that the paste speaks of; empty when none or nobody knows. */
struct str find_asked(const struct find_result *f, const struct session *s);

#endif
