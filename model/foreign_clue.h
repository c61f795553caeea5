/* SPDX-License-Identifier: MIT */
/* foreign_clue: what is known of the refusal in a paste by its words. */
#ifndef MODEL_FOREIGN_CLUE_H
#define MODEL_FOREIGN_CLUE_H

#include "base/strbuf.h"
#include "model/clue.h"
#include "model/foreign.h"

/* host: said to have refused, or empty. All zero: nothing is known. */
struct foreign foreign_of_clues(const struct clue_set *c, struct str host);

/* True: more than the words say themselves. */
bool foreign_says_more(const struct foreign *f);
/* What the words mean, as a sentence behind the one that says who refused; nothing if unknown. */
void foreign_say(struct strbuf *b, const struct foreign *f);

#endif
