/* SPDX-License-Identifier: MIT */
/* postern import: logs into the index, with a progress line on terminals. */
#include "cli/cli.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cli/site.h"
#include "importers/follow.h"

static volatile sig_atomic_t interrupted;

static void
on_interrupt(int sig)
{
	(void)sig;
	/* Asked twice, it ends at once: the index is as its last commit left it. */
	if (interrupted)
		_exit(EXIT_NO);
	interrupted = 1;
}

struct import_run {
	struct cli *cli;
	struct json *sources;
	int64_t started_us, drawn_us;
	bool draw_progress, drawn;
	bool following;
	uint64_t bytes, lines, unknown;
};

static void
wipe_progress(struct import_run *run)
{
	if (run->drawn)
		fputs("\r\033[K", stderr);
	run->drawn = false;
}

static void
on_progress(void *arg, struct str path, uint64_t done, uint64_t total)
{
	struct import_run *run = arg;
	int64_t now = cli_now_us();
	double seconds = (double)(now - run->started_us) / 1e6;
	double rate = (double)done / 1e6 / (seconds > 0 ? seconds : 1);

	/* Nothing flickers for imports that are over at once. */
	if (!run->draw_progress || now - run->started_us < 200000 || now - run->drawn_us < 100000)
		return;
	run->drawn_us = now;
	wipe_progress(run);
	print_clean(stderr, path);
	if (total > 0)
		fprintf(stderr, "  %2.0f %%  %.0f MB/s  %.0f s left",
			100.0 * (double)done / (double)total, rate,
			rate > 0 ? (double)(total - done) / 1e6 / rate : 0);
	else
		fprintf(stderr, "  %.0f MB  %.0f MB/s", (double)done / 1e6, rate);
	fflush(stderr);
	run->drawn = true;
}

static void
add_report_json(struct import_run *run, const struct ingest_report *r)
{
	struct json *o = json_object_new();

	json_set_str(o, "path", r->path);
	json_set_str_or_null(o, "gateway", r->gateway);
	json_set_str_or_null(o, "format", r->format);
	json_set_int(o, "bytes", (int64_t)r->bytes);
	json_set_int(o, "lines", (int64_t)r->lines);
	json_set_int(o, "understood", (int64_t)r->understood);
	json_set_int(o, "ignored", (int64_t)r->ignored);
	json_set_int(o, "unknown", (int64_t)r->unknown);
	json_set_int(o, "sessions", (int64_t)r->sessions);
	json_set_int(o, "pending_bytes", (int64_t)r->pending_bytes);
	json_set_bool(o, "already_known", r->already_known);
	json_set_text(o, "error", r->error.code != ERR_NONE ? r->error.text : NULL);
	json_add(run->sources, o);
}

static void
on_report(void *arg, const struct ingest_report *r)
{
	struct import_run *run = arg;

	wipe_progress(run);
	formats_tell_runaways();
	run->bytes += r->bytes;
	run->lines += r->lines;
	run->unknown += r->unknown;
	if (r->dropped_bytes > 0) {
		fputs("postern: ", stderr);
		print_clean(stderr, r->path);
		fprintf(stderr, ": %llu bytes of lines longer than 16 MiB were left out\n",
			(unsigned long long)r->dropped_bytes);
	}
	/* A follower runs for months: its document speaks of the first reading. */
	if (run->cli->json && !run->following)
		add_report_json(run, r);
	if (r->error.code != ERR_NONE) {
		fputs("postern: ", stderr);
		print_clean(stderr, str_from(r->error.text));
		fputc('\n', stderr);
		return;
	}
	if (run->cli->json || run->following)
		return;
	print_clean(stdout, r->path);
	if (r->already_known) {
		puts(": nothing new");
		return;
	}
	if (r->format.n == 0) {
		puts(r->pending_bytes > 0 ? ": no whole line yet" : ": empty");
		return;
	}
	printf(": %.*s of ", STR_ARG(r->format));
	print_clean(stdout, r->gateway);
	printf(", %llu lines, %llu understood, %llu ignored, %llu unknown",
	       (unsigned long long)r->lines, (unsigned long long)r->understood,
	       (unsigned long long)r->ignored, (unsigned long long)r->unknown);
	if (r->pending_bytes > 0)
		printf("; a last half line of %llu bytes waits for its rest",
		       (unsigned long long)r->pending_bytes);
	putchar('\n');
}

