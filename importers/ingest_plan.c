/* SPDX-License-Identifier: MIT */
/*
 * ingest_plan: a first look at every log of a call, in the order of the paths: what has nothing new
 * is settled, the rest waits with the time of its first new line. Nothing stays open but pipes.
 */
#include <stdlib.h>

#include "importers/ingest_local.h"

static struct input *
add_input(struct run *r, const struct walk_entry *entry, unsigned nth)
{
	struct input *input = arena_zalloc(&r->arena, sizeof(*input));
	input->entry = entry;
	input->nth = nth;
	input->first_us = TIME_NONE;
	input->report.gateway = input->report.format = STR("");
	input->place = r->n_inputs;
	r->inputs = mem_grow(r->inputs, &r->cap_inputs, r->n_inputs + 1, sizeof(*r->inputs));
	return r->inputs[r->n_inputs++] = input;
}

static void
add_failure(struct run *r, const struct walk_entry *entry, const struct err *error)
{
	struct input *input = add_input(r, entry, 0);
	input->is_settled = true;
	input->report = (struct ingest_report){
		.path = str_from(entry->path),
		.gateway = STR(""),
		.format = STR(""),
		.error = *error,
	};
}

/*
 * Time order matters among the lines of one gateway; a log of several hosts goes with the others of
 * its directory.
 */
void
set_group(struct run *r, struct input *input, struct str name)
{
	size_t i = r->n_inputs;
	input->group_name = arena_str(&r->arena, name);
	while (i > 0 && !(r->inputs[i - 1]->waits && r->inputs[i - 1] != input &&
			  str_eq(r->inputs[i - 1]->group_name, name)))
		i--;
	input->group = i > 0 ? r->inputs[i - 1]->group : input->place + 1;
}

static void
let_wait(struct intake *in)
{
	struct run *r = in->run;
	struct input *input = in->input;
	set_group(r, input, in->names_hosts ? input->entry->directory : in->info.gateway);
	input->is_scanners = in->info.format && in->info.format->is_scanner;
	input->waits = true;
	input->gateway = arena_str(&r->arena, in->info.gateway);
	input->first_us = lines_first_time(in);
	input->role = in->info.context.role;
	r->size_is_unknown |= source_is_pipe(in->source);
	if (in->is_new)
		input->mark = in->info.mark;
	if (source_is_plain(in->source))
		input->stored_from = in->lines.offset;
}

static enum intake_result
look_at(struct run *r, struct input *input, struct source *s, struct err *e)
{
	struct intake *in = intake_new(r, input, s);
	bool wanted;
	enum intake_result rc = intake_examine(in, &wanted, e);
	if (wanted && rc == INTAKE_OK)
		let_wait(in);
	else if (rc != INTAKE_ENDED)
		input_settle(r, input, &in->report);
	if (input->waits && source_is_pipe(s) && source_member(s).n == 0)
		input->intake = in;
	else
		intake_free(in);
	return rc;
}

/* How much there is to be read of it, now that the source stands behind it or at its end. */
static void
measure(struct input *input, const struct source *s, bool is_member)
{
	uint64_t end = is_member ? source_done_bytes(s) : source_size_bytes(s);
	if (!source_is_pipe(s) && end > input->stored_from)
		input->stored_bytes = end - input->stored_from;
}

/* The inputs are to read the archive from here: its pipe is empty now. */
static void
keep_archive(struct run *r, struct source *s, size_t n_before)
{
	r->archives =
		mem_grow(r->archives, &r->cap_archives, r->n_archives + 1, sizeof(*r->archives));
	r->archives[r->n_archives++] = s;
	for (size_t i = n_before; i < r->n_inputs; i++)
		r->inputs[i]->archive = s;
}

/* Only an archive is asked for more than one log: the end of a packed file may be far away. */
static enum intake_result
plan_entry(struct run *r, const struct walk_entry *entry, struct err *e)
{
	struct source *s = NULL;
	struct err error = entry->error;
	struct input *input = NULL;
	size_t n_before = r->n_inputs;
	enum intake_result rc = INTAKE_OK;
	bool is_member = false;
	int there = -1;
	if (error.code == ERR_NONE && source_open(entry->path, &s, &error) == 0)
		there = source_next(s, &error);
	for (unsigned nth = 1; there == 1 && rc != INTAKE_ENDED; nth++) {
		is_member = source_member(s).n > 0;
		input = add_input(r, entry, nth);
		input->stored_from = is_member ? source_done_bytes(s) : 0;
		rc = look_at(r, input, s, e);
		there = is_member && rc != INTAKE_ENDED ? source_next(s, &error) : 0;
		measure(input, s, is_member);
	}
	if (s && source_is_pipe(s) && is_member)
		keep_archive(r, s, n_before);
	else if (!input || !input->intake)
		source_close(s);
	if (rc == INTAKE_ENDED)
		return INTAKE_ENDED;
	if (there < 0) {
		err_prefix(&error, "%s", entry->path);
		add_failure(r, entry, &error);
	}
	return INTAKE_OK;
}

int
plan_inputs(struct run *r, struct err *e)
{
	for (size_t i = 0; i < r->walk.n; i++) {
		if (run_is_cancelled(r))
			return err_set(e, ERR_CANCEL, "stopped");
		if (plan_entry(r, &r->walk.entries[i], e) == INTAKE_ENDED)
			return -1;
	}
	if (scanners_settle(r, e) < 0)
		return -1;
	for (size_t i = 0; i < r->n_inputs; i++)
		if (r->inputs[i]->waits)
			r->stored_bytes += r->inputs[i]->stored_bytes;
	return 0;
}
