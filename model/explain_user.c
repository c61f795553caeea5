/* SPDX-License-Identifier: MIT */
/*
 * explain_user: the text for a person who knows nothing of mail systems: what happened and when,
 * why and whose doing, what to tell the sender, what happens next, the words that were seen.
 * A paragraph is one line: it is read on a phone.
 */
#include "model/explain_local.h"

enum { SUBJECT_BYTES = 90, ADDRESS_BYTES = 120 };

struct str
letter_clean(const struct letter *l, struct str s)
{
	if (!explain_is_name(s))
		return STR("[an unusual address, left out here]");
	return explain_clean(s, ADDRESS_BYTES, l->f->arena);
}

struct str
letter_quoted(const struct letter *l, struct str clean)
{
	char *text = arena_alloc(l->f->arena, clean.n + 3);

	text[0] = text[clean.n + 1] = '"';
	for (size_t i = 0; i < clean.n; i++)
		text[i + 1] = clean.p[i] == '"' ? '\'' : clean.p[i];
	return (struct str){ text, clean.n + 2 };
}

/* A sentence; sentences of one paragraph are parted by a blank. */
void
letter_add(const struct letter *l, struct str sentence)
{
	if (sentence.n == 0)
		return;
	if (l->b->n > 0 && l->b->p[l->b->n - 1] != '\n')
		strbuf_add_char(l->b, ' ');
	strbuf_add(l->b, sentence);
}

void
letter_say(const struct letter *l, const char *sentence)
{
	letter_add(l, str_from(sentence));
}

static void
paragraph(const struct letter *l)
{
	if (l->b->n > 0 && !str_ends(strbuf_str(l->b), STR("\n\n")))
		strbuf_add_text(l->b, "\n\n");
}

/* --- of which message ----------------------------------------------------------------------- */

static struct str
about_parent(const struct letter *l)
{
	const struct session *s = l->f->s;

	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == ID_ROLE_PARENT)
			return arena_printf(l->f->arena,
					    "A notice of failure, which our own mail gateway wrote "
					    "about the message %.*s,",
					    STR_ARG(letter_clean(l, s->identifiers[i].text)));
	return STR("A notice of failure, which our own mail gateway wrote,");
}

static struct str
from_whom(const struct letter *l)
{
	const struct session *s = l->f->s;

	if (l->f->is_made_here)
		return about_parent(l);
	if (l->f->is_bounce)
		/* Before DATA nothing tells a bounce from a question. */
		return l->f->stage == STAGE_RCPT || l->f->stage == STAGE_MAIL
			       ? STR("An automatic message, or a check whether the address "
				     "exists,")
			       : STR("A notice of failure, or another automatic message,");
	if (!s->has_sender)
		return STR("A message whose sender is not in our log");
	return arena_printf(l->f->arena, "A message from %.*s",
			    STR_ARG(letter_clean(l, s->sender)));
}

/* "A message from X to you (Y)", "Your message to Y" */
static struct str
the_message(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct str to = letter_clean(l, f->address);
	struct arena *a = f->arena;

	if (f->reader == READER_SENDER)
		return to.n > 0 ? arena_printf(a, "Your message to %.*s", STR_ARG(to))
				: STR("Your message");
	if (to.n == 0)
		return from_whom(l);
	return arena_printf(a, f->reader == READER_EITHER ? "%.*s to %.*s" : "%.*s to you (%.*s)",
			    STR_ARG(from_whom(l)), STR_ARG(to));
}

static struct str
their_host(const struct letter *l)
{
	const struct recipient *r = l->f->recipient;
	struct str host =
		r ? letter_clean(l, r->remote_host.n ? r->remote_host : r->remote_ip) : STR("");

	return host.n > 0 ? host : STR("another mail system");
}

/* --- what happened -------------------------------------------------------------------------- */

/* Turned away so early that nobody knows which message it was. */
static void
what_before_sender(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct str host = explain_host(letter_clean(l, f->s->peer_host), f->s->peer_ip, f->arena);

	letter_add(
		l,
		arena_printf(
			f->arena,
			"A mail system%s%.*s%s tried to hand a message to our mail "
			"gateway, and was %s before it had said who the message was from or for.",
			host.n > 0 ? ", " : "", STR_ARG(host), host.n > 0 ? "," : "",
			f->what == FATE_DEFERRED  ? "asked to try again later"
			: f->what == FATE_DROPPED ? "disconnected"
						  : "turned away"));
}

