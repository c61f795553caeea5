/* SPDX-License-Identifier: MIT */
/* model_paste: every repair mends what it should and knows where each byte came from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/paste.h"

static bool
has_repair(const struct paste *p, const char *name)
{
	for (size_t i = 0; i < p->n_repairs; i++) {
		if (strcmp(p->repairs[i], name) == 0)
			return true;
	}
	return false;
}

/* The map ascends, stays inside the original, and unchanged letters map to themselves. */
static void
check_map(const struct paste *p)
{
	for (size_t i = 0; i < p->text.n; i++) {
		assert_true(p->text.at[i] < p->original.n);
		assert_true(p->text.at[i] + p->text.span[i] <= p->original.n);
		if (i > 0)
			assert_true(p->text.at[i] >= p->text.at[i - 1]);
	}
}

struct repair_case {
	const char *repair; /* NULL: nothing is to be repaired */
	const char *in, *out;
};

static const struct repair_case cases[] = {
	{ NULL, "550 5.7.1 plain text\n", "550 5.7.1 plain text\n" },
	{ "line ends", "a\r\nb\rc", "a\nb\nc" },
	{ "quote marks", "> a\n> > b\n>> c\n", "a\nb\nc\n" },
	{ "quote marks", "| a\n| b\n", "a\nb\n" },
	{ "quote marks", "> >>> DATA\n> <<< 550 no\n", ">>> DATA\n<<< 550 no\n" },
	{ NULL, ">>> DATA\n<<< 550 no\n", ">>> DATA\n<<< 550 no\n" },
	{ "quoted-printable", "milter id 1xUnaf-=\n0003jr-0G (score=3D9)",
	  "milter id 1xUnaf-0003jr-0G (score=9)" },
	{ NULL, "see https://x.example/r?id=1x&b=AB", "see https://x.example/r?id=1x&b=AB" },
	{ "encoded words", "Subject: =?iso-8859-7?Q?=D3=E1_x?= =?utf-8?B?zrE=?= y",
	  "Subject: \xce\xa3\xce\xb1 x\xce\xb1 y" },
	{ NULL, "r?a=?b=?c", "r?a=?b=?c" },
	{ "HTML", "<p class=\"x\">550 a<br>\nb &lt;c@d.example&gt;</p>",
	  "550 a\nb <c@d.example>\n" },
	{ NULL, "<a@b.example>: host x said", "<a@b.example>: host x said" },
	{ "typographic characters",
	  "id 1xUnaf\xe2\x80\x91"
	  "0003jr\xe2\x80\x93"
	  "0G\xc2\xa0"
	  "x\xe2\x80\x8by\xc2\xadz",
	  "id 1xUnaf-0003jr-0G xyz" },
	{ "typographic characters", "\xe2\x80\x9cq\xe2\x80\x9d cut\xe2\x80\xa6", "\"q\" cut..." },
	{ "escaped characters", "(550, b'5.7.1 a\\n5.7.1 \\xce\\xbc b')",
	  "(550, b'5.7.1 a\n5.7.1 \xce\xbc b')" },
	{ "escaped characters", "response: '550-a\\n' +\n  '550 b'", "response: '550-a\n550 b'" },
	{ "escaped characters", "550 \\316\\274 x", "550 \xce\xbc x" },
	{ NULL, "C:\\new\\table", "C:\\new\\table" },
	{ "escaped characters", "{\"body\": \"id 1xUnaf\\u20110003jr\\n\\\"said\\\" a\\/b\"}",
	  "{\"body\": \"id 1xUnaf-0003jr\n\"said\" a/b\"}" },
	{ "escaped characters", "{\"body\": \"> 550 a\\n> 550 b\\n> c\"}",
	  "{\"body\": \"> 550 a\n550 b\nc\"}" },
	{ "escaped characters", "a\\ud83d\\ude00b is {no \\\"json\\\"", "ab is {no \\\"json\\\"" },
	{ "wrong character set",
	  "1xUnaf\xc3\xa2\xe2\x82\xac\xe2\x80\x9c"
	  "0003jr f\xc3\x83\xc2\xbcr caf\xc3\xa9",
	  "1xUnaf-0003jr f\xc3\xbcr caf\xc3\xa9" },
	{ "wrong character set", "1xUnaf\xc3\xa2\xc2\x80\xc2\x91x", "1xUnaf-x" },
	{ NULL, "\xc3\x82 \xe2\x82\xac 5", "\xc3\x82 \xe2\x82\xac 5" },
	{ "Markdown", "> **550 5\\.7\\.1 id 1xUnaf\\-0003jr\\-0G**\n",
	  "550 5.7.1 id 1xUnaf-0003jr-0G\n" },
	{ NULL, "2026-11-21 ** bob@cs.example R=dns: no ** here **",
	  "2026-11-21 ** bob@cs.example R=dns: no ** here **" },
	{ "percent signs of a link", "https://x.example/?a=550%20id%201xUnaf%2D0003jr%0A+b",
	  "https://x.example/?a=550 id 1xUnaf-0003jr\n+b" },
	{ "percent signs of a link", "https://x.example/?u=a%3Ab%3Ac+d",
	  "https://x.example/?u=a:b:c d" },
	{ NULL, "100%20 or 50 %, user%far.example@relay",
	  "100%20 or 50 %, user%far.example@relay" },
	{ "rich text",
	  "{\\rtf1\\ansi{\\fonttbl{\\f0 Calibri;}}\\f0\\fs22 550 f\\'fcr {\\b "
	  "1xUnaf}\\_0003jr\\u8211?0G\\par\n"
	  "two\\~\\{x\\}\\-y}",
	  "550 f\xc3\xbcr 1xUnaf-0003jr-0G\ntwo {x}y" },
	{ "syslog pieces", "x: [1/2] milter id 1xUna\nx: [2/2] f-0003jr-0G",
	  "x: [1/2] milter id 1xUnaf-0003jr-0G" },
	{ "base64",
	  "NTUwIFJlamVjdGVkOiBzcGFtIHNjb3JlIHRvbyBoaWdo\nIChtaWx0ZXIgaWQgMXhVbmFmLTAwMDNqci0wRyk="
	  "\n",
	  "550 Rejected: spam score too high (milter id 1xUnaf-0003jr-0G)\n" },
	{ NULL, "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef",
	  "0123456789abcdef0123456789ABCDEF0123456789abcdef0123456789abcdef" },
	{ "hard line breaks",
	  "550 Rejected: CSLab PMX spam score too high (milter id 1xUna\n"
	  "f-0003jr-0G) and more than that of what was too long to fit \n"
	  "in it",
	  "550 Rejected: CSLab PMX spam score too high (milter id 1xUna"
	  "f-0003jr-0G) and more than that of what was too long to fit "
	  "in it" },
	{ "letter case lost", "550 rejected: spam score too high (milter id x)",
	  "550 rejected: spam score too high (milter id x)" },
};

