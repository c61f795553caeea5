/* SPDX-License-Identifier: MIT */
/* postern session REF|ID: one session as a stage ladder. */
#include "cli/case_output.h"
#include "cli/look_up.h"
#include "cli/session_output.h"
#include "db/story.h"

#include <math.h>
#include <stdlib.h>

static struct json *
events_json(const struct ladder *l, struct arena *a)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < l->n; i++) {
		const struct ladder_row *r = &l->rows[i];
		struct json *o = json_object_new();

		json_set_str_or_null(
			o, "time", r->time_us == TIME_NONE ? STR("") : time_rfc3339(r->time_us, a));
		json_set_text(o, "event", fragment_kind_text(r->kind));
		json_set_str_or_null(o, "stage", str_from(stage_text(r->stage)));
		json_set_text(o, "label", r->label);
		json_set_str(o, "what", r->what);
		json_set_str(o, "answer", r->answer);
		json_set_str_or_null(o, "verdict", str_from(verdict_text(r->verdict)));
		json_set_bool(o, "logged", !r->implied);
		json_set_str(o, "remark", r->remark);
		json_add(list, o);
	}
	return list;
}

static int
add_lines(struct cli *c, const struct session *s, struct json *o, struct err *e)
{
	struct json *list = json_array_new();
	struct stored_line *lines;
	size_t n;

	json_set(o, "lines", list);
	if (!cli_value(c, "lines"))
		return 0;
	if (store_session_lines(c->store, s, &c->arena, &lines, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		json_add_str(list, lines[i].text);
	return 0;
}

/* --- what belongs to it --- */

static void
add_relation(struct json *list, const struct session *s, const char *relation, struct arena *a)
{
	struct json *o = session_json(s, a);

	json_set_text(o, "relation", relation);
	json_add(list, o);
}

static bool
is_in_story(const struct story *story, const struct session *s)
{
	for (size_t i = 0; i < story->n; i++)
		if (story->sessions[i]->ref.number == s->ref.number)
			return true;
	return false;
}

/* The other sessions of its story, and what else its connection brought. */
static int
add_related(struct cli *c, const struct session *s, const struct story *story, struct json *o,
	    struct err *e)
{
	const int64_t near = 600 * US_PER_SECOND;
	struct json *list = json_array_new();
	struct probe p = { .most = 50 };
	struct probe_answer answer;

	json_set(o, "related", list);
	for (size_t i = 0; i < story->n; i++)
		if (story->sessions[i] != s)
			add_relation(list, story->sessions[i],
				     story_relation_text(story->relations[i]), &c->arena);
	if (s->connection.n == 0 || s->start_us == TIME_NONE)
		return 0;
	p.from_us = s->start_us - near;
	p.to_us = s->end_us + near;
	p.terms[0] = (struct term){ TERM_CONNECTION, s->connection };
	p.n_terms = 1;
	if (store_probe(c->store, &p, &c->arena, &answer, e) < 0)
		return -1;
	for (size_t i = 0; i < answer.n; i++)
		if (!is_in_story(story, &answer.sessions[i]))
			add_relation(list, &answer.sessions[i],
				     story_relation_text(STORY_RELATION_CONNECTION), &c->arena);
	return 0;
}

/* NULL: none. A desk that cannot be read is no reason to hide the session. */
static struct desk_case *
case_of(struct cli *c, const struct session *s)
{
	struct desk_case *known = NULL;
	struct desk_key key;
	struct err e = { 0 };

	if (store_desk_key(c->store, s, &c->arena, &key, &e) < 0 ||
	    desk_case_of(cli_desk(c), &key, &c->arena, &known, &e) < 0) {
		fputs("postern: ", stderr);
		print_clean(stderr, str_from(e.text));
		fputc('\n', stderr);
		return NULL;
	}
	return known;
}

static int
add_case(struct cli *c, const struct session *s, struct json *o, struct err *e)
{
	struct desk_case *known = case_of(c, s);
	struct json *one = known ? case_json(cli_desk(c), known, &c->arena, e) : NULL;

	if (one)
		json_set(o, "case", one);
	else
		json_set_null(o, "case");
	return known && !one ? -1 : 0;
}

static int
print_json(struct cli *c, const struct session *s, const struct ladder *l,
	   const struct story *story, struct err *e)
{
	struct json *o = session_json(s, &c->arena);
	int rc;

	json_set(o, "events", events_json(l, &c->arena));
	rc = add_lines(c, s, o, e);
	if (rc == 0)
		rc = add_related(c, s, story, o, e);
	if (rc == 0)
		rc = add_case(c, s, o, e);
	if (rc == 0)
		rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

static void
print_field(const char *name, struct str value)
{
	if (value.n == 0)
		return;
	printf("%-12s ", name);
	print_clean(stdout, value);
	putchar('\n');
}

static void
print_scores(const struct session *s)
{
	for (size_t i = 0; i < s->n_scores; i++) {
		const struct score *score = &s->scores[i];

		printf("%-12s ", i == 0 ? "score" : "");
		fputs(engine_text(score->engine), stdout);
		if (score->has_value)
			printf(" %g%s", score->value, score->engine == ENGINE_PMX ? " %" : "");
		if (score->has_threshold)
			printf(", rejects at %g", score->threshold);
		if (score->symbols.n > 0) {
			fputs("  ", stdout);
			print_clean(stdout, score->symbols);
		}
		putchar('\n');
	}
}

/* Only where there is more than the session itself. */
static void
print_story(struct cli *c, const struct story *story)
{
	if (story->n < 2)
		return;
	puts("\nStory:");
	for (size_t i = 0; i < story->n; i++) {
		printf("%-10s ", story->relations[i] == STORY_RELATION_NONE
					 ? ">"
					 : story_relation_text(story->relations[i]));
		session_print_line(c, story->sessions[i], &c->arena);
	}
	print_clean(stdout, story_say(story, c->zone, &c->arena));
	putchar('\n');
}

static int
print_text(struct cli *c, const struct session *s, const struct ladder *l,
	   const struct story *story, struct err *e)
{
	struct desk_case *known = case_of(c, s);
	struct stored_line *lines;
	size_t n;

	session_print_line(c, s, &c->arena);
	print_field("gateway", s->gateway_name);
	print_field("subject", s->subject);
	for (size_t i = 0; i < s->n_identifiers; i++)
		print_field(id_role_text(s->identifiers[i].role), s->identifiers[i].text);
	print_scores(s);
	putchar('\n');
	session_print_ladder(c, l, &c->arena);
	print_story(c, story);
	if (known) {
		putchar('\n');
		if (case_print(c, known, &c->arena, e) < 0)
			return -1;
	}
	if (!cli_value(c, "lines"))
		return 0;
	putchar('\n');
	if (store_session_lines(c->store, s, &c->arena, &lines, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		print_clean(stdout, lines[i].text);
		putchar('\n');
	}
	return 0;
}

static int
show(struct cli *c, const struct session *s, struct err *e)
{
	struct trace *t = trace_start(c->store, &c->config.ours, c->zone, cli_now_us());
	struct ladder ladder;
	int rc = session_ladder(c->store, s, &c->arena, &ladder, e);

	if (rc == 0)
		rc = trace_run_session(t, s, NULL, NULL, e);
	if (rc == 0) {
		const struct story *story = &trace_result(t)->stories[0];
		rc = c->json ? print_json(c, s, &ladder, story, e)
			     : print_text(c, s, &ladder, story, e);
	}
	trace_free(t);
	return rc;
}

int
cmd_session(struct cli *c, struct err *e)
{
	struct session *list;
	size_t n;

	if (c->n_operands != 1)
		return err_set(e, ERR_USAGE, "session needs one REF or ID");
	if (cli_open_store(c, STORE_READ, e) < 0)
		return -1;
	struct str wanted = str_from(c->operands[0]);
	if (look_up(c, wanted, &list, &n, e) < 0)
		return -1;
	if (n == 0)
		return EXIT_NO;
	if (show(c, &list[0], e) < 0)
		return -1;
	if (!c->json)
		look_up_more(n);
	return EXIT_YES;
}
