/* SPDX-License-Identifier: MIT */
/*
 * desk: the operator's own file: cases with their notes and texts, and past finds. Small, backed
 * up, never made anew; each row has its author. It names sessions by a durable key (model/desk_key)
 * and keeps its own summary of them, so that a case outlives the index and the logs.
 *
 * A desk that is not there is an empty one: the file is made (0600, in directories 0700) by the
 * first write. Several people may use one file: every call is one transaction, nothing is held
 * between calls. Calls return 0, or -1 with e filled: ERR_IO: cannot be read or written; ERR_DB: not
 * a desk of ours, newer than this program, damaged; ERR_BUSY; ERR_LIMIT: a text is too long;
 * ERR_USAGE: a write to a desk that was opened read-only. Results live in the caller's arena.
 */
#ifndef DB_DESK_H
#define DB_DESK_H

#include "db/store.h"
#include "model/desk_key.h"

struct desk;

/* Nothing is opened yet, so this cannot fail. author: who is at the desk. Both are copied. */
struct desk *desk_new(const char *path, struct str author, bool read_only);
void desk_free(struct desk *d);
const char *desk_path(const struct desk *d);
/* True if nothing can be written by this process, by choice. */
bool desk_is_read_only(const struct desk *d);

/* The durable name of a stored session; reads its lines, unless it has an ID and very many. */
int store_desk_key(struct store *st, const struct session *s, struct arena *a, struct desk_key *out,
		   struct err *e);

/* --- cases --- */
/* id, stable name (JSON, command line) */
#define CASE_STATUS_LIST(X)        \
	X(CASE_OPEN, "open")       \
	X(CASE_WAITING, "waiting") \
	X(CASE_CLOSED, "closed")
#define CASE_ENUM_MEMBER(id, text) id,
enum case_status { CASE_STATUS_LIST(CASE_ENUM_MEMBER) CASE_STATUS_COUNT };
/* "" for CASE_STATUS_COUNT, which stands for "any" and "unknown". */
const char *case_status_text(enum case_status s);
enum case_status case_status_from_text(struct str s);

/* The explanation as the operator left it. */
enum case_text { CASE_TEXT_USER, CASE_TEXT_POSTMASTER, CASE_TEXT_COUNT };

enum {
	CASE_WHO_MAX_BYTES = 200,
	CASE_CAUSE_MAX_BYTES = 1000,
	CASE_NOTE_MAX_BYTES = 16 << 10,
	CASE_TEXT_MAX_BYTES = 64 << 10,
};

struct desk_case {
	uint64_t number; /* its name for people; never used again */
	struct desk_key key;
	/* The session as it was when the case was last written to: no reference, no lines. */
	struct session session;
	enum case_status status;
	struct str asked_by; /* who wants to know */
	struct str cause;    /* what it turned out to be */
	int64_t created_us, changed_us;
	struct str author, changed_by;
	uint64_t n_notes;
	struct str last_note; /* empty: none */
};

/* What is to be changed; a str whose p is NULL leaves things as they are, an empty one clears. */
struct case_edit {
	enum case_status status; /* CASE_STATUS_COUNT: as it is */
	struct str asked_by, cause;
	struct str note;                  /* is added; an empty one is not */
	struct str text[CASE_TEXT_COUNT]; /* an empty one is removed */
	struct str recipient;             /* whom the texts speak of; empty: nobody */
};
#define CASE_EDIT_NONE ((struct case_edit){ .status = CASE_STATUS_COUNT })

/* *out NULL: there is none. */
int desk_case_of(struct desk *d, const struct desk_key *key, struct arena *a,
		 struct desk_case **out, struct err *e);
int desk_case(struct desk *d, uint64_t number, struct arena *a, struct desk_case **out,
	      struct err *e);
/* Changes the case of this session; opens one (status open) when there is none. */
int desk_edit(struct desk *d, const struct desk_key *key, const struct session *s,
	      const struct case_edit *edit, int64_t now_us, uint64_t *number, struct err *e);
/* The same for a known case, whose session the index may not hold any more. */
int desk_edit_case(struct desk *d, uint64_t number, const struct case_edit *edit, int64_t now_us,
		   struct err *e);

