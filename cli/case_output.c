/* SPDX-License-Identifier: MIT */
/* case_output: see the header. */
#include "cli/case_output.h"

#include "cli/session_output.h"

bool
case_name_parse(struct str s, uint64_t *number)
{
	return s.n > 1 && s.p[0] == 'c' && str_to_u64(str_skip(s, 1), number);
}

/* Most desks know nothing of most sessions: no lines are read when there is no case at all. */
static int
known(struct cli *c, const struct session *s, const struct related_case **out, struct err *e)
{
	struct case_query any = { .status = CASE_STATUS_COUNT, .most = 1 };
	struct related_case *related;
	struct desk_case *list;
	struct desk_key key;
	size_t n;

	if (desk_cases(cli_desk(c), &any, &c->arena, &list, &n, e) < 0)
		return -1;
	if (n == 0)
		return 0;
	if (store_desk_key(c->store, s, &c->arena, &key, e) < 0 ||
	    desk_related(cli_desk(c), &key, s, 1, &c->arena, &related, &n, e) < 0)
		return -1;
	*out = n > 0 ? &related[0] : NULL;
	return 0;
}

const struct related_case *
case_known(struct cli *c, const struct session *s)
{
	const struct related_case *r = NULL;
	struct err e = { 0 };

	if (c->desk_is_bad || known(c, s, &r, &e) == 0)
		return r;
	c->desk_is_bad = true;
	fputs("postern: cases are not shown: ", stderr);
	print_clean(stderr, str_from(e.text));
	fputc('\n', stderr);
	return NULL;
}

/* --- JSON --- */

struct json *
related_case_json(const struct related_case *r, struct arena *a)
{
	static const char *const relations[] = {
		[RELATED_SESSION] = "session",
		[RELATED_PAIR] = "sender and recipient",
		[RELATED_SENDER] = "sender",
	};
	struct json *o = json_object_new();

	json_set_str(o, "case", case_name(r->c, a));
	json_set_text(o, "status", case_status_text(r->c->status));
	json_set_text(o, "same", relations[r->relation]);
	json_set_str_or_null(o, "asked_by", r->c->asked_by);
	json_set_str_or_null(o, "gist", case_gist(r->c));
	return o;
}

static struct json *
note_json(const struct case_note *n, struct arena *a)
{
	struct json *o = json_object_new();

	json_set_str(o, "time", time_rfc3339(n->time_us, a));
	json_set_str(o, "author", n->author);
	json_set_str(o, "text", n->text);
	return o;
}

