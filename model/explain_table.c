/* SPDX-License-Identifier: MIT */
/* explain_table: the facts of the postmaster's text, a row each; what is not logged says so. */
#include "model/explain_local.h"

enum {
	LABEL_CELLS = 15,
	REPLY_BYTES = 1200,
	REASON_BYTES = 300,
	REPLY_LINES = 15,
	VALUE_BYTES = 400,
	RULES_MOST = 8
};

static void
row(const struct report *r, const char *label, struct str value)
{
	if (value.n > 0)
		strbuf_printf(r->b, "%-*s%.*s\n", LABEL_CELLS, label, STR_ARG(value));
}

static void
fact(const struct report *r, const char *label, struct str value, const char *missing)
{
	if (value.n > 0)
		row(r, label, explain_clean(value, VALUE_BYTES, r->f->arena));
	else if (missing)
		row(r, label, str_from(missing));
}

static void
times(const struct report *r)
{
	const struct explain_facts *f = r->f;
	struct arena *a = f->arena;
	const struct zone *z = f->q->zone ? f->q->zone : zone_utc();

	if (f->time_us == TIME_NONE) {
		row(r, "Time", STR("not logged"));
		return;
	}
	struct str utc = explain_stamp(zone_utc(), f->time_us, a);
	struct str here = explain_stamp(z, f->time_us, a);
	struct str zone = zone_label(z, f->time_us, a);
	row(r, "Time (UTC)", arena_printf(a, "%.*s", STR_ARG(utc)));
	if (!str_eq(utc, here))
		row(r, "Time here",
		    zone.n > 0 && char_is_alpha(zone.p[0])
			    ? arena_printf(a, "%.*s (%.*s)", STR_ARG(here), STR_ARG(zone))
			    : here);
}

/* How often it came, and how far the logs tell. */
static void
attempts(const struct report *r)
{
	const struct explain_facts *f = r->f;
	const struct explain_tries *t = &f->tries;
	struct arena *a = f->arena;

	if (f->what != FATE_DEFERRED && f->what != FATE_DROPPED && f->what != FATE_BROKEN_OFF)
		return;
	if (t->n > 1)
		row(r, "Attempts",
		    arena_printf(a, "%zu, from %.*s to %.*s", t->n,
				 STR_ARG(explain_stamp(zone_utc(), t->first_us, a)),
				 STR_ARG(explain_stamp(zone_utc(), t->last_us, a))));
	if (t->retry == RETRY_CAME)
		row(r, "Came again",
		    arena_printf(a, "%.*s, and %s",
				 STR_ARG(explain_stamp(zone_utc(), t->later_us, a)),
				 explain_end_text(t->later)));
	else if (t->retry != RETRY_NOT_KNOWN)
		row(r, "Our logs end", explain_stamp(zone_utc(), f->q->logs_end_us, a));
}

static struct str
bracketed(const struct report *r, struct str address)
{
	return arena_printf(r->f->arena, "<%.*s>",
			    STR_ARG(explain_clean(address, VALUE_BYTES, r->f->arena)));
}

static void
envelope(const struct report *r)
{
	const struct explain_facts *f = r->f;
	const struct session *s = f->s;
	bool onward = report_goes_onward(f);
	struct str to = f->is_forwarded && onward ? f->recipient->address : f->address;

	row(r, "MAIL FROM", s->has_sender ? bracketed(r, s->sender) : STR("not logged"));
	if (to.n == 0)
		row(r, "RCPT TO", STR("not logged"));
	else
		row(r, "RCPT TO",
		    arena_printf(f->arena, "%.*s%s", STR_ARG(bracketed(r, to)),
				 f->is_named ? "" : " (as we were asked; not in this log)"));
	if (f->is_forwarded && onward)
		row(r, "passed on for", bracketed(r, f->address));
	else if (f->is_forwarded && !f->is_shared)
		row(r, "passed on to", bracketed(r, f->recipient->address));
}

