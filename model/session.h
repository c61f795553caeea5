/* SPDX-License-Identifier: MIT */
/*
 * session: one attempt to pass a message in one SMTP conversation, as merged from its fragments.
 * All strings and arrays are owned by the arena it was made in.
 */
#ifndef MODEL_SESSION_H
#define MODEL_SESSION_H

#include "base/mem.h"
#include "base/strbuf.h"
#include "model/fragment.h"

/* Opaque outside db/: names a stored session, also after it was merged into another. */
struct session_ref {
	uint64_t number; /* 0: not stored */
};

/* Where a physical line lies in the store. Opaque outside db/ apart from order and equality. */
typedef uint64_t line_ref;

struct session {
	struct session_ref ref;
	uint32_t gateway; /* number in the store */
	struct str gateway_name;
	int64_t start_us; /* first session-making event */
	int64_t end_us;   /* last one */

	enum direction direction;
	enum stage stage; /* of the verdict */
	enum stage about;
	enum verdict verdict; /* what we told the peer; deliveries are the recipients' affair */
	struct reply reply;

	struct str connection; /* equal for all sessions of one connection; empty if not logged */
	struct str peer_ip;
	uint16_t peer_port;
	struct str peer_host;
	struct str helo;
	bool has_sender;
	struct str sender;
	struct str user;
	struct str auth;
	struct str protocol;
	struct str tls;
	struct str subject;
	struct str header_from;
	uint64_t size_bytes;

	struct identifier *identifiers; /* own first, then by role and text; no duplicates */
	size_t n_identifiers;
	struct recipient *recipients; /* by address */
	size_t n_recipients;
	size_t recipients_total; /* more than n_recipients only in a brief session */
	bool recipients_incomplete;
	struct score *scores; /* the deciding or most telling one first */
	size_t n_scores;

	bool brief;        /* facts were left out: see session_brief */
	bool helo_is_host; /* as stored: helo is empty and stands for peer_host */
	line_ref *lines;   /* ascending */
	size_t n_lines;
	uint64_t *keys; /* join keys under which a late fragment finds it again */
	size_t n_keys;
};

/* The identifier with role OWN, or empty. */
struct str session_own_id(const struct session *s);
/* What tells its connection from others: peer and port, else peer and pid; empty without these. */
struct str session_connection(const struct session *s, uint32_t pid, struct arena *a);

/*
 * What lists need, without what only the lines need to hold: recipients beyond BRIEF_RECIPIENTS
 * (those that went wrong come first), who accepted a delivery and in which words, Message-IDs and
 * next hops' IDs, subject, From and symbols; and without what its other facts give: a connection
 * label, a HELO equal to the host.
 */
enum { BRIEF_RECIPIENTS = 3 };
void session_brief(const struct session *whole, struct arena *a, struct session *out);
/* Gives a brief session back what its other facts give. */
void session_restore(struct session *s, struct arena *a);

/* A canonical text of all facts (no references, no lines, no keys): equal for equal sessions. */
void session_canonical(const struct session *s, struct strbuf *out);

#endif
