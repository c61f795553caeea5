/* SPDX-License-Identifier: MIT */
/* run: writing, reading and merging of token runs. */
#include "db/run.h"

#include "db/index.h"

/* --- keys ----------------------------------------------------------------------------------- */

static int64_t
chunk_key(uint32_t run, uint32_t hash, uint32_t sequence)
{
	return (int64_t)((uint64_t)run << 52 | (uint64_t)hash << 20 | sequence);
}

static uint32_t
key_hash(int64_t key)
{
	return (uint32_t)((uint64_t)key >> 20);
}

enum { LAST_SEQUENCE = (1 << 20) - 1 };

/* --- writing -------------------------------------------------------------------------------- */

/* Takes tokens in order and writes chunks. An entry's last session waits until it is known
 * whether another follows. */
struct packer {
	struct store *st;
	uint32_t run;
	uint64_t sid0;
	uint64_t n;
	struct strbuf chunk;
	uint32_t chunk_hash, sequence;
	uint32_t hash;           /* of the current entry */
	uint64_t waiting;        /* difference of the last session */
	uint64_t last_sid;
	bool any;                /* a chunk has been begun */
};

static int
flush_chunk(struct packer *p, struct err *e)
{
	if (p->chunk.n == 0)
		return 0;
	int rc = sql_run(&p->st->q, STMT_CHUNK_ADD, e, "ib",
	                 chunk_key(p->run, p->chunk_hash, p->sequence), strbuf_str(&p->chunk));
	strbuf_clear(&p->chunk);
	return rc;
}

static void
begin_chunk(struct packer *p, uint32_t hash)
{
	p->sequence = p->any && p->chunk_hash == hash ? p->sequence + 1 : 0;
	p->chunk_hash = hash;
	p->any = true;
}

static int
pack_token(struct packer *p, uint32_t hash, uint64_t sid, struct err *e)
{
	enum { LONGEST_TOKEN = 3 * 10 };
	bool same = p->n > 0 && p->hash == hash;
	bool full = p->chunk.n + LONGEST_TOKEN > RUN_CHUNK_BYTES;

	if (p->n++ > 0)
		strbuf_add_varint(&p->chunk, p->waiting << 1 | (same && !full));
	if (full && flush_chunk(p, e) < 0)
		return -1;
	if (p->chunk.n == 0 || !same) {
		if (p->chunk.n == 0) {
			begin_chunk(p, hash);
			strbuf_add_varint(&p->chunk, 0);
		} else {
			strbuf_add_varint(&p->chunk, hash - p->hash);
		}
		p->waiting = sid - p->sid0;
	} else {
		p->waiting = sid - p->last_sid;
	}
	p->hash = hash;
	p->last_sid = sid;
	return 0;
}

static int
pack_end(struct packer *p, struct err *e)
{
	if (p->n > 0)
		strbuf_add_varint(&p->chunk, p->waiting << 1);
	int rc = flush_chunk(p, e);
	strbuf_release(&p->chunk);
	return rc;
}

int
runs_load(struct store *st, struct err *e)
{
	if (st->runs_loaded)
		return 0;
	sqlite3_stmt *row = sql_query(&st->q, STMT_RUNS, e, "");
	if (!row)
		return -1;
	st->n_runs = 0;
	int rc;
	while ((rc = sql_step(&st->q, row, e)) > 0) {
		st->runs = mem_grow(st->runs, &st->runs_cap, st->n_runs + 1, sizeof(*st->runs));
		st->runs[st->n_runs++] = (struct run_row){
			.id = (uint32_t)sql_uint(row, 0),
			.level = (uint32_t)sql_uint(row, 1),
			.sid0 = sql_uint(row, 2),
			.n = sql_uint(row, 3),
		};
	}
	st->runs_loaded = rc == 0;
	return rc;
}

/* Runs stay in the order of their numbers, which are used again after a merge. */
static uint32_t
free_run_id(const struct store *st)
{
	uint32_t id = 1;

	for (size_t i = 0; i < st->n_runs && st->runs[i].id == id; i++)
		id++;
	return id;
}

/* Which level a run of n tokens stands on: as many times as it could have been merged. */
static uint32_t
level_of(uint64_t n)
{
	uint32_t level = 0;

	while (n >= 1000) {
		n /= RUN_FAN;
		level++;
	}
	return level;
}

