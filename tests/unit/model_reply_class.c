/* SPDX-License-Identifier: MIT */
/* What a refusal was about: wordings of many programs, codes where words are silent, block lists. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "model/reply_class.h"

static struct arena arena;

static const struct {
	enum reply_class class;
	enum stage stage, about;
	const char *reply;
} cases[] = {
	{ CLASS_GREYLIST, STAGE_RCPT, STAGE_RCPT, "451 greylisting (192.0.2.1,a@b.example,c@d)" },
	{ CLASS_GREYLIST, STAGE_RCPT, STAGE_RCPT,
	  "450 4.2.0 <a@b>: Recipient address rejected: Greylisted, see http://x" },
	{ CLASS_DNSBL, STAGE_RCPT, STAGE_CONNECT,
	  "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.example" },
	{ CLASS_DNSBL, STAGE_RCPT, STAGE_CONNECT, "found in zen.dnsbl.example (127.0.0.4: x)" },
	{ CLASS_DNSBL, STAGE_DELIVERY, STAGE_DELIVERY,
	  "554 5.7.1 Client host [1.2.3.4] blocked\nusing zen.example" },
	{ CLASS_SPAM, STAGE_DATA, STAGE_DATA,
	  "554 5.7.1 rejected: see http://uri.dnsbl.example/x" },
	{ CLASS_SPAM, STAGE_DATA, STAGE_DATA, "PMX spam probability 97% gauge IIII" },
	{ CLASS_SPAM, STAGE_DATA, STAGE_DATA,
	  "550 The content scanner says RDNS_SUSP_GENERIC 0.3, HELO_LOCAL 1" },
	{ CLASS_TROUBLE, STAGE_DATA, STAGE_DATA,
	  "451 4.7.1 Content scanner temporarily unavailable" },
	{ CLASS_TROUBLE, STAGE_DATA, STAGE_DATA, "spam scanner timeout after 30s" },
	{ CLASS_TROUBLE, STAGE_RCPT, STAGE_RCPT, "LDAP server unavailable" },
	{ CLASS_UNKNOWN_USER, STAGE_RCPT, STAGE_RCPT,
	  "550 5.1.1 <a@b>: Recipient address rejected: User unknown in relay recipient table" },
	{ CLASS_UNKNOWN_USER, STAGE_RCPT, STAGE_RCPT,
	  "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient a@b not found" },
	{ CLASS_UNKNOWN_USER, STAGE_RCPT, STAGE_RCPT, "550 User unknown in LDAP directory" },
	{ CLASS_TROUBLE, STAGE_RCPT, STAGE_RCPT, "451 Cannot reach LDAP, please try again later" },
	{ CLASS_NONE, STAGE_RCPT, STAGE_RCPT, "550 address not listed in directory" },
	{ CLASS_NONE, STAGE_RCPT, STAGE_RCPT, "550 <a@b>: not found in our address book" },
	{ CLASS_RATE, STAGE_RCPT, STAGE_RCPT,
	  "550 5.2.1 The user you are trying to contact is receiving mail too quickly" },
	{ CLASS_DNSBL, STAGE_RCPT, STAGE_CONNECT, "550 192.0.2.1 is listed at zen.example" },
	{ CLASS_RELAY, STAGE_RCPT, STAGE_RCPT, "relay not permitted" },
	{ CLASS_RELAY, STAGE_RCPT, STAGE_RCPT, "554 5.7.1 <a@b>: Relay access denied" },
	{ CLASS_SENDER_DOMAIN, STAGE_RCPT, STAGE_MAIL,
	  "450 4.1.8 <a@b>: Sender address rejected: Domain not found" },
	{ CLASS_SENDER_BLOCKED, STAGE_RCPT, STAGE_MAIL,
	  "554 5.7.1 <a@b>: Sender address rejected: sender is blacklisted here" },
	{ CLASS_SENDER_BLOCKED, STAGE_MAIL, STAGE_MAIL, "sender blacklist (/gw/senders.deny)" },
	{ CLASS_SENDER_VERIFY, STAGE_MAIL, STAGE_MAIL, "Sender verify failed" },
	{ CLASS_CLIENT_BLOCKED, STAGE_CONNECT, STAGE_CONNECT,
	  "554 mx.example: your host [192.0.2.1] is not allowed to connect" },
	{ CLASS_CLIENT_BLOCKED, STAGE_MAIL, STAGE_MAIL,
	  "550 5.7.1 Unfortunately, messages from [192.0.2.1] weren't sent" },
	{ CLASS_REVERSE_DNS, STAGE_RCPT, STAGE_CONNECT,
	  "554 <h[1.2.3.4]>: Client host rejected: cannot find your reverse hostname" },
	{ CLASS_HELO, STAGE_HELO, STAGE_HELO, "HELO must not be a bare IP address" },
	{ CLASS_HELO, STAGE_RCPT, STAGE_RCPT, "504 <x>: Helo command rejected: need FQDN" },
	{ CLASS_PROTOCOL, STAGE_HELO, STAGE_HELO,
	  "too many syntax or protocol errors (last command was \"x\", C=EHLO,AUTH)" },
	{ CLASS_PROTOCOL, STAGE_DATA, STAGE_DATA, "SMTP synchronization error" },
	{ CLASS_FORGERY, STAGE_DATA, STAGE_DATA, "550 5.7.26 Unauthenticated, see DMARC policy" },
	{ CLASS_RATE, STAGE_DATA, STAGE_DATA,
	  "421 4.7.28 unusual rate of mail from your SPF domain" },
	{ CLASS_SIZE, STAGE_MAIL, STAGE_MAIL, "552 message too big: size=9 max=8" },
	{ CLASS_MAILBOX_FULL, STAGE_RCPT, STAGE_RCPT, "552 5.2.2 Mailbox full: a@b over quota" },
	{ CLASS_VIRUS, STAGE_DATA, STAGE_DATA, "malware Eicar-Test-Signature in x" },
	{ CLASS_MALFORMED, STAGE_DATA, STAGE_DATA,
	  "missing or malformed local part: failing address in \"From:\" header is: b <<>>" },
	{ CLASS_RECIPIENTS, STAGE_DATA, STAGE_DATA, "550 too many recipients for one message (9)" },
	{ CLASS_POLICY, STAGE_DATA, STAGE_DATA, "550 5.7.1 Blocked by policy. See https://x" },
	{ CLASS_EXPIRED, STAGE_DELIVERY, STAGE_DELIVERY, "retry timeout exceeded" },
	{ CLASS_NO_ROUTE, STAGE_DELIVERY, STAGE_DELIVERY, "Unrouteable address" },
	{ CLASS_UNREACHABLE, STAGE_CONNECT, STAGE_CONNECT,
	  "connect to mx.example[192.0.2.1]:25: Connection refused" },
	/* codes, where the words say nothing */
	{ CLASS_UNKNOWN_USER, STAGE_RCPT, STAGE_RCPT, "550 5.1.1 Sorry" },
	{ CLASS_NONE, STAGE_RCPT, STAGE_RCPT, "450 4.1.1 Sorry" },
	{ CLASS_FORGERY, STAGE_DATA, STAGE_DATA, "550 5.7.23 Sorry" },
	{ CLASS_SIZE, STAGE_DATA, STAGE_DATA, "552 Sorry" },
	{ CLASS_MAILBOX_FULL, STAGE_RCPT, STAGE_RCPT, "552 Sorry" },
	/* no guesses */
	{ CLASS_NONE, STAGE_DATA, STAGE_DATA, "550 5.7.1 Command rejected" },
	{ CLASS_NONE, STAGE_DATA, STAGE_DATA, "554 mail server permanently rejected message" },
	{ CLASS_NONE, STAGE_RCPT, STAGE_RCPT, "550 <spfoo@dkimble.example> is sad" },
	{ CLASS_NONE, STAGE_NONE, STAGE_NONE, "" },
};

