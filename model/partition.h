/* SPDX-License-Identifier: MIT */
/*
 * partition: the records of one cluster (a connection with its messages, or less) to sessions.
 * A pure function of the set of records: the rules of DESIGN §2 "session" stand here and nowhere
 * else.
 */
#ifndef MODEL_PARTITION_H
#define MODEL_PARTITION_H

#include "model/assemble_keys.h"

/* A record as the assembler keeps it, and its facts read again from the text. */
struct partition_item {
	struct str text;
	const line_ref *lines;
	size_t n_lines;
	enum log_role role;
	uint32_t source; /* struct parse_context */
	bool is_line;    /* its only key is JOIN_LINE */
	const struct fragment *fragment;
	uint32_t group, connection; /* used inside */
};

/*
 * Sessions of these items, with lines (ascending) but without ref, gateway and keys. The items are
 * reordered.
 */
size_t partition_sessions(struct partition_item *items, size_t n, struct arena *a,
			  struct session **sessions);

#endif
