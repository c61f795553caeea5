/* SPDX-License-Identifier: MIT */
/*
 * user_facts: what follows from the values of one line of an operator-defined format: the verdict
 * from the code, the kind from the verdict, the recipients with their outcomes.
 */
#include "importers/refusal.h"
#include "importers/user_format_local.h"

static void
settle_reply(struct user_facts *x)
{
	struct reply *r = &x->f->reply;

	if (x->given.code != 0) {
		r->code = x->given.code;
		r->code_logged = true;
	}
	if (x->given.enhanced.class != 0)
		r->enhanced = x->given.enhanced;
	/* An arrival or a note may well quote somebody's code. */
	if (x->f->verdict != VERDICT_NONE ||
	    (x->has_kind && x->f->kind != FRAGMENT_REFUSED && x->f->kind != FRAGMENT_FAILED &&
	     x->f->kind != FRAGMENT_POSTPONED))
		return;
	if (r->code >= 500)
		x->f->verdict = VERDICT_REJECTED;
	else if (r->code >= 400)
		x->f->verdict = VERDICT_DEFERRED;
}

static enum fragment_kind
kind_of(const struct fragment *f)
{
	bool delivery = f->stage == STAGE_DELIVERY;

	switch (f->verdict) {
	case VERDICT_REJECTED:
	case VERDICT_DROPPED:
		return delivery ? FRAGMENT_FAILED : FRAGMENT_REFUSED;
	case VERDICT_DEFERRED:
		return delivery ? FRAGMENT_POSTPONED : FRAGMENT_REFUSED;
	case VERDICT_ACCEPTED:
		return delivery ? FRAGMENT_DELIVERED : FRAGMENT_ARRIVED;
	case VERDICT_NONE:
		return f->score.engine != ENGINE_NONE ? FRAGMENT_SCORE : FRAGMENT_NOTE;
	default:
		return FRAGMENT_ARRIVED;
	}
}

static bool
is_delivery(enum fragment_kind k)
{
	return k == FRAGMENT_DELIVERED || k == FRAGMENT_FAILED || k == FRAGMENT_POSTPONED ||
	       k == FRAGMENT_ATTEMPT;
}

/* A delivery's outcome is its recipient's; a refusal's is the session's too. */
static void
add_recipients(struct user_facts *x)
{
	struct fragment *f = x->f;
	struct str list = x->rcpt;
	struct recipient *out;
	size_t n = 1;

	for (size_t i = 0; i < list.n; i++)
		n += list.p[i] == ',';
	out = arena_zalloc(x->scratch, n * sizeof(*out));
	while (list.n > 0) {
		size_t comma = str_find_char(list, ',', 0);
		struct recipient *r = &out[f->n_recipients];

		r->address = user_bare_address(str_slice(list, 0, comma));
		list = str_skip(list, comma == STR_NPOS ? list.n : comma + 1);
		if (r->address.n == 0)
			continue;
		r->original = user_bare_address(x->original);
		r->verdict = f->verdict;
		r->stage = f->stage;
		r->reply = f->reply;
		r->remote_host = x->remote_host;
		r->remote_ip = x->remote_ip;
		r->transport = x->transport;
		r->time_us = f->time_us;
		r->by_remote = is_delivery(f->kind);
		f->n_recipients++;
	}
	f->recipients = out;
}

void
user_facts_finish(struct user_facts *x)
{
	struct fragment *f = x->f;

	f->id_recurs = x->format->ids_recur && f->id.n > 0;
	settle_reply(x);
	if (!x->has_kind)
		f->kind = kind_of(f);
	if (is_delivery(f->kind) && f->stage == STAGE_NONE)
		f->stage = STAGE_DELIVERY;
	f->closes_connection = f->kind == FRAGMENT_DISCONNECTED;
	add_recipients(x);
	if (is_delivery(f->kind)) { /* the session's own answer is another */
		f->verdict = VERDICT_NONE;
		f->stage = STAGE_NONE;
		f->reply = (struct reply){ 0 };
	}
	if (f->kind != FRAGMENT_REFUSED || x->keys_only)
		return;
	if (f->about == STAGE_NONE)
		f->about = refusal_about(f->stage, f->reply.text);
	struct score stated = f->score;
	refusal_read_text(f, x->scratch);
	if (stated.engine != ENGINE_NONE)
		f->score = stated;
}
