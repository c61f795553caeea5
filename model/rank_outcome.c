/* SPDX-License-Identifier: MIT */
/* rank_outcome: do time, code, stage, subject and the text of the refusal agree with a session? */
#include "model/foreign.h"
#include "model/rank_judge.h"
#include "model/who.h"

#include <math.h>

#define RECIPIENTS_READ 50
#define SUBJECT_LONG    20
#define DAY_S           86400.0
#define BOUNCE_DAYS     6 /* senders try for five, mostly; later than that nothing bounces */

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

void
judge_time(struct judge *j)
{
	double best = -4, off = 0, nearest = INFINITY;
	bool any = false, whole_day = false;

	if (j->s->start_us == TIME_NONE)
		return;
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_TIME || c->dropped || c->time_us == TIME_NONE)
			continue;
		double grain = (double)j->set->more[i].grain_us / (2.0 * (double)US_PER_SECOND);
		double seen = seconds_off(j->s, c->time_us);
		double d = seen > grain ? seen - grain : 0;
		double w = 4 * (1 - c->doubt) - 0.5 * log1p(d / 2);
		nearest = d < nearest ? d : nearest;
		if (!any || w > best) {
			best = w;
			off = seen;
			whole_day = grain > 3600 && seen <= grain;
		}
		any = true;
	}
	if (!any)
		return;
	if (best >= 0)
		j->out->score += best;
	else if (nearest > BOUNCE_DAYS * DAY_S)
		j->against += 6;
	else
		j->against += best < -3 ? 3 : -best;
	if (whole_day)
		rank_reason(j, best, STR("on that day"));
	else if (off < 90)
		rank_reason(j, best,
			    arena_printf(j->set->arena, "time within %.0f s",
					 ceil(off < 1 ? 1 : off)));
	else if (off < 5400)
		rank_reason(j, best,
			    arena_printf(j->set->arena, "time within %.0f min", ceil(off / 60)));
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

