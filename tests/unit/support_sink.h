/* SPDX-License-Identifier: MIT */
/*
 * support_sink: a sink and source book in memory, for tests of the ingest loop. It keeps what a
 * store would, forgets what was not committed when asked to (a crash), and turns its content into
 * one text, so that two ways of importing can be compared.
 */
#ifndef TESTS_UNIT_SUPPORT_SINK_H
#define TESTS_UNIT_SUPPORT_SINK_H

#include "base/strbuf.h"
#include "model/sink.h"

struct kept_line {
	struct str text;
	uint32_t source;
};

struct kept_record {
	line_ref *lines;
	size_t n_lines;
	enum line_class class;
	int64_t time_us;
	struct str gateway; /* the host its lines name, else the source's */
};

struct kept_source {
	struct source_info info; /* pending is owned by pending */
	line_ref *pending;
	uint32_t n_pending;
};

struct kept_directory {
	struct str path, gateway;
};

/* Counts only; the arrays stay, so a crash is a return to these. */
struct kept_size {
	size_t n_lines, n_records, n_sources, n_directories;
};

struct memory {
	struct sink sink;
	struct source_book book;
	struct kept_line *lines;
	struct kept_record *records;
	struct kept_source *sources;
	struct kept_source *committed; /* sources as of the last commit */
	size_t n_committed;
	struct kept_directory *directories;
	size_t cap_lines, cap_records, cap_sources, cap_directories;
	struct kept_size size, committed_size;
	uint32_t source; /* selected */
	unsigned commits;
	unsigned lines_until_failure; /* 0: never; else that line call fails */
	struct arena arena;
};

void memory_init(struct memory *m);
void memory_release(struct memory *m);
/* Forgets what was not committed. */
void memory_crash(struct memory *m);
/*
 * All lines, sorted, then all records, sorted: each with its class, its gateway and its lines; of
 * records that begin with the same line the one that came last. Free of numbers and paths.
 */
void memory_text(const struct memory *m, struct strbuf *out);

#endif
