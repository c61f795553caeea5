/* SPDX-License-Identifier: MIT */
/* case_known: see the header. */
#include "tui/case_known.h"

enum { RELATED_MOST = 6, NOTES_SHOWN = 8 };

static int
load(struct app *app, const struct session *s, struct arena *a, struct case_known *out,
     struct err *e)
{
	struct desk *d = app_services(app)->desk;
	struct related_case *list;
	struct desk_key key;
	size_t n;

	if (store_desk_key(app_store(app), s, a, &key, e) < 0 ||
	    desk_related(d, &key, s, RELATED_MOST, a, &list, &n, e) < 0)
		return -1;
	bool own = n > 0 && list[0].relation == RELATED_SESSION;
	out->own = own ? list[0].c : NULL;
	out->others = list + own;
	out->n_others = n - own;
	return own ? desk_notes(d, out->own->number, a, &out->notes, &out->n_notes, e) : 0;
}

void
case_known_load(struct app *app, const struct session *s, struct arena *a, struct case_known *out)
{
	struct err e = { .code = ERR_NONE };
	*out = (struct case_known){ 0 };
	if (!app_services(app)->desk || !app_store(app))
		return;
	if (load(app, s, a, out, &e) < 0)
		*out = (struct case_known){ .trouble = arena_str(a, str_from(e.text)) };
}

/* --- in words ------------------------------------------------------------------------------- */

static struct str
own_text(const struct desk_case *c, struct arena *a)
{
	struct str text = arena_printf(a, "c%llu %s", (unsigned long long)c->number,
				       case_status_text(c->status));
	if (c->asked_by.n > 0)
		text = arena_printf(a, "%.*s, asked by %.*s", STR_ARG(text), STR_ARG(c->asked_by));
	return text;
}

static const char *
relation_text(enum case_relation r)
{
	return r == RELATED_PAIR ? "same sender and recipient" : "same sender";
}

static struct str
other_text(const struct related_case *r, struct clock c, struct arena *a)
{
	struct str what = case_gist(r->c);
	return arena_printf(a, "c%llu %s, %.*s, %s%s%.*s", (unsigned long long)r->c->number,
			    case_status_text(r->c->status),
			    STR_ARG(text_when(c, r->c->session.start_us, a)),
			    relation_text(r->relation), what.n > 0 ? ": " : "", STR_ARG(what));
}

static void
add(struct case_fact *out, size_t *n, const char *name, struct str text)
{
	if (text.n > 0 && *n < CASE_FACTS_MOST)
		out[(*n)++] = (struct case_fact){ name, text };
}

size_t
case_facts(const struct case_known *k, struct clock c, struct arena *a,
	   struct case_fact out[CASE_FACTS_MOST])
{
	size_t n = 0, skipped = k->n_notes > NOTES_SHOWN ? k->n_notes - NOTES_SHOWN : 0;
	add(out, &n, "desk", k->trouble);
	if (k->own) {
		add(out, &n, "case", own_text(k->own, a));
		add(out, &n, "cause", k->own->cause);
	}
	if (skipped > 0)
		add(out, &n, "notes", arena_printf(a, "%zu earlier ones", skipped));
	for (size_t i = skipped; i < k->n_notes; i++)
		add(out, &n, "note",
		    arena_printf(a, "%.*s %.*s: %.*s",
				 STR_ARG(text_when(c, k->notes[i].time_us, a)),
				 STR_ARG(k->notes[i].author), STR_ARG(k->notes[i].text)));
	for (size_t i = 0; i < k->n_others; i++)
		add(out, &n, i == 0 ? "other cases" : "", other_text(&k->others[i], c, a));
	return n;
}

struct str
case_title(const struct case_known *k, struct arena *a)
{
	if (k->own)
		return arena_printf(a, "case %.*s %s", STR_ARG(case_name(k->own, a)),
				    case_status_text(k->own->status));
	if (k->n_others == 0)
		return STR("");
	return text_count(k->n_others, "case of this sender", "cases of this sender", a);
}

struct str
case_known_remark(const struct case_known *k, struct arena *a)
{
	struct related_case own = { RELATED_SESSION, (struct desk_case *)k->own };
	if (k->own)
		return case_remark(&own, a);
	return k->n_others > 0 ? case_remark(&k->others[0], a) : STR("");
}
