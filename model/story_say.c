/* SPDX-License-Identifier: MIT */
/* story_say: how one story ended, in a sentence. */
#include "model/story_say.h"

#include "model/address.h"
#include "model/say_time.h"

#define SAY_MAX   700
#define REPLY_MAX 200

struct telling {
	const struct story *story;
	const struct session *s;
	const struct recipient *r; /* NULL: the session as a whole */
	const struct zone *zone;
	struct arena *arena;
	struct strbuf *b;
};

static void
say_reply(const struct telling *t, const char *before)
{
	const struct reply *reply =
		t->r && (t->r->reply.code || t->r->reply.text.n) ? &t->r->reply : &t->s->reply;
	struct str text = str_slice(reply->text, 0, REPLY_MAX);
	while (text.n > 0 && text.p[text.n - 1] == '.')
		text.n--; /* ours comes behind it */

	/* An answer that nobody logged is not quoted. */
	if (text.n == 0 && !reply->code_logged)
		return;
	strbuf_add_text(t->b, before);
	if (reply->code)
		strbuf_printf(t->b, "%u", (unsigned)reply->code);
	struct str enhanced = enhanced_text(reply->enhanced, t->arena);
	if (enhanced.n > 0)
		strbuf_printf(t->b, "%s%.*s", reply->code ? " " : "", STR_ARG(enhanced));
	if (text.n > 0 && (reply->code || enhanced.n > 0))
		strbuf_add_char(t->b, ' ');
	for (size_t i = 0; i < text.n; i++)
		strbuf_add_char(t->b, text.p[i] == '\n' ? ' ' : text.p[i]);
}

static void
say_gateway(const struct telling *t)
{
	if (t->s->gateway_name.n > 0)
		strbuf_printf(t->b, " by %.*s", STR_ARG(t->s->gateway_name));
}

static bool
is_passing(const struct reply *r)
{
	return r->code / 100 == 4 || r->enhanced.class == 4;
}

static void
say_when(const struct telling *t, bool of_delivery)
{
	int64_t time = of_delivery && t->r && t->r->time_us != 0 && t->r->time_us != TIME_NONE
			       ? t->r->time_us
			       : t->s->start_us;

	strbuf_add_char(t->b, ' ');
	say_moment(t->b, t->zone, time);
}

static void
say_remote(const struct telling *t, const char *word)
{
	if (!t->r || (t->r->remote_host.n == 0 && t->r->remote_ip.n == 0))
		return;
	strbuf_printf(t->b, " %s %.*s", word,
		      STR_ARG(t->r->remote_host.n ? t->r->remote_host : t->r->remote_ip));
}

static bool
is_same(const struct recipient *a, const struct recipient *b)
{
	return str_eq_nocase(a->address, b->address) ||
	       (a->original.n > 0 && (str_eq_nocase(a->original, b->address) ||
				      str_eq_nocase(a->original, b->original))) ||
	       (b->original.n > 0 && str_eq_nocase(a->address, b->original));
}

/* Did session s put off the mail to r (NULL: to whomever)? Before RCPT nobody is named. */
static bool
puts_off(const struct session *s, const struct recipient *r)
{
	bool deferred = s->verdict == VERDICT_DEFERRED;

	if (!r || s->n_recipients == 0)
		return deferred;
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *x = &s->recipients[i];

		if (!x->by_remote && is_same(x, r) &&
		    (x->verdict == VERDICT_DEFERRED || (deferred && x->verdict == VERDICT_NONE)))
			return true;
	}
	return false;
}

/* Attempts at the recipient that is spoken of. */
static size_t
put_off(const struct telling *t)
{
	size_t n = 0;

	for (size_t i = 0; i < t->story->n; i++)
		n += puts_off(t->story->sessions[i], t->r);
	return n;
}

static void
say_attempts(const struct telling *t)
{
	size_t n = put_off(t);

	if (n > 0)
		strbuf_printf(t->b, ", after %zu attempt%s put off", n, n == 1 ? "" : "s");
}

static void
say_put_off(const struct telling *t, const char *done)
{
	size_t n = put_off(t);

	strbuf_add_text(t->b, done);
	if (n > 1)
		strbuf_printf(t->b, " %zu times, the last time", n);
	say_when(t, false);
	say_gateway(t);
	strbuf_add_text(t->b, ", and not tried again");
	say_reply(t, ": ");
}

