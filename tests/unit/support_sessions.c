/* SPDX-License-Identifier: MIT */
/* support_sessions: see the header. */
#include "support_sessions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/civil.h"
#include "model/story.h"

static struct str
take_word(struct str *rest, char end)
{
	size_t at = str_find_char(*rest, end, 0);
	struct str word = str_slice(*rest, 0, at);

	*rest = at == STR_NPOS ? (struct str){ "", 0 } : str_skip(*rest, at + 1);
	return word;
}

static int64_t
minutes(struct str value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*s", STR_ARG(value));
	if (str_eq(value, STR("none")))
		return INT64_MIN;
	return SUPPORT_SESSIONS_BEGIN + (int64_t)(strtod(text, NULL) * (double)MINUTE_US);
}

static void
add_recipient(struct session *s, struct str value)
{
	struct recipient *r = &s->recipients[s->n_recipients++];
	struct str address = take_word(&value, '/');
	struct str outcome = take_word(&value, '@');

	s->recipients_total = s->n_recipients;
	*r = (struct recipient){ .address = take_word(&address, '<'), .original = address };
	r->remote_ip = value;
	r->time_us = s->end_us;
	r->by_remote = true;
	if (str_eq(outcome, STR("sent")))
		r->verdict = VERDICT_ACCEPTED;
	else if (str_eq(outcome, STR("failed")))
		r->verdict = VERDICT_REJECTED;
	else if (str_eq(outcome, STR("waits")))
		r->verdict = VERDICT_DEFERRED;
	else
		r->by_remote = false;
	if (!r->by_remote)
		r->verdict = verdict_from_text(outcome);
}

static bool
add_identifier(struct session *s, struct str key, struct str value)
{
	static const struct {
		const char *key;
		enum id_role role;
	} roles[] = {
		{ "own", ID_ROLE_OWN },       { "mid", ID_ROLE_MESSAGE_ID },
		{ "next", ID_ROLE_NEXT_HOP }, { "parent", ID_ROLE_PARENT },
		{ "ref", ID_ROLE_REFERENCE }, { "note", ID_ROLE_NOTIFICATION },
	};

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++)
		if (str_eq(key, str_from(roles[i].key))) {
			s->identifiers[s->n_identifiers++] =
				(struct identifier){ roles[i].role, value };
			return true;
		}
	return false;
}

static void
set_number(struct session *s, struct str key, struct str value)
{
	uint64_t n = 0;

	str_to_u64(value, &n);
	if (str_eq(key, STR("gw")))
		s->gateway = (uint32_t)n;
	else if (str_eq(key, STR("code")))
		s->reply.code = (uint16_t)n;
	else
		s->size_bytes = n;
}

static void
set_fact(struct session *s, struct str key, struct str value)
{
	const struct {
		const char *key;
		struct str *where;
	} texts[] = {
		{ "ip", &s->peer_ip },       { "host", &s->peer_host },
		{ "conn", &s->connection },  { "subject", &s->subject },
		{ "reply", &s->reply.text }, { "header", &s->header_from },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (str_eq(key, str_from(texts[i].key))) {
			*texts[i].where = value;
			return;
		}
	if (str_eq(key, STR("t"))) {
		s->start_us = s->end_us = minutes(value);
	} else if (str_eq(key, STR("end"))) {
		s->end_us = minutes(value);
	} else if (str_eq(key, STR("v"))) {
		s->verdict = verdict_from_text(value);
	} else if (str_eq(key, STR("st"))) {
		s->stage = s->about = stage_from_text(value);
	} else if (str_eq(key, STR("from"))) {
		s->has_sender = true;
		s->sender = str_eq(value, STR("<>")) ? STR("") : value;
	} else if (str_eq(key, STR("to"))) {
		add_recipient(s, value);
	} else if (!add_identifier(s, key, value)) {
		set_number(s, key, value);
	}
}

void
support_session(const char *row, uint64_t number, struct arena *a, struct session *out)
{
	struct str rest = arena_str(a, str_from(row));

	*out = (struct session){ .ref = { number }, .gateway = 1, .verdict = VERDICT_ACCEPTED };
	out->stage = out->about = STAGE_DATA;
	out->identifiers = arena_zalloc(a, 32 * sizeof(*out->identifiers));
	out->recipients = arena_zalloc(a, 512 * sizeof(*out->recipients));
	while (rest.n > 0) {
		struct str value = take_word(&rest, ' ');
		struct str key = take_word(&value, '=');

		if (key.n > 0)
			set_fact(out, key, value);
	}
	out->gateway_name = arena_printf(a, "mx%u", out->gateway);
}

const struct session **
support_sessions(const char *rows, struct arena *a, size_t *n)
{
	const struct session **list = arena_alloc(a, 1024 * sizeof(*list));
	struct str rest = str_from(rows);

	for (*n = 0; rest.n > 0 && *n < 1024;) {
		struct session *s = arena_alloc(a, sizeof(*s));
		struct str row = arena_str(a, take_word(&rest, '\n'));

		if (row.n == 0)
			continue;
		support_session(row.p, *n + 1, a, s);
		list[(*n)++] = s;
	}
	return list;
}

void
support_stories(const char *rows, char out[SUPPORT_STORIES_MAX])
{
	struct story_groups g;
	struct arena a;
	size_t n;

	arena_init(&a);
	const struct session **list = support_sessions(rows, &a, &n);
	story_group(list, n, &a, &g);
	for (size_t i = 0; i < n && i < SUPPORT_STORIES_MAX - 1; i++)
		out[i] = (char)('A' + g.story[i]);
	out[n < SUPPORT_STORIES_MAX ? n : SUPPORT_STORIES_MAX - 1] = '\0';
	if (g.n + g.n_edges != n)
		fail_msg("%zu sessions, %zu stories, %zu edges: %s", n, g.n, g.n_edges, rows);
	for (size_t i = 0; i < n / 2; i++) {
		const struct session *s = list[i];
		list[i] = list[n - 1 - i];
		list[n - 1 - i] = s;
	}
	size_t before = g.n;
	story_group(list, n, &a, &g);
	if (g.n != before)
		fail_msg("the other way round %zu stories, not %zu: %s", g.n, before, rows);
	arena_release(&a);
}
