/* SPDX-License-Identifier: MIT */
/* story_plan: by what a session leads on to the others of its story. */
#include "model/story_plan.h"

#include "base/civil.h"
#include "base/hash.h"
#include "model/address.h"

#define MINUTE_US (60 * US_PER_SECOND)
#define HOUR_US   (60 * MINUTE_US)
#define DAY_US    (24 * HOUR_US)

#define HANDOVER_US   (10 * MINUTE_US)
#define QUEUE_US      (5 * DAY_US + 12 * HOUR_US)
#define RETRY_SOON_US (4 * HOUR_US)
#define WANT_ID       8
#define WANT_MESSAGE  24
#define WANT_ATTEMPTS 16
#define IDS_MAX       3 /* of one role */

static const struct term no_term = { .kind = TERM_KIND_COUNT };

static struct term
term(enum term_kind kind, struct str text)
{
	return (struct term){ kind, text };
}

static uint64_t
question_hash(const struct probe *p)
{
	uint64_t h = hash_mix((uint64_t)p->from_us, (uint64_t)p->to_us);

	for (size_t i = 0; i < p->n_terms; i++)
		h = hash_mix(h, hash_nocase(p->terms[i].text, p->terms[i].kind));
	return h;
}

struct trace_question *
trace_plan_ask(struct trace_plan *p, enum trace_purpose purpose, struct term one, struct term two,
	       int64_t from_us, int64_t to_us, size_t most)
{
	struct trace_question q = { .purpose = purpose,
				    .probe = { .from_us = from_us, .to_us = to_us, .most = most } };

	if (p->n == TRACE_QUESTIONS_MAX)
		return NULL;
	if (one.kind != TERM_KIND_COUNT)
		q.probe.terms[q.probe.n_terms++] = one;
	if (two.kind != TERM_KIND_COUNT)
		q.probe.terms[q.probe.n_terms++] = two;
	uint64_t hash = question_hash(&q.probe);
	for (size_t i = 0; i < p->n; i++)
		if (p->asked[i] == hash)
			return NULL;
	p->asked[p->n] = hash;
	p->v[p->n] = q;
	return &p->v[p->n++];
}

static void
follow(struct trace_plan *p, struct term one, struct term two, int64_t from_us, int64_t to_us,
       size_t most)
{
	trace_plan_ask(p, TRACE_FOLLOW, one, two, from_us, to_us, most);
}

static void
follow_identifiers(struct trace_plan *p, const struct session *s)
{
	size_t n[ID_ROLE_COUNT] = { 0 };

	for (size_t i = 0; i < s->n_identifiers; i++) {
		enum id_role role = s->identifiers[i].role;
		struct term id = term(TERM_IDENTIFIER, s->identifiers[i].text);

		if (id.text.n == 0 || n[role]++ == IDS_MAX)
			continue;
		if (role == ID_ROLE_OWN)
			follow(p, id, no_term, s->start_us - HANDOVER_US, s->end_us + QUEUE_US,
			       WANT_ID);
		else if (role == ID_ROLE_NEXT_HOP || role == ID_ROLE_NOTIFICATION)
			follow(p, id, no_term, s->start_us - HANDOVER_US, s->end_us + HANDOVER_US,
			       WANT_ID);
		else if (role == ID_ROLE_PARENT)
			follow(p, id, no_term, s->start_us - QUEUE_US, s->end_us + HANDOVER_US,
			       WANT_ID);
		else if (role == ID_ROLE_MESSAGE_ID)
			follow(p, id, no_term, s->start_us - QUEUE_US, s->start_us + QUEUE_US,
			       WANT_MESSAGE);
	}
}

static bool
was_taken(const struct session *s, const struct recipient *r)
{
	enum verdict v = r && !r->by_remote && r->verdict != VERDICT_NONE ? r->verdict : s->verdict;

	return v != VERDICT_DEFERRED && v != VERDICT_REJECTED && v != VERDICT_DROPPED;
}

/* An answer holds the newest: what comes soon is asked for by itself. */
static void
follow_attempts(struct trace_plan *p, const struct session *s, const struct recipient *r)
{
	struct term sender =
		s->sender.n > 0 ? term(TERM_SENDER, s->sender) : term(TERM_PEER_IP, s->peer_ip);
	struct term second = r ? term(TERM_RECIPIENT, r->original.n > 0 ? r->original : r->address)
			       : term(TERM_PEER_IP, s->peer_ip);
	int64_t t = s->start_us;

	if (sender.text.n == 0 || second.text.n == 0)
		return;
	follow(p, sender, second, t - DAY_US, t, WANT_ATTEMPTS);
	if (was_taken(s, r))
		return;
	follow(p, sender, second, t, t + RETRY_SOON_US, WANT_ATTEMPTS);
	follow(p, sender, second, t + RETRY_SOON_US, t + DAY_US, WANT_ATTEMPTS);
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
			follow(p, term(TERM_RECIPIENT, s->sender), no_term, s->start_us,
			       s->end_us + (wrapped ? QUEUE_US : HOUR_US), WANT_ID);
		return;
	}
	for (size_t i = 0; s->has_sender && i < s->n_recipients && i < 2; i++) {
		const struct recipient *r = &s->recipients[i];
		struct str to = r->original.n > 0 ? r->original : r->address;
		bool wrapped = address_unwrap(to, buffer).p == buffer;

		follow(p, term(TERM_SENDER, to), no_term,
		       s->start_us - (wrapped ? QUEUE_US : HOUR_US), s->start_us, WANT_ATTEMPTS);
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

		if (to.n > 0 && s->n_recipients > 2 && !address_matches(r->address, to) &&
		    !address_matches(r->original, to))
			continue;
		follow_attempts(p, s, r);
		followed++;
	}
	if (s->n_recipients == 0 && s->sender.n > 0 && session_own_id(s).n == 0)
		follow_attempts(p, s, NULL);
	if (s->n_recipients == 0 && session_own_id(s).n == 0 && s->connection.n > 0)
		follow(p, term(TERM_CONNECTION, s->connection), no_term, s->start_us - HANDOVER_US,
		       s->end_us + HANDOVER_US, WANT_ATTEMPTS);
	follow_returns(p, s);
}
