/* SPDX-License-Identifier: MIT */
/*
 * postfix_fields: hosts, the fields behind a refusal, replies and actions (FORMATS §2.3; Postfix
 * src/smtpd/smtpd_check.c log_whatsup, src/cleanup/cleanup_message.c, src/cleanup/cleanup_milter.c).
 * HELO, envelope and header are strangers' words: fields are taken where they reach the end.
 */
#include "importers/postfix_line.h"

/* --- hosts ------------------------------------------------------------------------------------ */

bool
postfix_host(struct str *s, struct str *name, struct str *ip, uint16_t *port)
{
	size_t open = str_find_char(*s, '[', 0), close;
	struct str rest;

	if (open == STR_NPOS || (close = str_find_char(*s, ']', open)) == STR_NPOS)
		return false;
	*name = str_slice(*s, 0, open);
	if (str_find_char(*name, ' ', 0) != STR_NPOS)
		return false;
	*ip = str_slice(*s, open + 1, close);
	*port = 0;
	rest = str_skip(*s, close + 1);
	if (rest.n > 1 && rest.p[0] == ':' && char_is_digit(rest.p[1])) {
		struct str digits = str_skip(rest, 1);
		uint64_t number;
		size_t n = 0;

		while (n < digits.n && n < 6 && char_is_digit(digits.p[n]))
			n++;
		if (str_to_u64(str_slice(digits, 0, n), &number) && number <= UINT16_MAX) {
			*port = (uint16_t)number;
			rest = str_skip(digits, n);
		}
	}
	*s = rest;
	return true;
}

bool
postfix_peer(struct str *s, struct fragment *f)
{
	struct str name, ip;
	uint16_t port;

	if (!postfix_host(s, &name, &ip, &port))
		return false;
	if (!str_eq(ip, STR("unknown")))
		f->peer_ip = ip;
	if (!str_eq(name, STR("unknown")))
		f->peer_host = name;
	f->peer_port = port;
	return true;
}

/* --- fields behind a refusal ------------------------------------------------------------------ */

static struct str
skip_separator(struct str s)
{
	take_char(&s, ',');
	take_char(&s, ' ');
	return s;
}

static bool
begins_field(struct str s)
{
	static const struct str keys[] = {
		{ "to=<", 4 },  { "proto=", 6 }, { "helo=<", 6 },
		{ "sasl_", 5 }, { "orig_", 5 },  { "xforward_", 9 },
	};

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_starts(s, keys[i]))
			return true;
	return false;
}

size_t
postfix_skip_quoted(struct str s, size_t at)
{
	if (at >= s.n || s.p[at] != '"')
		return at;
	for (size_t i = at + 1; i < s.n; i++) {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '"')
			return i + 1;
	}
	return at;
}

static bool
ends_value(struct str rest, bool text_follows)
{
	return rest.n == 0 || begins_field(skip_separator(rest)) ||
	       (text_follows && str_starts(rest, STR(": ")));
}

/* "<…>" up to where another field, the text, or nothing follows. */
static bool
take_address(struct str *s, bool text_follows, struct str *value)
{
	if (s->n == 0 || s->p[0] != '<')
		return false;
	for (size_t at = str_find_char(*s, '>', postfix_skip_quoted(*s, 1)); at != STR_NPOS;
	     at = str_find_char(*s, '>', at + 1)) {
		if (!ends_value(str_skip(*s, at + 1), text_follows))
			continue;
		*value = str_slice(*s, 1, at);
		*s = str_skip(*s, at + 1);
		return true;
	}
	return false;
}

/* HELO may be anything, and is the last but for what SASL says: up to the last '>' that can be it. */
static bool
take_helo(struct str *s, bool text_follows, struct str *value)
{
	if (text_follows || s->n == 0 || s->p[0] != '<')
		return take_address(s, text_follows, value);
	for (size_t at = s->n; at-- > 1;) {
		struct str rest = str_skip(*s, at + 1);

		if (s->p[at] != '>' ||
		    (rest.n > 0 && !str_starts(skip_separator(rest), STR("sasl_"))))
			continue;
		*value = str_slice(*s, 1, at);
		*s = rest;
		return true;
	}
	return false;
}

static bool
take_field(struct str *s, bool text_follows, struct postfix_trailer *t)
{
	if (take(s, STR("from="))) {
		t->has_from = true;
		return take_address(s, text_follows, &t->from);
	}
	if (take(s, STR("to="))) {
		t->has_to = true;
		return take_address(s, text_follows, &t->to);
	}
	if (take(s, STR("helo=")))
		return take_helo(s, text_follows, &t->helo);
	if (take(s, STR("proto="))) {
		size_t n = 0;

		while (n < s->n && char_is_alnum(s->p[n]))
			n++;
		t->proto = str_slice(*s, 0, n);
		*s = str_skip(*s, n);
		return n > 0;
	}
	if (take(s, STR("sasl_method="))) {
		t->sasl_method = take_until(s, ' ');
		return true;
	}
	if (take(s, STR("sasl_username="))) {
		t->sasl_user = take_until(s, ' ');
		return true;
	}
	if (str_starts(*s, STR("sasl_")) || str_starts(*s, STR("orig_")) ||
	    str_starts(*s, STR("xforward_"))) {
		take_until(s, ' ');
		return true;
	}
	return false;
}

