/* SPDX-License-Identifier: MIT */
/*
 * clue_phrase: the sentences in which mail programs tell who refused, at which stage, whom, and
 * who is speaking (FORMATS §5.2). One table; a row is a text to find and what to read beside it.
 */
#include "model/clue.h"

#define PHRASE_SCAN_MAX (512u << 10) /* no bounce has more prose than that */
#define REACH           320
#define OWN_WORDS       240

enum phrase_does {
	DOES_REPORTER, /* the next host wrote this */
	DOES_REFUSER,  /* the next host or IP refused */
	DOES_REFUSER_BEFORE,
	DOES_REFUSER_SECOND, /* the next but one: first comes the domain */
	DOES_PEER,           /* the next IP is the client */
	DOES_SENDER,         /* the next address sent */
	DOES_SENDER_BEFORE,
	DOES_RECIPIENT, /* the next address was to get it */
	DOES_RECIPIENT_BEFORE,
	DOES_STAGE,
	DOES_DELAY,
	DOES_CALLOUT,
	DOES_CALLED, /* a callout asked the next host */
	DOES_OWN_ERROR,
	DOES_FAILURE,
	DOES_SUCCESS,
	DOES_AUTO_REPLY,
	DOES_CHALLENGE,
	DOES_FROZEN,
	DOES_TIME, /* the next date is about when */
};

