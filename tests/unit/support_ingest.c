/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "support_ingest.h"

struct outcome out;

int
ingest_begin(void **state)
{
	(void)state;
	out = (struct outcome){ 0 };
	assert_ptr_equal(importer_format(STR("toy")), &toy_format);
	memory_init(&out.m);
	out.o.zone = zone_utc();
	return 0;
}

int
ingest_end(void **state)
{
	(void)state;
	memory_release(&out.m);
	arena_release(&out.arena);
	files_remove_all();
	return 0;
}

static void
keep_report(void *arg, const struct ingest_report *r)
{
	(void)arg;
	assert_true(out.n < MOST_REPORTS);
	assert_int_equal(r->lines, r->understood + r->ignored + r->unknown);
	struct ingest_report *k = &out.reports[out.n++];
	*k = *r;
	k->path = arena_str(&out.arena, r->path);
	k->gateway = arena_str(&out.arena, r->gateway);
	k->format = arena_str(&out.arena, r->format);
}

static void
count_tick(void *arg, struct str path, uint64_t done, uint64_t total)
{
	(void)arg;
	assert_true(path.n > 0);
	assert_true(total == 0 || done <= total);
	assert_true(out.ticks == 0 || done >= out.done);
	out.done = done;
	out.total = total;
	out.ticks++;
}

static bool
is_cancelled(void *arg)
{
	(void)arg;
	return out.cancel && out.ticks > 2;
}

void
import_paths(const char *const *paths, size_t n)
{
	struct ingest_hooks h = {
		.report = keep_report,
		.progress = count_tick,
		.cancelled = is_cancelled,
	};
	out.n = 0;
	out.ticks = 0;
	out.rc = ingest_paths(&out.m.sink, &out.m.book, paths, n, &out.o, &h, &out.failed, &out.e);
}

const struct ingest_report *
import(const char *path)
{
	import_paths(&path, 1);
	assert_int_equal(out.rc, 0);
	assert_true(out.n > 0);
	return &out.reports[0];
}

const struct source_info *
source_info(size_t i)
{
	assert_true(i < out.m.size.n_sources);
	return &out.m.sources[i].info;
}
