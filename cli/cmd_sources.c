/* SPDX-License-Identifier: MIT */
/* postern sources: files, coverage and its gaps, unknown lines by shape. */
#include "cli/cli.h"
#include "model/advice.h"

#define MOST_UNKNOWN 20

static void
set_time(struct json *o, const char *key, int64_t time_us, struct arena *a)
{
	json_set_str_or_null(o, key, time_us == TIME_NONE ? STR("") : time_rfc3339(time_us, a));
}

/* What the log cannot tell, and what mends that. */
static struct json *
advice_json(const struct store_source *s)
{
	struct json *list = json_array_new();
	const struct advice *a = NULL;

	while ((a = advice_next(a, s->format, s->features))) {
		struct json *o = json_object_new();

		json_set_str(o, "cannot", a->cannot);
		json_set_str(o, "mend", a->mend);
		json_add(list, o);
	}
	return list;
}

static struct json *
sources_json(const struct store_source *s, size_t n, struct arena *a)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object_new();

		json_set_str(o, "path", s[i].path);
		json_set_str_or_null(o, "gateway", s[i].gateway);
		json_set_str(o, "format", s[i].format);
		json_set_text(o, "role", log_role_text(s[i].role));
		json_set_int(o, "bytes", (int64_t)s[i].bytes);
		json_set_int(o, "lines", (int64_t)s[i].lines);
		json_set_int(o, "understood", (int64_t)s[i].understood);
		json_set_int(o, "ignored", (int64_t)s[i].ignored);
		json_set_int(o, "unknown", (int64_t)s[i].unknown);
		set_time(o, "from", s[i].from_us, a);
		set_time(o, "to", s[i].to_us, a);
		set_time(o, "imported", s[i].imported_us, a);
		json_set(o, "advice", advice_json(&s[i]));
		json_add(list, o);
	}
	return list;
}

static struct json *
coverage_json(const struct store_stretch *s, size_t n, struct arena *a)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object_new();

		json_set_str(o, "gateway", s[i].gateway);
		set_time(o, "from", s[i].from_us, a);
		set_time(o, "to", s[i].to_us, a);
		json_add(list, o);
	}
	return list;
}

static struct json *
unknown_json(const struct store_unknown *u, size_t n)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < n; i++) {
		struct json *o = json_object_new();

		json_set_str(o, "shape", u[i].shape);
		json_set_str(o, "sample", u[i].sample);
		json_set_int(o, "count", (int64_t)u[i].count);
		json_add(list, o);
	}
	return list;
}

static void
print_source(struct cli *c, const struct store_source *s)
{
	printf("%10llu lines %8llu unknown  ", (unsigned long long)s->lines,
	       (unsigned long long)s->unknown);
	print_clean(stdout, s->gateway);
	printf("  %.*s %s  ", STR_ARG(s->format), log_role_text(s->role));
	if (s->from_us != TIME_NONE)
		print_clean(stdout, arena_printf(&c->arena, "%.*s – %.*s  ",
						 STR_ARG(cli_time(c, s->from_us, &c->arena)),
						 STR_ARG(cli_time(c, s->to_us, &c->arena))));
	print_clean(stdout, s->path);
	putchar('\n');
	for (const struct advice *a = NULL; (a = advice_next(a, s->format, s->features));)
		printf("%29scannot %.*s; mend: %.*s\n", "", STR_ARG(a->cannot), STR_ARG(a->mend));
}

static void
print_rest(struct cli *c, const struct store_stretch *stretches, size_t n_stretches,
	   const struct store_unknown *unknown, size_t n_unknown)
{
	puts(n_stretches ? "\nCovered:" : "");
	for (size_t i = 0; i < n_stretches; i++) {
		fputs("  ", stdout);
		print_clean(stdout, stretches[i].gateway);
		print_clean(stdout,
			    arena_printf(&c->arena, "  %.*s – %.*s",
					 STR_ARG(cli_time(c, stretches[i].from_us, &c->arena)),
					 STR_ARG(cli_time(c, stretches[i].to_us, &c->arena))));
		putchar('\n');
	}
	if (n_unknown > 0)
		puts("\nUnknown lines, by shape:");
	for (size_t i = 0; i < n_unknown; i++) {
		printf("%8llu  ", (unsigned long long)unknown[i].count);
		print_clean(stdout, unknown[i].sample);
		putchar('\n');
	}
}

int
cmd_sources(struct cli *c, struct err *e)
{
	struct store_source *sources;
	struct store_stretch *stretches;
	struct store_unknown *unknown;
	size_t n_sources, n_stretches, n_unknown;
	struct json *o;
	int rc;

	if (c->n_operands > 0)
		return err_set(e, ERR_USAGE, "sources takes no operand");
	if (cli_open_store(c, STORE_READ, e) < 0 ||
	    store_sources(c->store, &c->arena, &sources, &n_sources, e) < 0 ||
	    store_coverage(c->store, STORE_GAP_US, &c->arena, &stretches, &n_stretches, e) < 0 ||
	    store_unknowns(c->store, &c->arena, MOST_UNKNOWN, &unknown, &n_unknown, e) < 0)
		return -1;
	if (!c->json) {
		for (size_t i = 0; i < n_sources; i++)
			print_source(c, &sources[i]);
		print_rest(c, stretches, n_stretches, unknown, n_unknown);
		return EXIT_YES;
	}
	o = json_object_new();
	json_set(o, "sources", sources_json(sources, n_sources, &c->arena));
	json_set(o, "coverage", coverage_json(stretches, n_stretches, &c->arena));
	json_set(o, "unknown", unknown_json(unknown, n_unknown));
	rc = json_write(o, stdout, e);
	json_free(o);
	return rc < 0 ? -1 : EXIT_YES;
}
