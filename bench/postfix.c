/* SPDX-License-Identifier: MIT */
/*
 * postfix: the generator's picture of a Postfix gateway in syslog's old form (no year, no zone):
 * refusals without a queue ID, milter rejects, accepted mail, mail to many recipients, retries.
 */
#include <math.h>
#include <string.h>

#include "gen.h"

enum { QID_BYTES = 24, PEER_BYTES = HOST_BYTES + IP_BYTES + 4 };

struct peer {
	uint32_t domain;
	char form[PEER_BYTES]; /* "NAME[IP]" */
	char ip[IP_BYTES], helo[HOST_BYTES];
};

static void
queue_id(struct gen *g, int64_t slot, char out[QID_BYTES])
{
	static const char base52[] = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
	uint64_t second = (uint64_t)(slot / SLOTS_PER_SECOND);
	uint64_t us = (uint64_t)(slot % SLOTS_PER_SECOND) * 62500 + rng_below(&g->rng, 62500);
	uint64_t inode = 393216 + rng_below(&g->rng, 60000);
	bool is_long = g->ids == IDS_NEW || (g->ids == IDS_MIXED && second / 3600 % 2);

	if (!is_long) {
		text_into(out, "%X5%X6", us, inode);
		return;
	}
	for (int i = 5; i >= 0; i--, second /= 52)
		out[i] = base52[second % 52];
	for (int i = 9; i >= 6; i--, us /= 52)
		out[i] = base52[us % 52];
	out[10] = 'z';
	for (int i = 14; i >= 11; i--, inode /= 51)
		out[i] = base52[inode % 51];
	out[15] = '\0';
}

static void
begin(struct gen *g, int64_t slot, const char *daemon, uint32_t pid)
{
	text_clear(&g->line);
	text_put(&g->line, "%s mx1 postfix/%s[%u]: ", gen_stamp(g, slot / SLOTS_PER_SECOND), daemon,
		 pid);
}

static void
make_peer(struct gen *g, bool good, struct peer *p)
{
	char host[HOST_BYTES], at[DOMAIN_BYTES];

	p->domain = name_pick_domain(&g->rng, good ? 35 : 0);
	if (good) {
		name_exchanger(p->domain, rng_next(&g->rng) >> 8, host, p->ip);
		name_domain(p->domain, at);
		text_into(p->helo, "mail.%s", at);
	} else {
		name_dynamic_host(rng_next(&g->rng), host, p->ip);
		name_helo_of_bot(&g->rng, p->helo);
		if (rng_percent(&g->rng, 45))
			strcpy(host, "unknown");
	}
	text_into(p->form, "%s[%s]", host, p->ip);
}

static void
connect_line(struct gen *g, int64_t slot, uint32_t pid, const struct peer *p)
{
	begin(g, slot, "smtpd", pid);
	text_put(&g->line, "connect from %s", p->form);
	gen_end(g, slot, false);
}

static void
disconnect_line(struct gen *g, int64_t slot, uint32_t pid, const struct peer *p,
		const char *commands)
{
	begin(g, slot, "smtpd", pid);
	text_put(&g->line, "disconnect from %s %s", p->form, commands);
	gen_end(g, slot, false);
}

static void
refused(struct gen *g, int64_t slot)
{
	uint32_t pid = gen_pid(g) % 300 + 20000, kind = rng_below(&g->rng, 100);
	char sender[ADDRESS_BYTES], to[ADDRESS_BYTES];
	struct peer p;

	make_peer(g, kind >= 70, &p);
	name_address(rng_next(&g->rng) >> 20, p.domain, sender);
	name_our_address(&g->rng, kind < 40 || kind >= 70, to);
	connect_line(g, slot, pid, &p);
	begin(g, slot, "smtpd", pid);
	text_put(&g->line, "NOQUEUE: reject: RCPT from %s: ", p.form);
	if (kind < 40)
		text_put(&g->line,
			 "554 5.7.1 Service unavailable; Client host [%s] blocked using "
			 "zen.dnsbl.example; https://www.dnsbl.example/query/ip/%s",
			 p.ip, p.ip);
	else if (kind < 70)
		text_put(&g->line,
			 "550 5.1.1 <%s>: Recipient address rejected: User unknown in relay "
			 "recipient table",
			 to);
	else if (kind < 90)
		text_put(&g->line,
			 "450 4.2.0 <%s>: Recipient address rejected: Greylisted, see "
			 "http://postgrey.example/help/",
			 to);
	else
		text_put(&g->line, "450 4.1.8 <%s>: Sender address rejected: Domain not found",
			 sender);
	text_put(&g->line, "; from=<%s> to=<%s> proto=ESMTP helo=<%s>", sender, to, p.helo);
	gen_end(g, slot, false);
	disconnect_line(g, gen_after(g, slot, 1), pid, &p,
			"ehlo=1 mail=1 rcpt=0/1 quit=1 commands=3/4");
}

