/* SPDX-License-Identifier: MIT */
/*
 * paste_chars: single characters: typography that programs put in the place of what was typed,
 * bytes shown in the wrong character set, and the backslash escapes of Exim (octal), Python,
 * JavaScript and JSON.
 */
#include "model/paste.h"

#include "base/utf8.h"

/* --- typography --- */

/* What to write for cp; NULL: leave it. */
static const char *
plain_for(uint32_t cp)
{
	switch (cp) {
	case 0xA0: /* no-break space */
	case 0x202F:
	case 0x3000:
		return " ";
	case 0xAD: /* soft hyphen */
	case 0x61C:
	case 0x2060: /* word joiner */
	case 0xFEFF:
	case 0x180E:
		return "";
	case 0x2018:
	case 0x2019:
	case 0x201A:
	case 0x201B:
	case 0x2032:
	case 0x2B9:
	case 0x2BC:
		return "'";
	case 0x201C:
	case 0x201D:
	case 0x201E:
	case 0x201F:
	case 0x2033:
	case 0xAB:
	case 0xBB:
		return "\"";
	case 0x2026:
		return "...";
	case 0x2028:
	case 0x2029:
	case 0x85:
		return "\n";
	case 0x2212: /* minus */
	case 0xFE58:
	case 0xFE63:
	case 0xFF0D:
		return "-";
	case 0x2039:
		return "<";
	case 0x203A:
		return ">";
	default:
		break;
	}
	if (cp >= 0x2010 && cp <= 0x2015)
		return "-";
	if (cp >= 0x2000 && cp <= 0x200A)
		return " ";
	/* Zero-width characters, direction marks, embeddings and isolates. */
	if ((cp >= 0x200B && cp <= 0x200F) || (cp >= 0x202A && cp <= 0x202E) ||
	    (cp >= 0x2061 && cp <= 0x2069))
		return "";
	return NULL;
}

bool
paste_punctuation(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t i = 0; i < s.n;) {
		uint32_t cp = 0;

		if ((unsigned char)s.p[i] < 0x80) {
			i++;
			continue;
		}
		size_t length = utf8_decode(s, i, &cp);
		/* Full-width letters and digits: an input method, or a fax. */
		char narrow[2] = { (char)(cp - 0xFEE0), '\0' };
		const char *plain = cp > 0xFF01 && cp < 0xFF5E ? narrow : plain_for(cp);
		if (plain) {
			paste_copy(out, in, done, i);
			for (const char *c = plain; *c; c++)
				paste_put(out, in, *c, i, i + length);
			done = i + length;
			changed = true;
		}
		i += length;
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}

/* --- UTF-8 that was read as Latin-1 or as Windows' set --- */

/* What Windows' western set has at 0x80 to 0x9F; 0: nothing. */
static const uint16_t windows_high[32] = {
	0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
	0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
	0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178,
};

uint32_t
windows_character(unsigned byte)
{
	return byte >= 0x80 && byte < 0xA0 && windows_high[byte - 0x80] ? windows_high[byte - 0x80]
									: byte;
}

/* The byte that was shown as cp, or -1. */
static int
byte_shown_as(uint32_t cp)
{
	if (cp >= 0x80 && cp < 0x100)
		return (int)cp;
	for (int i = 0; cp >= 0x100 && i < 32; i++) {
		if (windows_high[i] == cp)
			return 0x80 + i;
	}
	return -1;
}

/* The bytes of one UTF-8 character whose bytes are shown one by one at `at`; its end, or at. */
static size_t
shown_bytes(struct str s, size_t at, unsigned char bytes[4], size_t ends[4], size_t *n)
{
	uint32_t cp = 0;
	size_t i = at + utf8_decode(s, at, &cp);
	int first = byte_shown_as(cp);

	if (first < 0xC2 || first > 0xF4)
		return at;
	size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
	bytes[0] = (unsigned char)first;
	ends[0] = i;
	for (*n = 1; *n < length; ++*n) {
		if (i >= s.n)
			return at;
		i += utf8_decode(s, i, &cp);
		int byte = byte_shown_as(cp);
		if (byte < 0x80 || byte > 0xBF)
			return at;
		bytes[*n] = (unsigned char)byte;
		ends[*n] = i;
	}
	utf8_decode((struct str){ (const char *)bytes, *n }, 0, &cp);
	return cp == 0xFFFD ? at : i;
}

bool
paste_mojibake(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t at = 0; at < s.n;) {
		unsigned char bytes[4];
		size_t ends[4], n = 0;

		if ((unsigned char)s.p[at] < 0x80) {
			at++;
			continue;
		}
		size_t end = shown_bytes(s, at, bytes, ends, &n);
		if (end == at) {
			uint32_t cp;
			at += utf8_decode(s, at, &cp);
			continue;
		}
		paste_copy(out, in, done, at);
		for (size_t i = 0; i < n; i++)
			paste_put(out, in, (char)bytes[i], i == 0 ? at : ends[i - 1], ends[i]);
		done = at = end;
		changed = true;
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}

