/* SPDX-License-Identifier: MIT */
/*
 * generate: a gateway's log as large as asked for, on standard output. The same options give the
 * same log; a shorter one is the head of a longer one (cut at a line). Times are UTC.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "gen.h"

static const char usage[] =
	"Usage: generate [OPTION...] >mainlog\n"
	"  --format exim|postfix   default exim\n"
	"  --bytes N[K|M|G]        powers of 1000; default 100M\n"
	"  --seed N                default 7\n"
	"  --start TIME            2026-03-02T08:00:00, UTC\n"
	"  --rejectlog FILE        Exim: the reject log of the same time\n"
	"  --samples FILE          some messages as kind, ID, sender, recipient, IP, time\n"
	"  --sample-every N        default 5000\n"
	"  --ids old|new|mixed     16 or 23 characters, Postfix short or long; mixed: by the hour\n"
	"  --pid                   Exim: log_selector +pid\n";

static void
fail(const char *what, const char *text)
{
	fprintf(stderr, "generate: %s: %s\n%s", what, text, usage);
	exit(2);
}

static uint64_t
parse_bytes(const char *s)
{
	char *end;
	double n = strtod(s, &end);
	double unit = *end == 'K' ? 1e3 : *end == 'M' ? 1e6 : *end == 'G' ? 1e9 : 1;

	if (end == s || n <= 0 || (*end != '\0' && (unit == 1 || end[1] != '\0')))
		fail("--bytes", s);
	return (uint64_t)(n * unit);
}

static int64_t
parse_time(const char *s)
{
	struct tm tm = { 0 };
	char *end = strptime(s, "%Y-%m-%dT%H:%M:%S", &tm);

	if (end == NULL || *end != '\0')
		fail("--start", s);
	return timegm(&tm);
}

static int
open_file(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);

	if (fd < 0)
		fail(path, strerror(errno));
	return fd;
}

struct options {
	bool postfix;
	uint64_t bytes, seed;
	int64_t start;
	int fd[N_ROLES];
};

static void
take_option(struct gen *g, struct options *o, int option)
{
	switch (option) {
	case 'f':
		o->postfix = strcmp(optarg, "postfix") == 0;
		if (!o->postfix && strcmp(optarg, "exim") != 0)
			fail("--format", optarg);
		break;
	case 'b':
		o->bytes = parse_bytes(optarg);
		break;
	case 's':
		o->seed = strtoull(optarg, NULL, 10);
		break;
	case 't':
		o->start = parse_time(optarg);
		break;
	case 'r':
		o->fd[ROLE_REJECT] = open_file(optarg);
		break;
	case 'S':
		o->fd[ROLE_SAMPLES] = open_file(optarg);
		break;
	case 'e':
		g->sample_every = (uint32_t)strtoul(optarg, NULL, 10);
		break;
	case 'i':
		g->ids = strcmp(optarg, "new") == 0     ? IDS_NEW
			 : strcmp(optarg, "mixed") == 0 ? IDS_MIXED
							: IDS_OLD;
		break;
	case 'p':
		g->log_pid = true;
		break;
	default:
		fputs(usage, option == 'h' ? stdout : stderr);
		exit(option == 'h' ? 0 : 2);
	}
}

static void
take_options(struct gen *g, struct options *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "bytes", required_argument, NULL, 'b' },
		{ "seed", required_argument, NULL, 's' },
		{ "start", required_argument, NULL, 't' },
		{ "rejectlog", required_argument, NULL, 'r' },
		{ "samples", required_argument, NULL, 'S' },
		{ "sample-every", required_argument, NULL, 'e' },
		{ "ids", required_argument, NULL, 'i' },
		{ "pid", no_argument, NULL, 'p' },
		{ "help", no_argument, NULL, 'h' },
		{ 0 },
	};
	int option;

	while ((option = getopt_long(argc, argv, "", longs, NULL)) != -1)
		take_option(g, o, option);
	if (optind < argc)
		fail("operand", argv[optind]);
	if (isatty(STDOUT_FILENO))
		fail("standard output", "is a terminal");
}

int
main(int argc, char **argv)
{
	static struct gen g = { .sample_every = 5000, .pid = 21000 };
	struct options o = {
		.bytes = 100000000, .seed = 7, .start = 1772438400, .fd = { STDOUT_FILENO, -1, -1 }
	};
	void (*tell)(struct gen *, int64_t) = exim_slot;
	int64_t slot;

	take_options(&g, &o, argc, argv);
	g.rng.state = mix64(o.seed + 1);
	if (o.postfix) {
		tell = postfix_slot;
		g.syslog = true;
	}
	slot = o.start * SLOTS_PER_SECOND;
	g.timeline = timeline_new(slot, o.bytes, o.fd, o.postfix ? postfix_count : exim_count, &g);
	do
		tell(&g, slot++);
	while (timeline_step(g.timeline));
	fprintf(stderr,
		"bytes %llu\nlines %llu\nmessages %llu\nrefused_rcpt %llu\nrefused_data %llu\n"
		"delivered_recipients %llu\nuntil %s\n",
		(unsigned long long)timeline_bytes(g.timeline), (unsigned long long)g.truth.lines,
		(unsigned long long)g.truth.messages, (unsigned long long)g.truth.refused_rcpt,
		(unsigned long long)g.truth.refused_data, (unsigned long long)g.truth.recipients,
		gen_stamp(&g, slot / SLOTS_PER_SECOND));
	timeline_finish(g.timeline);
	return 0;
}
