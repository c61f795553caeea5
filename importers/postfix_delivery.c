/* SPDX-License-Identifier: MIT */
/*
 * postfix_delivery: "to=<r>, relay=…, dsn=…, status=S (REASON)" of smtp, lmtp, local, virtual, pipe,
 * error and discard (FORMATS §2.6; Postfix src/global/log_adhoc.c, src/smtp/smtp_trouble.c). REASON
 * holds the remote's words and closes with the line.
 */
#include "importers/postfix_line.h"

static const struct {
	struct str command;
	enum stage stage;
} commands[] = {
	{ { "MAIL FROM", 9 }, STAGE_MAIL },    { { "RCPT TO", 7 }, STAGE_RCPT },
	{ { "end of DATA", 11 }, STAGE_DATA }, { { "DATA", 4 }, STAGE_DATA },
	{ { "BDAT", 4 }, STAGE_DATA },         { { "EHLO", 4 }, STAGE_HELO },
	{ { "HELO", 4 }, STAGE_HELO },         { { "LHLO", 4 }, STAGE_HELO },
	{ { "STARTTLS", 8 }, STAGE_HELO },     { { "AUTH", 4 }, STAGE_HELO },
	{ { "connect", 7 }, STAGE_CONNECT },
};

static enum stage
stage_of_command(struct str s)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_starts(s, commands[i].command))
			return commands[i].stage;
	return STAGE_DELIVERY;
}

/* "… (in reply to RCPT TO command)" at the end: the remote's own words end before it. */
static enum stage
take_command(struct str *s)
{
	static const struct str lead = { " (in reply to ", 14 };
	enum stage stage = STAGE_DELIVERY;
	size_t last = STR_NPOS;

	for (size_t at = str_find(*s, lead, 0); at != STR_NPOS; at = str_find(*s, lead, at + 1))
		last = at;
	if (last == STR_NPOS)
		return stage;
	stage = stage_of_command(str_skip(*s, last + lead.n));
	*s = str_slice(*s, 0, last);
	return stage;
}

/* Where no remote answered, what was tried tells the stage. */
static enum stage
stage_of_trouble(struct str s)
{
	static const struct {
		struct str words;
		enum stage stage;
	} troubles[] = {
		{ { "connect to ", 11 }, STAGE_CONNECT },
		{ { "receiving the initial server greeting", 37 }, STAGE_CONNECT },
		{ { "performing the EHLO handshake", 29 }, STAGE_HELO },
		{ { "performing the HELO handshake", 29 }, STAGE_HELO },
		{ { "sending MAIL FROM", 17 }, STAGE_MAIL },
		{ { "sending RCPT TO", 15 }, STAGE_RCPT },
		{ { "sending DATA command", 20 }, STAGE_DATA },
		{ { "sending message body", 20 }, STAGE_DATA },
		{ { "sending end of data", 19 }, STAGE_DATA },
	};

	for (size_t i = 0; i < sizeof(troubles) / sizeof(troubles[0]); i++)
		if (str_find(s, troubles[i].words, 0) != STR_NPOS)
			return troubles[i].stage;
	return STAGE_DELIVERY;
}

/* "host NAME[IP] said: REPLY (in reply to CMD command)", "… refused to talk to me: REPLY", or words. */
static void
set_reason(struct postfix_line *l, struct recipient *r, struct str s)
{
	struct str name, ip, rest = s;
	uint16_t port;

	take(&rest, STR("delivery temporarily suspended: "));
	if (take(&rest, STR("host ")) && postfix_host(&rest, &name, &ip, &port)) {
		r->remote_host = name;
		r->remote_ip = ip;
		if (take(&rest, STR(" said: "))) {
			r->stage = take_command(&rest);
			r->reply = postfix_reply(rest, l->scratch);
			return;
		}
		if (take(&rest, STR(" refused to talk to me: "))) {
			r->stage = STAGE_CONNECT;
			r->reply = postfix_reply(rest, l->scratch);
			return;
		}
	}
	r->stage = stage_of_trouble(s);
	r->reply = postfix_reply(s, l->scratch);
	if (r->reply.code == 0)
		r->reply.text_logged = false; /* our own account of it */
}

struct status {
	struct str word;
	enum fragment_kind kind;
	enum verdict verdict;
};

