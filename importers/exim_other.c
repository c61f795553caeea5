/* SPDX-License-Identifier: MIT */
/*
 * exim_other: lines told by their first words. Those without an ID that say nothing about a
 * message or a connection are known and ignored; anything that follows an ID is a note of that
 * message, since sites may write what they like (logwrite).
 */
#include "importers/exim_line.h"
#include "importers/score_text.h"

struct lead {
	struct str words;
	enum line_class class; /* of a line without ID; UNDERSTOOD: a note if the pid is known */
};

#define IGNORED(text)                                      \
	{                                                  \
		{ (text), sizeof(text) - 1 }, LINE_IGNORED \
	}
#define NOTE(text)                                            \
	{                                                     \
		{ (text), sizeof(text) - 1 }, LINE_UNDERSTOOD \
	}

/* The frequent ones first; Exim src/daemon.c, queue.c, exim.c, smtp_in.c, dkim.c, spam.c. */
static const struct lead leads[] = {
	IGNORED("cwd="),
	IGNORED("Start queue run"),
	IGNORED("End queue run"),
	NOTE("configured error code starts with incorrect digit"),
	IGNORED("SIGTERM"),
	IGNORED("SIGHUP"),
	IGNORED("SMTP connection outstanding"),
	NOTE("SPF: "),
	NOTE("Subject contained"),
	NOTE("Sender host"),
	IGNORED("Exim configuration error"),
	IGNORED("Exim "),
	IGNORED("Event "),
	IGNORED("Failed to "),
	IGNORED("Can't "),
	IGNORED("Cannot "),
	IGNORED("Could not "),
	IGNORED("Berkeley DB"),
	NOTE("DKIM: "),
	NOTE("DMARC"),
	IGNORED("DANE "),
	NOTE("PRDR "),
	NOTE("ARC: "),
	IGNORED("ACL for "),
	NOTE("ACL "),
	IGNORED("Warning: "),
	IGNORED("LDAP "),
	IGNORED("MySQL"),
	IGNORED("PGSQL"),
	IGNORED("TLS "),
	IGNORED("Unable to "),
	IGNORED("could not "),
	IGNORED("cannot "),
	IGNORED("clamd: "),
	IGNORED("child process "),
	IGNORED("daemon: "),
	IGNORED("dns"),
	IGNORED("directory "),
	IGNORED("exim "),
	IGNORED("exim: "),
	IGNORED("error "),
	IGNORED("failed to "),
	IGNORED("file "),
	IGNORED("pid "),
	IGNORED("pid="),
	IGNORED("socket "),
	IGNORED("setsockopt"),
	IGNORED("setgroups"),
	NOTE("spam acl condition"),
	IGNORED("smtp transport process"),
	IGNORED("string_sprintf"),
	IGNORED("stdin"),
	NOTE("malware acl condition"),
	NOTE("DNS list lookup defer"),
	NOTE("host name alias list truncated"),
	NOTE("remote host address is the local host"),
	NOTE("all relevant MX records"),
	NOTE("ratelimit"),
	IGNORED("listen() "),
	IGNORED("list matching forced to fail"),
	IGNORED("lookup "),
	IGNORED("log writing"),
	NOTE("lowest numbered MX"),
	IGNORED("unable to "),
	IGNORED("unlink"),
	IGNORED("accept() "),
	IGNORED("queue_run"),
	IGNORED("queue run"),
	IGNORED("queue runner"),
	IGNORED("re-exec"),
	IGNORED("restart"),
	IGNORED("retry database"),
	IGNORED("waitpid"),
	IGNORED("writing "),
	IGNORED("open of "),
	IGNORED("options "),
	IGNORED("DB upgrade"),
	NOTE("Message abandoned"),
	IGNORED("Process "),
	IGNORED("rejected by daemon"),
	IGNORED("keeping "),
	IGNORED("tidydb"),
};

static enum line_class
by_lead(struct exim_line *l)
{
	struct str s = l->text;

	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if (s.p[0] != leads[i].words.p[0] || !str_starts(s, leads[i].words))
			continue;
		if (leads[i].class == LINE_IGNORED || l->f->pid == 0)
			return LINE_IGNORED;
		return exim_note(l);
	}
	return LINE_UNKNOWN;
}

/* "PRDR R=<r> acceptance|refusal|temporary refusal": each recipient's own answer after DATA. */
static enum line_class
prdr(struct exim_line *l, struct str s)
{
	struct recipient *r = arena_zalloc(l->scratch, sizeof(*r));

	if (!exim_take_address(&s, &r->address))
		return exim_note(l);
	r->stage = STAGE_DATA;
	r->time_us = l->f->time_us;
	if (str_starts(s, STR(" acceptance")))
		r->verdict = VERDICT_ACCEPTED;
	else if (str_starts(s, STR(" refusal")))
		r->verdict = VERDICT_REJECTED;
	else if (str_starts(s, STR(" temporary refusal")))
		r->verdict = VERDICT_DEFERRED;
	l->f->recipients = r;
	l->f->n_recipients = 1;
	return exim_note(l);
}

enum line_class
exim_other(struct exim_line *l)
{
	struct fragment *f = l->f;
	struct str rest = l->text;

	if (f->id.n > 0 && take(&rest, STR("PRDR R=")))
		return prdr(l, rest);
	if (f->id.n > 0 || f->pid > 0) {
		struct str s = l->text;
		size_t n = exim_id_at(s);

		/* Some sites begin their own text with the ID once more. */
		if (n > 0)
			s = str_trim(str_skip(s, n));
		if (score_text(s, l->scratch, &f->score, NULL)) {
			f->kind = FRAGMENT_SCORE;
			return LINE_UNDERSTOOD;
		}
	}
	if (f->id.n > 0)
		return exim_note(l);
	return by_lead(l);
}
