/* SPDX-License-Identifier: MIT */
/* support_cli_samples: an index of the real logs below tests/samples. Failures end the test. */
#ifndef TESTS_UNIT_SUPPORT_CLI_SAMPLES_H
#define TESTS_UNIT_SUPPORT_CLI_SAMPLES_H

#include "db/store.h"

/* A new index in the scratch directory. */
struct store *samples_open(void);
/* Imports a log, or a folder of them. */
void samples_import(struct store *st, const char *gateway, const char *path);

#endif
