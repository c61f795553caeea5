/* SPDX-License-Identifier: MIT */
/*
 * group: building columns over the field table. They lie one behind the other, so that zstd sees
 * like beside like.
 */
#include "db/group.h"

#include <math.h>

#include "base/civil.h"
#include "db/group_fields.h"

/* Differences wrap, so that any two values have one. */
static int64_t
minus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* --- building ------------------------------------------------------------------------------- */

void
group_builder_init(struct group_builder *b)
{
	*b = (struct group_builder){ 0 };
	for (size_t c = 0; c < N_COLUMNS; c++)
		strbuf_init(&b->column[c], GROUP_MAX_BYTES);
}

void
group_builder_release(struct group_builder *b)
{
	for (size_t c = 0; c < N_COLUMNS; c++)
		strbuf_release(&b->column[c]);
}

void
group_builder_begin(struct group_builder *b, uint64_t id)
{
	for (size_t c = 0; c < N_COLUMNS; c++) {
		strbuf_clear(&b->column[c]);
		b->state[c] = (struct column_state){ 0 };
	}
	b->id = id;
	b->n = b->bytes = 0;
	b->tmin = INT64_MAX;
	b->tmax = b->tend = INT64_MIN;
	b->dirty = false;
}

static uint64_t
load_uint(const void *p, size_t size)
{
	uint8_t u8;
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (size) {
	case 1:
		return memcpy(&u8, p, 1), u8;
	case 2:
		return memcpy(&u16, p, 2), u16;
	case 4:
		return memcpy(&u32, p, 4), u32;
	default:
		return memcpy(&u64, p, 8), u64;
	}
}

static void
add_text(struct strbuf *out, struct column_state *st, struct str s)
{
	if (s.n == st->text_n && (s.n == 0 || memcmp(out->p + st->text_at, s.p, s.n) == 0)) {
		strbuf_add_char(out, 0);
		return;
	}
	strbuf_add_varint(out, s.n + 1);
	st->text_at = out->n;
	st->text_n = s.n;
	strbuf_add(out, s);
}

static void
add_real(struct strbuf *out, double value)
{
	/* Within ±2^52 thousandths are exact or found not to be. */
	if (fabs(value) < 4503599627370.0) {
		int64_t thousandths = llround(value * 1000);
		double again = (double)thousandths / 1000;
		if (memcmp(&again, &value, sizeof(value)) == 0) {
			strbuf_add_svarint(out, thousandths);
			return;
		}
	}
	strbuf_add_svarint(out, INT64_MAX);
	strbuf_add(out, (struct str){ (const char *)&value, sizeof(value) });
}

static void
add_since(struct strbuf *out, int64_t value, int64_t start)
{
	int64_t d = minus(value, start);
	uint64_t bits = d < 0 ? ~((uint64_t)d << 1) : (uint64_t)d << 1;

	if (value == TIME_NONE) {
		strbuf_add_varint(out, SINCE_NONE);
	} else if (bits > UINT64_MAX - SINCE_CODES) {
		strbuf_add_varint(out, SINCE_WHOLE);
		strbuf_add_svarint(out, value);
	} else {
		strbuf_add_varint(out, bits + SINCE_CODES);
	}
}

/* at: the struct that holds the member; i: which element of its array. */
static void
add_field(struct group_builder *b, const struct field *f, const char *at, size_t i, int64_t start)
{
	struct strbuf *out = &b->column[f->column];
	struct column_state *st = &b->state[f->column];
	const void *member = at + f->offset;
	int64_t value;

	switch ((enum field_kind)f->kind) {
	case FIELD_UINT:
		strbuf_add_varint(out, load_uint(member, f->size));
		break;
	case FIELD_TEXT:
		add_text(out, st, *(const struct str *)member);
		break;
	case FIELD_START:
		memcpy(&value, member, sizeof(value));
		strbuf_add_svarint(out, minus(value, st->previous));
		st->previous = value;
		break;
	case FIELD_SINCE:
		memcpy(&value, member, sizeof(value));
		add_since(out, value, start);
		break;
	case FIELD_REAL:
		add_real(out, *(const double *)member);
		break;
	case FIELD_LINE:
		memcpy(&value, member, sizeof(value));
		strbuf_add_svarint(out, minus(value, i == 0 ? st->first : st->previous));
		st->previous = value;
		if (i == 0)
			st->first = value;
		break;
	}
}

