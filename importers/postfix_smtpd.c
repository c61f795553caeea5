/* SPDX-License-Identifier: MIT */
/*
 * postfix_smtpd: the SMTP server's lines, and postscreen's (FORMATS §2.3, §2.7; Postfix
 * src/smtpd/smtpd.c, smtpd_check.c, src/postscreen). A process serves one client after another, so
 * "connect" and "disconnect" bound a connection.
 */
#include "importers/postfix_line.h"

static const struct {
	struct str word;
	enum stage stage;
} stages[] = {
	{ { "CONNECT", 7 }, STAGE_CONNECT },   { { "HELO", 4 }, STAGE_HELO },
	{ { "EHLO", 4 }, STAGE_HELO },         { { "STARTTLS", 8 }, STAGE_HELO },
	{ { "AUTH", 4 }, STAGE_HELO },         { { "MAIL", 4 }, STAGE_MAIL },
	{ { "RCPT", 4 }, STAGE_RCPT },         { { "DATA", 4 }, STAGE_DATA },
	{ { "BDAT", 4 }, STAGE_DATA },         { { "END-OF-MESSAGE", 14 }, STAGE_DATA },
	{ { "END-OF-DATA", 11 }, STAGE_DATA }, { { "VRFY", 4 }, STAGE_HELO },
	{ { "ETRN", 4 }, STAGE_HELO },         { { "RSET", 4 }, STAGE_HELO },
	{ { "NOOP", 4 }, STAGE_HELO },         { { "QUIT", 4 }, STAGE_HELO },
	{ { "XCLIENT", 7 }, STAGE_HELO },      { { "XFORWARD", 8 }, STAGE_HELO },
	{ { "UNKNOWN", 7 }, STAGE_HELO },      { { "HELP", 4 }, STAGE_HELO },
};

static bool
take_stage(struct str *s, enum stage *stage)
{
	for (size_t i = 0; i < sizeof(stages) / sizeof(stages[0]); i++) {
		if (take(s, stages[i].word)) {
			*stage = stages[i].stage;
			return true;
		}
	}
	return false;
}

/* "STAGE from NAME[IP]: REPLY; from=<s> to=<r> proto=P helo=<h>" */
static enum line_class
judged(struct postfix_line *l, const struct postfix_action *a, struct str s)
{
	struct postfix_trailer t;
	enum stage stage;

	if (!take_stage(&s, &stage))
		return LINE_UNKNOWN;
	if (take(&s, STR(" from "))) {
		if (!postfix_peer(&s, l->f))
			return LINE_UNKNOWN;
	}
	if (!take(&s, STR(": ")))
		return LINE_UNKNOWN;
	s = postfix_split_trailer(s, &t);
	postfix_judge(l, a, stage, s, &t);
	return LINE_UNDERSTOOD;
}

/* "NAME[IP][, sasl_method=M][, sasl_username=U][, orig_queue_id=Q][, orig_client=…]" */
static enum line_class
client(struct postfix_line *l, struct str s)
{
	struct fragment *f = l->f;

	if (!postfix_peer(&s, f))
		return LINE_UNKNOWN;
	/* The ID's first line is the connection's: the process that wrote it serves the client. */
	f->id_pid = f->pid;
	f->begins_message = true;
	while (take(&s, STR(", "))) {
		if (take(&s, STR("sasl_method=")))
			f->auth = take_until(&s, ',');
		else if (take(&s, STR("sasl_username=")))
			f->user = take_until(&s, ',');
		else if (take(&s, STR("orig_queue_id=")))
			fragment_add_identifier(f, ID_ROLE_PARENT, take_until(&s, ','));
		else
			take_until(&s, ',');
	}
	return postfix_note(l);
}

