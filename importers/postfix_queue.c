/* SPDX-License-Identifier: MIT */
/*
 * postfix_queue: what becomes of a message before and behind its deliveries: cleanup, qmgr, pickup,
 * bounce, postsuper (FORMATS §2.4, §2.5; Postfix src/cleanup, src/qmgr/qmgr_message.c,
 * src/bounce/bounce_notify_service.c). These processes serve many messages: only the ID joins.
 */
#include "importers/postfix_line.h"

/* --- cleanup ---------------------------------------------------------------------------------- */

static enum line_class
message_id(struct postfix_line *l, struct str s)
{
	take_char(&s, '<');
	if (s.n > 0 && s.p[s.n - 1] == '>')
		s.n--;
	fragment_add_identifier(l->f, ID_ROLE_MESSAGE_ID, s);
	return postfix_note(l);
}

/* "local", for mail that came by no connection; but there are hosts called localhost. */
static bool
take_local(struct str *s)
{
	if (!str_starts(*s, STR("local;")) && !str_starts(*s, STR("local:")))
		return false;
	*s = str_skip(*s, 5);
	return true;
}

/*
 * "header TEXT from NAME[IP]; from=<s> to=<r> proto=P helo=<h>: REPLY". TEXT is the sender's, so
 * the last place that reads like this counts.
 */
static bool
find_header_end(struct str s, struct fragment *f, struct postfix_trailer *t, struct str *reply)
{
	bool found = false;
	int left = 64; /* a stranger's line may hold thousands */

	for (size_t at = str_find(s, STR(" from "), 0); at != STR_NPOS && left-- > 0;
	     at = str_find(s, STR(" from "), at + 1)) {
		struct str rest = str_skip(s, at + 6);
		struct postfix_trailer fields;
		struct fragment peer = { .pid = 0 };

		if (!take_local(&rest) && !postfix_peer(&rest, &peer))
			continue;
		if (!take(&rest, STR("; ")) || !postfix_take_trailer(&rest, true, &fields))
			continue;
		if (rest.n > 0 && !take(&rest, STR(": ")))
			continue;
		*t = fields;
		*reply = rest;
		f->peer_ip = peer.peer_ip;
		f->peer_host = peer.peer_host;
		f->peer_port = peer.peer_port;
		found = true;
	}
	return found;
}

static bool
is_part(struct str s)
{
	return str_starts(s, STR("header ")) || str_starts(s, STR("body ")) ||
	       str_starts(s, STR("mime-error ")) || str_starts(s, STR("mime-header ")) ||
	       str_starts(s, STR("nested-header "));
}

static enum line_class
judged(struct postfix_line *l, const struct postfix_action *a, struct str s)
{
	struct postfix_trailer t;
	struct str reply;

	if (is_part(s)) {
		if (!find_header_end(s, l->f, &t, &reply))
			return LINE_UNKNOWN;
		postfix_judge(l, a, STAGE_DATA, reply, &t);
	} else {
		if (!take(&s, STR("END-OF-MESSAGE")) && !take(&s, STR("DATA")) &&
		    !take(&s, STR("RCPT")) && !take(&s, STR("MAIL")))
			return LINE_UNKNOWN;
		if (take(&s, STR(" from ")) && !take_local(&s) && !postfix_peer(&s, l->f))
			return LINE_UNKNOWN;
		if (!take(&s, STR(": ")))
			return LINE_UNKNOWN;
		s = postfix_split_trailer(s, &t);
		postfix_judge(l, a, STAGE_DATA, s, &t);
	}
	/* One of them is named, the last. */
	l->f->recipients_incomplete = l->f->kind != FRAGMENT_NOTE;
	return LINE_UNDERSTOOD;
}

enum line_class
postfix_cleanup(struct postfix_line *l)
{
	struct str s = l->text;
	const struct postfix_action *a;

	l->f->pid = 0;
	if (l->f->id.n == 0)
		return str_starts(s, STR("warning: ")) ? LINE_IGNORED : LINE_UNKNOWN;
	if (take(&s, STR("message-id=")) || take(&s, STR("resent-message-id=")))
		return message_id(l, s);
	if (take(&s, STR("removed ("))) {
		l->f->kind = FRAGMENT_COMPLETED;
		return LINE_UNDERSTOOD;
	}
	a = postfix_take_action(&s);
	return a ? judged(l, a, s) : postfix_note(l);
}

/* --- the queue -------------------------------------------------------------------------------- */

static bool
take_number(struct str *s, struct str key, uint64_t *value)
{
	struct str digits;

	if (!take(s, key))
		return false;
	digits = take_until(s, ',');
	return str_to_u64(take_until(&digits, ' '), value);
}

/* "from=<s>, size=N, nrcpt=N (queue active)": it was taken; comes again with each attempt. */
static enum line_class
from(struct postfix_line *l, struct str s)
{
	struct fragment *f = l->f;
	size_t end = str_find(s, STR(">, "), postfix_skip_quoted(s, 1));

	if (end == STR_NPOS || s.p[0] != '<')
		return LINE_UNKNOWN;
	f->has_sender = true;
	f->sender = str_slice(s, 1, end);
	s = str_skip(s, end + 3);
	if (!take_number(&s, STR("size="), &f->size_bytes)) {
		/* It names no recipient: all that wait have failed. */
		if (!str_starts(s, STR("status=expired")) &&
		    !str_starts(s, STR("status=force-expired")))
			return postfix_note(l);
		f->kind = FRAGMENT_FAILED;
		f->stage = STAGE_DELIVERY;
		return LINE_UNDERSTOOD;
	}
	f->kind = FRAGMENT_ARRIVED;
	f->verdict = VERDICT_ACCEPTED;
	f->stage = STAGE_DATA;
	f->reply.code = 250; /* what cleanup told the client */
	return LINE_UNDERSTOOD;
}

/* "uid=1000 from=<s>" */
static enum line_class
picked_up(struct postfix_line *l, struct str s)
{
	struct fragment *f = l->f;

	take_until(&s, ' ');
	if (!take(&s, STR(" from=<")))
		return LINE_UNKNOWN;
	f->has_sender = true;
	f->sender = take_until(&s, '>');
	f->protocol = STR("local");
	f->begins_message = true;
	if (take(&s, STR("> orig_id=")))
		fragment_add_identifier(f, ID_ROLE_PARENT, take_until(&s, ' '));
	return postfix_note(l);
}

/* "sender non-delivery notification: NEWID" */
static enum line_class
notification(struct postfix_line *l, struct str s)
{
	size_t at = str_find(s, STR(" notification: "), 0);

	if (at == STR_NPOS)
		return LINE_UNKNOWN;
	fragment_add_identifier(l->f, ID_ROLE_NOTIFICATION, str_skip(s, at + 15));
	return postfix_note(l);
}

enum line_class
postfix_queue(struct postfix_line *l)
{
	struct str s = l->text;

	l->f->pid = 0;
	if (l->f->id.n == 0)
		return LINE_IGNORED; /* warnings, totals */
	if (str_eq(s, STR("removed")) || str_starts(s, STR("removed ("))) {
		l->f->kind = FRAGMENT_COMPLETED;
		return LINE_UNDERSTOOD;
	}
	if (take(&s, STR("from=")))
		return from(l, s);
	if (str_starts(s, STR("to=<")))
		return postfix_delivery(l);
	if (take(&s, STR("uid=")))
		return picked_up(l, s);
	if (str_find(s, STR(" notification: "), 0) != STR_NPOS)
		return notification(l, s);
	return postfix_note(l);
}
