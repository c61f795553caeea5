/* SPDX-License-Identifier: MIT */
/* desk_statements: the statements of the desk (see statements.h). */
#ifndef DB_DESK_STATEMENTS_H
#define DB_DESK_STATEMENTS_H

#define DESK_SESSION_COLUMNS                                                                      \
	"s.id, s.gateway, s.own_id, s.line, s.start_us, s.end_us, s.direction, s.peer_ip, "       \
	"s.peer_port, s.peer_host, s.helo, s.sender, s.recipients, s.stage, s.about, s.verdict, " \
	"s.code, s.code_logged, s.enhanced, s.reply, s.reply_logged"

/* What desk_case.c reads; the session's columns come last. */
#define DESK_CASE_COLUMNS                                                             \
	"c.id, c.status, c.asked_by, c.cause, c.created_us, c.author, c.changed_us, " \
	"c.changed_by, (SELECT count(*) FROM note n WHERE n.cases = c.id), "          \
	"(SELECT text FROM note n WHERE n.cases = c.id ORDER BY n.id DESC LIMIT "     \
	"1), " DESK_SESSION_COLUMNS
#define DESK_CASE_FROM   " FROM cases c JOIN session s ON s.id = c.session "
#define DESK_CASE_SELECT "SELECT " DESK_CASE_COLUMNS DESK_CASE_FROM

/* All that words are looked for in. */
#define DESK_CASE_SAID                                                                          \
	"'c' || c.id || char(10) || c.asked_by || char(10) || c.cause || char(10) || c.author " \
	"|| char(10) || s.gateway || char(10) || s.own_id || char(10) || "                      \
	"coalesce(s.sender, '') || char(10) || s.peer_ip || char(10) || s.peer_host || "        \
	"char(10) || s.helo || char(10) || s.reply || char(10) || "                             \
	"coalesce((SELECT group_concat(address, char(10)) FROM recipient "                      \
	"WHERE session = s.id), '') || char(10) || "                                            \
	"coalesce((SELECT group_concat(author || ' ' || text, char(10)) FROM note "             \
	"WHERE cases = c.id), '') || char(10) || "                                              \
	"coalesce((SELECT group_concat(recipient || ' ' || text, char(10)) FROM letter "        \
	"WHERE cases = c.id), '')"