/* "lost connection after DATA (1234 bytes) from NAME[IP]" */
static enum line_class
ended_after(struct postfix_line *l, struct str s)
{
	size_t from = str_find(s, STR(" from "), 0);
	enum stage stage;
	struct str rest;

	if (from == STR_NPOS)
		return LINE_UNKNOWN;
	rest = str_skip(s, from + 6);
	if (take_stage(&s, &stage))
		l->f->stage = stage;
	return postfix_peer(&rest, l->f) ? postfix_note(l) : LINE_UNKNOWN;
}

/* Where NAME[IP] stands behind these words: a note of that connection. */
static enum line_class
note_from(struct postfix_line *l, struct str s, struct str words)
{
	size_t at = str_find(s, words, 0);

	if (at == STR_NPOS)
		return LINE_IGNORED;
	s = str_skip(s, at + words.n);
	postfix_peer(&s, l->f);
	return postfix_note(l);
}

/* "Connection rate limit exceeded: 31 from NAME[IP] for service smtp": the client got 421 4.7.0. */
static enum line_class
limit_exceeded(struct postfix_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str text = s;
	size_t at = str_find(s, STR(" from "), 0);

	if (at == STR_NPOS)
		return LINE_IGNORED;
	s = str_skip(s, at + 6);
	if (!postfix_peer(&s, f))
		return LINE_IGNORED;
	f->kind = FRAGMENT_REFUSED;
	f->verdict = VERDICT_DEFERRED;
	f->stage = f->about = STAGE_CONNECT;
	f->reply = (struct reply){ .code = 421, .enhanced = { 4, 7, 0 }, .text = text };
	return LINE_UNDERSTOOD;
}

static enum line_class
warning(struct postfix_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str rest = s;

	if ((str_starts(s, STR("Connection ")) || str_starts(s, STR("Message ")) ||
	     str_starts(s, STR("Recipient ")) || str_starts(s, STR("New TLS session ")) ||
	     str_starts(s, STR("AUTH command "))) &&
	    str_find(s, STR(" limit exceeded: "), 0) != STR_NPOS)
		return limit_exceeded(l, s);
	if (take(&rest, STR("hostname "))) {
		size_t at = str_find(rest, STR(" address "), 0);

		if (at == STR_NPOS)
			return LINE_IGNORED;
		rest = str_skip(rest, at + 9);
		f->peer_ip = take_until(&rest, ':');
		return postfix_note(l);
	}
	if (take(&rest, STR("non-SMTP command from ")) || take(&rest, STR("dict_")))
		return postfix_peer(&rest, f) ? postfix_note(l) : LINE_IGNORED;
	/* "NAME[IP]: SASL LOGIN authentication failed: text" */
	if (postfix_peer(&rest, f) && take(&rest, STR(": "))) {
		if (take(&rest, STR("SASL "))) {
			f->auth = take_until(&rest, ' ');
			f->stage = STAGE_HELO;
		}
		return postfix_note(l);
	}
	return LINE_IGNORED;
}

static bool
is_tls_line(struct str s)
{
	return str_find(s, STR(" TLS connection established from "), 0) != STR_NPOS;
}

/* "Anonymous TLS connection established from NAME[IP]: TLSv1.3 with cipher …" */
static enum line_class
tls(struct postfix_line *l, struct str s)
{
	s = str_skip(s, str_find(s, STR(" from "), 0) + 6);
	if (!postfix_peer(&s, l->f) || !take(&s, STR(": ")))
		return LINE_UNKNOWN;
	l->f->tls = take_until(&s, ' ');
	return postfix_note(l);
}