bool
postfix_take_trailer(struct str *s, bool text_follows, struct postfix_trailer *t)
{
	struct str rest = *s;
	bool any = false;

	*t = (struct postfix_trailer){ 0 };
	while (take_field(&rest, text_follows, t)) {
		struct str next = skip_separator(rest);

		any = true;
		if (next.n == rest.n || !begins_field(next))
			break;
		rest = next;
	}
	if (any)
		*s = rest;
	return any;
}

/* Places looked at: a line of a stranger's may hold thousands. */
enum { CANDIDATES = 32 };

static bool
split_at(struct str s, bool heed_quotes, struct str *text, struct postfix_trailer *t)
{
	bool quoted = false;
	int left = CANDIDATES;

	for (size_t i = 0; i + 2 < s.n && left > 0; i++) {
		struct str rest;

		if (heed_quotes && s.p[i] == '\\')
			i++;
		else if (heed_quotes && s.p[i] == '"')
			quoted = !quoted;
		if (quoted || s.p[i] != ';' || s.p[i + 1] != ' ')
			continue;
		rest = str_skip(s, i + 2);
		left--;
		if (postfix_take_trailer(&rest, false, t) && rest.n == 0) {
			*text = str_slice(s, 0, i);
			return true;
		}
	}
	return false;
}

/*
 * HELO is the client's, and reaches the end of the line: where the reply quotes it ("<x>: Helo
 * command rejected"), the fields are those whose HELO it is.
 */
static bool
split_by_quoted_helo(struct str s, struct str *text, struct postfix_trailer *t)
{
	int left = CANDIDATES;

	for (size_t i = str_find(s, STR("; from=<"), 0); i != STR_NPOS && left-- > 0;
	     i = str_find(s, STR("; from=<"), i + 1)) {
		struct str rest = str_skip(s, i + 2), reply = str_slice(s, 0, i), helo;
		size_t at;

		if (!postfix_take_trailer(&rest, false, t) || rest.n > 0)
			continue;
		helo = t->helo;
		at = helo.n > 0 ? str_find(reply, helo, 0) : STR_NPOS;
		if (at != STR_NPOS && at > 0 && reply.p[at - 1] == '<' &&
		    str_starts(str_skip(reply, at + helo.n), STR(">: Helo command rejected"))) {
			*text = reply;
			return true;
		}
	}
	return false;
}

/*
 * The first "; " behind which fields reach the end. The reply may quote the sender, in whose local
 * part the like can stand, but only within quotes; HELO may hold a quote that never ends.
 */
struct str
postfix_split_trailer(struct str s, struct postfix_trailer *t)
{
	struct str text = s;

	if (str_find(s, STR(">: Helo command rejected"), 0) != STR_NPOS &&
	    split_by_quoted_helo(s, &text, t))
		return text;
	if (split_at(s, true, &text, t) || split_at(s, false, &text, t))
		return text;
	*t = (struct postfix_trailer){ 0 };
	return s;
}

void
postfix_set_trailer(struct fragment *f, const struct postfix_trailer *t)
{
	if (t->has_from) {
		f->has_sender = true;
		f->sender = t->from;
	}
	f->helo = t->helo;
	f->protocol = t->proto;
	f->auth = t->sasl_method;
	f->user = t->sasl_user;
}

/* --- replies ---------------------------------------------------------------------------------- */

/* The same three digits and '-' or a blank: a further line of the reply. */
static bool
repeats_code(struct str s, const char *code)
{
	return s.n > 3 && memcmp(s.p, code, 3) == 0 && (s.p[3] == ' ' || s.p[3] == '-');
}

static bool
is_code(struct str s)
{
	return s.n > 3 && (s.p[0] == '4' || s.p[0] == '5' || s.p[0] == '2') &&
	       char_is_digit(s.p[1]) && char_is_digit(s.p[2]) && (s.p[3] == ' ' || s.p[3] == '-');
}

struct reply
postfix_reply(struct str s, struct arena *a)
{
	bool milter = str_find(s, STR("??"), 0) != STR_NPOS;
	char code[3] = { 0 };
	char *text;
	size_t n = 0;

	if (is_code(s))
		memcpy(code, s.p, 3);
	else if (!milter)
		return reply_parse(s, a);
	text = arena_alloc(a, s.n + 1);
	for (size_t i = 0; i < s.n; i++) {
		struct str rest = str_skip(s, i);

		if (milter && str_starts(rest, STR("??")) && is_code(str_skip(rest, 2))) {
			text[n++] = '\n';
			i++;
		} else if (code[0] && s.p[i] == ' ' && repeats_code(str_skip(rest, 1), code)) {
			text[n++] = '\n';
		} else {
			text[n++] = s.p[i];
		}
	}
	return reply_parse((struct str){ text, n }, a);
}

