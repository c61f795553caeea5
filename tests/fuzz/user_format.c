/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes format files: the input up to its first "\n\n\n" is a file, the rest are lines for what it
 * defines. Nothing may crash or hang, a file is either complained of or taken, and a complaint's
 * text ends its lines.
 *
 *   clang -std=c17 -g -O1 -fsanitize=fuzzer,address,undefined -I. -D_XOPEN_SOURCE=700 \
 *     -D_DEFAULT_SOURCE tests/fuzz/user_format.c importers/{importer,exim*,postfix*,maillog}.c \
 *     importers/{refusal,score_*,rfc2047,syslog,user_*,format_text,time_text}.c \
 *     model/{words,reply,reply_shape,exim_id}.c base/{civil*,err,hash,mem,rx,str,strbuf,utf8*}.c \
 *     -lpcre2-8 -lm -o build/fuzz-user-format
 *   build/fuzz-user-format -max_len=4000 -max_total_time=120 build/corpus-format examples/formats.d
 *
 * With -DPLAIN_MAIN instead of -fsanitize=fuzzer it reads the files named on its command line.
 */
#include <stdio.h>
#include <stdlib.h>

#include "importers/importer.h"
#include "importers/user_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
read_line(const struct user_format *u, struct str line)
{
	const struct log_format *log = user_format_log(u);
	struct parse_context c = { .zone = zone_utc(), .near_us = 0, .format = log };
	struct arena scratch = { 0 };
	struct fragment f;

	if (log->parse(line, &c, &f, &scratch) >= LINE_CLASS_COUNT)
		panic("a line's class");
	if (f.n_recipients > 0 && !f.recipients)
		panic("recipients without a list");
	user_format_detect(u, line);
	arena_release(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str input = { (const char *)data, size };
	size_t split = str_find(input, STR("\n\n\n"), 0);
	struct str file = str_slice(input, 0, split), rest;
	struct format_complaints c;

	rest = split == STR_NPOS ? STR("") : str_skip(input, split + 3);
	format_complaints_init(&c);
	if (user_formats_add(STR("x"), file, &c) != (c.n == 0))
		panic("a file is wrong or right");
	if (c.text.n > 0 && c.text.p[c.text.n - 1] != '\n')
		panic("a complaint without an end");
	for (size_t end; rest.n > 0 && user_format_at(0); rest = str_skip(rest, end + 1)) {
		end = str_find_char(rest, '\n', 0);
		end = end == STR_NPOS ? rest.n : end;
		read_line(user_format_at(0), str_slice(rest, 0, end));
	}
	format_complaints_release(&c);
	user_formats_release();
	return 0;
}

#ifdef PLAIN_MAIN
int
main(int argc, char **argv)
{
	static uint8_t data[1 << 20];

	for (int i = 1; i < argc; i++) {
		FILE *in = fopen(argv[i], "rb");

		if (!in)
			return 1;
		LLVMFuzzerTestOneInput(data, fread(data, 1, sizeof(data), in));
		fclose(in);
	}
	return 0;
}
#endif
