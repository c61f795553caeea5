/* SPDX-License-Identifier: MIT */
/*
 * exim: one record's text to its facts. parse is pure, keeps no state, and reads each line once
 * from left to right; what kind of line it is follows from its first bytes. Records are made of
 * physical lines in exim_reader.c.
 */
#include "importers/exim.h"

#include "importers/exim_line.h"
#include "importers/exim_reader.h"
#include "importers/maillog.h"
#include "importers/syslog.h"

/* A flag after the ID: two characters and a blank (FORMATS §1.3). */
static bool
is_flag(struct str s)
{
	static const char flags[][2] = {
		{ '<', '=' }, { '=', '>' }, { '-', '>' }, { '*', '*' },
		{ '=', '=' }, { '>', '>' }, { '*', '>' }, { '(', '=' },
	};

	if (s.n < 4 || s.p[2] != ' ')
		return false;
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (s.p[0] == flags[i][0] && s.p[1] == flags[i][1])
			return true;
	}
	return false;
}

/* What stands behind the ID of a message, or nothing where it is no line about a message. */
static enum line_class
parse_message(struct exim_line *l)
{
	struct str s = l->text;

	if (is_flag(s))
		return s.p[1] == '=' && s.p[0] != '=' ? exim_arrival(l) : exim_delivery(l);
	if (str_starts(s, STR("Completed")) && (s.n == 9 || s.p[9] == ' ')) {
		l->f->kind = FRAGMENT_COMPLETED;
		return LINE_UNDERSTOOD;
	}
	if (str_starts(s, STR("rescind the above message-accept"))) {
		l->f->kind = FRAGMENT_RESCINDED;
		return LINE_UNDERSTOOD;
	}
	return LINE_UNKNOWN;
}

/* By the first byte: the handlers look at the words. */
static enum line_class
parse_text(struct exim_line *l)
{
	enum line_class class = LINE_UNKNOWN;

	switch (l->text.p[0]) {
	case 'H':
	case 'U':
	case 'F':
	case 'D':
		class = exim_host_line(l);
		break;
	case 'S':
		class = exim_connection(l);
		if (class == LINE_UNKNOWN)
			class = exim_refusal(l);
		break;
	case 'T':
	case 'i':
	case 'n':
		class = exim_connection(l);
		break;
	case 'r':
	case 't':
	case 'C':
	case 'c':
		class = exim_refusal(l);
		break;
	case 'u':
		class = exim_refusal(l);
		if (class == LINE_UNKNOWN)
			class = exim_connection(l);
		break;
	default:
		break;
	}
	if (class == LINE_UNKNOWN)
		class = exim_auth_failure(l);
	return class;
}

static void
set_base(struct fragment *f, const struct exim_prefix *p)
{
	exim_clear(f, sizeof(*f));
	f->time_us = p->time_us;
	f->id = p->id;
	f->pid = p->pid;
	f->text = p->text;
	if (p->id.n > 0) {
		f->id_pid = exim_id_pid(p->id);
		/* A delivery's process is not the one that served the connection. */
		if (f->pid != f->id_pid)
			f->pid = 0;
	}
}

/*
 * Connection lines and notes that name neither message, process nor client (input by inetd or -bs)
 * belong nowhere.
 */
static bool
joins(const struct fragment *f)
{
	if (f->kind != FRAGMENT_NOTE && f->kind != FRAGMENT_CONNECTED &&
	    f->kind != FRAGMENT_DISCONNECTED)
		return true;
	return f->id.n > 0 || f->pid > 0 || f->peer_ip.n > 0;
}

/* Exim overwrites the end of an entry that is too long (FORMATS §1.9). */
static bool
drop_overflow(struct str *text)
{
	static const struct str mark = { "**** log string overflowed log buffer ****", 42 };

	if (text->n == 0 || text->p[text->n - 1] != '*' || !str_ends(*text, mark))
		return false;
	text->n -= mark.n;
	return true;
}

