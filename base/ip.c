/* SPDX-License-Identifier: MIT */
#include "base/ip.h"

#include <arpa/inet.h>

struct ip
ip_parse(struct str text)
{
	struct ip ip = { .bits = 0 };
	char buffer[64];

	if (str_starts_nocase(text, STR("::ffff:")) && str_find_char(text, '.', 0) != STR_NPOS)
		text = str_skip(text, 7);
	if (text.n == 0 || text.n >= sizeof(buffer))
		return ip;
	memcpy(buffer, text.p, text.n);
	buffer[text.n] = '\0';
	if (inet_pton(AF_INET, buffer, ip.bytes) == 1)
		ip.bits = 32;
	else if (inet_pton(AF_INET6, buffer, ip.bytes) == 1)
		ip.bits = 128;
	return ip;
}

bool
ip_share_bits(const struct ip *a, const struct ip *b, uint64_t n)
{
	if (a->bits == 0 || a->bits != b->bits || n > a->bits)
		return false;
	for (uint64_t bit = 0; bit < n; bit++) {
		unsigned char mask = (unsigned char)(0x80u >> (bit % 8));
		if ((a->bytes[bit / 8] ^ b->bytes[bit / 8]) & mask)
			return false;
	}
	return true;
}
