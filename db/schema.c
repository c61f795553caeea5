/* SPDX-License-Identifier: MIT */
/*
 * schema: runs the migrations of a file. Each runs in its own transaction together with
 * user_version, so that a crash leaves one version or the next.
 */
#include "db/schema.h"

int
schema_version(const struct schema *s)
{
	return s->migrations[s->n_migrations - 1].version;
}

/* By one statement, so of one moment: another program may be making the file just now. */
static int
read_marks(struct sql *q, int64_t *id, int64_t *version, int64_t *tables, struct err *e)
{
	sqlite3_stmt *row = sql_query(q, STMT_FILE_MARKS, e, "");

	if (!row || sql_step(q, row, e) <= 0)
		return -1;
	*id = sql_int(row, 0);
	*version = sql_int(row, 1);
	*tables = sql_int(row, 2);
	sql_done(row);
	return 0;
}

int
schema_read_version(struct sql *q, int64_t *version, struct err *e)
{
	const struct schema *s = q->schema;
	int64_t id, tables;

	if (read_marks(q, &id, version, &tables, e) < 0)
		return -1;
	if (id == 0 && *version == 0 && tables == 0)
		return 0;
	if (id != s->application_id || *version < 1)
		return err_set(e, ERR_DB, "%s: not a Postern %s, but another program's database",
			       q->path, s->noun);
	if (*version > schema_version(s))
		return err_set(e, ERR_DB,
			       "%s: made by a newer Postern (%s version %lld, this program knows "
			       "%d); use that one",
			       q->path, s->noun, (long long)*version, schema_version(s));
	return 0;
}

int
schema_refuse(struct sql *q, struct err *e)
{
	int64_t version = 0;

	return schema_read_version(q, &version, e);
}

/* The version is read again inside: a desk has no lock, another program may have been faster. */
static int
apply(struct sql *q, const struct migration *m, struct err *e)
{
	int64_t version = 0;
	char stamp[96];

	sqlite3_snprintf(sizeof(stamp), stamp,
			 "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
			 q->schema->application_id, m->version);
	if (sql_exec(q, "BEGIN IMMEDIATE", e) < 0)
		return -1;
	if (schema_read_version(q, &version, e) == 0 &&
	    (version >= m->version || sql_exec(q, m->text, e) == 0) &&
	    sql_exec(q, version >= m->version ? "COMMIT" : stamp, e) == 0)
		return 0;
	sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int
schema_migrate(struct sql *q, struct err *e)
{
	int64_t version = 0;

	if (schema_read_version(q, &version, e) < 0)
		return -1;
	for (size_t i = 0; i < q->schema->n_migrations; i++)
		if (q->schema->migrations[i].version > version &&
		    apply(q, &q->schema->migrations[i], e) < 0)
			return -1;
	return 0;
}

int
schema_check(struct sql *q, struct err *e)
{
	int64_t version = 0;

	if (schema_read_version(q, &version, e) < 0)
		return -1;
	if (version == 0)
		return err_set(e, ERR_IO, "%s: the %s is empty; %s", q->path, q->schema->noun,
			       q->schema->when_empty);
	if (version < schema_version(q->schema))
		return err_set(e, ERR_DB,
			       "%s: made by an older Postern (%s version %lld, now %d); %s",
			       q->path, q->schema->noun, (long long)version,
			       schema_version(q->schema), q->schema->when_older);
	return 0;
}
