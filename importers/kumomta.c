/* SPDX-License-Identifier: MIT */
/*
 * kumomta: one JSON object to its facts (KumoMTA crates/kumo-log-types). A record stands alone. The
 * id of a rejection names no message, since none was queued; what joins it is its SMTP session.
 */
#include "importers/kumomta.h"

#include <stdlib.h>

#include "base/json.h"
#include "importers/refusal.h"
#include "importers/take.h"
#include "importers/line_reader.h"

struct kumomta_line {
	const struct json *object;
	struct fragment *f;
	struct arena *scratch;
};

/* The object is freed before the facts are read. */
static struct str
text_of(const struct kumomta_line *l, const struct json *object, const char *key)
{
	return arena_str(l->scratch, json_get_str(object, key));
}

static struct reply
reply_of(const struct kumomta_line *l)
{
	const struct json *response = json_get(l->object, "response");
	const struct json *enhanced = response ? json_get(response, "enhanced_code") : NULL;
	struct reply r = { .code = 0 };
	int64_t code;

	if (!response)
		return r;
	code = json_get_int(response, "code", 0);
	r.code = code >= 200 && code < 600 ? (uint16_t)code : 0;
	r.text = text_of(l, response, "content");
	r.code_logged = r.code != 0;
	r.text_logged = r.code != 0;
	if (enhanced) {
		int64_t class = json_get_int(enhanced, "class", 0);
		int64_t subject = json_get_int(enhanced, "subject", 0);
		int64_t detail = json_get_int(enhanced, "detail", 0);

		if (class >= 2 && class <= 5 && subject >= 0 && subject < 1000 && detail >= 0 &&
		    detail < 1000)
			r.enhanced = (struct enhanced){ (uint8_t) class, (uint16_t)subject,
							(uint16_t)detail };
	}
	return r;
}

static enum stage
stage_of(const struct kumomta_line *l, enum stage otherwise)
{
	static const struct {
		struct str word;
		enum stage stage;
	} commands[] = {
		{ { "EHLO", 4 }, STAGE_HELO },     { { "HELO", 4 }, STAGE_HELO },
		{ { "STARTTLS", 8 }, STAGE_HELO }, { { "AUTH", 4 }, STAGE_HELO },
		{ { "MAIL", 4 }, STAGE_MAIL },     { { "RCPT", 4 }, STAGE_RCPT },
		{ { "DATA", 4 }, STAGE_DATA },     { { ".", 1 }, STAGE_DATA },
	};
	const struct json *response = json_get(l->object, "response");
	struct str command = response ? json_get_str(response, "command") : STR("");

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (str_starts_nocase(command, commands[i].word))
			return commands[i].stage;
	return otherwise;
}

/* A string, or an array of them. */
static struct recipient *
set_recipients(struct kumomta_line *l)
{
	const struct json *value = json_get(l->object, "recipient");
	size_t n = value ? json_count(value) : 0;
	struct recipient *list = arena_zalloc(l->scratch, (n + 1) * sizeof(*list));
	struct fragment *f = l->f;

	for (size_t i = 0; i < n; i++) {
		struct str address = json_str(json_at(value, i));

		if (address.n > 0)
			list[f->n_recipients++].address = arena_str(l->scratch, address);
	}
	if (n == 0 && json_get_str(l->object, "recipient").n > 0)
		list[f->n_recipients++].address = text_of(l, l->object, "recipient");
	f->recipients = list;
	return list;
}

static void
set_client(struct kumomta_line *l)
{
	const struct json *peer = json_get(l->object, "peer_address");
	struct str ip, port;

	if (!peer)
		return;
	l->f->helo = text_of(l, peer, "name"); /* what the client said */
	ip = text_of(l, peer, "addr");
	if (take_char(&ip, '[')) {
		port = ip;
		l->f->peer_ip = take_until(&port, ']');
	} else {
		l->f->peer_ip = take_until(&ip, '/');
	}
}

static enum line_class
reception(struct kumomta_line *l)
{
	struct fragment *f = l->f;

	f->kind = FRAGMENT_ARRIVED;
	f->verdict = VERDICT_ACCEPTED;
	f->stage = STAGE_DATA;
	f->reply = reply_of(l);
	f->connection_id = text_of(l, l->object, "session_id");
	f->protocol = text_of(l, l->object, "reception_protocol");
	set_client(l);
	set_recipients(l);
	return f->id.n > 0 ? LINE_UNDERSTOOD : LINE_UNKNOWN;
}

static enum line_class
rejection(struct kumomta_line *l)
{
	struct fragment *f = l->f;
	struct recipient *list;

	f->id = STR("");
	f->kind = FRAGMENT_REFUSED;
	f->reply = reply_of(l);
	f->verdict = f->reply.code / 100 == 4 ? VERDICT_DEFERRED : VERDICT_REJECTED;
	f->connection_id = text_of(l, l->object, "session_id");
	set_client(l);
	list = set_recipients(l);
	/* Where no command is named, what is known of the envelope tells how far it came. */
	f->stage = stage_of(l, f->n_recipients > 0                ? STAGE_RCPT
			       : f->has_sender && f->sender.n > 0 ? STAGE_MAIL
								  : STAGE_CONNECT);
	f->about = refusal_about(f->stage, f->reply.text);
	refusal_read_text(f, l->scratch);
	for (size_t i = 0; i < f->n_recipients; i++) {
		list[i].verdict = f->verdict;
		list[i].stage = f->stage;
		list[i].reply = f->reply;
		list[i].time_us = f->time_us;
	}
	return LINE_UNDERSTOOD;
}

