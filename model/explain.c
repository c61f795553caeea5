/* SPDX-License-Identifier: MIT */
/*
 * explain: which recipient is spoken of, what became of the message for that one, and who is told.
 * A recipient's own outcome counts before the session's; the session's counts for all when it came
 * before any recipient was named, or when it concerns the message as a whole.
 */
#include "model/explain_local.h"
#include "model/story.h"

enum { USER_BYTES = 4000, POSTMASTER_BYTES = 12000 };

/* --- the recipient -------------------------------------------------------------------------- */

static int
badness(const struct recipient *r)
{
	switch (r->verdict) {
	case VERDICT_REJECTED:
		return 4;
	case VERDICT_DEFERRED:
		return 3;
	case VERDICT_ACCEPTED:
		return 0;
	case VERDICT_NONE:
		return 1;
	default:
		return 2;
	}
}

static struct str
spoken_address(const struct recipient *r)
{
	return r->original.n > 0 ? r->original : r->address;
}

struct str
explain_default_recipient(const struct session *s)
{
	const struct recipient *worst = NULL;

	for (size_t i = 0; i < s->n_recipients; i++)
		if (!worst || badness(&s->recipients[i]) > badness(worst))
			worst = &s->recipients[i];
	return worst ? spoken_address(worst) : STR("");
}

/* Of several addresses that one stands for, the one that fared worst. */
static void
find_recipient(struct explain_facts *f, struct str asked)
{
	size_t found = 0;

	for (size_t i = 0; i < f->s->n_recipients; i++) {
		const struct recipient *r = &f->s->recipients[i];

		if (!str_eq_nocase(r->address, asked) && !str_eq_nocase(r->original, asked))
			continue;
		found++;
		if (!f->recipient || badness(r) > badness(f->recipient))
			f->recipient = r;
	}
	f->is_named = found > 0;
	f->is_shared = found > 1;
	f->is_forwarded = f->recipient && f->recipient->original.n > 0 &&
			  str_eq_nocase(f->recipient->original, asked);
}

/* --- what became of it ---------------------------------------------------------------------- */

/* The outcome of the session as a whole is that of each recipient. */
static bool
session_decides(const struct explain_facts *f)
{
	const struct recipient *r = f->recipient;
	const struct session *s = f->s;

	if (!r)
		return true;
	if (r->by_remote)
		return false;
	/* A refusal at RCPT TO is about one recipient: this one only if there is no other. */
	if (r->verdict == VERDICT_NONE)
		return s->stage != STAGE_RCPT ||
		       (s->n_recipients == 1 && !s->recipients_incomplete);
	return r->verdict == VERDICT_ACCEPTED && s->verdict != VERDICT_NONE;
}

static enum explain_fate
fate_of_verdict(enum verdict v)
{
	static const enum explain_fate cases[VERDICT_COUNT] = {
		[VERDICT_NONE] = FATE_UNKNOWN,
		[VERDICT_ACCEPTED] = FATE_ACCEPTED,
		[VERDICT_REJECTED] = FATE_REFUSED,
		[VERDICT_DEFERRED] = FATE_DEFERRED,
		[VERDICT_DROPPED] = FATE_DROPPED,
		[VERDICT_DISCARDED] = FATE_DISCARDED,
		[VERDICT_QUARANTINED] = FATE_QUARANTINED,
		[VERDICT_HELD] = FATE_HELD,
	};

	return (unsigned)v < VERDICT_COUNT ? cases[v] : FATE_UNKNOWN;
}

/* Somebody answered the delivery; else our gateway speaks of its own failure. */
static bool
was_answered(const struct recipient *r)
{
	return r->reply.code >= 400 && r->reply.code_logged;
}

/* A content filter beside the MTA, which will give it back. */
static bool
is_loopback(const struct recipient *r)
{
	return str_eq(r->remote_ip, STR("127.0.0.1")) || str_eq(r->remote_ip, STR("::1")) ||
	       (r->remote_ip.n == 0 && (str_eq(r->remote_host, STR("127.0.0.1")) ||
					str_eq_nocase(r->remote_host, STR("localhost"))));
}

