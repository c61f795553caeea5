/* SPDX-License-Identifier: MIT */
/*
 * sendmail_delivery: "from=" when a message was read, "to=" when something was tried with it
 * (sendmail/envelope.c logsender, deliver.c logdelivery). What the remote said stands in reply=
 * since 8.16, before that in stat= alone; dsn= is sendmail's own.
 */
#include "importers/sendmail_line.h"

/* --- from= ------------------------------------------------------------------------------------ */

/* Takes the last field with that key off the end of *s: what stands before it may be a stranger's. */
static struct str
take_last(struct str *s, struct str key)
{
	size_t at = str_rfind(*s, key);
	struct str value;

	if (at == STR_NPOS)
		return STR("");
	value = str_skip(*s, at + key.n);
	*s = str_slice(*s, 0, at);
	return value;
}

static bool
take_number(struct str *s, struct str key, uint64_t *value)
{
	return take(s, key) && str_to_u64(take_until(s, ','), value);
}

enum line_class
sendmail_from(struct sendmail_line *l, struct str s)
{
	static const struct str size_key = { "size=", 5 };
	struct fragment *f = l->f;
	struct str sender = sendmail_take_address(&s, &size_key, 1), msgid;
	uint64_t recipients = 0;

	if (s.n == 0)
		return LINE_UNKNOWN;
	f->has_sender = true;
	f->sender = str_eq(sender, STR("<>")) ? STR("") : sender;
	if (!take_number(&s, STR(", size="), &f->size_bytes))
		return LINE_UNKNOWN;
	if (take(&s, STR(", class="))) /* may be negative */
		take_until(&s, ',');
	take_number(&s, STR(", nrcpts="), &recipients);
	sendmail_set_peer(f, take_last(&s, STR(", relay=")));
	take_last(&s, STR(", tls_verify="));
	take_last(&s, STR(", auth="));
	take_last(&s, STR(", daemon="));
	f->protocol = take_last(&s, STR(", proto="));
	take_last(&s, STR(", bodytype="));
	msgid = STR("");
	if (take(&s, STR(", msgid=")))
		msgid = s;
	if (msgid.n > 1 && msgid.p[0] == '<' && msgid.p[msgid.n - 1] == '>')
		msgid = str_slice(msgid, 1, msgid.n - 1);
	fragment_add_identifier(f, ID_ROLE_MESSAGE_ID, msgid);
	/* Of a message whose recipients were all refused it is written, too. */
	if (recipients == 0)
		return sendmail_note(l);
	f->kind = FRAGMENT_ARRIVED;
	f->verdict = VERDICT_ACCEPTED;
	f->stage = STAGE_DATA;
	return LINE_UNDERSTOOD;
}

/* --- to= -------------------------------------------------------------------------------------- */

struct attempt {
	struct str recipients, mailer, relay, reply, stat;
	struct enhanced dsn;
	bool has_dsn;
};

/* The fields behind the address, to stat=, which is the last. */
static bool
take_fields(struct str s, struct attempt *a)
{
	while (take(&s, STR(", "))) {
		struct str value;

		if (take(&s, STR("stat="))) {
			a->stat = s;
			return true;
		}
		/* The remote's words; sendmail's own, behind them, may repeat them in stat=. */
		if (take(&s, STR("reply="))) {
			a->reply = str_slice(s, 0, str_find(s, STR(", stat="), 0));
			s = str_skip(s, a->reply.n);
			continue;
		}
		if (take(&s, STR("mailer="))) {
			a->mailer = take_until(&s, ',');
		} else if (take(&s, STR("relay="))) {
			a->relay = take_until(&s, ',');
		} else if (take(&s, STR("dsn="))) {
			value = take_until(&s, ',');
			a->has_dsn = enhanced_parse(value, &a->dsn) > 0;
		} else {
			take_until(&s, ','); /* delay, xdelay, pri, quarantine, tls_verify … */
		}
	}
	return false;
}

static bool
take_attempt(struct str s, struct attempt *a)
{
	static const struct str after_to[] = { { "ctladdr=", 8 }, { "delay=", 6 }, { "stat=", 5 } };

	a->recipients = s;
	sendmail_take_address(&s, after_to, 3);
	a->recipients.n -= s.n;
	if (take(&s, STR(", ctladdr=")))
		sendmail_take_address(&s, after_to + 1, 2);
	return take_fields(s, a);
}

/* What the words say where no dsn= does. */
static enum fragment_kind
outcome_of(const struct attempt *a)
{
	if (str_starts(a->stat, STR("queued")) || str_starts(a->stat, STR("quarantined")))
		return FRAGMENT_NOTE;
	if (a->has_dsn && a->dsn.class == 2)
		return FRAGMENT_DELIVERED;
	if (a->has_dsn && a->dsn.class == 4)
		return FRAGMENT_POSTPONED;
	if (a->has_dsn && a->dsn.class == 5)
		return FRAGMENT_FAILED;
	if (str_starts(a->stat, STR("Sent")))
		return FRAGMENT_DELIVERED;
	return str_starts(a->stat, STR("Deferred")) ? FRAGMENT_POSTPONED : FRAGMENT_FAILED;
}

