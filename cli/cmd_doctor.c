/* SPDX-License-Identifier: MIT */
/* postern doctor: does the index hold what it says it holds? */
#include "cli/cli.h"

struct findings {
	struct cli *cli;
	struct json *list;
};

static void
report(void *arg, const char *text)
{
	struct findings *f = arg;

	if (f->list) {
		json_add_str(f->list, str_from(text));
		return;
	}
	print_clean(stdout, str_from(text));
	putchar('\n');
}

static int
print_json(struct cli *c, struct findings *f, const struct store_totals *t, const char *hex,
	   struct err *e)
{
	struct json *o = json_object_new();
	int rc;

	json_set_str(o, "index", str_from(c->index_path));
	json_set_int(o, "sessions", (int64_t)t->sessions);
	json_set_int(o, "lines", (int64_t)t->lines);
	json_set_int(o, "understood", (int64_t)t->understood);
	json_set_int(o, "ignored", (int64_t)t->ignored);
	json_set_int(o, "unknown", (int64_t)t->unknown);
	json_set_int(o, "raw_bytes", (int64_t)t->raw_bytes);
	json_set_int(o, "file_bytes", (int64_t)t->file_bytes);
	json_set(o, "findings", f->list);
	json_set_text(o, "digest", hex[0] ? hex : NULL);
	rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

static void
print_totals(const struct store_totals *t)
{
	printf("%llu sessions of %llu lines (%llu understood, %llu ignored, %llu unknown)\n",
	       (unsigned long long)t->sessions, (unsigned long long)t->lines,
	       (unsigned long long)t->understood, (unsigned long long)t->ignored,
	       (unsigned long long)t->unknown);
	printf("%.1f MB of log text in %.1f MB of index\n", (double)t->raw_bytes / 1e6,
	       (double)t->file_bytes / 1e6);
}

int
cmd_doctor(struct cli *c, struct err *e)
{
	struct findings findings = { c, NULL };
	struct store_totals totals;
	char hex[65] = "";
	int found;

	if (c->n_operands > 0)
		return err_set(e, ERR_USAGE, "doctor takes no operand");
	if (cli_open_store(c, STORE_READ, e) < 0 || store_totals(c->store, &totals, e) < 0)
		return -1;
	if (c->json)
		findings.list = json_array_new();
	else
		print_totals(&totals);
	found = store_check(c->store, report, &findings, e);
	if (found < 0 || (cli_value(c, "digest") && store_digest(c->store, hex, e) < 0)) {
		json_free(findings.list);
		return -1;
	}
	if (c->json && print_json(c, &findings, &totals, hex, e) < 0)
		return -1;
	if (!c->json && found == 0)
		puts("Nothing is wrong.");
	if (!c->json && hex[0])
		printf("digest %s\n", hex);
	return found > 0 ? EXIT_NO : EXIT_YES;
}
