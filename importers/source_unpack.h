/* SPDX-License-Identifier: MIT */
/*
 * source_unpack: gz, xz, zst, bz2, lz4, and tar of these, by libarchive, which is loaded when the
 * first compressed file turns up: linking it would cost each start of the program 2 ms.
 * The only file that includes <archive.h> is source_unpack.c.
 */
#ifndef IMPORTERS_SOURCE_UNPACK_H
#define IMPORTERS_SOURCE_UNPACK_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

/* True if a file that begins with head (512 bytes suffice) is for the unpacker. */
bool unpack_is_packed(struct str head);

/* Packed bytes come from here: their number, 0 at the end, -1 with e filled. */
typedef ssize_t unpack_input(void *arg, char *to, size_t n, struct err *e);

struct unpacker;
/* ERR_IO if libarchive is not installed or does not know these bytes. */
int unpacker_open(unpack_input *input, void *arg, struct unpacker **out, struct err *e);
void unpacker_close(struct unpacker *u);

/*
 * To the next regular file inside: 1; 0 when there is none left. A compressed file that is not an
 * archive has one, also when that is empty.
 */
int unpacker_next(struct unpacker *u, struct err *e);
/* Name inside an archive; empty for a file that is only compressed. Valid until the next call. */
struct str unpacker_member(const struct unpacker *u);
/* When the present file was written last, if the archive says so; else TIME_NONE. */
int64_t unpacker_mtime_us(const struct unpacker *u);
ssize_t unpacker_read(struct unpacker *u, char *to, size_t n, struct err *e);

#endif
