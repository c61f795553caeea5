/* SPDX-License-Identifier: MIT */
/* session_output: see the header. */
#include "cli/session_output.h"

#include <math.h>

#include "base/utf8.h"

static void
set_reply(struct json *o, const struct reply *r, struct arena *a)
{
	if (r->code != 0)
		json_set_int(o, "code", r->code);
	else
		json_set_null(o, "code");
	json_set_str_or_null(o, "enhanced", enhanced_text(r->enhanced, a));
	json_set_str_or_null(o, "reply", r->text);
	json_set_bool(o, "reply_logged", r->text_logged);
	json_set_bool(o, "code_logged", r->code_logged);
}

static struct json *
recipient_json(const struct recipient *r, struct arena *a)
{
	struct json *o = json_object_new();

	json_set_str(o, "address", r->address);
	json_set_str_or_null(o, "original", r->original);
	json_set_str_or_null(o, "verdict", str_from(verdict_text(r->verdict)));
	json_set_str_or_null(o, "stage", str_from(stage_text(r->stage)));
	set_reply(o, &r->reply, a);
	json_set_bool(o, "by_remote", r->by_remote);
	json_set_str_or_null(o, "remote_host", r->remote_host);
	json_set_str_or_null(o, "remote_ip", r->remote_ip);
	json_set_str_or_null(o, "transport", r->transport);
	return o;
}

static void
set_score(struct json *o, const struct score *s)
{
	json_set_str_or_null(o, "engine", str_from(engine_text(s->engine)));
	if (s->has_value && isfinite(s->value))
		json_set_real(o, "score", s->value);
	else
		json_set_null(o, "score");
	if (s->has_threshold && isfinite(s->threshold))
		json_set_real(o, "threshold", s->threshold);
	else
		json_set_null(o, "threshold");
}

static struct json *
scores_json(const struct session *s)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < s->n_scores; i++) {
		struct json *o = json_object_new();

		set_score(o, &s->scores[i]);
		json_set_str_or_null(o, "action", s->scores[i].action);
		json_set_str_or_null(o, "symbols", s->scores[i].symbols);
		json_add(list, o);
	}
	return list;
}

static void
set_peer(struct json *o, const struct session *s)
{
	json_set_str_or_null(o, "peer", s->peer_ip);
	if (s->peer_port != 0)
		json_set_int(o, "peer_port", s->peer_port);
	else
		json_set_null(o, "peer_port");
	json_set_str_or_null(o, "peer_host", s->peer_host);
	json_set_str_or_null(o, "helo", s->helo);
}

static void
set_envelope(struct json *o, const struct session *s, struct arena *a)
{
	struct json *recipients = json_array_new();

	if (s->has_sender)
		json_set_str(o, "sender", s->sender);
	else
		json_set_null(o, "sender");
	for (size_t i = 0; i < s->n_recipients; i++)
		json_add(recipients, recipient_json(&s->recipients[i], a));
	json_set(o, "recipients", recipients);
	json_set_bool(o, "recipients_incomplete", s->recipients_incomplete);
	json_set_str_or_null(o, "subject", s->subject);
}

struct json *
session_json(const struct session *s, struct arena *a)
{
	struct json *o = json_object_new();
	struct json *identifiers = json_array_new();
	struct score none = { 0 };

	json_set_str(o, "session", session_ref_text(s->ref, a));
	json_set_str(o, "gateway", s->gateway_name);
	json_set_str_or_null(o, "direction", str_from(direction_text(s->direction)));
	json_set_str_or_null(o, "time",
			     s->start_us == TIME_NONE ? STR("") : time_rfc3339(s->start_us, a));
	json_set_str_or_null(o, "end",
			     s->end_us == TIME_NONE ? STR("") : time_rfc3339(s->end_us, a));
	json_set_str_or_null(o, "connection", s->connection);
	for (size_t i = 0; i < s->n_identifiers; i++)
		json_add_str(identifiers, s->identifiers[i].text);
	json_set(o, "identifiers", identifiers);
	set_peer(o, s);
	set_envelope(o, s, a);
	json_set_str_or_null(o, "stage", str_from(stage_text(s->stage)));
	json_set_str_or_null(o, "about", str_from(stage_text(s->about)));
	json_set_str_or_null(o, "verdict", str_from(verdict_text(s->verdict)));
	set_reply(o, &s->reply, a);
	set_score(o, s->n_scores > 0 ? &s->scores[0] : &none);
	json_set(o, "scores", scores_json(s));
	return o;
}

