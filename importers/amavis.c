/* SPDX-License-Identifier: MIT */
/*
 * amavis: "(PID-SEQ) Passed|Blocked CATEGORY …, <sender> -> <recipients>, …, Queue-ID: …,
 * Message-ID: …, mail_id: …, Hits: …" (amavisd's $log_templ; FORMATS §4.4). The order of the fields
 * is the template's; a Message-ID is a stranger's words and may imitate those behind it, so that
 * these are looked for from the end.
 */
#include "importers/amavis.h"

#include "importers/scanner.h"

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("amavis")) || str_eq(tag, STR("amavisd"));
}

/* What stands behind the last `lead`, to the next comma. */
static struct str
last_field(struct str s, struct str lead)
{
	size_t at = str_rfind(s, lead);

	if (at == STR_NPOS)
		return STR("");
	s = str_skip(s, at + lead.n);
	return take_until(&s, ',');
}

/* "4.3", "-2.541-3" (SpamAssassin's points and what amavis adds), "-": not scanned. */
static bool
read_hits(struct str s, double *value)
{
	double boost;
	size_t sign = s.n;

	if (scanner_number(s, value))
		return true;
	while (sign > 1 && s.p[sign - 1] != '+' && s.p[sign - 1] != '-')
		sign--;
	if (sign <= 1 || !scanner_number(str_slice(s, 0, sign - 1), value) ||
	    !scanner_number(str_skip(s, sign - 1), &boost))
		return false;
	*value += boost;
	return true;
}

/* Hits of today, or "Yes, score=17.7 tag=-10 tag2=6.31 kill=6.31 tests=[A=1,B=2]" of old. */
static void
read_score(struct program_line *l, struct str s)
{
	struct score *score = &l->f->score;
	struct str symbols = scanner_between(s, STR(", Tests: ["), STR("]"));

	score->engine = ENGINE_AMAVIS;
	score->has_value = read_hits(last_field(s, STR(", Hits: ")), &score->value);
	if (!score->has_value) {
		score->has_value = scanner_number(scanner_between(s, STR(", score="), STR(" ")),
						  &score->value);
		score->has_threshold = scanner_number(scanner_between(s, STR(" kill="), STR(" ")),
						      &score->threshold);
	}
	if (symbols.n == 0)
		symbols = scanner_between(s, STR(" tests=["), STR("]"));
	if (symbols.n > 0 && !l->keys_only)
		score->symbols = scanner_symbols(symbols, l->scratch);
}

/* "<a@b> -> <c@d>,<e@f>, REST" */
static bool
read_envelope(struct program_line *l, struct str *s)
{
	size_t at = str_find(*s, STR(" <"), 0), to, end;

	if (at == STR_NPOS || (to = str_find(*s, STR("> -> <"), at)) == STR_NPOS)
		return false;
	scanner_set_sender(l->f, str_slice(*s, at + 2, to));
	end = str_find(*s, STR(">, "), to + 5);
	end = end == STR_NPOS ? s->n : end + 1;
	scanner_set_recipients(l->f, str_slice(*s, to + 5, end), l->scratch);
	*s = str_skip(*s, end);
	return true;
}

/* "Blocked SPAM", "Passed CLEAN", "Blocked INFECTED (Eicar, X)" */
static struct str
take_action(struct str *s)
{
	struct str whole = *s;
	size_t end;

	while (s->n > 0 && s->p[0] != ',' && s->p[0] != '{' && s->p[0] != '(')
		*s = str_skip(*s, 1);
	if (s->n > 0 && s->p[0] == '(') {
		end = str_find_char(*s, ')', 0);
		*s = str_skip(*s, end == STR_NPOS ? s->n : end + 1);
	}
	return str_trim(str_slice(whole, 0, (size_t)(s->p - whole.p)));
}

/* "{DiscardedInbound,Quarantined}, ", ", quarantine: spam-x.gz, " */
static bool
is_quarantined(struct str s)
{
	size_t end = s.n > 0 && s.p[0] == '{' ? str_find_char(s, '}', 0) : STR_NPOS;

	return (end != STR_NPOS &&
		str_find(str_slice(s, 0, end), STR("Quarantined"), 0) != STR_NPOS) ||
	       str_find(s, STR(">, quarantine: "), 0) != STR_NPOS;
}

