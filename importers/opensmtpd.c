/* SPDX-License-Identifier: MIT */
/*
 * opensmtpd: one line to its facts (FORMATS §3.2; OpenSMTPD smtpd/smtp_session.c, mta.c, log.c). A
 * session of 16 hex digits names the connection; a message has eight, with which the 16 of each of
 * its envelopes begin. With -d it writes without syslog: such lines have no time.
 */
#include "importers/opensmtpd.h"

#include "importers/refusal.h"
#include "importers/take.h"

enum { SESSION_DIGITS = 16, MESSAGE_DIGITS = 8 };

struct opensmtpd_line {
	struct str session;
	struct str text; /* behind "SESSION smtp EVENT" */
	struct fragment *f;
	struct arena *scratch;
};

/* --- fields ----------------------------------------------------------------------------------- */

static bool
take_hex(struct str *s, size_t digits, struct str *value)
{
	size_t n = 0;

	while (n < s->n && (char_is_digit(s->p[n]) || (s->p[n] >= 'a' && s->p[n] <= 'f')))
		n++;
	if (n != digits)
		return false;
	*value = str_slice(*s, 0, n);
	*s = str_skip(*s, n);
	return true;
}

/* "evpid=…": the message is in its first half. */
static bool
take_envelope(struct str *s, struct fragment *f)
{
	struct str evpid;

	if (!take_hex(s, SESSION_DIGITS, &evpid))
		return false;
	f->id = str_slice(evpid, 0, MESSAGE_DIGITS);
	f->id_recurs = true; /* it is drawn by lot */
	return true;
}

/* KEY<address>, where quotes may hold anything. */
static bool
take_address(struct str *s, struct str key, struct str *address)
{
	struct str rest = *s;
	bool quoted = false;
	size_t i = 0;

	if (!take(&rest, key) || !take_char(&rest, '<'))
		return false;
	for (; i < rest.n && (quoted || rest.p[i] != '>'); i++) {
		if (rest.p[i] == '\\')
			i++;
		else if (rest.p[i] == '"')
			quoted = !quoted;
	}
	*address = str_slice(rest, 0, i);
	*s = str_skip(rest, i + 1);
	take_char(s, ','); /* up to 6.3 */
	take_char(s, ' ');
	return i < rest.n;
}

/* KEY"value" or KEYvalue, up to the next blank; empty if the key is not here. */
static struct str
take_value(struct str *s, struct str key)
{
	struct str rest = *s, value;

	if (!take(&rest, key))
		return STR("");
	if (take_char(&rest, '"')) {
		value = take_until(&rest, '"');
		take_char(&rest, '"');
	} else {
		value = take_until(&rest, ' ');
		if (value.n > 0 && value.p[value.n - 1] == ',')
			value.n--;
	}
	take_char(&rest, ' ');
	*s = rest;
	return value;
}

/* KEY"value" or KEYvalue where it is the last: its own quotes do not end it. */
static struct str
take_last(struct str *s, struct str key)
{
	struct str rest = *s;

	if (!take(&rest, key))
		return STR("");
	*s = STR("");
	if (rest.n > 1 && rest.p[0] == '"' && rest.p[rest.n - 1] == '"')
		return str_slice(rest, 1, rest.n - 1);
	return rest;
}

static void
set_peer(struct fragment *f, struct str address, struct str host)
{
	if (str_eq(address, STR("local"))) {
		f->protocol = STR("local");
		return;
	}
	take_char(&address, '[');
	take(&address, STR("IPv6:"));
	f->peer_ip = take_until(&address, ']');
	if (!str_eq(host, STR("<unknown>")) && !str_eq(host, STR("unknown")))
		f->peer_host = host;
}

/* --- the server ------------------------------------------------------------------------------- */

static enum line_class
connected(struct opensmtpd_line *l)
{
	struct str s = l->text, address = take_value(&s, STR("address="));

	l->f->kind = FRAGMENT_CONNECTED;
	set_peer(l->f, address, take_value(&s, STR("host=")));
	return address.n > 0 ? LINE_UNDERSTOOD : LINE_UNKNOWN;
}

static enum line_class
disconnected(struct opensmtpd_line *l)
{
	l->f->kind = FRAGMENT_DISCONNECTED;
	l->f->closes_connection = true;
	return LINE_UNDERSTOOD;
}

