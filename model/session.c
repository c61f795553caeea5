/* SPDX-License-Identifier: MIT */
/* session: helpers over the merged whole. */
#include "model/session.h"

#include "base/strbuf.h"
#include "model/exim_id.h"

struct str
session_own_id(const struct session *s)
{
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == ID_ROLE_OWN)
			return s->identifiers[i].text;
	return (struct str){ "", 0 };
}

/* --- brief ---------------------------------------------------------------------------------- */

static bool
went_well(const struct recipient *r)
{
	return r->verdict == VERDICT_ACCEPTED;
}

static void
brief_recipients(const struct session *whole, struct arena *a, struct session *out)
{
	size_t most =
		whole->n_recipients < BRIEF_RECIPIENTS ? whole->n_recipients : BRIEF_RECIPIENTS;
	size_t n = 0;

	out->recipients = arena_alloc(a, (most + 1) * sizeof(*out->recipients));
	for (int well = 0; well < 2; well++)
		for (size_t i = 0; i < whole->n_recipients && n < most; i++)
			if (went_well(&whole->recipients[i]) == (well == 1))
				out->recipients[n++] = whole->recipients[i];
	out->n_recipients = n;
	out->brief |= n < whole->n_recipients;
	for (size_t i = 0; i < n; i++) {
		struct recipient *r = &out->recipients[i];

		if (!went_well(r) || !r->by_remote)
			continue;
		out->brief |= r->reply.text.n > 0 || r->remote_ip.n > 0 || r->remote_host.n > 0;
		r->reply.text = r->remote_ip = r->remote_host = (struct str){ "", 0 };
	}
}

static void
brief_identifiers(const struct session *whole, struct arena *a, struct session *out)
{
	size_t n = 0;

	out->identifiers = arena_alloc(a, (whole->n_identifiers + 1) * sizeof(*out->identifiers));
	for (size_t i = 0; i < whole->n_identifiers; i++)
		if (whole->identifiers[i].role != ID_ROLE_MESSAGE_ID &&
		    whole->identifiers[i].role != ID_ROLE_NEXT_HOP)
			out->identifiers[n++] = whole->identifiers[i];
	out->n_identifiers = n;
	out->brief |= n < whole->n_identifiers;
}

static char *
put_text(char *at, struct str s)
{
	memcpy(at, s.p, s.n);
	return at + s.n;
}

static char *
put_number(char *at, uint32_t n)
{
	char digits[10];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) > 0);
	return put_text(at, (struct str){ digits + i, sizeof(digits) - i });
}

struct str
session_connection(const struct session *s, uint32_t pid, struct arena *a)
{
	char *label, *at;

	if (s->peer_ip.n == 0 || (s->peer_port == 0 && pid == 0))
		return (struct str){ "", 0 };
	/* By hand: every session has one. */
	label = at = arena_alloc(a, s->peer_ip.n + sizeof("[] pid 4294967295"));
	*at++ = '[';
	at = put_text(at, s->peer_ip);
	at = put_text(at, s->peer_port != 0 ? STR("]:") : STR("] pid "));
	at = put_number(at, s->peer_port != 0 ? s->peer_port : pid);
	*at = '\0';
	return (struct str){ label, (size_t)(at - label) };
}

/* The label that ip, port and an Exim ID's pid give; empty without them. */
static struct str
derived_connection(const struct session *s, struct arena *a)
{
	struct str own = session_own_id(s);
	struct exim_id id = { 0 };

	if (s->peer_ip.n == 0)
		return (struct str){ "", 0 };
	if (s->peer_port == 0 && exim_id_is(own) && !exim_id_decode(own, &id))
		id.pid = 0;
	return session_connection(s, id.pid, a);
}

static void
brief_scores(const struct session *whole, struct arena *a, struct session *out)
{
	out->scores = arena_alloc(a, (whole->n_scores + 1) * sizeof(*out->scores));
	for (size_t i = 0; i < whole->n_scores; i++) {
		out->scores[i] = whole->scores[i];
		out->brief |= out->scores[i].symbols.n > 0;
		out->scores[i].symbols = (struct str){ "", 0 };
	}
}

