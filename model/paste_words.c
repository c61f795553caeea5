/* SPDX-License-Identifier: MIT */
/*
 * paste_words: encoded words of mail headers, "=?iso-8859-7?Q?=D3=E1?=" (RFC 2047): a subject that
 * no log holds in that form.
 */
#include "model/paste.h"

#include <stdlib.h>

#define WORD_MAX 1024

struct word {
	struct str charset;
	char encoding;   /* 'q' or 'b' */
	size_t from, to; /* the encoded text */
	size_t end;      /* behind "?=" */
};

static bool
word_at(struct str s, size_t at, struct word *w)
{
	struct str rest = str_slice(s, at, at + WORD_MAX);

	if (!str_starts(rest, STR("=?")))
		return false;
	size_t q1 = str_find_char(rest, '?', 2);
	if (q1 == STR_NPOS || q1 == 2 || q1 > 40 || q1 + 2 >= rest.n || rest.p[q1 + 2] != '?')
		return false;
	w->charset = str_slice(rest, 2, q1);
	w->encoding = char_lower(rest.p[q1 + 1]);
	size_t close = str_find(rest, STR("?="), q1 + 3);
	if (close == STR_NPOS || (w->encoding != 'q' && w->encoding != 'b') ||
	    str_find_char(str_slice(rest, 0, close), '\n', 0) != STR_NPOS)
		return false;
	w->from = at + q1 + 3;
	w->to = at + close;
	w->end = at + close + 2;
	return true;
}

static void
decode(const struct paste_text *in, const struct word *w, struct paste_text *out)
{
	struct paste_text bytes = { 0 };

	if (w->encoding == 'b')
		paste_base64_block(in, w->from, w->to, &bytes);
	else
		paste_qp_block(in, w->from, w->to, &bytes);
	for (size_t i = 0; w->encoding == 'q' && i < bytes.n; i++) {
		if (bytes.p[i] == '_' && bytes.span[i] == 1)
			bytes.p[i] = ' ';
	}
	paste_to_utf8(&bytes, w->charset, out);
	paste_text_release(&bytes);
}

bool
paste_words(struct paste *p, const struct paste_text *in, struct paste_text *out)
{
	struct str s = paste_text_str(in);
	size_t done = 0;
	bool changed = false;
	struct word w;

	(void)p;
	for (size_t at = str_find(s, STR("=?"), 0); at != STR_NPOS;) {
		if (!word_at(s, at, &w)) {
			at = str_find(s, STR("=?"), at + 2);
			continue;
		}
		/* Blanks between two encoded words are not part of the text. */
		size_t gap = done;
		while (gap < at && (char_is_blank(s.p[gap]) || s.p[gap] == '\n'))
			gap++;
		if (!changed || gap < at)
			paste_copy(out, in, done, at);
		decode(in, &w, out);
		done = w.end;
		changed = true;
		at = str_find(s, STR("=?"), done);
	}
	if (changed)
		paste_copy(out, in, done, s.n);
	return changed;
}
