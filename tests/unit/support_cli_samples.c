/* SPDX-License-Identifier: MIT */
/* support_cli_samples: see the header. */
#include "support_cli_samples.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/civil.h"
#include "importers/exim.h"
#include "importers/ingest.h"
#include "importers/postfix.h"
#include "support_files.h"

/* Naming importer_format would make the linker take the registry of the tests' toy format. */
static const struct log_format *
format_by_name(struct str name)
{
	return str_eq(name, STR("exim"))      ? &exim_format
	       : str_eq(name, STR("postfix")) ? postfix_importer.format
					      : NULL;
}

struct store *
samples_open(void)
{
	struct store *st = NULL;
	struct err e = { 0 };

	if (store_open(files_path("index.db"), STORE_WRITE, format_by_name, &st, &e) < 0)
		fail_msg("%s", e.text);
	return st;
}

void
samples_import(struct store *st, const char *gateway, const char *path)
{
	struct ingest_options o = { .gateway = str_from(gateway),
				    .zone = zone_utc(),
				    .year = 2026 };
	struct ingest_hooks h = { 0 };
	struct err e = { 0 };
	size_t failed = 0;

	if (ingest_paths(store_sink(st), store_book(st), &path, 1, &o, &h, &failed, &e) < 0)
		fail_msg("%s: %s", path, e.text);
	assert_int_equal(failed, 0);
}
