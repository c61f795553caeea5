/* SPDX-License-Identifier: MIT */
/*
 * reply_class: what a refusal was about, read from its words, else from its codes, whoever said it
 * and in whichever program's wording. A table; a class that is not certain is never guessed.
 */
#ifndef MODEL_REPLY_CLASS_H
#define MODEL_REPLY_CLASS_H

#include "model/reply.h"
#include "model/words.h"

/* id, stable name */
#define REPLY_CLASS_LIST(X)                                                                        \
	X(CLASS_NONE, "")                                                                          \
	X(CLASS_REVERSE_DNS, "reverse-dns")                                                        \
	X(CLASS_HELO, "helo")                                                                      \
	X(CLASS_DNSBL, "dnsbl")                                                                    \
	X(CLASS_CLIENT_BLOCKED, "client-blocked") /* by a list of the site's own, by reputation */ \
	X(CLASS_SENDER_BLOCKED, "sender-blocked")                                                  \
	X(CLASS_SENDER_DOMAIN, "sender-domain") /* it has no DNS, or takes no mail */              \
	X(CLASS_SENDER_VERIFY, "sender-verify") /* a callout or the like failed */                 \
	X(CLASS_FORGERY, "forgery")             /* SPF, DKIM, DMARC */                             \
	X(CLASS_LOGIN, "login")                                                                    \
	X(CLASS_RELAY, "relay")                                                                    \
	X(CLASS_UNKNOWN_USER, "unknown-user")                                                      \
	X(CLASS_MAILBOX_DISABLED, "mailbox-disabled")                                              \
	X(CLASS_MAILBOX_FULL, "mailbox-full")                                                      \
	X(CLASS_RESTRICTED, "restricted") /* only some may write to this address */                \
	X(CLASS_GREYLIST, "greylist")                                                              \
	X(CLASS_RATE, "rate")                                                                      \
	X(CLASS_RECIPIENTS, "recipients") /* too many of them */                                   \
	X(CLASS_SIZE, "size")                                                                      \
	X(CLASS_VIRUS, "virus")                                                                    \
	X(CLASS_ATTACHMENT, "attachment")                                                          \
	X(CLASS_SPAM, "spam")                                                                      \
	X(CLASS_MALFORMED, "malformed")                                                            \
	X(CLASS_PROTOCOL, "protocol") /* the conversation, not the message, broke the rules */     \
	X(CLASS_POLICY, "policy")                                                                  \
	X(CLASS_TLS, "tls")                                                                        \
	X(CLASS_TROUBLE, "trouble")   /* something behind the server that spoke did not work */    \
	X(CLASS_NO_ROUTE, "no-route") /* nobody takes mail for the domain */                       \
	X(CLASS_UNREACHABLE, "unreachable")                                                        \
	X(CLASS_EXPIRED, "expired")                                                                \
	X(CLASS_LOOP, "loop")

#define REPLY_CLASS_MEMBER(id, text) id,
enum reply_class { REPLY_CLASS_LIST(REPLY_CLASS_MEMBER) REPLY_CLASS_COUNT };
/* Never NULL. */
const char *reply_class_text(enum reply_class c);

/* stage and about as in struct session; CLASS_NONE when neither words nor codes tell. */
enum reply_class reply_classify(enum stage stage, enum stage about, const struct reply *r);

/* Put off by rule, to be taken when it comes again; the class of such a reply at every stage. */
bool reply_is_greylisting(const struct reply *r);

/*
 * The DNS block list that a text names: a host name behind words such as "blocked using" or
 * "listed in". A slice of text; empty when there is none.
 */
struct str reply_dnsbl(struct str text);

#endif
