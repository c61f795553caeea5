/* SPDX-License-Identifier: MIT */
/*
 * explain_postmaster: the text for the postmaster of the other side: of the system that brought the
 * mail, or of the one that refused ours. What happened, the facts, then the cause and what to change.
 */
#include "model/explain_local.h"

bool
report_goes_onward(const struct explain_facts *f)
{
	switch (f->what) {
	case FATE_REFUSED_THERE:
		return true;
	case FATE_WORN_OUT:
	case FATE_WAITING:
		return !f->is_behind;
	case FATE_GAVE_UP:
		return !explain_is_ours(f);
	case FATE_DELIVERED:
		return f->recipient->remote_host.n > 0 &&
		       (f->reader == READER_SENDER || f->is_made_here) && !f->is_behind;
	default:
		return false;
	}
}

/* --- the first sentence --------------------------------------------------------------------- */

/* " at RCPT TO"; a connection is refused at nothing else. */
static const char *
at_stage(const struct explain_facts *f)
{
	bool is_said = f->stage >= STAGE_HELO && f->stage <= STAGE_DATA;

	return is_said ? arena_printf(f->arena, " at %s", stage_spoken(f->stage)).p : "";
}

static const char *
still_trying(const struct explain_facts *f)
{
	switch (f->tries.retry) {
	case RETRY_STOPPED:
	case RETRY_NOT_COVERED:
		return ". This was the last attempt in our logs.";
	default:
		return " yet; it is still trying.";
	}
}

static struct str
intro_onward(const struct explain_facts *f)
{
	const struct recipient *r = f->recipient;
	struct str host = explain_host(r->remote_host, r->remote_ip, f->arena);
	struct str gateway = explain_gateway(f);
	const char *blank = host.n > 0 ? " " : ""; /* the log does not name every one */

	if (f->what == FATE_REFUSED_THERE)
		return arena_printf(
			f->arena,
			"Your mail system%s%.*s refused a message from our gateway%.*s%s, "
			"with a permanent error.",
			blank, STR_ARG(host), STR_ARG(gateway), at_stage(f));
	if (f->what == FATE_WORN_OUT)
		return arena_printf(f->arena,
				    "Your mail system%s%.*s kept deferring a message from our "
				    "gateway%.*s until the gateway gave up. The last answer was:",
				    blank, STR_ARG(host), STR_ARG(gateway));
	if (f->what == FATE_DELIVERED)
		return arena_printf(
			f->arena, "Your mail system%s%.*s accepted a message from our gateway%.*s.",
			blank, STR_ARG(host), STR_ARG(gateway));
	if (f->what == FATE_GAVE_UP)
		return arena_printf(
			f->arena,
			"Our gateway%.*s could not deliver a message to your users%s%.*s, "
			"and has given up.",
			STR_ARG(gateway), host.n ? " at " : "", STR_ARG(host));
	return arena_printf(f->arena,
			    "Our gateway%.*s could not hand a message to your mail system%s%.*s%s",
			    STR_ARG(gateway), blank, STR_ARG(host), still_trying(f));
}

/* Before MAIL FROM there is no message to speak of. */
static const char *
handed(const struct explain_facts *f)
{
	return f->stage == STAGE_CONNECT || f->stage == STAGE_HELO ? "connection from"
								   : "message from";
}

/* What needs no fact but the fate. */
static const char *
inward_words(const struct explain_facts *f)
{
	static const char *const words[FATE_COUNT] = {
		[FATE_UNKNOWN] =
			"saw mail from your system, but its log does not say how that ended",
		[FATE_BROKEN_OFF] = "was receiving mail from your system when the connection ended "
				    "prematurely. No refusal of ours is logged",
		[FATE_DISCARDED] = "accepted a message from your system and discarded it",
		[FATE_QUARANTINED] = "put a message from your system into quarantine",
		[FATE_HELD] =
			"accepted a message from your system and is holding it; it has not been "
			"delivered",
		[FATE_ACCEPTED] =
			"accepted a message from your system; what became of it after that is "
			"not in the logs at hand",
		[FATE_HANDED_ON] =
			"accepted a message from your system and handed it on within our "
			"site; what became of it there is in another part of our logs",
		[FATE_DELIVERED] = "accepted a message from your system and delivered it",
		[FATE_REFUSED_BEHIND] = "accepted a message from your system, but our mail system "
					"behind it refused it",
		[FATE_WAITING] = "accepted a message from your system; it is waiting there to be "
				 "delivered within our site",
		[FATE_WORN_OUT] = "accepted a message from your system, but could not deliver it",
		[FATE_GAVE_UP] = "accepted a message from your system, but could not deliver it",
		[FATE_CALLOUT] =
			"was asked by your system whether an address exists; no message was "
			"sent",
	};

	if (f->told_refused && f->what == FATE_HELD)
		return "answered a message from your system with a refusal, but kept it";
	if (f->told_refused && f->what == FATE_DELIVERED)
		return "answered a message from your system with a refusal, but kept and "
		       "delivered it";
	if (f->is_frozen && f->what == FATE_ACCEPTED)
		return "accepted a message from your system, but could not deliver it, and has "
		       "set it aside (frozen)";
	return words[f->what] ? words[f->what] : words[FATE_UNKNOWN];
}

