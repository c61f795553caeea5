/* SPDX-License-Identifier: MIT */
/* The ingest loop and its inputs: paths, refusals, odd lines, roles, gateways, years, hooks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utime.h>

#include "importers/ingest.h"
#include "importers/ingest_local.h"
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
	bool cancel;
	int rc;
	struct err e;
	struct arena arena;
};

static struct outcome out;

static int
begin(void **state)
{
	(void)state;
	out = (struct outcome){ 0 };
	memory_init(&out.m);
	out.o.zone = zone_utc();
	return 0;
}

static int
end(void **state)
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
	out.ticks++;
}

static bool
is_cancelled(void *arg)
{
	(void)arg;
	return out.cancel && out.ticks > 2;
}

static void
import_paths(const char *const *paths, size_t n)
{
	struct ingest_hooks h = {
		.report = keep_report,
		.progress = count_tick,
		.cancelled = is_cancelled,
	};
	out.n = 0;
	out.rc = ingest_paths(&out.m.sink, &out.m.book, paths, n, &out.o, &h, &out.failed, &out.e);
}

static const struct ingest_report *
import(const char *path)
{
	import_paths(&path, 1);
	assert_int_equal(out.rc, 0);
	assert_true(out.n > 0);
	return &out.reports[0];
}

static const struct source_info *
source_info(size_t i)
{
	assert_true(i < out.m.size.n_sources);
	return &out.m.sources[i].info;
}

#define ONE "2026-01-01 00:00:00 one\n"
#define TWO "2026-01-01 00:00:01 two\n"

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
	const char *path = files_write("program", (struct str){ "\x7f" "ELF\2\1\n\0\0\0", 10 });
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
directory_is_walked_by_name_one_level_deep(void **state)
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
	import(files_path("d"));
	assert_int_equal(out.n, 4);
	assert_true(str_ends(out.reports[0].path, STR("/d/a/y")));
	assert_true(str_ends(out.reports[1].path, STR("/d/b")));
	assert_true(str_ends(out.reports[2].path, STR("/d/c.conf")));
	assert_true(out.reports[2].skipped);
	assert_int_equal(out.reports[2].error.code, ERR_FORMAT);
	assert_true(str_ends(out.reports[3].path, STR("/d/z")));
	assert_int_equal(out.failed, 0);
	assert_int_equal(out.m.size.n_lines, 2);
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
roles_come_from_content_and_name(void **state)
{
	(void)state;
	struct str syslog = STR("Jan  1 00:00:00 mx1 exim[1]: x\n");
	struct str block = STR(ONE "Envelope-from: <a@b>\nEnvelope-to: <c@d>\n");
	assert_int_equal(detect_role(STR("/var/log/exim_rejectlog"), STR(ONE)), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("exim4/rejectlog.2.gz"), STR(ONE)), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("exim4/paniclog"), STR(ONE)), LOG_ROLE_PANIC);
	assert_int_equal(detect_role(STR("exim4/mainlog.1"), block), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("rejectlog/x"), STR(ONE)), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("x"), block), LOG_ROLE_REJECT);
	assert_int_equal(detect_role(STR("x"), syslog), LOG_ROLE_SYSLOG);
	assert_int_equal(detect_role(STR("mainlog"), syslog), LOG_ROLE_SYSLOG);
	assert_int_equal(detect_role(STR("mainlog"), STR("")), LOG_ROLE_MAIN);
	assert_int_equal(detect_role(STR("x"), STR("Jan  1 00:00:00 mx1 exim[1]: x\nJan")),
	                 LOG_ROLE_SYSLOG);
}

static void
given_gateway_comes_first(void **state)
{
	(void)state;
	out.o.gateway = STR("mx9");
	const char *path = files_write("log", STR("Jan  1 00:00:00 mx1 exim[1]: x\n"));
	assert_true(str_eq(import(path)->gateway, STR("mx9")));
	out.o.gateway = STR("");
	files_append("log", STR("Jan  1 00:00:01 mx1 exim[1]: y\n"));
	const struct ingest_report *r = import(path);
	assert_int_equal(r->lines, 1);
	assert_true(str_eq(r->gateway, STR("mx9")));
	for (size_t i = 0; i < out.m.size.n_records; i++)
		assert_true(str_eq(out.m.records[i].gateway, STR("mx9")));
	/* remembered for the directory */
	assert_true(str_eq(import(files_write("new", STR(TWO)))->gateway, STR("mx9")));
}

