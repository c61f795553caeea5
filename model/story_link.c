/* SPDX-License-Identifier: MIT */
/*
 * story_link: when two sessions that share something are one story, and when they only look so.
 * Retry schedules: Exim gives up after 4 days and its longest pause is 16 hours, Postfix after 5
 * days with pauses of at most 4000 s by default, Exchange Online after 1 day.
 */
#include "model/story_link.h"

#include "base/civil.h"
#include "model/address.h"
#include "model/pool.h"

#define RETRY_GAP_MAX_US   DAY_US
#define RETRY_MAX_US       (5 * DAY_US + 12 * HOUR_US)
#define REFUSED_GAP_MAX_US (30 * MINUTE_US) /* a refused mail is not tried again, but elsewhere */
#define HANDOVER_US        (10 * MINUTE_US) /* clocks of two gateways, slow filters */
#define QUEUE_MAX_US       (15 * DAY_US)    /* from a message to its bounce */
#define SHORT_ID_MAX       13               /* Postfix's short IDs come back */
#define SHORT_ID_LIFE_US   (6 * DAY_US)
#define CONNECTION_US      (10 * MINUTE_US)
#define SAME_MOMENT_US     (2 * US_PER_SECOND)
#define RETURN_SOON_US     HOUR_US
#define LOOK_BACK          24 /* entries of one key that one is compared with */
#define THREADS_MAX        8  /* mails of one pair that are on their way at once */
#define SIZE_SLACK_BYTES   8192
#define SIZE_SAME_BYTES    256 /* what a name more or less in Received lines makes */
#define RECIPIENTS_MAX     1024

static bool
is_bounce(const struct session *s)
{
	return s->has_sender && s->sender.n == 0;
}

static bool
names(const struct session *s, struct str address)
{
	for (size_t i = 0; i < s->n_recipients && i < RECIPIENTS_MAX; i++)
		if (str_eq_nocase(s->recipients[i].address, address) ||
		    str_eq_nocase(s->recipients[i].original, address))
			return address.n > 0;
	return false;
}

static bool
share_recipient(const struct session *a, const struct session *b)
{
	const struct session *few = a->n_recipients < b->n_recipients ? a : b;
	const struct session *many = few == a ? b : a;

	for (size_t i = 0; i < few->n_recipients && i < 32; i++)
		if (names(many, few->recipients[i].address) ||
		    names(many, few->recipients[i].original))
			return true;
	return false;
}

static bool
share_sender(const struct session *a, const struct session *b)
{
	char x[ADDRESS_MAX], y[ADDRESS_MAX];

	return a->has_sender && b->has_sender &&
	       str_eq_nocase(address_unwrap(a->sender, x), address_unwrap(b->sender, y));
}

/* --- identifiers ---------------------------------------------------------------------------- */

/* `owner` has the identifier as its own, `other` names it in another role. */
static void
link_id(struct story_joiner *j, uint32_t owner, uint32_t other, enum id_role role, struct str id)
{
	const struct session *o = j->sessions[owner], *s = j->sessions[other];
	int64_t life = id.n <= SHORT_ID_MAX ? SHORT_ID_LIFE_US : QUEUE_MAX_US;

	switch (role) {
	case ID_ROLE_NEXT_HOP: /* s was delivered to us again, as o */
		if (o->start_us < s->start_us - HANDOVER_US ||
		    o->start_us > s->end_us + HANDOVER_US ||
		    (id.n <= SHORT_ID_MAX && !share_recipient(s, o) && !share_sender(s, o)))
			return;
		story_join(j, other, owner, STORY_LINK_PASSED_ON);
		break;
	case ID_ROLE_PARENT: /* s came of o */
		if (o->gateway != s->gateway || s->start_us < o->start_us - MINUTE_US ||
		    s->start_us > o->start_us + life)
			return;
		story_join(j, owner, other,
			   is_bounce(s) ? STORY_LINK_BOUNCE : STORY_LINK_PASSED_ON);
		break;
	case ID_ROLE_NOTIFICATION: /* o tells what became of s */
		if (o->gateway != s->gateway || o->start_us < s->start_us - MINUTE_US ||
		    o->start_us > s->end_us + HANDOVER_US)
			return;
		story_join(j, other, owner, STORY_LINK_BOUNCE);
		break;
	default:
		break;
	}
}

