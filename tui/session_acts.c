/* SPDX-License-Identifier: MIT */
/* session_acts: what can be done with a session at hand, the same in every view that has one. */
#include "tui/panel.h"

static void
copy(struct view *v, const struct panel *p)
{
	struct strbuf text;
	struct arena scratch;
	arena_init(&scratch);
	strbuf_init(&text, 1u << 20);
	panel_text(p, app_clock(v->app), &scratch, &text);
	app_copy(v->app, strbuf_str(&text), "the session");
	strbuf_release(&text);
	arena_release(&scratch);
}

static void
push_same(struct view *v, struct term term, const char *what, const char *missing)
{
	if (term.text.n == 0) {
		app_say(v->app, ROLE_TEXT, "%s", missing);
		return;
	}
	struct sessions_param param = { .term = term, .title = str_from(what) };
	app_push(v->app, &view_sessions, &param);
}

/* Where the sender has cases, these; else all there are. */
static void
push_cases(struct view *v, const struct panel *p)
{
	struct cases_param param = { .words = STR("") };
	if (p->known.own || p->known.n_others > 0)
		param.words = p->session->sender;
	app_push(v->app, &view_cases, &param);
}

bool
session_is_act(enum action a)
{
	return a == ACTION_OPEN || a == ACTION_LINES || a == ACTION_EXPLAIN || a == ACTION_COPY ||
	       a == ACTION_SAME_SENDER || a == ACTION_SAME_PEER || a == ACTION_SAME_CONNECTION ||
	       a == ACTION_NOTE || a == ACTION_STATUS || a == ACTION_ASKED_BY || a == ACTION_CAUSE;
}

bool
session_common_act(struct view *v, const struct panel *p, enum action a)
{
	const struct session *s = p->session;
	if (!s)
		return false;
	struct session_param param = { .ref = s->ref };
	switch (a) {
	case ACTION_OPEN:
		if (v->ops != &view_session)
			app_push(v->app, &view_session, &param);
		return true;
	case ACTION_LINES:
		app_push(v->app, &view_lines, &param);
		return true;
	case ACTION_EXPLAIN:
		app_push(v->app, &view_explain, &(struct explain_param){ .ref = s->ref });
		return true;
	case ACTION_COPY:
		copy(v, p);
		return true;
	case ACTION_CASES:
		push_cases(v, p);
		return true;
	case ACTION_SAME_SENDER:
		push_same(v, (struct term){ TERM_SENDER, s->sender }, "same sender",
			  "The sender of this session is not logged, or it is the null sender <>");
		return true;
	case ACTION_SAME_PEER:
		push_same(v, (struct term){ TERM_PEER_IP, s->peer_ip }, "same peer",
			  "The peer of this session is not logged");
		return true;
	case ACTION_SAME_CONNECTION:
		push_same(v, (struct term){ TERM_CONNECTION, s->connection }, "same connection",
			  "The log does not tell which connection this was");
		return true;
	default:
		return case_act(v, s, a);
	}
}
