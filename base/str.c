/* SPDX-License-Identifier: MIT */
/* str: searching and comparing slices. Nothing here allocates or fails. */
#define _GNU_SOURCE /* memmem, memrchr */

#include "base/str.h"

size_t
str_find(struct str s, struct str needle, size_t from)
{
	if (from > s.n || needle.n > s.n - from)
		return STR_NPOS;
	if (needle.n == 0)
		return from;
	const char *hit = memmem(s.p + from, s.n - from, needle.p, needle.n);
	return hit ? (size_t)(hit - s.p) : STR_NPOS;
}

size_t
str_find_char(struct str s, char c, size_t from)
{
	if (from >= s.n)
		return STR_NPOS;
	const char *hit = memchr(s.p + from, c, s.n - from);
	return hit ? (size_t)(hit - s.p) : STR_NPOS;
}

size_t
str_rfind(struct str s, struct str needle)
{
	size_t last = STR_NPOS;
	for (size_t at = str_find(s, needle, 0); at != STR_NPOS && at < s.n;
	     at = str_find(s, needle, at + 1))
		last = at;
	return last;
}

size_t
str_rfind_char(struct str s, char c)
{
	const char *hit = s.n > 0 ? memrchr(s.p, c, s.n) : NULL;
	return hit ? (size_t)(hit - s.p) : STR_NPOS;
}

static bool
same_nocase(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (char_lower(a[i]) != char_lower(b[i]))
			return false;
	}
	return true;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && same_nocase(a.p, b.p, a.n);
}

bool
str_starts_nocase(struct str s, struct str prefix)
{
	return s.n >= prefix.n && same_nocase(s.p, prefix.p, prefix.n);
}

bool
str_starts_word(struct str s, const char *word)
{
	for (size_t i = 0; word[i]; i++) {
		if (i >= s.n || char_lower(s.p[i]) != char_lower(word[i]))
			return false;
	}
	return true;
}

bool
str_is_word(struct str s, const char *word)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!word[i] || char_lower(s.p[i]) != char_lower(word[i]))
			return false;
	}
	return word[s.n] == '\0';
}

size_t
str_find_nocase(struct str s, struct str needle, size_t from)
{
	if (from > s.n || needle.n > s.n - from)
		return STR_NPOS;
	if (needle.n == 0)
		return from;

	char lower = char_lower(needle.p[0]);
	char upper = char_is_alpha(lower) ? (char)(lower - 32) : lower;
	size_t last = s.n - needle.n;
	for (size_t i = from; i <= last; i++) {
		if (s.p[i] != lower && s.p[i] != upper)
			continue;
		if (same_nocase(s.p + i + 1, needle.p + 1, needle.n - 1))
			return i;
	}
	return STR_NPOS;
}

int
str_cmp(struct str a, struct str b)
{
	size_t common = a.n < b.n ? a.n : b.n;
	int order = common > 0 ? memcmp(a.p, b.p, common) : 0;
	if (order != 0)
		return order;
	return (a.n > b.n) - (a.n < b.n);
}

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str
str_trim(struct str s)
{
	size_t from = 0;
	size_t to = s.n;
	while (from < to && is_blank(s.p[from]))
		from++;
	while (to > from && is_blank(s.p[to - 1]))
		to--;
	return str_slice(s, from, to);
}

bool
str_to_u64(struct str s, uint64_t *value)
{
	if (s.n == 0)
		return false;
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
		uint64_t digit = (uint64_t)(s.p[i] - '0');
		if (v > (UINT64_MAX - digit) / 10)
			return false;
		v = v * 10 + digit;
	}
	*value = v;
	return true;
}
