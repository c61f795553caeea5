/* SPDX-License-Identifier: MIT */
/*
 * source_unpack: libarchive behind pull functions. An unpacker owns its archive handle and input
 * block; the input's argument is the caller's. Damaged input is an error of that file, never fatal.
 */
#include "importers/source_unpack.h"

#include <archive.h>
#include <archive_entry.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/civil.h"
#include "base/mem.h"

#define ARCHIVE_CALLS(X)                        \
	X(archive_read_new)                     \
	X(archive_read_free)                    \
	X(archive_read_support_filter_gzip)     \
	X(archive_read_support_filter_xz)       \
	X(archive_read_support_filter_zstd)     \
	X(archive_read_support_filter_bzip2)    \
	X(archive_read_support_filter_lz4)      \
	X(archive_read_support_filter_compress) \
	X(archive_read_support_format_tar)      \
	X(archive_read_support_format_raw)      \
	X(archive_read_support_format_empty)    \
	X(archive_read_open)                    \
	X(archive_read_next_header)             \
	X(archive_read_data)                    \
	X(archive_format)                       \
	X(archive_error_string)                 \
	X(archive_set_error)                    \
	X(archive_entry_pathname)               \
	X(archive_entry_filetype)               \
	X(archive_entry_mtime_is_set)           \
	X(archive_entry_mtime)

/* Same names, same types, loaded late. */
static struct {
#define CALL_MEMBER(name) __typeof__(&name) name;
	ARCHIVE_CALLS(CALL_MEMBER)
} lib;
static bool lib_is_loaded;

struct unpacker {
	struct archive *archive;
	struct archive_entry *entry; /* of the present file; NULL: none, or an empty one */
	unpack_input *input;
	void *arg;
	struct err input_error; /* why the input failed; told instead of libarchive's words */
	bool began;
	bool ended;
	char block[64 << 10];
};

static int
load_library(struct err *e)
{
	static const char *const names[] = { "libarchive.so.13", "libarchive.so" };
	void *handle = NULL;
	if (lib_is_loaded)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !handle; i++)
		handle = dlopen(names[i], RTLD_LAZY | RTLD_LOCAL);
	if (!handle)
		return err_set(e, ERR_IO,
			       "compressed, and libarchive is not installed "
			       "(Debian package libarchive13)");
#define CALL_LOAD(name)                                                          \
	{                                                                        \
		void *address = dlsym(handle, #name);                            \
		if (!address)                                                    \
			return err_set(e, ERR_IO, "libarchive lacks %s", #name); \
		memcpy(&lib.name, &address, sizeof(address));                    \
	}
	ARCHIVE_CALLS(CALL_LOAD)
	lib_is_loaded = true; /* the handle stays open as long as the process */
	return 0;
}

bool
unpack_is_packed(struct str head)
{
	const struct {
		size_t at;
		struct str magic;
	} magics[] = {
		{ 0, STR("\x1f\x8b") }, /* gzip */
		{ 0, STR("\x1f\x9d") }, /* compress */
		{ 0, STR("\xfd"
			 "7zXZ\0") },           /* xz */
		{ 0, STR("\x28\xb5\x2f\xfd") }, /* zstd */
		{ 0, STR("BZh") },              /* bzip2 */
		{ 0, STR("\x04\x22\x4d\x18") }, /* lz4 */
		{ 257, STR("ustar") },          /* tar */
	};
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++)
		if (str_starts(str_skip(head, magics[i].at), magics[i].magic))
			return true;
	return false;
}

static ssize_t
give_block(struct archive *archive, void *arg, const void **block)
{
	struct unpacker *u = arg;
	ssize_t n = u->input(u->arg, u->block, sizeof(u->block), &u->input_error);
	*block = u->block;
	if (n < 0) {
		lib.archive_set_error(archive, EIO, "%s", u->input_error.text);
		return ARCHIVE_FATAL;
	}
	return n;
}

static int
fail(struct unpacker *u, struct err *e)
{
	const char *why = lib.archive_error_string(u->archive);
	if (u->input_error.code != ERR_NONE) {
		if (e)
			*e = u->input_error;
		return -1;
	}
	return err_set(e, ERR_IO, "cannot be unpacked: %s", why ? why : "damaged");
}

int
unpacker_open(unpack_input *input, void *arg, struct unpacker **out, struct err *e)
{
	*out = NULL;
	if (load_library(e) < 0)
		return -1;
	struct unpacker *u = xcalloc(1, sizeof(*u));
	u->input = input;
	u->arg = arg;
	u->archive = lib.archive_read_new();
	if (!u->archive)
		fatal("out of memory (libarchive)");
	lib.archive_read_support_filter_gzip(u->archive);
	lib.archive_read_support_filter_xz(u->archive);
	lib.archive_read_support_filter_zstd(u->archive);
	lib.archive_read_support_filter_bzip2(u->archive);
	lib.archive_read_support_filter_lz4(u->archive);
	lib.archive_read_support_filter_compress(u->archive);
	lib.archive_read_support_format_tar(u->archive);
	lib.archive_read_support_format_raw(u->archive);
	lib.archive_read_support_format_empty(u->archive);
	if (lib.archive_read_open(u->archive, u, NULL, give_block, NULL) != ARCHIVE_OK) {
		fail(u, e);
		unpacker_close(u);
		return -1;
	}
	*out = u;
	return 0;
}

void
unpacker_close(struct unpacker *u)
{
	if (!u)
		return;
	lib.archive_read_free(u->archive);
	free(u);
}

static bool
is_tar(const struct unpacker *u)
{
	return (lib.archive_format(u->archive) & ARCHIVE_FORMAT_BASE_MASK) == ARCHIVE_FORMAT_TAR;
}

int
unpacker_next(struct unpacker *u, struct err *e)
{
	bool first = !u->began;
	u->began = true;
	while (!u->ended) {
		u->entry = NULL;
		int rc = lib.archive_read_next_header(u->archive, &u->entry);
		if (rc == ARCHIVE_EOF) {
			u->entry = NULL;
			u->ended = true;
			return first && !is_tar(u);
		}
		if (rc == ARCHIVE_RETRY)
			continue;
		if (rc != ARCHIVE_OK && rc != ARCHIVE_WARN) {
			u->entry = NULL;
			return fail(u, e);
		}
		if (!is_tar(u) || lib.archive_entry_filetype(u->entry) == S_IFREG)
			return 1;
	}
	return 0;
}

struct str
unpacker_member(const struct unpacker *u)
{
	if (!u->entry || !is_tar(u))
		return STR("");
	return str_from(lib.archive_entry_pathname(u->entry));
}

int64_t
unpacker_mtime_us(const struct unpacker *u)
{
	if (!u->entry || !lib.archive_entry_mtime_is_set(u->entry))
		return TIME_NONE;
	return (int64_t)lib.archive_entry_mtime(u->entry) * US_PER_SECOND;
}

ssize_t
unpacker_read(struct unpacker *u, char *to, size_t n, struct err *e)
{
	if (!u->entry)
		return 0;
	for (;;) {
		ssize_t got = lib.archive_read_data(u->archive, to, n);
		if (got == ARCHIVE_RETRY)
			continue;
		return got < 0 ? fail(u, e) : got;
	}
}
