/* SPDX-License-Identifier: MIT */
/*
 * sendmail: one line to its facts (FORMATS §3.1; sendmail 8.18). Nearly every line begins with the
 * queue ID of its envelope, which is there from the connection on: refused commands have one, too.
 * Its last digits are the pid of the process that served the client.
 */
#include "importers/sendmail.h"

#include "importers/sendmail_line.h"

static bool
owns(struct str tag)
{
	return str_starts(tag, STR("sendmail")) || str_starts(tag, STR("sm-mta")) ||
	       str_starts(tag, STR("sm-msp")) || str_starts(tag, STR("sm-que")) ||
	       str_starts(tag, STR("sm-acc"));
}

static uint32_t
pid_in_id(struct str id)
{
	uint64_t pid;

	return str_to_u64(str_skip(id, 8), &pid) && pid <= UINT32_MAX ? (uint32_t)pid : 0;
}

/*
 * "NAME [IP] to MTA after rcpt": a note of that connection. The ID is that of a message that was
 * perhaps never begun, so it is not said to be one.
 */
static enum line_class
note_of_client(struct sendmail_line *l, struct str s, struct str end)
{
	sendmail_set_peer(l->f, str_slice(s, 0, str_find(s, end, 0)));
	if (l->f->peer_ip.n > 0 && l->f->pid != 0) {
		l->f->id = STR("");
		l->f->id_pid = 0;
	}
	return sendmail_note(l);
}

static enum line_class
connected(struct sendmail_line *l, struct str s)
{
	sendmail_set_peer(l->f, s);
	l->f->kind = FRAGMENT_CONNECTED;
	return LINE_UNDERSTOOD;
}

/* "server, relay=name [ip], version=TLSv1.3, verify=NO, …"; as a client nothing names the message. */
static enum line_class
security(struct sendmail_line *l, struct str s, struct str first_key, struct str *first)
{
	if (!take(&s, STR("server, relay=")))
		return l->f->id.n > 0 ? sendmail_note(l) : LINE_IGNORED;
	sendmail_set_peer(l->f, sendmail_take_address(&s, &first_key, 1));
	if (take(&s, STR(", ")) && take(&s, first_key))
		*first = take_until(&s, ',');
	return sendmail_note(l);
}

static enum line_class
parse_milter(struct sendmail_line *l, struct str s)
{
	size_t end;

	if (take(&s, STR(": ")))
		return sendmail_milter(l, s);
	/* "Milter (name): quarantine=…" or that it was not there */
	if (take(&s, STR(" (")) && (end = str_find(s, STR("): "), 0)) != STR_NPOS)
		return sendmail_milter(l, str_skip(s, end + 3));
	return sendmail_note(l); /* "Milter add: header: …" */
}

/* Lines that have an ID or not. */
static enum line_class
parse_any(struct sendmail_line *l)
{
	struct str s = l->text;

	if (take(&s, STR("ruleset=")))
		return sendmail_ruleset(l, s);
	if (take(&s, STR("Milter")))
		return parse_milter(l, s);
	if (s.n > 0 && s.p[0] == '<' && str_find(s, STR(">... "), 0) != STR_NPOS)
		return sendmail_user_error(l, s);
	if (take(&s, STR("lost input channel from ")))
		return note_of_client(l, s, STR(" to "));
	if (take(&s, STR("timeout waiting for input from ")))
		return note_of_client(l, s, STR(" during "));
	if (take(&s, STR("rejecting commands from ")))
		return sendmail_pregreeting(l, s);
	if (take(&s, STR("connect from ")))
		return connected(l, s);
	if (take(&s, STR("STARTTLS=")))
		return security(l, s, STR("version="), &l->f->tls);
	if (take(&s, STR("AUTH="))) {
		enum line_class class = security(l, s, STR("authid="), &l->f->user);
		size_t mech = str_find(s, STR(", mech="), 0);

		if (mech != STR_NPOS && l->f->peer_ip.n > 0) {
			s = str_skip(s, mech + 7);
			l->f->auth = take_until(&s, ',');
		}
		return class;
	}
	if (str_find(s, STR(" did not issue MAIL/EXPN/VRFY/ETRN"), 0) != STR_NPOS)
		return note_of_client(l, s, STR(" did not issue "));
	return LINE_UNKNOWN;
}

/* "collect: premature EOM: … on connection from NAME [IP], sender=<s>": the client went away. */
static enum line_class
collect(struct sendmail_line *l, struct str s)
{
	size_t from = str_find(s, STR("connection from "), 0);

	return sendmail_aborted(l, from == STR_NPOS ? STR("") : str_skip(s, from + 16));
}

/* Of a message besides "from=" and "to=". */
static enum line_class
parse_message(struct sendmail_line *l)
{
	struct str s = l->text, other;

	if (str_starts(s, STR("done; "))) {
		l->f->kind = FRAGMENT_COMPLETED;
		l->f->pid = 0;
		return LINE_UNDERSTOOD;
	}
	if (str_starts(s, STR("collect: ")))
		return collect(l, s);
	/* "ID: DSN: User unknown", "ID: sender notify: …", "ID: return to sender: …" */
	if (sendmail_take_id(&s, &other)) {
		fragment_add_identifier(l->f, ID_ROLE_NOTIFICATION, other);
		l->f->pid = 0;
		return sendmail_note(l);
	}
	return LINE_UNKNOWN;
}

static enum line_class
parse_other(struct sendmail_line *l)
{
	enum line_class class = l->f->id.n > 0 ? parse_message(l) : LINE_UNKNOWN;

	if (class == LINE_UNKNOWN)
		class = parse_any(l);
	if (class != LINE_UNKNOWN)
		return class;
	/* Without a message it is the administrator's matter. */
	return l->f->id.n > 0 ? sendmail_note(l) : LINE_IGNORED;
}

static enum line_class
parse(struct program_line *p)
{
	struct sendmail_line l = { .text = p->text, .f = p->f, .scratch = p->scratch };
	enum line_class class;

	if (sendmail_take_id(&l.text, &l.f->id))
		l.f->id_pid = pid_in_id(l.f->id);
	else
		take(&l.text, STR("NOQUEUE: "));
	l.f->text = l.text;
	if (l.f->id.n > 0 && take(&l.text, STR("from=")))
		class = sendmail_from(&l, l.text);
	else if (l.f->id.n > 0 && take(&l.text, STR("to=")))
		class = sendmail_to(&l, l.text);
	else
		class = parse_other(&l);
	if (class == LINE_UNKNOWN)
		*p->f = (struct fragment){ .time_us = p->f->time_us };
	return class;
}

const struct mail_program sendmail_program = { .owns = owns, .parse = parse };

static int
detect(struct str line)
{
	return maillog_detect(&sendmail_program, line);
}

static const struct log_format sendmail_format = MAILLOG_FORMAT("sendmail", "sendmail");

const struct importer sendmail_importer = {
	.format = &sendmail_format,
	.detect = detect,
	.samples = sendmail_samples,
};
