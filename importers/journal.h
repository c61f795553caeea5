/* SPDX-License-Identifier: MIT */
/*
 * journal: what journalctl gives of the systemd journal with -o json (an object a line) and -o
 * export (a field a line, a blank line behind each entry; systemd "Journal Export Formats"). It is
 * a transport: the entries of mail programs are read by maillog and exim, the others are ignored.
 */
#ifndef IMPORTERS_JOURNAL_H
#define IMPORTERS_JOURNAL_H

#include "importers/importer.h"

extern const struct importer journal_importer;
extern const struct importer_sample journal_samples[];

/* The host that a physical line of a journal names; false if it names none. */
bool journal_host(struct str line, struct str *host);
/* True if an entry of -o export begins here. */
bool journal_begins_export(struct str line);

#endif
