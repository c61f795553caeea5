/* SPDX-License-Identifier: MIT */
/*
 * reply_shape: the shape of a reply text, in which everything that changes from message to message
 * is one '*'; and the reference tokens a text names. Pure; the shape is allocated in the arena.
 */
#include "model/exim_id.h"
#include "model/reply.h"

#define QUOTED_MAX 120

struct shape {
	char *p;
	size_t n;
	bool full;
};

static void
shape_add(struct shape *o, struct str s)
{
	size_t n = s.n < REPLY_SHAPE_MAX - o->n ? s.n : REPLY_SHAPE_MAX - o->n;

	if (o->full || s.n == 0)
		return;
	o->full = n < s.n;
	/* Never half a character: step back over UTF-8 continuation bytes. */
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xc0) == 0x80)
		n--;
	memcpy(o->p + o->n, s.p, n);
	o->n += n;
}

static void
shape_star(struct shape *o)
{
	if (o->n > 0 && o->p[o->n - 1] == '*')
		return;
	shape_add(o, STR("*"));
}

static bool
has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (char_is_digit(s.p[i]))
			return true;
	}
	return false;
}

static bool
is_hex_or(char c, char other)
{
	return char_is_digit(c) || (char_lower(c) >= 'a' && char_lower(c) <= 'f') || c == other;
}

/* A score as a bar: "++++", "XXXXXII". */
static bool
is_bar(struct str w)
{
	size_t i = 0;

	while (i < w.n && strchr("+*#-XI", w.p[i]))
		i++;
	return i == w.n && w.n >= 3;
}

static bool
is_ipv6(struct str s)
{
	size_t colons = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == ':')
			colons++;
		else if (!is_hex_or(s.p[i], '.'))
			return false;
	}
	return colons >= 2;
}

/* What parts words. Inside addresses and URLs other characters part further. */
static bool
parts_words(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '<' || c == '>' ||
	       c == '(' || c == ')' || c == '[' || c == ']' || c == '"' || c == ',' || c == ';' ||
	       c == '\'';
}

static bool
parts_word(char c)
{
	return c == '/' || c == '?' || c == '=' || c == '&' || c == ':' || c == '#';
}

static void
shape_word(struct shape *o, struct str w)
{
	size_t tail = w.n, i = 0;

	while (tail > 0 && (w.p[tail - 1] == '.' || w.p[tail - 1] == ':' || w.p[tail - 1] == '!'))
		tail--;
	if (is_bar(str_slice(w, 0, tail)) || is_ipv6(str_slice(w, 0, tail)) ||
	    (str_find_char(w, '@', 0) != STR_NPOS && str_find(w, STR("://"), 0) == STR_NPOS)) {
		shape_star(o);
		i = tail;
	}
	while (i < tail) {
		size_t from = i;

		while (i < tail && !parts_word(w.p[i]))
			i++;
		if (has_digit(str_slice(w, from, i)))
			shape_star(o);
		else
			shape_add(o, str_slice(w, from, i));
		if (i < tail)
			shape_add(o, str_slice(w, i, i + 1));
		i += i < tail;
	}
	shape_add(o, str_skip(w, tail));
}

/* Length of a quoted run at `at`, quotes included; 0 if that is no quotation. */
static size_t
quoted_at(struct str t, size_t at)
{
	char q = t.p[at];
	size_t end;

	if (q == '\'' && at > 0 && char_is_alnum(t.p[at - 1]))
		return 0;
	end = str_find_char(t, q, at + 1);
	if (end == STR_NPOS || end - at > QUOTED_MAX || end == at + 1)
		return 0;
	if (q == '\'' && end + 1 < t.n && char_is_alnum(t.p[end + 1]))
		return 0;
	return end + 1 - at;
}

/* Length of a list without blanks at `at`, "RDNS_NONE,SPF_FAIL": what a filter found this time. */
static size_t
list_at(struct str t, size_t at)
{
	size_t i = at, commas = 0;

	for (; i < t.n && (t.p[i] == ',' || !parts_words(t.p[i])); i++)
		commas += t.p[i] == ',' && i + 1 < t.n && !parts_words(t.p[i + 1]);
	while (i > at && t.p[i - 1] == ',')
		i--;
	return commas > 0 ? i - at : 0;
}

