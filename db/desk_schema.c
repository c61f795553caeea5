/* SPDX-License-Identifier: MIT */
/*
 * desk_schema: the migrations of the desk, append-only: a released one is never changed.
 *
 * A session is remembered once, for the case and for the finds that are about it; words are stored
 * as such, so that the file can be read without this program.
 */
#include "db/schema.h"

/* clang-format off */
static const struct migration migrations[] = {
	{ 1,
	"CREATE TABLE session(id INTEGER PRIMARY KEY,"
	"  gateway TEXT NOT NULL COLLATE NOCASE, own_id TEXT NOT NULL, line INTEGER NOT NULL,"
	"  start_us INTEGER, end_us INTEGER, direction TEXT NOT NULL,"
	"  peer_ip TEXT NOT NULL, peer_port INTEGER NOT NULL, peer_host TEXT NOT NULL,"
	"  helo TEXT NOT NULL,"
	"  sender TEXT COLLATE NOCASE,"          /* NULL: not logged; empty: <> */
	"  recipients INTEGER NOT NULL,"         /* all there were; the table has the first */
	"  stage TEXT NOT NULL, about TEXT NOT NULL, verdict TEXT NOT NULL,"
	"  code INTEGER NOT NULL, code_logged INTEGER NOT NULL, enhanced TEXT NOT NULL,"
	"  reply TEXT NOT NULL, reply_logged INTEGER NOT NULL);"
	"CREATE INDEX session_id ON session(own_id);"
	"CREATE INDEX session_line ON session(line);"
	"CREATE INDEX session_sender ON session(sender);"
	"CREATE TABLE recipient(session INTEGER NOT NULL REFERENCES session(id),"
	"  place INTEGER NOT NULL, address TEXT NOT NULL, verdict TEXT NOT NULL,"
	"  by_remote INTEGER NOT NULL, code INTEGER NOT NULL, reply TEXT NOT NULL,"
	"  PRIMARY KEY(session, place)) WITHOUT ROWID;"
	"CREATE TABLE cases(id INTEGER PRIMARY KEY AUTOINCREMENT,"
	"  session INTEGER NOT NULL UNIQUE REFERENCES session(id), status TEXT NOT NULL,"
	"  asked_by TEXT NOT NULL DEFAULT '', cause TEXT NOT NULL DEFAULT '',"
	"  created_us INTEGER NOT NULL, author TEXT NOT NULL,"
	"  changed_us INTEGER NOT NULL, changed_by TEXT NOT NULL);"
	"CREATE INDEX cases_changed ON cases(changed_us, id);"
	"CREATE TABLE note(id INTEGER PRIMARY KEY, cases INTEGER NOT NULL REFERENCES cases(id),"
	"  time_us INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL);"
	"CREATE INDEX note_cases ON note(cases, id);"
	"CREATE TABLE explanation(cases INTEGER NOT NULL REFERENCES cases(id), kind TEXT NOT NULL,"
	"  time_us INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,"
	"  PRIMARY KEY(cases, kind)) WITHOUT ROWID;"
	"CREATE TABLE find(id INTEGER PRIMARY KEY, time_us INTEGER NOT NULL, author TEXT NOT NULL,"
	"  hash INTEGER NOT NULL,"               /* of paste */
	"  paste TEXT NOT NULL, paste_cut INTEGER NOT NULL, message TEXT NOT NULL,"
	"  candidates INTEGER NOT NULL, opened INTEGER NOT NULL,"
	"  session INTEGER REFERENCES session(id));"
	"CREATE INDEX find_paste ON find(author, hash);"
	"CREATE INDEX find_time ON find(time_us, id);"
	"CREATE INDEX find_session ON find(session);" },
	/* Clues that were set aside, one "KIND TEXT" a line. */
	{ 2, "ALTER TABLE find ADD COLUMN aside TEXT NOT NULL DEFAULT ''" },
	/* A text speaks of one recipient. */
	{ 3,
	"CREATE TABLE letter(cases INTEGER NOT NULL REFERENCES cases(id), kind TEXT NOT NULL,"
	"  recipient TEXT NOT NULL COLLATE NOCASE,"  /* empty: nobody, or not remembered */
	"  time_us INTEGER NOT NULL, author TEXT NOT NULL, text TEXT NOT NULL,"
	"  PRIMARY KEY(cases, kind, recipient)) WITHOUT ROWID;"
	"INSERT INTO letter SELECT cases, kind, '', time_us, author, text FROM explanation;"
	"DROP TABLE explanation;" },
};
/* clang-format on */

const struct schema desk_schema = {
	.noun = "desk",
	.application_id = 0x5053444b, /* "PSDK" */
	.migrations = migrations,
	.n_migrations = sizeof(migrations) / sizeof(migrations[0]),
	.when_empty = "nothing was written to it yet",
	.when_older = "open it once without --read-only to bring it up to date",
	.when_damaged = "restore it from a backup, or choose another with --desk",
};
