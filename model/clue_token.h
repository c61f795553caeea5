/* SPDX-License-Identifier: MIT */
/* clue_token: what clue_token.c and clue_parted.c share about the words of a paste. */
#ifndef MODEL_CLUE_TOKEN_H
#define MODEL_CLUE_TOKEN_H

#include "model/clue.h"

#define TOKEN_MAX 64

struct token_scan {
	struct clue_set *s;
	struct str t;
	size_t word_from, word_to; /* the word before */
};

struct token_look {
	size_t digits, upper, lower, hex, dots, others;
	size_t letters_run; /* longest run of letters */
};

struct token_look clue_token_look(struct str token);
/* Adds a token as an identifier unless it is something commonplace. */
void clue_token_add(struct token_scan *k, struct str token, size_t from, size_t to, bool announced,
		    const char *repair);

/* --- clue_parted.c --- */

/* The announced token in [from, to) together with what follows a line's end. */
void clue_token_joined(struct token_scan *k, size_t from, size_t to);
/* The token that begins at `from`, when it is written in groups. */
void clue_token_spelt(struct token_scan *k, size_t from);
/* "idDE8B35669D4": the length of the announcing word to which a token is glued, or 0. */
size_t clue_token_glued(struct str word);

static inline bool
char_is_token(char c)
{
	return char_is_alnum(c) || c == '.' || c == '_' || c == '-';
}

/* 6-6-2 or 6-11-4: clue_id.c has seen it. */
static inline bool
token_is_eximish(struct str token)
{
	return (token.n == 16 && token.p[6] == '-' && token.p[13] == '-') ||
	       (token.n == 23 && token.p[6] == '-' && token.p[18] == '-');
}

#endif
