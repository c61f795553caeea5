/* SPDX-License-Identifier: MIT */
/*
 * support_fakestore: sessions in memory that answer probes as an index would, for tests of the
 * finder. Sessions come from a table of tab-separated rows (see fakestore_load).
 */
#ifndef TESTS_SUPPORT_FAKESTORE_H
#define TESTS_SUPPORT_FAKESTORE_H

#include "model/find.h"

struct fakestore {
	struct arena arena;
	struct session *sessions;
	size_t n, cap;
	size_t probes; /* answered since the last reset by the test */
};

void fakestore_init(struct fakestore *s);
void fakestore_release(struct fakestore *s);
/*
 * Columns: epoch with fraction, gateway, own ID, further references (comma), peer IP, peer host,
 * HELO, sender, recipients (comma), stage, verdict, code, reply. Empty: not known.
 */
void fakestore_add_row(struct fakestore *s, struct str row);
void fakestore_add_table(struct fakestore *s, struct str table);
void fakestore_answer(struct fakestore *s, const struct probe *p, struct arena *a,
		      struct probe_answer *out);
/* Asks until f is ready. */
const struct find_result *fakestore_run(struct fakestore *s, struct finder *f, struct arena *a);
/* A context over this store: one gateway, coverage from the first to the last session. */
struct find_context fakestore_context(struct fakestore *s);

#endif
