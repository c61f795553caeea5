/* SPDX-License-Identifier: MIT */
/* who: the judgement. The sentences are in who_say.c. */
#include "model/who.h"

#define LIKELY 0.5

const char *
refuser_text(enum refuser r)
{
#define REFUSER_TEXT(id, text) text,
	static const char *const texts[] = { REFUSER_LIST(REFUSER_TEXT) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == REFUSER_COUNT, "one text per refuser");
	return (unsigned)r < REFUSER_COUNT ? texts[r] : "";
}

const char *
bounce_kind_text(enum bounce_kind k)
{
#define KIND_TEXT(id, text) text,
	static const char *const texts[] = { BOUNCE_KIND_LIST(KIND_TEXT) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == BOUNCE_KIND_COUNT, "one text per kind");
	return (unsigned)k < BOUNCE_KIND_COUNT ? texts[k] : "";
}

/* --- what the text alone says --- */

static bool
is_ours(const struct find_context *x, const struct clue *c)
{
	if (c->kind == CLUE_IP)
		return ours_is_address(x->ours, c->text);
	if (ours_is_host(x->ours, c->text) || ours_is_domain(x->ours, c->text))
		return true;
	for (size_t i = 0; i < x->n_coverage; i++) {
		if (str_eq_nocase(x->coverage[i].gateway, c->text))
			return true;
	}
	return false;
}

/* A name that may be the beginning of one of ours. */
static bool
may_be_cut(const struct find_context *x, const struct clue *c)
{
	if (c->kind != CLUE_HOST)
		return false;
	for (size_t i = 0; i < x->n_coverage; i++) {
		if (c->text.n >= 4 && str_starts_nocase(x->coverage[i].gateway, c->text))
			return true;
	}
	return ours_is_host_head(x->ours, c->text);
}

/* Nothing but dots and blanks behind it. */
static bool
ends_text(const struct clue_set *s, const struct clue *c)
{
	struct str rest = str_trim(str_skip(s->paste->original, c->end));

	while (rest.n > 0 && (rest.p[0] == '.' || (unsigned char)rest.p[0] >= 0x80))
		rest = str_skip(rest, 1);
	return rest.n == 0;
}

/*
 * The first host said to have refused; but where one host quotes another ("host a said: 550 host b
 * said: 550 …"), the innermost.
 */
struct str
who_refuser(const struct clue_set *c)
{
	const struct clue *host = NULL, *ip = NULL, *reply = NULL;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_REPLY && (!reply || c->v[i].start < reply->start))
			reply = &c->v[i];
	}
	for (size_t i = 0; i < c->n; i++) {
		const struct clue *v = &c->v[i];

		if (c->more[i].role != CLUE_ROLE_REFUSER || v->dropped)
			continue;
		const struct clue **best = v->kind == CLUE_HOST ? &host
					   : v->kind == CLUE_IP ? &ip
								: NULL;
		if (!best)
			continue;
		bool quoted = reply && v->start > reply->start && v->end < reply->end;
		if (!*best || quoted)
			*best = v;
	}
	return host ? host->text : ip ? ip->text : STR("");
}

static bool
knows_us(const struct find_context *x)
{
	const struct ours *o = x->ours;
	return x->n_coverage > 0 || (o && o->n_hosts + o->n_domains + o->n_addresses > 0);
}

/* What is known of the host that the text says refused. */
static enum refuser
refuser_by_name(const struct clue_set *c, const struct find_context *x)
{
	enum refuser found = REFUSER_UNKNOWN;
	bool cut = false;

	for (size_t i = 0; i < c->n; i++) {
		if (c->more[i].role != CLUE_ROLE_REFUSER || c->v[i].dropped ||
		    (c->v[i].kind != CLUE_HOST && c->v[i].kind != CLUE_IP))
			continue;
		if (ours_is_backend(x->ours, c->v[i].text))
			return REFUSER_OUR_BACKEND;
		if (is_ours(x, &c->v[i]))
			return REFUSER_US;
		if (may_be_cut(x, &c->v[i])) {
			if (ends_text(c, &c->v[i]))
				return REFUSER_US;
			cut = true;
			continue;
		}
		found = REFUSER_THIRD_PARTY;
	}
	/* Knowing nothing of ourselves, we cannot say of anybody that it is not us. */
	return knows_us(x) && !cut ? found : REFUSER_UNKNOWN;
}

static bool
address_is_ours(const struct find_context *x, struct str address)
{
	size_t at = str_rfind_char(address, '@');
	return at != STR_NPOS && ours_is_domain(x->ours, str_skip(address, at + 1));
}

static bool
has_our_address(const struct clue_set *c, const struct find_context *x, enum clue_kind kind)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == kind && !c->v[i].dropped && address_is_ours(x, c->v[i].text))
			return true;
	}
	return false;
}

/* --- what a session says --- */

