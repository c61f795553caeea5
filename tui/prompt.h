/* SPDX-License-Identifier: MIT */
/* prompt: one line of text asked for in the place of the footer, with completion of commands. */
#ifndef TUI_PROMPT_H
#define TUI_PROMPT_H

#include "tui/input.h"

struct prompt {
	enum action asked; /* ACTION_NONE: not open */
	struct input input;
};

void prompt_init(struct prompt *p);
void prompt_release(struct prompt *p);
void prompt_open(struct prompt *p, enum action asked, struct str initial);
void prompt_close(struct prompt *p);
/* Completes the name of a command as far as it is certain; false if none begins like that. */
bool prompt_complete(struct prompt *p);
void prompt_draw(const struct prompt *p, struct draw_list *d, struct rect r);

#endif