static enum line_class
message(struct opensmtpd_line *l)
{
	struct fragment *f = l->f;
	struct str s = l->text;

	take_value(&s, STR("address="));
	take_value(&s, STR("host="));
	if (!take(&s, STR("msgid=")) || !take_hex(&s, MESSAGE_DIGITS, &f->id))
		return LINE_UNKNOWN;
	f->id_recurs = true;
	take_char(&s, ' ');
	if (str_starts(s, STR("from=<"))) {
		f->has_sender = true;
		take_address(&s, STR("from="), &f->sender);
		take_address(&s, STR("to="), &(struct str){ "", 0 });
	}
	str_to_u64(take_value(&s, STR("size=")), &f->size_bytes);
	take_value(&s, STR("ndest="));
	take_value(&s, STR("nrcpt="));
	f->protocol = take_value(&s, STR("proto="));
	f->kind = FRAGMENT_ARRIVED;
	f->verdict = VERDICT_ACCEPTED;
	f->stage = STAGE_DATA;
	return LINE_UNDERSTOOD;
}

static enum line_class
envelope(struct opensmtpd_line *l)
{
	struct fragment *f = l->f;
	struct str s = l->text;
	struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));

	f->kind = FRAGMENT_NOTE;
	if (!take(&s, STR("evpid=")) || !take_envelope(&s, f) || !take_char(&s, ' ') ||
	    !take_address(&s, STR("from="), &f->sender) ||
	    !take_address(&s, STR("to="), &r->address))
		return LINE_UNKNOWN;
	f->has_sender = true;
	f->recipients = r;
	f->n_recipients = 1;
	return LINE_UNDERSTOOD;
}

static enum stage
stage_of_command(struct str command)
{
	static const struct {
		struct str word;
		enum stage stage;
	} commands[] = {
		{ { "MAIL", 4 }, STAGE_MAIL },
		{ { "RCPT", 4 }, STAGE_RCPT },
		{ { "DATA", 4 }, STAGE_DATA },
		{ { ".", 1 }, STAGE_DATA },
	};

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_starts_nocase(command, commands[i].word))
			return commands[i].stage;
	return command.n == 0 ? STAGE_DATA : STAGE_HELO;
}

/* "MAIL FROM:<address> …"; false if it holds none. */
static bool
address_in(struct str command, struct str *address)
{
	size_t open = str_find_char(command, '<', 0);

	command = str_skip(command, open);
	return open != STR_NPOS && take_address(&command, STR(""), address);
}

static void
judge(struct opensmtpd_line *l, enum stage stage, struct str reply)
{
	struct fragment *f = l->f;

	f->kind = FRAGMENT_REFUSED;
	f->stage = stage;
	f->reply = reply_parse(reply, l->scratch);
	f->verdict = f->reply.code / 100 == 4 ? VERDICT_DEFERRED : VERDICT_REJECTED;
	f->about = refusal_about(stage, f->reply.text);
	refusal_read_text(f, l->scratch);
}

/* command="RCPT TO:<r>" result="550 …": the command is the client's own. */
static enum line_class
failed_command(struct opensmtpd_line *l)
{
	static const struct str result = { "\" result=", 9 };
	struct fragment *f = l->f;
	struct str s = l->text, command, address;
	size_t at = STR_NPOS;

	take_value(&s, STR("address="));
	take_value(&s, STR("host="));
	if (!take(&s, STR("command=\"")))
		return LINE_UNKNOWN;
	/* Quotes in it are escaped. */
	for (size_t i = 0; i < s.n && at == STR_NPOS; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			at = i;
	}
	command = str_slice(s, 0, at);
	s = str_skip(s, command.n);
	if (!str_starts(s, result))
		return LINE_UNKNOWN;
	s = str_skip(s, 2);
	judge(l, stage_of_command(command), take_last(&s, STR("result=")));
	if (f->stage == STAGE_MAIL && address_in(command, &address)) {
		f->has_sender = true;
		f->sender = address;
	} else if (f->stage == STAGE_RCPT && address_in(command, &address)) {
		struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));

		*r = (struct recipient){ .address = address,
					 .verdict = f->verdict,
					 .stage = f->stage,
					 .reply = f->reply,
					 .time_us = f->time_us };
		f->recipients = r;
		f->n_recipients = 1;
	} else if (f->stage == STAGE_HELO && (str_starts_nocase(command, STR("EHLO ")) ||
					      str_starts_nocase(command, STR("HELO ")))) {
		f->helo = str_skip(command, 5);
	}
	return LINE_UNDERSTOOD;
}

static enum line_class
bad_input(struct opensmtpd_line *l)
{
	struct str s = l->text;

	take_value(&s, STR("address="));
	take_value(&s, STR("host="));
	judge(l, STAGE_HELO, take_last(&s, STR("result=")));
	return LINE_UNDERSTOOD;
}

static enum line_class
authentication(struct opensmtpd_line *l)
{
	struct str s = l->text, user;

	take_value(&s, STR("address="));
	take_value(&s, STR("host="));
	user = take_value(&s, STR("user="));
	l->f->kind = FRAGMENT_NOTE;
	if (str_eq(take_value(&s, STR("result=")), STR("ok"))) {
		l->f->user = user;
		l->f->auth = STR("AUTH"); /* which mechanism is not logged */
	}
	return LINE_UNDERSTOOD;
}