/* The last of the recipients may have lost its end. */
static void
mark_incomplete(struct fragment *f)
{
	f->recipients_incomplete = true;
	if (f->n_recipients > 1)
		f->n_recipients--;
}

/*
 * A line that a scanner gave to the same syslog is a record as it stands; of Exim's the reader leaves
 * only what Exim wrote, which begins with a time of "2026-11-21 " if any is known.
 */
static bool
is_foreign(struct str text)
{
	struct syslog_line s;

	if (text.n < 16 || (text.p[10] == ' ' && text.p[4] == '-'))
		return false;
	return syslog_parse(text, &s) && maillog_knows(s.tag);
}

static enum line_class
exim_parse(struct str text, const struct parse_context *c, struct fragment *out,
	   struct arena *scratch)
{
	struct exim_line l = { .f = out, .scratch = scratch, .keys_only = c->keys_only };
	const char *newline = text.n > 0 ? memchr(text.p, '\n', text.n) : NULL;
	enum line_class class = LINE_UNKNOWN;
	struct exim_prefix prefix;
	bool overflow;

	if (is_foreign(text))
		return maillog_parse(text, c, out, scratch);
	if (newline) {
		l.block = str_skip(text, (size_t)(newline - text.p) + 1);
		text.n = (size_t)(newline - text.p);
	}
	overflow = drop_overflow(&text);
	exim_prefix(text, c->zone, &prefix);
	set_base(out, &prefix);
	l.text = prefix.text;
	if (l.text.n == 0)
		return LINE_UNKNOWN;
	if (prefix.id.n > 0)
		class = parse_message(&l);
	if (class == LINE_UNKNOWN)
		class = parse_text(&l);
	if (class == LINE_UNKNOWN) {
		set_base(out, &prefix); /* a handler that gave up may have left facts behind */
		class = exim_other(&l);
	}
	if (overflow && out->kind == FRAGMENT_ARRIVED)
		mark_incomplete(out);
	if (l.block.n > 0 && class == LINE_UNDERSTOOD && !c->keys_only)
		exim_block(&l);
	return class == LINE_UNDERSTOOD && !joins(out) ? LINE_IGNORED : class;
}

/* --- detection -------------------------------------------------------------------------------- */

static int
detect_text(struct str line, bool stamped)
{
	struct parse_context context = { .zone = NULL, .near_us = TIME_NONE };
	struct exim_prefix p;
	struct arena scratch;
	struct fragment f;
	enum line_class class;

	exim_prefix(line, NULL, &p);
	if (p.id.n > 0)
		return is_flag(p.text) ? 98 : 92;
	if (p.text.n > 0 && p.text.p[0] == '#') /* rspamd: "2026-03-07 16:16:41 #4493(…) <…>" */
		return 0;
	arena_init(&scratch);
	class = exim_parse(line, &context, &f, &scratch);
	arena_release(&scratch);
	if (class == LINE_UNDERSTOOD)
		return 90;
	return class == LINE_IGNORED ? 70 : stamped ? 10 : 0;
}

static int
exim_detect(struct str line)
{
	struct syslog_line s;

	if (exim_has_stamp(line))
		return detect_text(line, true);
	if (!syslog_parse(line, &s))
		return 0;
	if (syslog_tag_is_exim(&s))
		return 95;
	return exim_has_stamp(s.text) ? detect_text(s.text, false) : 0;
}

const struct log_format exim_format = {
	.name = "exim",
	.title = "Exim",
	.parse = exim_parse,
	.line_time = exim_line_time,
	.reader_new = exim_reader_new,
	.reader_feed = exim_reader_feed,
	.reader_finish = exim_reader_finish,
	.reader_pending = exim_reader_pending,
	.reader_free = exim_reader_free,
};

const struct importer exim_importer = {
	.format = &exim_format,
	.detect = exim_detect,
	.samples = exim_samples,
};
