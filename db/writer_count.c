/* SPDX-License-Identifier: MIT */
/*
 * writer_count: every line is counted once, in the class of its record; hours that have lines are
 * noted per gateway; unknown lines are gathered by shape.
 */
#include <stdlib.h>

#include "base/civil.h"
#include "db/writer.h"
#include "model/advice.h"

enum {
	MAX_SHAPES = 2000, /* the rest is one row */
	SHAPE_BYTES = 200,
	SAMPLE_BYTES = 2000,
};
#define OTHER_SHAPES UINT64_C(0)

/* --- classes -------------------------------------------------------------------------------- */

static void
count_class(struct writer *w, unsigned class, int64_t by)
{
	w->source->count[class] += (uint64_t)by;
	w->st->counter[COUNTER_UNDERSTOOD + class] += (uint64_t)by;
}

/* Lines that waited may have been counted by a shorter form of this record. */
static void
uncount(struct writer *w, line_ref ref)
{
	struct source_row *source = w->source;

	for (size_t i = 0; i < source->n_pending; i++) {
		struct pending_line *p = &source->pending[i];
		if (p->ref == ref && p->counted) {
			count_class(w, p->counted - 1u, -1);
			p->counted = 0;
		}
	}
}

/* --- hours ---------------------------------------------------------------------------------- */

static int64_t
hour_of(int64_t time_us)
{
	int64_t hour = time_us / HOUR_US;

	return time_us % HOUR_US < 0 ? hour - 1 : hour;
}

static struct hour_count *
hour_find(struct writer *w, uint32_t gateway, int64_t hour)
{
	struct hour_count *last = w->n_hours > 0 ? &w->hours[w->last_hour] : NULL;
	uint64_t key = (uint64_t)gateway << 40 ^ (uint64_t)hour;

	/* Lines come roughly in order. */
	if (last && last->hour == hour && last->gateway == gateway)
		return last;
	uint64_t *known = u64_table_get(&w->hour_index, key);
	if (known) {
		w->last_hour = (size_t)*known - 1;
		return &w->hours[w->last_hour];
	}
	w->hours = mem_grow(w->hours, &w->hours_cap, w->n_hours + 1, sizeof(*w->hours));
	w->last_hour = w->n_hours++;
	w->hours[w->last_hour] = (struct hour_count){ gateway, hour, 0, INT64_MAX, INT64_MIN };
	u64_table_put(&w->hour_index, key, w->n_hours);
	return &w->hours[w->last_hour];
}

static void
count_hour(struct writer *w, uint32_t gateway, int64_t time_us, uint64_t lines)
{
	struct hour_count *h = hour_find(w, gateway, hour_of(time_us));

	h->lines += lines;
	if (time_us < h->t0)
		h->t0 = time_us;
	if (time_us > h->t1)
		h->t1 = time_us;
}

static void
note_time(struct writer *w, const struct record *r)
{
	struct source_row *source = w->source;
	int64_t t = r->fragment.time_us;

	if (source->from_us == TIME_NONE || t < source->from_us)
		source->from_us = t;
	if (t > source->to_us)
		source->to_us = t;
	if (source->last_us == TIME_NONE || t > source->last_us)
		source->last_us = t;
	if (w->block && w->block->id != 0) {
		if (w->block->t0 == TIME_NONE || t < w->block->t0)
			w->block->t0 = t;
		if (t > w->block->t1)
			w->block->t1 = t;
	}
}

/* --- shapes of unknown lines ---------------------------------------------------------------- */

/* Words stay, numbers become N, everything that mixes letters and digits becomes I. */
/* The text of a line with its variable parts blanked. */
static struct str
line_shape(struct str line, char *buffer, size_t size)
{
	size_t n = 0, i = 0;

	while (i < line.n && n < size) {
		size_t digits = 0, start = i;
		while (i < line.n && char_is_alnum(line.p[i]))
			digits += char_is_digit(line.p[i++]);
		if (i == start) {
			buffer[n++] = line.p[i++];
		} else if (digits == i - start) {
			buffer[n++] = 'N';
		} else if (digits > 0) {
			buffer[n++] = 'I';
		} else {
			for (size_t k = start; k < i && n < size; k++)
				buffer[n++] = line.p[k];
		}
	}
	return (struct str){ buffer, n };
}

