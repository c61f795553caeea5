/* SPDX-License-Identifier: MIT */
/* postern cases, postern case: what lies on the operator's desk. */
#include <unistd.h>

#include "cli/case_output.h"
#include "cli/look_up.h"

static enum case_status
status_or_usage(const char *text, struct err *e)
{
	enum case_status s = case_status_from_text(str_from(text));

	if (s == CASE_STATUS_COUNT)
		err_set(e, ERR_USAGE, "a case is open, waiting or closed, not %s", text);
	return s;
}

static int
cases_json(struct cli *c, const struct desk_case *list, size_t n, struct err *e)
{
	struct json *o = json_object_new(), *cases = json_array_new();
	int rc = 0;

	json_set(o, "cases", cases);
	for (size_t i = 0; i < n && rc == 0; i++) {
		struct json *one = case_json(cli_desk(c), &list[i], &c->arena, e);

		if (one)
			json_add(cases, one);
		else
			rc = -1;
	}
	if (rc == 0)
		rc = json_write(o, stdout, e);
	json_free(o);
	return rc;
}

int
cmd_cases(struct cli *c, struct err *e)
{
	struct case_query q = { .status = CASE_STATUS_COUNT };
	uint64_t limit = CLI_DEFAULT_LIMIT;
	struct desk_case *list;
	size_t n;

	struct str text = STR("");

	for (size_t i = 0; i < c->n_operands; i++)
		text = arena_printf(&c->arena, "%.*s %s", STR_ARG(text), c->operands[i]);
	case_query_read(&q, text);
	if (cli_limit(c, &limit, e) < 0)
		return -1;
	q.most = (size_t)limit;
	if (desk_cases(cli_desk(c), &q, &c->arena, &list, &n, e) < 0)
		return -1;
	if (c->json)
		return cases_json(c, list, n, e) < 0 ? -1 : n > 0 ? EXIT_YES : EXIT_NO;
	for (size_t i = 0; i < n; i++)
		case_print_line(c, &list[i], &c->arena);
	if (n == limit)
		fprintf(stderr, "There may be more; --limit N shows up to N.\n");
	if (n == 0 && c->n_operands > 0)
		fprintf(stderr, "No case is like that; of several words all must occur.\n");
	else if (n == 0)
		fprintf(stderr, "No case. postern case ID --note TEXT opens one.\n");
	return n > 0 ? EXIT_YES : EXIT_NO;
}

/* --- one case --- */

/* What the operand means: a case of the desk, and the session in the index, where there are. */
struct meant {
	struct desk_case *known;
	struct session *session;
	struct desk_key key;
};

/* The index is not needed for a case that is known by its name or ID. */
static int
find_session(struct cli *c, struct str wanted, struct meant *m, struct err *e)
{
	struct session *list;
	size_t n;

	if (access(c->index_path, F_OK) != 0)
		return 0;
	if (cli_open_store(c, STORE_READ, e) < 0 || look_up_quietly(c, wanted, &list, &n, e) < 0)
		return -1;
	look_up_more(n);
	if (n == 0 || store_session(c->store, list[0].ref, &c->arena, &m->session, e) < 0 ||
	    !m->session)
		return n == 0 || !e || e->code == ERR_NONE ? 0 : -1;
	return store_desk_key(c->store, m->session, &c->arena, &m->key, e);
}

static int
find_meant(struct cli *c, struct str wanted, struct meant *m, struct err *e)
{
	struct case_query q = { .status = CASE_STATUS_COUNT, .id = wanted, .most = 1 };
	struct desk *d = cli_desk(c);
	struct desk_case *list;
	uint64_t number;
	size_t n;

	if (case_name_parse(wanted, &number) && desk_case(d, number, &c->arena, &m->known, e) < 0)
		return -1;
	if (m->known)
		return 0;
	if (find_session(c, wanted, m, e) < 0)
		return -1;
	if (m->session)
		return desk_case_of(d, &m->key, &c->arena, &m->known, e);
	if (desk_cases(d, &q, &c->arena, &list, &n, e) < 0)
		return -1;
	m->known = n > 0 ? &list[0] : NULL;
	return 0;
}

/* False in *any: only looked at. */
static int
read_edit(const struct cli *c, struct case_edit *edit, bool *any, struct err *e)
{
	const char *status = cli_value(c, "status");
	const struct {
		const char *option;
		struct str *field;
	} texts[] = {
		{ "note", &edit->note },
		{ "asked-by", &edit->asked_by },
		{ "cause", &edit->cause },
	};

	*edit = CASE_EDIT_NONE;
	*any = status != NULL;
	if (status && (edit->status = status_or_usage(status, e)) == CASE_STATUS_COUNT)
		return -1;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		const char *value = cli_value(c, texts[i].option);

		if (!value)
			continue;
		*texts[i].field = str_trim(str_from(value));
		*any = true;
	}
	if (cli_value(c, "note") && edit->note.n == 0)
		return err_set(e, ERR_USAGE, "--note needs a text");
	return 0;
}

static int
apply(struct cli *c, struct meant *m, const struct case_edit *edit, struct err *e)
{
	struct desk *d = cli_desk(c);
	int64_t now = cli_now_us();
	uint64_t number = m->known ? m->known->number : 0;
	int rc = m->session ? desk_edit(d, &m->key, m->session, edit, now, &number, e)
			    : desk_edit_case(d, number, edit, now, e);

	return rc < 0 ? -1 : desk_case(d, number, &c->arena, &m->known, e);
}

static int
say_none(struct cli *c, struct str wanted, bool session)
{
	if (c->json)
		puts("null");
	fputs(session ? "postern: no case yet for "
		      : "postern: no case and no session is known as ",
	      stderr);
	print_clean(stderr, wanted);
	fputs(session ? "; --note TEXT opens one\n" : "; postern cases lists the cases\n", stderr);
	return EXIT_NO;
}

int
cmd_case(struct cli *c, struct err *e)
{
	struct meant m = { 0 };
	struct case_edit edit;
	struct json *o;
	bool any;

	if (c->n_operands != 1)
		return err_set(e, ERR_USAGE, "case needs one CASE, REF or ID");
	struct str wanted = str_from(c->operands[0]);
	if (read_edit(c, &edit, &any, e) < 0 || find_meant(c, wanted, &m, e) < 0)
		return -1;
	if (any && (m.known || m.session) && apply(c, &m, &edit, e) < 0)
		return -1;
	if (!m.known)
		return say_none(c, wanted, m.session != NULL);
	if (!c->json)
		return case_print(c, m.known, &c->arena, e) < 0 ? -1 : EXIT_YES;
	o = case_json(cli_desk(c), m.known, &c->arena, e);
	int rc = o ? json_write(o, stdout, e) : -1;
	json_free(o);
	return rc < 0 ? -1 : EXIT_YES;
}