/* "ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256" */
static enum line_class
tls(struct opensmtpd_line *l)
{
	struct str s = l->text, ciphers;

	take_value(&s, STR("address="));
	take_value(&s, STR("host="));
	ciphers = take_value(&s, STR("ciphers="));
	if (ciphers.n == 0)
		ciphers = take_value(&s, STR("ciphers=\""));
	l->f->kind = FRAGMENT_NOTE;
	l->f->tls = take_until(&ciphers, ':');
	return LINE_UNDERSTOOD;
}

static const struct event {
	struct str name;
	enum line_class (*parse)(struct opensmtpd_line *l);
} events[] = {
	{ { "connected", 9 }, connected },
	{ { "disconnected", 12 }, disconnected },
	{ { "closed", 6 }, disconnected },
	{ { "message", 7 }, message },
	{ { "envelope", 8 }, envelope },
	{ { "failed-command", 14 }, failed_command },
	{ { "bad-input", 9 }, bad_input },
	{ { "authentication", 14 }, authentication },
	{ { "tls", 3 }, tls },
	{ { "starttls", 8 }, tls },
};

static enum line_class
parse_smtp(struct opensmtpd_line *l)
{
	struct str name;

	take(&l->text, STR("event="));
	name = take_until(&l->text, ' ');
	take_char(&l->text, ' ');
	l->f->connection_id = l->session;
	fragment_add_identifier(l->f, ID_ROLE_CONNECTION, l->session);
	for (size_t i = 0; i < sizeof(events) / sizeof(events[0]); i++)
		if (str_eq(events[i].name, name))
			return events[i].parse(l);
	return LINE_IGNORED; /* certificates, filters */
}

/* --- deliveries ------------------------------------------------------------------------------- */

struct result {
	struct str word;
	enum fragment_kind kind;
	enum verdict verdict;
};

static const struct result results[] = {
	{ { "Ok", 2 }, FRAGMENT_DELIVERED, VERDICT_ACCEPTED },
	{ { "TempFail", 8 }, FRAGMENT_POSTPONED, VERDICT_DEFERRED },
	{ { "PermFail", 8 }, FRAGMENT_FAILED, VERDICT_REJECTED },
	{ { "Loop", 4 }, FRAGMENT_FAILED, VERDICT_REJECTED },
	{ { "Expire", 6 }, FRAGMENT_FAILED, VERDICT_REJECTED },
};

static const struct result *
result_of(struct str word)
{
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++)
		if (str_eq(results[i].word, word))
			return &results[i];
	return NULL;
}

/* "192.0.2.9 (mx.example)" */
static void
set_relay(struct recipient *r, struct str relay)
{
	size_t open = str_find(relay, STR(" ("), 0);

	if (open == STR_NPOS)
		return; /* no host was reached */
	r->remote_ip = str_slice(relay, 0, open);
	take(&r->remote_ip, STR("[IPv6:"));
	take_char(&r->remote_ip, '[');
	r->remote_ip = take_until(&r->remote_ip, ']');
	relay = str_skip(relay, open + 2);
	r->remote_host = take_until(&relay, ')');
}

static enum line_class
outcome(struct opensmtpd_line *l, struct str s, struct str word, struct str transport)
{
	struct fragment *f = l->f;
	struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));
	const struct result *result;
	struct str said;

	take_value(&s, STR("session="));
	if (!take_address(&s, STR("from="), &f->sender) ||
	    !take_address(&s, STR("to="), &r->address))
		return LINE_UNKNOWN;
	f->has_sender = true;
	if (take_address(&s, STR("rcpt="), &r->original) && str_eq(r->original, STR("-")))
		r->original = STR("");
	take_value(&s, STR("user="));
	take_value(&s, STR("source="));
	set_relay(r, take_value(&s, STR("relay=")));
	take_value(&s, STR("method="));
	take_value(&s, STR("delay="));
	if (word.n == 0)
		word = take_value(&s, STR("result="));
	result = result_of(word);
	said = take_last(&s, STR("stat="));
	if (!result)
		return LINE_UNKNOWN;
	f->kind = result->kind;
	r->verdict = result->verdict;
	r->stage = STAGE_DELIVERY;
	r->reply = reply_parse(said, l->scratch);
	if (r->reply.code == 0)
		r->reply.text_logged = false; /* our own account of it */
	r->transport = transport;
	r->time_us = f->time_us;
	r->by_remote = true;
	f->recipients = r;
	f->n_recipients = 1;
	if (f->kind == FRAGMENT_DELIVERED)
		fragment_add_next_hop(f, r->reply.text);
	return LINE_UNDERSTOOD;
}

