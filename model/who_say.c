/* SPDX-License-Identifier: MIT */
/*
 * who_say: the sentences for people: who refused, where, at which stage, who reports. What the logs
 * add is in who_after.c, what is said when nothing was found in who_missing.c.
 */
#include "model/foreign_clue.h"
#include "model/rank.h"
#include "model/reply_class.h"
#include "model/who_sentence.h"

#define SAY_MAX 1200

static void
say_reporter(struct strbuf *b, const struct clue_set *c)
{
	if (c->facts.reported_by.n > 0)
		strbuf_printf(b, " Reported by %.*s.", STR_ARG(c->facts.reported_by));
}

/* Where it went wrong: with one recipient, with us, or where we delivered to. */
static enum stage
failed_stage(const struct clue_set *c, const struct session *s)
{
	const struct recipient *failed = who_accepted(s) ? who_failed(c, s) : NULL;

	/* All went well in the end: what the paste tells is of an attempt before. */
	return failed ? failed->stage : who_accepted(s) ? c->facts.stage : s->stage;
}

/* Candidate i is hardly less likely than the first. */
static bool
is_rival(const struct find_result *r, size_t i)
{
	return i > 0 && r->candidates[i].probability * 4 > r->candidates[0].probability;
}

/* The stage of the likely candidates, if they agree on one. */
static enum stage
agreed_stage(const struct clue_set *c, const struct find_result *r)
{
	enum stage stage = failed_stage(c, r->candidates[0].session);

	for (size_t i = 1; i < r->n_candidates; i++) {
		if (failed_stage(c, r->candidates[i].session) != stage && is_rival(r, i))
			return STAGE_NONE;
	}
	return stage;
}

static bool
is_gateway_of_ours(const struct find_context *x, struct str host)
{
	for (size_t i = 0; i < x->n_coverage; i++) {
		if (str_eq_nocase(x->coverage[i].gateway, host))
			return true;
	}
	return host.n > 0 && ours_is_host(x->ours, host);
}

/* The host of ours that refused: where it delivered to, if that was one of ours. */
static struct str
refusing_gateway(const struct clue_set *c, const struct find_context *x,
		 const struct find_result *r)
{
	const struct session *s = r->candidates[0].session;
	const struct recipient *failed = who_accepted(s) ? who_failed(c, s) : NULL;

	for (size_t i = 1; i < r->n_candidates; i++) {
		if (r->candidates[i].session->gateway != s->gateway && is_rival(r, i))
			return who_refuser(c);
	}
	return failed && failed->by_remote && who_spoke(failed) && r->kind != BOUNCE_CALLOUT &&
			       is_gateway_of_ours(x, failed->remote_host)
		       ? failed->remote_host
		       : s->gateway_name;
}

/*
 * The host that the text names, or else the one that our delivery went to; also when the text
 * names us, and our log knows better.
 */
static struct str
refusing_host(const struct clue_set *c, const struct find_context *x, const struct session *s)
{
	struct str named = who_refuser(c);
	const struct recipient *failed = s && who_accepted(s) ? who_failed(c, s) : NULL;

	if (!failed || failed->remote_host.n == 0)
		return named;
	return named.n == 0 || is_gateway_of_ours(x, named) ? failed->remote_host : named;
}

/* Whoever wrote the text says it was us. */
static void
say_named_wrongly(struct strbuf *b, const struct clue_set *c, const struct find_context *x)
{
	struct str named = who_refuser(c);

	if (is_gateway_of_ours(x, named))
		strbuf_printf(b, " The text names our %.*s; our log says otherwise.",
			      STR_ARG(named));
}

/* " Our address 192.0.2.7 is listed at zen.example." */
static void
say_refused_client(struct strbuf *b, const struct clue_set *c, const struct find_context *x)
{
	struct str client = who_refused_client(c, x), list = STR("");

	if (client.n == 0)
		return;
	for (size_t i = 0; i < c->n && list.n == 0; i++)
		list = c->v[i].kind == CLUE_REPLY ? reply_dnsbl(c->v[i].text) : STR("");
	if (list.n > 0)
		strbuf_printf(b, " Our address %.*s is listed at %.*s.", STR_ARG(client),
			      STR_ARG(list));
	else
		strbuf_printf(b, " It refused our address, %.*s.", STR_ARG(client));
}

