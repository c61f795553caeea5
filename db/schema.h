/* SPDX-License-Identifier: MIT */
/* schema: what the index file looks like, and how older files become like it. */
#ifndef DB_SCHEMA_H
#define DB_SCHEMA_H

#include "db/sqlite.h"

#define INDEX_APPLICATION_ID 0x5053544e /* "PSTN" */

/* The newest version that this program knows. */
int schema_version(void);
/* Refuses what is neither empty nor an index of ours that this program understands. */
int schema_refuse(struct sql *q, struct err *e);
/* Brings an empty or older index to the newest version; refuses what is not ours or newer. */
int schema_migrate(struct sql *q, struct err *e);
/* For readers: refuses all but the newest version. */
int schema_check(struct sql *q, struct err *e);

#endif
