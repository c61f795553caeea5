/* SPDX-License-Identifier: MIT */
/* exim_noise: what else stands in a main log. */
#include "exim.h"

static void
timeouts(struct gen *g, uint32_t kind, const struct peer *p)
{
	static const char *const after[] = { "EHLO", "EHLO,STARTTLS,EHLO", "EHLO,AUTH", "HELO",
					     "EHLO,AUTH,AUTH,QUIT" };

	switch (kind) {
	case 0:
		text_put(&g->line, "SMTP command timeout on connection from %s D=5m", p->form);
		break;
	case 1:
		text_put(&g->line,
			 "unexpected disconnection while reading SMTP command from %s D=%us",
			 p->form, rng_below(&g->rng, 60));
		break;
	case 2:
		text_put(&g->line, "SMTP connection from %s lost D=%us", p->form,
			 rng_below(&g->rng, 30));
		break;
	default:
		text_put(&g->line, "no MAIL in SMTP connection from %s D=%us C=%s", p->form,
			 rng_below(&g->rng, 20), after[rng_below(&g->rng, 5)]);
	}
}

static void
suspicious(struct gen *g, uint32_t kind, const struct peer *p)
{
	switch (kind) {
	case 0:
		text_put(&g->line,
			 "login authenticator failed for %s: 535 Incorrect authentication data "
			 "(set_id=%s@gw.example)",
			 p->form, name_word(&g->rng));
		break;
	case 1:
		text_put(&g->line,
			 "SMTP protocol synchronization error (input sent without waiting for "
			 "greeting): rejected connection from H=[%s] input=\"EHLO %s\\r\\n\"",
			 p->ip, p->helo);
		break;
	case 2:
		text_put(&g->line,
			 "SMTP call from %s dropped: too many syntax or protocol errors (last "
			 "command was \"AUTH LOGIN\", C=EHLO,AUTH)",
			 p->form);
		break;
	default:
		text_put(&g->line,
			 "TLS error on connection from %s (gnutls_handshake): The TLS connection "
			 "was non-properly terminated.",
			 p->form);
	}
}

void
exim_noise(struct gen *g, int64_t slot)
{
	uint32_t kind = rng_below(&g->rng, 20), pid = gen_pid(g);
	struct peer p;

	exim_peer_bot(g, &p);
	exim_line(g, slot, pid, NULL);
	if (kind < 7)
		text_put(&g->line, "no host name found for IP address %s", p.ip);
	else if (kind < 9)
		text_put(&g->line, "%s queue run: pid=%u", kind == 7 ? "Start" : "End", pid);
	else if (kind < 16)
		timeouts(g, kind % 4, &p);
	else
		suspicious(g, kind % 4, &p);
	gen_end(g, slot, false);
}
