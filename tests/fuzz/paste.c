/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the way from a paste to a ranked result, against a small store in memory: whatever is
 * pasted, ranges lie inside it, the map ascends, probabilities add up to one, and setting a clue
 * aside works.
 *
 *   clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -I. -Itests/unit \
 *     -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE $(pkg-config --cflags gmime-3.0) tests/fuzz/paste.c \
 *     tests/unit/support_fakestore.c model/[a-z]*.c \
 *     base/{civil*,err,hash,mem,sort,str,strbuf,utf8*}.c -lm -o build/fuzz-paste
 *   ASAN_OPTIONS=detect_leaks=0 build/fuzz-paste -max_len=20000 -max_total_time=120 \
 *     build/fuzz-corpus tests/samples/bounces tests/samples/foreign
 */
#include <stdlib.h>

#include "base/civil.h"
#include "model/paste.h"
#include "support_fakestore.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char sessions[] =
	"1795277125.5\tmx1\t1xUnaf-0003jr-0G\tREF12345\t192.0.2.7\tout.isp.example\th.example\t"
	"a@isp.example\tb@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
	"1795277126.5\tmx1\t\t1795277126.4711\t192.0.2.7\tout.isp.example\th.example\t"
	"a@isp.example\tc@cs.example,b@cs.example\trcpt\tdeferred\t451\tGreylisted\n";

static struct str our_hosts[] = { { "mx1", 3 }, { "mx1.cs.example", 14 } };
static struct str our_domains[] = { { "cs.example", 10 } };
static struct str our_addresses[] = { { "192.0.2.0/28", 12 } };
static const struct ours ours = { .hosts = our_hosts,
				  .n_hosts = 2,
				  .domains = our_domains,
				  .n_domains = 1,
				  .addresses = our_addresses,
				  .n_addresses = 1 };

static void
require(bool holds, const char *what)
{
	if (!holds)
		panic("%s", what);
}

static void
check_paste(struct str text)
{
	struct paste p;

	paste_init(&p, text);
	for (size_t i = 0; i < p.text.n; i++) {
		require(p.text.at[i] + (size_t)p.text.span[i] <= p.original.n,
			"a byte out of range");
		require(i == 0 || p.text.at[i] >= p.text.at[i - 1], "the map goes back");
		(void)paste_zone_at(&p, i);
	}
	paste_release(&p);
}

static void
check_result(const struct find_result *r, struct str text)
{
	double sum = r->none_probability + r->more_probability;

	for (size_t i = 0; i < r->n_clues; i++) {
		require(r->clues[i].start <= r->clues[i].end, "a range is backwards");
		require(r->clues[i].end <= text.n, "a range leaves the paste");
		require(r->clues[i].text.n > 0, "an empty clue");
	}
	for (size_t i = 0; i < r->n_candidates; i++) {
		sum += r->candidates[i].probability;
		require(r->candidates[i].n_reasons > 0, "a candidate without a reason");
	}
	require(sum > 0.999 && sum < 1.001, "probabilities do not add up");
	require(r->message.n > 0, "no message");
	require(!r->foreign.proves || r->foreign.speaker, "proof by nobody");
	require(r->foreign.class == FOREIGN_CLASS_NONE || r->foreign.meaning, "a class of nothing");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = { (const char *)data, size };
	struct fakestore store;
	struct arena a;

	check_paste(text);
	fakestore_init(&store);
	arena_init(&a);
	fakestore_add_table(&store, str_from(sessions));
	struct find_context context = fakestore_context(&store);
	if (size % 2) /* else nothing is known to be ours */
		context.ours = &ours;
	struct finder *f = finder_new(text, &context);
	const struct find_result *r = fakestore_run(&store, f, &a);
	check_result(r, text);
	if (r->n_clues > 0) {
		finder_drop_clue(f, size % r->n_clues, true);
		check_result(fakestore_run(&store, f, &a), text);
	}
	finder_free(f);
	arena_release(&a);
	fakestore_release(&store);
	return 0;
}
