/* SPDX-License-Identifier: MIT */
/*
 * exim_refusal: refusals that do not begin with H= (FORMATS §1.7; Exim src/smtp_in.c,
 * src/receive.c, src/daemon.c). Codes are those of the source, where the log does not show them.
 */
#include "importers/exim_line.h"

static bool
starts_text(struct str rest, struct str lead)
{
	struct exim_fields x;

	exim_fields(&rest, false, &x);
	return str_starts(rest, lead);
}

/* The host, the fields behind it. */
static bool
take_host(struct exim_line *l, struct str *s, bool (*is_rest)(struct str rest))
{
	struct exim_fields x;

	take_char(s, ' ');
	take(s, STR("H="));
	if (!exim_take_peer(s, is_rest, l->f))
		return false;
	exim_fields(s, false, &x);
	exim_set_fields(l->f, &x);
	return true;
}

static struct str
after_colon(struct str s)
{
	take(&s, STR(": "));
	return s;
}

/* --- rejected … ------------------------------------------------------------------------------- */

static bool
is_too_big(struct str rest)
{
	return starts_text(rest, STR(": message too big"));
}

/* "rejected MAIL FROM:<s> H=…: message too big: size=N max=M" */
static enum line_class
mail_too_big(struct exim_line *l, struct str s)
{
	struct str sender;

	if (!exim_take_address(&s, &sender) || !take_host(l, &s, is_too_big))
		return LINE_UNKNOWN;
	l->f->has_sender = true;
	l->f->sender = sender;
	exim_refuse(l, STAGE_MAIL, VERDICT_REJECTED, 552, after_colon(s));
	return LINE_UNDERSTOOD;
}

/*
 * "rejected from <s> H=…: message too big: read=N max=M", and, with the blanks forgotten,
 * "rejected from <s>H=…U=…: Too many "Received" headers".
 */
static enum line_class
data_refused(struct exim_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str sender, ident;
	size_t text;

	if (!exim_take_address(&s, &sender))
		return LINE_UNKNOWN;
	if (take_host(l, &s, NULL)) {
		if (f->user.n > 0 && f->user.p[f->user.n - 1] == ':') {
			f->user.n--;
			s = (struct str){ s.p - 1, s.n + 1 }; /* the colon is the text's */
		}
	} else {
		/* "[IP]U=ident:" is no host to exim_host; the peer ends at its bracket. */
		struct str rest = s;
		size_t end = str_find(rest, STR("]U="), 0);

		take_char(&rest, ' ');
		take(&rest, STR("H="));
		if (end != STR_NPOS) {
			struct str host = { rest.p, (size_t)(s.p + end + 1 - rest.p) };

			exim_take_peer(&host, NULL, f);
			ident = str_skip(s, end + 3);
			f->user = take_until(&ident, ':');
		}
	}
	f->has_sender = true;
	f->sender = sender;
	text = find_text(s);
	if (text == STR_NPOS)
		return LINE_UNKNOWN;
	s = str_skip(s, text + 2);
	exim_refuse(l, STAGE_DATA, VERDICT_REJECTED,
		    str_starts(s, STR("message too big")) ? 552 : 550, s);
	return LINE_UNDERSTOOD;
}

static bool
is_syntax(struct str rest)
{
	return starts_text(rest, STR(": syntactically invalid argument"));
}

/* "rejected EHLO from HOST: syntactically invalid argument(s): X" */
static enum line_class
helo_syntax(struct exim_line *l, struct str s)
{
	size_t at;

	if (!take_host(l, &s, is_syntax))
		return LINE_UNKNOWN;
	exim_refuse(l, STAGE_HELO, VERDICT_REJECTED, 501, after_colon(s));
	at = str_find(s, STR("argument(s): "), 0);
	if (at != STR_NPOS && l->f->helo.n == 0)
		l->f->helo = str_skip(s, at + 13);
	return LINE_UNDERSTOOD;
}

static bool
is_no_helo(struct str rest)
{
	return starts_text(rest, STR(": no HELO/EHLO given"));
}