/* Newest change first. */
struct case_query {
	enum case_status status; /* CASE_STATUS_COUNT: all */
	struct str id;           /* of the session's own; empty: any */
	/* All must occur, in whatever case, in what the case holds: its name, who asked, the cause,
	 * notes, texts and the summary of its session; empty: any. */
	struct str words;
	size_t most;
};
/* What people type: a status, if the first word is one, and words. Borrows text. */
void case_query_read(struct case_query *q, struct str text);
int desk_cases(struct desk *d, const struct case_query *q, struct arena *a, struct desk_case **out,
	       size_t *n, struct err *e);

/* Closest first. The null sender says nothing without the recipient. */
enum case_relation { RELATED_SESSION, RELATED_PAIR, RELATED_SENDER };
struct related_case {
	enum case_relation relation; /* same session; same sender and recipient; same sender */
	struct desk_case *c;
};
/*
 * What is known of this session and of its sender, at most `most`; within a kind those that are not
 * closed first, then the newest.
 */
int desk_related(struct desk *d, const struct desk_key *key, const struct session *s, size_t most,
		 struct arena *a, struct related_case **out, size_t *n, struct err *e);

/* "c12": what people call it. */
struct str case_name(const struct desk_case *c, struct arena *a);
/* The first line of its cause, else of its last note. */
struct str case_gist(const struct desk_case *c);
/* "case c1 open: user says wanted", "sender's case c3 closed: typo" */
struct str case_remark(const struct related_case *r, struct arena *a);

/* The session of a case in the index; *out NULL: the index does not hold it (now). */
int store_desk_session(struct store *st, const struct desk_case *c, struct arena *a,
		       struct session **out, struct err *e);

struct case_note {
	int64_t time_us;
	struct str author, text;
	struct str recipient; /* of a text: whom it speaks of */
};
/* In the order they were written. */
int desk_notes(struct desk *d, uint64_t number, struct arena *a, struct case_note **out, size_t *n,
	       struct err *e);
/* Those that were kept, one for each recipient. */
int desk_texts(struct desk *d, uint64_t number, enum case_text kind, struct arena *a,
	       struct case_note **out, size_t *n, struct err *e);

/* --- past finds --- */
enum {
	FIND_PASTE_MAX_BYTES = 64 << 10,
	FIND_MESSAGE_MAX_BYTES = 1000,
	FIND_ASIDE_MAX_BYTES = 8 << 10,
	FINDS_KEPT = 200,
};
struct desk_find {
	uint64_t number;
	int64_t time_us;
	struct str author;
	struct str paste;   /* its first FIND_PASTE_MAX_BYTES */
	bool paste_cut;     /* there was more */
	struct str message; /* who refused it, in words */
	struct str aside;   /* clues set aside, one "KIND TEXT" a line */
	uint64_t candidates;
	bool opened;      /* the session below was looked at; else it is the likeliest */
	bool has_session; /* else nothing was found */
	struct desk_key key;
	struct session session;       /* as then */
	uint64_t case_number;         /* of that session now; 0: no case */
	enum case_status case_status; /* of that case */
};
/*
 * Remembers a find; the same paste of the same author replaces the earlier one, but for a session
 * that was looked at then, if none is now. Only the newest
 * FINDS_KEPT of an author stay. number, time, author and case are not read.
 */
int desk_add_find(struct desk *d, const struct desk_find *f, int64_t now_us, struct err *e);
/* Newest first. */
int desk_finds(struct desk *d, size_t most, struct arena *a, struct desk_find **out, size_t *n,
	       struct err *e);

/* --- health --- */
struct desk_totals {
	bool exists;
	uint64_t cases[CASE_STATUS_COUNT];
	uint64_t notes, texts, finds, file_bytes;
};
int desk_totals(struct desk *d, struct desk_totals *out, struct err *e);
/* Calls report for each finding; returns the number of findings or -1. */
int desk_check(struct desk *d, void (*report)(void *arg, const char *text), void *arg,
	       struct err *e);

#endif
