/* SPDX-License-Identifier: MIT */
/*
 * sendmail_refusal: what rulesets, milters and the server itself refuse (sendmail/srvrsmtp.c,
 * envelope.c rscheck, milter.c). Of a message that is refused behind its data "from=" is written all
 * the same, so such a refusal takes the arrival back.
 */
#include "importers/sendmail_line.h"

/* What was done, in the last field. */
static const struct str actions[] = {
	{ "reject=", 7 }, { "discard", 7 },   { "quarantine=", 11 },
	{ "status=", 7 }, { "rejecting", 9 }, { "tempfail", 8 },
	{ "relay=", 6 },  { "arg2=", 5 },     { "addr=", 5 },
};

enum { LAST_ACTION = 6 }; /* the others are fields before it */

static struct str
take_argument(struct str *s)
{
	return sendmail_take_address(s, actions, sizeof(actions) / sizeof(actions[0]));
}

static void
judge(struct sendmail_line *l, enum stage stage, struct str text)
{
	struct fragment *f = l->f;

	f->kind = stage == STAGE_DATA && f->id.n > 0 ? FRAGMENT_RESCINDED : FRAGMENT_REFUSED;
	f->stage = stage;
	f->reply = reply_parse(text, l->scratch);
	f->reply.text_logged = true;
	f->verdict =
		f->reply.code / 100 == 4 || (f->reply.code == 0 && f->reply.enhanced.class == 4)
			? VERDICT_DEFERRED
			: VERDICT_REJECTED;
	if (f->reply.code == 0)
		f->reply.code = f->verdict == VERDICT_DEFERRED ? 451 : 550;
	f->about = refusal_about(stage, f->reply.text);
	refusal_read_text(f, l->scratch);
}

/* "reject=550 5.7.1 …", "discard", "quarantine=…": what became of it. */
static enum line_class
act(struct sendmail_line *l, enum stage stage, struct str s, struct str recipient)
{
	struct fragment *f = l->f;

	if (take(&s, STR("reject="))) {
		judge(l, stage, s);
	} else if (str_starts(s, STR("rejecting")) || str_starts(s, STR("tempfail"))) {
		judge(l, stage,
		      str_starts(s, STR("rejecting")) ? STR("550 Command rejected")
						      : STR("451 Please try again later"));
		f->reply.code_logged = f->reply.text_logged = false;
	} else if (str_starts(s, STR("discard"))) {
		f->kind = FRAGMENT_ARRIVED;
		f->verdict = VERDICT_DISCARDED;
		f->stage = f->about = stage;
	} else if (take(&s, STR("quarantine="))) {
		f->kind = FRAGMENT_ARRIVED;
		f->verdict = VERDICT_QUARANTINED;
		f->stage = f->about = stage;
		f->reply.text = s;
		f->reply.text_logged = false;
	} else {
		return sendmail_note(l);
	}
	/* Of one recipient: nothing is said of the others. */
	if (recipient.n > 0 && f->kind == FRAGMENT_REFUSED)
		refusal_set_recipient(l->f, recipient, l->scratch);
	else if (recipient.n > 0)
		f->kind = FRAGMENT_NOTE;
	return LINE_UNDERSTOOD;
}

/* --- rulesets --------------------------------------------------------------------------------- */

static enum stage
stage_of_ruleset(struct str name)
{
	static const struct {
		struct str name;
		enum stage stage;
	} rulesets[] = {
		{ { "check_relay", 11 }, STAGE_CONNECT }, { { "check_mail", 10 }, STAGE_MAIL },
		{ { "check_rcpt", 10 }, STAGE_RCPT },     { { "check_vrfy", 10 }, STAGE_HELO },
		{ { "check_expn", 10 }, STAGE_HELO },     { { "check_etrn", 10 }, STAGE_HELO },
		{ { "try_tls", 7 }, STAGE_HELO },         { { "tls_server", 10 }, STAGE_HELO },
		{ { "tls_client", 10 }, STAGE_HELO },     { { "trust_auth", 10 }, STAGE_MAIL },
		{ { "tls_rcpt", 8 }, STAGE_RCPT },        { { "queuegroup", 10 }, STAGE_RCPT },
		{ { "authinfo", 8 }, STAGE_HELO },
	};

	for (size_t i = 0; i < sizeof(rulesets) / sizeof(rulesets[0]); i++)
		if (str_eq(name, rulesets[i].name))
			return rulesets[i].stage;
	return STAGE_DATA; /* check_data, check_eoh, check_compat, those of headers */
}

