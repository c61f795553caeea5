/* SPDX-License-Identifier: MIT */
/* prompt: the sign in front says what is asked; matching command names are shown behind. */
#include "tui/prompt.h"

enum { PROMPT_MAX_BYTES = 4096 };

void
prompt_init(struct prompt *p)
{
	*p = (struct prompt){ .asked = ACTION_NONE };
	input_init(&p->input, PROMPT_MAX_BYTES, false);
}

void
prompt_release(struct prompt *p)
{
	input_release(&p->input);
}

void
prompt_open(struct prompt *p, enum action asked, struct str initial)
{
	p->asked = asked;
	p->replaces = asked == ACTION_FILTER && initial.n > 0;
	input_set(&p->input, initial);
}

/* A filter is mostly another one; who wants to add to it moves the cursor first. */
static void
replace(struct prompt *p)
{
	if (p->replaces)
		input_set(&p->input, STR(""));
	p->replaces = false;
}

void
prompt_type(struct prompt *p, uint32_t character)
{
	replace(p);
	input_type(&p->input, character);
}

void
prompt_insert(struct prompt *p, struct str text)
{
	replace(p);
	input_insert(&p->input, text);
}

bool
prompt_act(struct prompt *p, enum action a)
{
	bool changed;
	if (!input_act(&p->input, a, &changed))
		return false;
	p->replaces = false;
	return true;
}

void
prompt_close(struct prompt *p)
{
	p->asked = ACTION_NONE;
}

static struct str
sign(enum action asked)
{
	switch (asked) {
	case ACTION_FILTER:
		return STR("/");
	case ACTION_OPEN_FILE:
		return STR("open file: ");
	case ACTION_IMPORT:
		return STR("Enter reads these logs, Esc none: ");
	case ACTION_WRITE_FILE:
		return STR("write to file: ");
	case ACTION_NOTE:
		return STR("note: ");
	case ACTION_ASKED_BY:
		return STR("who asked: ");
	case ACTION_CAUSE:
		return STR("cause: ");
	default:
		return STR(":");
	}
}

bool
prompt_wants_path(const struct prompt *p)
{
	return p->asked == ACTION_OPEN_FILE || p->asked == ACTION_WRITE_FILE ||
	       p->asked == ACTION_IMPORT;
}

/* Names that make no sense on a command line: they are keys of a field. */
static bool
is_command(enum action a)
{
	return a > ACTION_NONE && a < ACTION_EDIT_LEFT && a != ACTION_COMMAND;
}

/* The next command whose name begins with `head`, from `a` on; ACTION_COUNT: none. */
static enum action
next_match(int a, struct str head)
{
	for (; a < ACTION_COUNT; a++)
		if (is_command((enum action)a) &&
		    str_starts(str_from(action_name((enum action)a)), head))
			return (enum action)a;
	return ACTION_COUNT;
}

bool
prompt_complete(struct prompt *p)
{
	struct str head = strbuf_str(&p->input.text);
	enum action first = next_match(0, head);
	if (p->asked != ACTION_COMMAND || first == ACTION_COUNT)
		return false;
	struct str common = str_from(action_name(first));
	for (enum action a = next_match((int)first + 1, head); a != ACTION_COUNT;
	     a = next_match((int)a + 1, head)) {
		struct str other = str_from(action_name(a));
		size_t same = 0;
		while (same < common.n && same < other.n && common.p[same] == other.p[same])
			same++;
		common.n = same;
	}
	input_set(&p->input, common);
	return true;
}

static void
draw_matches(const struct prompt *p, struct draw_list *d, struct rect r, int col)
{
	struct str head = strbuf_str(&p->input.text);
	for (enum action a = next_match(0, head); a != ACTION_COUNT;
	     a = next_match((int)a + 1, head)) {
		struct str name = str_from(action_name(a));
		if (col + (int)name.n + 1 > r.cols)
			return;
		col += draw_text(d, r, 0, col, -1, ROLE_MUTED, name) + 2;
	}
}

void
prompt_draw(const struct prompt *p, struct draw_list *d, struct rect r)
{
	int used = draw_text(d, r, 0, 1, -1, ROLE_KEY, sign(p->asked)) + 1;
	struct rect field = { r.row, r.col + used, 1, r.cols - used - 1 };
	if (field.cols < 1)
		return;
	struct input_mark all = { 0, p->input.text.n };
	input_draw(&p->input, d, field, &all, p->replaces, true);
	if (p->asked == ACTION_COMMAND) {
		int typed = d->cursor_col - r.col;
		draw_matches(p, d, r, (typed > 24 ? typed : 24) + 4);
	}
}
