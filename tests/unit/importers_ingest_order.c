/* SPDX-License-Identifier: MIT */
/*
 * The ingest loop and several logs: what they hold arrives in the order of time, whatever they are
 * called and however they are packed, once, and also when the import dies in between.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "importers/ingest_local.h"
#include "support_ingest.h"

#define SLACK_US US_PER_SECOND

static struct strbuf text;

static int
begin(void **state)
{
	strbuf_init(&text, STRBUF_NO_MAX);
	srand(5);
	return ingest_begin(state);
}

static int
end(void **state)
{
	strbuf_release(&text);
	return ingest_end(state);
}
#define ORDER_TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

/* Lines of a log that begins at that second and has one every `step` seconds. */
static const char *
write_log(const char *name, int from_s, int n, int step)
{
	strbuf_clear(&text);
	for (int i = 0; i < n; i++) {
		int s = from_s + i * step;
		strbuf_printf(&text, "2026-03-%02d %02d:%02d:%02d %s line %d\n", s / 86400 + 1,
			      s / 3600 % 24, s / 60 % 60, s % 60, name, s);
		if (i % 5 == 3)
			strbuf_add_text(&text, "\tmore of it\n");
	}
	return files_write(name, strbuf_str(&text));
}

/* Records of these lines and of that gateway (empty: all) in order, but for the slack; how many. */
static size_t
expect_order(line_ref from, struct str gateway)
{
	int64_t newest = TIME_NONE;
	size_t n = 0;
	for (size_t i = 0; i < out.m.size.n_records; i++) {
		const struct kept_record *r = &out.m.records[i];
		if (r->lines[0] < from || (gateway.n > 0 && !str_eq(r->gateway, gateway)))
			continue;
		assert_true(newest == TIME_NONE || r->time_us >= newest - SLACK_US);
		newest = r->time_us > newest ? r->time_us : newest;
		n++;
	}
	return n;
}

static uint64_t
lines_reported(void)
{
	uint64_t n = 0;
	for (size_t i = 0; i < out.n; i++) {
		assert_int_equal(out.reports[i].error.code, ERR_NONE);
		n += out.reports[i].lines;
	}
	return n;
}

static void
main_and_reject_log_come_side_by_side(void **state)
{
	(void)state;
	write_log("d/mainlog", 0, 20000, 1);
	write_log("d/rejectlog", 3, 5000, 4);
	write_log("d/paniclog", 4000, 3, 5000); /* few lines, far apart */
	import(files_path("d"));
	assert_int_equal(expect_order(0, STR("")), 25003);
	assert_int_equal(out.m.size.n_sources, 3);
	assert_int_equal(lines_reported(), out.m.size.n_lines);
	assert_true(str_ends(out.reports[0].path, STR("/mainlog")));
	assert_true(str_ends(out.reports[1].path, STR("/paniclog")));
	assert_true(str_ends(out.reports[2].path, STR("/rejectlog")));
}

static void
rotated_logs_come_in_order_whatever_their_names(void **state)
{
	(void)state;
	enum { PARTS = 30, LINES = 40 };
	for (int i = 0; i < PARTS; i++) {
		char name[64];
		snprintf(name, sizeof(name), "d/%c-%d", 'a' + i * 17 % 26, i);
		write_log(name, i * LINES * 10, LINES, 10);
		if (i % 3 == 0)
			files_run(arena_printf(&out.arena, "gzip %s", name).p);
	}
	import(files_path("d"));
	assert_int_equal(expect_order(0, STR("")), PARTS * LINES);
	assert_int_equal(lines_reported(), out.m.size.n_lines);
	uint64_t lines = out.m.size.n_lines;
	import(files_path("d"));
	assert_int_equal(out.m.size.n_lines, lines);
}

static void
what_was_read_before_goes_on_in_order(void **state)
{
	(void)state;
	write_log("d/mainlog", 0, 1000, 2);
	write_log("d/rejectlog", 0, 100, 20);
	import(files_path("d"));
	write_log("d/mainlog", 0, 3000, 2);
	write_log("d/rejectlog", 0, 300, 20);
	line_ref from = out.m.size.n_lines;
	import(files_path("d"));
	assert_int_equal(expect_order(from, STR("")), 2200);
	assert_int_equal(out.m.size.n_sources, 2);
}

static void
lines_of_the_same_second_take_turns(void **state)
{
	(void)state;
	write_log("d/mainlog", 0, 20000, 0);
	write_log("d/rejectlog", 0, 20000, 0);
	import(files_path("d"));
	unsigned changes = 0;
	for (size_t i = 1; i < out.m.size.n_lines; i++)
		changes += out.m.lines[i].source != out.m.lines[i - 1].source;
	assert_in_range(changes, 10, 200);
}

