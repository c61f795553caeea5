/* SPDX-License-Identifier: MIT */
/*
 * clue_parted: announced identifiers that something parted: the end of a line, with or without a
 * hyphen; blanks, as when one is read out in groups; or the lack of the blank before them.
 */
#include "model/clue_token.h"

#define GROUP_MAX     4 /* characters of a group in a token that was spelt out … */
#define GROUP_HEX_MAX 9 /* … or of hexadecimal digits that a blank parts */

/* Is what a line break parted one token, and not two words? */
static bool
is_one_token(struct str joined, struct str rest)
{
	struct token_look all = clue_token_look(joined), r = clue_token_look(rest);

	return r.digits > 0 || (all.hex == joined.n && all.upper > 0 && all.lower == 0);
}

/* first + hyphen + [next, end) as one token. */
static void
add_parts(struct token_scan *k, size_t from, size_t to, bool hyphen, size_t next, size_t end)
{
	char joined[TOKEN_MAX + 2];
	size_t n = to - from;

	if (n + hyphen + (end - next) > TOKEN_MAX)
		return;
	memcpy(joined, k->t.p + from, n);
	if (hyphen)
		joined[n++] = '-';
	memcpy(joined + n, k->t.p + next, end - next);
	n += end - next;
	if (is_one_token((struct str){ joined, n }, str_slice(k->t, next, end)))
		clue_token_add(k, (struct str){ joined, n }, from, end, true,
			       "joined over a line break");
}

/*
 * An announced token that the end of a line may have cut: also together with the next one. A
 * hyphen there is the token's or that of the break.
 */
void
clue_token_joined(struct token_scan *k, size_t from, size_t to)
{
	bool hyphen = to + 1 < k->t.n && k->t.p[to] == '-' && k->t.p[to + 1] == '\n';
	size_t next = clue_skip_break(k->t, to + hyphen);

	if (next == to + hyphen || next >= k->t.n ||
	    str_find_char(str_slice(k->t, to, next), '\n', 0) == STR_NPOS)
		return;
	size_t end = next;
	while (end < k->t.n && end - next < TOKEN_MAX && char_is_token(k->t.p[end]))
		end++;
	while (end > next && !char_is_alnum(k->t.p[end - 1]))
		end--;
	if (end == next || token_is_eximish(str_slice(k->t, from, to)) ||
	    token_is_eximish(str_slice(k->t, next, end)))
		return;
	add_parts(k, from, to, false, next, end);
	if (hyphen)
		add_parts(k, from, to, true, next, end);
}

/* The group of a few characters at `at`, as somebody reads out a token; its end. */
static size_t
group_end(struct str t, size_t at, bool *hex)
{
	size_t end = at;

	while (end < t.n && char_is_alnum(t.p[end]) && end - at <= GROUP_HEX_MAX)
		end++;
	struct token_look l = clue_token_look(str_slice(t, at, end));
	*hex &= l.hex == end - at && l.lower == 0;
	bool plain = l.digits == 0 && (l.hex < end - at || l.lower > 0);
	return end - at > (*hex ? GROUP_HEX_MAX : GROUP_MAX) || plain ? at : end;
}

/* "id 7D9 FD5 662 21": an announced token in groups. */
void
clue_token_spelt(struct token_scan *k, size_t from)
{
	char joined[TOKEN_MAX + 1];
	size_t n = 0, groups = 0, end = from;
	bool hex = true;

	for (size_t at = from; groups < 12;) {
		size_t stop = group_end(k->t, at, &hex);

		if (stop == at || n + (stop - at) > TOKEN_MAX)
			break;
		memcpy(joined + n, k->t.p + at, stop - at);
		n += stop - at;
		groups++;
		end = stop;
		if (stop + 1 >= k->t.n || k->t.p[stop] != ' ')
			break;
		at = stop + 1;
	}
	if (groups >= (hex && n >= 8 ? 2 : 3))
		clue_token_add(k, (struct str){ joined, n }, from, end, true, "blanks taken out");
}

/* "idDE8B35669D4": the blank behind the announcing word was lost; the length of that word. */
size_t
clue_token_glued(struct str word)
{
	static const char *const words[] = { "id", "ref", "reference", "message" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!str_starts_word(word, words[i]))
			continue;
		struct str w = str_from(words[i]);
		struct token_look l = clue_token_look(str_skip(word, w.n));

		if (l.digits >= 3 && l.lower == 0 && l.hex == word.n - w.n && l.hex >= 8)
			return w.n;
	}
	return 0;
}