static void
repairs_mend(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct repair_case *c = &cases[i];
		struct paste p;

		paste_init(&p, str_from(c->in));
		check_map(&p);
		if (!str_eq(paste_str(&p), str_from(c->out)))
			fail_msg("case %zu: got \"%.*s\"", i, STR_ARG(paste_str(&p)));
		if (c->repair ? !has_repair(&p, c->repair) : p.n_repairs != 0)
			fail_msg("case %zu: repair %s", i, p.n_repairs ? p.repairs[0] : "missing");
		paste_release(&p);
	}
}

static void
ranges_lead_back(void **state)
{
	const char *original = "> see <b>1xUnaf=\n> -0003jr&#8209;0G</b> =3D\n> end";
	struct paste p;
	size_t start = 0, end = 0;

	(void)state;
	paste_init(&p, str_from(original));
	check_map(&p);
	size_t at = str_find(paste_str(&p), STR("1xUnaf-0003jr-0G"), 0);
	assert_int_not_equal(at, STR_NPOS);
	paste_range(&p, at, at + 16, &start, &end);
	assert_int_equal(start, str_find(p.original, STR("1xUnaf"), 0));
	assert_int_equal(end, str_find(p.original, STR("</b>"), 0));
	paste_release(&p);
}

static void
bounds_hold(void **state)
{
	struct paste p;
	size_t start = 9, end = 9;
	char *big = malloc(PASTE_MAX_BYTES + 10u);

	(void)state;
	paste_init(&p, STR(""));
	paste_range(&p, 0, 5, &start, &end);
	assert_int_equal(start, 0);
	assert_int_equal(end, 0);
	assert_int_equal(paste_zone_at(&p, 0), ZONE_TEXT);
	paste_release(&p);

	assert_non_null(big);
	memset(big, 'x', PASTE_MAX_BYTES + 10u);
	paste_init(&p, (struct str){ big, PASTE_MAX_BYTES + 10u });
	assert_true(p.was_cut);
	assert_int_equal(p.text.n, PASTE_MAX_BYTES);
	paste_range(&p, 0, SIZE_MAX, &start, &end);
	assert_int_equal(end, PASTE_MAX_BYTES);
	paste_release(&p);
	free(big);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repairs_mend),
		cmocka_unit_test(ranges_lead_back),
		cmocka_unit_test(bounds_hold),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
