/* SPDX-License-Identifier: MIT */
/*
 * pmx: a line of the message_log is the time and "key=value" or bare keys, parted by blanks; keys
 * repeat (pmx.sophos.com; FORMATS §4.5). The score is a probability, shown as percent. Sites add
 * keys, which are passed over.
 */
#include "importers/pmx.h"

#include "base/strbuf.h"
#include "importers/scanner.h"

enum { SYMBOLS_BYTES = 4096 };

static bool
owns(struct str tag)
{
	return str_eq(tag, STR("pmx-message-log"));
}

/* "2007-01-27T16:48:58 q=i0S0miXk018339 …" */
static bool
own_head(struct str line, struct syslog_line *out)
{
	struct str s = line;

	*out = (struct syslog_line){ .has_year = true, .tag = STR("pmx-message-log") };
	if (!scanner_stamp(&s, 'T', &out->time) || !str_starts(s, STR(" q=")))
		return false;
	out->text = str_skip(s, 1);
	return true;
}

struct reading {
	struct program_line *line;
	struct strbuf symbols, recipients;
	struct str virus;
};

static void
take_key(struct reading *r, struct str key, struct str value)
{
	struct fragment *f = r->line->f;

	if (str_eq(key, STR("q"))) {
		scanner_set_id(f, value);
	} else if (str_eq(key, STR("f"))) {
		scanner_set_sender(f, scanner_bare(value));
	} else if (str_eq(key, STR("t"))) {
		strbuf_add(&r->recipients, value);
		strbuf_add_char(&r->recipients, ',');
	} else if (str_eq(key, STR("p"))) {
		f->score.has_value = scanner_number(value, &f->score.value);
		f->score.value *= 100;
	} else if (str_eq(key, STR("h")) && !str_starts(value, STR("__"))) {
		if (r->symbols.n > 0)
			strbuf_add(&r->symbols, STR(", "));
		strbuf_add(&r->symbols, value);
	} else if (str_eq(key, STR("pmx_action"))) {
		f->score.action = value;
	} else if (str_eq(key, STR("v"))) {
		r->virus = value;
	}
}

static enum line_class
parse(struct program_line *l)
{
	struct reading r = { .line = l };
	struct fragment *f = l->f;
	struct str s = l->text;

	strbuf_init(&r.symbols, SYMBOLS_BYTES);
	strbuf_init(&r.recipients, SYMBOLS_BYTES);
	f->kind = FRAGMENT_SCORE;
	f->score.engine = ENGINE_PMX;
	while (s.n > 0) {
		struct str value = take_until(&s, ' '), key = take_until(&value, '=');

		take_char(&value, '=');
		take_key(&r, key, value);
		take_char(&s, ' ');
	}
	if (r.virus.n > 0)
		f->score.action = r.virus;
	if (!l->keys_only)
		f->score.symbols = arena_str(l->scratch, strbuf_str(&r.symbols));
	scanner_set_recipients(f, arena_str(l->scratch, strbuf_str(&r.recipients)), l->scratch);
	strbuf_release(&r.symbols);
	strbuf_release(&r.recipients);
	if (f->id.n > 0)
		return LINE_UNDERSTOOD;
	*f = (struct fragment){ .time_us = f->time_us };
	return LINE_UNKNOWN;
}

const struct mail_program pmx_program = { .owns = owns, .own_head = own_head, .parse = parse };

/* --- the format ------------------------------------------------------------------------------- */

static const struct importer_sample samples[] = {
	{ .line = "2026-03-04T05:06:07 q=i0S0miXk018339 f=<a@b.example> t=<c@gw.example> "
		  "t=<d@gw.example> p=0.351 h=RCVD_IN_SBL h=__HAS_MSGID h=EXCUSE_19 Size=2274 "
		  "r=relay.example tm=1.80 a=a/eom",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "time=2026-03-04T05:06:07Z id=i0S0miXk018339 sender=a@b.example rcpts=2 "
		   "rcpt=d@gw.example engine=PMX score=35.1 symbols='RCVD_IN_SBL, EXCUSE_19'" },
	{ .line = "2026-03-04T05:06:07 q=1vxeQx-000ABC-1a f=<> t=<c@gw.example> vs v=EICAR-AV-Test "
		  "b=ok i Size=9 pmx_mark=x",
	  .class = LINE_UNDERSTOOD,
	  .kind = FRAGMENT_SCORE,
	  .facts = "id=1vxeQx-000ABC-1a sender=<> rcpts=1 score='' action=EICAR-AV-Test" },
	{ .line = "2026-03-04T05:06:07 q= f=<a@b.example>", .class = LINE_UNKNOWN },
	{ .line = NULL },
};

static int
detect(struct str line)
{
	return maillog_detect(&pmx_program, line);
}

static const struct log_format format = MAILLOG_SCANNER("pmx", "Sophos PureMessage");

const struct importer pmx_importer = { .format = &format, .detect = detect, .samples = samples };