static void
say_refuser(struct strbuf *b, const struct clue_set *c, const struct find_context *x,
	    const struct find_result *r)
{
	const struct session *s = who_likely(r);
	enum stage stage = s ? agreed_stage(c, r) : c->facts.stage;
	const char *at = stage_spoken(stage);
	struct str refuser = refusing_host(c, x, s);
	bool deferred = r->kind == BOUNCE_DELAY || (s && s->verdict == VERDICT_DEFERRED);
	const char *done = deferred                           ? "Deferred"
			   : s && who_kept(&r->candidates[0]) ? "Kept back"
							      : "Refused";
	const char *speaker = r->foreign.speaker;

	switch (r->refused_by) {
	case REFUSER_US:
		strbuf_printf(b, "%s by us", done);
		if (s)
			refuser = refusing_gateway(c, x, r);
		break;
	case REFUSER_OUR_BACKEND:
		strbuf_printf(b, "%s by our back end", done);
		break;
	case REFUSER_REMOTE:
		strbuf_printf(b, "%s by the remote site%s%s", done, speaker ? ", " : "",
			      speaker ? speaker : "");
		break;
	case REFUSER_THIRD_PARTY:
		strbuf_printf(b, "%s by %s", done, speaker ? speaker : "a host that is not ours");
		break;
	case REFUSER_SENDER_SIDE:
		if (!s && refuser.n > 0 && !(c->facts.own_error && c->facts.code == 0)) {
			strbuf_printf(b, "%s on the sender's side, %.*s%s%s: it never reached us.",
				      done, STR_ARG(refuser), *at ? ", at " : "", at);
			return;
		}
		strbuf_add_text(b,
				"Not refused by anybody: the reporting system gave up by itself.");
		return;
	default:
		if (refuser.n > 0)
			strbuf_printf(b, "%s by %.*s; nothing says whether that is ours.", done,
				      STR_ARG(refuser));
		else
			strbuf_add_text(b, "It is not known who refused.");
		foreign_say(b, &r->foreign);
		return;
	}
	if (refuser.n > 0)
		strbuf_printf(b, ", %.*s", STR_ARG(refuser));
	strbuf_printf(b, "%s%s%s.", *at ? ", at " : "", at,
		      r->refused_by == REFUSER_US && !s ? ", as the text says" : "");
	if (r->refused_by == REFUSER_REMOTE && s)
		say_named_wrongly(b, c, x);
	if (r->refused_by == REFUSER_REMOTE || r->refused_by == REFUSER_THIRD_PARTY)
		say_refused_client(b, c, x);
	if (r->refused_by != REFUSER_US)
		foreign_say(b, &r->foreign);
}

/* The best candidate carries no identifier of the paste as it stands, but one much like it. */
static void
say_look_alike(struct strbuf *b, const struct clue_set *c, const struct find_result *r)
{
	const struct clue *misread = NULL;

	for (size_t i = 0; i < c->n; i++) {
		enum id_role role = ID_ROLE_OWN;

		if (c->v[i].kind != CLUE_IDENTIFIER || c->v[i].dropped)
			continue;
		switch (rank_id_fit(&c->v[i], &c->more[i], r->candidates[0].session, &role)) {
		case ID_FIT_NONE:
			break;
		case ID_FIT_MISREAD:
			misread = misread ? misread : &c->v[i];
			break;
		default: /* another reading of the same place fits */
			return;
		}
	}
	if (misread)
		strbuf_printf(b, "%.*s is not in the logs. The nearest is %.*s. ",
			      STR_ARG(misread->text),
			      STR_ARG(session_own_id(r->candidates[0].session)));
}

/* A text that tells of no refusal. */
static void
say_no_bounce(struct strbuf *b, const struct clue_set *c, const struct find_result *r)
{
	strbuf_add_text(b, "This is no bounce: nothing in it was refused.");
	if (c->facts.challenge)
		strbuf_add_text(b, " It asks the sender to confirm; the mail arrived there and "
				   "waits for that.");
	else if (c->facts.auto_reply)
		strbuf_add_text(b, " It is an automatic reply: the mail arrived.");
	if (who_likely(r))
		strbuf_add_text(b, " It answers the mail below.");
}

