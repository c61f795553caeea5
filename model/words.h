/* SPDX-License-Identifier: MIT */
/*
 * words: the vocabulary of DESIGN §2 as enums, each from one list, with the text used in JSON,
 * in the filter language and on screens.
 */
#ifndef MODEL_WORDS_H
#define MODEL_WORDS_H

#include "base/str.h"

/* AUTH, STARTTLS and VRFY refusals count as helo; predata, after DATA and end of message as data. */
#define STAGE_LIST(X)               \
	X(STAGE_NONE, "")           \
	X(STAGE_CONNECT, "connect") \
	X(STAGE_HELO, "helo")       \
	X(STAGE_MAIL, "mail")       \
	X(STAGE_RCPT, "rcpt")       \
	X(STAGE_DATA, "data")       \
	X(STAGE_DELIVERY, "delivery")

#define VERDICT_LIST(X)                       \
	X(VERDICT_NONE, "")                   \
	X(VERDICT_ACCEPTED, "accepted")       \
	X(VERDICT_REJECTED, "rejected")       \
	X(VERDICT_DEFERRED, "deferred")       \
	X(VERDICT_DROPPED, "dropped")         \
	X(VERDICT_DISCARDED, "discarded")     \
	X(VERDICT_QUARANTINED, "quarantined") \
	X(VERDICT_HELD, "held")

#define DIRECTION_LIST(X)                 \
	X(DIRECTION_UNKNOWN, "")          \
	X(DIRECTION_IN, "in")             \
	X(DIRECTION_OUT, "out")           \
	X(DIRECTION_INTERNAL, "internal") \
	X(DIRECTION_LOCAL, "local")       \
	X(DIRECTION_BOUNCE, "bounce")     \
	X(DIRECTION_CALLOUT, "callout")   \
	X(DIRECTION_PROBE, "probe")

#define ENGINE_LIST(X)                         \
	X(ENGINE_NONE, "")                     \
	X(ENGINE_PMX, "PMX")                   \
	X(ENGINE_SPAMASSASSIN, "SpamAssassin") \
	X(ENGINE_RSPAMD, "rspamd")             \
	X(ENGINE_AMAVIS, "amavis")

/* The role an identifier plays for the session that carries it. */
#define ID_ROLE_LIST(X)                                                                             \
	X(ID_ROLE_OWN, "own")               /* Exim ID, Postfix queue ID of this session */         \
	X(ID_ROLE_MESSAGE_ID, "message-id") /* without <> */                                        \
	X(ID_ROLE_REFERENCE, "reference") /* any token our reply text names: ref, milter id, … */ \
	X(ID_ROLE_CONNECTION, "connection")     /* Ci=, pid, ip:port */                             \
	X(ID_ROLE_SCANNER, "scanner")           /* rspamd tag, amavis id */                         \
	X(ID_ROLE_NEXT_HOP, "next-hop")         /* the ID the next hop answered with */             \
	X(ID_ROLE_PARENT, "parent")             /* R= of a bounce: the message that caused it */    \
	X(ID_ROLE_NOTIFICATION, "notification") /* the bounce or delay warning that came of it */

/* Which of a gateway's logs a line stands in; the same event may stand in several (DESIGN §4). */
#define LOG_ROLE_LIST(X)             \
	X(LOG_ROLE_MAIN, "main")     \
	X(LOG_ROLE_REJECT, "reject") \
	X(LOG_ROLE_PANIC, "panic")   \
	X(LOG_ROLE_SYSLOG, "syslog")

#define LINE_CLASS_LIST(X)               \
	X(LINE_UNDERSTOOD, "understood") \
	X(LINE_IGNORED, "ignored")       \
	X(LINE_UNKNOWN, "unknown")

#define WORD_ENUM_MEMBER(id, text) id,
enum stage { STAGE_LIST(WORD_ENUM_MEMBER) STAGE_COUNT };
enum verdict { VERDICT_LIST(WORD_ENUM_MEMBER) VERDICT_COUNT };
enum direction { DIRECTION_LIST(WORD_ENUM_MEMBER) DIRECTION_COUNT };
enum engine { ENGINE_LIST(WORD_ENUM_MEMBER) ENGINE_COUNT };
enum id_role { ID_ROLE_LIST(WORD_ENUM_MEMBER) ID_ROLE_COUNT };
enum log_role { LOG_ROLE_LIST(WORD_ENUM_MEMBER) LOG_ROLE_COUNT };
enum line_class { LINE_CLASS_LIST(WORD_ENUM_MEMBER) LINE_CLASS_COUNT };

/* Never NULL; "" for the zero member and for values out of range. */
const char *stage_text(enum stage s);
/* As people say it behind "at": "connect", "HELO", "MAIL FROM", "RCPT TO", "DATA", "delivery". */
const char *stage_spoken(enum stage s);
const char *verdict_text(enum verdict v);
const char *direction_text(enum direction d);
const char *engine_text(enum engine e);
const char *id_role_text(enum id_role r);
const char *log_role_text(enum log_role r);
const char *line_class_text(enum line_class c);

/* Reverse look-up, case-insensitive; the zero member when unknown. */
enum stage stage_from_text(struct str s);
enum verdict verdict_from_text(struct str s);

#endif
