/* SPDX-License-Identifier: MIT */
/* postern find: a paste in, the session out. Writes nothing. */
#include "cli/case_output.h"
#include "cli/session_output.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/site.h"
#include "db/find.h"

static bool
is_regular_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/* Text that somebody meant as a file: said, since looking it up as text finds nothing. */
static void
warn_of_missing_file(const char *operand)
{
	struct str s = str_from(operand);

	if (str_find_char(s, ' ', 0) != STR_NPOS)
		return;
	if (access(operand, F_OK) == 0)
		fprintf(stderr, "postern: %s is no regular file; taken as text\n", operand);
	else if (str_find_char(s, '/', 0) != STR_NPOS || str_ends(s, STR(".eml")) ||
		 str_ends(s, STR(".txt")) || str_ends(s, STR(".msg")))
		fprintf(stderr, "postern: there is no file %s; taken as text\n", operand);
}

static int
read_paste(struct cli *c, struct strbuf *paste, struct err *e)
{
	if (c->n_operands == 0)
		return file_read_stream(stdin, "standard input", paste, e);
	if (c->n_operands == 1 && !c->operands_are_text && is_regular_file(c->operands[0]))
		return file_read(c->operands[0], paste, e);
	for (size_t i = 0; i < c->n_operands; i++) {
		if (!c->operands_are_text)
			warn_of_missing_file(c->operands[i]);
		if (i > 0)
			strbuf_add_char(paste, ' ');
		strbuf_add_text(paste, c->operands[i]);
	}
	return 0;
}

/* --- output --- */

static struct json *
clues_json(const struct find_result *r)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < r->n_clues; i++) {
		const struct clue *clue = &r->clues[i];
		struct json *o = json_object_new();

		json_set_text(o, "kind", clue_kind_text(clue->kind));
		json_set_str(o, "text", clue->text);
		json_set_int(o, "start", (int64_t)clue->start);
		json_set_int(o, "end", (int64_t)clue->end);
		json_set_text(o, "repair", clue->repair);
		json_set_int(o, "matches", (int64_t)clue->matches);
		json_add(list, o);
	}
	return list;
}

/* The other sessions of the story. */
static struct json *
attempts_json(const struct candidate *c, struct arena *a)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < c->n_attempts; i++)
		json_add(list, session_json(c->attempts[i], a));
	return list;
}

static void
set_case(struct json *o, struct cli *c, const struct session *s)
{
	const struct related_case *known = case_known(c, s);

	if (known)
		json_set(o, "case", related_case_json(known, &c->arena));
	else
		json_set_null(o, "case");
}

static struct json *
candidates_json(struct cli *c, const struct find_result *r)
{
	struct arena *a = &c->arena;
	struct json *list = json_array_new();

	for (size_t i = 0; i < r->n_candidates; i++) {
		const struct candidate *candidate = &r->candidates[i];
		struct json *o = session_json(candidate->session, a);
		struct json *reasons = json_array_new();

		for (size_t k = 0; k < candidate->n_reasons; k++)
			json_add_str(reasons, candidate->reasons[k]);
		json_set_real(o, "probability", candidate->probability);
		json_set(o, "reasons", reasons);
		json_set_text(o, "outcome", story_outcome_text(candidate->outcome));
		json_set(o, "attempts", attempts_json(candidate, a));
		set_case(o, c, candidate->session);
		json_add(list, o);
	}
	return list;
}

/* Of a paste that holds several bounces. */
static struct json *
parts_json(const struct find_result *r)
{
	struct json *list = json_array_new();

	for (size_t i = 0; i < r->n_parts; i++) {
		struct json *o = json_object_new();

		json_set_int(o, "start", (int64_t)r->parts[i].start);
		json_set_int(o, "end", (int64_t)r->parts[i].end);
		json_set_str(o, "title", r->parts[i].title);
		json_add(list, o);
	}
	return list;
}