/* Candidates that the text names each by an identifier of its own: several bounces in one paste. */
static size_t
sessions_named(const struct clue_set *c, const struct find_result *r)
{
	size_t named = 0;

	for (size_t i = 0; i < c->n; i++) {
		enum id_role role = ID_ROLE_OWN;
		bool fits = false;

		if (c->v[i].kind != CLUE_IDENTIFIER || c->v[i].dropped)
			continue;
		for (size_t k = 0; k < r->n_candidates && !fits; k++)
			fits = rank_id_fit(&c->v[i], &c->more[i], r->candidates[k].session,
					   &role) == ID_FIT_EXACT &&
			       role == ID_ROLE_OWN;
		named += fits;
	}
	return named;
}

/* A question about mail that went well. */
static bool
nobody_refused(const struct clue_set *c, const struct find_result *r)
{
	if (!c->facts.is_question || r->refused_by != REFUSER_UNKNOWN || who_refuser(c).n > 0)
		return false;
	for (size_t i = 0; i < r->n_candidates; i++) {
		const struct session *s = r->candidates[i].session;
		if ((i == 0 || is_rival(r, i)) && (!who_accepted(s) || who_failed(c, s)))
			return false;
	}
	return r->n_candidates > 0;
}

static void
say_found(struct strbuf *b, const struct clue_set *c, const struct find_context *x,
	  const struct find_result *r)
{
	size_t named = sessions_named(c, r);

	say_look_alike(b, c, r);
	if (nobody_refused(c, r))
		strbuf_printf(b, "Nobody refused %s.",
			      who_likely(r) && (r->n_candidates == 1 || !is_rival(r, 1))
				      ? "it"
				      : "any of these");
	else
		say_refuser(b, c, x, r);
	say_reporter(b, c);
	who_say_after(b, c, x, r);
	if (r->none_probability >= 0.5)
		strbuf_add_text(b, " The sessions below agree only in part.");
	else if (named > 1)
		strbuf_printf(b, " The text names %zu sessions of ours.", named);
	else if (r->n_candidates > 1 && r->candidates[0].probability < 0.95)
		strbuf_add_text(b, " More than one session fits.");
}

/* What the delay warning feared has come. */
static bool
has_failed_since(const struct find_result *r)
{
	return who_likely(r) && (r->candidates[0].outcome == STORY_REFUSED ||
				 r->candidates[0].outcome == STORY_BOUNCED);
}

void
who_say(const struct clue_set *c, const struct find_context *x, struct arena *a,
	struct find_result *r)
{
	struct strbuf b;

	strbuf_init(&b, SAY_MAX);
	if (r->kind == BOUNCE_DELAY)
		strbuf_add_text(&b, has_failed_since(r) ? "Not failed then. " : "Not failed yet. ");
	if (!who_is_bounce(c)) {
		say_no_bounce(&b, c, r);
	} else if (who_is_success(c)) {
		strbuf_add_text(&b, "Nothing failed: this reports that the mail was passed on.");
		say_reporter(&b, c);
	} else if (r->kind == BOUNCE_BACKSCATTER) {
		/* Whose log is missing may be unknown as long as nobody has said what is ours. */
		strbuf_add_text(&b,
				x->ours && x->ours->guessed
					? "Our logs cover that time and hold no such mail: the "
					  "sender is forged, or the log of a gateway of ours is "
					  "missing. (What is ours is only guessed: postern.conf "
					  "would tell.)"
					: "Not sent by us: the sender is forged. Our logs cover "
					  "that time and hold no such mail.");
		say_reporter(&b, c);
	} else if (r->n_candidates > 0 &&
		   !(r->refused_by == REFUSER_SENDER_SIDE && !who_likely(r))) {
		say_found(&b, c, x, r);
	} else {
		if (r->refused_by != REFUSER_UNKNOWN || who_refuser(c).n > 0 ||
		    foreign_says_more(&r->foreign)) {
			say_refuser(&b, c, x, r);
			say_reporter(&b, c);
			strbuf_add_char(&b, ' ');
		}
		who_say_missing(&b, c, x);
	}
	r->message = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
}
