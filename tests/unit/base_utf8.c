/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

static void
every_character_comes_back(void **state)
{
	(void)state;
	for (uint32_t cp = 0; cp <= 0x10ffff; cp++) {
		if (cp >= 0xd800 && cp <= 0xdfff)
			continue;
		char bytes[4];
		size_t n = utf8_encode(cp, bytes);
		uint32_t back = 0;
		if (utf8_decode((struct str){ bytes, n }, 0, &back) != n || back != cp)
			fail_msg("U+%04X", (unsigned)cp);
		if (n > 1 && utf8_decode((struct str){ bytes, n - 1 }, 0, &back) != 1)
			fail_msg("cut U+%04X was read", (unsigned)cp);
	}
}

static void
decode_is_one_replacement(struct str s)
{
	uint32_t cp = 0;
	assert_int_equal(utf8_decode(s, 0, &cp), 1);
	assert_int_equal(cp, 0xfffd);
}

static void
invalid_sequences_are_one_byte_each(void **state)
{
	(void)state;
	decode_is_one_replacement(STR("\x80"));
	decode_is_one_replacement(STR("\xc0\xaf"));         /* overlong '/' */
	decode_is_one_replacement(STR("\xe0\x80\xaf"));     /* overlong '/' */
	decode_is_one_replacement(STR("\xf0\x80\x80\xaf")); /* overlong '/' */
	decode_is_one_replacement(STR("\xed\xa0\x80"));     /* surrogate */
	decode_is_one_replacement(STR("\xf4\x90\x80\x80")); /* beyond U+10FFFF */
	decode_is_one_replacement(STR("\xff"));
	decode_is_one_replacement(STR("\xe2\x82"));
	decode_is_one_replacement(STR("\xe2\x28\xa1"));
	uint32_t cp;
	assert_int_equal(utf8_decode(STR("a"), 1, &cp), 1);
	char out[4];
	assert_int_equal(utf8_encode(0xd800, out), 3);
	assert_memory_equal(out, "\xef\xbf\xbd", 3);
}

static void
cells_follow_the_terminal(void **state)
{
	(void)state;
	assert_int_equal(utf8_cells('a'), 1);
	assert_int_equal(utf8_cells(0xe4), 1);
	assert_int_equal(utf8_cells(0xad), 1);
	assert_int_equal(utf8_cells(0x301), 0);
	assert_int_equal(utf8_cells(0x200b), 0);
	assert_int_equal(utf8_cells(0x200d), 0);
	assert_int_equal(utf8_cells(0xfe0f), 0);
	assert_int_equal(utf8_cells(0xfeff), 0);
	assert_int_equal(utf8_cells(0x4e2d), 2);
	assert_int_equal(utf8_cells(0xac00), 2);
	assert_int_equal(utf8_cells(0xff21), 2);
	assert_int_equal(utf8_cells(0x1f600), 2);
	assert_int_equal(utf8_cells(0x20000), 2);
	assert_int_equal(utf8_cells(0x2588), 1); /* full block: bars */
	assert_int_equal(utf8_cells(0x2500), 1); /* rules */
	assert_int_equal(utf8_cells(0xfffd), 1);
	assert_int_equal(utf8_cells(0x3b1), 1);
	assert_int_equal(utf8_cells(0x10ffff), 1);
}

static void
cutting_never_splits_a_character(void **state)
{
	(void)state;
	struct str s = STR("a\xe4\xb8\xad"
			   "e\xcc\x81z"); /* a, wide, e + accent, z */
	assert_int_equal(utf8_width(s), 5);
	assert_int_equal(utf8_cut_cells(s, 0).n, 0);
	assert_int_equal(utf8_cut_cells(s, 1).n, 1);
	assert_int_equal(utf8_cut_cells(s, 2).n, 1);
	assert_int_equal(utf8_cut_cells(s, 3).n, 4);
	assert_int_equal(utf8_cut_cells(s, 4).n, 7); /* the accent stays with its letter */
	assert_int_equal(utf8_cut_cells(s, 5).n, 8);
	assert_int_equal(utf8_cut_cells(s, 99).n, 8);
}

static void
neutralised_is(struct str in, const char *wanted)
{
	struct strbuf b;
	strbuf_init(&b, STRBUF_NO_MAX);
	utf8_neutralise(&b, in);
	assert_string_equal(b.p, wanted);
	assert_true(utf8_is_clean(strbuf_str(&b)));
	assert_int_equal(utf8_is_clean(in), str_eq(in, strbuf_str(&b)));
	strbuf_release(&b);
}

static void
controls_become_visible(void **state)
{
	(void)state;
	neutralised_is(STR("a\x1b[31mb"), "a\\e[31mb");
	neutralised_is(STR("a\nb\tc\rd"), "a\\nb\\tc\\rd");
	neutralised_is(STR("\0\x07\x7f"), "\\x00\\x07\\x7f");
	neutralised_is(STR("\xc2\x9b"
			   "2J"),
		       "\\x9b2J"); /* C1 CSI */
	neutralised_is(STR("\xe2\x80\xae"
			   "evil"),
		       "\\u202eevil");
	neutralised_is(STR("\xe2\x81\xa6x\xe2\x81\xa9"), "\\u2066x\\u2069");
	neutralised_is(STR("\xe2\x80\xa8"), "\\u2028");
}

static void
invalid_bytes_become_replacements(void **state)
{
	(void)state;
	neutralised_is(STR("\xff"
			   "a\xc3"),
		       "\xef\xbf\xbd"
		       "a\xef\xbf\xbd");
	neutralised_is(STR("\xc0\xaf"), "\xef\xbf\xbd\xef\xbf\xbd");
}

static void
good_text_is_left_alone(void **state)
{
	(void)state;
	neutralised_is(STR(""), "");
	neutralised_is(STR("550 5.7.1 no \\x00"), "550 5.7.1 no \\x00");
	neutralised_is(STR("\xce\x93\xce\xb5\xce\xb9\xce\xac \xef\xbf\xbd \xf0\x9f\x98\x80"),
		       "\xce\x93\xce\xb5\xce\xb9\xce\xac \xef\xbf\xbd \xf0\x9f\x98\x80");
}

static void
any_bytes_come_out_clean_within_any_limit(void **state)
{
	(void)state;
	srand(1);
	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		size_t n = (size_t)rand() % sizeof(bytes);
		for (size_t i = 0; i < n; i++) {
			int kind = rand() % 4;
			bytes[i] = (char)(kind == 0   ? rand() % 128
					  : kind == 1 ? 0xe2
						      : rand() % 256);
		}
		struct strbuf b;
		strbuf_init(&b, round % 2 ? (size_t)rand() % 30 : STRBUF_NO_MAX);
		utf8_neutralise(&b, (struct str){ bytes, n });
		assert_true(utf8_is_clean(strbuf_str(&b)));
		for (size_t i = 0; i < b.n; i++)
			assert_true((unsigned char)b.p[i] >= 0x20 && b.p[i] != 0x7f);
		strbuf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_comes_back),
		cmocka_unit_test(invalid_sequences_are_one_byte_each),
		cmocka_unit_test(cells_follow_the_terminal),
		cmocka_unit_test(cutting_never_splits_a_character),
		cmocka_unit_test(controls_become_visible),
		cmocka_unit_test(invalid_bytes_become_replacements),
		cmocka_unit_test(good_text_is_left_alone),
		cmocka_unit_test(any_bytes_come_out_clean_within_any_limit),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
