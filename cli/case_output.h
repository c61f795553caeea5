/* SPDX-License-Identifier: MIT */
/* case_output: a case as JSON and as text. */
#ifndef CLI_CASE_OUTPUT_H
#define CLI_CASE_OUTPUT_H

#include "cli/cli.h"

/* "c12" */
bool case_name_parse(struct str s, uint64_t *number);

/*
 * What the desk knows of a session or of its sender, closest first; NULL: nothing. A desk that
 * cannot be read is named on stderr, once, and is no failure.
 */
const struct related_case *case_known(struct cli *c, const struct session *s);
struct json *related_case_json(const struct related_case *r, struct arena *a);

/* Notes and texts are read from the desk; NULL with e filled. */
struct json *case_json(struct desk *d, const struct desk_case *k, struct arena *a, struct err *e);
/* One line: name, status, time of the session, sender → recipient, the last note. */
void case_print_line(const struct cli *c, const struct desk_case *k, struct arena *a);
int case_print(struct cli *c, const struct desk_case *k, struct arena *a, struct err *e);

#endif
