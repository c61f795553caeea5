/* SPDX-License-Identifier: MIT */
/*
 * story_miss: not seen: where the logs look and where they do not, and what comes near. Also the
 * sentence of what was seen.
 */
#include "model/address.h"
#include "model/say_time.h"
#include "model/story_plan.h"

#define SAY_MAX       900
#define NAMED_MAX     3 /* addresses in one sentence */
#define GATEWAYS_SAID 4
#define PARTS_SAID    3
#define EDGE_US       (900 * US_PER_SECOND)

struct saying {
	const struct trace_ask *ask;
	const struct find_context *c;
	const struct trace_miss *m;
	struct arena *arena;
	struct trace_result *r;
	struct strbuf b;
};

/* What was said so far, and begins anew. */
static struct str
finish(struct saying *s)
{
	struct str text = arena_str(s->arena, str_trim(strbuf_str(&s->b)));

	strbuf_clear(&s->b);
	return text;
}

static void
say_time(struct saying *s, int64_t time_us)
{
	say_moment(&s->b, s->c->zone, time_us);
}

static void
say_party(struct saying *s, struct str address, const char *anybody)
{
	if (address.n == 0)
		strbuf_add_text(&s->b, anybody);
	else if (address_is_domain(address))
		strbuf_printf(&s->b, "anybody at %.*s", STR_ARG(str_skip(address, 1)));
	else
		strbuf_printf(&s->b, "%.*s", STR_ARG(address));
}

/* --- coverage ------------------------------------------------------------------------------- */

enum trace_cover
trace_cover(const struct coverage *v, size_t n, const struct trace_ask *ask, int64_t now_us,
	    size_t *gap)
{
	int64_t from = ask->time_us - ask->slack_us, to = ask->time_us + ask->slack_us;
	/* The edges of a rough window are rougher still: of a short one its moment is left. */
	int64_t edge = ask->slack_us < EDGE_US ? ask->slack_us : EDGE_US;
	int64_t last = now_us != TIME_NONE && now_us < to ? now_us : to;
	bool touches = false;

	if (last - edge < ask->time_us)
		last = ask->time_us + edge;
	*gap = STR_NPOS;
	if (n == 0 || v[0].from_us > to)
		return TRACE_BEGINS_LATER;
	for (size_t i = 0; i < n; i++) {
		if (v[i].from_us <= from + edge && v[i].to_us >= last - edge)
			return TRACE_COVERS;
		touches |= v[i].from_us <= to && v[i].to_us >= from;
		if (i + 1 < n && from > v[i].to_us && to < v[i + 1].from_us)
			*gap = i;
	}
	if (touches)
		return TRACE_PARTLY;
	return *gap != STR_NPOS ? TRACE_GAP : TRACE_ENDS_BEFORE;
}

/* What they hold of the window, and what they do not. */
static void
say_parts(struct saying *s, const struct coverage *v, size_t n)
{
	int64_t from = s->ask->time_us - s->ask->slack_us, to = s->ask->time_us + s->ask->slack_us;
	int64_t first = INT64_MAX, last = INT64_MIN;
	size_t said = 0;

	strbuf_add_text(&s->b, "hold only ");
	for (size_t i = 0; i < n; i++) {
		int64_t begin = v[i].from_us > from ? v[i].from_us : from;
		int64_t end = v[i].to_us < to ? v[i].to_us : to;

		if (begin > end)
			continue;
		if (said++ < PARTS_SAID) {
			strbuf_add_text(&s->b, said > 1 ? ", " : "");
			say_span(&s->b, s->c->zone, begin, end);
		}
		first = begin < first ? begin : first;
		last = end > last ? end : last;
	}
	if (said > PARTS_SAID)
		strbuf_printf(&s->b, " and %zu more stretches", said - PARTS_SAID);
	strbuf_add_text(&s->b, " of that time");
	if (first > from || last < to)
		strbuf_printf(&s->b, ", nothing %s",
			      first == from ? "after"
			      : last == to  ? "before"
					    : "before or after");
	strbuf_add_char(&s->b, '.');
}

