/* SPDX-License-Identifier: MIT */
/*
 * exim_list: mailing lists. Members of a list at a site are the persons from a number on that list
 * and site give, so that the same people get every mailing.
 */
#include "exim.h"

enum { N_LISTS = 500 };

static void
list_name(uint32_t list, char out[LOCAL_BYTES])
{
	struct rng r = { mix64(list + 31) };

	text_into(out, "%s-%s%u", name_word(&r), name_word(&r), list);
}

static uint64_t
first_member(uint32_t list, uint32_t domain)
{
	return mix64(list * 1000003u + domain) >> 24;
}

static void
list_arrival(struct gen *g, int64_t slot, const struct mail *m, const char *subject)
{
	exim_line(g, slot, m->pid, m->id);
	text_put(&g->line, "<= %s H=lists.gw.example [10.1.0.9] P=esmtp S=%u id=%s T=\"%s\"",
		 m->sender, m->size, m->message_id, subject);
	gen_end(g, slot, false);
}

static void
list_message_id(struct gen *g, int64_t slot, const char *name, char out[MESSAGE_ID_BYTES])
{
	text_into(out, "%s.%l.%x6@lists.gw.example", name, (uint64_t)(slot / SLOTS_PER_SECOND),
		  rng_next(&g->rng));
}

/* One message to 20 … 200 members, site by site. */
void
exim_list_mailing(struct gen *g, int64_t slot)
{
	uint32_t list = rng_skewed(&g->rng, N_LISTS), left = 20 + rng_skewed(&g->rng, 181);
	struct mail m = { .pid = gen_pid(g) };
	struct delivery d = { .last = slot };
	bool sample = gen_is_sample(g);
	char name[LOCAL_BYTES], subject[SUBJECT_BYTES], to[ADDRESS_BYTES];

	list_name(list, name);
	exim_mail_new(g, slot, &m);
	text_into(m.sender, "%s-bounces@lists.gw.example", name);
	list_message_id(g, slot, name, m.message_id);
	name_subject(&g->rng, subject);
	slot = gen_after(g, slot, 1);
	list_arrival(g, slot, &m, subject);
	while (left > 0) {
		uint32_t domain = name_pick_domain(&g->rng, 25);
		uint32_t n = domain < N_PROVIDERS ? rng_between(&g->rng, 2, 9)
						  : 1 + rng_skewed(&g->rng, 2);

		n = n < left ? n : left;
		if (sample) {
			name_address(first_member(list, domain), domain, to);
			gen_sample(g, slot, "list", m.id, m.sender, to, "10.1.0.9");
			sample = false;
		}
		exim_deliver(g, gen_after(g, slot, 20), &m, domain, first_member(list, domain), n,
			     &d);
		left -= n;
	}
	exim_finish(g, &m, &d);
}

/* A message for each of many members, the member's address in the sender's. */
void
exim_list_verp(struct gen *g, int64_t slot)
{
	uint32_t list = rng_skewed(&g->rng, N_LISTS), n = rng_between(&g->rng, 20, 60);
	uint32_t pid = gen_pid(g);
	char name[LOCAL_BYTES], local[LOCAL_BYTES], at[DOMAIN_BYTES], subject[SUBJECT_BYTES];

	list_name(list, name);
	name_subject(&g->rng, subject);
	for (uint32_t i = 0; i < n; i++) {
		struct mail m = { .pid = pid };
		struct delivery d = { .last = slot };
		uint32_t domain = name_pick_domain(&g->rng, 45);
		uint64_t person = first_member(list, domain) + rng_below(&g->rng, 20);
		bool sample = gen_is_sample(g);
		char to[ADDRESS_BYTES];

		exim_mail_new(g, slot, &m);
		name_local(person * 131071 + domain, local);
		name_domain(domain, at);
		name_address(person, domain, to);
		text_into(m.sender, "%s-bounces+%s=%s@lists.gw.example", name, local, at);
		list_message_id(g, slot, name, m.message_id);
		list_arrival(g, slot, &m, subject);
		if (sample)
			gen_sample(g, slot, "verp", m.id, m.sender, to, "10.1.0.9");
		exim_deliver(g, gen_after(g, slot, 3), &m, domain, person, 1, &d);
		exim_finish(g, &m, &d);
		slot += 1 + rng_below(&g->rng, 4);
	}
}
