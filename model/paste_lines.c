/* SPDX-License-Identifier: MIT */
/*
 * paste_lines: repairs that work on whole lines: line ends, quote marks, syslog's [k/n] pieces,
 * breaks at a fixed column, and the finding that letter case was lost.
 */
#include "model/paste.h"

#define WRAP_MIN_COLUMN  40  /* nobody breaks hard at less, … */
#define WRAP_MAX_COLUMN  132 /* … or at more */
#define CASE_MIN_LETTERS 24  /* fewer letters prove nothing about case */

bool
paste_lines(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);

	(void)p;
	if (str_find_char(s, '\r', 0) == STR_NPOS && str_find_char(s, '\0', 0) == STR_NPOS &&
	    str_find_char(s, '\f', 0) == STR_NPOS)
		return false;
	size_t done = 0;
	for (size_t i = 0; i < in->n; i++) {
		char c = in->p[i];

		if (c != '\r' && c != '\0' && c != '\f')
			continue;
		paste_copy(out, in, done, i);
		done = i + 1;
		if (c == '\r' && i + 1 < in->n && in->p[i + 1] == '\n')
			continue;
		paste_put(out, in, c == '\0' ? ' ' : '\n', i, i + 1);
	}
	paste_copy(out, in, done, in->n);
	return true;
}

/* --- quote marks --- */

/* ">>> DATA" is sendmail's transcript, not a quotation. */
static bool
is_transcript(struct str rest)
{
	static const char *const verbs[] = { "EHLO", "HELO", "MAIL", "RCPT",     "DATA", "BDAT",
					     "RSET", "QUIT", "AUTH", "STARTTLS", "LHLO", "." };

	if (!str_starts(rest, STR(">>> ")))
		return false;
	rest = str_skip(rest, 4);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (str_starts_nocase(rest, str_from(verbs[i])))
			return true;
	}
	return false;
}

/* Bytes of quote marks at the head of a line: "> ", ">>", "> | ". */
static size_t
quote_length(struct str line)
{
	size_t at = 0;
	size_t end = 0;

	while (at < line.n && at < 64) {
		if (line.p[at] == '>' && !is_transcript(str_skip(line, at)))
			end = ++at;
		else if (line.p[at] == '|' && (at + 1 == line.n || char_is_blank(line.p[at + 1])))
			end = ++at;
		else if (char_is_blank(line.p[at]) && end == at && end > 0)
			at++;
		else
			break;
	}
	/* One blank belongs to the mark; further ones are the quoted text's own. */
	if (end > 0 && end < line.n && line.p[end] == ' ')
		end++;
	return end;
}

bool
paste_quotes(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t quoted = 0, lines = 0, done = 0;

	(void)p;
	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		struct str line = str_slice(s, at, line_end(s, at));

		lines += str_trim(line).n > 0;
		quoted += quote_length(line) > 0;
	}
	/* A lone '>' in a long text is more likely a prompt or an arrow. */
	if (quoted == 0 || (quoted < 3 && quoted * 3 < lines))
		return false;
	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		size_t marks = quote_length(str_slice(s, at, line_end(s, at)));

		if (marks == 0)
			continue;
		paste_copy(out, in, done, at);
		done = at + marks;
	}
	paste_copy(out, in, done, s.n);
	return true;
}

/* --- syslog pieces --- */

/* Finds "[k/n] " or "[k\n] " in line; the offset behind it, or 0. */
static size_t
piece_mark(struct str line, unsigned *k)
{
	for (size_t open = str_find_char(line, '[', 0); open != STR_NPOS && open < 200;
	     open = str_find_char(line, '[', open + 1)) {
		size_t at = open + 1;
		unsigned number = 0;

		while (at < line.n && char_is_digit(line.p[at]) && number < 1000)
			number = number * 10 + (unsigned)(line.p[at++] - '0');
		if (number == 0 || at >= line.n || (line.p[at] != '/' && line.p[at] != '\\'))
			continue;
		size_t digits = ++at;
		while (at < line.n && char_is_digit(line.p[at]))
			at++;
		if (at == digits || at >= line.n || line.p[at] != ']')
			continue;
		*k = number;
		at++;
		return at < line.n && line.p[at] == ' ' ? at + 1 : at;
	}
	return 0;
}