static void
say_stretch(struct saying *s, const struct coverage *v, size_t n)
{
	size_t gap;

	strbuf_printf(&s->b, "%sThe logs of %.*s ", s->b.n > 0 ? " " : "", STR_ARG(v->gateway));
	if (s->ask->time_us == TIME_NONE) {
		strbuf_add_text(&s->b, "go from ");
		say_span(&s->b, s->c->zone, v[0].from_us, v[n - 1].to_us);
		if (n > 1)
			strbuf_printf(&s->b, ", with %zu gap%s", n - 1, n > 2 ? "s" : "");
		strbuf_add_char(&s->b, '.');
		return;
	}
	switch (trace_cover(v, n, s->ask, s->c->now_us, &gap)) {
	case TRACE_COVERS:
		strbuf_add_text(&s->b, "cover that time.");
		break;
	case TRACE_PARTLY:
		say_parts(s, v, n);
		break;
	case TRACE_GAP:
		strbuf_add_text(&s->b, "say nothing from ");
		say_span(&s->b, s->c->zone, v[gap].to_us, v[gap + 1].from_us);
		strbuf_add_text(&s->b, ": that time lies in the gap.");
		break;
	case TRACE_BEGINS_LATER:
		strbuf_add_text(&s->b, "begin later, ");
		say_time(s, v[0].from_us);
		strbuf_add_text(&s->b, ": import older ones.");
		break;
	case TRACE_ENDS_BEFORE:
		strbuf_add_text(&s->b, "end before, ");
		say_time(s, v[n - 1].to_us);
		strbuf_add_text(&s->b, ": import newer ones.");
		break;
	}
}

static void
say_coverage(struct saying *s)
{
	const struct coverage *v = s->c->coverage;
	size_t n = s->c->n_coverage, said = 0, more = 0;

	if (n == 0)
		strbuf_add_text(&s->b, "No logs have been imported yet.");
	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && str_eq(v[to].gateway, v[from].gateway);)
			to++;
		if (said++ < GATEWAYS_SAID)
			say_stretch(s, v + from, to - from);
		else
			more++;
	}
	if (more > 0)
		strbuf_printf(&s->b, " %zu more gateway%s: see postern sources.", more,
			      more == 1 ? "" : "s");
	s->r->coverage = finish(s);
}

/* --- hints ---------------------------------------------------------------------------------- */

static void
hint(struct saying *s, const struct session *example)
{
	struct trace_result *r = s->r;

	if (r->n_hints < TRACE_MAX_HINTS)
		r->hints[r->n_hints++] =
			(struct trace_hint){ .text = finish(s), .session = example };
	strbuf_clear(&s->b);
}

/* Up to NAMED_MAX different addresses of n sessions behind what was said. */
static void
name_some(struct saying *s, const struct session *const *v, size_t n, bool senders)
{
	struct str named[NAMED_MAX];
	size_t n_named = 0;

	for (size_t i = 0; i < n && n_named < NAMED_MAX; i++) {
		struct str address = senders                  ? v[i]->sender
				     : v[i]->n_recipients > 0 ? v[i]->recipients[0].address
							      : (struct str){ "", 0 };
		bool known = address.n == 0;

		for (size_t k = 0; k < n_named; k++)
			known |= str_eq_nocase(named[k], address);
		if (known)
			continue;
		strbuf_printf(&s->b, "%s%.*s", n_named ? ", " : ": ", STR_ARG(address));
		named[n_named++] = address;
	}
}

static const char *
plural(uint64_t n)
{
	return n == 1 ? "" : "s";
}

static void
hint_nearly(struct saying *s)
{
	const struct trace_miss *m = s->m;
	size_t said = 0;

	for (size_t i = 0; i < m->n_nearly && said < NAMED_MAX; i++) {
		const struct trace_nearly *n = &m->nearly[i];
		struct trace_ask *instead;

		if (!trace_is_unknown(s->ask, m, n->sender))
			continue;
		strbuf_printf(&s->b, "Did you mean %.*s?", STR_ARG(n->address));
		hint(s, NULL);
		instead = arena_alloc(s->arena, sizeof(*instead));
		*instead = *s->ask;
		*(n->sender ? &instead->from : &instead->to) = n->address;
		s->r->hints[s->r->n_hints - 1].instead = instead;
		said++;
	}
}

