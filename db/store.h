/* SPDX-License-Identifier: MIT */
/*
 * store: the index behind a narrow door that knows no SQL. Raw lines lie in compressed blocks,
 * sessions in groups of columns, search tokens in sorted runs (ARCHITECTURE.md, "The index").
 *
 * One writer per index, elected by flock on the index file's companion "<index>.lock"; the loser
 * gets ERR_BUSY with the holder's pid. Readers never block the writer and see whole batches only.
 * Results live in the caller's arena.
 */
#ifndef DB_STORE_H
#define DB_STORE_H

#include "model/find.h"
#include "model/sink.h"
#include "model/text_filter.h"

struct store;

enum store_mode {
	STORE_READ,  /* must exist; never writes; no write permission needed anywhere */
	STORE_WRITE, /* created if missing, migrated if older, lock taken */
};

/* Formats the store may meet in its sources, by name; given by the composition root. */
typedef const struct log_format *log_format_by_name(struct str name);

/*
 * ERR_IO: missing (STORE_READ), unreadable, on a network filesystem; ERR_DB: not an index of ours,
 * newer than this program, damaged; ERR_BUSY.
 */
int store_open(const char *path, enum store_mode mode, log_format_by_name *formats,
	       struct store **out, struct err *e);
void store_close(struct store *st);
/* Rises with each commit by anybody: a console compares it to know that there is news. */
uint64_t store_version(struct store *st);

/* --- writing (STORE_WRITE): the ingest loop gets these two views of the store --- */
struct sink *store_sink(struct store *st);
struct source_book *store_book(struct store *st);
/* Everything taken in becomes visible; open sessions are emitted. */
int store_commit(struct store *st, struct err *e);

/* --- reading --- */
struct store_totals {
	uint64_t sessions;
	uint64_t lines, understood, ignored, unknown;
	uint64_t raw_bytes, packed_bytes, file_bytes;
};
int store_totals(struct store *st, struct store_totals *out, struct err *e);

struct store_source {
	uint32_t number;
	struct str path, gateway, format;
	enum log_role role;
	uint64_t bytes, lines, understood, ignored, unknown;
	uint64_t sessions;
	unsigned features;      /* model/advice.h */
	int64_t from_us, to_us; /* TIME_NONE when empty */
	int64_t imported_us;    /* when last read */
};
int store_sources(struct store *st, struct arena *a, struct store_source **out, size_t *n,
		  struct err *e);
/* Stretches without a line that are longer than this are called gaps. */
#define STORE_GAP_US (60 * 60 * US_PER_SECOND)
/* Time that each gateway's logs cover, with gaps: stretches without any line longer than gap_us. */
struct store_stretch {
	struct str gateway;
	int64_t from_us, to_us;
};
int store_coverage(struct store *st, int64_t gap_us, struct arena *a, struct store_stretch **out,
		   size_t *n, struct err *e);

/* Each gateway from its first to its last hour with lines; gaps are told by store_coverage. */
int store_gateways(struct store *st, struct arena *a, struct coverage **out, size_t *n,
		   struct err *e);

struct store_unknown {
	struct str shape, sample, source;
	uint64_t count;
};
int store_unknowns(struct store *st, struct arena *a, size_t most, struct store_unknown **out,
		   size_t *n, struct err *e);

/* By reference, following merges; complete. ERR_IO with "no such session" is not an error: *out is NULL. */
int store_session(struct store *st, struct session_ref ref, struct arena *a, struct session **out,
		  struct err *e);
/* The text of a reference, opaque to others, stable while the index lives. */
struct str session_ref_text(struct session_ref ref, struct arena *a);
bool session_ref_parse(struct str text, struct session_ref *out);
/* Its raw lines in order. */
int store_session_lines(struct store *st, const struct session *s, struct arena *a,
			struct stored_line **out, size_t *n, struct err *e);

/*
 * Pages, newest first by start time. A page begins after `after` (zeroed: at the newest) and holds
 * at most `most` sessions; *more tells whether there are older ones. `keep` (may be NULL) filters;
 * at most `budget_sessions` are looked at, so a page may be short with *more true.
 */
struct session_cursor {
	int64_t start_us;
	struct session_ref ref;
};
struct page_query {
	struct session_cursor after;
	size_t most;
	uint64_t budget_sessions;        /* 0: no limit */
	const struct probe *probe;       /* NULL: all */
	bool whole;                      /* complete sessions; else brief ones (model/session.h) */
	const struct text_filter *words; /* all must occur in it or its lines; NULL: any */
	bool (*keep)(void *arg, const struct session *s); /* is shown brief ones */
	void *keep_arg;
};
struct session_page {
	struct session *sessions;
	size_t n;
	struct session_cursor next;
	uint64_t looked; /* sessions looked at for this page */
	bool more;
};
int store_page(struct store *st, const struct page_query *q, struct arena *a,
	       struct session_page *out, struct err *e);

/* Answers a probe of the finder. */
int store_probe(struct store *st, const struct probe *p, struct arena *a, struct probe_answer *out,
		struct err *e);

/* --- settings: small texts kept with the index; an absent one is empty --- */
int store_setting(struct store *st, const char *name, struct arena *a, struct str *value,
		  struct err *e);
/* STORE_WRITE only; takes effect at once. */
int store_set_setting(struct store *st, const char *name, struct str value, struct err *e);

/* --- health --- */
/* A digest over sessions, recipients, scores and the multiset of raw lines (DESIGN §4). */
int store_digest(struct store *st, char hex[65], struct err *e);
/* Calls report for each finding; returns the number of findings or -1. */
int store_check(struct store *st, void (*report)(void *arg, const char *text), void *arg,
		struct err *e);

#endif