/* --- actions ---------------------------------------------------------------------------------- */

static const struct postfix_action actions[] = {
	{ { "reject", 6 }, FRAGMENT_REFUSED, VERDICT_REJECTED },
	{ { "milter-reject", 13 }, FRAGMENT_REFUSED, VERDICT_REJECTED },
	{ { "milter-header-reject", 20 }, FRAGMENT_REFUSED, VERDICT_REJECTED },
	{ { "proxy-reject", 12 }, FRAGMENT_REFUSED, VERDICT_REJECTED },
	{ { "hangup", 6 }, FRAGMENT_REFUSED, VERDICT_DROPPED },
	{ { "discard", 7 }, FRAGMENT_ARRIVED, VERDICT_DISCARDED },
	{ { "milter-discard", 14 }, FRAGMENT_ARRIVED, VERDICT_DISCARDED },
	{ { "hold", 4 }, FRAGMENT_ARRIVED, VERDICT_HELD },
	{ { "milter-hold", 11 }, FRAGMENT_ARRIVED, VERDICT_HELD },
	/* These change nothing for the client, reject_warning least of all. */
	{ { "reject_warning", 14 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "proxy-accept", 12 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "warning", 7 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "filter", 6 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "delay", 5 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "redirect", 8 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "bcc", 3 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "info", 4 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "warn", 4 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "permit", 6 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "prepend", 7 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "replace", 7 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "strip", 5 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "pass", 4 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "milter-add", 10 }, FRAGMENT_NOTE, VERDICT_NONE },
	{ { "milter-accept", 13 }, FRAGMENT_NOTE, VERDICT_NONE },
};

const struct postfix_action *
postfix_take_action(struct str *s)
{
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		size_t n = actions[i].word.n;

		if (s->n > n + 1 && s->p[n] == ':' && s->p[n + 1] == ' ' &&
		    str_starts(*s, actions[i].word)) {
			*s = str_skip(*s, n + 2);
			return &actions[i];
		}
	}
	return NULL;
}

/* Postfix says RCPT of nearly all; its own words say what was at fault. */
static enum stage
about_of(enum stage stage, struct str text)
{
	static const struct {
		struct str words;
		enum stage about;
	} causes[] = {
		{ { "Client host rejected", 20 }, STAGE_CONNECT },
		{ { "Helo command rejected", 21 }, STAGE_HELO },
		{ { "Sender address rejected", 23 }, STAGE_MAIL },
		{ { "Recipient address rejected", 26 }, STAGE_RCPT },
		{ { "Relay access denied", 19 }, STAGE_RCPT },
		{ { "Client host [", 13 }, STAGE_CONNECT },
		{ { "client [", 8 }, STAGE_CONNECT },
		{ { "Sender address [", 16 }, STAGE_MAIL },
		{ { "Helo command [", 14 }, STAGE_HELO },
		{ { "Unverified Client host", 22 }, STAGE_CONNECT },
	};

	if (stage != STAGE_MAIL && stage != STAGE_RCPT)
		return stage;
	for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
		if (str_find(text, causes[i].words, 0) != STR_NPOS)
			return causes[i].about;
	return refusal_about(stage, text);
}

/* cleanup logs a milter's reply without its code, which begins with the same digit. */
static uint16_t
inferred_code(const struct reply *r, enum verdict verdict)
{
	if (verdict == VERDICT_HELD || verdict == VERDICT_DISCARDED)
		return 250;
	if (verdict != VERDICT_REJECTED && verdict != VERDICT_DEFERRED)
		return 0;
	return r->enhanced.class == 4 ? 451 : 550;
}

void
postfix_judge(struct postfix_line *l, const struct postfix_action *a, enum stage stage,
	      struct str text, const struct postfix_trailer *t)
{
	struct fragment *f = l->f;

	postfix_set_trailer(f, t);
	f->kind = a->kind;
	if (a->kind == FRAGMENT_NOTE)
		return;
	f->stage = stage;
	f->reply = postfix_reply(text, l->scratch);
	f->reply.text_logged = a->kind == FRAGMENT_REFUSED;
	f->verdict = a->verdict;
	if (f->reply.code / 100 == 4 || (f->reply.code == 0 && f->reply.enhanced.class == 4))
		f->verdict = VERDICT_DEFERRED;
	if (f->reply.code == 0)
		f->reply.code = inferred_code(&f->reply, f->verdict);
	f->about = about_of(stage, f->reply.text);
	refusal_read_text(f, l->scratch);
	if (t->has_to)
		refusal_set_recipient(l->f, t->to, l->scratch);
}
