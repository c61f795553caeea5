/* SPDX-License-Identifier: MIT */
/*
 * exim_delivery: what became of one recipient: => -> >> *> ** == (FORMATS §1.3, §1.5; Exim
 * src/deliver.c). Delivery processes are not those that served the connection, so the ID is the
 * only key here. The reply is the remote's, or Exim's own words when no remote was asked.
 */
#include "importers/exim_line.h"

/* --- remote errors ---------------------------------------------------------------------------- */

struct command_stage {
	struct str command;
	enum stage stage;
};

static const struct command_stage command_stages[] = {
	{ { "initial connection", 18 }, STAGE_CONNECT },
	{ { "connect", 7 }, STAGE_CONNECT },
	{ { "MAIL FROM:", 10 }, STAGE_MAIL },
	{ { "RCPT TO:", 8 }, STAGE_RCPT },
	{ { "DATA", 4 }, STAGE_DATA },
	{ { "end of data", 11 }, STAGE_DATA },
	{ { "sending data block", 18 }, STAGE_DATA },
	{ { "sending message", 15 }, STAGE_DATA },
	{ { "BDAT", 4 }, STAGE_DATA },
	{ { "EHLO", 4 }, STAGE_HELO },
	{ { "HELO", 4 }, STAGE_HELO },
	{ { "LHLO", 4 }, STAGE_HELO },
	{ { "STARTTLS", 8 }, STAGE_HELO },
	{ { "AUTH", 4 }, STAGE_HELO },
};

static const struct str error_leads[] = {
	{ "SMTP error from remote mail server after ", 41 },
	{ "LMTP error from remote mail server after ", 41 },
	{ "SMTP error from remote mailer after ", 36 }, /* 2002 */
	{ "LMTP error after ", 17 },
	{ "SMTP timeout after ", 19 },
	{ "SMTP timeout while connected to ", 32 },
	{ "LMTP timeout after ", 19 },
	{ "Remote host closed connection in response to ", 45 },
	{ "Malformed SMTP reply in response to ", 36 },
	{ "Malformed LMTP reply in response to ", 36 },
};

static enum stage
take_command(struct str *s, struct str *address)
{
	take(s, STR("pipelined "));
	for (size_t i = 0; i < sizeof(command_stages) / sizeof(command_stages[0]); i++) {
		const struct command_stage *c = &command_stages[i];

		if (!take(s, c->command))
			continue;
		if (s->n > 0 && s->p[0] == '<')
			exim_take_address(s, address);
		if (c->stage != STAGE_RCPT)
			*address = STR("");
		return c->stage;
	}
	return STAGE_DELIVERY;
}

/* Up to 4.84 the log named the host before the reply: "host mx [192.0.2.1]: 550 …". */
static void
take_old_host(struct str *s, struct exim_host *host)
{
	struct str rest = *s;

	if (take(&rest, STR("host ")) && exim_host(&rest, NULL, host) && take(&rest, STR(": ")))
		*s = rest;
}

static bool
take_error_lead(struct str *s)
{
	for (size_t i = 0; i < sizeof(error_leads) / sizeof(error_leads[0]); i++) {
		if (take(s, error_leads[i]))
			return true;
	}
	return false;
}

/* The lead, also behind strerror's words: "Connection timed out: SMTP timeout after …". */
static bool
find_error_lead(struct str *s)
{
	struct str rest = *s;
	size_t at;

	if (take_error_lead(s))
		return true;
	at = find_text(rest);
	if (at == STR_NPOS || at > 60)
		return false;
	rest = str_skip(rest, at + 2);
	if (!take_error_lead(&rest))
		return false;
	*s = rest;
	return true;
}

enum stage
exim_remote_error(struct str text, struct arena *a, struct remote_error *out)
{
	struct str s = text;
	size_t at;

	*out = (struct remote_error){ .stage = STAGE_DELIVERY };
	if (find_error_lead(&s)) {
		out->stage = take_command(&s, &out->address);
		at = find_text(s);
		s = str_skip(s, at == STR_NPOS ? s.n : at + 2);
		take_old_host(&s, &out->host);
		out->reply = reply_parse(s, a);
		if (out->reply.code != 0)
			return out->stage;
	}
	out->reply = reply_parse(text, a);
	out->reply.text_logged = false; /* our own account of it, no remote's words */
	return out->stage;
}

/* --- addresses -------------------------------------------------------------------------------- */

