/* SPDX-License-Identifier: MIT */
/*
 * floor: the least that an import can cost: read the log, split it into lines, compress its text
 * in blocks with zstd, and insert that and the packed rows of a finished index into a new SQLite
 * file, in WAL mode with pages of 4 KB and commits of 64 MB of log. The packed rows are read before
 * the clock starts. Prints the seconds and the CPU seconds.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>

enum {
	BLOCK_BYTES = 256 << 10,
	N_JOBS = 24,
	MAX_TABLES = 32,
	MAX_COLUMNS = 32,
	COMMIT_BYTES = 64 << 20,
};

enum job_state { JOB_EMPTY, JOB_FULL, JOB_DONE };

struct job {
	enum job_state state;
	size_t raw_n, packed_n, lines;
	char raw[BLOCK_BYTES];
	char *packed;
};

/* Rows of one table of the finished index. */
struct table {
	char insert[512];
	sqlite3_stmt *st;
	int columns;
	sqlite3_value **value;
	size_t n, cap, done;
};

static struct {
	int log, level, threads;
	uint64_t log_bytes, taken, lines;
	sqlite3 *db;
	sqlite3_stmt *put_block;
	struct table table[MAX_TABLES];
	size_t n_tables;
	struct job job[N_JOBS];
	size_t filled, packed, written; /* numbers of jobs */
	bool over;
	pthread_mutex_t lock;
	pthread_cond_t changed;
	char rest[BLOCK_BYTES];
	size_t rest_n;
} f = { .level = 1,
	.threads = 1,
	.lock = PTHREAD_MUTEX_INITIALIZER,
	.changed = PTHREAD_COND_INITIALIZER };

static void
fail(const char *what, const char *why)
{
	fprintf(stderr, "floor: %s: %s\n", what, why);
	exit(2);
}

static void
sql(sqlite3 *db, const char *text)
{
	if (sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fail(text, sqlite3_errmsg(db));
}

static sqlite3_stmt *
prepare(sqlite3 *db, const char *text)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, text, -1, &st, NULL) != SQLITE_OK)
		fail(text, sqlite3_errmsg(db));
	return st;
}

static void
load_rows(sqlite3 *from, const char *name, struct table *t)
{
	char text[256];
	sqlite3_stmt *st;
	char *p;

	snprintf(text, sizeof(text), "SELECT * FROM \"%s\"", name);
	st = prepare(from, text);
	t->columns = sqlite3_column_count(st);
	if (t->columns > MAX_COLUMNS)
		fail(name, "too many columns");
	p = t->insert + snprintf(t->insert, 300, "INSERT INTO \"%s\" VALUES(", name);
	for (int i = 0; i < t->columns; i++)
		p += sprintf(p, i > 0 ? ",?" : "?");
	strcpy(p, ")");
	while (sqlite3_step(st) == SQLITE_ROW) {
		if (t->cap - t->n < (size_t)t->columns) {
			t->cap = 2 * t->cap + MAX_COLUMNS;
			t->value = realloc(t->value, t->cap * sizeof(sqlite3_value *));
			if (t->value == NULL)
				fail(name, "out of memory");
		}
		for (int i = 0; i < t->columns; i++)
			t->value[t->n++] = sqlite3_value_dup(sqlite3_column_value(st, i));
	}
	sqlite3_finalize(st);
}

