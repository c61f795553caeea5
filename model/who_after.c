/* SPDX-License-Identifier: MIT */
/*
 * who_after: what the likely session adds to the bare verdict: the reason where the bounce holds
 * none, that we had accepted the mail, that the other side only put it off until we gave up.
 */
#include "model/say_time.h"
#include "model/who_sentence.h"

#define QUOTE_MAX 140

/* The text of a reply on one line, cut at a blank, and the sentence's end. */
static void
say_quoted(struct strbuf *b, const struct reply *reply)
{
	struct str text = reply->text;

	if (text.n > QUOTE_MAX) {
		size_t blank = str_rfind_char(str_slice(text, 0, QUOTE_MAX), ' ');
		text.n = blank == STR_NPOS ? QUOTE_MAX : blank;
	}
	if (reply->code > 0)
		strbuf_printf(b, "%u ", reply->code);
	for (size_t i = 0; i < text.n; i++)
		strbuf_add_char(b, text.p[i] == '\n' ? ' ' : text.p[i]);
	strbuf_add_text(b, text.n < reply->text.n ? " \xe2\x80\xa6" : ".");
}

static void
say_callout(struct strbuf *b, const struct clue_set *c, const struct find_context *x,
	    const struct find_result *r)
{
	const struct session *s = who_likely(r);

	if (who_is_callout_to_us(c, x) || (s && s->direction == DIRECTION_CALLOUT))
		strbuf_add_text(b, " The other side verified the sender by a callout to us, and we "
				   "refused that.");
	else if (r->refused_by == REFUSER_US)
		strbuf_add_text(b, " Our callout could not verify the sender.");
	else
		strbuf_add_text(b, " It verified the sender by a callout, which failed.");
}

/* The other side put it off, time and again, and then we stopped trying. */
static bool
gave_up(const struct recipient *r)
{
	return r->verdict == VERDICT_REJECTED && r->reply.code >= 400 && r->reply.code < 500;
}

static void
say_failed(struct strbuf *b, const struct find_result *r, const struct recipient *failed)
{
	if (gave_up(failed)) {
		strbuf_add_text(b, " It was put off until our gateway gave up; the last reply: ");
		say_quoted(b, &failed->reply);
	} else if (r->refused_by == REFUSER_OUR_BACKEND) {
		strbuf_add_text(b, " We had accepted the mail.");
	} else if (!who_spoke(failed) && failed->reply.text.n > 0) {
		strbuf_add_text(b, r->refused_by == REFUSER_US
					   ? " We had accepted the mail and could not deliver it: "
					   : " Our log says: ");
		say_quoted(b, &failed->reply);
	}
}

/* --- what became of the mail --- */

/* When the last recipient of the candidate's mail got it; TIME_NONE: nobody did. */
static int64_t
delivered_us(const struct candidate *k)
{
	int64_t last = TIME_NONE;

	for (size_t i = 0; i <= k->n_attempts; i++) {
		const struct session *s = i < k->n_attempts ? k->attempts[i] : k->session;

		for (size_t n = 0; n < s->n_recipients; n++) {
			const struct recipient *r = &s->recipients[n];
			if (r->by_remote && r->verdict == VERDICT_ACCEPTED && r->time_us > 0 &&
			    (last == TIME_NONE || r->time_us > last))
				last = r->time_us;
		}
	}
	return last;
}

/* ", where the logs of mx1 end": what is not seen may have happened since. */
static void
say_logs_end(struct strbuf *b, const struct find_context *x, const struct session *s)
{
	for (size_t i = 0; i < x->n_coverage; i++) {
		if (!str_eq_nocase(x->coverage[i].gateway, s->gateway_name) ||
		    x->coverage[i].to_us == TIME_NONE)
			continue;
		strbuf_printf(b, " The logs of %.*s end ", STR_ARG(s->gateway_name));
		say_moment(b, x->zone, x->coverage[i].to_us);
		strbuf_add_char(b, '.');
		return;
	}
}

static void
say_outcome(struct strbuf *b, const struct find_context *x, const struct candidate *k)
{
	int64_t delivered = delivered_us(k);

	switch (k->outcome) {
	case STORY_DELIVERED:
		strbuf_add_text(b, " It was delivered");
		if (delivered != TIME_NONE) {
			strbuf_add_char(b, ' ');
			say_moment(b, x->zone, delivered);
		}
		strbuf_add_char(b, '.');
		return;
	case STORY_QUEUED:
		strbuf_add_text(b, " It waits in our queue.");
		break;
	case STORY_GREYLISTED:
		strbuf_add_text(b, " It was greylisted and not retried.");
		break;
	case STORY_DEFERRED:
		strbuf_add_text(b, " It was put off and not retried.");
		break;
	case STORY_HELD:
		strbuf_add_text(b, " It is held by us.");
		break;
	case STORY_QUARANTINED:
		strbuf_add_text(b, " It is in our quarantine.");
		return;
	case STORY_DISCARDED:
		strbuf_add_text(b, " We took it and threw it away.");
		return;
	case STORY_BOUNCED:
		strbuf_add_text(b, " Later it failed for good, and we bounced it.");
		return;
	case STORY_REFUSED:
		strbuf_add_text(b, " Later it was refused for good.");
		return;
	default:
		return;
	}
	say_logs_end(b, x, k->session);
}

/* Asked for as such: a warning, a question, or a mail that was only put off. */
static bool
asks_outcome(const struct clue_set *c, const struct find_result *r)
{
	const struct session *s = who_likely(r);

	if (r->kind == BOUNCE_FAILURE && c->facts.failure && s->verdict == VERDICT_DEFERRED)
		return false; /* the sender has given up */
	return r->kind == BOUNCE_DELAY || who_kept(&r->candidates[0]) ||
	       s->verdict == VERDICT_DEFERRED ||
	       (c->facts.is_question && who_accepted(s) && !who_failed(c, s));
}

void
who_say_after(struct strbuf *b, const struct clue_set *c, const struct find_context *x,
	      const struct find_result *r)
{
	const struct session *s = who_likely(r);
	const struct recipient *failed = s && who_accepted(s) ? who_failed(c, s) : NULL;

	if (r->kind == BOUNCE_CALLOUT)
		say_callout(b, c, x, r);
	if (r->kind == BOUNCE_LATE)
		strbuf_add_text(b, " We had accepted and passed on this mail; it bounced later.");
	if (failed && r->kind != BOUNCE_CALLOUT)
		say_failed(b, r, failed);
	if (s && c->facts.failure && r->kind == BOUNCE_FAILURE && s->verdict == VERDICT_DEFERRED &&
	    r->candidates[0].outcome != STORY_DELIVERED)
		strbuf_add_text(b, " It was put off each time, until the sender's system gave up.");
	if (s && c->facts.frozen)
		strbuf_add_text(b, " It is frozen in our queue until somebody sees to it.");
	else if (s && r->candidates[0].probability >= 0.5 && asks_outcome(c, r))
		say_outcome(b, x, &r->candidates[0]);
}