static bool
on_cancelled(void *arg)
{
	(void)arg;
	return interrupted != 0;
}

static int
read_options(struct cli *c, struct ingest_options *o, struct err *e)
{
	const char *zone = cli_value(c, "timezone"), *year = cli_value(c, "year");
	uint64_t number;

	o->now_us = cli_now_us();
	o->gateway = str_from(cli_value(c, "gateway"));
	o->format = str_from(cli_value(c, "format"));
	o->zone = zone_find(zone                   ? str_from(zone)
			    : c->config.timezone.n ? c->config.timezone
						   : STR("local"),
			    e);
	if (!o->zone)
		return err_prefix(e, "--timezone");
	o->zone_is_given = zone != NULL;
	/* For tests that stop an import between two commits. */
	if (getenv("POSTERN_COMMIT_BYTES"))
		str_to_u64(str_from(getenv("POSTERN_COMMIT_BYTES")), &o->commit_bytes);
	if (year) {
		if (!str_to_u64(str_from(year), &number) || number < 1970 || number > 9999)
			return err_set(e, ERR_USAGE, "--year needs a year, not %s", year);
		o->year = (int)number;
	}
	return 0;
}

/* This host's own logs carry this host's name when their lines do not say. */
static struct str
name_of_this_host(struct cli *c)
{
	char resolved[PATH_MAX];
	char host[256] = "";

	for (size_t i = 0; i < c->n_operands; i++)
		if (!realpath(c->operands[i], resolved) ||
		    !str_starts(str_from(resolved), STR("/var/log/")))
			return STR("");
	gethostname(host, sizeof(host) - 1);
	return arena_str(&c->arena, str_from(host));
}

static int
finish(struct import_run *run, size_t failed, struct err *e)
{
	double seconds = (double)(cli_now_us() - run->started_us) / 1e6;

	if (run->cli->json) {
		struct json *o = json_object_new();
		int rc;

		json_set(o, "sources", run->sources);
		json_set_real(o, "seconds", seconds);
		rc = json_write(o, stdout, e);
		json_free(o);
		if (rc < 0)
			return -1;
	} else {
		printf("%llu lines, %.1f MB in %.1f s\n", (unsigned long long)run->lines,
		       (double)run->bytes / 1e6, seconds);
		if (run->unknown > 0)
			printf("%llu unknown lines: postern sources shows their shapes\n",
			       (unsigned long long)run->unknown);
	}
	return failed > 0 ? err_exit_status(ERR_IO) : EXIT_YES;
}

int
cmd_import(struct cli *c, struct err *e)
{
	struct import_run run = { .cli = c, .started_us = cli_now_us() };
	struct ingest_options o = { 0 };
	struct ingest_hooks hooks = { on_report, on_progress, on_cancelled, &run };
	struct sigaction action = { .sa_handler = on_interrupt };
	size_t failed = 0;

	if (c->n_operands == 0)
		return err_set(e, ERR_USAGE, "import needs a file, a directory or -");
	if (read_options(c, &o, e) < 0)
		return -1;
	o.default_gateway = name_of_this_host(c);
	run.draw_progress = isatty(STDERR_FILENO);
	if (c->json)
		run.sources = json_array_new();
	if (cli_open_store(c, STORE_WRITE, e) < 0)
		goto fail;
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	int rc = ingest_paths(store_sink(c->store), store_book(c->store), c->operands,
			      c->n_operands, &o, &hooks, &failed, e);
	wipe_progress(&run);
	if (rc < 0 || site_guess(c, e) < 0)
		goto fail;
	if (cli_value(c, "follow")) {
		fflush(stdout);
		run.following = true;
		if (follow_paths(store_sink(c->store), store_book(c->store), c->operands,
				 c->n_operands, &o, &hooks, e) < 0)
			goto fail;
		failed = 0; /* a log that was not there yet may have come */
	}
	return finish(&run, failed, e);
fail:
	json_free(run.sources);
	return -1;
}
