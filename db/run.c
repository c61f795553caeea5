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

enum { CHUNK_HEAD = 4, LONGEST_TOKEN = 24 };

/* Takes tokens in order and writes chunks. */
struct packer {
	struct store *st;
	uint32_t run;
	uint64_t sid0;
	unsigned sid_bits, hash_bits;
	uint64_t n;
	struct bit_writer bits;
	unsigned char bytes[RUN_CHUNK_BYTES];
	size_t n_chunk; /* tokens in this chunk */
	uint32_t chunk_hash, sequence;
	uint32_t hash; /* of the last token */
	uint64_t sid;
};

static int
flush_chunk(struct packer *p, struct err *e)
{
	if (p->n_chunk == 0)
		return 0;
	bits_end(&p->bits);
	p->bytes[0] = (unsigned char)(p->n_chunk >> 8);
	p->bytes[1] = (unsigned char)p->n_chunk;
	p->bytes[2] = (unsigned char)p->sid_bits;
	p->bytes[3] = (unsigned char)p->hash_bits;
	p->n_chunk = 0;
	return sql_run(&p->st->q, STMT_CHUNK_ADD, e, "ib",
		       chunk_key(p->run, p->chunk_hash, p->sequence),
		       (struct str){ (const char *)p->bytes, p->bits.n });
}

static void
begin_chunk(struct packer *p, uint32_t hash)
{
	p->sequence = p->n > 0 && p->chunk_hash == hash ? p->sequence + 1 : 0;
	p->chunk_hash = hash;
	p->bits = (struct bit_writer){ .p = p->bytes, .n = CHUNK_HEAD };
}

