/* SPDX-License-Identifier: MIT */
/*
 * explain_user_next: the end of the local user's text: what to do, what happens next, what came
 * later, whether it is the right message at all, the words that were seen, the reference.
 */
#include "model/explain_local.h"

enum { WORDS_BYTES = 240 };

/* --- what to do ----------------------------------------------------------------------------- */

static void
tell_sender(const struct letter *l, const char *words)
{
	if (l->f->reader == READER_SENDER)
		letter_say(l, words);
	else
		letter_add(l, arena_printf(l->f->arena,
					   l->f->reader == READER_EITHER
						   ? "The sender can be told: \"%s\""
						   : "You can tell the sender: \"%s\"",
					   words));
}

/* What the sender can do about a mail that was put off, which may have been settled since. */
static void
do_about_deferral(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	bool passes =
		f->class == CLASS_GREYLIST || f->class == CLASS_TROUBLE || f->class == CLASS_NONE;

	if (f->is_bounce)
		return;
	if (f->tries.retry == RETRY_CAME && f->tries.later_well)
		letter_say(l, "There is nothing to do: it got through later.");
	else if (f->tries.retry == RETRY_CAME && passes)
		return; /* how it ended then is what counts */
	else if (f->tries.retry == RETRY_STOPPED && passes)
		tell_sender(l, "The other side asked your mail system to try again a little later, "
			       "but it stopped trying. Please send your message again, and tell "
			       "the people who run your mail system.");
	else
		tell_sender(l, explain_our_words(f->class)->tell);
}

/* What we say to the sender when it was a rule or a trouble of ours, else what our user can do. */
static void
do_about_refusal(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (explain_is_ours(f) && !f->is_bounce)
		tell_sender(l, explain_our_words(f->class)->tell);
	else if (!explain_is_ours(f) && f->reader == READER_SENDER)
		letter_say(l, explain_their_words(f->class)->then);
	else if (f->what == FATE_REFUSED_THERE && f->is_forwarded && f->class == CLASS_FORGERY)
		letter_say(l, "That is common when mail is forwarded from one address to another. "
			      "It is safer to collect the mail here than to have it forwarded.");
	else if (f->what == FATE_REFUSED_THERE && f->is_forwarded)
		letter_say(l,
			   "If mail for this address should no longer be forwarded there, please "
			   "tell us.");
}

static void
do_about_delivery(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->bounced_us != TIME_NONE)
		return;
	letter_say(l, f->reader != READER_RECIPIENT
			      ? "If the recipient cannot find it, it may be in a junk folder; the "
				"people who run the mail system there can say more."
			      : "If you cannot find it, please look in your junk folder and check "
				"your filter rules.");
}

void
letter_to_do(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	switch (f->what) {
	case FATE_DEFERRED:
		do_about_deferral(l);
		break;
	case FATE_REFUSED:
	case FATE_REFUSED_BEHIND:
	case FATE_REFUSED_THERE:
	case FATE_WORN_OUT:
	case FATE_GAVE_UP:
		do_about_refusal(l);
		break;
	case FATE_DROPPED:
		if (f->s->has_sender)
			do_about_refusal(l);
		break;
	case FATE_BROKEN_OFF:
		if (f->s->has_sender)
			tell_sender(l, "Your message did not arrive complete. If your mail system "
				       "does not send it again by itself, please send it again.");
		break;
	case FATE_DELIVERED:
		do_about_delivery(l);
		break;
	case FATE_QUARANTINED:
	case FATE_HELD:
		letter_say(l, "If it is wanted, please ask us to release it.");
		break;
	case FATE_DISCARDED:
		letter_say(l, f->sender_told
				      ? "The sender was sent a notice about it."
				      : "The sender was told that it had been accepted, and does "
					"not know what happened. If it is wanted it has to be sent "
					"again; please talk to us first, or it will be deleted "
					"again.");
		break;
	case FATE_HANDED_ON:
	case FATE_ACCEPTED:
	case FATE_UNKNOWN:
		if (f->what != FATE_HANDED_ON || !f->q->onward)
			letter_say(l, "Please ask us to look into it further.");
		break;
	default:
		break;
	}
}

/* --- what happens next, what came later --------------------------------------------------- */

const char *
explain_end_text(enum explain_fate what)
{
	switch (what) {
	case FATE_DELIVERED:
	case FATE_HANDED_ON:
		return "was delivered";
	case FATE_ACCEPTED:
		return "was accepted";
	case FATE_REFUSED:
	case FATE_REFUSED_THERE:
	case FATE_REFUSED_BEHIND:
		return "was refused";
	case FATE_DEFERRED:
	case FATE_WAITING:
		return "was put off";
	case FATE_QUARANTINED:
		return "was put into quarantine";
	case FATE_HELD:
		return "is being held";
	case FATE_DISCARDED:
		return "was deleted";
	case FATE_WORN_OUT:
	case FATE_GAVE_UP:
		return "could not be delivered";
	default:
		return "ended in a way that is not logged";
	}
}

static void
what_came_later(const struct letter *l)
{
	const struct explain_tries *t = &l->f->tries;

	letter_add(
		l,
		arena_printf(l->f->arena, "It came again on %.*s, as far as we can tell, and %s%s.",
			     STR_ARG(explain_when(l->f, t->later_us)), explain_end_text(t->later),
			     t->later == l->f->what && t->later == FATE_REFUSED ? " again" : ""));
}

