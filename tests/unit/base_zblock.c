/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/zblock.h"

static void
pack_text(const char *text, size_t n, struct strbuf *out)
{
	struct zblock_packer *z = zblock_packer_new(3);
	strbuf_init(out, STRBUF_NO_MAX);
	zblock_pack(z, (struct str){ text, n }, out);
	zblock_packer_free(z);
}

static void
blocks_come_back(void **state)
{
	(void)state;
	struct zblock_packer *z = zblock_packer_new(1);
	struct strbuf packed, raw;
	strbuf_init(&packed, STRBUF_NO_MAX);
	strbuf_init(&raw, STRBUF_NO_MAX);
	srand(4);
	char *text = xmalloc(300000);
	for (size_t n = 0; n < 300000; n = n * 3 + 1) {
		for (size_t i = 0; i < n; i++)
			text[i] = (char)(rand() % 7 ? 'a' : rand() % 256);
		zblock_pack(z, (struct str){ text, n }, &packed);
		struct err e = { .code = ERR_NONE };
		assert_int_equal(zblock_unpack(strbuf_str(&packed), n, &raw, &e), 0);
		assert_int_equal(raw.n, n);
		assert_memory_equal(raw.p, text, n);
		assert_int_equal(raw.p[raw.n], 0);
	}
	free(text);
	strbuf_release(&packed);
	strbuf_release(&raw);
	zblock_packer_free(z);
	zblock_packer_free(NULL);
}

static void
empty_block_comes_back_empty(void **state)
{
	(void)state;
	struct strbuf packed, raw;
	pack_text(NULL, 0, &packed);
	strbuf_init(&raw, STRBUF_NO_MAX);
	strbuf_add_text(&raw, "old");
	assert_true(packed.n > 0);
	assert_int_equal(zblock_unpack(strbuf_str(&packed), 0, &raw, NULL), 0);
	assert_int_equal(raw.n, 0);
	strbuf_release(&packed);
	strbuf_release(&raw);
}

static void
more_than_allowed_is_refused_before_unpacking(void **state)
{
	(void)state;
	size_t n = (size_t)64 << 20;
	char *zeroes = xcalloc(n, 1);
	struct strbuf bomb, raw;
	pack_text(zeroes, n, &bomb);
	free(zeroes);
	strbuf_init(&raw, STRBUF_NO_MAX);
	struct err e = { .code = ERR_NONE };
	assert_int_equal(zblock_unpack(strbuf_str(&bomb), 1 << 20, &raw, &e), -1);
	assert_int_equal(e.code, ERR_FORMAT);
	assert_true(raw.cap < 1 << 20);
	strbuf_release(&raw);
	strbuf_init(&raw, 1000);
	assert_int_equal(zblock_unpack(strbuf_str(&bomb), n, &raw, &e), -1);
	assert_int_equal(e.code, ERR_LIMIT);
	strbuf_release(&bomb);
	strbuf_release(&raw);
}

static void
every_cut_is_refused(void **state)
{
	(void)state;
	const char text[] = "2024-01-01 00:00:00 1rKsXX-000001-AA <= a@example.org";
	struct strbuf packed, raw;
	pack_text(text, sizeof(text), &packed);
	strbuf_init(&raw, STRBUF_NO_MAX);
	for (size_t n = 0; n < packed.n; n++) {
		char *cut = xmalloc(n);
		memcpy(cut, packed.p, n);
		struct err e = { .code = ERR_NONE };
		assert_int_equal(zblock_unpack((struct str){ cut, n }, 4096, &raw, &e), -1);
		assert_int_equal(e.code, ERR_FORMAT);
		free(cut);
	}
	strbuf_release(&packed);
	strbuf_release(&raw);
}

static void
every_flipped_bit_is_refused_or_harmless(void **state)
{
	(void)state;
	char text[600];
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i * i % 23);
	struct strbuf packed, raw;
	pack_text(text, sizeof(text), &packed);
	strbuf_init(&raw, STRBUF_NO_MAX);
	for (size_t bit = 0; bit < packed.n * 8; bit++) {
		packed.p[bit / 8] = (char)(packed.p[bit / 8] ^ (1 << bit % 8));
		if (zblock_unpack(strbuf_str(&packed), 4096, &raw, NULL) == 0) {
			assert_int_equal(raw.n, sizeof(text));
			assert_memory_equal(raw.p, text, sizeof(text));
		}
		packed.p[bit / 8] = (char)(packed.p[bit / 8] ^ (1 << bit % 8));
	}
	assert_int_equal(zblock_unpack(strbuf_str(&packed), 4096, &raw, NULL), 0);
	strbuf_release(&packed);
	strbuf_release(&raw);
}

static void
strangers_bytes_are_refused(void **state)
{
	(void)state;
	struct strbuf raw;
	strbuf_init(&raw, STRBUF_NO_MAX);
	assert_int_equal(zblock_unpack(STR("plain text, no frame"), 100, &raw, NULL), -1);
	assert_int_equal(zblock_unpack((struct str){ NULL, 0 }, 100, &raw, NULL), -1);
	struct strbuf packed;
	pack_text("abc", 3, &packed);
	strbuf_add_text(&packed, "trailing");
	assert_int_equal(zblock_unpack(strbuf_str(&packed), 100, &raw, NULL), -1);
	strbuf_release(&packed);
	strbuf_release(&raw);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(blocks_come_back),
		cmocka_unit_test(empty_block_comes_back_empty),
		cmocka_unit_test(more_than_allowed_is_refused_before_unpacking),
		cmocka_unit_test(every_cut_is_refused),
		cmocka_unit_test(every_flipped_bit_is_refused_or_harmless),
		cmocka_unit_test(strangers_bytes_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
