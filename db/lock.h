/* SPDX-License-Identifier: MIT */
/* lock: one writer per index, elected by flock on "<index>.lock"; and where an index may live. */
#ifndef DB_LOCK_H
#define DB_LOCK_H

#include "base/err.h"

/* A descriptor that holds the lock until lock_release, or -1 (ERR_BUSY names the holder). */
int lock_take(const char *index_path, struct err *e);
void lock_release(int fd);

/*
 * ERR_IO if the path, or the directory it will be made in, is on a network filesystem; noun is what
 * lies there and the name of the option that says where: "index", "desk".
 */
int place_check(const char *path, const char *noun, struct err *e);
/* Makes the missing directories (0700) and the file (0600), whatever the umask. */
int place_prepare(const char *path, struct err *e);

#endif
