/* SPDX-License-Identifier: MIT */
/* main: locale and signals, then the command line. */
#include <fcntl.h>
#include <locale.h>
#include <malloc.h>
#include <signal.h>
#include <unistd.h>

#include "cli/cli.h"

/* A closed standard stream must not become the index or its lock file. */
static void
open_standard_streams(void)
{
	int fd;

	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

int
main(int argc, char **argv)
{
	open_standard_streams();
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
