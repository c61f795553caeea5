/* SPDX-License-Identifier: MIT */
/* tui_decode: bytes to keys, however the terminal cuts them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "tui/decode.h"

static struct strbuf seen;

static void
on_key(void *arg, uint32_t key)
{
	struct arena a;
	(void)arg;
	arena_init(&a);
	strbuf_printf(&seen, "<%.*s>", STR_ARG(key_label(key, &a)));
	arena_release(&a);
}

static void
on_paste(void *arg, struct str text)
{
	(void)arg;
	strbuf_printf(&seen, "[%.*s]", STR_ARG(text));
}

static const struct decode_out out = { .key = on_key, .paste = on_paste };

static int
setup(void **state)
{
	(void)state;
	strbuf_init(&seen, 1 << 20);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	strbuf_release(&seen);
	return 0;
}

static const struct {
	const char *bytes, *keys;
} cases[] = {
	{ "abc", "<a><b><c>" },
	{ "\r", "<enter>" },
	{ "\033[A\033[B\033OC\033OD", "<up><down><right><left>" },
	{ "\033[5~\033[6~\033[3~", "<PgUp><PgDn><delete>" },
	{ "\033[H\033[F\033[1~\033[4~\033[7~\033[8~", "<home><end><home><end><home><end>" },
	{ "\033OP\033[11~\033[24~", "<F1><F1><F12>" },
	{ "\033[Z", "<shift-tab>" },
	{ "\0331\033x", "<Alt-1><Alt-x>" },
	{ "\033\r", "<Alt-enter>" },
	{ "\033[1;3A", "<Alt-up>" },
	{ "\033[1;5A", "<up>" },
	{ "\033", "<esc>" },
	{ "\033\033", "<esc><esc>" },
	{ "\xc3\xa4\xe5\xb1\xb1", "<\xc3\xa4><\xe5\xb1\xb1>" },
	{ "\033\xc3\xa4", "<Alt-\xc3\xa4>" },
	{ "a\xff"
	  "b",
	  "<a><b>" },
	{ "\033[?62;c\033[99~\033[<0;1;1Mx", "<x>" },
	{ "\x0f\x7f", "<^O><backspace>" },
	{ "\033[200~one\rtwo\033[201~q", "[one\ntwo]<q>" },
	{ "\033[200~\033[31m\033[20\033[201~", "[\033[31m\033[20]" },
	{ "\033[200~a\r\nb\033[201~", "[a \nb]" },
};

static void
keys_are_read_at_once(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decode d;
		strbuf_clear(&seen);
		decode_init(&d, true);
		decode_feed(&d, str_from(cases[i].bytes), &out);
		decode_flush(&d, &out);
		assert_string_equal(seen.p, cases[i].keys);
		assert_false(decode_is_waiting(&d));
		decode_release(&d);
	}
}

static void
and_byte_by_byte(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct decode d;
		strbuf_clear(&seen);
		decode_init(&d, true);
		for (const char *p = cases[i].bytes; *p; p++)
			decode_feed(&d, (struct str){ p, 1 }, &out);
		decode_flush(&d, &out);
		assert_string_equal(seen.p, cases[i].keys);
		decode_release(&d);
	}
}

static void
escape_waits_for_what_may_follow(void **state)
{
	(void)state;
	struct decode d;
	decode_init(&d, true);
	decode_feed(&d, STR("\033"), &out);
	assert_true(decode_is_waiting(&d));
	assert_string_equal(seen.p, "");
	decode_feed(&d, STR("[A"), &out);
	assert_string_equal(seen.p, "<up>");
	assert_false(decode_is_waiting(&d));
	decode_release(&d);
}

static void
a_paste_is_never_keys(void **state)
{
	(void)state;
	struct decode d;
	decode_init(&d, true);
	decode_feed(&d, STR("\033[200~q\033"), &out);
	decode_flush(&d, &out); /* no timeout ends a paste */
	decode_feed(&d, STR("[20"), &out);
	decode_feed(&d, STR("1~"), &out);
	assert_string_equal(seen.p, "[q]");
	decode_release(&d);
}

static void
lines_without_brackets_are_a_paste_too(void **state)
{
	(void)state;
	struct decode d;
	decode_init(&d, true);
	decode_feed(&d, STR("550 Rejected\rmilter id 1xUnZw-00032s-19\r"), &out);
	assert_string_equal(seen.p, "[550 Rejected\nmilter id 1xUnZw-00032s-19\n]");
	strbuf_clear(&seen);
	decode_feed(&d, STR("ls\r"), &out); /* typed ahead */
	assert_string_equal(seen.p, "<l><s><enter>");
	decode_release(&d);
}

static void
one_byte_is_one_character_without_utf8(void **state)
{
	(void)state;
	struct decode d;
	decode_init(&d, false);
	decode_feed(&d, STR("\xe4"), &out);
	assert_string_equal(seen.p, "<\xc3\xa4>");
	decode_release(&d);
}

static void
noise_neither_hangs_nor_grows(void **state)
{
	(void)state;
	struct decode d;
	unsigned seed = 7;
	decode_init(&d, true);
	for (int round = 0; round < 20000; round++) {
		char bytes[8];
		for (size_t i = 0; i < sizeof(bytes); i++) {
			seed = seed * 1103515245 + 12345;
			bytes[i] = (seed >> 20) % 3 ? (char)(seed >> 16) : '\033';
		}
		strbuf_clear(&seen);
		decode_feed(&d, (struct str){ bytes, sizeof(bytes) }, &out);
		if (round % 5 == 0)
			decode_flush(&d, &out);
		assert_true(d.pending.n < 1000 || d.pasting);
	}
	decode_release(&d);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(keys_are_read_at_once),
		TEST(and_byte_by_byte),
		TEST(escape_waits_for_what_may_follow),
		TEST(a_paste_is_never_keys),
		TEST(lines_without_brackets_are_a_paste_too),
		TEST(one_byte_is_one_character_without_utf8),
		TEST(noise_neither_hangs_nor_grows),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
