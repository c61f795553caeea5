/* SPDX-License-Identifier: MIT */
/*
 * lines: one buffer, filled by big reads; a line is a slice of it. Before each refill the last
 * MARK_BYTES of what was consumed move to its front, together with the begun line. A line that
 * fills half the buffer is gathered in long_line.
 */
#include "importers/lines.h"

#include <stdlib.h>

#include "base/mem.h"

enum {
	READ_BYTES = 256 << 10, /* fits the second-level cache */
	BUFFER_BYTES = (int)MARK_BYTES + READ_BYTES,
	LONG_BYTES = READ_BYTES / 2,
	LONG_KEEP_BYTES = 1 << 20,
};

void
lines_init(struct lines *l, struct source *s)
{
	*l = (struct lines){ .source = s, .buffer = xmalloc(BUFFER_BYTES) };
	strbuf_init(&l->long_line, LINE_MAX_BYTES);
}

void
lines_release(struct lines *l)
{
	free(l->buffer);
	strbuf_release(&l->long_line);
	*l = (struct lines){ 0 };
}

static void
forget_long_line(struct lines *l)
{
	if (l->long_line.cap > LONG_KEEP_BYTES)
		strbuf_release(&l->long_line);
	strbuf_clear(&l->long_line);
	l->long_bytes = 0;
	l->long_is_taken = false;
}

struct str
lines_before(const struct lines *l)
{
	size_t n = l->offset < MARK_BYTES ? (size_t)l->offset : MARK_BYTES;
	if (l->long_bytes > 0 && !l->long_is_taken)
		return (struct str){ l->long_before, n };
	return (struct str){ l->buffer + l->at - n, n };
}

/* Moves what was read of the present line out of the buffer. */
static void
gather(struct lines *l)
{
	if (l->long_bytes == 0) {
		struct str before = lines_before(l);
		memcpy(l->long_before, before.p, before.n);
	}
	strbuf_add(&l->long_line, (struct str){ l->buffer + l->at, l->end - l->at });
	l->long_bytes += l->end - l->at;
	l->at = l->end;
	l->scanned = 0;
}

/* One more read into the buffer. */
static int
refill(struct lines *l, struct err *e)
{
	size_t before = l->at < MARK_BYTES ? l->at : MARK_BYTES;
	size_t from = l->at - before;
	if (from > 0) {
		memmove(l->buffer, l->buffer + from, l->end - from);
		l->at -= from;
		l->end -= from;
	}
	ssize_t got = source_read(l->source, l->buffer + l->end, BUFFER_BYTES - l->end, e);
	if (got < 0)
		return -1;
	if (got == 0)
		l->at_end = true;
	l->end += (size_t)got;
	return 0;
}

int
lines_peek(struct lines *l, size_t want, struct str *head, struct err *e)
{
	while (!l->at_end && l->end - l->at < want)
		if (refill(l, e) < 0)
			return -1;
	*head = (struct str){ l->buffer + l->at, l->end - l->at };
	return 0;
}

/* The line ends at buffer[stop], where its newline is. */
static struct str
take_line(struct lines *l, size_t stop)
{
	struct str text = { l->buffer + l->at, stop - l->at };
	l->at = stop + 1;
	l->scanned = 0;
	l->offset += l->long_bytes + text.n + 1;
	if (l->long_bytes == 0)
		return text;
	strbuf_add(&l->long_line, text);
	l->long_bytes += text.n;
	l->dropped_bytes += l->long_bytes - l->long_line.n;
	l->long_is_taken = true;
	return strbuf_str(&l->long_line);
}

enum lines_result
lines_next(struct lines *l, struct str *text, struct err *e)
{
	if (l->long_is_taken)
		forget_long_line(l);
	for (;;) {
		size_t from = l->at + l->scanned;
		const char *stop = memchr(l->buffer + from, '\n', l->end - from);
		if (stop) {
			*text = take_line(l, (size_t)(stop - l->buffer));
			return LINES_LINE;
		}
		l->scanned = l->end - l->at;
		if (l->at_end)
			break;
		if (l->scanned >= LONG_BYTES)
			gather(l);
		if (refill(l, e) < 0)
			return LINES_FAILED;
	}
	if (l->long_bytes > 0) {
		gather(l);
		*text = strbuf_str(&l->long_line);
		return LINES_HALF;
	}
	*text = (struct str){ l->buffer + l->at, l->end - l->at };
	return text->n > 0 ? LINES_HALF : LINES_END;
}

void
lines_accept_half(struct lines *l)
{
	l->offset += l->long_bytes + (l->end - l->at);
	l->at = l->end;
	l->scanned = 0;
	l->dropped_bytes += l->long_bytes - l->long_line.n;
	l->long_is_taken = l->long_bytes > 0;
}

/* A plain file's bytes up to the last few before offset need not be read. */
static int
jump(struct lines *l, uint64_t offset, struct err *e)
{
	uint64_t before = offset < MARK_BYTES ? offset : MARK_BYTES;
	if (source_seek(l->source, offset - before, e) < 0)
		return -1;
	l->at = 0;
	l->end = 0;
	l->at_end = false;
	l->offset = offset - before;
	return 0;
}

int
lines_skip(struct lines *l, uint64_t offset, struct err *e)
{
	l->scanned = 0;
	if (source_is_plain(l->source) && offset > l->offset + (l->end - l->at) + MARK_BYTES)
		if (jump(l, offset, e) < 0)
			return -1;
	for (;;) {
		uint64_t have = l->end - l->at;
		if (offset - l->offset <= have) {
			l->at += (size_t)(offset - l->offset);
			l->offset = offset;
			return 1;
		}
		l->at = l->end;
		l->offset += have;
		if (l->at_end)
			return 0;
		if (refill(l, e) < 0)
			return -1;
	}
}

void
lines_back(struct lines *l, size_t bytes)
{
	l->at -= bytes;
	l->offset -= bytes;
	l->scanned = 0;
}

int
lines_rewind(struct lines *l, struct err *e)
{
	forget_long_line(l);
	l->at = 0;
	l->end = 0;
	l->scanned = 0;
	l->at_end = false;
	l->offset = 0;
	return source_rewind(l->source, e);
}

uint64_t
lines_half_bytes(const struct lines *l)
{
	return l->long_is_taken ? l->end - l->at : l->long_bytes + (l->end - l->at);
}
