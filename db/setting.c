/* SPDX-License-Identifier: MIT */
/* setting: small texts kept with the index. */
#include "db/writer.h"

int
store_setting(struct store *st, const char *name, struct arena *a, struct str *value, struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_SETTING_GET, e, "t", str_from(name));
	int rc;

	*value = (struct str){ "", 0 };
	if (!row || (rc = sql_step(&st->q, row, e)) < 0)
		return -1;
	if (rc == 1) {
		*value = arena_str(a, sql_bytes(row, 0));
		sql_done(row);
	}
	return 0;
}

int
store_set_setting(struct store *st, const char *name, struct str value, struct err *e)
{
	if (writer_own(st->writer, e) < 0 ||
	    sql_run(&st->q, STMT_SETTING_SET, e, "tt", str_from(name), value) < 0)
		return -1;
	return store_commit(st, e);
}
