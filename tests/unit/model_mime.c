/* SPDX-License-Identifier: MIT */
/* model_mime: parts, zones and decoding of whole mails. Without GMime the mail is flat text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/mime.h"

static const char report[] = "Received: by out.isp.example; Sat, 21 Nov 2026 16:05:25 +0000\r\n"
			     "From: MAILER-DAEMON@out.isp.example\r\n"
			     "To: a@sender.example\r\n"
			     "MIME-Version: 1.0\r\n"
			     "Content-Type: multipart/report; report-type=delivery-status;\r\n"
			     "\tboundary=\"b1\"\r\n"
			     "\r\n"
			     "--b1\r\n"
			     "Content-Type: text/plain; charset=iso-8859-7\r\n"
			     "Content-Transfer-Encoding: quoted-printable\r\n"
			     "\r\n"
			     "550 Rejected =E1 (milter id 1xUnaf-=\r\n"
			     "0003jr-0G)\r\n"
			     "--b1\r\n"
			     "Content-Type: message/delivery-status\r\n"
			     "\r\n"
			     "Reporting-MTA: dns; out.isp.example\r\n"
			     "\r\n"
			     "--b1\r\n"
			     "Content-Type: message/rfc822\r\n"
			     "\r\n"
			     "Message-ID: <x1@sender.example>\r\n"
			     "Content-Transfer-Encoding: base64\r\n"
			     "\r\n"
			     "SGVsbG8gdGhlcmU=\r\n"
			     "--b1--\r\n";

static enum paste_zone
zone_of(const struct paste *p, const char *text)
{
	size_t at = str_find(paste_str(p), str_from(text), 0);

	if (at == STR_NPOS)
		fail_msg("\"%s\" is not in \"%.*s\"", text, STR_ARG(paste_str(p)));
	return paste_zone_at(p, at);
}

static void
knows_a_mail(void **state)
{
	(void)state;
	assert_true(mime_is_mail(str_from(report)));
	assert_true(
		mime_is_mail(STR("From x Sat Nov 21\nReceived: a\n b\nFrom: c\nDate: d\n\nbody")));
	assert_false(mime_is_mail(STR("550 5.7.1 no\nFrom: x\nTo: y\nDate: z\n")));
	assert_false(mime_is_mail(STR("Reporting-MTA: dns; x\nAction: failed\nStatus: 5.0.0\n")));
	assert_false(mime_is_mail(STR("")));
}

static void
finds_parts(void **state)
{
	struct paste p;
	size_t start = 0, end = 0;

	(void)state;
	paste_init(&p, str_from(report));
	assert_true(p.is_mail);
	if (p.n_regions == 0)
		skip(); /* no GMime on this machine */
	assert_int_equal(zone_of(&p, "MAILER-DAEMON"), ZONE_HEAD);
	assert_int_equal(zone_of(&p, "550 Rejected \xce\xb1 (milter id 1xUnaf-0003jr-0G)"),
			 ZONE_TEXT);
	assert_int_equal(zone_of(&p, "Reporting-MTA"), ZONE_STATUS);
	assert_int_equal(zone_of(&p, "Message-ID"), ZONE_RETURNED);
	assert_int_equal(zone_of(&p, "Hello there"), ZONE_CONTENT);
	size_t at = str_find(paste_str(&p), STR("1xUnaf-0003jr-0G"), 0);
	paste_range(&p, at, at + 16, &start, &end);
	assert_int_equal(start, str_find(p.original, STR("1xUnaf"), 0));
	assert_int_equal(end, str_find(p.original, STR("0003jr-0G"), 0) + 9);
	paste_release(&p);
}

static void
survives_nonsense(void **state)
{
	static const char *const texts[] = {
		"From: a\nTo: b\nDate: c\nContent-Type: multipart/mixed\n\n--\n",
		("From: a\nTo: b\nDate: c\nContent-Type: multipart/report; "
		 "boundary=x\n\n--x\n\n--x--"),
		"From: a\nTo: b\nDate: c\nContent-Type: message/rfc822\n\n",
		"From: a\nTo: b\nDate: c\nContent-Type: text/plain; charset=utf-16\n\n\xff\xfe",
		"From: a\nTo: b\nDate: c\nContent-Transfer-Encoding: base64\n\n====",
		"From: a\nTo: b\nDate: c\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct paste p;

		paste_init(&p, str_from(texts[i]));
		paste_release(&p);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(knows_a_mail),
		cmocka_unit_test(finds_parts),
		cmocka_unit_test(survives_nonsense),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
