/* SPDX-License-Identifier: MIT */
/* exim_reply: what remote sites answer, each in its own manner. */
#include "exim.h"

void
exim_confirmation(struct gen *g, int64_t slot, const struct mail *m, enum flavour f,
		  char out[REPLY_BYTES])
{
	uint64_t a = rng_next(&g->rng), b = rng_next(&g->rng);
	char id[ID_BYTES];

	switch (f) {
	case FLAVOUR_POSTFIX:
		text_into(out, "250 2.0.0 Ok: queued as %X8%X2", a, b);
		break;
	case FLAVOUR_EXIM:
		exim_id(g, slot, (uint32_t)(a % 4000000), id);
		text_into(out, "250 OK id=%s", id);
		break;
	case FLAVOUR_GMAIL:
		text_into(out, "250 2.0.0 OK  %l %x9%x4-%x9%x3si%l%c.%l - gsmtp",
			  (uint64_t)(slot / SLOTS_PER_SECOND), a, a >> 36, b, b >> 36,
			  1000000 + (a >> 44), (int)('a' + b % 26), b >> 54);
		break;
	case FLAVOUR_OUTLOOK:
		text_into(out,
			  "250 2.6.0 <%s> [InternalId=%l, Hostname=AM%lPR%z2MB%z4.eurprd%z2.prod."
			  "outlook-like.example] %u bytes in 0.%z3, %l.%z3 KB/sec Queued mail for "
			  "delivery",
			  m->message_id, a >> 16, a % 10, b % 20, b >> 40, b % 20, m->size + 6000,
			  a, a >> 56, b);
		break;
	case FLAVOUR_YAHOO:
		text_into(out, "250 ok dirdel");
		break;
	case FLAVOUR_QMAIL:
		text_into(out, "250 ok %l qp %u", (uint64_t)(slot / SLOTS_PER_SECOND),
			  (uint32_t)(a % 4000000));
		break;
	}
}

static void
postfix_trouble(enum trouble what, const struct mail *m, const char *to, char out[REPLY_BYTES])
{
	switch (what) {
	case TROUBLE_UNKNOWN:
		text_into(
			out,
			"RCPT TO:<%s>: 550 5.1.1 <%s>: Recipient address rejected: User unknown in "
			"virtual mailbox table",
			to, to);
		break;
	case TROUBLE_FULL:
		text_into(out, "RCPT TO:<%s>: 452 4.2.2 <%s>: mailbox is full", to, to);
		break;
	case TROUBLE_SPAM:
		text_into(out,
			  "end of data: 554 5.7.1 Message rejected as spam by content filtering");
		break;
	case TROUBLE_MAIL:
		text_into(out,
			  "MAIL FROM:<%s> SIZE=%u: 550 5.7.1 <%s>: Sender address rejected: not "
			  "authorised (SPF)",
			  m->sender, m->size + 1100, m->sender);
		break;
	case TROUBLE_GREYLIST:
		text_into(
			out,
			"RCPT TO:<%s>: 450 4.2.0 <%s>: Recipient address rejected: Greylisted, see "
			"http://postgrey.example/help/",
			to, to);
		break;
	default:
		text_into(out,
			  "RCPT TO:<%s>: 450 4.7.1 <%s>: Recipient address rejected: too much mail",
			  to, to);
	}
}

static void
gmail_trouble(struct gen *g, enum trouble what, const char *to, char out[REPLY_BYTES])
{
	uint64_t a = rng_next(&g->rng);
	char tag[64];

	text_into(tag, "%x9%x5si%l%c.%l - gsmtp", a, a >> 20, a >> 44, (int)('a' + a % 26),
		  a >> 54);
	switch (what) {
	case TROUBLE_UNKNOWN:
		text_into(out,
			  "RCPT TO:<%s>: 550-5.1.1 The email account that you tried to reach does "
			  "not "
			  "exist. Please try\\n550-5.1.1 double-checking the recipient's email "
			  "address "
			  "for typos or\\n550-5.1.1 unnecessary spaces.\\n550 5.1.1 %s",
			  to, tag);
		break;
	case TROUBLE_FULL:
		text_into(
			out,
			"RCPT TO:<%s>: 452-4.2.2 The email account that you tried to reach is over "
			"quota.\\n452 4.2.2 %s",
			to, tag);
		break;
	case TROUBLE_SPAM:
		text_into(out,
			  "end of data: 550-5.7.1 [192.0.2.25] Our system has detected that this "
			  "message is\\n550-5.7.1 likely unsolicited mail. To reduce the amount of "
			  "spam "
			  "sent to us,\\n550-5.7.1 this message has been blocked.\\n550 5.7.1 %s",
			  tag);
		break;
	case TROUBLE_MAIL:
		text_into(
			out,
			"end of data: 550-5.7.26 This mail is unauthenticated, which poses a "
			"security risk to the\\n550-5.7.26 sender and users, and has been blocked."
			"\\n550 5.7.26 %s",
			tag);
		break;
	default:
		text_into(out,
			  "end of data: 421-4.7.28 [192.0.2.25] Our system has detected an unusual "
			  "rate of\\n421 4.7.28 unsolicited mail. %s",
			  tag);
	}
}

static void
outlook_trouble(struct gen *g, enum trouble what, const char *to, char out[REPLY_BYTES])
{
	uint64_t a = rng_next(&g->rng);

	switch (what) {
	case TROUBLE_UNKNOWN:
		text_into(
			out,
			"RCPT TO:<%s>: 550 5.4.1 Recipient address rejected: Access denied. "
			"[DB%lEUR%z2FT%z3.eop-EUR%z2.prod.protection.outlook-like.example %X8%X7]",
			to, a % 9, a % 30, a >> 20, a % 9, a >> 16, a >> 28);
		break;
	case TROUBLE_FULL:
		text_into(out, "RCPT TO:<%s>: 452 4.2.2 mailbox full %X8", to, a);
		break;
	case TROUBLE_SPAM:
	case TROUBLE_MAIL:
		text_into(out,
			  "MAIL FROM: 550 5.7.1 Unfortunately, messages from [192.0.2.25] weren't "
			  "sent. Please contact your Internet service provider since part of their "
			  "network is on our block list (S3140). [VI1EUR%z2FT%z3.eop-EUR%z2.prod."
			  "protection.outlook-like.example]",
			  a % 30, a >> 20, a % 9);
		break;
	default:
		text_into(out,
			  "end of data: 451 4.7.500 Server busy. Please try again later from "
			  "[192.0.2.25]. (S77719) [AM%lEUR%z2FT%z3]",
			  a % 9, a % 30, a >> 20);
	}
}

/* What follows "SMTP error from remote mail server after ". */
void
exim_trouble(struct gen *g, enum flavour f, enum trouble what, const struct mail *m, const char *to,
	     char out[REPLY_BYTES])
{
	switch (f) {
	case FLAVOUR_GMAIL:
		gmail_trouble(g, what, to, out);
		break;
	case FLAVOUR_OUTLOOK:
		outlook_trouble(g, what, to, out);
		break;
	case FLAVOUR_YAHOO:
		if (what >= TROUBLE_GREYLIST)
			text_into(
				out,
				"MAIL FROM:<%s>: 421 4.7.0 [TSS04] Messages from 192.0.2.25 "
				"temporarily deferred due to unexpected volume or user complaints",
				m->sender);
		else
			text_into(out,
				  "end of data: 554 30 Sorry, your message to %s cannot be "
				  "delivered. "
				  "This mailbox is disabled (554.30).",
				  to);
		break;
	default:
		postfix_trouble(what, m, to, out);
	}
}
