/* SPDX-License-Identifier: MIT */
/* model_address: what hides in rewritten senders, and what only looks rewritten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/address.h"

static void
wrapped_addresses_give_back_who_wrote(void **state)
{
	static const char *const cases[][2] = {
		{ "SRS0=Hx2+=4K=isp.example=ann@fwd.example", "ann@isp.example" },
		{ "srs0=hx2=4k=isp.example=ann=x@fwd.example", "ann=x@isp.example" },
		{ "SRS0+Hx2=4K=isp.example=ann@fwd.example", "ann@isp.example" },
		{ "SRS1=abcd=first.example==Hx2=4K=isp.example=ann@fwd.example",
		  "ann@isp.example" },
		{ "prvs=4567abcdef=ann@isp.example", "ann@isp.example" },
		{ "btv1==123==ann@isp.example", "ann@isp.example" },
		{ "SRS0=h=t=isp.example=prvs=12=ann@fwd.example", "ann@isp.example" },
		/* no wrapping, or a broken one */
		{ "ann@isp.example", "ann@isp.example" },
		{ "list-bounces+bob=cs.example@lists.example",
		  "list-bounces+bob=cs.example@lists.example" },
		{ "SRS0=h=t@fwd.example", "SRS0=h=t@fwd.example" },
		{ "SRS0=h=t==ann@fwd.example", "SRS0=h=t==ann@fwd.example" },
		{ "prvs=12=@isp.example", "prvs=12=@isp.example" },
		{ "prvs=nothing", "prvs=nothing" },
		{ "", "" },
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buffer[ADDRESS_MAX];
		struct str got = address_unwrap(str_from(cases[i][0]), buffer);

		if (!str_eq(got, str_from(cases[i][1])))
			fail_msg("%s gave %.*s", cases[i][0], STR_ARG(got));
	}
}

static void
a_monstrous_address_is_left_alone(void **state)
{
	char text[2000], buffer[ADDRESS_MAX];

	(void)state;
	memset(text, 'a', sizeof(text));
	memcpy(text, "SRS0=h=t=d.example=", 19);
	memcpy(text + sizeof(text) - 4, "@b.c", 4);
	struct str a = { text, sizeof(text) };
	assert_true(address_unwrap(a, buffer).p == text);
}

static void
a_domain_stands_for_its_addresses(void **state)
{
	(void)state;
	assert_true(address_matches(STR("Bob@CS.example"), STR("bob@cs.example")));
	assert_true(address_matches(STR("Bob@CS.example"), STR("@cs.example")));
	assert_false(address_matches(STR("bob@x.cs.example"), STR("@cs.example")));
	assert_false(address_matches(STR("bob"), STR("@cs.example")));
	assert_false(address_is_domain(STR("@")));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrapped_addresses_give_back_who_wrote),
		cmocka_unit_test(a_monstrous_address_is_left_alone),
		cmocka_unit_test(a_domain_stands_for_its_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
