/* SPDX-License-Identifier: MIT */
/* support_explain: one session of each kind that can be explained, for tests/unit/model_explain.c. */
#ifndef TESTS_UNIT_SUPPORT_EXPLAIN_H
#define TESTS_UNIT_SUPPORT_EXPLAIN_H

#include "model/explain.h"

#define S(text)                          \
	{                                \
		(text), sizeof(text) - 1 \
	}
#define NOON    (INT64_C(1795262537) * US_PER_SECOND) /* 2026-11-21 12:02:17 UTC */
#define MINUTES (60 * US_PER_SECOND)
#define LIST(a) (a), sizeof(a) / sizeof((a)[0])
#define REPLY(c, logged, s, d, words)                                          \
	{                                                                      \
		.code = (c), .code_logged = (logged), .text_logged = (logged), \
		.enhanced = { (c) / 100, (s), (d) }, .text = S(words)          \
	}

static struct str our_domains[] = { S("cs.example.edu") };
static struct str our_hosts[] = { S("mx1.cs.example.edu") };
static struct str our_backends[] = { S("store.cs.example.edu") };
static const struct ours ours = { .domains = our_domains,
				  .n_domains = 1,
				  .hosts = our_hosts,
				  .n_hosts = 1,
				  .backends = our_backends,
				  .n_backends = 1 };

/* --- the sessions --------------------------------------------------------------------------- */

#define FROM_OUTSIDE                                                                           \
	.gateway_name = S("mx1"), .start_us = NOON, .end_us = NOON, .direction = DIRECTION_IN, \
	.peer_ip = S("192.0.2.25"), .peer_host = S("mail18.isp.example"),                      \
	.helo = S("mail18.isp.example"), .has_sender = true, .sender = S("news@isp.example")

static struct identifier ids[] = { { ID_ROLE_OWN, S("1xUnZw-00032s-19") },
				   { ID_ROLE_MESSAGE_ID, S("8812@isp.example") } };

static struct recipient only_cks[] = { { .address = S("cks@cs.example.edu") } };

static struct score pmx[] = {
	{ .engine = ENGINE_PMX,
	  .value = 97,
	  .threshold = 90,
	  .has_value = true,
	  .has_threshold = true,
	  .symbols = S("HTML_FONT_LOW 1.5, __SANE_MSGID, LOCAL_TRICK 3, URI_CLASS") }
};

static const struct session spam = {
	FROM_OUTSIDE,
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_DATA,
	.about = STAGE_DATA,
	.reply = REPLY(550, true, 7, 1,
		       "Rejected: CSLab PMX spam score too high (milter id 1xUnZw-00032s-19)"),
	.subject = S("Spring \"newsletter\""),
	.identifiers = ids,
	.n_identifiers = 2,
	.recipients = only_cks,
	.n_recipients = 1,
	.scores = pmx,
	.n_scores = 1,
};

static struct recipient grey_cks[] = { {
	.address = S("cks@cs.example.edu"),
	.verdict = VERDICT_DEFERRED,
	.stage = STAGE_RCPT,
	.time_us = NOON,
	.reply = { .code = 451,
		   .text = S("greylisting (192.0.2.25,news@isp.example,cks@cs.example.edu)") },
} };

static const struct session greylisted = {
	FROM_OUTSIDE,
	.verdict = VERDICT_DEFERRED,
	.stage = STAGE_RCPT,
	.about = STAGE_RCPT,
	.reply = { .code = 451, .text = S("greylisting (192.0.2.25)") },
	.recipients = grey_cks,
	.n_recipients = 1,
};

/* bob and secret are other people's business */
static struct recipient three[] = {
	{ .address = S("bob@cs.example.edu"),
	  .verdict = VERDICT_REJECTED,
	  .stage = STAGE_RCPT,
	  .time_us = NOON,
	  .reply = REPLY(550, true, 1, 1,
			 "<bob@cs.example.edu>: Recipient address rejected: User unknown") },
	{ .address = S("cks@cs.example.edu"),
	  .verdict = VERDICT_ACCEPTED,
	  .stage = STAGE_DELIVERY,
	  .by_remote = true,
	  .time_us = NOON + 2 * MINUTES,
	  .remote_host = S("store.cs.example.edu"),
	  .remote_ip = S("10.0.0.5"),
	  .reply = REPLY(250, true, 0, 0,
			 "queued as 77AF0 for cks and not for bob@cs.example.edu") },
	{ .address = S("secret@cs.example.edu"), .verdict = VERDICT_NONE },
};

static const struct session several = {
	FROM_OUTSIDE,          .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA,   .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,    .recipients = three,         .n_recipients = 3,
	.recipients_total = 3,
};

