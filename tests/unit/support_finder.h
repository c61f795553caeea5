/* SPDX-License-Identifier: MIT */
/* support_finder: what the finder's tests share: a store of a few sessions, and a finder over it. */
#ifndef TESTS_SUPPORT_FINDER_H
#define TESTS_SUPPORT_FINDER_H

#include "support_fakestore.h"

struct fixture {
	struct fakestore store;
	struct find_context context;
	struct ours ours; /* what the context points to, where a test fills it */
	struct arena arena;
	struct finder *finder;
};

/* For cmocka: *state becomes a fixture over the rows of fakestore_add_table. */
int fixture_set_up(void **state, const char *sessions);
int fixture_tear_down(void **state);

#endif
