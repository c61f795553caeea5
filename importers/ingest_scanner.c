/* SPDX-License-Identifier: MIT */
/*
 * ingest_scanner: whose the logs of scanners are that name no host. A judgement must meet the
 * message it is about, so they belong to the gateway of an MTA: that of their directory or one
 * above, else the only one of this call, else the only one that the book knows, else the host's
 * own. What is still nobody's is not read, since its judgements would never join anything.
 */
#include "importers/ingest_local.h"

static int
name_of_directory(struct run *r, struct str directory, struct str *name, struct err *e)
{
	for (size_t i = 0; i < r->n_directories; i++)
		if (str_eq(r->directories[i].path, directory)) {
			*name = r->directories[i].gateway;
			return 0;
		}
	return r->book->ops->gateway_of(r->book, directory, &r->arena, name, e);
}

/* /var/log/rspamd, then /var/log … */
static int
name_of_directories(struct run *r, struct str directory, struct str *name, struct err *e)
{
	while (directory.n > 0 && name->n == 0) {
		size_t slash = str_rfind_char(directory, '/');
		if (name_of_directory(r, directory, name, e) < 0)
			return -1;
		directory = slash == STR_NPOS ? STR("") : str_slice(directory, 0, slash);
	}
	return 0;
}

static bool
is_scanners(struct str format)
{
	const struct log_format *f = importer_format(format);
	return f && f->is_scanner;
}

static struct str
sole_of_run(const struct run *r)
{
	struct str sole = STR("");
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct input *input = r->inputs[i];
		struct str name = input->waits ? input->gateway : input->report.gateway;
		if (name.n == 0 || input->is_scanners || is_scanners(input->report.format))
			continue;
		if (sole.n > 0 && !str_eq(sole, name))
			return STR("");
		sole = name;
	}
	return sole;
}

static void
refuse(struct run *r, struct input *input)
{
	struct ingest_report report = { .gateway = STR(""), .format = STR("") };
	err_set(&report.error, ERR_FORMAT,
		"%.*s: whose mail this scanner judged is not known: import that gateway's log with "
		"it, or give --gateway",
		STR_ARG(input->report.path));
	input->stored_bytes = 0; /* nor is it to be read */
	input_settle(r, input, &report);
	input_close(input);
}

int
scanners_settle(struct run *r, struct err *e)
{
	struct str sole = sole_of_run(r);
	for (size_t i = 0; i < r->n_inputs; i++) {
		struct input *input = r->inputs[i];
		struct str name = STR("");
		if (!input->waits || !input->seeks_gateway)
			continue;
		if (name_of_directories(r, input->entry->directory, &name, e) < 0)
			return -1;
		if (name.n == 0)
			name = sole;
		if (name.n == 0 && r->book->ops->sole_gateway(r->book, &r->arena, &name, e) < 0)
			return -1;
		if (name.n == 0)
			name = r->options->default_gateway;
		if (name.n == 0) {
			refuse(r, input);
			continue;
		}
		input->gateway = name;
		set_group(r, input, name);
	}
	return 0;
}