static struct unknown_shape *
shape_add(struct writer *w, uint64_t hash)
{
	w->shapes = mem_grow(w->shapes, &w->shapes_cap, w->n_shapes + 1, sizeof(*w->shapes));
	struct unknown_shape *u = &w->shapes[w->n_shapes++];
	*u = (struct unknown_shape){ .hash = hash };
	u64_table_put(&w->shape_index, hash, w->n_shapes);
	return u;
}

static struct unknown_shape *
shape_get(struct writer *w, uint64_t hash)
{
	uint64_t *i = u64_table_get(&w->shape_index, hash);

	return i ? &w->shapes[*i - 1] : NULL;
}

static void
count_unknown(struct writer *w, const struct record *r)
{
	char buffer[SHAPE_BYTES];
	struct str shape = line_shape(r->text, buffer, sizeof(buffer));
	uint64_t hash = hash_bytes(shape, 0);
	struct unknown_shape *u = shape_get(w, hash);

	if (!u && w->n_shapes >= MAX_SHAPES) {
		hash = OTHER_SHAPES;
		shape = STR("(other shapes)");
		u = shape_get(w, hash);
	}
	if (!u)
		u = shape_add(w, hash);
	if (!u->shape) {
		struct str sample = str_slice(r->text, 0, SAMPLE_BYTES);
		u->shape = xstrndup(shape);
		u->shape_n = shape.n;
		u->sample = xstrndup(sample);
		u->sample_n = sample.n;
		u->source = w->source->number;
	}
	u->n += r->n_lines;
}

int
writer_shapes_load(struct writer *w, struct err *e)
{
	sqlite3_stmt *row = sql_query(&w->st->q, STMT_UNKNOWN_KEYS, e, "");

	if (!row)
		return -1;
	int rc;
	while ((rc = sql_step(&w->st->q, row, e)) > 0)
		shape_add(w, sql_uint(row, 0));
	return rc;
}

/* --- all together --------------------------------------------------------------------------- */

void
writer_count(struct writer *w, const struct record *r, uint32_t gateway)
{
	for (size_t i = 0; i < r->n_lines; i++) {
		if (w->source->n_pending > 0)
			uncount(w, r->lines[i]);
		w->fresh = mem_grow(w->fresh, &w->fresh_cap, w->n_fresh + 1, sizeof(*w->fresh));
		w->fresh[w->n_fresh++] =
			(struct pending_line){ r->lines[i], (uint8_t)(r->class + 1) };
	}
	count_class(w, r->class, (int64_t)r->n_lines);
	w->source->dirty = true;
	if (r->class == LINE_UNDERSTOOD)
		w->source->features |= source_features(&r->fragment);
	if (r->class == LINE_UNDERSTOOD && r->fragment.time_us != TIME_NONE)
		note_time(w, r);
	if (r->class == LINE_UNKNOWN)
		count_unknown(w, r);
	/* Lines whose time is not known stand beside those that were before them. */
	int64_t t = r->class == LINE_UNDERSTOOD ? r->fragment.time_us : TIME_NONE;
	if (t == TIME_NONE)
		t = w->source->last_us;
	if (t != TIME_NONE)
		count_hour(w, gateway, t, r->n_lines);
}

void
writer_counts_note(struct writer *w, struct sql_list *out)
{
	for (size_t i = 0; i < w->n_shapes; i++) {
		struct unknown_shape *u = &w->shapes[i];
		if (u->n == 0)
			continue;
		sql_note(out, STMT_UNKNOWN_ADD, "ubbuu", u->hash,
			 (struct str){ u->shape, u->shape_n },
			 (struct str){ u->sample, u->sample_n }, (uint64_t)u->source, u->n);
		u->n = 0;
	}
	for (size_t i = 0; i < w->n_hours; i++) {
		const struct hour_count *h = &w->hours[i];
		sql_note(out, STMT_COVERAGE_ADD, "uiuii", (uint64_t)h->gateway, h->hour, h->lines,
			 h->t0, h->t1);
	}
	w->n_hours = 0;
	u64_table_clear(&w->hour_index);
}

void
writer_counts_release(struct writer *w)
{
	for (size_t i = 0; i < w->n_shapes; i++) {
		free(w->shapes[i].shape);
		free(w->shapes[i].sample);
	}
	free(w->shapes);
	free(w->hours);
	u64_table_release(&w->shape_index);
	u64_table_release(&w->hour_index);
}
