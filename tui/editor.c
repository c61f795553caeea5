/* SPDX-License-Identifier: MIT */
/*
 * editor: see the header. Signals of the keyboard are for the editor; one that stops takes us along,
 * so that the shell has both of us back with one fg.
 */
#include "tui/editor.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/utf8.h"

enum { PATH_BYTES = 4096, OPEN_DIRECTORIES = 16 };

struct work {
	char directory[PATH_BYTES];
	char file[PATH_BYTES + 32];
};

/* --- the file ------------------------------------------------------------------------------- */

static int
make_work(struct work *w, struct str text, struct err *e)
{
	const char *base = getenv("XDG_RUNTIME_DIR");
	if (!base || access(base, W_OK) != 0)
		base = getenv("TMPDIR");
	if (!base || !*base)
		base = "/tmp";
	if ((size_t)snprintf(w->directory, sizeof(w->directory), "%s/postern-XXXXXX", base) >=
		    sizeof(w->directory) ||
	    !mkdtemp(w->directory)) {
		w->directory[0] = '\0';
		return err_set(e, ERR_IO, "no file can be made in %s: %s", base, strerror(errno));
	}
	snprintf(w->file, sizeof(w->file), "%s/text.txt", w->directory);
	int fd = open(w->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int rc = fd < 0 ? -1 : file_write(fd, text);
	if (fd >= 0 && close(fd) != 0)
		rc = -1;
	return rc == 0 ? 0 : err_set(e, ERR_IO, "%s: %s", w->file, strerror(errno));
}

static int
remove_one(const char *path, const struct stat *sb, int kind, struct FTW *place)
{
	(void)sb, (void)kind, (void)place;
	remove(path); /* what cannot be removed must not keep the rest */
	return 0;
}

/* Editors leave backups, swap files and directories of such beside it. Links are not followed. */
static void
remove_work(const struct work *w)
{
	if (w->directory[0])
		nftw(w->directory, remove_one, OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
}

/* --- the process ---------------------------------------------------------------------------- */

static const int keyboard_signals[] = { SIGINT, SIGQUIT, SIGTSTP };
#define KEYBOARD_SIGNALS (sizeof(keyboard_signals) / sizeof(keyboard_signals[0]))

/* Set to ignored, signals that wait are forgotten, too. */
static void
ignore_keyboard(struct sigaction *before)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigemptyset(&ignore.sa_mask);
	for (size_t i = 0; i < KEYBOARD_SIGNALS; i++)
		sigaction(keyboard_signals[i], &ignore, before ? &before[i] : NULL);
}

static void
run_child(const char *editor, const char *file)
{
	struct sigaction plain = { .sa_handler = SIG_DFL };
	sigset_t none;
	sigemptyset(&plain.sa_mask);
	for (size_t i = 0; i < KEYBOARD_SIGNALS; i++)
		sigaction(keyboard_signals[i], &plain, NULL);
	sigaction(SIGWINCH, &plain, NULL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* $EDITOR may hold arguments; the file's name is never part of what the shell reads. */
	char script[PATH_BYTES];
	if ((size_t)snprintf(script, sizeof(script), "%s \"$1\"", editor) < sizeof(script))
		execl("/bin/sh", "sh", "-c", script, "postern", file, (char *)NULL);
	_exit(127);
}

static int
wait_for(pid_t child)
{
	int status = -1;
	for (;;) {
		if (waitpid(child, &status, WUNTRACED) < 0) {
			if (errno == EINTR)
				continue;
			return -1;
		}
		if (!WIFSTOPPED(status))
			return status;
		kill(getpid(), SIGSTOP); /* fg wakes us both */
		kill(child, SIGCONT);
	}
}

static int
run_editor(const char *editor, const char *file, struct err *e)
{
	struct sigaction before[KEYBOARD_SIGNALS];
	ignore_keyboard(before);
	pid_t child = fork();
	if (child == 0)
		run_child(editor, file);
	int status = child < 0 ? -1 : wait_for(child);
	ignore_keyboard(NULL);
	for (size_t i = 0; i < KEYBOARD_SIGNALS; i++)
		sigaction(keyboard_signals[i], &before[i], NULL);
	if (status < 0)
		return err_set(e, ERR_IO, "%s cannot be started: %s", editor, strerror(errno));
	if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
		return err_set(e, ERR_IO, "there is no editor %s; set EDITOR", editor);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return err_set(e, ERR_IO, "%s failed; the text is as it was", editor);
	return 0;
}

static const char *
chosen_editor(void)
{
	const char *editor = getenv("VISUAL");
	if (!editor || !*editor)
		editor = getenv("EDITOR");
	return editor && *editor ? editor : "vi";
}

/* --- the whole ------------------------------------------------------------------------------ */

/* What an editor left is not always a text: one that was interrupted may leave nothing. */
static int
refuse_no_text(struct str edited, struct err *e)
{
	struct str rest = edited;
	uint32_t cp = 0;

	if (str_trim(edited).n == 0)
		return err_set(e, ERR_IO, "the editor left no text; it is as it was");
	while (rest.n > 0) {
		size_t n = utf8_decode(rest, 0, &cp);
		/* U+FFFD itself has three bytes; one stands for a byte that is none. */
		if (cp == 0 || (cp == 0xFFFD && n == 1))
			return err_set(e, ERR_IO,
				       "what the editor left is not UTF-8 text; it is as it was");
		rest = str_skip(rest, n);
	}
	return 0;
}

int
editor_run(struct strbuf *text, struct err *e)
{
	struct work w = { .directory = "" };
	struct strbuf edited;
	strbuf_init(&edited, text->max);
	int rc = make_work(&w, strbuf_str(text), e);
	if (rc == 0)
		rc = run_editor(chosen_editor(), w.file, e);
	if (rc == 0)
		rc = file_read_regular(w.file, &edited, e);
	if (rc == 0 && edited.overflowed)
		rc = err_set(e, ERR_LIMIT, "the text is longer than %zu KB; it is as it was",
			     text->max >> 10);
	if (rc == 0)
		rc = refuse_no_text(strbuf_str(&edited), e);
	if (rc == 0) {
		strbuf_clear(text);
		strbuf_add(text, strbuf_str(&edited));
	}
	strbuf_release(&edited);
	remove_work(&w);
	return rc;
}
