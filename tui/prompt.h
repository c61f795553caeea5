/* SPDX-License-Identifier: MIT */
/* prompt: one line of text asked for in the place of the footer, with completion of commands. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "tui/input.h"

struct prompt {
	enum action asked; /* ACTION_NONE: not open */
	struct input input;
	bool replaces; /* the first character typed takes the place of the text shown */
};

void prompt_init(struct prompt *p);
void prompt_release(struct prompt *p);
void prompt_open(struct prompt *p, enum action asked, struct str initial);
void prompt_close(struct prompt *p);
void prompt_type(struct prompt *p, uint32_t character);
void prompt_insert(struct prompt *p, struct str text);
/* Moving and erasing; false for all other actions. */
bool prompt_act(struct prompt *p, enum action a);
/* Completes the name of a command as far as it is certain; false if none begins like that. */
bool prompt_complete(struct prompt *p);
/* What is asked for is a file or a directory. */
bool prompt_wants_path(const struct prompt *p);
void prompt_draw(const struct prompt *p, struct draw_list *d, struct rect r);

#endif
