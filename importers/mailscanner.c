/* SPDX-License-Identifier: MIT */
/*
 * mailscanner: what MailScanner writes on a message of the queue (FORMATS §4.6). It names messages
 * by the MTA's ID, to which older releases add a dot and five digits when the MTA is Postfix.
 */
#include "importers/mailscanner.h"

#include <string.h>

#include "importers/scanner.h"

enum { SUFFIX_BYTES = 6 };

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("MailScanner"));
}

static struct str
queue_id(struct str s)
{
	if (s.n <= SUFFIX_BYTES || s.p[s.n - SUFFIX_BYTES] != '.')
		return s;
	for (size_t i = s.n - SUFFIX_BYTES + 1; i < s.n; i++)
		if (!strchr("0123456789ABCDEF", s.p[i]))
			return s;
	return str_slice(s, 0, s.n - SUFFIX_BYTES);
}

/* "spam, SpamAssassin (not cached, score=7.181, required 4, RULE 0.01, …)"; syslog may cut it. */
static enum line_class
read_judgement(struct program_line *l, struct str s)
{
	struct score *score = &l->f->score;
	size_t at = str_find(s, STR("SpamAssassin ("), 0), rules;

	if (at == STR_NPOS) {
		l->f->kind = FRAGMENT_NOTE; /* by a list, or too large to be looked at */
		return LINE_UNDERSTOOD;
	}
	l->f->kind = FRAGMENT_SCORE;
	score->engine = ENGINE_SPAMASSASSIN;
	score->action = str_starts(s, STR("spam")) ? STR("spam") : STR("not spam");
	s = str_skip(s, at);
	score->has_value =
		scanner_number(scanner_between(s, STR("score="), STR(",")), &score->value);
	score->has_threshold =
		scanner_number(scanner_between(s, STR(", required "), STR(",")), &score->threshold);
	at = str_find(s, STR(", required "), 0);
	rules = at == STR_NPOS ? STR_NPOS : str_find(s, STR(", "), at + 2);
	if (rules != STR_NPOS) {
		s = str_skip(s, rules + 2);
		score->symbols = take_until(&s, ')');
	}
	return LINE_UNDERSTOOD;
}

/* "Message QID from IP (SENDER) to DOMAINS is …" */
static enum line_class
message(struct program_line *l, struct str s)
{
	size_t to;

	scanner_set_id(l->f, queue_id(take_until(&s, ' ')));
	if (!take(&s, STR(" from ")))
		return LINE_UNKNOWN;
	take_until(&s, ' ');
	if (!take(&s, STR(" (")) || (to = str_find(s, STR(") to "), 0)) == STR_NPOS)
		return LINE_UNKNOWN;
	scanner_set_sender(l->f, scanner_bare(str_slice(s, 0, to)));
	s = str_skip(s, to + 5);
	to = str_find(s, STR(" is "), 0);
	return to == STR_NPOS ? LINE_UNKNOWN : read_judgement(l, str_skip(s, to + 4));
}

static enum line_class
note(struct program_line *l, struct str id)
{
	l->f->kind = FRAGMENT_NOTE;
	scanner_set_id(l->f, queue_id(id));
	return LINE_UNDERSTOOD;
}

static enum line_class
parse(struct program_line *l)
{
	struct str s = l->text;
	enum line_class class = LINE_IGNORED;

	l->f->pid = 0; /* not of the process that served the connection */
	if (take(&s, STR("Message ")))
		class = message(l, s);
	else if (take(&s, STR("Spam Actions: message ")) || take(&s, STR("Requeue: ")) ||
		 take(&s, STR("Infected message ")))
		class = note(l, take_until(&s, ' '));
	if (class == LINE_UNKNOWN)
		*l->f = (struct fragment){ .time_us = l->f->time_us };
	return class;
}

const struct mail_program mailscanner_program = { .owns = owns, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

#define HEAD "Mar  4 05:06:07 mx1 MailScanner[4493]: "

static const struct importer_sample samples[] = {
	{ .line = HEAD "Message 4F2abA0001.A1B2C from 192.0.2.1 (a@b.example) to gw.example is "
		       "spam, SpamAssassin (not cached, score=7.181, required 4, RULE_A 0.01, "
		       "RULE_B 7.17)",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=4F2abA0001 pid=0 sender=a@b.example engine=SpamAssassin score=7.181 "
		   "threshold=4 action=spam symbols='RULE_A 0.01, RULE_B 7.17'" },
	{ .line = HEAD "Message 1vxeQx-000ABC-1a from 192.0.2.1 (a@b.example) to gw.example is "
		       "not spam, SpamAssassin (not cached, score=-1, required 4, RULE_A",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=1vxeQx-000ABC-1a score=-1 threshold=4 action='not spam' symbols=RULE_A" },
	{ .line = HEAD "Message 4F2abA0001 from 192.0.2.1 (a@b.example) to gw.example is "
		       "whitelisted",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_NOTE,
	  .facts = "id=4F2abA0001" },
	{ .line = HEAD "Spam Actions: message 4F2abA0001.A1B2C actions are store,notify",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_NOTE,
	  .facts = "id=4F2abA0001" },
	{ .line = HEAD "Infected message 4F2abA0001.A1B2C came from 192.0.2.1",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_NOTE,
	  .facts = "id=4F2abA0001" },
	{ .line = HEAD "New Batch: Scanning 1 messages, 599 bytes", .class = LINE_IGNORED },
	{ .line = HEAD "Message 4F2abA0001 is strange", .class = LINE_UNKNOWN },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&mailscanner_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("mailscanner", "MailScanner");

const struct importer mailscanner_importer = { .format = &format,
					       .detect = detect,
					       .samples = samples };