static const char *
what_words(const struct explain_facts *f)
{
	switch (f->what) {
	case FATE_REFUSED:
		return "was refused by our mail gateway and did not get through.";
	case FATE_DEFERRED:
		return "was not accepted by our mail gateway straight away. That is not a refusal: "
		       "the sending mail system was asked to try again later.";
	case FATE_DROPPED:
		return "did not get through: our mail gateway broke off the connection.";
	case FATE_BROKEN_OFF:
		return "did not get through: the connection to our mail gateway ended before "
		       "the message was complete.";
	case FATE_DISCARDED:
		return f->sender_told
			       ? "was accepted by our mail gateway but, because of a rule there, "
				 "not delivered."
			       : "was accepted by our mail gateway and then, because of a rule "
				 "there, deleted.";
	case FATE_QUARANTINED:
		return "was put into quarantine by our mail gateway and has not been delivered.";
	case FATE_HELD:
		return f->told_refused
			       ? "was kept by our mail gateway, although the sender was told that "
				 "it had been refused."
			       : "was accepted by our mail gateway and is being held there; it has "
				 "not been delivered.";
	case FATE_ACCEPTED:
		return f->is_frozen
			       ? "was accepted by our mail gateway and is stuck there: delivery "
				 "failed, and it was set aside."
			       : "was accepted by our mail gateway. What happened to it after "
				 "that is not in the logs we have read.";
	case FATE_HANDED_ON:
		return "was accepted by our mail gateway and handed on to another program there, "
		       "such as a filter.";
	case FATE_UNKNOWN:
		return "was seen by our mail gateway, but our log does not say how that ended.";
	default:
		return "";
	}
}

static void
what_delivered(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const struct recipient *r = f->recipient;
	struct arena *a = f->arena;
	struct str taken = their_host(l);

	if (f->is_forwarded && !f->is_shared)
		taken = arena_printf(a, "%.*s (%.*s)", STR_ARG(letter_clean(l, r->address)),
				     STR_ARG(taken));
	if (f->is_made_here)
		letter_add(l, arena_printf(a, "%.*s was passed on to %.*s, which took it.",
					   STR_ARG(the_message(l)), STR_ARG(taken)));
	else if (r->remote_host.n == 0 && r->remote_ip.n == 0)
		letter_add(l,
			   arena_printf(a, "%.*s was accepted by our mail gateway and delivered.",
					STR_ARG(the_message(l))));
	else
		letter_add(l, arena_printf(a,
					   "%.*s was accepted by our mail gateway and passed on "
					   "to %.*s, which took it.",
					   STR_ARG(the_message(l)), STR_ARG(taken)));
	if (f->told_refused)
		letter_say(l, "The sender, however, was told that it had been refused.");
}

static void
what_refused_elsewhere(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct arena *a = f->arena;
	struct str host = their_host(l);

	if (f->is_forwarded && !f->is_shared)
		letter_add(l,
			   arena_printf(
				   a,
				   "%.*s was passed on by our mail gateway to %.*s, and refused "
				   "there by %.*s.",
				   STR_ARG(the_message(l)),
				   STR_ARG(letter_clean(l, f->recipient->address)), STR_ARG(host)));
	else if (f->is_made_here)
		letter_add(l, arena_printf(a, "%.*s was refused by %.*s.", STR_ARG(the_message(l)),
					   STR_ARG(host)));
	else
		letter_add(l, arena_printf(
				      a,
				      "%.*s was accepted by our mail gateway, but refused by %.*s, "
				      "to which it was passed on.",
				      STR_ARG(the_message(l)), STR_ARG(host)));
}

static void
what_waits(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const char *before =
		"has not been delivered yet; it is waiting at our mail gateway, because";
	const char *after = "could not take it. It has not failed.";

	if (f->tries.retry == RETRY_STOPPED) {
		before = "was not delivered at the last attempt in our log, because";
		after = "could not take it; it was left waiting at our mail gateway.";
	} else if (f->tries.retry == RETRY_NOT_COVERED) {
		before = "had not been delivered by the end of our logs; it was waiting at our "
			 "mail gateway, because";
		after = "could not take it.";
	}
	letter_add(l, arena_printf(f->arena, "%.*s %s %.*s %s", STR_ARG(the_message(l)), before,
				   STR_ARG(their_host(l)), after));
}

static void
what_of_delivery(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct arena *a = f->arena;

	switch (f->what) {
	case FATE_DELIVERED:
		what_delivered(l);
		break;
	case FATE_REFUSED_THERE:
	case FATE_REFUSED_BEHIND:
		what_refused_elsewhere(l);
		break;
	case FATE_WORN_OUT:
		letter_add(l, arena_printf(a,
					   "%.*s could not be delivered: %.*s kept asking our mail "
					   "gateway to try again later, until it gave up.",
					   STR_ARG(the_message(l)), STR_ARG(their_host(l))));
		break;
	case FATE_GAVE_UP:
		letter_add(
			l,
			arena_printf(
				a, "%.*s %scould not be delivered; the gateway has stopped trying.",
				STR_ARG(the_message(l)),
				f->is_made_here ? "" : "was accepted by our mail gateway, but "));
		break;
	case FATE_WAITING:
		what_waits(l);
		break;
	default:
		break;
	}
}

