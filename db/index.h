/* SPDX-License-Identifier: MIT */
/*
 * index: what the files of db/ share: struct store, and the cached rows, blocks and groups of one
 * connection. Nothing outside db/ (and its tests) includes this.
 *
 * A reader's call runs inside index_begin … index_end: one snapshot, and caches that belong to it.
 * The writer's caches are its own truth; blocks and groups it is still filling are found like
 * stored ones.
 */
#ifndef DB_INDEX_H
#define DB_INDEX_H

#include "base/zblock.h"
#include "db/group.h"
#include "db/sql_list.h"
#include "db/store.h"

enum {
	BLOCK_LINE_BITS = 20, /* line_ref = block << 20 | line within the block */
	BLOCK_FULL_BYTES = 256 << 10,
	BLOCK_CACHE = 64, /* for scans, whose sessions' lines lie apart */
	GROUP_CACHE = 16,
	WALK_CACHE = 12, /* groups unpacked and decoded: about 1 MB each */
	OPEN_BLOCKS = 8, /* sources that are being written at the same time */
};
#define BLOCK_MAX_BYTES ((size_t)1 << 28)

struct gateway_row {
	uint32_t number;
	struct str name;
	uint64_t sessions;
	int64_t until_us; /* TIME_NONE: nothing stored */
};

struct pending_line {
	line_ref ref;
	uint8_t counted; /* 0: no, else the class it was counted in, plus 1 */
};

struct source_row {
	uint32_t number;
	uint32_t gateway;
	struct str path, format_name, zone_name;
	const struct log_format *format; /* NULL: not known to this program */
	struct parse_context context;
	uint64_t inode;
	struct source_mark mark;
	uint64_t taken; /* lines in blocks */
	uint64_t raw_bytes;
	uint64_t count[LINE_CLASS_COUNT];
	uint64_t sessions;
	unsigned features; /* model/advice.h: seen in its lines */
	int64_t from_us, to_us;
	int64_t imported_us;
	struct pending_line *pending;
	size_t n_pending;
	int64_t last_us; /* newest time of the lines taken in by this process */
	bool dirty;
};

struct block {
	uint64_t id; /* 0: this cache slot is empty */
	uint32_t source;
	uint64_t pos, line0;
	int64_t t0, t1; /* of records in it, TIME_NONE when none has a time */
	struct strbuf raw;
	uint32_t *starts; /* of lines in raw */
	size_t n_lines, starts_cap;
	bool dirty;
	size_t packed_bytes; /* as it was loaded */
	uint64_t used;       /* when, for eviction */
};

struct group {
	uint64_t id; /* 0: empty slot */
	int64_t tmin, tmax, tend;
	struct strbuf raw;
	struct group_view view;
	uint64_t used;
};

struct run_row {
	uint32_t id, level;
	uint64_t sid0, n;
};

enum counter_id {
	COUNTER_SESSIONS,
	COUNTER_LINES,
	COUNTER_UNDERSTOOD, /* in the order of enum line_class */
	COUNTER_IGNORED,
	COUNTER_UNKNOWN,
	COUNTER_RAW_BYTES,
	COUNTER_PACKED_BYTES,
	COUNTER_COUNT
};

struct writer;

struct store {
	struct sql q;
	char *path;
	enum store_mode mode;
	log_format_by_name *formats;
	int lock;             /* descriptor, -1 none */
	bool immutable;       /* opened as a file that nobody changes */
	bool in_read;         /* between index_begin and index_end */
	int64_t seen_version; /* of the file, when the caches were filled */
	int64_t seen_stamp;   /* immutable: of the file's last change */
	uint64_t own_commits;
	uint64_t file[2]; /* writer: device and inode of the file that is being written */
	uint64_t clock;   /* of cache use */

	struct arena names; /* texts of the rows below */
	struct gateway_row *gateways;
	size_t n_gateways, gateways_cap;
	bool gateways_loaded;
	struct source_row **sources; /* by number; NULL: not loaded */
	size_t sources_cap;
	struct run_row *runs;
	size_t n_runs, runs_cap;
	bool runs_loaded;
	uint64_t counter[COUNTER_COUNT];
	bool counters_loaded;

