/* SPDX-License-Identifier: MIT */
/* find_desk: see the header. */
#include "tui/find_desk.h"

#include "tui/case_known.h"
#include "tui/find_draw.h"

enum { FINDS_SHOWN = 50, REMARKS_MOST = 20 };

void
find_desk_init(struct find_desk *k)
{
	arena_init(&k->remark_arena);
	arena_init(&k->find_arena);
}

void
find_desk_release(struct find_desk *k)
{
	arena_release(&k->remark_arena);
	arena_release(&k->find_arena);
}

void
find_desk_load(struct find_desk *k, struct app *app)
{
	struct desk *d = app_services(app)->desk;
	struct err e = { .code = ERR_NONE };
	size_t n = 0;
	arena_reset(&k->find_arena);
	if (d && desk_finds(d, FINDS_SHOWN, &k->find_arena, &k->finds, &n, &e) < 0)
		app_error(app, &e);
	list_set_count(&k->list, n);
	k->focused = k->focused && n > 0;
}

/* Most desks know nothing of most sessions: no lines are read when there is no case at all. */
static bool
has_cases(struct app *app, struct arena *a)
{
	struct case_query any = { .status = CASE_STATUS_COUNT, .most = 1 };
	struct desk *d = app_services(app)->desk;
	struct desk_case *list;
	size_t n = 0;
	return d && desk_cases(d, &any, a, &list, &n, NULL) == 0 && n > 0;
}

void
find_desk_remark(struct find_desk *k, struct app *app, const struct find_result *f)
{
	struct arena *a = &k->remark_arena;
	size_t n = f ? find_shown(f) : 0;
	arena_reset(a);
	k->remarks = NULL;
	if (n == 0 || !has_cases(app, a))
		return;
	k->remarks = arena_zalloc(a, n * sizeof(*k->remarks));
	for (size_t i = 0; i < n && i < REMARKS_MOST; i++) {
		struct case_known known;
		case_known_load(app, f->candidates[i].session, a, &known);
		k->remarks[i] = case_known_remark(&known, a);
	}
}

/* --- remembering ---------------------------------------------------------------------------- */

/* The session that was opened, else the one that was certain; NULL: neither. */
static const struct session *
session_of(const struct find_result *f, const struct session *opened)
{
	if (opened)
		return opened;
	bool certain = f->n_candidates > 0 && f->candidates[0].probability >= FIND_CERTAIN;
	return certain && !f->is_list ? f->candidates[0].session : NULL;
}

/* The clues set aside, as the desk keeps them. */
static struct str
aside_of(const struct find_result *f, struct arena *a)
{
	struct str all = STR("");
	for (size_t i = 0; i < f->n_clues; i++)
		if (f->clues[i].dropped)
			all = arena_printf(a, "%.*s%s %.*s\n", STR_ARG(all),
					   clue_kind_text(f->clues[i].kind),
					   STR_ARG(f->clues[i].text));
	return all;
}

size_t
find_desk_aside(const struct desk_find *past, const struct find_result *f, size_t from)
{
	struct arena a = { 0 };
	struct str kept = arena_printf(&a, "\n%.*s", STR_ARG(past->aside));
	size_t i = from;
	for (; i < f->n_clues; i++) {
		struct str one = arena_printf(&a, "\n%s %.*s\n", clue_kind_text(f->clues[i].kind),
					      STR_ARG(f->clues[i].text));
		if (!f->clues[i].dropped && str_find(kept, one, 0) != STR_NPOS)
			break;
	}
	arena_release(&a);
	return i;
}

size_t
find_desk_chosen(const struct desk_find *past, struct app *app, const struct find_result *f)
{
	struct arena a = { 0 };
	size_t n = past->opened && past->has_session ? find_shown(f) : 0, at = 0;
	for (size_t i = 0; i < n && i < REMARKS_MOST; i++) {
		struct desk_key key;
		if (store_desk_key(app_store(app), f->candidates[i].session, &a, &key, NULL) < 0)
			break;
		if (!desk_key_same(&key, &past->key))
			continue;
		at = i;
		break;
	}
	arena_release(&a);
	return at;
}

static int
keep(struct app *app, struct str paste, const struct find_result *f, const struct session *opened,
     struct arena *a, struct err *e)
{
	const struct session *s = session_of(f, opened);
	struct desk_find find = { .paste = paste,
				  .message = f->message,
				  .aside = aside_of(f, a),
				  .candidates = find_shown(f),
				  .opened = opened != NULL,
				  .has_session = s != NULL };
	if (s) {
		find.session = *s;
		if (store_desk_key(app_store(app), s, a, &find.key, e) < 0)
			return -1;
	}
	return desk_add_find(app_services(app)->desk, &find, app_clock(app).now_us, e);
}

