/* SPDX-License-Identifier: MIT */
/*
 * find_damaged: identifiers that the index does not know as they stand: cut, in lost case, misread
 * or mistyped. Where an ID holds the second of its issue, its neighbours are asked for by time and
 * compared here; other readings are looked up one by one (find_readings.c).
 */
#include "model/find_damaged.h"

#define WANT_SECOND     200 /* IDs issued within one second */
#define SCAN_S          10  /* from the issue of an ID to the first line about it, mostly */
#define SCAN_WIDE_S     180 /* … and when the mail is large or the scanner slow */
#define DAMAGED_MAX     4   /* identifiers that are tried in other readings */
#define READINGS_MAX    32
#define HEAD            ID_SECOND_CHARS
#define NEAR_EDITS      3
#define DIGIT_S         62 /* what the last digit of the time spans */
#define WHOLE_INDEX_MAX 200000
#define TOKEN_LEAST     8 /* shorter ones have too many neighbours */

bool
plan_is_covered(const struct find_context *x, int64_t t)
{
	if (x->n_coverage == 0)
		return x->now_us == TIME_NONE || t <= x->now_us + DAY_US;
	for (size_t i = 0; i < x->n_coverage; i++) {
		const struct coverage *v = &x->coverage[i];

		if (v->from_us == TIME_NONE || v->to_us == TIME_NONE)
			continue;
		if (t + HOUR_US >= v->from_us && t - HOUR_US <= v->to_us)
			return true;
	}
	return false;
}

/* Where the ID's issuer would have been reading: its second, if our logs cover it. */
static int64_t
head_time(const struct damaged *d, const char head[HEAD])
{
	int64_t t;

	return id_head_moment(d->family, head, &t) && plan_is_covered(d->context, t) ? t
										     : TIME_NONE;
}

/* Sessions with an identifier that begins with this second's head, to be compared by us. */
static void
ask_second(const struct damaged *d, const char head[HEAD], bool wide)
{
	int64_t t = head_time(d, head);

	if (t == TIME_NONE)
		return;
	struct question *q = plan_ask(d->plan, d->clue);
	if (!q)
		return;
	q->probe.id_like = arena_str(d->clues->arena, (struct str){ head, HEAD });
	q->probe.from_us = t + (wide ? SCAN_S : -1) * US_PER_SECOND;
	q->probe.to_us = t + (wide ? SCAN_WIDE_S : SCAN_S) * US_PER_SECOND;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* What a digit or letter is commonly misread for. */
static const char *
look_alikes(char c)
{
	static const char *const looks[] = { "0O", "1lI", "5S", "8B", "2Z" };

	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (strchr(looks[i], c))
			return looks[i];
	}
	return "";
}

/* All mixtures of upper and lower case. */
static void
ask_all_cases(const struct damaged *d, bool wide)
{
	size_t letters[HEAD], n = 0;
	size_t before = d->plan->n;

	for (size_t i = 0; i < HEAD; i++) {
		if (char_is_alpha(d->id.p[i]))
			letters[n++] = i;
	}
	for (unsigned mix = 0; mix < 1u << n && d->plan->n - before < READINGS_MAX; mix++) {
		char head[HEAD];

		memcpy(head, d->id.p, HEAD);
		for (size_t i = 0; i < n; i++) {
			if (mix & 1u << i)
				head[letters[i]] = (char)(head[letters[i]] ^ 0x20);
		}
		ask_second(d, head, wide);
	}
}

/*
 * As it stands, give or take a minute (the last digit of the time mistyped) and a few characters,
 * which are compared here. One walk, since a walk costs more than what it looks at.
 */
