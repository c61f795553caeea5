/* SPDX-License-Identifier: MIT */
/* address: the address that hides in another, and the parts of one. */
#ifndef MODEL_ADDRESS_H
#define MODEL_ADDRESS_H

#include "base/str.h"

#define ADDRESS_MAX 320 /* RFC 5321 §4.5.3.1: 64 + 1 + 255 */

/*
 * Whom the first hop saw: the address inside SRS0=hash=tt=domain=local@forwarder, SRS1=…==…,
 * prvs=tag=local@domain and btv1==tag==local@domain, also one within another. In buffer, or `a`
 * itself where nothing is wrapped.
 */
struct str address_unwrap(struct str a, char buffer[ADDRESS_MAX]);
/* Behind the last '@'; empty without one. */
struct str address_domain(struct str a);
/* "@example.org": all addresses of a domain. */
static inline bool
address_is_domain(struct str a)
{
	return a.n > 1 && a.p[0] == '@';
}
/* Is it `pattern`, or of the domain that pattern stands for? Case does not count. */
bool address_matches(struct str a, struct str pattern);

#endif
