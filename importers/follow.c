/* SPDX-License-Identifier: MIT */
/*
 * follow: see the header.
 *
 * A file is watched itself for growth, and its directory for names that come and go: at a rotation
 * the old file, known by its inode, is read to its end under its new name before the new one
 * begins. In a directory that was given, every file counts.
 */
#include "importers/follow.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_EVENTS     (IN_MODIFY | IN_CLOSE_WRITE)
#define NAME_EVENTS     (IN_CREATE | IN_MOVED_TO)
#define CHANGED_MOST    64
#define SIGNAL_CHECK_MS 2000

struct followed {
	char *path;       /* as given */
	char *directory;  /* its directory, or itself */
	const char *name; /* in that directory; NULL: all names */
	uint64_t inode;   /* of the file, when last seen */
	int file_watch;   /* -1: not there */
	int name_watch;
};

struct follow {
	struct sink *sink;
	struct source_book *book;
	const struct ingest_options *options;
	const struct ingest_hooks *hooks;
	struct followed *list;
	size_t n;
	int fd;
	char *changed[CHANGED_MOST]; /* paths to read, each once, in order */
	size_t n_changed;
	bool all; /* more changed than can be listed */
};

/* --- watching ------------------------------------------------------------------------------- */

static uint64_t
inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? (uint64_t)st.st_ino : 0;
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static void
watch_file(struct follow *f, struct followed *p)
{
	if (p->file_watch >= 0)
		inotify_rm_watch(f->fd, p->file_watch);
	p->file_watch = inotify_add_watch(f->fd, p->path, FILE_EVENTS);
	p->inode = inode_of(p->path);
}

static int
watch(struct follow *f, struct followed *p, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/');

	p->path = xstrdup(path);
	p->file_watch = -1;
	if (is_directory(path)) {
		p->directory = xstrdup(path);
		p->name_watch = inotify_add_watch(f->fd, path, FILE_EVENTS | NAME_EVENTS);
	} else {
		p->directory = slash ? xstrndup((struct str){ path, (size_t)(slash - path) + 1 })
				     : xstrdup(".");
		p->name = p->path + (slash ? slash + 1 - path : 0);
		p->name_watch = inotify_add_watch(f->fd, p->directory, NAME_EVENTS);
		watch_file(f, p);
	}
	if (p->name_watch < 0)
		return err_set(e, ERR_IO, "%s cannot be watched: %s", p->directory,
			       strerror(errno));
	return 0;
}

static void
note_changed(struct follow *f, const char *directory, const char *name)
{
	char path[PATH_MAX];
	size_t n = strlen(directory);

	snprintf(path, sizeof(path), "%s%s%s", directory,
		 n > 0 && directory[n - 1] != '/' ? "/" : "", name);
	for (size_t i = 0; i < f->n_changed; i++)
		if (strcmp(f->changed[i], path) == 0)
			return;
	if (f->n_changed == CHANGED_MOST)
		f->all = true;
	else
		f->changed[f->n_changed++] = xstrdup(path);
}

/* A name came into the directory of a followed file: itself anew, or its old self renamed. */
static void
name_came(struct follow *f, struct followed *p, const char *name)
{
	char path[PATH_MAX];
	size_t n = strlen(p->directory);

	if (strcmp(name, p->name) == 0) {
		watch_file(f, p);
		note_changed(f, p->directory, name);
		return;
	}
	snprintf(path, sizeof(path), "%s%s%s", p->directory, p->directory[n - 1] != '/' ? "/" : "",
		 name);
	if (p->inode != 0 && inode_of(path) == p->inode)
		note_changed(f, p->directory, name);
}

static void
take_event(struct follow *f, const struct inotify_event *event)
{
	if (event->mask & IN_Q_OVERFLOW)
		f->all = true;
	for (size_t i = 0; i < f->n; i++) {
		struct followed *p = &f->list[i];

		if (event->wd == p->file_watch) {
			if (event->mask & IN_IGNORED)
				p->file_watch = -1;
			else
				note_changed(f, p->directory, p->name);
		} else if (event->wd == p->name_watch && event->len > 0) {
			if (p->name)
				name_came(f, p, event->name);
			else
				note_changed(f, p->directory, event->name);
		}
	}
}

