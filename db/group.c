/* SPDX-License-Identifier: MIT */
/*
 * group: the codec over the field table. Columns lie one behind the other, so that zstd sees like
 * beside like; each column is read by its own bounded reader, and damage only ever sets `bad`.
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

static int64_t
plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
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
	b->n = b->bytes = b->stored_bytes = 0;
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

enum { SINCE_NONE, SINCE_WHOLE, SINCE_CODES };

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

uint64_t
group_builder_add(struct group_builder *b, const struct session *s)
{
	if (b->id == 0 || b->n == GROUP_SESSIONS)
		panic("session added to a group that is not open");
	for (size_t k = 0; k < N_FIELD_LISTS; k++)
		add_list(b, &field_lists[k], s);
	b->bytes = 0;
	for (size_t c = 0; c < N_COLUMNS; c++)
		b->bytes += b->column[c].n;
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

/* --- reading -------------------------------------------------------------------------------- */

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

void
group_reader_init(struct group_reader *r, const struct group_view *v)
{
	*r = (struct group_reader){ .view = v };
	for (size_t c = 0; c < v->n_columns; c++) {
		const unsigned char *p = (const unsigned char *)v->column[c].p;
		r->at[c] = (struct unpack){ p, p + v->column[c].n, false };
	}
}

static void
store_uint(void *p, size_t size, uint64_t value)
{
	uint8_t u8 = (uint8_t)value;
	uint16_t u16 = (uint16_t)value;
	uint32_t u32 = (uint32_t)value;

	switch (size) {
	case 1:
		memcpy(p, &u8, 1);
		break;
	case 2:
		memcpy(p, &u16, 2);
		break;
	case 4:
		memcpy(p, &u32, 4);
		break;
	default:
		memcpy(p, &value, 8);
	}
}

static struct str
read_text(struct unpack *u, struct column_state *st)
{
	uint64_t code = unpack_varint(u);

	if (code > 0)
		st->text = unpack_bytes(u, (size_t)(code - 1));
	return st->text;
}

static double
read_real(struct unpack *u)
{
	int64_t thousandths = unpack_svarint(u);
	double value = (double)thousandths / 1000;

	if (thousandths == INT64_MAX) {
		struct str raw = unpack_bytes(u, sizeof(value));
		value = 0;
		if (raw.n == sizeof(value))
			memcpy(&value, raw.p, sizeof(value));
	}
	return value;
}

static int64_t
read_since(struct unpack *u, int64_t start)
{
	uint64_t code = unpack_varint(u);

	if (code == SINCE_NONE)
		return TIME_NONE;
	if (code == SINCE_WHOLE)
		return unpack_svarint(u);
	code -= SINCE_CODES;
	return plus(start, (int64_t)(code & 1 ? ~(code >> 1) : code >> 1));
}

/* to: the struct to fill, or NULL to pass over the value. */
static void
read_field(struct group_reader *r, const struct field *f, char *to, size_t i, int64_t start)
{
	struct unpack *u = &r->at[f->column];
	struct column_state *st = &r->state[f->column];
	uint64_t number = 0;

	switch ((enum field_kind)f->kind) {
	case FIELD_UINT:
		number = unpack_varint(u);
		break;
	case FIELD_TEXT: {
		struct str text = read_text(u, st);
		if (to)
			memcpy(to + f->offset, &text, sizeof(text));
		return;
	}
	case FIELD_START:
		st->previous = plus(st->previous, unpack_svarint(u));
		number = (uint64_t)st->previous;
		break;
	case FIELD_SINCE:
		number = (uint64_t)read_since(u, start);
		break;
	case FIELD_REAL: {
		double value = read_real(u);
		if (to)
			memcpy(to + f->offset, &value, sizeof(value));
		return;
	}
	case FIELD_LINE:
		st->previous = plus(i == 0 ? st->first : st->previous, unpack_svarint(u));
		if (i == 0)
			st->first = st->previous;
		number = (uint64_t)st->previous;
		break;
	}
	if (to)
		store_uint(to + f->offset, f->size, number);
}

static bool
has_column(const struct group_reader *r, size_t c)
{
	return c < r->view->n_columns;
}

/* Each element takes at least a byte, so damage cannot make us allocate more than there is. */
static size_t
elements_left(const struct group_reader *r, const struct field_list *list)
{
	const struct unpack *u = &r->at[list->fields[0].column];

	return (size_t)(u->end - u->p);
}

/* Reads one list of a session into s, or passes over it when s is NULL. */
static void
read_list(struct group_reader *r, const struct field_list *list, struct arena *a,
          struct session *s)
{
	char *to = (char *)s;
	size_t n = 1;

	if (list->element_size > 0) {
		if (!has_column(r, list->count_column) || !has_column(r, list->fields[0].column))
			return;
		n = (size_t)unpack_varint(&r->at[list->count_column]);
		if (r->at[list->count_column].bad || n > elements_left(r, list)) {
			r->bad = true;
			return;
		}
		if (s && n > 0) {
			to = arena_zalloc(a, n * list->element_size);
			memcpy((char *)s + list->array_offset, &to, sizeof(to));
			memcpy((char *)s + list->count_offset, &n, sizeof(n));
		}
	}
	for (size_t k = 0; k < list->n; k++) {
		const struct field *f = &list->fields[k];
		if (!has_column(r, f->column))
			continue;
		for (size_t i = 0; i < n; i++)
			read_field(r, f, to ? to + i * list->element_size : NULL, i,
			           s ? s->start_us : 0);
		r->bad = r->bad || r->at[f->column].bad;
	}
}

static bool
read_session(struct group_reader *r, struct arena *a, struct session *out)
{
	if (r->next >= r->view->n || r->bad)
		return false;
	for (size_t k = 0; k < N_FIELD_LISTS && !r->bad; k++)
		read_list(r, &field_lists[k], a, out);
	r->next++;
	return !r->bad;
}

bool
group_read(struct group_reader *r, struct arena *a, struct session *out)
{
	*out = (struct session){ 0 };
	return read_session(r, a, out);
}

bool
group_skip(struct group_reader *r)
{
	return read_session(r, NULL, NULL);
}

bool
group_starts(const struct group_view *v, int64_t out[GROUP_SESSIONS])
{
	const struct field *f = &field_lists[0].fields[0];
	struct group_reader r;

	group_reader_init(&r, v);
	for (size_t i = 0; i < v->n; i++) {
		read_field(&r, f, NULL, 0, 0);
		out[i] = r.state[f->column].previous;
	}
	return !r.at[f->column].bad;
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