/* id, must use a key (1) or may walk a small table (0), text */
#define DESK_STMT_LIST(X)                                                                          \
	X(DESK_SESSIONS_OF_ID, 1,                                                                  \
	  "SELECT id, gateway, own_id, line, start_us FROM session WHERE own_id = ?1")             \
	X(DESK_SESSIONS_OF_LINE, 1,                                                                \
	  "SELECT id, gateway, own_id, line, start_us FROM session WHERE line = ?1")               \
	X(DESK_SESSION_SET, 1,                                                                     \
	  "INSERT INTO session(id, gateway, own_id, line, start_us, end_us, direction, peer_ip, "  \
	  "peer_port, peer_host, helo, sender, recipients, stage, about, verdict, code, "          \
	  "code_logged, enhanced, reply, reply_logged) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, "    \
	  "?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21) "                       \
	  "ON CONFLICT(id) DO UPDATE SET gateway = ?2, own_id = ?3, line = ?4, start_us = ?5, "    \
	  "end_us = ?6, direction = ?7, peer_ip = ?8, peer_port = ?9, peer_host = ?10, "           \
	  "helo = ?11, sender = ?12, recipients = ?13, stage = ?14, about = ?15, verdict = ?16, "  \
	  "code = ?17, code_logged = ?18, enhanced = ?19, reply = ?20, reply_logged = ?21")        \
	X(DESK_SESSION_LAST, 1, "SELECT max(id) FROM session")                                     \
	X(DESK_SESSION_DROP_UNUSED, 1,                                                             \
	  "DELETE FROM session WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM cases WHERE "           \
	  "session = ?1) AND NOT EXISTS (SELECT 1 FROM find WHERE session = ?1)")                  \
	X(DESK_RECIPIENTS, 1,                                                                      \
	  "SELECT address, verdict, by_remote, code, reply FROM recipient WHERE session = ?1 "     \
	  "ORDER BY place")                                                                        \
	X(DESK_RECIPIENT_ADD, 1,                                                                   \
	  "INSERT INTO recipient(session, place, address, verdict, by_remote, code, reply) "       \
	  "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)")                                                    \
	X(DESK_RECIPIENTS_DROP, 1, "DELETE FROM recipient WHERE session = ?1")                     \
                                                                                                   \
	X(DESK_CASE_GET, 1, DESK_CASE_SELECT "WHERE c.id = ?1")                                    \
	X(DESK_CASE_OF_SESSION, 1, "SELECT id FROM cases WHERE session = ?1")                      \
	/* walked in the order of change until enough are found; empty: any */                     \
	X(DESK_CASES, 0,                                                                           \
	  "SELECT " DESK_CASE_COLUMNS ", CASE WHEN ?3 THEN " DESK_CASE_SAID " END" DESK_CASE_FROM  \
	  "WHERE (?1 = '' OR c.status = ?1) AND (?2 = '' OR s.own_id = ?2) "                       \
	  "ORDER BY c.changed_us DESC, c.id DESC")                                                 \
	X(DESK_CASES_OF_SENDER, 0,                                                                 \
	  DESK_CASE_SELECT "WHERE s.sender = ?1 ORDER BY c.status = 'closed', c.changed_us DESC, " \
			   "c.id DESC LIMIT ?2")                                                   \
	X(DESK_CASE_ADD, 1,                                                                        \
	  "INSERT INTO cases(session, status, created_us, author, changed_us, changed_by) "        \
	  "VALUES(?1, ?2, ?3, ?4, ?3, ?4)")                                                        \
	X(DESK_CASE_SET, 1,                                                                        \
	  "UPDATE cases SET status = coalesce(?2, status), asked_by = coalesce(?3, asked_by), "    \
	  "cause = coalesce(?4, cause), changed_us = ?5, changed_by = ?6 WHERE id = ?1")           \
	X(DESK_CASE_COUNTS, 0, "SELECT status, count(*) FROM cases GROUP BY status")               \
                                                                                                   \
	X(DESK_NOTES, 1, "SELECT time_us, author, text FROM note WHERE cases = ?1 ORDER BY id")    \
	X(DESK_NOTE_ADD, 1,                                                                        \
	  "INSERT INTO note(cases, time_us, author, text) VALUES(?1, ?2, ?3, ?4)")                 \
	X(DESK_NOTE_COUNT, 0, "SELECT count(*) FROM note")                                         \
	X(DESK_TEXTS, 1,                                                                           \
	  "SELECT time_us, author, text, recipient FROM letter WHERE cases = ?1 AND kind = ?2")    \
	X(DESK_TEXT_SET, 1,                                                                        \
	  "INSERT OR REPLACE INTO letter(cases, kind, recipient, time_us, author, text) "          \
	  "VALUES(?1, ?2, ?3, ?4, ?5, ?6)")                                                        \
	X(DESK_TEXT_DROP, 1,                                                                       \
	  "DELETE FROM letter WHERE cases = ?1 AND kind = ?2 AND recipient = ?3")                  \
	X(DESK_TEXT_COUNT, 0, "SELECT count(*) FROM letter")                                       \
                                                                                                   \
	X(DESK_FINDS, 0,                                                                           \
	  "SELECT f.id, f.time_us, f.author, f.paste, f.paste_cut, f.message, f.candidates, "      \
	  "f.opened, f.session, f.aside, c.status, c.id, " DESK_SESSION_COLUMNS                    \
	  " FROM find f LEFT JOIN session s ON s.id = f.session "                                  \
	  "LEFT JOIN cases c ON c.session = f.session "                                            \
	  "ORDER BY f.time_us DESC, f.id DESC LIMIT ?1")                                           \
	X(DESK_FIND_CHOSEN, 1,                                                                     \
	  "SELECT session FROM find WHERE author = ?1 AND hash = ?2 AND opened")                   \
	/* but the newest of them */                                                               \
	X(DESK_FIND_OF_PASTE, 1,                                                                   \
	  "SELECT id, session FROM find WHERE author = ?1 AND hash = ?2 ORDER BY id DESC "         \
	  "LIMIT 1 OFFSET 1")                                                                      \
	X(DESK_FIND_BEYOND, 0,                                                                     \
	  "SELECT id, session FROM find WHERE author = ?1 ORDER BY time_us DESC, id DESC "         \
	  "LIMIT 1 OFFSET ?2")                                                                     \
	X(DESK_FIND_DROP, 1, "DELETE FROM find WHERE id = ?1")                                     \
	X(DESK_FIND_ADD, 1,                                                                        \
	  "INSERT INTO find(time_us, author, hash, paste, paste_cut, message, candidates, "        \
	  "opened, "                                                                               \
	  "aside, session) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)")                       \
	X(DESK_FIND_COUNT, 0, "SELECT count(*) FROM find")                                         \
                                                                                                   \
	X(DESK_CHECK_LINKS, 0,                                                                     \
	  "SELECT 'a row of ' || \"table\" || ' is about a ' || parent || ' that is missing' "     \
	  "FROM pragma_foreign_key_check")                                                         \
	/* what only another program can have written */                                           \
	X(DESK_CHECK_VALUES, 0,                                                                    \
	  "SELECT 'case c' || id || ' has an unknown status' FROM cases "                          \
	  "WHERE status NOT IN ('open', 'waiting', 'closed') UNION ALL "                           \
	  "SELECT 'session ' || id || ' has an impossible number of recipients' FROM session "     \
	  "WHERE typeof(recipients) <> 'integer' OR recipients NOT BETWEEN 0 AND 4294967295")

#endif