static void
link_ids(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i > LOOK_BACK ? i - LOOK_BACK : 0; k < i; k++) {
			if (e[k].at == e[i].at)
				continue;
			if (e[k].role == ID_ROLE_OWN)
				link_id(j, e[k].at, e[i].at, e[i].role, e[i].text);
			else if (e[i].role == ID_ROLE_OWN)
				link_id(j, e[i].at, e[k].at, e[k].role, e[i].text);
		}
}

/* --- Message-IDs ---------------------------------------------------------------------------- */

static bool
from_ourselves(const struct session *s)
{
	return s->peer_ip.n == 0 || str_starts(s->peer_ip, STR("127.")) ||
	       str_eq(s->peer_ip, STR("::1"));
}

/* alice@d forwards as alice@d; list@d mails out as list-bounces+…@d or owner-list@d. */
static bool
is_sent_for(const struct session *later, const struct session *earlier)
{
	char buffer[ADDRESS_MAX];
	struct str sender = address_unwrap(later->sender, buffer);
	struct str domain = address_domain(sender);
	struct str local = str_slice(sender, 0, sender.n - domain.n - (domain.n > 0));

	if (str_starts_nocase(local, STR("owner-")))
		local = str_skip(local, 6);
	for (size_t i = 0; i < earlier->n_recipients && i < 32; i++) {
		const struct recipient *r = &earlier->recipients[i];
		struct str to = r->original.n > 0 ? r->original : r->address;
		struct str to_local = str_slice(to, 0, str_rfind_char(to, '@'));

		if (domain.n == 0 || to_local.n == 0 || to_local.n > local.n ||
		    !str_eq_nocase(address_domain(to), domain) ||
		    !str_starts_nocase(local, to_local))
			continue;
		if (local.n == to_local.n || strchr("-+=", local.p[to_local.n]))
			return true;
	}
	return false;
}

static bool
was_taken(const struct session *s)
{
	return s->verdict != VERDICT_REJECTED && s->verdict != VERDICT_DEFERRED &&
	       s->verdict != VERDICT_DROPPED;
}

/* A mail with one Message-ID to many people, each in a session of his own, is as many stories. */
static enum story_link
message_link(const struct session *earlier, const struct session *later)
{
	bool handed_on = was_taken(earlier) && later->start_us <= earlier->end_us + HANDOVER_US;

	if (later->start_us - earlier->start_us > RETRY_MAX_US)
		return STORY_LINK_NONE;
	if (is_sent_for(later, earlier) && was_taken(earlier))
		return STORY_LINK_PASSED_ON;
	if (share_recipient(earlier, later)) {
		if (handed_on && (from_ourselves(later) || earlier->gateway != later->gateway ||
				  !str_eq(earlier->peer_ip, later->peer_ip)))
			return STORY_LINK_PASSED_ON;
		/* Spam of many senders may carry one Message-ID. */
		return share_sender(earlier, later) ? STORY_LINK_ATTEMPT : STORY_LINK_NONE;
	}
	if (handed_on && from_ourselves(later) && !from_ourselves(earlier) &&
	    earlier->gateway == later->gateway)
		return STORY_LINK_PASSED_ON;
	return STORY_LINK_NONE;
}

static void
link_message_ids(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++)
		for (size_t k = i, seen = 0; k-- > 0 && seen < LOOK_BACK; seen++) {
			enum story_link kind =
				message_link(j->sessions[e[k].at], j->sessions[e[i].at]);

			if (kind != STORY_LINK_NONE)
				story_join(j, e[k].at, e[i].at, kind);
		}
}

/* --- attempts ------------------------------------------------------------------------------- */

/* One mail of a pair, on its way. */
struct thread {
	uint32_t last; /* session */
	int64_t first_us;
	enum verdict verdict;
	bool has_message_id;
	uint32_t message; /* the session that names the Message-ID */
	struct str subject;
	uint64_t size_bytes;
};