static const struct phrase {
	const char *text;
	enum phrase_does does;
	int number; /* rank of a reporter, the stage; of a failure 1: only programs say so */
} phrases[] = {
	{ "this is the mail system at host ", DOES_REPORTER, 8 },
	{ "dragonfly mail agent", DOES_REPORTER, 7 },
	{ "delivery status notification from ", DOES_REPORTER, 7 },
	{ "generating server: ", DOES_REPORTER, 8 },
	{ "this is the mail server on ", DOES_REPORTER, 8 },
	{ "qmail-send program at ", DOES_REPORTER, 8 },
	{ "reporting-mta", DOES_REPORTER, 6 },
	{ "nachricht vom mailserver ", DOES_REPORTER, 5 },

	{ "while talking to ", DOES_REFUSER, 0 },
	{ " said: ", DOES_REFUSER_BEFORE, 0 },
	{ "smtp error from remote", DOES_REFUSER_BEFORE, 0 },
	{ " did not like our ", DOES_REFUSER_BEFORE, 0 },
	{ " does not like recipient", DOES_REFUSER_BEFORE, 0 },
	{ " refused to talk to me", DOES_REFUSER_BEFORE, 0 },
	{ " gave this error:", DOES_REFUSER_BEFORE, 0 },
	{ "remote server at ", DOES_REFUSER, 0 },
	{ "=== connected to ", DOES_REFUSER, 0 },
	{ "<-  220 ", DOES_REFUSER, 0 },
	{ "giving up on ", DOES_REFUSER, 0 },
	{ "remote host said:", DOES_REFUSER_BEFORE, 0 },
	{ " #<", DOES_REFUSER, 0 },
	{ "[truncated] host ", DOES_REFUSER, 0 },
	{ ">: host ", DOES_REFUSER, 0 },
	{ "end of data: host ", DOES_REFUSER, 0 },
	{ "initial connection: host ", DOES_REFUSER, 0 },
	{ "]: >>> ", DOES_REFUSER_BEFORE, 0 },
	{ "by the server for the recipient domain ", DOES_REFUSER_SECOND, 0 },

	{ "client host [", DOES_PEER, 0 },
	{ "your host [", DOES_PEER, 0 },
	{ "(client ", DOES_PEER, 0 },
	{ " from [", DOES_PEER, 0 },
	{ "client_address", DOES_PEER, 0 },
	{ "your ip ", DOES_PEER, 0 },

	{ "mail from:", DOES_SENDER, 0 },
	{ "envelope-from", DOES_SENDER, 0 },
	{ "envelope from address ", DOES_SENDER, 0 },
	{ "rcpt to:", DOES_RECIPIENT, 0 },
	{ "sender address: ", DOES_SENDER, 0 },
	{ "recipient address: ", DOES_RECIPIENT, 0 },
	{ "recipient address <", DOES_RECIPIENT, 0 },
	{ "delivering your mail to ", DOES_RECIPIENT, 0 },
	{ "recipient: '", DOES_RECIPIENT, 0 },
	{ "had permanent fatal errors", DOES_RECIPIENT, 0 },
	{ "had transient non-fatal errors", DOES_RECIPIENT, 0 },
	{ "address(es) failed:", DOES_RECIPIENT, 0 },
	{ "recipients cannot be delivered:", DOES_RECIPIENT, 0 },
	{ "your message to ", DOES_RECIPIENT, 0 },
	{ "smtprecipientsrefused: {'", DOES_RECIPIENT, 0 },
	{ ">: host ", DOES_RECIPIENT_BEFORE, 0 },
	{ ">: sender address rejected", DOES_SENDER_BEFORE, 0 },
	{ ">: recipient address rejected", DOES_RECIPIENT_BEFORE, 0 },

	{ "in reply to end of data", DOES_STAGE, STAGE_DATA },
	{ "in reply to data", DOES_STAGE, STAGE_DATA },
	{ "in reply to rcpt to", DOES_STAGE, STAGE_RCPT },
	{ "in reply to mail from", DOES_STAGE, STAGE_MAIL },
	{ "in reply to ehlo", DOES_STAGE, STAGE_HELO },
	{ "in reply to helo", DOES_STAGE, STAGE_HELO },
	{ "refused to talk to me", DOES_STAGE, STAGE_CONNECT },
	{ "after end of data", DOES_STAGE, STAGE_DATA },
	{ "after pipelined end of data", DOES_STAGE, STAGE_DATA },
	{ "after pipelined rcpt to", DOES_STAGE, STAGE_RCPT },
	{ "after pipelined mail from", DOES_STAGE, STAGE_MAIL },
	{ "after rcpt to", DOES_STAGE, STAGE_RCPT },
	{ "after mail from", DOES_STAGE, STAGE_MAIL },
	{ "after sending data block", DOES_STAGE, STAGE_DATA },
	{ "after data", DOES_STAGE, STAGE_DATA },
	{ "after initial connection", DOES_STAGE, STAGE_CONNECT },
	{ "after ehlo", DOES_STAGE, STAGE_HELO },
	{ "after helo", DOES_STAGE, STAGE_HELO },
	{ "did not like our final data", DOES_STAGE, STAGE_DATA },
	{ "did not like our rcpt", DOES_STAGE, STAGE_RCPT },
	{ "did not like our mail from", DOES_STAGE, STAGE_MAIL },
	{ "smtpdataerror", DOES_STAGE, STAGE_DATA },
	{ "smtprecipientsrefused", DOES_STAGE, STAGE_RCPT },
	{ "smtpsenderrefused", DOES_STAGE, STAGE_MAIL },
	{ "smtpheloerror", DOES_STAGE, STAGE_HELO },
	{ "smtpconnecterror", DOES_STAGE, STAGE_CONNECT },
	{ "command: 'data'", DOES_STAGE, STAGE_DATA },
	{ "command: 'rcpt to'", DOES_STAGE, STAGE_RCPT },
	{ "command: 'mail from'", DOES_STAGE, STAGE_MAIL },
	{ "command: 'conn'", DOES_STAGE, STAGE_CONNECT },
	{ "the server did not accept the mail", DOES_STAGE, STAGE_DATA },
	{ "[rcpt_to]", DOES_STAGE, STAGE_RCPT },
	{ "(state 14)", DOES_STAGE, STAGE_RCPT },
	{ "(state 17)", DOES_STAGE, STAGE_DATA },
	{ "(state 18)", DOES_STAGE, STAGE_DATA },

	{ "this is a warning only", DOES_DELAY, 0 },
	{ "has not yet been delivered", DOES_DELAY, 0 },
	{ "no action is required on your part", DOES_DELAY, 0 },
	{ "will be retried", DOES_DELAY, 0 },
	{ "delivery attempts will continue", DOES_DELAY, 0 },
	{ "still being retried", DOES_DELAY, 0 },
	{ "has been delayed", DOES_DELAY, 0 },
	{ "you do not need to resend", DOES_DELAY, 0 },
	{ "delivery incomplete", DOES_DELAY, 0 },
	{ "will retry for ", DOES_DELAY, 0 },
	{ "there was a temporary problem delivering", DOES_DELAY, 0 },

	{ "callback setup failed", DOES_CALLOUT, 0 },
	{ "sender verify failed", DOES_CALLOUT, 0 },
	{ "could not complete sender verify", DOES_CALLOUT, 0 },
	{ "verification failed for", DOES_CALLOUT, 0 },
	{ "unverified address", DOES_CALLOUT, 0 },
	{ "called:", DOES_CALLED, 0 },

	{ "unrouteable address", DOES_OWN_ERROR, 0 },
	{ "unrouteable mail domain", DOES_OWN_ERROR, 0 },
	{ "all relevant mx records point to non-existent", DOES_OWN_ERROR, 0 },
	{ "retry timeout exceeded", DOES_OWN_ERROR, 0 },
	{ "connection timed out", DOES_OWN_ERROR, 0 },
	{ "connection refused", DOES_OWN_ERROR, 0 },
	{ "host or domain name not found", DOES_OWN_ERROR, 0 },
	{ "host not found", DOES_OWN_ERROR, 0 },
	{ "message size exceeds", DOES_OWN_ERROR, 0 },
	{ "loops back to myself", DOES_OWN_ERROR, 0 },

	{ "tls is required", DOES_OWN_ERROR, 0 },
	{ "quota exceeded while writing", DOES_OWN_ERROR, 0 },
	{ "mailbox is full (", DOES_OWN_ERROR, 0 },
	{ "does not accept mail (nullmx)", DOES_OWN_ERROR, 0 },

	{ "has been frozen", DOES_FROZEN, 0 },

	{ "could not be delivered", DOES_FAILURE, 0 },
	{ "couldn't be delivered", DOES_FAILURE, 0 },
	{ "wasn't delivered", DOES_FAILURE, 0 },
	{ "was not delivered", DOES_FAILURE, 0 },
	{ "cannot be delivered", DOES_FAILURE, 0 },
	{ "unable to deliver", DOES_FAILURE, 0 },
	{ "delivery has failed", DOES_FAILURE, 0 },
	{ "mail delivery failed", DOES_FAILURE, 0 },
	{ "delivery failure", DOES_FAILURE, 0 },
	{ "undeliver", DOES_FAILURE, 0 }, /* undeliverable, undelivered */
	{ "returned to sender", DOES_FAILURE, 0 },
	{ "returned mail", DOES_FAILURE, 0 },
	{ "has been blocked", DOES_FAILURE, 0 },
	{ "rejected your message", DOES_FAILURE, 0 },
	{ "permanent error", DOES_FAILURE, 0 },
	{ "address not found", DOES_FAILURE, 0 },
	{ "--- failure reasons ---", DOES_FAILURE, 1 },
	{ "not listed in domino directory", DOES_FAILURE, 1 },
	{ "not listed in public name & address book", DOES_FAILURE, 1 },
	{ "bounce action notification", DOES_FAILURE, 0 },
	{ "nicht zugestellt", DOES_FAILURE, 0 },
	{ "unzustellbar", DOES_FAILURE, 0 },
	{ "pas pu \xc3\xaatre", DOES_FAILURE, 0 },
	{ "non remis", DOES_FAILURE, 0 },
	{ "no se pudo entregar", DOES_FAILURE, 0 },
	{ "no se ha podido entregar", DOES_FAILURE, 0 },
	{ "non recapitabile", DOES_FAILURE, 0 },
	{ "\xe9\x85\x8d\xe4\xbf\xa1\xe3\x81\xa7\xe3\x81\x8d", DOES_FAILURE, 0 }, /* haishin deki… */

	{ "successfully delivered", DOES_SUCCESS, 0 },
	{ "successful mail delivery report", DOES_SUCCESS, 0 },
	{ "delivery to these recipients or groups is complete", DOES_SUCCESS, 0 },

	{ "out of office", DOES_AUTO_REPLY, 0 },
	{ "out of the office", DOES_AUTO_REPLY, 0 },
	{ "automatic reply", DOES_AUTO_REPLY, 0 },
	{ "auto-reply", DOES_AUTO_REPLY, 0 },
	{ "autoreply", DOES_AUTO_REPLY, 0 },
	{ "on vacation", DOES_AUTO_REPLY, 0 },
	{ "abwesenheit", DOES_AUTO_REPLY, 0 },
	{ "automatische antwort", DOES_AUTO_REPLY, 0 },
	{ "r\xc3\xa9ponse automatique", DOES_AUTO_REPLY, 0 },

	{ "please confirm your message", DOES_CHALLENGE, 0 },
	{ "to release your message", DOES_CHALLENGE, 0 },
	{ "confirm that you sent", DOES_CHALLENGE, 0 },
	{ "(tmda)", DOES_CHALLENGE, 0 },

	{ "the original message was received", DOES_TIME, 0 },
};

