/* SPDX-License-Identifier: MIT */
/*
 * exim_host: the sending host as Exim writes it (FORMATS §1.6; Exim src/host.c host_and_ident).
 *   NAME (HELO) [IP]   NAME [IP]   (HELO) [IP]   [IP]   each with :port when it is logged
 * The name is verified and holds no blanks; HELO is whatever the client said. Pure.
 */
#include "importers/exim_line.h"

/* What an address is made of, counted in four bytes: all, dots, colons, letters. No branches. */
#define ONE    0x1u
#define DOT    0x101u
#define COLON  0x10001u
#define LETTER 0x1000001u
static const uint32_t address_bytes[256] = {
	['0'] = ONE,    ['1'] = ONE,    ['2'] = ONE,    ['3'] = ONE,    ['4'] = ONE,
	['5'] = ONE,    ['6'] = ONE,    ['7'] = ONE,    ['8'] = ONE,    ['9'] = ONE,
	['.'] = DOT,    [':'] = COLON,  ['a'] = LETTER, ['b'] = LETTER, ['c'] = LETTER,
	['d'] = LETTER, ['e'] = LETTER, ['f'] = LETTER, ['A'] = LETTER, ['B'] = LETTER,
	['C'] = LETTER, ['D'] = LETTER, ['E'] = LETTER, ['F'] = LETTER,
};
#define ADDRESS_MAX 64

/*
 * Length of the IPv4 or IPv6 address at the head of s, up to its ']'; 0 if it is none. An IPv6
 * address may name a zone (%eth0), which may be anything.
 */
static size_t
ip_at(struct str s)
{
	size_t n = s.n < ADDRESS_MAX ? s.n : ADDRESS_MAX, i = 0, end;
	uint32_t sum = 0;

	while (i < n && s.p[i] != ']' && s.p[i] != '%')
		sum += address_bytes[(unsigned char)s.p[i++]];
	if (i == n || (sum & 0xff) != i)
		return 0;
	if (s.p[i] == ']')
		return sum >> 16 == 0 ? (sum >> 8 == 3 ? i : 0) : ((sum >> 16 & 0xff) >= 2 ? i : 0);
	end = str_find_char(str_slice(s, 0, n), ']', i);
	return end != STR_NPOS && (sum >> 16 & 0xff) >= 2 ? end : 0;
}

bool
exim_address(struct str *s, struct str *ip, uint16_t *port)
{
	struct str rest = *s;
	uint32_t number = 0;
	size_t n;

	if (!take_char(&rest, '[') || (n = ip_at(rest)) == 0)
		return false;
	*ip = str_slice(rest, 0, n);
	/* A dual-stack socket's IPv4 client is the IPv4 client. */
	if (ip->p[0] == ':' && str_find_char(*ip, '.', 0) != STR_NPOS)
		take(ip, STR("::ffff:"));
	rest = str_skip(rest, n + 1);
	if (rest.n > 1 && rest.p[0] == ':' && char_is_digit(rest.p[1])) {
		size_t i = 1;

		for (; i < rest.n && i < 6 && char_is_digit(rest.p[i]); i++)
			number = number * 10 + (uint32_t)(rest.p[i] - '0');
		rest = str_skip(rest, i);
	}
	*port = number <= UINT16_MAX ? (uint16_t)number : 0;
	*s = rest;
	return true;
}

/* After an address: the next field, the end, ':' before a text, '*' for a reused connection. */
static bool
ends_host(struct str rest)
{
	return rest.n == 0 || rest.p[0] == ' ' || rest.p[0] == ':' || rest.p[0] == '*';
}

/* The next ") [IP]" at or after `from`: where HELO may end. Returns the offset of ')'. */
static size_t
find_close(struct str s, size_t from, struct str *rest, struct exim_host *out)
{
	for (size_t at = str_find_char(s, ')', from); at != STR_NPOS;
	     at = str_find_char(s, ')', at + 1)) {
		if (at + 2 >= s.n || s.p[at + 1] != ' ' || s.p[at + 2] != '[')
			continue;
		*rest = str_skip(s, at + 2);
		if (exim_address(rest, &out->ip, &out->port) && ends_host(*rest))
			return at;
	}
	return STR_NPOS;
}

static bool
quotes_even(struct str s)
{
	bool even = true;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			even = !even;
	}
	return even;
}

#define READINGS_MAX 16 /* of one HELO; nobody honest has two */

/* *s begins with "(HELO) [IP]". */
static bool
take_helo(struct str *s, bool (*is_rest)(struct str rest), struct exim_host *out)
{
	struct str all = str_skip(*s, 1), rest;
	struct exim_host next = *out;
	size_t at = find_close(all, 0, &rest, out), first;

	if (at == STR_NPOS)
		return false;
	out->helo = str_slice(all, 0, at);
	*s = rest;
	first = (size_t)(rest.p - all.p);
	at = is_rest ? find_close(all, first, &rest, &next) : STR_NPOS;
	for (int i = 0; at != STR_NPOS && i < READINGS_MAX;
	     i++, at = find_close(all, at + 1, &rest, &next)) {
		if (!is_rest(rest) || !quotes_even(str_slice(all, first, at)))
			continue;
		out->helo = str_slice(all, 0, at);
		out->ip = next.ip;
		out->port = next.port;
		*s = rest;
	}
	return true;
}

bool
exim_host(struct str *s, bool (*is_rest)(struct str rest), struct exim_host *out)
{
	struct str rest = *s, name;

	*out = (struct exim_host){ .port = 0 };
	if (rest.n == 0)
		return false;
	if (rest.p[0] != '[' && rest.p[0] != '(') {
		name = take_until(&rest, ' ');
		if (name.n == 0 || !take_char(&rest, ' '))
			return false;
		out->name = name;
		take(&rest, STR("DS ")); /* the remote's name, by DNSSEC */
	}
	if (rest.n > 0 && rest.p[0] == '(') {
		if (!take_helo(&rest, is_rest, out))
			return false;
	} else if (!exim_address(&rest, &out->ip, &out->port) || !ends_host(rest)) {
		return false;
	}
	*s = rest;
	return true;
}

void
exim_peer(struct fragment *f, const struct exim_host *h)
{
	f->peer_ip = h->ip;
	f->peer_port = h->port;
	f->peer_host = h->name;
	f->helo = h->helo;
}

void
exim_imply_helo(struct fragment *f)
{
	if (f->helo.n == 0)
		f->helo = f->peer_host;
}

bool
exim_last_host(struct str *s, struct str lead)
{
	struct str all = *s;

	for (int tries = 0; tries < READINGS_MAX; tries++) {
		size_t at = STR_NPOS;

		for (size_t i = all.n; i >= lead.n && at == STR_NPOS; i--) {
			if (all.p[i - 1] == '=' && str_ends(str_slice(all, 0, i), lead))
				at = i;
		}
		if (at == STR_NPOS)
			return false;

		struct str rest = str_skip(*s, at);
		struct exim_host h;

		if (exim_host(&rest, NULL, &h)) {
			*s = str_skip(*s, at);
			return true;
		}
		all.n = at - 1;
	}
	return false;
}

bool
exim_take_peer(struct str *s, bool (*is_rest)(struct str rest), struct fragment *f)
{
	struct exim_host h;

	if (!exim_host(s, is_rest, &h))
		return false;
	exim_peer(f, &h);
	return true;
}
