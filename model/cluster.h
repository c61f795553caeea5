/* SPDX-License-Identifier: MIT */
/*
 * cluster: records that share join keys, and the set of all open clusters. Used by the assembler and
 * the emitter. A cluster owns its records (copies of text and line references); the set owns its
 * clusters, also those it has let go of until they are given back: their memory is used again.
 */
#ifndef MODEL_CLUSTER_H
#define MODEL_CLUSTER_H

#include "model/assemble_keys.h"
#include "model/mention.h"

struct kept_record {
	uint32_t size; /* of it all, a multiple of 8 */
	uint32_t n_lines;
	uint32_t text_n;
	bool is_line; /* its only key is JOIN_LINE */
	bool dead;    /* replaced by a more complete one */
	const struct log_format *format;
	struct parse_context context;
	line_ref lines[]; /* then the text */
};

static inline struct str
kept_text(const struct kept_record *r)
{
	return (struct str){ (const char *)(r->lines + r->n_lines), r->text_n };
}

/* A stored session that holds records of this cluster. */
struct stored_session {
	struct session_ref ref;
	uint64_t lines_hash;
	line_ref first_line;
	bool matched; /* while emitting */
};

/*
 * What a cluster is stored as. Copies of a cluster share it: while one is out (`lent`), it belongs
 * to whoever has the copy.
 */
struct stored_list {
	struct stored_session *list;
	size_t n, cap;
};

struct cluster {
	struct cluster *prev, *next; /* in one of the two lists */
	struct cluster_list *list;
	uint32_t gateway;
	char *data; /* kept_record after kept_record */
	size_t data_n, data_cap;
	size_t n_records;         /* live ones */
	struct u64_table by_line; /* first line → offset in data, plus 1; of clusters with many */
	size_t indexed_n;         /* of data, by by_line */
	size_t bytes;             /* as counted in the set */
	line_ref latest_line;     /* greatest first line of its records */
	struct join_key *keys;
	size_t n_keys, cap_keys;
	struct mention *mentions; /* of its records, once the set keeps them */
	size_t n_mentions, cap_mentions;
	struct stored_list *stored; /* own_stored, or that of the cluster it is a copy of */
	struct stored_list own_stored;
	struct cluster *copy_of;     /* NULL: no copy */
	unsigned lent;               /* copies that are out */
	unsigned asks;               /* questions to the store that are not answered */
	struct cluster *merged_into; /* kept until they are */
	bool closing;                /* as soon as they are */
	int64_t first_us, last_us;   /* of records with a connection key; TIME_NONE: none */
	int64_t latest_us;           /* of any record */
	int open_messages;           /* arrivals less completions */
	int connects, disconnects;   /* of processes that serve many */
	bool dirty;                  /* holds a record that no stored session has */
};

struct cluster_list {
	struct cluster *head, *tail; /* oldest activity first */
	size_t n;
};

/* A mention in an open cluster; those of one hash are a list. */
struct mention_node {
	struct cluster *cluster;
	struct mention mention;
	uint32_t next; /* index + 1 */
};

struct cluster_set {
	bool keeps_mentions;         /* nobody asks for them before there is a seeker */
	struct u64_table by_mention; /* hash → index + 1 of its first node */
	struct mention_node *nodes;
	size_t n_nodes, nodes_cap;
	uint32_t free_node;      /* index + 1 */
	struct u64_table by_key; /* key → struct cluster * */
	struct cluster_list active, complete;
	size_t bytes;
	struct cluster *spare; /* emptied, to be used again */
};

/* Live records in the order they were kept; start with NULL. */
const struct kept_record *cluster_next_record(const struct cluster *c,
					      const struct kept_record *previous);

void cluster_set_release(struct cluster_set *set);
struct cluster *cluster_new(struct cluster_set *set, uint32_t gateway);
/* Takes it out of the set: its keys no longer lead to it. It is to be given back later. */
void cluster_detach(struct cluster_set *set, struct cluster *c);
/* Makes a detached cluster, or one that was never listed, available for cluster_new. */
void cluster_give_back(struct cluster_set *set, struct cluster *c);
/* Its records and keys as they are now, under no key; given back like a detached one. */
struct cluster *cluster_copy(struct cluster_set *set, struct cluster *c);
/* Moves it to the young end of the list it belongs to. */
void cluster_touch(struct cluster_set *set, struct cluster *c);

struct cluster *cluster_of_key(const struct cluster_set *set, uint64_t key);
void cluster_add_key(struct cluster_set *set, struct cluster *c, const struct join_key *k);
/* False if the key stands for another connection at that time (join_window_us). */
bool cluster_fits(const struct cluster *c, const struct join_key *k, int64_t time_us);

/* mention_set.c. False if the cluster has it already. */
bool cluster_add_mention(struct cluster_set *set, struct cluster *c, const struct mention *m);
void cluster_drop_mentions(struct cluster_set *set, struct cluster *c);
/* The nodes under a hash, in no stated order; start with NULL. Adding or dropping ends the walk. */
const struct mention_node *mention_next(const struct cluster_set *set, uint64_t hash,
					const struct mention_node *previous);
/* True if more than MENTIONS_MOST have it. */
bool mention_is_common(const struct cluster_set *set, uint64_t hash);
/* The cluster that holds this seeker; NULL: none. */
struct cluster *mention_holder(const struct cluster_set *set, const struct mention *seeker);
/* The nearest carrier in c, or in all clusters when that is NULL; NULL: none fits. In a node. */
const struct mention *mention_best(const struct cluster_set *set, const struct cluster *c,
				   const struct mention *seeker);
static inline struct cluster *
mention_cluster(const struct mention *in_node)
{
	return ((const struct mention_node *)(const void *)((const char *)in_node -
							    offsetof(struct mention_node, mention)))
		->cluster;
}
/* Takes the seeker's record with its mentions out of `from` and into `into`. */
void mention_move(struct cluster_set *set, const struct mention *seeker, struct cluster *from,
		  struct cluster *into);

/* False if it holds this record already, at least as complete. */
bool cluster_keep(struct cluster_set *set, struct cluster *c, const struct log_format *format,
		  const struct parse_context *context, const struct record *r, bool connection,
		  bool is_line);
/* The same, of a record of another cluster; the latter may not be that one. */
void cluster_take_record(struct cluster_set *set, struct cluster *c, const struct kept_record *r,
			 int64_t time_us);
/* By which sessions with the same lines are told. */
uint64_t cluster_lines_hash(const line_ref *lines, size_t n);
bool cluster_is_stored_as(const struct cluster *c, struct session_ref ref);
void cluster_add_stored(struct cluster *c, const struct stored_session *s);
/* All of `from` becomes part of `into`; `from` is to be given back. */
void cluster_unite(struct cluster_set *set, struct cluster *into, struct cluster *from);
/* The key no longer leads to a cluster. */
void cluster_forget_key(struct cluster_set *set, uint64_t key);

#endif
