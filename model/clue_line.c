/* SPDX-License-Identifier: MIT */
/*
 * clue_line: "Name: value" lines: delivery-status fields (RFC 3464), headers of the bounce and of
 * the mail that came back. What From means depends on whose header it stands in.
 */
#include "model/clue.h"

#define VALUE_MAX       4096
#define FLAT_HEADER_MAX 400

struct label_line {
	struct clue_set *s;
	struct str t;
	enum paste_zone zone;
	size_t from, to; /* the value, with its continuation lines */
};

typedef void label_reader(const struct label_line *l);

static void
add_address_in(const struct label_line *l, enum clue_kind kind, double doubt)
{
	size_t from = 0, to = 0;

	if (clue_first_address(l->t, l->from, l->to, &from, &to))
		clue_add_address(l->s, kind,
				 l->zone == ZONE_HEAD ? CLUE_ROLE_BOUNCE : CLUE_ROLE_RETURNED, from,
				 to, doubt);
}

/* --- delivery status --- */

static void
read_reporting_mta(const struct label_line *l)
{
	size_t from = l->from;
	size_t semicolon = str_find_char(str_slice(l->t, l->from, l->to), ';', 0);

	if (semicolon != STR_NPOS)
		from += semicolon + 1;
	while (from < l->to && !char_is_host(l->t.p[from]))
		from++;
	size_t to = from;
	while (to < l->to && char_is_host(l->t.p[to]))
		to++;
	clue_reported_by(l->s, 9, from, to);
}

static void
read_remote_mta(const struct label_line *l)
{
	clue_add_peer(l->s, CLUE_ROLE_REFUSER, l->from, l->to, 0.6);
}

static void
read_received_from_mta(const struct label_line *l)
{
	clue_add_peer(l->s, CLUE_ROLE_NONE, l->from, l->to, 0.6);
}

static void
read_recipient(const struct label_line *l)
{
	l->s->facts.is_report = true;
	add_address_in(l, CLUE_RECIPIENT, 0.05);
}

static void
read_sender(const struct label_line *l)
{
	add_address_in(l, CLUE_SENDER, 0.05);
}

static void
read_action(const struct label_line *l)
{
	struct str action = str_trim(str_slice(l->t, l->from, l->to));

	l->s->facts.is_report = true;
	if (str_starts_nocase(action, STR("delayed")))
		l->s->facts.delay = true;
	else if (str_starts_nocase(action, STR("failed")))
		l->s->facts.failure = l->s->facts.some_failed = true;
	else if (str_starts_nocase(action, STR("relayed")) ||
		 str_starts_nocase(action, STR("delivered")) ||
		 str_starts_nocase(action, STR("expanded")))
		l->s->facts.success = true;
}

static void
read_arrival_date(const struct label_line *l)
{
	clue_add_time(l->s, CLUE_ROLE_RETURNED, l->from, l->to, 10 * MINUTE_US, 0.2);
}

static void
read_last_attempt(const struct label_line *l)
{
	clue_add_time(l->s, CLUE_ROLE_REPORTER, l->from, l->to, MINUTE_US, 0.05);
}

/* --- headers --- */

static void
read_from(const struct label_line *l)
{
	size_t from = 0, to = 0;

	if (!clue_first_address(l->t, l->from, l->to, &from, &to))
		return;
	if (l->zone != ZONE_HEAD) {
		clue_add_address(l->s, CLUE_SENDER, CLUE_ROLE_RETURNED, from, to, 0.3);
		return;
	}
	size_t at = str_find_char(l->t, '@', from);
	if (str_starts_nocase(str_skip(l->t, from), STR("mailer-daemon")) ||
	    str_starts_nocase(str_skip(l->t, from), STR("postmaster")))
		clue_reported_by(l->s, 2, at + 1, to);
}

static void
read_to(const struct label_line *l)
{
	/* A bounce goes to whom the mail came from. */
	if (l->zone == ZONE_HEAD)
		add_address_in(l, CLUE_SENDER, 0.25);
	else
		add_address_in(l, CLUE_RECIPIENT, 0.3);
}

static void
read_message_id(const struct label_line *l)
{
	struct str value = str_trim(str_slice(l->t, l->from, l->to));
	size_t open = str_find_char(value, '<', 0);
	size_t close = str_find_char(value, '>', open == STR_NPOS ? 0 : open);

	if (open != STR_NPOS && close != STR_NPOS)
		value = str_slice(value, open + 1, close);
	if (value.n < 6 || value.n > 300 || str_find_char(value, ' ', 0) != STR_NPOS)
		return;
	size_t from = (size_t)(value.p - l->t.p);
	clue_add(l->s, &(struct clue_found){
			       .kind = CLUE_MESSAGE_ID,
			       .role = l->zone == ZONE_HEAD ? CLUE_ROLE_BOUNCE : CLUE_ROLE_RETURNED,
			       .text = value,
			       .from = from,
			       .to = from + value.n,
			       .doubt = l->zone == ZONE_HEAD ? 0.5 : 0,
			       .promise = l->zone == ZONE_HEAD ? 0.1 : 1,
		       });
}