static struct str
message_id_of(const struct session *s, size_t *from)
{
	for (; *from < s->n_identifiers; (*from)++)
		if (s->identifiers[*from].role == ID_ROLE_MESSAGE_ID)
			return s->identifiers[(*from)++].text;
	return (struct str){ "", 0 };
}

static bool
has_message_id(const struct session *s)
{
	size_t from = 0;

	return message_id_of(s, &from).n > 0;
}

static bool
share_message_id(const struct session *a, const struct session *b)
{
	size_t i = 0;

	for (struct str x; (x = message_id_of(a, &i)).n > 0;) {
		size_t k = 0;
		for (struct str y; (y = message_id_of(b, &k)).n > 0;)
			if (str_eq(x, y))
				return true;
	}
	return false;
}

/* Each hop adds to the header; more than that is another mail. */
static bool
sizes_differ(uint64_t a, uint64_t b)
{
	uint64_t more = a > b ? a : b, less = a > b ? b : a;

	return less > 0 && more - less > SIZE_SLACK_BYTES + less / 10;
}

static bool
tells_apart(const struct story_joiner *j, const struct thread *t, const struct session *s)
{
	if (t->has_message_id && has_message_id(s))
		return !share_message_id(j->sessions[t->message], s);
	return (t->subject.n > 0 && s->subject.n > 0 && !str_eq(t->subject, s->subject)) ||
	       sizes_differ(t->size_bytes, s->size_bytes);
}

/* Does it name the mail of the thread, so that it may come from anywhere? */
static bool
tells_same(const struct story_joiner *j, const struct thread *t, const struct session *s)
{
	if (t->has_message_id && share_message_id(j->sessions[t->message], s))
		return true;
	return t->subject.n > 0 && str_eq(t->subject, s->subject) && t->size_bytes > 0 &&
	       s->size_bytes > 0 && t->size_bytes <= s->size_bytes + SIZE_SAME_BYTES &&
	       s->size_bytes <= t->size_bytes + SIZE_SAME_BYTES;
}

/* What the sender was told of this recipient. */
static enum verdict
verdict_for(const struct session *s, const struct recipient *r)
{
	if (r && r->by_remote)
		return VERDICT_ACCEPTED;
	return r && r->verdict != VERDICT_NONE && r->verdict != VERDICT_ACCEPTED ? r->verdict
										 : s->verdict;
}

static bool
may_follow(const struct story_joiner *j, const struct thread *t, const struct session *s,
	   enum verdict verdict)
{
	int64_t gap = s->start_us - j->sessions[t->last]->start_us;

	if (gap > RETRY_GAP_MAX_US || s->start_us - t->first_us > RETRY_MAX_US)
		return false;
	switch (t->verdict) {
	case VERDICT_NONE:
	case VERDICT_DEFERRED:
		return true;
	case VERDICT_REJECTED:
	case VERDICT_DROPPED:
		/* Taken for others, it is not tried again for him who was refused. */
		return gap <= REFUSED_GAP_MAX_US && !was_taken(j->sessions[t->last]) &&
		       !was_taken(s) && verdict != VERDICT_ACCEPTED;
	default:
		return false; /* what was taken is not sent again */
	}
}

static void
thread_take(struct thread *t, const struct story_entry *e, const struct session *s,
	    enum verdict verdict)
{
	t->last = e->at;
	t->verdict = verdict;
	if (!t->has_message_id && has_message_id(s)) {
		t->has_message_id = true;
		t->message = e->at;
	}
	if (s->subject.n > 0)
		t->subject = s->subject;
	if (s->size_bytes > 0)
		t->size_bytes = s->size_bytes;
}

/* The thread that this session is part of: by what is known already, else the newest it fits. */
static struct thread *
thread_of(struct story_joiner *j, struct thread *v, size_t n, const struct story_entry *e,
	  enum verdict verdict)
{
	const struct session *s = j->sessions[e->at];

	for (size_t i = n; i-- > 0;)
		if (story_is_joined(j, v[i].last, e->at))
			return &v[i];
	for (size_t i = n; i-- > 0;)
		if (may_follow(j, &v[i], s, verdict) && !tells_apart(j, &v[i], s) &&
		    (pool_is_one(j->sessions[v[i].last], s) || tells_same(j, &v[i], s)))
			return &v[i];
	return NULL;
}