static void
gateway(const struct report *r)
{
	const struct explain_facts *f = r->f;
	struct str host = explain_gateway_host(f);

	if (host.n > 0)
		row(r, "Our gateway", host);
	else if (f->s->gateway_name.n > 0)
		row(r, "Our gateway",
		    arena_printf(
			    f->arena, "%.*s in our logs",
			    STR_ARG(explain_clean(f->s->gateway_name, VALUE_BYTES, f->arena))));
}

static void
client(const struct report *r)
{
	const struct session *s = r->f->s;

	if (s->peer_ip.n == 0 && s->peer_host.n == 0) {
		row(r, "Client",
		    s->direction == DIRECTION_LOCAL || r->f->is_bounce ? STR("our gateway itself")
								       : STR("not logged"));
		return;
	}
	fact(r, "Client IP", s->peer_ip, "not logged");
	fact(r, "Client name", s->peer_host, "none logged");
	if (s->peer_port != 0)
		row(r, "Client port", arena_printf(r->f->arena, "%u", (unsigned)s->peer_port));
	fact(r, "HELO", s->helo, "not logged");
}

/* One row per role, so many IDs are no long line. */
static void
identifiers(const struct report *r, enum id_role role, const char *label)
{
	const struct session *s = r->f->s;

	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == role)
			fact(r, label, s->identifiers[i].text, NULL);
}

static bool
has_identifier(const struct session *s, enum id_role role)
{
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == role)
			return true;
	return false;
}

static void
numbers(const struct report *r)
{
	const struct session *s = r->f->s;

	if (!has_identifier(s, ID_ROLE_OWN))
		row(r, "Our ID", STR("none logged"));
	identifiers(r, ID_ROLE_OWN, "Our ID");
	identifiers(r, ID_ROLE_REFERENCE, "Reference");
	if (!has_identifier(s, ID_ROLE_MESSAGE_ID))
		row(r, "Message-ID", STR("not logged"));
	identifiers(r, ID_ROLE_MESSAGE_ID, "Message-ID");
	if (s->direction == DIRECTION_BOUNCE && s->peer_ip.n == 0)
		identifiers(r, ID_ROLE_PARENT, "About our ID");
}

static void
stage(const struct report *r)
{
	const struct explain_facts *f = r->f;
	static const char *const words[STAGE_COUNT] = {
		[STAGE_CONNECT] = "connect, before any command",
		[STAGE_HELO] = "HELO/EHLO",
		[STAGE_MAIL] = "MAIL FROM",
		[STAGE_RCPT] = "RCPT TO",
		[STAGE_DATA] = "DATA (the message itself)",
		[STAGE_DELIVERY] = "delivery",
	};
	static const char *const about[STAGE_COUNT] = {
		[STAGE_CONNECT] = "the client's address or name",
		[STAGE_HELO] = "the HELO name",
		[STAGE_MAIL] = "the envelope sender",
		[STAGE_RCPT] = "the recipient",
	};

	if (f->stage == STAGE_NONE || !words[f->stage])
		return;
	bool other = f->about != f->stage && f->about != STAGE_NONE && about[f->about];
	row(r, "Stage",
	    arena_printf(f->arena, "%s%s%s", words[f->stage], other ? "; the rule concerns " : "",
			 other ? about[f->about] : ""));
}

/*
 * As it was sent: "550-5.7.1 first", "550 5.7.1 last"; codes only where they belong to the text. Else
 * it is a reason, as which a filter may log its whole report with parts of the mail: that is cut.
 */
