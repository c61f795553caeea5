/* SPDX-License-Identifier: MIT */
/*
 * explain_words: what is said about each class of reply: data, whole sentences. A class that has
 * no words of its own for one side is spoken of as CLASS_NONE is. Sentences to people hold no word
 * of the trade; those to postmasters may.
 */
#ifndef MODEL_EXPLAIN_WORDS_H
#define MODEL_EXPLAIN_WORDS_H

#include "model/reply_class.h"

/* Whose doing a refusal of ours is. */
enum explain_doing {
	DOING_OUR_RULE,     /* we chose so */
	DOING_THEIR_SYSTEM, /* our rule asks what the sender's system does not fulfil */
	DOING_THE_MESSAGE,  /* what was sent, or to whom */
	DOING_OUR_TROUBLE,  /* something of ours did not work */
	DOING_COUNT,
};
const char *explain_doing_text(enum explain_doing d);

/* Our gateway refused mail. */
struct our_words {
	enum explain_doing doing;
	const char *why;    /* to the local user */
	const char *tell;   /* to the sender, in the second person */
	const char *cause;  /* to the postmaster of the system that was refused */
	const char *change; /* to him: what to change */
};

/* Another system refused mail from our gateway, or could not be reached. */
struct their_words {
	const char *why;   /* to our user */
	const char *then;  /* to him: what he can do */
	const char *cause; /* to the postmaster there */
	const char *ask;   /* to him: what we ask for */
};

/* Complete: no member is NULL. */
const struct our_words *explain_our_words(enum reply_class c);
const struct their_words *explain_their_words(enum reply_class c);

#endif
