/* SPDX-License-Identifier: MIT */
/*
 * tui_screens: plays tests/screens/NAME.keys at three sizes on the fake store and compares every
 * shot with tests/screens/NAME.SIZE.screen: the text as it stands, then the roles. UPDATE=1
 * rewrites what differs (refused when CI=true). KEYS=NAME plays one script only. SVG=DIR also
 * writes each shot as a picture.
 */
#include <dirent.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "base/file.h"
#include "support_files.h"
#include "support_tui_desk.h"
#include "support_tui_finder.h"
#include "support_tui_store.h"
#include "tui/dump.h"
#include "tui/script.h"

#define DIRECTORY "tests/screens"

enum { SCRIPTS_MOST = 100, SIZES = 3, NAME_BYTES = 300 };
static const struct {
	int rows, cols;
} sizes[SIZES] = { { 24, 80 }, { 30, 100 }, { 50, 200 } };

struct recording {
	struct strbuf screens;
	const char *name;
	int cols;
};

static int
record(void *arg, struct str name, const struct draw_list *d, struct err *e)
{
	struct recording *r = arg;
	strbuf_printf(&r->screens, "=== %.*s %dx%d\n", STR_ARG(name), d->rows, d->cols);
	dump_text(d, &r->screens);
	strbuf_printf(&r->screens, "--- roles\n");
	dump_roles(d, &r->screens);
	if (!getenv("SVG"))
		return 0;
	char title[NAME_BYTES];
	snprintf(title, sizeof(title), "%.100s.%.*s.%dx%d", r->name, STR_ARG(name), d->rows,
		 d->cols);
	return script_shot_files(getenv("SVG"), str_from(title), d, e);
}

static void
read_file(const char *path, struct strbuf *out)
{
	strbuf_clear(out);
	(void)file_read(path, out, NULL); /* one that is not there is empty */
}

static void
write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_int_equal(fwrite(text.p, 1, text.n, f), text.n);
	fclose(f);
}

static void
play(const char *name, struct str script, int size, struct recording *r)
{
	struct err e = { .code = ERR_NONE };
	bool no_index = str_find(script, STR("# without an index"), 0) != STR_NPOS;
	struct fake_store *store = fake_store_new(300);
	struct app_services services = fake_services(no_index ? NULL : store);
	if (str_find(script, STR("# with a desk"), 0) != STR_NPOS)
		services.desk = fake_desk_new(store);
	struct app *app = app_new(&services);
	struct script_out out = { .shot = record,
				  .arg = r,
				  .paste_dir = DIRECTORY,
				  .rows = sizes[size].rows,
				  .cols = sizes[size].cols,
				  .fixed_size = true };
	store->failing = str_find(script, STR("# with a broken index"), 0) != STR_NPOS;
	if (str_find(script, STR("# in ASCII"), 0) != STR_NPOS)
		app_set_ascii(app, true);
	r->name = name;
	if (script_run(app, script, &out, &e) != 0)
		fail_msg("%s: %s", name, e.text);
	app_free(app);
	desk_free(services.desk);
	files_remove_all();
	fake_store_free(store);
}

/* First line that differs, for the report. */
static void
report(const char *path, struct str want, struct str got)
{
	int line = 1;
	while (want.n > 0 && got.n > 0) {
		size_t w = str_find_char(want, '\n', 0), g = str_find_char(got, '\n', 0);
		struct str a = str_slice(want, 0, w), b = str_slice(got, 0, g);
		if (!str_eq(a, b)) {
			fail_msg("%s:%d\n  want |%.*s|\n  got  |%.*s|\n(UPDATE=1 rewrites)", path,
				 line, STR_ARG(a), STR_ARG(b));
		}
		want = str_skip(want, w == STR_NPOS ? want.n : w + 1);
		got = str_skip(got, g == STR_NPOS ? got.n : g + 1);
		line++;
	}
	fail_msg("%s: one has more lines than the other (UPDATE=1 rewrites)", path);
}

static void
compare(const char *name, int size, struct str got)
{
	char path[NAME_BYTES];
	struct strbuf want;
	const char *ci = getenv("CI");
	snprintf(path, sizeof(path), DIRECTORY "/%.100s.%dx%d.screen", name, sizes[size].rows,
		 sizes[size].cols);
	strbuf_init(&want, STRBUF_NO_MAX);
	read_file(path, &want);
	bool same = str_eq(strbuf_str(&want), got);
	if (!same && getenv("UPDATE") && !(ci && !strcmp(ci, "true")))
		write_file(path, got);
	else if (!same)
		report(path, strbuf_str(&want), got);
	strbuf_release(&want);
}

static void
screens_are_as_recorded(void **state)
{
	const char *name = *state;
	char path[NAME_BYTES];
	struct strbuf script;
	snprintf(path, sizeof(path), DIRECTORY "/%.100s.keys", name);
	strbuf_init(&script, 1 << 20);
	read_file(path, &script);
	assert_true(script.n > 0);
	for (int i = 0; i < SIZES; i++) {
		struct recording r = { .name = name };
		strbuf_init(&r.screens, STRBUF_NO_MAX);
		play(name, strbuf_str(&script), i, &r);
		compare(name, i, strbuf_str(&r.screens));
		strbuf_release(&r.screens);
	}
	strbuf_release(&script);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct CMUnitTest *)a)->name, ((const struct CMUnitTest *)b)->name);
}

int
main(void)
{
	static struct CMUnitTest tests[SCRIPTS_MOST];
	static char names[SCRIPTS_MOST][NAME_BYTES];
	size_t n = 0;
	struct dirent *entry;
	DIR *dir = opendir(DIRECTORY);
	while (dir && n < SCRIPTS_MOST && (entry = readdir(dir))) {
		struct str file = str_from(entry->d_name);
		if (!str_ends(file, STR(".keys")))
			continue;
		snprintf(names[n], NAME_BYTES, "%.*s", STR_ARG(str_slice(file, 0, file.n - 5)));
		if (getenv("KEYS") && strcmp(getenv("KEYS"), names[n]) != 0)
			continue;
		tests[n] = (struct CMUnitTest){ .name = names[n],
						.initial_state = names[n],
						.test_func = screens_are_as_recorded };
		n++;
	}
	if (dir)
		closedir(dir);
	qsort(tests, n, sizeof(tests[0]), by_name);
	return _cmocka_run_group_tests("screens", tests, n, NULL, NULL);
}