enum line_class
postfix_smtpd(struct postfix_line *l)
{
	struct str s = l->text;
	const struct postfix_action *a;

	l->f->serial_process = true;
	if (take(&s, STR("connect from "))) {
		l->f->kind = FRAGMENT_CONNECTED;
		return postfix_peer(&s, l->f) ? LINE_UNDERSTOOD : LINE_UNKNOWN;
	}
	if (take(&s, STR("disconnect from "))) {
		l->f->kind = FRAGMENT_DISCONNECTED;
		l->f->closes_connection = true;
		return postfix_peer(&s, l->f) ? LINE_UNDERSTOOD : LINE_UNKNOWN;
	}
	if (take(&s, STR("client=")))
		return client(l, s);
	if (l->f->id.n == 0 && take(&s, STR("warning: ")))
		return warning(l, s);
	a = postfix_take_action(&s);
	if (a)
		return judged(l, a, s);
	if (take(&s, STR("lost connection after ")) || take(&s, STR("timeout after ")) ||
	    take(&s, STR("too many errors after ")))
		return ended_after(l, s);
	if (is_tls_line(s))
		return tls(l, s);
	if (str_starts(s, STR("improper command pipelining after ")) ||
	    str_starts(s, STR("SSL_accept ")) || str_starts(s, STR("setting up TLS ")) ||
	    str_starts(s, STR("abort: ")) || str_starts(s, STR("discarding EHLO keywords")))
		return note_from(l, s, STR(" from "));
	return LINE_UNKNOWN;
}

/* --- postscreen ------------------------------------------------------------------------------- */

/* What is known by its first words, with "[IP]:port" behind these or behind " from ". */
static const struct str screen_notes[] = {
	{ "PASS NEW ", 9 },
	{ "PASS OLD ", 9 },
	{ "ALLOWLISTED ", 12 },
	{ "WHITELISTED ", 12 },
	{ "DENYLISTED ", 11 },
	{ "BLACKLISTED ", 12 },
	{ "ALLOWLIST VETO ", 15 },
	{ "WHITELIST VETO ", 15 },
	{ "PREGREET ", 9 },
	{ "DNSBL rank ", 11 },
	{ "HANGUP ", 7 },
	{ "COMMAND TIME LIMIT ", 19 },
	{ "COMMAND COUNT LIMIT ", 20 },
	{ "COMMAND LENGTH LIMIT ", 21 },
	{ "BARE NEWLINE ", 13 },
	{ "NON-SMTP COMMAND ", 17 },
	{ "COMMAND PIPELINING ", 19 },
	{ "STARTTLS ", 9 },
	{ "entering STRESS mode", 20 },
	{ "leaving STRESS mode", 19 },
	{ "cache ", 6 },
};

static enum line_class
screen_note(struct postfix_line *l, struct str s)
{
	size_t at = str_find(s, STR(" from ["), 0);

	if (at != STR_NPOS)
		s = str_skip(s, at + 6);
	else if ((at = str_find(s, STR(" for ["), 0)) != STR_NPOS)
		s = str_skip(s, at + 5);
	else if ((at = str_find_char(s, '[', 0)) != STR_NPOS)
		s = str_skip(s, at);
	else
		return LINE_IGNORED;
	return postfix_peer(&s, l->f) ? postfix_note(l) : LINE_IGNORED;
}

enum line_class
postfix_postscreen(struct postfix_line *l)
{
	struct str s = l->text;
	const struct postfix_action *a;

	l->f->pid = 0; /* one process for all clients: the port tells them apart */
	if (take(&s, STR("CONNECT from "))) {
		l->f->kind = FRAGMENT_CONNECTED;
		return postfix_peer(&s, l->f) ? LINE_UNDERSTOOD : LINE_UNKNOWN;
	}
	if (take(&s, STR("DISCONNECT "))) {
		l->f->kind = FRAGMENT_DISCONNECTED;
		l->f->closes_connection = true;
		return postfix_peer(&s, l->f) ? LINE_UNDERSTOOD : LINE_UNKNOWN;
	}
	a = postfix_take_action(&s);
	if (a)
		return str_starts(l->text, STR("warning: ")) ? LINE_IGNORED : judged(l, a, s);
	for (size_t i = 0; i < sizeof(screen_notes) / sizeof(screen_notes[0]); i++)
		if (str_starts(s, screen_notes[i]))
			return screen_note(l, str_skip(s, screen_notes[i].n - 1));
	return LINE_UNKNOWN;
}
