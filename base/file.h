/* SPDX-License-Identifier: MIT */
/*
 * file: whole files as text. Bytes are added behind what `out` holds already; reading ends at its
 * maximum, where out->overflowed is set, so that a device or a pipe cannot go on for ever.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/err.h"
#include "base/strbuf.h"

/* ERR_IO with the path and the reason; what was read before it stays in out. */
int file_read(const char *path, struct strbuf *out, struct err *e);
/* Only what is a regular file under its own name: no link is followed, no pipe waited for. */
int file_read_regular(const char *path, struct strbuf *out, struct err *e);
/* file_read for an open stream, which stays open; `name` is for the error. */
int file_read_stream(FILE *in, const char *name, struct strbuf *out, struct err *e);
/* All of text to an open descriptor, which stays open; -1 with errno set. */
int file_write(int fd, struct str text);

#endif
