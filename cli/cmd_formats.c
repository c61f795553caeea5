/* SPDX-License-Identifier: MIT */
/* postern formats: the log formats there are, and whether format files are in order. */
#include "cli/cli.h"
#include "importers/importer.h"

static void
add_format(struct json *list, const struct log_format *format, const struct user_format *u)
{
	struct json *o;

	if (!list) {
		printf("%-14s %-32s ", format->name, format->title);
		if (u)
			print_clean(stdout, user_format_path(u));
		putchar('\n');
		return;
	}
	o = json_object_new();
	json_set_text(o, "name", format->name);
	json_set_text(o, "title", format->title);
	json_set_str_or_null(o, "file", u ? user_format_path(u) : STR(""));
	json_set_int(o, "patterns", u ? (int64_t)user_format_patterns(u) : 0);
	json_add(list, o);
}

/* The files named instead of those that are installed, so that a copy may be checked. */
static void
take_files(struct cli *c)
{
	struct format_complaints *complaints = &c->formats.complaints;

	user_formats_release();
	format_complaints_release(complaints);
	format_complaints_init(complaints);
	for (size_t i = 0; i < c->n_operands; i++)
		formats_add_file(c->operands[i], complaints);
}

static int
print_all(struct cli *c, struct json *list)
{
	for (size_t i = 0; importers[i] && c->n_operands == 0; i++)
		add_format(list, importers[i]->format, NULL);
	for (size_t i = 0; user_format_at(i); i++)
		add_format(list, user_format_log(user_format_at(i)), user_format_at(i));
	return c->formats.complaints.n > 0 ? EXIT_NO : EXIT_YES;
}

static struct json *
complaint_lines(struct str text)
{
	struct json *list = json_array_new();

	while (text.n > 0) {
		size_t end = str_find_char(text, '\n', 0);

		json_add_str(list, str_slice(text, 0, end));
		text = str_skip(text, end == STR_NPOS ? text.n : end + 1);
	}
	return list;
}

int
cmd_formats(struct cli *c, struct err *e)
{
	struct json *o, *list;
	int status;

	if (c->n_operands > 0)
		take_files(c);
	if (!c->json) {
		status = print_all(c, NULL);
		formats_warn(&c->formats);
		return status;
	}
	list = json_array_new();
	status = print_all(c, list);
	o = json_object_new();
	json_set(o, "formats", list);
	json_set(o, "complaints", complaint_lines(strbuf_str(&c->formats.complaints.text)));
	if (json_write(o, stdout, e) < 0)
		status = -1;
	json_free(o);
	return status;
}