/* What the MTA calls sent may have ended at a filter. */
static enum explain_fate
fate_of_accepted(const struct explain_facts *f)
{
	switch (story_outcome_of(f->s, f->recipient)) {
	case STORY_QUARANTINED:
		return FATE_QUARANTINED;
	case STORY_DISCARDED:
		return FATE_DISCARDED;
	default:
		return is_loopback(f->recipient) && !f->is_behind ? FATE_HANDED_ON : FATE_DELIVERED;
	}
}

static enum explain_fate
fate_of_delivery(const struct explain_facts *f)
{
	const struct recipient *r = f->recipient;

	switch (r->verdict) {
	case VERDICT_ACCEPTED:
		return fate_of_accepted(f);
	case VERDICT_DEFERRED:
		return FATE_WAITING;
	case VERDICT_REJECTED:
		if (!was_answered(r))
			return FATE_GAVE_UP;
		if (r->reply.code < 500)
			return FATE_WORN_OUT;
		return f->is_behind ? FATE_REFUSED_BEHIND : FATE_REFUSED_THERE;
	default:
		return fate_of_verdict(r->verdict);
	}
}

static void
take_outcome(struct explain_facts *f)
{
	const struct recipient *r = f->recipient;
	const struct session *s = f->s;

	f->time_us = s->end_us;
	f->is_behind = r && r->by_remote &&
		       ours_side_of(f->q->ours, r->remote_host, r->remote_ip) != SIDE_OTHER;
	if (session_decides(f)) {
		f->what = fate_of_verdict(s->verdict);
		f->stage = s->stage;
		f->about = s->about;
		f->reply = s->reply;
		if (f->what == FATE_ACCEPTED || f->what == FATE_HELD)
			f->time_us = s->start_us;
	} else {
		f->what = r->by_remote ? fate_of_delivery(f) : fate_of_verdict(r->verdict);
		f->stage = r->stage;
		f->about = s->stage == r->stage ? s->about : r->stage;
		f->reply = r->reply;
		if (r->time_us != 0 && r->time_us != TIME_NONE)
			f->time_us = r->time_us;
	}
	f->sender_told = f->what == FATE_DISCARDED && str_ends(f->reply.text, STR(", BOUNCE"));
	f->told_refused = s->verdict == VERDICT_HELD && s->reply.code >= 500;
	if (s->direction == DIRECTION_CALLOUT || s->direction == DIRECTION_PROBE)
		f->what = FATE_CALLOUT;
}

/* --- what only the ladder knows --- */

static bool
is_break(struct str text)
{
	static const char *const words[] = {
		"lost connection", "connection lost",          "timeout after",
		"timed out",       "unexpected disconnection", "too slow"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find_nocase(text, str_from(words[i]), 0) != STR_NPOS)
			return true;
	return false;
}

static bool
decided_here(const struct explain_facts *f, const struct ladder_row *r)
{
	return r->kind == FRAGMENT_REFUSED && r->stage == f->stage && r->time_us != TIME_NONE &&
	       (f->what == FATE_REFUSED || f->what == FATE_DEFERRED || f->what == FATE_DROPPED) &&
	       (f->stage != STAGE_RCPT || !f->recipient ||
		str_eq_nocase(r->what, spoken_address(f->recipient)));
}

static void
read_ladder(struct explain_facts *f)
{
	const struct ladder *l = f->q->ladder;

	for (size_t i = 0; l && i < l->n; i++) {
		const struct ladder_row *r = &l->rows[i];
		bool note = r->kind == FRAGMENT_NOTE || r->kind == FRAGMENT_DISCONNECTED;

		if (decided_here(f, r))
			f->time_us = r->time_us;
		if (note && is_break(r->what))
			f->end_note = r->what;
		if (note && str_find_nocase(r->what, STR("frozen"), 0) != STR_NPOS)
			f->is_frozen = true;
	}
	if (f->what == FATE_UNKNOWN && f->end_note.n > 0 && f->s->verdict == VERDICT_NONE)
		f->what = FATE_BROKEN_OFF;
}

/* --- who reads ------------------------------------------------------------------------------ */

