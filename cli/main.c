/* SPDX-License-Identifier: MIT */
/* main: locale and signals, then the command line. */
#include <locale.h>
#include <malloc.h>
#include <signal.h>

#include "cli/cli.h"

int
main(int argc, char **argv)
{
	setlocale(LC_ALL, "");
	setlocale(LC_NUMERIC, "C");
	/* A reader that goes away is an output error, not a death. */
	signal(SIGPIPE, SIG_IGN);
	/* So is a file that reached its limit: said as a full disk, with the index intact. */
	signal(SIGXFSZ, SIG_IGN);
	/* Blocks and runs come and go in megabytes: keep their pages instead of faulting them anew. */
	mallopt(M_MMAP_THRESHOLD, 64 << 20);
	mallopt(M_TRIM_THRESHOLD, 128 << 20);
	return cli_main(argc, argv);
}
