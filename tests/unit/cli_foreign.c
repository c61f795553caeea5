/* SPDX-License-Identifier: MIT */
/*
 * No false confidence: bounces that others wrote and texts that are no bounces at all, against an
 * index of real logs that shares days, domains, recipients, kinds of identifiers and look-alike
 * names with them. None may lead to a session with more than even odds, and none is ever our doing.
 * POSTERN_REPORT=1 prints a line for each; a name in POSTERN_ONLY restricts to it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "base/file.h"
#include "base/strbuf.h"
#include "db/find.h"
#include "model/foreign_table.h"
#include "support_cli_samples.h"
#include "support_files.h"
#include "support_nonsense.h"

enum { NONSENSE = 200, MOST_PASTES = 600 };

static struct store *store;
static struct strbuf bounces;

/* --- an index of real logs --- */

static int
make_index(void **state)
{
	struct store_totals t;
	struct err e = { 0 };

	(void)state;
	store = samples_open();
	samples_import(store, "gw", "tests/samples/exim/v1-default");
	samples_import(store, "gw2", "tests/samples/exim/v2-all/mainlog");
	samples_import(store, "gw6", "tests/samples/exim/v6-production");
	samples_import(store, "gw9", "tests/samples/exim/v9-exim498-default");
	samples_import(store, "lists", "tests/samples/exim/list-exim/mainlog");
	samples_import(store, "mx1", "tests/samples/postfix/mail.log");
	samples_import(store, "out", "tests/samples/postfix/lists.log");
	assert_int_equal(store_totals(store, &t, &e), 0);
	assert_true(t.sessions > 300);
	strbuf_init(&bounces, STRBUF_NO_MAX);
	if (file_read("tests/samples/foreign/bounces.txt", &bounces, &e) < 0)
		fail_msg("%s", e.text);
	return 0;
}

static int
release_index(void **state)
{
	(void)state;
	store_close(store);
	strbuf_release(&bounces);
	files_remove_all();
	return 0;
}

/* --- judging --- */

struct offence {
	char text[400];
	double probability;
};

struct jury {
	struct ours ours;
	struct offence worst[12];
	size_t n_worst, pastes;
	double highest;
};

static void
note(struct jury *j, const char *name, double p, const struct find_result *r)
{
	size_t at = j->n_worst < 12 ? j->n_worst++ : 11;

	while (at > 0 && j->worst[at - 1].probability < p) {
		j->worst[at] = j->worst[at - 1];
		at--;
	}
	j->worst[at].probability = p;
	int n = snprintf(j->worst[at].text, sizeof(j->worst[at].text), "%s: %.2f, by %s, %s", name,
			 p, refuser_text(r->refused_by), r->is_list ? "a list" : "");
	for (size_t i = 0; r->n_candidates > 0 && i < r->candidates[0].n_reasons; i++)
		n += snprintf(j->worst[at].text + n, sizeof(j->worst[at].text) - (size_t)n,
			      "%.40s; ", r->candidates[0].reasons[i].p);
}

static void
judge(struct jury *j, const char *name, struct str paste)
{
	struct search *s = search_start(store, &j->ours, zone_utc(),
					INT64_C(1795300000) * US_PER_SECOND, paste);
	struct err e = { 0 };

	if (getenv("POSTERN_ONLY") && !strstr(name, getenv("POSTERN_ONLY"))) {
		search_free(s);
		return;
	}
	if (search_run(s, NULL, NULL, &e) < 0)
		fail_msg("%s: %s", name, e.text);
	const struct find_result *r = search_result(s);
	double p = r->n_candidates > 0 ? r->candidates[0].probability : 0;
	j->pastes++;
	j->highest = p > j->highest ? p : j->highest;
	if (p > 0.5 || r->refused_by == REFUSER_US)
		note(j, name, p, r);
	if (getenv("POSTERN_REPORT"))
		print_message("%s\t%.3f\t%s\t%s\t%.*s\n", name, p, refuser_text(r->refused_by),
			      bounce_kind_text(r->kind), STR_ARG(r->message));
	if (getenv("POSTERN_ONLY"))
		print_message("%.*s\n", STR_ARG(paste));
	search_free(s);
}

