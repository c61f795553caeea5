/* SPDX-License-Identifier: MIT */
/*
 * support_index: for tests of db/: a log format of one line per record, a store in the scratch
 * directory, and made-up sessions. Failures end the test.
 *
 * A line: "SECOND KIND ID IP SENDER RCPT" with - for nothing; KIND is R(efused), A(rrived),
 * D(elivered), F(inished), I(gnored); anything else is an unknown line. A line that ends in '+'
 * waits for the next one and is one record with it.
 */
#ifndef TESTS_UNIT_SUPPORT_INDEX_H
#define TESTS_UNIT_SUPPORT_INDEX_H

#include "db/index.h"
#include "db/store.h"

extern const struct log_format row_format;
const struct log_format *row_format_by_name(struct str name);

/* "index.db" below the scratch directory. */
const char *index_path(void);
/* Removes the index and what lies beside it. */
void index_remove(void);
struct store *index_open(enum store_mode mode);
/* As index_open, but must fail with that code and these words. */
void index_refuses(enum store_mode mode, enum err_code code, const char *words);

/* Imports text (lines ended by '\n') as one source of that gateway; returns its number. */
uint32_t index_import(struct store *st, const char *gateway, enum log_role role, const char *text);
/* Goes on with a known source. */
void index_continue(struct store *st, uint32_t source, const char *text);
void index_commit(struct store *st);
/* One record of each line, without a reader that holds lines back. */
void index_feed(struct store *st, const char *text);
/* No findings, or the test fails with the first. */
void index_is_sound(struct store *st);
struct str index_digest(struct store *st, struct arena *a);

/* A xorshift generator, so that failures come again. */
uint64_t dice(uint64_t sides);
void dice_seed(uint64_t seed);
/* Everything set, at random; texts from arena. Gateway 1, no references, lines or keys. */
void session_random(struct arena *a, struct session *out);
/* Facts, references to lines and gateway are equal. */
void assert_same_session(const struct session *a, const struct session *b);
/*
 * Emits s as if the assembler had, replacing old when it is not NULL; returns its number. A session
 * without lines is given the first line of the first source, which must be there.
 */
uint64_t index_emit(struct store *st, struct session *s, const struct session *old);

#endif
