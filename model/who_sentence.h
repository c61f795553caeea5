/* SPDX-License-Identifier: MIT */
/* who_sentence: what the files that write the finder's sentences share. */
#ifndef MODEL_WHO_SENTENCE_H
#define MODEL_WHO_SENTENCE_H

#include "base/strbuf.h"
#include "model/who.h"

/* Nothing was found: what was recognised, what was looked up, which log would hold it. */
void who_say_missing(struct strbuf *b, const struct clue_set *c, const struct find_context *x);
/* What our logs add to the bare verdict: why, and what came after. */
void who_say_after(struct strbuf *b, const struct clue_set *c, const struct find_context *x,
		   const struct find_result *r);

#endif
