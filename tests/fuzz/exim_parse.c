/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the Exim format: the input's lines go through a reader. Every line must be in exactly one
 * record, a record's text read again must give the same class and kind, and all slices of a
 * fragment must lie in memory that can be read.
 *
 *   clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -I. -D_XOPEN_SOURCE=700 \
 *     -D_DEFAULT_SOURCE tests/fuzz/exim_parse.c \
 *     importers/{exim*,score_*,rfc2047,syslog}.c model/{words,reply,reply_shape,exim_id}.c \
 *     base/{civil*,err,hash,mem,str,strbuf,utf8*}.c -lm -o build/fuzz-exim
 *   build/fuzz-exim -max_len=4000 -max_total_time=120 build/corpus-exim tests/samples/exim
 *
 * With -DPLAIN_MAIN instead of -fsanitize=fuzzer it reads the files named on its command line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "importers/exim.h"
#include "importers/exim_line.h"
#include "importers/rfc2047.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct seen {
	const struct parse_context *context;
	unsigned char *times;
	uint64_t sum; /* so that reading every byte is not optimised away */
};

static void
touch(struct seen *seen, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		seen->sum += (unsigned char)s.p[i];
}

static void
touch_recipient(struct seen *seen, const struct recipient *r)
{
	touch(seen, r->address);
	touch(seen, r->original);
	touch(seen, r->reply.text);
	touch(seen, r->remote_host);
	touch(seen, r->remote_ip);
	touch(seen, r->transport);
	if (r->verdict >= VERDICT_COUNT || r->stage >= STAGE_COUNT)
		panic("a recipient's verdict or stage");
}

static void
touch_fragment(struct seen *seen, const struct fragment *f)
{
	const struct str all[] = {
		f->id, f->verify_address, f->peer_ip, f->peer_host, f->helo, f->local_ip, f->sender,
		f->subject, f->header_from, f->protocol, f->user, f->auth, f->tls, f->reply.text,
		f->score.action, f->score.symbols, f->text,
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		touch(seen, all[i]);
	for (size_t i = 0; i < f->n_recipients; i++)
		touch_recipient(seen, &f->recipients[i]);
	for (size_t i = 0; i < f->n_identifiers; i++)
		touch(seen, f->identifiers[i].text);
	if (f->verdict >= VERDICT_COUNT || f->stage >= STAGE_COUNT || f->about >= STAGE_COUNT ||
	    f->kind >= FRAGMENT_KIND_COUNT || f->n_identifiers > FRAGMENT_MAX_IDENTIFIERS)
		panic("a fragment out of range");
}

static void
read_again(struct seen *seen, const struct record *r)
{
	struct arena a = { .head = NULL };
	struct fragment f;
	/* A copy of the exact size: one byte too far is one byte outside. */
	char *copy = xmalloc(r->text.n);

	memcpy(copy, r->text.p ? r->text.p : "", r->text.n);
	if (exim_format.parse((struct str){ copy, r->text.n }, seen->context, &f, &a) != r->class)
		panic("another class when read again");
	if (r->class == LINE_UNDERSTOOD) {
		if (f.kind != r->fragment.kind)
			panic("another kind when read again");
		touch_fragment(seen, &f);
		touch(seen, reply_shape(f.reply.text, &a));
	}
	touch(seen, rfc2047_decode((struct str){ copy, r->text.n }, &a));
	arena_release(&a);
	free(copy);
}

static int
visit(void *arg, const struct record *r, struct err *e)
{
	struct seen *seen = arg;

	(void)e;
	for (size_t i = 0; i < r->n_lines; i++) {
		if (seen->times[r->lines[i]]++ > 0)
			panic("a line in two records");
	}
	touch(seen, r->text);
	/* Records whose class the reader knows are none that parse would see. */
	if (r->class == LINE_UNDERSTOOD)
		read_again(seen, r);
	return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct parse_context context = { .near_us = 0, .role = LOG_ROLE_MAIN };
	struct record_reader *r = exim_format.reader_new(&context);
	struct seen seen = { .context = &context, .times = xcalloc(size + 1, 1) };
	struct str rest = { (const char *)data, size };
	const line_ref *pending;
	line_ref n = 0;

	while (rest.n > 0) {
		size_t end = str_find_char(rest, '\n', 0);
		struct str line = str_slice(rest, 0, end);
		char *copy = xmalloc(line.n);

		memcpy(copy, line.p, line.n);
		exim_format.reader_feed(r, (struct str){ copy, line.n }, n++, visit, &seen, NULL);
		exim_importer.detect((struct str){ copy, line.n });
		free(copy);
		rest = str_skip(rest, line.n + 1);
	}
	exim_format.reader_pending(r, &pending);
	exim_format.reader_finish(r, visit, &seen, NULL);
	for (line_ref i = 0; i < n; i++) {
		if (seen.times[i] != 1)
			panic("a line in no record");
	}
	exim_format.reader_free(r);
	free(seen.times);
	return 0;
}

#ifdef PLAIN_MAIN
int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");
		char *text = xmalloc(1 << 20);
		size_t n = in ? fread(text, 1, 1 << 20, in) : 0;

		LLVMFuzzerTestOneInput((const uint8_t *)text, n);
		free(text);
		if (in)
			fclose(in);
	}
	return 0;
}
#endif
