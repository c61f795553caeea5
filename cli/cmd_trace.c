/* SPDX-License-Identifier: MIT */
/* postern trace: "it never arrived": what became of a mail of which there is no bounce. */
#include "cli/session_output.h"
#include "cli/site.h"
#include "db/story.h"
#include "model/story_time.h"

/* --- what is asked -------------------------------------------------------------------------- */

static int
read_address(struct cli *c, const char *option, struct str *out, struct err *e)
{
	const char *value = cli_value(c, option);

	*out = (struct str){ "", 0 };
	if (value && !trace_address(str_from(value), option[0] == 'f', out))
		return err_set(e, ERR_USAGE,
			       "--%s needs an address, or @example.org for a whole domain, not %s",
			       option, value);
	return 0;
}

static int
read_ask(struct cli *c, struct trace_ask *ask, struct err *e)
{
	const char *around = cli_value(c, "around");

	*ask = (struct trace_ask){ .time_us = TIME_NONE };
	if (c->n_operands > 0)
		return err_set(
			e, ERR_USAGE,
			"trace takes no operand; give --from and --to, or both, and --around");
	if (read_address(c, "from", &ask->from, e) < 0 || read_address(c, "to", &ask->to, e) < 0)
		return -1;
	if (ask->from.n == 0 && ask->to.n == 0)
		return err_set(e, ERR_USAGE,
			       "trace needs --from or --to; a time alone tells no mail");
	if (around && !story_time_read(str_from(around), c->zone, cli_now_us(), &ask->time_us,
				       &ask->slack_us))
		return err_set(e, ERR_USAGE,
			       "--around %s is no time; say 2026-11-21 10:00, today 10:00, "
			       "yesterday, monday or 2 days ago",
			       around);
	return 0;
}

/* --- JSON ----------------------------------------------------------------------------------- */

static struct json *
span_json(int64_t from_us, int64_t to_us, struct arena *a)
{
	struct json *o = json_object_new();

	json_set_str(o, "from", time_rfc3339(from_us, a));
	json_set_str(o, "to", time_rfc3339(to_us, a));
	return o;
}

/* The stretches of one gateway: its gaps are those that touch the time, else all. */
static struct json *
gateway_json(const struct coverage *v, size_t n, const struct trace_ask *ask, struct arena *a)
{
	struct json *o = json_object_new(), *gaps = json_array_new();
	bool timed = ask->time_us != TIME_NONE;
	size_t gap;

	for (size_t i = 0; i + 1 < n; i++)
		if (!timed || (v[i].to_us < ask->time_us + ask->slack_us &&
			       v[i + 1].from_us > ask->time_us - ask->slack_us))
			json_add(gaps, span_json(v[i].to_us, v[i + 1].from_us, a));
	json_set_str(o, "gateway", v->gateway);
	json_set_str(o, "from", time_rfc3339(v[0].from_us, a));
	json_set_str(o, "to", time_rfc3339(v[n - 1].to_us, a));
	json_set(o, "gaps", gaps);
	if (timed)
		json_set_bool(o, "covers",
			      trace_cover(v, n, ask, cli_now_us(), &gap) == TRACE_COVERS);
	else
		json_set_null(o, "covers");
	return o;
}

static struct json *
coverage_json(const struct trace *t, const struct trace_ask *ask, struct arena *a)
{
	struct json *list = json_array_new();
	size_t n;
	const struct coverage *v = trace_coverage(t, &n);

	for (size_t from = 0, to; from < n; from = to) {
		for (to = from + 1; to < n && str_eq(v[to].gateway, v[from].gateway);)
			to++;
		json_add(list, gateway_json(v + from, to - from, ask, a));
	}
	return list;
}

static struct json *
story_json(const struct story *s, struct arena *a)
{
	struct json *o = json_object_new(), *sessions = json_array_new();

	for (size_t i = 0; i < s->n; i++)
		json_add(sessions, session_json(s->sessions[i], a));
	json_set(o, "sessions", sessions);
	json_set_text(o, "outcome", story_outcome_text(s->outcome));
	return o;
}

static int
print_json(struct cli *c, const struct trace *t, const struct trace_ask *ask, struct err *e)
{
	const struct trace_result *r = trace_result(t);
	struct json *o = json_object_new(), *stories = json_array_new();
	int rc;

	for (size_t i = 0; i < r->n_stories; i++)
		json_add(stories, story_json(&r->stories[i], &c->arena));
	json_set_text(o, "outcome", story_outcome_text(r->outcome));
	json_set(o, "stories", stories);
	json_set(o, "coverage", coverage_json(t, ask, &c->arena));
	rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

/* --- text ----------------------------------------------------------------------------------- */

static void
print_story(struct cli *c, const struct story *s)
{
	print_clean(stdout, story_say(s, c->zone, &c->arena));
	putchar('\n');
	for (size_t i = 0; i < s->n; i++) {
		fputs(s->sessions[i] == s->decided_by && s->n > 1 ? "> " : "  ", stdout);
		session_print_line(c, s->sessions[i], &c->arena);
	}
}

static void
print_line(FILE *out, struct str text)
{
	print_clean(out, text);
	fputc('\n', out);
}

/* What is missing, where it could be, and what comes near. */
static void
print_not_seen(const struct trace_result *r, FILE *out)
{
	print_line(out, r->message);
	print_line(out, r->coverage);
	for (size_t i = 0; i < r->n_hints; i++)
		print_line(out, r->hints[i].text);
}

static void
print_text(struct cli *c, const struct trace_result *r)
{
	for (size_t i = 0; i < r->n_stories; i++) {
		if (i > 0)
			putchar('\n');
		print_story(c, &r->stories[i]);
	}
	if (r->more)
		fputs("There are more; a nearer --around shows others.\n", stderr);
}

int
cmd_trace(struct cli *c, struct err *e)
{
	struct trace_ask ask;
	struct trace *t = NULL;
	int rc = -1;

	if (read_ask(c, &ask, e) < 0 || cli_open_store(c, STORE_READ, e) < 0 || site_load(c, e) < 0)
		return -1;
	t = trace_start(c->store, &c->config.ours, c->zone, cli_now_us());
	if (trace_run(t, &ask, NULL, NULL, e) < 0)
		goto out;
	const struct trace_result *r = trace_result(t);
	if (r->n_stories == 0)
		print_not_seen(r, c->json ? stderr : stdout);
	if (!c->json)
		print_text(c, r);
	else if (print_json(c, t, &ask, e) < 0)
		goto out;
	rc = r->n_stories > 0 ? EXIT_YES : EXIT_NO;
out:
	trace_free(t);
	return rc;
}