static void
its_subject(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	struct str subject = explain_clean(f->s->subject, SUBJECT_BYTES, f->arena);
	bool has_link;

	explain_disarmed(f->s->subject, &has_link, f->arena);
	if (has_link)
		letter_say(l, "Its subject holds a link and is left out here.");
	else if (subject.n > 0)
		letter_add(l, arena_printf(f->arena, "Its subject: %.*s.",
					   STR_ARG(letter_quoted(l, subject))));
}

static void
what_happened(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const char *words = what_words(f);

	if (f->what == FATE_CALLOUT)
		letter_say(l, "A mail system only asked our gateway whether an address exists. No "
			      "message was sent, and there is nothing to do.");
	else if ((f->what == FATE_REFUSED || f->what == FATE_DEFERRED || f->what == FATE_DROPPED) &&
		 !f->s->has_sender && f->s->n_recipients == 0)
		what_before_sender(l);
	else if (*words)
		letter_add(l, arena_printf(f->arena, "%.*s %s", STR_ARG(the_message(l)), words));
	else
		what_of_delivery(l);
	its_subject(l);
}

/* --- when, why, whose doing ----------------------------------------------------------------- */

/* A reason that no log holds is not called a technical one. */
static void
our_reason(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const struct our_words *ours = explain_our_words(f->class);

	if (f->class == CLASS_NONE && f->reply.text.n == 0) {
		letter_say(l, "Our log does not give the reason.");
		return;
	}
	if (f->class == CLASS_NONE && explain_was_said(f)) {
		letter_say(l, "The reason that our gateway gave is quoted below.");
		return;
	}
	letter_say(l, ours->why);
	letter_say(l, explain_doing_text(ours->doing));
}

static void
why(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const struct our_words *ours = explain_our_words(f->class);
	const struct their_words *theirs = explain_their_words(f->class);

	switch (f->what) {
	case FATE_REFUSED:
	case FATE_DEFERRED:
	case FATE_DROPPED:
		our_reason(l);
		break;
	case FATE_QUARANTINED:
	case FATE_DISCARDED:
	case FATE_HELD:
		if (f->class != CLASS_NONE)
			letter_say(l, ours->why);
		break;
	case FATE_REFUSED_BEHIND:
		letter_say(l, "That mail system is one of ours, behind the gateway.");
		letter_say(l, ours->why);
		break;
	case FATE_REFUSED_THERE:
		letter_say(l, theirs->why);
		letter_say(l, "It was the other side's decision, not ours.");
		break;
	case FATE_WORN_OUT:
		if (f->is_behind)
			letter_say(l, "That mail system is one of ours, behind the gateway.");
		letter_say(l, f->is_behind ? ours->why : theirs->why);
		if (!f->is_behind)
			letter_say(l, "The cause lay with the other side, not with us.");
		break;
	case FATE_GAVE_UP:
		letter_say(l, explain_is_ours(f) ? ours->why : theirs->why);
		break;
	case FATE_WAITING:
		if (f->class != CLASS_NONE)
			letter_say(l, f->is_behind ? ours->why : theirs->why);
		break;
	case FATE_BROKEN_OFF:
		letter_say(l, "Our gateway had not refused anything by then; why the other side "
			      "stopped is not known here.");
		break;
	default:
		break;
	}
}

static void
when_and_why(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->time_us == TIME_NONE)
		letter_say(l, "Our log does not say when.");
	else
		letter_add(l,
			   arena_printf(f->arena, "%s on %.*s.",
					f->what == FATE_WAITING ? "The last attempt in our log was"
								: "That was",
					STR_ARG(explain_when(f, f->time_us))));
	why(l);
}

void
explain_user(const struct explain_facts *f, struct strbuf *out)
{
	static void (*const parts[])(const struct letter *l) = {
		what_happened, when_and_why,      letter_caveat,    letter_to_do,
		letter_next,   letter_words_seen, letter_reference,
	};
	struct letter l = { f, out };

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i] != when_and_why && parts[i] != letter_caveat)
			paragraph(&l);
		parts[i](&l);
	}
	while (out->n > 0 && out->p[out->n - 1] == '\n')
		out->p[--out->n] = '\0';
	strbuf_add_char(out, '\n');
}
