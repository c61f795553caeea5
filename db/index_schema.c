/* SPDX-License-Identifier: MIT */
/*
 * index_schema: the migrations of the index, append-only: a released one is never changed.
 *
 * SQLite is a container here (SPEED.md): texts, groups of sessions and runs of search tokens are
 * packed blobs; rows exist once per source, block, group and chunk, never per line or session.
 * Only `later` grows with sessions: those that late lines changed after they were stored.
 */
#include "db/schema.h"

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
	/* How many sessions have a shape is what its search token counts. */
	{ 3,
	"DROP TABLE shape;"
	"CREATE TABLE shape(hash INTEGER PRIMARY KEY, remote INTEGER NOT NULL, text BLOB NOT NULL,"
	"  t0 INTEGER NOT NULL, t1 INTEGER NOT NULL);" },
};
/* clang-format on */

const struct schema index_schema = {
	.noun = "index",
	.application_id = 0x5053544e, /* "PSTN" */
	.migrations = migrations,
	.n_migrations = sizeof(migrations) / sizeof(migrations[0]),
	.when_empty = "import a log first",
	.when_older = "the next import brings it up to date",
	.when_damaged = "move it away and import the logs again",
};
