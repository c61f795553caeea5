/* SPDX-License-Identifier: MIT */
/* postern doctor: do the index and the desk hold what they say they hold? */
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

/* A desk that cannot be read is a finding: the index is looked at all the same. */
static int
check_desk(struct cli *c, struct findings *f, struct desk_totals *totals)
{
	struct desk *d = cli_desk(c);
	struct err e = { 0 };
	int found = desk_totals(d, totals, &e) < 0 ? -1 : desk_check(d, report, f, &e);

	if (found >= 0)
		return found;
	report(f, e.text);
	return 1;
}

static struct json *
desk_json(const struct cli *c, const struct desk_totals *t)
{
	struct json *o = json_object_new();

	json_set_text(o, "path", c->desk_path);
	json_set_bool(o, "exists", t->exists);
	for (int i = 0; i < CASE_STATUS_COUNT; i++)
		json_set_int(o, case_status_text((enum case_status)i), (int64_t)t->cases[i]);
	json_set_int(o, "notes", (int64_t)t->notes);
	json_set_int(o, "finds", (int64_t)t->finds);
	json_set_int(o, "file_bytes", (int64_t)t->file_bytes);
	return o;
}

static int
print_json(struct cli *c, struct findings *f, const struct store_totals *t,
	   const struct desk_totals *desk, const char *hex, struct err *e)
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
	json_set(o, "desk", desk_json(c, desk));
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

static void
print_desk(const struct cli *c, const struct desk_totals *t)
{
	if (!t->exists)
		return;
	printf("desk %s: ", c->desk_path);
	for (int i = 0; i < CASE_STATUS_COUNT; i++)
		printf("%llu %s, ", (unsigned long long)t->cases[i],
		       case_status_text((enum case_status)i));
	printf("%llu notes, %llu past finds\n", (unsigned long long)t->notes,
	       (unsigned long long)t->finds);
}

int
cmd_doctor(struct cli *c, struct err *e)
{
	struct findings findings = { c, NULL };
	struct store_totals totals;
	struct desk_totals desk;
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
	found += check_desk(c, &findings, &desk);
	if (c->json && print_json(c, &findings, &totals, &desk, hex, e) < 0)
		return -1;
	if (!c->json)
		print_desk(c, &desk);
	if (!c->json && found == 0)
		puts("Nothing is wrong.");
	if (!c->json && hex[0])
		printf("digest %s\n", hex);
	return found > 0 ? EXIT_NO : EXIT_YES;
}