static int
run_begin(struct store *st, struct packer *p, uint64_t sid0, struct err *e)
{
	uint32_t id = free_run_id(st);

	if (id > RUN_MAX_ID)
		return err_set(e, ERR_LIMIT, "%s: too many token runs", st->path);
	*p = (struct packer){ .st = st, .run = id, .sid0 = sid0 };
	strbuf_init(&p->chunk, RUN_CHUNK_BYTES);
	return 0;
}

static int
run_end(struct packer *p, int rc, struct err *e)
{
	struct store *st = p->st;
	struct run_row row = { p->run, level_of(p->n), p->sid0, p->n };

	if (rc < 0) {
		strbuf_release(&p->chunk);
		return -1;
	}
	if (pack_end(p, e) < 0 || sql_run(&st->q, STMT_RUN_ADD, e, "uuuu", (uint64_t)row.id,
	                                  (uint64_t)row.level, row.sid0, row.n) < 0)
		return -1;
	st->runs = mem_grow(st->runs, &st->runs_cap, st->n_runs + 1, sizeof(*st->runs));
	size_t i = st->n_runs++;
	for (; i > 0 && st->runs[i - 1].id > row.id; i--)
		st->runs[i] = st->runs[i - 1];
	st->runs[i] = row;
	return 0;
}

int
run_write(struct store *st, struct token_list *t, struct err *e)
{
	struct packer p;
	int rc = 0;

	if (t->n == 0)
		return 0;
	token_list_sort(t);
	if (run_begin(st, &p, t->sid0, e) < 0)
		return -1;
	for (size_t i = 0; i < t->n && rc == 0; i++)
		rc = pack_token(&p, (uint32_t)(t->token[i] >> 32),
		                t->sid0 + (t->token[i] & UINT32_MAX), e);
	t->n = 0;
	return run_end(&p, rc, e);
}

/* --- reading -------------------------------------------------------------------------------- */

/* Appends what the chunk has under hash. */
static void
scan_chunk(struct str chunk, int64_t key, uint64_t sid0, uint32_t wanted, struct sid_list *out)
{
	struct unpack u = { (const unsigned char *)chunk.p, (const unsigned char *)chunk.p + chunk.n,
		            false };
	uint64_t hash = key_hash(key);

	while (u.p < u.end && !u.bad) {
		hash += unpack_varint(&u);
		if (hash > wanted)
			return;
		uint64_t sid = sid0, code;
		do {
			code = unpack_varint(&u);
			sid += code >> 1;
			if (hash == wanted && !u.bad)
				sid_list_add(out, sid);
		} while (code & 1);
	}
}

int
run_lookup(struct store *st, const struct run_row *run, uint32_t hash, struct sid_list *out,
           struct err *e)
{
	int64_t low = chunk_key(run->id, hash, 0);
	int rc;

	/* The list may begin in the last chunk that begins with a smaller hash. */
	sqlite3_stmt *row = sql_query(&st->q, STMT_CHUNK_BEFORE, e, "ii", low,
	                              chunk_key(run->id, 0, 0));
	if (!row || (rc = sql_step(&st->q, row, e)) < 0)
		return -1;
	if (rc > 0) {
		scan_chunk(sql_bytes(row, 1), sql_int(row, 0), run->sid0, hash, out);
		sql_done(row);
	}
	row = sql_query(&st->q, STMT_CHUNKS, e, "ii", low, low + LAST_SEQUENCE);
	if (!row)
		return -1;
	while ((rc = sql_step(&st->q, row, e)) > 0)
		scan_chunk(sql_bytes(row, 1), sql_int(row, 0), run->sid0, hash, out);
	return rc;
}

int
runs_lookup(struct store *st, uint32_t hash, struct sid_list *out, struct err *e)
{
	if (runs_load(st, e) < 0)
		return -1;
	for (size_t i = 0; i < st->n_runs; i++)
		if (run_lookup(st, &st->runs[i], hash, out, e) < 0)
			return -1;
	sid_list_sort(out);
	return 0;
}

void
run_cursor_init(struct run_cursor *c, const struct run_row *run)
{
	*c = (struct run_cursor){ .run = run, .key = chunk_key(run->id, 0, 0) - 1 };
	strbuf_init(&c->chunk, STRBUF_NO_MAX);
}

void
run_cursor_release(struct run_cursor *c)
{
	strbuf_release(&c->chunk);
}