static void
reply_lines(const struct report *r, const char *label, bool with_codes)
{
	const struct explain_facts *f = r->f;
	struct arena *a = f->arena;
	struct str enhanced = with_codes ? enhanced_text(f->reply.enhanced, a) : STR("");
	struct str rest = f->reply.text;
	int lines = 0;

	do {
		size_t end = str_find_char(rest, '\n', 0);
		struct str line = explain_reply_text(f, str_slice(rest, 0, end),
						     with_codes ? REPLY_BYTES : REASON_BYTES);
		bool last = end == STR_NPOS || lines + 1 == REPLY_LINES;
		struct str code =
			with_codes && f->reply.code != 0
				? arena_printf(a, "%u%c", (unsigned)f->reply.code, last ? ' ' : '-')
				: STR("");

		row(r, lines == 0 ? label : "",
		    arena_printf(a, "%.*s%.*s%s%.*s", STR_ARG(code), STR_ARG(enhanced),
				 enhanced.n > 0 && line.n > 0 ? " " : "", STR_ARG(line)));
		rest = end == STR_NPOS ? STR("") : str_skip(rest, end + 1);
	} while (rest.n > 0 && ++lines < REPLY_LINES);
	if (rest.n > 0)
		row(r, "", STR("(more lines follow)"));
}

static struct str
codes_of(const struct explain_facts *f)
{
	struct str enhanced = enhanced_text(f->reply.enhanced, f->arena);

	if (f->reply.code == 0)
		return enhanced;
	return arena_printf(f->arena, "%u%s%.*s", (unsigned)f->reply.code, enhanced.n ? " " : "",
			    STR_ARG(enhanced));
}

/* What the client was told, and what of that is logged. */
static void
our_reply(const struct report *r)
{
	const struct explain_facts *f = r->f;
	bool internal = f->class == CLASS_TROUBLE && !f->reply.text_logged;
	struct str codes = codes_of(f);

	if (f->reply.code == 0 && f->reply.text.n == 0) {
		row(r, "Reply", STR("not logged"));
		return;
	}
	if (f->reply.text_logged) {
		reply_lines(r, "Reply", true);
		if (!f->reply.code_logged && f->reply.code != 0)
			row(r, "", STR("(the code is inferred; our log holds the words only)"));
		return;
	}
	if (codes.n == 0)
		codes = STR("not logged");
	else if (!f->reply.code_logged)
		codes = arena_printf(f->arena, "%.*s (inferred)", STR_ARG(codes));
	if (f->reply.text.n == 0 || internal) {
		row(r, "Reply",
		    arena_printf(f->arena, "%.*s; its words are not logged", STR_ARG(codes)));
		return;
	}
	row(r, "Reply", codes);
	reply_lines(r, "Logged reason", false);
	if (f->reply.code >= 400)
		row(r, "", STR("(the reason our log gives; the words sent may have differed)"));
}

static void
their_reply(const struct report *r)
{
	const struct explain_facts *f = r->f;

	if (f->reply.code_logged && f->reply.code != 0)
		reply_lines(r, "Your reply", true);
	else if (f->reply.text.n > 0)
		reply_lines(r, "Our log says", false);
}

/* Names of the rules that hit, without those that are a site's own or mere parts of others. */
static struct str
rule_names(const struct score *score, struct arena *a)
{
	struct str rest = score->symbols, out = STR("");
	size_t n = 0;

	while (rest.n > 0 && n < RULES_MOST) {
		size_t end = str_find_char(rest, ',', 0);
		struct str one = str_trim(str_slice(rest, 0, end));
		struct str name = str_slice(one, 0, str_find_char(one, ' ', 0));

		rest = end == STR_NPOS ? STR("") : str_skip(rest, end + 1);
		if (name.n == 0 || name.n > 60 || str_starts(name, STR("__")) ||
		    str_starts_nocase(name, STR("LOCAL_")) || str_starts_nocase(name, STR("CS_")))
			continue;
		out = arena_printf(a, "%.*s%s%.*s", STR_ARG(out), n ? ", " : "", STR_ARG(name));
		n++;
	}
	return explain_clean(out, VALUE_BYTES, a);
}

