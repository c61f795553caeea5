/* SPDX-License-Identifier: MIT */
/* timeline: a timing wheel in two levels. Out of memory and write errors end the program. */
#include "timeline.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	CHUNK_SLOTS = 1024, /* 64 s */
	RING_SLOTS = 2 * CHUNK_SLOTS,
	N_CHUNKS = 8192, /* 6 days */
	OUT_BYTES = 1 << 20,
};

struct bucket {
	char *p;
	size_t n, cap;
};

struct waiting {
	struct waiting *next;
	int64_t slot;
	size_t n;
	enum role role;
	char text[];
};

struct output {
	int fd;
	char *p;
	size_t n;
};

struct timeline {
	int64_t now;
	uint64_t bytes, max_bytes;
	void (*count)(void *, const char *, size_t);
	void *arg;
	struct output out[N_ROLES];
	struct bucket ring[N_ROLES][RING_SLOTS];
	struct waiting *first[N_CHUNKS], **last[N_CHUNKS];
};

static void *
need(void *p)
{
	if (p == NULL) {
		fprintf(stderr, "generate: out of memory\n");
		exit(1);
	}
	return p;
}

struct timeline *
timeline_new(int64_t first_slot, uint64_t max_bytes, const int fd[N_ROLES],
	     void (*count)(void *, const char *, size_t), void *arg)
{
	struct timeline *t = need(calloc(1, sizeof(*t)));

	t->now = first_slot;
	t->max_bytes = max_bytes;
	t->count = count;
	t->arg = arg;
	for (int r = 0; r < N_ROLES; r++) {
		t->out[r].fd = fd[r];
		t->out[r].p = need(malloc(OUT_BYTES));
	}
	for (int i = 0; i < N_CHUNKS; i++)
		t->last[i] = &t->first[i];
	return t;
}

static void
write_out(struct output *o)
{
	for (size_t done = 0; done < o->n;) {
		ssize_t n = write(o->fd, o->p + done, o->n - done);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fprintf(stderr, "generate: writing: %s\n", strerror(errno));
			exit(1);
		}
		done += (size_t)n;
	}
	o->n = 0;
}

static void
out_put(struct output *o, const char *p, size_t n)
{
	while (n > 0) {
		size_t part = n < OUT_BYTES - o->n ? n : OUT_BYTES - o->n;

		memcpy(o->p + o->n, p, part);
		o->n += part;
		p += part;
		n -= part;
		if (o->n == OUT_BYTES)
			write_out(o);
	}
}

static void
bucket_put(struct bucket *b, const char *p, size_t n)
{
	if (b->cap - b->n < n) {
		b->cap = 2 * (b->n + n);
		b->p = need(realloc(b->p, b->cap));
	}
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

static void
wait_put(struct timeline *t, enum role role, int64_t slot, const char *text, size_t n)
{
	size_t i = (size_t)(slot / CHUNK_SLOTS) % N_CHUNKS;
	struct waiting *w = need(malloc(sizeof(*w) + n));

	*w = (struct waiting){ .slot = slot, .n = n, .role = role };
	memcpy(w->text, text, n);
	*t->last[i] = w;
	t->last[i] = &w->next;
}

void
timeline_put(struct timeline *t, enum role role, int64_t slot, const char *text, size_t n)
{
	int64_t ahead = slot / CHUNK_SLOTS - t->now / CHUNK_SLOTS;

	if (t->out[role].fd < 0 || ahead >= N_CHUNKS)
		return;
	if (slot < t->now)
		slot = t->now;
	if (ahead <= 1)
		bucket_put(&t->ring[role][slot % RING_SLOTS], text, n);
	else
		wait_put(t, role, slot, text, n);
}

/* Moves what waits for the chunk after the present one into the ring. */
static void
take_waiting(struct timeline *t)
{
	size_t i = (size_t)(t->now / CHUNK_SLOTS + 1) % N_CHUNKS;

	for (struct waiting *w = t->first[i], *next; w != NULL; w = next) {
		next = w->next;
		bucket_put(&t->ring[w->role][w->slot % RING_SLOTS], w->text, w->n);
		free(w);
	}
	t->first[i] = NULL;
	t->last[i] = &t->first[i];
}

/* As many whole lines as reach the limit. */
static bool
write_main(struct timeline *t, struct bucket *b)
{
	char *p = b->p, *end = b->p + b->n;

	while (p < end && t->bytes < t->max_bytes) {
		char *line = p;

		p = (char *)memchr(p, '\n', (size_t)(end - p)) + 1;
		t->bytes += (uint64_t)(p - line);
		if (t->count != NULL)
			t->count(t->arg, line, (size_t)(p - line));
	}
	out_put(&t->out[ROLE_MAIN], b->p, (size_t)(p - b->p));
	b->n = 0;
	return t->bytes < t->max_bytes;
}

bool
timeline_step(struct timeline *t)
{
	size_t at = (size_t)(t->now % RING_SLOTS);

	if (!write_main(t, &t->ring[ROLE_MAIN][at]))
		return false;
	for (int r = ROLE_REJECT; r < N_ROLES; r++) {
		if (t->ring[r][at].n > 0)
			out_put(&t->out[r], t->ring[r][at].p, t->ring[r][at].n);
		t->ring[r][at].n = 0;
	}
	t->now++;
	if (t->now % CHUNK_SLOTS == 0)
		take_waiting(t);
	return true;
}

uint64_t
timeline_bytes(const struct timeline *t)
{
	return t->bytes;
}

void
timeline_finish(struct timeline *t)
{
	for (int r = 0; r < N_ROLES; r++) {
		write_out(&t->out[r]);
		free(t->out[r].p);
		for (int i = 0; i < RING_SLOTS; i++)
			free(t->ring[r][i].p);
	}
	for (int i = 0; i < N_CHUNKS; i++) {
		for (struct waiting *w = t->first[i], *next; w != NULL; w = next) {
			next = w->next;
			free(w);
		}
	}
	free(t);
}
