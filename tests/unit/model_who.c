/* SPDX-License-Identifier: MIT */
/* What the finder says to people: whose clock it speaks in, what to do next, who refused whom. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "support_finder.h"

/* 2026-11-21 16:05:25 UTC and a minute later */
static const char sessions[] =
	"1795277125.3\tmx1.gw.example\t1xUnaf-0003jr-0G\t\t192.0.2.7\tout.isp.example\t\t"
	"ann@isp.example\tbob@cs.example\tdata\trejected\t550\tRejected: spam score too high\n"
	"1795277185.9\tmx1.gw.example\t1xUnbd-0003js-1A\t\t192.0.2.8\tmail.other.example\t\t"
	"joe@other.example\teve@cs.example\tdata\taccepted\t250\tOK\n";

static int
set_up(void **state)
{
	static struct str hosts[] = { { "mx1.gw.example", 14 } };
	static struct str addresses[] = { { "198.51.100.7", 12 } };

	if (fixture_set_up(state, sessions) < 0)
		return -1;
	struct fixture *f = *state;
	f->ours = (struct ours){
		.hosts = hosts, .n_hosts = 1, .addresses = addresses, .n_addresses = 1
	};
	f->context.ours = &f->ours;
	return 0;
}

static const struct find_result *
find(struct fixture *f, const char *paste)
{
	finder_free(f->finder);
	f->finder = finder_new(str_from(paste), &f->context);
	return fakestore_run(&f->store, f->finder, &f->arena);
}

static void
assert_says(const struct find_result *r, const char *words)
{
	if (str_find(r->message, str_from(words), 0) == STR_NPOS)
		fail_msg("\"%.*s\" does not say \"%s\"", STR_ARG(r->message), words);
}

static void
speaks_of_times_in_the_operators_zone(void **state)
{
	struct fixture *f = *state;
	struct err e = { 0 };

	f->context.zone = zone_find(STR("Europe/Athens"), &e);
	assert_non_null(f->context.zone);
	assert_says(find(f, "1xUnaf-0009zz-2x"), "2026-11-21 18:05:25 EET");
	assert_says(find(f, "zed@isp.example"),
		    "cover 2026-11-21 18:05:25 EET to 2026-11-21 18:06:25 EET");
	assert_says(find(f, "2026-11-21 18:05"), "around 2026-11-21 18:05 EET");
}

static void
says_where_a_domain_is_looked_for(void **state)
{
	struct fixture *f = *state;

	assert_says(find(f, "partner.example"), "postern sessions partner.example");
}

static void
knows_that_a_refusal_of_our_address_is_not_ours(void **state)
{
	struct fixture *f = *state;
	const struct find_result *r =
		find(f, "<pat@far.example>: 554 5.7.1 Service unavailable; Client host "
			"[198.51.100.7] blocked using zen.list.example");

	assert_int_equal(r->refused_by, REFUSER_REMOTE);
	assert_says(r, "Our address 198.51.100.7 is listed at zen.list.example.");
	r = find(f, "<pat@far.example>: 554 5.7.1 Service unavailable; Client host "
		    "[198.51.100.7] blocked using Spamhaus");
	assert_int_equal(r->refused_by, REFUSER_REMOTE);
	assert_says(r, "our address, 198.51.100.7.");
	r = find(f, "<pat@far.example>: 554 5.7.1 Service unavailable; Client host "
		    "[203.0.113.9] blocked using zen.list.example");
	assert_int_not_equal(r->refused_by, REFUSER_REMOTE);
	r = find(f, "host mx1.gw.example said: 554 5.7.1 Service unavailable; Client host "
		    "[198.51.100.7] blocked using zen.list.example");
	assert_int_equal(r->refused_by, REFUSER_US);
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, set_up, fixture_tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
		WITH(speaks_of_times_in_the_operators_zone),
		WITH(says_where_a_domain_is_looked_for),
		WITH(knows_that_a_refusal_of_our_address_is_not_ours),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