static void
leave_out(struct session *out, struct str *fact)
{
	out->brief |= fact->n > 0;
	*fact = (struct str){ "", 0 };
}

void
session_brief(const struct session *whole, struct arena *a, struct session *out)
{
	*out = *whole;
	leave_out(out, &out->subject);
	leave_out(out, &out->header_from);
	brief_scores(whole, a, out);
	out->recipients_total = whole->n_recipients;
	brief_recipients(whole, a, out);
	brief_identifiers(whole, a, out);
	if (out->connection.n > 0 && str_eq(out->connection, derived_connection(out, a)))
		out->connection = (struct str){ "", 0 };
	out->helo_is_host = out->helo.n > 0 && str_eq(out->helo, out->peer_host);
	if (out->helo_is_host)
		out->helo = (struct str){ "", 0 };
}

void
session_restore(struct session *s, struct arena *a)
{
	if (s->helo_is_host)
		s->helo = s->peer_host;
	if (s->connection.n == 0)
		s->connection = derived_connection(s, a);
}

/* --- canonical text ------------------------------------------------------------------------- */

/* Lengths before texts, so that no text can imitate the next field. */
static void
put_str(struct strbuf *out, struct str s)
{
	strbuf_add_varint(out, s.n);
	strbuf_add(out, s);
}

static void
put_reply(struct strbuf *out, const struct reply *r)
{
	strbuf_add_varint(out, r->code);
	strbuf_add_varint(out, (uint64_t)r->code_logged * 2 + r->text_logged);
	strbuf_add_varint(out, r->enhanced.class);
	strbuf_add_varint(out, r->enhanced.subject);
	strbuf_add_varint(out, r->enhanced.detail);
	put_str(out, r->text);
}

static void
put_real(struct strbuf *out, bool known, double value)
{
	if (known)
		strbuf_printf(out, "%.6g;", value);
	else
		strbuf_add_char(out, ';');
}

static void
put_recipient(struct strbuf *out, const struct recipient *r)
{
	put_str(out, r->address);
	put_str(out, r->original);
	strbuf_add_varint(out, r->verdict);
	strbuf_add_varint(out, r->stage);
	put_reply(out, &r->reply);
	put_str(out, r->remote_host);
	put_str(out, r->remote_ip);
	put_str(out, r->transport);
	strbuf_add_svarint(out, r->time_us);
	strbuf_add_varint(out, r->by_remote);
}

void
session_canonical(const struct session *s, struct strbuf *out)
{
	const struct str texts[] = { s->gateway_name, s->connection, s->peer_ip, s->peer_host,
				     s->helo,         s->sender,     s->user,    s->auth,
				     s->protocol,     s->tls,        s->subject, s->header_from };
	const uint64_t numbers[] = { s->direction,  s->stage,
				     s->about,      s->verdict,
				     s->peer_port,  s->has_sender,
				     s->size_bytes, s->recipients_incomplete };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		put_str(out, texts[i]);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		strbuf_add_varint(out, numbers[i]);
	strbuf_add_svarint(out, s->start_us);
	strbuf_add_svarint(out, s->end_us);
	put_reply(out, &s->reply);
	strbuf_add_varint(out, s->n_identifiers);
	for (size_t i = 0; i < s->n_identifiers; i++) {
		strbuf_add_varint(out, s->identifiers[i].role);
		put_str(out, s->identifiers[i].text);
	}
	strbuf_add_varint(out, s->n_recipients);
	for (size_t i = 0; i < s->n_recipients; i++)
		put_recipient(out, &s->recipients[i]);
	strbuf_add_varint(out, s->n_scores);
	for (size_t i = 0; i < s->n_scores; i++) {
		strbuf_add_varint(out, s->scores[i].engine);
		put_real(out, s->scores[i].has_value, s->scores[i].value);
		put_real(out, s->scores[i].has_threshold, s->scores[i].threshold);
		put_str(out, s->scores[i].action);
		put_str(out, s->scores[i].symbols);
	}
}