/* What can follow the final address: it may hold blanks itself when it was rewritten. */
static bool
ends_final(struct str rest)
{
	static const struct str next[] = {
		{ "R=", 2 },      { "T=", 2 }, { "F=<", 3 }, { "P=<", 3 },
		{ "Q=", 2 },      { "S=", 2 }, { ": ", 2 },  { "routing defer", 13 },
		{ "defer (", 7 },
	};

	if (rest.p[0] == ':')
		return rest.n == 1 || rest.p[1] == ' ';
	rest = str_skip(rest, 1);
	if (rest.n == 0 || rest.p[0] == '<' || rest.p[0] == '(')
		return true;
	for (size_t i = 0; i < sizeof(next) / sizeof(next[0]); i++) {
		if (rest.p[0] == next[i].p[0] && str_starts(rest, next[i]))
			return true;
	}
	return false;
}

static struct str
take_final(struct str *s)
{
	size_t i = 0;
	bool quoted = false;

	for (; i < s->n; i++) {
		char c = s->p[i];

		if (c == '"')
			quoted = !quoted;
		if ((c == ' ' || c == ':') && !quoted && ends_final(str_skip(*s, i)))
			break;
	}
	if (str_starts(*s, STR(":blackhole: ")))
		i = 11;

	struct str final = str_slice(*s, 0, i);

	*s = str_skip(*s, i);
	if (final.n > 1 && final.p[0] == '<' && final.p[final.n - 1] == '>')
		final = str_slice(final, 1, final.n - 1);
	return final;
}

/* " (parents) <ORIG>": the address as it was before aliases and forwards. */
static struct str
take_original(struct str *s)
{
	struct str rest = *s, original = STR("");
	size_t end;

	if (str_starts(rest, STR(" (")) && (end = str_find(rest, STR(") "), 2)) != STR_NPOS)
		rest = str_skip(rest, end + 1);
	if (str_starts(rest, STR(" <"))) {
		rest = str_skip(rest, 1);
		if (!exim_take_address(&rest, &original))
			return STR("");
	}
	*s = rest;
	return original;
}

/* "odd user@d" is how a quoted local part is logged; <"odd user"@d> is the address. */
static bool
same_but_quotes(struct str a, struct str b)
{
	size_t i = 0, j = 0;

	while (i < a.n || j < b.n) {
		if (i < a.n && a.p[i] == '"')
			i++;
		else if (j < b.n && (b.p[j] == '"' || b.p[j] == '\\'))
			j++;
		else if (i < a.n && j < b.n && a.p[i] == b.p[j])
			i++, j++;
		else
			return false;
	}
	return true;
}

static void
set_address(struct recipient *r, struct str final, struct str original)
{
	r->address = final;
	if (original.n == 0)
		return;
	/* Local deliveries show the local part, a file, a pipe or a word only. */
	if (str_find_char(final, '@', 0) == STR_NPOS || final.p[0] == '|' || final.p[0] == '/' ||
	    final.p[0] == '>' || same_but_quotes(final, original))
		r->address = original;
	else if (!str_eq(final, original))
		r->original = original;
}

/* --- outcomes --------------------------------------------------------------------------------- */

/* "250 OK id=1xUn…" or "… queued as 4F1B2C3D": how the next hop calls it. */
static void
add_next_hop(struct fragment *f, struct str text)
{
	size_t at = str_find_char(text, '=', 0), i;

	if (at != STR_NPOS && at >= 2 && memcmp(text.p + at - 2, "id", 2) == 0)
		at += 1;
	else if (str_find_char(text, 'q', 0) != STR_NPOS &&
		 (at = str_find(text, STR("queued as "), 0)) != STR_NPOS)
		at += 10;
	else
		return;
	i = at;
	while (i < text.n && (char_is_alnum(text.p[i]) || text.p[i] == '-' || text.p[i] == '_' ||
			      text.p[i] == '.'))
		i++;
	fragment_add_identifier(f, ID_ROLE_NEXT_HOP, str_slice(text, at, i));
}

static void
set_remote(struct recipient *r, const struct exim_fields *x)
{
	if (!x->has_host)
		return;
	r->remote_host = x->host.name;
	r->remote_ip = x->host.ip;
}

static enum line_class
delivered(struct exim_line *l, struct recipient *r, struct str rest)
{
	struct exim_fields x;

	exim_fields(&rest, true, &x);
	set_remote(r, &x);
	r->transport = x.t;
	r->verdict = VERDICT_ACCEPTED;
	r->stage = STAGE_DELIVERY;
	if (x.c.n > 0) {
		r->reply = reply_parse(exim_unescape(x.c, l->scratch), l->scratch);
		add_next_hop(l->f, r->reply.text);
	}
	if (str_eq(r->address, STR(":blackhole:")) || str_eq(r->address, STR("discarded")))
		r->verdict = VERDICT_DISCARDED;
	l->f->kind = FRAGMENT_DELIVERED;
	return LINE_UNDERSTOOD;
}