static int
take_events(struct follow *f, struct err *e)
{
	_Alignas(struct inotify_event) char buffer[16384];
	ssize_t got = read(f->fd, buffer, sizeof(buffer));

	if (got < 0)
		return errno == EINTR || errno == EAGAIN
			       ? 0
			       : err_set(e, ERR_IO, "watching the logs: %s", strerror(errno));
	for (ssize_t at = 0; at < got;) {
		const struct inotify_event *event = (const void *)(buffer + at);

		take_event(f, event);
		at += (ssize_t)(sizeof(*event) + event->len);
	}
	return 0;
}

/* --- reading -------------------------------------------------------------------------------- */

/* A file that vanished between its event and now is no failure: it may return. */
static void
report(void *arg, const struct ingest_report *r)
{
	struct follow *f = arg;

	if (r->lines > 0 && f->hooks->report)
		f->hooks->report(f->hooks->arg, r);
}

static bool
cancelled(void *arg)
{
	struct follow *f = arg;

	return f->hooks->cancelled && f->hooks->cancelled(f->hooks->arg);
}

static int
read_changed(struct follow *f, struct err *e)
{
	const struct ingest_hooks hooks = { .report = report, .cancelled = cancelled, .arg = f };
	const char *paths[CHANGED_MOST];
	size_t n = 0, failed = 0;
	int rc = 0;

	if (f->all) {
		for (; n < f->n && n < CHANGED_MOST; n++)
			paths[n] = f->list[n].path;
	} else {
		/* Renamed files were noted before those that took their place. */
		for (; n < f->n_changed; n++)
			paths[n] = f->changed[n];
	}
	if (n > 0)
		rc = ingest_paths(f->sink, f->book, paths, n, f->options, &hooks, &failed, e);
	for (size_t i = 0; i < f->n_changed; i++)
		free(f->changed[i]);
	f->n_changed = 0;
	f->all = false;
	return rc;
}

/* Waits at most timeout_ms (-1: for ever); 1: there are events. */
static int
wait_events(struct follow *f, int timeout_ms)
{
	struct pollfd p = { .fd = f->fd, .events = POLLIN };

	return poll(&p, 1, timeout_ms) > 0;
}

static int
follow(struct follow *f, struct err *e)
{
	/* What came between the first import and the watches. */
	f->all = true;
	while (!cancelled(f)) {
		if (read_changed(f, e) < 0)
			return e->code == ERR_CANCEL ? 0 : -1;
		/* A signal that comes just before the wait is seen when it ends. */
		if (cancelled(f) || !wait_events(f, SIGNAL_CHECK_MS))
			continue;
		/* Writers write line by line: gather for a moment, but not for ever. */
		poll(NULL, 0, FOLLOW_GATHER_MS);
		while (wait_events(f, 0) && !cancelled(f))
			if (take_events(f, e) < 0)
				return -1;
	}
	return 0;
}

int
follow_paths(struct sink *sink, struct source_book *book, const char *const *paths, size_t n,
	     const struct ingest_options *o, const struct ingest_hooks *h, struct err *e)
{
	struct follow f = { .sink = sink, .book = book, .options = o, .hooks = h };
	int rc = 0;

	f.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (f.fd < 0)
		return err_set(e, ERR_IO, "watching the logs: %s", strerror(errno));
	f.list = xcalloc(n, sizeof(*f.list));
	for (size_t i = 0; i < n && rc == 0; i++)
		if (strcmp(paths[i], "-") != 0)
			rc = watch(&f, &f.list[f.n++], paths[i], e);
	if (rc == 0)
		rc = follow(&f, e);
	for (size_t i = 0; i < f.n; i++) {
		free(f.list[i].path);
		free(f.list[i].directory);
	}
	for (size_t i = 0; i < f.n_changed; i++)
		free(f.changed[i]);
	free(f.list);
	close(f.fd);
	return rc;
}