/* Our own queue is not heard of for ever. */
static void
what_of_waiting(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct arena *a = f->arena;

	switch (f->tries.retry) {
	case RETRY_STOPPED:
		letter_add(l,
			   arena_printf(a,
					"Our log shows no further attempt in the %.*s since; "
					"please ask us to look into it.",
					STR_ARG(explain_span(f->q->logs_end_us - f->time_us, a))));
		return;
	case RETRY_NOT_COVERED:
		letter_add(l,
			   arena_printf(a,
					"Our logs end at %.*s, so we cannot tell what has become "
					"of it since.",
					STR_ARG(explain_moment(f, f->q->logs_end_us))));
		return;
	default:
		break;
	}
	letter_say(l, "Our gateway keeps trying by itself.");
	letter_say(l, f->reader == READER_SENDER
			      ? "If that fails for some days, you will get a notice."
			      : "If that fails for some days, the sender will get a notice.");
}

/* What the program did that the mail was handed to. */
static void
what_came_onward(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct explain_query q = {
		.session = f->q->onward, .asked = f->address, .zone = f->q->zone, .ours = f->q->ours
	};
	struct explain_facts onward;

	if (q.session && explain_facts(&q, f->arena, &onward) && onward.is_named)
		letter_add(l, arena_printf(f->arena, "After that it %s.",
					   explain_end_text(onward.what)));
}

static void
what_came_back(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->bounced_us == TIME_NONE)
		return;
	letter_add(l,
		   arena_printf(f->arena,
				"Later, on %.*s, a notice of failure %s, very probably about this "
				"message%s.",
				STR_ARG(explain_when(f, f->bounced_us)),
				f->reader == READER_SENDER ? "came back to you"
							   : "went back to the sender",
				f->reader == READER_SENDER ? "; please see what it says" : ""));
}

static void
notice_of_ours(const struct letter *l)
{
	const struct session *s = l->f->s;

	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == ID_ROLE_NOTIFICATION) {
			letter_say(l, l->f->reader == READER_SENDER
					      ? "Our gateway sent you a notice about it."
					      : "Our gateway sent the sender a notice about it.");
			return;
		}
	if (l->f->is_bounce)
		letter_say(
			l,
			"Nobody is told: automatic messages have no sender who could be answered.");
	else
		letter_say(
			l,
			l->f->reader == READER_SENDER
				? "You normally get a notice about it from our gateway."
				: "The sender normally gets a notice about it from our gateway.");
}

void
letter_next(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	bool refused_by_us = f->what == FATE_REFUSED || f->what == FATE_DEFERRED ||
			     f->what == FATE_DROPPED || f->what == FATE_BROKEN_OFF;

	if (refused_by_us && f->tries.retry == RETRY_CAME) {
		what_came_later(l);
		return;
	}
	switch (f->what) {
	case FATE_REFUSED:
		letter_say(l, f->is_bounce ? "It will normally not be tried again."
			      : f->reader == READER_SENDER
				      ? "It will normally not be tried again by itself."
				      : "The sender normally gets a notice of failure from their "
					"own mail system, which will not try again by itself.");
		break;
	case FATE_DEFERRED:
	case FATE_DROPPED:
	case FATE_BROKEN_OFF:
		letter_add(l, explain_tried(f));
		break;
	case FATE_DELIVERED:
		what_came_back(l);
		break;
	case FATE_HANDED_ON:
		what_came_onward(l);
		break;
	case FATE_WAITING:
		what_of_waiting(l);
		break;
	case FATE_REFUSED_THERE:
	case FATE_WORN_OUT:
	case FATE_REFUSED_BEHIND:
	case FATE_GAVE_UP:
		notice_of_ours(l);
		break;
	default:
		break;
	}
}

void
letter_caveat(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->is_named || f->what == FATE_CALLOUT || f->what == FATE_DELIVERED)
		return;
	if (f->address.n > 0)
		letter_say(l, "Our log of this attempt does not name the recipient, so it is not "
			      "certain that it was the message in question.");
	else
		letter_say(l,
			   "Our log does not say who it was for, so it is not certain that this is "
			   "the message you are asking about.");
}

/* Links of our own rules may be followed; a stranger may have put his into what they repeat. */
static struct str
words_of_reply(const struct letter *l, bool theirs, bool *disarmed)
{
	const struct explain_facts *f = l->f;
	struct str words = explain_reply(f, WORDS_BYTES);

	*disarmed = false;
	if (theirs || !explain_is_name(f->s->sender) || !explain_is_name(f->s->helo))
		words = explain_disarmed(words, disarmed, f->arena);
	return letter_quoted(l, words);
}

void
letter_words_seen(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	bool theirs = f->what == FATE_REFUSED_THERE || f->what == FATE_WORN_OUT ||
		      f->what == FATE_WAITING || f->what == FATE_REFUSED_BEHIND;
	bool ours = f->what == FATE_REFUSED || f->what == FATE_DEFERRED;

	if ((!theirs && !ours) || f->reply.text.n == 0 ||
	    !(ours ? explain_was_said(f) : f->reply.text_logged))
		return;
	bool disarmed;
	struct str words = words_of_reply(l, theirs, &disarmed);
	letter_add(l, arena_printf(f->arena, "%s: %.*s",
				   theirs && f->is_behind ? "The words of that system"
				   : theirs               ? "The words of the other side"
				   : f->is_bounce         ? "The words of the refusal"
				   : f->reader == READER_SENDER
					   ? "The words that you may have seen"
					   : "The words that the sender may have seen",
				   STR_ARG(words)));
	if (disarmed)
		letter_say(l, "These words are not ours: please do not follow a link in them.");
}

void
letter_reference(const struct letter *l)
{
	struct str id = session_own_id(l->f->s);

	if (id.n > 0)
		letter_add(l, arena_printf(
				      l->f->arena,
				      "If you contact us again, please quote this reference: %.*s",
				      STR_ARG(letter_clean(l, id))));
}
