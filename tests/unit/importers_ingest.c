/* SPDX-License-Identifier: MIT */
/* The ingest loop and its inputs: paths, refusals, odd lines, archives, hooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support_ingest.h"

static void
empty_file_is_fine(void **state)
{
	(void)state;
	const struct ingest_report *r = import(files_write("empty", STR("")));
	assert_int_equal(r->error.code, ERR_NONE);
	assert_int_equal(r->lines, 0);
	assert_int_equal(out.failed, 0);
	assert_int_equal(out.m.size.n_sources, 0);
}

static void
last_half_line_of_a_file_waits(void **state)
{
	(void)state;
	const struct ingest_report *r = import(files_write("log", STR(ONE "2026-01-01 00")));
	assert_int_equal(r->lines, 1);
	assert_int_equal(r->bytes, strlen(ONE));
	assert_int_equal(r->pending_bytes, 13);
	assert_int_equal(source_info(0)->mark.offset, strlen(ONE));
	assert_int_equal(source_info(0)->mark.head_bytes, strlen(ONE));
	r = import(files_write("begun", STR("2027")));
	assert_int_equal(r->error.code, ERR_NONE);
	assert_int_equal(r->pending_bytes, 4);
}

static void
packed_file_ends_its_last_line(void **state)
{
	(void)state;
	files_write("log", STR(ONE "2026-01-01 00:00:05 half"));
	files_run("gzip log");
	const struct ingest_report *r = import(files_path("log.gz"));
	assert_int_equal(r->lines, 2);
	assert_int_equal(r->pending_bytes, 0);
	assert_true(str_eq(out.m.lines[1].text, STR("2026-01-01 00:00:05 half")));
	assert_true(import(files_path("log.gz"))->already_known);
}

static void
what_is_no_log_is_refused_with_its_first_bytes(void **state)
{
	(void)state;
	const char *path = files_write("program", (struct str){ "\x7f"
								"ELF\2\1\n\0\0\0",
								10 });
	const struct ingest_report *r = import(path);
	assert_int_equal(out.failed, 1);
	assert_int_equal(r->error.code, ERR_FORMAT);
	assert_false(r->skipped);
	assert_non_null(strstr(r->error.text, "program is not a log that Postern knows (starts "
					      "with \"\\x7fELF\\x02\\x01"));
	assert_int_equal(out.m.size.n_lines, 0);
	import(files_write("escape", STR("\x1b[2Jhello\nhello\n")));
	assert_null(strchr(out.reports[0].error.text, 0x1b));
	assert_int_equal(out.failed, 1);
}

static void
given_format_overrules_detection(void **state)
{
	(void)state;
	out.o.format = STR("toy");
	const struct ingest_report *r = import(files_write("notes", STR("hello\nworld\n")));
	assert_int_equal(r->lines, 2);
	assert_int_equal(r->unknown, 2);
	out.o.format = STR("nothing");
	const char *path = files_path("notes");
	import_paths(&path, 1);
	assert_int_equal(out.rc, -1);
	assert_int_equal(out.e.code, ERR_USAGE);
}

static void
directory_is_walked_by_name_with_what_lies_below(void **state)
{
	(void)state;
	files_write("d/b", STR(ONE));
	files_write("d/a/y", STR(TWO));
	files_write("d/a/deep/z", STR("2026-01-01 00:00:02 three\n"));
	files_write("d/c.conf", STR("key = value\nkey = value\n"));
	files_write("d/.hidden", STR(ONE TWO));
	files_write("d/z", STR(""));
	assert_int_equal(mkfifo(files_path("d/pipe"), 0600), 0);
	assert_int_equal(symlink("nowhere", files_path("d/dangling")), 0);
	assert_int_equal(symlink(".", files_path("d/loop")), 0);
	assert_int_equal(symlink("../..", files_path("d/a/deep/loop")), 0);
	import(files_path("d"));
	assert_int_equal(out.n, 5);
	assert_true(str_ends(out.reports[0].path, STR("/d/a/deep/z")));
	assert_true(str_ends(out.reports[1].path, STR("/d/a/y")));
	assert_true(str_ends(out.reports[2].path, STR("/d/b")));
	assert_true(str_ends(out.reports[3].path, STR("/d/c.conf")));
	assert_true(out.reports[3].skipped);
	assert_int_equal(out.reports[3].error.code, ERR_FORMAT);
	assert_true(str_ends(out.reports[4].path, STR("/d/z")));
	assert_int_equal(out.failed, 0);
	assert_int_equal(out.m.size.n_lines, 3);
}

static void
failing_path_is_reported_and_the_rest_goes_on(void **state)
{
	(void)state;
	const char *paths[] = { files_path("missing"), files_write("log", STR(ONE)),
				files_write("secret", STR(TWO)), files_write("end", STR(TWO)) };
	chmod(paths[2], 0);
	import_paths(paths, 4);
	assert_int_equal(out.rc, 0);
	assert_int_equal(out.n, 4);
	assert_int_equal(out.reports[0].error.code, ERR_IO);
	assert_non_null(strstr(out.reports[0].error.text, "missing: cannot be opened: No such"));
	assert_int_equal(out.reports[1].lines, 1);
	if (geteuid() != 0) {
		assert_int_equal(out.failed, 2);
		assert_non_null(strstr(out.reports[2].error.text, "Permission denied"));
		assert_int_equal(out.reports[3].lines, 1);
	}
}

static void
damaged_archive_keeps_what_could_be_read(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (int i = 0; i < 50000; i++)
		strbuf_printf(&b, "2026-01-01 00:00:00 line %d\n", i * 7919);
	files_write("log", strbuf_str(&b));
	files_run("gzip log");
	struct str packed = files_read(files_path("log.gz"), &out.arena);
	const char *path = files_write("cut.gz", str_slice(packed, 0, packed.n / 2));
	const struct ingest_report *r = import(path);
	assert_int_equal(out.n, 1);
	assert_int_equal(out.failed, 1);
	assert_int_equal(r->error.code, ERR_IO);
	assert_true(r->lines > 1000);
	uint64_t before = r->lines;
	r = import(path);
	assert_int_equal(r->lines, 0);
	r = import(files_path("log.gz"));
	assert_int_equal(r->error.code, ERR_NONE);
	assert_int_equal(r->lines, 50000 - before);
	strbuf_release(&b);
}

static void
odd_bytes_pass_through(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_add_text(&b, ONE "2026-01-01 00:00:01 ");
	size_t huge = (size_t)10 << 20;
	memset(strbuf_reserve(&b, huge), 'x', huge);
	b.n += huge;
	strbuf_add(&b, (struct str){ "\r\n2026-01-01 00:00:02 \0\xff\x1b\n", 26 });
	const struct ingest_report *r = import(files_write("log", strbuf_str(&b)));
	assert_int_equal(r->lines, 3);
	assert_int_equal(r->understood, 3);
	assert_int_equal(r->bytes, b.n);
	assert_int_equal(out.m.lines[1].text.n, huge + 21);
	assert_true(str_ends(out.m.lines[1].text, STR("xxx\r")));
	assert_int_equal(out.m.lines[2].text.n, 23);
	strbuf_release(&b);
}

static void
commits_and_progress_come_in_time(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	while (b.n < 8 << 20)
		strbuf_printf(&b, "2026-01-01 00:00:00 line %zu\n", b.n);
	out.o.commit_bytes = 1 << 20;
	import(files_write("log", strbuf_str(&b)));
	assert_in_range(out.m.commits, 8, 12);
	assert_in_range(out.ticks, 8, 12);
	strbuf_release(&b);
}

static void
cancel_keeps_what_was_read(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	while (b.n < 8 << 20)
		strbuf_printf(&b, "2026-01-01 00:00:00 line %zu\n", b.n);
	const char *path = files_write("log", strbuf_str(&b));
	out.cancel = true;
	import_paths(&path, 1);
	assert_int_equal(out.rc, -1);
	assert_int_equal(out.e.code, ERR_CANCEL);
	uint64_t offset = source_info(0)->mark.offset;
	assert_in_range(offset, 1 << 20, 4 << 20);
	out.cancel = false;
	assert_int_equal(import(path)->bytes, b.n - offset);
	strbuf_release(&b);
}

static void
sink_failure_ends_the_run(void **state)
{
	(void)state;
	const char *paths[] = { files_write("a", STR(ONE)), files_write("b", STR(TWO)) };
	out.m.lines_until_failure = 1;
	import_paths(paths, 2);
	assert_int_equal(out.rc, -1);
	assert_int_equal(out.e.code, ERR_DB);
	assert_int_equal(out.n, 0);
}

static void
members_of_an_archive_are_logs(void **state)
{
	(void)state;
	files_write("d/mainlog", STR(ONE));
	files_write("d/mainlog.1", STR(TWO));
	files_write("d/exim.conf", STR("a = b\n"));
	files_write("d/rejectlog", STR(ONE "Envelope-from: <a@b>\n"));
	files_run("gzip d/mainlog.1");
	files_run("tar czf logs.tgz --sort=name d");
	import(files_path("logs.tgz"));
	assert_int_equal(out.n, 4);
	assert_int_equal(out.failed, 0);
	assert_true(str_ends(out.reports[1].path, STR("/logs.tgz:d/mainlog")));
	assert_true(out.reports[0].skipped);
	for (size_t i = 0; i < out.m.size.n_sources; i++) {
		bool is_reject = str_ends(source_info(i)->path, STR("/rejectlog"));
		assert_int_equal(source_info(i)->context.role,
				 is_reject ? LOG_ROLE_REJECT : LOG_ROLE_MAIN);
	}
	assert_int_equal(out.m.size.n_sources, 3);
	import(files_path("d"));
	for (size_t i = 0; i < 4; i++)
		assert_true(out.reports[i].already_known || out.reports[i].skipped);
}

static void
renamed_log_gets_its_new_path(void **state)
{
	(void)state;
	import(files_write("log", STR(ONE)));
	files_run("cp -p log copy");
	import(files_path("copy"));
	assert_true(str_ends(source_info(0)->path, STR("/log")));
	files_run("mv log log.1");
	files_write("log", STR(TWO));
	import(files_path("log.1"));
	assert_true(str_ends(source_info(0)->path, STR("/log.1")));
}

/* Bytes behind the head are spoilt without a trace: nobody reads them. */
static void
known_packed_file_is_not_unpacked_again(void **state)
{
	(void)state;
	struct stat st;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	for (int i = 0; i < 200000; i++)
		strbuf_printf(&b, "2026-01-01 00:00:00 line %d\n", i * 7919);
	files_write("log", strbuf_str(&b));
	for (int known_plain = 0; known_plain < 2; known_plain++) {
		if (known_plain)
			import(files_path("log"));
		files_run("gzip -f log");
		const char *path = files_path("log.gz");
		assert_int_equal(import(path)->error.code, ERR_NONE);
		assert_int_equal(import(path)->already_known, true);
		assert_int_equal(stat(path, &st), 0);
		struct timespec times[2] = { st.st_atim, st.st_mtim };
		FILE *f = fopen(path, "r+b");
		fseek(f, st.st_size - 300, SEEK_SET);
		for (int i = 0; i < 60; i++)
			fputc(i * 37, f);
		fclose(f);
		assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
		assert_int_equal(import(path)->error.code, ERR_NONE);
		assert_true(out.reports[0].already_known);
		strbuf_add_text(&b, TWO);
		files_write("log", strbuf_str(&b));
	}
	strbuf_release(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(empty_file_is_fine),
		TEST(last_half_line_of_a_file_waits),
		TEST(packed_file_ends_its_last_line),
		TEST(what_is_no_log_is_refused_with_its_first_bytes),
		TEST(given_format_overrules_detection),
		TEST(directory_is_walked_by_name_with_what_lies_below),
		TEST(failing_path_is_reported_and_the_rest_goes_on),
		TEST(damaged_archive_keeps_what_could_be_read),
		TEST(odd_bytes_pass_through),
		TEST(commits_and_progress_come_in_time),
		TEST(cancel_keeps_what_was_read),
		TEST(sink_failure_ends_the_run),
		TEST(members_of_an_archive_are_logs),
		TEST(renamed_log_gets_its_new_path),
		TEST(known_packed_file_is_not_unpacked_again),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