static const struct session *
later_bounce(const struct telling *t)
{
	for (size_t i = 0; i < t->story->n; i++) {
		const struct session *s = t->story->sessions[i];

		if (s->has_sender && s->sender.n == 0 && s != t->s && s->start_us >= t->s->start_us)
			return s;
	}
	return NULL;
}

static void
say_bounced(const struct telling *t)
{
	strbuf_add_text(t->b, "Accepted");
	say_gateway(t);
	say_when(t, false);
	/* A passing refusal ends it only when the queue gives up. */
	bool given_up = t->r && is_passing(&t->r->reply);
	strbuf_add_text(t->b, given_up ? ", but given up later; the last attempt was"
				       : ", but delivery failed");
	say_when(t, true);
	say_remote(t, "at");
	say_reply(t, ": ");
	const struct session *bounce = later_bounce(t);
	if (bounce && bounce->n_recipients > 0)
		strbuf_printf(t->b, " — a bounce went to %.*s",
			      STR_ARG(bounce->recipients[0].address));
}

static void
say_delivered(const struct telling *t)
{
	strbuf_add_text(t->b, "Delivered");
	say_when(t, true);
	if (t->r)
		strbuf_printf(t->b, " to %.*s", STR_ARG(t->r->address));
	say_remote(t, "by");
	say_attempts(t);
	say_reply(t, ": ");
	const struct session *bounce = later_bounce(t);
	if (bounce) {
		strbuf_add_text(t->b, " — then a bounce came back, ");
		say_moment(t->b, t->zone, bounce->start_us);
	}
}

static void
say_queued(const struct telling *t)
{
	bool tried = t->r && t->r->by_remote;

	if (tried && t->s->gateway_name.n > 0)
		strbuf_printf(t->b, "In the queue of %.*s since", STR_ARG(t->s->gateway_name));
	else
		strbuf_add_text(t->b, tried ? "In our queue since" : "Accepted");
	if (!tried)
		say_gateway(t);
	say_when(t, false);
	say_attempts(t);
	if (tried) {
		strbuf_add_text(t->b, "; the last attempt was");
		say_when(t, true);
		say_remote(t, "at");
		say_reply(t, ": ");
	} else {
		strbuf_add_text(t->b, "; no delivery is logged");
	}
}

static void
say_taken(const struct telling *t, const char *done)
{
	strbuf_add_text(t->b, done);
	say_gateway(t);
	say_when(t, false);
	say_reply(t, ": ");
}

static void
say_refused(const struct telling *t)
{
	enum stage stage = t->r && t->r->stage != STAGE_NONE ? t->r->stage : t->s->stage;

	strbuf_add_text(t->b, "Refused");
	say_gateway(t);
	if (stage != STAGE_NONE && stage != STAGE_DELIVERY)
		strbuf_printf(t->b, " at %s", stage_spoken(stage));
	say_when(t, false);
	say_attempts(t);
	say_reply(t, ": ");
}

static void
say(const struct telling *t)
{
	switch (t->story->outcome) {
	case STORY_DELIVERED:
		say_delivered(t);
		break;
	case STORY_QUEUED:
		say_queued(t);
		break;
	case STORY_GREYLISTED:
		say_put_off(t, "Greylisted");
		break;
	case STORY_DEFERRED:
		say_put_off(t, "Put off");
		break;
	case STORY_HELD:
		say_taken(t, "On hold, put there");
		break;
	case STORY_QUARANTINED:
		say_taken(t, "In quarantine, put there");
		break;
	case STORY_DISCARDED:
		say_taken(t, "Accepted and discarded");
		break;
	case STORY_BOUNCED:
		say_bounced(t);
		break;
	case STORY_REFUSED:
		say_refused(t);
		break;
	default:
		strbuf_add_text(t->b, "Seen, but no log says what became of it");
		break;
	}
}

struct str
story_say(const struct story *s, const struct zone *zone, struct arena *a)
{
	struct strbuf b;
	struct telling t = { s, s->decided_by, s->recipient, zone, a, &b };
	struct str text;

	strbuf_init(&b, SAY_MAX);
	if (s->decided_by)
		say(&t);
	else
		strbuf_add_text(&b, "Seen, but no log says what became of it");
	if (b.n > 0 && b.p[b.n - 1] != '.')
		strbuf_add_char(&b, '.');
	text = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return text;
}
