/* SPDX-License-Identifier: MIT */
/* explain_user_next: the end of the local user's text: what happens next, what came later, whether
 * it is the right message at all, the words that were seen, the number to ask again with. */
#include "model/explain_local.h"

enum { WORDS_BYTES = 240 };

static bool
went_well(const struct explain_facts *f)
{
	return f->what == FATE_DELIVERED || f->what == FATE_HANDED_ON || f->what == FATE_ACCEPTED;
}

/* The first that went well, else the last. */
static const struct session *
better_later(const struct explain_facts *f, struct explain_facts *best)
{
	const struct session *found = NULL;
	size_t n = f->q->n_later < EXPLAIN_MOST_LATER ? f->q->n_later : EXPLAIN_MOST_LATER;

	for (size_t i = 0; i < n; i++) {
		struct explain_query q = *f->q;
		struct explain_facts other;

		q.session = &f->q->later[i];
		q.ladder = NULL;
		q.n_later = 0;
		q.onward = q.bounce = NULL;
		q.asked = f->address;
		if (q.session->start_us <= f->time_us || !explain_facts(&q, f->arena, &other) ||
		    !other.is_named)
			continue;
		bool took = went_well(&other), had = found && went_well(best);
		if (had ? took && other.time_us < best->time_us
			: !found || took || other.time_us > best->time_us) {
			*best = other;
			best->q = f->q; /* its own ends here */
			found = q.session;
		}
	}
	return found;
}

static const char *
end_words(enum explain_fate what)
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
		return "was thrown away";
	case FATE_WORN_OUT:
	case FATE_GAVE_UP:
		return "could not be delivered";
	default:
		return "ended in a way that is not logged";
	}
}

/* True if something is known of what came later. */
static bool
what_came_later(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct explain_facts later;

	if (!better_later(f, &later))
		return false;
	letter_add(l, arena_printf(f->arena,
				   "It came again, as far as can be told, on %.*s; then it %s%s.",
				   STR_ARG(explain_when(&later, later.time_us)),
				   end_words(later.what), later.what == f->what ? ", too" : ""));
	return true;
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
		letter_add(l,
			   arena_printf(f->arena, "From there on it %s.", end_words(onward.what)));
}

static void
what_came_back(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->bounced_us == TIME_NONE)
		return;
	letter_add(l,
		   arena_printf(f->arena,
				"Later, on %.*s, a notice of failure %s, very likely about this "
				"message%s.",
				STR_ARG(explain_when(f, f->bounced_us)),
				f->reader == READER_SENDER ? "came back to you"
							   : "went back to the sender",
				f->reader == READER_SENDER ? "; please look at what it says" : ""));
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
		letter_say(l, "Nobody is told: automatic messages have no sender to answer to.");
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

	if (refused_by_us && what_came_later(l))
		return;
	switch (f->what) {
	case FATE_REFUSED:
		letter_say(l,
			   f->is_bounce ? "It will normally not be tried again."
			   : f->reader == READER_SENDER
				   ? "It will normally not be tried again by itself."
				   : "The sender normally gets a notice of failure from their own "
				     "mail system, which does not try again by itself.");
		break;
	case FATE_DEFERRED:
		letter_say(l,
			   "Mail systems normally try again by themselves, often within the hour, "
			   "and give up only after some days; then the sender gets a notice.");
		if (f->q->looked && f->is_named)
			letter_say(l, "The logs that we have read show no further attempt.");
		break;
	case FATE_DROPPED:
	case FATE_BROKEN_OFF:
		letter_say(l, "Mail systems normally try again after that.");
		break;
	case FATE_DELIVERED:
		what_came_back(l);
		break;
	case FATE_HANDED_ON:
		what_came_onward(l);
		break;
	case FATE_WAITING:
		letter_say(l, "Our gateway tries again by itself.");
		letter_say(l, f->reader == READER_SENDER
				      ? "If that fails for some days, you get a notice."
				      : "If that fails for some days, the sender gets a notice.");
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
			   "Our log does not say for whom it was, so it is not certain that it is "
			   "the message you ask about.");
}

void
letter_words_seen(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	bool theirs = f->what == FATE_REFUSED_THERE || f->what == FATE_WORN_OUT ||
		      f->what == FATE_WAITING || f->what == FATE_REFUSED_BEHIND;
	bool ours = f->what == FATE_REFUSED || f->what == FATE_DEFERRED;

	if ((!theirs && !ours) || !f->reply.text_logged || f->reply.text.n == 0)
		return;
	letter_add(l, arena_printf(f->arena, "%s: %.*s",
				   theirs && f->is_behind ? "The words of that system"
				   : theirs               ? "The words of the other side"
				   : f->reader == READER_SENDER
					   ? "The words that you may have seen"
					   : "The words that the sender may have seen",
				   STR_ARG(letter_quoted(l, explain_reply(f, WORDS_BYTES)))));
}

void
letter_reference(const struct letter *l)
{
	struct str id = session_own_id(l->f->s);

	if (id.n > 0)
		letter_add(l, arena_printf(l->f->arena,
					   "If you ask us again, please give this number: %.*s",
					   STR_ARG(letter_clean(l, id))));
}
