/* SPDX-License-Identifier: MIT */
/* session_output: a session as JSON (SESSION of DESIGN §11) and as text. */
#ifndef CLI_SESSION_OUTPUT_H
#define CLI_SESSION_OUTPUT_H

#include "cli/cli.h"
#include "model/ladder.h"

struct json *session_json(const struct session *s, struct arena *a);
/* One line: time, peer, sender → recipients, verdict. */
void session_print_line(const struct cli *c, const struct session *s, struct arena *a);

/* "sender → recipient +2" */
struct str session_envelope_text(const struct session *s, struct arena *a);

void session_print_ladder(const struct cli *c, const struct ladder *l, struct arena *a);

/* The ladder of a stored session, from its own lines. Also lent to the console. */
int session_ladder(struct store *st, const struct session *s, struct arena *a, struct ladder *out,
		   struct err *e);

#endif
