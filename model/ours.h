/* SPDX-License-Identifier: MIT */
/* ours: what the operator told us about the site (postern.conf). "Refused by us" rests on it. */
#ifndef MODEL_OURS_H
#define MODEL_OURS_H

#include "base/str.h"

struct ours {
	struct str *domains; /* local domains, also matched with subdomains */
	size_t n_domains;
	struct str *hosts; /* names of our gateways, as in banners, HELO and Received */
	size_t n_hosts;
	struct str *addresses; /* our IP addresses or networks in CIDR form */
	size_t n_addresses;
	struct str *backends; /* hosts or addresses behind the gateway */
	size_t n_backends;
	bool guessed; /* from logs, and nobody has confirmed it */
};

bool ours_is_domain(const struct ours *o, struct str domain);
bool ours_is_host(const struct ours *o, struct str host);
/* The beginning of a name of ours, as the end of a text may have cut it. */
bool ours_is_host_head(const struct ours *o, struct str head);
bool ours_is_address(const struct ours *o, struct str ip);
bool ours_is_backend(const struct ours *o, struct str host_or_ip);
/* An address that nobody outside can have (RFC 1918, RFC 4193). */
bool ours_is_private(struct str ip);

/* On whose side a host stands that our gateway delivered to. */
enum ours_side {
	SIDE_OTHER,  /* a stranger, as far as we know */
	SIDE_BEHIND, /* behind the gateway: configured, under our domains, or at a private address */
	SIDE_GATEWAY, /* another gateway of ours */
};
enum ours_side ours_side_of(const struct ours *o, struct str host, struct str ip);

#endif
