/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "support_files.h"

enum { LONG_BYTES = 200000 }; /* several chunks, the last one not full */

static void
bytes_are_added_as_they_are(void **state)
{
	(void)state;
	struct strbuf b;
	struct err e = { .code = ERR_NONE };
	const char *path = files_write("some", (struct str){ "a\r\n\0\xff", 5 });
	strbuf_init(&b, STRBUF_NO_MAX);
	strbuf_add_text(&b, "before ");
	assert_int_equal(file_read(path, &b, &e), 0);
	assert_int_equal(b.n, 12);
	assert_memory_equal(b.p, "before a\r\n\0\xff", 13);
	assert_int_equal(file_read(files_write("nothing", STR("")), &b, &e), 0);
	assert_int_equal(b.n, 12);
	strbuf_release(&b);
}

static void
long_files_are_read_whole_or_to_the_maximum(void **state)
{
	(void)state;
	struct strbuf b;
	struct err e = { .code = ERR_NONE };
	char *text = malloc(LONG_BYTES);
	for (size_t i = 0; i < LONG_BYTES; i++)
		text[i] = (char)('a' + i % 23);
	const char *path = files_write("long", (struct str){ text, LONG_BYTES });
	strbuf_init(&b, LONG_BYTES);
	assert_int_equal(file_read(path, &b, &e), 0);
	assert_int_equal(b.n, LONG_BYTES);
	assert_memory_equal(b.p, text, LONG_BYTES);
	assert_false(b.overflowed);
	strbuf_release(&b);
	strbuf_init(&b, 100000);
	assert_int_equal(file_read(path, &b, &e), 0);
	assert_int_equal(b.n, 100000);
	assert_memory_equal(b.p, text, 100000);
	assert_true(b.overflowed);
	strbuf_release(&b);
	free(text);
}

static void
an_endless_device_ends_at_the_maximum(void **state)
{
	(void)state;
	struct strbuf b;
	struct err e = { .code = ERR_NONE };
	strbuf_init(&b, 1000);
	assert_int_equal(file_read("/dev/zero", &b, &e), 0);
	assert_int_equal(b.n, 1000);
	strbuf_release(&b);
}

static void
errors_name_the_file(void **state)
{
	(void)state;
	struct strbuf b;
	struct err e = { .code = ERR_NONE };
	strbuf_init(&b, STRBUF_NO_MAX);
	assert_int_equal(file_read("/no/such/file", &b, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_string_equal(e.text, "/no/such/file: No such file or directory");
	assert_int_equal(file_read("/", &b, &e), -1); /* opens, but cannot be read */
	assert_string_equal(e.text, "/: Is a directory");
	assert_int_equal(b.n, 0);
	strbuf_release(&b);
}

static void
only_a_regular_file_is_read_where_that_is_asked(void **state)
{
	(void)state;
	struct strbuf b;
	struct err e = { .code = ERR_NONE };
	strbuf_init(&b, STRBUF_NO_MAX);
	assert_int_equal(file_read_regular(files_write("own", STR("text")), &b, &e), 0);
	assert_string_equal(b.p, "text");
	assert_int_equal(symlink(files_path("own"), files_path("link")), 0);
	assert_int_equal(file_read_regular(files_path("link"), &b, &e), -1);
	assert_non_null(strstr(e.text, "link: Is a link"));
	/* Nobody writes to it: whoever waited for that would wait for ever. */
	assert_int_equal(mkfifo(files_path("fifo"), 0600), 0);
	assert_int_equal(file_read_regular(files_path("fifo"), &b, &e), -1);
	assert_non_null(strstr(e.text, "fifo: Is not a regular file"));
	assert_int_equal(file_read_regular("/dev/zero", &b, &e), -1);
	assert_int_equal(file_read_regular("/no/such/file", &b, &e), -1);
	assert_string_equal(e.text, "/no/such/file: No such file or directory");
	assert_int_equal(b.n, 4);
	strbuf_release(&b);
}

static int
teardown(void **state)
{
	(void)state;
	files_remove_all();
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_are_added_as_they_are),
		cmocka_unit_test(long_files_are_read_whole_or_to_the_maximum),
		cmocka_unit_test(an_endless_device_ends_at_the_maximum),
		cmocka_unit_test(errors_name_the_file),
		cmocka_unit_test(only_a_regular_file_is_read_where_that_is_asked),
	};
	return cmocka_run_group_tests(tests, NULL, teardown);
}
