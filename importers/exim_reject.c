/* SPDX-License-Identifier: MIT */
/*
 * exim_reject: "[temporarily ]rejected WHAT[: text]" (FORMATS §1.7; Exim src/smtp_in.c
 * smtp_handle_acl_fail, src/acl.c acl_wherenames and acl_wherecodes, src/receive.c). No reply code
 * is logged unless the text begins with one: then it is what the client saw. Otherwise the code is
 * inferred and the text may be log_message, which the client never saw.
 */
#include "importers/exim_line.h"

/* --- refusals --------------------------------------------------------------------------------- */

/* Exim's own words, which it sends as it logs them (src/verify.c, src/acl.c). */
static bool
is_own_text(struct str text)
{
	static const struct str own[] = {
		{ "Sender verify failed", 20 },
		{ "Unrouteable address", 19 },
		{ "Administrative prohibition", 26 },
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (str_eq(text, own[i]))
			return true;
	}
	return false;
}

void
exim_refuse(struct exim_line *l, enum stage stage, enum verdict verdict, uint16_t code,
	    struct str text)
{
	struct fragment *f = l->f;

	f->kind = FRAGMENT_REFUSED;
	f->stage = stage;
	f->verdict = verdict;
	text = str_trim(text);
	/* cPanel puts the whole log_message in quotes. */
	if (text.n > 2 && text.p[0] == '"' && text.p[text.n - 1] == '"')
		text = str_slice(text, 1, text.n - 1);
	if (l->keys_only) {
		f->reply.text = text;
		return;
	}
	f->reply = reply_parse(text, l->scratch);
	if (f->reply.code == 0) {
		f->reply.code = code;
		f->reply.text_logged = is_own_text(f->reply.text);
	}
	f->about = refusal_about(stage, f->reply.text);
	if (stage >= STAGE_MAIL)
		exim_imply_helo(f);
	refusal_read_text(f, l->scratch);
}

void
exim_refuse_recipient(struct exim_line *l, struct str address)
{
	struct fragment *f = l->f;
	struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));

	r->address = address;
	r->verdict = f->verdict;
	r->stage = f->stage;
	r->reply = f->reply;
	r->time_us = f->time_us;
	f->recipients = r;
	f->n_recipients = 1;
}

/* --- WHAT ------------------------------------------------------------------------------------- */

enum argument { ARGUMENT_NONE, ARGUMENT_SENDER, ARGUMENT_RECIPIENT, ARGUMENT_HELO, ARGUMENT_WORDS };

struct what {
	struct str lead;
	enum stage stage;
	uint16_t code; /* when refused for good; else 451 */
	enum argument argument;
};

static const struct what whats[] = {
	{ { "RCPT ", 5 }, STAGE_RCPT, 550, ARGUMENT_RECIPIENT },
	{ { "after DATA PRDR", 15 }, STAGE_DATA, 550, ARGUMENT_WORDS },
	{ { "after DATA", 10 }, STAGE_DATA, 550, ARGUMENT_NONE },
	{ { "MAIL ", 5 }, STAGE_MAIL, 550, ARGUMENT_SENDER },
	{ { "EHLO or HELO ", 13 }, STAGE_HELO, 550, ARGUMENT_HELO },
	{ { "connection in \"connect\" ACL", 27 }, STAGE_CONNECT, 550, ARGUMENT_NONE },
	{ { "DATA", 4 }, STAGE_DATA, 550, ARGUMENT_NONE },
	{ { "during MIME ACL checks", 22 }, STAGE_DATA, 550, ARGUMENT_NONE },
	{ { "DKIM", 4 }, STAGE_DATA, 550, ARGUMENT_WORDS },
	{ { "AUTH ", 5 }, STAGE_HELO, 503, ARGUMENT_WORDS },
	{ { "STARTTLS", 8 }, STAGE_HELO, 550, ARGUMENT_WORDS },
	{ { "VRFY", 4 }, STAGE_HELO, 252, ARGUMENT_WORDS },
	{ { "EXPN", 4 }, STAGE_HELO, 550, ARGUMENT_WORDS },
	{ { "ETRN", 4 }, STAGE_HELO, 458, ARGUMENT_WORDS },
	{ { "ATRN", 4 }, STAGE_HELO, 450, ARGUMENT_WORDS },
	{ { "by non-SMTP ACL", 15 }, STAGE_DATA, 550, ARGUMENT_NONE },
	{ { "by local_scan()", 15 }, STAGE_DATA, 550, ARGUMENT_NONE },
};

