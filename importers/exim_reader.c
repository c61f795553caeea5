/* SPDX-License-Identifier: MIT */
/*
 * exim_reader: physical lines to records. In files a line that does not begin with a time continues
 * the record before it (FORMATS §1.1, §1.10); through syslog each piece [i/n] or [i\n] of a record
 * is a line, and those of other processes stand between them (§1.11).
 *
 * A record's text is made to stand alone: what only syslog's prefix says (time, pid) is written
 * into it in Exim's own form, so that parsing the text again gives the same facts.
 * Lines are copied as far as they are held back. Nothing is fatal.
 */
#include "importers/exim_reader.h"

#include <stdlib.h>

#include "base/hash.h"
#include "importers/exim.h"
#include "importers/exim_line.h"
#include "importers/maillog.h"
#include "importers/syslog.h"

#define SETS_MAX         64   /* records in pieces at a time; the oldest gives way */
#define SET_AGE_MAX      5000 /* lines without a further piece: it will not come */
#define RECORD_LINES_MAX (1u << 16)

/* A record that is being gathered. */
struct gathered {
	struct strbuf text;
	line_ref *lines;
	size_t n, cap;
	bool visited; /* as it is now; finish did that */
};

struct piece_set {
	struct gathered g;
	uint64_t key; /* host and pid */
	unsigned next, total;
	bool newline;  /* the last piece ended at a newline, not by its length */
	uint64_t seen; /* line count when it last grew */
};

struct record_reader {
	struct parse_context context;
	struct arena scratch;
	struct strbuf line; /* a line rewritten */
	struct gathered held;
	struct piece_set sets[SETS_MAX];
	size_t n_sets;
	uint64_t count; /* lines fed */
	line_ref *pending;
	size_t pending_cap;
};

/* Where records go. */
struct target {
	record_visit *visit;
	void *arg;
	struct err *e;
};

/* --- gathered --------------------------------------------------------------------------------- */

static void
gathered_init(struct gathered *g)
{
	memset(g, 0, sizeof(*g));
	strbuf_init(&g->text, EXIM_RECORD_MAX);
}

static void
gathered_release(struct gathered *g)
{
	strbuf_release(&g->text);
	free(g->lines);
}

static void
gathered_clear(struct gathered *g)
{
	strbuf_clear(&g->text);
	g->n = 0;
	g->visited = false;
}

static void
gathered_add(struct gathered *g, struct str text, line_ref ref)
{
	size_t room = EXIM_RECORD_MAX - g->text.n;

	strbuf_add(&g->text, str_slice(text, 0, room));
	g->lines = mem_grow(g->lines, &g->cap, g->n + 1, sizeof(*g->lines));
	g->lines[g->n++] = ref;
	g->visited = false;
}

static int
visit_text(struct record_reader *r, struct str text, const line_ref *lines, size_t n,
	   const struct target *t)
{
	struct record record = { .text = text, .lines = lines, .n_lines = n };

	arena_reset(&r->scratch);
	record.class = exim_format.parse(text, &r->context, &record.fragment, &r->scratch);
	if (record.class == LINE_UNDERSTOOD && record.fragment.time_us != TIME_NONE)
		r->context.near_us = record.fragment.time_us;
	return t->visit(t->arg, &record, t->e);
}

/* A line of its own whose class is known without reading it. */
static int
visit_class(struct str text, line_ref ref, enum line_class class, const struct target *t)
{
	struct record record = { .text = text, .lines = &ref, .n_lines = 1, .class = class };

	record.fragment.time_us = TIME_NONE;
	return t->visit(t->arg, &record, t->e);
}

static int
visit_gathered(struct record_reader *r, struct gathered *g, const struct target *t)
{
	if (g->n == 0 || g->visited)
		return 0;
	g->visited = true;
	return visit_text(r, strbuf_str(&g->text), g->lines, g->n, t);
}

static int
flush_held(struct record_reader *r, const struct target *t)
{
	int result = visit_gathered(r, &r->held, t);

	gathered_clear(&r->held);
	return result;
}

/* --- files ------------------------------------------------------------------------------------ */

/* A piece of a rejectlog entry whose beginning is in another file. */
static bool
is_block_line(struct str s)
{
	if (s.n == 0 || s.p[0] == '\t' || s.p[0] == ' ')
		return true;
	if (str_starts(s, STR("Envelope-")))
		return true;
	return s.n > 3 && s.p[1] == ' ' && str_find_char(s, ':', 2) != STR_NPOS &&
	       (char_is_alpha(s.p[0]) || s.p[0] == '*');
}

static int
feed_continuation(struct record_reader *r, struct str line, line_ref ref, const struct target *t)
{
	if (r->held.n == 0 || r->held.n >= RECORD_LINES_MAX)
		return visit_class(line, ref, is_block_line(line) ? LINE_IGNORED : LINE_UNKNOWN, t);
	strbuf_add_char(&r->held.text, '\n');
	gathered_add(&r->held, line, ref);
	return 0;
}

/* --- syslog ----------------------------------------------------------------------------------- */