/* --- text --- */

static struct str
recipients_text(const struct session *s, struct arena *a)
{
	if (s->n_recipients == 0)
		return STR("-");
	if (s->recipients_total == 1)
		return s->recipients[0].address;
	return arena_printf(a, "%.*s +%zu", STR_ARG(s->recipients[0].address),
			    s->recipients_total - 1);
}

struct str
session_envelope_text(const struct session *s, struct arena *a)
{
	struct str sender = !s->has_sender ? STR("-") : s->sender.n ? s->sender : STR("<>");

	return arena_printf(a, "%.*s → %.*s", STR_ARG(sender), STR_ARG(recipients_text(s, a)));
}

void
session_print_line(const struct cli *c, const struct session *s, struct arena *a)
{
	struct str peer = s->peer_host.n ? s->peer_host : s->peer_ip.n ? s->peer_ip : STR("local");
	struct str id = session_own_id(s);
	struct str code = s->reply.code ? arena_printf(a, "%u", (unsigned)s->reply.code) : STR("-");

	print_clean(stdout,
		    arena_printf(a, "%.*s  %.*s  %-9s %-4s %3.*s  %.*s  %.*s%s%.*s",
				 STR_ARG(session_ref_text(s->ref, a)),
				 STR_ARG(cli_time(c, s->start_us, a)), verdict_text(s->verdict),
				 stage_text(s->stage), STR_ARG(code), STR_ARG(peer),
				 STR_ARG(session_envelope_text(s, a)), id.n ? "  " : "",
				 STR_ARG(id)));
	putchar('\n');
}

/* --- ladder --- */

enum { LADDER_INDENT = 33 };

/* Further lines of a text stand below the first. */
static void
print_indented(struct str text)
{
	for (;;) {
		size_t end = str_find_char(text, '\n', 0);

		print_clean(stdout, str_slice(text, 0, end));
		if (end == STR_NPOS)
			return;
		printf("\n%*s", LADDER_INDENT, "");
		text = str_skip(text, end + 1);
	}
}

void
session_print_ladder(const struct cli *c, const struct ladder *l, struct arena *a)
{
	for (size_t i = 0; i < l->n; i++) {
		const struct ladder_row *r = &l->rows[i];
		struct str when = r->time_us == TIME_NONE ? STR("") : cli_time(c, r->time_us, a);

		printf("  %-19.*s  %-9s ", STR_ARG(when), r->label);
		print_indented(r->what);
		if (r->answer.n > 0) {
			/* A reply of several lines reads as one only from its own margin. */
			bool many = str_find_char(r->answer, '\n', 0) != STR_NPOS;

			if (many && r->what.n > 0)
				printf("\n%*s", LADDER_INDENT, "");
			else if (r->what.n > 0)
				fputs("   ", stdout);
			print_indented(r->answer);
		}
		if (r->remark.n > 0) {
			fputs("   (", stdout);
			print_clean(stdout, r->remark);
			putchar(')');
		}
		putchar('\n');
	}
}

/* Lines of a format that is missing say nothing: a row of its own tells which it is. */
static void
add_missing_format(struct ladder *l, const struct stored_line *lines, size_t n, struct arena *a)
{
	struct ladder_row *rows;
	size_t i = 0;

	while (i < n && lines[i].format)
		i++;
	if (i == n)
		return;
	rows = arena_alloc(a, (l->n + 1) * sizeof(*rows));
	if (l->n > 0)
		memcpy(rows, l->rows, l->n * sizeof(*rows));
	rows[l->n++] = (struct ladder_row){
		.time_us = TIME_NONE,
		.label = "note",
		.what = arena_printf(a, "the format %.*s is missing: lines of %.*s cannot be read",
				     STR_ARG(lines[i].format_name), STR_ARG(lines[i].source)),
		.implied = true,
		.remark = STR("postern help formats"),
		.kind = FRAGMENT_NOTE,
	};
	l->rows = rows;
}

int
session_ladder(struct store *st, const struct session *s, struct arena *a, struct ladder *out,
	       struct err *e)
{
	const struct fragment **fragments;
	struct stored_line *lines;
	size_t n_lines, n;

	if (store_session_lines(st, s, a, &lines, &n_lines, e) < 0 ||
	    stored_lines_fragments(lines, n_lines, a, &fragments, &n, e) < 0)
		return -1;
	ladder_build(s, fragments, n, a, out);
	add_missing_format(out, lines, n_lines, a);
	return 0;
}