bool
paste_pieces(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	unsigned last = 0;
	size_t done = 0;
	bool changed = false;

	(void)p;
	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		unsigned k = 0;
		size_t mark = piece_mark(str_slice(s, at, line_end(s, at)), &k);

		if (mark > 0 && last > 0 && k == last + 1) {
			/* The newline goes as well: the writer cut in the midst of a word. */
			paste_copy(out, in, done, at - 1);
			done = at + mark;
			changed = true;
		}
		last = mark > 0 ? k : 0;
	}
	if (!changed)
		return false;
	paste_copy(out, in, done, s.n);
	return true;
}

/* --- breaks at a fixed column --- */

static size_t
characters(struct str line)
{
	size_t n = 0;
	for (size_t i = 0; i < line.n; i++)
		n += ((unsigned char)line.p[i] & 0xC0) != 0x80;
	return n;
}

/* The column at which lines were broken whatever stood there, or 0. */
static size_t
wrap_column(struct str s, bool *certain)
{
	size_t widest = 0, at_widest = 0, near = 0;

	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		size_t width = characters(str_slice(s, at, line_end(s, at)));
		widest = width > widest ? width : widest;
		if (widest > WRAP_MAX_COLUMN)
			return 0;
	}
	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		size_t end = line_end(s, at);
		size_t width = characters(str_slice(s, at, end));

		if (width == widest && end == s.n)
			return 0; /* nothing follows the longest line: not broken there */
		at_widest += width == widest;
		near += width < widest && widest - width < 8;
	}
	/* Text wrapped at words has many lengths just below the widest. */
	*certain = at_widest >= 3 && at_widest > 2 * near;
	return widest >= WRAP_MIN_COLUMN && at_widest >= 2 && at_widest > near ? widest : 0;
}

/* A break that stands amid a word on both sides, or keeps the blank: proof of a hard wrap. */
static bool
breaks_words(struct str s, size_t column)
{
	size_t inside = 0, total = 0;

	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		size_t end = line_end(s, at);

		if (end + 1 >= s.n || characters(str_slice(s, at, end)) != column)
			continue;
		char before = s.p[end - 1], after = s.p[end + 1];
		total++;
		inside += before == ' ' || (after == ' ' && end + 2 < s.n && s.p[end + 2] != ' ') ||
			  (char_is_alnum(before) && char_lower(after) == after &&
			   char_is_alnum(after));
	}
	return total > 0 && inside * 4 >= total * 3;
}

bool
paste_wraps(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	bool certain = false;
	size_t column = p->is_mail ? 0 : wrap_column(s, &certain);
	size_t done = 0;

	if (column == 0 || (!certain && !breaks_words(s, column)))
		return false;
	for (size_t at = 0; at < s.n; at = line_end(s, at) + 1) {
		size_t end = line_end(s, at);

		if (end + 1 >= s.n || s.p[end + 1] == '\n' ||
		    characters(str_slice(s, at, end)) != column)
			continue;
		paste_copy(out, in, done, end);
		done = end + 1;
	}
	paste_copy(out, in, done, s.n);
	return true;
}

/* --- case --- */

bool
paste_case(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	size_t upper = 0, lower = 0;

	(void)out;
	for (size_t i = 0; i < in->n && (upper == 0 || lower == 0); i++) {
		upper += in->p[i] >= 'A' && in->p[i] <= 'Z';
		lower += in->p[i] >= 'a' && in->p[i] <= 'z';
	}
	p->case_lost = (upper == 0 && lower >= CASE_MIN_LETTERS) ||
		       (lower == 0 && upper >= CASE_MIN_LETTERS);
	if (p->case_lost)
		paste_note_repair(p, "letter case lost");
	return false; /* it can be known, not mended */
}
