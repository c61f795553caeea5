/* SPDX-License-Identifier: MIT */
#include "support_files.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"

static char directory[512];
static struct arena names;

const char *
files_directory(void)
{
	const char *tmp = getenv("TEST_TMP");
	if (directory[0])
		return directory;
	snprintf(directory, sizeof(directory), "%s/postern-test.XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(directory))
		panic("no scratch directory %s", directory);
	return directory;
}

static int
shell(const char *command)
{
	struct arena a = { 0 };
	int rc = system(arena_printf(&a, "cd '%s' && %s", files_directory(), command).p);
	arena_release(&a);
	return rc;
}

void
files_remove_all(void)
{
	if (!directory[0])
		return;
	/* By its name: a directory that is gone already must not make this remove another one. */
	shell("chmod -R u+rwX . && rm -rf -- \"$PWD\"");
	directory[0] = '\0';
	arena_release(&names);
}

const char *
files_path(const char *name)
{
	return arena_printf(&names, "%s/%s", files_directory(), name).p;
}

static const char *
put(const char *name, struct str text, const char *mode)
{
	const char *path = files_path(name);
	struct str rest = str_from(path);
	for (size_t at = strlen(directory) + 1; (at = str_find_char(rest, '/', at)) != STR_NPOS;
	     at++)
		mkdir(arena_str(&names, str_slice(rest, 0, at)).p, 0700);
	FILE *f = fopen(path, mode);
	if (!f || fwrite(text.p ? text.p : "", 1, text.n, f) != text.n || fclose(f) != 0)
		panic("cannot write %s", path);
	return path;
}

const char *
files_write(const char *name, struct str text)
{
	return put(name, text, "wb");
}

const char *
files_append(const char *name, struct str text)
{
	return put(name, text, "ab");
}

struct str
files_read(const char *path, struct arena *a)
{
	struct stat st;
	FILE *f = fopen(path, "rb");
	if (!f || fstat(fileno(f), &st) < 0)
		panic("cannot read %s", path);
	char *p = arena_alloc(a, (size_t)st.st_size + 1);
	size_t n = fread(p, 1, (size_t)st.st_size, f);
	fclose(f);
	return (struct str){ p, n };
}

bool
files_run(const char *command)
{
	struct arena a = { 0 };
	struct str word = str_slice(str_from(command), 0, str_find_char(str_from(command), ' ', 0));
	bool there = shell(arena_printf(&a, "command -v %.*s >/dev/null", STR_ARG(word)).p) == 0;
	arena_release(&a);
	if (there && shell(command) != 0)
		panic("failed: %s", command);
	return there;
}
