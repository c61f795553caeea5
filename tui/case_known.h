/* SPDX-License-Identifier: MIT */
/*
 * case_known: what the operators' desk knows of a session: its case with the notes, and earlier
 * cases of the same sender. Empty without a desk.
 */
#ifndef TUI_CASE_KNOWN_H
#define TUI_CASE_KNOWN_H

#include "tui/view.h"

struct case_known {
	const struct desk_case *own; /* NULL: the session has none */
	struct case_note *notes;     /* of its own */
	size_t n_notes;
	struct related_case *others; /* of the same sender, closest first */
	size_t n_others;
	struct str trouble; /* why the desk cannot be read */
};

/* Trouble is a part of the result, since the session can be shown all the same. */
void case_known_load(struct app *app, const struct session *s, struct arena *a,
		     struct case_known *out);

/* Rows of name and text; at most CASE_FACTS_MOST. */
enum { CASE_FACTS_MOST = 16 };
struct case_fact {
	const char *name;
	struct str text;
};
size_t case_facts(const struct case_known *k, struct clock c, struct arena *a,
		  struct case_fact out[CASE_FACTS_MOST]);
/* "case c1 open", "2 cases of this sender": for the end of a title; empty: nothing is known. */
struct str case_title(const struct case_known *k, struct arena *a);
/* The closest of all that is known, in a line; empty: nothing is. */
struct str case_known_remark(const struct case_known *k, struct arena *a);

static inline struct session_ref
case_ref(const struct session *s)
{
	return s ? s->ref : (struct session_ref){ 0 };
}

/* Actions about the case of a session: note, status, who asked, cause (case_acts.c). */
bool case_act(struct view *v, const struct session *s, enum action a);
/*
 * The answer to what case_act asked for; other answers change nothing. ref: of the session that was
 * asked about, which need not be the one that is selected now.
 */
void case_accept(struct view *v, struct session_ref ref, enum action asked, struct str text);
/* The same for a case as such: the index may not hold its session any more. */
bool case_known_act(struct view *v, const struct desk_case *c, enum action a);
void case_known_accept(struct view *v, const struct desk_case *c, enum action asked,
		       struct str text);

#endif
