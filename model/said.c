/* SPDX-License-Identifier: MIT */
/* said: the longest common run of words, by the usual table of which one row is kept. */
#include "model/said.h"

#include "base/hash.h"

#define LEAST_WORDS 3
#define LEAST_BYTES 14
#define MOST_OF     0.6

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '*';
}

static bool
is_part(char c)
{
	return char_is_alnum(c) || (unsigned char)c >= 0x80;
}

static void
add_word(struct said *s, struct str w)
{
	/* An address is what somebody added to the sentence. */
	if (str_find_char(w, '@', 0) != STR_NPOS)
		return;
	while (w.n > 0 && !is_part(w.p[0]))
		w = str_skip(w, 1);
	while (w.n > 0 && !is_part(w.p[w.n - 1]))
		w.n--;
	if (w.n == 0 || s->n == SAID_WORDS_MAX)
		return;
	s->words[s->n] = hash_nocase(w, 1);
	s->bytes[s->n++] = (uint8_t)(w.n < UINT8_MAX ? w.n : UINT8_MAX);
}

void
said_init(struct said *s, struct str text)
{
	s->n = 0;
	for (size_t i = 0; i < text.n && s->n < SAID_WORDS_MAX;) {
		size_t from = i;

		while (i < text.n && !is_gap(text.p[i]))
			i++;
		add_word(s, str_slice(text, from, i));
		/* A word that equals no other. */
		if (i < text.n && text.p[i] == '*' && s->n < SAID_WORDS_MAX) {
			s->words[s->n] = UINT64_MAX - s->n;
			s->bytes[s->n++] = 0;
		}
		i++;
	}
}

static size_t
bytes_of(const struct said *s, size_t from, size_t to)
{
	size_t sum = 0;

	for (size_t i = from; i < to; i++)
		sum += s->bytes[i];
	return sum;
}

size_t
said_match(const struct said *text, const struct said *shape)
{
	uint16_t row[SAID_WORDS_MAX + 1] = { 0 };
	size_t best = 0, words = 0;

	for (size_t i = 0; i < text->n; i++) {
		uint16_t diagonal = 0;

		for (size_t k = 0; k < shape->n; k++) {
			uint16_t up = row[k + 1];

			row[k + 1] = text->words[i] == shape->words[k] && shape->bytes[k] > 0
					     ? (uint16_t)(diagonal + 1)
					     : 0;
			diagonal = up;
			if (row[k + 1] < LEAST_WORDS || row[k + 1] < words)
				continue;
			size_t bytes = bytes_of(shape, k + 1 - row[k + 1], k + 1);
			words = row[k + 1];
			best = bytes > best ? bytes : best;
		}
	}
	size_t all = bytes_of(shape, 0, shape->n), most = bytes_of(text, 0, text->n);
	if (best < LEAST_BYTES ||
	    ((double)best < MOST_OF * (double)all && (double)best < MOST_OF * (double)most))
		return 0;
	/* Of two that share as much, the one that says less besides. */
	return best * 256 - (all - best < 255 ? all - best : 255);
}
