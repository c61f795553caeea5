/* SPDX-License-Identifier: MIT */
/* assemble_local: what assemble.c and assemble_mention.c share; nobody else includes it. */
#ifndef MODEL_ASSEMBLE_LOCAL_H
#define MODEL_ASSEMBLE_LOCAL_H

#include "model/assemble.h"
#include "model/cluster.h"

struct assembler {
	const struct assembler_ops *ops;
	void *arg;
	struct cluster_set open;
	struct known_keys known;
	/* Message-IDs of what was handed on: of seekers, and of carriers since they are kept. */
	struct known_keys seekers, carriers;
	struct mention *fresh; /* recalled, to be linked when all of their session is there */
	size_t n_fresh, fresh_cap;
	struct arena scratch;
	struct recall *asks;
	size_t n_asks, asks_cap;
	/* While they are answered nothing is closed and nothing given back. */
	bool answering;
	struct cluster **merged, **to_close;
	size_t n_merged, merged_cap, n_to_close, to_close_cap;
};

static inline struct cluster *
what_became_of(struct cluster *c)
{
	while (c->merged_into)
		c = c->merged_into;
	return c;
}

/* assemble.c */
int assembler_unite(struct assembler *a, struct cluster *into, struct cluster *from, struct err *e);
void assembler_ask(struct assembler *a, const struct recall *r);
void assembler_add_stored(struct cluster *c, struct session_ref ref,
			  const struct stored_line *lines, size_t n);
int assembler_put_into(struct assembler *a, uint32_t gateway, struct cluster **c,
		       const struct log_format *format, const struct parse_context *context,
		       const struct record *r, bool recalled, struct err *e);

/* assemble_mention.c */
/* The record has come into *c: links it, or notes it as fresh if it was recalled. *c may change. */
int assembler_mention(struct assembler *a, struct cluster **c, const struct log_format *format,
		      const struct parse_context *context, const struct record *r, bool recalled,
		      struct err *e);
int assembler_link_fresh(struct assembler *a, struct cluster **c, struct err *e);
int assembler_mention_recalled(struct assembler *a, const struct recall *asked, uint32_t gateway,
			       struct session_ref ref, const struct stored_line *lines,
			       size_t n_lines, struct err *e);
/* Its cluster is handed on. */
void assembler_know_mentions(struct assembler *a, const struct cluster *c);

#endif
