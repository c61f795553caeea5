/* SPDX-License-Identifier: MIT */
/* desk_words: what a case is called, what it says in a line, and the words it is looked for by. */
#include "db/desk_local.h"

struct str
case_name(const struct desk_case *c, struct arena *a)
{
	return arena_printf(a, "c%llu", (unsigned long long)c->number);
}

struct str
case_gist(const struct desk_case *c)
{
	struct str all = c->cause.n > 0 ? c->cause : c->last_note;

	return str_slice(all, 0, str_find_char(all, '\n', 0));
}

struct str
case_remark(const struct related_case *r, struct arena *a)
{
	struct str name = case_name(r->c, a), what = case_gist(r->c);

	return arena_printf(a, "%scase %.*s %s%s%.*s",
			    r->relation == RELATED_SESSION ? "" : "sender's ", STR_ARG(name),
			    case_status_text(r->c->status), what.n > 0 ? ": " : "", STR_ARG(what));
}

/* The next word off the head of text; false at its end. */
static bool
next_word(struct str *text, struct str *word)
{
	*text = str_trim(*text);
	size_t end = 0;
	while (end < text->n && text->p[end] != ' ' && text->p[end] != '\t')
		end++;
	*word = str_slice(*text, 0, end);
	*text = str_skip(*text, end);
	return word->n > 0;
}

void
case_query_read(struct case_query *q, struct str text)
{
	struct str rest = text, first;

	q->words = str_trim(text);
	if (!next_word(&rest, &first) || case_status_from_text(first) == CASE_STATUS_COUNT)
		return;
	q->status = case_status_from_text(first);
	q->words = str_trim(rest);
}

bool
case_has_words(struct str said, struct str words)
{
	struct str word;

	while (next_word(&words, &word))
		if (str_find_nocase(said, word, 0) == STR_NPOS)
			return false;
	return true;
}