static void
host_in_the_line_names_the_gateway(void **state)
{
	(void)state;
	struct str text = STR("Jan  1 00:00:00 mx1 exim[1]: a\nJan  1 00:00:01 mx2 exim[1]: b\n"
	                      "Jan  1 00:00:02 mx1 exim[1]: c\nJan  1 00:00:03 mx3 exim[1]: d\n"
	                      "Jan  1 00:00:03 mx2 exim[1]: e\n");
	static const char *const wanted[] = { "mx1", "mx2", "mx1", "mx3", "mx2" };
	assert_true(str_eq(import(files_write("mail.log", text))->gateway, STR("mx1")));
	assert_int_equal(out.m.size.n_records, 5);
	for (size_t i = 0; i < 5; i++)
		assert_true(str_eq(out.m.records[i].gateway, str_from(wanted[i])));
	/* The last record may grow: it is read again, still mx2's. */
	files_append("mail.log", STR("Jan  1 00:00:04 mx4 exim[1]: f\n"));
	import(files_path("mail.log"));
	assert_int_equal(out.m.size.n_records, 7);
	assert_true(str_eq(out.m.records[5].gateway, STR("mx2")));
	assert_true(str_eq(out.m.records[6].gateway, STR("mx4")));
}

#define BLOCK                                                                                    \
	"2026-01-01 00:00:00 refused\nEnvelope-from: <a@b.example>\nEnvelope-to: <c@d.example>\n"  \
	"P Received: from [192.0.2.1] (port=1 helo=x)\n\tby mx6.gw.example with esmtp (Exim 4.96)\n" \
	"\tid 1\nP Received: from y\n\tby evil.example with smtp\n"

static void
logs_of_a_directory_share_the_derived_gateway(void **state)
{
	(void)state;
	files_write("d/mainlog", STR(ONE));
	files_write("d/rejectlog", STR(BLOCK));
	files_write("e/log", STR(TWO "2026-01-01 00:00:09 1xUnli-0001zL-2x <= <> P=local "
	                             "id=E1xUnli-0001zL-2x@mx7.gw.example\n"));
	files_write("f/log", STR("2026-01-01 00:00:09 1xUnli-0001zL-2x <= a@b "
	                         "id=E1xUnli-0001zM-2x@stranger.example\n"));
	const char *paths[] = { files_path("d"), files_path("e"), files_path("f") };
	out.o.default_gateway = STR("fallback");
	import_paths(paths, 3);
	assert_int_equal(out.n, 4);
	assert_true(str_eq(out.reports[0].gateway, STR("mx6.gw.example")));
	assert_true(str_eq(out.reports[1].gateway, STR("mx6.gw.example")));
	assert_true(str_eq(out.reports[2].gateway, STR("mx7.gw.example")));
	assert_true(str_eq(out.reports[3].gateway, STR("fallback")));
	/* later logs there need not say it again */
	files_write("d/mainlog.new", STR("2026-01-03 00:00:00 three\n"));
	import(files_path("d/mainlog.new"));
	assert_true(str_eq(out.reports[0].gateway, STR("mx6.gw.example")));
}

static void
known_log_teaches_a_new_directory(void **state)
{
	(void)state;
	out.o.gateway = STR("mx1");
	import(files_write("d/mainlog", STR(ONE)));
	out.o.gateway = STR("");
	files_write("copy/a", STR(TWO));
	files_write("copy/b", STR(ONE));
	import(files_path("copy"));
	assert_true(str_eq(out.reports[0].gateway, STR("mx1")));
	assert_true(out.reports[1].already_known);
	assert_true(str_eq(out.reports[1].gateway, STR("mx1")));
}

static void
unnamed_gateways_differ(void **state)
{
	(void)state;
	struct str first = import(files_write("a/log", STR(ONE)))->gateway;
	struct str second = import(files_write("b/log", STR(TWO)))->gateway;
	assert_true(first.n > 0);
	assert_false(str_eq(first, second));
	assert_true(str_eq(import(files_write("a/new", STR(ONE TWO ONE TWO)))->gateway, first));
}

