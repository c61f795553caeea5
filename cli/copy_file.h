/* SPDX-License-Identifier: MIT */
/*
 * copy_file: what was copied in the console, for those whose terminal gives it no clipboard. It is
 * other people's mail: one file per user, readable by nobody else, overwritten by the next copy.
 */
#ifndef CLI_COPY_FILE_H
#define CLI_COPY_FILE_H

#include "cli/cli.h"

/*
 * Writes text to the user's one file, in $XDG_RUNTIME_DIR (gone at logout) or else in the cache
 * directory; *path (in a) tells where. ERR_IO when there is no directory that is the user's alone.
 */
int copy_file_write(struct arena *a, struct str text, const char **path, struct err *e);

#endif
