/* SPDX-License-Identifier: MIT */
/* exim_in: mail from outside: refused at RCPT, refused after DATA, accepted. */
#include <string.h>

#include "exim.h"

enum refusal {
	REFUSE_DNSBL,
	REFUSE_UNKNOWN,
	REFUSE_RELAY,
	REFUSE_GREYLIST,
	REFUSE_VERIFY,
	REFUSE_HELO
};

static enum refusal
pick_refusal(struct gen *g)
{
	uint32_t kind = rng_below(&g->rng, 100);

	return kind < 38   ? REFUSE_DNSBL
	       : kind < 68 ? REFUSE_UNKNOWN
	       : kind < 76 ? REFUSE_RELAY
	       : kind < 91 ? REFUSE_GREYLIST
	       : kind < 96 ? REFUSE_VERIFY
			   : REFUSE_HELO;
}

static void
random_sender(struct gen *g, uint32_t domain, char out[ADDRESS_BYTES])
{
	char local[LOCAL_BYTES], at[DOMAIN_BYTES];
	uint32_t kind = rng_below(&g->rng, 20);

	if (kind == 0) {
		out[0] = '\0';
		return;
	}
	if (kind < 4) { /* a bulk mailer's VERP */
		name_local(rng_next(&g->rng), local);
		name_domain(domain, at);
		text_into(out, "bounce-%x8-%s=gw.example@mta%u.%s", rng_next(&g->rng), local,
			  rng_below(&g->rng, 40), at);
		return;
	}
	name_address(rng_next(&g->rng) >> 20, domain, out);
}

static void
refusal_text(struct gen *g, enum refusal what, const struct peer *p, const char *to)
{
	static const char *const zones[] = { "zen.dnsbl.example", "bl.spamnet.example",
					     "b.barrier.example" };
	const char *zone = zones[rng_skewed(&g->rng, 3)];

	switch (what) {
	case REFUSE_DNSBL:
		if (zone == zones[0])
			text_put(&g->line, ": found in %s (127.0.0.%u)", zone,
				 rng_between(&g->rng, 2, 11));
		else
			text_put(&g->line,
				 ": 550 5.7.1 Service unavailable; client [%s] listed at %s", p->ip,
				 zone);
		break;
	case REFUSE_UNKNOWN:
		if (rng_percent(&g->rng, 80))
			text_put(&g->line, ": Unrouteable address");
		else
			text_put(&g->line, ": 550 5.1.1 <%s>: no such user here", to);
		break;
	case REFUSE_RELAY:
		text_put(&g->line, ": relay not permitted");
		break;
	case REFUSE_GREYLIST:
		text_put(&g->line, ": 451 4.7.1 Greylisted, try again later");
		break;
	default:
		text_put(&g->line, ": Sender verify failed");
	}
}

static void
refused_recipient(struct gen *g, enum refusal what, int64_t slot, uint32_t pid,
		  const struct peer *p, const char *sender, const char *to)
{
	exim_peer_line(g, slot, pid, NULL, p);
	if (what == REFUSE_GREYLIST && rng_percent(&g->rng, 40))
		text_put(&g->line, " X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no");
	text_put(&g->line, " F=<%s> %srejected RCPT <%s>", sender,
		 what == REFUSE_GREYLIST ? "temporarily " : "", to);
	refusal_text(g, what, p, to);
	gen_end(g, slot, true);
}

static void accepted(struct gen *g, int64_t slot, const struct peer *p, const char *sender,
		     const char *to);

/* One client transaction, without an ID since nothing was accepted; greylisted ones come back. */
static void
refused_lines(struct gen *g, enum refusal what, int64_t slot, const struct peer *p)
{
	uint32_t pid = gen_pid(g), n = rng_percent(&g->rng, 12) ? rng_between(&g->rng, 2, 5) : 1;
	char sender[ADDRESS_BYTES], to[ADDRESS_BYTES];

	random_sender(g, p->domain, sender);
	for (uint32_t i = 0; i < n; i++) {
		if (what == REFUSE_RELAY)
			name_address(rng_next(&g->rng) >> 20, name_pick_domain(&g->rng, 60), to);
		else
			name_our_address(&g->rng, what != REFUSE_UNKNOWN, to);
		if (what == REFUSE_VERIFY && i == 0) {
			exim_peer_line(g, slot, pid, NULL, p);
			text_put(&g->line, " sender verify fail for <%s>: %s", sender,
				 rng_percent(&g->rng, 70) ? "Unrouteable address"
							  : "all relevant MX records point to "
							    "non-existent hosts");
			gen_end(g, slot, true);
		}
		refused_recipient(g, what, slot, pid, p, sender, to);
		slot = gen_after(g, slot, 1);
	}
	if (what == REFUSE_GREYLIST && rng_percent(&g->rng, 45))
		accepted(g, gen_after(g, slot + 300 * SLOTS_PER_SECOND, 900), p, sender, to);
}

