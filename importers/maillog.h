/* SPDX-License-Identifier: MIT */
/*
 * maillog: what mail programs give to syslog or the journal, several of them in one file. A line is
 * a record; its tag says which program reads it, whatever the format of its source is called.
 */
#ifndef IMPORTERS_MAILLOG_H
#define IMPORTERS_MAILLOG_H

#include "importers/importer.h"
#include "importers/line_reader.h"
#include "importers/syslog.h"

/* One line without its transport. The program fills f, in which time, pid and text stand already. */
struct program_line {
	struct str tag;  /* "postfix/smtpd" */
	struct str text; /* what it said */
	struct fragment *f;
	struct arena *scratch;
	bool keys_only; /* see struct parse_context */
};

struct mail_program {
	bool (*owns)(struct str tag);
	/* Takes apart a line of the program's own file, which syslog did not write; may be NULL. */
	bool (*own_head)(struct str line, struct syslog_line *out);
	bool (*owns_bare)(struct str line); /* without syslog before it; NULL: never so */
	enum line_class (*parse)(struct program_line *l);
};

enum line_class maillog_parse(struct str text, const struct parse_context *c, struct fragment *out,
			      struct arena *scratch);
/* The line's time, program and text; false if neither syslog nor a program of ours wrote it. */
bool maillog_head(struct str line, struct syslog_line *out);
int64_t maillog_line_time(struct str line, const struct parse_context *c);
/* How sure a program is of a line (struct importer). */
int maillog_detect(const struct mail_program *p, struct str line);
/* The same for a format that an operator defined, by its tags. */
struct user_format;
int maillog_detect_tag(struct str line, const struct user_format *u);
/* A built-in program owns lines of this tag … */
bool maillog_is_built_in(struct str tag);
/* … or a format that the operator defined does: they are to be read. */
bool maillog_knows(struct str tag);
/* False for connection lines and notes that name neither message nor client. */
bool maillog_joins(const struct fragment *f);

/* The format of sources in which this program's lines are the most. */
#define MAILLOG_FORMAT(its_name, its_title)                          \
	{                                                            \
		MAILLOG_READER, .name = its_name, .title = its_title \
	}

/* Of a scanner. */
#define MAILLOG_SCANNER(its_name, its_title)                                             \
	{                                                                                \
		MAILLOG_READER, .name = its_name, .title = its_title, .is_scanner = true \
	}

#define MAILLOG_READER .parse = maillog_parse, .line_time = maillog_line_time, LINE_READER

#endif
