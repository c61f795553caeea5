/* SPDX-License-Identifier: MIT */
/*
 * str: a borrowed slice of bytes. Never owns, need not be NUL-terminated, may hold any byte.
 * The empty slice is { "", 0 } or { NULL, 0 }; both compare equal.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ (literal), sizeof(literal) - 1 })
/* For printf("%.*s", STR_ARG(s)). */
#define STR_ARG(s)   (int)(s).n, (s).p ? (s).p : ""

static inline struct str
str_from(const char *text)
{
	return text ? (struct str){ text, strlen(text) } : (struct str){ "", 0 };
}

static inline struct str
str_slice(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ from > 0 ? s.p + from : s.p, to - from }; /* NULL + 0 is undefined */
}

static inline struct str
str_skip(struct str s, size_t count)
{
	return str_slice(s, count, s.n);
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool
str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool
str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

#define STR_NPOS ((size_t)-1)

/* Offset of the first match at or after from, or STR_NPOS. */
size_t str_find(struct str s, struct str needle, size_t from);
size_t str_find_char(struct str s, char c, size_t from);
size_t str_rfind(struct str s, struct str needle);
size_t str_rfind_char(struct str s, char c);
/* ASCII case folding only. */
bool str_eq_nocase(struct str a, struct str b);
bool str_starts_nocase(struct str s, struct str prefix);
/* The same with a C string, whose length is not counted: for tables that are gone through often. */
bool str_is_word(struct str s, const char *word);
bool str_starts_word(struct str s, const char *word);
size_t str_find_nocase(struct str s, struct str needle, size_t from);
/* Total order by bytes, shorter first on a common prefix: <0, 0, >0. */
int str_cmp(struct str a, struct str b);
/* Without leading and trailing blanks, tabs, CR, LF. */
struct str str_trim(struct str s);
/* Decimal digits only, whole slice; false on empty, other bytes or overflow. */
bool str_to_u64(struct str s, uint64_t *value);

static inline bool
char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool
char_is_alnum(char c)
{
	return char_is_digit(c) || char_is_alpha(c);
}

static inline char
char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

#endif
