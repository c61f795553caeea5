/* SPDX-License-Identifier: MIT */
/* group_fields: which members of a session are kept, in which column and how. */
#ifndef DB_GROUP_FIELDS_H
#define DB_GROUP_FIELDS_H

#include <stddef.h>
#include <stdint.h>

enum field_kind {
	FIELD_UINT,  /* varint; any unsigned type, enums and bool */
	FIELD_START, /* time, as difference from the previous session's */
	FIELD_SINCE, /* time, as difference from the session's start */
	FIELD_TEXT,  /* 0: as the previous one; else length + 1 and bytes */
	FIELD_REAL,  /* thousandths where these are exact, else eight bytes */
	FIELD_LINE,  /* line_ref, as difference */
};

/* A FIELD_SINCE begins with one of these, or with its difference, zigzag, plus SINCE_CODES. */
enum { SINCE_NONE, SINCE_WHOLE, SINCE_CODES };

struct field {
	uint8_t column; /* on disk: never changed, never used again */
	uint8_t kind;
	uint8_t size;
	uint16_t offset;
};

/* The members of one struct: of the session itself, or of the elements of one of its arrays. */
struct field_list {
	const struct field *fields;
	size_t n;
	uint8_t count_column;  /* arrays: how many elements */
	uint16_t element_size; /* 0: the session itself */
	uint16_t array_offset; /* of the pointer in struct session */
	uint16_t count_offset; /* of the number in struct session */
};

enum { COLUMN_START = 0, COLUMN_END = 1, COLUMN_GATEWAY = 2, COLUMN_LINE = 58 };
enum { N_FIELD_LISTS = 5, N_COLUMNS = 62 };
extern const struct field_list field_lists[N_FIELD_LISTS];

#endif
