/* SPDX-License-Identifier: MIT */
/*
 * find_readings: all that an identifier may have been before somebody mistyped it, each looked up
 * as it stands. A look-up costs microseconds, and where the ID holds its time most readings name a
 * moment that no log covers.
 */
#include "model/find_damaged.h"

#define READING_MAX  48
#define HEX_LEAST    8
#define HEX_INSERTED 16 /* longer ones are not also tried with one character more */
#define HEX_MOST     40
#define SWAPS_MAX    6 /* positions that look alike */
#define WANT_READING 20
#define HEADS_LOST   2

struct reading {
	const struct damaged *d;
	char text[READING_MAX];
	size_t n;
	bool only_if_unknown;
};

/* Asks for r->text, unless it holds a moment that no log covers. */
static void
ask(const struct reading *r)
{
	const struct damaged *d = r->d;
	struct str text = { r->text, r->n };
	int64_t t;

	if (d->family != ID_FAMILY_NONE &&
	    (id_moment(text, &t) != d->family || !plan_is_covered(d->context, t)))
		return;
	size_t before = d->plan->n;
	plan_ask_term(d->plan, d->clue, TERM_IDENTIFIER, arena_str(d->clues->arena, text),
		      WANT_READING);
	if (d->plan->n > before) {
		d->plan->questions[before].verify = true;
		d->plan->questions[before].only_if_unknown = r->only_if_unknown;
	}
}

/* head + middle + tail of the identifier; middle may be empty. */
static void
ask_with(const struct damaged *d, struct str id, size_t from, struct str middle, size_t to)
{
	struct reading r = { .d = d };

	if (from + middle.n + (id.n - to) > READING_MAX)
		return;
	memcpy(r.text, id.p, from);
	memcpy(r.text + from, middle.p, middle.n);
	memcpy(r.text + from + middle.n, id.p + to, id.n - to);
	r.n = from + middle.n + (id.n - to);
	ask(&r);
}

/* All single edits of id's first `reach` characters. */
static void
edit(const struct damaged *d, struct str id, size_t reach, const char *alphabet, bool insert)
{
	static const struct str none = { "", 0 };

	for (size_t i = 0; i < reach && i < id.n; i++) {
		if (i + 1 < id.n && id.p[i] != id.p[i + 1]) {
			char swapped[2] = { id.p[i + 1], id.p[i] };
			ask_with(d, id, i, (struct str){ swapped, 2 }, i + 2);
		}
		if (i == 0 || id.p[i - 1] != id.p[i])
			ask_with(d, id, i, none, i + 1);
	}
	for (size_t i = 0; i < reach && i < id.n; i++) {
		for (const char *c = alphabet; *c; c++) {
			if (*c != id.p[i])
				ask_with(d, id, i, (struct str){ c, 1 }, i + 1);
		}
	}
	for (size_t i = 0; insert && i <= reach && i <= id.n; i++) {
		for (const char *c = alphabet; *c; c++) {
			if (i == id.n || *c != id.p[i]) /* else the same as behind it */
				ask_with(d, id, i, (struct str){ c, 1 }, i);
		}
	}
}

void
ask_edits(const struct damaged *d)
{
	const struct id_family_facts *facts = id_family_facts(d->family);

	edit(d, d->id, facts->moment_chars + 1, facts->alphabet, true);
}

void
ask_heads(const struct damaged *d)
{
	const char *alphabet = id_family_facts(d->family)->alphabet;
	size_t hyphen = str_find_char(d->id, '-', 0);

	if (hyphen == STR_NPOS || hyphen + HEADS_LOST < ID_SECOND_CHARS ||
	    hyphen >= ID_SECOND_CHARS)
		return;
	for (const char *a = alphabet; *a; a++) {
		char head[HEADS_LOST] = { *a };

		if (hyphen + 1 == ID_SECOND_CHARS) {
			ask_with(d, d->id, 0, (struct str){ head, 1 }, 0);
			continue;
		}
		for (const char *b = alphabet; *b; b++) {
			head[1] = *b;
			ask_with(d, d->id, 0, (struct str){ head, 2 }, 0);
		}
	}
}

/* --- hexadecimal IDs: Postfix's short ones, OpenSMTPD's, tags of scanners --- */

/* What a character that is no capital hexadecimal digit was read for; '\0': none. */
static char
hex_for(char c)
{
	static const char from[] = "OoQIilLSsZzGgq", to[] = "00011115522699";
	const char *at = strchr(from, c);

	if (c == '\0')
		return '\0';
	if (char_hex(c) >= 0)
		return c >= 'a' ? (char)(c - 'a' + 'A') : c;
	return at ? to[at - from] : '\0';
}

static bool
to_hex(struct str id, bool capitals, struct reading *r)
{
	if (id.n < HEX_LEAST || id.n > HEX_MOST)
		return false;
	for (size_t i = 0; i < id.n; i++) {
		char c = hex_for(id.p[i]);

		if (c == '\0')
			return false;
		r->text[i] = capitals ? c : char_lower(c);
	}
	r->n = id.n;
	return true;
}

/* The reading itself, and with up to two of its characters taken for the ones they look like. */
static void
ask_swapped(struct reading *r)
{
	static const char from[] = "8B0D", to[] = "B8D0";
	size_t at[SWAPS_MAX], n = 0;

	for (size_t i = 0; i < r->n && n < SWAPS_MAX; i++) {
		if (strchr(from, r->text[i]))
			at[n++] = i;
	}
	for (unsigned mix = 0; mix < 1u << n; mix++) {
		struct reading swapped = *r;
		unsigned swaps = 0;

		for (size_t k = 0; k < n; k++) {
			if ((mix >> k & 1) == 0)
				continue;
			char *c = &swapped.text[at[k]];
			*c = to[strchr(from, *c) - from];
			swaps++;
		}
		if (swaps <= 2)
			ask(&swapped);
	}
}

static bool
has_small_letter(struct str id)
{
	for (size_t i = 0; i < id.n; i++) {
		if (id.p[i] >= 'a' && id.p[i] <= 'f')
			return true;
	}
	return false;
}

/* Exim issues no such IDs, nor does it name those of others in its log. */
static bool
only_exim(const struct find_context *x)
{
	for (size_t i = 0; i < x->n_coverage; i++) {
		if (!str_eq(x->coverage[i].formats, STR("exim")))
			return false;
	}
	return x->n_coverage > 0;
}

bool
hex_reading(const struct damaged *d, bool wide)
{
	struct damaged plain = *d;
	struct reading r = { .d = &plain, .only_if_unknown = true };
	bool any = false;

	plain.family = ID_FAMILY_NONE;
	if (wide && only_exim(d->context))
		return false;
	if (wide) {
		/* Postfix writes capitals, others small letters. */
		bool capitals = !has_small_letter(d->id);

		any = to_hex(d->id, capitals, &r);
		if (any)
			edit(&plain, (struct str){ r.text, r.n }, r.n,
			     capitals ? "0123456789ABCDEF" : "0123456789abcdef",
			     r.n <= HEX_INSERTED);
		return any;
	}
	for (int capitals = 1; capitals >= 0; capitals--) {
		if (!to_hex(d->id, capitals, &r))
			continue;
		any = true;
		ask_swapped(&r);
	}
	return any;
}
