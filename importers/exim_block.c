/* SPDX-License-Identifier: MIT */
/*
 * exim_block: what follows the first line of a rejectlog entry (FORMATS §1.10; Exim src/log.c):
 * envelope, then each header with one type letter and a blank before it, folded as it came.
 */
#include "importers/exim_line.h"
#include "importers/rfc2047.h"

static struct str
next_line(struct str *s)
{
	struct str line = take_until(s, '\n');

	take_char(s, '\n');
	return line;
}

/* Known names, for a header whose type letter is a blank looks like a fold of two blanks. */
static bool
is_name(struct str line, struct str name, struct str *value)
{
	if (!str_starts_nocase(line, name))
		return false;
	*value = str_trim(str_skip(line, name.n));
	return true;
}

/* A header's value with its folds: lines that begin with a blank and are no header themselves. */
static struct str
unfold(struct str value, struct str *rest, struct arena *a)
{
	struct str out = value;
	char *joined = NULL;

	while (rest->n > 1 && (rest->p[0] == '\t' || rest->p[0] == ' ')) {
		struct str next = *rest, line = next_line(&next), name = str_skip(line, 2);
		size_t colon = str_find_char(name, ':', 0);

		/* Type ' ', blank, NAME: — the next header, unless a list is being folded. */
		if (line.p[0] == ' ' && line.p[1] == ' ' && colon != STR_NPOS && colon > 0 &&
		    str_find_char(str_slice(name, 0, colon), ' ', 0) == STR_NPOS &&
		    (out.n == 0 || out.p[out.n - 1] != ','))
			break;
		if (!joined) { /* room for all that could follow */
			joined = arena_alloc(a, value.n + rest->n + 1);
			memcpy(joined, value.p, value.n);
			out.p = joined;
		}
		line = str_trim(line);
		joined[out.n++] = ' ';
		memcpy(joined + out.n, line.p, line.n);
		out.n += line.n;
		*rest = next;
	}
	return out;
}

static void
take_header(struct exim_line *l, struct str line, struct str *rest)
{
	struct fragment *f = l->f;
	struct str header = str_skip(line, 2), value;

	/* The first of each: a stranger may write as many as he likes. */
	if (f->subject.n == 0 && is_name(header, STR("Subject:"), &value)) {
		value = unfold(value, rest, l->scratch);
		f->subject = rfc2047_decode(value, l->scratch);
	} else if (f->header_from.n == 0 && line.p[0] == 'F' &&
		   is_name(header, STR("From:"), &value)) {
		value = unfold(value, rest, l->scratch);
		f->header_from = rfc2047_decode(value, l->scratch);
	} else if (f->n_identifiers < FRAGMENT_MAX_IDENTIFIERS && line.p[0] == 'I' &&
		   is_name(header, STR("Message-ID:"), &value)) {
		value = unfold(value, rest, l->scratch);
		if (value.n > 1 && value.p[0] == '<' && value.p[value.n - 1] == '>')
			value = str_slice(value, 1, value.n - 1);
		fragment_add_identifier(f, ID_ROLE_MESSAGE_ID, value);
	}
}

#define BLOCK_RECIPIENTS 6 /* Exim shows five, then "    ..." */

struct envelope {
	struct recipient *list;
	size_t n;
};

static void
add_recipient(struct exim_line *l, struct envelope *e, struct str text)
{
	struct fragment *f = l->f;
	struct str address;

	text = str_trim(text);
	if (str_eq(text, STR("..."))) {
		f->recipients_incomplete = true;
		return;
	}
	if (e->n == BLOCK_RECIPIENTS || !exim_take_address(&text, &address))
		return;
	if (!e->list)
		e->list = arena_zalloc(l->scratch, BLOCK_RECIPIENTS * sizeof(*e->list));

	struct recipient *r = &e->list[e->n++];

	r->address = address;
	r->time_us = f->time_us;
	/* After DATA the refusal is everybody's. */
	if (f->kind == FRAGMENT_REFUSED && f->stage == STAGE_DATA) {
		r->verdict = f->verdict;
		r->stage = f->stage;
		r->reply = f->reply;
	}
}

static void
take_sender(struct fragment *f, struct str text)
{
	struct str address;

	text = str_trim(text);
	if (!f->has_sender && exim_take_address(&text, &address)) {
		f->has_sender = true;
		f->sender = address;
	}
}

void
exim_block(struct exim_line *l)
{
	struct str rest = l->block;
	struct envelope e = { NULL, 0 };
	bool in_list = false;

	while (rest.n > 0) {
		struct str line = next_line(&rest);

		if (take(&line, STR("Envelope-from: "))) {
			take_sender(l->f, line);
		} else if (take(&line, STR("Envelope-to: "))) {
			add_recipient(l, &e, line);
			in_list = true;
		} else if (in_list && str_starts(line, STR("    "))) {
			add_recipient(l, &e, line);
		} else {
			in_list = false;
			if (line.n > 2 && line.p[1] == ' ')
				take_header(l, line, &rest);
		}
	}
	if (e.n > 0 && l->f->n_recipients == 0) {
		l->f->recipients = e.list;
		l->f->n_recipients = e.n;
	}
}
