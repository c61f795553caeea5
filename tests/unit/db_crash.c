/* SPDX-License-Identifier: MIT */
/* Bad days: killed in the middle, disk full, no write permission, two writers. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "db/writer.h"
#include "support_files.h"
#include "support_index.h"

/* Enough for an import to start its threads in the second batch. */
enum { LINES = 3000 };

/* Sessions with an identifier of their own, and some that the next batch makes longer. */
static void
add_batch(struct store *st, uint32_t source, unsigned batch)
{
	struct strbuf text;

	strbuf_init(&text, STRBUF_NO_MAX);
	for (unsigned i = 0; i < LINES; i++) {
		unsigned id = batch * LINES + i;
		strbuf_printf(&text, "%u A id%u 192.0.2.1 s%u@x.example r@y.example\n", id, id, id);
		if (batch > 0)
			strbuf_printf(&text, "%u D id%u - - r@y.example\n", id, id - LINES);
	}
	index_continue(st, source, text.p);
	strbuf_release(&text);
}

static struct str
digest_after(unsigned batches, struct arena *a)
{
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");

	index_commit(st);
	for (unsigned b = 0; b < batches; b++) {
		add_batch(st, source, b);
		index_commit(st);
	}
	struct str digest = index_digest(st, a);
	store_close(st);
	index_remove();
	return digest;
}

static void
import_until_killed(int tell)
{
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	char done = 0;

	index_commit(st);
	for (unsigned b = 0;; b++) {
		add_batch(st, source, b);
		index_commit(st);
		done = (char)(b + 1);
		if (write(tell, &done, 1) != 1 || b == 30)
			_exit(0);
	}
}

/* Returns how many batches were surely committed when the child died. */
static unsigned
kill_an_import(useconds_t after_us)
{
	int pipe_fd[2], status;
	unsigned batches = 0;
	char done;

	assert_int_equal(pipe(pipe_fd), 0);
	pid_t child = fork();
	if (child == 0) {
		close(pipe_fd[0]);
		import_until_killed(pipe_fd[1]);
	}
	close(pipe_fd[1]);
	usleep(after_us);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	while (read(pipe_fd[0], &done, 1) == 1)
		batches = (unsigned char)done;
	close(pipe_fd[0]);
	return batches;
}

static void
a_killed_import_leaves_the_last_commit(void **state)
{
	struct arena a = { 0 };
	struct str digest[40] = { { 0, 0 } };

	(void)state;
	dice_seed(6);
	for (int round = 0; round < 12; round++) {
		unsigned n = kill_an_import((useconds_t)(20000 + dice(200000)));
		if (access(index_path(), F_OK) != 0)
			continue;
		struct store *st = index_open(STORE_WRITE); /* the lock died with its holder */
		index_is_sound(st);
		struct str found = index_digest(st, &a);
		store_close(st);
		index_remove();
		if (n == 0)
			continue;
		/* The last commit may have happened without our being told. */
		for (unsigned k = n; k <= n + 1; k++)
			if (digest[k].n == 0)
				digest[k] = digest_after(k, &a);
		assert_true(str_eq(found, digest[n]) || str_eq(found, digest[n + 1]));
	}
	arena_release(&a);
}

static void
what_was_not_committed_leaves_no_trace(void **state)
{
	struct arena a = { 0 };

	(void)state;
	struct str wanted = digest_after(2, &a);
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	index_commit(st);
	add_batch(st, source, 0);
	index_commit(st);
	add_batch(st, source, 1); /* closed without a commit */
	store_close(st);
	st = index_open(STORE_WRITE);
	index_is_sound(st);
	add_batch(st, source, 1);
	index_commit(st);
	index_is_sound(st);
	assert_true(str_eq(index_digest(st, &a), wanted));
	store_close(st);
	index_remove();
	arena_release(&a);
}

/* --- full ----------------------------------------------------------------------------------- */

/* Writes until the limit; exits 0 when the failure was as it should be. */
static void
fill_the_disk(void)
{
	struct rlimit limit = { 1600000, 1600000 };
	struct arena a = { 0 };
	struct err e = { 0 };
	line_ref ref;

	alarm(60);
	signal(SIGXFSZ, SIG_IGN);
	struct store *st = index_open(STORE_WRITE);
	struct sink *sink = store_sink(st);
	setrlimit(RLIMIT_FSIZE, &limit);
	int rc = sink->ops->source(sink, 1, &e);
	for (int i = 0; i < 50000 && rc == 0; i++) {
		char line[200];
		for (size_t k = 0; k < sizeof(line); k++)
			line[k] = (char)('0' + dice(70));
		struct str text = { line, sizeof(line) };
		struct record r = { text, &ref, 1, LINE_IGNORED, { 0 }, { "", 0 } };
		rc = sink->ops->line(sink, text, LINE_UNKNOWN, &ref, &e);
		if (rc == 0)
			rc = sink->ops->record(sink, &r, &e);
		if (rc == 0 && i % 1000 == 999)
			rc = store_commit(st, &e);
	}
	if (rc == 0 || e.code != ERR_DB || !strstr(e.text, "no space left")) {
		fprintf(stderr, "%d %s\n", rc, e.text);
		_exit(1);
	}
	/* It stays so, in the same words, and what is there can still be read. */
	struct err again = { 0 };
	if (store_commit(st, &again) == 0 || strcmp(again.text, e.text) != 0 ||
	    sink->ops->line(sink, STR("x"), LINE_UNKNOWN, &ref, NULL) == 0)
		_exit(2);
	if (index_digest(st, &a).n != 64)
		_exit(3);
	store_close(st);
	_exit(0);
}

