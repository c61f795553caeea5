/* SPDX-License-Identifier: MIT */
/*
 * user_format: log formats and score wordings that operators define (formats.d, see `postern help
 * formats`). A file is compiled and checked against its own samples when it is added; what is added
 * holds from then on, beside the built-in ones, until user_formats_release.
 *
 * Everything belongs to this registry, which lives as long as the program: sources and records point
 * to its struct log_format. Adding and releasing are done while no other thread runs; reading may
 * be done by several at once.
 */
#ifndef IMPORTERS_USER_FORMAT_H
#define IMPORTERS_USER_FORMAT_H

#include "importers/format_text.h"
#include "importers/maillog.h"

/* False, with complaints, when the file is not in order: then nothing of it is added. */
bool user_formats_add(struct str path, struct str text, struct format_complaints *c);
void user_formats_release(void);

struct user_format;
/* In the order in which they were added; NULL behind the last. */
const struct user_format *user_format_at(size_t i);
const struct log_format *user_format_log(const struct user_format *u);
struct str user_format_path(const struct user_format *u);
size_t user_format_patterns(const struct user_format *u);
/* What importer_detect goes by. */
const struct importer *user_format_importer(const struct user_format *u);
/* How sure it is of a line (struct importer). */
int user_format_detect(const struct user_format *u, struct str line);

/* Of formats with a tag: who reads what that program gave to syslog; NULL: none. */
const struct user_format *user_format_of_tag(struct str tag);
enum line_class user_format_line(const struct user_format *u, struct program_line *l);

/*
 * Appends a line for each pattern that ran into PCRE2's limits on some lines since it was last
 * said, and one when it is given up. Lines that it might have claimed count as unknown.
 */
void user_formats_runaways(struct strbuf *out);

/* The names of all fields, in the order of the manual; NULL behind the last. */
const char *user_field_name(size_t i);

#endif
