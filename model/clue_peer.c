/* SPDX-License-Identifier: MIT */
/* clue_peer: adding hosts, IP addresses and mail addresses in the form the index knows them by. */
#include <arpa/inet.h>

#include "model/address.h"
#include "model/clue.h"

void
clue_add_host(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt)
{
	struct str t = paste_str(s->paste);

	while (to > from && t.p[to - 1] == '.')
		to--;
	if (to - from < 4 || clue_host_end(str_slice(t, 0, to), from) != to)
		return;
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_HOST,
			    .role = role,
			    .text = str_slice(t, from, to),
			    .from = from,
			    .to = to,
			    .doubt = doubt,
			    .promise = 1 - doubt,
		    });
}

struct str
clue_ip6_canonical(struct str ip, struct arena *a)
{
	char text[INET6_ADDRSTRLEN];
	struct in6_addr address;

	if (ip.n >= sizeof(text))
		return ip;
	memcpy(text, ip.p, ip.n);
	text[ip.n] = '\0';
	if (inet_pton(AF_INET6, text, &address) != 1 ||
	    !inet_ntop(AF_INET6, &address, text, sizeof(text)))
		return ip;
	return arena_str(a, str_from(text));
}

void
clue_add_ip(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt)
{
	struct str ip = str_slice(paste_str(s->paste), from, to);

	if (str_starts_nocase(ip, STR("::ffff:")) && str_find_char(ip, '.', 0) != STR_NPOS)
		ip = str_skip(ip, 7);
	if (str_find_char(ip, ':', 0) != STR_NPOS)
		ip = clue_ip6_canonical(ip, s->arena);
	if (str_eq(ip, STR("0.0.0.0")) || str_eq(ip, STR("::")))
		return;
	/* Trace lines are full of it: content filters, local submission. */
	if (role != CLUE_ROLE_PEER && (str_eq(ip, STR("127.0.0.1")) || str_eq(ip, STR("::1"))))
		doubt = 0.85;
	clue_add(s, &(struct clue_found){
			    .kind = CLUE_IP,
			    .role = role,
			    .text = ip,
			    .from = from,
			    .to = to,
			    .doubt = doubt,
			    .promise = 1 - doubt,
		    });
}

/* Whom the first hop saw, where a forwarder's address hides it. */
static void
add_unwrapped(struct clue_set *s, const struct clue_found *outer)
{
	char buffer[ADDRESS_MAX];
	struct clue_found inner = *outer;

	inner.text = address_unwrap(outer->text, buffer);
	if (inner.text.p != buffer)
		return;
	inner.doubt += 0.1;
	inner.repair =
		str_starts_nocase(outer->text, STR("SRS")) ? "unwrapped from SRS" : "unwrapped";
	clue_add(s, &inner);
}

void
clue_add_address(struct clue_set *s, enum clue_kind kind, enum clue_role role, size_t from,
		 size_t to, double doubt)
{
	struct clue_found f = {
		.kind = kind,
		.role = role,
		.text = str_slice(paste_str(s->paste), from, to),
		.from = from,
		.to = to,
		.doubt = doubt,
		.promise = 1 - doubt,
	};
	/* One address is one clue: a role that is known already is worth more than none. */
	if (kind == CLUE_ADDRESS) {
		for (size_t i = 0; i < s->n; i++) {
			if ((s->v[i].kind == CLUE_SENDER || s->v[i].kind == CLUE_RECIPIENT) &&
			    str_eq_nocase(s->v[i].text, f.text))
				return;
		}
	}
	clue_add(s, &f);
	add_unwrapped(s, &f);
}

void
clue_add_peer(struct clue_set *s, enum clue_role role, size_t from, size_t to, double doubt)
{
	struct str t = str_slice(paste_str(s->paste), 0, to);
	size_t semicolon = str_find_char(str_slice(t, from, to), ';', 0);

	if (semicolon != STR_NPOS && semicolon < 12)
		from += semicolon + 1;
	for (size_t at = from; at < t.n && at < from + 300; at++) {
		if (!char_is_alnum(t.p[at]) && t.p[at] != ':')
			continue;
		if (at > from && char_is_host(t.p[at - 1]))
			continue;
		size_t end = clue_ip_end(t, at);
		if (end > at) {
			clue_add_ip(s, role, at, end, doubt);
		} else {
			end = clue_host_end(t, at);
			if (end > at)
				clue_add_host(s, role, at, end, doubt);
		}
		if (end > at)
			at = end - 1;
	}
}