void
exim_refused(struct gen *g, int64_t slot)
{
	enum refusal what = pick_refusal(g);
	struct peer p;

	if (what == REFUSE_GREYLIST || (what == REFUSE_UNKNOWN && rng_percent(&g->rng, 30)))
		exim_peer_good(g, &p);
	else
		exim_peer_bot(g, &p);
	if (what != REFUSE_HELO) {
		refused_lines(g, what, slot, &p);
		return;
	}
	exim_line(g, slot, gen_pid(g), NULL);
	text_put(&g->line,
		 "H=(mx1.gw.example) [%s] rejected EHLO or HELO mx1.gw.example: HELO/EHLO "
		 "forged: remote host used our name",
		 p.ip);
	gen_end(g, slot, true);
}

/* --- after DATA --- */

/* What the reject log adds: envelope and header. */
static void
reject_block(struct gen *g, int64_t slot, const struct mail *m, const struct peer *p,
	     const char *to)
{
	struct text *t = &g->line;
	char subject[SUBJECT_BYTES];

	name_subject(&g->rng, subject);
	text_clear(t);
	text_put(t, "Envelope-from: <%s>\nEnvelope-to: <%s>\nP Received: from [%s] (helo=%s)\n",
		 m->sender, to, p->ip, p->helo);
	text_put(t, "\tby mx1.gw.example with esmtp (Exim 4.96)\n\t(envelope-from <%s>)\n\tid %s\n",
		 m->sender, m->id);
	text_put(t, "\tfor %s;\n\tMon, 02 Mar 2026 08:00:00 +0000\nF From: <%s>\nT To: <%s>\n", to,
		 m->sender, to);
	text_put(t, "  Subject: %s\nI Message-ID: <%s>\n", subject, m->message_id);
	timeline_put(g->timeline, ROLE_REJECT, slot, t->bytes, text_length(t));
}

static void
dkim_line(struct gen *g, int64_t slot, const struct mail *m, const struct peer *p)
{
	char at[DOMAIN_BYTES];

	name_domain(p->domain, at);
	exim_line(g, slot, m->pid, m->id);
	text_put(&g->line, "DKIM: d=%s s=s%u c=relaxed/relaxed a=rsa-sha256 b=2048 [%s]", at,
		 rng_between(&g->rng, 1, 2026),
		 rng_percent(&g->rng, 92) ? "verification succeeded"
					  : "verification failed - signature did not verify");
	gen_end(g, slot, false);
}

static void
begin_message(struct gen *g, int64_t slot, const struct peer *p, struct mail *m)
{
	m->pid = gen_pid(g);
	exim_mail_new(g, slot, m);
	name_message_id(&g->rng, (uint64_t)(slot / SLOTS_PER_SECOND), p->domain, m->message_id);
}