static const struct session at_connect = {
	.gateway_name = S("mx1"),
	.start_us = NOON,
	.end_us = NOON,
	.direction = DIRECTION_IN,
	.peer_ip = S("192.0.2.25"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_CONNECT,
	.about = STAGE_CONNECT,
	.reply = { .code = 550, .text = S("connect blacklist: /etc/exim4/hosts.deny line 12") },
};

static const struct session dnsbl = {
	FROM_OUTSIDE,
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.about = STAGE_CONNECT,
	.reply = REPLY(
		554, true, 7, 1,
		"Service unavailable; Client host [192.0.2.25] blocked using zen.dnsbl.example; "
		"https://www.dnsbl.example/query/ip/192.0.2.25"),
};

#define FROM_US                                                                      \
	.gateway_name = S("mx1"), .start_us = NOON, .end_us = NOON + 9 * MINUTES,    \
	.direction = DIRECTION_OUT, .peer_ip = S("192.0.2.200"), .auth = S("plain"), \
	.user = S("anna"), .has_sender = true, .sender = S("anna@cs.example.edu"),   \
	.verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA, .about = STAGE_DATA,       \
	.reply = { .code = 250 }

static struct identifier ids_notified[] = { { ID_ROLE_OWN, S("1xUnZw-00032s-19") },
					    { ID_ROLE_MESSAGE_ID, S("77@cs.example.edu") },
					    { ID_ROLE_NOTIFICATION, S("1xUna0-00033A-2B") } };

static struct recipient refused_there[] = { {
	.address = S("prof@uni.example"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.by_remote = true,
	.time_us = NOON + MINUTES,
	.remote_host = S("mx.uni.example"),
	.remote_ip = S("198.51.100.7"),
	.reply = REPLY(550, true, 1, 1, "The account that you tried to reach\ndoes not exist"),
} };

static const struct session outbound = {
	FROM_US,
	.identifiers = ids_notified,
	.n_identifiers = 3,
	.recipients = refused_there,
	.n_recipients = 1,
};

static struct recipient expired[] = { {
	.address = S("prof@uni.example"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_DELIVERY,
	.by_remote = true,
	.time_us = NOON + 9 * MINUTES,
	.reply = { .text = S("retry timeout exceeded") },
} };

static const struct session gave_up = {
	FROM_US, .identifiers = ids, .n_identifiers = 1, .recipients = expired, .n_recipients = 1,
};

static struct recipient worn_out_there[] = { {
	.address = S("prof@uni.example"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.by_remote = true,
	.time_us = NOON + 9 * MINUTES,
	.remote_host = S("mx.uni.example"),
	.reply = REPLY(452, true, 2, 2, "Mailbox full"),
} };

static const struct session worn_out = {
	FROM_US,           .identifiers = ids, .n_identifiers = 1, .recipients = worn_out_there,
	.n_recipients = 1,
};

static struct identifier ids_of_bounce[] = { { ID_ROLE_OWN, S("1xUna0-00033A-2B") },
					     { ID_ROLE_PARENT, S("1xUnZw-00032s-19") } };
static struct recipient lottery[] = { {
	.address = S("win@lottery.example"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.by_remote = true,
	.time_us = NOON,
	.remote_host = S("mx.lottery.example"),
	.reply = REPLY(550, true, 1, 1, "no such user"),
} };

static const struct session own_bounce = {
	.gateway_name = S("mx1"),
	.start_us = NOON,
	.end_us = NOON,
	.direction = DIRECTION_BOUNCE,
	.has_sender = true,
	.verdict = VERDICT_ACCEPTED,
	.stage = STAGE_DATA,
	.about = STAGE_DATA,
	.identifiers = ids_of_bounce,
	.n_identifiers = 2,
	.recipients = lottery,
	.n_recipients = 1,
};

static struct recipient too_big_behind[] = { {
	.address = S("cks@cs.example.edu"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_DATA,
	.by_remote = true,
	.time_us = NOON,
	.remote_host = S("store.cs.example.edu"),
	.reply = REPLY(552, true, 3, 4, "Message size exceeds fixed limit"),
} };

static const struct session refused_behind = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED,  .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },     .identifiers = ids,
	.n_identifiers = 2,  .recipients = too_big_behind, .n_recipients = 1,
};

static struct recipient at_filter[] = { {
	.address = S("cks@cs.example.edu"),
	.verdict = VERDICT_ACCEPTED,
	.stage = STAGE_DELIVERY,
	.by_remote = true,
	.time_us = NOON,
	.remote_host = S("127.0.0.1"),
	.remote_ip = S("127.0.0.1"),
	.reply = REPLY(250, true, 5, 0, "Ok: queued as 77AF0"),
} };

static const struct session to_filter = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,  .recipients = at_filter,     .n_recipients = 1,
};

static struct recipient kept_back[] = { {
	.address = S("cks@cs.example.edu"),
	.verdict = VERDICT_ACCEPTED,
	.stage = STAGE_DELIVERY,
	.by_remote = true,
	.time_us = NOON,
	.remote_ip = S("127.0.0.1"),
	.reply = REPLY(250, true, 7, 0, "Ok, discarded, id=02911-07 - spam"),
} };

static const struct session discarded_by_filter = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,  .recipients = kept_back,     .n_recipients = 1,
};

static struct recipient store_is_down[] = { {
	.address = S("cks@cs.example.edu"),
	.verdict = VERDICT_DEFERRED,
	.stage = STAGE_RCPT,
	.by_remote = true,
	.time_us = NOON + MINUTES,
	.remote_host = S("store.cs.example.edu"),
	.reply = REPLY(451, true, 3, 0, "Mailbox store is down"),
} };

static const struct session waiting_behind = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,  .recipients = store_is_down, .n_recipients = 1,
};

static struct recipient waiting_there[] = { {
	.address = S("prof@uni.example"),
	.verdict = VERDICT_DEFERRED,
	.stage = STAGE_RCPT,
	.by_remote = true,
	.time_us = NOON + MINUTES,
	.remote_host = S("mx.uni.example"),
	.reply = REPLY(450, true, 2, 0, "Greylisted, see https://uni.example/grey"),
} };

static const struct session waiting = {
	FROM_US,           .identifiers = ids, .n_identifiers = 1, .recipients = waiting_there,
	.n_recipients = 1,
};

static struct recipient to_gmail[] = { {
	.address = S("cks1970@big.example"),
	.original = S("cks@cs.example.edu"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_DATA,
	.by_remote = true,
	.time_us = NOON + MINUTES,
	.remote_host = S("mx.big.example"),
	.remote_ip = S("198.51.100.9"),
	.reply = REPLY(
		550, true, 7, 26,
		"Unauthenticated email from isp.example is not accepted due to domain's DMARC "
		"policy."),
} };

static const struct session forwarded = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,  .recipients = to_gmail,      .n_recipients = 1,
};

static const struct session quarantined = {
	FROM_OUTSIDE,
	.verdict = VERDICT_QUARANTINED,
	.stage = STAGE_DATA,
	.about = STAGE_DATA,
	.reply = { .code = 250, .text = S("virus Eicar-Test-Signature found") },
	.identifiers = ids,
	.n_identifiers = 2,
	.recipients = only_cks,
	.n_recipients = 1,
};

static const struct session bounce = {
	.gateway_name = S("mx1"),
	.start_us = NOON,
	.end_us = NOON,
	.direction = DIRECTION_BOUNCE,
	.peer_ip = S("192.0.2.25"),
	.helo = S("mail18.isp.example"),
	.has_sender = true,
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.about = STAGE_RCPT,
	.reply = { .code = 550, .text = S("unknown user") },
	.recipients = only_cks,
	.n_recipients = 1,
};

static const struct session late_bounce = {
	.start_us = NOON + 20 * MINUTES,
	.has_sender = true,
};

static const struct session no_verdict = {
	.gateway_name = S("mx1"),
	.start_us = NOON,
	.end_us = NOON,
	.direction = DIRECTION_IN,
	.peer_ip = S("192.0.2.25"),
	.has_sender = true,
	.sender = S("news@isp.example"),
	.recipients = only_cks,
	.n_recipients = 1,
};

static struct ladder_row broke_off[] = { {
	.time_us = NOON,
	.label = "note",
	.what = S("lost connection after DATA (100 bytes) from mail18.isp.example"),
	.kind = FRAGMENT_NOTE,
} };
static const struct ladder broken_ladder = { broke_off, 1 };

static struct recipient just_accepted[] = { { .address = S("cks@cs.example.edu") } };
static const struct session accepted = {
	FROM_OUTSIDE,        .verdict = VERDICT_ACCEPTED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },    .identifiers = ids,
	.n_identifiers = 2,  .recipients = just_accepted, .n_recipients = 1,
};
static struct ladder_row freezes[] = {
	{ .time_us = NOON, .label = "note", .what = S("Frozen"), .kind = FRAGMENT_NOTE }
};
static const struct ladder frozen_ladder = { freezes, 1 };

