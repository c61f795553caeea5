/* SPDX-License-Identifier: MIT */
/*
 * clue: what a repaired paste says that sessions can be told apart by, with what else it says about
 * who wrote it. The recognisers (clue_*.c) read the text once each and add to one set.
 * Everything in the set is in its arena; ranges point into the original paste.
 */
#ifndef MODEL_CLUE_H
#define MODEL_CLUE_H

#include "base/civil.h"
#include "base/hash.h"
#include "model/id_moment.h"
#include "model/paste.h"

#define CLUE_MAX             224
#define CLUE_MAX_IDENTIFIERS 64 /* what is looked up one by one */
#define CLUE_MAX_TEXT        2048
#define QUESTION_MAX         400 /* bytes */

/* What a clue is in the story that the bounce tells. */
enum clue_role {
	CLUE_ROLE_NONE,
	CLUE_ROLE_REFUSER,  /* host or IP said to have refused */
	CLUE_ROLE_REPORTER, /* wrote the bounce */
	CLUE_ROLE_PEER,     /* the client as the refuser saw it */
	CLUE_ROLE_RETURNED, /* from the header of the mail that came back */
	CLUE_ROLE_BOUNCE,   /* from the header of the bounce itself */
	CLUE_ROLE_REPLY,    /* inside the refusal */
};

/* What an identifier looks like; the order is the order of promise. */
enum id_shape {
	ID_SHAPE_NONE,
	ID_SHAPE_OTHER,     /* a token with digits */
	ID_SHAPE_HEX,       /* Postfix's short queue IDs and the like */
	ID_SHAPE_LONG,      /* long mixed tokens */
	ID_SHAPE_NAMED,     /* follows "id", "ref", "reference" … */
	ID_SHAPE_EXIM_TAIL, /* the end of an Exim ID, its beginning lost */
	ID_SHAPE_EXIM_CUT,  /* the beginning of an Exim ID */
	ID_SHAPE_EXIM,
};

struct clue_more {
	enum clue_role role;
	enum id_shape shape;
	double promise;        /* of identifiers: higher is looked up first */
	int64_t grain_us;      /* of times: what the writing does not tell apart */
	enum id_family family; /* of the moments in identifiers: whose */
};

/* Facts about the paste as a whole. */
struct clue_facts {
	struct str reported_by;
	int reported_rank; /* of the sentence that said so */
	bool delay;        /* a warning, not a failure */
	bool callout;
	bool is_report;       /* looks like a bounce at all */
	bool is_question;     /* short, and no refusal in it: what it names is meant */
	bool own_error;       /* the reporter failed by itself */
	struct str own_words; /* … its words, and what stands around them */
	bool failure;         /* says that a mail did not get through, in whatever words */
	bool success;         /* a report that it did */
	bool some_failed;     /* … but not to everybody */
	bool auto_reply;      /* out of office and the like */
	bool challenge;       /* asks the sender to confirm */
	bool frozen;          /* the mail waits in a queue for a person */
	bool has_path;        /* the mail that came back shows its Received lines */
	struct str called;    /* the host that a callout asked */
	double stranger; /* how much speaks for a refusal by a host that is not ours; 0: nothing */
	struct str said; /* shape of the refusal of ours that a question quotes; empty: none */
	enum stage stage;
	unsigned code; /* of the refusal; 0 unknown */
	struct enhanced enhanced;
};

struct clue_set {
	struct paste *paste;
	const struct zone *zone; /* for times that carry none */
	int64_t now_us;          /* for times without a day; TIME_NONE */
	struct arena *arena;
	struct clue *v; /* CLUE_MAX of them */
	struct clue_more *more;
	size_t n;
	size_t n_identifiers;
	struct u64_table seen; /* kind and text -> index */
	struct clue_facts facts;
};

void clue_set_init(struct clue_set *s, struct paste *p, const struct zone *zone, struct arena *a);
void clue_set_release(struct clue_set *s);
/* Runs all recognisers. */
void clue_find_all(struct clue_set *s);

/* What a recogniser hands in; [from, to) in the repaired text. */
struct clue_found {
	enum clue_kind kind;
	enum clue_role role;
	enum id_shape shape;
	struct str text;
	size_t from, to;
	double doubt;
	double promise;
	const char *repair;
	int64_t time_us, slack_us, grain_us;
	enum id_family family;
};
/* Its index, or STR_NPOS where a cap is reached; a known one is strengthened instead. */
size_t clue_add(struct clue_set *s, const struct clue_found *f);

/* --- recognisers --- */
void clue_identifiers(struct clue_set *s); /* clue_id.c: shaped tokens */
void clue_tokens(struct clue_set *s);      /* clue_token.c: other tokens, addresses, IPs, hosts */
void clue_lines(struct clue_set *s);       /* clue_line.c: labelled lines and their zones */
void clue_phrases(struct clue_set *s);     /* clue_phrase.c: sentences of mail programs */
void clue_replies(struct clue_set *s);     /* clue_reply.c: the refusal, its codes */
void clue_times(struct clue_set *s);       /* clue_time.c: times in running text */

/* --- shared readers --- */
/*
 * A break inside a word at `at`: blanks around one or more line ends, and what stands at the head
 * of continuation lines (quote marks, "<<< ", a repeated "550-5.7.1 "). The offset behind, or at.
 */
size_t clue_skip_break(struct str s, size_t at);
/* "550-", "550 5.7.1 ", "550-5.7.1 " at the head of s: its length, or 0. */
size_t clue_reply_code(struct str s, unsigned *code, struct enhanced *e);
bool char_is_host(char c);
/* The end of the host name that begins at `at` (it needs a dot and a letter), or at. */
size_t clue_host_end(struct str s, size_t at);
/* The address that has its '@' at `at`, without <>. */
bool clue_address_at(struct str s, size_t at, size_t *from, size_t *to);
/* The first address in [from, to) of the text. */
bool clue_first_address(struct str s, size_t from, size_t to, size_t *start, size_t *end);
/* An IP address beginning at `at`; its end, or at. */
size_t clue_ip_end(struct str s, size_t at);
/* As logs write it (RFC 5952); people and some programs write all zeros. ip, if it is none. */
struct str clue_ip6_canonical(struct str ip, struct arena *a);
void clue_add_host(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt);
void clue_add_ip(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt);
void clue_add_address(struct clue_set *s, enum clue_kind kind, enum clue_role role, size_t from,
		      size_t to, double doubt);
/* The host or IP in [from, to): "mx1.example [192.0.2.1]", "dns; mx1.example". */
void clue_add_peer(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt);
/* Who wrote the bounce; a sentence of higher rank wins. */
void clue_reported_by(struct clue_set *s, int rank, size_t from, size_t to);
void clue_add_time(struct clue_set *s, enum clue_role role, size_t from, size_t to,
		   int64_t slack_us, double doubt);
void clue_set_stage(struct clue_set *s, enum stage stage, size_t from, size_t to);

#endif