enum line_class
sendmail_ruleset(struct sendmail_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str name = take_until(&s, ','), first = STR(""), second = STR(""), recipient;
	enum stage stage = stage_of_ruleset(name);

	if (take(&s, STR(", arg1=")))
		first = take_argument(&s);
	if (take(&s, STR(", arg2=")))
		second = take_argument(&s);
	if (take(&s, STR(", relay="))) {
		struct str relay = sendmail_take_address(&s, actions, LAST_ACTION);

		sendmail_set_peer(f, relay);
	}
	if (f->peer_ip.n == 0 && stage == STAGE_CONNECT) {
		take(&second, STR("IPv6:"));
		f->peer_ip = second;
	}
	if (stage == STAGE_MAIL && first.n > 0) {
		f->has_sender = true;
		f->sender = str_eq(first, STR("<>")) ? STR("") : first;
	}
	recipient = stage == STAGE_RCPT ? first : STR("");
	if (!take(&s, STR(", ")))
		return sendmail_note(l);
	return act(l, stage, s, recipient);
}

/* --- milters ---------------------------------------------------------------------------------- */

enum line_class
sendmail_milter(struct sendmail_line *l, struct str s)
{
	static const struct {
		struct str word;
		enum stage stage;
	} commands[] = {
		{ { "connect: host=", 14 }, STAGE_CONNECT },
		{ { "helo=", 5 }, STAGE_HELO },
		{ { "from=", 5 }, STAGE_MAIL },
		{ { "to=", 3 }, STAGE_RCPT },
		{ { "cmd=", 4 }, STAGE_DATA },
		{ { "data", 4 }, STAGE_DATA },
		{ { "header", 6 }, STAGE_DATA },
		{ { "body", 4 }, STAGE_DATA },
		{ { "eom", 3 }, STAGE_DATA },
		{ { "quarantine=", 11 }, STAGE_DATA },
	};
	struct fragment *f = l->f;
	struct str rest = s, value, recipient = STR("");
	enum stage stage = STAGE_NONE;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]) && stage == STAGE_NONE; i++)
		if (take(&rest, commands[i].word))
			stage = commands[i].stage;
	if (stage == STAGE_NONE)
		return sendmail_note(l); /* "add: header: …", "message: body replaced" */
	if (str_starts(s, STR("quarantine=")))
		return act(l, stage, s, recipient);
	value = take_argument(&rest);
	if (stage == STAGE_CONNECT && take(&rest, STR(", addr="))) {
		struct str ip = take_argument(&rest);

		take(&ip, STR("IPv6:"));
		f->peer_ip = ip;
		f->peer_host = value.n > 0 && value.p[0] == '[' ? STR("") : value;
	} else if (stage == STAGE_HELO) {
		f->helo = value;
	} else if (stage == STAGE_MAIL) {
		f->has_sender = true;
		f->sender = value;
	} else if (stage == STAGE_RCPT) {
		recipient = value;
	}
	return take(&rest, STR(", ")) ? act(l, stage, rest, recipient) : sendmail_note(l);
}

/* --- the server itself ------------------------------------------------------------------------ */

enum line_class
sendmail_user_error(struct sendmail_line *l, struct str s)
{
	size_t dots = str_find(s, STR(">... "), 0);
	struct str text = str_skip(s, dots + 5);
	bool sender = str_find_nocase(text, STR("sender"), 0) != STR_NPOS;

	judge(l, sender ? STAGE_MAIL : STAGE_RCPT, text);
	if (str_find_nocase(text, STR("try again"), 0) != STR_NPOS ||
	    str_find_nocase(text, STR("temporar"), 0) != STR_NPOS) {
		l->f->verdict = VERDICT_DEFERRED;
		l->f->reply.code = 451;
	}
	if (sender) {
		l->f->has_sender = true;
		l->f->sender = str_slice(s, 1, dots);
	} else {
		refusal_set_recipient(l->f, str_slice(s, 1, dots), l->scratch);
	}
	return LINE_UNDERSTOOD;
}

enum line_class
sendmail_pregreeting(struct sendmail_line *l, struct str s)
{
	size_t due = str_find(s, STR(" due to "), 0);

	sendmail_set_peer(l->f, str_slice(s, 0, due));
	judge(l, STAGE_CONNECT, due == STR_NPOS ? s : str_skip(s, due + 1));
	l->f->reply.code = 554;
	l->f->reply.text_logged = false;
	return LINE_UNDERSTOOD;
}

enum line_class
sendmail_aborted(struct sendmail_line *l, struct str from)
{
	static const struct str sender = { ", sender=", 9 };
	size_t at = str_find(from, sender, 0);

	sendmail_set_peer(l->f, str_slice(from, 0, at));
	if (at != STR_NPOS) {
		struct str s = str_skip(from, at + sender.n);

		l->f->has_sender = true;
		l->f->sender = sendmail_take_address(&s, NULL, 0);
	}
	l->f->kind = FRAGMENT_RESCINDED;
	l->f->verdict = VERDICT_DROPPED;
	l->f->stage = l->f->about = STAGE_DATA;
	return LINE_UNDERSTOOD;
}
