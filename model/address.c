/* SPDX-License-Identifier: MIT */
/* address: SRS as libsrs2 writes it, BATV as draft-levine-smtp-batv and Barracuda do. */
#include "model/address.h"

#define WRAPS_MAX 3 /* a forwarder's around a forwarder's around a tag */

/* Without the next "field=" of rest; false if there is none. */
static bool
skip_field(struct str *rest)
{
	size_t equals = str_find_char(*rest, '=', 0);

	if (equals == STR_NPOS)
		return false;
	*rest = str_skip(*rest, equals + 1);
	return true;
}

static bool
srs_inner(struct str local, struct str *inner_local, struct str *inner_domain)
{
	if (local.n < 8 || !str_starts_nocase(local, STR("SRS")) ||
	    (local.p[3] != '0' && local.p[3] != '1') || !strchr("=+-", local.p[4]))
		return false;
	struct str rest = str_skip(local, 5);
	size_t twice = str_find(rest, STR("=="), 0);
	if (local.p[3] == '1' && twice != STR_NPOS)
		rest = str_skip(rest, twice + 2);
	if (!skip_field(&rest) || !skip_field(&rest))
		return false;
	size_t equals = str_find_char(rest, '=', 0);
	if (equals == STR_NPOS || equals == 0 || equals + 1 == rest.n)
		return false;
	*inner_domain = str_slice(rest, 0, equals);
	*inner_local = str_skip(rest, equals + 1);
	return true;
}

static bool
batv_inner(struct str local, struct str *inner_local)
{
	if (str_starts_nocase(local, STR("btv1=="))) {
		size_t twice = str_find(local, STR("=="), 6);

		*inner_local = twice == STR_NPOS ? local : str_skip(local, twice + 2);
		return twice != STR_NPOS && inner_local->n > 0;
	}
	if (!str_starts_nocase(local, STR("prvs=")))
		return false;
	*inner_local = str_skip(local, 5);
	return skip_field(inner_local) && inner_local->n > 0;
}

static struct str
put_address(struct str local, struct str domain, char buffer[ADDRESS_MAX])
{
	/* The parts may lie in the buffer: the domain is moved before the local part covers it. */
	char copy[ADDRESS_MAX];

	memcpy(copy, domain.p, domain.n);
	memmove(buffer, local.p, local.n);
	buffer[local.n] = '@';
	memcpy(buffer + local.n + 1, copy, domain.n);
	return (struct str){ buffer, local.n + 1 + domain.n };
}

struct str
address_unwrap(struct str a, char buffer[ADDRESS_MAX])
{
	for (int i = 0; i < WRAPS_MAX; i++) {
		size_t at = str_rfind_char(a, '@');
		struct str local = str_slice(a, 0, at), domain = address_domain(a);

		if (at == STR_NPOS || a.n > ADDRESS_MAX ||
		    (!srs_inner(str_slice(a, 0, at), &local, &domain) &&
		     !batv_inner(str_slice(a, 0, at), &local)))
			break;
		a = put_address(local, domain, buffer);
	}
	return a;
}

struct str
address_domain(struct str a)
{
	size_t at = str_rfind_char(a, '@');

	return at == STR_NPOS ? (struct str){ "", 0 } : str_skip(a, at + 1);
}

bool
address_matches(struct str a, struct str pattern)
{
	if (address_is_domain(pattern))
		return str_eq_nocase(address_domain(a), str_skip(pattern, 1));
	return str_eq_nocase(a, pattern);
}