static void
wordings_of_many_programs_have_their_class(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reply r = reply_parse(str_from(cases[i].reply), &arena);
		enum reply_class got = reply_classify(cases[i].stage, cases[i].about, &r);

		if (got != cases[i].class)
			fail_msg("%s: %s, not %s", cases[i].reply, reply_class_text(got),
				 reply_class_text(cases[i].class));
	}
}

static void
the_block_list_is_named(void **state)
{
	static const struct {
		const char *text, *list;
	} lists[] = {
		{ "Client host [192.0.2.1] blocked using zen.spamhaus.org; https://x",
		  "zen.spamhaus.org" },
		{ "blocked using\nbl.example.", "bl.example" },
		{ "found in zen.dnsbl.example (127.0.0.4)", "zen.dnsbl.example" },
		{ "192.0.2.1 is listed at b.barracudacentral.org", "b.barracudacentral.org" },
		{ "blocked using 127.0.0.2", "" },
		{ "refused by blackhole site bl.uni.example", "bl.uni.example" },
		{ "blocked using", "" },
		{ "listed in our records", "" },
		{ "", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		assert_true(str_eq(reply_dnsbl(str_from(lists[i].text)), str_from(lists[i].list)));
}

static int
release(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wordings_of_many_programs_have_their_class),
		cmocka_unit_test(the_block_list_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, release);
}
