/* SPDX-License-Identifier: MIT */
/*
 * The ingest loop with real Exim logs: a reject log with header blocks, and syslog with records in
 * pieces, cut at every byte and grown, are what they are at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "importers/ingest.h"
#include "support_files.h"
#include "support_sink.h"

struct sums {
	uint64_t lines, understood, ignored, unknown;
};

static void
add_report(void *arg, const struct ingest_report *r)
{
	struct sums *s = arg;
	assert_int_equal(r->error.code, ERR_NONE);
	s->lines += r->lines;
	s->understood += r->understood;
	s->ignored += r->ignored;
	s->unknown += r->unknown;
}

static void
import(struct memory *m, const char *path, struct sums *sums)
{
	struct ingest_options o = { .gateway = STR("mx1"), .zone = zone_utc(), .year = 2026 };
	struct ingest_hooks h = { .report = add_report, .arg = sums };
	struct err e = { 0 };
	size_t failed;
	assert_int_equal(ingest_paths(&m->sink, &m->book, &path, 1, &o, &h, &failed, &e), 0);
	assert_int_equal(sums->lines, sums->understood + sums->ignored + sums->unknown);
}

static void
cut_and_compare(const char *sample)
{
	struct arena a = { 0 };
	struct memory m;
	struct strbuf whole, parts;
	struct sums sums = { 0 };
	struct str log = files_read(sample, &a);
	strbuf_init(&whole, STRBUF_NO_MAX);
	strbuf_init(&parts, STRBUF_NO_MAX);
	memory_init(&m);
	import(&m, files_write("log", log), &sums);
	memory_text(&m, &whole);
	memory_release(&m);
	assert_int_equal(sums.unknown, 0);
	for (size_t cut = 0; cut <= log.n; cut++) {
		struct sums cut_sums = { 0 };
		memory_init(&m);
		import(&m, files_write("log", str_slice(log, 0, cut)), &cut_sums);
		import(&m, files_write("log", log), &cut_sums);
		strbuf_clear(&parts);
		memory_text(&m, &parts);
		assert_true(str_eq(strbuf_str(&parts), strbuf_str(&whole)));
		assert_memory_equal(&sums, &cut_sums, sizeof(sums));
		memory_release(&m);
	}
	strbuf_release(&whole);
	strbuf_release(&parts);
	arena_release(&a);
	files_remove_all();
}

static void
reject_log_can_be_cut_anywhere(void **state)
{
	(void)state;
	cut_and_compare("tests/samples/ingest/rejectlog");
}

static void
syslog_in_pieces_can_be_cut_anywhere(void **state)
{
	(void)state;
	cut_and_compare("tests/samples/ingest/mail.log");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reject_log_can_be_cut_anywhere),
		cmocka_unit_test(syslog_in_pieces_can_be_cut_anywhere),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
