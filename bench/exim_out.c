/* SPDX-License-Identifier: MIT */
/* exim_out: deliveries to other sites with their failures and retries, and bounces. */
#include <string.h>

#include "exim.h"

enum { MAX_TRIES = 7 };

/* Where one transaction of one message goes. */
struct transaction {
	const struct mail *mail;
	uint32_t domain;
	enum flavour flavour;
	uint32_t pid;
	char host[HOST_BYTES], ip[IP_BYTES];
	char reply[REPLY_BYTES];
};

/* Few sites: with TLS everywhere a line would be half as long again. */
static const char *
tls(const struct transaction *t)
{
	uint64_t h = mix64(t->domain + 9001);

	if ((h & 15) < 1)
		return " X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=yes";
	return (h & 15) < 2 ? " X=TLS1.2:ECDHE_SECP256R1__RSA_SHA512__AES_256_GCM:256 CV=yes" : "";
}

static void
delivered(struct gen *g, int64_t slot, const struct transaction *t, const char *to, bool first)
{
	exim_line(g, slot, t->pid, t->mail->id);
	text_put(&g->line, "%s %s R=out T=smtp H=%s [%s]%s C=\"%s\"", first ? "=>" : "->", to,
		 t->host, t->ip, tls(t), t->reply);
	gen_end(g, slot, false);
}

static void
failed(struct gen *g, int64_t slot, const struct transaction *t, const char *to, enum trouble what)
{
	char text[REPLY_BYTES];

	exim_trouble(g, t->flavour, what, t->mail, to, text);
	exim_line(g, slot, t->pid, t->mail->id);
	text_put(&g->line,
		 "** %s R=out T=smtp H=%s [%s]%s: SMTP error from remote mail "
		 "server after %s",
		 to, t->host, t->ip, tls(t), text);
	gen_end(g, slot, false);
}

static void
deferred(struct gen *g, int64_t slot, const struct transaction *t, const char *to,
	 enum trouble what, bool reached)
{
	char text[REPLY_BYTES];

	if (!reached) {
		exim_line(g, slot, t->pid, t->mail->id);
		text_put(&g->line, "H=%s [%s] Connection timed out", t->host, t->ip);
		gen_end(g, slot, false);
	}
	exim_line(g, slot, t->pid, t->mail->id);
	if (reached) {
		exim_trouble(g, t->flavour, what, t->mail, to, text);
		text_put(&g->line,
			 "== %s R=out T=smtp defer (%s) H=%s [%s]: SMTP error from "
			 "remote mail server after %s",
			 to, strncmp(text, "RCPT", 4) == 0 ? "-44" : "-46", t->host, t->ip, text);
	} else {
		text_put(&g->line, "== %s R=out T=smtp defer (110): Connection timed out", to);
	}
	gen_end(g, slot, false);
}

static void
settled(struct delivery *d, int64_t slot)
{
	if (slot > d->last)
		d->last = slot;
}

/* All recipients of a transaction wait and are tried again: 15 min for two hours, then longer. */
static void
deliver_late(struct gen *g, int64_t slot, struct transaction *t, uint64_t first, uint32_t n,
	     struct delivery *d)
{
	uint32_t kind = rng_below(&g->rng, 10);
	enum trouble what = kind == 0  ? TROUBLE_FULL
			    : kind < 6 ? TROUBLE_GREYLIST
				       : TROUBLE_THROTTLE;
	uint32_t tries = 1 + rng_skewed(&g->rng, MAX_TRIES);
	bool reached = rng_percent(&g->rng, 75), lost = tries > 5;
	char to[ADDRESS_BYTES];

	for (uint32_t try = 0; try < tries; try++) {
		for (uint32_t i = 0; i < n; i++) {
			name_address(first + i, t->domain, to);
			deferred(g, slot, t, to, what, reached);
		}
		slot = gen_after(g,
				 slot + (int64_t)SLOTS_PER_SECOND * 60 *
						 (try < 4 ? 14 : 55 * (int64_t)try),
				 300);
		t->pid = gen_pid(g);
	}
	exim_confirmation(g, slot, t->mail, t->flavour, t->reply);
	for (uint32_t i = 0; i < n; i++) {
		name_address(first + i, t->domain, to);
		if (lost)
			failed(g, slot, t, to, TROUBLE_UNKNOWN);
		else
			delivered(g, slot, t, to, i == 0);
	}
	d->failed |= lost;
	settled(d, slot);
}

