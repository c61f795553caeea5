/* SPDX-License-Identifier: MIT */
/*
 * sql_list: statements noted in one thread, with copies of their values, to be run in the thread
 * that owns the connection.
 */
#ifndef DB_SQL_LIST_H
#define DB_SQL_LIST_H

#include "base/mem.h"
#include "db/sqlite.h"

struct sql_noted;

/* Starts zeroed. */
struct sql_list {
	struct arena arena;
	struct sql_noted *first, *last;
};

/* Letters and values as for sql_run. */
void sql_note(struct sql_list *l, enum stmt_id id, const char *letters, ...);
/* In the order in which they were noted; stops at the first that fails. */
int sql_run_noted(struct sql *q, const struct sql_list *l, struct err *e);
void sql_list_release(struct sql_list *l);

#endif