static void
pass_sentence(const struct jury *j)
{
	for (size_t i = 0; i < j->n_worst; i++)
		print_message("%s\n", j->worst[i].text);
	print_message("%zu pastes, highest %.2f\n", j->pastes, j->highest);
	assert_int_equal(j->n_worst, 0);
}

/* --- foreign bounces --- */

/* How much a bounce has in common with the index. */
enum share {
	SHARE_NOTHING,
	SHARE_DAY_AND_DOMAIN,
	SHARE_RECIPIENT_AND_HOST,
	SHARE_CLIENT,
	SHARE_COUNT
};

static const struct fill {
	const char *name;
	const char *values[SHARE_COUNT];
} fills[] = {
	{ "{to}",
	  { "jane.doe@other.example", "nobody.there@partner.example",
	    "bill.smith@greylister.example", "someone@elsewhere.example" } },
	{ "{toname}", { "Jane Doe", "Nobody There", "Bill Smith", "Some One" } },
	{ "{from}",
	  { "john@firm.example", "newsletter@firm.example", "mallory@good.example",
	    "other@bounce.example" } },
	{ "{tohost}",
	  { "mx.other.example", "mx1.partner.example", "mx1.greylister.example",
	    "mx1.other.example" } },
	{ "{toip}", { "198.51.100.25", "127.0.30.99", "127.0.30.10", "198.51.100.7" } },
	{ "{me}",
	  { "mail.firm.example", "mx1.other.example", "gw.other.example", "exim.sender.example" } },
	{ "{client}", { "203.0.113.77", "127.198.250.9", "127.0.20.99", "127.0.20.1" } },
	{ "{mid}",
	  { "CAF.8d1@mail.firm.example", "20261121161937.020999@c",
	    "alpha.1.0000000000@lists.other.example", "E1xUnm7-0004zz-2a@exim.sender.example" } },
	{ "{date}",
	  { "Tue, 05 Mar 2024 09:12:44 +0100", "Sat, 21 Nov 2026 16:19:37 +0000",
	    "Sat, 21 Nov 2026 16:29:10 +0000", "Sat, 21 Nov 2026 16:00:10 +0000" } },
	{ "{iso}",
	  { "2024-03-05T08:12:44.123Z", "2026-11-21T16:19:37.120Z", "2026-11-21T16:29:10.500Z",
	    "2026-11-21T16:00:10.500Z" } },
	{ "{syslog}",
	  { "Mar  5 09:12:44", "Nov 21 16:19:37", "Nov 21 16:29:10", "Nov 21 16:00:10" } },
};

/* Of the shapes and, in the later shares, of the moment of those in the index, and not in it. */
static void
add_identifier(struct strbuf *b, struct nonsense *n, struct str name, enum share share)
{
	static const char *const heads[] = { "1rhPTs-0003", "1xUnnh-0003", "1xUnsh-0006",
					     "1xUnVa-0005" };

	if (str_eq(name, STR("{eid}"))) {
		strbuf_add_text(b, heads[share]);
		nonsense_base62(n, b, 2);
		strbuf_add_char(b, '-');
		nonsense_base62(n, b, 2);
	} else if (str_eq(name, STR("{pid}"))) {
		strbuf_add_text(b, share == SHARE_NOTHING ? "7F" : "1A");
		nonsense_hex(n, b, 9);
	} else {
		strbuf_add_text(b, share == SHARE_NOTHING ? "4TpqZk" : "4jWyFc");
		nonsense_hex(n, b, 4);
		strbuf_add_text(b, "zpk");
		nonsense_hex(n, b, 3);
	}
}

static void
fill(struct strbuf *b, struct nonsense *n, struct str template, enum share share)
{
	size_t i = 0;

	while (i < template.n) {
		size_t close = template.p[i] == '{' ? str_find_char(template, '}', i) : STR_NPOS;
		struct str name = str_slice(template, i, close == STR_NPOS ? i : close + 1);
		size_t k = 0;

		while (k < sizeof(fills) / sizeof(fills[0]) &&
		       !str_eq(name, str_from(fills[k].name)))
			k++;
		if (k < sizeof(fills) / sizeof(fills[0])) {
			strbuf_add_text(b, fills[k].values[share]);
			i = close + 1;
		} else if (str_eq(name, STR("{eid}")) || str_eq(name, STR("{pid}")) ||
			   str_eq(name, STR("{lid}"))) {
			add_identifier(b, n, name, share);
			i = close + 1;
		} else {
			strbuf_add_char(b, template.p[i++]);
		}
	}
}