/* rsyslog writes control characters as #ooo (EscapeControlCharactersOnReceive). */
static size_t
escape_at(struct str s, size_t at, char *c)
{
	int v;

	if (at + 4 > s.n || (s.p[at + 1] != '0' && s.p[at + 1] != '1') || s.p[at + 2] < '0' ||
	    s.p[at + 2] > '7' || s.p[at + 3] < '0' || s.p[at + 3] > '7')
		return 0;
	v = (s.p[at + 1] - '0') * 64 + (s.p[at + 2] - '0') * 8 + (s.p[at + 3] - '0');
	if (v >= 32 && v != 127)
		return 0;
	*c = (char)v;
	return 4;
}

static void
add_unescaped(struct strbuf *out, struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		size_t at = str_find_char(s, '#', i), n;
		char c;

		if (at == STR_NPOS)
			break;
		strbuf_add(out, str_slice(s, i, at));
		n = escape_at(s, at, &c);
		if (n > 0)
			strbuf_add_char(out, c);
		else
			strbuf_add_char(out, '#');
		i = at + (n > 0 ? n : 1);
	}
	strbuf_add(out, str_skip(s, i));
}

static bool
shows_pid(struct str s)
{
	size_t i = 1;

	if (s.n < 4 || s.p[0] != '[')
		return false;
	while (i < s.n && char_is_digit(s.p[i]))
		i++;
	return i > 1 && i < s.n && s.p[i] == ']';
}

/* The text with time and pid in front, where Exim wrote none of its own; in r->line. */
static struct str
complete(struct record_reader *r, const struct syslog_line *s, struct str text)
{
	size_t stamp = exim_stamp_length(text);
	struct strbuf *out = &r->line;

	strbuf_clear(out);
	if (stamp > 0) {
		strbuf_add(out, str_slice(text, 0, stamp));
	} else {
		int64_t time_us = syslog_time(s, r->context.zone, r->context.near_us);
		struct civil c;

		if (time_us != TIME_NONE) {
			civil_from_us(time_us, &c);
			strbuf_printf(out, "%04d-%02d-%02d %02d:%02d:%02d.%06d +0000 ", c.year,
				      c.month, c.day, c.hour, c.minute, c.second, c.microsecond);
		}
	}
	text = str_skip(text, stamp);
	if (s->pid > 0 && !shows_pid(text))
		strbuf_printf(out, "[%u] ", (unsigned)s->pid);
	add_unescaped(out, text);
	return strbuf_str(out);
}

/* "[3/14] " or "[3\14] " at the head: the marker says how this piece ended (FORMATS §1.11). */
struct piece {
	unsigned number, total;
	bool newline;
};

static bool
take_piece(struct str *s, struct piece *p)
{
	struct str rest = *s;
	unsigned *to = &p->number;
	size_t digits = 0;

	p->number = p->total = 0;
	if (!take_char(&rest, '['))
		return false;
	for (; rest.n > 0 && rest.p[0] != ']'; rest = str_skip(rest, 1)) {
		char c = rest.p[0];

		if (char_is_digit(c) && digits++ < 5) {
			*to = *to * 10 + (unsigned)(c - '0');
		} else if ((c == '/' || c == '\\') && to == &p->number && digits > 0) {
			p->newline = c == '\\';
			to = &p->total;
			digits = 0;
		} else {
			return false;
		}
	}
	if (!take_char(&rest, ']') || p->number == 0 || p->number > p->total)
		return false;
	take_char(&rest, ' ');
	*s = rest;
	return true;
}

static int
drop_set(struct record_reader *r, size_t i, const struct target *t)
{
	int result = visit_gathered(r, &r->sets[i].g, t);
	struct piece_set empty = r->sets[i];

	/* The buffers stay, behind the live sets. */
	gathered_clear(&empty.g);
	memmove(&r->sets[i], &r->sets[i + 1], (r->n_sets - i - 1) * sizeof(empty));
	r->sets[--r->n_sets] = empty;
	return result;
}

/* Sets are in the order in which they last grew, oldest first. */
static int
drop_old_sets(struct record_reader *r, const struct target *t)
{
	while (r->n_sets > 0 &&
	       (r->n_sets == SETS_MAX || r->count - r->sets[0].seen > SET_AGE_MAX)) {
		if (drop_set(r, 0, t) != 0)
			return -1;
	}
	return 0;
}

static size_t
find_set(const struct record_reader *r, uint64_t key)
{
	size_t i = 0;

	while (i < r->n_sets && r->sets[i].key != key)
		i++;
	return i;
}

static void
grow_set(struct record_reader *r, size_t i, const struct piece *p, struct str text, line_ref ref)
{
	struct piece_set set = r->sets[i];

	if (set.newline)
		strbuf_add_char(&set.g.text, '\n');
	gathered_add(&set.g, text, ref);
	set.newline = p->newline;
	set.next = p->number + 1;
	set.seen = r->count;
	memmove(&r->sets[i], &r->sets[i + 1], (r->n_sets - i - 1) * sizeof(set));
	r->sets[r->n_sets - 1] = set;
}

