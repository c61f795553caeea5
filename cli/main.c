/* SPDX-License-Identifier: MIT */
/* main: locale and signals, then the command line. */
#include <locale.h>
#include <signal.h>

#include "cli/cli.h"

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	/* A reader that goes away is an output error, not a death. */
	signal(SIGPIPE, SIG_IGN);
	return cli_main(argc, argv);
}
