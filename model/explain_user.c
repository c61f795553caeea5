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
			       ? STR("An automatic message, or a question whether the address "
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
	struct str host = explain_host(f->s->peer_host, f->s->peer_ip, f->arena);

	letter_add(l, arena_printf(f->arena,
				   "A mail system%s%.*s%s wanted to hand a message to our mail "
				   "gateway, and was %s before it had said from whom or for whom.",
				   host.n > 0 ? ", " : "", STR_ARG(host), host.n > 0 ? "," : "",
				   f->what == FATE_DEFERRED  ? "asked to come again"
				   : f->what == FATE_DROPPED ? "cut off"
							     : "turned away"));
}

static const char *
what_words(const struct explain_facts *f)
{
	switch (f->what) {
	case FATE_REFUSED:
		return "was refused by our mail gateway and did not get through.";
	case FATE_DEFERRED:
		return "was put off by our mail gateway. It has not been refused: the sender's "
		       "mail "
		       "system was asked to come again.";
	case FATE_DROPPED:
		return "did not get through: our mail gateway broke off the conversation.";
	case FATE_BROKEN_OFF:
		return "did not get through: the conversation with our mail gateway ended too "
		       "early.";
	case FATE_DISCARDED:
		return f->sender_told
			       ? "was accepted by our mail gateway and not delivered, as a rule "
				 "there demands."
			       : "was accepted by our mail gateway and thrown away, as a rule "
				 "there demands.";
	case FATE_QUARANTINED:
		return "was put into quarantine by our mail gateway and has not been delivered.";
	case FATE_HELD:
		return f->told_refused
			       ? "was kept by our mail gateway, although the sender was told that "
				 "it was refused."
			       : "was accepted by our mail gateway and is being held there; it has "
				 "not been delivered.";
	case FATE_ACCEPTED:
		return f->is_frozen
			       ? "was accepted by our mail gateway and is stuck there: delivery "
				 "failed, and it was set aside."
			       : "was accepted by our mail gateway. What became of it then is not "
				 "in the log that we have read.";
	case FATE_HANDED_ON:
		return "was accepted by our mail gateway and handed on to another program there, "
		       "such as a filter.";
	case FATE_UNKNOWN:
		return "was seen by our mail gateway, but the log does not tell how that ended.";
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
		letter_say(l, "The sender, however, was told that it was refused.");
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
					   "%.*s could not be delivered: %.*s kept putting it off, "
					   "until our mail gateway gave up.",
					   STR_ARG(the_message(l)), STR_ARG(their_host(l))));
		break;
	case FATE_GAVE_UP:
		letter_add(l, arena_printf(
				      a, "%.*s %scould not be delivered; the gateway has given up.",
				      STR_ARG(the_message(l)),
				      f->is_made_here ? ""
						      : "was accepted by our mail gateway, but "));
		break;
	case FATE_WAITING:
		letter_add(l, arena_printf(
				      a,
				      "%.*s has not been delivered yet; it waits at our mail "
				      "gateway, because %.*s could not take it. It has not failed.",
				      STR_ARG(the_message(l)), STR_ARG(their_host(l))));
		break;
	default:
		break;
	}
}

static void
what_happened(const struct letter *l)
{
	const struct explain_facts *f = l->f;
	const char *words = what_words(f);
	struct str subject = explain_clean(f->s->subject, SUBJECT_BYTES, f->arena);

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
	if (subject.n > 0)
		letter_add(l, arena_printf(f->arena, "Its subject: %.*s.",
					   STR_ARG(letter_quoted(l, subject))));
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
		letter_say(l, ours->why);
		letter_say(l, "That is a mail system of our own, behind the gateway.");
		break;
	case FATE_REFUSED_THERE:
		letter_say(l, theirs->why);
		letter_say(l, "That was the other side's decision, not ours.");
		break;
	case FATE_WORN_OUT:
		letter_say(l, f->is_behind ? ours->why : theirs->why);
		letter_say(l, f->is_behind ? "That is a mail system of our own, behind the gateway."
					   : "That lay with the other side, not with us.");
		break;
	case FATE_GAVE_UP:
		letter_say(l, explain_is_ours(f) ? ours->why : theirs->why);
		break;
	case FATE_WAITING:
		if (f->class != CLASS_NONE)
			letter_say(l, f->is_behind ? ours->why : theirs->why);
		break;
	case FATE_BROKEN_OFF:
		letter_say(l, "Our gateway had not refused anything until then; why the other side "
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
		letter_say(l, "Our log does not tell when.");
	else
		letter_add(l,
			   arena_printf(f->arena, "%s on %.*s.",
					f->what == FATE_WAITING ? "The last attempt in our log was"
								: "That was",
					STR_ARG(explain_when(f, f->time_us))));
	why(l);
}

/* --- what to do ----------------------------------------------------------------------------- */

static void
tell_sender(const struct letter *l, const char *words)
{
	if (l->f->reader == READER_SENDER)
		letter_say(l, words);
	else
		letter_add(l, arena_printf(l->f->arena, "You can tell the sender: \"%s\"", words));
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
		letter_say(l, "That is common when mail is passed on from one address to another. "
			      "It is safer to collect the mail here than to have it passed on.");
	else if (f->what == FATE_REFUSED_THERE && f->is_forwarded)
		letter_say(l, "If mail for this address should not be passed on there any more, "
			      "please tell us.");
}

static void
do_about_delivery(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	if (f->bounced_us != TIME_NONE)
		return;
	letter_say(l, f->reader != READER_RECIPIENT
			      ? "If the recipient does not see it, it may lie in a folder for junk "
				"mail; the people who run the mail there can tell more."
			      : "If you do not see it, please look into your folder for junk mail "
				"and at your filter rules.");
}

static void
what_to_do(const struct letter *l)
{
	const struct explain_facts *f = l->f;

	switch (f->what) {
	case FATE_REFUSED:
	case FATE_DEFERRED:
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
			tell_sender(l, "Your message did not come through in whole. If your mail "
				       "system does not send it again by itself, please do.");
		break;
	case FATE_DELIVERED:
		do_about_delivery(l);
		break;
	case FATE_QUARANTINED:
	case FATE_HELD:
		letter_say(l, "If you need it, please ask us to release it.");
		break;
	case FATE_DISCARDED:
		letter_say(l,
			   f->sender_told
				   ? "The sender was sent a notice about it."
				   : "The sender was told that it was accepted, and does not "
				     "know. It has to be sent again if it is wanted; please talk "
				     "to us first, or it will be thrown away again.");
		break;
	case FATE_HANDED_ON:
	case FATE_ACCEPTED:
	case FATE_UNKNOWN:
		if (f->what != FATE_HANDED_ON || !f->q->onward)
			letter_say(l, "Please ask us to look further.");
		break;
	default:
		break;
	}
}

void
explain_user(const struct explain_facts *f, struct strbuf *out)
{
	static void (*const parts[])(const struct letter *l) = {
		what_happened, when_and_why,      letter_caveat,    what_to_do,
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