/* What came of it, as far as our logs tell. */
static struct str
since_deferred(const struct explain_facts *f)
{
	const struct explain_tries *t = &f->tries;

	switch (t->retry) {
	case RETRY_CAME:
		return t->later_well ? STR("It was tried again later, and was accepted.")
				     : STR("It was tried again later; see below.");
	case RETRY_STOPPED:
		return arena_printf(f->arena,
				    "Your system has not tried it again in the %.*s since, as far "
				    "as our logs reach%s.",
				    STR_ARG(explain_span(f->q->logs_end_us - t->last_us, f->arena)),
				    f->q->logs_gap ? " (they have gaps)" : "");
	default:
		return STR("That is no failure yet: it should be tried again.");
	}
}

static struct str
intro_inward(const struct explain_facts *f)
{
	struct arena *a = f->arena;
	struct str gateway = explain_gateway(f);

	switch (f->what) {
	case FATE_REFUSED:
		return arena_printf(a,
				    "Our mail gateway%.*s refused a %s your system%s, with a "
				    "permanent error.",
				    STR_ARG(gateway), handed(f), at_stage(f));
	case FATE_DEFERRED:
		return arena_printf(a,
				    "Our mail gateway%.*s deferred a %s your system%s, with a "
				    "temporary error. %.*s",
				    STR_ARG(gateway), handed(f), at_stage(f),
				    STR_ARG(since_deferred(f)));
	case FATE_DROPPED:
		return arena_printf(
			a, "Our mail gateway%.*s broke off a connection from your system%s.",
			STR_ARG(gateway), at_stage(f));
	default:
		return arena_printf(a, "Our mail gateway%.*s %s.", STR_ARG(gateway),
				    inward_words(f));
	}
}

/* --- cause and cure ------------------------------------------------------------------------- */

static void
titled(const struct report *r, const char *title, const char *text)
{
	strbuf_add_char(r->b, '\n');
	explain_wrap(r->b, arena_printf(r->f->arena, "%s: %s", title, text), 0);
}

/* Where the words for the class assume a retry that did not come. */
static bool
blames_silence(const struct explain_facts *f)
{
	return f->what == FATE_DEFERRED && f->tries.retry == RETRY_STOPPED &&
	       (f->class == CLASS_GREYLIST || f->class == CLASS_TROUBLE || f->class == CLASS_NONE);
}

static const char *
change(const struct explain_facts *f)
{
	return blames_silence(f)
		       ? "After a temporary (4yz) reply your server should keep the "
			 "message and try again, at first after some minutes, then every few "
			 "hours, for four or five days (RFC 5321, section 4.5.4.1). Please "
			 "look in its log and queue for what it did after the attempts above."
		       : explain_our_words(f->class)->change;
}

static void
cause(const struct report *r)
{
	const struct explain_facts *f = r->f;
	const struct our_words *ours = explain_our_words(f->class);
	const struct their_words *theirs = explain_their_words(f->class);

	if (report_goes_onward(f)) {
		if (f->what == FATE_DELIVERED)
			return;
		if (f->what == FATE_WAITING && f->class == CLASS_NONE)
			return;
		titled(r, "Cause", theirs->cause);
		titled(r, "What we ask", theirs->ask);
		return;
	}
	switch (f->what) {
	case FATE_REFUSED:
	case FATE_DEFERRED:
	case FATE_DROPPED:
	case FATE_REFUSED_BEHIND:
	case FATE_WORN_OUT:
	case FATE_GAVE_UP:
		titled(r, "Cause",
		       f->class == CLASS_NONE && f->reply.text.n == 0
			       ? "Our log does not give the reason."
			       : ours->cause);
		titled(r, "What to change", change(f));
		break;
	case FATE_QUARANTINED:
	case FATE_HELD:
	case FATE_DISCARDED:
		if (f->class == CLASS_NONE)
			break;
		titled(r, "Cause", ours->cause);
		titled(r, "What to change", change(f));
		break;
	default:
		break;
	}
}

void
explain_postmaster(const struct explain_facts *f, struct strbuf *out)
{
	struct report r = { f, out };
	bool onward = report_goes_onward(f);

	strbuf_add_text(out, "Hello,\n\n");
	explain_wrap(out, onward ? intro_onward(f) : intro_inward(f), 0);
	strbuf_add_char(out, '\n');
	report_table(&r);
	cause(&r);
}