	struct block blocks[BLOCK_CACHE];
	struct block open_blocks[OPEN_BLOCKS]; /* writer: being filled */
	struct group groups[GROUP_CACHE];
	struct walk_group *walk_cache[WALK_CACHE]; /* walk.c; NULL: free */
	struct group_builder *builders;            /* writer: being filled; NULL in readers */
	size_t n_builders;
	struct writer *writer;
};

/* One snapshot for what follows; caches are emptied if somebody has committed since. */
int index_begin(struct store *st, struct err *e);
/* Passes rc on. */
int index_end(struct store *st, int rc);
void index_drop_caches(struct store *st);
/* Remembers which file is written; whether it is still the one of that name. */
void store_note_file(struct store *st);
bool store_file_is_there(const struct store *st);

/* sources.c */
int gateways_load(struct store *st, struct err *e);
struct gateway_row *gateway_get(struct store *st, uint32_t number, struct err *e);
/* The writer's: finds or makes it. */
struct gateway_row *gateway_add(struct store *st, struct str name, struct err *e);
int source_exists(struct store *st, uint32_t number, bool *there, struct err *e);
int source_get(struct store *st, uint32_t number, struct source_row **out, struct err *e);
struct source_row *source_new(struct store *st, uint32_t number);
int source_save(struct store *st, struct source_row *row, struct err *e);
int counters_load(struct store *st, struct err *e);
/* What stores the row as it is now, but for its sessions; it is no longer dirty. */
void source_note(struct source_row *row, struct sql_list *out);
void counter_note(const struct store *st, enum counter_id id, struct sql_list *out);
int counter_save(struct store *st, enum counter_id id, struct err *e);
/* How many sessions sources and gateways have: commits count them past the cached rows. */
int session_counts_reload(struct store *st, struct err *e);
void sources_release(struct store *st);

/* block.c */
void block_release(struct block *b);
void block_begin(struct block *b, uint64_t id, const struct source_row *source);
line_ref block_add(struct block *b, struct str line);
static inline struct str
block_line(const struct block *b, size_t i)
{
	size_t end = i + 1 < b->n_lines ? b->starts[i + 1] : b->raw.n;
	return (struct str){ b->raw.p + b->starts[i], end - b->starts[i] - 1 };
}
/* From an open block, the cache or the file; valid until the next block_get. */
int block_get(struct store *st, uint64_t id, struct block **out, struct err *e);
/* Reads a stored block into b. */
int block_load(struct store *st, uint64_t id, struct block *b, struct err *e);
/* Texts are copied into a. */
int stored_lines_get(struct store *st, const line_ref *refs, size_t n, struct arena *a,
		     struct stored_line **out, struct err *e);

/* groups.c */
/* Reads a stored group into g, outside the cache. *found false: there is none. */
int group_load(struct store *st, uint64_t id, struct group *g, bool *found, struct err *e);
void group_release(struct group *g);
/* One session as stored, also a superseded one; texts are copied into a. NULL: there is none. */
/* whole.c: a copy in a, with what a brief session leaves out read again from its lines. */
int session_whole(struct store *st, const struct session *s, struct arena *a, struct session *out,
		  struct err *e);
int session_get(struct store *st, uint64_t sid, struct arena *a, struct session **out,
		struct err *e);
/* Only when it was, whose it is, and its lines. */
int session_get_outline(struct store *st, uint64_t sid, struct arena *a, struct session *out,
			bool *found, struct err *e);
/* Gives a decoded session what its group does not hold: its reference and its gateway's name,
 * which is borrowed from the caches. */
int session_finish(struct store *st, uint64_t sid, struct session *s, struct arena *a,
		   struct err *e);
/* What replaced sid (followed to the end), or sid itself; 0 when it vanished. */
int later_resolve(struct store *st, uint64_t sid, uint64_t *out, struct err *e);
int later_is(struct store *st, uint64_t sid, bool *superseded, struct err *e);

/* Messages about damage name the place. */
int index_damaged(struct store *st, const char *what, uint64_t number, struct err *e);

#endif
