/* SPDX-License-Identifier: MIT */
/*
 * rank: the weights. They are calibrated so that one exact, unique identifier gives .999, an
 * address and another one about .9, an address alone little, and a contradiction takes a little
 * from an identifier but much from everything else.
 */
#include "model/rank.h"

#include <math.h>
#include <stdlib.h>

#define SESSIONS_MIN 20000.0 /* a small index makes no text less telling */
#define CANDIDATES_MAX 10
#define PROBABILITY_MIN 0.002
#define IDENTIFIED_AGAINST_MAX 3.5
#define EDIT_COST 3  /* a look-alike costs 1 */
#define ID_TEXT_MAX 32

struct judge {
	const struct clue_set *set;
	const struct session *s;
	struct judged *out;
	double sessions;
	double against;          /* sum of contradictions */
};

static void
give_reason(struct judge *j, double weight, struct str text)
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

/* log(N / matches) × (1 − doubt), at most cap. */
static double
worth(const struct judge *j, const struct clue *c, double cap)
{
	double matches = c->matches > 0 ? (double)c->matches : 1;
	double w = log(j->sessions / matches);

	if (w > cap)
		w = cap;
	return w <= 0 ? 0 : w * (1 - c->doubt);
}

/* --- identifiers --- */

/* What people and scanners take for each other costs little, other changes a whole edit. */
static unsigned
change_cost(char a, char b)
{
	static const char *const alike[] = { "0OoDQ", "1lIi", "5Ss", "8B", "2Zz", "uvUV", "g9q",
		                             "6bG", "cC", "wW", "xX", "pP", "kK" };

	if (a == b)
		return 0;
	for (size_t i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		if (strchr(alike[i], a) && strchr(alike[i], b))
			return 1;
	}
	return char_lower(a) == char_lower(b) ? 1 : EDIT_COST;
}

/* Up to three look-alikes, or one edit of any kind. */
static bool
eq_misread(struct str a, struct str b)
{
	unsigned row[ID_TEXT_MAX + 1];

	if (a.n > ID_TEXT_MAX || b.n > ID_TEXT_MAX || a.n > b.n + 1 || b.n > a.n + 1)
		return false;
	for (unsigned k = 0; k <= b.n; k++)
		row[k] = k * EDIT_COST;
	for (size_t i = 0; i < a.n; i++) {
		unsigned diagonal = row[0];
		row[0] = (unsigned)(i + 1) * EDIT_COST;
		for (size_t k = 0; k < b.n; k++) {
			unsigned up = row[k + 1];
			unsigned cost = diagonal + change_cost(a.p[i], b.p[k]);
			if (up + EDIT_COST < cost)
				cost = up + EDIT_COST;
			if (row[k] + EDIT_COST < cost)
				cost = row[k] + EDIT_COST;
			diagonal = up;
			row[k + 1] = cost;
		}
	}
	return row[b.n] <= EDIT_COST;
}

static enum id_fit
fit(const struct clue *c, const struct clue_more *m, struct str id)
{
	if (str_eq(c->text, id))
		return ID_FIT_EXACT;
	if (c->kind == CLUE_MESSAGE_ID)
		return str_eq_nocase(c->text, id) ? ID_FIT_CASE : ID_FIT_NONE;
	if (m->shape == ID_SHAPE_EXIM_CUT && str_starts(id, c->text))
		return ID_FIT_CUT;
	if (m->shape == ID_SHAPE_EXIM_TAIL && str_ends(id, c->text))
		return ID_FIT_CUT;
	if (str_eq_nocase(c->text, id))
		return ID_FIT_CASE;
	if (m->shape == ID_SHAPE_EXIM_CUT && str_starts_nocase(id, c->text))
		return ID_FIT_CASE;
	if (m->shape == ID_SHAPE_EXIM && m->role == CLUE_ROLE_NONE && eq_misread(c->text, id))
		return ID_FIT_MISREAD;
	return ID_FIT_NONE;
}

enum id_fit
rank_id_fit(const struct clue *c, const struct clue_more *m, const struct session *s,
            enum id_role *role)
{
	enum id_fit best = ID_FIT_NONE;

	for (size_t i = 0; i < s->n_identifiers; i++) {
		if (s->identifiers[i].role == ID_ROLE_CONNECTION)
			continue;
		enum id_fit f = fit(c, m, s->identifiers[i].text);
		if (f != ID_FIT_NONE && (best == ID_FIT_NONE || f < best)) {
			best = f;
			*role = s->identifiers[i].role;
		}
	}
	return best;
}

