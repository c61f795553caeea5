/* SPDX-License-Identifier: MIT */
/*
 * panel: drawn as a flow of rows that may begin above its rectangle (scrolled); the draw list
 * clips. Only logged events get a time; what follows from others is dim and says so.
 */
#include "tui/panel.h"

static void
fill(struct app *app, const struct session *s, struct arena *a, struct panel *out)
{
	const struct app_services *services = app_services(app);
	struct err e = { .code = ERR_NONE };
	*out = (struct panel){ .session = s };
	case_known_load(app, s, a, &out->known);
	if (!services->ladder || !app_store(app))
		return;
	if (services->ladder(services->arg, app_store(app), s, a, &out->ladder, &e) != 0) {
		out->ladder = (struct ladder){ 0 };
		out->trouble = arena_str(a, str_from(e.text));
	}
}

int
panel_load(struct app *app, struct session_ref ref, struct arena *a, struct panel *out,
	   struct err *e)
{
	struct session *s = NULL;
	*out = (struct panel){ 0 };
	if (!app_store(app))
		return 0;
	if (store_session(app_store(app), ref, a, &s, e) != 0)
		return -1;
	if (s)
		fill(app, s, a, out);
	return 0;
}

/* --- rows ----------------------------------------------------------------------------------- */

enum { FACT_CELLS = 15 };

/* Where the next row goes, and the columns of a ladder at this width. */
struct flow {
	struct draw_list *d;
	struct rect r;
	struct clock clock;
	int row;               /* relative to r; negative: scrolled out */
	int time, label, what; /* columns */
	bool begun;            /* something stands above */
};

static struct flow
flow_start(struct draw_list *d, struct rect r, struct clock c, int top)
{
	struct flow f = { .d = d, .r = r, .clock = c, .row = -top };
	bool wide = r.cols >= 70;
	f.time = wide ? 3 : 1;
	f.label = f.time + 8 + (wide ? 3 : 2);
	f.what = f.label + 8 + (wide ? 2 : 1);
	return f;
}

/* What each row would say alike is said once, below them. */
static struct str
remark_of(const struct ladder_row *row)
{
	return str_eq(row->remark, STR("time not logged")) ? STR("") : row->remark;
}

static bool
is_untimed(const struct ladder_row *row)
{
	return row->remark.n > 0 && remark_of(row).n == 0;
}

/* "HELO, MAIL: times not logged"; *last is the row of the last one. */
static struct str
untimed(const struct panel *p, struct arena *a, size_t *last)
{
	struct str labels = STR("");
	size_t n = 0;
	for (size_t i = 0; i < p->ladder.n; i++) {
		const char *label = p->ladder.rows[i].label;
		if (!is_untimed(&p->ladder.rows[i]))
			continue;
		if (n == 0 || strcmp(label, p->ladder.rows[*last].label) != 0)
			labels = arena_printf(a, "%.*s%s%s", STR_ARG(labels), n++ > 0 ? ", " : "",
					      label);
		*last = i;
	}
	if (n == 0)
		return labels;
	return arena_printf(a, "%.*s: time%s not logged", STR_ARG(labels), n > 1 ? "s" : "");
}

/* Behind the row just drawn, if there is room; else on a row of its own. */
static void
draw_untimed(struct flow *f, const struct ladder_row *row, struct str text)
{
	int col = f->what + draw_width(f->d, row->what) + 3;
	bool behind = row->answer.n == 0 && col + draw_width(f->d, text) < f->r.cols;
	draw_cut(f->d, f->r, behind ? f->row - 1 : f->row, behind ? col : f->label,
		 f->r.cols - (behind ? col : f->label) - 1, ROLE_MUTED, text);
	f->row += !behind;
}

/* Cells for the subject of a row: as wide as the widest, leaving answers what they need or half. */
static int
what_width(const struct panel *p, const struct flow *f)
{
	int widest = 12, answers = 0;
	for (size_t i = 0; i < p->ladder.n; i++) {
		const struct ladder_row *row = &p->ladder.rows[i];
		struct str answer = row->answer.n > 0 ? row->answer : remark_of(row);
		if (row->what.n == 0 || answer.n == 0)
			continue;
		int what = draw_width(f->d, row->what), cells = draw_width(f->d, answer);
		widest = what > widest ? what : widest;
		answers = cells > answers ? cells : answers;
	}
	int room = f->r.cols - f->what - 3;
	int most = room - (answers < room / 2 ? answers : room / 2);
	return widest < most ? widest : most;
}

