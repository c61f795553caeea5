/* SPDX-License-Identifier: MIT */
/*
 * group_read: columns back to sessions. Each column is read by its own bounded reader; damage only
 * ever sets `bad`. Single sessions are read by passing over those before them; a whole group is
 * read column by column, which takes a third of the time.
 */
#include "base/civil.h"
#include "db/group.h"
#include "db/group_fields.h"

static int64_t
plus(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a + (uint64_t)b);
}

/* Most values are small. */
static inline uint64_t
next_varint(struct unpack *u)
{
	if (u->p < u->end && *u->p < 0x80)
		return *u->p++;
	return unpack_varint(u);
}

/* --- one session ---------------------------------------------------------------------------- */

void
group_reader_init(struct group_reader *r, const struct group_view *v, uint64_t columns)
{
	*r = (struct group_reader){ .view = v, .columns = columns };
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
	uint64_t code = next_varint(u);

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
	uint64_t code = next_varint(u);

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
		number = next_varint(u);
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

static bool
is_wanted(const struct group_reader *r, const struct field *f)
{
	return (r->columns >> f->column & 1) != 0 && has_column(r, f->column);
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
read_list(struct group_reader *r, const struct field_list *list, struct arena *a, struct session *s)
{
	char *to = (char *)s;
	size_t n = 1;

	if (list->element_size > 0) {
		if (!has_column(r, list->count_column) || !is_wanted(r, &list->fields[0]))
			return;
		n = (size_t)next_varint(&r->at[list->count_column]);
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
		if (!is_wanted(r, f))
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

	group_reader_init(&r, v, GROUP_ALL_COLUMNS);
	for (size_t i = 0; i < v->n; i++) {
		read_field(&r, f, NULL, 0, 0);
		out[i] = r.state[f->column].previous;
	}
	return !r.at[f->column].bad;
}

/* --- all sessions --------------------------------------------------------------------------- */

/* One column while it is read: where its values go. */
struct column {
	const struct field *field;
	const struct field_list *list;
	struct unpack u;
	char *to; /* the member in the first element */
	size_t stride, n;
	struct session *sessions;
	size_t n_sessions;
};

#define READ_UINTS(type)                                     \
	for (size_t i = 0; i < c->n; i++, to += c->stride) { \
		type value = (type)next_varint(&u);          \
		memcpy(to, &value, sizeof(value));           \
	}

static void
read_uints(struct column *c)
{
	struct unpack u = c->u; /* a local copy stays in registers */
	char *to = c->to;

	switch (c->field->size) {
	case 1:
		READ_UINTS(uint8_t);
		break;
	case 2:
		READ_UINTS(uint16_t);
		break;
	case 4:
		READ_UINTS(uint32_t);
		break;
	default:
		READ_UINTS(uint64_t);
	}
	c->u = u;
}

static void
read_texts(struct column *c)
{
	struct column_state st = { 0 };
	char *to = c->to;

	for (size_t i = 0; i < c->n; i++, to += c->stride) {
		struct str text = read_text(&c->u, &st);
		memcpy(to, &text, sizeof(text));
	}
}

static void
read_reals(struct column *c)
{
	char *to = c->to;

	for (size_t i = 0; i < c->n; i++, to += c->stride) {
		double value = read_real(&c->u);
		memcpy(to, &value, sizeof(value));
	}
}

static size_t
count_in(const struct column *c, size_t session)
{
	size_t n = 1;

	if (c->list->element_size > 0)
		memcpy(&n, (char *)&c->sessions[session] + c->list->count_offset, sizeof(n));
	return n;
}

static void
read_times(struct column *c)
{
	char *to = c->to;
	int64_t start = 0;

	for (size_t s = 0; s < c->n_sessions; s++) {
		for (size_t n = count_in(c, s); n > 0; n--, to += c->stride) {
			int64_t time = c->field->kind == FIELD_START
					       ? (start = plus(start, unpack_svarint(&c->u)))
					       : read_since(&c->u, c->sessions[s].start_us);
			memcpy(to, &time, sizeof(time));
		}
	}
}

static void
read_lines(struct column *c)
{
	char *to = c->to;
	int64_t first = 0, line = 0;

	for (size_t s = 0; s < c->n_sessions; s++) {
		size_t n = count_in(c, s);
		line = first;
		for (size_t i = 0; i < n; i++, to += c->stride) {
			line = plus(line, unpack_svarint(&c->u));
			memcpy(to, &line, sizeof(line));
			if (i == 0)
				first = line;
		}
	}
}

static bool
read_column(const struct group_view *v, struct column *c)
{
	struct str bytes = v->column[c->field->column];

	c->u = (struct unpack){ (const unsigned char *)bytes.p,
				(const unsigned char *)bytes.p + bytes.n, false };
	switch ((enum field_kind)c->field->kind) {
	case FIELD_UINT:
		read_uints(c);
		break;
	case FIELD_TEXT:
		read_texts(c);
		break;
	case FIELD_REAL:
		read_reals(c);
		break;
	case FIELD_START:
	case FIELD_SINCE:
		read_times(c);
		break;
	case FIELD_LINE:
		read_lines(c);
		break;
	}
	return !c->u.bad;
}

/* Gives each session its part of one array for all; *n: its length. */
static bool
read_counts(const struct group_view *v, const struct field_list *list, struct arena *a,
	    struct session *s, char **array, size_t *n)
{
	struct str bytes = v->column[list->count_column];
	struct unpack u = { (const unsigned char *)bytes.p,
			    (const unsigned char *)bytes.p + bytes.n, false };
	/* Each element takes at least a byte, so damage cannot make us allocate much. */
	size_t most = v->column[list->fields[0].column].n;

	*n = 0;
	for (size_t i = 0; i < v->n; i++) {
		size_t count = (size_t)next_varint(&u);
		if (u.bad || count > most - *n)
			return false;
		memcpy((char *)&s[i] + list->count_offset, &count, sizeof(count));
		*n += count;
	}
	*array = arena_zalloc(a, *n * list->element_size);
	char *at = *array;
	for (size_t i = 0; i < v->n; i++) {
		size_t count;
		memcpy(&count, (char *)&s[i] + list->count_offset, sizeof(count));
		memcpy((char *)&s[i] + list->array_offset, &at, sizeof(at));
		at += count * list->element_size;
	}
	return true;
}

static bool
read_whole_list(const struct group_view *v, const struct field_list *list, struct arena *a,
		struct session *s)
{
	struct column c = { .list = list, .sessions = s, .n_sessions = v->n };
	char *first = (char *)s;

	c.stride = sizeof(*s);
	c.n = v->n;
	if (list->element_size > 0) {
		if (list->count_column >= v->n_columns || list->fields[0].column >= v->n_columns)
			return true;
		if (!read_counts(v, list, a, s, &first, &c.n))
			return false;
		c.stride = list->element_size;
	}
	for (size_t k = 0; k < list->n; k++) {
		c.field = &list->fields[k];
		if (c.field->column >= v->n_columns)
			continue;
		c.to = first + c.field->offset;
		if (!read_column(v, &c))
			return false;
	}
	return true;
}

bool
group_read_all(const struct group_view *v, struct arena *a, struct session *out)
{
	memset(out, 0, v->n * sizeof(*out));
	for (size_t k = 0; k < N_FIELD_LISTS; k++)
		if (!read_whole_list(v, &field_lists[k], a, out))
			return false;
	return true;
}
