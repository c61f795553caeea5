/* SPDX-License-Identifier: MIT */
/* model_pool: clients from which one sender tries again, and those that only use his name. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/pool.h"
#include "support_sessions.h"

static void
clients_of_one_sender_are_known_by_network_or_name(void **state)
{
	static const struct {
		const char *a, *b;
		bool one;
	} cases[] = {
		{ "ip=192.0.2.1", "ip=192.0.2.254", true },
		{ "ip=192.0.2.1", "ip=192.0.3.1", false },
		{ "ip=192.0.2.1", "ip=::ffff:192.0.2.9", true },
		{ "ip=2001:db8:1:2::1", "ip=2001:db8:1:2:ffff::9", true },
		{ "ip=2001:db8:1:2::1", "ip=2001:db8:1:3::1", false },
		{ "ip=192.0.2.1", "ip=2001:db8:1:3::1", false },
		{ "ip=192.0.2.1", "host=out.isp.example", true },
		{ "ip=192.0.2.1 host=mail-lf1-f41.isp.example",
		  "ip=198.51.100.9 host=mail-qk1-f9.isp.example", true },
		{ "ip=192.0.2.1 host=a.out.isp.example", "ip=2001:db8::1 host=b.c.out.isp.example",
		  true },
		{ "ip=192.0.2.1 host=isp.example", "ip=198.51.100.9 host=other.example", false },
		{ "ip=192.0.2.1 host=out.one.co.uk", "ip=198.51.100.9 host=out.two.co.uk", false },
		{ "ip=192.0.2.1 host=out1.one.co.uk", "ip=198.51.100.9 host=out2.one.co.uk", true },
		{ "ip=203.0.113.33 host=host-113-33.dialup.bad.example",
		  "ip=198.51.100.61 host=host-100-61.dialup.bad.example", false },
		{ "ip=203.0.113.65 host=a113-65.smtp-out.isp.example",
		  "ip=198.51.100.61 host=a100-61.smtp-out.isp.example", true },
		{ "ip=192.0.2.1 host=localhost", "ip=198.51.100.9 host=localhost", false },
	};
	struct arena a;

	(void)state;
	arena_init(&a);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct session x, y;

		support_session(cases[i].a, 1, &a, &x);
		support_session(cases[i].b, 2, &a, &y);
		if (pool_is_one(&x, &y) != cases[i].one || pool_is_one(&y, &x) != cases[i].one)
			fail_msg("%s and %s", cases[i].a, cases[i].b);
	}
	arena_release(&a);
}

#define A " from=ann@isp.example to=bob@cs.example "

static void
attempts_from_elsewhere_need_to_name_the_mail(void **state)
{
	static const struct {
		const char *what, *rows, *stories;
	} cases[] = {
		{ "put off at one address, and tried at another of the same domain",
		  "t=0 ip=192.0.2.1 host=mail-lf1-f41.isp.example v=deferred" A
		  "\nt=16 ip=198.51.100.9 host=mail-qk1-f9.isp.example v=deferred" A
		  "\nt=40 ip=203.0.113.65 host=a113-65.smtp-out.isp.example own=X1" A,
		  "AAA" },
		{ "of one network, though nameless",
		  "t=0 ip=2001:db8:1:2::1 v=deferred" A "\nt=16 ip=2001:db8:1:2::beef v=accepted" A,
		  "AA" },
		{ "put off, and what comes from elsewhere is another mail",
		  "t=0 ip=192.0.2.1 host=out.isp.example v=deferred" A
		  "\nt=16 ip=198.51.100.9 host=out.other.example v=rejected" A
		  "\nt=17 ip=2001:db8::1 v=deferred" A
		  "\nt=20 ip=192.0.2.1 host=out.isp.example v=accepted" A,
		  "ABCA" },
		{ "from elsewhere, but it is the same Message-ID",
		  "t=0 ip=192.0.2.1 v=deferred mid=m1" A
		  "\nt=16 ip=198.51.100.9 v=accepted mid=m1" A,
		  "AA" },
		{ "from elsewhere, but with the same subject and size",
		  "t=0 ip=192.0.2.1 v=deferred subject=one size=2000" A
		  "\nt=16 ip=198.51.100.9 v=deferred subject=one size=2010" A
		  "\nt=17 ip=203.0.113.9 v=deferred subject=one size=3000" A,
		  "AAB" },
		{ "refused, of a botnet in one sender's name, within half a minute",
		  "t=0 ip=203.0.113.33 host=host-113-33.dialup.bad.example v=rejected "
		  "from=ann@isp.example to=bob@cs.example to=eve@cs.example"
		  "\nt=0 ip=198.51.100.61 host=host-100-61.dialup.bad.example v=rejected "
		  "from=ann@isp.example to=joe@cs.example to=bob@cs.example"
		  "\nt=0.3 ip=192.0.2.43 v=rejected mid=m1 from=ann@isp.example to=eve@cs.example"
		  "\nt=0.4 ip=192.0.3.54 v=rejected from=ann@isp.example to=eve@cs.example"
		  "\nt=0.5 ip=192.0.4.145 v=rejected" A,
		  "ABCDE" },
		{ "two houses below co.uk",
		  "t=0 ip=192.0.2.1 host=out.one.co.uk v=deferred" A
		  "\nt=16 ip=198.51.100.9 host=out.two.co.uk v=deferred" A
		  "\nt=20 ip=203.0.113.9 host=out2.one.co.uk v=deferred" A,
		  "ABA" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char got[SUPPORT_STORIES_MAX];

		support_stories(cases[i].rows, got);
		if (strcmp(got, cases[i].stories) != 0)
			fail_msg("%s: %s, wanted %s", cases[i].what, got, cases[i].stories);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clients_of_one_sender_are_known_by_network_or_name),
		cmocka_unit_test(attempts_from_elsewhere_need_to_name_the_mail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