static double
shape_worth(const struct clue *c, const struct clue_more *m, enum id_fit f)
{
	double n = (double)c->text.n;

	switch (m->shape) {
	case ID_SHAPE_EXIM:
		return f == ID_FIT_MISREAD ? 12.5 : f == ID_FIT_CASE ? 15 : 16;
	case ID_SHAPE_EXIM_CUT:
		return n >= 12 ? 14 : 12;
	case ID_SHAPE_EXIM_TAIL:
		return 12;
	case ID_SHAPE_NAMED:
		return n >= 10 ? 15 : n >= 8 ? 13 : 9.5;
	case ID_SHAPE_LONG:
		return n >= 14 ? 15 : 13;
	case ID_SHAPE_HEX:
		return n >= 14 ? 14 : 10.5;
	default:
		return n >= 14 ? 14 : 10.5;
	}
}

/* What the identifier is to the session: its own proves most, a neighbour's least. */
static double
role_worth(enum id_role role)
{
	switch (role) {
	case ID_ROLE_OWN:
	case ID_ROLE_REFERENCE:
	case ID_ROLE_MESSAGE_ID:
		return 1;
	case ID_ROLE_SCANNER:
		return 0.85;
	case ID_ROLE_NEXT_HOP:
		return 0.65;
	default:
		return 0.5;
	}
}

static struct str
id_reason(const struct judge *j, const struct clue *c, enum id_fit f, enum id_role role)
{
	static const char *const fits[] = { "", "", " (cut)", " (letter case differs)",
		                            " (misread)" };
	const char *how = c->repair && f == ID_FIT_EXACT ? c->repair : "";

	if (c->kind == CLUE_MESSAGE_ID)
		return arena_printf(j->set->arena, "Message-ID %.*s", STR_ARG(c->text));
	const char *what = role == ID_ROLE_NEXT_HOP ? "next hop's ID"
	                   : role == ID_ROLE_PARENT ? "ID of its parent"
	                   : role == ID_ROLE_REFERENCE ? "reference"
	                                               : "ID";
	return arena_printf(j->set->arena, "%s %.*s%s%s%s", what, STR_ARG(c->text), *how ? " " : "",
	                    how, fits[f]);
}

static void
judge_identifiers(struct judge *j, enum clue_kind kind)
{
	double best = 0, sum = 0;
	const struct clue *which = NULL;
	enum id_fit best_fit = ID_FIT_NONE;
	enum id_role best_role = ID_ROLE_OWN;

	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];
		enum id_role role = ID_ROLE_OWN;

		if (c->kind != kind || c->dropped)
			continue;
		enum id_fit f = rank_id_fit(c, &j->set->more[i], j->s, &role);
		if (f == ID_FIT_NONE)
			continue;
		double w = kind == CLUE_MESSAGE_ID ? 14 : shape_worth(c, &j->set->more[i], f);
		if (c->matches > 1)
			w -= log((double)c->matches);
		w *= role_worth(role) * (1 - c->doubt);
		if (j->set->more[i].role == CLUE_ROLE_BOUNCE && kind == CLUE_IDENTIFIER)
			w *= 0.6; /* the ID of the bounce, not of what bounced */
		sum += w;
		if (w > best) {
			best = w;
			which = c;
			best_fit = f;
			best_role = role;
		}
	}
	if (!which)
		return;
	/* A second identifier that agrees adds little: it seldom is independent. */
	j->out->score += best + 0.1 * (sum - best > best ? best : sum - best);
	j->out->evidence = true;
	if (kind == CLUE_IDENTIFIER &&
	    (best_role == ID_ROLE_OWN || best_role == ID_ROLE_REFERENCE))
		j->out->identified = true;
	give_reason(j, best + 1, id_reason(j, which, best_fit, best_role));
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
		if (!has_term(j->s, TERM_SENDER, c->text) &&
		    !has_term(j->s, TERM_RECIPIENT, c->text))
			return 0;
		*why = arena_printf(a, "address %.*s", STR_ARG(c->text));
		return worth(j, c, 5);
	case CLUE_IP:
		if (has_remote(j->s, c->text))
			*why = arena_printf(a, "remote IP %.*s", STR_ARG(c->text));
		else if (m->role != CLUE_ROLE_REFUSER && str_eq_nocase(j->s->peer_ip, c->text))
			*why = arena_printf(a, "client IP %.*s", STR_ARG(c->text));
		else
			return 0;
		return worth(j, c, 5);
	case CLUE_HOST:
		if (has_term(j->s, TERM_HOST, c->text))
			*why = arena_printf(a, "client host %.*s", STR_ARG(c->text));
		else if (has_remote(j->s, c->text))
			*why = arena_printf(a, "remote host %.*s", STR_ARG(c->text));
		else if (str_eq_nocase(j->s->gateway_name, c->text))
			*why = arena_printf(a, "our gateway %.*s", STR_ARG(c->text));
		else
			return 0;
		return worth(j, c, 3);
	default:
		return 0;
	}
}