static enum role
answer_role(const struct ladder_row *row)
{
	if (row->implied)
		return ROLE_MUTED;
	switch (row->verdict) {
	case VERDICT_REJECTED:
	case VERDICT_DROPPED:
	case VERDICT_DISCARDED:
		return ROLE_CAUTION;
	case VERDICT_ACCEPTED:
		return ROLE_GOOD;
	default:
		return ROLE_TEXT;
	}
}

/* The answer and its remark from `col` on; the remark beside a short answer, else below. */
static int
draw_answer(struct flow *f, const struct ladder_row *row, int col)
{
	int cells = f->r.cols - col - 1;
	struct str remark = remark_of(row);
	if (row->answer.n == 0) {
		int used = draw_wrapped(f->d, f->r, f->row, col, cells, 2, ROLE_MUTED, remark);
		return used > 0 ? used : 1;
	}
	int rows = draw_wrapped(f->d, f->r, f->row, col, cells, 12, answer_role(row), row->answer);
	int width = draw_width(f->d, row->answer);
	if (remark.n == 0)
		return rows;
	if (rows == 1 && width + 3 + draw_width(f->d, remark) <= cells) {
		draw_text(f->d, f->r, f->row, col + width + 3, -1, ROLE_MUTED, remark);
		return rows;
	}
	return rows + draw_wrapped(f->d, f->r, f->row + rows, col, cells, 2, ROLE_MUTED, remark);
}

static void
draw_ladder_row(struct flow *f, const struct ladder_row *row, int what_cells)
{
	enum role plain = row->implied ? ROLE_MUTED : ROLE_TEXT;
	struct str time = row->implied ? STR("") : text_time(f->clock, row->time_us, &f->d->arena);
	draw_text(f->d, f->r, f->row, f->time, 8, ROLE_TEXT, time);
	draw_text(f->d, f->r, f->row, f->label, 8, ROLE_MUTED, str_from(row->label));
	int col = f->what;
	if (row->what.n == 0) {
		f->row += draw_answer(f, row, col);
		return;
	}
	if (row->answer.n + remark_of(row).n == 0) {
		int cells = f->r.cols - col - 1;
		int used = draw_wrapped(f->d, f->r, f->row, col, cells, 6, plain, row->what);
		f->row += used > 0 ? used : 1;
		return;
	}
	draw_middle(f->d, f->r, f->row, col, what_cells, plain, row->what);
	f->row += draw_answer(f, row, col + what_cells + 2);
}

/* A ladder over midnight says so where the day changes. */
static void
draw_day_change(struct flow *f, int64_t before_us, int64_t time_us)
{
	if (before_us == TIME_NONE || time_us == TIME_NONE ||
	    text_same_day(f->clock, before_us, time_us))
		return;
	draw_text(f->d, f->r, f->row, f->time, -1, ROLE_MUTED,
		  text_day(f->clock, time_us, &f->d->arena));
	f->row++;
}

static void
draw_ladder(const struct panel *p, struct flow *f)
{
	int what_cells = what_width(p, f);
	size_t last_untimed = 0;
	struct str note = untimed(p, &f->d->arena, &last_untimed);
	int64_t before_us = p->session->start_us;
	for (size_t i = 0; i < p->ladder.n; i++) {
		const struct ladder_row *row = &p->ladder.rows[i];
		draw_day_change(f, before_us, row->time_us);
		if (row->time_us != TIME_NONE)
			before_us = row->time_us;
		draw_ladder_row(f, row, what_cells);
		if (note.n > 0 && i == last_untimed)
			draw_untimed(f, row, note);
	}
	if (p->trouble.n > 0)
		f->row += draw_wrapped(f->d, f->r, f->row, f->time, f->r.cols - f->time - 1, 3,
				       ROLE_CAUTION, p->trouble);
}

/* --- scores --------------------------------------------------------------------------------- */

/* A percentage fills its own scale; an additive score is shown against twice its threshold. */
static double
scale(const struct score *s)
{
	if (s->engine == ENGINE_PMX)
		return 100;
	double top = s->has_threshold ? 2 * s->threshold : 10;
	return s->value > top ? s->value : top > 0 ? top : 1;
}

