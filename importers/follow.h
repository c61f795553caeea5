/* SPDX-License-Identifier: MIT */
/*
 * follow: goes on reading logs as they grow, rotate, vanish and return, until cancelled. Waits for
 * the kernel to say that something changed (inotify), so that idling costs nothing.
 */
#ifndef IMPORTERS_FOLLOW_H
#define IMPORTERS_FOLLOW_H

#include "importers/ingest.h"

/*
 * The paths have been imported once before. Each batch is committed; a line is taken in about
 * FOLLOW_GATHER_MS after it was written. Reports come through the hooks for files that brought
 * something. Returns 0 when cancelled (a signal ends the wait), -1 as ingest_paths does, or when
 * the kernel cannot watch (ERR_IO).
 */
enum { FOLLOW_GATHER_MS = 200 };
int follow_paths(struct sink *sink, struct source_book *book, const char *const *paths, size_t n,
		 const struct ingest_options *o, const struct ingest_hooks *h, struct err *e);

#endif
