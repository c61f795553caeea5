/* SPDX-License-Identifier: MIT */
/*
 * postfix_line: what the files of the Postfix format share. Handlers read slices of one line from
 * left to right, fill the fragment and say what class the line has. Facts are in FORMATS §2.
 */
#ifndef IMPORTERS_POSTFIX_LINE_H
#define IMPORTERS_POSTFIX_LINE_H

#include "importers/refusal.h"
#include "importers/take.h"
#include "model/record.h"

struct postfix_line {
	struct str daemon; /* "smtpd", behind the last '/' of the tag */
	struct str text;   /* behind the queue ID */
	struct fragment *f;
	struct arena *scratch;
};

static inline enum line_class
postfix_note(struct postfix_line *l)
{
	l->f->kind = FRAGMENT_NOTE;
	return LINE_UNDERSTOOD;
}

/* --- postfix_fields.c ------------------------------------------------------------------------- */

/* NAME[IP] or NAME[IP]:port at the head of *s, also [IP]:port; false, and *s untouched, if not. */
bool postfix_host(struct str *s, struct str *name, struct str *ip, uint16_t *port);
/* The same into the fragment's peer; "unknown" stands for nothing. */
bool postfix_peer(struct str *s, struct fragment *f);

/* "from=<s> to=<r> proto=P helo=<h>" and what may follow; postscreen puts commas between them. */
struct postfix_trailer {
	bool has_from, has_to;
	struct str from, to, proto, helo, sasl_method, sasl_user;
};
/*
 * Parts "TEXT; from=<s> to=<r> …" where the fields reach the end of the line; strangers chose much
 * of both parts. TEXT alone where there are none.
 */
struct str postfix_split_trailer(struct str s, struct postfix_trailer *t);
/* Behind the quoted local part that begins at `at`, in which anything may stand; else `at`. */
size_t postfix_skip_quoted(struct str s, size_t at);
/* Reads fields at the head of *s; false if there are none. For header checks a text follows them. */
bool postfix_take_trailer(struct str *s, bool text_follows, struct postfix_trailer *t);
void postfix_set_trailer(struct fragment *f, const struct postfix_trailer *t);

/*
 * A reply on one line: Postfix's client joins lines with a blank and keeps each line's code, smtpd
 * writes a milter's line ends as "??" (FORMATS §0.2).
 */
struct reply postfix_reply(struct str s, struct arena *a);

/* "reject", "milter-discard" …: what was done, and to what verdict that amounts. */
struct postfix_action {
	struct str word;
	enum fragment_kind kind; /* REFUSED, ARRIVED (taken, but not delivered), or NOTE */
	enum verdict verdict;
};
/* "WORD: " at the head of *s. */
const struct postfix_action *postfix_take_action(struct str *s);
/* Kind, stage, verdict, reply and what its text says, into the fragment; the recipient, if known. */
void postfix_judge(struct postfix_line *l, const struct postfix_action *a, enum stage stage,
		   struct str text, const struct postfix_trailer *t);

/* --- the daemons ------------------------------------------------------------------------------ */

enum line_class postfix_smtpd(struct postfix_line *l);
enum line_class postfix_postscreen(struct postfix_line *l);
enum line_class postfix_cleanup(struct postfix_line *l);
/* qmgr, pickup, bounce, postsuper: about a message in the queue. */
enum line_class postfix_queue(struct postfix_line *l);
/* smtp, lmtp, local, virtual, pipe, error, discard. */
enum line_class postfix_delivery(struct postfix_line *l);

#endif