/* Exim names the mail that failed in References of its bounce. */
static void
read_references(const struct label_line *l)
{
	struct label_line inner = *l;

	inner.zone = ZONE_RETURNED;
	read_message_id(&inner);
}

static void
read_subject(const struct label_line *l)
{
	struct str value = str_trim(str_slice(l->t, l->from, l->to));

	if (l->zone == ZONE_HEAD) {
		if (str_find_nocase(value, STR("delayed"), 0) != STR_NPOS ||
		    str_find_nocase(value, STR("warning: "), 0) == 0)
			l->s->facts.delay = true;
		return;
	}
	if (value.n < 3)
		return;
	size_t from = (size_t)(value.p - l->t.p);
	clue_add(l->s, &(struct clue_found){
			       .kind = CLUE_SUBJECT,
			       .role = CLUE_ROLE_RETURNED,
			       .text = value,
			       .from = from,
			       .to = from + value.n,
			       .doubt = 0.1,
		       });
}

static void
read_date(const struct label_line *l)
{
	/* A day without a clock, as people write it: clue_time.c knows how wide that is. */
	if (str_find_char(str_slice(l->t, l->from, l->to), ':', 0) == STR_NPOS)
		return;
	if (l->zone == ZONE_HEAD)
		clue_add_time(l->s, CLUE_ROLE_BOUNCE, l->from, l->to, 10 * MINUTE_US, 0.3);
	else
		clue_add_time(l->s, CLUE_ROLE_RETURNED, l->from, l->to, 30 * MINUTE_US, 0.4);
}

/* "from host (host [ip]) by host with … id X" */
static void
read_received_hosts(const struct label_line *l, struct str value)
{
	size_t by = str_find_nocase(value, STR("by "), 0);

	if (by == STR_NPOS)
		return;
	if (str_starts_nocase(str_trim(value), STR("from ")) && l->zone != ZONE_HEAD)
		clue_add_peer(l->s, CLUE_ROLE_PEER, l->from, l->from + by, 0.6);
	size_t host = l->from + by + 3;
	size_t end = clue_host_end(str_slice(l->t, 0, l->to), host);
	clue_add_host(l->s, CLUE_ROLE_NONE, host, end, 0.6);
	if (l->zone == ZONE_HEAD)
		clue_reported_by(l->s, 1, host, end);
}

/* "… (envelope-from <a>) … for <b>; date" */
static void
read_received(const struct label_line *l)
{
	struct str value = str_slice(l->t, l->from, l->to);
	size_t envelope = str_find_nocase(value, STR("envelope-from "), 0);
	size_t rcpt = str_find_nocase(value, STR("\tfor "), 0);
	size_t date = str_rfind_char(value, ';');
	size_t from = 0, to = 0;

	read_received_hosts(l, value);
	l->s->facts.has_path |= l->zone == ZONE_RETURNED;
	if (rcpt == STR_NPOS)
		rcpt = str_find_nocase(value, STR(" for "), 0);
	if (envelope != STR_NPOS && clue_first_address(l->t, l->from + envelope, l->to, &from, &to))
		clue_add_address(l->s, CLUE_SENDER, CLUE_ROLE_RETURNED, from, to, 0.1);
	if (rcpt != STR_NPOS && clue_first_address(l->t, l->from + rcpt, l->to, &from, &to) &&
	    (date == STR_NPOS || from < l->from + date))
		clue_add_address(l->s, l->zone == ZONE_HEAD ? CLUE_SENDER : CLUE_RECIPIENT,
				 CLUE_ROLE_RETURNED, from, to, 0.2);
	if (date != STR_NPOS && l->zone != ZONE_HEAD)
		clue_add_time(l->s, CLUE_ROLE_RETURNED, l->from + date + 1, l->to, 30 * MINUTE_US,
			      0.4);
}

/* --- the table --- */