static bool
is_ours(const struct explain_facts *f, struct str address)
{
	size_t at = str_rfind_char(address, '@');

	return at != STR_NPOS && ours_is_domain(f->q->ours, str_skip(address, at + 1));
}

/* Nobody here has that mailbox: whoever asks is somebody else. */
static bool
is_nobody(const struct explain_facts *f)
{
	return (f->class == CLASS_UNKNOWN_USER || f->class == CLASS_MAILBOX_DISABLED) &&
	       explain_is_ours(f);
}

static enum explain_reader
reader_of(const struct explain_facts *f)
{
	const struct session *s = f->s;
	bool from_us = is_ours(f, s->sender), to_us = is_ours(f, f->address);
	bool sent_here =
		s->direction == DIRECTION_OUT || s->direction == DIRECTION_LOCAL || s->auth.n > 0;

	if (to_us)
		return (from_us && sent_here && !f->is_bounce) || is_nobody(f) ? READER_EITHER
									       : READER_RECIPIENT;
	/* An address of ours that comes from outside to outside, and in vain, may be borrowed. */
	if (!f->is_bounce && (sent_here || (from_us && (s->direction != DIRECTION_IN ||
							s->verdict == VERDICT_ACCEPTED))))
		return READER_SENDER;
	return READER_EITHER;
}

/* --- the whole ------------------------------------------------------------------------------ */

/* The filter's judgement tells what a refusal that does not speak of it was about. */
static bool
score_refuses(const struct session *s)
{
	for (size_t i = 0; i < s->n_scores; i++)
		if (s->scores[i].has_value && s->scores[i].has_threshold &&
		    s->scores[i].value >= s->scores[i].threshold)
			return true;
	return false;
}

bool
explain_facts(const struct explain_query *q, struct arena *a, struct explain_facts *out)
{
	struct explain_facts *f = out;

	*f = (struct explain_facts){ .q = q, .s = q->session, .arena = a, .time_us = TIME_NONE };
	f->address = q->asked.n > 0 ? q->asked : explain_default_recipient(f->s);
	if (f->address.n > 0)
		find_recipient(f, f->address);
	if (f->address.n > 0 && !f->is_named && f->s->n_recipients > 0 &&
	    !f->s->recipients_incomplete)
		return false;
	f->is_bounce = f->s->has_sender && f->s->sender.n == 0;
	f->is_made_here = f->is_bounce && f->s->peer_ip.n == 0;
	take_outcome(f);
	read_ladder(f);
	f->class = reply_classify(f->stage, f->about, &f->reply);
	if (f->class == CLASS_NONE && f->stage == STAGE_DATA && f->what == FATE_REFUSED &&
	    score_refuses(f->s))
		f->class = CLASS_SPAM;
	/* Without a route in a domain of ours: no such user. */
	if (f->class == CLASS_NO_ROUTE && f->recipient && is_ours(f, f->recipient->address))
		f->class = CLASS_UNKNOWN_USER;
	if (f->class == CLASS_DNSBL)
		f->dnsbl = reply_dnsbl(f->reply.text);
	f->reader = reader_of(f);
	f->bounced_us =
		q->bounce && q->bounce->start_us >= f->time_us ? q->bounce->start_us : TIME_NONE;
	explain_take_tries(f);
	return true;
}

bool
explain_is_ours(const struct explain_facts *f)
{
	switch (f->what) {
	case FATE_REFUSED_THERE:
		return false;
	case FATE_WORN_OUT:
	case FATE_WAITING:
		return f->is_behind;
	case FATE_GAVE_UP:
		return f->class == CLASS_UNKNOWN_USER || f->class == CLASS_MAILBOX_FULL ||
		       f->class == CLASS_MAILBOX_DISABLED || f->class == CLASS_TROUBLE;
	default:
		return true;
	}
}

bool
explain(const struct explain_query *q, struct arena *a, struct explained *out)
{
	struct explain_facts f;
	struct strbuf b;

	if (!explain_facts(q, a, &f))
		return false;
	strbuf_init(&b, USER_BYTES);
	explain_user(&f, &b);
	out->user = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	strbuf_init(&b, POSTMASTER_BYTES);
	explain_postmaster(&f, &b);
	out->postmaster = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	out->recipient = f.address;
	return true;
}
