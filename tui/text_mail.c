/* SPDX-License-Identifier: MIT */
/* text_mail: a session's facts in the operator's words. */
#include "tui/text.h"

/* "DATA"; "connect" and "delivery" stay small as people write them. */
static const char *
stage_word(enum stage s)
{
	switch (s) {
	case STAGE_HELO:
		return "HELO";
	case STAGE_MAIL:
		return "MAIL";
	case STAGE_RCPT:
		return "RCPT";
	case STAGE_DATA:
		return "DATA";
	default:
		return stage_text(s);
	}
}

struct str
text_peer(const struct session *s)
{
	if (s->peer_host.n > 0)
		return s->peer_host;
	if (s->peer_ip.n > 0)
		return s->peer_ip;
	if (s->user.n > 0)
		return s->user;
	return s->protocol.n > 0 ? s->protocol : STR("–");
}

struct str
text_sender(const struct session *s)
{
	if (s->sender.n > 0)
		return s->sender;
	return s->has_sender ? STR("<>") : STR("–");
}

struct str
text_recipients(const struct session *s, struct arena *a)
{
	if (s->n_recipients == 0)
		return STR("–");
	if (s->recipients_total == 1)
		return s->recipients_incomplete
			       ? arena_printf(a, "%.*s +?", STR_ARG(s->recipients[0].address))
			       : s->recipients[0].address;
	return arena_printf(a, "%zu%s recipients", s->recipients_total,
			    s->recipients_incomplete ? "+" : "");
}

/* What became of an accepted message, as far as the log tells; NONE: nothing yet. */
static enum verdict
delivery(const struct session *s)
{
	bool all = s->n_recipients > 0;
	bool deferred = false;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];
		if (r->by_remote && r->verdict == VERDICT_REJECTED)
			return VERDICT_REJECTED;
		deferred = deferred || (r->by_remote && r->verdict == VERDICT_DEFERRED);
		all = all && r->by_remote && r->verdict == VERDICT_ACCEPTED;
	}
	return deferred ? VERDICT_DEFERRED : all ? VERDICT_ACCEPTED : VERDICT_NONE;
}

static const char *
accepted_word(const struct session *s)
{
	switch (delivery(s)) {
	case VERDICT_REJECTED:
		return "bounced";
	case VERDICT_DEFERRED:
		return "queued";
	case VERDICT_ACCEPTED:
		return "delivered";
	default:
		return "accepted";
	}
}

struct str
text_outcome(const struct session *s, struct arena *a)
{
	switch (s->verdict) {
	case VERDICT_NONE:
		return STR("–");
	case VERDICT_ACCEPTED:
		return str_from(accepted_word(s));
	case VERDICT_REJECTED:
	case VERDICT_DEFERRED:
		if (s->reply.code > 0)
			return arena_printf(a, "%s %u", stage_word(s->stage), s->reply.code);
		return arena_printf(a, "%s %s", stage_word(s->stage),
				    s->verdict == VERDICT_REJECTED ? "refused" : "deferred");
	default:
		return str_from(verdict_text(s->verdict));
	}
}

enum role
text_outcome_role(const struct session *s)
{
	if (s->verdict == VERDICT_ACCEPTED)
		return delivery(s) == VERDICT_REJECTED ? ROLE_CAUTION : ROLE_MUTED;
	return s->verdict == VERDICT_REJECTED ? ROLE_CAUTION : ROLE_TEXT;
}

/* What we told the peer, and what became of the message then. */
static struct str
accepted_verdict(const struct session *s, struct arena *a)
{
	struct str told = STR("Accepted");
	if (s->stage != STAGE_NONE)
		told = arena_printf(a, "Accepted at %s", stage_word(s->stage));
	if (s->stage != STAGE_NONE && s->reply.code > 0)
		told = arena_printf(a, "%.*s %u", STR_ARG(told), s->reply.code);
	switch (delivery(s)) {
	case VERDICT_REJECTED:
		return arena_printf(a, "%.*s, bounced", STR_ARG(told));
	case VERDICT_DEFERRED:
		return arena_printf(a, "%.*s, queued", STR_ARG(told));
	case VERDICT_ACCEPTED:
		return arena_printf(a, "%.*s, delivered", STR_ARG(told));
	default:
		return told;
	}
}

struct str
text_verdict(const struct session *s, struct arena *a)
{
	if (s->verdict == VERDICT_ACCEPTED)
		return accepted_verdict(s, a);
	if (s->verdict == VERDICT_NONE)
		return STR("Outcome not logged");
	const char *word = verdict_text(s->verdict);
	struct str text = arena_printf(a, "%c%s", word[0] - ('a' - 'A'), word + 1);
	if (s->stage == STAGE_NONE)
		return text;
	return arena_printf(a, "%.*s at %s", STR_ARG(text), stage_word(s->stage));
}

struct str
text_direction(enum direction d)
{
	switch (d) {
	case DIRECTION_UNKNOWN:
		return STR("");
	case DIRECTION_IN:
		return STR("incoming");
	case DIRECTION_OUT:
		return STR("outgoing");
	default:
		return str_from(direction_text(d));
	}
}

struct str
text_score_number(enum engine engine, double value, struct arena *a)
{
	if (engine == ENGINE_PMX)
		return arena_printf(a, "%.0f %%", value);
	return arena_printf(a, "%.1f", value);
}

struct str
text_score(const struct score *s, struct arena *a)
{
	return s->has_value ? text_score_number(s->engine, s->value, a) : STR("");
}
