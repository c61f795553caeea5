/* SPDX-License-Identifier: MIT */
/*
 * support_tui_store: the functions of db/store.h over a few hand-made sessions, so that screens can
 * be tested without an index. Linked instead of the real ones; the search (db/find.c) is real.
 */
#ifndef TESTS_SUPPORT_TUI_STORE_H
#define TESTS_SUPPORT_TUI_STORE_H

#include "tui/app.h"

/* 2026-11-21 10:39:17 EST */
#define FAKE_NOW_US (INT64_C(1795275557) * US_PER_SECOND)

struct fake_store {
	struct arena arena;
	struct session *sessions; /* newest first */
	size_t n;
	uint64_t version;
	uint64_t number;           /* of the last reference */
	bool failing;              /* every call ends in ERR_DB */
	size_t fail_at;            /* so does the probe of this number; 0: none */
	size_t probes;             /* asked so far */
	struct session_ref merged; /* leads to the session that it became a part of … */
	struct session_ref into;   /* … this one */
};

struct fake_store *fake_store_new(size_t bulk);
void fake_store_free(struct fake_store *f);
/* One more, newer than all; the version rises. */
void fake_store_arrive(struct fake_store *f);
/* The session gets lines and thereby another reference; the old one leads to it. */
void fake_store_merge(struct fake_store *f, size_t i);
struct app_services fake_services(struct fake_store *f);

/* --- for support_tui_store.c and support_tui_sessions.c --- */
struct store {
	struct fake_store fake;
};
void fake_sessions_fill(struct fake_store *f, size_t bulk);
void fake_session_add(struct fake_store *f, int64_t start_us);

#endif