struct str
reply_shape(struct str text, struct arena *a)
{
	char out[REPLY_SHAPE_MAX];

	return arena_str(a, (struct str){ out, reply_shape_to(text, out) });
}

size_t
reply_shape_to(struct str text, char out[REPLY_SHAPE_MAX])
{
	struct shape o = { .p = out };
	size_t i = 0;

	text = str_trim(text);
	while (i < text.n && !o.full) {
		char c = text.p[i];
		size_t from = i, n;

		if ((c == '"' || c == '\'') && (n = quoted_at(text, i)) > 0) {
			shape_add(&o, str_slice(text, i, i + 1));
			shape_star(&o);
			shape_add(&o, str_slice(text, i, i + 1));
			i += n;
		} else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			/* Wrapping depends on the variables' lengths, so it is not part of it. */
			if (o.n > 0 && o.p[o.n - 1] != ' ')
				shape_add(&o, STR(" "));
			i++;
		} else if (parts_words(c)) {
			shape_add(&o, str_slice(text, i, i + 1));
			i++;
		} else {
			while (i < text.n && !parts_words(text.p[i]))
				i++;
			if (i < text.n && text.p[i] == ',' && (n = list_at(text, from)) > 0) {
				shape_star(&o);
				i = from + n;
			} else {
				shape_word(&o, str_slice(text, from, i));
			}
		}
	}
	return o.n;
}

/* --- references ------------------------------------------------------------------------------- */

/* Words after which a reply of ours names its token. "milter id" and "message id" end in id. */
static const struct str reference_words[] = {
	{ "id", 2 },      { "ref", 3 },   { "reference", 9 }, { "session", 7 },
	{ "message", 7 }, { "qid", 3 },   { "ticket", 6 },    { "transaction", 11 },
	{ "case", 4 },    { "refid", 5 }, { "msgid", 5 },     { "uid", 3 },
};
#define REFERENCE_MIN 5
#define REFERENCE_MAX 128

static bool
is_reference_word(struct str w)
{
	/* Every refusal comes through here: most words are out by their first letter. */
	const uint32_t heads = 1u << 'c' % 32 | 1u << 'i' % 32 | 1u << 'm' % 32 | 1u << 'q' % 32 |
			       1u << 'r' % 32 | 1u << 's' % 32 | 1u << 't' % 32 | 1u << 'u' % 32;

	if (w.n < 2 || w.n > 11 || (heads >> (w.p[0] & 31) & 1) == 0)
		return false;
	for (size_t i = 0; i < sizeof(reference_words) / sizeof(reference_words[0]); i++) {
		if (w.n == reference_words[i].n && str_eq_nocase(w, reference_words[i]))
			return true;
	}
	return false;
}

/* What tokens are made of: letters, digits, + - . @ _ and all that is not ASCII; 16 to a row. */
static const bool in_token[256] = {
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
	1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
};

/* Between the word and its token: "id=", "Ref: ", "reference\n", "id #". */
static bool
links_token(char c)
{
	return c == ' ' || c == '=' || c == ':' || c == '#' || c == '\n' || c == '\t' || c == '<' ||
	       c == '[' || c == '"' || c == '\'';
}

/* With a digit, so that "session timed out" names nothing; addresses name no session. */
static bool
is_reference(struct str w)
{
	return w.n >= REFERENCE_MIN && w.n <= REFERENCE_MAX && has_digit(w) &&
	       str_find_char(w, '@', 0) == STR_NPOS;
}

void
reply_references(struct str text, void (*visit)(void *arg, struct str token), void *arg)
{
	bool named = false;
	size_t i = 0;

	while (i < text.n) {
		size_t from = i;
		struct str w, bare;

		while (i < text.n && in_token[(unsigned char)text.p[i]])
			i++;
		w = str_slice(text, from, i);
		if (w.n == 0) {
			named = named && links_token(text.p[i]);
			i++;
			continue;
		}
		bare = w;
		while (bare.n > 0 && (bare.p[bare.n - 1] == '.' || bare.p[bare.n - 1] == '-'))
			bare.n--;
		if ((bare.n >= EXIM_ID_OLD && exim_id_is(bare)) || (named && is_reference(bare)))
			visit(arg, bare);
		named = is_reference_word(w);
	}
}
