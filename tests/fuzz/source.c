/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes source, lines and the ingest loop with the toy format: the first two bytes say where the
 * rest is cut. Importing the part and then the whole must give what importing the whole gives,
 * and importing it once more nothing.
 *
 *   clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -I. -Itests/unit \
 *     -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE tests/fuzz/source.c \
 *     tests/unit/support_{sink,files,toy}.c importers/{ingest*,lines,source*,walk,syslog}.c \
 *     base/{civil*,err,hash,mem,str,strbuf,utf8*}.c model/words.c -lm -o build/fuzz-source
 *   TEST_TMP=/dev/shm build/fuzz-source -max_len=20000 -max_total_time=60
 */
#include <stdlib.h>

#include "importers/ingest.h"
#include "importers/source_unpack.h"
#include "support_files.h"
#include "support_sink.h"
#include "support_toy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct sums {
	uint64_t lines, understood, ignored, unknown;
};

static void
require(bool holds, const char *what)
{
	if (!holds)
		panic("%s", what);
}

static void
add_report(void *arg, const struct ingest_report *r)
{
	struct sums *s = arg;
	require(r->lines == r->understood + r->ignored + r->unknown, "a line is not accounted for");
	s->lines += r->lines;
	s->understood += r->understood;
	s->ignored += r->ignored;
	s->unknown += r->unknown;
}

static void
import(struct memory *m, struct str text, struct sums *sums)
{
	struct ingest_options o = { .gateway = STR("mx1"), .zone = zone_utc(), .commit_bytes = 300 };
	struct ingest_hooks h = { .report = add_report, .arg = sums };
	const char *path = files_write("log", text);
	struct err e = { 0 };
	size_t failed;
	require(ingest_paths(&m->sink, &m->book, &path, 1, &o, &h, &failed, &e) == 0, e.text);
}

static void
compare(const struct memory *a, const struct memory *b)
{
	struct strbuf x, y;
	strbuf_init(&x, STRBUF_NO_MAX);
	strbuf_init(&y, STRBUF_NO_MAX);
	memory_text(a, &x);
	memory_text(b, &y);
	require(str_eq(strbuf_str(&x), strbuf_str(&y)), "cut and whole differ");
	strbuf_release(&x);
	strbuf_release(&y);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	struct str text = { (const char *)data + 2, size - 2 };
	size_t cut = ((size_t)data[0] << 8 | data[1]) % (text.n + 1);
	struct memory whole, parts;
	struct sums sums = { 0 };
	struct sums part_sums = { 0 };
	memory_init(&whole);
	memory_init(&parts);
	import(&whole, text, &sums);
	if (!unpack_is_packed(text)) {
		import(&parts, str_slice(text, 0, cut), &part_sums);
		import(&parts, text, &part_sums);
		import(&parts, text, &part_sums);
		compare(&whole, &parts);
		require(memcmp(&sums, &part_sums, sizeof(sums)) == 0, "counts differ");
	}
	memory_release(&whole);
	memory_release(&parts);
	return 0;
}
