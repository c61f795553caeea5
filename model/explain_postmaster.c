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
	case FATE_WORN_OUT:
	case FATE_WAITING:
		return true;
	case FATE_GAVE_UP:
		return !explain_is_ours(f);
	case FATE_DELIVERED:
		return f->recipient->remote_host.n > 0 &&
		       (f->reader == READER_SENDER || f->is_made_here) &&
		       !ours_is_backend(f->q->ours, f->recipient->remote_host);
	default:
		return false;
	}
}

/* --- the first sentence --------------------------------------------------------------------- */

static const char *
at_stage(enum stage s)
{
	static const char *const words[STAGE_COUNT] = {
		[STAGE_NONE] = "",
		[STAGE_CONNECT] = "",
		[STAGE_HELO] = " at HELO",
		[STAGE_MAIL] = " at MAIL FROM",
		[STAGE_RCPT] = " at RCPT TO",
		[STAGE_DATA] = " at DATA",
		[STAGE_DELIVERY] = "",
	};

	return (unsigned)s < STAGE_COUNT ? words[s] : "";
}

static struct str
intro_onward(const struct explain_facts *f)
{
	const struct recipient *r = f->recipient;
	struct str host = explain_host(r->remote_host, r->remote_ip, f->arena);
	struct str gateway = explain_gateway(f);

	if (f->what == FATE_REFUSED_THERE)
		return arena_printf(
			f->arena,
			"Your mail system %.*s refused a message from our gateway %.*s%s, "
			"with a permanent error.",
			STR_ARG(host), STR_ARG(gateway), at_stage(f->stage));
	if (f->what == FATE_WORN_OUT)
		return arena_printf(f->arena,
				    "Your mail system %.*s put off a message from our gateway %.*s "
				    "until the gateway gave up. This was the last answer:",
				    STR_ARG(host), STR_ARG(gateway));
	if (f->what == FATE_DELIVERED)
		return arena_printf(f->arena,
				    "Your mail system %.*s took a message from our gateway %.*s.",
				    STR_ARG(host), STR_ARG(gateway));
	if (f->what == FATE_GAVE_UP)
		return arena_printf(
			f->arena,
			"Our gateway %.*s could not deliver a message to your users%s%.*s, "
			"and has given up.",
			STR_ARG(gateway), host.n ? " at " : "", STR_ARG(host));
	return arena_printf(f->arena,
			    "Our gateway %.*s could not hand a message to your mail system%s%.*s "
			    "yet; it goes on trying.",
			    STR_ARG(gateway), host.n ? " " : "", STR_ARG(host));
}

/* Before MAIL FROM there is no message to speak of. */
static const char *
handed(const struct explain_facts *f)
{
	return f->stage == STAGE_CONNECT || f->stage == STAGE_HELO ? "connection from"
								   : "message from";
}

static struct str
intro_inward(const struct explain_facts *f)
{
	struct arena *a = f->arena;
	struct str gateway = explain_gateway(f);
	const char *what = "saw mail from your system, but its log does not tell how that ended";

	switch (f->what) {
	case FATE_REFUSED:
		what = arena_printf(a, "refused a %s your system%s, with a permanent error",
				    handed(f), at_stage(f->stage))
			       .p;
		break;
	case FATE_DEFERRED:
		what = arena_printf(
			       a,
			       "put off a %s your system%s. That is no failure yet: it should be "
			       "tried again",
			       handed(f), at_stage(f->stage))
			       .p;
		break;
	case FATE_DROPPED:
		what = arena_printf(a, "broke off a connection from your system%s",
				    at_stage(f->stage))
			       .p;
		break;
	case FATE_BROKEN_OFF:
		what = "was taking mail from your system when the connection ended too early. "
		       "Nothing of ours is logged as a refusal";
		break;
	case FATE_DISCARDED:
		what = "accepted a message from your system and discarded it";
		break;
	case FATE_QUARANTINED:
		what = "put a message from your system into quarantine";
		break;
	case FATE_HELD:
		what = f->told_refused
			       ? "answered a message from your system with a refusal, but kept it"
			       : "accepted a message from your system and is holding it; it has "
				 "not "
				 "been delivered";
		break;
	case FATE_ACCEPTED:
		what = f->is_frozen ? "accepted a message from your system, but could not deliver "
				      "it, and "
				      "has set it aside (frozen)"
				    : "accepted a message from your system; what became of it then "
				      "is not "
				      "in the log at hand";
		break;
	case FATE_HANDED_ON:
		what = "accepted a message from your system and handed it on within our site; what "
		       "became of it there is in another part of our log";
		break;
	case FATE_DELIVERED:
		what = f->told_refused ? "answered a message from your system with a refusal, but "
					 "kept and delivered it"
				       : "accepted a message from your system and delivered it";
		break;
	case FATE_REFUSED_BEHIND:
		what = "accepted a message from your system, but our mail system behind it refused "
		       "it";
		break;
	case FATE_GAVE_UP:
		what = "accepted a message from your system, but could not deliver it";
		break;
	case FATE_CALLOUT:
		what = "was asked by your system whether an address exists; no message was sent";
		break;
	default:
		break;
	}
	return arena_printf(a, "Our mail gateway %.*s %s.", STR_ARG(gateway), what);
}

/* --- cause and cure ------------------------------------------------------------------------- */

static void
titled(const struct report *r, const char *title, const char *text)
{
	strbuf_add_char(r->b, '\n');
	explain_wrap(r->b, arena_printf(r->f->arena, "%s: %s", title, text), 0);
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
	case FATE_GAVE_UP:
		titled(r, "Cause", ours->cause);
		titled(r, "What to change", ours->change);
		break;
	case FATE_QUARANTINED:
	case FATE_HELD:
	case FATE_DISCARDED:
		if (f->class == CLASS_NONE)
			break;
		titled(r, "Cause", ours->cause);
		titled(r, "What to change", ours->change);
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