void
exim_deliver(struct gen *g, int64_t slot, const struct mail *m, uint32_t domain, uint64_t first,
	     uint32_t n, struct delivery *d)
{
	struct transaction t = { .mail = m, .domain = domain, .flavour = name_flavour(domain) };
	uint32_t luck = rng_below(&g->rng, 1000);
	bool any = false;
	char to[ADDRESS_BYTES];

	t.pid = gen_pid(g);
	name_exchanger(domain, rng_next(&g->rng) >> 8, t.host, t.ip);
	if (luck < 9) {
		deliver_late(g, slot, &t, first, n, d);
		return;
	}
	exim_confirmation(g, slot, m, t.flavour, t.reply);
	for (uint32_t i = 0; i < n; i++) {
		bool unknown = mix64(first + i + domain * 77) % 1000 < 14;

		name_address(first + i, domain, to);
		if (luck < 12 || unknown) {
			failed(g, slot, &t, to,
			       luck < 11   ? TROUBLE_SPAM
			       : luck < 12 ? TROUBLE_MAIL
					   : TROUBLE_UNKNOWN);
			d->failed = true;
			continue;
		}
		delivered(g, slot, &t, to, !any);
		any = true;
	}
	settled(d, slot);
}

/* The message that tells the sender; lists swallow theirs. */
static void
bounce(struct gen *g, int64_t slot, const struct mail *m)
{
	struct mail b = { .pid = gen_pid(g) };

	exim_mail_new(g, slot, &b);
	exim_line(g, slot, b.pid, b.id);
	text_put(&g->line,
		 "<= <> R=%s U=Debian-exim P=local S=%u T=\"Mail delivery failed: returning "
		 "message to sender\"",
		 m->id, m->size % 90000 + 1900);
	gen_end(g, slot, false);
	exim_line(g, slot, gen_pid(g), b.id);
	text_put(&g->line,
		 "=> %s R=inner T=smtp H=inner1.gw.example [10.1.0.21] "
		 "C=\"250 2.0.0 Ok: queued as %X8%X2\"",
		 m->sender, rng_next(&g->rng), rng_next(&g->rng));
	gen_end(g, slot, false);
	exim_completed(g, slot, &b);
}

void
exim_finish(struct gen *g, const struct mail *m, const struct delivery *d)
{
	if (d->failed)
		bounce(g, d->last, m);
	exim_completed(g, d->last, m);
}

/* One of us writes to people elsewhere. */
void
exim_outbound(struct gen *g, int64_t slot)
{
	struct mail m = { .pid = gen_pid(g) };
	struct delivery d = { .last = slot };
	uint32_t n = rng_percent(&g->rng, 20) ? rng_between(&g->rng, 2, 6) : 1;
	bool sample = gen_is_sample(g);
	char subject[SUBJECT_BYTES], to[ADDRESS_BYTES];

	exim_mail_new(g, slot, &m);
	name_our_address(&g->rng, true, m.sender);
	name_subject(&g->rng, subject);
	text_into(m.message_id, "%x8-%x4-%x4-%x8@%s", rng_next(&g->rng), rng_next(&g->rng),
		  rng_next(&g->rng), rng_next(&g->rng), strchr(m.sender, '@') + 1);
	slot = gen_after(g, slot, 1);
	exim_line(g, slot, m.pid, m.id);
	text_put(&g->line,
		 "<= %s H=inner%u.gw.example [10.1.0.%u] P=esmtps "
		 "X=TLS1.3:TLS_AES_256_GCM_SHA384:256 CV=no S=%u id=%s T=\"%s\"",
		 m.sender, n, 20 + n, m.size, m.message_id, subject);
	gen_end(g, slot, false);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t domain = name_pick_domain(&g->rng, 45);
		uint64_t person = rng_next(&g->rng) % 4000000;

		if (i == 0 && sample) {
			name_address(person, domain, to);
			gen_sample(g, slot, "outbound", m.id, m.sender, to, "10.1.0.21");
		}
		exim_deliver(g, gen_after(g, slot, 4), &m, domain, person, 1, &d);
	}
	exim_finish(g, &m, &d);
}