static const struct session discarded = {
	FROM_OUTSIDE,        .verdict = VERDICT_DISCARDED, .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 250 },     .identifiers = ids,
	.n_identifiers = 2,  .recipients = only_cks,       .n_recipients = 1,
};

static const struct session held_but_refused = {
	FROM_OUTSIDE,        .verdict = VERDICT_HELD,  .stage = STAGE_DATA,
	.about = STAGE_DATA, .reply = { .code = 550 }, .identifiers = ids,
	.n_identifiers = 2,  .recipients = only_cks,   .n_recipients = 1,
};

static const struct session dropped = {
	FROM_OUTSIDE,
	.verdict = VERDICT_DROPPED,
	.stage = STAGE_DATA,
	.about = STAGE_DATA,
	.reply = { .code = 554, .text_logged = true, .text = S("SMTP synchronization error") },
	.recipients = only_cks,
	.n_recipients = 1,
};

static const struct session callout = {
	.gateway_name = S("mx1"),
	.start_us = NOON,
	.end_us = NOON,
	.direction = DIRECTION_CALLOUT,
	.peer_ip = S("192.0.2.25"),
	.has_sender = true,
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.about = STAGE_RCPT,
	.reply = { .code = 550, .text = S("unknown user") },
	.recipients = only_cks,
	.n_recipients = 1,
};