static void
judge_template(struct jury *j, struct nonsense *n, struct str name, struct str template)
{
	for (int share = 0; share < SHARE_COUNT; share++) {
		struct strbuf paste;
		char full[80];

		snprintf(full, sizeof(full), "%.*s/%d", STR_ARG(name), share);
		strbuf_init(&paste, STRBUF_NO_MAX);
		fill(&paste, n, template, (enum share)share);
		judge(j, full, strbuf_str(&paste));
		strbuf_release(&paste);
	}
}

static void
judge_bounces(struct jury *j)
{
	struct str rest = strbuf_str(&bounces);
	struct nonsense n = { 7 };
	size_t at = str_find(rest, STR("\n%% "), 0);

	while (at != STR_NPOS) {
		size_t eol = str_find_char(rest, '\n', at + 1);
		size_t next = str_find(rest, STR("\n%% "), eol);
		struct str name = str_slice(rest, at + 4, eol);

		judge_template(j, &n, name,
			       str_slice(rest, eol + 1, next == STR_NPOS ? rest.n : next + 1));
		at = next;
	}
	if (!getenv("POSTERN_ONLY"))
		assert_true(j->pastes >= 200);
}

static struct str our_domains[] = { { "gw.example", 10 }, { "lists.example", 13 } };
static struct str our_hosts[] = { { "mx1", 3 }, { "gw", 2 }, { "out.lists.example", 17 } };
static struct str our_addresses[] = { { "127.0.10.0/24", 13 }, { "127.0.21.0/24", 13 } };

static const struct ours known_ours = {
	.domains = our_domains,
	.n_domains = 2,
	.hosts = our_hosts,
	.n_hosts = 3,
	.addresses = our_addresses,
	.n_addresses = 2,
};

static void
no_foreign_bounce_is_ours(void **state)
{
	struct jury j = { .ours = known_ours };

	(void)state;
	judge_bounces(&j);
	pass_sentence(&j);
}

static void
no_foreign_bounce_is_ours_without_configuration(void **state)
{
	struct jury j = { 0 };

	(void)state;
	judge_bounces(&j);
	pass_sentence(&j);
}

/* What programs say everywhere, alone, against logs of the same programs. */
static void
no_stock_text_is_ours(void **state)
{
	static const char *const frames[] = { "550 5.1.1 %s", "%s", "<x@other.example>: 550 %s",
					      "550-5.7.1 %s\n550 5.7.1 Contact your provider" };
	struct jury j = { .ours = known_ours };

	(void)state;
	for (size_t i = 0; i < foreign_n_stock * 4; i++) {
		struct strbuf paste;

		strbuf_init(&paste, STRBUF_NO_MAX);
		for (const char *f = frames[i % 4]; *f; f++) {
			if (*f == '%' && f[1] == 's')
				strbuf_add_text(&paste, foreign_stock[i / 4].pattern), f++;
			else
				strbuf_add_char(&paste, *f);
		}
		judge(&j, foreign_stock[i / 4].pattern, strbuf_str(&paste));
		strbuf_release(&paste);
	}
	pass_sentence(&j);
}

/* --- nonsense --- */

static void
no_random_text_is_ours(void **state)
{
	struct jury j = { .ours = known_ours };
	struct nonsense n = { 20261121 };

	(void)state;
	for (unsigned i = 0; i < NONSENSE; i++) {
		struct strbuf paste;
		char name[80];

		strbuf_init(&paste, STRBUF_NO_MAX);
		const char *kind = nonsense_text(&n, i, &paste);
		snprintf(name, sizeof(name), "%s/%u", kind, i);
		judge(&j, name, strbuf_str(&paste));
		strbuf_release(&paste);
	}
	pass_sentence(&j);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_foreign_bounce_is_ours),
		cmocka_unit_test(no_foreign_bounce_is_ours_without_configuration),
		cmocka_unit_test(no_stock_text_is_ours),
		cmocka_unit_test(no_random_text_is_ours),
	};

	return cmocka_run_group_tests(tests, make_index, release_index);
}
