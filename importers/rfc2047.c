/* SPDX-License-Identifier: MIT */
/*
 * rfc2047: a small decoder of encoded words (RFC 2047 §2, §4, §6.2). Strangers write these: every
 * length is checked, and what is not wholly right is left as it was. Nothing is fatal.
 */
#include "importers/rfc2047.h"

struct word {
	struct str charset;
	char encoding; /* 'B' or 'Q' */
	struct str text;
	size_t length; /* of the whole =?…?= */
};

#define WORD_MAX 1024 /* the standard's limit is 75 */

static bool
word_at(struct str s, struct word *w)
{
	size_t charset, text, end;

	s = str_slice(s, 0, WORD_MAX);
	if (!str_starts(s, STR("=?")))
		return false;
	charset = str_find_char(s, '?', 2);
	if (charset == STR_NPOS || charset + 2 >= s.n || s.p[charset + 2] != '?')
		return false;
	w->charset = str_slice(s, 2, charset);
	w->encoding = (char)(s.p[charset + 1] & ~0x20);
	text = charset + 3;
	end = str_find(s, STR("?="), text);
	if (end == STR_NPOS || (w->encoding != 'B' && w->encoding != 'Q'))
		return false;
	w->text = str_slice(s, text, end);
	w->length = end + 2;
	return str_find_char(w->text, ' ', 0) == STR_NPOS;
}

static int
hex_digit(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static size_t
decode_q(struct str s, char *out)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int high, low;

		if (s.p[i] == '=' && i + 2 < s.n && (high = hex_digit(s.p[i + 1])) >= 0 &&
		    (low = hex_digit(s.p[i + 2])) >= 0) {
			out[n++] = (char)(high * 16 + low);
			i += 2;
		} else {
			out[n++] = s.p[i] == '_' ? ' ' : s.p[i];
		}
	}
	return n;
}

static int
base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (char_is_digit(c))
		return c - '0' + 52;
	if (c == '+')
		return 62;
	return c == '/' ? 63 : -1;
}

static size_t
decode_b(struct str s, char *out)
{
	unsigned bits = 0, count = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int v = base64_digit(s.p[i]);

		if (v < 0)
			continue;
		bits = bits << 6 | (unsigned)v;
		count += 6;
		if (count >= 8) {
			count -= 8;
			out[n++] = (char)(bits >> count & 0xff);
		}
	}
	return n;
}

/* Latin-1 bytes to UTF-8, back to front in place; `bytes` has room for twice n. */
static size_t
widen(char *bytes, size_t n)
{
	size_t high = 0, to;

	for (size_t i = 0; i < n; i++)
		high += (unsigned char)bytes[i] >= 0x80;
	to = n + high;
	for (size_t i = n, o = to; i-- > 0;) {
		unsigned char c = (unsigned char)bytes[i];

		if (c >= 0x80) {
			bytes[--o] = (char)(0x80 | (c & 0x3f));
			bytes[--o] = (char)(0xc0 | c >> 6);
		} else {
			bytes[--o] = (char)c;
		}
	}
	return to;
}

/* Decoded length at `out` (room for 2 × text), or 0: not ours to decode. */
static size_t
decode_word(const struct word *w, char *out)
{
	bool latin = str_eq_nocase(w->charset, STR("iso-8859-1"));
	size_t n;

	if (!latin && !str_eq_nocase(w->charset, STR("utf-8")) &&
	    !str_eq_nocase(w->charset, STR("us-ascii")))
		return 0;
	n = w->encoding == 'B' ? decode_b(w->text, out) : decode_q(w->text, out);
	return latin ? widen(out, n) : n;
}

struct str
rfc2047_decode(struct str s, struct arena *a)
{
	char *out;
	size_t n = 0, i = 0, blank = STR_NPOS; /* blanks after an encoded word begin at `blank` */

	if (str_find(s, STR("=?"), 0) == STR_NPOS)
		return s;
	out = arena_alloc(a, 2 * s.n + 1);
	while (i < s.n) {
		struct word w;
		size_t length;

		if (word_at(str_skip(s, i), &w) && (length = decode_word(&w, out + n)) > 0) {
			if (blank != STR_NPOS) { /* between two encoded words */
				memmove(out + blank, out + n, length);
				n = blank;
			}
			n += length;
			blank = n;
			i += w.length;
			continue;
		}
		if (blank != STR_NPOS && s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\n')
			blank = STR_NPOS;
		out[n++] = s.p[i++];
	}
	return (struct str){ out, n };
}
