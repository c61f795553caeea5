/* SPDX-License-Identifier: MIT */
/* check: whether an index is what it says it is. */
#include <stdlib.h>

#include "db/walk.h"

int
store_check(struct store *st, void (*report)(void *arg, const char *text), void *arg,
            struct err *e)
{
	(void)st;
	(void)report;
	(void)arg;
	(void)e;
	return 0;
}
