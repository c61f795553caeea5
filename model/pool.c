/* SPDX-License-Identifier: MIT */
/*
 * pool: large providers try again from another address (mail-lf1-f41, then mail-qk1-f9, of
 * google.com), often of another network. So do the machines of a botnet, all with names of one
 * access provider: those count in their address (host-24-133.dialup.isp.example).
 */
#include "model/pool.h"

#include "base/ip.h"

#define NETWORK_BITS_4 24
#define NETWORK_BITS_6 64

static struct str
last_label(struct str *rest)
{
	size_t dot = str_rfind_char(*rest, '.');
	struct str label = dot == STR_NPOS ? *rest : str_skip(*rest, dot + 1);

	*rest = str_slice(*rest, 0, dot == STR_NPOS ? 0 : dot);
	return label;
}

/* Two labels, three below such as co.uk and ac.at; and each must have a label of its own before. */
static bool
share_domain(struct str a, struct str b)
{
	struct str a_top = last_label(&a), b_top = last_label(&b);
	struct str a_second = last_label(&a), b_second = last_label(&b);

	if (a_second.n == 0 || !str_eq_nocase(a_top, b_top) || !str_eq_nocase(a_second, b_second))
		return false;
	if (a_top.n == 2 && a_second.n <= 3 && !str_eq_nocase(last_label(&a), last_label(&b)))
		return false;
	return a.n > 0 && b.n > 0;
}

static bool
has_number(struct str name, unsigned wanted)
{
	for (size_t i = 0; i < name.n;) {
		size_t end = i;
		uint64_t n = 0;

		while (end < name.n && char_is_digit(name.p[end]))
			end++;
		if (end > i && str_to_u64(str_slice(name, i, end), &n) && n == wanted)
			return true;
		i = end > i ? end : i + 1;
	}
	return false;
}

/* Amazon's a8-65.smtp-out.amazonses.com counts, too: a name that says "mail" is no such line. */
static bool
is_access_line(struct str host, struct str ip_text)
{
	static const char *const mail[] = { "mail", "smtp", "mta", "mx", "out", "relay" };
	struct ip ip = ip_parse(ip_text);

	for (size_t i = 0; i < sizeof(mail) / sizeof(mail[0]); i++)
		if (str_find_nocase(host, str_from(mail[i]), 0) != STR_NPOS)
			return false;
	return ip.bits == 32 && has_number(host, ip.bytes[2]) && has_number(host, ip.bytes[3]);
}

bool
pool_is_one(const struct session *a, const struct session *b)
{
	struct ip x = ip_parse(a->peer_ip), y = ip_parse(b->peer_ip);

	if (a->peer_ip.n == 0 || b->peer_ip.n == 0 || str_eq(a->peer_ip, b->peer_ip) ||
	    ip_share_bits(&x, &y, x.bits == 32 ? NETWORK_BITS_4 : NETWORK_BITS_6))
		return true;
	return share_domain(a->peer_host, b->peer_host) &&
	       !is_access_line(a->peer_host, a->peer_ip) &&
	       !is_access_line(b->peer_host, b->peer_ip);
}