void
judge_outcome(struct judge *j)
{
	const struct clue_facts *f = &j->set->facts;

	if (f->code >= 400 && !is_dropped(j->set, CLUE_CODE)) {
		if (has_code(j->s, f->code)) {
			j->out->score += 1.5;
			rank_reason(j, 1.5, arena_printf(j->set->arena, "code %u", f->code));
		} else {
			j->against += has_refusal(j->s) ? 1 : 2;
		}
	}
	if (f->stage != STAGE_NONE && !is_dropped(j->set, CLUE_STAGE)) {
		if (has_stage(j->s, f->stage)) {
			j->out->score += 1;
			rank_reason(j, 1,
				    arena_printf(j->set->arena, "stage %s", stage_text(f->stage)));
		} else {
			/* Refusals before MAIL are other sessions altogether. */
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

/* The log holds the reporter's own words, or begins as they do. */
static bool
has_words(struct str words, struct str logged)
{
	size_t least = logged.n < 40 ? logged.n * 2 / 3 : 30;

	for (size_t at = 0; logged.n >= 12 && at < words.n; at++) {
		if (common_head(str_skip(words, at), logged) >= least)
			return true;
	}
	return false;
}

/* The log keeps the last real reply of a mail that expired, not that it did. */
static bool
tells_same_error(struct str words, const struct recipient *r)
{
	bool expired = r->verdict == VERDICT_REJECTED && r->reply.code / 100 == 4;

	return r->reply.code == 0 ? has_words(words, r->reply.text)
				  : expired && str_find_nocase(words, STR("retry timeout exceeded"),
							       0) != STR_NPOS;
}

/* No reply, but an error of the reporter's own: where it was us, our log tells it as well. */
void
judge_own_error(struct judge *j, const struct find_context *x)
{
	const struct clue_facts *f = &j->set->facts;

	if (who_never_reached_us(j->set, x)) {
		j->against += 4;
		return;
	}
	if (!f->own_error || f->code > 0 || f->delay || f->success)
		return;
	if (!has_refusal(j->s)) {
		j->against += 1;
		return;
	}
	j->out->score += 1;
	for (size_t i = 0; i < j->s->n_recipients && i < RECIPIENTS_READ; i++) {
		const struct recipient *r = &j->s->recipients[i];

		if (r->verdict != VERDICT_ACCEPTED && tells_same_error(f->own_words, r)) {
			j->out->score += 2.5;
			rank_reason(j, 2.5, STR("the error's own words"));
			return;
		}
	}
}

void
judge_subject(struct judge *j)
{
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_SUBJECT || c->dropped || j->s->subject.n == 0)
			continue;
		/* A log may cut or fold a subject: forty characters are enough. */
		if (!str_eq_nocase(str_slice(c->text, 0, 40), str_slice(j->s->subject, 0, 40)))
			continue;
		/* "Hello" is anybody's, a whole line seldom. */
		double w = c->text.n >= SUBJECT_LONG ? 6.5 : 4.5;
		j->out->score += w * (1 - c->doubt);
		j->out->evidence = true;
		rank_reason(j, w, STR("subject"));
		return;
	}
}

/* Whom a refusal names at its head is judged as an address. */
static struct str
without_address(struct str text)
{
	size_t end = text.n > 0 && text.p[0] == '<' ? str_find(text, STR(">: "), 0) : STR_NPOS;

	return end == STR_NPOS ? text : str_skip(text, end + 3);
}

/* What any Postfix or Exim says is said by many. */
static bool
is_stock(struct str text)
{
	return foreign_reply(text, (struct enhanced){ 0 }, STR("")).program != NULL;
}

/* Half a sentence of ours in a question: who was told so? */
static void
judge_said(struct judge *j)
{
	struct str shape = j->set->facts.said;

	if (shape.n == 0)
		return;
	if (session_has_term(j->s, (struct term){ TERM_REPLY, shape })) {
		j->out->score += 4.5;
		rank_reason(j, 4.5, STR("text of the refusal"));
	} else {
		j->against += 2;
	}
}

/* How far the refusal in the paste is what the session's peer or ours was told. */
void
judge_refusal(struct judge *j)
{
	judge_said(j);
	size_t same = 0, length = 0;
	struct str words = { "", 0 };
	bool logged = j->s->reply.text.n > 0 && j->s->reply.text_logged;

	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_REPLY || c->dropped)
			continue;
		struct str text = without_address(c->text);
		size_t n = common_head(text, without_address(j->s->reply.text));
		for (size_t r = 0; r < j->s->n_recipients; r++) {
			const struct reply *reply = &j->s->recipients[r].reply;
			size_t m = common_head(text, without_address(reply->text));
			n = m > n ? m : n;
			logged |= reply->text.n > 0 && reply->text_logged;
		}
		if (n >= same) {
			same = n;
			length = text.n;
			words = text;
		}
	}
	if (same >= 16 || (same >= 8 && same + 4 >= length)) {
		/* All of a long text, word for word: with an address in it hardly chance. */
		double w = same >= 40 && same * 10 >= length * 8 ? 4.5
			   : same >= 60                          ? 3
			   : same >= 30                          ? 2
								 : 1;
		if (is_stock(words))
			return; /* nobody's, so no sign of anybody */
		j->out->score += w;
		rank_reason(j, w, STR(RANK_TOLD));
	} else if (logged && length >= 8 && same < 4) {
		j->against += 2; /* it was told something else */
	}
}

/* We refused in this session, and the paste tells of a refusal by others. */
void
judge_stranger(struct judge *j)
{
	const struct session *s = j->s;
	bool ours = s->verdict == VERDICT_REJECTED || s->verdict == VERDICT_DEFERRED ||
		    s->verdict == VERDICT_DROPPED;

	if (ours && s->stage != STAGE_DELIVERY)
		j->against += j->set->facts.stranger;
}

/* "4F2B1C0D: to=<b@x.example>, relay=": the mail that this line of a log delivers. */
static bool
is_of_delivery(const struct clue_set *set, const struct clue *c)
{
	return str_starts(str_skip(set->paste->original, c->end), STR(": to=<"));
}

static bool
failed_remotely(const struct session *s)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (s->recipients[i].by_remote && s->recipients[i].verdict != VERDICT_ACCEPTED)
			return true;
	}
	return false;
}

/*
 * The refusal names an ID that is not this session's, or a delivery's line names another mail than
 * the one that we delivered: it cannot be this one.
 */
void
judge_foreign_id(struct judge *j)
{
	struct str own = session_own_id(j->s);

	if (own.n == 0 || j->out->identified)
		return;
	for (size_t i = 0; i < j->set->n; i++) {
		const struct clue *c = &j->set->v[i];

		if (c->kind != CLUE_IDENTIFIER || c->dropped)
			continue;
		if (is_of_delivery(j->set, c) && failed_remotely(j->s)) {
			j->against += 5;
			return;
		}
		if (c->text.n != own.n || j->set->more[i].shape != ID_SHAPE_EXIM)
			continue;
		if (rank_in_refusal(j->set, c)) {
			j->against += 5;
			return;
		}
	}
}
