/* SPDX-License-Identifier: MIT */
/* support_facts: a fragment's facts as text, compared with what a sample says. */
#include "support_facts.h"

#include "base/civil.h"

/* --- the pairs -------------------------------------------------------------------------------- */

bool
facts_next(struct str *facts, struct str *key, struct str *value)
{
	struct str s = str_trim(*facts);
	size_t equals = str_find_char(s, '=', 0), end;

	if (s.n == 0 || equals == STR_NPOS)
		return false;
	*key = str_slice(s, 0, equals);
	s = str_skip(s, equals + 1);
	if (s.n > 0 && s.p[0] == '\'') {
		for (end = 1; end < s.n; end++) {
			if (s.p[end] == '\'' && (end + 1 == s.n || s.p[end + 1] == ' '))
				break;
		}
		*value = str_slice(s, 1, end);
		*facts = str_skip(s, end + 1);
		return true;
	}
	end = str_find_char(s, ' ', 0);
	*value = str_slice(s, 0, end == STR_NPOS ? s.n : end);
	*facts = str_skip(s, value->n);
	return true;
}

/* --- what a fragment says --------------------------------------------------------------------- */

static const struct recipient *
find_recipient(const struct fragment *f, struct str address)
{
	for (size_t i = 0; i < f->n_recipients; i++) {
		if (str_eq(f->recipients[i].address, address))
			return &f->recipients[i];
	}
	return NULL;
}

static void
add_number(struct strbuf *o, uint64_t v)
{
	strbuf_printf(o, "%llu", (unsigned long long)v);
}

static void
add_enhanced(struct strbuf *o, struct enhanced e)
{
	if (e.class > 0)
		strbuf_printf(o, "%u.%u.%u", e.class, e.subject, e.detail);
}

static bool
add_role(const struct fragment *f, struct str key, struct str value, struct strbuf *o)
{
	static const struct {
		const char *key;
		enum id_role role;
	} roles[] = {
		{ "msgid", ID_ROLE_MESSAGE_ID }, { "ref", ID_ROLE_REFERENCE },
		{ "next", ID_ROLE_NEXT_HOP },    { "parent", ID_ROLE_PARENT },
		{ "conn", ID_ROLE_CONNECTION },  { "scanner", ID_ROLE_SCANNER },
	};

	for (size_t r = 0; r < sizeof(roles) / sizeof(roles[0]); r++) {
		if (!str_eq(key, str_from(roles[r].key)))
			continue;
		for (size_t i = 0; i < f->n_identifiers; i++) {
			if (f->identifiers[i].role != roles[r].role)
				continue;
			strbuf_clear(o);
			strbuf_add(o, f->identifiers[i].text);
			if (str_eq(f->identifiers[i].text, value))
				return true;
		}
		return true;
	}
	return false;
}

/* Strings and words of the fragment itself. */
static bool
add_text(const struct fragment *f, struct str key, struct strbuf *o)
{
	const struct {
		const char *key;
		struct str text;
	} texts[] = {
		{ "kind", str_from(fragment_kind_text(f->kind)) },
		{ "id", f->id },
		{ "peer", f->peer_ip },
		{ "host", f->peer_host },
		{ "helo", f->helo },
		{ "local", f->local_ip },
		{ "verify", f->verify_address },
		{ "subject", f->subject },
		{ "from", f->header_from },
		{ "proto", f->protocol },
		{ "user", f->user },
		{ "auth", f->auth },
		{ "tls", f->tls },
		{ "verdict", str_from(verdict_text(f->verdict)) },
		{ "stage", str_from(stage_text(f->stage)) },
		{ "about", str_from(stage_text(f->about)) },
		{ "reply", f->reply.text },
		{ "text", f->text },
		{ "engine", str_from(engine_text(f->score.engine)) },
		{ "action", f->score.action },
		{ "symbols", f->score.symbols },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (str_eq(key, str_from(texts[i].key))) {
			strbuf_add(o, texts[i].text);
			return true;
		}
	}
	return false;
}

