/* SPDX-License-Identifier: MIT */
/* Whose words a refusal is, what they mean, and that stock texts prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/strbuf.h"
#include "model/foreign_table.h"
#include "support_fakestore.h"

static struct foreign
reply_from(const char *text, const char *host)
{
	struct arena a;

	arena_init(&a);
	struct reply r = reply_parse(str_from(text), &a);
	struct foreign f = foreign_reply(r.text, r.enhanced, str_from(host));
	arena_release(&a);
	return f;
}

static void
check(const char *text, const char *host, const char *speaker, enum foreign_class class,
      bool proves)
{
	struct foreign f = reply_from(text, host);

	if (!speaker != !f.speaker ||
	    (speaker && !str_eq(str_from(speaker), str_from(f.speaker))) || f.class != class ||
	    f.proves != proves)
		fail_msg("%s\n  speaker %s, class %s, proves %d, meaning %s", text,
			 f.speaker ? f.speaker : "-", foreign_class_text(f.class), f.proves,
			 f.meaning ? f.meaning : "-");
}

static void
the_big_ones_are_known_by_their_words(void **state)
{
	(void)state;
	check("550-5.7.26 This mail has been blocked because the sender is unauthenticated.\n"
	      "550 5.7.26 Gmail requires all senders to authenticate",
	      "", "Google", FOREIGN_AUTHENTICATION, true);
	check("550 5.7.27 SPF [firm.example] with ip: [192.0.2.1] = no record d1-20a - gsmtp", "",
	      "Google", FOREIGN_AUTHENTICATION, true);
	check("550 5.4.1 Recipient address rejected: Access denied. "
	      "[AM6EUR05FT012.eop-eur05.prod.protection.outlook.com 2026-11-21T10:00:00Z 08DD]",
	      "", "Microsoft 365", FOREIGN_ADDRESS, true);
	check("421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred due to unexpected "
	      "volume "
	      "or user complaints",
	      "", "Yahoo", FOREIGN_REPUTATION, true);
	check("550 5.1.6 recipient no longer on server: a@icloud.com", "", "Apple iCloud",
	      FOREIGN_DISABLED, true);
	check("550 Rejected by header based Anti-Spoofing policy: a@b.example - "
	      "https://community.mimecast.com/docs/DOC-1369#550",
	      "", "Mimecast", FOREIGN_AUTHENTICATION, true);
	check("554 5.7.1 Message blocked by CSI", "", "Proofpoint", FOREIGN_REPUTATION, true);
	check("550 cuda_nsu 5.1.1 <a@b.example>... User unknown", "", "Barracuda", FOREIGN_ADDRESS,
	      true);
	check("554 IP=192.0.2.1 - None/bad reputation. Ask your postmaster for help or to contact "
	      "tobr@rx.t-online.de for reset. (NOWL)",
	      "", "T-Online", FOREIGN_REPUTATION, true);
}

static void
a_host_names_its_owner_and_proves_no_more_than_its_name(void **state)
{
	(void)state;
	check("550 5.1.1 User unknown", "ASPMX.L.GOOGLE.COM.", "Google", FOREIGN_ADDRESS, false);
	check("554 Blocked - see https://ipcheck.proofpoint.com/?ip=192.0.2.1",
	      "mx01.mail.icloud.com", "Apple iCloud", FOREIGN_REPUTATION, true);
	check("550 5.1.1 User unknown", "mx.notgoogle.com", NULL, FOREIGN_ADDRESS, false);
}

static void
stock_texts_name_a_program_and_prove_nothing(void **state)
{
	static const struct {
		const char *text, *program;
	} rows[] = {
		{ "550 Unrouteable address", "Exim" },
		{ "550 5.1.1 <a@b.example>: Recipient address rejected: User unknown in virtual "
		  "mailbox table",
		  "Postfix" },
		{ "550 5.1.1 <a@b.example>... User unknown", "sendmail" },
		{ "550 sorry, no mailbox here by that name. (#5.7.17)", "qmail" },
		{ "450 4.2.0 <a@b.example>: Recipient address rejected: Greylisted",
		  "a greylisting program" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct foreign f = reply_from(rows[i].text, "");

		assert_null(f.speaker);
		assert_false(f.proves);
		assert_non_null(f.program);
		assert_string_equal(f.program, rows[i].program);
		assert_non_null(f.meaning);
	}
}

static void
a_blocklist_is_named_but_refuses_nobody(void **state)
{
	struct foreign f =
		reply_from("554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
			   "using zen.spamhaus.org; https://www.spamhaus.org/query/",
			   "mx.other.example");

	(void)state;
	assert_string_equal(f.list, "Spamhaus");
	assert_null(f.speaker);
	assert_false(f.proves);
	assert_int_equal(f.class, FOREIGN_REPUTATION);
}

static void
wrapping_and_repeated_codes_hide_nothing(void **state)
{
	(void)state;
	check("550-5.7.26 Gmail requires all senders\n    to authenticate\twith either SPF or", "",
	      "Google", FOREIGN_AUTHENTICATION, true);
	check("550 5.7.1 Our system has 550-5.7.1 detected that this message is suspicious", "",
	      "Google", FOREIGN_SPAM, true);
}

static struct enhanced
code_of(const struct foreign_text *row)
{
	struct enhanced e = { 0 };
	struct strbuf text;

	strbuf_init(&text, 32);
	strbuf_printf(&text, "5%s", row->code ? row->code : "");
	enhanced_parse(strbuf_str(&text), &e);
	strbuf_release(&text);
	return e;
}

/* A row that an earlier one always hides is dead. */
static void
every_row_can_be_reached(void **state)
{
	(void)state;
	for (size_t i = 0; i < foreign_n_stock; i++) {
		const struct foreign_text *row = &foreign_stock[i];
		struct foreign f = foreign_reply(str_from(row->pattern), code_of(row), STR(""));

		if (!f.meaning || f.class != row->class)
			fail_msg("\"%s\" is taken for %s", row->pattern,
				 f.meaning ? f.meaning : "-");
	}
	for (size_t i = 0; i < foreign_n_texts; i++) {
		const struct foreign_text *row = &foreign_texts[i];
		size_t host = 0;

		while (host < foreign_n_hosts && foreign_hosts[host].owner != row->owner)
			host++;
		assert_true(host < foreign_n_hosts);
		struct foreign f = foreign_reply(str_from(row->pattern), code_of(row),
						 str_from(foreign_hosts[host].pattern));
		if (!f.meaning || f.class != row->class)
			fail_msg("\"%s\" %s of %s is taken for %s",
				 row->pattern ? row->pattern : "", row->code ? row->code : "",
				 f.speaker, f.meaning ? f.meaning : "-");
	}
}