/* All tables but the texts, without their secondary indexes. */
static void
load_index(const char *path)
{
	sqlite3 *from;
	sqlite3_stmt *st;

	if (sqlite3_open_v2(path, &from, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		fail(path, sqlite3_errmsg(from));
	st = prepare(from,
		     "SELECT name, sql FROM sqlite_schema WHERE type='table' AND sql NOT LIKE "
		     "'CREATE VIRTUAL%' AND name NOT LIKE 'sqlite_%' AND name<>'block'");
	while (sqlite3_step(st) == SQLITE_ROW && f.n_tables < MAX_TABLES) {
		sql(f.db, (const char *)sqlite3_column_text(st, 1));
		load_rows(from, (const char *)sqlite3_column_text(st, 0), &f.table[f.n_tables++]);
	}
	sqlite3_finalize(st);
	sqlite3_close(from);
	for (size_t i = 0; i < f.n_tables; i++)
		f.table[i].st = prepare(f.db, f.table[i].insert);
}

/* So many of the rows as belong to the part of the log that was taken. */
static void
put_rows(double part)
{
	for (size_t i = 0; i < f.n_tables; i++) {
		struct table *t = &f.table[i];
		size_t rows = t->columns > 0 ? t->n / (size_t)t->columns : 0;
		size_t goal = part >= 1 ? rows : (size_t)(part * (double)rows);

		for (; t->done < goal; t->done++) {
			for (int c = 0; c < t->columns; c++)
				sqlite3_bind_value(
					t->st, c + 1,
					t->value[t->done * (size_t)t->columns + (size_t)c]);
			if (sqlite3_step(t->st) != SQLITE_DONE)
				fail(t->insert, sqlite3_errmsg(f.db));
			sqlite3_reset(t->st);
		}
	}
}

/* --- text --- */

/* Whole lines, and how many. False at the end. */
static bool
fill(struct job *j)
{
	ssize_t got;
	char *end;

	memcpy(j->raw, f.rest, f.rest_n);
	j->raw_n = f.rest_n;
	f.rest_n = 0;
	while (j->raw_n < BLOCK_BYTES &&
	       (got = read(f.log, j->raw + j->raw_n, BLOCK_BYTES - j->raw_n)) != 0) {
		if (got < 0)
			fail("read", strerror(errno));
		j->raw_n += (size_t)got;
	}
	j->lines = 0;
	end = j->raw;
	for (char *p = j->raw; (p = memchr(p, '\n', (size_t)(j->raw + j->raw_n - p))) != NULL;
	     end = ++p)
		j->lines++;
	if (j->raw_n == BLOCK_BYTES && end > j->raw) {
		f.rest_n = (size_t)(j->raw + j->raw_n - end);
		memcpy(f.rest, end, f.rest_n);
		j->raw_n -= f.rest_n;
	}
	return j->raw_n > 0;
}

static void
pack(ZSTD_CCtx *z, struct job *j)
{
	j->packed_n = ZSTD_compressCCtx(z, j->packed, ZSTD_compressBound(BLOCK_BYTES), j->raw,
					j->raw_n, f.level);
	if (ZSTD_isError(j->packed_n))
		fail("zstd", ZSTD_getErrorName(j->packed_n));
}

static void
put_block(const struct job *j)
{
	uint64_t before = f.taken;

	sqlite3_bind_int64(f.put_block, 1, (sqlite3_int64)j->raw_n);
	sqlite3_bind_int64(f.put_block, 2, (sqlite3_int64)j->lines);
	sqlite3_bind_blob(f.put_block, 3, j->packed, (int)j->packed_n, SQLITE_STATIC);
	if (sqlite3_step(f.put_block) != SQLITE_DONE)
		fail("insert", sqlite3_errmsg(f.db));
	sqlite3_reset(f.put_block);
	f.taken += j->raw_n;
	f.lines += j->lines;
	if (f.taken / COMMIT_BYTES != before / COMMIT_BYTES) {
		put_rows((double)f.taken / (double)f.log_bytes);
		sql(f.db, "COMMIT; BEGIN");
	}
}

static void
run_alone(void)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	while (fill(&f.job[0])) {
		pack(z, &f.job[0]);
		put_block(&f.job[0]);
	}
	ZSTD_freeCCtx(z);
}

static void *
worker(void *unused)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();

	(void)unused;
	pthread_mutex_lock(&f.lock);
	for (;;) {
		struct job *j;

		while (f.packed == f.filled && !f.over)
			pthread_cond_wait(&f.changed, &f.lock);
		if (f.packed == f.filled)
			break;
		j = &f.job[f.packed++ % N_JOBS];
		pthread_mutex_unlock(&f.lock);
		pack(z, j);
		pthread_mutex_lock(&f.lock);
		j->state = JOB_DONE;
		pthread_cond_broadcast(&f.changed);
	}
	pthread_mutex_unlock(&f.lock);
	ZSTD_freeCCtx(z);
	return NULL;
}

