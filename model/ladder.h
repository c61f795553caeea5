/* SPDX-License-Identifier: MIT */
/*
 * ladder: the stages of one session as rows, from its records. Only logged events get a time;
 * stages that the log implies but does not time are marked so (DESIGN §6).
 */
#ifndef MODEL_LADDER_H
#define MODEL_LADDER_H

#include "model/record.h"

struct ladder_row {
	int64_t time_us; /* TIME_NONE: not logged */
	enum stage stage;
	const char
		*label; /* "connect", "HELO", "MAIL", "RCPT", "DATA", "delivery", "queue", "note" */
	struct str what;   /* address, host, … */
	struct str answer; /* reply or outcome */
	enum verdict verdict;
	bool implied;      /* follows from other facts, not logged itself */
	struct str remark; /* "time not logged", "from the rejectlog", "code inferred" */
	enum fragment_kind kind;
};

struct ladder {
	struct ladder_row *rows;
	size_t n;
};

void ladder_build(const struct session *s, const struct fragment *const *fragments, size_t n,
		  struct arena *a, struct ladder *out);

#endif
