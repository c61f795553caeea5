/* SPDX-License-Identifier: MIT */
/* walk: the operator's paths as a list of files; what lies in a directory is listed by name. */
#ifndef IMPORTERS_WALK_H
#define IMPORTERS_WALK_H

#include "base/err.h"
#include "base/mem.h"

struct walk_entry {
	const char *path;     /* as given, or the directory as given and the name in it */
	struct str directory; /* resolved; empty for standard input */
	bool was_found;       /* in a directory, not named by the operator */
	struct err error;     /* why it cannot be listed; else ERR_NONE */
};

struct walk {
	struct walk_entry *entries;
	size_t n;
	size_t cap;
	struct arena arena;
};

/* Zero-initialise; paths are borrowed. A path that cannot be listed is an entry with its error. */
void walk_paths(struct walk *w, const char *const *paths, size_t n);
void walk_release(struct walk *w);

#endif