static void
add_list(struct group_builder *b, const struct field_list *list, const struct session *s)
{
	const char *at = (const char *)s;
	size_t n = 1;

	if (list->element_size > 0) {
		n = (size_t)load_uint(at + list->count_offset, sizeof(n));
		if (n > 0)
			memcpy(&at, at + list->array_offset, sizeof(at));
		strbuf_add_varint(&b->column[list->count_column], n);
	}
	for (size_t k = 0; k < list->n; k++)
		for (size_t i = 0; i < n; i++)
			add_field(b, &list->fields[k], at + i * list->element_size, i, s->start_us);
}

/* Sessions between two looks at the size of it all. */
enum { SIZE_EVERY = 16 };

static size_t
columns_size(const struct group_builder *b)
{
	size_t bytes = 0;

	for (size_t c = 0; c < N_COLUMNS; c++)
		bytes += b->column[c].n;
	return bytes;
}

uint64_t
group_builder_add(struct group_builder *b, const struct session *s)
{
	if (b->id == 0 || b->n == GROUP_SESSIONS)
		panic("session added to a group that is not open");
	for (size_t k = 0; k < N_FIELD_LISTS; k++)
		add_list(b, &field_lists[k], s);
	if (b->n % SIZE_EVERY == 0)
		b->bytes = columns_size(b);
	if (s->start_us < b->tmin)
		b->tmin = s->start_us;
	if (s->start_us > b->tmax)
		b->tmax = s->start_us;
	if (s->end_us > b->tend)
		b->tend = s->end_us;
	b->dirty = true;
	return b->id << GROUP_BITS | b->n++;
}

void
group_builder_view(const struct group_builder *b, struct group_view *out)
{
	*out = (struct group_view){ .n = b->n, .n_columns = N_COLUMNS };
	for (size_t c = 0; c < N_COLUMNS; c++)
		out->column[c] = strbuf_str(&b->column[c]);
}

void
group_join(const struct group_builder *b, struct strbuf *out)
{
	strbuf_clear(out);
	strbuf_add_varint(out, b->n);
	strbuf_add_varint(out, N_COLUMNS);
	for (size_t c = 0; c < N_COLUMNS; c++)
		strbuf_add_varint(out, b->column[c].n);
	for (size_t c = 0; c < N_COLUMNS; c++)
		strbuf_add(out, strbuf_str(&b->column[c]));
}

/* --- as one string -------------------------------------------------------------------------- */

int
group_split(struct str raw, struct group_view *out, struct err *e)
{
	struct unpack u = { (const unsigned char *)raw.p, (const unsigned char *)raw.p + raw.n,
			    false };

	*out = (struct group_view){ .n = (size_t)unpack_varint(&u),
				    .n_columns = (size_t)unpack_varint(&u) };
	/* A later program's columns are skipped; the schema version says if that is allowed. */
	if (u.bad || out->n > GROUP_SESSIONS || out->n_columns > GROUP_MAX_COLUMNS)
		return err_set(e, ERR_DB, "a group of sessions is damaged");
	for (size_t c = 0; c < out->n_columns; c++)
		out->column[c].n = (size_t)unpack_varint(&u);
	for (size_t c = 0; c < out->n_columns; c++)
		out->column[c] = unpack_bytes(&u, out->column[c].n);
	if (u.bad || u.p != u.end)
		return err_set(e, ERR_DB, "a group of sessions is damaged");
	return 0;
}

/* --- copying -------------------------------------------------------------------------------- */

static void
own_texts(const struct field_list *list, char *at, struct arena *a)
{
	for (size_t k = 0; k < list->n; k++) {
		if (list->fields[k].kind != FIELD_TEXT)
			continue;
		struct str text;
		memcpy(&text, at + list->fields[k].offset, sizeof(text));
		text = text.n > 0 ? arena_str(a, text) : (struct str){ "", 0 };
		memcpy(at + list->fields[k].offset, &text, sizeof(text));
	}
}

void
session_copy(const struct session *s, struct arena *a, struct session *out)
{
	*out = *s;
	out->gateway_name = arena_str(a, s->gateway_name);
	own_texts(&field_lists[0], (char *)out, a);
	for (size_t k = 1; k < N_FIELD_LISTS; k++) {
		const struct field_list *list = &field_lists[k];
		char *from;
		size_t n;
		memcpy(&n, (const char *)s + list->count_offset, sizeof(n));
		if (n == 0)
			continue;
		memcpy(&from, (const char *)s + list->array_offset, sizeof(from));
		char *to = memcpy(arena_alloc(a, n * list->element_size), from,
				  n * list->element_size);
		memcpy((char *)out + list->array_offset, &to, sizeof(to));
		for (size_t i = 0; i < n; i++)
			own_texts(list, to + i * list->element_size, a);
	}
}
