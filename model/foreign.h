/* SPDX-License-Identifier: MIT */
/*
 * foreign: whose words a reply or a bounce notice is, and what they mean. Tables of well-known
 * wordings of others: mailbox providers, filter services, blocklists, and the stock texts of mail
 * programs. What a provider or filter says of itself proves that it refused; a stock text proves
 * nothing, since everybody runs those programs; a blocklist refuses nobody, the host that asked it
 * does. Everything returned is static.
 */
#ifndef MODEL_FOREIGN_H
#define MODEL_FOREIGN_H

#include "model/reply.h"

/* What kind of operator the words are from. */
enum foreign_kind {
	FOREIGN_KIND_NONE,
	FOREIGN_KIND_PROVIDER, /* has the mailboxes */
	FOREIGN_KIND_FILTER,   /* stands before them */
	FOREIGN_KIND_SENDING,  /* sends for others */
	FOREIGN_KIND_STOCK,    /* a program that anybody may run */
};

#define FOREIGN_CLASS_LIST(X)                       \
	X(FOREIGN_CLASS_NONE, "")                   \
	X(FOREIGN_ADDRESS, "bad address")           \
	X(FOREIGN_FULL, "mailbox full")             \
	X(FOREIGN_DISABLED, "mailbox disabled")     \
	X(FOREIGN_POLICY, "policy")                 \
	X(FOREIGN_SPAM, "spam content")             \
	X(FOREIGN_VIRUS, "virus")                   \
	X(FOREIGN_REPUTATION, "reputation")         \
	X(FOREIGN_AUTHENTICATION, "authentication") \
	X(FOREIGN_RATE, "rate")                     \
	X(FOREIGN_GREYLIST, "greylist")             \
	X(FOREIGN_SETUP, "set-up error")            \
	X(FOREIGN_SENDER, "bad sender address")     \
	X(FOREIGN_RELAY, "relaying")                \
	X(FOREIGN_SIZE, "size")                     \
	X(FOREIGN_TLS, "TLS")                       \
	X(FOREIGN_FORMAT, "malformed message")      \
	X(FOREIGN_LOOP, "loop")                     \
	X(FOREIGN_TROUBLE, "temporary trouble")

#define FOREIGN_ENUM_MEMBER(id, text) id,
enum foreign_class { FOREIGN_CLASS_LIST(FOREIGN_ENUM_MEMBER) FOREIGN_CLASS_COUNT };
const char *foreign_class_text(enum foreign_class c);

struct foreign {
	const char *speaker;    /* "Google": its words or its host; NULL: not known */
	enum foreign_kind kind; /* of the speaker; never STOCK */
	const char *program;    /* "Exim": the words are its stock text; NULL: no stock text */
	const char *list;       /* "Spamhaus": the blocklist that it names; NULL: none */
	const char *meaning;    /* a clause: "the mailbox is full"; NULL: not known */
	enum foreign_class class;
	bool proves; /* the speaker is who refused */
};

/*
 * What is known of a reply (codes removed, any blanks) that host gave; either may be empty. The
 * enhanced code decides where the words do not.
 */
struct foreign foreign_reply(struct str text, struct enhanced e, struct str host);
/* What is known of a bounce notice by its words for people: its speaker wrote the notice. */
struct foreign foreign_notice(struct str text);

#endif
