/* SPDX-License-Identifier: MIT */
/* model_ours: names and networks of the site, and what only looks like them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/ours.h"

static struct str domains[] = { { "cs.example", 10 }, { ".lab.example", 12 } };
static struct str hosts[] = { { "mx1.gw.example", 14 }, { "mx2", 3 } };
static struct str addresses[] = { { "192.0.2.7", 9 },
				  { "198.51.100.0/24", 15 },
				  { "2001:db8:1::/48", 15 },
				  { "10.0.0.0/99", 11 } };
static struct str backends[] = { { "mailstore.cs.example", 20 }, { "10.1.0.0/16", 11 } };
static const struct ours site = { domains, 2, hosts, 2, addresses, 4, backends, 2, false };

static void
knows_names(void **state)
{
	(void)state;
	assert_true(ours_is_domain(&site, STR("CS.example")));
	assert_true(ours_is_domain(&site, STR("mail.cs.example.")));
	assert_true(ours_is_domain(&site, STR("lab.example")));
	assert_false(ours_is_domain(&site, STR("notcs.example")));
	assert_false(ours_is_domain(&site, STR("example")));
	assert_false(ours_is_domain(&site, STR("")));
	assert_true(ours_is_host(&site, STR("MX1.gw.example.")));
	assert_true(ours_is_host(&site, STR("mx2.cs.example")));
	assert_false(ours_is_host(&site, STR("mx2.far.example")));
	assert_false(ours_is_host(&site, STR("mx22.cs.example")));
	assert_true(ours_is_backend(&site, STR("mailstore.cs.example")));
	assert_true(ours_is_backend(&site, STR("10.1.255.1")));
	assert_false(ours_is_backend(&site, STR("10.2.0.1")));
}

static void
knows_networks(void **state)
{
	(void)state;
	assert_true(ours_is_address(&site, STR("192.0.2.7")));
	assert_true(ours_is_address(&site, STR("::ffff:192.0.2.7")));
	assert_false(ours_is_address(&site, STR("192.0.2.70")));
	assert_true(ours_is_address(&site, STR("198.51.100.255")));
	assert_false(ours_is_address(&site, STR("198.51.101.1")));
	assert_true(ours_is_address(&site, STR("2001:db8:1:ffff::9")));
	assert_false(ours_is_address(&site, STR("2001:db8:2::9")));
	assert_false(ours_is_address(&site, STR("10.0.0.1"))); /* a length that cannot be */
	assert_false(ours_is_address(&site, STR("mx1.gw.example")));
	assert_false(ours_is_address(NULL, STR("192.0.2.7")));
	assert_true(ours_is_private(STR("172.31.0.1")));
	assert_false(ours_is_private(STR("172.32.0.1")));
	assert_true(ours_is_private(STR("fd00::1")));
	assert_false(ours_is_private(STR("127.0.0.1")));
	assert_false(ours_is_private(STR("mail.cs.example")));
}

static void
knows_on_whose_side_a_host_stands(void **state)
{
	(void)state;
	assert_int_equal(ours_side_of(&site, STR("mailstore.cs.example"), STR("10.0.0.9")),
			 SIDE_BEHIND);
	assert_int_equal(ours_side_of(&site, STR("mx.far.example"), STR("10.0.0.9")), SIDE_BEHIND);
	assert_int_equal(ours_side_of(NULL, STR("10.0.0.9"), STR("")), SIDE_BEHIND);
	assert_int_equal(ours_side_of(&site, STR("mx.far.example"), STR("192.0.2.7")),
			 SIDE_GATEWAY);
	assert_int_equal(ours_side_of(&site, STR("mx.far.example"), STR("203.0.113.9")),
			 SIDE_OTHER);
	assert_int_equal(ours_side_of(&site, STR(""), STR("")), SIDE_OTHER);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_names),
		cmocka_unit_test(knows_networks),
		cmocka_unit_test(knows_on_whose_side_a_host_stands),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
