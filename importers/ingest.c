/* SPDX-License-Identifier: MIT */
/*
 * ingest: the paths, one after the other; a report for each log in them. What one log lacks is in
 * its report; only the sink, the book and a cancel end the run, and what was committed stays.
 */
#include "importers/ingest.h"

#include <stdlib.h>

#include "importers/ingest_local.h"

static void
send_report(struct run *r, const struct ingest_report *report)
{
	if (report->error.code != ERR_NONE && !report->skipped)
		r->failed++;
	if (r->hooks && r->hooks->report)
		r->hooks->report(r->hooks->arg, report);
}

static void
report_error(struct run *r, const struct walk_entry *entry, const struct err *error)
{
	send_report(r, &(struct ingest_report){
		.path = str_from(entry->path),
		.gateway = STR(""),
		.format = STR(""),
		.error = *error,
	});
}

/* The source's present log. *readable: what follows it in the source can be read. */
static enum intake_result
ingest_log(struct run *r, const struct walk_entry *entry, struct source *s, bool *readable,
           struct err *e)
{
	struct intake in = { .run = r, .entry = entry, .source = s };
	struct str member = source_member(s);
	lines_init(&in.lines, s);
	in.report.path = str_from(entry->path);
	in.name = member.n > 0 ? arena_str(&in.arena, member) : in.report.path;
	if (member.n > 0)
		in.report.path = arena_printf(&in.arena, "%s:%.*s", entry->path, STR_ARG(member));
	in.report.gateway = STR("");
	in.report.format = STR("");

	enum intake_result rc = intake_run(&in, e);
	if (rc != INTAKE_ENDED)
		send_report(r, &in.report);
	*readable = in.report.error.code != ERR_IO;
	if (in.reader)
		in.info.format->reader_free(in.reader);
	lines_release(&in.lines);
	u64_table_release(&in.host_of);
	free(in.hosts);
	arena_release(&in.arena);
	return rc;
}

static enum intake_result
ingest_entry(struct run *r, const struct walk_entry *entry, struct err *e)
{
	struct source *s = NULL;
	struct err error = entry->error;
	enum intake_result rc = INTAKE_OK;
	bool readable = true;
	int there = -1;
	if (error.code != ERR_NONE) {
		report_error(r, entry, &error);
		return INTAKE_FAILED;
	}
	if (source_open(entry->path, &s, &error) == 0)
		while (rc != INTAKE_ENDED && readable && (there = source_next(s, &error)) == 1)
			rc = ingest_log(r, entry, s, &readable, e);
	source_close(s);
	if (rc == INTAKE_ENDED)
		return INTAKE_ENDED;
	if (there < 0) {
		err_prefix(&error, "%s", entry->path);
		report_error(r, entry, &error);
		return INTAKE_FAILED;
	}
	return rc;
}

static int
prepare(struct run *r, struct err *e)
{
	struct str format = r->options->format;
	if (format.n > 0 && !importer_format(format))
		return err_set(e, ERR_USAGE, "unknown log format \"%.*s\"", STR_ARG(format));
	r->zone = r->options->zone ? r->options->zone : zone_find(STR("local"), e);
	return r->zone ? 0 : -1;
}

int
ingest_paths(struct sink *sink, struct source_book *book, const char *const *paths, size_t n,
             const struct ingest_options *o, const struct ingest_hooks *h, size_t *failed,
             struct err *e)
{
	struct run r = { .sink = sink, .book = book, .options = o, .hooks = h };
	int rc = prepare(&r, e);
	if (rc == 0)
		walk_paths(&r.walk, paths, n);
	for (size_t i = 0; i < r.walk.n && rc == 0; i++) {
		if (run_is_cancelled(&r))
			rc = err_set(e, ERR_CANCEL, "stopped");
		else if (ingest_entry(&r, &r.walk.entries[i], e) == INTAKE_ENDED)
			rc = -1;
	}
	if (rc == 0)
		rc = sink->ops->commit(sink, e); /* names that were learnt without lines */
	if (failed)
		*failed = r.failed;
	walk_release(&r.walk);
	free(r.directories);
	arena_release(&r.arena);
	return rc;
}
