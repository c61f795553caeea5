/* SPDX-License-Identifier: MIT */
/* story_rows: what tells one attempt from the next stands in words behind its outcome. */
#include "tui/story_rows.h"

enum { TIME_CELLS = 8, WHEN_CELLS = 15, OUTCOME_CELLS = 12, GAP = 3 };

static bool
is_one_day(const struct story *s, struct clock c)
{
	for (size_t i = 0; i < s->n; i++)
		if (!text_same_day(c, s->sessions[i]->start_us, c.now_us))
			return false;
	return true;
}

/* "greylisted" is what one looks for among deferrals. */
static const char *
why(const struct session *s)
{
	if (s->verdict != VERDICT_DEFERRED)
		return "";
	return story_is_greylisting(s) ? "greylisted, " : "put off, ";
}

static struct str
first_recipient(const struct session *s)
{
	return s->n_recipients > 0 ? s->recipients[0].address : STR("–");
}

/* What the session has to do with the story, told from `self`. */
static struct str
describe(const struct story *story, size_t i, struct session_ref self, struct arena *a)
{
	const struct session *s = story->sessions[i];
	enum story_relation relation = story->relations ? story->relations[i] : STORY_RELATION_NONE;
	struct str peer = text_peer(s), from = STR("");

	if (!str_eq(peer, STR("–")))
		from = arena_printf(a, ", from %.*s", STR_ARG(peer));
	if (self.number != 0 && s->ref.number == self.number)
		return arena_printf(a, "%sthis session%.*s", why(s), STR_ARG(from));
	switch (relation) {
	case STORY_RELATION_PASSED_ON:
		return arena_printf(a, "%spassed on by %.*s, to %.*s", why(s),
				    STR_ARG(s->gateway_name), STR_ARG(first_recipient(s)));
	case STORY_RELATION_BOUNCE:
		return arena_printf(a, "bounce to %.*s", STR_ARG(first_recipient(s)));
	case STORY_RELATION_BOUNCE_OF:
		return arena_printf(a, "what bounced, to %.*s", STR_ARG(first_recipient(s)));
	default:
		break;
	}
	if (s->has_sender && s->sender.n == 0 && i > 0)
		return arena_printf(a, "bounce to %.*s", STR_ARG(first_recipient(s)));
	return arena_printf(a, "%s%.*s%.*s", why(s), STR_ARG(s->gateway_name), STR_ARG(from));
}

void
story_rows_draw(const struct story *story, const struct list *l, struct session_ref self,
		bool focused, struct clock c, struct draw_list *d, struct rect r)
{
	struct arena *a = &d->arena;
	bool one_day = is_one_day(story, c);
	int when_cells = one_day ? TIME_CELLS : WHEN_CELLS;

	for (size_t row = 0; row < l->visible && l->top + row < story->n; row++) {
		size_t i = l->top + row;
		const struct session *s = story->sessions[i];
		bool is_self = self.number != 0 && s->ref.number == self.number;
		int at = (int)row, col = 3;

		if (focused && i == l->selected)
			draw_select_rows(d, r, at, 1);
		else if (is_self)
			draw_text(d, r, at, 0, 1, ROLE_ACCENT, STR("▌"));
		struct str when =
			one_day ? text_time(c, s->start_us, a) : text_when(c, s->start_us, a);
		draw_text(d, r, at, col, when_cells, ROLE_TEXT, when);
		col += when_cells + GAP;
		draw_cut(d, r, at, col, OUTCOME_CELLS, text_outcome_role(s), text_outcome(s, a));
		col += OUTCOME_CELLS + 1;
		draw_cut(d, r, at, col, r.cols - col - 1, is_self ? ROLE_TITLE : ROLE_TEXT,
			 describe(story, i, self, a));
	}
}
