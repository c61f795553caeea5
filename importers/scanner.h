/* SPDX-License-Identifier: MIT */
/*
 * scanner: what the logs of spam and virus scanners share. Such a line is a judgement on a message
 * that the MTA knows: by the MTA's own ID if the scanner was told it, else by the Message-ID.
 */
#ifndef IMPORTERS_SCANNER_H
#define IMPORTERS_SCANNER_H

#include "importers/refusal.h"
#include "importers/take.h"
#include "model/record.h"

/* Removes "2026-03-07 16:16:41" or "…T16:16:41.123" from the head of *s; `between` parts date and time. */
bool scanner_stamp(struct str *s, char between, struct civil *c);
/* "-2.91", "7", "+1.5" and nothing else; false for "nan" and "inf". */
bool scanner_number(struct str s, double *value);
/* Removes <>; empty for what scanners write when there is none: "undef", "unknown", "(unknown)". */
struct str scanner_bare(struct str s);
/* What stands from the first `lead` to the first `end` behind it; empty if it is not there. */
struct str scanner_between(struct str s, struct str lead, struct str end);
/* The message by the MTA's ID, which may come back when it is none of Exim's. */
void scanner_set_id(struct fragment *f, struct str id);
/* "A,B" as "A, B". */
struct str scanner_symbols(struct str list, struct arena *a);
void scanner_set_sender(struct fragment *f, struct str sender);
/* Addresses parted by commas, <> around each or around none; "..." ends a list that was cut. */
void scanner_set_recipients(struct fragment *f, struct str list, struct arena *a);

#endif
