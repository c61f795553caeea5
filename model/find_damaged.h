/* SPDX-License-Identifier: MIT */
/* find_damaged: what find_damaged.c and find_readings.c share about one damaged identifier. */
#ifndef MODEL_FIND_DAMAGED_H
#define MODEL_FIND_DAMAGED_H

#include "model/find_plan.h"
#include "model/id_moment.h"

struct damaged {
	struct plan *plan;
	const struct clue_set *clues;
	const struct find_context *context;
	size_t clue;
	struct str id; /* the clue's text */
	enum id_shape shape;
	enum id_family family; /* by whose rules it is read */
};

/* True if our logs may hold what happened then, with room for clocks. */
bool plan_is_covered(const struct find_context *x, int64_t time_us);

/* --- find_readings.c: other readings, each looked up as it stands --- */

/* One character of the moment wrong, missing, too many, or two transposed. */
void ask_edits(const struct damaged *d);
/* The first characters of an Exim ID lost. */
void ask_heads(const struct damaged *d);
/* An ID of hexadecimal digits; false if it cannot be one. wide: any single edit of it. */
bool hex_reading(const struct damaged *d, bool wide);

#endif