static enum line_class
mail_without_helo(struct exim_line *l, struct str s)
{
	struct str helo;

	if (!take_host(l, &s, is_no_helo))
		return LINE_UNKNOWN;
	helo = l->f->helo;
	exim_refuse(l, STAGE_MAIL, VERDICT_REJECTED, 503, after_colon(s));
	l->f->helo = helo; /* there was none: the host name implies nothing */
	l->f->about = STAGE_HELO;
	return LINE_UNDERSTOOD;
}

/* "[temporarily ]rejected "EHLO x" from HOST": what follows the last " from " is ours. */
static enum line_class
helo_unverified(struct exim_line *l, struct str s, bool temporary)
{
	size_t at = STR_NPOS, next = 0;
	struct str command;

	while ((next = str_find(s, STR("\" from "), next)) != STR_NPOS)
		at = next++;
	if (at == STR_NPOS)
		return LINE_UNKNOWN;
	command = str_slice(s, 0, at);
	s = str_skip(s, at + 7);
	if (!take_host(l, &s, NULL))
		return LINE_UNKNOWN;
	exim_refuse(l, STAGE_HELO, temporary ? VERDICT_DEFERRED : VERDICT_REJECTED,
		    temporary ? 451 : 550, STR(""));
	if (l->f->helo.n == 0)
		l->f->helo = str_trim(str_skip(command, 4));
	return LINE_UNDERSTOOD;
}

static enum line_class
mail_too_many(struct exim_line *l, struct str s)
{
	if (!take_host(l, &s, NULL))
		return LINE_UNKNOWN;
	exim_refuse(l, STAGE_MAIL, VERDICT_DEFERRED, 421, after_colon(s));
	return LINE_UNDERSTOOD;
}

static enum line_class
rejected(struct exim_line *l, struct str s, bool temporary)
{
	if (take_char(&s, '"'))
		return helo_unverified(l, s, temporary);
	if (take(&s, STR("MAIL FROM:")))
		return mail_too_big(l, s);
	if (take(&s, STR("from ")))
		return data_refused(l, s);
	if (take(&s, STR("EHLO from ")) || take(&s, STR("HELO from ")))
		return helo_syntax(l, s);
	if (take(&s, STR("MAIL from ")))
		return mail_without_helo(l, s);
	if (take(&s, STR("MAIL command ")))
		return mail_too_many(l, s);
	return LINE_UNKNOWN;
}

/* --- others ----------------------------------------------------------------------------------- */

/* "unqualified sender|recipient|verify rejected: <x> H=…" (verify: the VRFY command) */
static enum line_class
unqualified(struct exim_line *l, struct str s)
{
	struct str what = take_until(&s, ' '), address;
	enum stage stage = STAGE_HELO;

	if (str_eq(what, STR("sender")))
		stage = STAGE_MAIL;
	else if (str_eq(what, STR("recipient")))
		stage = STAGE_RCPT;
	if (!take(&s, STR(" rejected: ")) || !exim_take_address(&s, &address) ||
	    !take_host(l, &s, NULL))
		return LINE_UNKNOWN;
	if (stage == STAGE_MAIL) {
		l->f->has_sender = true;
		l->f->sender = address;
	}
	exim_refuse(l, stage, VERDICT_REJECTED, 501,
		    arena_printf(l->scratch, "unqualified %.*s", STR_ARG(what)));
	if (stage == STAGE_RCPT)
		exim_refuse_recipient(l, address);
	return LINE_UNDERSTOOD;
}

/* "too many recipients: message rejected|excess temporarily rejected: sender=<s> H=…" */
static enum line_class
too_many_recipients(struct exim_line *l, struct str s)
{
	bool all = str_starts(s, STR("message rejected"));
	size_t at = str_find(s, STR("sender="), 0);
	struct str sender;

	if (at == STR_NPOS)
		return LINE_UNKNOWN;
	s = str_skip(s, at + 7);
	if (!exim_take_address(&s, &sender) || !take_host(l, &s, NULL))
		return LINE_UNKNOWN;
	l->f->has_sender = true;
	l->f->sender = sender;
	exim_refuse(l, STAGE_RCPT, all ? VERDICT_REJECTED : VERDICT_DEFERRED, all ? 552 : 452,
		    STR("too many recipients"));
	return LINE_UNDERSTOOD;
}

