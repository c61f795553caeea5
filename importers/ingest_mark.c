/* SPDX-License-Identifier: MIT */
/*
 * ingest_mark: recognising a log by its content (DESIGN §4). A known source is named by the hash
 * of its head; where it was read to is proved by the hash of what stands before that place.
 * What is shorter than a known source with the same head adds nothing.
 */
#include <stdlib.h>

#include "importers/ingest_local.h"

/* So much text may be the same in the logs of two gateways: a line each in two panic logs. */
#define CHANCE_BYTES 1024

struct candidate {
	uint32_t source;
	struct source_info info;
};

struct candidates {
	struct intake *in;
	struct str head;
	struct candidate *list;
	size_t n;
	size_t cap;
};

static uint64_t
mark_hash(struct str text)
{
	return hash_bytes(text, 0);
}

struct source_mark
mark_of(const struct lines *l, struct str head, uint64_t line_count)
{
	struct str named = str_slice(head, 0, MARK_BYTES);
	if (l->offset > 0 && named.n > l->offset)
		named.n = (size_t)l->offset; /* a half line may still change */
	return (struct source_mark){
		.head_hash = mark_hash(named),
		.head_bytes = (uint32_t)named.n,
		.tail_hash = mark_hash(lines_before(l)),
		.offset = l->offset,
		.lines = line_count,
	};
}

/*
 * Exim writes a refusal to its main and its reject log: as long as they are young, one may begin
 * with all that is in the other. Where names tell them apart, they are two.
 */
static bool
is_other_log(const struct intake *in, enum log_role known)
{
	enum log_role role;
	return known != LOG_ROLE_SYSLOG && role_from_name(in->name, &role) && role != known;
}

static int
take_candidate(void *arg, uint32_t source, const struct source_info *known, struct err *e)
{
	(void)e;
	struct candidates *c = arg;
	struct arena *a = &c->in->arena;
	const struct source_mark *m = &known->mark;
	struct str wanted = c->in->run->options->gateway;
	bool is_others = wanted.n > 0 && !str_eq_nocase(wanted, known->gateway);

	/* Of a source whose head is longer than this log, the book has compared the text. */
	if (m->head_bytes <= c->head.n &&
	    mark_hash(str_slice(c->head, 0, m->head_bytes)) != m->head_hash)
		return 0;
	if (m->head_bytes == 0 || is_other_log(c->in, known->context.role) ||
	    (is_others && m->offset < CHANCE_BYTES))
		return 0;
	c->list = mem_grow(c->list, &c->cap, c->n + 1, sizeof(*c->list));
	struct candidate *taken = &c->list[c->n++];
	*taken = (struct candidate){ .source = source, .info = *known };
	taken->info.path = arena_str(a, known->path);
	taken->info.gateway = arena_str(a, known->gateway);
	taken->info.format_name = arena_str(a, known->format_name);
	if (known->n_pending > 0) {
		size_t bytes = known->n_pending * sizeof(*known->pending);
		taken->info.pending = memcpy(arena_alloc(a, bytes), known->pending, bytes);
	}
	return 0;
}

static int
by_offset(const void *a, const void *b)
{
	const struct candidate *x = a;
	const struct candidate *y = b;
	if (x->info.mark.offset != y->info.mark.offset)
		return x->info.mark.offset < y->info.mark.offset ? -1 : 1;
	return x->source < y->source ? -1 : x->source > y->source;
}

/* Goes forward over all checkpoints. *grown: the last that holds; *whole: one beyond the end. */
static int
compare_tails(struct intake *in, struct candidates *c, struct candidate **grown,
	      struct candidate **whole, struct err *e)
{
	for (size_t i = 0; i < c->n && !*whole; i++) {
		const struct source_mark *m = &c->list[i].info.mark;
		int rc = lines_skip(&in->lines, m->offset, e);
		if (rc < 0)
			return -1;
		if (rc == 0)
			*whole = &c->list[i];
		else if (mark_hash(lines_before(&in->lines)) == m->tail_hash)
			*grown = &c->list[i];
	}
	return 0;
}

