/* SPDX-License-Identifier: MIT */
/* file: see the header. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int
file_read_stream(FILE *in, const char *name, struct strbuf *out, struct err *e)
{
	char chunk[65536];
	size_t n;

	while (!out->overflowed && (n = fread(chunk, 1, sizeof(chunk), in)) > 0)
		strbuf_add(out, (struct str){ chunk, n });
	if (ferror(in))
		return err_set(e, ERR_IO, "%s: %s", name, strerror(errno));
	return 0;
}

int
file_read(const char *path, struct strbuf *out, struct err *e)
{
	FILE *in = fopen(path, "rb");

	if (!in)
		return err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	int rc = file_read_stream(in, path, out, e);
	fclose(in);
	return rc;
}

int
file_read_regular(const char *path, struct strbuf *out, struct err *e)
{
	struct stat sb;
	FILE *in = NULL;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, ERR_IO, "%s: %s", path,
			       errno == ELOOP ? "Is a link" : strerror(errno));
	int rc = fstat(fd, &sb) == 0 && !S_ISREG(sb.st_mode)
			 ? err_set(e, ERR_IO, "%s: Is not a regular file", path)
			 : 0;
	if (rc == 0 && !(in = fdopen(fd, "rb")))
		rc = err_set(e, ERR_IO, "%s: %s", path, strerror(errno));
	if (rc == 0)
		rc = file_read_stream(in, path, out, e);
	if (in)
		fclose(in);
	else
		close(fd);
	return rc;
}

int
file_write(int fd, struct str text)
{
	while (text.n > 0) {
		ssize_t n = write(fd, text.p, text.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		text = str_skip(text, (size_t)n);
	}
	return 0;
}