/* "Sent (250 ok)", "Deferred: 451 …", "User unknown" */
static struct reply
reply_of(const struct attempt *a, struct arena *scratch)
{
	struct str text = a->stat;
	struct reply reply;
	bool ours = true;

	if (a->reply.n > 0) {
		text = a->reply;
		ours = false;
	} else if (take(&text, STR("Sent")) || take(&text, STR("Deferred"))) {
		ours = !take(&text, STR(" (")) && !take(&text, STR(": "));
		if (str_starts(a->stat, STR("Sent (")) && text.n > 0 && text.p[text.n - 1] == ')')
			text.n--;
	}
	reply = reply_parse(text, scratch);
	reply.text_logged = !ours;
	/* Without a code it may be the connection's trouble: "Connection refused by mx.example." */
	if (reply.code == 0 && !str_starts(a->stat, STR("Sent")))
		reply.text_logged = false;
	/* Of a reply that was logged, dsn= is only sendmail's own reading. */
	if (reply.enhanced.class == 0 && (ours || reply.code == 0))
		reply.enhanced = a->dsn;
	return reply;
}

static enum verdict
verdict_of(enum fragment_kind kind)
{
	switch (kind) {
	case FRAGMENT_DELIVERED:
		return VERDICT_ACCEPTED;
	case FRAGMENT_POSTPONED:
		return VERDICT_DEFERRED;
	case FRAGMENT_FAILED:
		return VERDICT_REJECTED;
	default:
		return VERDICT_NONE;
	}
}

/* "<r>,<r>,r [more]" */
static void
split_recipients(struct sendmail_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct str more = STR(" [more]");
	struct recipient *list;
	size_t most = 1;

	if (str_ends(s, more)) {
		f->recipients_incomplete = true;
		s = str_slice(s, 0, s.n - more.n);
	}
	for (size_t i = 0; i < s.n; i++)
		most += s.p[i] == ',';
	f->recipients = list = arena_zalloc(l->scratch, most * sizeof(*list));
	while (s.n > 0 && f->n_recipients < most) {
		bool quoted = false;
		size_t end = 0;
		struct str address;

		for (; end < s.n && (quoted || s.p[end] != ','); end++) {
			if (s.p[end] == '\\')
				end++;
			else if (s.p[end] == '"')
				quoted = !quoted;
		}
		address = str_trim(str_slice(s, 0, end));
		s = str_skip(s, address.n == 0 && end == 0 ? 1 : end + 1);
		if (address.n > 1 && address.p[0] == '<' && address.p[address.n - 1] == '>')
			address = str_slice(address, 1, address.n - 1);
		if (address.n > 0)
			list[f->n_recipients++].address = address;
	}
}

enum line_class
sendmail_to(struct sendmail_line *l, struct str s)
{
	struct fragment *f = l->f;
	struct attempt a = { .has_dsn = false };
	struct recipient *list;
	struct sendmail_host host;
	struct reply reply;

	if (!take_attempt(s, &a))
		return LINE_UNKNOWN;
	f->kind = outcome_of(&a);
	split_recipients(l, a.recipients);
	/* The server's own account of a message that a milter refused: the verdict is elsewhere. */
	if (a.mailer.n == 0 && a.relay.n == 0 && !a.has_dsn)
		return sendmail_note(l);
	f->pid = 0;
	if (f->kind == FRAGMENT_NOTE)
		return LINE_UNDERSTOOD;
	host = sendmail_host(a.relay);
	reply = reply_of(&a, l->scratch);
	list = (struct recipient *)(uintptr_t)f->recipients; /* ours, made above */
	for (size_t i = 0; i < f->n_recipients; i++) {
		list[i].verdict = verdict_of(f->kind);
		list[i].stage = STAGE_DELIVERY;
		list[i].reply = reply;
		list[i].remote_host =
			host.ip.n > 0 || !str_eq(a.relay, STR("local")) ? host.name : STR("");
		list[i].remote_ip = host.ip;
		list[i].transport = a.mailer;
		list[i].time_us = f->time_us;
		list[i].by_remote = true;
	}
	if (f->kind == FRAGMENT_DELIVERED) {
		struct str first = reply.text;

		fragment_add_next_hop(f, reply.text);
		/* sendmail to sendmail: "2.0.0 6ALFxaeo022457 Message accepted for delivery" */
		first = take_until(&first, ' ');
		if (sendmail_is_id(first))
			fragment_add_identifier(f, ID_ROLE_NEXT_HOP, first);
	}
	return LINE_UNDERSTOOD;
}
