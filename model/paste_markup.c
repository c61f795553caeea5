/* SPDX-License-Identifier: MIT */
/*
 * paste_markup: what editors, ticket systems and browsers wrap around a text: Rich Text Format,
 * Markdown, the percent signs of a link. HTML is paste_html.c's.
 */
#include "model/paste.h"

/* --- Rich Text Format --- */

struct rtf {
	const struct paste_text *in;
	struct paste_text *out;
	struct str s;
	size_t at;
};

/* Groups that hold fonts, colours, pictures: no text. */
static bool
is_rtf_destination(struct str group)
{
	static const char *const names[] = { "{\\*",          "{\\fonttbl", "{\\colortbl",
					     "{\\stylesheet", "{\\info",    "{\\pict" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_starts(group, str_from(names[i])))
			return true;
	}
	return false;
}

static size_t
rtf_group_end(struct str s, size_t at)
{
	unsigned depth = 0;

	for (; at < s.n; at++) {
		if (s.p[at] == '\\')
			at++;
		else if (s.p[at] == '{')
			depth++;
		else if (s.p[at] == '}' && --depth == 0)
			return at + 1;
	}
	return s.n;
}

/* "\uN" is followed by one character for readers that know no Unicode. */
static void
rtf_skip_fallback(struct rtf *r)
{
	if (r->at < r->s.n && r->s.p[r->at] == '\\' && r->at + 1 < r->s.n &&
	    r->s.p[r->at + 1] == '\'')
		r->at += 4;
	else if (r->at < r->s.n && r->s.p[r->at] != '\\' && r->s.p[r->at] != '{' &&
		 r->s.p[r->at] != '}' && r->s.p[r->at] != '\n')
		r->at++;
}

/* "\par", "\u8217?", "\fs22 ": the word at r->at, behind the backslash at `from`. */
static void
rtf_word(struct rtf *r, size_t from)
{
	size_t word = r->at;

	while (r->at < r->s.n && char_is_alpha(r->s.p[r->at]) && r->at - word < 32)
		r->at++;
	struct str name = str_slice(r->s, word, r->at);
	bool negative = r->at < r->s.n && r->s.p[r->at] == '-';
	int32_t number = 0;
	r->at += negative;
	for (size_t digits = 0; r->at < r->s.n && char_is_digit(r->s.p[r->at]) && digits < 6;
	     digits++)
		number = number * 10 + (r->s.p[r->at++] - '0');
	if (r->at < r->s.n && r->s.p[r->at] == ' ')
		r->at++;
	if (str_eq(name, STR("par")) || str_eq(name, STR("line")) || str_eq(name, STR("row"))) {
		paste_put(r->out, r->in, '\n', from, r->at);
	} else if (str_eq(name, STR("tab")) || str_eq(name, STR("cell"))) {
		paste_put(r->out, r->in, ' ', from, r->at);
	} else if (str_eq(name, STR("u"))) {
		uint32_t cp = (uint32_t)(negative ? 65536 - number : number);
		if (cp >= ' ' && cp < 0x10000 && (cp < 0xD800 || cp > 0xDFFF))
			paste_put_character(r->out, r->in, cp, from, r->at);
		rtf_skip_fallback(r);
	}
}

/* What follows the backslash at r->at. */
static void
rtf_control(struct rtf *r)
{
	size_t from = r->at++;
	char c = r->at < r->s.n ? r->s.p[r->at] : '\0';

	if (char_is_alpha(c)) {
		rtf_word(r, from);
		return;
	}
	r->at++;
	if (c == '\'' && r->at + 1 < r->s.n && char_hex(r->s.p[r->at]) >= 0 &&
	    char_hex(r->s.p[r->at + 1]) >= 0) {
		unsigned byte =
			(unsigned)(char_hex(r->s.p[r->at]) * 16 + char_hex(r->s.p[r->at + 1]));
		r->at += 2;
		if (byte >= ' ')
			paste_put_character(r->out, r->in, windows_character(byte), from, r->at);
	} else if (c == '~' || c == '_') { /* blank and hyphen that do not break */
		paste_put(r->out, r->in, c == '~' ? ' ' : '-', from, r->at);
	} else if (c == '\\' || c == '{' || c == '}') {
		paste_put(r->out, r->in, c, from, r->at);
	}
}

