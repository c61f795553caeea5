/* SPDX-License-Identifier: MIT */
/*
 * source: descriptor -> unpacker (when packed) -> present log -> unpacker (when a packed file lies
 * in an archive) -> caller. Each stage pulls from the one before it.
 *
 * A pipe cannot go back, so what was read of it is kept in memory until the caller says forget
 * (after it has recognised the content) or asks to go back, which moves everything to an unlinked
 * temporary file. Nothing here is fatal but a lack of memory.
 */
#include "importers/source.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/hash.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "importers/source_unpack.h"

enum { PROBE_BYTES = 512, COPY_BYTES = 64 << 10 };

struct source {
	int fd;
	bool owns_fd;
	bool is_pipe; /* as opened; a spooled pipe stays one */
	bool is_spooled;
	bool keeps;         /* what is read of the pipe is added to kept */
	struct strbuf kept; /* … from its first byte on */
	size_t kept_at;     /* bytes of kept given out again after the probe */
	uint64_t position;  /* of the descriptor */
	struct stat stat;
	int64_t header_mtime_us; /* from a gzip header */

	struct unpacker *outer;  /* NULL: plain */
	struct unpacker *inner;  /* a packed member of an archive */
	char probe[PROBE_BYTES]; /* first bytes of an archive member */
	size_t probe_n, probe_at;
	unsigned nth; /* which log is present, from 1; 0: none yet */
};

static int
io_error(struct err *e, const char *what)
{
	return err_set(e, ERR_IO, "%s: %s", what, strerror(errno));
}

static ssize_t
fd_read(struct source *s, char *to, size_t n, struct err *e)
{
	bool streams = s->is_pipe && !s->is_spooled;
	ssize_t got = streams ? read(s->fd, to, n) : pread(s->fd, to, n, (off_t)s->position);

	/* Only signals that ask to stop interrupt: a pipe may never say anything again. */
	if (got < 0 && errno == EINTR)
		return err_set(e, ERR_CANCEL, "stopped");
	if (got < 0)
		return io_error(e, "cannot be read");
	s->position += (uint64_t)got;
	return got;
}

/* Bytes as stored. */
static ssize_t
stored_read(void *arg, char *to, size_t n, struct err *e)
{
	struct source *s = arg;
	if (s->kept_at < s->kept.n) {
		size_t rest = s->kept.n - s->kept_at;
		n = n < rest ? n : rest;
		memcpy(to, s->kept.p + s->kept_at, n);
		s->kept_at += n;
		if (s->kept_at == s->kept.n && !s->keeps) {
			strbuf_release(&s->kept);
			s->kept_at = 0;
		}
		return (ssize_t)n;
	}
	ssize_t got = fd_read(s, to, n, e);
	if (got > 0 && s->keeps) {
		strbuf_add(&s->kept, (struct str){ to, (size_t)got });
		s->kept_at = s->kept.n;
	}
	return got;
}

/* Bytes of the present log, still packed when a packed file lies in an archive. */
static ssize_t
member_read(void *arg, char *to, size_t n, struct err *e)
{
	struct source *s = arg;
	if (s->probe_at < s->probe_n) {
		size_t rest = s->probe_n - s->probe_at;
		n = n < rest ? n : rest;
		memcpy(to, s->probe + s->probe_at, n);
		s->probe_at += n;
		return (ssize_t)n;
	}
	return s->outer ? unpacker_read(s->outer, to, n, e) : stored_read(s, to, n, e);
}

