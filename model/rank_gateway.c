/* SPDX-License-Identifier: MIT */
/*
 * rank_gateway: the paste names the host that refused. When that is another gateway of ours, a
 * session of this one is not what is meant, however much else agrees.
 */
#include "model/rank_judge.h"

#include "model/who.h"

#define ANOTHER_KNOWN  4 /* the logs of the other one are here */
#define ANOTHER_LIKELY 3 /* "mx4", where this is "mx1" */

static struct str
first_label(struct str host)
{
	size_t dot = str_find_char(host, '.', 0);

	return str_slice(host, 0, dot == STR_NPOS ? host.n : dot);
}

static struct str
without_number(struct str label)
{
	while (label.n > 0 && char_is_digit(label.p[label.n - 1]))
		label.n--;
	return label;
}

/* "mx4" and "mx1", but not "mx" and "mail". */
static bool
is_sibling(struct str a, struct str b)
{
	struct str x = without_number(a), y = without_number(b);

	return x.n > 0 && x.n < a.n && y.n < b.n && str_eq_nocase(x, y) && !str_eq_nocase(a, b);
}

static bool
is_known_gateway(const struct find_context *x, struct str host)
{
	for (size_t i = 0; i < x->n_coverage; i++)
		if (str_eq_nocase(x->coverage[i].gateway, host))
			return true;
	return false;
}

static bool
delivered_to(const struct session *s, struct str host)
{
	for (size_t i = 0; i < s->n_recipients; i++)
		if (str_eq_nocase(s->recipients[i].remote_host, host) ||
		    str_eq_nocase(s->recipients[i].remote_ip, host))
			return true;
	return false;
}

void
judge_gateway(struct judge *j, const struct find_context *x)
{
	struct str refuser = who_refuser(j->set), here = j->s->gateway_name;

	if (refuser.n == 0 || here.n == 0 || str_eq_nocase(refuser, here) ||
	    delivered_to(j->s, refuser))
		return;
	if (is_known_gateway(x, refuser))
		j->against += ANOTHER_KNOWN;
	else if (ours_is_domain(x->ours, refuser) &&
		 is_sibling(first_label(refuser), first_label(here)))
		j->against += ANOTHER_LIKELY;
}
