/* SPDX-License-Identifier: MIT */
/*
 * lock: the election of the writer, and the place of the index.
 * The lock file stays behind empty: removing it would let two writers lock two different files.
 */
#include "db/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/mem.h"

static int
refuse_busy(int fd, const char *index_path, struct err *e)
{
	char holder[24] = "";
	ssize_t n = pread(fd, holder, sizeof(holder) - 1, 0);
	size_t digits = n > 0 ? strspn(holder, "0123456789") : 0;

	if (digits == 0)
		return err_set(e, ERR_BUSY, "another import is writing %s", index_path);
	return err_set(e, ERR_BUSY, "another import (pid %.*s) is writing %s", (int)digits, holder,
		       index_path);
}

int
lock_take(const char *index_path, struct err *e)
{
	size_t n = strlen(index_path) + sizeof(".lock");
	char *path = xmalloc(n);
	snprintf(path, n, "%s.lock", index_path);
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	free(path);
	if (fd < 0)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		if (errno == EWOULDBLOCK)
			refuse_busy(fd, index_path, e);
		else
			err_set(e, ERR_IO, "locking %s: %s", index_path, strerror(errno));
		close(fd);
		return -1;
	}
	char pid[24];
	int digits = snprintf(pid, sizeof(pid), "%ld\n", (long)getpid());
	/* Only a courtesy to the loser: failing to write it (full disk) does not matter. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, pid, (size_t)digits, 0) != digits)
		errno = 0;
	return fd;
}

void
lock_release(int fd)
{
	if (fd < 0)
		return;
	if (ftruncate(fd, 0) != 0)
		errno = 0;
	close(fd);
}

/* statfs(2) f_type: where flock or shared memory between hosts cannot be trusted. */
static const struct network_fs {
	unsigned long type;
	const char *name;
} network_filesystems[] = {
	{ 0x6969, "NFS" },        { 0x517b, "SMB" },       { 0xff534d42, "CIFS" },
	{ 0xfe534d42, "SMB2" },   { 0x01021997, "9P" },    { 0x564c, "NCP" },
	{ 0x5346414f, "AFS" },    { 0x73757245, "Coda" },  { 0x00c36400, "Ceph" },
	{ 0x0bd00bd0, "Lustre" }, { 0x7461636f, "OCFS2" }, { 0x01161970, "GFS2" },
};

static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return xstrdup(".");
	return slash == path ? xstrdup("/")
			     : xstrndup((struct str){ path, (size_t)(slash - path) });
}

int
place_check(const char *path, const char *noun, struct err *e)
{
	struct statfs fs;
	char *place = xstrdup(path);

	while (statfs(place, &fs) != 0) {
		if (errno != ENOENT || strcmp(place, "/") == 0 || strcmp(place, ".") == 0) {
			free(place);
			return 0; /* opening it will say what is wrong */
		}
		char *up = parent_of(place);
		free(place);
		place = up;
	}
	free(place);
	for (size_t i = 0; i < sizeof(network_filesystems) / sizeof(network_filesystems[0]); i++)
		if (((unsigned long)fs.f_type & 0xffffffffUL) == network_filesystems[i].type)
			return err_set(
				e, ERR_IO,
				"%s lies on a network filesystem (%s), where an SQLite file can "
				"be damaged; choose a local place with --%s",
				path, network_filesystems[i].name, noun);
	return 0;
}

static int
make_directories(const char *directory, struct err *e)
{
	struct stat st;

	if (stat(directory, &st) == 0)
		return S_ISDIR(st.st_mode) ? 0
					   : err_set(e, ERR_IO, "%s: not a directory", directory);
	char *up = parent_of(directory);
	int rc = make_directories(up, e);
	free(up);
	if (rc < 0)
		return -1;
	if (mkdir(directory, 0700) != 0 && errno != EEXIST)
		return err_set(e, ERR_IO, "%s: %s", directory, strerror(errno));
	return 0;
}

int
place_prepare(const char *path, struct err *e)
{
	char *directory = parent_of(path);
	int rc = make_directories(directory, e);
	free(directory);
	if (rc < 0)
		return -1;
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return errno == EEXIST ? 0 : err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	fchmod(fd, 0600);
	close(fd);
	return 0;
}
