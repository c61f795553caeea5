/* SPDX-License-Identifier: MIT */
/*
 * sink: where importers and the store meet. The ingest loop names a source, hands over every
 * physical line in order (line gives it a reference), then the records made of these lines, and
 * asks for a commit now and then. Everything between two commits becomes visible at once or not at
 * all. All calls return 0 or -1 with e filled.
 */
#ifndef MODEL_SINK_H
#define MODEL_SINK_H

#include "model/record.h"

/*
 * What identifies the content of a source, and how far it has been read (DESIGN §4).
 * Hashes are hash_bytes(…, 0).
 */
struct source_mark {
	uint64_t head_hash;  /* of the decompressed head: first min(size, 4096) bytes … */
	uint32_t head_bytes; /* … and how many those were */
	uint64_t tail_hash;  /* of the min(offset, 4096) bytes before offset */
	uint64_t offset;     /* decompressed bytes wholly taken in */
	uint64_t lines;      /* physical lines before offset */
};

struct source_info {
	struct str path; /* as given; a hint */
	struct str gateway;
	const struct log_format *format; /* NULL: this program does not know the one … */
	struct str format_name;          /* … that the book has under this name */
	struct parse_context context;
	uint64_t inode; /* a hint; 0 unknown; of a packed file mixed with size and time */
	struct source_mark mark;
	const line_ref *pending; /* lines of records that could still grow */
	size_t n_pending;
};

struct sink;
struct sink_ops {
	/*
	 * Selects the source of the following calls; its number is valid for this sink. Sources
	 * may take turns: going back to one is cheap as long as few take part.
	 */
	int (*source)(struct sink *s, uint32_t source, struct err *e);
	int (*line)(struct sink *s, struct str text, enum line_class class_hint, line_ref *ref,
		    struct err *e);
	int (*record)(struct sink *s, const struct record *r, struct err *e);
	/*
	 * Moves the mark of the current source; takes effect with the next commit. After a
	 * reader's finish it comes before another source is selected.
	 */
	int (*mark)(struct sink *s, const struct source_mark *m, const line_ref *pending,
		    size_t n_pending, struct err *e);
	/*
	 * Everything so far becomes visible: before the call returns (`wait`), or soon; then a
	 * failure may be a later call's.
	 */
	int (*commit)(struct sink *s, bool wait, struct err *e);
};
struct sink {
	const struct sink_ops *ops;
};

/* Known sources, for recognising content; implemented by the store, used by the ingest loop. */
struct source_book;
struct source_book_ops {
	/*
	 * Visits each known source whose head could be that of a file starting with `head`
	 * (the caller compares tails itself). `head` shorter than the known head: the book compares
	 * it with the stored text. Returns the number of visits.
	 */
	int (*match)(struct source_book *b, struct str head,
		     int (*visit)(void *arg, uint32_t source, const struct source_info *known,
				  struct err *e),
		     void *arg, struct err *e);
	/* Registers a new source or renames a known one (path, inode, lengthened head). */
	int (*add)(struct source_book *b, const struct source_info *info, uint32_t *source,
		   struct err *e);
	int (*update)(struct source_book *b, uint32_t source, const struct source_info *info,
		      struct err *e);
	/* Name remembered for a directory whose logs carry no host name; empty if none. */
	int (*gateway_of)(struct source_book *b, struct str directory, struct arena *a,
			  struct str *name, struct err *e);
	int (*remember_gateway)(struct source_book *b, struct str directory, struct str name,
				struct err *e);
	/* The one gateway of which more than a scanner's logs are known; empty if not just one. */
	int (*sole_gateway)(struct source_book *b, struct arena *a, struct str *name,
			    struct err *e);
	/* Text of a stored line of this source (to refill a reader from `pending`). */
	int (*stored_line)(struct source_book *b, line_ref ref, struct arena *a, struct str *text,
			   struct err *e);
	/* How many sessions begin in that source. */
	int (*sessions)(struct source_book *b, uint32_t source, uint64_t *n, struct err *e);
};
struct source_book {
	const struct source_book_ops *ops;
};

#endif
