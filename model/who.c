/* SPDX-License-Identifier: MIT */
/* who: the judgement. The sentences are in who_say.c. */
#include "model/who_judge.h"

#include "model/foreign_clue.h"

#define STRANGER_PROVEN  3
#define STRANGER_NAMED   2.5
#define STRANGER_UNKNOWN 1.5

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

struct str
who_refused_client(const struct clue_set *c, const struct find_context *x)
{
	const struct clue *reply = NULL;

	for (size_t i = 0; i < c->n && !reply; i++)
		reply = c->v[i].kind == CLUE_REPLY ? &c->v[i] : NULL;
	/* Outside the reply a header line tells of the way, not of the refusal. */
	for (size_t i = 0; reply && i < c->n; i++) {
		const struct clue *v = &c->v[i];

		if (v->kind == CLUE_IP && c->more[i].role == CLUE_ROLE_PEER && !v->dropped &&
		    v->start >= reply->start && v->end <= reply->end &&
		    ours_is_address(x->ours, v->text))
			return v->text;
	}
	return STR("");
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
		/* Knowing none of our addresses, we cannot tell a stranger's. */
		if (c->v[i].kind == CLUE_HOST || (x->ours && x->ours->n_addresses > 0))
			found = REFUSER_THIRD_PARTY;
	}
	/* Knowing nothing of ourselves, we cannot say of anybody that it is not us. */
	return knows_us(x) && !cut ? found : REFUSER_UNKNOWN;
}

double
who_stranger(const struct clue_set *c, const struct find_context *x)
{
	enum refuser named = refuser_by_name(c, x);

	if (named == REFUSER_US || named == REFUSER_OUR_BACKEND)
		return 0;
	if (foreign_of_clues(c, who_refuser(c)).proves)
		return STRANGER_PROVEN;
	if (named != REFUSER_THIRD_PARTY)
		return 0;
	/* Without our names a gateway may have another name in public. */
	return x->ours && x->ours->n_hosts + x->ours->n_addresses > 0 ? STRANGER_NAMED
								      : STRANGER_UNKNOWN;
}

bool
who_address_is_ours(const struct find_context *x, struct str address)
{
	size_t at = str_rfind_char(address, '@');
	return at != STR_NPOS && ours_is_domain(x->ours, str_skip(address, at + 1));
}

static bool
has_our_address(const struct clue_set *c, const struct find_context *x, enum clue_kind kind)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == kind && !c->v[i].dropped &&
		    who_address_is_ours(x, c->v[i].text))
			return true;
	}
	return false;
}

/* "mail.corp.example" -> "corp.example", "a.b.ac.uk" -> "b.ac.uk": whose name it is, roughly. */
static struct str
organisation(struct str host)
{
	size_t dots = 0, want = 2, last = str_rfind_char(host, '.');

	if (last == STR_NPOS || clue_ip_end(host, 0) == host.n)
		return (struct str){ "", 0 };
	size_t second = str_rfind_char(str_slice(host, 0, last), '.');
	if (second != STR_NPOS && host.n - last <= 3 && last - second <= 4)
		want = 3;
	for (size_t i = host.n; i > 0; i--) {
		if (host.p[i - 1] == '.' && ++dots == want)
			return str_skip(host, i);
	}
	return host;
}

static bool
same_organisation(struct str a, struct str b)
{
	struct str x = organisation(a);
	return x.n > 0 && str_eq_nocase(x, organisation(b));
}

static bool
is_domain_of(const struct clue_set *c, enum clue_kind kind, struct str host)
{
	for (size_t i = 0; i < c->n; i++) {
		size_t at = str_rfind_char(c->v[i].text, '@');
		if (c->v[i].kind == kind && !c->v[i].dropped && at != STR_NPOS &&
		    same_organisation(str_skip(c->v[i].text, at + 1), host))
			return true;
	}
	return false;
}

/* What refused is the sender's own filter or relay, not the recipient's. */
static bool
refuser_is_senders(const struct clue_set *c)
{
	struct str refuser = who_refuser(c);

	return refuser.n > 0 && !is_domain_of(c, CLUE_RECIPIENT, refuser) &&
	       (is_domain_of(c, CLUE_SENDER, refuser) ||
		same_organisation(refuser, c->facts.reported_by));
}

static bool
in_returned(const struct clue_set *c, const struct clue *v)
{
	const struct paste *p = c->paste;
	size_t i = p->n_regions;

	while (i > 0 && p->regions[i - 1].start > v->start)
		i--;
	return i > 0 && p->regions[i - 1].zone == ZONE_RETURNED;
}

/* The mail that came back shows the hosts it passed, and none of them is ours. */
static bool
passed_us_by(const struct clue_set *c, const struct find_context *x)
{
	if (!c->facts.has_path)
		return false;
	for (size_t i = 0; i < c->n; i++) {
		if ((c->v[i].kind == CLUE_HOST || c->v[i].kind == CLUE_IP) &&
		    in_returned(c, &c->v[i]) && is_ours(x, &c->v[i]))
			return false;
	}
	return true;
}

/* Not a fragment that begins with a header line: it carries a Message-ID of its own. */
static bool
is_whole_mail(const struct clue_set *c)
{
	for (size_t i = 0; c->paste->is_mail && i < c->n; i++) {
		if (c->v[i].kind == CLUE_MESSAGE_ID && c->more[i].role == CLUE_ROLE_BOUNCE)
			return true;
	}
	return false;
}

