/* SPDX-License-Identifier: MIT */
/* text_filter: see the header. */
#include "model/text_filter.h"

void
text_filter_add(struct text_filter *f, struct str text, struct arena *a)
{
	for (size_t from = 0, to; from < text.n; from = to + 1) {
		to = from;
		while (to < text.n && text.p[to] != ' ' && text.p[to] != '\t')
			to++;
		if (to > from && f->n_words < TEXT_FILTER_MAX_WORDS)
			f->words[f->n_words++] = arena_str(a, str_slice(text, from, to));
	}
}

static bool
has(struct str text, struct str word)
{
	return text.n >= word.n && str_find_nocase(text, word, 0) != STR_NPOS;
}

static bool
word_in_recipients(const struct session *s, struct str word)
{
	for (size_t i = 0; i < s->n_recipients; i++) {
		const struct recipient *r = &s->recipients[i];

		if (has(r->address, word) || has(r->original, word) || has(r->reply.text, word) ||
		    has(r->remote_host, word) || has(r->remote_ip, word))
			return true;
	}
	return false;
}

static bool
word_in_session(const struct session *s, struct str word)
{
	const struct str texts[] = { s->gateway_name,
		                     s->peer_ip,
		                     s->peer_host,
		                     s->helo,
		                     s->sender,
		                     s->user,
		                     s->subject,
		                     s->header_from,
		                     s->reply.text,
		                     s->connection,
		                     str_from(stage_text(s->stage)),
		                     str_from(verdict_text(s->verdict)),
		                     str_from(direction_text(s->direction)) };

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (has(texts[i], word))
			return true;
	for (size_t i = 0; i < s->n_identifiers; i++)
		if (has(s->identifiers[i].text, word))
			return true;
	return word_in_recipients(s, word);
}

unsigned
text_filter_missing(const struct text_filter *f, const struct session *s)
{
	unsigned missing = 0;

	for (size_t i = 0; i < f->n_words; i++)
		if (!word_in_session(s, f->words[i]))
			missing |= 1u << i;
	return missing;
}

unsigned
text_filter_missing_in_line(const struct text_filter *f, unsigned missing, struct str line)
{
	for (size_t i = 0; i < f->n_words; i++)
		if (missing >> i & 1 && has(line, f->words[i]))
			missing &= ~(1u << i);
	return missing;
}