static enum line_class
parse(struct program_line *l)
{
	struct fragment *f = l->f;
	struct str s = l->text, scanner;

	f->pid = 0; /* not of the process that served the connection */
	if (!take_char(&s, '('))
		return LINE_IGNORED;
	scanner = take_until(&s, ')');
	if (!take(&s, STR(") ")) ||
	    !(str_starts(s, STR("Passed ")) || str_starts(s, STR("Blocked "))))
		return LINE_IGNORED;
	f->kind = FRAGMENT_SCORE;
	f->text = s;
	f->score.action = take_action(&s);
	if (!l->keys_only && is_quarantined(s))
		f->score.action =
			arena_printf(l->scratch, "%.*s, quarantined", STR_ARG(f->score.action));
	if (!read_envelope(l, &s)) {
		*f = (struct fragment){ .time_us = f->time_us };
		return LINE_UNKNOWN;
	}
	scanner_set_id(f, scanner_bare(scanner_between(s, STR(", Queue-ID: "), STR(","))));
	fragment_add_identifier(f, ID_ROLE_MESSAGE_ID,
				scanner_bare(scanner_between(s, STR(", Message-ID: "), STR(", "))));
	fragment_add_identifier(f, ID_ROLE_SCANNER, scanner);
	fragment_add_identifier(f, ID_ROLE_SCANNER, last_field(s, STR(", mail_id: ")));
	read_score(l, s);
	return LINE_UNDERSTOOD;
}

const struct mail_program amavis_program = { .owns = owns, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

#define HEAD "Mar  4 05:06:07 mx1 amavis[4493]: (04493-05) "

static const struct importer_sample samples[] = {
	{ .line = HEAD
	  "Blocked SPAM {DiscardedInbound,Quarantined}, [192.0.2.16]:4242 [192.0.2.16] "
	  "<a@b.example> -> <c@gw.example>,<d@gw.example>, quarantine: spam-x.gz, "
	  "Queue-ID: 4F2abA0001, Message-ID: <m1@a.example>, mail_id: xYz12, Hits: 17.5, "
	  "size: 599, 300 ms",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=4F2abA0001 msgid=m1@a.example pid=0 sender=a@b.example rcpts=2 "
		   "rcpt=d@gw.example engine=amavis score=17.5 threshold='' "
		   "action='Blocked SPAM, quarantined'" },
	{ .line = HEAD
	  "Passed CLEAN {RelayedInbound}, LOCAL [192.0.2.16] <> -> <c@gw.example>, "
	  "Queue-ID: 4F2abA0002, Message-ID: <m2, Hits: 99, @a.example>, mail_id: xYz13, "
	  "Hits: -2.541-3, size: 599, queued_as: 4F2abA0003, 30 ms",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=4F2abA0002 sender=<> score=-5.541 action='Passed CLEAN'" },
	{ .line = HEAD "Blocked INFECTED (Eicar-Test, Other) {NoBounceInbound}, [192.0.2.1] "
		       "<a@b.example> -> <c@gw.example>, Queue-ID: 4F2abA0004, mail_id: q, "
		       "Hits: -, size: 9, 3 ms",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=4F2abA0004 ids=2 score='' action='Blocked INFECTED (Eicar-Test, Other)'" },
	{ .line = HEAD "Blocked SPAM, <a@b.example> -> <c@gw.example>, Yes, score=17.7 tag=-10 "
		       "tag2=6.31 kill=6.31 tests=[A=1,B=2], autolearn=no, quarantine x (1)",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id='' score=17.7 threshold=6.31 symbols='A=1, B=2' action='Blocked SPAM'" },
	{ .line = HEAD "Checking: abc [192.0.2.1] <a@b.example> -> <c@d.example>",
	  .class = LINE_IGNORED },
	{ .line = HEAD "Passed CLEAN, nothing more", .class = LINE_UNKNOWN },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&amavis_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("amavis", "amavis");

const struct importer amavis_importer = { .format = &format, .detect = detect, .samples = samples };