void
find_desk_keep(struct find_desk *k, struct app *app, struct str paste, const struct find_result *f,
	       const struct session *opened)
{
	const struct app_services *services = app_services(app);
	struct err e = { .code = ERR_NONE };
	struct arena a = { 0 };
	if (!f || f->n_clues + f->n_candidates == 0 || !services->desk || services->no_history ||
	    desk_is_read_only(services->desk) || !app_store(app))
		return;
	/* A slip of the keys is nothing that anybody looked for. */
	if (k->typed && f->n_candidates == 0)
		return;
	if (k->kept && (!opened || k->opened == opened->ref.number))
		return;
	k->kept = true;
	k->opened = opened ? opened->ref.number : 0;
	if (keep(app, paste, f, opened, &a, &e) == 0)
		find_desk_load(k, app);
	else if (!k->failed)
		app_say(app, ROLE_CAUTION, "Not remembered: %s", e.text);
	k->failed = k->failed || e.code != ERR_NONE;
	arena_release(&a);
}

/* --- drawing -------------------------------------------------------------------------------- */

enum column { COL_WHEN, COL_WHAT, COL_WHO, COL_AT, COL_CASE, COLS };
static const struct list_column columns[COLS] = {
	[COL_WHEN] = { "when", 12, 12, 0, LIST_LEFT },
	[COL_WHAT] = { "what", 16, 24, 0, LIST_LEFT },
	[COL_WHO] = { "who", 28, 60, 2, LIST_LEFT },
	[COL_AT] = { "at", 10, 12, 3, LIST_LEFT },
	[COL_CASE] = { "case", 12, 12, 1, LIST_LEFT },
};

/* The first line that says something, without the marks of quoting. */
static struct str
head_of(struct str paste)
{
	while (paste.n > 0) {
		size_t end = str_find_char(paste, '\n', 0);
		struct str line = str_trim(str_slice(paste, 0, end));
		while (line.n > 0 && line.p[0] == '>')
			line = str_trim(str_skip(line, 1));
		if (line.n > 0)
			return line;
		paste = end == STR_NPOS ? STR("") : str_skip(paste, end + 1);
	}
	return STR("");
}

/* "today 10:41", "12 Nov 09:12", "12 Nov 2025" */
static struct str
when(struct clock c, int64_t time_us, struct arena *a)
{
	struct str day = text_day(c, time_us, a);
	if (day.n > sizeof("12 Nov"))
		return day;
	return arena_printf(a, "%.*s %.5s", STR_ARG(day), text_time(c, time_us, a).p);
}

static struct str
who(const struct desk_find *f, struct arena *a)
{
	if (f->has_session)
		return arena_printf(a, "%.*s → %.*s", STR_ARG(text_sender(&f->session)),
				    STR_ARG(text_recipients(&f->session, a)));
	if (f->candidates == 0)
		return STR("no session found");
	struct str n = text_count(f->candidates, "candidate", "candidates", a);
	return arena_printf(a, "%.*s, none chosen", STR_ARG(n));
}

static struct list_cell
cell(const struct desk_find *f, enum column column, struct clock c, struct arena *a)
{
	bool has_id = f->has_session && f->key.id.n > 0;
	switch (column) {
	case COL_WHEN:
		return (struct list_cell){ when(c, f->time_us, a), ROLE_MUTED };
	case COL_WHAT:
		return (struct list_cell){ has_id ? f->key.id : head_of(f->paste), ROLE_TEXT };
	case COL_WHO:
		return (struct list_cell){ who(f, a), f->has_session ? ROLE_TEXT : ROLE_MUTED };
	case COL_AT:
		if (!f->has_session)
			break;
		return (struct list_cell){ text_outcome(&f->session, a),
					   text_outcome_role(&f->session) };
	case COL_CASE:
		if (f->case_number == 0)
			break;
		return (struct list_cell){ arena_printf(a, "c%llu %s",
							(unsigned long long)f->case_number,
							case_status_text(f->case_status)),
					   ROLE_ACCENT };
	case COLS:
		break;
	}
	return (struct list_cell){ STR(""), ROLE_TEXT };
}

void
find_desk_draw(const struct find_desk *k, struct clock c, struct draw_list *d, struct rect r)
{
	struct list_layout at;
	if (k->list.n == 0 || r.rows < 2)
		return;
	draw_rule(d, r, 0, STR("Lately"), STR(""));
	list_columns(columns, COLS, 3, r.cols - 4, &at);
	int row = 1;
	for (size_t i = k->list.top; i < k->list.n && row < r.rows; i++, row++) {
		if (k->focused && i == k->list.selected)
			draw_select_rows(d, r, row, 1);
		for (int col = 0; col < COLS; col++)
			if (at.width[col] > 0)
				list_draw_cell(d, r, row, at.col[col], at.width[col],
					       columns[col].align,
					       cell(&k->finds[i], (enum column)col, c, &d->arena));
	}
}