static int
set_notes(struct json *o, struct desk *d, const struct desk_case *k, struct arena *a, struct err *e)
{
	struct json *list = json_array_new();
	struct case_note *notes;
	size_t n;

	json_set(o, "notes", list);
	if (desk_notes(d, k->number, a, &notes, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		json_add(list, note_json(&notes[i], a));
	return 0;
}

/* One for each recipient that a text was written for. */
static int
set_texts(struct json *o, const char *key, enum case_text kind, struct desk *d,
	  const struct desk_case *k, struct arena *a, struct err *e)
{
	struct json *list = json_array_new();
	struct case_note *texts;
	size_t n;

	json_set(o, key, list);
	if (desk_texts(d, k->number, kind, a, &texts, &n, e) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		struct json *one = note_json(&texts[i], a);

		json_set_str_or_null(one, "recipient", texts[i].recipient);
		json_add(list, one);
	}
	return 0;
}

/* What the desk itself knows: the index may not hold the session any more. */
static struct json *
summary_json(const struct session *s, struct arena *a)
{
	struct json *o = json_object_new();
	struct json *recipients = json_array_new();

	json_set_str(o, "gateway", s->gateway_name);
	json_set_str_or_null(o, "id", session_own_id(s));
	json_set_str_or_null(o, "direction", str_from(direction_text(s->direction)));
	json_set_str_or_null(o, "time", time_rfc3339(s->start_us, a));
	json_set_str_or_null(o, "peer", s->peer_ip);
	json_set_str_or_null(o, "peer_host", s->peer_host);
	if (s->has_sender)
		json_set_str(o, "sender", s->sender);
	else
		json_set_null(o, "sender");
	for (size_t i = 0; i < s->n_recipients; i++)
		json_add_str(recipients, s->recipients[i].address);
	json_set(o, "recipients", recipients);
	json_set_str_or_null(o, "stage", str_from(stage_text(s->stage)));
	json_set_str_or_null(o, "verdict", str_from(verdict_text(s->verdict)));
	if (s->reply.code > 0)
		json_set_int(o, "code", s->reply.code);
	else
		json_set_null(o, "code");
	json_set_str_or_null(o, "enhanced", enhanced_text(s->reply.enhanced, a));
	json_set_str_or_null(o, "reply", s->reply.text);
	return o;
}

struct json *
case_json(struct desk *d, const struct desk_case *k, struct arena *a, struct err *e)
{
	struct json *o = json_object_new();

	json_set_str(o, "case", case_name(k, a));
	json_set_text(o, "status", case_status_text(k->status));
	json_set_str_or_null(o, "asked_by", k->asked_by);
	json_set_str_or_null(o, "cause", k->cause);
	json_set_str(o, "created", time_rfc3339(k->created_us, a));
	json_set_str(o, "changed", time_rfc3339(k->changed_us, a));
	json_set_str(o, "author", k->author);
	json_set_str(o, "changed_by", k->changed_by);
	json_set(o, "summary", summary_json(&k->session, a));
	if (set_notes(o, d, k, a, e) == 0 &&
	    set_texts(o, "user", CASE_TEXT_USER, d, k, a, e) == 0 &&
	    set_texts(o, "postmaster", CASE_TEXT_POSTMASTER, d, k, a, e) == 0)
		return o;
	json_free(o);
	return NULL;
}

/* --- text --- */

void
case_print_line(const struct cli *c, const struct desk_case *k, struct arena *a)
{
	const struct session *s = &k->session;
	struct str code = s->reply.code ? arena_printf(a, "%u", (unsigned)s->reply.code) : STR("-");
	struct str note = case_gist(k);

	print_clean(stdout,
		    arena_printf(a, "%-5.*s %-7s  %.*s  %-9s %-4s %3.*s  %.*s  %.*s%s%.*s",
				 STR_ARG(case_name(k, a)), case_status_text(k->status),
				 STR_ARG(cli_time(c, s->start_us, a)), verdict_text(s->verdict),
				 stage_text(s->stage), STR_ARG(code),
				 STR_ARG(session_envelope_text(s, a)), STR_ARG(session_own_id(s)),
				 note.n > 0 ? "  " : "", STR_ARG(note)));
	putchar('\n');
}

static void
print_field(const char *name, struct str value)
{
	if (value.n == 0)
		return;
	printf("%-12s ", name);
	print_clean_lines(stdout, value);
	putchar('\n');
}

static void
print_note(const struct cli *c, const char *what, const struct case_note *n, struct arena *a)
{
	printf("\n%s, %.*s, ", what, STR_ARG(cli_time(c, n->time_us, a)));
	print_clean(stdout, n->author);
	putchar('\n');
	print_clean_lines(stdout, n->text);
	putchar('\n');
}

static void
print_text(const struct cli *c, const char *what, const struct case_note *t, struct arena *a)
{
	if (t->recipient.n > 0)
		what = arena_printf(a, "%s, about %.*s", what, STR_ARG(t->recipient)).p;
	print_note(c, what, t, a);
}

static int
print_texts(struct cli *c, const struct desk_case *k, struct arena *a, struct err *e)
{
	static const char *const titles[CASE_TEXT_COUNT] = {
		[CASE_TEXT_USER] = "text for the user",
		[CASE_TEXT_POSTMASTER] = "text for the postmaster",
	};
	struct case_note *texts;
	size_t n;

	for (int kind = 0; kind < CASE_TEXT_COUNT; kind++) {
		if (desk_texts(cli_desk(c), k->number, (enum case_text)kind, a, &texts, &n, e) < 0)
			return -1;
		for (size_t i = 0; i < n; i++)
			print_text(c, titles[kind], &texts[i], a);
	}
	return 0;
}

int
case_print(struct cli *c, const struct desk_case *k, struct arena *a, struct err *e)
{
	const struct session *s = &k->session;
	struct case_note *notes;
	size_t n;

	if (desk_notes(cli_desk(c), k->number, a, &notes, &n, e) < 0)
		return -1;
	case_print_line(c, k, a);
	print_field("gateway", s->gateway_name);
	print_field("peer", s->peer_ip);
	print_field("reply", s->reply.text);
	print_field("asked by", k->asked_by);
	print_field("cause", k->cause);
	print_field("opened", arena_printf(a, "%.*s, %.*s", STR_ARG(cli_time(c, k->created_us, a)),
					   STR_ARG(k->author)));
	print_field("changed", arena_printf(a, "%.*s, %.*s", STR_ARG(cli_time(c, k->changed_us, a)),
					    STR_ARG(k->changed_by)));
	for (size_t i = 0; i < n; i++)
		print_note(c, "note", &notes[i], a);
	return print_texts(c, k, a, e);
}