static void
draw_score(struct flow *f, const struct score *s)
{
	struct arena *a = &f->d->arena;
	int col = f->time;
	col += draw_text(f->d, f->r, f->row, col, -1, ROLE_MUTED, str_from(engine_text(s->engine)));
	col = col + 2 > f->label ? col + 2 : f->label;
	struct str value = text_score(s, a);
	draw_text(f->d, f->r, f->row, col, 8, ROLE_TEXT, value);
	col += draw_width(f->d, value) > 7 ? draw_width(f->d, value) + 3 : 10;
	if (s->has_threshold) {
		struct str limit = text_score_number(s->engine, s->threshold, a);
		struct str text = arena_printf(a, "rejects at %.*s", STR_ARG(limit));
		col += draw_text(f->d, f->r, f->row, col, -1, ROLE_MUTED, text) + 3;
	}
	int cells = f->r.cols - col - 2;
	if (s->has_value && cells >= 8)
		draw_bar(f->d, f->r, f->row, col, cells < 40 ? cells : 40, s->value / scale(s),
			 s->has_threshold ? s->threshold / scale(s) : -1);
	f->row++;
}

/* "NAME weight" off the head of a list parted by commas; false at its end. */
static bool
next_symbol(struct str *rest, struct str *name, struct str *weight)
{
	if (rest->n == 0)
		return false;
	size_t comma = str_find_char(*rest, ',', 0);
	struct str one = str_trim(str_slice(*rest, 0, comma));
	*rest = comma == STR_NPOS ? STR("") : str_skip(*rest, comma + 1);
	size_t blank = str_find_char(one, ' ', 0);
	*name = str_slice(one, 0, blank);
	*weight = blank == STR_NPOS ? STR("") : str_trim(str_skip(one, blank));
	return true;
}

/* In as many columns as fit; weights right of the names. */
static void
draw_symbols(struct flow *f, struct str symbols)
{
	enum { GAP = 3, NAME_MOST = 30 };
	struct str rest = symbols, name, weight;
	int widest = 8, heaviest = 0, n = 0;
	while (next_symbol(&rest, &name, &weight)) {
		int cells = draw_width(f->d, name), more = draw_width(f->d, weight);
		widest = cells > widest ? cells : widest;
		heaviest = more > heaviest ? more : heaviest;
	}
	widest = widest < NAME_MOST ? widest : NAME_MOST;
	heaviest = heaviest < 8 ? heaviest : 8;
	int cell = widest + heaviest + (heaviest > 0) + GAP;
	int columns = (f->r.cols - f->label - 1 + GAP) / cell;
	columns = columns > 1 ? columns : 1;
	for (rest = symbols; next_symbol(&rest, &name, &weight); n++) {
		int row = f->row + n / columns, col = f->label + n % columns * cell;
		draw_cut(f->d, f->r, row, col, widest, ROLE_TEXT, name);
		draw_right(f->d, f->r, row, col + widest + 1, heaviest, ROLE_MUTED, weight);
	}
	f->row += (n + columns - 1) / columns;
}

static void
draw_section(struct flow *f, struct str title)
{
	f->row += f->begun;
	f->begun = true;
	draw_rule(f->d, f->r, f->row, title, STR(""));
	f->row++;
}

static void
draw_scores(const struct panel *p, struct flow *f)
{
	const struct session *s = p->session;
	if (s->n_scores == 0)
		return;
	draw_section(f, STR("Score"));
	for (size_t i = 0; i < s->n_scores; i++) {
		draw_score(f, &s->scores[i]);
		draw_symbols(f, s->scores[i].symbols);
	}
}

/* --- what else is known --------------------------------------------------------------------- */

static void
draw_fact(struct flow *f, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	int col = f->time + FACT_CELLS;
	draw_text(f->d, f->r, f->row, f->time, FACT_CELLS - 1, ROLE_MUTED, str_from(name));
	int used = draw_wrapped(f->d, f->r, f->row, col, f->r.cols - col - 1, 4, ROLE_TEXT, value);
	f->row += used > 0 ? used : 1;
}

static const char *
id_name(enum id_role role)
{
	switch (role) {
	case ID_ROLE_OWN:
		return "ID";
	case ID_ROLE_MESSAGE_ID:
		return "Message-ID";
	case ID_ROLE_REFERENCE:
		return "our reference";
	case ID_ROLE_CONNECTION:
		return "connection";
	case ID_ROLE_SCANNER:
		return "scanner's ID";
	case ID_ROLE_NEXT_HOP:
		return "next hop's ID";
	case ID_ROLE_PARENT:
		return "caused by";
	case ID_ROLE_NOTIFICATION:
		return "notification";
	case ID_ROLE_COUNT:
		break;
	}
	return "";
}