/* DT= and QT= stand behind the text. */
static bool
drop_time(struct str *s)
{
	size_t at = str_rfind_char(*s, ' ');
	struct str last = str_skip(*s, at == STR_NPOS ? s->n : at + 1);

	if ((!str_starts(last, STR("DT=")) && !str_starts(last, STR("QT="))) || last.n < 5 ||
	    last.n > 16 || !char_is_digit(last.p[3]))
		return false;
	s->n = at;
	return true;
}

/* The text of "**" begins after ": ", since 4.99 " : ". */
static struct str
take_text(struct str s)
{
	take_char(&s, ' ');
	take_char(&s, ':');
	if (s.n > 0 && s.p[s.n - 1] == 's')
		while (drop_time(&s))
			;
	return str_trim(s);
}

static void
set_failure(struct exim_line *l, struct recipient *r, struct str text)
{
	struct remote_error error;

	r->stage = exim_remote_error(text, l->scratch, &error);
	r->reply = error.reply;
	if (r->remote_ip.n == 0) {
		r->remote_host = error.host.name;
		r->remote_ip = error.host.ip;
	}
	/* "H=mx [ip] : Connection refused" and the like: nobody answered. */
	if (r->stage == STAGE_DELIVERY && r->remote_ip.n > 0 && r->reply.code == 0)
		r->stage = STAGE_CONNECT;
}

static enum line_class
failed(struct exim_line *l, struct recipient *r, struct str rest)
{
	struct exim_fields x;

	exim_fields(&rest, true, &x);
	set_remote(r, &x);
	r->transport = x.t;
	r->verdict = VERDICT_REJECTED;
	set_failure(l, r, take_text(rest));
	l->f->kind = FRAGMENT_FAILED;
	return LINE_UNDERSTOOD;
}

/* "[routing ]defer (N)[: strerror] [H=n [ip]]: message" */
static enum line_class
postponed(struct exim_line *l, struct recipient *r, struct str rest)
{
	struct exim_fields x, after;
	struct str text, error = STR("");

	exim_fields(&rest, true, &x);
	r->transport = x.t;
	r->verdict = VERDICT_DEFERRED;
	r->stage = STAGE_DELIVERY;
	l->f->kind = FRAGMENT_POSTPONED;
	take_char(&rest, ' ');
	take(&rest, STR("routing "));
	if (take(&rest, STR("defer ("))) {
		size_t host;

		take_until(&rest, ')');
		take_char(&rest, ')');
		/* strerror's words stand between the number and the host. */
		host = str_find(rest, STR(" H="), 0);
		if (host != STR_NPOS) {
			error = take_text(str_slice(rest, 0, host));
			text = str_skip(rest, host);
			exim_fields(&text, true, &after);
			if (after.has_host) {
				set_remote(r, &after);
				rest = text;
			}
		}
	}
	text = take_text(rest);
	if (!str_starts(text, STR("retry time not reached")))
		set_failure(l, r, text.n > 0 ? text : error);
	return LINE_UNDERSTOOD;
}

enum line_class
exim_delivery(struct exim_line *l)
{
	struct str s = l->text, final, original;
	char flag = s.p[0], second = s.p[1];
	struct recipient *r;

	s = str_skip(s, 3);
	if (flag == '*' && second == '>')
		return exim_note(l);
	if (str_starts(s, STR("blackhole ("))) {
		exim_refuse(l, STAGE_DATA, VERDICT_DISCARDED, 250, STR(""));
		return LINE_UNDERSTOOD;
	}
	final = take_final(&s);
	if (final.n == 0)
		return LINE_UNKNOWN;
	if (l->keys_only) {
		l->f->kind = flag == '*'                    ? FRAGMENT_FAILED
			     : flag == '=' && second == '=' ? FRAGMENT_POSTPONED
							    : FRAGMENT_DELIVERED;
		return LINE_UNDERSTOOD;
	}
	original = take_original(&s);
	r = arena_zalloc(l->scratch, sizeof(*r));
	set_address(r, final, original);
	r->by_remote = true;
	r->time_us = l->f->time_us;
	l->f->recipients = r;
	l->f->n_recipients = 1;
	if (flag == '*')
		return failed(l, r, s);
	if (flag == '=' && second == '=')
		return postponed(l, r, s);
	if (str_eq(final, STR(":blackhole:")) || str_eq(final, STR("discarded"))) {
		enum line_class class = delivered(l, r, s);

		r->verdict = VERDICT_DISCARDED;
		return class;
	}
	return delivered(l, r, s);
}