static void
more_logs_than_can_be_open_keep_the_order_of_their_gateway(void **state)
{
	(void)state;
	enum { GATEWAYS = 12 };
	const char *paths[GATEWAYS];
	for (int i = 0; i < GATEWAYS; i++) {
		struct str gateway = arena_printf(&out.arena, "mx%d", i);
		char name[32];
		snprintf(name, sizeof(name), "mx%d/mainlog.1", i);
		out.o.gateway = gateway; /* named once, remembered for the directory */
		import(write_log(name, 0, 1, 0));
		files_run(arena_printf(&out.arena, "rm %s", name).p);
		snprintf(name, sizeof(name), "mx%d/mainlog", i);
		write_log(name, i, 300, 10);
		snprintf(name, sizeof(name), "mx%d/rejectlog", i);
		write_log(name, i, 300, 10);
		paths[i] = files_path(gateway.p);
	}
	out.o.gateway = STR("");
	line_ref from = out.m.size.n_lines;
	import_paths(paths, GATEWAYS);
	assert_int_equal(out.n, 2 * GATEWAYS);
	assert_int_equal(lines_reported(), out.m.size.n_lines - from);
	for (int i = 0; i < GATEWAYS; i++)
		assert_int_equal(expect_order(from, out.reports[2 * i].gateway), 600);
}

static void
logs_without_times_come_first(void **state)
{
	(void)state;
	write_log("d/a", 0, 100, 1);
	files_write("d/b", STR("Jan  1 00:00:00 mx1 exim[1]: x\nJan  1 00:00:01 mx1 exim[1]: y\n"));
	write_log("d/c", 0, 100, 1);
	out.o.gateway = STR("mx1");
	import(files_path("d"));
	assert_int_equal(out.m.size.n_lines, 2 * 120 + 2);
	assert_true(str_starts(out.m.lines[0].text, STR("Jan")));
	assert_true(str_starts(out.m.lines[1].text, STR("Jan")));
}

/* --- the same log more than once -------------------------------------------------------------- */

static void
copies_in_one_call_count_once(void **state)
{
	(void)state;
	struct str log;
	write_log("d/log", 0, 30000, 1);
	log = arena_str(&out.arena, strbuf_str(&text));
	files_write("d/a-part", str_slice(log, 0, log.n / 2));
	files_write("e/copy", log);
	files_write("e/part", str_slice(log, 0, log.n / 3));
	files_run("cp d/log d/log.1 && gzip d/log.1");
	const char *paths[] = { files_path("d"), files_path("e"), files_path("d/log") };
	out.o.commit_bytes = 100000;
	import_paths(paths, 3);
	assert_int_equal(out.n, 6);
	assert_int_equal(lines_reported(), 36000);
	assert_int_equal(out.m.size.n_lines, 36000);
	assert_int_equal(out.m.size.n_sources, 1);
	for (size_t i = 1; i < out.n; i++)
		assert_true(str_eq(out.reports[i].gateway, out.reports[0].gateway));
	assert_int_equal(out.m.size.n_directories, 1);
}

static void
logs_that_begin_alike_are_told_apart(void **state)
{
	(void)state;
	struct str log;
	write_log("a", 0, 1000, 1);
	log = arena_str(&out.arena, strbuf_str(&text));
	files_write("b", str_slice(log, 0, log.n / 2));
	for (int i = 0; i < 600; i++)
		files_append("b", STR("2026-03-01 10:00:00 other\n"));
	const char *paths[] = { files_path("b"), files_path("a") };
	import_paths(paths, 2);
	assert_int_equal(out.m.size.n_sources, 2);
	assert_int_equal(lines_reported(), out.m.size.n_lines);
	import_paths(paths, 2);
	assert_true(out.reports[0].already_known && out.reports[1].already_known);
}

/* --- pipes and archives ----------------------------------------------------------------------- */

static void
with_stdin(const char *path, const char *const *paths, size_t n)
{
	int saved = dup(STDIN_FILENO);
	int fd = open(path, O_RDONLY);
	dup2(fd, STDIN_FILENO);
	close(fd);
	import_paths(paths, n);
	dup2(saved, STDIN_FILENO);
	close(saved);
	assert_int_equal(out.rc, 0);
}

static void
standard_input_has_its_place_in_time(void **state)
{
	(void)state;
	write_log("d/mainlog", 0, 20000, 3);
	write_log("piped", 5000, 20000, 1);
	files_run("gzip -k piped");
	const char *paths[] = { files_path("d"), "-" };
	out.o.gateway = STR("mx1");
	with_stdin(files_path("piped.gz"), paths, 2);
	assert_int_equal(expect_order(0, STR("")), 40000);
	assert_int_equal(lines_reported(), out.m.size.n_lines);
	with_stdin(files_path("piped"), paths, 2);
	assert_true(out.reports[0].already_known && out.reports[1].already_known);
	assert_int_equal(out.m.size.n_sources, 2);
}

static void
standard_input_may_be_a_copy(void **state)
{
	(void)state;
	const char *paths[] = { "-", write_log("log", 0, 20000, 1) };
	out.o.gateway = STR("mx1");
	for (int first = 0; first < 2; first++) {
		memory_release(&out.m);
		memory_init(&out.m);
		with_stdin(files_path("log"), paths, 2);
		assert_int_equal(out.reports[0].lines, 24000);
		assert_true(out.reports[1].already_known);
		assert_int_equal(out.m.size.n_lines, 24000);
		paths[1] = "-";
		paths[0] = files_path("log");
	}
}

