/* SPDX-License-Identifier: MIT */
/* story_plan: by what a session leads on to the others of its story. */
#include "model/story_plan.h"

#include "base/civil.h"
#include "base/hash.h"
#include "model/address.h"

#define HANDOVER_US   (10 * MINUTE_US)
#define QUEUE_US      (5 * DAY_US + 12 * HOUR_US)
#define RETRY_SOON_US (4 * HOUR_US)
#define MAILING_MIN   2 /* more recipients are a mailing */
#define WANT_ID       8
#define WANT_MESSAGE  24
#define WANT_ATTEMPTS 16
#define WANT_SENT     4 /* a list's mails are large, and a plain address tells little */
#define IDS_MAX       3 /* of one role */

static uint64_t
question_hash(const struct probe *p)
{
	uint64_t h = hash_mix((uint64_t)p->from_us, (uint64_t)p->to_us);

	for (size_t i = 0; i < p->n_terms; i++)
		h = hash_mix(h, hash_nocase(p->terms[i].text, p->terms[i].kind));
	return h;
}

struct trace_question *
trace_plan_ask(struct trace_plan *p, enum trace_purpose purpose, const struct term *terms, size_t n,
	       int64_t from_us, int64_t to_us, size_t most)
{
	struct trace_question q = { .purpose = purpose,
				    .probe = { .from_us = from_us, .to_us = to_us, .most = most } };

	if (p->n == TRACE_QUESTIONS_MAX)
		return NULL;
	for (size_t i = 0; i < n && i < PROBE_MAX_TERMS; i++)
		q.probe.terms[q.probe.n_terms++] = terms[i];
	uint64_t hash = question_hash(&q.probe);
	for (size_t i = 0; i < p->n; i++)
		if (p->asked[i] == hash)
			return NULL;
	p->asked[p->n] = hash;
	p->v[p->n] = q;
	return &p->v[p->n++];
}

static void
follow(struct trace_plan *p, enum term_kind kind, struct str text, int64_t from_us, int64_t to_us,
       size_t most)
{
	struct term term = { kind, text };

	trace_plan_ask(p, TRACE_FOLLOW, &term, 1, from_us, to_us, most);
}

static void
follow_identifiers(struct trace_plan *p, const struct session *s)
{
	size_t n[ID_ROLE_COUNT] = { 0 };

	for (size_t i = 0; i < s->n_identifiers; i++) {
		enum id_role role = s->identifiers[i].role;
		struct str id = s->identifiers[i].text;

		if (id.n == 0 || n[role]++ == IDS_MAX)
			continue;
		if (role == ID_ROLE_OWN)
			follow(p, TERM_IDENTIFIER, id, s->start_us - HANDOVER_US,
			       s->end_us + QUEUE_US, WANT_ID);
		else if (role == ID_ROLE_NEXT_HOP || role == ID_ROLE_NOTIFICATION)
			follow(p, TERM_IDENTIFIER, id, s->start_us - HANDOVER_US,
			       s->end_us + HANDOVER_US, WANT_ID);
		else if (role == ID_ROLE_PARENT)
			follow(p, TERM_IDENTIFIER, id, s->start_us - QUEUE_US,
			       s->end_us + HANDOVER_US, WANT_ID);
		else if (role == ID_ROLE_MESSAGE_ID)
			follow(p, TERM_IDENTIFIER, id, s->start_us - QUEUE_US,
			       s->start_us + QUEUE_US, WANT_MESSAGE);
	}
}

static bool
was_taken(const struct session *s, const struct recipient *r)
{
	enum verdict v = r && !r->by_remote && r->verdict != VERDICT_NONE ? r->verdict : s->verdict;

	return v != VERDICT_DEFERRED && v != VERDICT_REJECTED && v != VERDICT_DROPPED;
}

