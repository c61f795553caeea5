/* SPDX-License-Identifier: MIT */
/*
 * schema: the migrations, append-only: a released one is never changed. Each runs in its own
 * transaction together with user_version, so that a crash leaves one version or the next.
 *
 * SQLite is a container here (SPEED.md): texts, groups of sessions and runs of search tokens are
 * packed blobs; rows exist once per source, block, group and chunk, never per line or session.
 * Only `later` grows with sessions: those that late lines changed after they were stored.
 */
#include "db/schema.h"

struct migration {
	int version;
	const char *text;
};

/* clang-format off */
static const struct migration migrations[] = {
	{ 1,
	"CREATE TABLE counter(name TEXT PRIMARY KEY, n INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE gateway(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
	"  sessions INTEGER NOT NULL DEFAULT 0,"
	"  until_us INTEGER);"                  /* no stored event is later; NULL: nothing stored */
	"CREATE TABLE setting(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE directory(path TEXT PRIMARY KEY, gateway TEXT NOT NULL) WITHOUT ROWID;"
	"CREATE TABLE source(id INTEGER PRIMARY KEY, path TEXT NOT NULL,"
	"  gateway INTEGER NOT NULL REFERENCES gateway(id), format TEXT NOT NULL,"
	"  role TEXT NOT NULL, zone TEXT NOT NULL, near_us INTEGER NOT NULL,"
	"  inode INTEGER NOT NULL, head_hash INTEGER NOT NULL, head_bytes INTEGER NOT NULL,"
	"  tail_hash INTEGER NOT NULL, offset INTEGER NOT NULL,"
	"  lines INTEGER NOT NULL,"             /* of the mark */
	"  taken INTEGER NOT NULL,"             /* in blocks; more than lines while some wait */
	"  understood INTEGER NOT NULL, ignored INTEGER NOT NULL, unknown INTEGER NOT NULL,"
	"  raw_bytes INTEGER NOT NULL,"
	"  sessions INTEGER NOT NULL, from_us INTEGER NOT NULL, to_us INTEGER NOT NULL,"
	"  imported_us INTEGER NOT NULL, pending BLOB NOT NULL);"
	"CREATE TABLE block(id INTEGER PRIMARY KEY, source INTEGER NOT NULL,"
	"  pos INTEGER NOT NULL, line0 INTEGER NOT NULL,"  /* bytes and lines of the source before it */
	"  t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,"
	"  lines INTEGER NOT NULL, raw INTEGER NOT NULL, z BLOB NOT NULL);"
	"CREATE INDEX block_source ON block(source);"
	"CREATE TABLE grp(id INTEGER PRIMARY KEY, n INTEGER NOT NULL,"
	"  tmin INTEGER NOT NULL, tmax INTEGER NOT NULL,"  /* of session starts */
	"  tend INTEGER NOT NULL,"                         /* newest end */
	"  z BLOB NOT NULL);"
	"CREATE INDEX grp_time ON grp(tmax, id, tmin, tend, n);"
	"CREATE TABLE run(k INTEGER PRIMARY KEY, v BLOB NOT NULL);"
	"CREATE TABLE runs(id INTEGER PRIMARY KEY, level INTEGER NOT NULL,"
	"  sid0 INTEGER NOT NULL, n INTEGER NOT NULL);"
	"CREATE TABLE later(sid INTEGER PRIMARY KEY, sid2 INTEGER NOT NULL);"
	"CREATE TABLE unknown(hash INTEGER PRIMARY KEY, shape BLOB NOT NULL, sample BLOB NOT NULL,"
	"  source INTEGER NOT NULL, n INTEGER NOT NULL);"
	"CREATE TABLE shape(hash INTEGER PRIMARY KEY, text BLOB NOT NULL, n INTEGER NOT NULL,"
	"  t0 INTEGER NOT NULL, t1 INTEGER NOT NULL);"
	"CREATE TABLE coverage(gateway INTEGER NOT NULL, hour INTEGER NOT NULL,"
	"  lines INTEGER NOT NULL, t0 INTEGER NOT NULL, t1 INTEGER NOT NULL,"
	"  PRIMARY KEY(gateway, hour)) WITHOUT ROWID;" },
	/* What its lines tell: bits of enum source_feature. */
	{ 2, "ALTER TABLE source ADD COLUMN features INTEGER NOT NULL DEFAULT 0;" },
};
/* clang-format on */

enum { N_MIGRATIONS = sizeof(migrations) / sizeof(migrations[0]) };

int
schema_version(void)
{
	return migrations[N_MIGRATIONS - 1].version;
}

static int
pragma_number(struct sql *q, const char *text, int64_t *out, struct err *e)
{
	sqlite3_stmt *st = NULL;
	int rc = sqlite3_prepare_v2(q->db, text, -1, &st, NULL);

	if (rc == SQLITE_OK && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		*out = sqlite3_column_int64(st, 0);
		rc = SQLITE_OK;
	}
	if (rc != SQLITE_OK)
		sql_fail(q, "opening", e);
	sqlite3_finalize(st);
	return rc == SQLITE_OK ? 0 : -1;
}

/* *version: 0 for an empty database. */
static int
read_version(struct sql *q, int64_t *version, struct err *e)
{
	int64_t id, tables;

	if (pragma_number(q, "PRAGMA application_id", &id, e) < 0 ||
	    pragma_number(q, "PRAGMA user_version", version, e) < 0 ||
	    pragma_number(q, "SELECT count(*) FROM sqlite_schema", &tables, e) < 0)
		return -1;
	if (id == 0 && *version == 0 && tables == 0)
		return 0;
	if (id != INDEX_APPLICATION_ID || *version < 1)
		return err_set(e, ERR_DB, "%s: not a Postern index, but another program's database",
			       q->path);
	if (*version > schema_version())
		return err_set(
			e, ERR_DB,
			"%s: made by a newer Postern (index version %lld, this program knows "
			"%d); use that one",
			q->path, (long long)*version, schema_version());
	return 0;
}

int
schema_refuse(struct sql *q, struct err *e)
{
	int64_t version = 0;

	return read_version(q, &version, e);
}

static int
apply(struct sql *q, const struct migration *m, struct err *e)
{
	char stamp[96];

	sqlite3_snprintf(sizeof(stamp), stamp,
			 "PRAGMA application_id=%d; PRAGMA user_version=%d; COMMIT",
			 INDEX_APPLICATION_ID, m->version);
	if (sql_exec(q, "BEGIN IMMEDIATE", e) == 0 && sql_exec(q, m->text, e) == 0 &&
	    sql_exec(q, stamp, e) == 0)
		return 0;
	sqlite3_exec(q->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

int
schema_migrate(struct sql *q, struct err *e)
{
	int64_t version = 0;

	if (read_version(q, &version, e) < 0)
		return -1;
	for (size_t i = 0; i < N_MIGRATIONS; i++)
		if (migrations[i].version > version && apply(q, &migrations[i], e) < 0)
			return -1;
	return 0;
}

int
schema_check(struct sql *q, struct err *e)
{
	int64_t version = 0;

	if (read_version(q, &version, e) < 0)
		return -1;
	if (version == 0)
		return err_set(e, ERR_IO, "%s: the index is empty; import a log first", q->path);
	if (version < schema_version())
		return err_set(
			e, ERR_DB,
			"%s: made by an older Postern (index version %lld, now %d); the next "
			"import brings it up to date",
			q->path, (long long)version, schema_version());
	return 0;
}