static void
members_of_an_archive_come_in_order(void **state)
{
	(void)state;
	write_log("d/a", 2000, 2000, 1);
	write_log("d/b", 0, 2000, 1);
	write_log("d/rejectlog", 0, 400, 10);
	files_write("d/x.conf", STR("a = b\n"));
	files_run("gzip d/a");
	files_run("tar czf logs.tgz --sort=name d");
	const char *path = files_path("logs.tgz");
	const char *input = "-";
	for (int piped = 0; piped < 2; piped++) {
		memory_release(&out.m);
		memory_init(&out.m);
		out.o.gateway = STR("mx1");
		if (piped)
			with_stdin(path, &input, 1);
		else
			import(path);
		assert_int_equal(out.n, 4);
		assert_true(out.reports[3].skipped);
		out.n = 3;
		assert_int_equal(expect_order(0, STR("")), 4400);
		assert_int_equal(lines_reported(), out.m.size.n_lines);
		assert_true(str_ends(out.reports[0].path, STR(":d/a.gz")));
	}
	import(files_path("d"));
	assert_true(out.reports[0].already_known);
	assert_int_equal(out.m.size.n_sources, 3);
}

/* --- commits ---------------------------------------------------------------------------------- */

static void
crash_between_commits_is_healed_in_every_log(void **state)
{
	(void)state;
	struct strbuf whole, got;
	strbuf_init(&whole, STRBUF_NO_MAX);
	strbuf_init(&got, STRBUF_NO_MAX);
	write_log("d/mainlog", 0, 100, 1);
	write_log("d/rejectlog", 10, 20, 3);
	write_log("d/mainlog.1", -200 + 1000, 50, 3);
	const char *path = files_path("d");
	out.o.commit_bytes = 300;
	out.o.gateway = STR("mx1");
	import(path);
	assert_in_range(out.m.commits, 10, 60);
	memory_text(&out.m, &whole);
	uint64_t lines = out.m.size.n_lines;
	for (unsigned failing = 1; failing <= lines; failing++) {
		memory_release(&out.m);
		memory_init(&out.m);
		out.m.lines_until_failure = failing;
		import_paths(&path, 1);
		assert_int_equal(out.rc, -1);
		memory_crash(&out.m);
		import(path);
		strbuf_clear(&got);
		memory_text(&out.m, &got);
		assert_true(str_eq(strbuf_str(&got), strbuf_str(&whole)));
	}
	strbuf_release(&whole);
	strbuf_release(&got);
}

static void
cancel_keeps_every_log_and_reports_those_that_ended(void **state)
{
	(void)state;
	write_log("d/a", 0, 100, 1);
	write_log("d/b", 0, 100000, 1);
	write_log("d/c", 0, 100000, 1);
	out.cancel = true;
	out.o.gateway = STR("mx1");
	const char *path = files_path("d");
	import_paths(&path, 1);
	assert_int_equal(out.rc, -1);
	assert_int_equal(out.e.code, ERR_CANCEL);
	assert_int_equal(out.n, 1);
	uint64_t before = out.m.size.n_lines;
	assert_true(before > 10000);
	memory_crash(&out.m);
	assert_int_equal(out.m.size.n_lines, before);
	out.cancel = false;
	import(path);
	assert_int_equal(lines_reported(), out.m.size.n_lines - before);
	assert_int_equal(out.m.size.n_lines, 120 + 2 * 120000);
}

static void
progress_is_of_the_whole_call(void **state)
{
	(void)state;
	write_log("d/a", 0, 100000, 1);
	write_log("d/b", 0, 100000, 1);
	write_log("e/c", 0, 10, 1);
	files_run("gzip d/b");
	files_run("tar cf e.tar e");
	const char *paths[] = { files_path("d"), files_path("e.tar"), files_path("e.tar") };
	import_paths(paths, 2);
	assert_true(out.ticks > 4);
	assert_true(out.total > 0);
	assert_int_equal(out.done, out.total);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		ORDER_TEST(main_and_reject_log_come_side_by_side),
		ORDER_TEST(rotated_logs_come_in_order_whatever_their_names),
		ORDER_TEST(what_was_read_before_goes_on_in_order),
		ORDER_TEST(lines_of_the_same_second_take_turns),
		ORDER_TEST(more_logs_than_can_be_open_keep_the_order_of_their_gateway),
		ORDER_TEST(logs_without_times_come_first),
		ORDER_TEST(copies_in_one_call_count_once),
		ORDER_TEST(logs_that_begin_alike_are_told_apart),
		ORDER_TEST(standard_input_has_its_place_in_time),
		ORDER_TEST(standard_input_may_be_a_copy),
		ORDER_TEST(members_of_an_archive_come_in_order),
		ORDER_TEST(crash_between_commits_is_healed_in_every_log),
		ORDER_TEST(cancel_keeps_every_log_and_reports_those_that_ended),
		ORDER_TEST(progress_is_of_the_whole_call),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