void
exim_spam(struct gen *g, int64_t slot)
{
	struct peer p;
	struct mail m;
	char to[ADDRESS_BYTES], verdict[REPLY_BYTES];
	bool sample = gen_is_sample(g), temporary = rng_percent(&g->rng, 4);

	if (rng_percent(&g->rng, 60))
		exim_peer_bot(g, &p);
	else
		exim_peer_good(g, &p);
	begin_message(g, slot, &p, &m);
	random_sender(g, p.domain, m.sender);
	name_our_address(&g->rng, true, to);
	slot = gen_after(g, slot, 2);
	if (rng_percent(&g->rng, 40))
		dkim_line(g, slot, &m, &p);
	exim_score_line(g, slot, &m, &p, true, verdict);
	exim_peer_line(g, slot, m.pid, m.id, &p);
	if (rng_percent(&g->rng, 45))
		text_put(&g->line, " X=TLS1.2:ECDHE_SECP256R1__RSA_SHA256__AES_256_GCM:256 CV=no");
	text_put(&g->line, " F=<%s> %srejected after DATA: %s", m.sender,
		 temporary ? "temporarily " : "",
		 temporary ? "451 4.7.1 scanner busy, try again later" : verdict);
	gen_end(g, slot, true);
	if (rng_percent(&g->rng, 30)) {
		exim_peer_line(g, slot, m.pid, m.id, &p);
		text_put(&g->line, " Warning: %s in a URL is listed, score raised",
			 name_word(&g->rng));
		gen_end(g, slot, false);
	}
	reject_block(g, slot, &m, &p, to);
	if (sample)
		gen_sample(g, slot, "rejected", m.id, m.sender, to, p.ip);
}

/* --- accepted --- */

static void
arrival(struct gen *g, int64_t slot, const struct mail *m, const struct peer *p)
{
	char subject[SUBJECT_BYTES];
	uint32_t kind = rng_below(&g->rng, 100);
	const char *from = m->sender[0] != '\0' ? m->sender : "<>";

	name_subject(&g->rng, subject);
	exim_line(g, slot, m->pid, m->id);
	text_put(&g->line, "<= %s H=%s P=%s", from, p->form, kind < 75 ? "esmtps" : "esmtp");
	if (kind < 50)
		text_put(&g->line, " X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no");
	else if (kind < 75)
		text_put(&g->line, " X=TLS1.2:ECDHE_SECP256R1__RSA_SHA256__AES_256_GCM:256 CV=no");
	text_put(&g->line, " S=%u", m->size);
	if (kind % 3 == 0) {
		char at[DOMAIN_BYTES];

		name_domain(p->domain, at);
		text_put(&g->line, " DKIM=%s", at);
	}
	text_put(&g->line, " id=%s T=\"%s\"", m->message_id, subject);
	gen_end(g, slot, false);
}

/* To a server behind us, over LMTP or SMTP. */
static void
deliver_inside(struct gen *g, int64_t slot, const struct mail *m, const char *to, bool first)
{
	uint32_t pid = gen_pid(g), host = rng_between(&g->rng, 1, 4);

	exim_line(g, slot, pid, m->id);
	text_put(&g->line,
		 "%s %s R=inner T=smtp H=inner%u.gw.example [10.1.0.%u] "
		 "C=\"250 2.0.0 Ok: queued as %X8%X2\"",
		 first ? "=>" : "->", to, host, 20 + host, rng_next(&g->rng), rng_next(&g->rng));
	gen_end(g, slot, false);
}

static void
accepted(struct gen *g, int64_t slot, const struct peer *p, const char *sender, const char *to)
{
	struct mail m;
	char other[ADDRESS_BYTES], verdict[REPLY_BYTES];
	uint32_t more = rng_percent(&g->rng, 18) ? rng_between(&g->rng, 1, 6) : 0;
	bool sample = gen_is_sample(g);

	begin_message(g, slot, p, &m);
	strcpy(m.sender, sender);
	slot = gen_after(g, slot, 2);
	if (rng_percent(&g->rng, 45))
		dkim_line(g, slot, &m, p);
	if (rng_percent(&g->rng, 30))
		exim_score_line(g, slot, &m, p, false, verdict);
	arrival(g, slot, &m, p);
	if (sample)
		gen_sample(g, slot, "accepted", m.id, m.sender, to, p->ip);
	slot = gen_after(g, slot, 1);
	deliver_inside(g, slot, &m, to, true);
	for (uint32_t i = 0; i < more; i++) {
		name_our_address(&g->rng, true, other);
		deliver_inside(g, slot, &m, other, false);
	}
	exim_completed(g, slot, &m);
}

void
exim_inbound(struct gen *g, int64_t slot)
{
	struct peer p;
	char sender[ADDRESS_BYTES], to[ADDRESS_BYTES];

	exim_peer_good(g, &p);
	random_sender(g, p.domain, sender);
	name_our_address(&g->rng, true, to);
	accepted(g, slot, &p, sender, to);
}
