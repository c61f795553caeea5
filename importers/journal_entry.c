/* SPDX-License-Identifier: MIT */
/* journal_entry: see the header. */
#include "importers/journal_entry.h"

#include "base/civil.h"

static const struct str keys[JOURNAL_FIELDS] = {
	[JOURNAL_TIME] = { "__REALTIME_TIMESTAMP", 20 },
	[JOURNAL_HOST] = { "_HOSTNAME", 9 },
	[JOURNAL_IDENTIFIER] = { "SYSLOG_IDENTIFIER", 17 },
	[JOURNAL_COMMAND] = { "_COMM", 5 },
	[JOURNAL_SYSLOG_PID] = { "SYSLOG_PID", 10 },
	[JOURNAL_PID] = { "_PID", 4 },
	[JOURNAL_MESSAGE] = { "MESSAGE", 7 },
};

void
journal_entry_init(struct journal_entry *e)
{
	memset(e, 0, sizeof(*e));
	for (int i = 0; i < JOURNAL_FIELDS; i++)
		strbuf_init(&e->fields[i],
			    i == JOURNAL_MESSAGE ? JOURNAL_MESSAGE_MAX : JOURNAL_FIELD_MAX);
}

void
journal_entry_clear(struct journal_entry *e)
{
	for (int i = 0; i < JOURNAL_FIELDS; i++) {
		strbuf_clear(&e->fields[i]);
		e->has[i] = false;
	}
}

void
journal_entry_release(struct journal_entry *e)
{
	for (int i = 0; i < JOURNAL_FIELDS; i++)
		strbuf_release(&e->fields[i]);
}

enum journal_field
journal_field_of(struct str key)
{
	int i = 0;

	while (i < JOURNAL_FIELDS && !str_eq(key, keys[i]))
		i++;
	return (enum journal_field)i;
}

struct strbuf *
journal_entry_take(struct journal_entry *e, enum journal_field field)
{
	if (field >= JOURNAL_FIELDS || e->has[field])
		return NULL;
	e->has[field] = true;
	return &e->fields[field];
}

bool
journal_is_host(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-' && s.p[i] != '_')
			return false;
	return s.n > 0 && s.n < JOURNAL_FIELD_MAX;
}

/* What ends a tag in a syslog line cannot be in one. */
static bool
is_tag(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] == '[' || s.p[i] == ':')
			return false;
	return s.n > 0 && s.n < JOURNAL_FIELD_MAX;
}

struct str
journal_entry_tag(const struct journal_entry *e)
{
	enum journal_field field =
		e->has[JOURNAL_IDENTIFIER] ? JOURNAL_IDENTIFIER : JOURNAL_COMMAND;
	struct str tag = strbuf_str(&e->fields[field]);

	return is_tag(tag) ? tag : STR("");
}

static uint32_t
pid_of(const struct journal_entry *e)
{
	uint64_t pid;

	/* The one that the program gave; a log daemon of its own may have written the entry. */
	for (int i = JOURNAL_SYSLOG_PID; i <= JOURNAL_PID; i++)
		if (e->has[i] && str_to_u64(strbuf_str(&e->fields[i]), &pid) && pid <= UINT32_MAX)
			return (uint32_t)pid;
	return 0;
}

#define LAST_US (INT64_C(253402300799) * US_PER_SECOND) /* of the year 9999 */

bool
journal_entry_line(const struct journal_entry *e, struct strbuf *out)
{
	struct str host = strbuf_str(&e->fields[JOURNAL_HOST]);
	uint32_t pid = pid_of(e);
	struct civil c;
	uint64_t us;

	if (!str_to_u64(strbuf_str(&e->fields[JOURNAL_TIME]), &us) || us > (uint64_t)LAST_US)
		return false;
	civil_from_us((int64_t)us, &c);
	strbuf_clear(out);
	strbuf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02d.%06d+00:00 ", c.year, c.month, c.day,
		      c.hour, c.minute, c.second, c.microsecond);
	if (journal_is_host(host)) {
		strbuf_add(out, host);
		strbuf_add_char(out, ' ');
	}
	strbuf_add(out, journal_entry_tag(e));
	if (pid > 0)
		strbuf_printf(out, "[%u]", (unsigned)pid);
	strbuf_add(out, STR(": "));
	strbuf_add(out, strbuf_str(&e->fields[JOURNAL_MESSAGE]));
	return true;
}