static bool
we_refused(const struct session *s)
{
	if (s->verdict == VERDICT_REJECTED || s->verdict == VERDICT_DEFERRED ||
	    s->verdict == VERDICT_DROPPED)
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];
		if (!r->by_remote && r->stage != STAGE_DELIVERY &&
		    (r->verdict == VERDICT_REJECTED || r->verdict == VERDICT_DEFERRED))
			return true;
	}
	return false;
}

static const struct recipient *
failed_delivery(const struct session *s)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];
		if ((r->by_remote || r->stage == STAGE_DELIVERY) &&
		    (r->verdict == VERDICT_REJECTED || r->verdict == VERDICT_DEFERRED))
			return r;
	}
	return NULL;
}

static enum refuser
refuser_by_session(const struct find_context *x, const struct session *s)
{
	if (we_refused(s))
		return REFUSER_US;
	const struct recipient *r = failed_delivery(s);
	if (!r)
		return REFUSER_UNKNOWN;
	if (r->remote_host.n == 0 && r->remote_ip.n == 0)
		return REFUSER_SENDER_SIDE; /* we could not deliver, and nobody else spoke */
	if (ours_is_backend(x->ours, r->remote_host) || ours_is_backend(x->ours, r->remote_ip))
		return REFUSER_OUR_BACKEND;
	return REFUSER_REMOTE;
}

static enum refuser
judge_refuser(const struct clue_set *c, const struct find_context *x, const struct find_result *r)
{
	enum refuser named = refuser_by_name(c, x);

	/* Candidates that tie are mostly attempts of one story: what they agree on counts. */
	double by[REFUSER_COUNT] = { 0 };
	double shown = 1 - r->none_probability - r->more_probability;
	for (size_t i = 0; i < r->n_candidates; i++)
		by[refuser_by_session(x, r->candidates[i].session)] +=
			r->candidates[i].probability * (1 + r->more_probability / shown);
	for (int k = REFUSER_UNKNOWN + 1; k < REFUSER_COUNT; k++) {
		if (by[k] >= LIKELY)
			return (enum refuser)k;
	}
	if (named == REFUSER_US || named == REFUSER_OUR_BACKEND)
		return named;
	if (named == REFUSER_THIRD_PARTY)
		return has_our_address(c, x, CLUE_SENDER) ||
				       ours_is_host(x->ours, c->facts.reported_by)
			       ? REFUSER_REMOTE
			       : REFUSER_THIRD_PARTY;
	if (c->facts.own_error && c->facts.reported_by.n > 0)
		return REFUSER_SENDER_SIDE;
	return REFUSER_UNKNOWN;
}

/* --- kind --- */

/* A bounce of a mail that one of our domains is said to have sent, and that we never saw. */
static bool
is_backscatter(const struct clue_set *c, const struct find_context *x, const struct find_result *r)
{
	int64_t t = TIME_NONE;

	if (r->n_candidates > 0 || !c->facts.is_report || !has_our_address(c, x, CLUE_SENDER) ||
	    has_our_address(c, x, CLUE_RECIPIENT))
		return false;
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_TIME && !c->v[i].dropped)
			t = c->v[i].time_us;
	}
	for (size_t i = 0; i < x->n_coverage && t != TIME_NONE; i++) {
		if (t >= x->coverage[i].from_us && t <= x->coverage[i].to_us)
			return true;
	}
	return false;
}

static enum bounce_kind
judge_kind(const struct clue_set *c, const struct find_context *x, const struct find_result *r)
{
	if (c->facts.delay)
		return BOUNCE_DELAY;
	if (c->facts.callout)
		return BOUNCE_CALLOUT;
	if (is_backscatter(c, x, r))
		return BOUNCE_BACKSCATTER;
	if (r->n_candidates > 0 && r->none_probability < LIKELY) {
		const struct session *s = r->candidates[0].session;
		if (s->direction == DIRECTION_CALLOUT)
			return BOUNCE_CALLOUT;
		/* All of it was delivered, and yet a bounce came. */
		bool delivered = s->verdict == VERDICT_ACCEPTED && s->n_recipients > 0;
		for (size_t i = 0; i < s->n_recipients; i++)
			delivered &= s->recipients[i].verdict == VERDICT_ACCEPTED;
		if (delivered && c->facts.is_report)
			return BOUNCE_LATE;
	}
	return BOUNCE_FAILURE;
}

void
who_is_it(const struct clue_set *c, const struct find_context *x, struct arena *a,
	  struct find_result *r)
{
	(void)a;
	r->reported_by = c->facts.reported_by;
	r->refused_by = judge_refuser(c, x, r);
	r->kind = judge_kind(c, x, r);
	if (r->kind == BOUNCE_BACKSCATTER && r->refused_by == REFUSER_UNKNOWN)
		r->refused_by = REFUSER_THIRD_PARTY;
}
