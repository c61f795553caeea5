/* SPDX-License-Identifier: MIT */
/*
 * exim_hostline: lines that begin with the sending host, H=…, or with U= or F= when there is none:
 * refusals, warnings, sender verification, incomplete transactions (FORMATS §1.6, §1.7); and
 * attempts on one remote host, where H= is the remote (§1.5).
 */
#include "importers/exim_line.h"
#include "importers/score_text.h"

/* "sender verify fail for <a>[: reason]"; the refusal it explains is a line of its own. */
static enum line_class
sender_verify(struct exim_line *l, struct str rest)
{
	struct fragment *f = l->f;

	if (!take(&rest, STR("fail for ")) && !take(&rest, STR("defer for ")))
		return exim_note(l);
	exim_take_address(&rest, &f->verify_address);
	if (f->id.n == 0) {
		f->has_sender = true;
		f->sender = f->verify_address;
	}
	return exim_note(l);
}

/* "incomplete transaction (QUIT) from <s> for r1 r2" */
static enum line_class
incomplete(struct exim_line *l, struct str rest)
{
	struct fragment *f = l->f;

	take_until(&rest, ')');
	take_char(&rest, ')');
	if (take(&rest, STR(" from ")) && exim_take_address(&rest, &f->sender))
		f->has_sender = true;
	if (take(&rest, STR(" for ")))
		exim_recipients(rest, l);
	exim_imply_helo(f);
	return exim_note(l);
}

/* "RCPT <r>: discarded by RCPT ACL[: m]": the client was told 250. */
static enum line_class
discarded(struct exim_line *l, struct str rest)
{
	enum stage stage = rest.p[0] == 'R' ? STAGE_RCPT : STAGE_MAIL;
	struct str path;

	rest = str_skip(rest, 5);
	if (!exim_take_address(&rest, &path) || !take(&rest, STR(": discarded by ")))
		return exim_note(l);
	take_until(&rest, ':');
	take_char(&rest, ':');
	exim_refuse(l, stage, VERDICT_DISCARDED, 250, rest);
	if (stage == STAGE_RCPT) {
		exim_refuse_recipient(l, path);
	} else {
		l->f->has_sender = true;
		l->f->sender = path;
	}
	return LINE_UNDERSTOOD;
}

static enum line_class
warning(struct exim_line *l, struct str rest)
{
	exim_note(l);
	if (score_text(rest, l->scratch, &l->f->score, NULL))
		l->f->kind = FRAGMENT_SCORE;
	return LINE_UNDERSTOOD;
}

/* "dropped by 'connect' ACL: m": no reply is sent at all (tls-on-connect). */
static enum line_class
dropped(struct exim_line *l, struct str rest)
{
	take_until(&rest, ':');
	take_char(&rest, ':');
	exim_refuse(l, STAGE_CONNECT, VERDICT_DROPPED, 0, rest);
	return LINE_UNDERSTOOD;
}

/* One host of several failed for a message that stays in the queue: no outcome. */
static enum line_class
attempt(struct exim_line *l, const struct exim_host *h, struct str rest)
{
	struct fragment *f = l->f;
	struct remote_error error;
	struct recipient *r;

	take_char(&rest, ':');
	f->kind = FRAGMENT_ATTEMPT;
	f->stage = exim_remote_error(str_trim(rest), l->scratch, &error);
	f->reply = error.reply;
	if (f->stage == STAGE_DELIVERY && f->reply.code == 0)
		f->stage = STAGE_CONNECT;
	if (error.address.n == 0)
		return LINE_UNDERSTOOD;
	r = arena_zalloc(l->scratch, sizeof(*r));
	r->address = error.address;
	r->by_remote = true;
	r->stage = f->stage;
	r->remote_host = h->name;
	r->remote_ip = h->ip;
	r->time_us = f->time_us;
	f->recipients = r;
	f->n_recipients = 1;
	return LINE_UNDERSTOOD;
}

/* What an attempt says where no ':' follows the host (FORMATS §1.5). */
static bool
is_attempt(struct str rest)
{
	static const struct str words[] = {
		{ " Connection refused", 19 },
		{ " Connection timed out", 21 },
		{ " Connection reset", 17 },
		{ " No route to host", 17 },
		{ " Network is unreachable", 23 },
		{ " Host is unreachable", 20 },
		{ " TLS error", 10 },
		{ " TLS session", 12 },
		{ " Network Error", 14 },
		{ " Operation timed out", 20 },
		{ " Broken pipe", 12 },
		{ " Software caused", 16 },
		{ " SMTP error from remote", 23 },
		{ " No such file", 13 },
		{ " Address family", 15 },
		{ " Permission denied", 18 },
		{ " Cannot assign", 14 },
		{ " Invalid argument", 17 },
	};

	if (rest.n < 2 || rest.p[0] == ':')
		return rest.n > 0 && rest.p[0] == ':';
	if (rest.p[1] < 'A' || rest.p[1] > 'T')
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_starts(rest, words[i]))
			return true;
	}
	return false;
}

static enum line_class
host_rest(struct exim_line *l, struct str rest)
{
	struct str s = rest;

	take_char(&s, ' ');
	if (s.n == 0)
		return exim_note(l);
	switch (s.p[0]) {
	case 'r':
	case 't': {
		enum line_class class = exim_reject(l, s);

		return class == LINE_UNKNOWN ? exim_note(l) : class;
	}
	case 's':
		return take(&s, STR("sender verify ")) ? sender_verify(l, s) : exim_note(l);
	case 'i':
		return take(&s, STR("incomplete transaction (")) ? incomplete(l, s) : exim_note(l);
	case 'W':
		return take(&s, STR("Warning: ")) ? warning(l, s) : exim_note(l);
	case 'R':
	case 'M':
		if (str_starts(s, STR("RCPT ")) || str_starts(s, STR("MAIL ")))
			return discarded(l, s);
		return exim_note(l);
	case 'd':
		return take(&s, STR("dropped by '")) ? dropped(l, s) : exim_note(l);
	default:
		return exim_note(l);
	}
}

/* What makes a second reading of a HELO that imitates a line the better one. */
static bool
is_host_rest(struct str rest)
{
	struct exim_fields x;

	if (exim_is_reject(rest))
		return true;
	exim_fields(&rest, false, &x);
	return str_starts(rest, STR(" sender verify ")) || str_starts(rest, STR(" Warning: ")) ||
	       str_starts(rest, STR(" incomplete transaction ("));
}

enum line_class
exim_host_line(struct exim_line *l)
{
	struct fragment *f = l->f;
	struct str s = l->text;
	struct exim_fields x;
	struct exim_host h = { .port = 0 };
	bool has_host;

	take(&s, STR("DS "));
	exim_fields(&s, false, &x);
	take_char(&s, ' ');
	has_host = take(&s, STR("H=")) && exim_host(&s, is_host_rest, &h);
	if (!has_host && x.u.n == 0 && !x.has_f)
		return LINE_UNKNOWN;
	if (has_host && f->id.n > 0 && is_attempt(s))
		return attempt(l, &h, s);
	exim_peer(f, &h);
	if (has_host)
		exim_more_fields(&s, false, &x);
	exim_set_fields(f, &x);
	return host_rest(l, s);
}