/* --- escapes --- */

#define ESCAPE_MAX 6 /* "\u2011" */

/* "\u2011" of JSON; halves of pairs stand for nothing. */
static size_t
unicode_escape(struct str e, int *character)
{
	int cp = 0;

	for (size_t i = 1; i < 5; i++) {
		int digit = i < e.n ? char_hex(e.p[i]) : -1;
		if (digit < 0)
			return 0;
		cp = cp * 16 + digit;
	}
	*character = cp < ' ' && cp != '\n' && cp != '\t' ? ' '
		     : cp >= 0xD800 && cp <= 0xDFFF       ? -1
							  : cp;
	return ESCAPE_MAX;
}

/* Reads the escape at s.p[at] == '\\'. Its length, or 0; -1 in *byte: it stands for nothing. */
static size_t
escape_at(struct str s, size_t at, bool json, int *byte)
{
	struct str e = str_slice(s, at + 1, at + ESCAPE_MAX);

	if (e.n == 0)
		return 0;
	if (e.n >= 3 && e.p[0] >= '0' && e.p[0] <= '3' && e.p[1] >= '0' && e.p[1] <= '7' &&
	    e.p[2] >= '0' && e.p[2] <= '7') {
		*byte = (e.p[0] - '0') * 64 + (e.p[1] - '0') * 8 + (e.p[2] - '0');
		return 4;
	}
	if (e.n >= 3 && e.p[0] == 'x' && char_hex(e.p[1]) >= 0 && char_hex(e.p[2]) >= 0) {
		*byte = char_hex(e.p[1]) * 16 + char_hex(e.p[2]);
		return 4;
	}
	switch (e.p[0]) {
	case 'n':
		*byte = '\n';
		return 2;
	case 'r':
		*byte = -1;
		return 2;
	case 't':
		*byte = '\t';
		return 2;
	case 'u':
		return unicode_escape(e, byte);
	case '"':
	case '/':
		*byte = e.p[0];
		return json ? 2 : 0;
	default:
		return 0;
	}
}

static bool
is_json(struct str s)
{
	struct str t = str_trim(s);

	return t.n > 2 && (t.p[0] == '{' || t.p[0] == '[') &&
	       str_find(t, STR("\":"), 0) != STR_NPOS;
}

/*
 * "\n" is a line break when a reply code, an enhanced code or the end of a literal follows, as
 * Python, JavaScript and Exim's log write it; "C:\new" is none.
 */
static bool
is_break_escape(struct str s, size_t after)
{
	struct str rest = str_slice(s, after, after + 4);

	if (rest.n == 0)
		return true;
	if (rest.p[0] == '\'' || rest.p[0] == '"' || rest.p[0] == '\\' || rest.p[0] == '\n')
		return true;
	return rest.n >= 2 && char_is_digit(rest.p[0]) &&
	       (rest.p[1] == '.' || char_is_digit(rest.p[1]));
}

/* Length of "' +\n   '" (JavaScript joining string literals), or 0. */
static size_t
literal_join(struct str s, size_t at)
{
	size_t i = at;

	if (i >= s.n || (s.p[i] != '\'' && s.p[i] != '"'))
		return 0;
	char quote = s.p[i++];
	while (i < s.n && char_is_blank(s.p[i]))
		i++;
	if (i >= s.n || s.p[i] != '+')
		return 0;
	i++;
	while (i < s.n && i < at + 80 && (char_is_blank(s.p[i]) || s.p[i] == '\n'))
		i++;
	return i < s.n && s.p[i] == quote ? i + 1 - at : 0;
}

bool
paste_escapes(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;
	bool json = is_json(s);
	bool literal = json || str_find(s, STR("b'"), 0) != STR_NPOS ||
		       str_find(s, STR("b\""), 0) != STR_NPOS;

	(void)p;
	for (size_t at = str_find_char(s, '\\', 0); at != STR_NPOS;) {
		int byte = 0;
		size_t length = escape_at(s, at, json, &byte);

		if (length == 0 || (length == 2 && !literal && !is_break_escape(s, at + 2)) ||
		    (length == 4 && byte < ' ' && byte != '\n' && byte != '\t')) {
			at = str_find_char(s, '\\', at + 1);
			continue;
		}
		paste_copy(out, in, done, at);
		if (byte >= 0 && length < ESCAPE_MAX)
			paste_put(out, in, (char)byte, at, at + length);
		else if (byte >= 0)
			paste_put_character(out, in, (uint32_t)byte, at, at + length);
		done = at + length;
		done += literal_join(s, done);
		changed = true;
		at = str_find_char(s, '\\', done);
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}
