/* SPDX-License-Identifier: MIT */
/*
 * journal_json: a line of journalctl -o json (RFC 8259). A value is a string, null where it is too
 * long, an array of bytes where it is no UTF-8, or an array of these where the field is there more
 * than once. jansson would copy every field of every entry; this looks at each byte once and copies
 * what is needed.
 */
#include "importers/journal_entry.h"
#include "importers/take.h"

static void
skip_blanks(struct str *s)
{
	while (s->n > 0 &&
	       (s->p[0] == ' ' || s->p[0] == '\t' || s->p[0] == '\r' || s->p[0] == '\n'))
		*s = str_skip(*s, 1);
}

/* "…" at the head: what is inside, not unescaped. */
static bool
take_string(struct str *s, struct str *inside)
{
	size_t i = 1;

	if (s->n < 2 || s->p[0] != '"')
		return false;
	while (i < s->n && s->p[i] != '"')
		i += s->p[i] == '\\' ? 2 : 1;
	if (i >= s->n)
		return false;
	*inside = str_slice(*s, 1, i);
	*s = str_skip(*s, i + 1);
	return true;
}

static int
hex_digit(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits behind \u; false if they are not there. */
static bool
take_hex(struct str *s, uint32_t *value)
{
	*value = 0;
	if (s->n < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int d = hex_digit(s->p[i]);

		if (d < 0)
			return false;
		*value = *value << 4 | (uint32_t)d;
	}
	*s = str_skip(*s, 4);
	return true;
}

static void
add_utf8(struct strbuf *out, uint32_t c)
{
	if (c < 0x80) {
		strbuf_add_char(out, (char)c);
		return;
	}
	if (c < 0x800) {
		strbuf_add_char(out, (char)(0xc0 | c >> 6));
	} else {
		if (c < 0x10000) {
			strbuf_add_char(out, (char)(0xe0 | c >> 12));
		} else {
			strbuf_add_char(out, (char)(0xf0 | c >> 18));
			strbuf_add_char(out, (char)(0x80 | (c >> 12 & 0x3f)));
		}
		strbuf_add_char(out, (char)(0x80 | (c >> 6 & 0x3f)));
	}
	strbuf_add_char(out, (char)(0x80 | (c & 0x3f)));
}

/* Behind "\u". Halves of a pair that stand alone become '?'. */
static void
add_unicode(struct strbuf *out, struct str *s)
{
	uint32_t c, low;

	if (!take_hex(s, &c)) {
		strbuf_add_char(out, '?');
		return;
	}
	if (c >= 0xd800 && c < 0xe000) {
		struct str rest = *s;

		if (c < 0xdc00 && take(&rest, STR("\\u")) && take_hex(&rest, &low) &&
		    low >= 0xdc00 && low < 0xe000) {
			*s = rest;
			add_utf8(out, 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00));
			return;
		}
		c = '?';
	}
	add_utf8(out, c);
}

static void
add_string(struct strbuf *out, struct str s)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";

	while (s.n > 0) {
		const char *at;

		strbuf_add(out, take_until(&s, '\\'));
		if (s.n < 2)
			return;
		at = memchr(from, s.p[1], sizeof(from) - 1);
		if (s.p[1] == 'u') {
			s = str_skip(s, 2);
			add_unicode(out, &s);
			continue;
		}
		strbuf_add_char(out, at ? to[at - from] : s.p[1]);
		s = str_skip(s, 2);
	}
}

/* "72, 101, …]", behind the '['. */
static bool
take_bytes(struct str *s, struct strbuf *out)
{
	for (;;) {
		unsigned value = 0;
		size_t n = 0;

		skip_blanks(s);
		while (n < 3 && n < s->n && char_is_digit(s->p[n]))
			value = value * 10 + (unsigned)(s->p[n++] - '0');
		if (n == 0 || value > 255)
			return false;
		if (out)
			strbuf_add_char(out, (char)value);
		*s = str_skip(*s, n);
		skip_blanks(s);
		if (take_char(s, ']'))
			return true;
		if (!take_char(s, ','))
			return false;
	}
}

/* A value that is not repeated; out is NULL where nobody needs it. */
static bool
take_single(struct str *s, struct strbuf *out)
{
	struct str text;

	if (s->n > 0 && s->p[0] == '"') {
		if (!take_string(s, &text))
			return false;
		if (out)
			add_string(out, text);
		return true;
	}
	if (take_char(s, '['))
		return take_bytes(s, out);
	if (take(s, STR("null")) || take(s, STR("true")) || take(s, STR("false")))
		return true;
	/* journald writes numbers as strings, other programs that pass its objects on may not. */
	for (text = *s; s->n > 0 && (char_is_digit(s->p[0]) || s->p[0] == '-');)
		*s = str_skip(*s, 1);
	if (out)
		strbuf_add(out, str_slice(text, 0, text.n - s->n));
	return s->n < text.n;
}

/* Of a repeated field the first value counts. */
static bool
take_value(struct str *s, struct strbuf *out)
{
	struct str inside = *s;

	if (!take_char(&inside, '['))
		return take_single(s, out);
	skip_blanks(&inside);
	if (take_char(&inside, ']')) {
		*s = inside;
		return true;
	}
	if (inside.n > 0 && char_is_digit(inside.p[0]))
		return take_single(s, out);
	for (*s = inside;; out = NULL) {
		skip_blanks(s);
		if (!take_single(s, out))
			return false;
		skip_blanks(s);
		if (take_char(s, ']'))
			return true;
		if (!take_char(s, ','))
			return false;
	}
}

bool
journal_json(struct str line, struct journal_entry *e)
{
	struct str key;

	skip_blanks(&line);
	if (!take_char(&line, '{'))
		return false;
	do {
		skip_blanks(&line);
		if (!take_string(&line, &key))
			return false;
		skip_blanks(&line);
		if (!take_char(&line, ':'))
			return false;
		skip_blanks(&line);
		if (!take_value(&line, journal_entry_take(e, journal_field_of(key))))
			return false;
		skip_blanks(&line);
	} while (take_char(&line, ','));
	if (!take_char(&line, '}'))
		return false;
	skip_blanks(&line);
	return line.n == 0;
}

/* Within strings no quote stands without a backslash. */
bool
journal_json_find(struct str line, struct str quoted_key, struct str *value)
{
	for (size_t at = str_find(line, quoted_key, 0); at != STR_NPOS;
	     at = str_find(line, quoted_key, at + 1)) {
		struct str rest = str_trim(str_skip(line, at + quoted_key.n));

		if (!take_char(&rest, ':'))
			continue; /* a value that ends like this */
		rest = str_trim(rest);
		if (!take_char(&rest, '"'))
			return false;
		*value = take_until(&rest, '"');
		return rest.n > 0;
	}
	return false;
}
