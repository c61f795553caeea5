/* SPDX-License-Identifier: MIT */
/*
 * term: what sessions can be looked up by, and the probes that model/find sends to the store.
 * The store indexes term_hash of every term of a session; equality is verified on the session.
 */
#ifndef MODEL_TERM_H
#define MODEL_TERM_H

#include "model/session.h"

enum term_kind {
	TERM_IDENTIFIER,      /* any role but connection; exact bytes */
	TERM_IDENTIFIER_HEAD, /* first 6 characters, for cut identifiers */
	TERM_IDENTIFIER_TAIL, /* last 6 characters */
	TERM_PEER_IP,
	TERM_HOST,      /* peer host or HELO; case-insensitive */
	TERM_SENDER,    /* case-insensitive */
	TERM_RECIPIENT, /* final or original address */
	TERM_VERDICT,   /* "rcpt rejected": stage and verdict */
	TERM_CONNECTION,
	TERM_KEY,          /* 8 bytes: a join key of the assembler */
	TERM_REPLY,        /* the shape of a refusal of ours (model/reply.h) */
	TERM_REMOTE_REPLY, /* of a remote site's */
	TERM_KIND_COUNT
};

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
