/* SPDX-License-Identifier: MIT */
/*
 * term: what sessions can be looked up by, and the probes that model/find sends to the store.
 * The store indexes term_hash of every term of a session; equality is verified on the session.
 */
#ifndef MODEL_TERM_H
#define MODEL_TERM_H

#include "model/session.h"

#define TERM_KIND_LIST(X)                                                                \
	X(TERM_IDENTIFIER, "identifier")   /* any role but connection; exact bytes */    \
	X(TERM_IDENTIFIER_HEAD, "id-head") /* first 6 characters, for cut identifiers */ \
	X(TERM_IDENTIFIER_TAIL, "id-tail") /* last 6 characters */                       \
	X(TERM_PEER_IP, "ip")                                                            \
	X(TERM_HOST, "host")       /* peer host or HELO; case-insensitive */             \
	X(TERM_SENDER, "from")     /* case-insensitive */                                \
	X(TERM_RECIPIENT, "to")    /* final or original address */                       \
	X(TERM_VERDICT, "verdict") /* "rcpt rejected": stage and verdict */              \
	X(TERM_CONNECTION, "connection")                                                 \
	X(TERM_KEY, "key")     /* 8 bytes: a join key of the assembler */                \
	X(TERM_REPLY, "reply") /* the shape of a refusal of ours (model/reply.h) */      \
	X(TERM_REMOTE_REPLY, "remote-reply") /* of a remote site's */

#define TERM_ENUM_MEMBER(id, text) id,
enum term_kind { TERM_KIND_LIST(TERM_ENUM_MEMBER) TERM_KIND_COUNT };
const char *term_kind_text(enum term_kind k);

struct term {
	enum term_kind kind;
	struct str text;
};

/* 32 bits; case is folded for the kinds that say so. */
uint32_t term_hash(struct term t);
/* Calls visit for every term of s (duplicates possible). */
void session_terms(const struct session *s, void (*visit)(void *arg, struct term t), void *arg);
/* True if s really has that term. */
bool session_has_term(const struct session *s, struct term t);

#define PROBE_MAX_TERMS 4
/* All terms must hold; times restrict to sessions touching [from_us, to_us]. */
struct probe {
	struct term terms[PROBE_MAX_TERMS];
	size_t n_terms;         /* 0: a pure time window, or id_like alone */
	int64_t from_us, to_us; /* TIME_NONE: open */
	struct str id_like;     /* also keep sessions with an identifier within `distance` edits,
	                            or that starts or ends with it; needs a time window */
	unsigned distance;
	/*
	 * Sessions whose refusal by us says this, in the words of which most agree; no terms then.
	 * The answer tells the shape of the refusal.
	 */
	struct str said;
	size_t most; /* sessions wanted back, newest first */
};

struct probe_answer {
	uint64_t count;      /* matching sessions, also beyond `most` */
	bool count_is_bound; /* an upper bound: posting lists before verification */
	struct session *sessions;
	size_t n;
	struct str shape;                   /* of `said`; empty: we never said so */
	int64_t shape_from_us, shape_to_us; /* first and last time */
};

#endif
