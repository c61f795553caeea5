/* SPDX-License-Identifier: MIT */
/*
 * The ingest loop and time: a log imported in any pieces, after crashes, rotated, renamed, packed,
 * in any order, is the log imported at once.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "importers/ingest.h"
#include "importers/lines.h"
#include "support_files.h"
#include "support_sink.h"
#include "support_toy.h"

struct sums {
	uint64_t bytes, lines, understood, ignored, unknown, pending_bytes;
	unsigned reports, known, skipped;
	struct err error; /* the last */
};

static void
add_report(void *arg, const struct ingest_report *r)
{
	struct sums *s = arg;
	assert_int_equal(r->lines, r->understood + r->ignored + r->unknown);
	s->bytes += r->bytes;
	s->lines += r->lines;
	s->understood += r->understood;
	s->ignored += r->ignored;
	s->unknown += r->unknown;
	s->pending_bytes = r->pending_bytes;
	s->reports++;
	s->known += r->already_known;
	s->skipped += r->skipped;
	if (r->error.code != ERR_NONE)
		s->error = r->error;
}

static int
import_with(struct memory *m, const char *path, uint64_t commit_bytes, struct sums *sums)
{
	struct ingest_options o = { .gateway = STR("mx1"), .zone = zone_utc(), .now_us = 0 };
	struct ingest_hooks h = { .report = add_report, .arg = sums };
	struct err e = { 0 };
	size_t failed = 0;
	o.commit_bytes = commit_bytes;
	int rc = ingest_paths(&m->sink, &m->book, &path, 1, &o, &h, &failed, &e);
	if (rc == 0 && failed > 0)
		print_message("# %s\n", sums->error.text);
	assert_int_equal(failed, 0);
	return rc;
}

static void
import(struct memory *m, const char *path, struct sums *sums)
{
	assert_int_equal(import_with(m, path, 0, sums), 0);
}

/* Blocks of a few lines as in a reject log, of every class, with CR, NUL and equal lines. */
static struct str
block_text(struct strbuf *b, int blocks)
{
	for (int i = 0; i < blocks; i++) {
		const char *kind = i % 7 == 3 ? "idle" : i % 11 == 5 ? "odd" : "refused";
		strbuf_printf(b, "2026-02-%02d 10:00:%02d %s %d%s\n", i / 60 % 28 + 1, i % 60, kind,
			      i % 9, i % 5 == 2 ? "\r" : "");
		for (int k = 0; k < i % 4; k++)
			strbuf_printf(b, "  Header-%d: %s\n", k, k == 1 ? "a\tb" : "");
		if (i % 13 == 12)
			strbuf_add(b, (struct str){ "\0x\n", 3 });
	}
	return strbuf_str(b);
}

struct whole {
	struct strbuf log, text;
	struct sums sums;
};

static void
import_whole(struct whole *w, int blocks)
{
	struct memory m;
	*w = (struct whole){ 0 };
	strbuf_init(&w->log, STRBUF_NO_MAX);
	strbuf_init(&w->text, STRBUF_NO_MAX);
	block_text(&w->log, blocks);
	memory_init(&m);
	import(&m, files_write("whole", strbuf_str(&w->log)), &w->sums);
	memory_text(&m, &w->text);
	memory_release(&m);
}

static void
release_whole(struct whole *w)
{
	strbuf_release(&w->log);
	strbuf_release(&w->text);
}

static void
expect_same(const struct memory *m, const struct whole *w)
{
	struct strbuf got;
	strbuf_init(&got, STRBUF_NO_MAX);
	memory_text(m, &got);
	if (!str_eq(strbuf_str(&got), strbuf_str(&w->text)))
		print_message("# got:\n%s# wanted:\n%s", got.p, w->text.p);
	assert_true(str_eq(strbuf_str(&got), strbuf_str(&w->text)));
	strbuf_release(&got);
}

