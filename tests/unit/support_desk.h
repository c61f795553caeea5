/* SPDX-License-Identifier: MIT */
/* support_desk: a desk in the scratch directory, and sessions made up for it. Failures end the
 * test. */
#ifndef TESTS_UNIT_SUPPORT_DESK_H
#define TESTS_UNIT_SUPPORT_DESK_H

#include "db/desk_local.h"
#include "support_files.h"
#include "support_index.h"

#define DESK_NOW_US (INT64_C(1792000000) * US_PER_SECOND)

/* "desk/desk.db" below the scratch directory. */
const char *desk_file(void);
/* With its journal, its directory and the sessions made up for it. */
void desk_file_remove(void);
struct desk *desk_at(const char *author);
void desk_sql(const char *sql);
/* Of a table, with a WHERE perhaps. */
int64_t desk_rows(const char *table);

void fine(int rc, const struct err *e);
void refused(int rc, const struct err *e, enum err_code code, const char *words);
void assert_text(struct str is, const char *wanted);

/* Refused with 550 on mx1 at DESK_NOW_US; lives until desk_file_remove. */
struct session desk_session(const char *id, const char *sender, const char *recipient);
struct desk_key desk_key_of(const struct session *s);
struct case_edit desk_noting(const char *text);
/* At DESK_NOW_US; returns the number of the case. */
uint64_t desk_change(struct desk *d, const struct session *s, struct case_edit change);
struct desk_case *desk_case_now(struct desk *d, const struct desk_key *key, struct arena *a);

#endif