/* The next host or IP within reach of `at`, on this line or (host names alone) the next. */
static bool
next_peer(struct str t, size_t at, size_t *from, size_t *to)
{
	size_t limit = at + REACH < t.n ? at + REACH : t.n;

	for (size_t i = at; i < limit; i++) {
		if (!char_is_alnum(t.p[i]) || (i > 0 && char_is_host(t.p[i - 1]) && i > at))
			continue;
		size_t end = clue_ip_end(t, i);
		if (end == i)
			end = clue_host_end(t, i);
		if (end > i && (end >= t.n || t.p[end] != '@') && (i == 0 || t.p[i - 1] != '@')) {
			*from = i;
			*to = end;
			return true;
		}
	}
	return false;
}

/* "host mx1.example[192.0.2.1] said:", with the name on this line or the one before. */
static void
refuser_before(struct clue_set *s, struct str t, size_t at)
{
	size_t from = at > REACH ? at - REACH : 0;
	size_t lines = 0;
	size_t start = at;

	while (start > from && lines < 2) {
		start--;
		lines += t.p[start] == '\n';
	}
	struct str before = str_slice(t, start, at);
	size_t host = STR_NPOS;
	for (size_t i = str_find_nocase(before, STR("host "), 0); i != STR_NPOS;
	     i = str_find_nocase(before, STR("host "), i + 1))
		host = i;
	if (host == STR_NPOS) {
		/* The line before, when nothing stands before the phrase on its own. */
		size_t line = str_rfind_char(str_trim(before), '\n');
		host = line == STR_NPOS ? 0 : line + 1;
		/* The recipient's own line. */
		if (str_find_char(before, '@', host) != STR_NPOS)
			return;
	} else {
		host += 5;
	}
	clue_add_peer(s, CLUE_ROLE_REFUSER, start + host, at, 0.6);
}

