/* SPDX-License-Identifier: MIT */
/* support_files: a scratch directory of the test's own, and files in it. Failures end the test. */
#ifndef TESTS_UNIT_SUPPORT_FILES_H
#define TESTS_UNIT_SUPPORT_FILES_H

#include "base/mem.h"

/* Made on first call below $TEST_TMP or /tmp; files_remove_all removes it. */
const char *files_directory(void);
void files_remove_all(void);
/* Path of a file in it; valid until files_remove_all. */
const char *files_path(const char *name);
/* Both return that path; directories in the name are made. */
const char *files_write(const char *name, struct str text);
const char *files_append(const char *name, struct str text);
struct str files_read(const char *path, struct arena *a);
/*
 * A shell command with the scratch directory as its directory; false if its first word is not
 * installed (the test should skip).
 */
bool files_run(const char *command);

#endif
