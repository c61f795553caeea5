/* SPDX-License-Identifier: MIT */
/*
 * group_fields: the table of columns. To keep another member, add one row with the next free
 * column number and raise N_COLUMNS; older groups then read as zero there. Enumerators are stored
 * by number: words.h lists may only grow at their ends (tests/unit/db_group.c pins them).
 */
#include "db/group_fields.h"

#include "db/group.h"
#include "model/session.h"

#define FIELD(owner, column, kind, member)                                          \
	{                                                                           \
		column, FIELD_##kind, (uint8_t)sizeof(((struct owner *)0)->member), \
			(uint16_t)offsetof(struct owner, member)                    \
	}
#define S(column, kind, member) FIELD(session, column, kind, member)
#define I(column, kind, member) FIELD(identifier, column, kind, member)
#define R(column, kind, member) FIELD(recipient, column, kind, member)
#define C(column, kind, member) FIELD(score, column, kind, member)

static const struct field session_fields[] = {
	S(COLUMN_START, START, start_us), /* first: the others refer to it */
	S(COLUMN_END, SINCE, end_us),
	S(COLUMN_GATEWAY, UINT, gateway),
	S(3, UINT, direction),
	S(4, UINT, stage),
	S(5, UINT, about),
	S(6, UINT, verdict),
	S(7, UINT, reply.code),
	S(8, UINT, reply.code_logged),
	S(9, UINT, reply.text_logged),
	S(10, UINT, reply.enhanced.class),
	S(11, UINT, reply.enhanced.subject),
	S(12, UINT, reply.enhanced.detail),
	S(13, TEXT, reply.text),
	S(14, TEXT, connection),
	S(15, TEXT, peer_ip),
	S(16, UINT, peer_port),
	S(17, TEXT, peer_host),
	S(18, TEXT, helo),
	S(19, UINT, has_sender),
	S(20, TEXT, sender),
	S(21, TEXT, user),
	S(22, TEXT, auth),
	S(23, TEXT, protocol),
	S(24, TEXT, tls),
	S(25, TEXT, subject),
	S(26, TEXT, header_from),
	S(27, UINT, size_bytes),
	S(28, UINT, recipients_incomplete),
	/* 29–32: how many identifiers, recipients, scores, lines */
	S(59, UINT, recipients_total),
	S(60, UINT, brief),
	S(61, UINT, helo_is_host),
};

static const struct field identifier_fields[] = {
	I(33, UINT, role),
	I(34, TEXT, text),
};

static const struct field recipient_fields[] = {
	R(35, TEXT, address),
	R(36, TEXT, original),
	R(37, UINT, verdict),
	R(38, UINT, stage),
	R(39, UINT, reply.code),
	R(40, UINT, reply.code_logged),
	R(41, UINT, reply.text_logged),
	R(42, UINT, reply.enhanced.class),
	R(43, UINT, reply.enhanced.subject),
	R(44, UINT, reply.enhanced.detail),
	R(45, TEXT, reply.text),
	R(46, TEXT, remote_host),
	R(47, TEXT, remote_ip),
	R(48, TEXT, transport),
	R(49, SINCE, time_us),
	R(50, UINT, by_remote),
};

static const struct field score_fields[] = {
	C(51, UINT, engine),    C(52, REAL, value),         C(53, REAL, threshold),
	C(54, UINT, has_value), C(55, UINT, has_threshold), C(56, TEXT, action),
	C(57, TEXT, symbols),
};

static const struct field line_fields[] = {
	{ COLUMN_LINE, FIELD_LINE, sizeof(line_ref), 0 },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAY_OF(list, column, array, count)                                                 \
	{                                                                                    \
		list, LENGTH(list), column, (uint16_t)sizeof(*((struct session *)0)->array), \
			(uint16_t)offsetof(struct session, array),                           \
			(uint16_t)offsetof(struct session, count)                            \
	}

const struct field_list field_lists[N_FIELD_LISTS] = {
	{ session_fields, LENGTH(session_fields), 0, 0, 0, 0 },
	ARRAY_OF(identifier_fields, 29, identifiers, n_identifiers),
	ARRAY_OF(recipient_fields, 30, recipients, n_recipients),
	ARRAY_OF(score_fields, 31, scores, n_scores),
	ARRAY_OF(line_fields, 32, lines, n_lines),
};

_Static_assert((int)N_COLUMNS <= (int)GROUP_MAX_COLUMNS, "too many columns");
