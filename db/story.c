/* SPDX-License-Identifier: MIT */
/* story: every run has a tracer and an arena of its own, as a look of db/find.c has. */
#include "db/story.h"

#include <stdlib.h>

enum {
	MOST_SESSIONS = 200,   /* of one answer, whatever the tracer asks for */
	SCAN_SESSIONS = 50000, /* looked at where no term leads */
};

struct run {
	struct tracer *tracer;
	struct arena arena; /* coverage, sessions and texts: the tracer borrows them */
	struct coverage *stretches;
	size_t n_stretches;
};

struct trace {
	struct store *store;
	struct find_context context; /* without coverage, which each run reads */
	struct run last;             /* the last that ended well; tracer NULL: none */
};

static void
run_release(struct run *r)
{
	tracer_free(r->tracer);
	arena_release(&r->arena);
}

static int
read_stretches(struct store *st, struct run *r, struct err *e)
{
	struct store_stretch *list;

	if (store_coverage(st, STORE_GAP_US, &r->arena, &list, &r->n_stretches, e) < 0)
		return -1;
	r->stretches = arena_zalloc(&r->arena, (r->n_stretches + 1) * sizeof(*r->stretches));
	for (size_t i = 0; i < r->n_stretches; i++)
		r->stretches[i] = (struct coverage){ .gateway = list[i].gateway,
						     .from_us = list[i].from_us,
						     .to_us = list[i].to_us };
	return 0;
}

static bool
keep(void *tracer, const struct session *s)
{
	return tracer_keeps(tracer, s);
}

/* What no term leads to is looked for among the sessions of the time, newest first. */
static int
scan(struct store *st, struct run *r, const struct probe *p, struct probe_answer *out,
     struct err *e)
{
	struct session_page page;
	struct page_query q = {
		.most = p->most,
		.budget_sessions = SCAN_SESSIONS,
		.probe = p,
		.whole = true,
		.keep = keep,
		.keep_arg = r->tracer,
	};

	if (store_page(st, &q, &r->arena, &page, e) < 0)
		return -1;
	*out = (struct probe_answer){ .count = page.n + page.more,
				      .count_is_bound = page.more,
				      .sessions = page.sessions,
				      .n = page.n };
	return 0;
}

static int
ask(struct store *st, struct run *r, search_cancel *cancel, void *cancel_arg, struct err *e)
{
	struct probe p;

	while (tracer_next(r->tracer, &p)) {
		struct probe_answer answer = { 0 };

		if (cancel && cancel(cancel_arg))
			return err_set(e, ERR_CANCEL, "the search was stopped");
		if (p.most > MOST_SESSIONS)
			p.most = MOST_SESSIONS;
		if (st && (p.n_terms > 0 ? store_probe(st, &p, &r->arena, &answer, e)
					 : scan(st, r, &p, &answer, e)) < 0)
			return -1;
		tracer_answer(r->tracer, &answer);
	}
	return 0;
}

/* Either by addresses or by a session. */
static int
run(struct trace *t, const struct trace_ask *by, const struct session *s, search_cancel *cancel,
    void *cancel_arg, struct err *e)
{
	struct find_context context = t->context;
	struct run r = { 0 };
	int rc = 0;

	arena_init(&r.arena);
	if (t->store && !s)
		rc = read_stretches(t->store, &r, e);
	context.coverage = r.stretches;
	context.n_coverage = r.n_stretches;
	if (rc == 0 && s)
		r.tracer = tracer_new_of(s, &context);
	if (rc == 0 && !s) {
		struct trace_ask copy = *by;
		copy.from = arena_str(&r.arena, by->from);
		copy.to = arena_str(&r.arena, by->to);
		r.tracer = tracer_new(&copy, &context);
	}
	if (rc == 0)
		rc = ask(t->store, &r, cancel, cancel_arg, e);
	if (rc < 0) {
		run_release(&r);
		return -1;
	}
	run_release(&t->last);
	t->last = r;
	return 0;
}

struct trace *
trace_start(struct store *st, const struct ours *ours, const struct zone *zone, int64_t now_us)
{
	struct trace *t = xcalloc(1, sizeof(*t));

	t->store = st;
	t->context = (struct find_context){ .ours = ours, .zone = zone, .now_us = now_us };
	arena_init(&t->last.arena);
	return t;
}

void
trace_free(struct trace *t)
{
	if (!t)
		return;
	run_release(&t->last);
	free(t);
}

int
trace_run(struct trace *t, const struct trace_ask *by, search_cancel *cancel, void *cancel_arg,
	  struct err *e)
{
	return run(t, by, NULL, cancel, cancel_arg, e);
}

int
trace_run_session(struct trace *t, const struct session *s, search_cancel *cancel, void *cancel_arg,
		  struct err *e)
{
	return run(t, NULL, s, cancel, cancel_arg, e);
}

const struct trace_result *
trace_result(const struct trace *t)
{
	return t->last.tracer ? tracer_result(t->last.tracer) : NULL;
}

const struct coverage *
trace_coverage(const struct trace *t, size_t *n)
{
	*n = t->last.n_stretches;
	return t->last.stretches;
}
