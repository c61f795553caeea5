/* SPDX-License-Identifier: MIT */
/* formats: see the header. */
#include "cli/formats.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/file.h"
#include "cli/cli.h"

#define ETC_DIRECTORY   "/etc/postern/formats.d"
#define FILE_MOST_BYTES ((size_t)1 << 20)

static struct str
user_directory(struct arena *a)
{
	struct str path = config_user_path(a);
	size_t slash = str_rfind_char(path, '/');

	if (slash == STR_NPOS)
		return STR("formats.d");
	return arena_printf(a, "%.*s/formats.d", (int)slash, path.p);
}

static int
is_format_file(const struct dirent *d)
{
	struct str name = str_from(d->d_name);

	return name.n > 5 && name.p[0] != '.' && str_ends(name, STR(".conf"));
}

bool
formats_add_file(const char *path, struct format_complaints *c)
{
	struct strbuf text;
	struct err e = { 0 };
	bool good = false;

	strbuf_init(&text, FILE_MOST_BYTES);
	if (file_read(path, &text, &e) < 0)
		format_complain(c, str_from(path), NULL, "%s", e.text);
	else if (text.overflowed)
		format_complain(c, str_from(path), NULL, "is larger than 1 MiB");
	else
		good = user_formats_add(str_from(path), strbuf_str(&text), c);
	strbuf_release(&text);
	return good;
}

/* Nobody named these: a pipe among them must not stop every command. */
static void
add_found(const char *path, struct site_formats *f)
{
	struct stat st;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		format_complain(&f->complaints, str_from(path), NULL, "is not a file");
	else
		formats_add_file(path, &f->complaints);
}

/* In the order of their names; those that `hidden` has as well are left out. */
static void
add_directory(struct str directory, struct str hidden, struct site_formats *f, struct arena *a)
{
	struct dirent **list;
	int n = scandir(directory.p, &list, is_format_file, alphasort);

	for (int i = 0; i < n; i++) {
		struct stat unused;
		const char *name = list[i]->d_name;

		if (hidden.n == 0 ||
		    stat(arena_printf(a, "%.*s/%s", STR_ARG(hidden), name).p, &unused) < 0)
			add_found(arena_printf(a, "%.*s/%s", STR_ARG(directory), name).p, f);
		free(list[i]);
	}
	if (n >= 0)
		free(list);
}

void
formats_load(struct site_formats *f, struct arena *a)
{
	struct str own = user_directory(a);

	if (f->loaded)
		return;
	f->loaded = true;
	format_complaints_init(&f->complaints);
	add_directory(own, STR(""), f, a);
	add_directory(STR(ETC_DIRECTORY), own, f, a);
}

void
formats_release(struct site_formats *f)
{
	if (!f->loaded)
		return;
	format_complaints_release(&f->complaints);
	user_formats_release();
	f->loaded = false;
}

void
formats_warn(struct site_formats *f)
{
	if (f->complaints.n == 0 || f->told)
		return;
	f->told = true;
	print_clean_lines(stderr, strbuf_str(&f->complaints.text));
}

int
formats_must_hold(struct site_formats *f, struct err *e)
{
	formats_warn(f);
	if (f->complaints.n == 0)
		return 0;
	return err_set(e, ERR_FORMAT,
		       "nothing is read until the log formats are in order: lines that are read "
		       "without their format stay unknown");
}

void
formats_tell_runaways(void)
{
	struct strbuf text;

	strbuf_init(&text, STRBUF_NO_MAX);
	user_formats_runaways(&text);
	if (text.n > 0)
		print_clean_lines(stderr, strbuf_str(&text));
	strbuf_release(&text);
}
