/* SPDX-License-Identifier: MIT */
#include "support_finder.h"

#include <stdlib.h>

int
fixture_set_up(void **state, const char *sessions)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (!f)
		return -1;
	fakestore_init(&f->store);
	arena_init(&f->arena);
	fakestore_add_table(&f->store, str_from(sessions));
	f->context = fakestore_context(&f->store);
	*state = f;
	return 0;
}

int
fixture_tear_down(void **state)
{
	struct fixture *f = *state;

	finder_free(f->finder);
	fakestore_release(&f->store);
	arena_release(&f->arena);
	free(f);
	return 0;
}
