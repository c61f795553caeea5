/* SPDX-License-Identifier: MIT */
/*
 * reply: reading SMTP replies as logs hold them: code, enhanced code (RFC 5321 §4.2, RFC 3463 §2),
 * and the text without the codes that every line repeats (FORMATS §0.2, §0.3). Results borrow from
 * the input unless lines had to be joined, which allocates in the arena. Nothing is fatal.
 */
#include "model/reply.h"

/* A code is three digits, the first 2 to 5, then '-', blank or the end. */
static uint16_t
code_at(struct str s)
{
	if (s.n < 3 || s.p[0] < '2' || s.p[0] > '5' || !char_is_digit(s.p[1]) ||
	    !char_is_digit(s.p[2]))
		return 0;
	if (s.n > 3 && s.p[3] != ' ' && s.p[3] != '-' && s.p[3] != '\n' && s.p[3] != '\r')
		return 0;
	return (uint16_t)((s.p[0] - '0') * 100 + (s.p[1] - '0') * 10 + (s.p[2] - '0'));
}

static size_t
number_at(struct str s, size_t at, uint16_t *value)
{
	size_t i = at;
	unsigned v = 0;

	while (i < s.n && i < at + 3 && char_is_digit(s.p[i]))
		v = v * 10 + (unsigned)(s.p[i++] - '0');
	*value = (uint16_t)v;
	return i - at;
}

size_t
enhanced_parse(struct str s, struct enhanced *out)
{
	size_t i = 2, digits;
	struct enhanced e = { 0 };

	if (s.n < 5 || s.p[1] != '.' || (s.p[0] != '2' && s.p[0] != '4' && s.p[0] != '5'))
		return 0;
	e.class = (uint8_t)(s.p[0] - '0');
	digits = number_at(s, i, &e.subject);
	i += digits;
	if (digits == 0 || i >= s.n || s.p[i] != '.')
		return 0;
	digits = number_at(s, ++i, &e.detail);
	i += digits;
	if (digits == 0 || (i < s.n && (char_is_alnum(s.p[i]) || (s.p[i] == '.' && i + 1 < s.n &&
								  char_is_digit(s.p[i + 1])))))
		return 0;
	*out = e;
	return i;
}

struct str
enhanced_text(struct enhanced e, struct arena *a)
{
	if (e.class == 0)
		return STR("");
	return arena_printf(a, "%u.%u.%u", (unsigned)e.class, (unsigned)e.subject,
			    (unsigned)e.detail);
}

static struct str
skip_blanks(struct str s)
{
	while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = str_skip(s, 1);
	return s;
}

/* Removes "550-5.7.1 " from the head of a line. */
static struct str
strip_codes(struct str line, uint16_t *code, struct enhanced *enhanced)
{
	struct enhanced e = { 0 };
	size_t n;

	*code = code_at(line);
	if (*code != 0)
		line = skip_blanks(str_skip(line, line.n > 3 ? 4 : 3));
	n = enhanced_parse(line, &e);
	if (n > 0)
		line = skip_blanks(str_skip(line, n));
	*enhanced = e;
	return line;
}

/*
 * Offset of the next line end and its width: a newline, or the two characters \n where a code
 * follows. Exim escapes newlines so, but a remote text may hold a literal \n (FORMATS §1.9).
 */
static size_t
line_end(struct str s, size_t *width)
{
	const char *newline = s.n > 0 ? memchr(s.p, '\n', s.n) : NULL;
	size_t end = newline ? (size_t)(newline - s.p) : s.n;

	for (size_t at = str_find_char(s, '\\', 0); at < end; at = str_find_char(s, '\\', at + 1)) {
		if (at + 1 < s.n && s.p[at + 1] == 'n' && code_at(str_skip(s, at + 2)) != 0) {
			*width = 2;
			return at;
		}
	}
	*width = newline != NULL;
	return end;
}

static struct str
join_lines(struct str first, struct str rest, struct arena *a)
{
	struct str out = { arena_alloc(a, first.n + rest.n + 1), 0 };
	char *to = (char *)(uintptr_t)out.p;

	memcpy(to, first.p, first.n);
	out.n = first.n;
	while (rest.n > 0) {
		size_t width, n = line_end(rest, &width);
		struct enhanced e;
		uint16_t code;
		struct str line = strip_codes(str_slice(rest, 0, n), &code, &e);

		while (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		to[out.n++] = '\n';
		memcpy(to + out.n, line.p, line.n);
		out.n += line.n;
		rest = str_skip(rest, n + width);
	}
	return out;
}

struct reply
reply_parse(struct str s, struct arena *a)
{
	struct reply r = { 0 };
	size_t width, n;
	struct str first;

	s = str_trim(s);
	n = line_end(s, &width);
	first = strip_codes(str_slice(s, 0, n), &r.code, &r.enhanced);
	r.code_logged = r.code != 0;
	r.text_logged = r.code != 0;
	r.text = width == 0 ? first : join_lines(str_trim(first), str_skip(s, n + width), a);
	return r;
}
