/* SPDX-License-Identifier: MIT */
/* term: the terms of a session, one visitor for indexing and verifying alike. */
#include "model/term.h"

#include "base/hash.h"

#define ID_PART 6 /* characters of an identifier that its head and tail terms keep */

static bool
kind_folds_case(enum term_kind k)
{
	switch (k) {
	case TERM_HOST:
	case TERM_SENDER:
	case TERM_RECIPIENT:
	case TERM_PEER_IP:
		return true;
	default:
		return false;
	}
}

uint32_t
term_hash(struct term t)
{
	uint64_t h = kind_folds_case(t.kind) ? hash_nocase(t.text, (uint64_t)t.kind + 1)
					     : hash_bytes(t.text, (uint64_t)t.kind + 1);
	return (uint32_t)(h >> 32);
}

struct term_visit {
	void (*visit)(void *arg, struct term t);
	void *arg;
};

static void
give(const struct term_visit *v, enum term_kind kind, struct str text)
{
	if (text.n > 0)
		v->visit(v->arg, (struct term){ kind, text });
}

static void
give_identifiers(const struct term_visit *v, const struct session *s)
{
	for (size_t i = 0; i < s->n_identifiers; i++) {
		struct str text = s->identifiers[i].text;

		if (s->identifiers[i].role == ID_ROLE_CONNECTION) {
			give(v, TERM_CONNECTION, text);
			continue;
		}
		give(v, TERM_IDENTIFIER, text);
		/* Exim IDs carry their time, by which cut ones are found; others need help. */
		if (s->identifiers[i].role == ID_ROLE_REFERENCE && text.n > ID_PART) {
			give(v, TERM_IDENTIFIER_HEAD, str_slice(text, 0, ID_PART));
			give(v, TERM_IDENTIFIER_TAIL, str_skip(text, text.n - ID_PART));
		}
	}
}

static void
give_verdict(const struct term_visit *v, const struct session *s)
{
	char text[64];
	struct str stage = str_from(stage_text(s->stage));
	struct str verdict = str_from(verdict_text(s->verdict));

	memcpy(text, stage.p, stage.n);
	text[stage.n] = ' ';
	memcpy(text + stage.n + 1, verdict.p, verdict.n);
	give(v, TERM_VERDICT, (struct str){ text, stage.n + 1 + verdict.n });
}

static void
give_reply(const struct term_visit *v, enum term_kind kind, const struct reply *r)
{
	char shape[REPLY_SHAPE_MAX];

	if (r->code >= 400 && r->text.n > 0)
		give(v, kind, (struct str){ shape, reply_shape_to(r->text, shape) });
}

static void
give_replies(const struct term_visit *v, const struct session *s)
{
	const struct reply *before = NULL;

	give_reply(v, TERM_REPLY, &s->reply);
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		/* Those of one mail mostly got one answer. */
		if ((before && str_eq(before->text, r->reply.text)) ||
		    (!r->by_remote && str_eq(s->reply.text, r->reply.text)))
			continue;
		before = &r->reply;
		give_reply(v, r->by_remote ? TERM_REMOTE_REPLY : TERM_REPLY, before);
	}
}

static void
give_all_but_replies(const struct term_visit *v, const struct session *s)
{
	give_identifiers(v, s);
	give(v, TERM_CONNECTION, s->connection);
	give(v, TERM_PEER_IP, s->peer_ip);
	give(v, TERM_HOST, s->peer_host);
	if (!str_eq_nocase(s->helo, s->peer_host))
		give(v, TERM_HOST, s->helo);
	give(v, TERM_SENDER, s->sender);
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		give(v, TERM_RECIPIENT, r->address);
		if (r->original.n > 0 && !str_eq_nocase(r->original, r->address))
			give(v, TERM_RECIPIENT, r->original);
	}
	give_verdict(v, s);
}

void
session_terms(const struct session *s, void (*visit)(void *arg, struct term t), void *arg)
{
	struct term_visit v = { visit, arg };

	give_all_but_replies(&v, s);
	give_replies(&v, s);
}

struct term_search {
	struct term wanted;
	bool fold;
	bool found;
};

static void
compare_term(void *arg, struct term t)
{
	struct term_search *search = arg;

	if (!search->found && t.kind == search->wanted.kind)
		search->found = search->fold ? str_eq_nocase(t.text, search->wanted.text)
					     : str_eq(t.text, search->wanted.text);
}

bool
session_has_term(const struct session *s, struct term t)
{
	struct term_search search = { t, kind_folds_case(t.kind), false };

	struct term_visit v = { compare_term, &search };

	if (t.kind == TERM_REPLY || t.kind == TERM_REMOTE_REPLY)
		give_replies(&v, s); /* shaping texts costs more than the rest together */
	else
		give_all_but_replies(&v, s);
	return search.found;
}