static void
expect_counts(const struct sums *got, const struct sums *wanted)
{
	assert_int_equal(got->bytes, wanted->bytes);
	assert_int_equal(got->lines, wanted->lines);
	assert_int_equal(got->understood, wanted->understood);
	assert_int_equal(got->ignored, wanted->ignored);
	assert_int_equal(got->unknown, wanted->unknown);
}

/* Naming the toy format also makes the linker take its registry. */
static int
check_registry(void **state)
{
	(void)state;
	return importer_format(STR("toy")) == &toy_format ? 0 : -1;
}

static int
remove_files(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

static void
cut_at_every_byte_and_grown_is_the_same(void **state)
{
	(void)state;
	struct whole w;
	import_whole(&w, 60);
	struct str log = strbuf_str(&w.log);
	assert_true(log.n > 3000);
	for (size_t cut = 0; cut <= log.n; cut++) {
		struct memory m;
		struct sums sums = { 0 };
		memory_init(&m);
		import(&m, files_write("cut", str_slice(log, 0, cut)), &sums);
		assert_int_equal(sums.bytes + sums.pending_bytes, cut);
		import(&m, files_write("cut", log), &sums);
		assert_int_equal(sums.pending_bytes, 0);
		expect_counts(&sums, &w.sums);
		expect_same(&m, &w);
		assert_int_equal(m.size.n_sources, 1);
		memory_release(&m);
	}
	release_whole(&w);
}

static void
written_byte_by_byte_is_the_same(void **state)
{
	(void)state;
	struct whole w;
	struct memory m;
	struct sums sums = { 0 };
	import_whole(&w, 20);
	memory_init(&m);
	for (size_t cut = 0; cut <= w.log.n; cut++)
		import(&m, files_write("grows", str_slice(strbuf_str(&w.log), 0, cut)), &sums);
	expect_counts(&sums, &w.sums);
	expect_same(&m, &w);
	memory_release(&m);
	release_whole(&w);
}

static void
second_import_and_prefixes_add_nothing(void **state)
{
	(void)state;
	struct whole w;
	struct memory m;
	struct sums sums = { 0 };
	import_whole(&w, 300);
	memory_init(&m);
	import(&m, files_write("log", strbuf_str(&w.log)), &sums);
	unsigned commits = m.commits;
	for (size_t cut = 1; cut <= w.log.n; cut += 97)
		import(&m, files_write("prefix", str_slice(strbuf_str(&w.log), 0, cut)), &sums);
	import(&m, files_path("log"), &sums);
	expect_counts(&sums, &w.sums);
	expect_same(&m, &w);
	assert_int_equal(m.size.n_sources, 1);
	assert_true(m.commits > commits);
	memory_release(&m);
	release_whole(&w);
}

static void
crash_at_any_commit_is_healed(void **state)
{
	(void)state;
	struct whole w;
	import_whole(&w, 60);
	const char *path = files_write("log", strbuf_str(&w.log));
	for (unsigned failing = 1; failing <= w.sums.lines; failing++) {
		struct memory m;
		struct sums sums = { 0 };
		memory_init(&m);
		m.lines_until_failure = failing;
		assert_int_equal(import_with(&m, path, 200, &sums), -1);
		memory_crash(&m);
		import(&m, path, &sums);
		expect_same(&m, &w);
		memory_release(&m);
	}
	release_whole(&w);
}

static const struct {
	const char *command, *name;
} packings[] = {
	{ "cp log copy", "copy" },           { "gzip -kf log", "log.gz" },
	{ "xz -kf log", "log.xz" },          { "bzip2 -kf log", "log.bz2" },
	{ "zstd -qkf log", "log.zst" },      { "lz4 -qkf log log.lz4", "log.lz4" },
	{ "tar cf log.tar log", "log.tar" }, { "tar czf log.tgz log", "log.tgz" },
};
enum { N_PACKINGS = sizeof(packings) / sizeof(packings[0]) };

static void
every_packing_is_the_same_log(void **state)
{
	(void)state;
	struct whole w;
	import_whole(&w, 1500);
	for (size_t first = 0; first < N_PACKINGS; first++) {
		struct memory m;
		struct sums sums = { 0 };
		memory_init(&m);
		files_write("log", strbuf_str(&w.log));
		if (!files_run(packings[first].command))
			continue;
		import(&m, files_path(packings[first].name), &sums);
		expect_counts(&sums, &w.sums);
		expect_same(&m, &w);
		for (size_t i = 0; i < N_PACKINGS; i++)
			if (files_run(packings[i].command))
				import(&m, files_path(packings[i].name), &sums);
		expect_same(&m, &w);
		assert_int_equal(m.size.n_sources, 1);
		memory_release(&m);
	}
	release_whole(&w);
}

static void
packed_after_growing_is_read_on(void **state)
{
	(void)state;
	struct whole w;
	import_whole(&w, 1500);
	for (size_t i = 1; i < N_PACKINGS; i++) {
		struct memory m;
		struct sums sums = { 0 };
		memory_init(&m);
		import(&m, files_write("log", str_slice(strbuf_str(&w.log), 0, w.log.n / 3)),
		       &sums);
		files_write("log", strbuf_str(&w.log));
		if (files_run(packings[i].command)) {
			import(&m, files_path(packings[i].name), &sums);
			expect_counts(&sums, &w.sums);
			expect_same(&m, &w);
		}
		memory_release(&m);
	}
	release_whole(&w);
}

static void
import_stdin(struct memory *m, const char *path, struct sums *sums)
{
	int saved = dup(STDIN_FILENO);
	int fd = open(path, O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
	import(m, "-", sums);
	dup2(saved, STDIN_FILENO);
	close(saved);
}

static void
standard_input_is_known_by_content_too(void **state)
{
	(void)state;
	struct whole w;
	struct memory m;
	struct sums sums = { 0 };
	import_whole(&w, 1500);
	memory_init(&m);
	struct str log = strbuf_str(&w.log);
	size_t line_end = str_find_char(log, '\n', log.n / 2) + 1;
	import_stdin(&m, files_write("part", str_slice(log, 0, line_end)), &sums);
	import_stdin(&m, files_write("log", log), &sums);
	expect_counts(&sums, &w.sums);
	import_stdin(&m, files_path("log"), &sums);
	import(&m, files_path("log"), &sums);
	expect_counts(&sums, &w.sums);
	expect_same(&m, &w);
	memory_release(&m);
	release_whole(&w);
}

/* A log is split and rotated; whatever was imported when, in whatever order. */
static void
rotated_sets_in_any_order_are_the_same(void **state)
{
	(void)state;
	struct whole w;
	import_whole(&w, 900);
	struct str log = strbuf_str(&w.log);
	size_t cuts[5] = { 0, 0, 0, 0, log.n };
	for (size_t i = 1; i < 4; i++) /* where a record begins */
		cuts[i] = str_find(log, STR("\n2026"), log.n * i / 4) + 1;
	srand(3);
	for (int round = 0; round < 20; round++) {
		struct memory m;
		struct sums sums = { 0 };
		unsigned order[4] = { 0, 1, 2, 3 };
		memory_init(&m);
		for (unsigned i = 3; i > 0; i--) {
			unsigned k = (unsigned)rand() % (i + 1), t = order[i];
			order[i] = order[k];
			order[k] = t;
		}
		for (unsigned i = 0; i < 4; i++) {
			struct str part = str_slice(log, cuts[order[i]], cuts[order[i] + 1]);
			size_t some = (size_t)rand() % part.n;
			import(&m, files_write("log", str_slice(part, 0, some)), &sums);
			files_write("log", part);
			if (i % 2 && files_run("gzip -f log"))
				import(&m, files_path("log.gz"), &sums);
			else
				import(&m, files_path("log"), &sums);
			import(&m, files_write("log.1", part), &sums);
		}
		expect_counts(&sums, &w.sums);
		expect_same(&m, &w);
		assert_int_equal(m.size.n_sources, 4);
		memory_release(&m);
	}
	release_whole(&w);
}

static void
replaced_log_is_a_new_source(void **state)
{
	(void)state;
	struct memory m;
	struct sums sums = { 0 };
	memory_init(&m);
	import(&m, files_write("log", STR("2026-02-01 10:00:00 a\n2026-02-01 10:00:01 b\n")),
	       &sums);
	import(&m, files_write("log", STR("2026-02-02 10:00:00 c\n")), &sums);
	import(&m, files_write("log", STR("2026-02-02 10:00:00 c\n2026-02-02 10:00:00 d\n")),
	       &sums);
	assert_int_equal(sums.lines, 4);
	assert_int_equal(m.size.n_sources, 2);
	memory_release(&m);
}

/* The head is the same, but not what stands before the checkpoint. */
static void
log_replaced_behind_its_head_is_a_new_source(void **state)
{
	(void)state;
	struct whole w;
	struct memory m;
	struct sums sums = { 0 };
	import_whole(&w, 600);
	struct str log = strbuf_str(&w.log);
	size_t keep = str_find(log, STR("\n2026"), 3 * MARK_BYTES) + 1;
	memory_init(&m);
	import(&m, files_write("log", log), &sums);
	files_write("log", str_slice(log, 0, keep));
	for (size_t more = 0; more < log.n; more += 21)
		files_append("log", STR("2026-02-03 10:00:00 x\n"));
	import(&m, files_path("log"), &sums);
	assert_int_equal(m.size.n_sources, 2);
	assert_int_equal(m.sources[1].info.mark.offset, sums.bytes - log.n);
	import(&m, files_path("log"), &sums);
	assert_int_equal(sums.known, 1);
	memory_release(&m);
	release_whole(&w);
}

static void
half_line_of_a_stream_is_mended_when_it_goes_on(void **state)
{
	(void)state;
	struct memory m;
	struct sums sums = { 0 };
	memory_init(&m);
	import_stdin(&m, files_write("half", STR("2026-02-01 10:00:00 a\n2026-02-01 10:0")), &sums);
	assert_int_equal(sums.lines, 2);
	import(&m, files_write("log", STR("2026-02-01 10:00:00 a\n2026-02-01 10:00:01 b\n")),
	       &sums);
	assert_int_equal(sums.lines, 3);
	assert_true(str_eq(m.lines[2].text, STR("2026-02-01 10:00:01 b")));
	assert_int_equal(m.sources[0].info.mark.lines, 2);
	import(&m, files_path("log"), &sums);
	assert_int_equal(sums.lines, 3);

	import_stdin(&m, files_write("half", STR("2026-03-01 10:00:00 c\n2026-03-01 10:00:00 d")),
		     &sums);
	assert_int_equal(sums.lines, 5);
	import(&m,
	       files_write("log", STR("2026-03-01 10:00:00 c\n2026-03-01 10:00:00 d\n"
				      "2026-03-01 10:00:00 e\n")),
	       &sums);
	assert_int_equal(sums.lines, 6);
	assert_int_equal(m.size.n_sources, 2);
	memory_release(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(cut_at_every_byte_and_grown_is_the_same, remove_files),
		cmocka_unit_test_teardown(written_byte_by_byte_is_the_same, remove_files),
		cmocka_unit_test_teardown(second_import_and_prefixes_add_nothing, remove_files),
		cmocka_unit_test_teardown(crash_at_any_commit_is_healed, remove_files),
		cmocka_unit_test_teardown(every_packing_is_the_same_log, remove_files),
		cmocka_unit_test_teardown(packed_after_growing_is_read_on, remove_files),
		cmocka_unit_test_teardown(standard_input_is_known_by_content_too, remove_files),
		cmocka_unit_test_teardown(rotated_sets_in_any_order_are_the_same, remove_files),
		cmocka_unit_test_teardown(replaced_log_is_a_new_source, remove_files),
		cmocka_unit_test_teardown(log_replaced_behind_its_head_is_a_new_source,
					  remove_files),
		cmocka_unit_test_teardown(half_line_of_a_stream_is_mended_when_it_goes_on,
					  remove_files),
	};
	return cmocka_run_group_tests(tests, check_registry, NULL);
}
