/* SPDX-License-Identifier: MIT */
/*
 * foreign: the matcher. Patterns are literal pieces, so a text is read once per pattern and nothing
 * backtracks; texts are cut to what any reply needs.
 */
#include "model/foreign_table.h"

#define FOREIGN_TEXT_MAX 4096

const char *
foreign_class_text(enum foreign_class c)
{
#define FOREIGN_CLASS_TEXT(id, text) text,
	static const char *const texts[] = { FOREIGN_CLASS_LIST(FOREIGN_CLASS_TEXT) };
	_Static_assert(sizeof(texts) / sizeof(texts[0]) == FOREIGN_CLASS_COUNT,
		       "one text per class");
	return (unsigned)c < FOREIGN_CLASS_COUNT ? texts[c] : "";
}

static const char *
owner_name(enum foreign_owner o)
{
#define FOREIGN_OWNER_NAME(id, name, kind) name,
	static const char *const names[] = { FOREIGN_OWNER_LIST(FOREIGN_OWNER_NAME) };
	return names[o];
}

static enum foreign_kind
owner_kind(enum foreign_owner o)
{
#define FOREIGN_OWNER_KIND(id, name, kind) kind,
	static const enum foreign_kind kinds[] = { FOREIGN_OWNER_LIST(FOREIGN_OWNER_KIND) };
	return kinds[o];
}

/* --- texts --- */

struct plain {
	char p[FOREIGN_TEXT_MAX];
	size_t n;
};

/* A code that a program left in the middle when it joined lines: "550-5.7.26 ", "550-". */
static size_t
repeated_code(struct str s)
{
	struct enhanced e;

	if (s.n < 4 || (s.p[0] != '4' && s.p[0] != '5') || !char_is_digit(s.p[1]) ||
	    !char_is_digit(s.p[2]) || (s.p[3] != '-' && s.p[3] != ' '))
		return 0;
	size_t n = enhanced_parse(str_skip(s, 4), &e);
	return n > 0 ? 4 + n : s.p[3] == '-' ? 4 : 0;
}

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Lower case, one blank for any, repeated codes left out. */
static void
plain_from(struct plain *out, struct str s)
{
	size_t i = 0;

	out->n = 0;
	while (i < s.n && out->n + 1 < sizeof(out->p)) {
		bool begins = out->n == 0 || out->p[out->n - 1] == ' ';
		size_t code = begins ? repeated_code(str_skip(s, i)) : 0;

		if (code > 0) {
			i += code;
		} else if (!is_gap(s.p[i])) {
			out->p[out->n++] = char_lower(s.p[i++]);
		} else {
			if (!begins)
				out->p[out->n++] = ' ';
			i++;
		}
	}
}

/* Where the piece begins at or behind from: as words of their own, if it begins with a letter. */
static size_t
piece_at(struct str text, struct str piece, size_t from)
{
	size_t at = str_find(text, piece, from);

	while (at != STR_NPOS && at > 0 && char_is_alnum(piece.p[0]) &&
	       (char_is_alnum(text.p[at - 1]) || text.p[at - 1] == '-'))
		at = str_find(text, piece, at + 1);
	return at;
}

static bool
matches(const struct plain *text, const char *pattern)
{
	struct str s = { text->p, text->n };
	struct str rest = str_from(pattern);
	size_t from = 0;

	while (rest.n > 0) {
		size_t star = str_find_char(rest, '*', 0);
		struct str piece = str_slice(rest, 0, star == STR_NPOS ? rest.n : star);
		size_t at = piece.n > 0 ? piece_at(s, piece, from) : from;

		if (at == STR_NPOS)
			return false;
		from = at + piece.n;
		rest = str_skip(rest, piece.n + (star != STR_NPOS));
	}
	return true;
}

/* ".7.26" */
static bool
has_code(struct enhanced e, const char *code)
{
	unsigned part[2] = { 0, 0 };

	for (int k = 0; k < 2; k++) {
		code++;
		while (char_is_digit(*code))
			part[k] = part[k] * 10 + (unsigned)(*code++ - '0');
	}
	return e.class > 0 && e.subject == part[0] && e.detail == part[1];
}