static int
next_chunk(struct store *st, struct run_cursor *c, struct err *e)
{
	sqlite3_stmt *row = sql_query(&st->q, STMT_CHUNK_NEXT, e, "ii", c->key,
	                              chunk_key(c->run->id, UINT32_MAX, LAST_SEQUENCE));
	if (!row)
		return -1;
	int rc = sql_step(&st->q, row, e);
	if (rc <= 0) {
		c->at_end = true;
		return rc;
	}
	c->key = sql_int(row, 0);
	struct str chunk = sql_bytes(row, 1);
	strbuf_clear(&c->chunk);
	strbuf_add(&c->chunk, chunk);
	sql_done(row);
	c->at = (struct unpack){ (const unsigned char *)c->chunk.p,
		                 (const unsigned char *)c->chunk.p + c->chunk.n, false };
	c->hash = key_hash(c->key);
	return 0;
}

int
run_cursor_next(struct store *st, struct run_cursor *c, struct err *e)
{
	if (!c->more) {
		if (c->at.p == c->at.end && (next_chunk(st, c, e) < 0 || c->at_end))
			return c->at_end ? 0 : -1;
		c->hash += (uint32_t)unpack_varint(&c->at);
		c->sid = c->run->sid0;
	}
	uint64_t code = unpack_varint(&c->at);
	c->sid += code >> 1;
	c->more = code & 1;
	if (c->at.bad)
		return index_damaged(st, "run", c->run->id, e);
	return 0;
}

/* --- merging -------------------------------------------------------------------------------- */

static int
merge_cursors(struct store *st, struct packer *p, struct run_cursor *c, size_t n, struct err *e)
{
	uint64_t last_sid = 0;
	uint32_t last_hash = 0;

	for (;;) {
		struct run_cursor *least = NULL;
		for (size_t i = 0; i < n; i++) {
			if (c[i].at_end)
				continue;
			if (!least || c[i].hash < least->hash ||
			    (c[i].hash == least->hash && c[i].sid < least->sid))
				least = &c[i];
		}
		if (!least)
			return 0;
		if ((p->n == 0 || least->hash != last_hash || least->sid != last_sid) &&
		    pack_token(p, least->hash, least->sid, e) < 0)
			return -1;
		last_hash = least->hash;
		last_sid = least->sid;
		if (run_cursor_next(st, least, e) < 0)
			return -1;
	}
}

static int
drop_run(struct store *st, uint32_t id, struct err *e)
{
	size_t i = 0;

	if (sql_run(&st->q, STMT_CHUNK_DROP, e, "ii", chunk_key(id, 0, 0),
	            chunk_key(id, UINT32_MAX, LAST_SEQUENCE)) < 0 ||
	    sql_run(&st->q, STMT_RUN_DROP, e, "u", (uint64_t)id) < 0)
		return -1;
	while (i < st->n_runs && st->runs[i].id != id)
		i++;
	memmove(&st->runs[i], &st->runs[i + 1], (st->n_runs - i - 1) * sizeof(*st->runs));
	st->n_runs--;
	return 0;
}

static int
merge_runs(struct store *st, const struct run_row rows[RUN_FAN], struct err *e)
{
	struct run_cursor cursor[RUN_FAN];
	struct packer p;
	uint64_t sid0 = UINT64_MAX;
	int rc = 0;

	for (size_t i = 0; i < RUN_FAN; i++)
		sid0 = rows[i].sid0 < sid0 ? rows[i].sid0 : sid0;
	if (run_begin(st, &p, sid0, e) < 0)
		return -1;
	for (size_t i = 0; i < RUN_FAN; i++) {
		run_cursor_init(&cursor[i], &rows[i]);
		if (rc == 0)
			rc = run_cursor_next(st, &cursor[i], e);
	}
	if (rc == 0)
		rc = merge_cursors(st, &p, cursor, RUN_FAN, e);
	rc = run_end(&p, rc, e);
	for (size_t i = 0; i < RUN_FAN; i++) {
		run_cursor_release(&cursor[i]);
		if (rc == 0)
			rc = drop_run(st, rows[i].id, e);
	}
	return rc;
}

int
runs_merge(struct store *st, struct err *e)
{
	for (uint32_t level = 0; level < 64; level++) {
		struct run_row rows[RUN_FAN];
		size_t n = 0;
		for (size_t i = 0; i < st->n_runs && n < RUN_FAN; i++)
			if (st->runs[i].level == level)
				rows[n++] = st->runs[i];
		if (n == RUN_FAN && merge_runs(st, rows, e) < 0)
			return -1;
	}
	return 0;
}
