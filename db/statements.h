/* SPDX-License-Identifier: MIT */
/*
 * statements: every statement that runs more than once, in one table for each kind of file. Values
 * are always bound; tests/unit/db_schema.c and db_desk.c prepare all of them and check that the
 * marked ones never scan.
 */
#ifndef DB_STATEMENTS_H
#define DB_STATEMENTS_H

#include "db/desk_statements.h"

/* id, must use a key (1) or may walk a small table (0), text */
#define STMT_LIST(X)                                                                               \
	/* of any file of ours */                                                                  \
	X(STMT_BEGIN, 1, "BEGIN")                                                                  \
	X(STMT_BEGIN_WRITE, 1, "BEGIN IMMEDIATE")                                                  \
	X(STMT_COMMIT, 1, "COMMIT")                                                                \
	X(STMT_DATA_VERSION, 1, "PRAGMA data_version")                                             \
	X(STMT_FILE_MARKS, 0,                                                                      \
	  "SELECT (SELECT * FROM pragma_application_id), (SELECT * FROM pragma_user_version), "    \
	  "(SELECT count(*) FROM sqlite_schema)")                                                  \
	X(STMT_QUICK_CHECK, 0, "PRAGMA quick_check")                                               \
                                                                                                   \
	X(STMT_SETTING_GET, 1, "SELECT value FROM setting WHERE name = ?1")                        \
	X(STMT_SETTING_SET, 1, "INSERT OR REPLACE INTO setting(name, value) VALUES(?1, ?2)")       \
	X(STMT_COUNTERS, 0, "SELECT name, n FROM counter")                                         \
	X(STMT_COUNTER_SET, 1, "INSERT OR REPLACE INTO counter(name, n) VALUES(?1, ?2)")           \
                                                                                                   \
	X(STMT_GATEWAYS, 0, "SELECT id, name, sessions, until_us FROM gateway ORDER BY id")        \
	X(STMT_GATEWAY_ADD, 1, "INSERT INTO gateway(id, name) VALUES(?1, ?2)")                     \
	X(STMT_GATEWAY_COUNT, 1,                                                                   \
	  "UPDATE gateway SET sessions = sessions + ?2, "                                          \
	  "until_us = coalesce(max(until_us, ?3), until_us, ?3) WHERE id = ?1")                    \
	X(STMT_GATEWAYS_BY_FORMAT, 0,                                                              \
	  "SELECT DISTINCT g.name, s.format FROM gateway g LEFT JOIN source s"                     \
	  " ON s.gateway = g.id")                                                                  \
	X(STMT_DIRECTORY_GET, 1, "SELECT gateway FROM directory WHERE path = ?1")                  \
	X(STMT_DIRECTORY_SET, 1, "INSERT OR REPLACE INTO directory(path, gateway) VALUES(?1, ?2)") \
                                                                                                   \
	X(STMT_SOURCE_GET, 1,                                                                      \
	  "SELECT path, gateway, format, role, zone, near_us, inode, head_hash, head_bytes, "      \
	  "tail_hash, offset, lines, taken, understood, ignored, unknown, raw_bytes, sessions, "   \
	  "from_us, to_us, imported_us, pending, features FROM source WHERE id = ?1")              \
	X(STMT_SOURCE_SET, 1,                                                                      \
	  "INSERT OR REPLACE INTO source(id, path, gateway, format, role, zone, near_us, inode, "  \
	  "head_hash, head_bytes, tail_hash, offset, lines, taken, understood, ignored, unknown, " \
	  "raw_bytes, from_us, to_us, imported_us, pending, features, sessions) VALUES(?1, ?2, "   \
	  "?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, "    \
	  "?21, ?22, ?23, "                                                                        \
	  "coalesce((SELECT sessions FROM source WHERE id = ?1), 0))")                             \
	X(STMT_SOURCE_COUNT, 1,                                                                    \
	  "UPDATE source SET sessions = sessions + ?2 "                                            \
	  "WHERE id = (SELECT source FROM block WHERE id = ?1)")                                   \
	X(STMT_SOURCE_SESSIONS, 0, "SELECT id, sessions FROM source")                              \
	X(STMT_SOURCE_IDS, 0, "SELECT id FROM source ORDER BY id")                                 \
	X(STMT_SOURCE_LAST, 1, "SELECT max(id) FROM source")                                       \
	X(STMT_SOURCE_EXISTS, 1, "SELECT 1 FROM source WHERE id = ?1")                             \
                                                                                                   \
	X(STMT_BLOCK_GET, 1,                                                                       \
	  "SELECT source, pos, line0, t0, t1, lines, raw, z FROM block WHERE id = ?1")             \
	X(STMT_BLOCK_SET, 1,                                                                       \
	  "INSERT OR REPLACE INTO block(id, source, pos, line0, t0, t1, lines, raw, z) "           \
	  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)")                                            \
	X(STMT_BLOCK_LAST, 1, "SELECT max(id) FROM block")                                         \
	X(STMT_BLOCK_COUNT, 0, "SELECT count(*) FROM block")                                       \
	X(STMT_BLOCK_LAST_OF, 1, "SELECT max(id) FROM block WHERE source = ?1")                    \
	X(STMT_BLOCK_NEXT_OF, 1, "SELECT min(id) FROM block WHERE source = ?1 AND id > ?2")        \
                                                                                                   \
	X(STMT_GROUP_GET, 1, "SELECT n, tmin, tmax, tend, z FROM grp WHERE id = ?1")               \
	X(STMT_GROUP_TIMES, 1, "SELECT n, tmin, tmax, tend FROM grp WHERE id = ?1")                \
	X(STMT_GROUP_SET, 1,                                                                       \
	  "INSERT OR REPLACE INTO grp(id, n, tmin, tmax, tend, z) "                                \
	  "VALUES(?1, ?2, ?3, ?4, ?5, ?6)")                                                        \
	X(STMT_GROUP_LAST, 1, "SELECT max(id) FROM grp")                                           \
	X(STMT_GROUP_NEXT, 1, "SELECT min(id) FROM grp WHERE id > ?1")                             \
	/* newest first; ?1: begins not after, ?2: ends not before */                              \
	X(STMT_GROUPS_NEWEST, 0,                                                                   \
	  "SELECT id, n, tmin, tmax, tend FROM grp WHERE tmin <= ?1 AND tend >= ?2 "               \
	  "ORDER BY tmax DESC, id DESC")                                                           \
	X(STMT_GROUPS_SUM, 0, "SELECT sum(n) FROM grp WHERE tmin <= ?1 AND tend >= ?2")            \
                                                                                                   \
	X(STMT_RUNS, 0, "SELECT id, level, sid0, n FROM runs ORDER BY id")                         \
	X(STMT_RUN_ADD, 1, "INSERT INTO runs(id, level, sid0, n) VALUES(?1, ?2, ?3, ?4)")          \
	X(STMT_RUN_DROP, 1, "DELETE FROM runs WHERE id = ?1")                                      \
	X(STMT_CHUNK_ADD, 1, "INSERT INTO run(k, v) VALUES(?1, ?2)")                               \
	X(STMT_CHUNK_DROP, 1, "DELETE FROM run WHERE k >= ?1 AND k <= ?2")                         \
	X(STMT_CHUNK_BEFORE, 1,                                                                    \
	  "SELECT k, v FROM run WHERE k < ?1 AND k >= ?2 ORDER BY k DESC LIMIT 1")                 \
	X(STMT_CHUNK_NEXT, 1, "SELECT k, v FROM run WHERE k > ?1 AND k <= ?2 ORDER BY k LIMIT 1")  \
	X(STMT_CHUNKS, 1, "SELECT k, v FROM run WHERE k >= ?1 AND k <= ?2 ORDER BY k")             \
                                                                                                   \
	X(STMT_LATER_GET, 1, "SELECT sid2 FROM later WHERE sid = ?1")                              \
	X(STMT_LATER_SET, 1, "INSERT OR REPLACE INTO later(sid, sid2) VALUES(?1, ?2)")             \
	X(STMT_LATER_RANGE, 1, "SELECT sid FROM later WHERE sid >= ?1 AND sid <= ?2 ORDER BY sid") \
	X(STMT_LATER_ALL, 0, "SELECT sid, sid2 FROM later")                                        \
                                                                                                   \
	X(STMT_UNKNOWN_KEYS, 0, "SELECT hash FROM unknown")                                        \
	X(STMT_UNKNOWN_ADD, 1,                                                                     \
	  "INSERT INTO unknown(hash, shape, sample, source, n) VALUES(?1, ?2, ?3, ?4, ?5) "        \
	  "ON CONFLICT(hash) DO UPDATE SET n = n + excluded.n")                                    \
	X(STMT_UNKNOWNS, 0,                                                                        \
	  "SELECT u.shape, u.sample, u.n, s.path FROM unknown u LEFT JOIN source s "               \
	  "ON s.id = u.source ORDER BY u.n DESC, u.hash LIMIT ?1")                                 \
                                                                                                   \
	X(STMT_SHAPE_ADD, 1,                                                                       \
	  "INSERT INTO shape(hash, remote, text, t0, t1) VALUES(?1, ?2, ?3, ?4, ?5) "              \
	  "ON CONFLICT(hash) DO UPDATE SET t0 = min(t0, excluded.t0), t1 = max(t1, excluded.t1)")  \
	X(STMT_SHAPES, 0, "SELECT text, t0, t1 FROM shape WHERE remote = ?1 ORDER BY hash")        \
	X(STMT_SHAPE_DEL, 1, "DELETE FROM shape WHERE hash = ?1")                                  \
	X(STMT_SHAPE_KEYS, 0, "SELECT hash, remote, t0, t1 FROM shape")                            \
                                                                                                   \
	X(STMT_COVERAGE_ADD, 1,                                                                    \
	  "INSERT INTO coverage(gateway, hour, lines, t0, t1) VALUES(?1, ?2, ?3, ?4, ?5) "         \
	  "ON CONFLICT(gateway, hour) DO UPDATE SET lines = lines + excluded.lines, "              \
	  "t0 = min(t0, excluded.t0), t1 = max(t1, excluded.t1)")                                  \
	/* the first and the last hour, each by the key */                                         \
	X(STMT_COVERAGE_SPAN, 1,                                                                   \
	  "SELECT (SELECT t0 FROM coverage WHERE gateway = ?1 ORDER BY hour LIMIT 1), "            \
	  "(SELECT t1 FROM coverage WHERE gateway = ?1 ORDER BY hour DESC LIMIT 1)")               \
	X(STMT_GATEWAY_FORMATS, 0,                                                                 \
	  "SELECT group_concat(format, ' ') FROM "                                                 \
	  "(SELECT DISTINCT format FROM source WHERE gateway = ?1)")                               \
	X(STMT_COVERAGE, 0,                                                                        \
	  "SELECT c.gateway, c.t0, c.t1 FROM coverage c ORDER BY c.gateway, c.hour")

#define STMT_ENUM_MEMBER(id, keyed, text) id,
enum stmt_id {
	STMT_LIST(STMT_ENUM_MEMBER) STMT_INDEX_COUNT,
	STMT_INDEX_LAST = STMT_INDEX_COUNT - 1, /* so that the desk's follow without a gap */
	DESK_STMT_LIST(STMT_ENUM_MEMBER) STMT_COUNT
};

#endif
