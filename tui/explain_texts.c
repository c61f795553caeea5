/* SPDX-License-Identifier: MIT */
/* explain_texts: see the header. */
#include "tui/explain_texts.h"

#include "db/explain.h"

void
explain_texts_init(struct explain_texts *t)
{
	for (int i = 0; i < CASE_TEXT_COUNT; i++)
		input_init(&t->text[i].field, CASE_TEXT_MAX_BYTES, true);
}

void
explain_texts_release(struct explain_texts *t)
{
	for (int i = 0; i < CASE_TEXT_COUNT; i++)
		input_release(&t->text[i].field);
}

static int
generate(struct explain_texts *t, struct app *app, struct str asked, struct arena *a, struct err *e)
{
	const struct app_services *s = app_services(app);
	struct ladder ladder = { 0 };
	struct explained x;
	struct explain_query q = { .session = t->session,
				   .ladder = &ladder,
				   .asked = asked,
				   .zone = app_clock(app).zone,
				   .ours = s->ours };
	if (s->ladder && s->ladder(s->arg, app_store(app), t->session, a, &ladder, e) != 0)
		return -1;
	if (explain_look(app_store(app), &q, app_clock(app).now_us, a, e) != 0)
		return -1;
	if (!explain(&q, a, &x)) { /* the one who was asked for is not of this session */
		q.asked = STR("");
		explain(&q, a, &x);
	}
	t->recipient = x.recipient;
	t->text[CASE_TEXT_USER].generated = x.user;
	t->text[CASE_TEXT_POSTMASTER].generated = x.postmaster;
	return 0;
}

/* The one that speaks of this recipient, and of no other. */
static int
read_text(struct explain_texts *t, struct desk *desk, uint64_t number, enum case_text kind,
	  struct arena *a, struct err *e)
{
	struct case_note *list;
	size_t n;
	if (desk_texts(desk, number, kind, a, &list, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(list[i].recipient, t->recipient))
			t->text[kind].kept = list[i];
	return 0;
}

/* A desk that cannot be read is no reason to show no texts. */
static void
read_kept(struct explain_texts *t, struct app *app, struct arena *a)
{
	struct desk *desk = app_services(app)->desk;
	struct err e = { .code = ERR_NONE };
	struct desk_key key;
	struct desk_case *c = NULL;
	t->case_number = 0;
	if (!desk)
		return;
	int rc = store_desk_key(app_store(app), t->session, a, &key, &e);
	if (rc == 0)
		rc = desk_case_of(desk, &key, a, &c, &e);
	for (int i = 0; rc == 0 && c && i < CASE_TEXT_COUNT; i++)
		rc = read_text(t, desk, c->number, (enum case_text)i, a, &e);
	if (rc == 0 && c)
		t->case_number = c->number;
	if (rc != 0)
		t->trouble = arena_str(a, str_from(e.text));
}

void
explain_text_show(struct explain_text *t)
{
	bool kept = t->kept.text.n > 0 && !t->shows_generated;
	input_set(&t->field, kept ? t->kept.text : t->generated);
	t->field.cursor = 0;
	t->changed = false;
}

int
explain_texts_load(struct explain_texts *t, struct app *app, struct session_ref ref,
		   struct str asked, struct arena *a, struct err *e)
{
	struct session *s = NULL;
	t->session = NULL; /* the arena holds nothing of the last load any more */
	t->recipient = t->trouble = STR("");
	for (int i = 0; i < CASE_TEXT_COUNT; i++) {
		t->text[i].generated = STR("");
		t->text[i].kept = (struct case_note){ 0 };
	}
	if (!app_store(app))
		return 0;
	if (store_session(app_store(app), ref, a, &s, e) != 0)
		return -1;
	t->session = s;
	if (!s)
		return 0;
	if (generate(t, app, asked, a, e) != 0) {
		t->session = NULL;
		return -1;
	}
	read_kept(t, app, a);
	for (int i = 0; i < CASE_TEXT_COUNT; i++)
		if (!t->text[i].changed)
			explain_text_show(&t->text[i]);
	return 0;
}

int
explain_texts_keep(struct explain_texts *t, struct app *app, enum case_text kind, struct arena *a,
		   struct err *e)
{
	struct desk *desk = app_services(app)->desk;
	struct case_edit edit = CASE_EDIT_NONE;
	struct explain_text *x = &t->text[kind];
	struct desk_key key;
	if (!desk)
		return err_set(e, ERR_USAGE, "there is no desk to keep it on");
	edit.text[kind] = strbuf_str(&x->field.text);
	edit.recipient = t->recipient;
	if (store_desk_key(app_store(app), t->session, a, &key, e) != 0 ||
	    desk_edit(desk, &key, t->session, &edit, app_clock(app).now_us, &t->case_number, e) !=
		    0 ||
	    read_text(t, desk, t->case_number, kind, a, e) != 0)
		return -1;
	x->changed = x->shows_generated = false;
	return 0;
}

struct str
explain_texts_next(const struct explain_texts *t)
{
	const struct session *s = t->session;
	size_t at = 0; /* who is not of the list is followed by its first */
	for (size_t i = 0; i < s->n_recipients && at == 0; i++) {
		const struct recipient *r = &s->recipients[i];
		if (str_eq_nocase(r->address, t->recipient) ||
		    str_eq_nocase(r->original, t->recipient))
			at = i + 1;
	}
	if (s->n_recipients == 0)
		return t->recipient;
	const struct recipient *next = &s->recipients[at % s->n_recipients];
	return next->original.n > 0 ? next->original : next->address;
}

struct str
explain_text_state(const struct explain_text *t, struct clock c, struct arena *a)
{
	if (t->changed)
		return STR("changed, not kept yet");
	if (t->kept.text.n == 0 || t->shows_generated)
		return STR("in Postern's words");
	return arena_printf(a, "kept %.*s by %.*s", STR_ARG(text_when(c, t->kept.time_us, a)),
			    STR_ARG(t->kept.author));
}