/* "evpid=… from=<> to=<> … result="Ok" stat="…"", behind "SESSION mta delivery ". */
static enum line_class
parse_delivery(struct opensmtpd_line *l, struct str transport)
{
	struct str s = l->text;

	take(&s, STR("event="));
	if (!take(&s, STR("delivery ")))
		return LINE_IGNORED; /* connections to remotes name no message */
	if (!take(&s, STR("evpid=")) || !take_envelope(&s, l->f) || !take_char(&s, ' '))
		return LINE_UNKNOWN;
	return outcome(l, s, STR(""), transport);
}

/* "Expire for EVPID: from=<>, …", behind "relay: " or "delivery: ". */
static enum line_class
parse_plain_outcome(struct opensmtpd_line *l, struct str s, struct str transport)
{
	struct str word = take_until(&s, ' ');

	if (!take(&s, STR(" for ")) || !take_envelope(&s, l->f) || !take(&s, STR(": ")))
		return LINE_IGNORED;
	return outcome(l, s, word, transport);
}

/* "bouncing evp:EVPID as evp:EVPID" */
static enum line_class
parse_bounce(struct opensmtpd_line *l, struct str s)
{
	struct str other;

	l->f->kind = FRAGMENT_NOTE;
	if (!take_envelope(&s, l->f) || !take(&s, STR(" as evp:")) ||
	    !take_hex(&s, SESSION_DIGITS, &other))
		return LINE_IGNORED;
	fragment_add_identifier(l->f, ID_ROLE_NOTIFICATION, str_slice(other, 0, MESSAGE_DIGITS));
	return LINE_UNDERSTOOD;
}

static enum line_class
parse_text(struct opensmtpd_line *l)
{
	struct str s = l->text;

	if (take_hex(&s, SESSION_DIGITS, &l->session) && take_char(&s, ' ')) {
		l->text = s;
		if (take(&l->text, STR("smtp ")))
			return parse_smtp(l);
		if (take(&l->text, STR("mta ")))
			return parse_delivery(l, STR("mta"));
		if (take(&l->text, STR("mda ")))
			return parse_delivery(l, STR("mda"));
		return LINE_IGNORED;
	}
	s = l->text;
	if (take(&s, STR("relay: ")))
		return parse_plain_outcome(l, s, STR("mta"));
	if (take(&s, STR("delivery: ")))
		return parse_plain_outcome(l, s, STR("mda"));
	if (take(&s, STR("debug: queue: bouncing evp:")))
		return parse_bounce(l, s);
	return LINE_IGNORED; /* the daemon's own matters */
}

static enum line_class
parse(struct program_line *p)
{
	struct opensmtpd_line l = { .text = p->text, .f = p->f, .scratch = p->scratch };
	enum line_class class;

	p->f->pid = 0; /* one process for all clients */
	class = parse_text(&l);
	if (class != LINE_UNDERSTOOD)
		*p->f = (struct fragment){ .time_us = p->f->time_us };
	return class;
}

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("smtpd"));
}

/* --- without syslog --------------------------------------------------------------------------- */

static bool
owns_bare(struct str line)
{
	static const struct str heads[] = {
		{ "debug: ", 7 },       { "info: ", 6 },        { "warn: ", 6 },
		{ "smtp: 0x", 8 },      { "mta: ", 5 },         { "relay: ", 7 },
		{ "delivery: ", 10 },   { "smtp-out: ", 10 },   { "smtpd: ", 7 },
		{ "setup_peer: ", 12 }, { "setup_proc: ", 12 }, { "setup_done: ", 12 },
	};
	struct str rest = line, session;

	if (take_hex(&rest, SESSION_DIGITS, &session))
		return str_starts(rest, STR(" smtp ")) || str_starts(rest, STR(" mta ")) ||
		       str_starts(rest, STR(" mda "));
	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++)
		if (str_starts(line, heads[i]))
			return true;
	/* What MX it found: "\t192.0.2.9 preference 10" */
	return take_char(&rest, '\t') && str_find(rest, STR(" preference "), 0) != STR_NPOS;
}

const struct mail_program opensmtpd_program = {
	.owns = owns,
	.owns_bare = owns_bare,
	.parse = parse,
};

static int
detect(struct str line)
{
	return maillog_detect(&opensmtpd_program, line);
}

static const struct log_format opensmtpd_format = MAILLOG_FORMAT("opensmtpd", "OpenSMTPD");

const struct importer opensmtpd_importer = {
	.format = &opensmtpd_format,
	.detect = detect,
	.samples = opensmtpd_samples,
};
