/* SPDX-License-Identifier: MIT */
/*
 * exim_line: what the files of the Exim format share. Everything here works on slices of the
 * record, from left to right, and leaves what it does not understand to the caller; only what must
 * be unescaped is allocated, in the scratch arena. Facts are in FORMATS §1.
 */
#ifndef IMPORTERS_EXIM_LINE_H
#define IMPORTERS_EXIM_LINE_H

#include "importers/refusal.h"
#include "importers/take.h"
#include "model/exim_id.h"
#include "model/record.h"

/* The line being read. Handlers fill *f and say what class the line has. */
struct exim_line {
	struct str text;  /* first physical line, after the ID */
	struct str block; /* the lines below it, in a rejectlog */
	struct fragment *f;
	struct arena *scratch;
	bool keys_only; /* see struct parse_context */
};

/*
 * memset to zero with a size the compiler does not know: what it makes inline of a few hundred
 * bytes (rep stos) takes as long as reading the rest of the line. In exim_prefix.c.
 */
void exim_clear(void *p, size_t n);

/* --- exim_prefix.c ---------------------------------------------------------------------------- */

struct exim_prefix {
	int64_t time_us; /* TIME_NONE: no timestamp */
	uint32_t pid;    /* 0: not shown */
	struct str id;
	struct str text; /* what follows */
};

/* True if a record begins here: YYYY-MM-DD hh:mm:ss, then a blank, '.' or the end. */
bool exim_has_stamp(struct str line);
/* Bytes of time and zone with the blanks behind them; 0 if there is no time. */
size_t exim_stamp_length(struct str line);
/* TIME_NONE if no record begins here. */
int64_t exim_stamp_time(struct str line, const struct zone *zone);
/* Reads time, zone, pid and ID. A text without time (syslog_timestamp=false) has time TIME_NONE. */
void exim_prefix(struct str line, const struct zone *zone, struct exim_prefix *out);

/* --- exim_host.c ------------------------------------------------------------------------------ */

struct exim_host {
	struct str name;
	struct str helo;
	struct str ip;
	uint16_t port;
};

/*
 * Reads NAME (HELO) [IP]:port in all its forms (FORMATS §1.6) from the head of *s. HELO may be any
 * text a stranger chose: where the line goes on in a second reading, the last one of which
 * `is_rest` says that a line of this kind goes on like that wins, unless it lies in quotes.
 * False, and *s untouched, if there is no host.
 */
bool exim_host(struct str *s, bool (*is_rest)(struct str rest), struct exim_host *out);
/* [IP] or [IP]:port; false, and *s untouched, otherwise. */
bool exim_address(struct str *s, struct str *ip, uint16_t *port);
/*
 * Moves *s behind the last `lead` (which ends in "H=") that a host follows: what stands before it
 * may quote the client (FORMATS §0.5). False, and *s untouched, if there is none.
 */
bool exim_last_host(struct str *s, struct str lead);
void exim_peer(struct fragment *f, const struct exim_host *h);
/* After HELO, NAME without (HELO) says that both are equal (or HELO is the peer's literal). */
void exim_imply_helo(struct fragment *f);
/* exim_host into the fragment's peer. */
bool exim_take_peer(struct str *s, bool (*is_rest)(struct str rest), struct fragment *f);

/* --- exim_fields.c ---------------------------------------------------------------------------- */

/* KEY=value fields of one line. Letters mean different things on different lines. */
struct exim_fields {
	struct str r, t, p, c, f, a, u, x;
	struct str id, ci, size;
	struct str local_ip;
	uint16_t local_port;
	bool has_f;
	struct str list;       /* "for r1 r2" */
	struct exim_host host; /* of deliveries */
	bool has_host;
	bool colon; /* the last field ended with ':', the text follows */
};

/*
 * Reads fields from the head of *s as long as there are any; stops in front of anything else.
 * `delivery`: H= is read too, and a ':' may end the fields.
 */
void exim_fields(struct str *s, bool delivery, struct exim_fields *out);
/* The same, adding to what stands in *out: fields before and behind the host. */
void exim_more_fields(struct str *s, bool delivery, struct exim_fields *out);
/* One address at the head of *s, with or without <>; blanks inside quotes belong to it. */
bool exim_take_address(struct str *s, struct str *address);
/* Addresses parted by blanks: recipients with nothing but their names. */
void exim_recipients(struct str list, struct exim_line *l);
/* Undoes string_printing and the escaping of quoted fields: \" \\ \n \t \r \ooo. */
struct str exim_unescape(struct str s, struct arena *a);
/* The common fields into the fragment. */
void exim_set_fields(struct fragment *f, const struct exim_fields *x);

/* --- the kinds of lines; each returns LINE_UNKNOWN if the line is not as it should be --------- */

enum line_class exim_arrival(struct exim_line *l);
enum line_class exim_delivery(struct exim_line *l);
/* Lines that begin with H=, U= or F=. */
enum line_class exim_host_line(struct exim_line *l);
/* "rejected …", "temporarily rejected …", "too many …", "SMTP call …": older word orders. */
enum line_class exim_refusal(struct exim_line *l);
enum line_class exim_connection(struct exim_line *l);
enum line_class exim_auth_failure(struct exim_line *l);
/* Everything else that is known by its first words. */
enum line_class exim_other(struct exim_line *l);

/* exim_reject.c: "[temporarily ]rejected WHAT[: text]" at the head of rest. */
bool exim_is_reject(struct str rest);
enum line_class exim_reject(struct exim_line *l, struct str rest);
/* Fills verdict, stage, reply, score and references of a refusal. code: when the text has none. */
void exim_refuse(struct exim_line *l, enum stage stage, enum verdict verdict, uint16_t code,
		 struct str text);
/* The recipient to whom the refusal above applies. */
void exim_refuse_recipient(struct exim_line *l, struct str address);
/* exim_delivery.c: a remote's words after "SMTP error from remote mail server after …". */
struct remote_error {
	enum stage stage;      /* DELIVERY: no command is named */
	struct reply reply;    /* text_logged: the remote's; else our account of what went wrong */
	struct str address;    /* of RCPT TO */
	struct exim_host host; /* if the text names it */
};
enum stage exim_remote_error(struct str text, struct arena *a, struct remote_error *out);
/* exim_block.c: header lines of a rejectlog entry. */
void exim_block(struct exim_line *l);

/* A line that belongs to the session but changes no verdict. */
static inline enum line_class
exim_note(struct exim_line *l)
{
	l->f->kind = FRAGMENT_NOTE;
	return LINE_UNDERSTOOD;
}

#endif
