/* SPDX-License-Identifier: MIT */
/*
 * spawn: runs a program and writes down what it cost: one line for each run, appended to a file,
 * as label, wall seconds, CPU seconds, peak resident KiB, exit status; separated by tabs. The clock
 * runs from before the program is started until it has ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char usage[] =
	"Usage: spawn --label L --results FILE [OPTION...] -- PROGRAM ARGUMENT...\n"
	"  --runs N       each that often; default 1\n"
	"  --each LIST    once for each line of LIST, which replaces the argument {}\n"
	"  --evict FILE   before each run drop FILE from the page cache (several times)\n"
	"  --out FILE     standard output of the program (last run); default /dev/null\n"
	"  --err FILE     its standard error; default /dev/null\n";

enum { MAX_EVICT = 8 };

struct job {
	const char *label, *out, *err;
	const char *evict[MAX_EVICT];
	size_t n_evict;
	FILE *results;
	char **argv;
};

static void
fail(const char *what)
{
	fprintf(stderr, "spawn: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + 1e-6 * (double)t.tv_usec;
}

static void
evict(const char *path)
{
	int fd = open(path, O_RDONLY);

	if (fd < 0)
		fail(path);
	fsync(fd);
	posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
	close(fd);
}

static void
run(const struct job *j, char **argv)
{
	posix_spawn_file_actions_t files;
	struct rusage use;
	double start;
	pid_t pid;
	int status, rc;

	for (size_t i = 0; i < j->n_evict; i++)
		evict(j->evict[i]);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&files, 1, j->out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	posix_spawn_file_actions_addopen(&files, 2, j->err, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	start = now();
	rc = posix_spawnp(&pid, argv[0], &files, NULL, argv, environ);
	if (rc != 0) {
		errno = rc;
		fail(argv[0]);
	}
	while (wait4(pid, &status, 0, &use) < 0)
		if (errno != EINTR)
			fail("wait4");
	fprintf(j->results, "%s\t%.6f\t%.6f\t%ld\t%d\n", j->label, now() - start,
		seconds(use.ru_utime) + seconds(use.ru_stime), use.ru_maxrss,
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
	posix_spawn_file_actions_destroy(&files);
}

/* With {} replaced. */
static void
run_with(const struct job *j, char *text)
{
	size_t n = 0;
	char **argv;

	while (j->argv[n] != NULL)
		n++;
	argv = calloc(n + 1, sizeof(*argv));
	if (argv == NULL)
		fail("memory");
	for (size_t i = 0; i < n; i++)
		argv[i] = strcmp(j->argv[i], "{}") == 0 ? text : j->argv[i];
	run(j, argv);
	free(argv);
}

static void
run_each(const struct job *j, const char *list)
{
	FILE *f = fopen(list, "r");
	char *text = NULL;
	size_t cap = 0;
	ssize_t n;

	if (f == NULL)
		fail(list);
	while ((n = getline(&text, &cap, f)) >= 0) {
		if (n > 0 && text[n - 1] == '\n')
			text[n - 1] = '\0';
		run_with(j, text);
	}
	free(text);
	fclose(f);
}

int
main(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "label", required_argument, NULL, 'l' },
		{ "results", required_argument, NULL, 'r' },
		{ "runs", required_argument, NULL, 'n' },
		{ "each", required_argument, NULL, 'e' },
		{ "evict", required_argument, NULL, 'v' },
		{ "out", required_argument, NULL, 'o' },
		{ "err", required_argument, NULL, 'E' },
		{ 0 },
	};
	struct job j = { .out = "/dev/null", .err = "/dev/null" };
	const char *list = NULL;
	long runs = 1;
	int option;

	while ((option = getopt_long(argc, argv, "+", longs, NULL)) != -1) {
		if (option == 'l')
			j.label = optarg;
		else if (option == 'r' && (j.results = fopen(optarg, "a")) == NULL)
			fail(optarg);
		else if (option == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (option == 'e')
			list = optarg;
		else if (option == 'v' && j.n_evict < MAX_EVICT)
			j.evict[j.n_evict++] = optarg;
		else if (option == 'o')
			j.out = optarg;
		else if (option == 'E')
			j.err = optarg;
		else if (option == '?')
			break;
	}
	if (option == '?' || j.label == NULL || j.results == NULL || optind == argc) {
		fputs(usage, stderr);
		return 2;
	}
	j.argv = argv + optind;
	while (runs-- > 0) {
		if (list != NULL)
			run_each(&j, list);
		else
			run(&j, j.argv);
	}
	return fclose(j.results) == 0 ? 0 : 2;
}
