/* SPDX-License-Identifier: MIT */
/*
 * walk: directories in the order of the names in them, with what lies below. Hidden files and what
 * is no regular file are passed over, so that no pipe or device in a directory can block; so are
 * directories deeper than DEEPEST, and those that a link leads back into. Names and entries are
 * owned by the walk's arena and list.
 */
#include "importers/walk.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DEEPEST = 16 };

static struct str
resolved_directory(const char *path, struct arena *a)
{
	char *real = realpath(path, NULL);
	struct str s = real ? arena_str(a, str_from(real)) : STR("");
	free(real);
	return s;
}

/* Of the file itself, wherever a link to its directory leads. */
static struct str
directory_of(const char *path, struct arena *a)
{
	struct str s = str_from(path);
	size_t slash = str_rfind_char(s, '/');
	if (slash == STR_NPOS)
		return resolved_directory(".", a);
	return resolved_directory(arena_str(a, str_slice(s, 0, slash > 0 ? slash : 1)).p, a);
}

static struct walk_entry *
add_entry(struct walk *w, const char *path, struct str directory)
{
	w->entries = mem_grow(w->entries, &w->cap, w->n + 1, sizeof(*w->entries));
	struct walk_entry *entry = &w->entries[w->n++];
	*entry = (struct walk_entry){ .path = path, .directory = directory };
	return entry;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	char **list;
	size_t n;
	size_t cap;
};

static int
read_names(const char *path, struct names *names, struct err *e)
{
	DIR *d = opendir(path);
	if (!d)
		return err_set(e, ERR_IO, "%s: cannot be listed: %s", path, strerror(errno));
	for (const struct dirent *item; (item = readdir(d)) != NULL;) {
		if (item->d_name[0] == '.')
			continue;
		names->list = mem_grow(names->list, &names->cap, names->n + 1, sizeof(char *));
		names->list[names->n++] = xstrdup(item->d_name);
	}
	closedir(d);
	if (names->n > 1)
		qsort(names->list, names->n, sizeof(char *), by_name);
	return 0;
}

/* A directory on the way down to the present one. */
struct way {
	const struct way *above; /* NULL: given by the operator */
	dev_t device;
	ino_t inode;
	int depth;
};

static bool
leads_back(const struct way *way, const struct stat *st)
{
	for (; way; way = way->above)
		if (way->device == st->st_dev && way->inode == st->st_ino)
			return true;
	return false;
}

static void
walk_directory(struct walk *w, const char *path, const struct stat *at, const struct way *above)
{
	struct way way = { above, at->st_dev, at->st_ino, above ? above->depth + 1 : 0 };
	struct names names = { 0 };
	struct err e = { 0 };
	struct str directory = resolved_directory(path, &w->arena);
	if (read_names(path, &names, &e) < 0) {
		struct walk_entry *entry = add_entry(w, path, directory);
		entry->error = e;
		entry->was_found = above != NULL;
	}
	const char *slash = str_ends(str_from(path), STR("/")) ? "" : "/";
	for (size_t i = 0; i < names.n; i++) {
		struct stat st;
		const char *below = arena_printf(&w->arena, "%s%s%s", path, slash, names.list[i]).p;
		free(names.list[i]);
		if (stat(below, &st) < 0)
			continue; /* gone, or a link to nowhere */
		if (S_ISDIR(st.st_mode) && way.depth < DEEPEST && !leads_back(&way, &st))
			walk_directory(w, below, &st, &way);
		else if (S_ISREG(st.st_mode))
			add_entry(w, below, directory)->was_found = true;
	}
	free(names.list);
}

void
walk_paths(struct walk *w, const char *const *paths, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct stat st;
		if (strcmp(paths[i], "-") == 0)
			add_entry(w, paths[i], STR(""));
		else if (stat(paths[i], &st) == 0 && S_ISDIR(st.st_mode))
			walk_directory(w, paths[i], &st, NULL);
		else
			add_entry(w, paths[i], directory_of(paths[i], &w->arena));
	}
}

void
walk_release(struct walk *w)
{
	free(w->entries);
	arena_release(&w->arena);
	*w = (struct walk){ 0 };
}
