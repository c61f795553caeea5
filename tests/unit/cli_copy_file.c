/* SPDX-License-Identifier: MIT */
/* What was copied lies in one file of the user's own, whatever was laid there before. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/copy_file.h"
#include "support_files.h"

static struct arena arena;

static int
start(void **state)
{
	(void)state;
	arena_init(&arena);
	setenv("XDG_RUNTIME_DIR", files_directory(), 1);
	setenv("HOME", files_directory(), 1);
	unsetenv("XDG_CACHE_HOME");
	chmod(files_directory(), 0700);
	return 0;
}

static int
end(void **state)
{
	(void)state;
	arena_release(&arena);
	files_remove_all();
	return 0;
}

static const char *
copied(const char *text)
{
	const char *path = NULL;
	struct err e = { 0 };
	struct stat st;

	assert_int_equal(copy_file_write(&arena, str_from(text), &path, &e), 0);
	assert_int_equal(lstat(path, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(str_eq(files_read(path, &arena), str_from(text)));
	return path;
}

static void
a_copy_takes_the_place_of_the_last_one(void **state)
{
	(void)state;
	const char *first = copied("one, and longer");
	assert_string_equal(first, files_path("postern-copy.txt"));
	assert_string_equal(copied("two"), first);
}

static void
a_link_laid_there_is_not_followed(void **state)
{
	const char *victim = files_write("victim", STR("precious"));

	(void)state;
	assert_int_equal(symlink(victim, files_path("postern-copy.txt")), 0);
	copied("text");
	assert_true(str_eq(files_read(victim, &arena), STR("precious")));
}

static void
a_directory_that_others_write_is_not_used(void **state)
{
	(void)state;
	files_write("home/x", STR(""));
	files_write("open/x", STR(""));
	chmod(files_path("open"), 0777);
	setenv("XDG_RUNTIME_DIR", files_path("open"), 1);
	setenv("HOME", files_path("home"), 1);
	assert_string_equal(copied("text"), files_path("home/.cache/postern/postern-copy.txt"));
}

static void
without_a_directory_it_says_so(void **state)
{
	const char *path = NULL;
	struct err e = { 0 };

	(void)state;
	unsetenv("XDG_RUNTIME_DIR");
	unsetenv("HOME");
	assert_int_equal(copy_file_write(&arena, STR("x"), &path, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_null(path);
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, start, end)
	const struct CMUnitTest tests[] = {
		TEST(a_copy_takes_the_place_of_the_last_one),
		TEST(a_link_laid_there_is_not_followed),
		TEST(a_directory_that_others_write_is_not_used),
		TEST(without_a_directory_it_says_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
