/* SPDX-License-Identifier: MIT */
/* find_draw: pure drawing of a find_result. Shares are whole percents; reasons are in words. */
#include "tui/find_draw.h"

#include "base/utf8.h"

/* --- who refused ---------------------------------------------------------------------------- */

static const struct candidate *
certain(const struct find_result *f)
{
	bool is = f->n_candidates > 0 && f->candidates[0].probability >= FIND_CERTAIN;
	return is ? &f->candidates[0] : NULL;
}

int
find_message_rows(const struct find_result *f, int cols, int most)
{
	int rows = draw_wrapped_rows(f->message, cols - 2);
	return rows < most ? rows : most;
}

/* The first sentence says who refused: it stands out. */
void
find_draw_message(const struct find_result *f, struct draw_list *d, struct rect r)
{
	size_t end = str_find(f->message, STR(". "), 0);
	struct str first = str_slice(f->message, 0, end == STR_NPOS ? STR_NPOS : end + 1);
	draw_wrapped(d, r, 0, 1, r.cols - 2, r.rows, ROLE_TEXT, f->message);
	if (draw_wrapped_rows(first, r.cols - 2) == 1)
		draw_text(d, r, 0, 1, r.cols - 2, ROLE_TITLE, first);
}

struct str
find_title(const struct find_result *f, struct arena *a)
{
	if (f->n_parts == 0)
		return STR("Paste");
	if (f->part == 0)
		return arena_printf(a, "Paste: %zu bounces", f->n_parts);
	return arena_printf(a, "Paste: bounce %zu of %zu", f->part, f->n_parts);
}

size_t
find_part_beside(const struct find_result *f, bool back)
{
	if (back)
		return f->part > 1 ? f->part - 1 : f->n_parts;
	return f->part < f->n_parts ? f->part + 1 : 1;
}

struct str
find_note(const struct find_result *f, struct arena *a)
{
	struct str clues = text_count(f->n_clues, "clue", "clues", a);
	size_t aside = 0;
	for (size_t i = 0; i < f->n_clues; i++)
		aside += f->clues[i].dropped;
	if (aside > 0)
		clues = arena_printf(a, "%.*s, %zu set aside", STR_ARG(clues), aside);
	if (f->n_repairs == 0)
		return clues;
	struct str repairs = text_count(f->n_repairs, "repair", "repairs", a);
	return arena_printf(a, "%.*s, %.*s", STR_ARG(repairs), STR_ARG(clues));
}

/* --- candidates ----------------------------------------------------------------------------- */

enum column { COL_SHARE, COL_WHEN, COL_PEER, COL_FROM, COL_TO, COL_AT, COLS };
static const struct list_column columns[COLS] = {
	[COL_SHARE] = { "share", 5, 5, 0, LIST_RIGHT },
	[COL_WHEN] = { "when", 15, 15, 0, LIST_LEFT },
	[COL_PEER] = { "peer", 14, 22, 3, LIST_HOST },
	[COL_FROM] = { "from", 18, 26, 1, LIST_ADDRESS },
	[COL_TO] = { "to", 18, 26, 2, LIST_ADDRESS },
	[COL_AT] = { "at", 12, 12, 0, LIST_LEFT },
};

static bool
shows_more(const struct find_result *f)
{
	return f->n_more > 0 && !f->is_list;
}

static bool
shows_none(const struct find_result *f)
{
	return f->n_candidates > 0 && f->none_probability >= 0.005 && !certain(f) && !f->is_list;
}

size_t
find_shown(const struct find_result *f)
{
	size_t n = f->n_candidates;
	while (certain(f) && n > 1 && f->candidates[n - 1].probability < 0.005)
		n--;
	return n;
}

int
find_list_rows(const struct find_result *f)
{
	return 2 * (int)find_shown(f) + shows_more(f) + shows_none(f);
}

static struct str
share(double probability, struct arena *a)
{
	if (probability > 0 && probability < 0.005)
		return STR("<1 %");
	return arena_printf(a, "%.0f %%", probability * 100);
}

/* What the desk knows stands before the reasons; the reasons keep what they need, or half. */
static void
draw_reasons(const struct candidate *c, struct str remark, struct draw_list *d, struct rect r,
	     int row, int col)
{
	struct str all = STR("");
	for (size_t i = 0; i < c->n_reasons; i++)
		all = arena_printf(&d->arena, "%.*s%s%.*s", STR_ARG(all), i > 0 ? "  +  " : "",
				   STR_ARG(c->reasons[i]));
	if (remark.n > 0) {
		int room = r.cols - col - 1, left = room - draw_width(d, all) - 3;
		int most = left > room / 2 ? left : room / 2;
		col += draw_cut(d, r, row, col, most, ROLE_ACCENT, remark) + 3;
	}
	draw_cut(d, r, row, col, r.cols - col - 1, ROLE_MUTED, all);
}

/* Refused before there was a sender: where no column has the peer, it stands for both. */
static bool
says_only_peer(const struct session *s)
{
	return s->n_recipients == 0 && !s->has_sender && s->sender.n == 0 &&
	       s->peer_ip.n + s->peer_host.n > 0;
}

static struct str
peer_in_full(const struct session *s, struct arena *a)
{
	if (s->peer_ip.n == 0 || s->peer_host.n == 0)
		return text_peer(s);
	return arena_printf(a, "%.*s %.*s", STR_ARG(s->peer_ip), STR_ARG(s->peer_host));
}

/* "RCPT 450 ×6": how often it was tried. */
static struct str
outcome_and_attempts(const struct candidate *c, struct arena *a)
{
	struct str outcome = text_outcome(c->session, a);
	if (c->n_attempts == 0)
		return outcome;
	return arena_printf(a, "%.*s ×%zu", STR_ARG(outcome), c->n_attempts + 1);
}

