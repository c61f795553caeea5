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
service_import(void *arg, struct strbuf *message, struct err *e)
{
	struct cli *c = arg;
	struct usual_log logs[USUAL_LOGS_MAX];
	size_t n = first_start_logs(logs);
	pid_t child;

	for (size_t i = 0; i < n; i++) {
		if (!logs[i].readable)
			continue;
		child = fork();
		if (child < 0)
			return err_set(e, ERR_IO, "cannot start an import: %s", strerror(errno));
		if (child == 0)
			run_import(c, logs[i].path);
		strbuf_printf(message, "Reading %s", logs[i].path);
		return 0;
	}
	if (n > 0)
		return err_set(e, ERR_IO, "%s may not be read by you: sudo adduser $USER adm",
			       logs[0].path);
	return err_set(e, ERR_IO, "no usual logs here: postern import DIRECTORY");
}

static int
service_copy(void *arg, struct str text, struct strbuf *message, struct err *e)
{
	char path[] = "/tmp/postern-copy-XXXXXX";
	int fd = mkstemp(path);

	(void)arg;
	if (fd < 0 || write(fd, text.p, text.n) != (ssize_t)text.n || close(fd) != 0)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	strbuf_printf(message, "also in %s", path);
	return 0;
}

int
console_services(struct cli *c, struct app_services *s, struct err *e)
{
	formats_warn(&c->formats);
	*s = (struct app_services){ .zone = c->zone,
				    .now_us = service_now,
				    .ladder = service_ladder,
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
	return rc < 0 ? -1 : EXIT_YES;
}
