/* SPDX-License-Identifier: MIT */
/*
 * maillog: syslog lines to the programs that wrote them. Lines of programs that have nothing to do
 * with mail are known and ignored: a syslog holds those of a whole host.
 */
#include "importers/maillog.h"

#include <stdlib.h>

#include "importers/opensmtpd.h"
#include "importers/postfix.h"
#include "importers/rspamd.h"
#include "importers/sendmail.h"
#include "importers/spamd.h"

static const struct mail_program *const programs[] = {
	&postfix_program, &sendmail_program, &opensmtpd_program, &rspamd_program, &spamd_program,
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
maillog_owns(struct str tag)
{
	return program_of(tag) != NULL;
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
static bool
joins(const struct fragment *f)
{
	if (f->kind != FRAGMENT_NOTE && f->kind != FRAGMENT_CONNECTED &&
	    f->kind != FRAGMENT_DISCONNECTED)
		return true;
	return f->id.n > 0 || f->peer_ip.n > 0 || f->connection_id.n > 0;
}

static enum line_class
parse_text(const struct mail_program *p, struct program_line *l)
{
	enum line_class class;

	l->f->text = l->text;
	class = p->parse(l);
	return class == LINE_UNDERSTOOD && !joins(l->f) ? LINE_IGNORED : class;
}

static enum line_class
parse_line(const struct syslog_line *s, int64_t time_us, bool keys_only, struct fragment *out,
	   struct arena *scratch)
{
	const struct mail_program *p = program_of(s->tag);
	struct program_line l = {
		.tag = s->tag, .f = out, .scratch = scratch, .keys_only = keys_only
	};

	if (!p)
		return LINE_IGNORED;
	l.text = syslog_drop_repetition(s->text);
	*out = (struct fragment){ .time_us = time_us, .pid = s->pid };
	return parse_text(p, &l);
}

/* What a program wrote into a file of its own, without a time. */
static enum line_class
parse_bare(struct str text, struct fragment *out, struct arena *scratch)
{
	struct program_line l = { .text = text, .f = out, .scratch = scratch };

	*out = (struct fragment){ .time_us = TIME_NONE };
	for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		if (programs[i]->owns_bare && programs[i]->owns_bare(text))
			return parse_text(programs[i], &l);
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

int
maillog_detect(const struct mail_program *p, struct str line)
{
	struct fragment f;
	struct arena scratch;
	struct syslog_line s;
	enum line_class class;

	bool bare = !maillog_head(line, &s);

	if (bare ? !p->owns_bare || !p->owns_bare(line) : !p->owns(s.tag))
		return 0;
	arena_init(&scratch);
	class = bare ? parse_bare(line, &f, &scratch)
		     : parse_line(&s, TIME_NONE, false, &f, &scratch);
	arena_release(&scratch);
	if (bare && class != LINE_UNDERSTOOD)
		return 10; /* many programs write "debug: " */
	return class == LINE_UNDERSTOOD ? 95 : class == LINE_IGNORED ? 80 : 60;
}

/* --- reader ----------------------------------------------------------------------------------- */

struct record_reader {
	struct parse_context context;
	struct arena scratch;
};

struct record_reader *
maillog_reader_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	return r;
}

int
maillog_reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit,
		    void *arg, struct err *e)
{
	struct record record = { .lines = &ref, .n_lines = 1 };

	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	record.text = line;
	arena_reset(&r->scratch);
	record.class = maillog_parse(line, &r->context, &record.fragment, &r->scratch);
	/* The next line's year is that of this one, or the year after. */
	if (record.fragment.time_us != TIME_NONE)
		r->context.near_us = record.fragment.time_us;
	return visit(arg, &record, e);
}

int
maillog_reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	(void)r, (void)visit, (void)arg, (void)e;
	return 0;
}

size_t
maillog_reader_pending(const struct record_reader *r, const line_ref **lines)
{
	(void)r;
	*lines = NULL;
	return 0;
}

void
maillog_reader_free(struct record_reader *r)
{
	if (!r)
		return;
	arena_release(&r->scratch);
	free(r);
}
