/* SPDX-License-Identifier: MIT */
/* panel_text: a session as text for a mail or a ticket: ISO dates with zone, nothing shortened. */
#include "base/utf8.h"
#include "tui/panel.h"

static void
add_line(struct strbuf *out, struct str time, struct str label, struct str what, struct str rest)
{
	strbuf_printf(out, "%-25.*s  %-9.*s ", STR_ARG(time), STR_ARG(label));
	utf8_neutralise(out, what);
	if (what.n > 0 && rest.n > 0)
		strbuf_add(out, STR("  "));
	utf8_neutralise(out, rest);
	while (out->n > 0 && out->p[out->n - 1] == ' ')
		out->p[--out->n] = '\0';
	strbuf_add_char(out, '\n');
}

static void
add_fact(struct strbuf *out, const char *name, struct str value)
{
	if (value.n == 0)
		return;
	strbuf_printf(out, "%-12s ", name);
	utf8_neutralise(out, value);
	strbuf_add_char(out, '\n');
}

void
panel_text(const struct panel *p, struct clock c, struct arena *a, struct strbuf *out)
{
	const struct session *s = p->session;
	struct str verdict = text_verdict(s, a);
	struct str when = text_iso(c, s->start_us, a);
	strbuf_printf(out, "%.*s, %.*s, %.*s\n", STR_ARG(verdict), STR_ARG(s->gateway_name),
		      STR_ARG(when));
	for (size_t i = 0; i < p->ladder.n; i++) {
		const struct ladder_row *row = &p->ladder.rows[i];
		struct str time = row->implied ? STR("") : text_iso(c, row->time_us, a);
		struct str rest = row->answer;
		if (row->remark.n > 0)
			rest = arena_printf(a, "%.*s%s(%.*s)", STR_ARG(rest), rest.n ? " " : "",
					    STR_ARG(row->remark));
		add_line(out, time, str_from(row->label), row->what, rest);
	}
	for (size_t i = 0; i < s->n_scores; i++) {
		struct str value = text_score(&s->scores[i], a);
		if (value.n > 0)
			add_fact(out, engine_text(s->scores[i].engine), value);
	}
	add_fact(out, "Subject", s->subject);
	for (size_t i = 0; i < s->n_identifiers; i++)
		add_fact(out, id_role_text(s->identifiers[i].role), s->identifiers[i].text);
}
