/* SPDX-License-Identifier: MIT */
/*
 * model_find_corpus: the finder against real bounces. A directory holds sessions.tsv (what a
 * gateway's logs say), truth.tsv (file, wanted ID, "from:ADDRESS" or "-", wanted probability of it
 * and its equals) and the bounces.
 * POSTERN_BOUNCES names another such directory; POSTERN_REPORT=1 prints one line per bounce.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/strbuf.h"
#include "support_fakestore.h"

static const char *
directory(void)
{
	const char *other = getenv("POSTERN_BOUNCES");
	return other ? other : "tests/samples/bounces";
}

static bool
read_file(const char *name, struct strbuf *out)
{
	char path[1024];
	char buffer[65536];
	size_t n = 0;

	snprintf(path, sizeof(path), "%s/%s", directory(), name);
	FILE *in = fopen(path, "rb");
	if (!in)
		return false;
	strbuf_clear(out);
	while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
		strbuf_add(out, (struct str){ buffer, n });
	fclose(in);
	return true;
}

static struct str
column(struct str *rest, char separator)
{
	size_t end = str_find_char(*rest, separator, 0);
	struct str c = str_slice(*rest, 0, end == STR_NPOS ? rest->n : end);

	*rest = str_skip(*rest, end == STR_NPOS ? rest->n : end + 1);
	return c;
}

static bool
is_session(const struct session *s, struct str id)
{
	if (str_starts(id, STR("from:")))
		return str_eq(s->sender, str_skip(id, 5));
	for (size_t i = 0; i < s->n_identifiers; i++) {
		if (str_eq(s->identifiers[i].text, id))
			return true;
	}
	return false;
}

static void
report(const char *verdict, struct str file, struct str id, const struct find_result *r,
       size_t probes)
{
	printf("%s\t%.*s\t%.*s\t%.4f\t%zu\t%zu\t", verdict, STR_ARG(file), STR_ARG(id),
	       r->n_candidates > 0 ? r->candidates[0].probability : 0, r->n_candidates, probes);
	for (size_t i = 0; r->n_candidates > 0 && i < r->candidates[0].n_reasons; i++)
		printf("%s%.*s", i ? "; " : "", STR_ARG(r->candidates[0].reasons[i]));
	printf("\t%s\t%s\t%.*s\n", refuser_text(r->refused_by), bounce_kind_text(r->kind),
	       STR_ARG(r->message));
}

/* Ranges lie inside the paste and are not backwards. */
static void
check_ranges(const struct find_result *r, struct str paste)
{
	for (size_t i = 0; i < r->n_clues; i++) {
		assert_true(r->clues[i].start <= r->clues[i].end);
		assert_true(r->clues[i].end <= paste.n);
	}
}

static bool
judge(struct fakestore *store, struct str file, struct str id, double wanted)
{
	struct strbuf text;
	struct arena a;
	char name[512];

	strbuf_init(&text, STRBUF_NO_MAX);
	arena_init(&a);
	snprintf(name, sizeof(name), "%.*s", STR_ARG(file));
	if (!read_file(name, &text))
		fail_msg("%s is missing", name);
	struct find_context context = fakestore_context(store);
	struct finder *f = finder_new(strbuf_str(&text), &context);
	store->probes = 0;
	const struct find_result *r = fakestore_run(store, f, &a);
	check_ranges(r, strbuf_str(&text));
	bool found = r->n_candidates > 0 && is_session(r->candidates[0].session, id);
	double p = 0;
	for (size_t i = 0; i < r->n_candidates; i++)
		p += i == 0 || is_session(r->candidates[i].session, id)
			     ? r->candidates[i].probability
			     : 0;
	bool good = str_eq(id, STR("-")) ? p < 0.5 : found && p >= wanted;
	if (getenv("POSTERN_REPORT"))
		report(good ? "ok" : found ? "weak" : "LOST", file, id, r, store->probes);
	else if (!good)
		print_message("%s: wanted %.*s at %.2f, got %s at %.4f\n", name, STR_ARG(id),
			      wanted, found ? "it" : "another", p);
	finder_free(f);
	arena_release(&a);
	strbuf_release(&text);
	return good;
}

static void
finds_every_bounce(void **state)
{
	struct fakestore store;
	struct strbuf table, truth;
	size_t bad = 0, all = 0;

	(void)state;
	fakestore_init(&store);
	strbuf_init(&table, STRBUF_NO_MAX);
	strbuf_init(&truth, STRBUF_NO_MAX);
	if (!read_file("sessions.tsv", &table) || !read_file("truth.tsv", &truth))
		fail_msg("no sessions.tsv or truth.tsv in %s", directory());
	fakestore_add_table(&store, strbuf_str(&table));
	struct str rows = strbuf_str(&truth);
	while (rows.n > 0) {
		struct str row = column(&rows, '\n');
		if (row.n == 0 || row.p[0] == '#')
			continue;
		struct str file = column(&row, '\t');
		struct str id = column(&row, '\t');
		struct str wanted = column(&row, '\t');
		all++;
		bad += !judge(&store, file, id, wanted.n > 0 ? strtod(wanted.p, NULL) : 0.95);
	}
	print_message("%zu of %zu bounces found\n", all - bad, all);
	if (!getenv("POSTERN_BOUNCES"))
		assert_int_equal(bad, 0);
	strbuf_release(&table);
	strbuf_release(&truth);
	fakestore_release(&store);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_every_bounce),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
