/* SPDX-License-Identifier: MIT */
/*
 * names: made-up people, domains, hosts and addresses. Each is a function of a number, so that the
 * same person or host comes back; there are as many as a real log has, lest compression be
 * flattered. Top-level domains are codes that ISO 3166 reserves for private use (xa … xz, zz) or
 * .example: none exists.
 */
#ifndef BENCH_NAMES_H
#define BENCH_NAMES_H

#include "rng.h"

enum {
	LOCAL_BYTES = 64,
	DOMAIN_BYTES = 64,
	HOST_BYTES = 160,
	IP_BYTES = 48,
	ADDRESS_BYTES = 192,
	SUBJECT_BYTES = 512,
	MESSAGE_ID_BYTES = 256,
	N_PROVIDERS = 12, /* domains 0 … : they have most of the users */
	N_OUR_DOMAINS = 7,
};

/* How a domain's mail server answers. */
enum flavour {
	FLAVOUR_POSTFIX,
	FLAVOUR_EXIM,
	FLAVOUR_GMAIL,
	FLAVOUR_OUTLOOK,
	FLAVOUR_YAHOO,
	FLAVOUR_QMAIL
};

void name_domain(uint32_t domain, char out[DOMAIN_BYTES]);
void name_our_domain(uint32_t i, char out[DOMAIN_BYTES]);
void name_local(uint64_t person, char out[LOCAL_BYTES]);
/* A person of that domain. */
void name_address(uint64_t person, uint32_t domain, char out[ADDRESS_BYTES]);
/* One of our users; `known` ones are few enough to come back often. */
void name_our_address(struct rng *r, bool known, char out[ADDRESS_BYTES]);
enum flavour name_flavour(uint32_t domain);
/* One of the domain's mail exchangers and its address, now and then IPv6. */
void name_exchanger(uint32_t domain, uint64_t which, char host[HOST_BYTES], char ip[IP_BYTES]);
/* A domain as senders and recipients have it: providers first. */
uint32_t name_pick_domain(struct rng *r, uint32_t provider_percent);
void name_ip(uint64_t hash, char out[IP_BYTES]);
/* A customer's line at some access provider: "88-12-3-4.dyn.kalo.xq". */
void name_dynamic_host(uint64_t hash, char host[HOST_BYTES], char ip[IP_BYTES]);
void name_helo_of_bot(struct rng *r, char out[HOST_BYTES]);
void name_subject(struct rng *r, char out[SUBJECT_BYTES]);
void name_message_id(struct rng *r, uint64_t seconds, uint32_t domain, char out[MESSAGE_ID_BYTES]);
const char *name_word(struct rng *r);

#endif