static void
large_content_is_one_source_whatever_the_gateway(void **state)
{
	(void)state;
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	while (b.n < 5000)
		strbuf_add_text(&b, ONE);
	import(files_write("a", strbuf_str(&b)));
	out.o.gateway = STR("mx2");
	assert_true(import(files_write("b", strbuf_str(&b)))->already_known);
	strbuf_release(&b);
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

static void
equal_content_of_two_gateways_is_two_sources(void **state)
{
	(void)state;
	out.o.gateway = STR("mx1");
	import(files_write("a", STR(ONE)));
	out.o.gateway = STR("mx2");
	assert_int_equal(import(files_write("b", STR(ONE)))->lines, 1);
	assert_int_equal(out.m.size.n_sources, 2);
}

static int64_t
at(int year, int month, int day)
{
	return civil_to_us(&(struct civil){ .year = year, .month = month, .day = day });
}

static void
set_mtime(const char *path, int64_t time_us)
{
	struct utimbuf t = { time_us / US_PER_SECOND, time_us / US_PER_SECOND };
	assert_int_equal(utime(path, &t), 0);
}

static void
year_comes_from_the_files_time(void **state)
{
	(void)state;
	const char *path = files_write("mail.log", STR("Dec 30 00:00:00 mx1 exim[1]: a\n"
	                                               "Jan  2 00:00:00 mx1 exim[1]: b\n"));
	set_mtime(path, at(2024, 1, 2));
	import(path);
	assert_int_equal(toy_last_near_us(), at(2023, 12, 30));
	/* what is added later is near the first line's year, whatever the file's time says */
	files_append("mail.log", STR("Jan  3 00:00:00 mx1 exim[1]: c\n"));
	import(path);
	assert_int_equal(toy_last_near_us(), at(2024, 1, 3));
	files_run("gzip mail.log");
	out.o.year = 2019;
	import(files_write("other.log", STR("Mar  3 00:00:00 mx1 exim[1]: c\n")));
	assert_int_equal(toy_last_near_us(), at(2019, 3, 3));
}

static void
year_has_the_leap_day(void **state)
{
	(void)state;
	struct str leap = STR("Feb 29 00:00:00 mx1 x");
	struct str before = STR("Feb 20 00:00:00 mx1 x");
	struct str autumn = STR("Oct  1 00:00:00 mx1 x");
	struct str lines[] = { before, leap };
	const struct zone *z = zone_utc();
	assert_int_equal(year_moment(&leap, 1, 0, at(2027, 5, 1), z), at(2024, 2, 29));
	assert_int_equal(year_moment(lines, 2, 0, at(2027, 5, 1), z), at(2024, 2, 20));
	lines[0] = autumn;
	assert_int_equal(year_moment(lines, 2, 0, at(2026, 5, 1), z), at(2023, 10, 1));
	assert_int_equal(year_moment(&autumn, 1, 0, at(2026, 9, 30), z), at(2026, 10, 1));
	assert_int_equal(year_moment(&autumn, 1, 0, at(2026, 9, 29), z), at(2025, 10, 1));
	struct str none = STR("2026-01-01 00:00:00 x");
	assert_int_equal(year_moment(&none, 1, 0, 42, z), 42);
	struct civil c = { .month = 1, .day = 1 };
	assert_int_equal(year_moment_after(&c, at(2026, 12, 30), z), at(2027, 1, 1));
	assert_int_equal(year_moment_after(&c, at(2027, 1, 1), z), at(2027, 1, 1));
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
	files_write("d/rejectlog", STR(BLOCK));
	files_run("gzip d/mainlog.1");
	files_run("tar czf logs.tgz --sort=name d");
	import(files_path("logs.tgz"));
	assert_int_equal(out.n, 4);
	assert_int_equal(out.failed, 0);
	assert_true(str_ends(out.reports[1].path, STR("/logs.tgz:d/mainlog")));
	assert_true(out.reports[0].skipped);
	assert_int_equal(source_info(2)->context.role, LOG_ROLE_REJECT);
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

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(empty_file_is_fine),
		TEST(last_half_line_of_a_file_waits),
		TEST(packed_file_ends_its_last_line),
		TEST(what_is_no_log_is_refused_with_its_first_bytes),
		TEST(given_format_overrules_detection),
		TEST(directory_is_walked_by_name_one_level_deep),
		TEST(failing_path_is_reported_and_the_rest_goes_on),
		TEST(damaged_archive_keeps_what_could_be_read),
		TEST(odd_bytes_pass_through),
		TEST(commits_and_progress_come_in_time),
		TEST(cancel_keeps_what_was_read),
		TEST(roles_come_from_content_and_name),
		TEST(given_gateway_comes_first),
		TEST(host_in_the_line_names_the_gateway),
		TEST(logs_of_a_directory_share_the_derived_gateway),
		TEST(known_log_teaches_a_new_directory),
		TEST(unnamed_gateways_differ),
		TEST(large_content_is_one_source_whatever_the_gateway),
		TEST(known_packed_file_is_not_unpacked_again),
		TEST(equal_content_of_two_gateways_is_two_sources),
		TEST(year_comes_from_the_files_time),
		TEST(year_has_the_leap_day),
		TEST(sink_failure_ends_the_run),
		TEST(members_of_an_archive_are_logs),
		TEST(renamed_log_gets_its_new_path),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
