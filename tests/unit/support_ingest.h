/* SPDX-License-Identifier: MIT */
/*
 * support_ingest: runs the ingest loop with a sink in memory and the toy format, and keeps what it
 * reported. One run at a time; `out` is made new before each test and released after it.
 */
#ifndef TESTS_UNIT_SUPPORT_INGEST_H
#define TESTS_UNIT_SUPPORT_INGEST_H

#include "importers/ingest.h"
#include "support_files.h"
#include "support_sink.h"
#include "support_toy.h"

enum { MOST_REPORTS = 64 };

struct outcome {
	struct memory m;
	struct ingest_options o;
	struct ingest_report reports[MOST_REPORTS];
	size_t n;
	size_t failed;
	unsigned ticks;
	uint64_t done, total; /* as of the last */
	bool cancel;          /* after two of them */
	int rc;
	struct err e;
	struct arena arena;
};

extern struct outcome out;

/* cmocka's set-up and tear-down of each test; the latter also removes all files. */
int ingest_begin(void **state);
int ingest_end(void **state);
#define TEST(f) cmocka_unit_test_setup_teardown(f, ingest_begin, ingest_end)

/* The result is in out. */
void import_paths(const char *const *paths, size_t n);
/* One path that must not fail the run; its first report. */
const struct ingest_report *import(const char *path);
const struct source_info *source_info(size_t i);

#define ONE "2026-01-01 00:00:00 one\n"
#define TWO "2026-01-01 00:00:01 two\n"

#endif
