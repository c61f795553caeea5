/* SPDX-License-Identifier: MIT */
/*
 * paste_decode: transfer encodings in a text that has lost the header saying so: base64,
 * quoted-printable, HTML. Each first asks whether the text evidently is so encoded.
 */
#include "model/paste.h"

#include "base/utf8.h"
#include "model/paste_entity.h"

#define BASE64_MIN_CHARS 40

/* --- base64 --- */

static int
base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (char_is_digit(c))
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* A line of nothing but base64, with padding at most at its end. */
static bool
is_base64_line(struct str line)
{
	size_t n = line.n;

	while (n > 0 && line.n - n < 2 && line.p[n - 1] == '=')
		n--;
	for (size_t i = 0; i < n; i++) {
		if (base64_value(line.p[i]) < 0)
			return false;
	}
	return n > 0;
}

/* Appends what bytes [from, to) of in decode to; false if that is no text. */
bool
paste_base64_block(const struct paste_text *in, size_t from, size_t to, struct paste_text *out)
{
	uint32_t bits = 0;
	unsigned have = 0;
	size_t first = from, before = out->n, odd = 0;

	for (size_t i = from; i < to; i++) {
		int v = base64_value(in->p[i]);

		if (v < 0)
			continue;
		if (have == 0)
			first = i;
		bits = bits << 6 | (uint32_t)v;
		have += 6;
		if (have < 8)
			continue;
		have -= 8;
		char c = (char)(bits >> have & 0xFF);
		odd += ((unsigned char)c < ' ' && c != '\n' && c != '\r' && c != '\t') || c == 127;
		if (c != '\r')
			paste_put(out, in, c, first, i + 1);
		first = i;
	}
	struct str made = { out->p + before, out->n - before };
	size_t invalid = 0;
	for (size_t i = 0; i < made.n;) {
		uint32_t cp = 0;
		size_t length = utf8_decode(made, i, &cp);
		invalid += cp == 0xFFFD && length == 1;
		i += length;
	}
	return made.n > 0 && odd * 50 <= made.n && invalid * 8 <= made.n;
}

bool
paste_base64(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t at = 0; at < s.n;) {
		size_t stop = at;
		size_t end = at;

		while (stop < s.n) {
			end = line_end(s, stop);
			if (!is_base64_line(str_trim(str_slice(s, stop, end))))
				break;
			stop = end + 1;
		}
		if (stop > s.n)
			stop = s.n;
		if (stop - at >= BASE64_MIN_CHARS) {
			size_t before = out->n;

			paste_copy(out, in, done, at);
			if (paste_base64_block(in, at, stop, out)) {
				paste_put(out, in, '\n', stop - 1, stop);
				done = stop;
				changed = true;
			} else {
				out->n = before;
			}
		}
		at = stop > at ? stop : end + 1;
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}

/* --- quoted-printable --- */

static bool
is_qp_pair(struct str s, size_t at)
{
	return at + 2 < s.n && s.p[at] == '=' && char_hex(s.p[at + 1]) >= 0 &&
	       char_hex(s.p[at + 2]) >= 0;
}

/* The end of a soft break "=  \n" at `at`, or 0. */
static size_t
soft_break(struct str s, size_t at)
{
	size_t i = at + 1;

	while (i < s.n && (char_is_blank(s.p[i]) || s.p[i] == '\r'))
		i++;
	return i < s.n && s.p[i] == '\n' ? i + 1 : 0;
}

/* "=" at a line's end proves it, as do the escapes that every QP text with '=' in it has. */
static bool
is_qp(struct str s)
{
	size_t proofs = 0, against = 0;

	for (size_t at = str_find_char(s, '=', 0); at != STR_NPOS;
	     at = str_find_char(s, '=', at + 1)) {
		size_t after = soft_break(s, at);

		if (after > 0)
			proofs += after < s.n && s.p[after] != '\n' && s.p[after] != '=';
		else if (!is_qp_pair(s, at))
			against++;
		else if (s.p[at + 1] == '3' && char_lower(s.p[at + 2]) == 'd')
			/* "id=3D29D566A21" may be a queue ID that begins so. */
			proofs += at + 3 < s.n && char_hex(s.p[at + 3]) >= 0 ? 0 : 2;
		else
			proofs += char_hex(s.p[at + 1]) >= 8 ||
				  str_starts(str_skip(s, at), STR("=20\n"));
	}
	return proofs > against;
}

void
paste_qp_block(const struct paste_text *in, size_t from, size_t to, struct paste_text *out)
{
	struct str s = str_slice(paste_text_str(in), 0, to);
	size_t done = from;

	for (size_t at = str_find_char(s, '=', from); at != STR_NPOS;) {
		size_t after = soft_break(s, at);

		if (after > 0 || at + 1 == s.n) {
			paste_copy(out, in, done, at);
			done = after > 0 ? after : s.n;
		} else if (is_qp_pair(s, at)) {
			paste_copy(out, in, done, at);
			int byte = char_hex(s.p[at + 1]) * 16 + char_hex(s.p[at + 2]);
			if (byte != '\r')
				paste_put(out, in, byte == 0 ? ' ' : (char)byte, at, at + 3);
			done = at + 3;
		} else {
			at = str_find_char(s, '=', at + 1);
			continue;
		}
		at = str_find_char(s, '=', done);
	}
	paste_copy(out, in, done, s.n);
}

