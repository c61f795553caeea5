/* SPDX-License-Identifier: MIT */
/*
 * support_toy: a log format for tests of the ingest loop, which takes the place of all importers.
 * A line that begins with a full time or with "Mmm dd hh:mm:ss host " begins a record, others
 * belong to the record before them. "odd" in the first line makes it unknown, "idle" ignored.
 * A full time is the record's time. The last record is held back, as its following lines may be
 * written yet. "scanned" in the first line of a log makes it a scanner's.
 */
#ifndef TESTS_UNIT_SUPPORT_TOY_H
#define TESTS_UNIT_SUPPORT_TOY_H

#include "importers/importer.h"

extern const struct log_format toy_format;
/* near_us of the readers made so far, the newest last. */
int64_t toy_last_near_us(void);

#endif