static void
patterns_are_lower_case(void **state)
{
	(void)state;
	for (size_t i = 0; i < foreign_n_marks; i++) {
		for (const char *p = foreign_marks[i].pattern; *p; p++)
			assert_true(*p == char_lower(*p));
	}
	for (size_t i = 0; i < foreign_n_stock; i++) {
		for (const char *p = foreign_stock[i].pattern; *p; p++)
			assert_true(*p == char_lower(*p));
	}
	for (size_t i = 0; i < foreign_n_texts; i++) {
		for (const char *p = foreign_texts[i].pattern; p && *p; p++)
			assert_true(*p == char_lower(*p));
	}
}

/* --- what the finder says --- */

static const char sessions[] =
	"1795277125.5\tmx1.here.example\t1xUnaf-0003jr-0G\t\t192.0.2.7\tout.isp.example\th."
	"example\t"
	"a@isp.example\tb@here.example\tdata\trejected\t550\tRejected: spam score too high\n";

static void
expect(const char *paste, enum refuser refused_by, const char *words)
{
	struct fakestore store;
	struct arena a;

	fakestore_init(&store);
	arena_init(&a);
	fakestore_add_table(&store, str_from(sessions));
	struct find_context context = fakestore_context(&store);
	struct finder *f = finder_new(str_from(paste), &context);
	const struct find_result *r = fakestore_run(&store, f, &a);
	if (r->refused_by != refused_by || str_find(r->message, str_from(words), 0) == STR_NPOS)
		fail_msg("%s\n  by %s: %.*s", paste, refuser_text(r->refused_by),
			 STR_ARG(r->message));
	finder_free(f);
	arena_release(&a);
	fakestore_release(&store);
}

static void
the_finder_says_who_refused_and_why(void **state)
{
	(void)state;
	expect("host gmail-smtp-in.l.google.com[142.250.1.27] said: 550-5.7.26 This mail has been\n"
	       "    blocked because the sender is unauthenticated. 550-5.7.26 Gmail requires all\n"
	       "    senders to authenticate with either SPF or DKIM. 1si2.3 - gsmtp (in reply to\n"
	       "    end of DATA command)",
	       REFUSER_THIRD_PARTY,
	       "Refused by Google, gmail-smtp-in.l.google.com, at DATA. The reason given: the "
	       "message "
	       "was "
	       "not authenticated (SPF or DKIM).");
	/* Only the words, without code or host. */
	expect("The email account that you tried to reach does not exist. q1-20s - gsmtp",
	       REFUSER_THIRD_PARTY,
	       "Refused by Google. The reason given: the address does not exist.");
	expect("550 5.1.1 <x@elsewhere.example>: Recipient address rejected: User unknown in "
	       "virtual "
	       "mailbox table",
	       REFUSER_UNKNOWN,
	       "It is not known who refused. In the words of Postfix: the address does not exist.");
	expect("<x@elsewhere.example>: host mx.elsewhere.example[198.51.100.2] said: 554 5.7.1 "
	       "Service "
	       "unavailable; Client host [192.0.2.99] blocked using bl.spamcop.net (in reply to "
	       "RCPT "
	       "TO command)",
	       REFUSER_THIRD_PARTY, "The blocklist is SpamCop.");
}

static void
our_own_name_outweighs_the_words(void **state)
{
	(void)state;
	expect("host mx1.here.example[192.0.2.1] said: 550 5.7.1 see "
	       "https://support.google.com/mail/?p=Relay - gsmtp (in reply to RCPT TO command)",
	       REFUSER_US, "Refused by us");
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_big_ones_are_known_by_their_words),
		cmocka_unit_test(a_host_names_its_owner_and_proves_no_more_than_its_name),
		cmocka_unit_test(stock_texts_name_a_program_and_prove_nothing),
		cmocka_unit_test(a_blocklist_is_named_but_refuses_nobody),
		cmocka_unit_test(wrapping_and_repeated_codes_hide_nothing),
		cmocka_unit_test(every_row_can_be_reached),
		cmocka_unit_test(patterns_are_lower_case),
		cmocka_unit_test(the_finder_says_who_refused_and_why),
		cmocka_unit_test(our_own_name_outweighs_the_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