static int
pack_token(struct packer *p, uint32_t hash, uint64_t sid, struct err *e)
{
	bool full = p->bits.n + LONGEST_TOKEN > RUN_CHUNK_BYTES || p->n_chunk == UINT16_MAX;

	if (full && flush_chunk(p, e) < 0)
		return -1;
	if (p->n_chunk == 0) {
		begin_chunk(p, hash);
		bits_put(&p->bits, sid - p->sid0, p->sid_bits);
	} else if (hash == p->hash) {
		bits_put(&p->bits, 1, 1);
		bits_put_any(&p->bits, sid - p->sid);
	} else {
		bits_put(&p->bits, 0, 1);
		bits_put_near(&p->bits, hash - p->hash, p->hash_bits);
		bits_put(&p->bits, sid - p->sid0, p->sid_bits);
	}
	p->n++;
	p->n_chunk++;
	p->hash = hash;
	p->sid = sid;
	return 0;
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

/* Sessions number up to sid0 + 2^sid_bits - 1; hashes lie about 2^hash_bits apart. */
static int
run_begin(struct store *st, struct packer *p, uint64_t sid0, unsigned sid_bits, unsigned hash_bits,
	  struct err *e)
{
	uint32_t id = free_run_id(st);

	if (id > RUN_MAX_ID || sid_bits > BITS_WHOLE)
		return err_set(e, ERR_LIMIT, "%s: too many token runs or sessions", st->path);
	memset(p, 0, sizeof(*p));
	p->st = st;
	p->run = id;
	p->sid0 = sid0;
	p->sid_bits = sid_bits;
	p->hash_bits = hash_bits;
	return 0;
}

static int
run_end(struct packer *p, struct err *e)
{
	struct store *st = p->st;
	struct run_row row = { p->run, level_of(p->n), p->sid0, p->n };

	if (flush_chunk(p, e) < 0 || sql_run(&st->q, STMT_RUN_ADD, e, "uuuu", (uint64_t)row.id,
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
	uint64_t most = 0, hashes = 1;
	struct packer p;
	int rc = 0;

	if (t->n == 0)
		return 0;
	token_list_sort(t);
	for (size_t i = 0; i < t->n; i++) {
		most |= t->token[i] & UINT32_MAX;
		hashes += i > 0 && t->token[i] >> 32 != t->token[i - 1] >> 32;
	}
	if (run_begin(st, &p, t->sid0, bits_in(most), bits_in(UINT32_MAX / hashes) - 1, e) < 0)
		return -1;
	for (size_t i = 0; i < t->n && rc == 0; i++)
		rc = pack_token(&p, (uint32_t)(t->token[i] >> 32),
				t->sid0 + (t->token[i] & UINT32_MAX), e);
	t->n = 0;
	return rc < 0 ? -1 : run_end(&p, e);
}

/* --- reading -------------------------------------------------------------------------------- */

static void
chunk_begin(struct chunk_reader *c, struct str bytes, int64_t key, uint64_t sid0)
{
	const unsigned char *p = (const unsigned char *)bytes.p;

	*c = (struct chunk_reader){ .sid0 = sid0, .hash = key_hash(key), .first = true };
	if (bytes.n < CHUNK_HEAD || p[2] > BITS_WHOLE || p[3] > 32) {
		c->left = 1;
		c->bits.bad = true;
		return;
	}
	c->left = (size_t)p[0] << 8 | p[1];
	c->sid_bits = p[2];
	c->hash_bits = p[3];
	c->bits.p = p + CHUNK_HEAD;
	c->bits.end = p + bytes.n;
}

/* False at the end, and where it is damaged (bits.bad). */
static bool
chunk_next(struct chunk_reader *c)
{
	if (c->left == 0)
		return false;
	c->left--;
	if (!c->first && bits_get(&c->bits, 1)) {
		c->sid += bits_get_any(&c->bits);
	} else {
		if (!c->first)
			c->hash += (uint32_t)bits_get_near(&c->bits, c->hash_bits);
		c->sid = c->sid0 + bits_get(&c->bits, c->sid_bits);
	}
	c->first = false;
	return !c->bits.bad;
}

/* Appends what the chunk has under hash. */
static void
scan_chunk(struct str bytes, int64_t key, uint64_t sid0, uint32_t wanted, struct sid_list *out)
{
	struct chunk_reader c;

	chunk_begin(&c, bytes, key, sid0);
	while (chunk_next(&c) && c.hash <= wanted)
		if (c.hash == wanted)
			sid_list_add(out, c.sid);
}

/* Appends the sessions under hash in that run. */
static int
run_lookup(struct store *st, const struct run_row *run, uint32_t hash, struct sid_list *out,
	   struct err *e)
{
	int64_t low = chunk_key(run->id, hash, 0);
	int rc;

	/* The list may begin in the last chunk that begins with a smaller hash. */
	sqlite3_stmt *row =
		sql_query(&st->q, STMT_CHUNK_BEFORE, e, "ii", low, chunk_key(run->id, 0, 0));
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
	strbuf_init(&c->bytes, STRBUF_NO_MAX);
}

void
run_cursor_release(struct run_cursor *c)
{
	strbuf_release(&c->bytes);
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
	struct str bytes = sql_bytes(row, 1);
	strbuf_clear(&c->bytes);
	strbuf_add(&c->bytes, bytes);
	sql_done(row);
	chunk_begin(&c->chunk, strbuf_str(&c->bytes), c->key, c->run->sid0);
	return 0;
}

int
run_cursor_next(struct store *st, struct run_cursor *c, struct err *e)
{
	while (!chunk_next(&c->chunk)) {
		if (c->chunk.bits.bad)
			return index_damaged(st, "run", c->run->id, e);
		if (next_chunk(st, c, e) < 0)
			return -1;
		if (c->at_end)
			return 0;
	}
	return 0;
}

/* --- merging -------------------------------------------------------------------------------- */

static bool
is_less(const struct chunk_reader *a, const struct chunk_reader *b)
{
	return a->hash != b->hash ? a->hash < b->hash : a->sid < b->sid;
}

static int
merge_cursors(struct store *st, struct packer *p, struct run_cursor *c, size_t n, struct err *e)
{
	for (;;) {
		struct run_cursor *least = NULL;
		for (size_t i = 0; i < n; i++) {
			if (c[i].at_end)
				continue;
			if (!least || is_less(&c[i].chunk, &least->chunk))
				least = &c[i];
		}
		if (!least)
			return 0;
		const struct chunk_reader *token = &least->chunk;
		if ((p->n == 0 || token->hash != p->hash || token->sid != p->sid) &&
		    pack_token(p, token->hash, token->sid, e) < 0)
			return -1;
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

/* What the merged run needs, as said by the first chunks of all. */
static int
begin_merged(struct store *st, struct packer *p, const struct run_cursor *c, size_t n,
	     struct err *e)
{
	uint64_t low = UINT64_MAX, high = 0;
	unsigned hash_bits = 32;

	for (size_t i = 0; i < n; i++) {
		uint64_t end = c[i].run->sid0 + (UINT64_C(1) << c[i].chunk.sid_bits) - 1;
		low = c[i].run->sid0 < low ? c[i].run->sid0 : low;
		high = end > high ? end : high;
		if (c[i].chunk.hash_bits < hash_bits)
			hash_bits = c[i].chunk.hash_bits;
	}
	unsigned closer = bits_in(n) - 1;
	return run_begin(st, p, low, bits_in(high - low),
			 hash_bits > closer ? hash_bits - closer : 0, e);
}

static int
merge_runs(struct store *st, const struct run_row *rows, size_t n, struct err *e)
{
	struct run_cursor cursor[RUN_FAN_LARGE];
	struct packer p;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		run_cursor_init(&cursor[i], &rows[i]);
		if (rc == 0)
			rc = run_cursor_next(st, &cursor[i], e);
	}
	if (rc == 0)
		rc = begin_merged(st, &p, cursor, n, e);
	if (rc == 0)
		rc = merge_cursors(st, &p, cursor, n, e);
	if (rc == 0)
		rc = run_end(&p, e);
	for (size_t i = 0; i < n; i++) {
		run_cursor_release(&cursor[i]);
		if (rc == 0)
			rc = drop_run(st, rows[i].id, e);
	}
	return rc;
}

/* The pages of merged runs are free afterwards, which a file that no longer grows carries along. */
static size_t
fan_of(uint32_t level)
{
	return level < 4 ? RUN_FAN : RUN_FAN_LARGE;
}

int
runs_merge(struct store *st, struct err *e)
{
	for (uint32_t level = 0; level < 64; level++) {
		struct run_row rows[RUN_FAN_LARGE];
		size_t n = 0;
		for (size_t i = 0; i < st->n_runs && n < fan_of(level); i++)
			if (st->runs[i].level == level)
				rows[n++] = st->runs[i];
		if (n == fan_of(level) && merge_runs(st, rows, n, e) < 0)
			return -1;
	}
	return 0;
}
