/* SPDX-License-Identifier: MIT */
/*
 * rank: the weights. They are calibrated so that one exact, unique identifier gives .999, an
 * address and another one about .9, an address alone little, and a contradiction takes a little
 * from an identifier but much from everything else.
 */
#include "model/rank_judge.h"

#include <math.h>
#include <stdlib.h>

#define SESSIONS_MIN            20000.0 /* a small index makes no text less telling */
#define REMOTE_BESIDE_RECIPIENT 0.3
#define IDENTIFIED_AGAINST_MAX  3.5
#define BEYOND_CAP              0.25

void
rank_reason(struct judge *j, double weight, struct str text)
{
	struct judged *out = j->out;
	size_t at = out->n_reasons;

	while (at > 0 && out->weights[at - 1] < weight)
		at--;
	if (at == CANDIDATE_MAX_REASONS)
		return;
	if (out->n_reasons < CANDIDATE_MAX_REASONS)
		out->n_reasons++;
	for (size_t i = out->n_reasons - 1; i > at; i--) {
		out->reasons[i] = out->reasons[i - 1];
		out->weights[i] = out->weights[i - 1];
	}
	out->reasons[at] = text;
	out->weights[at] = weight;
}

/*
 * log(N / matches) × (1 − doubt). What exceeds the cap counts little: a rare address goes before a
 * common one, and yet does not prove alone that the mail came through here.
 */
static double
worth(const struct judge *j, const struct clue *c, double cap)
{
	double matches = c->matches > 0 ? (double)c->matches : 1;
	double w = log(j->sessions / matches);

	if (w > cap)
		w = cap + BEYOND_CAP * (w - cap);
	return w <= 0 ? 0 : w * (1 - c->doubt);
}

/* --- addresses, hosts, IPs --- */

static bool
has_remote(const struct session *s, struct str host_or_ip)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (str_eq_nocase(s->recipients[i].remote_host, host_or_ip) ||
		    str_eq_nocase(s->recipients[i].remote_ip, host_or_ip))
			return true;
	}
	return false;
}

static bool
has_term(const struct session *s, enum term_kind kind, struct str text)
{
	return session_has_term(s, (struct term){ kind, text });
}

/*
 * What a remote host or IP proves. No index counts them, and who wrote to the same recipient met the
 * same server: beside a recipient that agrees it proves next to nothing.
 */
static double
remote_worth(const struct judge *j, const struct clue *c, double cap)
{
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *to = &j->set->v[i];

		if ((to->kind == CLUE_RECIPIENT || to->kind == CLUE_ADDRESS) && !to->dropped &&
		    has_term(j->s, TERM_RECIPIENT, to->text))
			return REMOTE_BESIDE_RECIPIENT;
	}
	return cap * (1 - c->doubt);
}

/* What clue c proves if it agrees with the session; 0 if it does not. */
static double
agreement(const struct judge *j, const struct clue *c, const struct clue_more *m, struct str *why)
{
	struct arena *a = j->set->arena;

	switch (c->kind) {
	case CLUE_SENDER:
		if (!has_term(j->s, TERM_SENDER, c->text))
			return 0;
		*why = arena_printf(a, "sender %.*s", STR_ARG(c->text));
		return worth(j, c, 6);
	case CLUE_RECIPIENT:
		if (!has_term(j->s, TERM_RECIPIENT, c->text))
			return 0;
		*why = arena_printf(a, "recipient %.*s", STR_ARG(c->text));
		return worth(j, c, 6);
	case CLUE_ADDRESS:
		if (has_term(j->s, TERM_SENDER, c->text))
			*why = arena_printf(a, "sender %.*s", STR_ARG(c->text));
		else if (has_term(j->s, TERM_RECIPIENT, c->text))
			*why = arena_printf(a, "recipient %.*s", STR_ARG(c->text));
		else
			return 0;
		return worth(j, c, 6);
	case CLUE_IP:
		if (has_remote(j->s, c->text)) {
			*why = arena_printf(a, "remote IP %.*s", STR_ARG(c->text));
			return remote_worth(j, c, 3);
		}
		if (m->role != CLUE_ROLE_REFUSER && str_eq_nocase(j->s->peer_ip, c->text))
			*why = arena_printf(a, "client IP %.*s", STR_ARG(c->text));
		else
			return 0;
		return worth(j, c, 6);
	case CLUE_HOST:
		if (has_term(j->s, TERM_HOST, c->text))
			*why = arena_printf(a, "client host %.*s", STR_ARG(c->text));
		else if (has_remote(j->s, c->text)) {
			*why = arena_printf(a, "remote host %.*s", STR_ARG(c->text));
			return remote_worth(j, c, 2);
		} else if (str_eq_nocase(j->s->gateway_name, c->text))
			*why = arena_printf(a, "our gateway %.*s", STR_ARG(c->text));
		else
			return 0;
		return worth(j, c, 3);
	default:
		return 0;
	}
}

