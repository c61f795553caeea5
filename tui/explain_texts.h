/* SPDX-License-Identifier: MIT */
/*
 * explain_texts: the two texts of a session as the operator has them before him: generated, kept
 * with the case, or being changed; and the fields in which they stand.
 */
#ifndef TUI_EXPLAIN_TEXTS_H
#define TUI_EXPLAIN_TEXTS_H

#include "db/desk.h"
#include "tui/input.h"
#include "tui/view.h"

struct explain_text {
	struct input field;
	struct str generated;  /* by Postern */
	struct case_note kept; /* text empty: none */
	bool shows_generated;  /* though one is kept */
	bool changed;          /* by hand, and not kept since */
};

struct explain_texts {
	const struct session *session; /* NULL: it is not in the index now */
	struct str recipient;          /* whom the texts name; empty: nobody */
	uint64_t case_number;          /* 0: there is no case */
	struct str trouble;            /* why the desk could not be read; empty: it could */
	struct explain_text text[CASE_TEXT_COUNT];
};

void explain_texts_init(struct explain_texts *t);
void explain_texts_release(struct explain_texts *t);
/* Reads session, desk and later attempts; what was changed by hand stays. asked: see explain(). */
int explain_texts_load(struct explain_texts *t, struct app *app, struct session_ref ref,
		       struct str asked, struct arena *a, struct err *e);
/* Puts the one that is to be shown into the field. */
void explain_text_show(struct explain_text *t);
/* Keeps the text as it stands with the session's case, which is opened if there is none. */
int explain_texts_keep(struct explain_texts *t, struct app *app, enum case_text kind,
		       struct arena *a, struct err *e);
/* The address behind `recipient` in the session's list, round again at its end. */
struct str explain_texts_next(const struct explain_texts *t);
/* "kept 22 Nov 10:40 by cks", "changed, not kept yet", "in Postern's words" */
struct str explain_text_state(const struct explain_text *t, struct clock c, struct arena *a);

#endif
