/* SPDX-License-Identifier: MIT */
/*
 * said: does a text say what a shape of a reply (model/reply.h) says? People remember half a
 * sentence, and senders wrap and cut what they quote; so runs of words are compared, not lines.
 */
#ifndef MODEL_SAID_H
#define MODEL_SAID_H

#include <stdint.h>

#include "base/str.h"

enum { SAID_WORDS_MAX = 200 }; /* of a text; what follows is not read */

/* A text as it is compared: its words without punctuation, in small letters. */
struct said {
	uint64_t words[SAID_WORDS_MAX]; /* hashes */
	uint8_t bytes[SAID_WORDS_MAX];
	size_t n;
};

/* '*' (what changes from message to message) parts runs of words. */
void said_init(struct said *s, struct str text);
/*
 * How well they agree, to be compared with other shapes': by their longest common run of words. 0
 * when that is less than three words, or neither most of the text nor most of the shape.
 */
size_t said_match(const struct said *text, const struct said *shape);

#endif
