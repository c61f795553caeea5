/* SPDX-License-Identifier: MIT */
/*
 * source: the bytes of a path: a plain file, a compressed one, each file of an archive, a pipe,
 * standard input ("-"). Plain files are read as they are, in the caller's big reads. A source
 * owns its descriptor; errors are of that file and name the reason, not the path.
 */
#ifndef IMPORTERS_SOURCE_H
#define IMPORTERS_SOURCE_H

#include <sys/types.h>

#include "base/civil.h"
#include "base/err.h"
#include "base/str.h"

struct source;

int source_open(const char *path, struct source **out, struct err *e);
void source_close(struct source *s);

/* To the first or next log inside (one, unless it is an archive): 1; 0 when none is left. */
int source_next(struct source *s, struct err *e);
/* Its name in an archive, else empty. Valid until the next call. */
struct str source_member(const struct source *s);

/* True for a pipe, also one that was copied: its path cannot be opened again. */
bool source_is_pipe(const struct source *s);
/*
 * Another source of the same bytes, before its first log; of a pipe that holds an archive, which
 * was copied when its first log was asked for.
 */
int source_again(const struct source *s, struct source **out, struct err *e);

/* At most n bytes, fewer at will; 0 at the end. */
ssize_t source_read(struct source *s, char *to, size_t n, struct err *e);
/* Back to the first byte of the present log. A pipe is copied to a temporary file for that. */
int source_rewind(struct source *s, struct err *e);
/* What is behind will not be asked for again: a pipe's kept bytes are let go. */
void source_forget(struct source *s);

/* A plain file: source_seek works, and its last half line may still be written. */
bool source_is_plain(const struct source *s);
int source_seek(struct source *s, uint64_t offset, struct err *e);

/* For progress: bytes as stored, read so far and in all (0: unknown). */
uint64_t source_done_bytes(const struct source *s);
uint64_t source_size_bytes(const struct source *s);
/*
 * A hint that this is the file it was: the inode of a plain file, which may grow; of a packed one
 * also its size and time, so that it need not be unpacked to see that it is the same. 0: unknown.
 */
uint64_t source_identity(const struct source *s);
/* True if a file of that path would have this identity, plain or packed. */
bool source_identity_is(const char *path, uint64_t identity);
/* When the present log was written last: in an archive or a gzip header, else the file's time. */
int64_t source_mtime_us(const struct source *s);

#endif