static void
draw_candidate(const struct candidate *c, struct str remark, bool is_list, struct clock clock,
	       const struct list_layout *at, struct draw_list *d, struct rect r, int row)
{
	struct arena *a = &d->arena;
	const struct session *s = c->session;
	struct str cells[COLS] = {
		[COL_SHARE] = is_list ? STR("") : share(c->probability, a),
		[COL_WHEN] = text_when(clock, s->start_us, a),
		[COL_PEER] = text_peer(s),
		[COL_FROM] = text_sender(s),
		[COL_TO] = text_recipients(s, a),
		[COL_AT] = outcome_and_attempts(c, a),
	};
	int width[COLS];
	memcpy(width, at->width, sizeof(width));
	if (says_only_peer(s) && width[COL_PEER] == 0) {
		cells[COL_FROM] = peer_in_full(s, a);
		width[COL_FROM] += width[COL_TO] > 0 ? LIST_GAP + width[COL_TO] : 0;
		width[COL_TO] = 0;
	}
	for (int i = 0; i < COLS; i++) {
		enum role role = i == COL_AT      ? text_outcome_role(s)
				 : i == COL_SHARE ? ROLE_ACCENT
						  : ROLE_TEXT;
		if (width[i] > 0)
			list_draw_cell(d, r, row, at->col[i], width[i], columns[i].align,
				       (struct list_cell){ cells[i], role });
	}
	draw_reasons(c, remark, d, r, row + 1, at->col[COL_WHEN]);
}

/* What is no candidate, and its share. */
static void
draw_rest(struct draw_list *d, struct rect r, int row, const struct list_layout *at,
	  double probability, struct str what)
{
	draw_right(d, r, row, at->col[COL_SHARE], at->width[COL_SHARE], ROLE_MUTED,
		   share(probability, &d->arena));
	draw_text(d, r, row, at->col[COL_WHEN], -1, ROLE_MUTED, what);
}

void
find_draw_list(const struct find_result *f, const struct str *remarks, const struct list *l,
	       struct clock c, struct draw_list *d, struct rect r, bool focused)
{
	struct list_layout at;
	list_columns(columns, COLS, 3, r.cols - 4, &at);
	int row = 0;
	for (size_t i = l->top; i < find_shown(f) && row < r.rows; i++) {
		if (i == l->selected && focused)
			draw_select_rows(d, r, row, row + 1 < r.rows ? 2 : 1);
		draw_candidate(&f->candidates[i], remarks ? remarks[i] : STR(""), f->is_list, c,
			       &at, d, r, row);
		row += 2;
	}
	if (shows_more(f) && row < r.rows)
		draw_rest(d, r, row++, &at, f->more_probability,
			  arena_printf(&d->arena, "%zu more that fit as well", f->n_more));
	if (shows_none(f) && row < r.rows)
		draw_rest(d, r, row, &at, f->none_probability, STR("none of these"));
}

/* --- clues ----------------------------------------------------------------------------------- */

enum clue_column { CLUE_COL_KIND, CLUE_COL_TEXT, CLUE_COL_MATCHES, CLUE_COL_REMARK, CLUE_COLS };
static const struct list_column clue_columns[CLUE_COLS] = {
	[CLUE_COL_KIND] = { "kind", 10, 12, 0, LIST_LEFT },
	[CLUE_COL_TEXT] = { "clue", 20, 50, 0, LIST_MIDDLE },
	[CLUE_COL_MATCHES] = { "sessions", 9, 11, 0, LIST_RIGHT },
	[CLUE_COL_REMARK] = { "remark", 18, 30, 1, LIST_LEFT },
};

static struct list_cell
clue_cell(const void *arg, size_t row, int column, struct arena *a)
{
	const struct clue *c = &((const struct find_result *)arg)->clues[row];
	enum role role = c->dropped ? ROLE_MUTED : ROLE_TEXT;
	switch ((enum clue_column)column) {
	case CLUE_COL_KIND:
		return (struct list_cell){ str_from(clue_kind_text(c->kind)), ROLE_MUTED };
	case CLUE_COL_TEXT:
		return (struct list_cell){ c->text, role };
	case CLUE_COL_MATCHES:
		return (struct list_cell){ c->matches > 0 ? text_number(c->matches, a) : STR("–"),
					   role };
	case CLUE_COL_REMARK:
		if (c->dropped)
			return (struct list_cell){ STR("set aside"), ROLE_ACCENT };
		return (struct list_cell){ str_from(c->repair), ROLE_MUTED };
	case CLUE_COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

void
find_draw_clues(const struct find_result *f, const struct list *l, struct draw_list *d,
		struct rect r)
{
	struct list_column fitted[CLUE_COLS];
	memcpy(fitted, clue_columns, sizeof(fitted));
	bool remarks = false;
	for (size_t i = 0; i < f->n_clues; i++)
		remarks = remarks || f->clues[i].dropped || f->clues[i].repair;
	if (!remarks) { /* the room is the clue's */
		fitted[CLUE_COL_REMARK].min = fitted[CLUE_COL_REMARK].ideal = 6;
		fitted[CLUE_COL_TEXT].ideal = r.cols;
	}
	list_draw(l, d, r, fitted, CLUE_COLS, clue_cell, f);
}

void
find_draw_recognised(const struct find_result *f, struct draw_list *d, struct rect r, int row)
{
	struct list l = { .n = f->n_clues, .selected = STR_NPOS };
	if (f->n_clues == 0)
		return;
	draw_rule(d, r, row, STR("Recognised"), STR(""));
	struct rect list = { r.row + row + 1, r.col, r.rows - row - 1, r.cols };
	find_draw_clues(f, &l, d, list);
}
