/* SPDX-License-Identifier: MIT */
/*
 * utf8: decoding that accepts shortest forms only, and neutralising.
 * A byte that starts no valid character counts as one character, U+FFFD, of one byte; so every
 * input has exactly one reading and every position is reached.
 */
#include "base/utf8.h"

#include <stdio.h>

static const uint32_t REPLACEMENT = 0xfffd;

/* Length by the first byte, 0 if it cannot start a character; *min is the smallest legal value. */
static size_t
sequence_length(unsigned char first, uint32_t *min)
{
	if (first < 0xc2)
		return 0;
	if (first < 0xe0) {
		*min = 0x80;
		return 2;
	}
	if (first < 0xf0) {
		*min = 0x800;
		return 3;
	}
	*min = 0x10000;
	return first < 0xf5 ? 4 : 0;
}

size_t
utf8_decode(struct str s, size_t at, uint32_t *cp)
{
	*cp = REPLACEMENT;
	if (at >= s.n)
		return 1;
	const unsigned char *p = (const unsigned char *)s.p + at;
	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	uint32_t min = 0;
	size_t n = sequence_length(p[0], &min);
	if (n == 0 || n > s.n - at)
		return 1;
	uint32_t value = p[0] & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 1;
		value = value << 6 | (p[i] & 0x3f);
	}
	if (value < min || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
		return 1;
	*cp = value;
	return n;
}

static char
byte(uint32_t value)
{
	return (char)(unsigned char)value;
}

size_t
utf8_encode(uint32_t cp, char out[4])
{
	if (cp > 0x10ffff || (cp >= 0xd800 && cp <= 0xdfff))
		cp = REPLACEMENT;
	if (cp < 0x80) {
		out[0] = byte(cp);
		return 1;
	}
	if (cp < 0x800) {
		out[0] = byte(0xc0 | cp >> 6);
		out[1] = byte(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp < 0x10000) {
		out[0] = byte(0xe0 | cp >> 12);
		out[1] = byte(0x80 | (cp >> 6 & 0x3f));
		out[2] = byte(0x80 | (cp & 0x3f));
		return 3;
	}
	out[0] = byte(0xf0 | cp >> 18);
	out[1] = byte(0x80 | (cp >> 12 & 0x3f));
	out[2] = byte(0x80 | (cp >> 6 & 0x3f));
	out[3] = byte(0x80 | (cp & 0x3f));
	return 4;
}

size_t
utf8_width(struct str s)
{
	size_t cells = 0;
	uint32_t cp;
	for (size_t at = 0; at < s.n;) {
		at += utf8_decode(s, at, &cp);
		cells += (size_t)utf8_cells(cp);
	}
	return cells;
}

struct str
utf8_cut_cells(struct str s, size_t cells)
{
	size_t used = 0;
	size_t at = 0;
	uint32_t cp;
	while (at < s.n) {
		size_t n = utf8_decode(s, at, &cp);
		used += (size_t)utf8_cells(cp);
		if (used > cells)
			break;
		at += n;
	}
	return str_slice(s, 0, at);
}

static bool
is_plain(char c)
{
	return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f;
}

/* Characters that act instead of showing: they move the cursor, end a line or turn text around. */
static bool
is_acting(uint32_t cp)
{
	return cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2066 && cp <= 0x2069);
}

static void
add_visible(struct strbuf *out, uint32_t cp)
{
	switch (cp) {
	case '\n':
		strbuf_add(out, STR("\\n"));
		return;
	case '\r':
		strbuf_add(out, STR("\\r"));
		return;
	case '\t':
		strbuf_add(out, STR("\\t"));
		return;
	case 0x1b:
		strbuf_add(out, STR("\\e"));
		return;
	default:
		strbuf_printf(out, cp < 0x100 ? "\\x%02x" : "\\u%04x", (unsigned)cp);
	}
}

/* End of the run from `from` that needs no change; *cp and *n describe what stands there. */
static size_t
clean_run(struct str s, size_t from, uint32_t *cp, size_t *n)
{
	size_t at = from;
	while (at < s.n) {
		if (is_plain(s.p[at])) {
			at++;
			continue;
		}
		*n = utf8_decode(s, at, cp);
		if ((*cp == REPLACEMENT && *n == 1) || is_acting(*cp))
			break;
		at += *n;
	}
	return at;
}

/* A full buffer may have taken half of the last character. */
static void
drop_half_character(struct strbuf *out)
{
	size_t at = out->n;
	while (at > 0 && ((unsigned char)out->p[at - 1] & 0xc0) == 0x80)
		at--;
	if (at == 0 || (unsigned char)out->p[at - 1] < 0x80)
		return;
	uint32_t cp;
	if (utf8_decode(strbuf_str(out), at - 1, &cp) > 1)
		return;
	out->n = at - 1;
	out->p[out->n] = '\0';
}

void
utf8_neutralise(struct strbuf *out, struct str s)
{
	for (size_t at = 0; at < s.n && !out->overflowed;) {
		uint32_t cp = 0;
		size_t n = 0;
		size_t end = clean_run(s, at, &cp, &n);
		strbuf_add(out, str_slice(s, at, end));
		if (end == s.n)
			break;
		if (is_acting(cp))
			add_visible(out, cp);
		else
			strbuf_add(out, STR("\xef\xbf\xbd"));
		at = end + n;
	}
	if (out->overflowed)
		drop_half_character(out);
}

bool
utf8_is_clean(struct str s)
{
	uint32_t cp;
	size_t n;
	return clean_run(s, 0, &cp, &n) == s.n;
}
