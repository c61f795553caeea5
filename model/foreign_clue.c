/* SPDX-License-Identifier: MIT */
/* foreign_clue: which words of a paste to look up in the tables of foreign.h. */
#include "model/foreign_clue.h"

#define FRAGMENT_MAX 1500 /* a paste no longer than that may be a refusal without its code */

static const struct clue *
first_reply(const struct clue_set *c)
{
	const struct clue *first = NULL;

	for (size_t i = 0; i < c->n; i++) {
		const struct clue *v = &c->v[i];

		if (v->kind == CLUE_REPLY && !v->dropped && (!first || v->start < first->start))
			first = v;
	}
	return first;
}

static bool
has_reply(const struct clue_set *c)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->v[i].kind == CLUE_REPLY)
			return true;
	}
	return false;
}

struct foreign
foreign_of_clues(const struct clue_set *c, struct str host)
{
	const struct clue *reply = first_reply(c);
	struct str text = paste_str(c->paste);
	struct foreign f = { 0 };

	if (reply)
		f = foreign_reply(reply->text, c->facts.enhanced, host);
	else if (!has_reply(c) && text.n <= FRAGMENT_MAX)
		f = foreign_reply(text, c->facts.enhanced, host);
	/* Without a reply only a signature is enough: its words may be anything. */
	if (!reply && !f.proves)
		f = (struct foreign){ 0 };
	if (!f.meaning && !has_reply(c) && c->facts.is_report) {
		struct foreign notice = foreign_notice(text);

		f.meaning = notice.meaning;
		f.program = notice.speaker ? notice.speaker : notice.program;
		f.class = notice.class;
	}
	/* A server that verifies a sender repeats what another server said of it. */
	if (c->facts.callout)
		f.proves = false;
	return f;
}

bool
foreign_says_more(const struct foreign *f)
{
	return f->speaker || f->program || f->list;
}

void
foreign_say(struct strbuf *b, const struct foreign *f)
{
	if (f->meaning && f->speaker)
		strbuf_printf(b, " The reason given: %s.", f->meaning);
	else if (f->meaning && f->program)
		strbuf_printf(b, " In the words of %s: %s.", f->program, f->meaning);
	if (f->list)
		strbuf_printf(b, " The blocklist is %s.", f->list);
}