static void
read_address(struct clue_set *s, struct str t, const struct phrase *p, size_t at, size_t end)
{
	size_t from = 0, to = 0;
	size_t limit = end + REACH < t.n ? end + REACH : t.n;
	bool before = p->does == DOES_SENDER_BEFORE || p->does == DOES_RECIPIENT_BEFORE;
	bool sender = p->does == DOES_SENDER_BEFORE || p->does == DOES_SENDER;
	enum clue_kind kind = sender ? CLUE_SENDER : CLUE_RECIPIENT;

	if (before) {
		size_t open = str_rfind_char(str_slice(t, at > REACH ? at - REACH : 0, at), '<');

		if (open == STR_NPOS)
			return;
		end = (at > REACH ? at - REACH : 0) + open;
		limit = at;
	}
	if (clue_first_address(t, end, limit, &from, &to))
		clue_add_address(s, kind, CLUE_ROLE_NONE, from, to, 0.08);
}

static void
read_time(struct clue_set *s, struct str t, size_t end)
{
	size_t line = line_end(t, end);
	size_t from = end;

	while (from < line && !char_is_digit(t.p[from]))
		from++;
	/* Back to the day's name. */
	while (from > end &&
	       (char_is_alpha(t.p[from - 1]) || t.p[from - 1] == ',' || t.p[from - 1] == ' ') &&
	       from + 5 > end && t.p[from - 1] != '\n' &&
	       !str_starts(str_skip(t, from), STR("at ")) &&
	       !str_starts(str_skip(t, from), STR("on ")))
		from--;
	if (str_starts(str_skip(t, from), STR("at ")) || str_starts(str_skip(t, from), STR("on ")))
		from += 3;
	clue_add_time(s, CLUE_ROLE_RETURNED, from, line, 600 * US_PER_SECOND, 0.2);
}

