/* SPDX-License-Identifier: MIT */
/*
 * fragment: the facts that one log record states, with the keys by which it joins others.
 * Everything is borrowed from the record's text or the parser's scratch arena and lives until the
 * next record. Facts that the record does not state stay zero; nothing is guessed here except
 * reply codes, which say so (reply.code_logged).
 */
#ifndef MODEL_FRAGMENT_H
#define MODEL_FRAGMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/reply.h"
#include "model/words.h"

/* id, stable name (JSON "event"). */
#define FRAGMENT_KIND_LIST(X)                                                                 \
	X(FRAGMENT_NOTE, "note") /* known, belongs to the session, changes no verdict */      \
	X(FRAGMENT_CONNECTED, "connected")                                                    \
	X(FRAGMENT_DISCONNECTED, "disconnected")                                              \
	X(FRAGMENT_REFUSED, "refused")     /* a command or the message: see stage, verdict */ \
	X(FRAGMENT_ARRIVED, "arrived")     /* the gateway took responsibility */              \
	X(FRAGMENT_RESCINDED, "rescinded") /* the arrival above is void */                    \
	X(FRAGMENT_DELIVERED, "delivered")                                                    \
	X(FRAGMENT_FAILED, "failed")       /* delivery failed for good */                     \
	X(FRAGMENT_POSTPONED, "postponed") /* delivery will be tried again */                 \
	X(FRAGMENT_ATTEMPT, "attempt")     /* one host failed; not an outcome */              \
	X(FRAGMENT_COMPLETED, "completed") /* the message has left the queue */               \
	X(FRAGMENT_SCORE, "score")

#define FRAGMENT_ENUM_MEMBER(id, text) id,
enum fragment_kind { FRAGMENT_KIND_LIST(FRAGMENT_ENUM_MEMBER) FRAGMENT_KIND_COUNT };
const char *fragment_kind_text(enum fragment_kind k);

/* A spam engine's judgement. Each engine has its own scale: PMX is a percentage. */
struct score {
	enum engine engine;
	double value;
	double threshold; /* valid if has_threshold */
	bool has_value;
	bool has_threshold;
	bool is_cut;        /* the value is only known cut to an integer */
	struct str action;  /* the engine's advice, verbatim */
	struct str symbols; /* "NAME weight, NAME weight"; weights may be absent */
};

/* One address and what became of it. */
struct recipient {
	struct str address;     /* without <>; the final address */
	struct str original;    /* before alias or forward, if it differs */
	enum verdict verdict;   /* NONE: named by the log, outcome unknown */
	enum stage stage;       /* where the outcome was decided, at our side or at the remote's */
	struct reply reply;     /* ours, or the remote's for deliveries */
	struct str remote_host; /* who answered; empty when we did */
	struct str remote_ip;
	struct str transport;
	int64_t time_us;
	bool by_remote; /* the outcome is a delivery's, not our own reply */
};

#define FRAGMENT_MAX_IDENTIFIERS 8
struct identifier {
	enum id_role role;
	struct str text; /* verbatim */
};

struct fragment {
	enum fragment_kind kind;
	int64_t time_us; /* UTC; TIME_NONE if the record has none */

	/* Join keys. */
	struct str id;   /* the gateway's own message ID */
	uint32_t id_pid; /* the pid inside an Exim ID: that of its connection; 0 if none */
	uint32_t pid;    /* of the writing process, when logged and when it is the one that
	                              served the connection; 0 otherwise */
	struct str
		verify_address;   /* a sender verification and the refusal it explains share this */
	struct str connection_id; /* the program's own name for the connection; its lines without a
	                             message are facts of all messages of the connection */
	bool closes_connection;   /* nothing of this connection can follow */
	bool serial_process;      /* pid serves one connection after another, which CONNECTED and
	                              DISCONNECTED bound */
	bool begins_message;      /* the first line about its ID: nothing earlier is */
	bool id_recurs;           /* the ID is used again when its message has left the queue */

	/* Connection. */
	struct str peer_ip; /* without brackets and port */
	uint16_t peer_port;
	struct str peer_host; /* verified name */
	struct str helo;
	struct str local_ip;
	uint16_t local_port;

	/* Envelope and message. */
	bool has_sender;
	struct str sender; /* without <>; empty with has_sender: the null sender */
	const struct recipient *recipients;
	size_t n_recipients;
	bool recipients_incomplete; /* the log shows only some ("    ...", <trunc>) */
	struct str subject;
	struct str header_from;
	struct str protocol; /* esmtps, local, … */
	struct str user;     /* authenticated or local login */
	struct str auth;     /* mechanism */
	struct str tls;
	uint64_t size_bytes;

	/* Judgement: for REFUSED (and ARRIVED with verdict HELD, (= fake rejects …). */
	enum verdict verdict;
	enum stage stage; /* where the restriction was evaluated */
	enum stage about; /* what it was about */
	struct reply reply;
	struct score score; /* engine NONE: no score here */

	struct identifier identifiers[FRAGMENT_MAX_IDENTIFIERS]; /* besides id */
	size_t n_identifiers;

	struct str text; /* what a ladder row shows when no field says it better */
};

#endif
