/* SPDX-License-Identifier: MIT */
/*
 * Exim's main and reject log, from the files to the index: in whatever order, pieces and calls they
 * come, and whenever the import dies, the content is the same; in one call it comes without
 * recalls.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "db/writer.h"
#include "importers/exim.h"
#include "importers/ingest.h"
#include "support_files.h"

/* More sessions than the assembler keeps at hand when they look complete. */
enum { MAILS = 6500, MOST_EVENTS = 4 * MAILS };

struct event {
	int second;
	int place;
	bool in_main, in_reject;
	char *text;
	size_t main_n; /* of text: what the main log has */
};

struct logs {
	struct event *events;
	size_t n;
	struct strbuf main, reject;
	struct arena arena;
};

struct totals {
	uint64_t lines, sessions;
	unsigned reports, known;
};

static struct logs logs;
static struct store *store;
static struct totals totals;
static unsigned ticks, kill_at;

/* --- two logs of the same hours --------------------------------------------------------------- */

static void
stamp(struct strbuf *b, int second)
{
	strbuf_printf(b, "2026-03-%02d %02d:%02d:%02d ", 1 + second / 86400, second / 3600 % 24,
		      second / 60 % 60, second % 60);
}

static void
add_event(struct logs *l, int second, bool in_main, bool in_reject, const struct strbuf *text,
	  size_t main_n)
{
	assert_true(l->n < MOST_EVENTS);
	l->events[l->n] = (struct event){
		.second = second,
		.place = (int)l->n,
		.in_main = in_main,
		.in_reject = in_reject,
		.text = (char *)(uintptr_t)arena_str(&l->arena, strbuf_str(text)).p,
		.main_n = main_n,
	};
	l->n++;
}

static void
refuse(struct logs *l, int i, int second, bool after_data)
{
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	stamp(&b, second);
	if (after_data)
		strbuf_printf(&b, "1xUn%02d-0%05d-Kz ", i % 97, i);
	strbuf_printf(&b, "H=(m%d.example) [192.0.%d.%d]", i % 50, i % 7, i % 251);
	if (i % 3)
		strbuf_printf(&b, ":%d", 1024 + i);
	strbuf_printf(&b, " F=<s%d@sender.example> rejected %s\n", i % 1000,
		      after_data ? "after DATA: spam score 15.0"
				 : "RCPT <nobody@here.example>: Unrouteable address");
	size_t main_n = b.n;
	if (after_data)
		strbuf_printf(&b,
			      "Envelope-from: <s%d@sender.example>\n"
			      "Envelope-to: <user%d@here.example>\n"
			      "P Received: from m.example\n\tby mx1.here.example with esmtp\n"
			      "F From: <s%d@sender.example>\n  Subject: offer %d\n"
			      "I Message-ID: <%d@sender.example>\n",
			      i % 1000, i % 30, i % 1000, i, i);
	add_event(l, second, i % 50 != 7, i % 50 != 8, &b, main_n);
	strbuf_release(&b);
}

static void
accept(struct logs *l, int i, int second)
{
	static const char *const later[] = {
		"=> user@here.example R=lookup T=smtp H=back.example [10.0.0.1] C=\"250 ok\"\n",
		"Completed\n",
	};
	for (int k = 0; k < 3; k++) {
		struct strbuf b;
		strbuf_init(&b, STRBUF_NO_MAX);
		stamp(&b, second + k * (i % 40));
		strbuf_printf(&b, "1xUm%02d-0%05d-Ka ", i % 97, i);
		if (k == 0)
			strbuf_printf(&b,
				      "<= s%d@sender.example H=m.example [192.0.2.%d]:%d "
				      "P=esmtp S=4711 id=%d@x.example\n",
				      i % 1000, i % 251, 1024 + i, i);
		else
			strbuf_add_text(&b, later[k - 1]);
		add_event(l, second + k * (i % 40), true, false, &b, b.n);
		strbuf_release(&b);
	}
}