/* The greylisted one came again, was put off once more, and went through. */
static struct recipient came_again[] = { {
	.address = S("CKS@cs.example.edu"),
	.verdict = VERDICT_ACCEPTED,
	.stage = STAGE_DELIVERY,
	.by_remote = true,
	.time_us = NOON + 31 * MINUTES,
	.remote_host = S("store.cs.example.edu"),
	.reply = { .code = 250, .code_logged = true, .text = S("ok") },
} };
static const struct session later[] = {
	{ .start_us = NOON + 5 * MINUTES,
	  .end_us = NOON + 5 * MINUTES,
	  .verdict = VERDICT_DEFERRED,
	  .stage = STAGE_RCPT,
	  .recipients = grey_cks,
	  .n_recipients = 1 },
	{ .start_us = NOON + 30 * MINUTES,
	  .end_us = NOON + 31 * MINUTES,
	  .verdict = VERDICT_ACCEPTED,
	  .stage = STAGE_DATA,
	  .recipients = came_again,
	  .n_recipients = 1 },
};

/* It came four times more within the minute, then no more. */
#define AGAIN(i)                                                                                  \
	{                                                                                         \
		.verdict = VERDICT_DEFERRED, .stage = STAGE_RCPT, .recipients = &grey_again[(i)], \
		.n_recipients = 1                                                                 \
	}
#define GREY_AGAIN(seconds)                                                      \
	{                                                                        \
		.address = S("cks@cs.example.edu"), .verdict = VERDICT_DEFERRED, \
		.stage = STAGE_RCPT, .time_us = NOON + (seconds)*US_PER_SECOND   \
	}
static struct recipient grey_again[] = { GREY_AGAIN(21), GREY_AGAIN(34), GREY_AGAIN(47),
					 GREY_AGAIN(-12) };
static const struct session hasty[] = { AGAIN(0), AGAIN(1), AGAIN(2), AGAIN(3) };

/* What an Exim's log holds: a reason, not the reply. */
static struct recipient nobody[] = { {
	.address = S("typo@cs.example.edu"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.time_us = NOON,
	.reply = { .code = 550, .text = S("Unknown user typo, sorry") },
} };
static const struct session unknown_here = {
	FROM_OUTSIDE,          .verdict = VERDICT_REJECTED, .stage = STAGE_RCPT,
	.about = STAGE_RCPT,   .recipients = nobody,        .n_recipients = 1,
	.recipients_total = 1,
};

/* Gateways that the configuration gives no name in the world, and domains that are not listed. */
static struct str labels[] = { S("mx1"), S("mx2"), S("mail.cs.example.edu") };
static const struct ours only_labels = {
	.domains = our_domains, .n_domains = 1, .hosts = labels, .n_hosts = 3
};
static struct recipient elsewhere[] = { {
	.address = S("jane@branch.example"),
	.verdict = VERDICT_REJECTED,
	.stage = STAGE_RCPT,
	.time_us = NOON,
	.reply = REPLY(550, true, 7, 1, "Sender address rejected: blocked"),
} };
static const struct session between_strangers = {
	FROM_OUTSIDE,        .verdict = VERDICT_REJECTED, .stage = STAGE_RCPT,
	.about = STAGE_MAIL, .recipients = elsewhere,     .n_recipients = 1,
};

#endif