/* Only where the filter is what the message failed on. */
static void
scores(const struct report *r)
{
	const struct explain_facts *f = r->f;
	const struct score *score = f->s->n_scores > 0 ? &f->s->scores[0] : NULL;
	const char *unit = score && score->engine == ENGINE_PMX ? " %" : "";

	if (!score || f->class != CLASS_SPAM || !explain_is_ours(f))
		return;
	if (score->has_value && score->has_threshold)
		row(r, "Score",
		    arena_printf(f->arena, "%s %g%s; refused from %g%s on",
				 engine_text(score->engine), score->value, unit, score->threshold,
				 unit));
	else if (score->has_value)
		row(r, "Score",
		    arena_printf(f->arena, "%s %g%s; the threshold is not logged",
				 engine_text(score->engine), score->value, unit));
	row(r, "Rules", rule_names(score, f->arena));
}

/* 192.0.2.25 in list.example is looked up as 25.2.0.192.list.example (RFC 5782). */
static void
block_list(const struct report *r)
{
	const struct explain_facts *f = r->f;
	struct str ip = f->s->peer_ip, name = STR("");
	struct str list = explain_clean(f->dnsbl, VALUE_BYTES, f->arena);

	if (list.n == 0 || !explain_is_ours(f))
		return;
	row(r, "Block list", list);
	for (struct str rest = ip; rest.n > 0;) {
		size_t dot = str_find_char(rest, '.', 0);
		struct str octet = str_slice(rest, 0, dot);
		uint64_t number;

		if (!str_to_u64(octet, &number) || number > 255)
			return; /* no IPv4 address: its name would be 32 labels long */
		name = arena_printf(f->arena, "%.*s.%.*s", STR_ARG(octet), STR_ARG(name));
		rest = dot == STR_NPOS ? STR("") : str_skip(rest, dot + 1);
	}
	if (name.n > 0)
		row(r, "Look it up",
		    arena_printf(f->arena, "host -t TXT %.*s%.*s", STR_ARG(name), STR_ARG(list)));
}

static void
next_hop(const struct report *r)
{
	const struct explain_facts *f = r->f;
	const struct recipient *to = f->recipient;

	if (f->what != FATE_DELIVERED && f->what != FATE_REFUSED_BEHIND)
		return;
	struct str host = explain_host(to->remote_host, to->remote_ip, f->arena);
	row(r, "Passed on to",
	    f->is_behind  ? STR("our own mail system")
	    : host.n == 0 ? STR("a local mailbox or program")
			  : host);
	if (f->what == FATE_DELIVERED && (to->reply.code != 0 || to->reply.text.n > 0))
		reply_lines(r, "Its answer", true);
}

static void
table_onward(const struct report *r)
{
	const struct explain_facts *f = r->f;

	times(r);
	fact(r, "Your host",
	     explain_host(f->recipient->remote_host, f->recipient->remote_ip, f->arena),
	     "none was reached");
	gateway(r);
	envelope(r);
	numbers(r);
	if (f->reply.code_logged && f->what != FATE_DELIVERED)
		stage(r);
	their_reply(r);
}

static void
table_inward(const struct report *r)
{
	const struct explain_facts *f = r->f;
	bool answered = f->what == FATE_REFUSED || f->what == FATE_DEFERRED ||
			f->what == FATE_DROPPED || f->what == FATE_QUARANTINED ||
			f->what == FATE_HELD || f->what == FATE_DISCARDED;

	times(r);
	attempts(r);
	gateway(r);
	client(r);
	envelope(r);
	numbers(r);
	if (answered && f->recipient && f->recipient->by_remote) {
		reply_lines(r, "Our filter", true);
	} else if (answered) {
		stage(r);
		our_reply(r);
	}
	next_hop(r);
	if (f->what == FATE_REFUSED_BEHIND || f->what == FATE_GAVE_UP || f->what == FATE_WORN_OUT ||
	    f->what == FATE_WAITING)
		reply_lines(r, "Reason", f->reply.code_logged);
	scores(r);
	block_list(r);
	if (f->what == FATE_BROKEN_OFF)
		fact(r, "Our log says", explain_reply_text(f, f->end_note, REPLY_BYTES), NULL);
}

void
report_table(const struct report *r)
{
	if (report_goes_onward(r->f))
		table_onward(r);
	else
		table_inward(r);
}
