/* SPDX-License-Identifier: MIT */
/* ip: addresses as numbers. */
#ifndef BASE_IP_H
#define BASE_IP_H

#include "base/str.h"

struct ip {
	unsigned char bytes[16];
	unsigned bits; /* 32 or 128; 0: none */
};

/* "192.0.2.1", "2001:db8::1"; "::ffff:192.0.2.1" is the IPv4 address. */
struct ip ip_parse(struct str text);
/* Do both begin with the same n bits? False for two kinds, or more bits than there are. */
bool ip_share_bits(const struct ip *a, const struct ip *b, uint64_t n);

#endif