/* Waits for the oldest block and writes it. */
static void
write_oldest(void)
{
	struct job *j = &f.job[f.written % N_JOBS];

	pthread_mutex_lock(&f.lock);
	while (j->state != JOB_DONE)
		pthread_cond_wait(&f.changed, &f.lock);
	pthread_mutex_unlock(&f.lock);
	put_block(j);
	j->state = JOB_EMPTY;
	f.written++;
}

/* This thread reads, splits and inserts; the others compress. */
static void
run_threads(void)
{
	pthread_t thread[64];
	int n = f.threads - 1;

	for (int i = 0; i < n; i++)
		pthread_create(&thread[i], NULL, worker, NULL);
	for (;;) {
		struct job *j = &f.job[f.filled % N_JOBS];

		if (f.filled - f.written == N_JOBS)
			write_oldest();
		if (!fill(j))
			break;
		pthread_mutex_lock(&f.lock);
		j->state = JOB_FULL;
		f.filled++;
		pthread_cond_broadcast(&f.changed);
		pthread_mutex_unlock(&f.lock);
	}
	while (f.written < f.filled)
		write_oldest();
	pthread_mutex_lock(&f.lock);
	f.over = true;
	pthread_cond_broadcast(&f.changed);
	pthread_mutex_unlock(&f.lock);
	for (int i = 0; i < n; i++)
		pthread_join(thread[i], NULL);
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static double
cpu(void)
{
	struct rusage use;

	getrusage(RUSAGE_SELF, &use);
	return (double)(use.ru_utime.tv_sec + use.ru_stime.tv_sec) +
	       1e-6 * (double)(use.ru_utime.tv_usec + use.ru_stime.tv_usec);
}

static void
open_all(const char *index, const char *log, const char *out)
{
	unlink(out);
	f.log = open(log, O_RDONLY);
	if (f.log < 0)
		fail(log, strerror(errno));
	f.log_bytes = (uint64_t)lseek(f.log, 0, SEEK_END);
	lseek(f.log, 0, SEEK_SET);
	if (sqlite3_open(out, &f.db) != SQLITE_OK)
		fail(out, sqlite3_errmsg(f.db));
	sql(f.db,
	    "PRAGMA page_size=4096; PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN;"
	    "CREATE TABLE block(id INTEGER PRIMARY KEY, raw INT, lines INT, z BLOB)");
	f.put_block = prepare(f.db, "INSERT INTO block(raw, lines, z) VALUES(?,?,?)");
	load_index(index);
	for (int i = 0; i < N_JOBS; i++)
		f.job[i].packed = malloc(ZSTD_compressBound(BLOCK_BYTES));
}

static void
close_all(void)
{
	sqlite3_finalize(f.put_block);
	for (size_t i = 0; i < f.n_tables; i++)
		sqlite3_finalize(f.table[i].st);
	if (sqlite3_close(f.db) != SQLITE_OK)
		fail("close", sqlite3_errmsg(f.db));
}

int
main(int argc, char **argv)
{
	double start, start_cpu;
	int option;

	while ((option = getopt(argc, argv, "t:l:")) != -1) {
		if (option == 't')
			f.threads = atoi(optarg);
		else if (option == 'l')
			f.level = atoi(optarg);
	}
	if (argc - optind != 3 || f.threads < 1 || f.threads > 64)
		fail("usage", "floor [-t THREADS] [-l LEVEL] INDEX LOG NEW-DATABASE");
	open_all(argv[optind], argv[optind + 1], argv[optind + 2]);
	start = now();
	start_cpu = cpu();
	if (f.threads == 1)
		run_alone();
	else
		run_threads();
	put_rows(1);
	sql(f.db, "COMMIT");
	close_all();
	printf("%.6f\t%.6f\n", now() - start, cpu() - start_cpu);
	fprintf(stderr, "%llu lines\n", (unsigned long long)f.lines);
	return 0;
}
