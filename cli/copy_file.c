/* SPDX-License-Identifier: MIT */
/*
 * copy_file: see the header. The text goes to a new file that then takes the old one's name, so
 * that no link laid there beforehand leads it elsewhere, and nobody reads half of it.
 */
#include "cli/copy_file.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* A directory, no link to one, in which nobody else can write. */
static bool
is_ours_alone(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid() &&
	       (st.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* NULL: the user has no cache directory, or it is not the user's own. */
static const char *
cache_directory(struct arena *a)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");

	if (!cache || cache[0] != '/') {
		if (!home || home[0] != '/')
			return NULL;
		cache = arena_printf(a, "%s/.cache", home).p;
	}
	const char *path = arena_printf(a, "%s/postern", cache).p;
	/* What cannot be made is found missing below. */
	(void)mkdir(cache, 0700);
	(void)mkdir(path, 0700);
	return is_ours_alone(path) ? path : NULL;
}

static const char *
directory(struct arena *a)
{
	const char *runtime = getenv("XDG_RUNTIME_DIR");

	return runtime && runtime[0] == '/' && is_ours_alone(runtime) ? runtime
								      : cache_directory(a);
}

int
copy_file_write(struct arena *a, struct str text, const char **path, struct err *e)
{
	const char *in = directory(a);

	if (!in)
		return err_set(e, ERR_IO,
			       "copied to the terminal only: there is no directory of yours for a "
			       "file; set XDG_RUNTIME_DIR or HOME");
	struct str name = arena_printf(a, "%s/postern-copy.txt", in);
	char *fresh = arena_alloc(a, name.n + sizeof(".XXXXXX"));
	memcpy(fresh, name.p, name.n);
	memcpy(fresh + name.n, ".XXXXXX", sizeof(".XXXXXX"));
	int fd = mkstemp(fresh); /* 0600 */
	if (fd < 0)
		return err_set(e, ERR_IO, "%s: %s", fresh, strerror(errno));
	int rc = file_write(fd, text);
	if (close(fd) != 0 || rc != 0 || rename(fresh, name.p) != 0) {
		err_set(e, ERR_IO, "%s: %s", name.p, strerror(errno));
		unlink(fresh);
		return -1;
	}
	*path = name.p;
	return 0;
}
