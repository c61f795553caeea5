/* SPDX-License-Identifier: MIT */
/*
 * sendmail_line: what the files of the sendmail format share. Fields stand in a fixed order, parted
 * by ", ", and some hold strangers' words: each is taken up to the key that must follow it.
 */
#ifndef IMPORTERS_SENDMAIL_LINE_H
#define IMPORTERS_SENDMAIL_LINE_H

#include "importers/refusal.h"
#include "importers/take.h"
#include "model/record.h"

struct sendmail_line {
	struct str text; /* behind the queue ID */
	struct fragment *f;
	struct arena *scratch;
};

static inline enum line_class
sendmail_note(struct sendmail_line *l)
{
	l->f->kind = FRAGMENT_NOTE;
	return LINE_UNDERSTOOD;
}

/* --- sendmail_fields.c ------------------------------------------------------------------------ */

/* A queue ID: 8.12 and later, eight characters of time and six digits or more of a pid. */
bool sendmail_is_id(struct str s);
/* "ID: " at the head of *s. */
bool sendmail_take_id(struct str *s, struct str *id);

/*
 * An address or argument at the head of *s, with or without <>, up to the first ", KEY" of these
 * outside quotes and brackets, or the end; the rest begins there. Without the brackets.
 */
struct str sendmail_take_address(struct str *s, const struct str *keys, size_t n_keys);

struct sendmail_host {
	struct str name, ip, user;
};
/* "name [ip] (may be forged)", "name.", "[ip]", "[IPv6:ip]", "user@name [ip]". */
struct sendmail_host sendmail_host(struct str s);
void sendmail_set_peer(struct fragment *f, struct str relay);

/* --- sendmail_refusal.c ----------------------------------------------------------------------- */

/* "ruleset=check_rcpt, arg1=…, relay=…, reject=550 …", behind the '='. */
enum line_class sendmail_ruleset(struct sendmail_line *l, struct str s);
/* "to=<r>, reject=451 …", "data, discard" …, behind "Milter: ". */
enum line_class sendmail_milter(struct sendmail_line *l, struct str s);
/* "<r>... User unknown" */
enum line_class sendmail_user_error(struct sendmail_line *l, struct str s);
/* "rejecting commands from name [ip] due to pre-greeting traffic …", behind "from ". */
enum line_class sendmail_pregreeting(struct sendmail_line *l, struct str s);
/* The message that had been taken was not, after all. */
enum line_class sendmail_aborted(struct sendmail_line *l, struct str from);

/* --- sendmail_delivery.c ---------------------------------------------------------------------- */

/* "from=<s>, size=…, nrcpts=…, relay=…", behind the first '='. */
enum line_class sendmail_from(struct sendmail_line *l, struct str s);
/* "to=<r>,<r>, delay=…, mailer=…, relay=…, dsn=…, reply=…, stat=…", behind the first '='. */
enum line_class sendmail_to(struct sendmail_line *l, struct str s);

#endif
