/* SPDX-License-Identifier: MIT */
/* look_up: the sessions that a REF or an ID on the command line means. */
#ifndef CLI_LOOK_UP_H
#define CLI_LOOK_UP_H

#include "cli/cli.h"

/*
 * Sessions of a reference, or of any identifier: the most telling one first, then newest first. With
 * none, says on stderr that nothing is known under that name, prints "null" with --json, and *n is 0.
 */
int look_up(struct cli *c, struct str wanted, struct session **list, size_t *n, struct err *e);
/* The same without a word about none. */
int look_up_quietly(struct cli *c, struct str wanted, struct session **list, size_t *n,
		    struct err *e);
/* Says on stderr that n - 1 more sessions carry the identifier, if so. */
void look_up_more(size_t n);

#endif
