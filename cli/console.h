/* SPDX-License-Identifier: MIT */
/* console: what the composition root lends to tui/, for the terminal and for key scripts alike. */
#ifndef CLI_CONSOLE_H
#define CLI_CONSOLE_H

#include "cli/cli.h"
#include "tui/app.h"

/* Opens the index if there is one; the services borrow c. */
int console_services(struct cli *c, struct app_services *s, struct err *e);

#endif