/* What the client was not to say yet. */
static enum stage
command_stage(struct str command)
{
	if (str_starts_nocase(command, STR("MAIL")))
		return STAGE_MAIL;
	if (str_starts_nocase(command, STR("RCPT")))
		return STAGE_RCPT;
	return str_starts_nocase(command, STR("DATA")) ? STAGE_DATA : STAGE_HELO;
}

/*
 * "(input sent without waiting for greeting): rejected connection from H=… input="…"" and
 * "(next input sent too soon: pipelining was [not ]advertised): rejected "CMD" H=… next input="…""
 */
static enum line_class
synchronization(struct exim_line *l, struct str s)
{
	static const struct str leads[] = {
		{ "): rejected connection from ", 28 },
		{ "): rejected \"", 13 },
	};
	bool greeting = str_starts(s, STR("(input sent without"));
	size_t at = str_find(s, leads[!greeting], 0), input;
	struct str head;

	if (at == STR_NPOS)
		return LINE_UNKNOWN;
	s = str_skip(s, at + leads[!greeting].n);
	/* The client's input is quoted last: the host stands before it. */
	input = str_find(s, greeting ? STR(" input=\"") : STR(" next input=\""), 0);
	head = str_slice(s, 0, input == STR_NPOS ? s.n : input);
	if ((!greeting && !exim_last_host(&head, STR(" H="))) || !take_host(l, &head, NULL))
		return LINE_UNKNOWN;
	exim_refuse(l, greeting ? STAGE_CONNECT : command_stage(s), VERDICT_DROPPED, 554,
		    STR("SMTP synchronization error"));
	l->f->reply.text_logged = true;
	return LINE_UNDERSTOOD;
}

static bool
is_dropped(struct str rest)
{
	return starts_text(rest, STR(" dropped: too many "));
}

/* "SMTP call from HOST dropped: too many … (last was "x")" */
static enum line_class
call_dropped(struct exim_line *l, struct str s)
{
	uint16_t code = 0;

	if (!take_host(l, &s, is_dropped) || !take(&s, STR(" dropped: ")))
		return LINE_UNKNOWN;
	if (str_starts(s, STR("too many unrecognized")))
		code = 500;
	else if (str_starts(s, STR("too many nonmail")))
		code = 554;
	exim_refuse(l, STAGE_HELO, VERDICT_DROPPED, code, s);
	return LINE_UNDERSTOOD;
}

/* "[temporarily ]refused connection from HOST (host_reject_connection)" */
static enum line_class
connection_refused(struct exim_line *l, struct str s, bool temporary)
{
	if (!take_host(l, &s, NULL))
		return LINE_UNKNOWN;
	exim_refuse(l, STAGE_CONNECT, temporary ? VERDICT_DEFERRED : VERDICT_REJECTED,
		    temporary ? 421 : 554, after_colon(s));
	return LINE_UNDERSTOOD;
}

/* "Connection from [ip]:p refused: too many connections[ from that IP address]", by the daemon. */
static enum line_class
connection_limit(struct exim_line *l, struct str s)
{
	if (!take_host(l, &s, NULL) || !take(&s, STR(" refused: ")))
		return LINE_UNKNOWN;
	exim_refuse(l, STAGE_CONNECT, VERDICT_DEFERRED, 421, s);
	l->f->pid = 0;
	return LINE_UNDERSTOOD;
}

enum line_class
exim_refusal(struct exim_line *l)
{
	struct str s = l->text;
	bool temporary = take(&s, STR("temporarily "));

	if (take(&s, STR("rejected ")))
		return rejected(l, s, temporary);
	if (take(&s, STR("refused connection from ")))
		return connection_refused(l, s, temporary);
	if (take(&s, STR("unqualified ")))
		return unqualified(l, s);
	if (take(&s, STR("too many recipients: ")))
		return too_many_recipients(l, s);
	if (take(&s, STR("SMTP protocol synchronization error ")))
		return synchronization(l, s);
	if (take(&s, STR("SMTP call from ")))
		return call_dropped(l, s);
	if (take(&s, STR("Connection from ")) || take(&s, STR("connection from ")))
		return connection_limit(l, s);
	return LINE_UNKNOWN;
}
