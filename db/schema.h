/* SPDX-License-Identifier: MIT */
/* schema: what a file of ours looks like, and how older ones become like it. */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "db/sqlite.h"

/* Append-only: a released one is never changed. */
struct migration {
	int version; /* from 1, without gaps */
	const char *text;
};

struct schema {
	const char *noun;   /* what the file is, in messages: "index" */
	int application_id; /* tells our files from other programs' databases */
	const struct migration *migrations;
	size_t n_migrations;
	const char *when_empty, *when_older, *when_damaged; /* what to do then */
};

extern const struct schema index_schema;
extern const struct schema desk_schema;

/* The newest version that this program knows. */
int schema_version(const struct schema *s);
/* 0 for an empty database; refuses what schema_refuse does. */
int schema_read_version(struct sql *q, int64_t *version, struct err *e);
/* Refuses what is neither empty nor a file of ours that this program understands. */
int schema_refuse(struct sql *q, struct err *e);
/* Brings an empty or older file to the newest version; refuses what is not ours or newer. */
int schema_migrate(struct sql *q, struct err *e);
/* For readers: refuses all but the newest version. */
int schema_check(struct sql *q, struct err *e);

#endif
