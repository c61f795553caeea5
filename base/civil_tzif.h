/* SPDX-License-Identifier: MIT */
/*
 * civil_tzif: the rules of one zone, and their reading from a TZif file (RFC 9636).
 * Private to base/civil*.c. The file is not trusted: every count is checked against its length.
 */
#ifndef BASE_CIVIL_TZIF_H
#define BASE_CIVIL_TZIF_H

#include "base/civil_rule.h"
#include "base/err.h"

struct zone {
	struct zone *next;
	char *name;
	int64_t *changes;       /* UTC seconds, ascending */
	unsigned char *kind_of; /* after change i: kinds[kind_of[i]] */
	size_t n_changes;
	struct zone_kind *kinds; /* kinds[0] holds before the first change; at least one */
	size_t n_kinds;
	struct zone_rule rule; /* after the last change */
	bool has_rule;
};

/* Fills the rules of z, which the caller owns; release also after failure. */
int zone_load_tzif(struct zone *z, struct str bytes, struct err *e);
void zone_release(struct zone *z);

#endif
