/* SPDX-License-Identifier: MIT */
/* exim_base: lines, IDs and peers, and how often each story is told. */
#include "exim.h"

#include <math.h>
#include <string.h>

static const char base62[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

static char *
put_base62(char *p, uint64_t n, unsigned width)
{
	for (unsigned i = width; i-- > 0; n /= 62)
		p[i] = base62[n % 62];
	return p + width;
}

/* Seconds, pid and fraction: units of 1/2000 s in an old ID, of 2 microseconds in a new one. */
void
exim_id(struct gen *g, int64_t slot, uint32_t pid, char out[ID_BYTES])
{
	uint64_t fraction = (uint64_t)(slot % SLOTS_PER_SECOND);
	bool new = g->ids == IDS_NEW || (g->ids == IDS_MIXED && slot / SLOTS_PER_SECOND / 3600 % 2);
	char *p = put_base62(out, (uint64_t)(slot / SLOTS_PER_SECOND), 6);

	*p++ = '-';
	p = put_base62(p, pid, new ? 11 : 6);
	*p++ = '-';
	if (new)
		p = put_base62(p, fraction * 31250 + rng_below(&g->rng, 31250), 4);
	else
		p = put_base62(p, fraction * 125 + rng_below(&g->rng, 125), 2);
	*p = '\0';
}

void
exim_line(struct gen *g, int64_t slot, uint32_t pid, const char *id)
{
	text_clear(&g->line);
	text_put(&g->line, "%s ", gen_stamp(g, slot / SLOTS_PER_SECOND));
	if (g->log_pid)
		text_put(&g->line, "[%u] ", pid);
	if (id != NULL)
		text_put(&g->line, "%s ", id);
}

void
exim_peer_line(struct gen *g, int64_t slot, uint32_t pid, const char *id, const struct peer *p)
{
	exim_line(g, slot, pid, id);
	text_put(&g->line, "H=%s", p->form);
}

/* A mail server: verified name, with or without a HELO of its own; some have no name. */
void
exim_peer_good(struct gen *g, struct peer *p)
{
	char host[HOST_BYTES], at[DOMAIN_BYTES];
	uint32_t kind = rng_below(&g->rng, 100);

	p->domain = name_pick_domain(&g->rng, 35);
	name_exchanger(p->domain, rng_next(&g->rng) >> 8, host, p->ip);
	name_domain(p->domain, at);
	if (kind < 55) {
		strcpy(p->helo, host);
		text_into(p->form, "%s [%s]", host, p->ip);
	} else if (kind < 85) {
		text_into(p->helo, "%s.%s", kind < 70 ? "smtp" : "relay", at);
		text_into(p->form, "%s (%s) [%s]", host, p->helo, p->ip);
	} else {
		text_into(p->helo, "mail.%s", at);
		text_into(p->form, "(%s) [%s]", p->helo, p->ip);
	}
}

void
exim_peer_bot(struct gen *g, struct peer *p)
{
	char host[HOST_BYTES];
	uint32_t kind = rng_below(&g->rng, 100);

	p->domain = N_PROVIDERS + rng_skewed(&g->rng, 160000);
	name_dynamic_host(rng_next(&g->rng), host, p->ip);
	name_helo_of_bot(&g->rng, p->helo);
	if (kind < 50)
		text_into(p->form, "%s (%s) [%s]", host, p->helo, p->ip);
	else if (kind < 62)
		text_into(p->form, "%s [%s]", host, p->ip);
	else
		text_into(p->form, "(%s) [%s]", p->helo, p->ip);
}

void
exim_mail_new(struct gen *g, int64_t slot, struct mail *m)
{
	exim_id(g, slot, m->pid, m->id);
	m->size = 900 + rng_skewed(&g->rng, rng_percent(&g->rng, 20) ? 9000000 : 60000);
}

void
exim_completed(struct gen *g, int64_t slot, const struct mail *m)
{
	exim_line(g, slot, m->pid, m->id);
	text_put(&g->line, "Completed");
	gen_end(g, slot, false);
}

/* Stories in a million slots; a day (1 382 400 slots) then is about 1 GB. */
static const struct story {
	uint32_t per_million;
	void (*tell)(struct gen *, int64_t);
} stories[] = {
	{ 452000, exim_refused }, { 56000, exim_spam },         { 185000, exim_inbound },
	{ 87000, exim_outbound }, { 31500, exim_list_mailing }, { 2700, exim_list_verp },
	{ 105000, exim_noise },
};

enum { N_STORIES = sizeof(stories) / sizeof(stories[0]) };

/* Mail per hour of the day, UTC, in percent of the mean. */
static const uint8_t by_hour[24] = { 55,  48,  45,  44,  48,  60,  85,  115, 150, 165, 165, 155,
				     150, 155, 160, 155, 140, 120, 105, 95,  90,  85,  75,  65 };

void
exim_slot(struct gen *g, int64_t slot)
{
	uint32_t hour = by_hour[slot / SLOTS_PER_SECOND / 3600 % 24];

	for (size_t i = 0; i < N_STORIES; i++) {
		/* Poisson by the exponential method: several of a kind may begin in one slot. */
		double limit = exp(-1e-8 * stories[i].per_million * hour), product = 1;

		for (;;) {
			product *= (double)(rng_next(&g->rng) >> 11) / 9007199254740992.0;
			if (product <= limit)
				break;
			stories[i].tell(g, slot);
		}
	}
}

/* --- counting what was written --- */

static bool
begins(const char *p, const char *end, const char *word)
{
	size_t n = strlen(word);

	return (size_t)(end - p) >= n && memcmp(p, word, n) == 0;
}

void
exim_count(void *gen, const char *line, size_t n)
{
	struct gen *g = gen;
	struct truth *t = &g->truth;
	const char *p = line + 20, *end = line + n;
	bool id;

	t->lines++;
	if (g->log_pid)
		p = (const char *)memchr(p, ' ', (size_t)(end - p)) + 1;
	id = p[6] == '-' && (p[13] == '-' || p[18] == '-');
	if (id) {
		p += p[13] == '-' ? 17 : 24;
		t->messages += begins(p, end, "<= ");
		t->recipients +=
			begins(p, end, "=> ") || begins(p, end, "-> ") || begins(p, end, "** ");
		t->refused_data += begins(p, end, "H=") &&
				   memmem(p, (size_t)(end - p), " rejected after DATA", 20) != NULL;
	} else if (begins(p, end, "H=")) {
		t->refused_rcpt += memmem(p, (size_t)(end - p), " rejected RCPT <", 16) != NULL;
	}
}
