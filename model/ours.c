/* SPDX-License-Identifier: MIT */
/* ours: is a name or an address one of the operator's? Nothing configured: nothing is ours. */
#include "model/ours.h"

#include "base/ip.h"

#define HOST_HEAD_MIN 4

static bool
is_within(struct str name, struct str domain)
{
	while (domain.n > 0 && domain.p[0] == '.')
		domain = str_skip(domain, 1);
	if (domain.n == 0 || name.n < domain.n)
		return false;
	if (name.n == domain.n)
		return str_eq_nocase(name, domain);
	return name.p[name.n - domain.n - 1] == '.' &&
	       str_eq_nocase(str_skip(name, name.n - domain.n), domain);
}

static struct str
without_dot(struct str name)
{
	while (name.n > 0 && name.p[name.n - 1] == '.')
		name.n--;
	return name;
}

bool
ours_is_domain(const struct ours *o, struct str domain)
{
	for (size_t i = 0; o && i < o->n_domains; i++) {
		if (is_within(without_dot(domain), o->domains[i]))
			return true;
	}
	return false;
}

bool
ours_is_host(const struct ours *o, struct str host)
{
	host = without_dot(host);
	for (size_t i = 0; o && i < o->n_hosts; i++) {
		if (host.n > 0 && str_eq_nocase(host, without_dot(o->hosts[i])))
			return true;
		/* "mx1" stands for mx1 in any of our domains. */
		if (str_find_char(o->hosts[i], '.', 0) == STR_NPOS && host.n > o->hosts[i].n &&
		    host.p[o->hosts[i].n] == '.' && str_starts_nocase(host, o->hosts[i]) &&
		    ours_is_domain(o, str_skip(host, o->hosts[i].n + 1)))
			return true;
	}
	return false;
}

bool
ours_is_host_head(const struct ours *o, struct str head)
{
	for (size_t i = 0; o && i < o->n_hosts; i++) {
		if (head.n >= HOST_HEAD_MIN && head.n < o->hosts[i].n &&
		    str_starts_nocase(o->hosts[i], head))
			return true;
	}
	return false;
}

static bool
in_network(struct str ip_text, struct str network)
{
	size_t slash = str_find_char(network, '/', 0);
	struct ip ip = ip_parse(ip_text);
	struct ip net = ip_parse(str_slice(network, 0, slash == STR_NPOS ? network.n : slash));
	uint64_t length = net.bits;

	if (slash != STR_NPOS && !str_to_u64(str_skip(network, slash + 1), &length))
		return false;
	return ip_share_bits(&ip, &net, length);
}

bool
ours_is_address(const struct ours *o, struct str ip)
{
	for (size_t i = 0; o && i < o->n_addresses; i++) {
		if (in_network(ip, o->addresses[i]))
			return true;
	}
	return false;
}

bool
ours_is_backend(const struct ours *o, struct str host_or_ip)
{
	for (size_t i = 0; o && i < o->n_backends; i++) {
		if (str_eq_nocase(without_dot(host_or_ip), without_dot(o->backends[i])) ||
		    in_network(host_or_ip, o->backends[i]))
			return true;
	}
	return false;
}

bool
ours_is_private(struct str ip)
{
	static const char *const networks[] = { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16",
						"fc00::/7" };

	for (size_t i = 0; i < sizeof(networks) / sizeof(networks[0]); i++) {
		if (in_network(ip, str_from(networks[i])))
			return true;
	}
	return false;
}

enum ours_side
ours_side_of(const struct ours *o, struct str host, struct str ip)
{
	if (ours_is_backend(o, host) || ours_is_backend(o, ip))
		return SIDE_BEHIND;
	if (ours_is_host(o, host) || ours_is_address(o, ip))
		return SIDE_GATEWAY;
	return ours_is_private(ip) || ours_is_private(host) || ours_is_domain(o, host) ? SIDE_BEHIND
										       : SIDE_OTHER;
}
