/* SPDX-License-Identifier: MIT */
/*
 * importer: the registry of log formats, and detection. Adding a format: one file, one line in
 * importers[], for a program that writes to syslog also one in programs[] of maillog.c, its own
 * sample lines, one log under tests/samples. Formats that operators define at
 * run time stand beside importers[] in user_format.h, and both functions here know them.
 */
#ifndef IMPORTERS_IMPORTER_H
#define IMPORTERS_IMPORTER_H

#include "model/record.h"

/* A line that the format must read, and what must come out. Checked by tests/unit. */
struct importer_sample {
	const char *line; /* one record; physical lines parted by '\n' */
	enum line_class class;
	enum fragment_kind kind; /* when understood */
	const char *facts; /* "stage=rcpt verdict=rejected sender=a@b rcpt=c@d ip=192.0.2.1 …":
	                             each must hold; see tests/support for the names */
};

struct importer {
	const struct log_format *format;
	/* How sure this format is of a line: 0 not mine … 100 nobody else's. */
	int (*detect)(struct str line);
	const struct importer_sample *samples; /* ends with line == NULL */
};

extern const struct importer *const importers[]; /* ends with NULL */

const struct log_format *importer_format(struct str name);
/* The format of the majority of these lines; NULL if none claims them. */
const struct importer *importer_detect(const struct str *lines, size_t n);

#endif
