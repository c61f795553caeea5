/* SPDX-License-Identifier: MIT */
/*
 * paste_split: two passes. The first goes over lines and finds where a bounce begins: a header that
 * a mail program wrote, its first sentence, its status. The second parts what names several IDs in
 * refusals, each with the paragraph around it.
 */
#include "model/paste_split.h"

#include <stdlib.h>

#define HEADER_MAX_LINES 200
#define TITLE_MAX        48
#define LOG_LINE_REACH   400
#define ID_LEAST         8
#define SAY_MAX          4096
#define SAY_TITLES       5

/* What a bounce consists of; each kind begins one once. */
enum opener { OPENER_NONE, OPENER_MAIL, OPENER_SENTENCE, OPENER_STATUS, OPENER_COUNT };

struct split {
	struct str t; /* the original */
	struct arena *arena;
	struct paste_part *v;
	size_t n;
	bool has[OPENER_COUNT]; /* of the part that is being read */
	struct str boundary;    /* before its header */
	size_t sentence;        /* the first of its sentences, 1 …; 0: none */
};

/* --- lines --- */

/* A line without quote marks, indentation and its '\r'. */
static struct str
plain_line(struct str t, size_t at)
{
	struct str line = str_slice(t, at, line_end(t, at));
	size_t i = 0;

	while (i < line.n && (char_is_blank(line.p[i]) || line.p[i] == '>' || line.p[i] == '|'))
		i++;
	line = str_skip(line, i);
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

static size_t
next_line(struct str t, size_t at)
{
	size_t end = line_end(t, at);

	return end < t.n ? end + 1 : t.n;
}

/* Length of "Name" in "Name: …", or 0. */
static size_t
field_name(struct str line)
{
	size_t n = 0;

	while (n < line.n && n < 40 && (char_is_alnum(line.p[n]) || line.p[n] == '-'))
		n++;
	return n > 1 && n < line.n && line.p[n] == ':' ? n : 0;
}

static bool
has_word(struct str s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_find_nocase(s, str_from(words[i]), 0) != STR_NPOS)
			return true;
	}
	return false;
}

/* Does a field say that a mail program wrote this mail? */
static bool
is_bounce_field(struct str line, size_t name)
{
	static const char *const from[] = { "mailer-daemon", "postmaster@", "microsoftexchange" };
	static const char *const subjects[] = { "undeliver",      "delivery status",
						"delivery fail",  "mail delivery failed",
						"failure notice", "returned mail",
						"delayed mail",   "warning: message" };
	struct str field = str_slice(line, 0, name), value = str_skip(line, name + 1);

	if (str_eq_nocase(field, STR("X-Failed-Recipients")))
		return true;
	if (str_eq_nocase(field, STR("From")))
		return has_word(value, from, sizeof(from) / sizeof(from[0]));
	if (str_eq_nocase(field, STR("Subject")))
		return has_word(value, subjects, sizeof(subjects) / sizeof(subjects[0]));
	return str_eq_nocase(field, STR("Content-Type")) &&
	       str_find_nocase(value, STR("multipart/report"), 0) != STR_NPOS;
}

/* A header of three fields or more at `at`, written by a mail program. */
static bool
is_bounce_header(struct str t, size_t at)
{
	size_t fields = 0;
	bool bounce = false;

	for (size_t lines = 0; at < t.n && lines < HEADER_MAX_LINES; lines++) {
		struct str line = plain_line(t, at);
		size_t name = field_name(line);

		if (line.n == 0)
			break;
		if (name == 0 && fields == 0)
			return false;
		fields += name > 0;
		bounce |= name > 0 && is_bounce_field(line, name);
		at = next_line(t, at);
	}
	return bounce && fields >= 3;
}

/* Which sentence of a mail program the line begins with, 1 …; 0: none. */
static size_t
sentence_at(struct str line)
{
	static const char *const sentences[] = {
		"this is the mail system at host",
		"this message was created automatically by mail delivery software",
		"a message that you sent could not be delivered",
		"the original message was received at",
		"hi. this is the qmail-send program",
		"hi. this is the",
		"sorry, we were unable to deliver your message",
		"this is the mailer-daemon",
		"this is the dragonfly mail agent",
		"your message cannot be delivered to the following recipients",
		"your message did not reach some or all",
		"your message to the following recipients",
		"delivery has failed to these recipients",
		"delivery to the following recipient",
		"this is a delivery status notification",
		"this is an automatically generated delivery status notification",
		"hello, this is the mail server on",
		"** address not found **",
		"** message blocked **",
		"undeliverable mail",
	};

	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (str_starts_word(line, sentences[i]))
			return i + 1;
	}
	return 0;
}

/* --- where bounces begin --- */