/* Of one kind the best counts, another one a quarter. */
static void
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
		give_reason(j, best, why);
	} else if (sure && against > 0) {
		j->against += against;
	}
}

/* --- time, code, stage, text --- */

static double
seconds_off(const struct session *s, int64_t t)
{
	int64_t off = t < s->start_us ? s->start_us - t : t > s->end_us ? t - s->end_us : 0;

	for (size_t i = 0; i < s->n_recipients; i++) {
		int64_t at = s->recipients[i].time_us;
		int64_t d = at > t ? at - t : t - at;
		if (at > 0 && d < off)
			off = d;
	}
	return (double)off / (double)US_PER_SECOND;
}

static void
judge_time(struct judge *j)
{
	double best = -4, off = 0;
	bool any = false;

	if (j->s->start_us == TIME_NONE)
		return;
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_TIME || c->dropped || c->time_us == TIME_NONE)
			continue;
		double d = seconds_off(j->s, c->time_us);
		double w = 4 * (1 - c->doubt) - 0.5 * log1p(d / 2);
		if (!any || w > best) {
			best = w;
			off = d;
		}
		any = true;
	}
	if (!any)
		return;
	if (best >= 0)
		j->out->score += best;
	else
		j->against += best < -3 ? 3 : -best;
	if (off < 90)
		give_reason(j, best, arena_printf(j->set->arena, "time within %.0f s",
		                                  ceil(off < 1 ? 1 : off)));
	else if (off < 5400)
		give_reason(j, best, arena_printf(j->set->arena, "time within %.0f min",
		                                  ceil(off / 60)));
}

static bool
has_code(const struct session *s, unsigned code)
{
	if (s->reply.code == code)
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (s->recipients[i].reply.code == code)
			return true;
	}
	return false;
}

static bool
has_stage(const struct session *s, enum stage stage)
{
	if (s->stage == stage || s->about == stage)
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (s->recipients[i].stage == stage)
			return true;
	}
	return false;
}

static bool
has_refusal(const struct session *s)
{
	if (s->verdict != VERDICT_ACCEPTED && s->verdict != VERDICT_NONE)
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (s->recipients[i].verdict == VERDICT_REJECTED ||
		    s->recipients[i].verdict == VERDICT_DEFERRED)
			return true;
	}
	return false;
}

static bool
is_dropped(const struct clue_set *set, enum clue_kind kind)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->v[i].kind == kind && set->v[i].dropped)
			return true;
	}
	return false;
}

static void
judge_outcome(struct judge *j)
{
	const struct clue_facts *f = &j->set->facts;

	if (f->code >= 400 && !is_dropped(j->set, CLUE_CODE)) {
		if (has_code(j->s, f->code)) {
			j->out->score += 1.5;
			give_reason(j, 1.5, arena_printf(j->set->arena, "code %u", f->code));
		} else {
			j->against += has_refusal(j->s) ? 1 : 2;
		}
	}
	if (f->stage != STAGE_NONE && !is_dropped(j->set, CLUE_STAGE)) {
		if (has_stage(j->s, f->stage)) {
			j->out->score += 1;
			give_reason(j, 1, arena_printf(j->set->arena, "stage %s",
			                               stage_text(f->stage)));
		} else {
			/* Before RCPT the log has neither addresses nor an ID: much is against it. */
			j->against += f->stage <= STAGE_HELO || j->s->stage <= STAGE_HELO ? 3 : 1;
		}
	}
}

/* Characters that two texts share from their beginning, blanks apart. */
static size_t
common_head(struct str a, struct str b)
{
	size_t i = 0, k = 0, same = 0;

	while (i < a.n && k < b.n) {
		if (a.p[i] == ' ' || a.p[i] == '\n') {
			i++;
		} else if (b.p[k] == ' ' || b.p[k] == '\n') {
			k++;
		} else {
			if (char_lower(a.p[i]) != char_lower(b.p[k]))
				break;
			i++;
			k++;
			same++;
		}
	}
	return same;
}

static void
judge_subject(struct judge *j)
{
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_SUBJECT || c->dropped || j->s->subject.n == 0)
			continue;
		/* A log may cut or fold a subject: forty characters are enough. */
		if (!str_eq_nocase(str_slice(c->text, 0, 40), str_slice(j->s->subject, 0, 40)))
			continue;
		j->out->score += 4.5 * (1 - c->doubt);
		j->out->evidence = true;
		give_reason(j, 4.5, STR("subject"));
		return;
	}
}

