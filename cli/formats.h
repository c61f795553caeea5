/* SPDX-License-Identifier: MIT */
/*
 * formats: the log formats of this site, *.conf in the directory formats.d beside postern.conf
 * ($POSTERN_CONF's directory, else $XDG_CONFIG_HOME/postern or ~/.config/postern) and in
 * /etc/postern/formats.d. A file of the operator's hides one of the same name in /etc.
 */
#ifndef CLI_FORMATS_H
#define CLI_FORMATS_H

#include "importers/user_format.h"

struct site_formats {
	struct format_complaints complaints;
	bool loaded, told;
};

/* Once; what is wrong is kept, and the files that are in order hold. */
void formats_load(struct site_formats *f, struct arena *a);
void formats_release(struct site_formats *f);
/* Shows what is wrong with them, once, on standard error. For commands that only read the index. */
void formats_warn(struct site_formats *f);
/*
 * For those that write it: a line that is read without its format stays unknown for good, so nothing
 * is read as long as a file is wrong. ERR_FORMAT, after showing what is wrong.
 */
int formats_must_hold(struct site_formats *f, struct err *e);
/* One file, as if it lay in formats.d. */
bool formats_add_file(const char *path, struct format_complaints *c);
/* Patterns that ran away since it was last asked, on standard error. */
void formats_tell_runaways(void);

/* How to write a format file: paragraphs, and examples that are indented. formats_help.c */
extern const char formats_details[];

#endif