static bool
add_count(const struct fragment *f, struct str key, struct strbuf *o)
{
	const struct {
		const char *key;
		uint64_t value;
	} counts[] = {
		{ "idpid", f->id_pid },
		{ "pid", f->pid },
		{ "port", f->peer_port },
		{ "localport", f->local_port },
		{ "closes", f->closes_connection },
		{ "nosender", !f->has_sender },
		{ "size", f->size_bytes },
		{ "code", f->reply.code },
		{ "code_logged", f->reply.code_logged },
		{ "text_logged", f->reply.text_logged },
		{ "ids", f->n_identifiers },
		{ "rcpts", f->n_recipients },
		{ "incomplete", f->recipients_incomplete },
	};

	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		if (str_eq(key, str_from(counts[i].key))) {
			add_number(o, counts[i].value);
			return true;
		}
	}
	return false;
}

static bool
add_recipient(const struct recipient *r, struct str key, struct strbuf *o)
{
	const struct {
		const char *key;
		struct str text;
	} texts[] = {
		{ "rcpt", r->address },
		{ "orig", r->original },
		{ "remote", r->remote_host },
		{ "remote_ip", r->remote_ip },
		{ "transport", r->transport },
		{ "rcpt_reply", r->reply.text },
		{ "rcpt_verdict", str_from(verdict_text(r->verdict)) },
		{ "rcpt_stage", str_from(stage_text(r->stage)) },
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (str_eq(key, str_from(texts[i].key))) {
			strbuf_add(o, texts[i].text);
			return true;
		}
	}
	if (str_eq(key, STR("rcpt_code")))
		add_number(o, r->reply.code);
	else if (str_eq(key, STR("rcpt_logged")))
		add_number(o, r->reply.text_logged);
	else if (str_eq(key, STR("by_remote")))
		add_number(o, r->by_remote);
	else if (str_eq(key, STR("rcpt_enhanced")))
		add_enhanced(o, r->reply.enhanced);
	else
		return false;
	return true;
}

static bool
add_other(const struct fragment *f, struct str key, struct strbuf *o)
{
	if (str_eq(key, STR("sender"))) {
		if (f->has_sender)
			strbuf_add(o, f->sender.n > 0 ? f->sender : STR("<>"));
	} else if (str_eq(key, STR("time"))) {
		struct arena a;

		arena_init(&a);
		if (f->time_us != TIME_NONE)
			strbuf_add(o, time_rfc3339(f->time_us, &a));
		arena_release(&a);
	} else if (str_eq(key, STR("enhanced"))) {
		add_enhanced(o, f->reply.enhanced);
	} else if (str_eq(key, STR("score"))) {
		if (f->score.has_value)
			strbuf_printf(o, "%g", f->score.value);
	} else if (str_eq(key, STR("threshold"))) {
		if (f->score.has_threshold)
			strbuf_printf(o, "%g", f->score.threshold);
	} else {
		return false;
	}
	return true;
}

static void
add_found(const struct fragment *f, struct str key, struct str value,
	  const struct recipient **current, struct strbuf *o)
{
	static const struct recipient nobody = { .by_remote = false };

	if (str_eq(key, STR("rcpt"))) {
		const struct recipient *r = find_recipient(f, value);

		*current = r ? r : *current;
	}
	if (!add_text(f, key, o) && !add_count(f, key, o) && !add_role(f, key, value, o) &&
	    !add_recipient(*current ? *current : &nobody, key, o) && !add_other(f, key, o))
		strbuf_add_text(o, "(no such key)");
}

bool
facts_hold(const struct fragment *f, const char *facts, struct strbuf *why)
{
	const struct recipient *current = f->n_recipients > 0 ? f->recipients : NULL;
	struct str rest = str_from(facts), key, value;
	struct strbuf found;
	bool all = true;

	strbuf_init(&found, STRBUF_NO_MAX);
	while (facts_next(&rest, &key, &value)) {
		strbuf_clear(&found);
		add_found(f, key, value, &current, &found);
		if (str_eq(strbuf_str(&found), value))
			continue;
		strbuf_printf(why, "  %.*s is '%.*s', not '%.*s'\n", STR_ARG(key), (int)found.n,
			      found.p, STR_ARG(value));
		all = false;
	}
	if (str_trim(rest).n > 0) {
		strbuf_printf(why, "  not a fact: %.*s\n", STR_ARG(rest));
		all = false;
	}
	strbuf_release(&found);
	return all;
}
