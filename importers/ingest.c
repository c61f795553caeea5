/* SPDX-License-Identifier: MIT */
/*
 * ingest: a call from its paths to its reports. All logs are looked at, then what is new in them is
 * read in the order of time, and a commit ends it. What one log lacks is in its report; only the
 * sink, the book and a cancel end the run, and what was committed stays.
 */
#include "importers/ingest.h"

#include <stdlib.h>

#include "importers/ingest_local.h"

bool
run_is_cancelled(const struct run *r)
{
	return r->hooks && r->hooks->cancelled && r->hooks->cancelled(r->hooks->arg);
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

/* --- reports ---------------------------------------------------------------------------------- */

static void
send_report(struct run *r, const struct ingest_report *report)
{
	if (report->error.code != ERR_NONE && !report->skipped)
		r->failed++;
	if (r->hooks && r->hooks->report)
		r->hooks->report(r->hooks->arg, report);
}

/* What is known before anything is read: as far as the order of the paths allows. */
static void
report_known(struct run *r)
{
	while (r->n_reported < r->n_inputs && r->inputs[r->n_reported]->is_settled)
		send_report(r, &r->inputs[r->n_reported++]->report);
}

/* All that came to its end; after the commit. */
static int
report_rest(struct run *r, struct err *e)
{
	for (; r->n_reported < r->n_inputs; r->n_reported++) {
		struct input *input = r->inputs[r->n_reported];
		uint64_t sessions = 0;
		if (!input->is_settled)
			continue;
		if (input->was_read &&
		    r->book->ops->sessions(r->book, input->number, &sessions, e) < 0)
			return -1;
		if (sessions > input->sessions_before)
			input->report.sessions = sessions - input->sessions_before;
		send_report(r, &input->report);
	}
	return 0;
}

/* --- all -------------------------------------------------------------------------------------- */

static int
run_all(struct run *r, struct err *e)
{
	if (plan_inputs(r, e) < 0)
		return -1;
	report_known(r);
	if (merge_inputs(r, e) < 0) {
		if (e->code == ERR_CANCEL)
			report_rest(r, NULL);
		return -1;
	}
	if (r->sink->ops->commit(r->sink, true, e) <
	    0) /* also names that were learnt without lines */
		return -1;
	return report_rest(r, e);
}

static void
run_release(struct run *r)
{
	for (size_t i = 0; i < r->n_inputs; i++)
		input_close(r->inputs[i]);
	for (size_t i = 0; i < r->n_archives; i++)
		source_close(r->archives[i]);
	walk_release(&r->walk);
	free(r->inputs);
	free(r->archives);
	free(r->directories);
	arena_release(&r->arena);
}

int
ingest_paths(struct sink *sink, struct source_book *book, const char *const *paths, size_t n,
	     const struct ingest_options *o, const struct ingest_hooks *h, size_t *failed,
	     struct err *e)
{
	struct run r = { .sink = sink, .book = book, .options = o, .hooks = h };
	struct err local = { 0 };
	if (!e)
		e = &local;
	int rc = prepare(&r, e);
	if (rc == 0) {
		walk_paths(&r.walk, paths, n);
		rc = run_all(&r, e);
	}
	if (failed)
		*failed = r.failed;
	run_release(&r);
	return rc;
}