static int
by_second(const void *a, const void *b)
{
	const struct event *x = a;
	const struct event *y = b;
	if (x->second != y->second)
		return x->second < y->second ? -1 : 1;
	return x->place < y->place ? -1 : x->place > y->place;
}

static int
make_logs(void **state)
{
	(void)state;
	logs.events = xcalloc(MOST_EVENTS, sizeof(*logs.events));
	strbuf_init(&logs.main, STRBUF_NO_MAX);
	strbuf_init(&logs.reject, STRBUF_NO_MAX);
	for (int i = 0; i < MAILS; i++)
		if (i % 5 < 3)
			refuse(&logs, i, i * 3, i % 5 == 2);
		else
			accept(&logs, i, i * 3);
	qsort(logs.events, logs.n, sizeof(*logs.events), by_second);
	for (size_t i = 0; i < logs.n; i++) {
		const struct event *v = &logs.events[i];
		if (v->in_main)
			strbuf_add(&logs.main, (struct str){ v->text, v->main_n });
		if (v->in_reject)
			strbuf_add_text(&logs.reject, v->text);
	}
	return 0;
}

static int
release_logs(void **state)
{
	(void)state;
	free(logs.events);
	strbuf_release(&logs.main);
	strbuf_release(&logs.reject);
	arena_release(&logs.arena);
	files_remove_all();
	return 0;
}

/* --- imports ---------------------------------------------------------------------------------- */

static void
on_report(void *arg, const struct ingest_report *r)
{
	(void)arg;
	assert_int_equal(r->error.code, ERR_NONE);
	totals.lines += r->lines;
	totals.sessions += r->sessions;
	totals.known += r->already_known;
	totals.reports++;
}

static void
on_progress(void *arg, struct str path, uint64_t done, uint64_t total)
{
	(void)arg;
	(void)path;
	assert_true(done <= total);
	if (++ticks == kill_at)
		raise(SIGKILL);
}

/* Naming importer_format would make the linker take the registry of the tests' toy format. */
static const struct log_format *
exim_by_name(struct str name)
{
	return str_eq(name, STR("exim")) ? &exim_format : NULL;
}

static void
open_index(void)
{
	struct err e = { 0 };
	if (store_open(files_path("index.db"), STORE_WRITE, exim_by_name, &store, &e) < 0)
		fail_msg("%s", e.text);
}

static void
import_paths(const char *const *paths, size_t n, uint64_t commit_bytes)
{
	struct ingest_options o = { .gateway = STR("mx1"),
				    .zone = zone_utc(),
				    .year = 2026,
				    .commit_bytes = commit_bytes };
	struct ingest_hooks h = { .report = on_report, .progress = on_progress };
	struct err e = { 0 };
	size_t failed = 0;
	totals = (struct totals){ 0 };
	ticks = 0;
	if (ingest_paths(store_sink(store), store_book(store), paths, n, &o, &h, &failed, &e) < 0)
		fail_msg("%s", e.text);
	assert_int_equal(failed, 0);
}

static void
import(const char *path)
{
	import_paths(&path, 1, 0);
}

static void
on_finding(void *arg, const char *text)
{
	(void)arg;
	fail_msg("%s", text);
}

struct digest {
	char hex[65];
};

static struct digest
close_index(void)
{
	struct digest d = { 0 };
	struct err e = { 0 };
	if (store_check(store, on_finding, NULL, &e) < 0 || store_digest(store, d.hex, &e) < 0)
		fail_msg("%s", e.text);
	store_close(store);
	unlink(files_path("index.db"));
	unlink(files_path("index.db-wal"));
	unlink(files_path("index.db-shm"));
	return d;
}

static void
write_whole(void)
{
	files_write("d/mainlog", strbuf_str(&logs.main));
	files_write("d/rejectlog", strbuf_str(&logs.reject));
}

static struct digest
digest_of_one_call(void)
{
	write_whole();
	open_index();
	import(files_path("d"));
	return close_index();
}