static bool
take_rejected(struct str *s, bool *temporary)
{
	take_char(s, ' ');
	*temporary = take(s, STR("temporarily "));
	return take(s, STR("rejected "));
}

static const struct what *
take_what(struct str *s)
{
	for (size_t i = 0; i < sizeof(whats) / sizeof(whats[0]); i++) {
		if (take(s, whats[i].lead))
			return &whats[i];
	}
	return NULL;
}

bool
exim_is_reject(struct str rest)
{
	struct exim_fields x;
	bool temporary;

	exim_fields(&rest, false, &x);
	return take_rejected(&rest, &temporary) && take_what(&rest) != NULL;
}

/* Words of the client up to ": " or the end. */
static struct str
take_words(struct str *s)
{
	size_t at = find_text(*s);
	struct str words = str_slice(*s, 0, at == STR_NPOS ? s->n : at);

	*s = str_skip(*s, words.n);
	return words;
}

/* The argument of MAIL or RCPT; unknown parameters may follow it. */
static struct str
take_path(struct str *s)
{
	struct str path, words;

	struct str rest = *s;

	/* Cut at 100 bytes the '>' is missing, and one further on is not its own. */
	if (s->n > 0 && s->p[0] == '<' && exim_take_address(&rest, &path) &&
	    (path.p[0] == '"' || find_text(path) == STR_NPOS)) {
		*s = rest;
		take_words(s);
		return path;
	}
	words = take_words(s);
	if (words.n > 0 && words.p[0] == '<') /* cut at 100 bytes */
		words = str_skip(words, 1);
	return words;
}

static struct str
take_text(struct str *s)
{
	take_char(s, ':');
	return *s;
}

enum line_class
exim_reject(struct exim_line *l, struct str rest)
{
	struct fragment *f = l->f;
	struct str argument = STR("");
	const struct what *what;
	bool temporary;

	if (!take_rejected(&rest, &temporary) || !(what = take_what(&rest)))
		return LINE_UNKNOWN;
	switch (what->argument) {
	case ARGUMENT_SENDER:
	case ARGUMENT_RECIPIENT:
		argument = take_path(&rest);
		break;
	case ARGUMENT_HELO:
		/* HELO is known from H=(…) already, and might hold ": ". */
		if (!take(&rest, f->helo.n > 0 ? f->helo : f->peer_host))
			argument = take_words(&rest);
		break;
	case ARGUMENT_WORDS:
		take_words(&rest);
		break;
	case ARGUMENT_NONE:
		break;
	}
	if (what->argument == ARGUMENT_SENDER) {
		f->has_sender = true;
		f->sender = argument;
	} else if (what->argument == ARGUMENT_HELO && f->helo.n == 0) {
		f->helo = argument.n > 0 ? argument : f->peer_host;
	}
	exim_refuse(l, what->stage, temporary ? VERDICT_DEFERRED : VERDICT_REJECTED,
		    temporary ? 451 : what->code, take_text(&rest));
	if (what->argument == ARGUMENT_RECIPIENT)
		exim_refuse_recipient(l, argument);
	if (f->has_sender && str_find(f->reply.text, STR("ender verify"), 0) != STR_NPOS)
		f->verify_address = f->sender;
	return LINE_UNDERSTOOD;
}