static void
a_full_disk_leaves_a_sound_index(void **state)
{
	int status;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	add_batch(st, source, 0);
	index_commit(st);
	store_close(st);
	pid_t child = fork();
	if (child == 0)
		fill_the_disk();
	waitpid(child, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	st = index_open(STORE_WRITE);
	index_is_sound(st);
	add_batch(st, source, 1);
	index_commit(st);
	index_is_sound(st);
	store_close(st);
	index_remove();
}

/* --- permissions ---------------------------------------------------------------------------- */

static void
print_finding(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "%s\n", text);
}

static void
read_as_nobody(void)
{
	struct store_totals t;
	struct err e = { 0 };
	struct store *st;

	alarm(60); /* whatever goes wrong here, the tests go on */
	if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
		_exit(77);
	if (access(index_path(), R_OK) != 0)
		_exit(77); /* the way there is closed to others: nothing to test */
	if (store_open(index_path(), STORE_READ, row_format_by_name, &st, &e) < 0) {
		fprintf(stderr, "%s\n", e.text);
		_exit(1);
	}
	if (store_totals(st, &t, &e) < 0 || t.sessions != LINES)
		_exit(2);
	if (store_check(st, print_finding, NULL, &e) != 0) {
		fprintf(stderr, "%s\n", e.text);
		_exit(4);
	}
	store_close(st);
	_exit(access(files_path("index.db-shm"), F_OK) == 0 ? 3 : 0);
}

static void
readers_need_no_write_permission(void **state)
{
	int status;

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	add_batch(st, index_import(st, "mx1", LOG_ROLE_MAIN, ""), 0);
	index_commit(st);
	store_close(st);
	assert_int_equal(chmod(index_path(), 0444), 0);
	if (getenv("TEST_TMP")) /* made for this test alone, and closed */
		chmod(getenv("TEST_TMP"), 0711);
	assert_int_equal(chmod(files_directory(), 0555), 0);
	pid_t child = fork();
	if (child == 0)
		read_as_nobody();
	waitpid(child, &status, 0);
	chmod(files_directory(), 0755);
	assert_true(WIFEXITED(status));
	index_remove();
	if (WEXITSTATUS(status) == 77)
		skip();
	assert_int_equal(WEXITSTATUS(status), 0);
}

/* A file that was opened as immutable, and then somebody does write. */
static void
an_immutable_file_that_changes_is_read_again(void **state)
{
	struct store_totals t;
	struct err e = { 0 };

	(void)state;
	struct store *st = index_open(STORE_WRITE);
	uint32_t source = index_import(st, "mx1", LOG_ROLE_MAIN, "");
	add_batch(st, source, 0);
	index_commit(st);
	store_close(st);
	struct store *reader = index_open(STORE_READ);
	reader->immutable = true;
	assert_int_equal(store_totals(reader, &t, &e), 0);
	assert_int_equal(t.sessions, LINES);
	uint64_t version = store_version(reader);
	st = index_open(STORE_WRITE);
	add_batch(st, source, 1);
	index_commit(st);
	assert_true(store_version(reader) != version);
	assert_int_equal(store_totals(reader, &t, &e), 0);
	assert_int_equal(t.sessions, 2 * LINES);
	store_close(st);
	store_close(reader);
	index_remove();
}

/* --- two writers ---------------------------------------------------------------------------- */

static void
the_second_writer_is_told_who_is_first(void **state)
{
	char words[80];
	struct err e = { 0 };
	int go[2], status;
	char byte = 0;

	(void)state;
	assert_int_equal(pipe(go), 0);
	pid_t child = fork();
	if (child == 0) {
		struct store *st = index_open(STORE_WRITE);
		add_batch(st, index_import(st, "mx1", LOG_ROLE_MAIN, ""), 0);
		alarm(60);
		if (write(go[1], "x", 1) == 1)
			pause();
		_exit(0);
	}
	assert_int_equal(read(go[0], &byte, 1), 1);
	snprintf(words, sizeof(words), "another import (pid %ld) is writing", (long)child);
	index_refuses(STORE_WRITE, ERR_BUSY, words);
	/* Readers do not care. */
	struct store *reader = index_open(STORE_READ);
	struct store_totals t;
	assert_int_equal(store_totals(reader, &t, &e), 0);
	assert_int_equal(t.sessions, 0);
	store_close(reader);
	kill(child, SIGKILL);
	waitpid(child, &status, 0);
	store_close(index_open(STORE_WRITE));
	index_remove();
	close(go[0]);
	close(go[1]);
}

static int
clean_up(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_import_leaves_the_last_commit),
		cmocka_unit_test(what_was_not_committed_leaves_no_trace),
		cmocka_unit_test(a_full_disk_leaves_a_sound_index),
		cmocka_unit_test(readers_need_no_write_permission),
		cmocka_unit_test(an_immutable_file_that_changes_is_read_again),
		cmocka_unit_test(the_second_writer_is_told_who_is_first),
	};

	return cmocka_run_group_tests(tests, NULL, clean_up);
}
