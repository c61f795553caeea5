/* SPDX-License-Identifier: MIT */
/* reader: single sessions and their lines, sources, coverage, unknown lines and totals. */
#include <stdlib.h>
#include <sys/stat.h>

#include "base/civil.h"
#include "db/index.h"

/* --- references ----------------------------------------------------------------------------- */

/* Crockford's base 32: no I, L, O, U, so that it survives being read aloud; and a check character
 * (mod 29), so that a typing error is not another session. */
static const char digits[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
enum { REF_BASE = 32, REF_CHECK = 29, REF_MAX = 13 };

struct str
session_ref_text(struct session_ref ref, struct arena *a)
{
	char text[REF_MAX + 2];
	size_t at = sizeof(text);

	text[--at] = digits[ref.number % REF_CHECK];
	uint64_t n = ref.number;
	do {
		text[--at] = digits[n % REF_BASE];
		n /= REF_BASE;
	} while (n > 0);
	return arena_str(a, (struct str){ text + at, sizeof(text) - at });
}

static int
digit_value(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 32);
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	const char *at = c ? strchr(digits, c) : NULL;
	return at ? (int)(at - digits) : -1;
}

bool
session_ref_parse(struct str text, struct session_ref *out)
{
	uint64_t n = 0;

	if (text.n < 2 || text.n > REF_MAX + 1)
		return false;
	for (size_t i = 0; i + 1 < text.n; i++) {
		int d = digit_value(text.p[i]);
		if (d < 0 || n > UINT64_MAX >> 5)
			return false;
		n = n << 5 | (uint64_t)d;
	}
	if (n == 0 || digit_value(text.p[text.n - 1]) != (int)(n % REF_CHECK))
		return false;
	out->number = n;
	return true;
}

/* --- sessions ------------------------------------------------------------------------------- */

int
store_session(struct store *st, struct session_ref ref, struct arena *a, struct session **out,
	      struct err *e)
{
	struct session *brief;
	uint64_t sid;

	*out = NULL;
	if (index_begin(st, e) < 0)
		return -1;
	int rc = later_resolve(st, ref.number, &sid, e);
	if (rc == 0 && sid != 0)
		rc = session_get(st, sid, a, &brief, e);
	if (rc == 0 && sid != 0 && brief) {
		*out = arena_alloc(a, sizeof(**out));
		rc = session_whole(st, brief, a, *out, e);
	}
	return index_end(st, rc);
}

int
store_session_lines(struct store *st, const struct session *s, struct arena *a,
		    struct stored_line **out, size_t *n, struct err *e)
{
	*n = s->n_lines;
	if (index_begin(st, e) < 0)
		return -1;
	return index_end(st, stored_lines_get(st, s->lines, s->n_lines, a, out, e));
}

/* --- tables --------------------------------------------------------------------------------- */

static uint64_t
file_bytes(const struct store *st)
{
	struct strbuf wal;
	struct stat sb;
	uint64_t n = 0;

	strbuf_init(&wal, STRBUF_NO_MAX);
	strbuf_printf(&wal, "%s-wal", st->path);
	if (stat(st->path, &sb) == 0)
		n += (uint64_t)sb.st_size;
	if (stat(wal.p, &sb) == 0)
		n += (uint64_t)sb.st_size;
	strbuf_release(&wal);
	return n;
}

int
store_totals(struct store *st, struct store_totals *out, struct err *e)
{
	*out = (struct store_totals){ 0 };
	if (index_begin(st, e) < 0 || counters_load(st, e) < 0)
		return index_end(st, -1);
	*out = (struct store_totals){
		.sessions = st->counter[COUNTER_SESSIONS],
		.lines = st->counter[COUNTER_LINES],
		.understood = st->counter[COUNTER_UNDERSTOOD],
		.ignored = st->counter[COUNTER_IGNORED],
		.unknown = st->counter[COUNTER_UNKNOWN],
		.raw_bytes = st->counter[COUNTER_RAW_BYTES],
		.packed_bytes = st->counter[COUNTER_PACKED_BYTES],
		.file_bytes = file_bytes(st),
	};
	return index_end(st, 0);
}

static int
describe_source(struct store *st, uint32_t number, struct arena *a, struct store_source *out,
		struct err *e)
{
	struct source_row *row;

	if (source_get(st, number, &row, e) < 0)
		return -1;
	struct gateway_row *gateway = gateway_get(st, row->gateway, e);
	if (!gateway)
		return -1;
	*out = (struct store_source){
		.number = number,
		.path = arena_str(a, row->path),
		.gateway = arena_str(a, gateway->name),
		.format = arena_str(a, row->format_name),
		.role = row->context.role,
		.bytes = row->mark.offset,
		.lines = row->taken,
		.understood = row->count[LINE_UNDERSTOOD],
		.ignored = row->count[LINE_IGNORED],
		.unknown = row->count[LINE_UNKNOWN],
		.sessions = row->sessions,
		.features = row->features,
		.from_us = row->from_us,
		.to_us = row->to_us,
		.imported_us = row->imported_us,
	};
	return 0;
}

static int
list_sources(struct store *st, struct arena *a, struct store_source **out, size_t *n, struct err *e)
{
	size_t cap = 0;
	uint32_t *numbers = NULL;
	sqlite3_stmt *row = sql_query(&st->q, STMT_SOURCE_IDS, e, "");
	int rc = row ? 0 : -1;

	*n = 0;
	while (row && (rc = sql_step(&st->q, row, e)) > 0) {
		numbers = mem_grow(numbers, &cap, *n + 1, sizeof(*numbers));
		numbers[(*n)++] = (uint32_t)sql_uint(row, 0);
	}
	*out = arena_alloc(a, *n * sizeof(**out));
	for (size_t i = 0; i < *n && rc == 0; i++)
		rc = describe_source(st, numbers[i], a, &(*out)[i], e);
	free(numbers);
	return rc;
}