static void
open_part(struct split *s, size_t at)
{
	if (s->n == PASTE_PARTS_MAX)
		return;
	if (s->n > 0)
		s->v[s->n - 1].end = at;
	s->v[s->n++] = (struct paste_part){ .start = at, .end = s->t.n };
	memset(s->has, 0, sizeof(s->has));
	s->sentence = 0;
}

static void
meet(struct split *s, enum opener kind, size_t at)
{
	bool begun = s->has[OPENER_MAIL] || s->has[OPENER_SENTENCE] || s->has[OPENER_STATUS];

	/* A header stands before all else, a sentence before the status. */
	if (s->n == 0 || s->has[kind] || (kind == OPENER_MAIL && begun) ||
	    (kind == OPENER_SENTENCE && s->has[OPENER_STATUS]))
		open_part(s, at);
	s->has[kind] = true;
}

static void
find_bounces(struct split *s)
{
	struct str boundary = { "", 0 };
	bool empty_before = true, attached = false;
	size_t mbox = STR_NPOS, sentence;

	for (size_t at = 0; at < s->t.n; at = next_line(s->t, at)) {
		struct str line = plain_line(s->t, at);

		if (line.n > 2 && str_starts(line, STR("--")) && line.p[2] != ' ')
			boundary = line;
		if (empty_before && str_starts(str_skip(s->t, at), STR("From "))) {
			mbox = at;
			boundary = (struct str){ "", 0 };
			attached = false;
			continue; /* the header follows at once */
		}
		size_t name = empty_before || mbox != STR_NPOS ? field_name(line) : 0;
		if (name > 0 && is_bounce_header(s->t, at)) {
			/* What a bounce has attached is the mail that came back, also when that
			 * is a bounce; what a person has attached are several. */
			bool inside =
				attached && s->has[OPENER_MAIL] && !str_eq(boundary, s->boundary);
			if (!inside) {
				meet(s, OPENER_MAIL, mbox != STR_NPOS ? mbox : at);
				s->boundary = boundary;
			}
			attached = false;
		} else if ((sentence = sentence_at(line)) > 0) {
			/* A bounce may have several, but each once. */
			if (s->sentence == 0 || s->sentence == sentence || s->has[OPENER_STATUS])
				meet(s, OPENER_SENTENCE, at);
			s->sentence = s->sentence > 0 ? s->sentence : sentence;
		} else if (str_starts_nocase(line, STR("Reporting-MTA:"))) {
			meet(s, OPENER_STATUS, at);
		} else if (str_starts_nocase(line, STR("Content-Type:"))) {
			attached = str_find_nocase(line, STR("message/rfc822"), 0) != STR_NPOS;
		}
		mbox = STR_NPOS;
		empty_before = line.n == 0;
	}
}

/* --- refusals that name different IDs --- */

struct mark {
	size_t clue, reply; /* STR_NPOS: no reply, a log line */
	size_t start, end;  /* of the ID */
};

static bool
is_log_of_refusal(struct str t, size_t at)
{
	static const char *const words[] = { " rejected ", " reject: ", "-reject: ", " ** " };
	size_t from = at;

	while (from > 0 && t.p[from - 1] != '\n' && at - from < LOG_LINE_REACH)
		from--;
	struct str line = str_slice(t, from, line_end(t, at));
	return has_word(str_slice(line, 0, LOG_LINE_REACH), words,
			sizeof(words) / sizeof(words[0]));
}

/* The reply that clue i stands in. */
static size_t
reply_around(const struct clue_set *c, size_t i)
{
	for (size_t k = 0; k < c->n; k++) {
		if (c->v[k].kind == CLUE_REPLY && c->v[k].start <= c->v[i].start &&
		    c->v[k].end >= c->v[i].end)
			return k;
	}
	return STR_NPOS;
}

static int
by_place(const void *x, const void *y)
{
	const struct mark *a = x, *b = y;

	return a->start < b->start ? -1 : a->start > b->start;
}

/* "550 … (id A)\n550 … (id B)": a blank behind the code ends a reply, and another begins. */
static bool
is_reply_ended(struct str t, size_t at)
{
	unsigned code = 0;

	while (at > 0 && t.p[at - 1] != '\n')
		at--;
	struct str line = plain_line(t, at);
	return clue_reply_code(line, &code, NULL) > 0 && code >= 400 && line.p[3] == ' ' &&
	       clue_reply_code(plain_line(t, next_line(t, at)), &code, NULL) > 0;
}

