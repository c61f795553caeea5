/* SPDX-License-Identifier: MIT */
/*
 * paste_split: several bounces in one paste: the mails of a mailbox or of a digest, human texts one
 * behind the other, refusals that name different IDs, refused mails in a piece of a log. A bounce
 * for several recipients of one mail is one. Pure.
 */
#ifndef MODEL_PASTE_SPLIT_H
#define MODEL_PASTE_SPLIT_H

#include "model/clue.h"

#define PASTE_PARTS_MAX 64

/*
 * The parts of the paste that c was found in, in order; 0 when it holds one bounce or none. Ranges
 * are of the original; what stands between parts belongs to none. What exceeds PASTE_PARTS_MAX is
 * in the last one.
 */
size_t paste_split(const struct clue_set *c, struct arena *a, const struct paste_part **parts);
/* r->message, behind what says how many bounces there are and which one this is. */
struct str paste_parts_say(const struct find_result *r, struct arena *a);

#endif
