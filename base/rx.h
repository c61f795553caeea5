/* SPDX-License-Identifier: MIT */
/*
 * rx: PCRE2 with JIT behind limits. The only file that includes <pcre2.h> is rx.c.
 * Patterns may come from operators and subjects from strangers: every match runs with match, depth
 * and heap limits, and exceeding one is reported as RX_LIMIT, never as a hang.
 */
#ifndef BASE_RX_H
#define BASE_RX_H

#include "base/err.h"
#include "base/str.h"

struct rx;

enum rx_result { RX_NO_MATCH, RX_MATCH, RX_LIMIT };

/* Case-insensitive with `nocase`. On error: ERR_FORMAT with the offset and PCRE2's message. */
struct rx *rx_compile(struct str pattern, bool nocase, struct err *e);
/* The same; *at is the offset of an error, and its text does without it. */
struct rx *rx_compile_at(struct str pattern, bool nocase, size_t *at, struct err *e);
/*
 * Another user of the same pattern: an rx belongs to one thread at a time, and so each of them needs
 * its own. The copy is freed before r.
 */
struct rx *rx_copy(const struct rx *r);
void rx_free(struct rx *r);
/* Matches from `from`; groups are then read with rx_group until the next match of the same rx. */
enum rx_result rx_match(struct rx *r, struct str subject, size_t from);
/* Group 0 is the whole match; unset groups are empty with p == NULL. */
struct str rx_group(const struct rx *r, unsigned number);
/* Number of a named group, or -1. */
int rx_group_number(const struct rx *r, const char *name);
/* The named groups, in no order of use: the i-th, or false behind the last. Borrowed from r. */
bool rx_named_group(const struct rx *r, unsigned i, struct str *name, unsigned *number);

#endif