static void
ask_near(const struct damaged *d)
{
	char head[HEAD];

	memcpy(head, d->id.p, HEAD);
	if (d->family == ID_FAMILY_EXIM && (head[0] == 'l' || head[0] == 'I'))
		head[0] = '1';
	int64_t t = head_time(d, head);
	if (t == TIME_NONE)
		return;
	struct question *q = plan_ask(d->plan, d->clue);
	if (!q)
		return;
	q->probe.id_like = d->id;
	q->probe.distance = NEAR_EDITS;
	q->probe.from_us = t - DIGIT_S * US_PER_SECOND;
	q->probe.to_us = t + SCAN_WIDE_S * US_PER_SECOND;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* Who types O for one zero does so for all: each digit that looks like a letter. */
static void
ask_folded(const struct damaged *d)
{
	char head[HEAD];

	for (size_t i = 0; i < HEAD; i++) {
		char c = d->id.p[i];
		head[i] = c == 'O' ? '0' : c == 'l' || c == 'I' ? '1' : c;
	}
	if (memcmp(head, d->id.p, HEAD) != 0)
		ask_second(d, head, false);
}

/* One character of the time misread; further ones may be in the rest. */
static void
ask_misreadings(const struct damaged *d)
{
	char head[HEAD];

	ask_folded(d);
	memcpy(head, d->id.p, HEAD);
	if (d->family == ID_FAMILY_EXIM && (head[0] == 'l' || head[0] == 'I'))
		head[0] = '1';
	for (size_t i = 0; i < HEAD; i++) {
		char was = head[i];

		for (const char *as = look_alikes(was); *as; as++) {
			head[i] = *as;
			if (*as != was)
				ask_second(d, head, false);
		}
		head[i] = was;
	}
}

/* All of its letters are of one case, as in a text that lost it. */
static bool
lost_case(const struct damaged *d)
{
	size_t upper = 0, lower = 0;

	for (size_t i = 0; i < d->id.n; i++) {
		upper += d->id.p[i] >= 'A' && d->id.p[i] <= 'Z';
		lower += d->id.p[i] >= 'a' && d->id.p[i] <= 'z';
	}
	return d->clues->paste->case_lost || (upper == 0 && lower >= 3) ||
	       (lower == 0 && upper >= 3);
}

/* The end of an Exim ID: by what little the index keeps of ends, and by time. */
static void
ask_tail(const struct damaged *d)
{
	const struct find_context *x = d->context;
	int64_t from = TIME_NONE, to = TIME_NONE;

	plan_ask_term(d->plan, d->clue, TERM_IDENTIFIER_TAIL, str_skip(d->id, d->id.n - HEAD),
		      WANT_SECOND);
	if (!plan_window(d->clues, &from, &to)) {
		if (x->total_sessions > WHOLE_INDEX_MAX || x->n_coverage == 0)
			return;
		for (size_t i = 0; i < x->n_coverage; i++) {
			const struct coverage *v = &x->coverage[i];

			if (v->from_us == TIME_NONE || v->to_us == TIME_NONE)
				continue;
			from = from == TIME_NONE || v->from_us < from ? v->from_us : from;
			to = to == TIME_NONE || v->to_us > to ? v->to_us : to;
		}
		if (from == TIME_NONE)
			return;
	}
	struct question *q = plan_ask(d->plan, d->clue);
	if (!q)
		return;
	q->probe.id_like = d->id;
	q->probe.from_us = from;
	q->probe.to_us = to;
	q->probe.most = WANT_SECOND;
	q->verify = true;
	q->only_if_unknown = true;
}

/* References of operators' own making are known by their two ends as well. */
static void
ask_ends(const struct damaged *d)
{
	struct str ends[] = { str_slice(d->id, 0, HEAD), str_skip(d->id, d->id.n - HEAD) };

	for (size_t i = 0; i < 2; i++) {
		size_t before = d->plan->n;

		plan_ask_term(d->plan, d->clue,
			      i == 0 ? TERM_IDENTIFIER_HEAD : TERM_IDENTIFIER_TAIL, ends[i],
			      WANT_SECOND);
		if (d->plan->n > before)
			d->plan->questions[before].verify =
				d->plan->questions[before].only_if_unknown = true;
	}
}

static void
plan_timed(const struct damaged *d, bool wide)
{
	if (lost_case(d)) {
		ask_all_cases(d, wide);
	} else if (d->shape == ID_SHAPE_EXIM_CUT) {
		ask_second(d, d->id.p, wide);
	} else if (wide) {
		ask_edits(d);
	} else {
		ask_near(d);
		ask_misreadings(d);
	}
}

/* The families whose IDs are about that long, written in about those characters. */
static bool
may_be(enum id_family f, struct str id)
{
	const struct id_family_facts *facts = id_family_facts(f);

	if (id.n + 1 < facts->least || id.n > facts->most + 1)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		if (!char_is_alnum(id.p[i]))
			return false;
	}
	return f != ID_FAMILY_SENDMAIL || char_is_digit(id.p[id.n - 1]) ||
	       char_is_digit(id.p[id.n - 2]);
}

/* Some gateway of ours issues such IDs; a sender's own are no misreadings of ours. */
static bool
is_issued_here(const struct damaged *d)
{
	const struct find_context *x = d->context;

	for (size_t i = 0; i < x->n_coverage; i++) {
		if (id_family_is_of(d->family, x->coverage[i].formats))
			return true;
	}
	return x->n_coverage == 0;
}

/* It stands in the refusal, or the paste is little else. */
static bool
in_refusal(const struct damaged *d)
{
	const struct clue_set *c = d->clues;

	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_REPLY && c->v[i].start <= c->v[d->clue].start &&
		    c->v[d->clue].end <= c->v[i].end)
			return true;
	}
	return c->facts.is_question;
}

static void
plan_token(struct damaged *d, bool wide)
{
	static const enum id_family families[] = { ID_FAMILY_POSTFIX, ID_FAMILY_SENDMAIL };

	if (!wide)
		ask_ends(d);
	/* Outside a refusal it is mostly the sender's own: its neighbours prove nothing. */
	if (!in_refusal(d))
		return;
	if (hex_reading(d, wide))
		return;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		d->family = families[i];
		if (may_be(d->family, d->id) && is_issued_here(d))
			plan_timed(d, wide);
	}
}

/* Tokens that an ID may hide behind; what programs wrote of themselves is not damaged. */
static bool
is_worth_it(const struct clue *c, const struct clue_more *m)
{
	if (c->kind != CLUE_IDENTIFIER || c->dropped || c->matches > 0 ||
	    m->role == CLUE_ROLE_BOUNCE || c->text.n < TOKEN_LEAST)
		return false;
	return m->shape >= ID_SHAPE_LONG ? m->role == CLUE_ROLE_NONE
					 : m->shape == ID_SHAPE_HEX && m->role == CLUE_ROLE_NONE;
}

void
plan_damaged(struct plan *p, const struct clue_set *c, const struct find_context *x, bool wide)
{
	size_t tried = 0;

	for (size_t i = 0; i < c->n && tried < DAMAGED_MAX; i++) {
		struct damaged d = { .plan = p,
				     .clues = c,
				     .context = x,
				     .clue = i,
				     .id = c->v[i].text,
				     .shape = c->more[i].shape,
				     .family = ID_FAMILY_EXIM };
		size_t before = p->n;

		if (!is_worth_it(&c->v[i], &c->more[i]))
			continue;
		if (d.shape == ID_SHAPE_EXIM_TAIL) {
			if (wide)
				ask_heads(&d);
			else
				ask_tail(&d);
		} else if (d.shape > ID_SHAPE_EXIM_TAIL) {
			if (!wide)
				ask_ends(&d);
			plan_timed(&d, wide);
		} else {
			plan_token(&d, wide);
		}
		tried += p->n > before;
	}
}
