/* SPDX-License-Identifier: MIT */
/* session: helpers over the merged whole. */
#include "model/session.h"

#include "base/strbuf.h"

struct str
session_own_id(const struct session *s)
{
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (s->identifiers[i].role == ID_ROLE_OWN)
			return s->identifiers[i].text;
	return (struct str){ "", 0 };
}

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
	const uint64_t numbers[] = { s->direction, s->stage,      s->about,
		                     s->verdict,   s->peer_port,  s->has_sender,
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
