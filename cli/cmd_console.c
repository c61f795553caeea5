/* SPDX-License-Identifier: MIT */
/* postern, postern console: lends the console its services and hands it the terminal. */
#include "cli/console.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/strbuf.h"
#include "cli/copy_file.h"
#include "cli/first_start.h"
#include "cli/session_output.h"
#include "cli/site.h"
#include "tui/term.h"

static int64_t
service_now(void *arg)
{
	(void)arg;
	return cli_now_us();
}

static int
service_ladder(void *arg, struct store *st, const struct session *s, struct arena *a,
	       struct ladder *out, struct err *e)
{
	(void)arg;
	return session_ladder(st, s, a, out, e);
}

static struct store *
service_reopen(void *arg)
{
	struct cli *c = arg;
	struct err e = { 0 };

	if (!c->store && access(c->index_path, F_OK) == 0 && cli_open_store(c, STORE_READ, &e) == 0)
		(void)site_load(c, &e);
	return c->store;
}

/* Its own process, so that the console never waits and an import outlives it. */
static void
run_import(struct cli *c, const char *path)
{
	int null = open("/dev/null", O_RDWR);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		dup2(null, STDERR_FILENO);
	}
	setsid();
	execl("/proc/self/exe", "postern", "import", "--index", c->index_path, "--", path,
	      (char *)NULL);
	_exit(127);
}

static int
service_usual_logs(void *arg, struct strbuf *path, struct err *e)
{
	struct usual_log logs[USUAL_LOGS_MAX];
	size_t n = first_start_logs(logs);

	(void)arg;
	for (size_t i = 0; i < n; i++) {
		if (!logs[i].readable)
			continue;
		strbuf_add_text(path, logs[i].path);
		return 0;
	}
	if (n > 0)
		return err_set(e, ERR_IO, "%s may not be read by you: sudo adduser $USER adm",
			       logs[0].path);
	return 0;
}

static int
service_import(void *arg, struct str path, struct strbuf *message, struct err *e)
{
	struct cli *c = arg;
	const char *wanted = arena_str(&c->arena, path).p;
	pid_t child;

	if (access(wanted, R_OK) != 0)
		return err_set(e, ERR_IO, "%s: %s", wanted, strerror(errno));
	child = fork();
	if (child < 0)
		return err_set(e, ERR_IO, "cannot start an import: %s", strerror(errno));
	if (child == 0)
		run_import(c, wanted);
	strbuf_printf(message, "Reading %s", wanted);
	return 0;
}

static int
service_copy(void *arg, struct str text, struct strbuf *message, struct err *e)
{
	struct cli *c = arg;

	if (copy_file_write(&c->arena, text, &c->copied_to, e) < 0)
		return -1;
	strbuf_printf(message, "also in %s", c->copied_to);
	return 0;
}

int
console_services(struct cli *c, struct app_services *s, struct err *e)
{
	formats_warn(&c->formats);
	*s = (struct app_services){ .zone = c->zone,
				    .now_us = service_now,
				    .ladder = service_ladder,
				    .usual_logs = service_usual_logs,
				    .start_import = service_import,
				    .reopen_store = service_reopen,
				    .copy_fallback = service_copy,
				    .arg = c };
	if (access(c->index_path, F_OK) == 0) {
		if (cli_open_store(c, STORE_READ, e) < 0 || site_load(c, e) < 0)
			return -1;
	} else {
		s->first_start_text = first_start_text(&c->arena);
	}
	s->store = c->store;
	s->desk = cli_desk(c);
	s->no_history = c->config.no_history;
	s->ours = &c->config.ours;
	return 0;
}

int
cmd_console(struct cli *c, struct err *e)
{
	const char *paste_path = cli_value(c, "paste");
	struct app_services services;
	struct strbuf paste;
	struct app *app;
	int rc;

	if (c->n_operands > 0)
		return err_set(e, ERR_USAGE, "console takes no operand; --paste FILE pastes one");
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE,
			       "the console needs a terminal; postern --help lists what works "
			       "without one");
	strbuf_init(&paste, PASTE_MAX_BYTES);
	if (console_services(c, &services, e) < 0 ||
	    (paste_path && file_read(paste_path, &paste, e) < 0)) {
		strbuf_release(&paste);
		return -1;
	}
	app = app_new(&services);
	if (paste.n > 0)
		app_paste(app, strbuf_str(&paste));
	rc = term_run(app, e);
	app_free(app);
	strbuf_release(&paste);
	if (c->copied_to)
		fprintf(stderr, "What was copied last stays in %s\n", c->copied_to);
	return rc < 0 ? -1 : EXIT_YES;
}