static void
link_attempts(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	struct thread threads[THREADS_MAX];
	size_t n_threads = 0;

	for (size_t i = 0; i < n; i++) {
		const struct session *s = j->sessions[e[i].at];
		enum verdict verdict = verdict_for(s, e[i].recipient);

		if (i > 0 && e[i].at == e[i - 1].at)
			continue;
		struct thread *t = thread_of(j, threads, n_threads, &e[i], verdict);
		if (t) {
			story_join(j, t->last, e[i].at, STORY_LINK_ATTEMPT);
		} else {
			if (n_threads == THREADS_MAX)
				memmove(threads, threads + 1, --n_threads * sizeof(*threads));
			t = &threads[n_threads++];
			*t = (struct thread){ .first_us = s->start_us };
		}
		thread_take(t, &e[i], s, verdict);
	}
}

/* --- refusals that name no mail ------------------------------------------------------------- */

static bool
same_refusal(const struct session *a, const struct session *b, enum story_by by)
{
	int64_t apart = distance_us(a->start_us, b->start_us);

	if (by == STORY_BY_CONNECTION)
		return apart <= CONNECTION_US && str_eq(a->connection, b->connection) &&
		       a->has_sender == b->has_sender && str_eq_nocase(a->sender, b->sender);
	return apart <= SAME_MOMENT_US && a->verdict == b->verdict && a->stage == b->stage &&
	       a->reply.code == b->reply.code && str_eq(a->reply.text, b->reply.text) &&
	       (a->connection.n == 0 || b->connection.n == 0);
}

static void
link_refusals(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (same_refusal(j->sessions[e[i - 1].at], j->sessions[e[i].at], e[i].by))
			story_join(j, e[i - 1].at, e[i].at, STORY_LINK_CONNECTION);
}

/* --- bounces that come back ----------------------------------------------------------------- */

/* The host that took the mail sends the bounce, soon. */
static bool
returns_from_remote(const struct session *sent, const struct session *bounce)
{
	for (size_t i = 0; i < sent->n_recipients && i < 32; i++) {
		const struct recipient *r = &sent->recipients[i];

		if (!r->by_remote || r->time_us == TIME_NONE || bounce->start_us < r->time_us ||
		    bounce->start_us > r->time_us + RETURN_SOON_US)
			continue;
		if ((r->remote_ip.n > 0 && str_eq(r->remote_ip, bounce->peer_ip)) ||
		    (r->remote_host.n > 0 && str_eq_nocase(r->remote_host, bounce->peer_host)))
			return true;
	}
	return false;
}

static void
link_returns(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	char buffer[ADDRESS_MAX];

	for (size_t i = 1; i < n; i++) {
		const struct session *bounce = j->sessions[e[i].at];

		if (!is_bounce(bounce))
			continue;
		for (size_t k = i, seen = 0; k-- > 0 && seen < LOOK_BACK; seen++) {
			const struct session *sent = j->sessions[e[k].at];
			bool wrapped = address_unwrap(sent->sender, buffer).p == buffer;

			if (is_bounce(sent) || bounce->start_us - sent->start_us > RETRY_MAX_US ||
			    (!wrapped && !returns_from_remote(sent, bounce)))
				continue;
			story_join(j, e[k].at, e[i].at, STORY_LINK_BOUNCE);
			break;
		}
	}
}

void
story_link_run(struct story_joiner *j, const struct story_entry *e, size_t n)
{
	if (n < 2)
		return;
	switch (e->by) {
	case STORY_BY_ID:
		link_ids(j, e, n);
		break;
	case STORY_BY_MESSAGE_ID:
		link_message_ids(j, e, n);
		break;
	case STORY_BY_PAIR:
	case STORY_BY_SENDER:
		link_attempts(j, e, n);
		break;
	case STORY_BY_CONNECTION:
	case STORY_BY_PEER:
		link_refusals(j, e, n);
		break;
	case STORY_BY_RETURN:
		link_returns(j, e, n);
		break;
	}
}
