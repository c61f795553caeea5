/* SPDX-License-Identifier: MIT */
/* user_format_local: what the files of user formats share; nobody else includes it. */
#ifndef IMPORTERS_USER_FORMAT_LOCAL_H
#define IMPORTERS_USER_FORMAT_LOCAL_H

#include <stdatomic.h>

#include "base/rx.h"
#include "importers/importer.h"
#include "importers/score_text.h"
#include "importers/user_format.h"

/* id, name in format files */
#define USER_FIELD_LIST(X)                \
	X(FIELD_TIME, "time")             \
	X(FIELD_ID, "id")                 \
	X(FIELD_PID, "pid")               \
	X(FIELD_PEER, "peer")             \
	X(FIELD_PORT, "port")             \
	X(FIELD_HOST, "host")             \
	X(FIELD_HELO, "helo")             \
	X(FIELD_LOCAL, "local")           \
	X(FIELD_LOCAL_PORT, "local_port") \
	X(FIELD_SENDER, "sender")         \
	X(FIELD_RCPT, "rcpt")             \
	X(FIELD_ORIGINAL, "orig_rcpt")    \
	X(FIELD_KIND, "kind")             \
	X(FIELD_STAGE, "stage")           \
	X(FIELD_ABOUT, "about")           \
	X(FIELD_VERDICT, "verdict")       \
	X(FIELD_CLASS, "class")           \
	X(FIELD_CODE, "code")             \
	X(FIELD_ENHANCED, "enhanced")     \
	X(FIELD_REPLY, "reply")           \
	X(FIELD_ENGINE, "engine")         \
	X(FIELD_SCORE, "score")           \
	X(FIELD_THRESHOLD, "threshold")   \
	X(FIELD_ACTION, "action")         \
	X(FIELD_SYMBOLS, "symbols")       \
	X(FIELD_SUBJECT, "subject")       \
	X(FIELD_FROM, "from")             \
	X(FIELD_MSGID, "msgid")           \
	X(FIELD_REF, "ref")               \
	X(FIELD_SCANNER, "scanner")       \
	X(FIELD_NEXT, "next")             \
	X(FIELD_SIZE, "size")             \
	X(FIELD_USER, "user")             \
	X(FIELD_AUTH, "auth")             \
	X(FIELD_PROTOCOL, "protocol")     \
	X(FIELD_TLS, "tls")               \
	X(FIELD_REMOTE, "remote")         \
	X(FIELD_REMOTE_IP, "remote_ip")   \
	X(FIELD_TRANSPORT, "transport")   \
	X(FIELD_TEXT, "text")

#define USER_FIELD_MEMBER(id, name) id,
enum user_field { USER_FIELD_LIST(USER_FIELD_MEMBER) FIELD_COUNT };

/* FIELD_COUNT when there is none of that name. */
enum user_field user_field_of(struct str name);

/* "stage eod = data": the gateway's word for one of ours. */
struct user_word {
	enum user_field field;
	struct str theirs, ours;
};

/* A named group, or a constant. */
struct user_value {
	enum user_field field;
	unsigned group;  /* of a named group; 0: a constant … */
	struct str text; /* … which this is */
};

struct user_pattern {
	struct str name;
	struct rx *rx;
	struct user_value *values;
	size_t n_values;
	size_t line;          /* in its file */
	atomic_ullong claims; /* lines that it matched */
	atomic_uint limit_hits;
	atomic_bool given_up;
	bool told, told_given_up;
};

/*
 * A pattern is tried no more when it ran away on so many lines, and on more than one in so many of
 * those it claims: strangers write logs, and a few lines of theirs must not switch it off.
 */
#define LIMIT_HITS_MOST   100
#define CLAIMS_TO_ONE_HIT 100

/* Match data for one thread at a time. */
#define MATCHERS 8
struct user_matcher {
	atomic_flag busy;
	struct rx **rx; /* copies of the patterns', in their order */
};

struct user_format {
	struct log_format log;
	struct importer importer;
	struct str path;
	struct str time_format;
	struct str *tags;
	size_t n_tags; /* 0: whole lines */
	bool json_values;
	bool ids_recur;
	bool pid_is_shared; /* one process serves many clients: its pid joins nothing */
	struct user_word *words;
	size_t n_words;
	struct user_pattern *patterns;
	size_t n_patterns;
	struct user_matcher matchers[MATCHERS];
	struct arena arena; /* of the definition, for the life of the format */
};

/* What the values of one line come to. */
struct user_facts {
	const struct user_format *format;
	const struct zone *zone;
	int64_t near_us;
	bool keys_only;
	struct fragment *f;
	struct arena *scratch;
	enum line_class class;
	bool has_kind;
	struct reply given; /* code and enhanced code from fields of their own */
	struct str rcpt, original, remote_host, remote_ip, transport;
};

/* user_fields.c */
/* False if the value is none of that field's. "-" and what is empty say nothing, but for sender. */
bool user_fact_set(struct user_facts *facts, enum user_field field, struct str value);
/* What a value of the field looks like, for complaints: "connect, helo, …". */
const char *user_field_values(enum user_field field);
/* Without blanks around it and without <>. */
struct str user_bare_address(struct str s);

/* The inside of a JSON string as the text it stands for. */
struct str user_json_text(struct str s, struct arena *a);

/* user_facts.c */
/* What follows from the values: verdict, kind, recipients. */
void user_facts_finish(struct user_facts *facts);

/* user_format.c */
/* Sets the pattern's values; returns the first group with a bad one, or NULL. */
const struct user_value *user_pattern_read(const struct user_pattern *p, const struct rx *matched,
					   struct user_facts *facts);

/* user_define.c */
/* Compiles and checks; NULL with complaints, or (without any) when the file has no [format]. */
struct user_format *user_format_define(const struct format_text *t, struct format_complaints *c);
void user_format_free(struct user_format *u);
const struct format_entry *format_entry_of(const struct format_section *s, const char *key);

/* user_score.c: the [score] sections; strings of the patterns live in a. */
struct user_scores {
	struct score_pattern *list;
	size_t n;
};
void user_scores_define(const struct format_text *t, struct arena *a, struct user_scores *out,
			struct format_complaints *c);

#endif