bool
paste_rtf(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct rtf r = { .in = in, .out = out, .s = paste_text_str(in) };
	size_t begin = str_find(r.s, STR("{\\rtf"), 0);

	(void)p;
	if (begin == STR_NPOS)
		return false;
	size_t end = rtf_group_end(r.s, begin);
	paste_copy(out, in, 0, begin);
	for (r.at = begin; r.at < end;) {
		char c = r.s.p[r.at];

		if (c == '\\') {
			rtf_control(&r);
		} else if (c == '{' && is_rtf_destination(str_slice(r.s, r.at, r.at + 16))) {
			r.at = rtf_group_end(r.s, r.at);
		} else {
			if (c != '{' && c != '}' && c != '\n')
				paste_copy(out, in, r.at, r.at + 1);
			r.at++;
		}
	}
	if (r.at < r.s.n)
		paste_put(out, in, '\n', r.at - 1, r.at);
	paste_copy(out, in, r.at, r.s.n);
	return true;
}

/* --- Markdown --- */

/* "\-", "\_": a sign that would mean something else without the backslash. */
static bool
is_escaped_sign(struct str s, size_t at)
{
	return at + 1 < s.n && s.p[at] == '\\' && s.p[at + 1] != '\0' &&
	       strchr("-_*.<>[]()#+!`|~", s.p[at + 1]) && (at == 0 || s.p[at - 1] != '\\');
}

/* "**bold**": at one of its ends a word stands; Exim's "** failed" has blanks about it. */
static bool
is_bold_mark(struct str s, size_t at)
{
	if (at + 1 >= s.n || s.p[at] != '*' || s.p[at + 1] != '*')
		return false;
	char before = at > 0 ? s.p[at - 1] : ' ';
	char after = at + 2 < s.n ? s.p[at + 2] : ' ';
	bool word_before = !char_is_blank(before) && before != '\n' && before != '*';
	bool word_after = !char_is_blank(after) && after != '\n' && after != '*';

	return word_before != word_after || (word_before && char_is_alnum(before));
}

bool
paste_markdown(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t at = 0; at < s.n; at++) {
		size_t length = is_escaped_sign(s, at) ? 1 : is_bold_mark(s, at) ? 2 : 0;

		if (length == 0)
			continue;
		paste_copy(out, in, done, at);
		done = at + length;
		at = done - (length == 2); /* what was escaped is no mark */
		changed = true;
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}

/* --- links --- */

#define PERCENT_LEAST 2 /* of one word: "50%20" alone may be a number */

static bool
is_percent_pair(struct str s, size_t at)
{
	return at + 2 < s.n && s.p[at] == '%' && char_hex(s.p[at + 1]) >= 0 &&
	       char_hex(s.p[at + 2]) >= 0;
}

/* Decodes the word [at, end); in a query '+' is a blank when no other blank is there. */
static void
percent_word(const struct paste_text *in, size_t at, size_t end, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	struct str word = str_slice(s, at, end);
	bool plus = str_find_char(word, '?', 0) != STR_NPOS &&
		    str_find(word, STR("%20"), 0) == STR_NPOS;

	while (at < end) {
		if (is_percent_pair(s, at)) {
			int byte = char_hex(s.p[at + 1]) * 16 + char_hex(s.p[at + 2]);

			if (byte != '\r')
				paste_put(out, in, byte == 0 ? ' ' : (char)byte, at, at + 3);
			at += 3;
			continue;
		}
		paste_put(out, in, plus && s.p[at] == '+' ? ' ' : s.p[at], at, at + 1);
		at++;
	}
}

bool
paste_percent(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t at = 0; at < s.n;) {
		size_t pairs = 0, end = at;

		for (; end < s.n && !char_is_blank(s.p[end]) && s.p[end] != '\n'; end++)
			pairs += is_percent_pair(s, end);
		if (pairs >= PERCENT_LEAST) {
			paste_copy(out, in, done, at);
			percent_word(in, at, end, out);
			done = end;
			changed = true;
		}
		at = end + 1;
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}