/* --- rows --- */

static enum foreign_owner
owner_of_host(struct str host)
{
	while (host.n > 0 && host.p[host.n - 1] == '.')
		host.n--;
	for (size_t i = 0; i < foreign_n_hosts; i++) {
		struct str domain = str_from(foreign_hosts[i].pattern);
		struct str end = str_skip(host, host.n > domain.n ? host.n - domain.n : 0);

		if (str_eq_nocase(end, domain) &&
		    (host.n == domain.n || host.p[host.n - domain.n - 1] == '.'))
			return foreign_hosts[i].owner;
	}
	return OWNER_NOBODY;
}

/* Microsoft alone numbers details so high; the registry ends at 30. */
#define OWN_DETAIL_MIN 500

static enum foreign_owner
owner_of_words(const struct plain *text, struct enhanced e)
{
	if (e.class > 0 && e.subject == 7 && e.detail >= OWN_DETAIL_MIN)
		return OWNER_MICROSOFT;
	for (size_t i = 0; i < foreign_n_marks; i++) {
		if (matches(text, foreign_marks[i].pattern))
			return foreign_marks[i].owner;
	}
	return OWNER_NOBODY;
}

static const struct foreign_text *
row_of(const struct foreign_text *rows, size_t n, enum foreign_owner owner,
       const struct plain *text, struct enhanced e)
{
	for (size_t i = 0; i < n; i++) {
		if (owner != OWNER_NOBODY && rows[i].owner != owner)
			continue;
		if ((!rows[i].code || has_code(e, rows[i].code)) &&
		    (!rows[i].pattern || matches(text, rows[i].pattern)))
			return &rows[i];
	}
	return NULL;
}

struct foreign
foreign_reply(struct str text, struct enhanced e, struct str host)
{
	struct foreign f = { 0 };
	struct plain plain;
	const struct foreign_text *row = NULL;

	plain_from(&plain, text);
	enum foreign_owner by_words = owner_of_words(&plain, e);
	enum foreign_owner speaker = owner_of_host(host);
	if (speaker == OWNER_NOBODY)
		speaker = by_words;
	if (speaker != OWNER_NOBODY) {
		f.speaker = owner_name(speaker);
		f.kind = owner_kind(speaker);
		f.proves = by_words != OWNER_NOBODY;
		row = row_of(foreign_texts, foreign_n_texts, speaker, &plain, e);
		/* A filter's words from a provider's host. */
		if (!row && by_words != OWNER_NOBODY && by_words != speaker)
			row = row_of(foreign_texts, foreign_n_texts, by_words, &plain, e);
	}
	if (!row) {
		row = row_of(foreign_stock, foreign_n_stock, OWNER_NOBODY, &plain, e);
		if (row)
			f.program = owner_name(row->owner);
	}
	for (size_t i = 0; i < foreign_n_lists && !f.list; i++) {
		if (matches(&plain, foreign_lists[i].pattern))
			f.list = foreign_lists[i].name;
	}
	/* Whoever names a blocklist has said more than a word that many say. */
	if (f.list && row && row->owner == OWNER_NOBODY)
		row = NULL;
	if (row) {
		f.class = row->class;
		f.meaning = row->meaning;
	} else if (f.list) {
		f.class = FOREIGN_REPUTATION;
		f.meaning = "the sending IP or a domain is on a blocklist";
	}
	return f;
}

struct foreign
foreign_notice(struct str text)
{
	struct foreign f = { 0 };
	struct plain plain;

	plain_from(&plain, text);
	const struct foreign_text *row = row_of(foreign_notices, foreign_n_notices, OWNER_NOBODY,
						&plain, (struct enhanced){ 0 });
	if (!row)
		return f;
	if (owner_kind(row->owner) == FOREIGN_KIND_STOCK)
		f.program = owner_name(row->owner);
	else
		f.speaker = owner_name(row->owner);
	f.kind = f.speaker ? owner_kind(row->owner) : FOREIGN_KIND_NONE;
	f.class = row->class;
	f.meaning = row->meaning;
	return f;
}