/* Of one kind the best counts, another one a quarter. True if all there is contradicts. */
static bool
judge_kind(struct judge *j, enum clue_kind kind, bool tells, double against)
{
	double best = 0, second = 0;
	struct str why = { "", 0 };
	bool sure = false;

	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];
		struct str text = { "", 0 };

		if (c->kind != kind || c->dropped)
			continue;
		sure |= c->doubt < 0.2;
		double w = agreement(j, c, &j->set->more[i], &text);
		if (w > best) {
			second = best;
			best = w;
			why = text;
		} else if (w > second) {
			second = w;
		}
	}
	if (best > 0) {
		j->out->score += best + 0.25 * second;
		j->out->evidence |= tells;
		rank_reason(j, best, why);
	} else if (sure && against > 0) {
		j->against += against;
		return true;
	}
	return false;
}

/*
 * What a session's log does not name cannot contradict (refusals before MAIL and RCPT). Another
 * sender and another recipient: another mail of the same relay.
 */
static void
judge_envelope(struct judge *j)
{
	const struct session *s = j->s;
	double recipient = s->n_recipients == 0 ? 0 : s->recipients_incomplete ? 0.5 : 3;
	bool other_sender = judge_kind(j, CLUE_SENDER, true, s->has_sender ? 2.5 : 0);
	bool other_recipient = judge_kind(j, CLUE_RECIPIENT, true, recipient);

	if (other_sender && other_recipient)
		j->against += 2.5;
}

void
rank_judge(const struct clue_set *clues, const struct find_context *context, struct judged *out)
{
	double n = (double)context->total_sessions;
	struct judge j = { clues, out->session, out, n > SESSIONS_MIN ? n : SESSIONS_MIN, 0 };

	out->score = 0;
	out->n_reasons = 0;
	out->evidence = out->identified = out->in_refusal = false;
	judge_identifiers(&j, CLUE_IDENTIFIER);
	judge_identifiers(&j, CLUE_MESSAGE_ID);
	double before = out->score;
	judge_envelope(&j);
	judge_kind(&j, CLUE_ADDRESS, true, 0);
	judge_pair(&j, out->score - before);
	judge_kind(&j, CLUE_IP, true, 2.5);
	judge_kind(&j, CLUE_HOST, false, 0);
	judge_time(&j);
	judge_outcome(&j);
	judge_own_error(&j, context);
	judge_subject(&j);
	judge_refusal(&j);
	judge_foreign_id(&j);
	judge_stranger(&j);
	judge_gateway(&j, context);
	/* An identifier outweighs most contradictions: addresses are rewritten, codes misread. */
	if (out->identified)
		j.against = j.against > IDENTIFIED_AGAINST_MAX / 0.4 ? IDENTIFIED_AGAINST_MAX
								     : j.against * 0.4;
	out->score -= j.against;
}
