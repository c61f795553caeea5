/* SPDX-License-Identifier: MIT */
/*
 * desk_key: the durable name of a session, by which the desk finds it again after the index was
 * made anew: its gateway with its own ID, or else its first log line; and when it began.
 */
#ifndef MODEL_DESK_KEY_H
#define MODEL_DESK_KEY_H

#include "model/record.h"
#include "model/session.h"

struct desk_key {
	struct str gateway;
	struct str id;    /* its own; empty when the log gave it none */
	uint64_t line;    /* hash of its first log line; 0: not known */
	int64_t start_us; /* TIME_NONE: not known */
};

/*
 * The first line is the earliest by its own time, of equal ones the smallest text: so the order in
 * which logs were read does not matter. Texts are borrowed from s.
 */
void desk_key_make(const struct session *s, const struct stored_line *lines, size_t n,
		   struct desk_key *out);
/*
 * True if both name one session. The line decides when one of them has no ID, since a late log line
 * may give a session its ID; the time only for IDs that an MTA uses again.
 */
bool desk_key_same(const struct desk_key *a, const struct desk_key *b);

#endif
