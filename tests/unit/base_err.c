/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/err.h"

static void
set_fills_code_and_text_and_returns_minus_one(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	assert_int_equal(err_set(&e, ERR_FORMAT, "line %d", 7), -1);
	assert_int_equal(e.code, ERR_FORMAT);
	assert_string_equal(e.text, "line 7");
	err_clear(&e);
	assert_int_equal(e.code, ERR_NONE);
	assert_string_equal(e.text, "");
}

static void
prefix_keeps_code_and_puts_context_first(void **state)
{
	(void)state;
	struct err e;
	err_set(&e, ERR_IO, "no such file");
	assert_int_equal(err_prefix(&e, "%s:%d", "mainlog", 3), -1);
	assert_string_equal(e.text, "mainlog:3: no such file");
	assert_int_equal(e.code, ERR_IO);
}

static void
long_texts_are_cut_and_terminated(void **state)
{
	(void)state;
	char much[2000];
	memset(much, 'x', sizeof(much) - 1);
	much[sizeof(much) - 1] = '\0';
	struct err e;
	err_set(&e, ERR_IO, "%s", much);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	err_prefix(&e, "a");
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
	assert_memory_equal(e.text, "a: x", 4);
	err_prefix(&e, "%s", much);
	assert_int_equal(strlen(e.text), sizeof(e.text) - 1);
}

static void
own_text_may_be_an_argument(void **state)
{
	(void)state;
	struct err e;
	err_set(&e, ERR_IO, "inner");
	err_set(&e, ERR_DB, "outer (%s)", e.text);
	assert_string_equal(e.text, "outer (inner)");
}

static void
null_error_is_allowed(void **state)
{
	(void)state;
	assert_int_equal(err_set(NULL, ERR_IO, "x"), -1);
	assert_int_equal(err_prefix(NULL, "x"), -1);
	err_clear(NULL);
}

static void
exit_status_follows_the_contract(void **state)
{
	(void)state;
	assert_int_equal(err_exit_status(ERR_NONE), 0);
	assert_int_equal(err_exit_status(ERR_CANCEL), 1);
	assert_int_equal(err_exit_status(ERR_USAGE), 2);
	assert_int_equal(err_exit_status(ERR_IO), 3);
	assert_int_equal(err_exit_status(ERR_FORMAT), 3);
	assert_int_equal(err_exit_status(ERR_LIMIT), 3);
	assert_int_equal(err_exit_status(ERR_DB), 4);
	assert_int_equal(err_exit_status(ERR_BUSY), 5);
}

static void
hook(void)
{
	if (write(STDERR_FILENO, "[restored]", 10) < 0)
		_exit(9);
}

/* What a child that dies says on stderr; *status is how it ended. */
static void
last_words_of(void (*die)(void), char *text, size_t size, int *status)
{
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		dup2(ends[1], STDERR_FILENO);
		fatal_hook(hook);
		die();
	}
	close(ends[1]);
	size_t used = 0;
	ssize_t n;
	while (used + 1 < size && (n = read(ends[0], text + used, size - used - 1)) > 0)
		used += (size_t)n;
	text[used] = '\0';
	close(ends[0]);
	assert_int_equal(waitpid(child, status, 0), child);
}

static void
die_fatally(void)
{
	fatal("disk \x1b[31m%s", "full");
}

static void
die_in_panic(void)
{
	panic("broken");
}

static void
fatal_restores_terminal_neutralises_and_exits_four(void **state)
{
	(void)state;
	char text[200];
	int status;
	last_words_of(die_fatally, text, sizeof(text), &status);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 4);
	assert_string_equal(text, "[restored]postern: fatal: disk ?[31mfull\n");
}

static void
panic_restores_terminal_and_aborts(void **state)
{
	(void)state;
	char text[200];
	int status;
	last_words_of(die_in_panic, text, sizeof(text), &status);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), 6);
	assert_non_null(strstr(text, "[restored]postern: panic: broken\n"));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(set_fills_code_and_text_and_returns_minus_one),
		cmocka_unit_test(prefix_keeps_code_and_puts_context_first),
		cmocka_unit_test(long_texts_are_cut_and_terminated),
		cmocka_unit_test(own_text_may_be_an_argument),
		cmocka_unit_test(null_error_is_allowed),
		cmocka_unit_test(exit_status_follows_the_contract),
		cmocka_unit_test(fatal_restores_terminal_neutralises_and_exits_four),
		cmocka_unit_test(panic_restores_terminal_and_aborts),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