/* Something in it failed, was refused or is late, in so many words. */
static bool
tells_of_refusal(const struct clue_set *c)
{
	const struct clue_facts *f = &c->facts;

	if (f->code >= 400 || f->own_error || f->delay || f->callout || f->frozen || f->failure ||
	    f->success || f->stage != STAGE_NONE || f->reported_rank >= 2)
		return true;
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_REPLY)
			return true;
	}
	return false;
}

bool
who_is_bounce(const struct clue_set *c)
{
	const struct clue_facts *f = &c->facts;

	if (tells_of_refusal(c))
		return true;
	/* Somebody asks, or shows a line of a log. */
	return !is_whole_mail(c) && (f->is_question || (!f->auto_reply && !f->challenge));
}

bool
who_is_success(const struct clue_set *c)
{
	return c->facts.success && !c->facts.some_failed && !c->facts.delay && c->facts.code < 400;
}

bool
who_never_reached_us(const struct clue_set *c, const struct find_context *x)
{
	const struct clue_facts *f = &c->facts;

	return f->own_error && f->code == 0 && f->reported_by.n > 0 &&
	       !ours_is_host(x->ours, f->reported_by) && !ours_is_domain(x->ours, f->reported_by) &&
	       has_our_address(c, x, CLUE_RECIPIENT);
}

bool
who_is_callout_to_us(const struct clue_set *c, const struct find_context *x)
{
	struct str called = c->facts.called;

	return c->facts.callout && called.n > 0 &&
	       (ours_is_address(x->ours, called) || ours_is_host(x->ours, called));
}

/* A host that is not ours refused: a mail of ours, or one that never was. */
static enum refuser
refuser_not_ours(const struct clue_set *c, const struct find_context *x)
{
	if (ours_is_host(x->ours, c->facts.reported_by))
		return REFUSER_REMOTE;
	if (!has_our_address(c, x, CLUE_SENDER))
		return refuser_is_senders(c) ? REFUSER_SENDER_SIDE : REFUSER_THIRD_PARTY;
	return passed_us_by(c, x) ? REFUSER_THIRD_PARTY : REFUSER_REMOTE;
}

static enum refuser
judge_refuser(const struct clue_set *c, const struct find_context *x, const struct find_result *r)
{
	enum refuser named = refuser_by_name(c, x);

	if (!who_is_bounce(c) || who_is_success(c))
		return REFUSER_UNKNOWN;
	if (who_is_callout_to_us(c, x))
		return REFUSER_US;
	if (who_never_reached_us(c, x))
		return REFUSER_SENDER_SIDE;
	enum refuser found = who_by_candidates(c, x, r);
	if (found != REFUSER_UNKNOWN)
		return found;
	if (named == REFUSER_US || named == REFUSER_OUR_BACKEND)
		return named;
	if (who_likely(r) && who_delivered(&r->candidates[0]) && c->facts.is_report)
		return who_of_delivered(x, r->candidates[0].session);
	if (named == REFUSER_THIRD_PARTY || r->foreign.proves)
		return refuser_not_ours(c, x);
	if (c->facts.own_error && c->facts.reported_by.n > 0)
		return REFUSER_SENDER_SIDE;
	return who_refused_client(c, x).n > 0 ? REFUSER_REMOTE : REFUSER_UNKNOWN;
}

/* --- kind --- */

static bool
is_covered(const struct find_context *x, int64_t t)
{
	for (size_t i = 0; i < x->n_coverage && t != TIME_NONE; i++) {
		if (t >= x->coverage[i].from_us && t <= x->coverage[i].to_us)
			return true;
	}
	return false;
}

static int64_t
surest_time(const struct clue_set *c)
{
	const struct clue *best = NULL;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_TIME && !c->v[i].dropped &&
		    (!best || c->v[i].doubt < best->doubt))
			best = &c->v[i];
	}
	return best ? best->time_us : TIME_NONE;
}

/* A bounce of a mail that one of our domains is said to have sent, and that we never saw. */
static bool
is_backscatter(const struct clue_set *c, const struct find_context *x, const struct find_result *r)
{
	return !who_likely(r) && c->facts.is_report && r->refused_by != REFUSER_US &&
	       r->refused_by != REFUSER_OUR_BACKEND && has_our_address(c, x, CLUE_SENDER) &&
	       !has_our_address(c, x, CLUE_RECIPIENT) &&
	       !ours_is_host(x->ours, c->facts.reported_by) && is_covered(x, surest_time(c));
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
	const struct session *s = who_likely(r);
	if (s) {
		if (s->direction == DIRECTION_CALLOUT)
			return BOUNCE_CALLOUT;
		/* All of it was delivered, and yet a bounce came. */
		if (who_delivered(&r->candidates[0]) && c->facts.is_report && who_is_bounce(c) &&
		    !who_is_success(c) && !ours_is_host(x->ours, c->facts.reported_by))
			return BOUNCE_LATE;
	}
	return BOUNCE_FAILURE;
}

void
who_is_it(const struct clue_set *c, const struct find_context *x, struct find_result *r)
{
	r->reported_by = c->facts.reported_by;
	r->foreign = foreign_of_clues(c, who_refuser(c));
	r->refused_by = judge_refuser(c, x, r);
	r->kind = judge_kind(c, x, r);
	if (r->kind == BOUNCE_BACKSCATTER)
		r->refused_by = REFUSER_THIRD_PARTY;
}