static const struct label {
	const char *name;
	label_reader *read;
} labels[] = {
	{ "Reporting-MTA", read_reporting_mta },
	{ "Remote-MTA", read_remote_mta },
	{ "Received-From-MTA", read_received_from_mta },
	{ "Final-Recipient", read_recipient },
	{ "Original-Recipient", read_recipient },
	{ "X-Actual-Recipient", read_recipient },
	{ "X-Failed-Recipients", read_recipient },
	{ "X-Postfix-Sender", read_sender },
	{ "Return-Path", read_sender },
	{ "Envelope-From", read_sender },
	{ "X-Envelope-From", read_sender },
	{ "X-Envelope-To", read_recipient },
	{ "Action", read_action },
	{ "Arrival-Date", read_arrival_date },
	{ "Last-Attempt-Date", read_last_attempt },
	{ "From", read_from },
	{ "To", read_to },
	{ "Message-ID", read_message_id },
	{ "References", read_references },
	{ "In-Reply-To", read_references },
	{ "Subject", read_subject },
	{ "Date", read_date },
	{ "Sent", read_date },
	{ "Received", read_received },
};

static label_reader *
find_label(struct str name)
{
	for (size_t i = 0; name.n > 0 && i < sizeof(labels) / sizeof(labels[0]); i++) {
		if (str_is_word(name, labels[i].name))
			return labels[i].read;
	}
	return NULL;
}

/* The name at the head of a line, behind blanks and a transcript's arrow; may be empty. */
static struct str
label_name(struct str t, size_t at, size_t end, size_t *value)
{
	while (at < end && (char_is_blank(t.p[at]) || t.p[at] == '*'))
		at++;
	if (str_starts(str_slice(t, at, end), STR("-> ")))
		at += 3;
	size_t n = at;
	while (n < end && n - at < 32 && (char_is_alnum(t.p[n]) || t.p[n] == '-'))
		n++;
	size_t colon = n;
	while (colon < end && (char_is_blank(t.p[colon]) || t.p[colon] == '*'))
		colon++;
	if (n == at || colon >= end || t.p[colon] != ':')
		return (struct str){ "", 0 };
	*value = colon + 1;
	return str_slice(t, at, n);
}

/* A value goes on in indented lines, but no line is read twice: one that names a field ends it. */
static size_t
value_end(struct str t, size_t end)
{
	size_t limit = end + VALUE_MAX, value;

	while (end + 1 < t.n && char_is_blank(t.p[end + 1]) && end < limit) {
		size_t next = line_end(t, end + 1);
		if (str_trim(str_slice(t, end + 1, next)).n == 0 ||
		    find_label(label_name(t, end + 1, next, &value)))
			break;
		end = next;
	}
	return end < limit ? end : limit < t.n ? limit : t.n;
}

/* Where a word stands next; as one reads on, every byte is looked at once. */
struct next_word {
	struct str word;
	size_t at; /* none stands between what was asked for and here; STR_NPOS: none at all */
};

static size_t
next_word(struct next_word *w, struct str t, size_t at)
{
	if (w->at < at)
		w->at = str_find_nocase(t, w->word, at);
	return w->at;
}

struct flat {
	enum paste_zone zone; /* until an empty line */
	struct next_word from, daemon;
};

/* In flat text a header that a mailer-daemon wrote is the bounce's; any other came back. */
static enum paste_zone
flat_zone(struct flat *f, struct str t, size_t at)
{
	if (f->zone == ZONE_HEAD || f->zone == ZONE_RETURNED)
		return f->zone;
	size_t from =
		str_starts_nocase(str_skip(t, at), STR("From")) ? at : next_word(&f->from, t, at);
	size_t daemon = next_word(&f->daemon, t, at);
	bool wrote = daemon != STR_NPOS && daemon - at < FLAT_HEADER_MAX && daemon > from &&
		     daemon - from < 120;
	f->zone = wrote ? ZONE_HEAD : ZONE_RETURNED;
	return f->zone;
}

void
clue_lines(struct clue_set *s)
{
	struct label_line l = { .s = s, .t = paste_str(s->paste) };
	struct flat flat = { ZONE_TEXT,
			     { STR("\nFrom"), str_find_nocase(l.t, STR("\nFrom"), 0) },
			     { STR("mailer-daemon"),
			       str_find_nocase(l.t, STR("mailer-daemon"), 0) } };

	for (size_t at = 0; at < l.t.n;) {
		size_t end = line_end(l.t, at);
		size_t value = 0;
		label_reader *read = find_label(label_name(l.t, at, end, &value));

		if (end == at)
			flat.zone = ZONE_TEXT;
		if (read) {
			l.zone = paste_zone_at(s->paste, at);
			if (l.zone == ZONE_TEXT)
				l.zone = flat_zone(&flat, l.t, at);
			l.from = value;
			l.to = value_end(l.t, end);
			if (l.zone != ZONE_CONTENT)
				read(&l);
		}
		at = end + 1;
	}
}
