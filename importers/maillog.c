/* SPDX-License-Identifier: MIT */
/*
 * maillog: syslog lines to the programs that wrote them. Lines of programs that have nothing to do
 * with mail are known and ignored: a syslog holds those of a whole host.
 */
#include "importers/maillog.h"

#include <stdlib.h>

#include "importers/amavis.h"
#include "importers/clamav_milter.h"
#include "importers/mailscanner.h"
#include "importers/opensmtpd.h"
#include "importers/pmx.h"
#include "importers/postfix.h"
#include "importers/rspamd.h"
#include "importers/sendmail.h"
#include "importers/spamd.h"
#include "importers/syslog.h"
#include "importers/user_format.h"

static const struct mail_program *const programs[] = {
	&postfix_program,     &sendmail_program,      &opensmtpd_program,
	&rspamd_program,      &spamd_program,         &amavis_program,
	&mailscanner_program, &clamav_milter_program, &pmx_program,
};

static const struct mail_program *
program_of(struct str tag)
{
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (programs[i]->owns(tag))
			return programs[i];
	return NULL;
}

bool
maillog_is_built_in(struct str tag)
{
	return program_of(tag) != NULL;
}

bool
maillog_knows(struct str tag)
{
	return maillog_is_built_in(tag) || user_format_of_tag(tag) != NULL;
}

bool
maillog_head(struct str line, struct syslog_line *out)
{
	if (syslog_parse(line, out))
		return true;
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (programs[i]->own_head && programs[i]->own_head(line, out))
			return true;
	return false;
}

/*
 * Lines that name neither message nor client belong to no session; they were understood all the
 * same.
 */
bool
maillog_joins(const struct fragment *f)
{
	if (f->kind != FRAGMENT_NOTE && f->kind != FRAGMENT_CONNECTED &&
	    f->kind != FRAGMENT_DISCONNECTED)
		return true;
	return f->id.n > 0 || f->peer_ip.n > 0 || f->connection_id.n > 0;
}

static enum line_class
parse_text(const struct mail_program *p, const struct user_format *u, struct program_line *l)
{
	enum line_class class;

	l->f->text = l->text;
	class = p ? p->parse(l) : user_format_line(u, l);
	return class == LINE_UNDERSTOOD && !maillog_joins(l->f) ? LINE_IGNORED : class;
}

static enum line_class
parse_line(const struct syslog_line *s, int64_t time_us, bool keys_only, struct fragment *out,
	   struct arena *scratch)
{
	const struct mail_program *p = program_of(s->tag);
	const struct user_format *u = p ? NULL : user_format_of_tag(s->tag);
	struct program_line l = {
		.tag = s->tag, .f = out, .scratch = scratch, .keys_only = keys_only
	};

	if (!p && !u)
		return LINE_IGNORED;
	l.text = syslog_drop_repetition(s->text);
	*out = (struct fragment){ .time_us = time_us, .pid = s->pid };
	return parse_text(p, u, &l);
}

/* What a program wrote into a file of its own, without a time. */
static enum line_class
parse_bare(struct str text, struct fragment *out, struct arena *scratch)
{
	struct program_line l = { .text = text, .f = out, .scratch = scratch };

	*out = (struct fragment){ .time_us = TIME_NONE };
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (programs[i]->owns_bare && programs[i]->owns_bare(text))
			return parse_text(programs[i], NULL, &l);
	return LINE_UNKNOWN;
}

enum line_class
maillog_parse(struct str text, const struct parse_context *c, struct fragment *out,
	      struct arena *scratch)
{
	struct syslog_line s;

	*out = (struct fragment){ .time_us = TIME_NONE };
	if (!maillog_head(text, &s))
		return parse_bare(text, out, scratch);
	return parse_line(&s, syslog_time(&s, c->zone, c->near_us), c->keys_only, out, scratch);
}

int64_t
maillog_line_time(struct str line, const struct parse_context *c)
{
	struct syslog_line s;

	return maillog_head(line, &s) ? syslog_time(&s, c->zone, c->near_us) : TIME_NONE;
}

static int
how_sure(const struct syslog_line *s)
{
	struct arena scratch = { 0 };
	struct fragment f;
	enum line_class class = parse_line(s, TIME_NONE, true, &f, &scratch);

	arena_release(&scratch);
	return class == LINE_UNDERSTOOD ? 95 : class == LINE_IGNORED ? 80 : 60;
}

int
maillog_detect(const struct mail_program *p, struct str line)
{
	struct syslog_line s;

	if (maillog_head(line, &s))
		return p->owns(s.tag) ? how_sure(&s) : 0;
	if (!p->owns_bare || !p->owns_bare(line))
		return 0;
	struct arena scratch = { 0 };
	struct fragment f;
	enum line_class class = parse_bare(line, &f, &scratch);

	arena_release(&scratch);
	/* Many programs write "debug: ". */
	return class == LINE_UNDERSTOOD ? 95 : 10;
}

int
maillog_detect_tag(struct str line, const struct user_format *u)
{
	struct syslog_line s;

	if (!syslog_parse(line, &s) || program_of(s.tag) || user_format_of_tag(s.tag) != u)
		return 0;
	return how_sure(&s);
}