/* How far the refusal in the paste is what the session's peer or ours was told. */
static void
judge_refusal(struct judge *j)
{
	size_t same = 0, length = 0;
	bool logged = j->s->reply.text.n > 0 && j->s->reply.text_logged;

	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_REPLY || c->dropped)
			continue;
		size_t n = common_head(c->text, j->s->reply.text);
		for (size_t r = 0; r < j->s->n_recipients; r++) {
			const struct reply *reply = &j->s->recipients[r].reply;
			size_t m = common_head(c->text, reply->text);
			n = m > n ? m : n;
			logged |= reply->text.n > 0 && reply->text_logged;
		}
		if (n >= same) {
			same = n;
			length = c->text.n;
		}
	}
	if (same >= 16 || (same >= 8 && same + 4 >= length)) {
		double w = same >= 60 ? 3 : same >= 30 ? 2 : 1;
		j->out->score += w;
		give_reason(j, w, STR("text of the refusal"));
	} else if (logged && length >= 8 && same < 4) {
		j->against += 2; /* it was told something else */
	}
}

/* The refusal names an ID that is not this session's: it cannot be this one. */
static void
judge_foreign_id(struct judge *j)
{
	struct str own = session_own_id(j->s);

	if (own.n == 0 || j->out->identified)
		return;
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_IDENTIFIER || c->dropped || c->text.n != own.n ||
		    j->set->more[i].shape != ID_SHAPE_EXIM)
			continue;
		for (size_t k = 0; k < j->set->n; k++) {
			const struct clue *reply = &j->set->v[k];
			if (reply->kind == CLUE_REPLY && c->start >= reply->start &&
			    c->end <= reply->end) {
				j->against += 5;
				return;
			}
		}
	}
}

void
rank_judge(const struct clue_set *clues, const struct find_context *context, struct judged *out)
{
	double n = (double)context->total_sessions;
	struct judge j = { clues, out->session, out, n > SESSIONS_MIN ? n : SESSIONS_MIN, 0 };

	out->score = 0;
	out->n_reasons = 0;
	out->evidence = out->identified = false;
	judge_identifiers(&j, CLUE_IDENTIFIER);
	judge_identifiers(&j, CLUE_MESSAGE_ID);
	/* What a session's log does not name cannot contradict (refusals before MAIL and RCPT). */
	judge_kind(&j, CLUE_SENDER, true, out->session->has_sender ? 2.5 : 0);
	judge_kind(&j, CLUE_RECIPIENT, true,
	           out->session->n_recipients == 0          ? 0
	           : out->session->recipients_incomplete ? 0.5
	                                                 : 3);
	judge_kind(&j, CLUE_ADDRESS, true, 0);
	judge_kind(&j, CLUE_IP, true, 2.5);
	judge_kind(&j, CLUE_HOST, false, 0);
	judge_time(&j);
	judge_outcome(&j);
	judge_subject(&j);
	judge_refusal(&j);
	judge_foreign_id(&j);
	/* An identifier outweighs most contradictions: addresses are rewritten, codes misread. */
	if (out->identified)
		j.against = j.against > IDENTIFIED_AGAINST_MAX / 0.4 ? IDENTIFIED_AGAINST_MAX
		                                                    : j.against * 0.4;
	out->score -= j.against;
}

static int
by_score(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	if (x->score != y->score)
		return x->score < y->score ? 1 : -1;
	if (x->session->start_us != y->session->start_us)
		return x->session->start_us < y->session->start_us ? 1 : -1;
	return x->session->ref.number < y->session->ref.number ? -1 : 1;
}

void
rank_candidates(struct judged *v, size_t n, struct arena *a, struct find_result *out)
{
	double top = RANK_NONE, sum = 0;
	size_t kept = 0;

	for (size_t i = 0; i < n; i++) {
		if (v[i].evidence)
			v[kept++] = v[i];
	}
	qsort(v, kept, sizeof(*v), by_score);
	if (kept > 0 && v[0].score > top)
		top = v[0].score;
	sum = exp(RANK_NONE - top);
	for (size_t i = 0; i < kept; i++)
		sum += exp(v[i].score - top);
	out->candidates = arena_zalloc(a, CANDIDATES_MAX * sizeof(*out->candidates));
	out->n_candidates = 0;
	out->none_probability = 1;
	for (size_t i = 0; i < kept && i < CANDIDATES_MAX; i++) {
		struct candidate *c = &out->candidates[i];

		c->session = v[i].session;
		c->probability = exp(v[i].score - top) / sum;
		if (c->probability < PROBABILITY_MIN)
			break;
		memcpy(c->reasons, v[i].reasons, sizeof(c->reasons));
		c->n_reasons = v[i].n_reasons;
		out->none_probability -= c->probability;
		out->n_candidates++;
	}
	if (out->none_probability < 0)
		out->none_probability = 0;
}