/* A list's mails to one reader are many and large: only those put off are asked for. */
static void
follow_put_off(struct trace_plan *p, struct term terms[3], int64_t t)
{
	static const char *const put_off[] = { "rcpt deferred", "data deferred" };

	for (size_t i = 0; i < sizeof(put_off) / sizeof(put_off[0]); i++) {
		terms[2] = (struct term){ TERM_VERDICT, str_from(put_off[i]) };
		trace_plan_ask(p, TRACE_FOLLOW, terms, 3, t - DAY_US, t, WANT_ATTEMPTS);
	}
}

/* An answer holds the newest: what comes soon is asked for by itself. */
static void
follow_attempts(struct trace_plan *p, const struct session *s, const struct recipient *r)
{
	struct term terms[3] = {
		{ s->sender.n > 0 ? TERM_SENDER : TERM_PEER_IP,
		  s->sender.n > 0 ? s->sender : s->peer_ip },
		{ r ? TERM_RECIPIENT : TERM_PEER_IP, !r                  ? s->peer_ip
						     : r->original.n > 0 ? r->original
									 : r->address },
	};
	int64_t t = s->start_us;

	if (terms[0].text.n == 0 || terms[1].text.n == 0)
		return;
	if (s->n_recipients > MAILING_MIN)
		follow_put_off(p, terms, t);
	else
		trace_plan_ask(p, TRACE_FOLLOW, terms, 2, t - DAY_US, t, WANT_ATTEMPTS);
	if (was_taken(s, r))
		return;
	trace_plan_ask(p, TRACE_FOLLOW, terms, 2, t, t + RETRY_SOON_US, WANT_ATTEMPTS);
	trace_plan_ask(p, TRACE_FOLLOW, terms, 2, t + RETRY_SOON_US, t + DAY_US, WANT_ATTEMPTS);
}

/* The bounce that came back, or the mail that this bounce is about. */
static void
follow_returns(struct trace_plan *p, const struct session *s)
{
	char buffer[ADDRESS_MAX];
	bool delivered = false;

	for (size_t i = 0; i < s->n_recipients && !delivered; i++)
		delivered =
			s->recipients[i].by_remote && s->recipients[i].verdict == VERDICT_ACCEPTED;
	if (s->sender.n > 0) {
		bool wrapped = address_unwrap(s->sender, buffer).p == buffer;
		if (wrapped || delivered)
			follow(p, TERM_RECIPIENT, s->sender, s->start_us,
			       s->end_us + (wrapped ? QUEUE_US : HOUR_US), WANT_ID);
		return;
	}
	for (size_t i = 0; s->has_sender && i < s->n_recipients && i < 2; i++) {
		const struct recipient *r = &s->recipients[i];
		struct str to = r->original.n > 0 ? r->original : r->address;
		bool wrapped = address_unwrap(to, buffer).p == buffer;

		follow(p, TERM_SENDER, to, s->start_us - (wrapped ? QUEUE_US : HOUR_US),
		       s->start_us, wrapped ? WANT_ATTEMPTS : WANT_SENT);
	}
}

void
trace_plan_follow(struct trace_plan *p, const struct session *s, struct str to)
{
	size_t followed = 0;

	if (s->start_us == TIME_NONE)
		return;
	follow_identifiers(p, s);
	for (size_t i = 0; i < s->n_recipients && followed < 2; i++) {
		const struct recipient *r = &s->recipients[i];

		/* What went to many is a mailing: of whom is told where somebody is asked for. */
		if (s->n_recipients > MAILING_MIN && !address_matches(r->address, to) &&
		    !address_matches(r->original, to))
			continue;
		follow_attempts(p, s, r);
		followed++;
	}
	if (s->n_recipients == 0 && s->sender.n > 0 && session_own_id(s).n == 0)
		follow_attempts(p, s, NULL);
	if (s->n_recipients == 0 && session_own_id(s).n == 0 && s->connection.n > 0)
		follow(p, TERM_CONNECTION, s->connection, s->start_us - HANDOVER_US,
		       s->end_us + HANDOVER_US, WANT_ATTEMPTS);
	follow_returns(p, s);
}