bool
paste_qp(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	(void)p;
	if (!is_qp(paste_text_str(in)))
		return false;
	paste_qp_block(in, 0, in->n, out);
	return true;
}

/* --- HTML --- */

/* Name, and whether the tag ends a line. Only known names are tags: <a@b> is an address. */
static const struct tag {
	const char *name;
	bool breaks;
} tags[] = {
	{ "a", false },         { "abbr", false },    { "b", false },      { "big", false },
	{ "blockquote", true }, { "body", true },     { "br", true },      { "center", true },
	{ "cite", false },      { "code", false },    { "col", false },    { "colgroup", false },
	{ "dd", true },         { "div", true },      { "dl", true },      { "dt", true },
	{ "em", false },        { "font", false },    { "footer", true },  { "h1", true },
	{ "h2", true },         { "h3", true },       { "h4", true },      { "head", true },
	{ "header", true },     { "hr", true },       { "html", true },    { "i", false },
	{ "img", false },       { "ins", false },     { "label", false },  { "li", true },
	{ "link", true },       { "meta", true },     { "o:p", false },    { "ol", true },
	{ "p", true },          { "pre", true },      { "s", false },      { "section", true },
	{ "small", false },     { "span", false },    { "strong", false }, { "style", true },
	{ "sub", false },       { "sup", false },     { "table", true },   { "tbody", true },
	{ "td", false },        { "th", false },      { "thead", true },   { "title", true },
	{ "tr", true },         { "tt", false },      { "u", false },      { "ul", true },
	{ "wbr", false },       { "!doctype", true }, { "!--", false },
};

#define TAG_MAX_BYTES 4096

/* The tag at s.p[at] == '<', with its end; NULL if that is no tag. */
static const struct tag *
tag_at(struct str s, size_t at, size_t *end)
{
	size_t from = at + 1;

	if (from < s.n && s.p[from] == '/')
		from++;
	if (from >= s.n || (!char_is_alpha(s.p[from]) && s.p[from] != '!'))
		return NULL;
	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		struct str rest = str_slice(s, from, from + TAG_MAX_BYTES);

		if (!str_starts_word(rest, tags[i].name))
			continue;
		struct str name = str_from(tags[i].name);
		char after = rest.n > name.n ? rest.p[name.n] : '\0';
		if (after != '>' && after != '/' && after != '-' && !char_is_blank(after) &&
		    after != '\n')
			continue;
		size_t close = str_find_char(rest, '>', name.n);
		if (close == STR_NPOS ||
		    str_find_char(str_slice(rest, 0, close), '<', 0) != STR_NPOS)
			return NULL;
		*end = from + close + 1;
		return &tags[i];
	}
	return NULL;
}

static bool
ends_line(const struct paste_text *out)
{
	return out->n == 0 || out->p[out->n - 1] == '\n';
}

static size_t
html_tag(const struct paste_text *in, size_t at, struct paste_text *out, bool *changed)
{
	size_t end = 0;
	const struct tag *t = tag_at(paste_text_str(in), at, &end);

	if (!t) {
		paste_copy(out, in, at, at + 1);
		return at + 1;
	}
	*changed = true;
	/* "<br>" before a line end of the source is one break, not two. */
	if (t->breaks && !ends_line(out) && (end >= in->n || in->p[end] != '\n'))
		paste_put(out, in, '\n', at, end);
	return end;
}

static size_t
html_entity(const struct paste_text *in, size_t at, struct paste_text *out, bool *changed)
{
	uint32_t cp = 0;
	size_t length = entity_decode(str_skip(paste_text_str(in), at), &cp);

	if (length == 0) {
		paste_copy(out, in, at, at + 1);
		return at + 1;
	}
	*changed = true;
	paste_put_character(out, in, cp, at, at + length);
	return at + length;
}

bool
paste_html(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	bool changed = false;
	size_t done = 0;

	(void)p;
	for (size_t i = 0; i < in->n;) {
		char c = in->p[i];
		char next = i + 1 < in->n ? in->p[i + 1] : '\0';

		if ((c != '<' && c != '&') ||
		    (!char_is_alpha(next) && next != '#' && next != '/' && next != '!')) {
			i++;
			continue;
		}
		paste_copy(out, in, done, i);
		i = c == '<' ? html_tag(in, i, out, &changed) : html_entity(in, i, out, &changed);
		done = i;
	}
	if (changed)
		paste_copy(out, in, done, in->n);
	return changed;
}
