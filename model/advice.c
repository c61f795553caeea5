/* SPDX-License-Identifier: MIT */
/* advice: see the header. Exim spec "Reducing or increasing what is logged"; postconf(5). */
#include "model/advice.h"

#include "base/civil.h"

#define S(text)                          \
	{                                \
		(text), sizeof(text) - 1 \
	}

static const struct advice advices[] = {
	{ S("exim"), FEATURE_CONNECTIONS, FEATURE_CLIENT, S("show when clients connected and left"),
	  S("log_selector = +smtp_connection") },
	{ S("exim"), FEATURE_PORT, FEATURE_CLIENT,
	  S("tell two connections of one client apart for sure"),
	  S("log_selector = +incoming_port") },
	{ S("exim"), FEATURE_PID, FEATURE_CLIENT,
	  S("join refusals before DATA with the message that followed them"),
	  S("log_selector = +pid") },
	{ S("exim"), FEATURE_FRACTIONS, FEATURE_CLIENT, S("order what happened within one second"),
	  S("log_selector = +millisec") },
	{ S("exim"), FEATURE_REPLY_NAMES_ID, FEATURE_REFUSED_AT_DATA,
	  S("be found by what a refused sender was told"),
	  S("message = … ($message_exim_id), in the ACL that denies") },
	{ S("postfix"), FEATURE_PORT, FEATURE_CLIENT,
	  S("tell two connections of one client apart for sure"),
	  S("smtpd_client_port_logging = yes") },
	{ S("postfix"), FEATURE_FRACTIONS, FEATURE_CLIENT,
	  S("order what happened within one second"),
	  S("rsyslog: module(load=\"builtin:omfile\" Template=\"RSYSLOG_FileFormat\")") },
	{ S("postfix"), FEATURE_REPLY_NAMES_ID, FEATURE_REFUSED_AT_DATA,
	  S("be found by what a refused sender was told"),
	  S("the milter's reply text with the queue ID in it (macro i)") },
};

static bool
names_id(const struct fragment *f)
{
	if (f->id.n > 0 && str_find(f->reply.text, f->id, 0) != STR_NPOS)
		return true;
	for (size_t i = 0; i < f->n_identifiers; i++)
		if (f->identifiers[i].role == ID_ROLE_REFERENCE)
			return true;
	return false;
}

unsigned
source_features(const struct fragment *f)
{
	unsigned seen = 0;

	if (f->kind == FRAGMENT_CONNECTED || f->kind == FRAGMENT_DISCONNECTED)
		seen |= FEATURE_CONNECTIONS;
	if (f->peer_ip.n > 0)
		seen |= FEATURE_CLIENT | (f->peer_port != 0 ? FEATURE_PORT : 0u) |
			(f->pid != 0 ? FEATURE_PID : 0u);
	if (f->time_us != TIME_NONE && f->time_us % US_PER_SECOND != 0)
		seen |= FEATURE_FRACTIONS;
	if (f->kind == FRAGMENT_REFUSED && f->stage == STAGE_DATA)
		seen |= FEATURE_REFUSED_AT_DATA | (names_id(f) ? FEATURE_REPLY_NAMES_ID : 0u);
	return seen;
}

const struct advice *
advice_next(const struct advice *previous, struct str format, unsigned features)
{
	const struct advice *end = advices + sizeof(advices) / sizeof(advices[0]);

	for (const struct advice *a = previous ? previous + 1 : advices; a < end; a++)
		if (str_eq(a->format, format) && (features & a->without) == 0 &&
		    (features & a->with) == a->with)
			return a;
	return NULL;
}