static enum line_class
outcome(struct kumomta_line *l, enum fragment_kind kind, enum verdict verdict)
{
	const struct json *peer = json_get(l->object, "peer_address");
	struct fragment *f = l->f;
	struct recipient *list = set_recipients(l);

	f->kind = kind;
	if (f->id.n == 0)
		return LINE_UNKNOWN;
	for (size_t i = 0; i < f->n_recipients; i++) {
		struct recipient *r = &list[i];

		r->verdict = verdict;
		r->stage =
			kind == FRAGMENT_DELIVERED ? STAGE_DELIVERY : stage_of(l, STAGE_DELIVERY);
		r->reply = reply_of(l);
		if (peer) {
			r->remote_host = text_of(l, peer, "name");
			r->remote_ip = text_of(l, peer, "addr");
		}
		r->transport = text_of(l, l->object, "delivery_protocol");
		r->time_us = f->time_us;
		r->by_remote = true;
	}
	if (kind == FRAGMENT_DELIVERED && f->n_recipients > 0)
		fragment_add_next_hop(f, list[0].reply.text);
	return LINE_UNDERSTOOD;
}

static enum line_class
note(struct kumomta_line *l)
{
	l->f->kind = FRAGMENT_NOTE;
	return l->f->id.n > 0 ? LINE_UNDERSTOOD : LINE_IGNORED;
}

static enum line_class
parse_type(struct kumomta_line *l, struct str type)
{
	static const struct str notes[] = {
		{ "Feedback", 8 }, { "AdminRebind", 11 }, { "DeferredInjectionRebind", 23 },
		{ "Delayed", 7 },  { "XferOut", 7 },      { "XferIn", 6 },
		{ "OOB", 3 },
	};

	if (str_eq(type, STR("Reception")))
		return reception(l);
	if (str_eq(type, STR("Rejection")))
		return rejection(l);
	if (str_eq(type, STR("Delivery")))
		return outcome(l, FRAGMENT_DELIVERED, VERDICT_ACCEPTED);
	if (str_eq(type, STR("TransientFailure")))
		return outcome(l, FRAGMENT_POSTPONED, VERDICT_DEFERRED);
	if (str_eq(type, STR("Bounce")) || str_eq(type, STR("Expiration")) ||
	    str_eq(type, STR("AdminBounce")))
		return outcome(l, FRAGMENT_FAILED, VERDICT_REJECTED);
	for (size_t i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		if (str_eq(type, notes[i]))
			return note(l);
	return LINE_UNKNOWN;
}

static int64_t
time_of(const struct json *object)
{
	struct str written = json_get_str(object, "event_time");
	int64_t seconds = json_get_int(object, "timestamp", -1), time_us;

	if (written.n > 0 && time_parse(written, zone_utc(), &time_us))
		return time_us;
	return seconds >= 0 && seconds < INT64_C(253402300800) ? seconds * US_PER_SECOND
							       : TIME_NONE;
}

static enum line_class
kumomta_parse(struct str text, const struct parse_context *c, struct fragment *out,
	      struct arena *scratch)
{
	struct json *object = text.n > 0 && text.p[0] == '{' ? json_parse(text, NULL) : NULL;
	struct kumomta_line l = { .object = object, .f = out, .scratch = scratch };
	enum line_class class;
	int64_t size;

	(void)c;
	*out = (struct fragment){ .time_us = TIME_NONE };
	if (!object)
		return LINE_UNKNOWN;
	out->time_us = time_of(object);
	out->text = text_of(&l, object, "type");
	out->id = text_of(&l, object, "id");
	out->has_sender = json_get(object, "sender") != NULL;
	out->sender = text_of(&l, object, "sender");
	size = json_get_int(object, "size", 0);
	out->size_bytes = size > 0 ? (uint64_t)size : 0;
	class = parse_type(&l, out->text);
	if (class == LINE_UNKNOWN)
		*out = (struct fragment){ .time_us = out->time_us };
	json_free(object);
	return class;
}

/* --- format ----------------------------------------------------------------------------------- */

static int64_t
kumomta_line_time(struct str line, const struct parse_context *c)
{
	static const struct str key = { "\"timestamp\":", 12 };
	size_t at = str_find(line, key, 0), n = 0;
	uint64_t seconds;

	(void)c;
	if (at == STR_NPOS || line.p[0] != '{')
		return TIME_NONE;
	line = str_skip(line, at + key.n);
	while (n < line.n && n < 11 && char_is_digit(line.p[n]))
		n++;
	return str_to_u64(str_slice(line, 0, n), &seconds) ? (int64_t)seconds * US_PER_SECOND
							   : TIME_NONE;
}

static int
detect(struct str line)
{
	struct parse_context c = { .zone = NULL, .near_us = TIME_NONE };
	struct arena scratch;
	struct fragment f;
	enum line_class class;

	if (!str_starts(line, STR("{")) || str_find(line, STR("\"type\""), 0) == STR_NPOS ||
	    kumomta_line_time(line, NULL) == TIME_NONE)
		return 0;
	arena_init(&scratch);
	class = kumomta_parse(line, &c, &f, &scratch);
	arena_release(&scratch);
	return class == LINE_UNDERSTOOD ? 93 : 0;
}

static const struct log_format kumomta_format = {
	.name = "kumomta",
	.title = "KumoMTA",
	.parse = kumomta_parse,
	.line_time = kumomta_line_time,
	LINE_READER,
};

const struct importer kumomta_importer = {
	.format = &kumomta_format,
	.detect = detect,
	.samples = kumomta_samples,
};