int
store_sources(struct store *st, struct arena *a, struct store_source **out, size_t *n,
	      struct err *e)
{
	if (index_begin(st, e) < 0)
		return -1;
	return index_end(st, list_sources(st, a, out, n, e));
}

struct stretches {
	struct store_stretch *list;
	size_t n, cap;
	uint32_t gateway;
};

static int
add_hour(struct store *st, struct stretches *s, uint32_t gateway, int64_t t0, int64_t t1,
	 int64_t gap_us, struct arena *a, struct err *e)
{
	if (s->n > 0 && s->gateway == gateway && t0 - s->list[s->n - 1].to_us <= gap_us) {
		s->list[s->n - 1].to_us = t1;
		return 0;
	}
	struct gateway_row *row = gateway_get(st, gateway, e);
	if (!row)
		return -1;
	s->list = mem_grow(s->list, &s->cap, s->n + 1, sizeof(*s->list));
	s->list[s->n++] = (struct store_stretch){ arena_str(a, row->name), t0, t1 };
	s->gateway = gateway;
	return 0;
}

static int
list_stretches(struct store *st, int64_t gap_us, struct arena *a, struct stretches *s,
	       struct err *e)
{
	if (gateways_load(st, e) < 0)
		return -1;
	sqlite3_stmt *row = sql_query(&st->q, STMT_COVERAGE, e, "");
	if (!row)
		return -1;
	int rc;
	while ((rc = sql_step(&st->q, row, e)) > 0) {
		if (add_hour(st, s, (uint32_t)sql_uint(row, 0), sql_int(row, 1), sql_int(row, 2),
			     gap_us, a, e) < 0) {
			sql_done(row);
			return -1;
		}
	}
	return rc;
}

int
store_coverage(struct store *st, int64_t gap_us, struct arena *a, struct store_stretch **out,
	       size_t *n, struct err *e)
{
	struct stretches s = { 0 };

	*n = 0;
	if (index_begin(st, e) < 0)
		return -1;
	int rc = index_end(st, list_stretches(st, gap_us, a, &s, e));
	if (rc == 0) {
		*out = arena_alloc(a, s.n * sizeof(**out));
		if (s.n > 0)
			memcpy(*out, s.list, s.n * sizeof(**out));
		*n = s.n;
	}
	free(s.list);
	return rc;
}

static int
gateway_span(struct store *st, const struct gateway_row *g, struct arena *a, struct coverage *out,
	     struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_COVERAGE_SPAN, e, "u", (uint64_t)g->number);
	int rc = row ? sql_step(&st->q, row, e) : -1;

	*out = (struct coverage){
		.gateway = arena_str(a, g->name),
		.from_us = TIME_NONE,
		.to_us = TIME_NONE,
		.sessions = g->sessions,
	};
	if (rc > 0 && !sql_is_null(row, 0)) {
		out->from_us = sql_int(row, 0);
		out->to_us = sql_int(row, 1);
	}
	if (rc > 0)
		sql_done(row);
	if (rc < 0)
		return -1;
	row = sql_query(&st->q, STMT_GATEWAY_FORMATS, e, "u", (uint64_t)g->number);
	rc = row ? sql_step(&st->q, row, e) : -1;
	if (rc > 0) {
		out->formats = arena_str(a, sql_bytes(row, 0));
		sql_done(row);
	}
	return rc < 0 ? -1 : 0;
}

static int
list_gateways(struct store *st, struct arena *a, struct coverage **out, size_t *n, struct err *e)
{
	if (gateways_load(st, e) < 0)
		return -1;
	*n = st->n_gateways;
	*out = arena_zalloc(a, *n * sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		if (gateway_span(st, &st->gateways[i], a, &(*out)[i], e) < 0)
			return -1;
	}
	return 0;
}

int
store_gateways(struct store *st, struct arena *a, struct coverage **out, size_t *n, struct err *e)
{
	*n = 0;
	if (index_begin(st, e) < 0)
		return -1;
	return index_end(st, list_gateways(st, a, out, n, e));
}

static int
list_unknowns(struct store *st, struct arena *a, size_t most, struct store_unknown **out, size_t *n,
	      struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_UNKNOWNS, e, "u", (uint64_t)most);
	struct store_unknown *list = NULL;
	size_t cap = 0;
	int rc = row ? 0 : -1;

	*n = 0;
	while (row && (rc = sql_step(&st->q, row, e)) > 0) {
		list = mem_grow(list, &cap, *n + 1, sizeof(*list));
		list[(*n)++] = (struct store_unknown){
			.shape = arena_str(a, sql_bytes(row, 0)),
			.sample = arena_str(a, sql_bytes(row, 1)),
			.source = arena_str(a, sql_bytes(row, 3)),
			.count = sql_uint(row, 2),
		};
	}
	*out = arena_alloc(a, *n * sizeof(**out));
	if (*n > 0)
		memcpy(*out, list, *n * sizeof(**out));
	free(list);
	return rc;
}

int
store_unknowns(struct store *st, struct arena *a, size_t most, struct store_unknown **out,
	       size_t *n, struct err *e)
{
	if (index_begin(st, e) < 0)
		return -1;
	return index_end(st, list_unknowns(st, a, most, out, n, e));
}