static void
expect_same(struct digest got, struct digest wanted)
{
	assert_string_equal(got.hex, wanted.hex);
}

/* --- properties ------------------------------------------------------------------------------- */

static void
one_call_needs_no_recalls(void **state)
{
	struct store_totals t;
	struct err e = { 0 };
	(void)state;
	write_whole();
	open_index();
	import(files_path("d"));
	assert_int_equal(totals.reports, 2);
	assert_int_equal(store_totals(store, &t, &e), 0);
	assert_true(t.sessions >= MAILS);
	assert_int_equal(totals.sessions, t.sessions);
	assert_int_equal(totals.lines, t.lines);
	assert_int_equal(store->writer->recalls, 0);
	import(files_path("d"));
	assert_int_equal(totals.known, 2);
	assert_int_equal(totals.sessions, 0);
	close_index();
}

static void
calls_in_any_order_give_the_same(void **state)
{
	(void)state;
	struct digest wanted = digest_of_one_call();
	const char *paths[] = { files_path("d/rejectlog"), files_path("d/mainlog") };
	for (int first = 0; first < 2; first++) {
		open_index();
		import(paths[first]);
		import(paths[!first]);
		assert_true(store->writer->recalls > 1000); /* what one call saves */
		expect_same(close_index(), wanted);
	}
	open_index();
	import_paths(paths, 2, 30000);
	expect_same(close_index(), wanted);
}

static void
rotated_and_cut_logs_give_the_same(void **state)
{
	(void)state;
	struct digest wanted = digest_of_one_call();
	struct str main = strbuf_str(&logs.main);
	struct str reject = strbuf_str(&logs.reject);
	srand(11);
	for (int round = 0; round < 4; round++) {
		size_t cut = str_find(main, STR("\n2026"), (size_t)rand() % (main.n - 500)) + 1;
		size_t main_n = cut + (size_t)rand() % (main.n - cut);
		size_t reject_n = (size_t)rand() % reject.n;
		open_index();
		files_run("rm -rf d");
		files_write("d/mainlog", str_slice(main, 0, cut / 2));
		files_write("d/rejectlog", str_slice(reject, 0, reject_n / 2));
		import(files_path("d"));
		files_write("d/mainlog.1", str_slice(main, 0, cut));
		if (round % 2)
			files_run("gzip d/mainlog.1");
		files_write("d/mainlog", str_slice(main, cut, main_n));
		files_write("d/rejectlog", str_slice(reject, 0, reject_n));
		import(files_path("d"));
		files_write("d/mainlog", str_skip(main, cut));
		files_write("d/rejectlog", reject);
		import(files_path("d"));
		expect_same(close_index(), wanted);
	}
	files_run("rm -rf d");
}

static void
die_while_importing(unsigned at)
{
	const char *path = files_path("d");
	kill_at = at;
	open_index();
	import_paths(&path, 1, 50000);
	_exit(0);
}

static void
killed_between_commits_every_log_resumes(void **state)
{
	(void)state;
	bool killed = true;
	unsigned rounds = 0;
	files_write("d/mainlog", str_slice(strbuf_str(&logs.main), 0, logs.main.n / 3));
	files_write("d/rejectlog", str_slice(strbuf_str(&logs.reject), 0, logs.reject.n / 3));
	open_index();
	import(files_path("d"));
	struct digest wanted = close_index();
	for (unsigned at = 2; killed; at += 3, rounds++) {
		int status;
		pid_t child = fork();
		if (child == 0)
			die_while_importing(at);
		waitpid(child, &status, 0);
		killed = WIFSIGNALED(status);
		open_index();
		import(files_path("d"));
		expect_same(close_index(), wanted);
	}
	assert_true(rounds > 4);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_call_needs_no_recalls),
		cmocka_unit_test(calls_in_any_order_give_the_same),
		cmocka_unit_test(rotated_and_cut_logs_give_the_same),
		cmocka_unit_test(killed_between_commits_every_log_resumes),
	};

	return cmocka_run_group_tests(tests, make_logs, release_logs);
}