/* The lines that the phrase stands in: a log may hold them word for word. */
static void
note_own_words(struct clue_set *s, struct str t, size_t at)
{
	size_t from = at, to = at + OWN_WORDS;

	while (from > 0 && t.p[from - 1] != '\n' && at - from < OWN_WORDS)
		from--;
	if (!s->facts.own_error)
		s->facts.own_words = str_slice(t, from, to < t.n ? to : t.n);
	s->facts.own_error = true;
}

static void
act(struct clue_set *s, struct str t, const struct phrase *p, size_t at, size_t end)
{
	size_t from = 0, to = 0;

	switch (p->does) {
	case DOES_REPORTER:
		if (next_peer(t, end, &from, &to))
			clue_reported_by(s, p->number, from, to);
		break;
	case DOES_REFUSER:
		if (next_peer(t, end, &from, &to))
			clue_add_peer(s, CLUE_ROLE_REFUSER, from, to, 0.6);
		break;
	case DOES_REFUSER_BEFORE:
		refuser_before(s, t, at);
		break;
	case DOES_REFUSER_SECOND:
		if (next_peer(t, end, &from, &to) && next_peer(t, to, &from, &to))
			clue_add_peer(s, CLUE_ROLE_REFUSER, from, to, 0.6);
		break;
	case DOES_PEER:
		if (next_peer(t, end, &from, &to) && from - end < 40)
			clue_add_peer(s, CLUE_ROLE_PEER, from, to, 0.1);
		break;
	case DOES_SENDER:
	case DOES_SENDER_BEFORE:
	case DOES_RECIPIENT:
	case DOES_RECIPIENT_BEFORE:
		read_address(s, t, p, at, end);
		break;
	case DOES_STAGE:
		s->facts.is_report = true;
		clue_set_stage(s, (enum stage)p->number, at, end);
		break;
	case DOES_DELAY:
		s->facts.delay = true;
		break;
	case DOES_CALLOUT:
		s->facts.callout = true;
		break;
	case DOES_CALLED:
		if (s->facts.called.n == 0 && next_peer(t, end, &from, &to) && from - end < 40)
			s->facts.called = arena_str(s->arena, str_slice(t, from, to));
		break;
	case DOES_OWN_ERROR:
		note_own_words(s, t, at);
		break;
	case DOES_FAILURE:
		s->facts.failure = true;
		s->facts.is_report |= p->number > 0;
		break;
	case DOES_SUCCESS:
		s->facts.success = true;
		break;
	case DOES_AUTO_REPLY:
		s->facts.auto_reply = true;
		break;
	case DOES_CHALLENGE:
		s->facts.challenge = true;
		break;
	case DOES_FROZEN:
		s->facts.frozen = true;
		break;
	case DOES_TIME:
		read_time(s, t, end);
		break;
	}
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* A phrase may be wrapped: blanks in it match any run of blanks and line ends. */
static size_t
phrase_match(struct str t, size_t at, const char *text)
{
	for (; *text; text++) {
		if (*text == ' ') {
			size_t from = at;
			while (at < t.n && at - from < 80 && is_gap(t.p[at]))
				at++;
			if (at == from)
				return 0;
			continue;
		}
		if (at >= t.n || char_lower(t.p[at]) != *text)
			return 0;
		at++;
	}
	return at;
}

void
clue_phrases(struct clue_set *s)
{
	struct str t = str_slice(paste_str(s->paste), 0, PHRASE_SCAN_MAX);
	/* Chains of phrases by first character: most characters begin none. */
	size_t head[256] = { 0 };
	size_t next[sizeof(phrases) / sizeof(phrases[0]) + 1];

	for (size_t i = sizeof(phrases) / sizeof(phrases[0]); i > 0; i--) {
		unsigned char c = (unsigned char)phrases[i - 1].text[0];
		next[i] = head[c];
		head[c] = i;
	}
	for (size_t at = 0; at < t.n; at++) {
		char c = char_lower(t.p[at]);
		if (c == '\n' || c == '\t')
			c = ' ';
		size_t i = head[(unsigned char)c];
		if (i == 0 || (c == ' ' && at > 0 && is_gap(t.p[at - 1])) ||
		    paste_zone_at(s->paste, at) == ZONE_CONTENT)
			continue;
		for (; i > 0; i = next[i]) {
			size_t end = phrase_match(t, at, phrases[i - 1].text);
			if (end > 0)
				act(s, t, &phrases[i - 1], at, end);
		}
	}
}