/* deliverable and undeliverable are address probes. */
static const struct status statuses[] = {
	{ { "sent", 4 }, FRAGMENT_DELIVERED, VERDICT_ACCEPTED },
	{ { "bounced", 7 }, FRAGMENT_FAILED, VERDICT_REJECTED },
	{ { "deferred", 8 }, FRAGMENT_POSTPONED, VERDICT_DEFERRED },
	{ { "expired", 7 }, FRAGMENT_FAILED, VERDICT_REJECTED },
	{ { "SOFTBOUNCE", 10 }, FRAGMENT_POSTPONED, VERDICT_DEFERRED },
	{ { "deliverable", 11 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "undeliverable-but-not-cached", 28 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "undeliverable", 13 }, FRAGMENT_NOTE, VERDICT_NONE },
};

static const struct status *
take_status(struct str *s)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (take(s, statuses[i].word))
			return &statuses[i];
	return NULL;
}

/* "<r>" up to ">, "; before 3.5 also a bare address. */
static struct str
take_address(struct str *s)
{
	size_t end;
	struct str address;

	if (s->n > 0 && s->p[0] == '<') {
		end = str_find(*s, STR(">, "), postfix_skip_quoted(*s, 1));
		if (end == STR_NPOS)
			return STR("");
		address = str_slice(*s, 1, end);
		*s = str_skip(*s, end + 1);
		return address;
	}
	return take_until(s, ',');
}

/* relay=NAME[IP]:port, NAME[/path], none, local … */
static void
set_relay(struct recipient *r, struct str relay)
{
	struct str name, ip, s = relay;
	uint16_t port;

	if (!postfix_host(&s, &name, &ip, &port) || (ip.n > 0 && ip.p[0] == '/'))
		return;
	r->remote_host = name;
	r->remote_ip = ip;
}

/* Fields between the address and the status. */
static bool
take_fields(struct str *s, struct recipient *r, struct enhanced *dsn)
{
	while (take(s, STR(", "))) {
		struct str value;

		if (take(s, STR("status=")))
			return true;
		if (take(s, STR("orig_to="))) {
			r->original = take_address(s);
		} else if (take(s, STR("relay="))) {
			set_relay(r, take_until(s, ','));
		} else if (take(s, STR("dsn="))) {
			value = take_until(s, ',');
			enhanced_parse(value, dsn);
		} else {
			take_until(s, ',');
		}
	}
	return false;
}

static void
finish(struct postfix_line *l, struct recipient *r, const struct status *status, struct str s,
       struct enhanced dsn)
{
	struct fragment *f = l->f;

	take_char(&s, ' ');
	if (take_char(&s, '(') && s.n > 0 && s.p[s.n - 1] == ')')
		s.n--; /* a long line may have lost it */
	f->kind = status->kind;
	r->verdict = status->verdict;
	r->stage = STAGE_DELIVERY;
	if (status->kind == FRAGMENT_DELIVERED) {
		if (str_eq(l->daemon, STR("discard")))
			r->verdict = VERDICT_DISCARDED;
		r->reply = postfix_reply(s, l->scratch);
		fragment_add_next_hop(f, r->reply.text);
	} else {
		set_reason(l, r, s);
	}
	if (r->reply.enhanced.class == 0)
		r->reply.enhanced = dsn;
}

static enum line_class
outcome(struct postfix_line *l, struct str s)
{
	struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));
	const struct status *status;
	struct enhanced dsn = { 0 };

	r->address = take_address(&s);
	r->by_remote = true;
	r->time_us = l->f->time_us;
	r->transport = l->daemon;
	if (!take_fields(&s, r, &dsn) || !(status = take_status(&s)))
		return LINE_UNKNOWN;
	finish(l, r, status, s, dsn);
	if (l->f->kind == FRAGMENT_NOTE)
		return LINE_UNDERSTOOD;
	l->f->recipients = r;
	l->f->n_recipients = 1;
	return LINE_UNDERSTOOD;
}

enum line_class
postfix_delivery(struct postfix_line *l)
{
	struct str s = l->text;

	l->f->pid = 0;
	if (l->f->id.n == 0)
		return LINE_IGNORED; /* connections to remotes, TLS, warnings */
	if (take(&s, STR("to=")))
		return outcome(l, s);
	/* One of several hosts failed; the outcome is still to come. */
	if (str_starts(s, STR("host ")) || str_starts(s, STR("lost connection with ")) ||
	    str_starts(s, STR("conversation with "))) {
		l->f->kind = FRAGMENT_ATTEMPT;
		return LINE_UNDERSTOOD;
	}
	return postfix_note(l);
}
