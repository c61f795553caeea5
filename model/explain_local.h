/* SPDX-License-Identifier: MIT */
/* explain_local: what the files of explain share: the facts of the asked recipient, and how facts
 * are put into sentences. */
#ifndef MODEL_EXPLAIN_LOCAL_H
#define MODEL_EXPLAIN_LOCAL_H

#include "model/explain.h"
#include "model/explain_words.h"

/* What became of the asked recipient's message in this session. */
enum explain_fate {
	FATE_UNKNOWN, /* seen, outcome not logged */
	FATE_REFUSED, /* by our gateway */
	FATE_DEFERRED,
	FATE_DROPPED,    /* our gateway broke off */
	FATE_BROKEN_OFF, /* the client did, or fell silent */
	FATE_DISCARDED,
	FATE_QUARANTINED,
	FATE_HELD,
	FATE_ACCEPTED, /* and no more is logged */
	FATE_DELIVERED,
	FATE_HANDED_ON,      /* to another program of the same host, such as a filter */
	FATE_REFUSED_THERE,  /* accepted by us, refused by another system */
	FATE_REFUSED_BEHIND, /* … by one of our own behind the gateway */
	FATE_WORN_OUT,       /* … put off there until our gateway gave up */
	FATE_GAVE_UP,        /* accepted by us, and nobody took it */
	FATE_WAITING,        /* delivery will be tried again */
	FATE_CALLOUT,
	FATE_COUNT,
};

/* Which of the two parties the local user is; EITHER: not known, or neither. */
enum explain_reader { READER_RECIPIENT, READER_SENDER, READER_EITHER };

/* What is known of further attempts, as far as the logs reach. */
enum explain_retry {
	RETRY_NOT_KNOWN,
	RETRY_CAME,        /* and it ended otherwise */
	RETRY_STOPPED,     /* the logs go on for hours and show none */
	RETRY_MAY_COME,    /* the last one is not long ago */
	RETRY_NOT_COVERED, /* it is, but the logs end before one could have come */
};
struct explain_tries {
	size_t n; /* that were put off, this one among them */
	int64_t first_us, last_us;
	enum explain_retry retry;
	enum explain_fate later; /* how it ended when it came again; FATE_COUNT: it did not */
	int64_t later_us;
	bool later_well;
};

struct explain_facts {
	const struct explain_query *q;
	const struct session *s;
	struct arena *arena;
	const struct recipient *recipient; /* NULL: not logged */
	struct str address;                /* the asked recipient; empty: not known */
	bool is_named;                     /* the log names it */
	enum explain_fate what;
	enum explain_reader reader;
	enum stage stage, about;
	struct reply reply;
	enum reply_class class;
	struct str dnsbl;
	int64_t time_us;
	int64_t bounced_us; /* when a notice of failure about it came back; TIME_NONE: none */
	bool is_bounce;     /* its envelope sender is <> */
	bool is_made_here;  /* … and our gateway wrote it */
	bool is_forwarded;  /* the address stands for another one */
	bool is_shared;     /* … or for several */
	bool is_behind;     /* the delivery was to a system of ours */
	bool sender_told;   /* a filter kept it back and sent a notice */
	bool told_refused;  /* kept or delivered, but the sender was told 5yz */
	bool is_frozen;
	struct str end_note; /* the log's words for how the conversation broke off */
	struct explain_tries tries;
};

/* False as explain() is. */
bool explain_facts(const struct explain_query *q, struct arena *a, struct explain_facts *out);
/* True where the words of our own rules apply, false where those of other systems do. */
bool explain_is_ours(const struct explain_facts *f);

void explain_user(const struct explain_facts *f, struct strbuf *out);
void explain_postmaster(const struct explain_facts *f, struct strbuf *out);

/* --- the user's letter (explain_user.c; its end in explain_user_next.c) --- */
struct letter {
	const struct explain_facts *f;
	struct strbuf *b;
};
/* A sentence more of the paragraph; nothing when it is empty. */
void letter_add(const struct letter *l, struct str sentence);
void letter_say(const struct letter *l, const char *sentence);
/* A stranger's address or host, cleaned; said to be left out when it is none. */
struct str letter_clean(const struct letter *l, struct str s);
/* Cleaned text between quotes of ours: those in it become single ones. */
struct str letter_quoted(const struct letter *l, struct str clean);
void letter_to_do(const struct letter *l);
void letter_next(const struct letter *l);
void letter_caveat(const struct letter *l);
void letter_words_seen(const struct letter *l);
void letter_reference(const struct letter *l);

/* --- other attempts (explain_tries.c) --- */
void explain_take_tries(struct explain_facts *f);
/* How often it was tried, and what is to be expected; unless it came again. */
struct str explain_tried(const struct explain_facts *f);
/* "was delivered" */
const char *explain_end_text(enum explain_fate what);
/* "9 hours" */
struct str explain_span(int64_t us, struct arena *a);

/* --- the postmaster's table (explain_table.c) --- */
struct report {
	const struct explain_facts *f;
	struct strbuf *b;
};
/* The report goes to the system that our gateway handed the mail to. */
bool report_goes_onward(const struct explain_facts *f);
void report_table(const struct report *r);

/* --- strangers' words in the user's letter (explain_strange.c) --- */
/* An address or a host, and no prose or link that only stands in its place. */
bool explain_is_name(struct str s);
/* With links that nobody can follow by a click; found: there were any. */
struct str explain_disarmed(struct str s, bool *found, struct arena *a);

/* --- putting facts into sentences (explain_text.c) --- */
/* Neutralised, cut to `most` bytes with "…". */
struct str explain_clean(struct str s, size_t most, struct arena *a);
/* A reply or log text: other recipients' addresses and file paths blanked, then cleaned. */
struct str explain_reply_text(const struct explain_facts *f, struct str text, size_t most);
/* "550 5.7.1 text" of one line, as far as it is logged. */
struct str explain_reply(const struct explain_facts *f, size_t most);
/* "Saturday, 21 November 2026, at 16:20 (EET)" */
struct str explain_when(const struct explain_facts *f, int64_t time_us);
/* "2026-11-21 16:20:13 +02:00 (EET)" */
struct str explain_stamp(const struct zone *z, int64_t time_us, struct arena *a);
/* "mail18.isp.example (85.68.8.22)"; empty when neither is logged. */
struct str explain_host(struct str name, struct str ip, struct arena *a);
/* "16:20", with the date before it when that is not the day of f->time_us. */
struct str explain_moment(const struct explain_facts *f, int64_t time_us);
/* The name by which the world knows the gateway; empty: only a label of our own is known. */
struct str explain_gateway_host(const struct explain_facts *f);
/* What follows "our gateway": " mx1.cs.example.edu", " (mx1 in our logs)", or nothing. */
struct str explain_gateway(const struct explain_facts *f);
/* The logged reason of a refusal of ours may well be what the sender was told. */
bool explain_was_said(const struct explain_facts *f);
/* Wrapped at 72 columns, lines after the first indented. */
void explain_wrap(struct strbuf *out, struct str text, size_t indent);

#endif
