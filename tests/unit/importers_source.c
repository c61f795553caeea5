/* SPDX-License-Identifier: MIT */
/* source: every packing gives the same bytes; archives give each file; damage is said. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "importers/source.h"
#include "support_files.h"

static int
remove_files(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

static struct str
sample_text(struct strbuf *b)
{
	for (int i = 0; i < 20000; i++)
		strbuf_printf(b, "2026-01-01 00:00:00 line %d of the log\n", i * i);
	return strbuf_str(b);
}

static int
read_all(struct source *s, struct strbuf *out, struct err *e)
{
	char block[10000];
	ssize_t n;
	while ((n = source_read(s, block, sizeof(block), e)) > 0)
		strbuf_add(out, (struct str){ block, (size_t)n });
	return n < 0 ? -1 : 0;
}

static void
expect_present(struct source *s, struct str text)
{
	struct err e = { 0 };
	struct strbuf got;
	strbuf_init(&got, STRBUF_NO_MAX);
	assert_int_equal(read_all(s, &got, &e), 0);
	assert_true(str_eq(strbuf_str(&got), text));
	strbuf_release(&got);
}

static const struct {
	const char *command, *name;
} packings[] = {
	{ "true", "log" },
	{ "gzip -kf log", "log.gz" },
	{ "xz -kf log", "log.xz" },
	{ "bzip2 -kf log", "log.bz2" },
	{ "zstd -qkf log", "log.zst" },
	{ "lz4 -qkf log log.lz4", "log.lz4" },
	{ "tar cf log.tar log", "log.tar" },
	{ "tar czf log.tgz log", "log.tgz" },
	{ "tar cJf log.txz log", "log.txz" },
};
enum { N_PACKINGS = sizeof(packings) / sizeof(packings[0]) };

static void
each_packing_gives_the_same_bytes(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	struct str text = sample_text(&b);
	files_write("log", text);
	for (size_t i = 0; i < N_PACKINGS; i++) {
		struct source *s;
		struct err e = { 0 };
		if (!files_run(packings[i].command)) {
			print_message("# %s is not installed\n", packings[i].command);
			continue;
		}
		assert_int_equal(source_open(files_path(packings[i].name), &s, &e), 0);
		assert_int_equal(source_is_plain(s), i == 0);
		assert_int_equal(source_next(s, &e), 1);
		expect_present(s, text);
		assert_int_equal(source_rewind(s, &e), 0);
		expect_present(s, text);
		assert_int_equal(source_next(s, &e), 0);
		source_close(s);
	}
	strbuf_release(&b);
}

static void
pipe_can_go_back_once_it_is_kept(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	struct str text = sample_text(&b);
	files_write("log", text);
	int saved = dup(STDIN_FILENO);
	for (size_t i = 0; i < N_PACKINGS; i++)
		for (int keep = 0; keep < 2; keep++) {
			struct source *s;
			struct err e = { 0 };
			char some[1000];
			if (!files_run(packings[i].command))
				continue;
			int fd = open(files_path(packings[i].name), O_RDONLY);
			dup2(fd, STDIN_FILENO);
			close(fd);
			assert_int_equal(source_open("-", &s, &e), 0);
			assert_false(source_is_plain(s));
			assert_int_equal(source_next(s, &e), 1);
			if (keep) {
				assert_int_equal(source_read(s, some, sizeof(some), &e) > 0, 1);
				assert_int_equal(source_rewind(s, &e), 0);
			}
			source_forget(s);
			expect_present(s, text);
			assert_int_equal(source_next(s, &e), 0);
			source_close(s);
		}
	dup2(saved, STDIN_FILENO);
	close(saved);
	strbuf_release(&b);
}

static void
archive_gives_each_file_unpacked(void **state)
{
	(void)state;
	struct source *s;
	struct err e = { 0 };
	files_write("d/a", STR("first\n"));
	files_write("d/b", STR("second\n"));
	files_write("d/sub/c", STR(""));
	files_run("gzip d/b");
	files_run("tar czf all.tgz --sort=name d");
	assert_int_equal(source_open(files_path("all.tgz"), &s, &e), 0);
	assert_int_equal(source_next(s, &e), 1);
	assert_true(str_eq(source_member(s), STR("d/a")));
	expect_present(s, STR("first\n"));
	assert_int_equal(source_next(s, &e), 1);
	assert_true(str_eq(source_member(s), STR("d/b.gz")));
	expect_present(s, STR("second\n"));
	assert_int_equal(source_rewind(s, &e), 0);
	expect_present(s, STR("second\n"));
	assert_int_equal(source_next(s, &e), 1);
	assert_true(str_eq(source_member(s), STR("d/sub/c")));
	expect_present(s, STR(""));
	assert_int_equal(source_next(s, &e), 0);
	source_close(s);
}

static void
empty_packed_file_is_an_empty_log(void **state)
{
	(void)state;
	struct source *s;
	struct err e = { 0 };
	files_write("empty", STR(""));
	files_run("gzip -k empty");
	assert_int_equal(source_open(files_path("empty.gz"), &s, &e), 0);
	assert_int_equal(source_next(s, &e), 1);
	expect_present(s, STR(""));
	assert_int_equal(source_next(s, &e), 0);
	source_close(s);
}

static void
damage_is_an_error_after_the_good_bytes(void **state)
{
	(void)state;
	struct strbuf b, got;
	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_init(&got, STRBUF_NO_MAX);
	struct arena a = { 0 };
	struct source *s;
	struct err e = { 0 };
	struct str text = sample_text(&b);
	files_write("log", text);
	files_run("gzip -k log");
	struct str packed = files_read(files_path("log.gz"), &a);
	files_write("cut.gz", str_slice(packed, 0, packed.n / 2));
	assert_int_equal(source_open(files_path("cut.gz"), &s, &e), 0);
	assert_int_equal(source_next(s, &e), 1);
	assert_int_equal(read_all(s, &got, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_true(got.n > 0);
	assert_true(str_starts(text, strbuf_str(&got)));
	source_close(s);
	arena_release(&a);
	strbuf_release(&b);
	strbuf_release(&got);
}

static void
what_cannot_be_opened_says_why(void **state)
{
	(void)state;
	struct source *s;
	struct err e = { 0 };
	assert_int_equal(source_open(files_path("missing"), &s, &e), -1);
	assert_string_equal(e.text, "cannot be opened: No such file or directory");
	assert_int_equal(source_open(files_directory(), &s, &e), -1);
	assert_string_equal(e.text, "is a directory");
	files_write("bad.gz", STR("\x1f\x8b\x08\0\0\0\0\0\0\3 this is no gzip file"));
	if (source_open(files_path("bad.gz"), &s, &e) == 0) {
		char some[100];
		assert_true(source_next(s, &e) < 0 || source_read(s, some, sizeof(some), &e) < 0);
		source_close(s);
	}
	assert_non_null(strstr(e.text, "cannot be unpacked"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(each_packing_gives_the_same_bytes, remove_files),
		cmocka_unit_test_teardown(pipe_can_go_back_once_it_is_kept, remove_files),
		cmocka_unit_test_teardown(archive_gives_each_file_unpacked, remove_files),
		cmocka_unit_test_teardown(empty_packed_file_is_an_empty_log, remove_files),
		cmocka_unit_test_teardown(damage_is_an_error_after_the_good_bytes, remove_files),
		cmocka_unit_test_teardown(what_cannot_be_opened_says_why, remove_files),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