/* IDs that refusals name, each once, one to a reply. */
static size_t
find_marks(const struct clue_set *c, struct str t, struct mark marks[CLUE_MAX])
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < c->n; i++) {
		const struct clue *v = &c->v[i];
		const struct clue_more *m = &c->more[i];
		bool shaped = m->shape == ID_SHAPE_EXIM ||
			      (m->shape == ID_SHAPE_NAMED && v->text.n >= ID_LEAST);

		if (v->kind != CLUE_IDENTIFIER || !shaped || m->role != CLUE_ROLE_NONE)
			continue;
		size_t reply = reply_around(c, i);
		if (reply == STR_NPOS && !is_log_of_refusal(t, v->start))
			continue;
		marks[n++] = (struct mark){ i, reply, v->start, v->end };
	}
	qsort(marks, n, sizeof(*marks), by_place);
	for (size_t i = 0; i < n; i++) {
		const struct mark *last = kept > 0 ? &marks[kept - 1] : NULL;
		bool same = last && (marks[i].start < last->end ||
				     (marks[i].reply != STR_NPOS && marks[i].reply == last->reply &&
				      !is_reply_ended(t, last->start)));

		if (!same)
			marks[kept++] = marks[i];
	}
	return kept;
}

/* Where the paragraph of mark m begins, not before `floor`. */
static size_t
paragraph(const struct clue_set *c, struct str t, const struct mark *m, size_t floor)
{
	size_t at = m->reply != STR_NPOS && c->v[m->reply].start > floor ? c->v[m->reply].start
									 : m->start;

	while (at > floor) {
		size_t line = at;

		while (line > floor && t.p[line - 1] != '\n')
			line--;
		if (line == floor || line < 2)
			return line;
		/* A log's lines are paragraphs of their own. */
		if (m->reply == STR_NPOS)
			return line;
		size_t above = line - 1;
		while (above > floor && t.p[above - 1] != '\n')
			above--;
		if (plain_line(t, above).n == 0)
			return line;
		at = above;
	}
	return floor;
}

static void
part_by_ids(struct split *s, const struct clue_set *c)
{
	struct mark marks[CLUE_MAX];
	size_t n = find_marks(c, s->t, marks);

	if (n < 2)
		return;
	open_part(s, 0);
	for (size_t i = 1; i < n; i++) {
		size_t floor = next_line(s->t, marks[i - 1].end - 1);

		if (floor > marks[i].start)
			floor = marks[i].start; /* both on one line */
		open_part(s, paragraph(c, s->t, &marks[i], floor));
	}
}

/* --- titles --- */

/* Whom it is about: the first recipient, else an ID, else the first words. */
static struct str
title(const struct split *s, const struct clue_set *c, const struct paste_part *p)
{
	static const enum clue_kind kinds[] = { CLUE_RECIPIENT, CLUE_IDENTIFIER };
	size_t best = STR_NPOS;

	for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]) && best == STR_NPOS; k++) {
		for (size_t i = 0; i < c->n; i++) {
			const struct clue *v = &c->v[i];

			if (v->kind != kinds[k] || v->start < p->start || v->end > p->end ||
			    (v->kind == CLUE_IDENTIFIER && c->more[i].shape < ID_SHAPE_NAMED))
				continue;
			if (best == STR_NPOS || v->start < c->v[best].start)
				best = i;
		}
	}
	if (best != STR_NPOS)
		return str_slice(c->v[best].text, 0, TITLE_MAX);
	size_t at = p->start;
	while (at < p->end && plain_line(s->t, at).n == 0)
		at = next_line(s->t, at);
	return arena_str(s->arena, str_slice(plain_line(s->t, at), 0, TITLE_MAX));
}

size_t
paste_split(const struct clue_set *c, struct arena *a, const struct paste_part **parts)
{
	struct split s = { .t = c->paste->original, .arena = a };

	s.v = arena_zalloc(a, PASTE_PARTS_MAX * sizeof(*s.v));
	*parts = s.v;
	find_bounces(&s);
	if (s.n < 2) {
		s.n = 0;
		part_by_ids(&s, c);
	}
	if (s.n < 2)
		return 0;
	for (size_t i = 0; i < s.n; i++)
		s.v[i].title = title(&s, c, &s.v[i]);
	return s.n;
}

struct str
paste_parts_say(const struct find_result *r, struct arena *a)
{
	struct strbuf b;

	strbuf_init(&b, SAY_MAX);
	strbuf_printf(&b, "This text holds %zu bounces: ", r->n_parts);
	for (size_t i = 0; i < r->n_parts && i < SAY_TITLES; i++)
		strbuf_printf(&b, "%s%zu %.*s", i > 0 ? ", " : "", i + 1,
			      STR_ARG(r->parts[i].title));
	strbuf_add_text(&b, r->n_parts > SAY_TITLES ? ", … " : ". ");
	if (r->part > 0)
		strbuf_printf(&b, "Number %zu: ", r->part);
	else
		strbuf_add_text(&b, "Together: ");
	strbuf_add(&b, r->message);
	struct str said = arena_str(a, strbuf_str(&b));
	strbuf_release(&b);
	return said;
}
