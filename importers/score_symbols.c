/* SPDX-License-Identifier: MIT */
/*
 * score_symbols: the rules an engine says it hit, as "NAME weight, NAME weight". Lists that are in
 * that form already are borrowed; others are written anew into the arena.
 */
#include "importers/score_text.h"

struct list {
	char *p;
	size_t n;
};

static void
add(struct list *o, struct str s)
{
	memcpy(o->p + o->n, s.p, s.n);
	o->n += s.n;
}

static void
add_symbol(struct list *o, struct str name, struct str weight)
{
	if (o->n > 0)
		add(o, STR(", "));
	add(o, name);
	if (weight.n > 0) {
		add(o, STR(" "));
		add(o, weight);
	}
}

static struct str
next_word(struct str *s)
{
	size_t i = 0, from;

	while (i < s->n && (s->p[i] == ' ' || s->p[i] == '\t' || s->p[i] == '\n'))
		i++;
	from = i;
	while (i < s->n && s->p[i] != ' ' && s->p[i] != '\t' && s->p[i] != '\n')
		i++;

	struct str word = str_slice(*s, from, i);

	*s = str_skip(*s, i);
	return word;
}

static bool
is_weight(struct str s)
{
	bool digit = false;

	for (size_t i = 0; i < s.n; i++) {
		if (char_is_digit(s.p[i]))
			digit = true;
		else if (s.p[i] != '.' && !(i == 0 && (s.p[i] == '-' || s.p[i] == '+')))
			return false;
	}
	return digit;
}

/* Rule names are capitals, digits and '_', with a capital first ("__" marks PMX's silent ones). */
static bool
is_rule(struct str s)
{
	if (s.n < 3)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!(c >= 'A' && c <= 'Z') && !char_is_digit(c) && c != '_')
			return false;
	}
	return !char_is_digit(s.p[0]);
}

/* "Symbol: NAME(weight)[options]" among "Action:", "Message:" and others. */
static struct str
from_rspamd(struct str list, struct arena *a)
{
	struct list o = { arena_alloc(a, list.n + 1), 0 };
	size_t at = 0;

	while ((at = str_find(list, STR("Symbol: "), at)) != STR_NPOS) {
		struct str rest = str_skip(list, at + 8), word = next_word(&rest);
		size_t open = str_find_char(word, '(', 0), close;

		at += 8;
		close = open == STR_NPOS ? STR_NPOS : str_find_char(word, ')', open);
		if (close == STR_NPOS)
			add_symbol(&o, word, STR(""));
		else
			add_symbol(&o, str_slice(word, 0, open), str_slice(word, open + 1, close));
	}
	return (struct str){ o.p, o.n };
}

/* "A,B,C", or the table of a report: lines of "1.3 NAME description" run together. */
static struct str
from_report(struct str list, struct arena *a)
{
	struct list o = { arena_alloc(a, 2 * list.n + 1), 0 };
	struct str word, weight = STR("");

	if (str_find_char(list, ' ', 0) == STR_NPOS) {
		while (list.n > 0) {
			size_t comma = str_find_char(list, ',', 0);

			comma = comma == STR_NPOS ? list.n : comma;
			if (comma > 0)
				add_symbol(&o, str_slice(list, 0, comma), STR(""));
			list = str_skip(list, comma + 1);
		}
		return (struct str){ o.p, o.n };
	}
	while ((word = next_word(&list)).n > 0) {
		if (is_weight(word)) {
			weight = word;
			continue;
		}
		if (weight.n > 0 && is_rule(word))
			add_symbol(&o, word, weight);
		weight = STR("");
	}
	return (struct str){ o.p, o.n };
}

struct str
score_symbols(enum score_symbols form, struct str list, struct arena *a)
{
	if (list.n == 0)
		return list;
	switch (form) {
	case SYMBOLS_RSPAMD:
		return from_rspamd(list, a);
	case SYMBOLS_REPORT:
		return from_report(list, a);
	case SYMBOLS_PLAIN:
		break;
	}
	return list;
}