/* Up to the message's entry into the queue. */
static int64_t
arrive(struct gen *g, int64_t slot, uint32_t pid, const struct peer *p, const char *id)
{
	char message_id[MESSAGE_ID_BYTES];

	connect_line(g, slot, pid, p);
	begin(g, slot, "smtpd", pid);
	text_put(&g->line, "%s: client=%s", id, p->form);
	gen_end(g, slot, false);
	slot = gen_after(g, slot, 1);
	name_message_id(&g->rng, (uint64_t)(slot / SLOTS_PER_SECOND), p->domain, message_id);
	begin(g, slot, "cleanup", pid + 7);
	text_put(&g->line, "%s: message-id=<%s>", id, message_id);
	gen_end(g, slot, false);
	return slot;
}

static void
refused_by_milter(struct gen *g, int64_t slot)
{
	uint32_t pid = gen_pid(g) % 300 + 20000;
	char sender[ADDRESS_BYTES], to[ADDRESS_BYTES], id[QID_BYTES];
	bool sample = gen_is_sample(g);
	struct peer p;

	make_peer(g, rng_percent(&g->rng, 40), &p);
	name_address(rng_next(&g->rng) >> 20, p.domain, sender);
	name_our_address(&g->rng, true, to);
	queue_id(g, slot, id);
	slot = arrive(g, slot, pid, &p, id);
	begin(g, slot, "cleanup", pid + 7);
	text_put(&g->line,
		 "%s: milter-reject: END-OF-MESSAGE from %s: 5.7.1 Rejected: spam score %u.%u too "
		 "high (milter id %s); from=<%s> to=<%s> proto=ESMTP helo=<%s>",
		 id, p.form, rng_between(&g->rng, 15, 40), rng_below(&g->rng, 10), id, sender, to,
		 p.helo);
	gen_end(g, slot, false);
	if (sample)
		gen_sample(g, slot, "rejected", id, sender, to, p.ip);
	disconnect_line(g, gen_after(g, slot, 1), pid, &p,
			"ehlo=1 mail=1 rcpt=1 data=0/1 quit=1 commands=4/5");
}

static void
queued(struct gen *g, int64_t slot, const char *id, const char *sender, uint32_t size, uint32_t n)
{
	begin(g, slot, "qmgr", 1871);
	text_put(&g->line, "%s: from=<%s>, size=%u, nrcpt=%u (queue active)", id, sender, size, n);
	gen_end(g, slot, false);
}

static void
delivery(struct gen *g, int64_t slot, const char *id, const char *to, uint32_t domain, bool inside,
	 bool deferred)
{
	uint32_t luck = rng_below(&g->rng, 1000), delay = rng_below(&g->rng, 90);
	char host[HOST_BYTES] = "inner1.gw.example", ip[IP_BYTES] = "10.1.0.21";

	if (!inside)
		name_exchanger(domain, rng_next(&g->rng) >> 8, host, ip);
	begin(g, slot, "smtp", 30000 + gen_pid(g) % 200);
	text_put(&g->line, "%s: to=<%s>, relay=%s[%s]:25, delay=%u.%u, delays=0.1/0/0.%u/0.%u, ",
		 id, to, host, ip, delay / 10, delay % 10, delay % 7, delay % 9);
	if (deferred)
		text_put(&g->line,
			 "dsn=4.2.0, status=deferred (host %s[%s] said: 450 4.2.0 <%s>: Recipient "
			 "address rejected: Greylisted (in reply to RCPT TO command))",
			 host, ip, to);
	else if (!inside && luck < 15)
		text_put(
			&g->line,
			"dsn=5.1.1, status=bounced (host %s[%s] said: 550 5.1.1 <%s>: Recipient "
			"address rejected: User unknown in virtual mailbox table (in reply to RCPT "
			"TO command))",
			host, ip, to);
	else
		text_put(&g->line, "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as %X8%X2)",
			 rng_next(&g->rng), rng_next(&g->rng));
	gen_end(g, slot, false);
}

