/* SPDX-License-Identifier: MIT */
/*
 * exim_connection: lines about the connection itself (FORMATS §1.8; Exim src/smtp_in.c,
 * src/daemon.c, src/receive.c). The host stands there without "H=", and nothing of a stranger's
 * choice follows it except where a check says so.
 */
#include "importers/exim_line.h"

/* Fields and D=… between the host and the words that close the line. */
static void
skip_fields(struct str *s, struct exim_fields *x)
{
	exim_fields(s, false, x);
	take_char(s, ' ');
}

/* Goes on behind the first `words`; false, and nothing done, if they are not there. */
static bool
skip_behind(struct str *s, struct str words)
{
	size_t at = str_find(*s, words, 0);

	if (at == STR_NPOS)
		return false;
	*s = str_skip(*s, at + words.n);
	return true;
}

static bool
is_connection_rest(struct str rest)
{
	struct exim_fields x;

	skip_fields(&rest, &x);
	return rest.n == 0 || str_starts(rest, STR("closed ")) || str_starts(rest, STR("lost")) ||
	       str_starts(rest, STR("(TCP/IP "));
}

static bool
is_duration_rest(struct str rest)
{
	struct exim_fields x;

	exim_fields(&rest, false, &x);
	return rest.n == 0;
}

/* Host and fields into the fragment. Input without a host (inetd, -bs) shows none. */
static bool
take_host(struct exim_line *l, struct str *s, bool (*is_rest)(struct str rest))
{
	struct exim_fields x;
	bool found = exim_take_peer(s, is_rest, l->f);

	skip_fields(s, &x);
	exim_set_fields(l->f, &x);
	return found;
}

static enum line_class
closing_note(struct exim_line *l)
{
	l->f->closes_connection = true;
	return exim_note(l);
}

/* "SMTP connection from X …" */
static enum line_class
from(struct exim_line *l, struct str s)
{
	struct fragment *f = l->f;
	bool host;

	take(&s, STR("NULL"));
	host = take_host(l, &s, is_connection_rest);
	if (take(&s, STR("(TCP/IP connection count"))) {
		f->kind = FRAGMENT_CONNECTED;
		f->pid = 0; /* the daemon's, not that of the process which serves it */
		return LINE_UNDERSTOOD;
	}
	if (str_starts(s, STR("lost while reading message data"))) {
		f->stage = STAGE_DATA;
		return exim_note(l);
	}
	if (take(&s, STR("closed ")) || str_starts(s, STR("lost"))) {
		f->kind = FRAGMENT_DISCONNECTED;
		f->closes_connection = true;
		if (str_starts(s, STR("by DROP in ACL")))
			f->verdict = VERDICT_DROPPED;
		return LINE_UNDERSTOOD;
	}
	if (s.n > 0 && !host)
		return LINE_UNKNOWN;
	f->kind = FRAGMENT_CONNECTED;
	return LINE_UNDERSTOOD;
}

/* "SMTP connection lost after final dot H=… P=…": nobody was told that it was accepted. */
static enum line_class
lost_after_dot(struct exim_line *l, struct str s)
{
	struct exim_fields x;

	take_char(&s, ' ');
	take(&s, STR("H="));
	exim_take_peer(&s, NULL, l->f);
	exim_fields(&s, false, &x);
	exim_set_fields(l->f, &x);
	l->f->stage = STAGE_DATA;
	return closing_note(l);
}

static enum line_class
timeout(struct exim_line *l, struct str s)
{
	if (!skip_behind(&s, STR("connection from ")))
		return LINE_UNKNOWN;
	take_host(l, &s, is_duration_rest);
	l->f->reply.code = 421;
	return closing_note(l);
}

/* "no MAIL in [TLS ]SMTP connection from X D=t C=EHLO,QUIT"; follows "closed by QUIT". */
static enum line_class
no_mail(struct exim_line *l, struct str s)
{
	if (!skip_behind(&s, STR("SMTP connection from ")))
		return LINE_UNKNOWN;
	take_host(l, &s, is_duration_rest);
	return closing_note(l);
}

/* "unexpected disconnection while reading SMTP command from X D=t" */
static enum line_class
disconnection(struct exim_line *l, struct str s)
{
	if (!skip_behind(&s, STR("SMTP command from ")))
		return LINE_UNKNOWN;
	take_host(l, &s, is_duration_rest);
	l->f->kind = FRAGMENT_DISCONNECTED;
	l->f->closes_connection = true;
	return LINE_UNDERSTOOD;
}