static int
go_to(struct intake *in, uint64_t offset, struct err *e)
{
	if (in->lines.offset == offset)
		return 0;
	if (lines_rewind(&in->lines, e) < 0)
		return -1;
	int rc = lines_skip(&in->lines, offset, e);
	return rc == 0 ? err_set(e, ERR_IO, "changed while it was read") : rc < 0 ? -1 : 0;
}

/*
 * The source ended with a half line (of a pipe or a compressed file, which end theirs) that goes
 * on here: it is read again as a whole.
 */
static int
mend_half_line(struct intake *in, struct err *e)
{
	struct str next;
	struct str before = lines_before(&in->lines);
	if (before.n == 0 || before.p[before.n - 1] == '\n')
		return 0;
	if (lines_peek(&in->lines, 1, &next, e) < 0)
		return -1;
	if (next.n == 0)
		return 0;
	if (next.p[0] == '\n')
		return lines_skip(&in->lines, in->lines.offset + 1, e) < 0 ? -1 : 0;
	before = lines_before(&in->lines);
	size_t stop = str_rfind_char(before, '\n');
	if (stop == STR_NPOS && before.n < in->lines.offset)
		return 0; /* longer than what is kept: its rest becomes a line */
	lines_back(&in->lines, stop == STR_NPOS ? before.n : before.n - stop - 1);
	in->line_count--;
	return 0;
}

static enum mark_match
resume(struct intake *in, const struct candidate *c, struct err *e)
{
	struct str next;
	in->number = c->source;
	in->info = c->info;
	in->line_count = c->info.mark.lines;
	if (go_to(in, c->info.mark.offset, e) < 0 || mend_half_line(in, e) < 0 ||
	    lines_peek(&in->lines, 1, &next, e) < 0)
		return MARK_FAILED;
	return next.n == 0 ? MARK_KNOWN : MARK_GROWN;
}

static enum mark_match
take_as_known(struct intake *in, const struct candidate *c)
{
	in->number = c->source;
	in->info = c->info;
	return MARK_KNOWN;
}

static enum mark_match
choose(struct intake *in, struct candidates *c, struct err *e)
{
	struct candidate *grown = NULL;
	struct candidate *whole = NULL;
	uint64_t identity = source_is_plain(in->source) ? 0 : source_identity(in->source);
	for (size_t i = 0; i < c->n && identity != 0; i++)
		if (c->list[i].info.inode == identity)
			return take_as_known(in, &c->list[i]);
	qsort(c->list, c->n, sizeof(*c->list), by_offset);
	if (!source_is_plain(in->source) && lines_rewind(&in->lines, e) < 0)
		return MARK_FAILED; /* a pipe becomes a file that can go back */
	if (compare_tails(in, c, &grown, &whole, e) < 0)
		return MARK_FAILED;
	if (grown)
		return resume(in, grown, e);
	if (whole)
		return take_as_known(in, whole);
	return go_to(in, 0, e) < 0 ? MARK_FAILED : MARK_NEW;
}

enum mark_match
mark_find(struct intake *in, struct err *e)
{
	struct source_book *book = in->run->book;
	struct candidates c = { .in = in, .head = str_slice(in->head, 0, MARK_BYTES) };
	enum mark_match found = MARK_NEW;
	if (book->ops->match(book, c.head, take_candidate, &c, e) < 0)
		found = MARK_ENDED;
	else if (c.n > 0)
		found = choose(in, &c, &in->report.error);
	free(c.list);
	return found;
}

const struct input *
mark_find_waiting(const struct run *r, struct str head, const struct intake *in)
{
	struct str named = STR("");
	uint64_t hash = 0;
	for (size_t i = 0; i < r->n_inputs; i++) {
		const struct input *other = r->inputs[i];
		const struct source_mark *m = &other->mark;
		if (!other->waits || m->head_bytes == 0 || m->head_bytes > head.n ||
		    (in && (other == in->input || is_other_log(in, other->role))))
			continue;
		if (named.n != m->head_bytes) {
			named = str_slice(head, 0, m->head_bytes);
			hash = mark_hash(named);
		}
		if (hash == m->head_hash)
			return other;
	}
	return NULL;
}
