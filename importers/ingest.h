/* SPDX-License-Identifier: MIT */
/*
 * ingest: files, directories, compressed files and streams, read once and for all into a sink.
 * Knows what was read before by content (struct source_mark), resumes there, and accounts for each
 * physical line as understood, ignored or unknown. The lines of one gateway come in the order of
 * time, whatever files they are in.
 */
#ifndef IMPORTERS_INGEST_H
#define IMPORTERS_INGEST_H

#include <stdio.h>

#include "model/sink.h"

struct ingest_options {
	struct str gateway;      /* --gateway; empty: from the line, else remembered or derived */
	struct str format;       /* --format; empty: detect */
	const struct zone *zone; /* --timezone, else the operator's; NULL: the host's */
	bool zone_is_given;      /* else message IDs that hold the epoch know better */
	int year;                /* --year of the first line; 0: derive */
	int64_t now_us;
	/* Host whose logs carry no name and whose directory is not known yet: a name, or empty. */
	struct str default_gateway;
	uint64_t commit_bytes; /* of log text between commits, over all logs; 0: 64 MB */
};

struct ingest_report { /* one per file; counts of this run */
	struct str path;
	struct str gateway;
	struct str format;
	uint64_t bytes, lines, understood, ignored, unknown;
	uint64_t sessions;      /* that begin in it, more than before */
	uint64_t pending_bytes; /* a last half line that waits for its rest */
	uint64_t dropped_bytes; /* what lines longer than 16 MiB lost: worth a warning */
	bool already_known;     /* nothing new in it */
	bool skipped;           /* found in a directory and no log, as the error says; no failure */
	struct err error;       /* code ERR_NONE: fine */
};

struct ingest_hooks {
	/* For each log, in the order of the paths; for what has something new, after the commit. */
	void (*report)(void *arg, const struct ingest_report *r);
	/* Bytes as stored, of the whole call; total 0: unknown. `path` is being read. */
	void (*progress)(void *arg, struct str path, uint64_t done, uint64_t total);
	bool (*cancelled)(void *arg);
	void *arg;
};

/*
 * Reads every path ("-": standard input; directories are walked in name order, with all
 * that lies below). All are looked at first, then read side by side, a few at a time. A
 * path that fails is reported and the rest goes on. Returns -1 only if the sink fails (database) or
 * it was cancelled; *failed counts paths that could not be read.
 */
int ingest_paths(struct sink *sink, struct source_book *book, const char *const *paths, size_t n,
		 const struct ingest_options *o, const struct ingest_hooks *h, size_t *failed,
		 struct err *e);

#endif