/* "SMTP syntax error in "CMD" H=… text": the client's words come first, so the last H= is ours. */
static enum line_class
command_error(struct exim_line *l, struct str s)
{
	if (exim_last_host(&s, STR("\" H=")))
		take_host(l, &s, NULL);
	return exim_note(l);
}

/* "no host name found for IP address x" */
static enum line_class
no_host_name(struct exim_line *l, struct str s)
{
	struct str ip = take_until(&s, ' ');

	if (l->f->pid == 0 && l->f->id.n == 0)
		return LINE_IGNORED; /* nothing says which connection it was */
	l->f->peer_ip = ip;
	return exim_note(l);
}

static enum line_class
no_address(struct exim_line *l, struct str s)
{
	if (skip_behind(&s, STR("(during SMTP connection from "))) {
		if (s.n > 0 && s.p[s.n - 1] == ')')
			s.n--;
		take_host(l, &s, NULL);
	} else if (l->f->pid == 0 && l->f->id.n == 0) {
		return LINE_IGNORED;
	}
	return exim_note(l);
}

/* "TLS error on connection from HOST (SSL_accept): …" */
static enum line_class
tls_error(struct exim_line *l, struct str s)
{
	if (take(&s, STR("error on connection from ")) || take(&s, STR("error on connection (")))
		take_host(l, &s, NULL);
	return exim_note(l);
}

/* "ignoring AUTH=x from H=… (client not authenticated)" */
static enum line_class
ignored_auth(struct exim_line *l, struct str s)
{
	if (!skip_behind(&s, STR(" from ")))
		return LINE_UNKNOWN;
	take(&s, STR("H="));
	return take_host(l, &s, NULL) ? exim_note(l) : LINE_UNKNOWN;
}

/* --- AUTH ------------------------------------------------------------------------------------- */

static bool
is_auth_rest(struct str rest)
{
	struct exim_fields x;

	exim_fields(&rest, false, &x);
	return str_starts(rest, STR(": 5")) || str_starts(rest, STR(": 4"));
}

/* "NAME authenticator failed for [H=]HOST: 535 Incorrect authentication data (set_id=x)" */
enum line_class
exim_auth_failure(struct exim_line *l)
{
	struct str s = l->text;
	struct fragment *f = l->f;
	struct str name = take_until(&s, ' ');
	size_t id;

	if (!take(&s, STR(" authenticator failed ")))
		return LINE_UNKNOWN;
	if (!take(&s, STR("for ")))
		return exim_note(l); /* as a client: H= is the remote */
	take(&s, STR("H="));
	if (!exim_take_peer(&s, is_auth_rest, f))
		return LINE_UNKNOWN;
	exim_note(l);

	struct exim_fields x;

	exim_fields(&s, false, &x);
	exim_set_fields(f, &x);
	f->auth = name;
	f->stage = STAGE_HELO;
	take(&s, STR(": "));
	id = str_find(s, STR(" (set_id="), 0);
	f->reply = reply_parse(str_slice(s, 0, id == STR_NPOS ? s.n : id), l->scratch);
	if (id != STR_NPOS && s.p[s.n - 1] == ')')
		f->user = str_slice(s, id + 9, s.n - 1);
	return LINE_UNDERSTOOD;
}

enum line_class
exim_connection(struct exim_line *l)
{
	struct str s = l->text;

	if (take(&s, STR("SMTP connection from ")))
		return from(l, s);
	if (take(&s, STR("SMTP connection Ci="))) {
		fragment_add_identifier(l->f, ID_ROLE_CONNECTION, take_until(&s, ' '));
		return take(&s, STR(" from ")) ? from(l, s) : LINE_UNKNOWN;
	}
	if (take(&s, STR("SMTP connection lost after final dot")))
		return lost_after_dot(l, s);
	if (take(&s, STR("SMTP command timeout on ")) || take(&s, STR("SMTP data timeout ")))
		return timeout(l, s);
	if (take(&s, STR("no MAIL in ")))
		return no_mail(l, s);
	if (take(&s, STR("unexpected ")))
		return disconnection(l, s);
	if (take(&s, STR("SMTP protocol error in ")) || take(&s, STR("SMTP syntax error in ")))
		return command_error(l, s);
	if (take(&s, STR("no host name found for IP address ")))
		return no_host_name(l, s);
	if (take(&s, STR("no IP address found for host ")))
		return no_address(l, s);
	if (take(&s, STR("TLS ")))
		return tls_error(l, s);
	if (take(&s, STR("ignoring AUTH=")))
		return ignored_auth(l, s);
	return LINE_UNKNOWN;
}