static void
removed(struct gen *g, int64_t slot, const char *id)
{
	begin(g, slot, "qmgr", 1871);
	text_put(&g->line, "%s: removed", id);
	gen_end(g, slot, false);
}

static void
accepted(struct gen *g, int64_t slot)
{
	uint32_t pid = gen_pid(g) % 300 + 20000, n = rng_percent(&g->rng, 18) ? 3 : 1;
	char sender[ADDRESS_BYTES], to[ADDRESS_BYTES], id[QID_BYTES];
	bool sample = gen_is_sample(g);
	struct peer p;

	make_peer(g, true, &p);
	name_address(rng_next(&g->rng) >> 20, p.domain, sender);
	queue_id(g, slot, id);
	slot = arrive(g, slot, pid, &p, id);
	queued(g, slot, id, sender, 900 + rng_skewed(&g->rng, 90000), n);
	disconnect_line(g, slot, pid, &p,
			"ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7");
	slot = gen_after(g, slot, 1);
	for (uint32_t i = 0; i < n; i++) {
		name_our_address(&g->rng, true, to);
		delivery(g, slot, id, to, 0, true, false);
	}
	removed(g, slot, id);
	if (sample)
		gen_sample(g, slot, "accepted", id, sender, to, p.ip);
}

/* From inside to others: one letter, or a list of 20 … 200. */
static void
sent(struct gen *g, int64_t slot, uint32_t n, const char *sender)
{
	uint32_t pid = gen_pid(g) % 300 + 20000;
	char to[ADDRESS_BYTES], id[QID_BYTES];
	bool sample = gen_is_sample(g);
	struct peer p = { .form = "inner1.gw.example[10.1.0.21]", .ip = "10.1.0.21" };
	int64_t last;

	queue_id(g, slot, id);
	last = slot = arrive(g, slot, pid, &p, id);
	queued(g, slot, id, sender, 900 + rng_skewed(&g->rng, 90000), n);
	disconnect_line(g, slot, pid, &p, "ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5");
	for (uint32_t i = 0; i < n; i++) {
		uint32_t domain = name_pick_domain(&g->rng, 45);
		int64_t at = gen_after(g, slot, n > 1 ? 20 : 3);

		name_address(rng_next(&g->rng) % 4000000, domain, to);
		if (rng_below(&g->rng, 1000) < 9) {
			delivery(g, at, id, to, domain, false, true);
			at = gen_after(g, at + 900 * SLOTS_PER_SECOND, 3000);
			queued(g, at, id, sender, 4000, n);
		}
		delivery(g, at, id, to, domain, false, false);
		last = at > last ? at : last;
	}
	removed(g, last, id);
	if (sample)
		gen_sample(g, slot, n > 1 ? "list" : "outbound", id, sender, to, p.ip);
}

static void
outbound(struct gen *g, int64_t slot)
{
	char sender[ADDRESS_BYTES];

	name_our_address(&g->rng, true, sender);
	sent(g, slot, 1, sender);
}

static void
list_mailing(struct gen *g, int64_t slot)
{
	char sender[ADDRESS_BYTES];

	text_into(sender, "%s-%u-bounces@lists.gw.example", name_word(&g->rng),
		  rng_skewed(&g->rng, 500));
	sent(g, slot, 20 + rng_skewed(&g->rng, 181), sender);
}

static const struct story {
	uint32_t per_million;
	void (*tell)(struct gen *, int64_t);
} stories[] = {
	{ 300000, refused }, { 50000, refused_by_milter }, { 160000, accepted },
	{ 80000, outbound }, { 25000, list_mailing },
};

void
postfix_slot(struct gen *g, int64_t slot)
{
	for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
		double limit = exp(-1e-6 * stories[i].per_million), product = 1;

		for (;;) {
			product *= (double)(rng_next(&g->rng) >> 11) / 9007199254740992.0;
			if (product <= limit)
				break;
			stories[i].tell(g, slot);
		}
	}
}

void
postfix_count(void *gen, const char *line, size_t n)
{
	struct truth *t = &((struct gen *)gen)->truth;

	t->lines++;
	t->refused_rcpt += memmem(line, n, "NOQUEUE: reject: ", 17) != NULL;
	t->refused_data += memmem(line, n, ": milter-reject: ", 17) != NULL;
	t->messages += memmem(line, n, " message-id=<", 13) != NULL;
	t->recipients += memmem(line, n, ", status=", 9) != NULL;
}