static void
hint_parts(struct saying *s)
{
	const struct trace_miss *m = s->m;
	const char *then = s->ask->time_us == TIME_NONE ? "" : " then";

	if (m->n_to_others > 0) {
		strbuf_printf(&s->b, "%llu session%s of that sender to others%s",
			      (unsigned long long)m->from_count, plural(m->from_count), then);
		name_some(s, m->to_others, m->n_to_others, false);
		hint(s, m->to_others[0]);
	}
	if (m->n_alike > 0) {
		strbuf_printf(&s->b, "To that recipient from the same house%s", then);
		name_some(s, m->alike, m->n_alike, true);
		hint(s, m->alike[0]);
	}
	if (m->pair_newest) {
		strbuf_printf(&s->b, "At other times: %llu session%s, the newest ",
			      (unsigned long long)m->pair_ever, plural(m->pair_ever));
		say_time(s, m->pair_newest->start_us);
		hint(s, m->pair_newest);
	}
}

/* Who is in no session at all. */
static void
hint_unknown(struct saying *s)
{
	bool from = trace_is_unknown(s->ask, s->m, true);
	bool to = trace_is_unknown(s->ask, s->m, false);

	if (from) {
		strbuf_printf(&s->b,
			      "No session at all has the envelope sender %.*s; newsletters and "
			      "lists often send as another: try the recipient and the time alone.",
			      STR_ARG(s->ask->from));
		hint(s, NULL);
	}
	if (to && s->ask->from.n > 0) {
		strbuf_printf(&s->b, "No session at all is to %.*s.", STR_ARG(s->ask->to));
		hint(s, NULL);
	}
}

/* --- the message ---------------------------------------------------------------------------- */

/* What there was to look through: the logs, not the window that was asked for. */
static void
say_searched(struct saying *s)
{
	int64_t from = s->r->from_us, to = s->r->to_us;
	int64_t first = INT64_MAX, last = INT64_MIN;

	for (size_t i = 0; i < s->c->n_coverage; i++) {
		const struct coverage *v = &s->c->coverage[i];

		if (v->from_us > to || v->to_us < from)
			continue;
		first = v->from_us < first ? v->from_us : first;
		last = v->to_us > last ? v->to_us : last;
	}
	if (first > last) {
		strbuf_add_text(&s->b, "; our logs hold nothing of the days around ");
		say_time(s, s->ask->time_us);
		return;
	}
	strbuf_add_text(&s->b, " in our logs of ");
	say_span(&s->b, s->c->zone, first > from ? first : from, last < to ? last : to);
	if (first > from || last < to)
		strbuf_add_text(&s->b, ", all that they hold of the days around");
}

static void
say_not_seen(struct saying *s)
{
	strbuf_add_text(&s->b, "Not seen: no session from ");
	say_party(s, s->ask->from, "anybody");
	strbuf_add_text(&s->b, " to ");
	say_party(s, s->ask->to, "anybody");
	if (s->ask->time_us != TIME_NONE)
		say_searched(s);
	strbuf_add_char(&s->b, '.');
	if (s->r->more)
		strbuf_add_text(&s->b,
				" Only the newest sessions were looked through: say when, or "
				"give the whole address.");
}

/* The reader knows the sender of the header, the log another. */
static void
say_other_sender(struct saying *s)
{
	const struct session *d = s->r->stories[0].decided_by;

	if (!d || !trace_is_whole(s->ask->from) || d->sender.n == 0 ||
	    str_eq_nocase(d->sender, s->ask->from))
		return;
	strbuf_printf(&s->b, " Its envelope sender is %.*s.", STR_ARG(d->sender));
}

void
trace_say(const struct trace_ask *ask, const struct find_context *c, const struct trace_miss *m,
	  struct arena *a, struct trace_result *r)
{
	struct saying s = { .ask = ask, .c = c, .m = m, .arena = a, .r = r };

	strbuf_init(&s.b, SAY_MAX);
	say_coverage(&s);
	if (r->n_stories > 0) {
		strbuf_add(&s.b, story_say(&r->stories[0], c->zone, a));
		say_other_sender(&s);
		if (r->n_stories > 1)
			strbuf_printf(&s.b, " %s%zu more stor%s.", r->more ? "At least " : "",
				      r->n_stories - 1, r->n_stories == 2 ? "y" : "ies");
	} else {
		say_not_seen(&s);
	}
	r->message = finish(&s);
	if (r->n_stories == 0) {
		hint_nearly(&s);
		hint_parts(&s);
		hint_unknown(&s);
	}
	strbuf_release(&s.b);
}