static int
print_json(struct cli *c, const struct find_result *r, struct err *e)
{
	struct json *o = json_object_new();
	int rc;

	json_set_text(o, "refused_by", refuser_text(r->refused_by));
	json_set_str_or_null(o, "reported_by", r->reported_by);
	json_set_text(o, "kind", bounce_kind_text(r->kind));
	json_set_null(o, "template"); /* no template catalogue yet */
	json_set(o, "clues", clues_json(r));
	json_set(o, "candidates", candidates_json(c, r));
	if (r->n_parts > 0) {
		json_set(o, "parts", parts_json(r));
		json_set_int(o, "part", (int64_t)r->part);
	}
	json_set_int(o, "more", (int64_t)r->n_more);
	json_set_real(o, "more_probability", r->more_probability);
	json_set_real(o, "none_probability", r->none_probability);
	json_set_str(o, "message", r->message);
	rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

static void
print_candidate(struct cli *c, const struct candidate *candidate, bool is_list)
{
	/* A list of what one clue names is no guess. */
	if (is_list)
		fputs("  ", stdout);
	else
		printf("%3.0f %%  ", candidate->probability * 100);
	session_print_line(c, candidate->session, &c->arena);
	for (size_t i = 0; i < candidate->n_reasons; i++) {
		fputs(i ? "  +  " : "       ", stdout);
		print_clean(stdout, candidate->reasons[i]);
	}
	putchar('\n');
	const struct related_case *known = case_known(c, candidate->session);
	if (known) {
		fputs("       ", stdout);
		print_clean(stdout, case_remark(known, &c->arena));
		putchar('\n');
	}
}

static void
print_best(struct cli *c, const struct candidate *candidate)
{
	struct err e = { 0 };
	struct ladder ladder;

	if (candidate->probability < 0.95 ||
	    session_ladder(c->store, candidate->session, &c->arena, &ladder, &e) < 0)
		return;
	putchar('\n');
	session_print_ladder(c, &ladder, &c->arena);
}

static void
print_text(struct cli *c, const struct find_result *r)
{
	print_clean(stdout, r->message);
	putchar('\n');
	for (size_t i = 0; i < r->n_candidates; i++)
		print_candidate(c, &r->candidates[i], r->is_list);
	if (r->n_more > 0 && !r->is_list)
		printf("%3.0f %%  %zu more that fit as well\n", r->more_probability * 100,
		       r->n_more);
	if (r->n_candidates > 0 && r->none_probability >= 0.01 && !r->is_list)
		printf("%3.0f %%  none of these\n", r->none_probability * 100);
	if (r->n_candidates > 0)
		print_best(c, &r->candidates[0]);
}

/* --part N */
static int
choose_part(struct cli *c, struct search *search, struct err *e)
{
	const char *text = cli_value(c, "part");
	size_t n = search_result(search)->n_parts;
	uint64_t part = 0;

	if (!text)
		return 0;
	if (!str_to_u64(str_from(text), &part) || part < 1)
		return err_set(e, ERR_USAGE, "--part wants a number from 1 on, not %s", text);
	if (part > (n > 0 ? n : 1))
		return err_set(e, ERR_USAGE, "there is no part %s: the text holds %zu bounce%s",
			       text, n > 0 ? n : 1, n > 1 ? "s" : "");
	if (n == 0)
		return 0;
	return search_choose_part(search, (size_t)part, NULL, NULL, e);
}

/* Scripts ask: was it found? Candidates that are less likely than none of them are no answer. */
static bool
is_answer(const struct find_result *r)
{
	return r->n_candidates > 0 && (r->is_list || r->none_probability < 0.5);
}

int
cmd_find(struct cli *c, struct err *e)
{
	struct search *search = NULL;
	struct strbuf paste;
	int rc = -1;

	strbuf_init(&paste, PASTE_MAX_BYTES);
	if (read_paste(c, &paste, e) < 0 || cli_open_store(c, STORE_READ, e) < 0 ||
	    site_load(c, e) < 0)
		goto out;
	if (paste.overflowed)
		fprintf(stderr, "postern: only the first %u MB of the paste are read\n",
			PASTE_MAX_BYTES >> 20);
	search = search_start(c->store, &c->config.ours, c->zone, cli_now_us(), strbuf_str(&paste));
	if (search_run(search, NULL, NULL, e) < 0 || choose_part(c, search, e) < 0)
		goto out;
	const struct find_result *result = search_result(search);
	if (!c->json)
		print_text(c, result);
	else if (print_json(c, result, e) < 0)
		goto out;
	rc = is_answer(result) ? EXIT_YES : EXIT_NO;
out:
	search_free(search);
	strbuf_release(&paste);
	return rc;
}