static void
draw_facts(const struct panel *p, struct flow *f)
{
	const struct session *s = p->session;
	struct arena *a = &f->d->arena;
	struct case_fact facts[CASE_FACTS_MOST];
	size_t n = case_facts(&p->known, f->clock, a, facts);
	draw_section(f, STR("Known"));
	for (size_t i = 0; i < n; i++)
		draw_fact(f, facts[i].name, facts[i].text);
	draw_fact(f, "Subject", s->subject);
	draw_fact(f, "From", s->header_from);
	for (size_t i = 0; i < s->n_identifiers; i++)
		draw_fact(f, id_name(s->identifiers[i].role), s->identifiers[i].text);
	draw_fact(f, "connection", s->connection);
	draw_fact(f, "user", s->user);
	draw_fact(f, "auth", s->auth);
	draw_fact(f, "protocol", s->protocol);
	draw_fact(f, "TLS", s->tls);
	if (s->size_bytes > 0)
		draw_fact(f, "size", text_bytes(s->size_bytes, a));
	if (s->recipients_incomplete)
		draw_fact(f, "recipients",
			  arena_printf(a, "%zu shown, total not logged", s->n_recipients));
}

/* The parts of a title line; those of higher rank are left out first when there is no room. */
struct title_part {
	struct str text;
	enum role role;
	int rank;
};

static int
title_width(struct draw_list *d, const struct title_part *parts, int n, int rank)
{
	int width = 0;
	for (int i = 0; i < n; i++)
		if (parts[i].text.n > 0 && parts[i].rank <= rank)
			width += draw_width(d, parts[i].text) + 3;
	return width - 2;
}

void
panel_title(const struct session *s, struct clock c, struct draw_list *d, struct rect r, int row,
	    int col)
{
	struct arena *a = &d->arena;
	struct str when = text_when(c, s->start_us, a);
	struct str age = text_age(c, s->start_us, a);
	bool refused = s->verdict == VERDICT_REJECTED;
	if (age.n > 0)
		age = arena_printf(a, "%.*s ago", STR_ARG(age));
	const struct title_part parts[] = {
		{ text_verdict(s, a), refused ? ROLE_CAUTION : ROLE_TITLE, 0 },
		{ when, ROLE_TEXT, 1 },
		{ age, ROLE_MUTED, 4 },
		{ s->gateway_name, ROLE_TEXT, 2 },
		{ text_direction(s->direction), ROLE_MUTED, 3 },
	};
	const int n = sizeof(parts) / sizeof(parts[0]);
	int rank = 4;
	while (rank > 0 && col + title_width(d, parts, n, rank) > r.cols)
		rank--;
	for (int i = 0; i < n; i++)
		if (parts[i].text.n > 0 && parts[i].rank <= rank)
			col += draw_text(d, r, row, col, -1, parts[i].role, parts[i].text) + 3;
}

int
panel_draw(const struct panel *p, struct clock c, struct draw_list *d, struct rect r, int top,
	   unsigned parts)
{
	if (!p->session)
		return 0;
	struct flow f = flow_start(d, r, c, top);
	if (parts & PANEL_TITLE) {
		panel_title(p->session, c, d, r, f.row, f.time);
		f.row++;
	}
	if (parts & PANEL_LADDER) {
		draw_ladder(p, &f);
		f.begun = true;
	}
	if (parts & PANEL_SCORES)
		draw_scores(p, &f);
	if (parts & PANEL_FACTS)
		draw_facts(p, &f);
	return f.row + top;
}

void
panel_draw_short(const struct panel *p, struct clock c, struct draw_list *d, struct rect r)
{
	struct draw_list nowhere;
	struct rect below = { r.row + 1, r.col, r.rows - 1, r.cols };
	if (!p->session || r.rows < 2)
		return;
	draw_init(&nowhere);
	int ladder = panel_draw(p, c, &nowhere, below, 0, PANEL_LADDER);
	draw_release(&nowhere);
	int top = ladder > below.rows ? ladder - below.rows : 0;
	panel_draw(p, c, d, (struct rect){ r.row, r.col, 1, r.cols }, 0, PANEL_TITLE);
	panel_draw(p, c, d, below, top, PANEL_ALL & ~PANEL_TITLE);
}
