/* SPDX-License-Identifier: MIT */
/*
 * postfix: one line to its facts, by the daemon that wrote it (FORMATS §2.1, §2.2). The queue ID
 * stands first; a short one comes back after a time, since it is made of microseconds and an inode.
 */
#include "importers/postfix.h"

#include "importers/postfix_line.h"

static enum line_class
ignored(struct postfix_line *l)
{
	(void)l;
	return LINE_IGNORED;
}

struct daemon {
	struct str name;
	enum line_class (*parse)(struct postfix_line *l);
};

static const struct daemon daemons[] = {
	{ { "smtpd", 5 }, postfix_smtpd },
	{ { "cleanup", 7 }, postfix_cleanup },
	{ { "qmgr", 4 }, postfix_queue },
	{ { "smtp", 4 }, postfix_delivery },
	{ { "lmtp", 4 }, postfix_delivery },
	{ { "local", 5 }, postfix_delivery },
	{ { "virtual", 7 }, postfix_delivery },
	{ { "pipe", 4 }, postfix_delivery },
	{ { "error", 5 }, postfix_delivery },
	{ { "retry", 5 }, postfix_delivery },
	{ { "discard", 7 }, postfix_delivery },
	{ { "relay", 5 }, postfix_delivery },
	{ { "bounce", 6 }, postfix_queue },
	{ { "defer", 5 }, postfix_queue },
	{ { "trace", 5 }, postfix_queue },
	{ { "pickup", 6 }, postfix_queue },
	{ { "postsuper", 9 }, postfix_queue },
	{ { "oqmgr", 5 }, postfix_queue },
	{ { "nqmgr", 5 }, postfix_queue },
	{ { "smtps", 5 }, postfix_smtpd },
	{ { "submission", 10 }, postfix_smtpd },
	{ { "postscreen", 10 }, postfix_postscreen },
	{ { "dnsblog", 7 }, ignored }, /* postscreen says what came of it */
	{ { "tlsproxy", 8 }, ignored },
	{ { "anvil", 5 }, ignored },
	{ { "scache", 6 }, ignored },
	{ { "master", 6 }, ignored },
	{ { "postfix-script", 14 }, ignored },
	{ { "tlsmgr", 6 }, ignored },
	{ { "verify", 6 }, ignored },
	{ { "proxymap", 8 }, ignored },
	{ { "proxywrite", 10 }, ignored },
	{ { "trivial-rewrite", 15 }, ignored },
	{ { "flush", 5 }, ignored },
	{ { "showq", 5 }, ignored },
	{ { "postlog", 7 }, ignored },
	{ { "postlogd", 8 }, ignored },
	{ { "postmap", 7 }, ignored },
	{ { "postalias", 9 }, ignored },
	{ { "postqueue", 9 }, ignored },
	{ { "postdrop", 8 }, ignored },
	{ { "sendmail", 8 }, ignored },
	{ { "postconf", 8 }, ignored },
	{ { "postkick", 8 }, ignored },
	{ { "posttls-finger", 14 }, ignored },
	{ { "spawn", 5 }, ignored },
	{ { "qmqpd", 5 }, postfix_smtpd },
	{ { "qshape", 6 }, ignored },
};

/* "postfix/smtpd", "postfix-out/submission/smtpd": the last part. */
static struct str
daemon_name(struct str tag)
{
	size_t slash = str_rfind_char(tag, '/');

	return slash == STR_NPOS ? STR("") : str_skip(tag, slash + 1);
}

static const struct daemon *
daemon_of(struct str tag)
{
	struct str name = daemon_name(tag);

	for (size_t i = 0; i < sizeof(daemons) / sizeof(daemons[0]) && name.n > 0; i++)
		if (str_eq(daemons[i].name, name))
			return &daemons[i];
	return NULL;
}

static bool
owns(struct str tag)
{
	return daemon_of(tag) != NULL;
}

/* Letters and digits with a digit among them, or hex capitals: no word that begins a line. */
static bool
is_queue_id(struct str s)
{
	bool digit = false, hex = true;

	if (s.n < 5 || s.n > 24)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!char_is_alnum(c))
			return false;
		digit |= char_is_digit(c);
		hex &= char_is_digit(c) || (c >= 'A' && c <= 'F');
	}
	return digit || hex;
}

/* "ID: " or "NOQUEUE: " at the head of *s. */
static void
take_queue_id(struct str *s, struct fragment *f)
{
	size_t end = str_find_char(str_slice(*s, 0, 26), ':', 0);
	struct str id;

	if (end == STR_NPOS || end + 1 >= s->n || s->p[end + 1] != ' ')
		return;
	id = str_slice(*s, 0, end);
	if (is_queue_id(id)) {
		f->id = id;
		f->id_recurs = true;
	} else if (!str_eq(id, STR("NOQUEUE"))) {
		return;
	}
	*s = str_skip(*s, end + 2);
}

static enum line_class
parse(struct program_line *p)
{
	const struct daemon *daemon = daemon_of(p->tag);
	struct postfix_line l = {
		.daemon = daemon_name(p->tag), .text = p->text, .f = p->f, .scratch = p->scratch
	};
	struct str severe = p->text;
	enum line_class class;

	take_queue_id(&l.text, l.f);
	l.f->text = l.text;
	/* Trouble of the daemon itself. */
	if (l.f->id.n == 0 &&
	    (take(&severe, STR("error: ")) || take(&severe, STR("fatal: ")) ||
	     take(&severe, STR("panic: ")) || take(&severe, STR("statistics: ")) ||
	     take(&severe, STR("table ")) || take(&severe, STR("using backwards"))))
		return LINE_IGNORED;
	class = daemon->parse(&l);
	if (class == LINE_UNKNOWN)
		*p->f = (struct fragment){ .time_us = p->f->time_us };
	return class;
}

const struct mail_program postfix_program = { .owns = owns, .parse = parse };

static int
detect(struct str line)
{
	return maillog_detect(&postfix_program, line);
}

static const struct log_format postfix_format = MAILLOG_FORMAT("postfix", "Postfix");

const struct importer postfix_importer = {
	.format = &postfix_format,
	.detect = detect,
	.samples = postfix_samples,
};
