/* SPDX-License-Identifier: MIT */
/* first_start: which usual logs are here, may they be read, and what to do if not. */
#ifndef CLI_FIRST_START_H
#define CLI_FIRST_START_H

#include "cli/cli.h"

struct usual_log {
	const char *path;
	bool readable;
};

#define USUAL_LOGS_MAX 8
/* Those that exist. Returns their number. */
size_t first_start_logs(struct usual_log found[USUAL_LOGS_MAX]);
/* Lines for people: what was found and what to do next. */
struct str first_start_text(struct arena *a);

#endif
