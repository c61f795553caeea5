/* SPDX-License-Identifier: MIT */
/* find_text: see the header. Stock texts of mail programs are nobody's. */
#include "model/find_text.h"

#include <stdlib.h>

#include "model/foreign.h"

#define WORDS_MIN   3
#define LETTERS_MIN 16
#define TEXT_MAX    300
#define WANT_EACH   50
#define LIST_MAX    10

static bool
names_nothing(const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		enum clue_kind k = c->v[i].kind;

		if (k != CLUE_REPLY && k != CLUE_CODE && k != CLUE_STAGE && k != CLUE_SCORE)
			return false;
	}
	return true;
}

/* The words of the refusal: what follows its code, or else the whole text. Empty: too little. */
static struct str
words_of(const struct clue_set *c)
{
	struct str text = str_trim(paste_str(c->paste));
	size_t words = 0, letters = 0;

	if (!names_nothing(c))
		return (struct str){ "", 0 };
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_REPLY && !c->v[i].dropped)
			text = c->v[i].text;
	}
	while (text.n > 0 && !char_is_alnum(text.p[text.n - 1]))
		text.n--;
	for (size_t i = 0; i < text.n; i++) {
		letters += char_is_alnum(text.p[i]);
		words += char_is_alnum(text.p[i]) && (i == 0 || !char_is_alnum(text.p[i - 1]));
	}
	if (words < WORDS_MIN || letters < LETTERS_MIN || text.n > TEXT_MAX)
		return (struct str){ "", 0 };
	return text;
}

void
plan_text(struct plan *p, const struct clue_set *c)
{
	static const char *const refused[] = { "data rejected",    "rcpt rejected",
					       "mail rejected",    "helo rejected",
					       "connect rejected", "data deferred",
					       "rcpt deferred",    "mail deferred",
					       "helo deferred",    "connect deferred" };

	if (words_of(c).n == 0)
		return;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		plan_ask_term(p, STR_NPOS, TERM_VERDICT, str_from(refused[i]), WANT_EACH);
}

static bool
is_gap(char c)
{
	return c == '\n' || char_is_blank(c);
}

/* `part` begins at t[at], whatever the case and the blanks. */
static bool
begins_at(struct str t, size_t at, struct str part)
{
	size_t i = 0;

	while (i < part.n) {
		if (is_gap(part.p[i])) {
			i++;
		} else if (at < t.n && is_gap(t.p[at])) {
			at++;
		} else {
			if (at >= t.n || char_lower(t.p[at]) != char_lower(part.p[i]))
				return false;
			at++;
			i++;
		}
	}
	return true;
}

static bool
says(struct str reply, struct str words)
{
	for (size_t at = 0; at < reply.n; at++) {
		if (begins_at(reply, at, words))
			return true;
	}
	return false;
}

/* s told its peer these words, with the message or with one of its recipients. */
static bool
told(const struct session *s, struct str words)
{
	if (says(s->reply.text, words))
		return true;
	for (size_t i = 0; i < s->n_recipients; i++) {
		if (!s->recipients[i].by_remote && says(s->recipients[i].reply.text, words))
			return true;
	}
	return false;
}

static int
by_age(const void *a, const void *b)
{
	const struct judged *x = a, *y = b;

	if (x->session->start_us != y->session->start_us)
		return x->session->start_us < y->session->start_us ? 1 : -1;
	return x->session->ref.number < y->session->ref.number ? -1 : 1;
}

bool
find_text(const struct clue_set *c, struct judged *v, size_t n, struct arena *a,
	  struct find_result *r)
{
	struct str words = words_of(c);
	size_t kept = 0;

	for (size_t i = 0; words.n > 0 && i < n; i++) {
		if (told(v[i].session, words))
			v[kept++] = v[i];
	}
	if (kept == 0)
		return false;
	qsort(v, kept, sizeof(*v), by_age);
	r->is_list = true;
	r->n_listed = kept;
	r->n_candidates = kept < LIST_MAX ? kept : LIST_MAX;
	r->candidates = arena_zalloc(a, LIST_MAX * sizeof(*r->candidates));
	r->none_probability = 1;
	for (size_t i = 0; i < r->n_candidates; i++) {
		struct candidate *to = &r->candidates[i];

		to->session = v[i].session;
		to->probability = 1 / ((double)kept + 1);
		to->reasons[to->n_reasons++] = STR("text of the refusal");
		r->none_probability -= to->probability;
	}
	/* What a program says everywhere proves nothing. */
	const char *program = foreign_reply(words, c->facts.enhanced, STR("")).program;
	struct str whose =
		program ? arena_printf(a, "Anybody's %s says this, and so did ours", program)
			: STR("These are our own words");
	r->refused_by = program ? REFUSER_UNKNOWN : REFUSER_US;
	r->message =
		arena_printf(a,
			     "%.*s: %zu of the newest refusals%s. Which of them is meant, the "
			     "text does not tell: add an address, an IP or a time.",
			     STR_ARG(whose), kept, kept > LIST_MAX ? "; the newest are shown" : "");
	return true;
}
