/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"

static char *
written(const struct json *v)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	assert_non_null(out);
	assert_int_equal(json_write(v, out, NULL), 0);
	fclose(out);
	return text;
}

static void
writes(struct json *take, const char *wanted)
{
	char *text = written(take);
	assert_string_equal(text, wanted);
	free(text);
	json_free(take);
}

static void
values_keep_their_order_and_types(void **state)
{
	(void)state;
	struct json *o = json_object_new();
	json_set_str(o, "z", STR("a\"b"));
	json_set_int(o, "i", INT64_MIN);
	json_set_bool(o, "t", true);
	json_set_null(o, "n");
	json_set_text(o, "none", NULL);
	json_set_str_or_null(o, "empty", STR(""));
	json_set_str(o, "text", (struct str){ NULL, 0 });
	struct json *list = json_array_new();
	json_add_str(list, STR("x"));
	json_add(list, json_object_new());
	json_set(o, "a", list);
	writes(o, "{\"z\":\"a\\\"b\",\"i\":-9223372036854775808,\"t\":true,\"n\":null,"
		  "\"none\":null,\"empty\":null,\"text\":\"\",\"a\":[\"x\",{}]}\n");
}

static void
decimals_are_written_as_meant(void **state)
{
	(void)state;
	struct json *o = json_object_new();
	json_set_real(o, "a", 5.1);
	json_set_real(o, "b", -0.1);
	json_set_real(o, "c", NAN);
	json_set_real(o, "d", (double)INFINITY);
	writes(o, "{\"a\":5.1,\"b\":-0.1,\"c\":null,\"d\":null}\n");
}

static void
strangers_bytes_cannot_break_the_document(void **state)
{
	(void)state;
	struct json *o = json_object_new();
	json_set_str(o, "s", STR("a\xff\x1b[2J\0b"));
	json_set_str(o, "lines", STR("one\n\ttwo\x07\n"));
	json_set_int(o, "\xc3key\n", 1);
	writes(o, "{\"s\":\"a\xef\xbf\xbd\\\\e[2J\\\\x00b\",\"lines\":\"one\\n\\ttwo\\\\x07\\n\","
		  "\"\xef\xbf\xbdkey\\\\n\":1}\n");
}

static void
every_byte_makes_a_readable_document(void **state)
{
	(void)state;
	srand(5);
	for (int round = 0; round < 3000; round++) {
		char bytes[16];
		size_t n = (size_t)rand() % sizeof(bytes);
		for (size_t i = 0; i < n; i++)
			bytes[i] = (char)(rand() % 256);
		struct json *list = json_array_new();
		json_add_str(list, (struct str){ bytes, n });
		char *text = written(list);
		struct json *back = json_parse(str_from(text), NULL);
		assert_non_null(back);
		assert_true(str_eq(json_str(json_at(back, 0)), json_str(json_at(list, 0))));
		json_free(back);
		json_free(list);
		free(text);
	}
}

static void
reading_gives_fallbacks_for_what_is_not_there(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	struct json *v = json_parse(STR("{\"s\":\"x\\u0000y\",\"i\":7,\"r\":2.5,\"l\":[1,2]}"), &e);
	assert_non_null(v);
	assert_int_equal(json_get_str(v, "s").n, 3);
	assert_int_equal(json_get_str(v, "i").n, 0);
	assert_int_equal(json_get_str(v, "absent").n, 0);
	assert_int_equal(json_get_int(v, "i", 1), 7);
	assert_int_equal(json_get_int(v, "s", 1), 1);
	assert_int_equal(json_get_int(v, "r", 1), 1);
	assert_true(json_get_real(v, "r", 0) == 2.5);
	assert_true(json_get_real(v, "i", 0) == 7.0);
	assert_true(json_get_real(v, "l", -1) == -1.0);
	assert_int_equal(json_count(json_get(v, "l")), 2);
	assert_int_equal(json_count(v), 0);
	assert_int_equal(json_count(NULL), 0);
	assert_null(json_at(json_get(v, "l"), 2));
	assert_null(json_get(json_get(v, "l"), "s"));
	assert_null(json_get(NULL, "s"));
	json_free(v);
	json_free(NULL);
}

static void
bad_documents_are_format_errors(void **state)
{
	(void)state;
	struct err e = { .code = ERR_NONE };
	assert_null(json_parse(STR("{\"a\":"), &e));
	assert_int_equal(e.code, ERR_FORMAT);
	assert_non_null(strstr(e.text, "line 1"));
	assert_null(json_parse(STR("[\"\xff\"]"), &e));
	assert_null(json_parse(STR(""), NULL));
	assert_null(json_parse((struct str){ NULL, 0 }, NULL));
	assert_null(json_parse(STR("{} x"), NULL));
}

static void
deep_nesting_is_refused(void **state)
{
	(void)state;
	static char deep[100000];
	memset(deep, '[', sizeof(deep));
	assert_null(json_parse((struct str){ deep, sizeof(deep) }, NULL));
}

static void
full_disk_is_an_io_error(void **state)
{
	(void)state;
	FILE *full = fopen("/dev/full", "w");
	if (!full)
		skip();
	struct json *o = json_object_new();
	struct err e = { .code = ERR_NONE };
	assert_int_equal(json_write(o, full, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	fclose(full);
	json_free(o);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_keep_their_order_and_types),
		cmocka_unit_test(decimals_are_written_as_meant),
		cmocka_unit_test(strangers_bytes_cannot_break_the_document),
		cmocka_unit_test(every_byte_makes_a_readable_document),
		cmocka_unit_test(reading_gives_fallbacks_for_what_is_not_there),
		cmocka_unit_test(bad_documents_are_format_errors),
		cmocka_unit_test(deep_nesting_is_refused),
		cmocka_unit_test(full_disk_is_an_io_error),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
