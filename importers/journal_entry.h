/* SPDX-License-Identifier: MIT */
/*
 * journal_entry: one entry of the journal, gathered from JSON or from lines of an export. Programs
 * choose their own words, names and lengths: everything is bounded, and a field that is there twice
 * counts once.
 */
#ifndef IMPORTERS_JOURNAL_ENTRY_H
#define IMPORTERS_JOURNAL_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

#define JOURNAL_MESSAGE_MAX (64u << 10)
#define JOURNAL_FIELD_MAX   256u

enum journal_field {
	JOURNAL_TIME,       /* __REALTIME_TIMESTAMP: µs since 1970 */
	JOURNAL_HOST,       /* _HOSTNAME */
	JOURNAL_IDENTIFIER, /* SYSLOG_IDENTIFIER */
	JOURNAL_COMMAND,    /* _COMM */
	JOURNAL_SYSLOG_PID,
	JOURNAL_PID,
	JOURNAL_MESSAGE,
	JOURNAL_FIELDS
};

struct journal_entry {
	struct strbuf fields[JOURNAL_FIELDS];
	bool has[JOURNAL_FIELDS];
};

void journal_entry_init(struct journal_entry *e);
void journal_entry_clear(struct journal_entry *e);
void journal_entry_release(struct journal_entry *e);

/* JOURNAL_FIELDS for keys that nobody needs. */
enum journal_field journal_field_of(struct str key);
/* The buffer of that field, now taken; NULL if it was before. */
struct strbuf *journal_entry_take(struct journal_entry *e, enum journal_field field);

/* The program's name for itself; empty if it has none that a syslog line could carry. */
struct str journal_entry_tag(const struct journal_entry *e);
/*
 * "2026-11-21T16:03:05.123456+00:00 host tag[pid]: message" into out: an entry as syslog would have
 * written it. False if it has no time.
 */
bool journal_entry_line(const struct journal_entry *e, struct strbuf *out);
/* Letters, digits, '.', '-' and '_'. */
bool journal_is_host(struct str s);

/* Reads a line of journalctl -o json into e, which was clear. False if it is no such object. */
bool journal_json(struct str line, struct journal_entry *e);
/* The string behind a key ("\"KEY\"") of such an object, without reading the rest of it. */
bool journal_json_find(struct str line, struct str quoted_key, struct str *value);

#endif