/* Reads up to n bytes, fewer only at the end. */
static ssize_t
read_full(unpack_input *input, void *arg, char *to, size_t n, struct err *e)
{
	size_t have = 0;
	while (have < n) {
		ssize_t got = input(arg, to + have, n - have, e);
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

static int64_t
gzip_mtime_us(struct str head)
{
	if (!str_starts(head, STR("\x1f\x8b\x08")) || head.n < 10)
		return TIME_NONE;
	uint32_t seconds = 0;
	for (int i = 7; i >= 4; i--)
		seconds = seconds << 8 | (unsigned char)head.p[i];
	return seconds ? (int64_t)seconds * US_PER_SECOND : TIME_NONE;
}

/* Looks at the first stored bytes, goes back, and puts an unpacker before them if need be. */
static int
start_stored(struct source *s, struct err *e)
{
	char head[PROBE_BYTES];
	ssize_t n = read_full(stored_read, s, head, sizeof(head), e);
	if (n < 0)
		return -1;
	if (s->keeps)
		s->kept_at = 0;
	else
		s->position = 0;
	struct str seen = { head, (size_t)n };
	s->header_mtime_us = gzip_mtime_us(seen);
	return unpack_is_packed(seen) ? unpacker_open(stored_read, s, &s->outer, e) : 0;
}

int
source_open(const char *path, struct source **out, struct err *e)
{
	struct source *s = xcalloc(1, sizeof(*s));
	*out = NULL;
	s->header_mtime_us = TIME_NONE;
	strbuf_init(&s->kept, STRBUF_NO_MAX);
	s->owns_fd = strcmp(path, "-") != 0;
	s->fd = s->owns_fd ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	if (s->fd < 0 || fstat(s->fd, &s->stat) < 0) {
		io_error(e, "cannot be opened");
		goto fail;
	}
	if (S_ISDIR(s->stat.st_mode)) {
		err_set(e, ERR_IO, "is a directory");
		goto fail;
	}
	s->is_pipe = !s->owns_fd || !S_ISREG(s->stat.st_mode);
	s->keeps = s->is_pipe;
	if (start_stored(s, e) < 0)
		goto fail;
	*out = s;
	return 0;
fail:
	source_close(s);
	return -1;
}

bool
source_is_pipe(const struct source *s)
{
	return s->is_pipe;
}

int
source_again(const struct source *from, struct source **out, struct err *e)
{
	struct source *s = xcalloc(1, sizeof(*s));
	*out = NULL;
	s->header_mtime_us = TIME_NONE;
	strbuf_init(&s->kept, STRBUF_NO_MAX);
	s->owns_fd = true;
	s->is_pipe = from->is_pipe;
	s->is_spooled = from->is_spooled;
	s->stat = from->stat;
	s->fd = fcntl(from->fd, F_DUPFD_CLOEXEC, 0);
	if (s->fd < 0)
		io_error(e, "cannot be opened again");
	if (s->fd < 0 || start_stored(s, e) < 0) {
		source_close(s);
		return -1;
	}
	*out = s;
	return 0;
}

static void
stop_unpacking(struct source *s)
{
	unpacker_close(s->inner);
	unpacker_close(s->outer);
	s->inner = NULL;
	s->outer = NULL;
	s->probe_n = 0;
	s->probe_at = 0;
}

void
source_close(struct source *s)
{
	if (!s)
		return;
	stop_unpacking(s);
	strbuf_release(&s->kept);
	if (s->owns_fd && s->fd >= 0)
		close(s->fd);
	free(s);
}

/* The rest of the pipe goes to an unlinked file, which takes the pipe's place. */
static int
spool(struct source *s, struct err *e)
{
	const char *directory = getenv("TMPDIR");
	char name[4096];
	char block[COPY_BYTES];
	struct str next = strbuf_str(&s->kept);
	snprintf(name, sizeof(name), "%s/postern.XXXXXX",
		 directory && directory[0] ? directory : "/tmp");
	int fd = mkstemp(name);
	if (fd < 0)
		return io_error(e, "no temporary file for standard input");
	unlink(name);
	for (;;) {
		for (ssize_t put; next.n > 0; next = str_skip(next, (size_t)put)) {
			put = write(fd, next.p, next.n);
			if (put < 0 && errno == EINTR)
				put = 0;
			if (put < 0) {
				io_error(e, "cannot write the temporary file for standard input");
				close(fd);
				return -1;
			}
		}
		ssize_t got = fd_read(s, block, sizeof(block), e);
		if (got < 0) {
			close(fd);
			return -1;
		}
		if (got == 0)
			break;
		next = (struct str){ block, (size_t)got };
	}
	if (s->owns_fd)
		close(s->fd);
	s->fd = fd;
	s->owns_fd = true;
	s->is_spooled = true;
	s->kept_at = s->kept.n;
	source_forget(s);
	return 0;
}

/* Sets up the unpacker of a packed file inside an archive. */
static int
start_member(struct source *s, struct err *e)
{
	unpacker_close(s->inner);
	s->inner = NULL;
	s->probe_n = 0;
	s->probe_at = 0;
	if (unpacker_member(s->outer).n == 0)
		return 0;
	ssize_t n = read_full(member_read, s, s->probe, sizeof(s->probe), e);
	if (n < 0)
		return -1;
	s->probe_n = (size_t)n;
	if (!unpack_is_packed((struct str){ s->probe, s->probe_n }))
		return 0;
	if (unpacker_open(member_read, s, &s->inner, e) < 0)
		return -1;
	return unpacker_next(s->inner, e) < 0 ? -1 : 0;
}

int
source_next(struct source *s, struct err *e)
{
	if (!s->outer)
		return s->nth++ == 0;
	int rc = unpacker_next(s->outer, e);
	if (rc <= 0)
		return rc;
	s->nth++;
	/* An archive's later members lie far from the pipe's first byte. */
	if (s->keeps && s->nth == 1 && unpacker_member(s->outer).n > 0) {
		if (source_rewind(s, e) < 0)
			return -1;
		return 1;
	}
	return start_member(s, e) < 0 ? -1 : 1;
}

int
source_rewind(struct source *s, struct err *e)
{
	unsigned nth = s->nth;
	if (s->is_pipe && !s->keeps && !s->is_spooled)
		return err_set(e, ERR_IO, "cannot go back");
	if (s->keeps && spool(s, e) < 0)
		return -1;
	stop_unpacking(s);
	s->position = 0;
	s->nth = 0;
	if (start_stored(s, e) < 0)
		return -1;
	for (unsigned i = 0; i < nth; i++) {
		int rc = source_next(s, e);
		if (rc <= 0)
			return rc < 0 ? -1 : err_set(e, ERR_IO, "changed while it was read");
	}
	return 0;
}

void
source_forget(struct source *s)
{
	s->keeps = false;
	if (s->kept_at < s->kept.n)
		return; /* given out first */
	strbuf_release(&s->kept);
	s->kept_at = 0;
}

struct str
source_member(const struct source *s)
{
	return s->outer ? unpacker_member(s->outer) : STR("");
}

ssize_t
source_read(struct source *s, char *to, size_t n, struct err *e)
{
	return s->inner ? unpacker_read(s->inner, to, n, e) : member_read(s, to, n, e);
}

bool
source_is_plain(const struct source *s)
{
	return !s->outer && !s->is_pipe;
}

int
source_seek(struct source *s, uint64_t offset, struct err *e)
{
	if (offset > INT64_MAX)
		return err_set(e, ERR_IO, "cannot be positioned");
	s->position = offset;
	return 0;
}

uint64_t
source_done_bytes(const struct source *s)
{
	return s->position;
}

uint64_t
source_size_bytes(const struct source *s)
{
	return s->is_pipe ? 0 : (uint64_t)s->stat.st_size;
}

static uint64_t
packed_identity(const struct stat *st)
{
	uint64_t time_ns =
		(uint64_t)st->st_mtim.tv_sec * 1000000000u + (uint64_t)st->st_mtim.tv_nsec;
	return hash_mix((uint64_t)st->st_ino, hash_mix((uint64_t)st->st_size, time_ns));
}

uint64_t
source_identity(const struct source *s)
{
	if (s->is_pipe)
		return 0;
	return s->outer ? packed_identity(&s->stat) : (uint64_t)s->stat.st_ino;
}

bool
source_identity_is(const char *path, uint64_t identity)
{
	struct stat st;
	return stat(path, &st) == 0 &&
	       (identity == (uint64_t)st.st_ino || identity == packed_identity(&st));
}

int64_t
source_mtime_us(const struct source *s)
{
	int64_t inside = s->outer ? unpacker_mtime_us(s->outer) : TIME_NONE;
	if (inside != TIME_NONE)
		return inside;
	if (s->header_mtime_us != TIME_NONE)
		return s->header_mtime_us;
	return s->is_pipe ? TIME_NONE : (int64_t)s->stat.st_mtime * US_PER_SECOND;
}
