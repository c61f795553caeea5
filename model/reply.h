/* SPDX-License-Identifier: MIT */
/* reply: what an SMTP server said: code, enhanced code (RFC 3463), text; and its shape. */
#ifndef MODEL_REPLY_H
#define MODEL_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "base/str.h"

/* RFC 3463 class.subject.detail; class 0 means there is none. */
struct enhanced {
	uint8_t class;
	uint16_t subject;
	uint16_t detail;
};

struct reply {
	uint16_t code;    /* 0: not known */
	bool code_logged; /* false: inferred from what the log says was done */
	bool text_logged; /* false: the log holds another text than the peer was told */
	struct enhanced enhanced;
	struct str text; /* one line; further lines joined by '\n'; codes removed */
};

/*
 * Reads "550-5.7.1 first\n550 5.7.1 second" (real newlines, or the two characters \n as Exim
 * writes them) or a bare text. Codes repeated on each line are removed from the text; a code or
 * enhanced code is taken from the head only (FORMATS §0.3). Text is borrowed or from the arena.
 */
struct reply reply_parse(struct str s, struct arena *a);

/* "5.7.1"; empty when there is none. */
struct str enhanced_text(struct enhanced e, struct arena *a);
/* Reads d.ddd.ddd at the head of s; returns its length, or 0. */
size_t enhanced_parse(struct str s, struct enhanced *out);

/*
 * The reply with its variables blanked (addresses, IPs, IDs, numbers, quoted words), so that texts
 * made by one rule compare equal. Bounded to REPLY_SHAPE_MAX bytes.
 */
struct str reply_shape(struct str text, struct arena *a);
enum { REPLY_SHAPE_MAX = 300 };
/* The same into out; its length. */
size_t reply_shape_to(struct str text, char out[REPLY_SHAPE_MAX]);

/*
 * Reference tokens that a reply of ours names after id, ref, reference, session, milter id …
 * (DESIGN §2). Calls visit for each token; they are slices of text.
 */
void reply_references(struct str text, void (*visit)(void *arg, struct str token), void *arg);

#endif