static int
feed_piece(struct record_reader *r, const struct syslog_line *s, const struct piece *p,
	   struct str text, line_ref ref, const struct target *t)
{
	uint64_t key = hash_bytes(s->host, s->pid);
	size_t i = find_set(r, key);

	if (i < r->n_sets && (p->number != r->sets[i].next || p->total != r->sets[i].total)) {
		if (drop_set(r, i, t) != 0)
			return -1;
		i = r->n_sets;
	}
	if (i == r->n_sets) {
		struct piece_set *set;

		/* Its beginning is in another file, or was never written. */
		if (p->number != 1)
			return visit_class(text, ref, LINE_IGNORED, t);
		if (drop_old_sets(r, t) != 0)
			return -1;
		i = r->n_sets++;
		set = &r->sets[i];
		set->key = key;
		set->total = p->total;
		set->newline = false;
		text = complete(r, s, text);
	} else {
		strbuf_clear(&r->line);
		add_unescaped(&r->line, text);
		text = strbuf_str(&r->line);
	}
	grow_set(r, i, p, text, ref);
	return p->number == p->total ? drop_set(r, r->n_sets - 1, t) : 0;
}

static int
feed_syslog(struct record_reader *r, const struct syslog_line *s, struct str line, line_ref ref,
	    const struct target *t)
{
	struct str text = syslog_drop_repetition(s->text);
	struct piece p;

	if (!syslog_tag_is_exim(s) && !exim_has_stamp(text))
		return maillog_knows(s->tag) ? visit_text(r, line, &ref, 1, t)
					     : visit_class(text, ref, LINE_IGNORED, t);
	if (take_piece(&text, &p))
		return feed_piece(r, s, &p, text, ref, t);
	return visit_text(r, complete(r, s, text), &ref, 1, t);
}

/* --- interface -------------------------------------------------------------------------------- */

struct record_reader *
exim_reader_new(const struct parse_context *c)
{
	struct record_reader *r = xcalloc(1, sizeof(*r));

	r->context = *c;
	arena_init(&r->scratch);
	strbuf_init(&r->line, EXIM_RECORD_MAX);
	gathered_init(&r->held);
	for (size_t i = 0; i < SETS_MAX; i++)
		gathered_init(&r->sets[i].g);
	return r;
}

int
exim_reader_feed(struct record_reader *r, struct str line, line_ref ref, record_visit *visit,
		 void *arg, struct err *e)
{
	struct target t = { visit, arg, e };
	struct syslog_line s;

	r->count++;
	if (line.n > 0 && line.p[line.n - 1] == '\r')
		line.n--;
	if (exim_has_stamp(line)) {
		if (flush_held(r, &t) != 0)
			return -1;
		gathered_add(&r->held, line, ref);
		return 0;
	}
	if (!syslog_parse(line, &s))
		return feed_continuation(r, line, ref, &t);
	if (flush_held(r, &t) != 0)
		return -1;
	return feed_syslog(r, &s, line, ref, &t);
}

int
exim_reader_finish(struct record_reader *r, record_visit *visit, void *arg, struct err *e)
{
	struct target t = { visit, arg, e };

	if (visit_gathered(r, &r->held, &t) != 0)
		return -1;
	for (size_t i = 0; i < r->n_sets; i++) {
		if (visit_gathered(r, &r->sets[i].g, &t) != 0)
			return -1;
	}
	return 0;
}

static int
compare_refs(const void *a, const void *b)
{
	line_ref x = *(const line_ref *)a, y = *(const line_ref *)b;

	return (x > y) - (x < y);
}

static void
add_pending(struct record_reader *r, size_t *n, const struct gathered *g)
{
	if (g->n == 0)
		return;
	r->pending = mem_grow(r->pending, &r->pending_cap, *n + g->n, sizeof(*r->pending));
	memcpy(r->pending + *n, g->lines, g->n * sizeof(*g->lines));
	*n += g->n;
}

size_t
exim_reader_pending(const struct record_reader *reader, const line_ref **lines)
{
	struct record_reader *r = (struct record_reader *)(uintptr_t)reader; /* its list only */
	size_t n = 0;

	add_pending(r, &n, &r->held);
	for (size_t i = 0; i < r->n_sets; i++)
		add_pending(r, &n, &r->sets[i].g);
	if (n > 1)
		qsort(r->pending, n, sizeof(*r->pending), compare_refs);
	*lines = r->pending;
	return n;
}

void
exim_reader_free(struct record_reader *r)
{
	if (!r)
		return;
	gathered_release(&r->held);
	for (size_t i = 0; i < SETS_MAX; i++)
		gathered_release(&r->sets[i].g);
	strbuf_release(&r->line);
	arena_release(&r->scratch);
	free(r->pending);
	free(r);
}

int64_t
exim_line_time(struct str line, const struct parse_context *c)
{
	struct syslog_line s;

	if (exim_has_stamp(line))
		return exim_stamp_time(line, c->zone);
	return syslog_parse(line, &s) ? syslog_time(&s, c->zone, c->near_us) : TIME_NONE;
}
